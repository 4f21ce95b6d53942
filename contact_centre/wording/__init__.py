"""What the school writes: a small language of words and conditions, its spelling, its versions, its filling in."""
