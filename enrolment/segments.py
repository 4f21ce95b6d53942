"""What a rule of a segment may ask about applications, places and money, and whom these put in which phase of life."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from contact_centre.segments.criteria import STUDIES, Criterion, Field, at_least, lately, people_with, since, times
from enquiries.segments import fields, programmes
from enrolment.models import Application, Enrolment, LedgerEntry
from people.models import Person

UNDER_WAY = (
    Application.State.DRAFT,
    Application.State.WAITING,
    Application.State.SUBMITTED,
    Application.State.ADMITTED,
)
CUSTOMERS = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
MINOR = 100  # amounts are asked for in whole euros
IN = (LedgerEntry.Kind.SETTLEMENT, LedgerEntry.Kind.REFUND)


def criteria() -> list[Criterion]:
    """Applied, enrolled, paid, owes."""
    return [
        Criterion(
            "enrolment.applied",
            STUDIES,
            _("Applied"),
            _applied,
            (
                Field("programmes", _("for"), options=programmes),
                Field("states", _("now"), options=lambda: Application.State.choices),
                lately(),
            ),
        ),
        Criterion(
            "enrolment.enrolled",
            STUDIES,
            _("Enrolled"),
            _enrolled,
            (
                Field("programmes", _("in"), options=programmes),
                Field("fields", _("in the field"), options=fields),
                Field("states", _("now"), options=lambda: Enrolment.State.choices),
                times(),
                lately(),
            ),
        ),
        Criterion(
            "enrolment.ended",
            STUDIES,
            _("Finished or left their studies"),
            _ended,
            (
                Field("states", _("how"), options=lambda: Enrolment.State.choices[1:]),
                lately(),
            ),
        ),
        Criterion(
            "enrolment.paid",
            STUDIES,
            _("Paid in all"),
            _paid,
            (
                Field("euros", _("at least"), kind="number", least=1, most=1_000_000, unit="€", is_required=True),
                lately(),
            ),
            help=_("What was given back is taken off."),
        ),
        Criterion(
            "enrolment.owes",
            STUDIES,
            _("Owes us"),
            _owes,
            (Field("euros", _("at least"), kind="number", least=1, most=1_000_000, unit="€", start=1),),
        ),
    ]


def life_phases() -> dict:
    """An application under way is nurtured; whoever has or had a place is a customer, imported ones included."""
    return {
        "nurturing": [lambda at: people_with(Application.objects.filter(state__in=UNDER_WAY, created_at__lte=at))],
        "loyalty": [
            lambda at: people_with(Enrolment.objects.filter(state__in=CUSTOMERS, enrolled_at__lte=at)),
            lambda at: Q(phase__in=[Person.Phase.STUDENT, Person.Phase.ALUMNUS]),
        ],
    }


def _applied(values: Mapping, at: datetime) -> Q:
    applied = Application.objects.filter(since(at, values.get("days"), column="created_at"))
    if "programmes" in values:
        applied = applied.filter(intake__programme__in=values["programmes"])
    if "states" in values:
        applied = applied.filter(state__in=values["states"])
    return people_with(applied)


def _enrolled(values: Mapping, at: datetime) -> Q:
    enrolled = Enrolment.objects.filter(since(at, values.get("days"), column="enrolled_at"))
    if "programmes" in values:
        enrolled = enrolled.filter(intake__programme__in=values["programmes"])
    if "fields" in values:
        enrolled = enrolled.filter(intake__programme__field__in=values["fields"])
    if "states" in values:
        enrolled = enrolled.filter(state__in=values["states"])
    return at_least(enrolled, values.get("times"))


def _ended(values: Mapping, at: datetime) -> Q:
    ended = Enrolment.objects.filter(since(at, values.get("days"), column="ended_at"))
    return people_with(ended.filter(state__in=values.get("states", Enrolment.State.values[1:])))


def _paid(values: Mapping, at: datetime) -> Q:
    """Money in is negative in the ledger."""
    lines = LedgerEntry.objects.filter(since(at, values.get("days"), column="at"), kind__in=IN)
    return _summed(lines, Q(total__lte=-values["euros"] * MINOR))


def _owes(values: Mapping, at: datetime) -> Q:
    lines = LedgerEntry.objects.filter(at__lte=at)
    return _summed(lines, Q(total__gte=values.get("euros", 1) * MINOR))


def _summed(lines, condition: Q) -> Q:
    """Those whose lines in one currency add up to that."""
    people = lines.order_by().values("application__person", "currency").annotate(total=Sum("amount_minor"))
    return Q(pk__in=people.filter(condition).values("application__person"))
