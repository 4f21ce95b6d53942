"""Searching: sheets of the catalogue (``sheets``), misspelt words (``spelling``), the whole website (``website``)."""
