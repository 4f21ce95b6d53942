"""Messages to many: made, checked, approved, written down person by person, queued once each, followed and halted."""
