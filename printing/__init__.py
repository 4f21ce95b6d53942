"""The print shop: one way to a PDF and one way to a plot, in the website's colours. It does not know who prints."""
