"""Celery only wakes workers up.

What must be done is a row in the database, and ``sweep`` finds it without a broker too.
"""

from celery import Celery

from config import entry

entry.use_settings()
app = Celery("matricula")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
