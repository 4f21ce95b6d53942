"""The sweep: does all work that is due, whatever a lost broker or a killed worker left undone.

Each floor registers, with the hook ``register_sweeper``, a function ``(at) -> dict[str, int]`` that does what is due on
its floor and says how much it did. Every sweeper can run twice, or beside another, with the effect of once.
"""

from datetime import datetime

import structlog
from wagtail import hooks

log = structlog.get_logger("matricula.sweep")


def sweep(*, at: datetime) -> dict[str, int]:
    """Run every floor's sweeper once; one that fails is logged and counted under ``failed``, the others still run."""
    done: dict[str, int] = {}
    for sweeper in hooks.get_hooks("register_sweeper"):
        try:
            done |= sweeper(at=at)
        except Exception:
            log.exception("sweeper_failed", sweeper=f"{sweeper.__module__}.{sweeper.__qualname__}")
            done["failed"] = done.get("failed", 0) + 1
    return done
