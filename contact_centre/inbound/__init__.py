"""What people send us: kept as it came, understood, and filed in the right case, or held with the reason why not."""
