"""Who we talk to: persons and their logins, what they consented to, what happened, and every message that leaves.

What a person is interested in, and what the school owes them, belongs to the floors above.
"""
