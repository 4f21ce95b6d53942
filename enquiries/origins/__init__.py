"""Where people come from: their touches, whose credit each enquiry is, and the figures of every source."""
