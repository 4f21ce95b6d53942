"""What is said of us and of our rivals in public, and what we say there."""
