"""Escola Llevant, the demo school: a fictional lifelong-learning school in Barcelona, filled by the product's own verbs."""
