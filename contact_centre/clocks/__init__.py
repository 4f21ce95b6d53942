"""By when the school owes what: working time, calendars, and the clocks of a case."""
