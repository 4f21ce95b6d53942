"""The wiring: settings from the environment, addresses, Celery, the embedded database and the demo school."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
