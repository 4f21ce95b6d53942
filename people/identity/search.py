"""Finding whom staff mean: by any identity, its beginning, the end of a number, or words of a name.

Every statement is bounded by an index or by a number of rows, so that a letter that half the school begins with costs
no more than a name nobody has.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import phonenumbers
from django.db import connection
from django.db.models import QuerySet, prefetch_related_objects

from people.identity import names
from people.identity.addresses import HOME_REGION, BadIdentity, normalise_phone
from people.models import Person
from people.models.name_words import BARE, WORDS

FOUND_AT_MOST = 50
NEWEST = 2_000  # people looked at one by one, for words that are frequent among them; the others are left to the index
ENOUGH_FOR_LETTERS = 20  # nobody is found by single letters: no need to read half the index for more of them
SPARE = 3  # times the stretch of time in which enough are expected
MORE_WHEN_LIMITED = 10  # times, so that those whom one may not see leave room for those whom one may
SHORTEST_ENDING = 3  # digits
MOST_WORDS = 5
LONGEST = 200

_NAME = "given_name || ' ' || family_name"
_KNOWN = "erased_at IS NULL AND merged_into_id IS NULL"
_HOME_CODE = phonenumbers.country_code_for_region(HOME_REGION)

# Sorted as the index is, so that the planner walks along it and stops after a few; exact ones (rank 0) before all.
OF_IDENTITIES = """
WITH exact AS (
    SELECT id, person_id FROM people_identity WHERE value = ANY(%(whole)s) LIMIT %(most)s
)
SELECT person_id, 0 AS rank FROM exact
UNION ALL
SELECT person_id, 1 FROM people_sharedaddress WHERE identity_id IN (SELECT id FROM exact)
"""
BEGINNING = """
UNION ALL
(SELECT person_id, 2 FROM people_identity WHERE value LIKE %(beginning_{number})s
 ORDER BY value USING ~<~ LIMIT %(most)s)
"""
ENDING = """
UNION ALL
(SELECT person_id, 2 FROM people_identity
 WHERE reverse(value) LIKE reverse(%(ending)s) || '%%' AND kind IN ('phone', 'whatsapp')
 ORDER BY reverse(value) USING ~<~ LIMIT %(most)s)
"""
TYPED = BARE.format(text="%(typed)s").replace("%", "%%").replace("%%(typed)s", "%(typed)s")
WHOLE_WORDS = f"to_tsquery('simple', replace(trim({TYPED}), ' ', ' & '))"
BEGINNINGS = f"to_tsquery('simple', replace(trim({TYPED}), ' ', ':* & ') || ':*')"
AMONG_NEWEST = f"""
SELECT id, CASE WHEN words @@ {WHOLE_WORDS} THEN 3 ELSE 4 END AS rank
FROM (SELECT id, created_at, {WORDS.format(text=_NAME)} AS words
      FROM (SELECT id, created_at, given_name, family_name FROM people_person WHERE {_KNOWN}
            ORDER BY created_at DESC LIMIT %(newest)s) AS newest) AS people
WHERE words @@ {BEGINNINGS}
ORDER BY rank, created_at DESC LIMIT %(most)s
"""  # noqa: S608 -- put together from constants alone
# OFFSET 0 keeps the planner from walking through everybody, the newest first, in the hope of finding enough.
BY_INDEX = """
SELECT id, {rank} AS rank
FROM (SELECT id, created_at FROM people_person
      WHERE {words} @@ {query} AND {known} AND created_at >= %(since)s OFFSET 0) AS found
