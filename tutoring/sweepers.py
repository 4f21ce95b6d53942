"""What the sweep does for students."""

from datetime import datetime

from tutoring import caseload, surveys


def sweep_students(*, at: datetime) -> dict[str, int]:
    """Start who was missed, and ask whoever has come to a survey's milestone."""
    return {"students_started": caseload.start_missing(at=at), "surveys_sent": surveys.invite_due(at=at)}
