"""The sheet on its supports: web page, data for search engines, paper, mail and picture."""
