"""The communications matrix: what is sent at which moment of somebody's way, on which channel, and what came of it."""
