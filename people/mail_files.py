"""The demo's outbox: each mail is an ``.eml`` file, readable by any mail program."""

from django.core.mail.backends.filebased import EmailBackend

__all__ = ["EmailBackend"]
