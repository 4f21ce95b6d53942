"""What every test stands on. Each run has its own folder for what is written at run time, unless one is named."""
