"""May we contact this person, on this channel, for this purpose, now? The one place that answers, for one or for all.

The rules themselves stand in one SQL statement (``contact_statement``); here is how it is asked and read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext as _
from wagtail import hooks

from people.contact import consents, contact_hours
from people.contact.contact_statement import DISTURBING, HOURS_KEY, REACHED_BY, TRANSACTIONAL, Asked, Hours, Part, write
from people.contact.verdict_words import LATER, REASONS, why, why_not_barred
from people.models import Channel, Consent, ContactRules, LegalBasis, OutgoingMessage, Person

__all__ = [
    "DISTURBING",
    "LATER",
    "NO",
    "REACHED_BY",
    "REASONS",
    "TRANSACTIONAL",
    "Asked",
    "Best",
    "Decision",
    "Verdict",
    "allowed",
    "best_channel",
    "decide",
    "each",
    "may_contact",
    "rows_of",
    "tally",
    "topics",
    "ways",
]
log = structlog.get_logger("matricula.policy")
NO = (Consent.Decision.DENIED, Consent.Decision.WITHDRAWN)
ORDER = (Channel.EMAIL, Channel.WHATSAPP, Channel.SMS, Channel.PHONE)  # the least disturbing first


@dataclass(frozen=True)
class Verdict:
    """The answer, its reason for people to read, what it rests on, and the address to use.

    ``reason`` is a code of ``REASONS``, empty when allowed; ``basis`` says on what ground: consent, customer, asked,
    service, student. ``proof`` is the newest line of the ledger, ``ground`` the row that makes them a customer.
    ``not_before`` is set when the answer is only "not now".
    """

    allowed: bool
    why: str
    proof: Consent | None = None
    reachable_at: str = ""
    not_before: datetime | None = None
    reason: str = ""
    basis: str = ""
    ground: LegalBasis | None = None


@dataclass(frozen=True)
class Best:
    """The channel to use, with its verdict; ``why_not`` says why it is not the one they prefer."""

    channel: str
    verdict: Verdict
    why_not: str = ""


@dataclass(frozen=True)
class Decision:
    """The answer for many: how many of them for each reason (empty: allowed), and the allowed with their addresses."""

    reasons: Mapping[str, int]
    addresses: Mapping[int, str] = field(repr=False)

    @property
    def allowed(self) -> int:
        return self.reasons.get("", 0)

    @property
    def later(self) -> int:
        return sum(count for reason, count in self.reasons.items() if reason in LATER)

    @property
    def total(self) -> int:
        return sum(self.reasons.values())


def may_contact(
    person: Person,
    *,
    channel: str,
    purpose: str,
    at: datetime,
    message: OutgoingMessage | None = None,
    topic: str = "",
    address: str = "",
) -> Verdict:
    """Ask addresses, ledger, legal basis, exclusion lists, pause, clock and cap; the first that objects is the reason.

    ``message`` is one already in the outbox, which must not count against itself. ``topic`` is a code of ``topics``.
    Of several usable addresses ``address`` is taken, if it is among them.
    """
    asked = Asked(channel, purpose, topic, address)
    return ways(person, [asked], at=at, message=message)[asked]


def ways(
    person: Person, pairs: Sequence[Asked], *, at: datetime, message: OutgoingMessage | None = None
) -> dict[Asked, Verdict]:
    """The verdict on each channel and purpose of ``pairs`` for one person, all from one statement."""
    if not pairs:
        return {}
    rules = rules_of_school()
    who = Part("%s", person.pk)
    rows = _rows(write(who, pairs, at=at, rules=rules, hours=[*_usual(rules, at), _of(person, rules, at)],
                       message=message))  # fmt: skip
    if any(row["is_hour_unknown"] for row in rows):  # their hours were changed after this object was read
        rows = _rows(write(who, pairs, at=at, rules=rules, hours=_hours(who, pairs, rules, at), message=message))
    proofs = _Rows(consents.with_texts_read(), (row["consent_id"] for row in rows))
    grounds = _Rows(LegalBasis.objects.all(), (row["ground_id"] for row in rows))
    verdicts = {pair: Verdict(False, why("erased"), reason="erased") for pair in pairs}  # until a row says otherwise
    for row in rows:
        pair = pairs[row["n"]]
        verdicts[pair] = _verdict(row, person, proofs, grounds)
    return verdicts


def decide(people: QuerySet[Person], *, channel: str, purpose: str, at: datetime, topic: str = "") -> Decision:
    """The same answer for every person of ``people``: how many for each reason, and who is allowed, at what address."""
    statement = _statement(people, [Asked(channel, purpose, topic)], at)
    if statement is None:
        return Decision({}, {})
    addresses: dict[int, str] = {}
    reasons: Counter[str] = Counter()
    for row in _rows(Part("SELECT person_id, reason, address FROM (") + statement + Part(") decided")):
        reasons[row["reason"]] += 1
        if not row["reason"]:
            addresses[row["person_id"]] = row["address"]
    return Decision(dict(reasons), addresses)


def tally(people: QuerySet[Person], pairs: Sequence[Asked], *, at: datetime) -> dict[Asked, dict[str, int]]:
    """How many of ``people`` for each reason (empty: allowed), of every pair at once; nothing but numbers is read."""
    counted: dict[Asked, dict[str, int]] = {pair: {} for pair in pairs}
    statement = _statement(people, pairs, at)
    if statement is not None:
        grouped = Part("SELECT n, reason, count(*) AS people FROM (") + statement + Part(") decided GROUP BY n, reason")
        for row in _rows(grouped):
            counted[pairs[row["n"]]][row["reason"]] = row["people"]
    return counted


def each(people: QuerySet[Person], asked: Asked, *, at: datetime) -> dict[int, tuple[str, str, datetime | None]]:
    """For every person of ``people`` the reason (empty: allowed), the address to use, and from when if only later."""
    statement = rows_of(people, asked, at=at)
    if statement is None:
        return {}
    found = _rows(statement)
    return {row["person_id"]: (row["reason"], row["address"], row["not_before"]) for row in found}


def rows_of(people: QuerySet[Person], asked: Asked, *, at: datetime) -> Part | None:
    """SQL of one row for each person, with person_id, reason, address and not_before: for ``INSERT … SELECT``."""
    statement = _statement(people, [asked], at)
    if statement is None:
        return None
    return Part("SELECT person_id, reason, address, not_before FROM (") + statement + Part(") decided")


def allowed(people: QuerySet[Person], *, channel: str, purpose: str, at: datetime, topic: str = "") -> QuerySet[Person]:
    """Those of ``people`` who may be contacted at ``at``: a queryset for whoever sends, filters or counts."""
    statement = _statement(people, [Asked(channel, purpose, topic)], at)
    if statement is None:
        return people.none()
    sql, params = Part("SELECT person_id FROM (") + statement + Part(") decided WHERE reason = ''")
    return people.filter(pk__in=RawSQL(sql, params))  # noqa: S611 -- the statement is ours, what varies is a parameter


def best_channel(
    person: Person,
    purpose: str,
    at: datetime,
    *,
    channels: Sequence[str] = ORDER,
    topic: str = "",
) -> Best | None:
    """The channel on which to contact them: the one they prefer if that is allowed; None when none is.

    Why the preferred one is not used is answered and logged (a channel that may be used later is still not now).
    """
    preferred = person.preferred_channel
    order = [preferred, *[one for one in channels if one != preferred]] if preferred in REACHED_BY else list(channels)
    verdicts = ways(person, [Asked(channel, purpose, topic) for channel in order], at=at)
    chosen = next((asked for asked in verdicts if verdicts[asked].allowed and asked.channel in channels), None)
    if chosen is None:
        return None
    why_not = ""
    if preferred and chosen.channel != preferred:
        verdict = verdicts.get(Asked(preferred, purpose, topic))
        offered = preferred in channels
        why_not = verdict.why if verdict is not None and offered else _("We cannot use this channel for it.")
        reason = verdict.reason if verdict is not None and offered else "not_offered"
        log.info(
            "preferred_channel_not_used", person=person.pk, preferred=preferred, used=chosen.channel, reason=reason
        )
    return Best(chosen.channel, verdicts[chosen], why_not)


def topics() -> dict[str, str]:
    """What commercial messages may be about: code and label; floors name theirs with the hook ``register_topics``."""
    named: dict[str, str] = {}
    for name_topics in hooks.get_hooks("register_topics"):
        named |= name_topics()
    return named


def rules_of_school() -> ContactRules:
    """The school's rules, or those we start with. One query."""
    # Written out, because every decision asks it: putting it together anew took a tenth of a millisecond of the two.
    kept = ContactRules.objects.raw("SELECT * FROM people_contactrules ORDER BY id LIMIT 1")
    return next(iter(kept), None) or ContactRules()


