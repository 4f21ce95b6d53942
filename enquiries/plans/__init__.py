"""Plans for a year and their reviews, the agreement with sales, market studies and partners."""
