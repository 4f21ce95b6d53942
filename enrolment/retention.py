"""How long applicants, students and receipts are kept, and for whom time does not run."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from enrolment import receipts
from enrolment.models import Application, Enrolment, LedgerEntry
from people.models import Person
from people.privacy.retention_rules import PersonRule, RowRule, Rule, inactive_since, months_before

State = Application.State


def applicants() -> QuerySet[Person]:
    return Person.objects.filter(Exists(_applied()))


def students() -> QuerySet[Person]:
    return Person.objects.filter(Exists(Enrolment.objects.filter(person=OuterRef("pk"))))


def applicants_due(at: datetime, months: int) -> QuerySet[Person]:
    """Those of whom every application was begun and decided so long ago, or never decided and never asked after."""
    since = months_before(at, months)
    return inactive_since(since).filter(Exists(_applied()), ~Exists(_applied(since)))


def students_due(at: datetime, months: int) -> QuerySet[Person]:
    """Those of whom every enrolment ended so long ago, and who did not apply again since."""
    since = months_before(at, months)
    own = Enrolment.objects.filter(person=OuterRef("pk"))
    current = own.filter(Q(ended_at=None) | Q(ended_at__gt=since))
    return inactive_since(since).filter(Exists(own), ~Exists(current), ~Exists(_applied(since)))


def keep_for_now(_at: datetime) -> QuerySet[Person]:
    """Students of whom the school has money to get, or to give back: until claims are settled (GDPR art. 17.3.e)."""
    of_students = LedgerEntry.objects.filter(application__state=State.ENROLLED).order_by()
    owing = of_students.values("application").annotate(total=Sum("amount_minor")).exclude(total=0)
    return Person.objects.filter(Exists(_applied().filter(pk__in=owing.values("application"))))


def _applied(since: datetime | None = None) -> QuerySet[Application]:
    own = Application.objects.filter(person=OuterRef("pk"))
    return own if since is None else own.filter(Q(created_at__gt=since) | Q(decided_at__gt=since))


def rules() -> list[Rule]:
    return [
        PersonRule(
            code="students",
            name=_("Students and alumni"),
            rank=40,
            months=60,
            what=_("Students and alumni. Receipts and books stay as the law asks, nameless elsewhere."),
            kept=ngettext_lazy(
                "%(months)s month after their studies ended and the last contact.",
                "%(months)s months after their studies ended and the last contact.",
                "months",
            ),
            source=_("Civil Code art. 1964.2: claims from a contract expire after five years; GDPR art. 5.1.e."),
            concerns=students,
            due=students_due,
        ),
        PersonRule(
            code="applicants",
            name=_("Applicants"),
            rank=30,
            months=24,
            what=_("People who applied and were not admitted, or did not go on."),
            kept=ngettext_lazy(
                "%(months)s month after the decision and the last contact.",
                "%(months)s months after the decision and the last contact.",
                "months",
            ),
            source=_("GDPR art. 5.1.e (storage limitation)."),
            concerns=applicants,
            due=applicants_due,
        ),
        RowRule(
            code="receipts",
            name=_("Receipts"),
            months=72,
            what=_("Who paid, on receipts: name, tax number and paper. Number and amounts stay in the books."),
            kept=ngettext_lazy(
                "%(months)s month after the end of the year in which they were issued.",
                "%(months)s months after the end of the year in which they were issued.",
                "months",
            ),
            source=_("Commercial Code art. 30 (six years); General Tax Act (Ley 58/2003) art. 66."),
            count=lambda at, months: receipts.named_too_long(at, months).count(),
            end=receipts.forget_payers,
        ),
    ]
