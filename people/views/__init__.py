"""Public pages, and the back office's screens of this floor."""
