"""Seats: who has one, how many are left, and the lock under which the last one is given away."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q

from enrolment.models import Application, Enrolment, Payment
from programmes.models import Intake


class PlacesGone(Exception):
    """Every seat of the intake is taken or held by somebody who is paying."""


def taken(intake_ids: Iterable[int]) -> dict[int, int]:
    """How many seats of each intake are gone: enrolled and not left, or held while somebody pays."""
    ids = [getattr(intake, "pk", intake) for intake in intake_ids]
    enrolled = (
        Enrolment.objects.filter(intake__in=ids)
        .exclude(state=Enrolment.State.WITHDRAWN)
        .values("intake")
        .annotate(n=Count("pk"))
        .values_list("intake", "n")
    )
    held = (
        Payment.objects.under_way()
        .filter(application__intake__in=ids)
        .exclude(application__state=Application.State.ENROLLED)
        .values(intake_id=F("application__intake"))
        .annotate(n=Count("application", distinct=True))
        .values_list("intake_id", "n")
    )
    found = dict.fromkeys(ids, 0)
    for intake_id, number in [*enrolled, *held]:
        found[intake_id] += number
    return found


def left(intake: Intake) -> int | None:
    """Seats still free, never below 0; None if the intake has no limit."""
    return None if intake.seats is None else max(0, intake.seats - taken([intake.pk])[intake.pk])


def lock(intake_id: int) -> Intake:
    """The intake, kept from everybody else who gives seats away until the transaction ends.

    Whoever takes a seat locks here first, so that N people who press the button at once are served one by one.
    """
    return Intake.objects.select_for_update(of=("self",)).get(pk=intake_id)


def refuse_without_place(intake: Intake, *, but: Application) -> None:
    """Raise PlacesGone unless a seat is free, or ``but`` itself holds one. The intake must be locked."""
    if intake.seats is None:
        return
    others = taken([intake.pk])[intake.pk]
    others -= Payment.objects.under_way().filter(application=but).exists()
    others -= Enrolment.objects.filter(application=but).exclude(state=Enrolment.State.WITHDRAWN).exists()
    if others >= intake.seats:
        raise PlacesGone(intake.pk)


def on_offer(*, on: date):
    """Intakes of the school's own programmes that one can apply to on the date ``on``: open, not begun, priced."""
    return (
        Intake.objects.upcoming(on=on)
        .filter(programme__is_open=True, programme__collection__is_own=True)
        .exclude(Q(price_minor=None))
        .select_related("programme")
    )
