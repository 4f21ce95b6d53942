"""The product sheets: what the school teaches, when it starts and what it costs, as pages of the website and as
facts that every other floor reads. It does not know who is interested."""
