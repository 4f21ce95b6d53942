"""Printed things that report back: batches, their codes, and where their short addresses lead."""
