"""The rows a batch of people becomes: gathered while its lines are judged, written together at its end."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from people.identity import likeness
from people.identity.addresses import PHONES, Given
from people.importing import imports
from people.importing.import_book import Book
from people.importing.people_files import PersonRecord, Said
from people.models import Consent, DuplicatePair, Identity, ImportRun, Language, Person, SharedAddress

NO = (Consent.Decision.DENIED, Consent.Decision.WITHDRAWN)


class Rows:
    """What is to be written, and how the changed ones were."""

    def __init__(self, book: Book, *, at: datetime, source: str):
        self.book, self.at, self.source = book, at, source
        self.people: list[Person] = []
        self.identities: list[Identity] = []
        self.shares: list[SharedAddress] = []
        self.consents: list[Consent] = []
        self._before: dict[int, tuple[Person, dict[str, Any]]] = {}  # by id() of the person
        self._proposed: list[tuple[Person, Person, list[str]]] = []
        self._said: dict[int, list[Consent]] = defaultdict(list)  # by id() of the person

    def read_consents(self, records: Iterable[PersonRecord]) -> None:
        """What the people of these rows have said so far; one statement, and none if the file says nothing."""
        if any(record.consents for record in records):
            known = self.book.people
            for line in Consent.objects.filter(person_id__in=known.keys()).order_by("at", "pk"):
                self._said[id(known[line.person_id])].append(line)

    def make(self, record: PersonRecord, rows: list[Identity]) -> Person:
        """Somebody new, who shares those addresses of the row that are somebody's already."""
        facts = {"language": Language.CATALAN.value, **record.facts}
        person = Person(created_at=self.at, source=record.source or self.source, **facts)
        self.people.append(person)
        self._insert(person, record, rows, led_by=None)
        self._share(person, rows)
        self._consent(person, record)
        return person

    def add_to(
        self,
        person: Person,
        record: PersonRecord,
        rows: list[Identity],
        *,
        led_by: Identity | None,
        facts: dict[str, Any],
    ) -> bool:
        """Add what ``person`` did not have and change ``facts``; says whether anything was new."""
        added = self._insert(person, record, rows, led_by=led_by)
        shared = self._share(person, [row for row in rows if led_by is None or _key(row) != _key(led_by)])
        consented = self._consent(person, record)
        if facts or added or shared:
            self._note_before(person, [*facts, "compared_at"])
            for name, value in facts.items():
                setattr(person, name, value)
            person.compared_at = None
        return bool(facts or added or shared or consented)

    def write(self, run: ImportRun) -> None:
        """Write everything and note it on ``run``: whoever others point at first."""
        Person.objects.bulk_create(self.people)
        imports.note_made(run, self.people)
        new = {id(person) for person in self.people}
        changed = [(person, before) for person, before in self._before.values() if id(person) not in new]
        if changed:
            names = sorted({name for _person, before in changed for name in before})
            Person.objects.bulk_update([person for person, _before in changed], names)
            imports.note_changed_many(run, changed)
        # In one order, so that two imports of the same addresses do not wait for each other in a ring.
        self._make(run, Identity, sorted(self.identities, key=_key))
        self._make(run, SharedAddress, self.shares)
        self._make(run, Consent, self.consents)
        self._propose(run)

    def _make(self, run: ImportRun, model: Any, rows: list) -> None:
        """Rows whose person, or address, has its key only since a moment ago."""
        for row in rows:
            row.person_id = row.person.pk
            if isinstance(row, SharedAddress):
                row.identity_id = row.identity.pk
        imports.note_made(run, model.objects.bulk_create(rows))

    def _propose(self, run: ImportRun) -> None:
        """Put those who share an address before somebody, as for any arrival; pairs that exist stay as they are."""
        pairs: dict[tuple[int, int], DuplicatePair] = {}
        for person, other, reasons in self._proposed:
            one, two = sorted((person.pk, other.pk))
            likely = likeness.probability(reasons)
            pair = DuplicatePair(one_id=one, other_id=two, probability=likely, reasons=reasons, found_at=self.at)
            pairs.setdefault((one, two), pair)
        if not pairs:
            return
        there = DuplicatePair.objects.filter(one__in={one for one, _two in pairs})
        for key in there.values_list("one_id", "other_id"):
            pairs.pop(key, None)
        imports.note_made(run, DuplicatePair.objects.bulk_create(pairs.values()))

    def _insert(self, person: Person, record: PersonRecord, rows: list[Identity], *, led_by: Identity | None) -> bool:
        """An address that came with a known number may receive mail but opens no door: anybody can type a number."""
        known = {_key(row) for row in rows}
        missing = [way for way in record.ways if way.key not in known]
        for way in missing:
            identity = self._identity(person, way, opens=led_by is None or led_by.kind not in PHONES)
            self.identities.append(identity)
            self.book.keep_identity(identity)
        return bool(missing)

    def _identity(self, person: Person, way: Given, *, opens: bool) -> Identity:
        return Identity(
            person=person,
            kind=way.kind,
            value=way.value,
            issuer=way.issuer,
            as_typed=way.as_typed,
            source=self.source,
            may_sign_in=opens,
            created_at=self.at,
        )

    def _share(self, person: Person, rows: list[Identity]) -> bool:
        """Note that ``person`` is also reached at those of ``rows`` that belong to others."""
        shared = False
        for row in rows:
            if row.person is person or row.kind not in Identity.REACHABLE or self.book.shares(person, row):
                continue
            share = SharedAddress(person=person, identity=row, source=self.source, created_at=self.at)
            self.shares.append(share)
            self.book.keep_share(share)
            self._proposed.append((person, row.person, likeness.of_sharing(row.kind)))
            shared = True
        return shared

    def _consent(self, person: Person, record: PersonRecord) -> bool:
        lines = [line for said in record.consents if (line := self._line(person, said, record))]
        self.consents += lines
        return bool(lines)

    def _line(self, person: Person, said: Said, record: PersonRecord) -> Consent | None:
        """A line for the ledger, unless it holds it; a no without a day is of today, unless they say no already."""
        earlier = [one for one in self._said[id(person)] if (one.purpose, one.channel) == (said.purpose, said.channel)]
        if said.at is None and earlier and max(earlier, key=lambda one: one.at).decision in NO:
            return None
        if any((one.at, one.decision) == (said.at, said.decision) for one in earlier):
            return None
        line = Consent(
            person=person,
            purpose=said.purpose,
            channel=said.channel,
            decision=said.decision,
            wording_version=said.wording_version,
            language=person.language,
            at=said.at or self.at,
            source=self.source[:200],
            proof=said.proof,
        )
        self._said[id(person)].append(line)
        return line

    def _note_before(self, person: Person, names: Iterable[str]) -> None:
        _person, before = self._before.setdefault(id(person), (person, {}))
        for name in names:
            before.setdefault(name, getattr(person, name))


def _key(identity: Identity) -> tuple[str, str, str]:
    return identity.kind, identity.value, identity.issuer
