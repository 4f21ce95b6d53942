"""Signs of life of the background processes, for ``/readyz``."""

from datetime import datetime, timedelta

from people.models import Heartbeat

SCHEDULER, WORKER = "scheduler", "worker"
FRESH = timedelta(seconds=90)  # the scheduler beats every 20 s


def beat(*, at: datetime, processes: tuple[str, ...] = (SCHEDULER, WORKER)) -> None:
    """Note that ``processes`` are alive. A beat the scheduler sent and a worker did proves both."""
    for process in processes:
        Heartbeat.objects.update_or_create(process=process, defaults={"at": at})


def last_seen() -> dict[str, datetime]:
    """When each process was last alive; one that never was is missing."""
    return dict(Heartbeat.objects.values_list("process", "at"))
