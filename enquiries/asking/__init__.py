"""Forms that editors make: what may be asked, how a form is put together, and what becomes of what is sent."""
