"""Persons who may be one: found beside other work, decided by somebody. Nobody is made one by a likeness alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from wagtail.log_actions import log

from people.identity import likeness
from people.identity.likeness import Described
from people.models import DuplicatePair, Identity, LikenessKey, Person, SharedAddress, User

BATCH = 500
BATCHES = 20  # in one sweep
# Whoever has a key in common with more than these is compared by other keys only: a switchboard, "Maria Garcia".
LARGEST_BLOCK = 50
LARGEST_BLOCK_OF_NAMES = 6
ONE_AT_A_TIME = 7_203_115  # of an advisory lock: two who compare at once would not see each other's keys
State = DuplicatePair.State

CANDIDATES = """
WITH blocks AS (
    SELECT DISTINCT key FROM people_likenesskey WHERE person_id = ANY(%(batch)s)
), sized AS (
    SELECT blocks.key, members.ids
    FROM blocks CROSS JOIN LATERAL (
        SELECT array_agg(person_id) AS ids
        FROM (SELECT person_id FROM people_likenesskey WHERE key = blocks.key LIMIT %(largest)s + 1) AS found
    ) AS members
    WHERE cardinality(members.ids) <= CASE WHEN left(blocks.key, 1) IN ('n', 'f') THEN %(largest_of_names)s
                                           ELSE %(largest)s END
)
SELECT DISTINCT least(own.id, mate.id), greatest(own.id, mate.id)
FROM sized, unnest(sized.ids) AS own(id), unnest(sized.ids) AS mate(id)
WHERE own.id = ANY(%(batch)s) AND mate.id <> own.id
"""


def compare_due(*, at: datetime) -> int:
    """Compare whoever is new or has changed with those who have something in common; return how many were compared."""
    compared = 0
    for _batch in range(BATCHES):
        done = _compare_batch(at=at)
        compared += done
        if done < BATCH:
            break
    return compared


def compare_again(*person_ids: int) -> None:
    """A name, a date of birth or an identity of these persons has changed: look for their duplicates anew."""
    Person.objects.filter(pk__in=person_ids).update(compared_at=None)


def propose(person: Person, reasons: Mapping[int, list[str]], *, at: datetime) -> None:
    """Put ``person`` and each person of ``reasons`` (codes by id) before somebody; a known pair stays."""
    pairs = [
        DuplicatePair(
            one_id=min(person.pk, other),
            other_id=max(person.pk, other),
            probability=likeness.probability(codes),
            reasons=likeness.in_order(codes),
            found_at=at,
        )
        for other, codes in reasons.items()
        if other != person.pk
    ]
    DuplicatePair.objects.bulk_create(pairs, ignore_conflicts=True)


@transaction.atomic
def keep_apart(pair_ids: Iterable[int], *, by: User | None, at: datetime) -> int:
    """The two of each pair are two people, for good; returns how many pairs were still to decide."""
    pairs = DuplicatePair.objects.select_for_update().filter(pk__in=list(pair_ids), state=State.OPEN).order_by("pk")
    return _decide(pairs, State.DIFFERENT, "people.keep_apart", by=by, at=at)


@transaction.atomic
def reopen(pair_ids: Iterable[int], *, by: User | None, at: datetime) -> int:
    """They may be one after all: the pairs are to decide again."""
    pairs = DuplicatePair.objects.select_for_update().filter(pk__in=list(pair_ids), state=State.DIFFERENT)
    return _decide(pairs.order_by("pk"), State.OPEN, "people.reopen_pair", by=by, at=at)


def open_pairs_of(person: Person, *, most: int = 5) -> list[DuplicatePair]:
    """Those with whom ``person`` may be one, the likeliest first."""
    pairs = DuplicatePair.objects.filter(Q(one=person) | Q(other=person), state=State.OPEN)
    pairs = pairs.filter(one__merged_into=None, other__merged_into=None, one__erased_at=None, other__erased_at=None)
    return list(pairs.select_related("one", "other").order_by("-probability", "-pk")[:most])


def described(person_ids: Iterable[int]) -> dict[int, Described]:
    """What is compared of each of these persons who can still be told apart; three queries."""
    ids = list(person_ids)
    held: dict[int, dict[str, Any]] = {pk: {} for pk in ids}

    def note(pk: int, what: str, value) -> None:
        held[pk].setdefault(what, set()).add(value)

    for pk, kind, issuer, value in Identity.objects.filter(person__in=ids).values_list(
        "person_id", "kind", "issuer", "value"
    ):
        if kind == Identity.Kind.EXTERNAL:
            note(pk, "external_ids", (issuer, value))
        elif kind in Identity.REACHABLE:
            note(pk, "emails" if kind == Identity.Kind.EMAIL else "phones", value)
    shares = SharedAddress.objects.filter(person__in=ids).values_list("person_id", "identity__kind", "identity__value")
    for pk, kind, value in shares:
        note(pk, "shared_emails" if kind == Identity.Kind.EMAIL else "shared_phones", value)
    people = Person.objects.known().filter(pk__in=ids)
    facts = people.values("pk", "given_name", "family_name", "birth_date", "country")
    return {
        row["pk"]: Described(**(row | {what: frozenset(values) for what, values in held[row["pk"]].items()}))
        for row in facts
    }


@transaction.atomic
def _compare_batch(*, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return 0
    due = Person.objects.select_for_update(no_key=True, skip_locked=True).filter(compared_at=None)
    batch = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not batch:
        return 0
    LikenessKey.objects.filter(person__in=batch).delete()
    rows = [
        LikenessKey(person_id=pk, key=key)
        for pk, person in described(batch).items()
        for key in sorted(likeness.keys(person))
    ]
    LikenessKey.objects.bulk_create(rows, batch_size=5_000)
    _write_pairs(batch, at=at)
    Person.objects.filter(pk__in=batch).update(compared_at=at)
    return len(batch)


def _write_pairs(batch: list[int], *, at: datetime) -> None:
    """Note the pairs that are likely enough; those of the batch that no longer are, and nobody has decided, go."""
    known = DuplicatePair.objects.filter(Q(one__in=batch) | Q(other__in=batch))
    states = {(one, other): state for one, other, state in known.values_list("one_id", "other_id", "state")}
    candidates = _candidates(batch) | set(states)
    candidates = {pair for pair in candidates if states.get(pair, State.OPEN) == State.OPEN}
    people = described({pk for pair in candidates for pk in pair})
    alike, apart = [], []
    for one, other in sorted(candidates):
        first, second = people.get(one), people.get(other)
        probability, reasons = likeness.compare(first, second) if first and second else (0.0, [])
        if probability >= likeness.PROPOSED_FROM:
            pair = DuplicatePair(one_id=one, other_id=other, probability=probability, reasons=reasons, found_at=at)
            alike.append(pair)
        elif (one, other) in states:
            apart.append((one, other))
    DuplicatePair.objects.bulk_create(
        alike, update_conflicts=True, unique_fields=["one", "other"], update_fields=["probability", "reasons"]
    )
    for one, other in apart:
        DuplicatePair.objects.filter(one=one, other=other, state=State.OPEN).delete()


def _candidates(batch: list[int]) -> set[tuple[int, int]]:
    facts: dict[str, Any] = {"batch": batch, "largest": LARGEST_BLOCK, "largest_of_names": LARGEST_BLOCK_OF_NAMES}
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, facts)
        return set(cursor.fetchall())


def _decide(pairs, state: str, action: str, *, by: User | None, at: datetime) -> int:
    decided = list(pairs)
    for pair in decided:
        pair.state = state
        pair.decided_at, pair.decided_by = (at, by) if state != State.OPEN else (None, None)
        log(instance=pair, action=action, user=by, timestamp=at)
    DuplicatePair.objects.bulk_update(decided, ["state", "decided_at", "decided_by"])
    return len(decided)
