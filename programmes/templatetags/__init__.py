"""Tags of the programmes: money."""
