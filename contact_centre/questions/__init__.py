"""What people ask: the topics, what their words suggest, and which questions of a case are answered."""
