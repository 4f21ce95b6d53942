"""Students in progress: who tutors them, when they were last contacted, and what they answer when we ask how it
goes. It does not know the forum."""
