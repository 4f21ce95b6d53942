"""Who we talk to: persons and their logins, what they consented to, what happened, and every message that leaves.

What a person is interested in, and what the school owes them, belongs to the floors above.

Rooms: ``identity`` (one human, one row; merging), ``contact`` (consents, policy, outbox), ``own_data`` (what a person
sees and does themselves), ``privacy`` (registry, erasure, retention), ``access`` (sign-in, roles, audit), ``importing``
(files of people). Beside them: the timeline, relatives, and what every floor stands on: hooks, walls, the sweep.
"""
