"""``/healthz``: this process answers. ``/readyz``: everything it needs to do its work is there, part by part."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people import heartbeats

log = structlog.get_logger("matricula.health")
OK = "ok"
BROKER_WAIT_SECONDS = 2
_migrated: set[str] = set()  # databases seen without open migrations: that only changes with new code, so a new process


class NotReady(Exception):
    """A part is not there; the message says what is wrong, without saying how to reach it."""


@never_cache
@require_safe
def alive(_request):
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(_request):
    """200 with every part ``ok``, or 503 naming what is not."""
    parts = {}
    for name, ask in PARTS.items():
        started = time.perf_counter()
        parts[name] = _answer(name, ask) | {"ms": round(1000 * (time.perf_counter() - started), 1)}
    is_ready = all(part["state"] == OK for part in parts.values())
    return JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503)


def _answer(name: str, ask: Callable[[], None]) -> dict:
    try:
        ask()
    except NotReady as wrong:
        return {"state": "down", "why": str(wrong)}
    except Exception as error:  # whatever is broken, the answer must be an answer
        log.warning("not_ready", part=name, error=type(error).__name__)
        return {"state": "down", "why": type(error).__name__}
    return {"state": OK}


def _database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    address = str(connections["default"].settings_dict["NAME"])
    if address in _migrated:
        return
    executor = MigrationExecutor(connections["default"])
    open_steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if open_steps:
        raise NotReady(f"{len(open_steps)} migrations are not applied, first {open_steps[0][0]}")
    _migrated.add(address)


def _broker() -> None:
    from config.celery import app  # noqa: PLC0415 -- reads the settings

    if settings.CELERY_BROKER_URL == "filesystem://":
        queue = settings.BROKER / "queue"
        queue.mkdir(parents=True, exist_ok=True)
        probe = queue / ".readyz"
        probe.touch()
        probe.unlink(missing_ok=True)
        return
    with app.connection_for_write(connect_timeout=BROKER_WAIT_SECONDS) as connection:
        connection.ensure_connection(max_retries=0, timeout=BROKER_WAIT_SECONDS)


def _beat_of(process: str) -> Callable[[], None]:
    def ask() -> None:
        seen = heartbeats.last_seen().get(process)
        if seen is None:
            raise NotReady("never seen")
        age = timezone.now() - seen
        if age > heartbeats.FRESH:
            raise NotReady(f"last seen {int(age.total_seconds())} s ago")

    return ask


PARTS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "scheduler": _beat_of(heartbeats.SCHEDULER),
    "worker": _beat_of(heartbeats.WORKER),
}
