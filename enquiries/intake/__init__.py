"""How a question comes in: what the form and the API take, and what it becomes."""
