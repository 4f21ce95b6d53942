"""Structured logs: one JSON object per line, with the request id that started the work, also inside tasks."""

import logging
from uuid import uuid4

import structlog
from celery import signals

REQUEST_ID_HEADER = "matricula_request_id"
SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
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
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "stripe": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
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


@signals.setup_logging.connect
def _keep_our_logging(**_rest):
    """Celery sets up logging of its own unless somebody listens here."""
    logging.captureWarnings(True)
