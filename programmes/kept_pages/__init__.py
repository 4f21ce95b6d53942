"""Public pages kept as they were made, and the stamp that says whether they still hold."""
