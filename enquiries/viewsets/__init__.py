"""Lists of the enquiries in the back office; one module per topic."""
