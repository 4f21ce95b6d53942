"""Public pages, the provider's door, and the desk."""
