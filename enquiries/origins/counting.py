"""Making the figures of sources anew, for the days on which something about their enquiries changed.

A day is read with the same few queries however many enquiries it had, and its old figures are replaced in one
transaction. Two who count at once take different days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

from enquiries.models import Enquiry, OriginFigure, StaleDay
from enquiries.origins import collected, credit
from enquiries.origins.credit import Step
from enquiries.origins.models import Model
from enquiries.origins.naming import medium_of

State = Enquiry.State
DAYS_AT_ONCE = 31
COLUMNS = ("on", "model", "campaign_id", "action_id", "programme_id", "source", "medium", "enquiries", "contacted",
           "applied", "enrolled", "collected_minor", "currency")  # fmt: skip
_PATHS = """
    SELECT enquiry.id, touch.at, touch.kind, touch.source, touch.medium, touch.campaign_id, touch.action_id
    FROM enquiries_enquiry AS enquiry
    JOIN enquiries_touch AS touch ON touch.person_id = enquiry.person_id
    WHERE enquiry.received_at >= %(since)s AND enquiry.received_at < %(until)s AND enquiry.state <> 'invalid'
      AND (touch.enquiry_id = enquiry.id
           OR touch.at <= enquiry.received_at AND touch.at > enquiry.received_at - %(back)s::interval)
    ORDER BY touch.at, touch.id
