"""How one human stays one row: addresses, matching, likeness, search, and merging with its way back."""
