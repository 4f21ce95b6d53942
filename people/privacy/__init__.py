"""What we hold about people, how long, and how it is forgotten."""
