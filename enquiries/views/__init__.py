"""What the enquiries show: ``public`` to whoever asks, ``desk`` to staff, ``panels`` on the walls of others."""
