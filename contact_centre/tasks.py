"""What the sweep does at the desk."""

from datetime import datetime

from contact_centre import queue


def sweep_desk(*, at: datetime) -> dict[str, int]:
    """Escalate what is past its promise."""
    return {"cases_escalated": queue.escalate_overdue(at=at)}
