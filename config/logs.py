"""Structured logs: one JSON object per line, with the request id that started the work, also inside tasks.

Lines carry ids, not names. What slips in by way of somebody else's message (an address in an error of the database, a
signed link in a path) is masked before it is written.
"""

import logging
import re
import time
from uuid import uuid4

import structlog
from celery import signals

REQUEST_ID_HEADER = "matricula_request_id"
MASKS = [
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+"), "…@…"),
    (re.compile(r"\+\d[\d ()-]{7,18}\d"), "+…"),
    # Signed links (value:time:signature) open somebody's page without a password.
    (re.compile(r"[\w.-]{1,200}:[\w-]{4,12}:[\w-]{20,}"), "…"),
]
log = structlog.get_logger("matricula.task")


def without_personal_data(_logger, _method, line: dict) -> dict:
    """Mask e-mail addresses, telephone numbers and signed links in every text of the line."""
    return {name: _masked(value) for name, value in line.items()}


def _masked(value):
    if isinstance(value, str):
        for pattern, mask in MASKS:
            value = pattern.sub(mask, value)
        return value
    if isinstance(value, dict):
        return {name: _masked(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(inner) for inner in value]
    return value


SHARED: list = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configuration(*, level: str) -> dict:
    """Django's LOGGING: everything, ours and the libraries', leaves as JSON on stderr."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_personal_data,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # a 404 is a line of config.middleware.RequestId already
            "celery.worker.strategy": {"level": "WARNING"},  # one line a task is ours, with its request id
            "celery.app.trace": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "stripe": {"level": "WARNING"},
        },
    }


def new_request_id() -> str:
    return uuid4().hex[:16]


def bind(request_id: str) -> None:
    """Say ``request_id`` on every line that this thread logs from now on, and in the tasks it starts."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)


def current_request_id() -> str:
    return structlog.contextvars.get_contextvars().get("request_id", "")


@signals.before_task_publish.connect
def _carry_request_id(headers=None, **_rest):
    if headers is not None:
        headers[REQUEST_ID_HEADER] = current_request_id() or new_request_id()


@signals.task_prerun.connect
def _bind_request_id(task=None, **_rest):
    bind(getattr(task.request, REQUEST_ID_HEADER, None) or new_request_id())
    task.request.matricula_started = time.perf_counter()


@signals.task_postrun.connect
def _say_what_was_done(task=None, task_id=None, state=None, **_rest):
    started = getattr(task.request, "matricula_started", None)
    took = {"ms": round(1000 * (time.perf_counter() - started), 1)} if started else {}
    log.info("task", task=task.name, task_id=task_id, state=state, **took)
    structlog.contextvars.clear_contextvars()


@signals.setup_logging.connect
def _keep_our_logging(**_rest):
    """Celery sets up logging of its own unless somebody listens here."""
    logging.captureWarnings(True)
