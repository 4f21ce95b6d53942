"""What happened between a person and the school, in the order it happened.

The table grows without end, so whatever is asked of it is answered by an index and stops: a stretch is found by its key
(instant, id), never by an offset, and a sieve that no index serves looks through ``LOOKED_AT`` rows at most and says
where it stopped, for the reader to go on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL
from wagtail import hooks

from people.access import ways_in
from people.models import Person, Touchpoint, User

LOOKED_AT = 5_000  # rows that one stretch may read
Key = tuple[datetime, int]  # of a row: when, and its number
_NEWEST = "ORDER BY at DESC, id DESC LIMIT %s"


class NotTheirs(Exception):
    """Somebody else wrote the touchpoint: how a person felt is said by whoever was there."""


@dataclass(frozen=True)
class Sieve:
    """Which touchpoints to show; an empty one lets all through. ``since`` is let through, ``until`` is not."""

    kinds: tuple[str, ...] = ()
    floor: str = ""  # the part of a kind before the dot
    channel: str = ""
    direction: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(frozen=True)
class Stretch:
    """A piece of a timeline, the newest first; ``rest`` is the key from which it goes on, if it does.

    ``looked_until`` is set when the piece ends before it is full, because enough rows were looked at.
    """

    touchpoints: list[Touchpoint]
    rest: Key | None = None
    looked_until: datetime | None = None


def record(
    person: Person,
    *,
    at: datetime,
    channel: str,
    direction: str,
    kind: str,
    summary: str = "",
    by: User | None = None,
    about: Model | None = None,
    campaign: str = "",
    is_two_way: bool = False,
    identity_id: int | None = None,
    emotion: str = "",
    sentiment: float | None = None,
) -> Touchpoint:
    """Write one line on the person's timeline; ``is_two_way`` says that both sides spoke.

    ``identity_id`` is the address or number through which they came, so that a merge can be undone: for what comes from
    them, unless it is given, the one ``ways_in`` knows. ``sentiment`` goes from −1 (bitter) to 1 (delighted), and is
    None where nobody knows.
    """
    touchpoint = line(
        person,
        at=at,
        channel=channel,
        direction=direction,
        kind=kind,
        summary=summary,
        by=by,
        about=about,
        campaign=campaign,
        is_two_way=is_two_way,
        identity_id=identity_id,
        emotion=emotion,
        sentiment=sentiment,
    )
    touchpoint.save(force_insert=True)
    if touchpoint.identity_id is not None and not isinstance(touchpoint.identity_id, int):
        # The database found it; whoever asks this object for it reads it again.
        del touchpoint.identity_id
    return touchpoint


def line(
    person: Person,
    *,
    at: datetime,
    channel: str,
    direction: str,
    kind: str,
    summary: str = "",
    by: User | None = None,
    about: Model | None = None,
    campaign: str = "",
    is_two_way: bool = False,
    identity_id: int | None = None,
    emotion: str = "",
    sentiment: float | None = None,
) -> Touchpoint:
    """The line that ``record`` writes, not saved."""
    return Touchpoint(
        person=person,
        at=at,
        channel=channel,
        direction=direction,
        kind=kind,
        # PostgreSQL cannot keep a NUL, which some mail programs send.
        summary=summary.replace("\x00", ""),
        by=by,
        about_kind=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
        campaign=campaign,
        is_two_way=is_two_way,
        identity_id=ways_in.of(person) if identity_id is None and direction == Touchpoint.Direction.IN else identity_id,
        emotion=emotion,
        sentiment=sentiment,
    )


def note_feeling(touchpoint: Touchpoint, *, emotion: str, sentiment: float | None, by: User) -> Touchpoint:
    """Say how the person felt, for whoever wrote the touchpoint; empty takes it back. Raises NotTheirs.

    What happened stays as it was written: the database lets only feelings, words and ownership change.
    """
    if touchpoint.by_id is None or touchpoint.by_id != by.pk:
        raise NotTheirs(touchpoint.pk)
    touchpoint.emotion, touchpoint.sentiment = emotion, sentiment
    touchpoint.save(update_fields=["emotion", "sentiment"])
    return touchpoint


def kinds() -> dict[str, str]:
    """What each kind of touchpoint is called; floors name theirs with the hook ``register_touchpoint_kinds``."""
    named: dict[str, str] = {}
    for name_kinds in hooks.get_hooks("register_touchpoint_kinds"):
        named |= name_kinds()
    return named


def kinds_of(person: Person) -> list[str]:
    """The kinds that stand on the person's timeline, in order. Reads one row of the index for each, however many rows.

    PostgreSQL has no loose index scan of its own: https://wiki.postgresql.org/wiki/Loose_indexscan.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE found AS (
                (SELECT kind FROM people_touchpoint WHERE person_id = %(person)s ORDER BY kind LIMIT 1)
                UNION ALL
                SELECT (SELECT kind FROM people_touchpoint WHERE person_id = %(person)s AND kind > found.kind
                        ORDER BY kind LIMIT 1)
                FROM found WHERE found.kind IS NOT NULL
            )
            SELECT kind FROM found WHERE kind IS NOT NULL
            """,
            {"person": person.pk},
        )
        return [kind for (kind,) in cursor.fetchall()]


def page(person: Person, *, before: Touchpoint | None = None, size: int = 50) -> list[Touchpoint]:
    """``size`` touchpoints, the newest first; ``before`` is the last one of the page above."""
    return stretch(person, before=(before.at, before.pk) if before else None, size=size).touchpoints


def stretch(person: Person, *, sieve: Sieve | None = None, before: Key | None = None, size: int = 50) -> Stretch:
    """Up to ``size`` touchpoints that the sieve lets through, from just before the key ``before``.

    One query, another for a sieve by floor, and another where the end of what was looked at must be known.
    """
    sieve = sieve or Sieve()
    if sieve.floor and not sieve.kinds:
        sieve = replace(sieve, kinds=tuple(one for one in kinds_of(person) if one.startswith(f"{sieve.floor}.")))
        if not sieve.kinds:
            return Stretch([])
    conditions, sifted_by = _sifted(sieve)
    ends, facts = _ends(person, sieve, before, at_most=LOOKED_AT if conditions else size + 1)
    wanted = f"SELECT id FROM ({ends}) AS looked_at WHERE {' AND '.join(conditions or ['TRUE'])} {_NEWEST}"  # noqa: S608 -- only names of ours
    rows = Touchpoint.objects.filter(pk__in=RawSQL(wanted, [*facts, *sifted_by, size + 1]))  # noqa: S611 -- likewise
    found = list(rows.select_related("by").order_by("-at", "-pk"))
    if len(found) > size:
        return Stretch(found[:size], rest=(found[size - 1].at, found[size - 1].pk))
    edge = _edge(ends, facts) if conditions else None
    return Stretch(found, rest=edge, looked_until=edge[0]) if edge else Stretch(found)


def walk(person: Person, *, sieve: Sieve | None = None, size: int = 1_000) -> Iterator[list[Touchpoint]]:
    """The whole of what the sieve lets through, stretch by stretch, so that no length is too long to hold."""
    rest = None
    while True:
        piece = stretch(person, sieve=sieve, before=rest, size=size)
        yield piece.touchpoints
        rest = piece.rest
        if rest is None:
            return


def addresses(touchpoints: Iterable[Touchpoint], *, user: User) -> dict[int, str]:
    """Where what each touchpoint is about can be read, by its number; those ``user`` may not open are left out.

    Floors say so with the hook ``register_touchpoint_links``, which returns ``{about_kind: find}``; ``find(ids, user)``
    gives back ``{id: address}`` with one query for all of a kind.
    """
    finders: dict[str, Callable[[set[int], User], dict[int, str]]] = {}
    for register in hooks.get_hooks("register_touchpoint_links"):
        finders |= register()
    by_kind: dict[str, list[Touchpoint]] = {}
    for one in touchpoints:
        if one.about_kind in finders and one.about_id is not None:
            by_kind.setdefault(one.about_kind, []).append(one)
    found: dict[int, str] = {}
    for about_kind, concerned in by_kind.items():
        of_ids = finders[about_kind]({one.about_id for one in concerned if one.about_id is not None}, user)
        found |= {one.pk: of_ids[one.about_id] for one in concerned if one.about_id in of_ids}
    return found


def _ends(person: Person, sieve: Sieve, before: Key | None, *, at_most: int) -> tuple[str, list]:
    """The query for the rows to look at, the newest ``at_most`` of them, and its parameters.

    Each kind is read from its own end of the index and the ends are laid together: asked for several kinds at once,
    PostgreSQL would rather read the whole timeline and throw away what is not wanted.
    """
    where = ["person_id = %s"]
    facts: list = [person.pk]
    for condition, instant in (("at >= %s", sieve.since), ("at < %s", sieve.until)):
        if instant is not None:
            where.append(condition)
            facts.append(instant)
    if before is not None:
        where.append("(at, id) < (%s, %s)")
        facts += before
    columns = "id, at, channel, direction, summary"
    read = f"SELECT {columns} FROM people_touchpoint WHERE {' AND '.join(where)}"  # noqa: S608 -- only names of ours
    if not sieve.kinds:
        return f"{read} {_NEWEST}", [*facts, at_most]
    of_kinds = " UNION ALL ".join([f"({read} AND kind = %s {_NEWEST})"] * len(sieve.kinds))
    together = f"SELECT {columns} FROM ({of_kinds}) AS ends {_NEWEST}"  # noqa: S608 -- likewise
    return together, [fact for kind in sieve.kinds for fact in (*facts, kind, at_most)] + [at_most]


def _edge(ends: str, facts: list) -> Key | None:
    """The key of the last row that was looked at, if there may be more beyond it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT at, id, count(*) OVER () FROM ({ends}) AS looked_at ORDER BY at, id LIMIT 1",  # noqa: S608 -- as above
            facts,
        )
        oldest = cursor.fetchone()
    return (oldest[0], oldest[1]) if oldest and oldest[2] == LOOKED_AT else None


def _sifted(sieve: Sieve) -> tuple[list[str], list[str]]:
    """The conditions that no index serves, and what they compare with."""
    conditions, facts = [], []
    for column in ("channel", "direction"):
        if value := getattr(sieve, column):
            conditions.append(f"{column} = %s")
            facts.append(value)
    if sieve.words:
        literal = sieve.words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        conditions.append("summary ILIKE %s")
        facts.append(f"%{literal}%")
    return conditions, facts
