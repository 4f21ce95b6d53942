"""Figures about answering, each defined in words and counted from the events of the cases alone."""
