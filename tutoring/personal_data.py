"""What tutoring holds about a person: shown to them on request, and forgotten."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from people.models import Person
from people.privacy.personal_data import CONTRACT, FIGURES, NAMELESS, Field, Table
from tutoring.models import FollowUp, SurveyInvitation

STUDIES, SURVEYS = _("Your studies and your tutor"), _("What you answered in surveys")

TABLES = [
    Table(
        model="tutoring.Student",
        section=STUDIES,
        of=["person"],
        why=CONTRACT,
        personal={
            "intake": Field(_("Programme"), NAMELESS, shown_as="intake__programme__title"),
            "state": Field(_("State"), NAMELESS),
            "started_at": Field(_("Started"), NAMELESS),
            "welcomed_at": Field(_("Welcomed"), NAMELESS),
            "last_contact_at": Field(_("Last contact"), NAMELESS),
            "next_contact_on": _("Next contact"),
            "left_reason": _("Why you left"),
        },
        links="person tutor",
        nameless="id uuid enrolment",
        dated="started_at",
    ),
    Table(
        model="tutoring.FollowUp",
        section=STUDIES,
        of=["student__person"],
        why=CONTRACT,
        personal={
            "at": Field(_("Contact with your tutor"), NAMELESS),
            "channel": Field(_("Channel"), NAMELESS),
            "note": _("What was agreed"),
            "next_on": _("Next contact"),
        },
        links="by",
        nameless="id student",
        dated="at",
    ),
    Table(
        model="tutoring.SurveyInvitation",
        section=SURVEYS,
        of=["student__person"],
        why=FIGURES,
        personal={
            "survey": Field(_("Survey"), NAMELESS, shown_as="survey__slug"),
            "invited_at": Field(_("Invited"), NAMELESS),
            "answered_at": Field(_("Answered"), NAMELESS),
            "score": Field(_("Score (0 to 10)"), NAMELESS),
            "comment": _("Comment"),
            "language": Field(_("Language"), NAMELESS),
        },
        nameless="id uuid student",
        dated="invited_at",
    ),
    Table(
        model="tutoring.Survey",
        nameless="id slug milestone after_days title_ca title_es title_en question_ca question_es question_en "
        "is_active",
    ),
]


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
    """Nothing more is due; the registry takes care of the words, and scores and instants stay for the figures."""
    person.studies.update(next_contact_on=None)
