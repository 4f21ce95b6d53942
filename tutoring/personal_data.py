"""What tutoring holds about a person: shown to them on request, and forgotten."""

from datetime import datetime

from people.models import Person
from tutoring.models import FollowUp, SurveyInvitation


def export(person: Person) -> dict:
    """Studies, contacts with the tutor and survey answers."""
    contacts = FollowUp.objects.filter(student__person=person).order_by("at", "pk")
    answers = SurveyInvitation.objects.filter(student__person=person).order_by("invited_at", "pk")
    return {
        "studies": list(
            person.studies.order_by("started_at", "pk").values(
                "intake__programme__title",
                "state",
                "started_at",
                "welcomed_at",
                "last_contact_at",
                "next_contact_on",
                "left_reason",
            )
        ),
        "tutoring": list(contacts.values("at", "channel", "note", "next_on")),
        "surveys": list(answers.values("survey__slug", "invited_at", "answered_at", "score", "comment", "language")),
    }


def erase(*, person: Person, at: datetime) -> None:
    """Forget the words; scores and instants stay for the figures, and nothing more is due."""
    FollowUp.objects.filter(student__person=person).update(note="")
    SurveyInvitation.objects.filter(student__person=person).update(comment="")
    person.studies.update(left_reason="", next_contact_on=None)
