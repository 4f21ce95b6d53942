"""The laboratory of lost enquiries: what is tried to bring them back, and what it really brought."""
