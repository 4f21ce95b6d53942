"""Lists that Wagtail edits for us; one module per topic."""
