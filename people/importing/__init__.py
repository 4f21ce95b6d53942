"""Files of people and of what happened with them: read, looked through, taken in, put back."""
