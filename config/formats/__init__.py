"""Formats of dates where Django's own for a language are another country's."""