"""


@dataclass
class _Asked:
    """An enquiry as far as its figures ask."""

    pk: int
    person_id: int
    programme_id: int | None
    received_at: datetime
    counts: tuple[int, int, int, int]
    own: Step  # what the enquiry itself says of where it came from
    money: dict[str, int] = field(default_factory=dict)


Key = tuple[date, str, int | None, int | None, int | None, str, str]


def count_stale(*, at: datetime, at_most: int = DAYS_AT_ONCE) -> int:
    """Make the figures of up to ``at_most`` days anew, the newest first; return how many days."""
    done = 0
    while done < at_most:
        with transaction.atomic():
            free = StaleDay.objects.select_for_update(skip_locked=True).order_by("-on")
            days = [stale.on for stale in free[: min(DAYS_AT_ONCE, at_most - done)]]
            for first, last in _runs(days):
                _count(first, last)
            StaleDay.objects.filter(on__in=days).delete()
        if not days:
            break
        done += len(days)
    return done


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants from the beginning of ``first`` to the end of ``last`` at the school."""
    zone = timezone.get_default_timezone()
    since = datetime.combine(first, time.min, tzinfo=zone)
    return since, datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days in a row, as their first and last."""
    run: list[date] = []
    for day in sorted(days):
        if run and day - run[-1] > timedelta(days=1):
            yield run[0], run[-1]
            run = []
        run.append(day)
    if run:
        yield run[0], run[-1]


def _count(first: date, last: date) -> None:
    since, until = bounds(first, last)
    asked = _asked(since, until)
    paths = _paths(since, until)
    without = _credit_money(asked, since, until)
    sums: dict[Key, list] = {}
    for one in asked:
        steps = paths.get(one.pk)
        _add(sums, one, credit.path(steps, received_at=one.received_at) if steps else [one.own])
    for one in without:
        _add(sums, one, [one.own])
    OriginFigure.objects.filter(on__range=(first, last)).delete()
    _write(sums)


def _asked(since: datetime, until: datetime) -> list[_Asked]:
    rows = Enquiry.objects.filter(received_at__gte=since, received_at__lt=until).exclude(state=State.INVALID)
    columns = ("pk", "person_id", "programme_id", "received_at", "state", "contacted_at", "applied_at", "enrolled_at",
               "source", "medium", "campaign_id", "action_id")  # fmt: skip
    found = []
    for row in rows.order_by().values_list(*columns).iterator(chunk_size=5_000):
        pk, person, programme, received, state, contacted, applied, enrolled, source, medium, campaign, action = row
        is_enrolled = enrolled is not None or state == State.ENROLLED
        has_applied = is_enrolled or applied is not None or state == State.APPLIED
        is_reached = has_applied or contacted is not None or state in Enquiry.REACHED
        own = Step(received, "", source.strip().lower(), medium_of(medium), campaign, action)
        found.append(_Asked(pk, person, programme, received, (1, is_reached, has_applied, is_enrolled), own))
    return found


def _paths(since: datetime, until: datetime) -> dict[int, list[Step]]:
    paths: dict[int, list[Step]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PATHS, {"since": since, "until": until, "back": f"{credit.LOOKS_BACK.days} days"})
        for enquiry_id, *facts in cursor.fetchall():
            paths.setdefault(enquiry_id, []).append(Step(*facts))
    return paths


def _credit_money(asked: list[_Asked], since: datetime, until: datetime) -> list[_Asked]:
    """Give each enquiry the money that it led to; return what came in these days from people who never asked.

    Money belongs to the newest enquiry before it about the same programme, else to the newest before it, else to the
    first that its payer ever made.
    """
    mine = {one.pk: one for one in asked}
    of_people = list(collected.rows(person_ids={one.person_id for one in asked}))
    of_days = list(collected.rows(since=since, until=until))
    chances = _enquiries_of({row.person_id for row in (*of_people, *of_days)})
    for row in of_people:
        enquiry_id = _led_to(row, chances.get(row.person_id, []))
        if enquiry_id in mine:
            money = mine[enquiry_id].money
            money[row.currency] = money.get(row.currency, 0) + row.amount_minor
    return [
        _Asked(
            0, row.person_id, row.programme_id, row.at, (0, 0, 0, 0), Step(row.at, ""), {row.currency: row.amount_minor}
        )
        for row in of_days
        if not chances.get(row.person_id)
    ]


def _enquiries_of(people: set[int]) -> dict[int, list[tuple[datetime, int, int | None]]]:
    """``(received_at, id, programme)`` of what each of ``people`` asked, the oldest first."""
    if not people:
        return {}
    rows = Enquiry.objects.filter(person__in=people).exclude(state=State.INVALID).order_by("received_at", "pk")
    found: dict[int, list[tuple[datetime, int, int | None]]] = {}
    for person_id, received_at, pk, programme_id in rows.values_list("person_id", "received_at", "pk", "programme_id"):
        found.setdefault(person_id, []).append((received_at, pk, programme_id))
    return found


def _led_to(row: collected.Collected, enquiries: list[tuple[datetime, int, int | None]]) -> int | None:
    before = [one for one in enquiries if one[0] <= row.at]
    same = [one for one in before if one[2] == row.programme_id]
    chosen = same[-1:] or before[-1:] or enquiries[:1]
    return chosen[0][1] if chosen else None


def _add(sums: dict[Key, list], one: _Asked, steps: list[Step]) -> None:
    on = timezone.localdate(one.received_at)
    if len(steps) == 1:  # nearly all: every model says the same
        _sum(sums, (on, "", *_whose(one, steps[0])), [count * credit.WHOLE for count in one.counts], one.money)
        return
    for model in Model.values:
        shares = credit.shares(steps, model, received_at=one.received_at)
        amounts = {currency: credit.split(amount, shares) for currency, amount in one.money.items()}
        for place, (step, share) in enumerate(zip(steps, shares, strict=True)):
            if share:
                money = {currency: parts[place] for currency, parts in amounts.items()}
                _sum(sums, (on, model, *_whose(one, step)), [count * share for count in one.counts], money)


def _whose(one: _Asked, step: Step) -> tuple[int | None, int | None, int | None, str, str]:
    return step.campaign_id, step.action_id, one.programme_id, step.source, step.medium


def _sum(sums: dict[Key, list], key: Key, counts: list[int], money: dict[str, int]) -> None:
    there = sums.get(key)
    if there is None:
        sums[key] = [counts, dict(money)]
        return
    there[0] = [before + more for before, more in zip(there[0], counts, strict=True)]
    for currency, amount in money.items():
        there[1][currency] = there[1].get(currency, 0) + amount


def _write(sums: dict[Key, list]) -> None:
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    with connection.cursor() as cursor, cursor.copy(f"COPY enquiries_originfigure ({columns}) FROM STDIN") as copy:
        for (on, model, *whose), (counts, money) in sums.items():
            for name in [model] if model else Model.values:
                # The counts stand beside the first currency only: a sum over all rows counts each enquiry once.
                here = counts
                for currency, amount in sorted(money.items()) or [("", 0)]:
                    copy.write_row((on, name, *whose, *here, amount, currency))
                    here = [0, 0, 0, 0]
