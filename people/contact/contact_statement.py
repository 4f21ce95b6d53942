"""The one statement that decides whom we may contact: the same text for one person and for a million."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from people import ages
from people.models import Channel, ContactRules, Identity, OutgoingMessage, Person, Purpose

REACHED_BY: dict[str, tuple[str, ...]] = {  # the kinds of address of each channel, the better one first
    Channel.EMAIL: (Identity.Kind.EMAIL,),
    Channel.PHONE: (Identity.Kind.PHONE, Identity.Kind.WHATSAPP),
    Channel.SMS: (Identity.Kind.PHONE,),
    Channel.WHATSAPP: (Identity.Kind.WHATSAPP, Identity.Kind.PHONE),
}
DISTURBING = (Channel.PHONE, Channel.SMS, Channel.WHATSAPP)
TRANSACTIONAL = (Purpose.SERVICE, Purpose.ENQUIRY)
UNSENT = (Purpose.PROFILING, Purpose.PHOTOGRAPHS)  # agreed to, though nothing is sent: no address is needed
PLACES = (Channel.WEB, Channel.IN_PERSON)  # where they are agreed to
BY_CUSTOMERS = (Channel.EMAIL, Channel.SMS)  # LSSI art. 21.2 speaks of electronic messages, never of calls
OWN_CAP_DAYS: dict[str, int] = {
    Person.Frequency.WEEKLY: 7,
    Person.Frequency.FORTNIGHTLY: 14,
    Person.Frequency.MONTHLY: 30,
}


@dataclass(frozen=True)
class Asked:
    """What we want: this channel, for this purpose, about this topic; by ``address``, if that may be used."""

    channel: str
    purpose: str
    topic: str = ""
    address: str = ""

    @property
    def minds_hours(self) -> bool:
        return self.channel in DISTURBING or (self.channel == Channel.EMAIL and self.purpose == Purpose.COMMERCIAL)

    @property
    def is_sent(self) -> bool:
        return not (self.purpose in UNSENT and self.channel in PLACES)


@dataclass(frozen=True)
class Hours:
    """Until when those with one time zone and one set of preferred hours wait, and why; None: no longer."""

    key: str
    until: datetime | None
    reason: str


class Part(tuple):
    """A piece of SQL and its parameters; ``+`` puts two behind each other."""

    def __new__(cls, sql: str, *params):
        return super().__new__(cls, (sql, tuple(params)))

    def __add__(self, other: "Part") -> "Part":  # type: ignore[override]
        return Part(f"{self[0]}{other[0]}", *self[1], *other[1])


def months_before(at: datetime, months: int) -> datetime:
    """The same moment ``months`` earlier, on the last day of a shorter month."""
    count = at.year * 12 + at.month - 1 - months
    year, month = divmod(count, 12)
    for day in (at.day, 30, 29, 28):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(months)


def write(
    who: Part,
    pairs: Sequence[Asked],
    *,
    at: datetime,
    rules: ContactRules,
    hours: Iterable[Hours],
    message: OutgoingMessage | None = None,
) -> Part:
    """SQL with a row for each person and pair: reason (empty: allowed), basis, address, proofs, not_before.

    ``who`` selects ids of persons. ``message`` is one already in the outbox, which must not count against itself.
    """
    hours = list(hours)
    parts = [
        _who(who, at),
        _asked(pairs),
        _kinds(pairs),
        _hours(pairs, hours),
        _REACH,
        _SAID,
        _grounds(pairs, at, rules),
        _sent(pairs, at, rules, message),
        _judged(pairs, at, rules, hours),
    ]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + Part(",\n") + part
    return Part("WITH ") + joined + _VERDICT


HOURS_KEY = """time_zone || '|' || coalesce(preferred_from::text, '') || '|' || coalesce(preferred_until::text, '')"""


_COUNTRIES = "".join(f" WHEN '{country}' THEN {age}" for country, age in ages.CONSENTS_FROM.items())
_AGE = f"CASE upper(btrim(country)){_COUNTRIES} ELSE {ages.CONSENTS_FROM_ELSEWHERE} END"


def _who(who: Part, at: datetime) -> Part:
    return (
        Part(
            f"""who AS MATERIALIZED (
            SELECT id, phase, paused_until, topics_off, erased_at, merged_into_id, {HOURS_KEY} AS hours_key,
                coalesce(birth_date + make_interval(years => {_AGE}) > %s, false) AS is_too_young,
                CASE frequency WHEN 'weekly' THEN {OWN_CAP_DAYS["weekly"]}
                    WHEN 'fortnightly' THEN {OWN_CAP_DAYS["fortnightly"]}
                    WHEN 'monthly' THEN {OWN_CAP_DAYS["monthly"]} END AS own_days
            FROM people_person WHERE id IN (""",  # noqa: S608 -- only constants of ours
            timezone.localdate(at),
        )
        + who
        + Part("))")
    )


def _asked(pairs: Sequence[Asked]) -> Part:
    rows = [
        Part(
            "(%s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s)",
            number,
            pair.channel,
            pair.purpose,
            pair.topic,
            json.dumps([pair.topic]),
            pair.minds_hours,
            pair.is_sent,
            pair.purpose not in TRANSACTIONAL,
            pair.address,
        )
        for number, pair in enumerate(pairs)
    ]
    columns = "n, channel, purpose, topic, topic_list, minds_hours, is_sent, needs_ground, wanted"
    return Part(f"asked ({columns}) AS NOT MATERIALIZED (VALUES ") + _rows(rows) + Part(")")


def _kinds(pairs: Sequence[Asked]) -> Part:
    channels = {pair.channel for pair in pairs}
    rows = [
        Part("(%s, %s, %s)", channel, kind, rank)
        for channel in sorted(channels)
        for rank, kind in enumerate(REACHED_BY.get(channel, ()))
    ]
    return (
        Part("kinds (channel, kind, rank) AS NOT MATERIALIZED (VALUES ")
        + _rows(rows or [Part("('', '', 0)")])
        + Part(")")
    )


def _hours(pairs: Sequence[Asked], hours: list[Hours]) -> Part:
    if not any(pair.minds_hours for pair in pairs):
        hours = hours[:1]
    rows = [Part("(%s, %s::timestamptz, %s)", one.key, one.until, one.reason) for one in hours]
    return Part("hours (key, until, reason) AS (VALUES ") + _rows(rows) + Part(")")


def _rows(rows: list[Part]) -> Part:
    return Part(", ".join(row[0] for row in rows), *(param for row in rows for param in row[1]))


# Which address: one that may be used before one that may not, the one that is wanted, their own before a shared one,
# the channel's own kind before another, proved ones before others, then the newest. A number barred for calls is
# barred for messages too.
# OFFSET 0 keeps the planner from asking the lists once for the order and again for the answer.
_BARRED = "SELECT 1 FROM people_suppression x WHERE x.value = o.value AND x.kind IN ('email', 'phone', 'whatsapp')"
_REACH = Part(f"""reach AS (
    SELECT DISTINCT ON (person_id, n) person_id, n, value, bar
    FROM (
        SELECT o.person_id, a.n, o.value, o.value = a.wanted AS is_wanted, o.is_shared, k.rank, o.verified_at,
            o.created_at, o.id,
            CASE WHEN EXISTS ({_BARRED} AND x.list_name = '') THEN 'suppressed'
                WHEN a.needs_ground AND EXISTS ({_BARRED} AND x.list_name <> '') THEN 'excluded'
                WHEN o.is_undeliverable THEN 'undeliverable' ELSE '' END AS bar
        FROM (
            SELECT i.person_id, i.id, i.kind, i.value, i.verified_at, i.created_at, i.is_undeliverable,
                false AS is_shared
            FROM who JOIN people_identity i ON i.person_id = who.id
            UNION ALL
            SELECT s.person_id, i.id, i.kind, i.value, i.verified_at, i.created_at, i.is_undeliverable, true
            FROM who JOIN people_sharedaddress s ON s.person_id = who.id
            JOIN people_identity i ON i.id = s.identity_id
        ) o
        JOIN kinds k ON k.kind = o.kind
        JOIN asked a ON a.channel = k.channel
        OFFSET 0
    ) held
    ORDER BY person_id, n, array_position(ARRAY['', 'suppressed', 'excluded', 'undeliverable'], bar),
        is_wanted DESC, is_shared, rank, verified_at DESC NULLS LAST, created_at DESC, id DESC
)""")  # noqa: S608 -- only constants of ours

# A yes that was never confirmed neither lifts a no nor ends an earlier yes: anybody can type an address into a form.
_SAID = Part("""said AS (
    SELECT DISTINCT ON (c.person_id, a.n) c.person_id, a.n, c.id, c.decision, c.at, c.said_by_id
    FROM who JOIN people_consent c ON c.person_id = who.id
    JOIN asked a ON a.purpose = c.purpose AND a.channel = c.channel
    ORDER BY c.person_id, a.n, (c.decision = 'requested'), c.at DESC, c.id DESC
)""")


def _grounds(pairs: Sequence[Asked], at: datetime, rules: ContactRules) -> Part:
    if not any(pair.topic for pair in pairs):
        return Part("grounds (id) AS NOT MATERIALIZED (SELECT NULL::bigint)")
    channels = ", ".join(f"'{channel}'" for channel in BY_CUSTOMERS)
    return Part(
        f"""grounds AS (
        SELECT b.person_id, a.n, b.id
        FROM who JOIN people_legalbasis b ON b.person_id = who.id
        JOIN asked a ON a.topic = b.topic AND a.topic <> '' AND a.purpose = 'commercial' AND a.channel IN ({channels})
        WHERE b.kind = 'customer' AND b.since > %s AND b.since <= %s
    )""",  # noqa: S608 -- only constants of ours
        months_before(at, rules.customer_months),
        at,
    )


def _sent(pairs: Sequence[Asked], at: datetime, rules: ContactRules, message: OutgoingMessage | None) -> Part:
    """Commercial messages that left lately. Of two on their way at once the one claimed first counts for the other."""
    head = "sent AS (SELECT person_id, array_agg(claimed_at ORDER BY claimed_at DESC) AS times FROM "
    if all(pair.purpose != Purpose.COMMERCIAL for pair in pairs):
        return Part("sent (person_id, times) AS (SELECT NULL::bigint, NULL::timestamptz[] WHERE false)")
    mine = Part("")
    if message is not None:
        mine = Part(" AND m.id <> %s", message.pk)
        if message.claimed_at is not None:
            mine = Part(
                " AND (m.state = 'sent' AND m.id <> %s OR (m.claimed_at, m.id) < (%s, %s))",
                message.pk, message.claimed_at, message.pk,
            )  # fmt: skip
    return (
        Part(head)
        + Part(
            "who JOIN people_outgoingmessage m ON m.person_id = who.id WHERE m.purpose = 'commercial' "
            "AND m.state IN ('sent', 'sending') AND m.claimed_at > %s",
            at - timedelta(days=max(rules.cap_days, *OWN_CAP_DAYS.values())),
        )
        + mine
        + Part(" GROUP BY person_id)")
    )


# They asked us again after they had told us to stop.
_ASKED_SINCE = """EXISTS (
                    SELECT 1 FROM people_touchpoint t WHERE t.person_id = who.id AND t.at > s.at
                    AND t.direction = 'in' AND t.kind NOT LIKE 'people.%%'
                )"""


def _judged(pairs: Sequence[Asked], at: datetime, rules: ContactRules, hours: list[Hours]) -> Part:
    """Each rule's answer by itself: whether it bars, on what ground it does not, and until when one waits."""
    asked_since = _ASKED_SINCE if any(pair.purpose == Purpose.ENQUIRY for pair in pairs) else "false"
    grounds = "LEFT JOIN grounds g ON g.person_id = who.id AND g.n = a.n"
    if not any(pair.topic for pair in pairs):
        grounds = "CROSS JOIN grounds g"
    usual = hours[0]  # of those whose hours were changed a moment ago
    return Part(
        f"""judged AS (
    SELECT who.id AS person_id, a.n, r.value AS address, s.id AS consent_id, s.at AS said_at, g.id AS ground_id,
        CASE WHEN who.erased_at IS NOT NULL THEN 'erased'
            WHEN who.merged_into_id IS NOT NULL THEN 'merged'
            WHEN a.is_sent AND r.value IS NULL THEN 'no_address'
            WHEN r.bar <> '' THEN r.bar
            WHEN a.purpose = 'service' THEN ''
            WHEN a.purpose = 'enquiry' THEN
                CASE WHEN s.decision IN ('denied', 'withdrawn') AND NOT {asked_since} THEN 'stopped' ELSE '' END
            WHEN s.decision IN ('denied', 'withdrawn') THEN 'refused'
            WHEN who.is_too_young AND (s.decision IS DISTINCT FROM 'granted' OR s.said_by_id IS NULL) THEN 'minor'
            WHEN s.decision = 'granted' OR g.id IS NOT NULL THEN ''
            WHEN a.purpose = 'survey' AND who.phase = 'student' THEN ''
            WHEN s.decision = 'requested' THEN 'requested'
            ELSE 'no_consent' END AS bar,
        a.purpose = 'commercial' AND a.topic <> '' AND who.topics_off @> a.topic_list AS is_off_topic,
        CASE WHEN a.purpose = 'service' THEN 'service' WHEN a.purpose = 'enquiry' THEN 'asked'
            WHEN s.decision = 'granted' THEN 'consent' WHEN g.id IS NOT NULL THEN 'customer' ELSE 'student'
            END AS basis,
        CASE WHEN a.needs_ground AND who.paused_until > %s THEN who.paused_until END AS paused_until,
        CASE WHEN NOT a.minds_hours THEN NULL WHEN h.key IS NULL THEN %s::timestamptz ELSE h.until END AS quiet_until,
        coalesce(h.reason, %s) AS quiet_reason,
        a.minds_hours AND h.key IS NULL AS is_hour_unknown,
        CASE WHEN a.purpose = 'commercial' THEN
            greatest(sent.times[%s] + make_interval(days => %s), sent.times[1] + make_interval(days => who.own_days))
            END AS capped_until
    FROM who CROSS JOIN asked a
    LEFT JOIN reach r ON r.person_id = who.id AND r.n = a.n
    LEFT JOIN said s ON s.person_id = who.id AND s.n = a.n
    {grounds}
    LEFT JOIN sent ON sent.person_id = who.id
    LEFT JOIN hours h ON h.key = who.hours_key
    OFFSET 0
)""",  # noqa: S608 -- only constants of ours
        at,
        usual.until,
        usual.reason,
        rules.commercial_cap,
        rules.cap_days,
    ) + Part(
        """,
waited AS (
    SELECT *, CASE WHEN bar <> '' THEN bar WHEN is_off_topic THEN 'topic_off' ELSE '' END AS barred,
        CASE WHEN capped_until > %s THEN capped_until END AS capped FROM judged
)""",
        at,
    )


# ``greatest`` passes over what is null: the last of all that postpone.
_VERDICT = Part("""
SELECT person_id, n,
    CASE WHEN barred <> '' THEN barred WHEN paused_until IS NOT NULL THEN 'paused'
        WHEN quiet_until IS NOT NULL THEN quiet_reason WHEN capped IS NOT NULL THEN 'cap' ELSE '' END AS reason,
    basis,
    CASE WHEN barred IN ('suppressed', 'excluded', 'undeliverable') THEN '' ELSE coalesce(address, '') END AS address,
    consent_id, said_at, ground_id,
    CASE WHEN barred = '' THEN greatest(paused_until, quiet_until, capped) END AS not_before,
    is_hour_unknown
FROM waited""")