def _statement(people: QuerySet[Person], pairs: Sequence[Asked], at: datetime) -> Part | None:
    """The statement for a queryset; None if it can hold nobody."""
    rules = rules_of_school()
    wanted = people if people.query.is_sliced else people.order_by()
    try:
        sql, params = wanted.values("pk").query.get_compiler(using=people.db).as_sql()
    except EmptyResultSet:
        return None
    who = Part(sql, *params)
    return write(who, pairs, at=at, rules=rules, hours=_hours(who, pairs, rules, at))


def _hours(who: Part, pairs: Sequence[Asked], rules: ContactRules, at: datetime) -> list[Hours]:
    """Until when those of ``who`` wait: worked out once for each time zone and preference among them."""
    if not any(pair.minds_hours for pair in pairs):
        return _usual(rules, at)
    columns = f"SELECT DISTINCT {HOURS_KEY} AS key, time_zone, preferred_from, preferred_until FROM people_person"  # noqa: S608
    found = _rows(Part(columns) + Part(" WHERE id IN (") + who + Part(")"))
    return [
        *_usual(rules, at),
        *[
            _wait(row["key"], row["time_zone"], row["preferred_from"], row["preferred_until"], rules, at)
            for row in found
        ],
    ]


def _usual(rules: ContactRules, at: datetime) -> list[Hours]:
    """The hours of whoever changed theirs a moment ago: the school's."""
    return [_wait("", contact_hours.SCHOOL_ZONE, None, None, rules, at)]


