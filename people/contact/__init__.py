"""Whether we may write or call, what people say about it, and the messages that leave."""
