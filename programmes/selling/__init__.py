"""What advisers and marketing need to sell: arguments with answers to objections, and rivals."""
