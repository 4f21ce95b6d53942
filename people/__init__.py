"""The ground floor: logins and roles, persons and the identities by which they reached us, what they
consented to, the timeline of everything that happened to them, and the outbox of messages. It publishes
the walls and announcements by which the floors above are heard; it knows nothing of programmes."""
