"""Commercial slots: who sees which programme put forward in a place, what it says, and what comes of it."""
