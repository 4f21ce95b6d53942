"""Celery only wakes workers up.

What must be done is a row in the database, and ``sweep`` finds it without a broker too.
"""

from celery import Celery, signals

from config import entry

entry.use_settings()
app = Celery("matricula")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def _need_database(**_rest):
    entry.need_database()