def _of(person: Person, rules: ContactRules, at: datetime) -> Hours:
    start, end = person.preferred_from, person.preferred_until
    key = f"{person.time_zone}|{start or ''}|{end or ''}"
    return _wait(key, person.time_zone, start, end, rules, at)


def _wait(key, zone, preferred_from, preferred_until, rules: ContactRules, at: datetime) -> Hours:
    wait = contact_hours.wait(
        at,
        zone=zone,
        quiet_from=rules.quiet_from,
        quiet_until=rules.quiet_until,
        preferred_from=preferred_from,
        preferred_until=preferred_until,
    )
    return Hours(key, wait.until, wait.reason) if wait else Hours(key, None, "")


def _rows(part: Part) -> list[dict]:
    """The rows of a statement as dicts."""
    with connections["default"].cursor() as cursor:
        cursor.execute(*part)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class _Rows:
    """Rows that a verdict rests on, read together when the first of them is looked at: senders never look."""

    def __init__(self, rows: QuerySet, ids: Iterable[int | None]):
        self.rows, self.ids = rows, set(ids) - {None}

    @cached_property
    def found(self) -> dict:
        return self.rows.in_bulk(self.ids)

    def get(self, pk: int | None):
        return None if pk is None else SimpleLazyObject(lambda: self.found[pk])


def _verdict(row: dict, person: Person, proofs: _Rows, grounds: _Rows) -> Verdict:
    reason = row["reason"]
    basis = row["basis"] if not reason or reason in LATER else ""
    ground = grounds.get(row["ground_id"]) if basis == "customer" else None
    if reason:
        text = why(reason, said_at=row["said_at"], person=person)
    else:
        text = why_not_barred(basis, said_at=row["said_at"], since=ground.since if ground is not None else None)
    return Verdict(
        allowed=not reason,
        why=text,
        proof=proofs.get(row["consent_id"]),
        reachable_at=row["address"],
        not_before=row["not_before"],
        reason=reason,
        basis=basis,
        ground=ground,
    )