ORDER BY created_at DESC LIMIT %(most)s
"""
BY_WHOLE_WORDS = BY_INDEX.format(rank=3, words=WORDS.format(text=_NAME), query=WHOLE_WORDS, known=_KNOWN)
BY_BEGINNINGS = BY_INDEX.format(rank=4, words=WORDS.format(text=_NAME), query=BEGINNINGS, known=_KNOWN)
STRETCH = f"""
SELECT trim({TYPED}), count(*), max(created_at), min(created_at)
FROM (SELECT created_at FROM people_person ORDER BY created_at DESC LIMIT %(newest)s) AS newest
"""  # noqa: S608 -- put together from constants alone
EVER = datetime(1, 1, 1, tzinfo=UTC)


def find(text: str, *, most: int = FOUND_AT_MOST, among: QuerySet[Person] | None = None) -> list[Person]:
    """Persons whom staff may mean by ``text``, at most ``most``, with their identities; ``among`` limits to some.

    Whoever has exactly this identity comes first, then those who share it or whose identity begins so, then names
    with these very words, then names with words that begin so; of each the newest first.
    """
    typed = names.clean(text, longest=LONGEST)
    if not typed:
        return []
    ranks: dict[int, int] = {}
    looked_at = most if among is None else most * MORE_WHEN_LIMITED
    _note(ranks, _of_identities(typed, looked_at))
    if "@" not in typed and any(mark.isalpha() for mark in typed):
        _note(ranks, _of_names(" ".join(typed.split()[:MOST_WORDS]), looked_at))
    among = Person.objects.known() if among is None else among.filter(erased_at=None, merged_into=None)
    people = list(among.filter(pk__in=ranks))
    people.sort(key=lambda person: (ranks[person.pk], -person.created_at.timestamp(), -person.pk))
    people = people[:most]
    prefetch_related_objects(people, "identities")
    return people


def _note(ranks: dict[int, int], found: Iterable[tuple[Any, ...]]) -> None:
    for pk, rank in found:
        ranks[pk] = min(rank, ranks.get(pk, rank))


def _of_identities(typed: str, most: int) -> list[tuple[int, int]]:
    bare = typed.removeprefix("mailto:").strip("<>")
    digits = "".join(mark for mark in typed if mark.isdigit())
    # A number is mostly digits; a student number or an id has other marks, or is looked for as it was typed.
    is_number = len(digits) >= SHORTEST_ENDING and not any(mark.isalpha() or mark == "@" for mark in typed)
    facts: dict[str, Any] = {"most": most, "whole": sorted(_whole(bare, is_number))}
    sql = OF_IDENTITIES
    for number, beginning in enumerate(sorted(_beginnings(bare, digits, is_number))):
        sql += BEGINNING.format(number=number)
        facts[f"beginning_{number}"] = f"{_escaped(beginning)}%"
    if is_number:
        sql += ENDING
        facts["ending"] = digits
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall()


def _whole(typed: str, is_number: bool) -> set[str]:
    whole = {typed, typed.lower(), typed.upper()}
    if is_number:
        with suppress(BadIdentity):  # part of a number: looked for by its beginning and its end
            whole.add(normalise_phone(typed))
    return whole


def _beginnings(typed: str, digits: str, is_number: bool) -> set[str]:
    if not is_number:
        return {typed, typed.lower(), typed.upper()}
    international = digits.removeprefix("00") if digits.startswith("00") or typed.startswith("+") else ""
    return {typed, f"+{international or f'{_HOME_CODE}{digits}'}"}


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _of_names(typed: str, most: int) -> list[tuple[Any, ...]]:
    """First among the newest, where frequent words are; what is rare there is looked for in the index.

    How many the newest hold says how far back enough will be found, so that a word which one in a hundred has does
    not fetch ten thousand to show fifty.
    """
    facts: dict[str, Any] = {"typed": typed, "most": most, "newest": NEWEST}
    with connection.cursor() as cursor:

        def rows(sql: str, since: datetime) -> list[tuple[Any, ...]]:
            cursor.execute(sql, facts | {"since": since})
            return cursor.fetchall()

        ((bare, looked_at, last, first),) = rows(STRETCH, EVER)
        if not bare:
            return []
        newest = rows(AMONG_NEWEST, EVER)
        if looked_at < NEWEST:  # that was everybody
            return newest
        whole = sum(rank == 3 for _pk, rank in newest)
        enough = most if any(len(word) > 1 for word in bare.split()) else min(most, ENOUGH_FOR_LETTERS)
        found = list(newest)
        for sql, seen in ((BY_WHOLE_WORDS, whole), (BY_BEGINNINGS, len(newest))):
            if seen < enough:
                more = rows(sql, _since(last, first, seen, most))
                if seen and len(more) < most:  # fewer before than of late
                    more = rows(sql, EVER)
                found += more
                if len(more) >= most:
                    break
    return found


def _since(last: datetime, first: datetime, seen: int, most: int) -> datetime:
    """How far back ``most`` are expected, when ``seen`` came between ``first`` and ``last``."""
    if not seen:
        return EVER
    try:
        return last - (last - first) * (SPARE * most / seen)
    except OverflowError:
        return EVER
