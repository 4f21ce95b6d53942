"""The order of the queue: how pressing a case is, times what it is worth, times how likely it is to enrol.

Urgency grows as the time left runs out, ``exp(−time left / τ)``, the same for every case; so of two cases, the one that
comes first now comes first at any other instant. The order can therefore be stored as an instant, ``rank_at``: the
deadline, brought forward for what is worth more than usual and put back for what is worth less. Decision 0016.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_centre import deadlines
from contact_centre.models import Case
from programmes import money
from programmes.kept_pages import remembered

TAU = timedelta(hours=4)  # a case worth e times the usual (2.7) comes this much earlier
BOUND = timedelta(hours=12)  # no value moves a case further than this, so that every promise gets its turn
SCORE = "conversion"  # written by insights
WEIGHED = (Case.Kind.ENQUIRY, Case.Kind.FOLLOW_UP, Case.Kind.MESSAGE, Case.Kind.CALL)  # those that may lead to enrol
TOLD_FROM = timedelta(minutes=30)  # a smaller shift is no reason worth reading
RANKED_AGAIN_EVERY = timedelta(minutes=10)
HIGH, AT_ONCE = 1, 2

# What one pays who signs up today for the next start of the programme that one can still join.
_PRICE = """
SELECT CASE
    WHEN intake.early_price_minor IS NOT NULL AND intake.early_until >= %(on)s THEN intake.early_price_minor
    WHEN intake.late_price_minor IS NOT NULL AND intake.late_from <= %(on)s THEN intake.late_price_minor
    ELSE intake.price_minor END
FROM programmes_intake intake
WHERE intake.programme_id = {programme} AND intake.is_open AND intake.price_minor IS NOT NULL
AND (intake.starts_on IS NULL OR intake.starts_on >= %(on)s) AND (intake.apply_by IS NULL OR intake.apply_by >= %(on)s)
ORDER BY intake.starts_on NULLS LAST, intake.id LIMIT 1
"""
_FACTS = f"""
SELECT ({_PRICE.format(programme="%(programme)s")}),
    (SELECT value FROM people_personscore WHERE person_id = %(person)s AND metric = %(metric)s),
    (SELECT adviser_id FROM contact_centre_case WHERE person_id = %(person)s AND adviser_id IS NOT NULL
     ORDER BY COALESCE(taken_at, opened_at) DESC, id DESC LIMIT 1)
"""  # noqa: S608 -- of our own words
_USUAL = f"""
SELECT (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY price.now) FROM programmes_programme programme,
        LATERAL ({_PRICE.format(programme="programme.id")}) AS price(now) WHERE programme.is_open),
    (SELECT avg(value) FROM (
        SELECT value FROM people_personscore WHERE metric = %(metric)s ORDER BY as_of DESC LIMIT 10000) AS latest)
"""  # noqa: S608
# Prices are worked out once for each programme, not once for each case.
_RANK_AGAIN = f"""
WITH price AS MATERIALIZED (
    SELECT programme.id, price.now FROM programmes_programme programme,
    LATERAL ({_PRICE.format(programme="programme.id")}) AS price(now)
), ranked AS (
    SELECT c.id, price.now AS value_minor, score.value AS chance,
        c.answer_due_at - CASE WHEN c.kind = ANY(%(weighed)s) AND %(usual)s > 0 THEN make_interval(secs => greatest(
            -%(bound)s, least(%(bound)s, %(tau)s * ln(greatest(1e-9,
                COALESCE(price.now, %(value)s) * COALESCE(score.value, %(chance)s)) / %(usual)s)))::double precision)
        ELSE interval '0' END AS rank_at
    FROM contact_centre_case c
    LEFT JOIN price ON price.id = c.programme_id
    LEFT JOIN people_personscore score ON score.person_id = c.person_id AND score.metric = %(metric)s
    WHERE c.answered_at IS NULL AND c.state <> 'closed'
)
UPDATE contact_centre_case c
SET value_minor = ranked.value_minor, chance = ranked.chance, rank_at = ranked.rank_at
FROM ranked WHERE c.id = ranked.id AND c.answered_at IS NULL AND c.state <> 'closed' AND (
    c.rank_at IS NULL OR abs(extract(epoch FROM c.rank_at - ranked.rank_at)) >= 1
    OR c.value_minor IS DISTINCT FROM ranked.value_minor OR c.chance IS DISTINCT FROM ranked.chance)
