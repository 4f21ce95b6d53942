"""What taking a file in would do, found by doing all of it but the writing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.db import transaction

from people.importing.people_import import BATCH, Outcome

FIRST_ROWS, REJECTED_SHOWN, LIKELY_SHOWN = 10, 200, 500


def look_through(
    taking: Any,
    rows: Iterator,
    *,
    tell: Callable[[int], object] = lambda _done: None,
    rejected_shown: int | None = REJECTED_SHOWN,
) -> dict[str, Any]:
    """What taking in ``rows`` would do, changing nothing: counts, the first rows, the likely duplicates, the refused.

    Of what the rows before in the same file would make, the latest few thousand are seen exactly; of those before,
    the addresses.
    """
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    found: dict[str, list] = {"first": [], "likely": [], "rejected": []}
    seen: set[int] = set()
    done = 0
    for chunk in chunks(rows):
        with transaction.atomic():
            outcomes = taking.take(chunk, None)
            transaction.set_rollback(True)  # lets go of the rows it looked at
        fresh: set[int] = set()
        for one in outcomes:
            ways = {hash(way.key) for way in one.record.ways} if one.record else set()
            marks = {hash(one.key)} if one.key else ways
            result = "unchanged" if one.result == "created" and marks & seen else one.result
            person = "unchanged" if one.person_result == "created" and ways & seen else one.person_result
            fresh |= ways | marks
            counts[result] += 1
            if person and result == "created":
                counts[f"person_{person}"] += 1
            _note(found, kinds, one, result)
        seen |= fresh
        done += len(chunk)
        tell(done)
    found["rejected"] = found["rejected"][:rejected_shown]
    return {**found, "counts": dict(counts), "kinds": dict(kinds), "rows": done}


def _note(found: dict[str, list], kinds: Counter, one: Outcome, result: str) -> None:
    if one.result == "rejected":
        found["rejected"].append({"line": one.line, "why": one.why})
    if one.likely:
        kinds[one.likely.kind] += 1
        if len(found["likely"]) < LIKELY_SHOWN:
            found["likely"].append(_likely(one))
    if one.result != "rejected" and len(found["first"]) < FIRST_ROWS:
        found["first"].append({"line": one.line, "result": result, **_row(one)})


def _likely(one: Outcome) -> dict[str, Any]:
    likely = one.likely
    assert likely is not None
    return {
        "line": one.line,
        "kind": likely.kind,
        "probability": likely.probability,
        "person": str(likely.person.uuid) if likely.person.pk else "",
        **_row(one),
    }


def _row(one: Outcome) -> dict[str, Any]:
    """The row as it would be read, for people to look at."""
    record = one.record
    if record is None:
        return {"name": one.person.name if one.person else "", "ways": [], "facts": dict(one.shown)}
    facts = {key: str(value) for key, value in record.facts.items()} | dict(one.shown)
    name = f"{facts.pop('given_name', '')} {facts.pop('family_name', '')}".strip()
    said = [asdict(one) | {"at": one.at.isoformat() if one.at else ""} for one in getattr(record, "consents", ())]
    return {"name": name, "ways": [[way.kind, way.value] for way in record.ways], "facts": facts, "consents": said}


def chunks(rows: Iterator) -> Iterator[list]:
    """As many rows at a time as are read, judged and written together."""
    while chunk := list(islice(rows, BATCH)):
        yield chunk
