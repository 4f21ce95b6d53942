"""Who may come in, what their role lets them see and do, and who looked at what."""
