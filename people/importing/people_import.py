"""Taking in people of a file: who is known, who is new, who may be either; set by set, and all of it undone exactly.

A row that leads to a known person by the rules of ``identity.matching`` adds what was missing. One that only looks
like somebody is decided: by staff for its line, or for its kind, or by the default, which makes somebody new and leaves
the two on the list of possible duplicates. Nobody is made one with another by a likeness alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from people.identity import likeness
from people.importing.import_book import Book, Likely, TwoPeople
from people.importing.import_rows import Rows
from people.importing.people_files import FACTS, PeopleMapping, PersonRecord, RejectedRow
from people.models import Identity, ImportRun, Person

KIND = "people"
BATCH = 2_000
# Facts that everybody has from the start, so that a file never finds them missing.
GIVEN_FROM_THE_START = ("language", "time_zone", "phase")
NEW, SAME, SKIP = "new", "same", "skip"
CHOICES = (NEW, SAME, SKIP)
KINDS = (
    "same_name_and_birth_date", "like_name_and_birth_date", "same_mailbox", "shared_email", "shared_phone",
)  # fmt: skip
KNOWN = "known"
DEFAULTS = {KNOWN: SAME, **dict.fromkeys(KINDS, NEW)}


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of one row."""

    line: int
    result: str  # "created", "updated", "unchanged", "rejected"
    why: str = ""  # of a rejected row
    person: Person | None = None
    likely: Likely | None = None
    record: PersonRecord | None = None
    key: str = ""  # by which a later row of the file is the same one; empty: by its addresses
    person_result: str = ""  # what became of the person, where the row is about something else
    shown: Mapping[str, str] = field(default_factory=dict)  # what it says besides, for people to look at


@dataclass
class Taking:
    """One run over one file: where it comes from, how it is read, and what was decided about likely duplicates.

    ``decisions``: a choice, or the uuid of a person, by line; a choice by kind of likeness.
    """

    mapping: PeopleMapping
    at: datetime
    source: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)
    has_one_id: bool = True  # False: an issuer gives somebody many ids, as one for each time they asked

    def __post_init__(self):
        self.source = self.source or f"import:{self.mapping.name or KIND}"[:120]

    def take(self, rows: Sequence[PersonRecord | RejectedRow], run: ImportRun | None) -> list[Outcome]:
        """Take in some thousand rows and note them on ``run``; without one, only say what would become of them.

        To be called in a transaction. Its statements are as many for a thousand rows as for one.
        """
        records = [row for row in rows if isinstance(row, PersonRecord)]
        batch = Batch(self, records)
        outcomes = [
            batch.outcome(row) if isinstance(row, PersonRecord) else Outcome(row.line, "rejected", row.why)
            for row in rows
        ]
        if run is not None:
            batch.rows.write(run)
        return outcomes

    def choice(self, record: PersonRecord, kind: str) -> str:
        return self.decisions.get(str(record.line)) or self.decisions.get(kind) or DEFAULTS[kind]


class Batch:
    """Some thousand rows that are judged one after the other; what they make is written at the end by ``rows``."""

    def __init__(self, taking: Taking, records: list[PersonRecord]):
        self.taking = taking
        self.book = Book(records, at=taking.at, source=taking.source, has_one_id=taking.has_one_id)
        self.rows = Rows(self.book, at=taking.at, source=taking.source)
        self.rows.read_consents(records)
        self.book.read_alike(self._unknown(records))
        self.chosen = self._chosen(records)

    def _unknown(self, records: list[PersonRecord]) -> Iterator[PersonRecord]:
        """Those whom nothing in the database leads to."""
        for record in records:
            try:
                led_by, _rows = self.book.leading(record)
            except TwoPeople:
                continue
            if led_by is None:
                yield record

    def _chosen(self, records: list[PersonRecord]) -> dict[str, Person]:
        """The persons whom staff pointed at, by what they pointed with."""
        wanted = {decided for record in records if (decided := self.taking.decisions.get(str(record.line)))}
        return self.book.by_uuid({one for one in wanted - set(CHOICES) if _is_uuid(one)})

    def outcome(self, record: PersonRecord) -> Outcome:
        """What becomes of one row, after those before it."""
        try:
            led_by, rows = self.book.leading(record)
        except TwoPeople:
            return Outcome(record.line, "rejected", _("Its numbers belong to two different people."), record=record)
        if led_by is not None:
            if self.taking.choice(record, KNOWN) == SKIP:
                return Outcome(record.line, "unchanged", person=led_by.person, record=record)
            return self._add_to(led_by.person, record, rows, led_by=led_by)
        likely = self.book.likely(record, rows)
        if likely is None:
            return self._make(record, rows)
        return self._decided(record, rows, likely)

    def _decided(self, record: PersonRecord, rows: list[Identity], likely: Likely) -> Outcome:
        choice = self.taking.choice(record, likely.kind)
        if choice == NEW:
            return self._make(record, rows, likely)
        if choice == SKIP:
            why = _("Left out as decided: it may be somebody known. %(reason)s.")
            reason = likeness.SENTENCES[likely.kind]
            return Outcome(record.line, "rejected", why % {"reason": reason}, likely=likely, record=record)
        person = likely.person if choice == SAME else self.chosen.get(choice)
        if person is None:
            why = _("The person chosen for it is no longer there.")
            return Outcome(record.line, "rejected", why, likely=likely, record=record)
        return self._add_to(person, record, rows, led_by=None, likely=likely)

    def _make(self, record: PersonRecord, rows: list[Identity], likely: Likely | None = None) -> Outcome:
        person = self.rows.make(record, rows)
        self.book.keep_made(person, record)
        return Outcome(record.line, "created", person=person, likely=likely, record=record)

    def _add_to(
        self,
        person: Person,
        record: PersonRecord,
        rows: list[Identity],
        *,
        led_by: Identity | None,
        likely: Likely | None = None,
    ) -> Outcome:
        changed = self.rows.add_to(person, record, rows, led_by=led_by, facts=self._facts_for(person, record))
        result = "updated" if changed else "unchanged"
        return Outcome(record.line, result, person=person, likely=likely, record=record)

    def _facts_for(self, person: Person, record: PersonRecord) -> dict[str, Any]:
        """What the row may change: what was missing, and what the mapping lets it overwrite."""
        overwrite = self.taking.mapping.overwrite
        missing = {name for name in FACTS if name not in GIVEN_FROM_THE_START and not getattr(person, name)}
        if person.name:  # a name is one thing: a family name is not put beside somebody else's given name
            missing -= {"given_name", "family_name"}
        return {
            name: value
            for name, value in record.facts.items()
            if (name in missing or name in overwrite) and getattr(person, name) != value
        }


def count(outcomes: Iterable[Outcome]) -> Counter:
    """How many rows ended how."""
    return Counter(outcome.result for outcome in outcomes)


def rejected(outcomes: Iterable[Outcome]) -> list[dict]:
    """As a run keeps them."""
    return [{"line": one.line, "why": one.why} for one in outcomes if one.result == "rejected"]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def add_counts(run: ImportRun, outcomes: Sequence[Outcome]) -> None:
    """Write on ``run`` what became of some more rows."""
    counts = count(outcomes)
    run.created += counts["created"]
    run.updated += counts["updated"]
    run.unchanged += counts["unchanged"]
    run.rejected = [*run.rejected, *rejected(outcomes)]
    run.rows_done += len(outcomes)
    run.save(update_fields=["created", "updated", "unchanged", "rejected", "rows_done"])
