"""What a person has under way with the school: why they cannot be forgotten today, and who had to be told of it."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enrolment.models import Application, Enrolment, LedgerEntry, Payment
from people.models import Person
from programmes import money

State = Application.State
# A draft binds nobody, and what was decided against or withdrawn is over.
OPEN = (State.WAITING, State.SUBMITTED, State.ADMITTED)


def objections(person: Person, at: datetime) -> list[str]:
    """Sentences about what must end first: open applications, places, payments and what is owed either way."""
    found = [
        _("Your application for %(programme)s is open: withdraw it first.") % {"programme": _title(one)}
        for one in _of(Application, person, state__in=OPEN)
    ]
    found += [
        _("You have a place in %(programme)s: it must have ended first.") % {"programme": _title(one)}
        for one in _of(Enrolment, person, state=Enrolment.State.ACTIVE)
    ]
    if Payment.objects.under_way().filter(application__person=person).exists():
        found.append(_("A payment is under way: it must have ended first."))
    return found + _balances(person)


def recipients(person: Person) -> list[str]:
    """Who outside the school was given something about the person to carry out what was agreed."""
    if Payment.objects.filter(application__person=person).exists():
        return [_("The company that takes our card payments (Stripe): what you paid, when, and with which card.")]
    return []


def _of(model, person: Person, **state):
    rows = model.objects.filter(person=person, **state).select_related("intake__programme")
    return rows.prefetch_related("intake__programme__pages__locale").order_by("pk")


def _balances(person: Person) -> list[str]:
    sums = (
        LedgerEntry.objects.filter(application__person=person)
        .values("application", "currency")
        .annotate(owed=Sum("amount_minor"))
        .exclude(owed=0)
        .order_by("application")
    )
    language = get_language() or "ca"
    found = []
    for row in sums:
        amount = money.show(abs(row["owed"]), row["currency"], language)
        if row["owed"] > 0:
            found.append(_("You still owe %(amount)s.") % {"amount": amount})
        else:
            found.append(_("We still owe you %(amount)s.") % {"amount": amount})
    return found


def _title(row: Application | Enrolment) -> str:
    return row.intake.programme.title_in(get_language() or "ca")