"""  # noqa: S608


@dataclass(frozen=True)
class Usual:
    """What a case is commonly worth, and how likely to enrol; it stands in for what is not known of one case."""

    value_minor: float = 0
    chance: float = 0.1

    @property
    def worth(self) -> float:
        return self.value_minor * self.chance


@dataclass(frozen=True)
class Place:
    """Where a case stands in the queue, what that was worked out from, and who last spoke with the person."""

    rank_at: datetime
    value_minor: int | None = None
    chance: float | None = None
    last_adviser_id: int | None = None


def rank_at(
    answer_due_at: datetime, *, kind: str, value_minor: int | None, chance: float | None, usual: Usual
) -> datetime:
    """The place of a case: its deadline, moved by τ·ln(worth / usual worth), at most twelve hours either way."""
    return answer_due_at - shift(kind, value_minor=value_minor, chance=chance, usual=usual)


def shift(kind: str, *, value_minor: int | None, chance: float | None, usual: Usual) -> timedelta:
    """How much earlier than its deadline alone says a case comes; negative: later. Unknown figures change nothing."""
    if kind not in WEIGHED or usual.worth <= 0:
        return timedelta()
    value = usual.value_minor if value_minor is None else value_minor
    likely = usual.chance if chance is None else chance
    hours = TAU * math.log(max(value * likely, 1e-9) / usual.worth)
    return max(-BOUND, min(BOUND, hours))


def place(
    *,
    person_id: int,
    programme_id: int | None,
    kind: str,
    answer_due_at: datetime,
    at: datetime,
    is_stranger: bool = False,
) -> Place:
    """Where a case that opens stands: one statement, besides what is usual, which is kept for some minutes.

    None for a stranger, who has no score and has spoken with nobody: the price is remembered.
    """
    if is_stranger:
        price = _price_now(programme_id, at=at)
        ranked = rank_at(answer_due_at, kind=kind, value_minor=price, chance=None, usual=_kept_usual(at))
        return Place(ranked, price)
    asked = {"person": person_id, "programme": programme_id, "metric": SCORE, "on": timezone.localdate(at)}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, asked)
        value_minor, chance, last_adviser_id = cursor.fetchone()
    ranked = rank_at(answer_due_at, kind=kind, value_minor=value_minor, chance=chance, usual=_kept_usual(at))
    return Place(ranked, value_minor, chance, last_adviser_id)


def _price_now(programme_id: int | None, *, at: datetime) -> int | None:
    if programme_id is None:
        return None
    on = timezone.localdate(at)

    def read() -> tuple[int | None]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT ({_PRICE.format(programme='%(programme)s')})", {"programme": programme_id, "on": on}
            )
            return cursor.fetchone()

    return remembered.recall(("price", programme_id, on), read)[0]


def usual(*, at: datetime) -> Usual:
    """The median price of what one can join, and the mean chance of the people scored last."""
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, {"metric": SCORE, "on": timezone.localdate(at)})
        value_minor, chance = cursor.fetchone()
    return Usual(float(value_minor or 0), float(chance or Usual.chance))


def rank_again(*, at: datetime) -> int:
    """Give every unanswered case the place that prices and scores of today mean; return how many moved.

    One statement for all; what stands where it should is not written.
    """
    now = usual(at=at)
    facts: dict[str, Any] = {
        "on": timezone.localdate(at),
        "metric": SCORE,
        "weighed": [str(kind) for kind in WEIGHED],
        "value": now.value_minor,
        "chance": now.chance,
        "usual": now.worth,
        "tau": TAU.total_seconds(),
        "bound": BOUND.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RANK_AGAIN, facts)
        return cursor.rowcount


def rank_again_if_due(*, at: datetime) -> int:
    """The same for the sweep, which comes by every half minute: at most once in ten minutes."""
    # ``add`` is the claim: of several sweeps one gets through. A lost cache only means once more.
    if not cache.add("contact_centre.ranked_again", at.isoformat(), timeout=RANKED_AGAIN_EVERY.total_seconds()):
        return 0
    return rank_again(at=at)


def why(case: Case, *, at: datetime) -> list[str]:
    """Why a case stands where it does, the strongest reason first, in words. Asks the database nothing."""
    due = deadlines.words(case.answer_due_at, at=at)
    reasons = []
    if case.priority >= AT_ONCE:
        reasons.append(_("The promise is broken: answer at once.") if due.level == "late" else _("To be done at once."))
    if case.nudged_at is not None:
        reasons.append(_("They have asked again where the answer is."))
    elif case.priority == HIGH:
        reasons.append(_("Marked as urgent."))
    if case.priority < AT_ONCE:
        reasons.append(_("Answer due: %(when)s.") % {"when": due.text})
    moved = case.answer_due_at - case.rank_at if case.rank_at else timedelta()
    if abs(moved) >= TOLD_FROM:
        words = _("%(time)s earlier for what it is worth") if moved > timedelta() else _("%(time)s later: worth less")
        reasons.append(_("Comes %(moved)s (%(from)s).") % {"moved": words % {"time": deadlines.span(abs(moved))},
                                                            "from": _worth(case)})  # fmt: skip
    elif case.kind in WEIGHED and (case.value_minor is not None or case.chance is not None):
        reasons.append(_("Worth about what is usual (%(from)s).") % {"from": _worth(case)})
    if case.meant_for_id is not None and case.meant_until is not None and case.meant_until > at:
        until = timezone.localtime(case.meant_until)
        reasons.append(_("Kept until %(hour)s for whoever knows the person.") % {"hour": f"{until:%H:%M}"})
    if case.snoozed_until is not None and case.snoozed_until > at:
        reasons.append(_("Put aside until later."))
    return reasons


def _worth(case: Case) -> str:
    parts = []
    if case.value_minor is not None:
        parts.append(_("next start %(price)s") % {"price": money.show(case.value_minor)})
    if case.chance is not None:
        parts.append(_("%(share)d in 100 like them enrol") % {"share": round(100 * case.chance)})
    return ", ".join(parts) or _("usual figures")


class _Kept:
    """What is usual, remembered in this process; the sweep puts right what a few minutes may have changed."""

    found: Usual | None = None
    read_at: datetime | None = None


def forget() -> None:
    """Read anew what is usual, the next time it is asked for."""
    _Kept.found = _Kept.read_at = None


def _kept_usual(at: datetime) -> Usual:
    if _Kept.found is None or _Kept.read_at is None or abs(at - _Kept.read_at) >= RANKED_AGAIN_EVERY:
        _Kept.found, _Kept.read_at = usual(at=at), at
    return _Kept.found
