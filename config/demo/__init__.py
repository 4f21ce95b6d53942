"""Escola Llevant, the demo school: a fictional school in Barcelona, filled by the product's own verbs."""
