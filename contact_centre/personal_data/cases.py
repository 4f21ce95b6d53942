"""Cases, questions, promises: kept while somebody owes the person an answer."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Case, Promise
from contact_centre.questions import topics
from people.models import Person
from people.privacy.personal_data import ASKED, DELETE, NAMELESS, Field, Table

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
        links="person adviser meant_for",
        nameless="id uuid priority answer_due_at work_due_at next_due_at resolution_due_at they_wrote_at "
        "waiting_for_them_since snoozed_until team rank_at value_minor chance meant_until unowned_due_at "
        "escalation_level taken_at escalated_at nudged_at about_kind about_id",
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
        nameless="id case data",
        dated="at",
    ),
    Table(model="contact_centre.ArgumentUse", links="by", nameless="id argument case used_at"),
    Table(
        model="contact_centre.Question",
        section=CASES,
        of=["case__person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "topic": Field(_("Question about"), words=topics.named),
            "words": _("Your words"),
            "state": Field(_("State")),
            "asked_at": Field(_("Asked")),
            "decided_at": Field(_("Answered")),
        },
        links="by",
        nameless="id case stage",
        dated="asked_at",
    ),
    Table(
        model="contact_centre.FollowUp",
        section=CASES,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "due_at": Field(_("When we wanted to write or call")),
            "channel": Field(_("How")),
            "why": _("What for"),
            "done_at": Field(_("Done")),
            "dropped_at": Field(_("Dropped")),
        },
        links="person owner made_by",
        nameless="id case attempt made_at",
        dated="due_at",
    ),
    Table(
        model="contact_centre.Promise",
        section=CASES,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "words": _("What we promised"),
            "due_at": Field(_("By when")),
            "state": Field(_("State")),
            "made_at": Field(_("Made")),
            "broken_at": Field(_("Broken")),
            "note": _("Note"),
        },
        links="person owner made_by",
        nameless="id uuid case reminded_at handed_at decided_at",
        dated="made_at",
    ),
    Table(
        model="contact_centre.DeskAct",
        links="by",
        nameless="id uuid kind at before why undone_at",
    ),
    Table(model="contact_centre.DayPlan", links="user", nameless="id day made_at"),
    Table(model="contact_centre.DayPlanItem", nameless="id plan position case follow_up promise why done_at"),
    Table(model="contact_centre.SavedView", links="owner", nameless="id name query is_shared position"),
    Table(model="contact_centre.LadderStep", nameless="id position wait_minutes part_of_day channel"),
    Table(
        model="contact_centre.KindPromise",
        nameless="id kind wall_hours work_hours next_hours resolution_hours team",
    ),
    Table(
        model="contact_centre.DeskSettings",
        nameless="id site answer_within_hours answers_per_day work_hours next_hours resolution_hours unowned_minutes "
        "meant_minutes silence_days follow_messages",
    ),
]


def keep_for_now(_at: datetime) -> QuerySet[Person]:
    """Those to whom the school still owes an answer, or what it promised."""
    theirs = {"person": OuterRef("pk")}
    promised = Promise.objects.filter(state__in=[Promise.State.OPEN, Promise.State.BROKEN], **theirs)
    return Person.objects.filter(Exists(Case.objects.unanswered().filter(**theirs)) | Exists(promised))
