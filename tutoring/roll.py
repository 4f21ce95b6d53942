"""Reading the students: the list with its filters, and what a tutor does today and why."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import User
from tutoring import surveys
from tutoring.models import Student, StudentQuerySet, SurveyInvitation

STEPS_SHOWN = 8
SOON_DAYS = 2


@dataclass(frozen=True)
class Filters:
    """What the address of the list says; ``mine`` counts only for those who may see all."""

    view: str = "progress"
    mine: str = ""
    programme: str = ""
    intake: str = ""
    q: str = ""

    VIEWS = ("contact", "new", "unassigned", "progress", "finished", "left")

    @classmethod
    def read(cls, query) -> "Filters":
        """The filters an address names; a view nobody offers is the usual one."""
        values = {field.name: query.get(field.name, "").replace("\x00", "")[:80] for field in fields(cls)}
        if values["view"] not in cls.VIEWS:
            values["view"] = cls.view
        return cls(**values)

    def query(self, **changed: str) -> str:
        """The part of the address after "?", with some filters changed; what is not set is left out."""
        wanted = replace(self, **changed)
        return urlencode([(field.name, value) for field in fields(self) if (value := getattr(wanted, field.name))])

    @property
    def narrows(self) -> bool:
        return bool(self.programme or self.intake or self.q)


@dataclass(frozen=True)
class Due:
    """When a contact is due, in words, with its degree of urgency: good, soon or late."""

    text: str
    level: str


@dataclass(frozen=True)
class Step:
    """One student to speak with today, and why."""

    student: Student
    due: Due
    why: str


def students(filters: Filters, *, user: User, on: date) -> QuerySet[Student]:
    """The students of one view that ``user`` may see, those to contact first at the top."""
    found = narrowed(filters, user=user)
    view = {
        "contact": lambda: found.due_contact(on=on),
        "new": found.to_welcome,
        "unassigned": lambda: found.in_progress().filter(tutor=None),
        "finished": lambda: found.filter(state=Student.State.FINISHED),
        "left": lambda: found.filter(state=Student.State.LEFT),
    }.get(filters.view, found.in_progress)()
    return (
        view.select_related("person", "tutor", "intake__programme")
        .annotate(last_score=_last_score())
        .order_by(F("next_contact_on").asc(nulls_last=True), "-started_at", "-pk")
    )


def narrowed(filters: Filters, *, user: User) -> StudentQuerySet:
    """All that ``user`` may see and the filters leave, whatever the view."""
    found = Student.objects.visible_to(user)
    if filters.mine:
        found = found.filter(tutor=user)
    if filters.programme.isdecimal():
        found = found.filter(intake__programme=int(filters.programme[:9]))
    if filters.intake.isdecimal():
        found = found.filter(intake=int(filters.intake[:9]))
    for word in filters.q.split()[:4]:
        found = found.filter(Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word))
    return found


def counts(filters: Filters, *, user: User, on: date) -> dict[str, int]:
    """How many students each view holds. One query."""
    running = Q(state=Student.State.IN_PROGRESS)
    found = narrowed(filters, user=user)
    return found.aggregate(
        contact=Count("pk", filter=running & Q(next_contact_on__lte=on)),
        new=Count("pk", filter=running & Q(welcomed_at=None)),
        unassigned=Count("pk", filter=running & Q(tutor=None)),
        progress=Count("pk", filter=running),
        finished=Count("pk", filter=Q(state=Student.State.FINISHED)),
        left=Count("pk", filter=Q(state=Student.State.LEFT)),
    )


def steps_of(user: User, *, at: datetime) -> tuple[list[Step], int]:
    """Whom ``user`` should speak with today, the longest overdue first, and how many they are in all."""
    on = timezone.localdate(at)
    own = Student.objects.in_progress().filter(Q(next_contact_on__lte=on) | Q(welcomed_at=None), tutor=user)
    shown = own.select_related("person", "intake__programme").annotate(last_score=_last_score())
    shown = shown.order_by(F("next_contact_on").asc(nulls_last=True), "started_at", "pk")[:STEPS_SHOWN]
    steps = [Step(student, due(student, on=on) or Due(_("new"), "soon"), reason(student, on=on)) for student in shown]
    return steps, own.count()


def due(student: Student, *, on: date) -> Due | None:
    """When the next contact is due, seen from the date ``on``; None if none is."""
    if student.next_contact_on is None:
        return None
    days = (student.next_contact_on - on).days
    if days < 0:
        text = ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
        return Due(text, "late")
    if days == 0:
        return Due(_("today"), "soon")
    if days == 1:
        return Due(_("tomorrow"), "soon")
    return Due(date_format(student.next_contact_on, "SHORT_DATE_FORMAT"), "soon" if days <= SOON_DAYS else "good")


def reason(student: Student, *, on: date) -> str:
    """Why to speak with them now: the strongest reason, in words. ``last_score`` must be on the row."""
    if student.welcomed_at is None:
        started = date_format(timezone.localtime(student.started_at), "SHORT_DATE_FORMAT")
        return _("New since %(date)s, and nobody has welcomed them yet.") % {"date": started}
    if student.last_score is not None and student.last_score <= surveys.UNHAPPY_UP_TO:
        return _("Not happy: gave %(score)d of 10 in the last survey.") % {"score": student.last_score}
    if student.next_contact_on and student.next_contact_on < on:
        when = date_format(student.next_contact_on, "SHORT_DATE_FORMAT")
        return _("You agreed to speak on %(date)s.") % {"date": when}
    return _("You agreed to speak today.")


def _last_score():
    answers = SurveyInvitation.objects.filter(student=OuterRef("pk"), score__isnull=False)
    return Subquery(answers.order_by("-answered_at").values("score")[:1])
