"""Views of this floor, one module for each topic."""
