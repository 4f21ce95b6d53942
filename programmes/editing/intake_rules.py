"""What an intake must hold to: dates in order, a currency one can pay with, prices that go up with time."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programmes import amounts, dates, money
from programmes.models import Intake


def problems(intake: Intake) -> dict[str, str]:
    """What is wrong with ``intake``, in words, by the field to put right. The table's constraints refuse the same."""
    found: dict[str, str] = {}
    for rule in (_numbers, _dates, _early_price, _late_price):
        for field, words in rule(intake):
            found.setdefault(field, words)
    return found


def _numbers(intake: Intake) -> Iterator[tuple[str, str]]:
    if not amounts.is_in_use(intake.currency):
        yield "currency", amounts.unknown_currency(intake.currency)
    if intake.seats is not None and intake.seats < 0:
        yield "seats", _("Seats cannot be fewer than none. Leave it empty if they are not counted.")
    for field in ("price_minor", "early_price_minor", "late_price_minor"):
        amount = getattr(intake, field)
        if amount is not None and amount < 0:
            yield field, _("A price cannot be below zero.")


def _dates(intake: Intake) -> Iterator[tuple[str, str]]:
    if intake.starts_on is None:
        return
    start = {"start": dates.show(intake.starts_on)}
    if intake.ends_on and intake.ends_on < intake.starts_on:
        yield "ends_on", _("It cannot end before it starts, on %(start)s.") % start
    if intake.apply_by and intake.apply_by > intake.starts_on:
        yield "apply_by", _("The deadline cannot be after the start, on %(start)s.") % start


def _early_price(intake: Intake) -> Iterator[tuple[str, str]]:
    price, early, until = intake.price_minor, intake.early_price_minor, intake.early_until
    if early is None:
        if until:
            yield "early_price_minor", _("Write the early-bird price, or take its date away.")
        return
    if until is None:
        yield "early_until", _("Until when does the early-bird price hold?")
    if price is None:
        yield "price_minor", _("Write the usual price too; the early-bird price is compared with it.")
    elif early >= price:
        yield (
            "early_price_minor",
            _("The early-bird price must be lower than the usual one, %(price)s.") % _shown(intake),
        )


def _late_price(intake: Intake) -> Iterator[tuple[str, str]]:
    price, late, since = intake.price_minor, intake.late_price_minor, intake.late_from
    if late is None:
        if since:
            yield "late_price_minor", _("Write the late price, or take its date away.")
        return
    if since is None:
        yield "late_from", _("From when does the late price hold?")
    elif intake.early_until and intake.early_until >= since:
        yield "late_from", _("The late price must begin after the early-bird price has ended.")
    if price is None:
        yield "price_minor", _("Write the usual price too; the late price is compared with it.")
    elif late <= price:
        words = _("The late price must be higher than the usual one, %(price)s.")
        yield "late_price_minor", words % _shown(intake)


def _shown(intake: Intake) -> dict[str, str]:
    return {"price": money.show(intake.price_minor or 0, intake.currency)}
