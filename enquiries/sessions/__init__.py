"""Information sessions with places, and hours of advisers that people book."""
