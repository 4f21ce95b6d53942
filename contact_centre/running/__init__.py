"""Running the desk: how it stands this moment, and whether enough people are there in the days to come."""
