"""Celery only wakes workers up.

What must be done is a row in the database, and ``sweep`` finds it without a broker too.
"""

from celery import Celery, signals
from celery.contrib.django.task import DjangoTask

from config import entry

HEARTBEAT = "people.tasks.heartbeat"


class WakeUp(DjangoTask):
    """A task whose sending after the commit may fail: what it would have done is a row, and the sweep finds it.

    Whoever made the row (a visitor who asked something) must not see an error because the broker is away.
    """

    def delay_on_commit(self, *args, **kwargs) -> None:
        self.apply_async_on_commit(args=args, kwargs=kwargs)

    def apply_async_on_commit(self, *args, **kwargs) -> None:
        from django.db import transaction  # noqa: PLC0415 -- Celery is made before Django is set up

        # A function, not a partial: Django names whatever failed, and a partial has no name.
        transaction.on_commit(lambda: self.apply_async(*args, **kwargs), robust=True)


entry.use_settings()
app = Celery("matricula", task_cls=WakeUp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def _need_database(**_rest):
    entry.need_database()


@signals.beat_init.connect
def _begin(**_rest):
    """The scheduler shows that it lives whenever it sends a heartbeat, the first at once."""
    entry.need_database()
    signals.before_task_publish.connect(_scheduler_lives, sender=HEARTBEAT)
    from kombu.exceptions import OperationalError  # noqa: PLC0415 -- only the scheduler needs it

    try:
        app.send_task(HEARTBEAT, queue="now", retry=False)
    except OperationalError:
        return  # the broker is away; the schedule tries again


def _scheduler_lives(**_rest):
    from django.utils import timezone  # noqa: PLC0415 -- as above

    from people import heartbeats  # noqa: PLC0415 -- as above

    heartbeats.beat(at=timezone.now(), processes=(heartbeats.SCHEDULER,))
