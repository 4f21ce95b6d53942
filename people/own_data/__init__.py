"""What a person sees and does about their own data, with links instead of a password."""
