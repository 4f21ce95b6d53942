"""What the contact centre holds about a person: cases and notes; people are kept while somebody owes them an answer."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Case
from people.models import Person
from people.privacy.personal_data import ASKED, NAMELESS, Field, Table

CASES = _("Your questions and our answers")

TABLES = [
    Table(
        model="contact_centre.Case",
        section=CASES,
        of=["person"],
        why=ASKED,
        personal={
            "kind": Field(_("Kind"), NAMELESS),
            "state": Field(_("State"), NAMELESS),
            "channel": Field(_("Channel"), NAMELESS),
            "language": Field(_("Language"), NAMELESS),
            "programme": Field(_("Programme"), NAMELESS, shown_as="programme__title"),
            "question": _("Question"),
            "opened_at": Field(_("Opened"), NAMELESS),
            "answered_at": Field(_("Answered"), NAMELESS),
            "closed_at": Field(_("Closed"), NAMELESS),
        },
        links="person adviser",
        nameless="id uuid priority answer_due_at taken_at escalated_at nudged_at about_kind about_id",
        dated="opened_at",
    ),
    Table(
        model="contact_centre.CaseEvent",
        section=CASES,
        of=["case__person"],
        why=ASKED,
        personal={
            "kind": Field(_("What happened"), NAMELESS),
            "at": Field(_("When"), NAMELESS),
            "note": _("Note"),
        },
        links="by",
        nameless="id case",
        dated="at",
    ),
    Table(model="contact_centre.ArgumentUse", links="by", nameless="id argument case used_at"),
    Table(model="contact_centre.ReplyTemplate", nameless="id title kind purpose language subject body"),
    Table(model="contact_centre.DeskSettings", nameless="id site answer_within_hours answers_per_day"),
]


def keep_for_now(_at: datetime) -> QuerySet[Person]:
    """Those to whom the school still owes an answer."""
    return Person.objects.filter(Exists(Case.objects.unanswered().filter(person=OuterRef("pk"))))
