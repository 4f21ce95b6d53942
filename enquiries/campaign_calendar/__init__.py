"""The calendar of everything that marketing does, on the screen and as a subscription."""
