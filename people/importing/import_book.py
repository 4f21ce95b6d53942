"""What is known about the people of some thousand rows: read in a few statements, then asked in memory.

The rules by which a row leads to a person are those of ``identity.matching`` and ``identity.likeness``; here is only
the reading ahead. A row sees what the rows before it in the same batch have made, as if each had come alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Value
from django.db.models.functions import Concat, Lower

from people.identity import duplicates, likeness, matching, merging
from people.identity.addresses import PHONES, Given
from people.identity.likeness import Described
from people.importing.people_files import PersonRecord
from people.models import Identity, LikenessKey, Person, SharedAddress


class Row(Protocol):
    """Whatever tells who it is about, as rows of people and of histories do."""

    @property
    def line(self) -> int: ...

    @property
    def ways(self) -> tuple[Given, ...]: ...

    @property
    def facts(self) -> dict[str, Any]: ...


# Numbers that somebody gave out: each is one person's, whatever the name beside it.
NUMBERS = (Identity.Kind.EXTERNAL, Identity.Kind.STUDENT_NUMBER, Identity.Kind.USER_NAME)
LOOKED_UP = ("d:", "e:")  # likeness keys worth a question: name with date of birth, and mailboxes
LARGEST_BLOCK = duplicates.LARGEST_BLOCK
LIKELY_FROM = 0.3


@dataclass(frozen=True)
class Likely:
    """A person we know whom a row may be about, why (a code of ``likeness.SENTENCES``), and how likely, 0–1."""

    person: Person
    kind: str
    probability: float


class TwoPeople(Exception):
    """The numbers of one row were given to different people."""


def arrival_of(record: Row, *, at: datetime, source: str) -> matching.Arrival:
    """The row as whatever arrives is judged."""
    facts = {name: record.facts.get(name, "") for name in ("given_name", "family_name", "country")}
    return matching.Arrival(list(record.ways), facts, record.facts.get("language", ""), at, source)


class Book:
    """Identities, their owners and sharers, and whoever is like somebody of the batch."""

    def __init__(self, records: Sequence[Row], *, at: datetime, source: str, has_one_id: bool = True):
        self.at, self.source, self.has_one_id = at, source, has_one_id
        self.people: dict[int, Person] = {}
        self._identities: dict[tuple[str, str, str], list[Identity]] = defaultdict(list)
        self._shares: dict[tuple[str, str, str], list[SharedAddress]] = defaultdict(list)
        self._issuers: dict[int, set[str]] = defaultdict(set)  # by id() of the person: "" is an e-mail address
        self._alike: dict[str, list[int]] = defaultdict(list)
        self._keys_of: dict[int, set[str]] = {}  # by line
        self._described: dict[int, Described] = {}
        self._candidates: dict[int, set[int]] = {}  # by line
        self._made: dict[str, list[tuple[Person, Described]]] = defaultdict(list)
        self._read_identities(records)

    # --- reading

    def _read_identities(self, records: Sequence[Row]) -> None:
        values: dict[str, set[str]] = defaultdict(set)
        for record in records:
            for way in record.ways:
                values[_lookup(way)[0]].add(way.value)
        rows = [row for kind in sorted(values) for row in _rows(kind, values[kind])]
        shares = list(
            SharedAddress.objects.filter(identity__in=[row.pk for row in rows], person__erased_at=None)
            .select_related("identity")
            .order_by("created_at", "pk")
        )
        self._read_people({row.person_id for row in rows} | {share.person_id for share in shares})
        for row in rows:
            self._keep(row, self.people[row.person_id])
        for share in shares:
            share.person = self.people[share.person_id]
            self._shares[_lookup(share.identity)].append(share)

    def _read_people(self, ids: set[int]) -> None:
        """Lock them in one order, so that two imports of the same people take turns and do not wait in a ring."""
        ids = ids - self.people.keys()
        if not ids:
            return
        found = {
            person.pk: person
            for person in Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        }
        self.people |= {pk: self._speaker(person) for pk, person in found.items()}
        owned = Identity.objects.filter(person__in=ids, kind__in=[Identity.Kind.EMAIL, Identity.Kind.EXTERNAL])
        for person_id, issuer in owned.values_list("person_id", "issuer"):
            self._issuers[id(self.people[person_id])].add(issuer)

    def _speaker(self, person: Person) -> Person:
        """Whoever speaks for a person; nearly always they themselves."""
        if person.merged_into_id is None:
            return person
        speaker = merging.current(person)
        return self.people.setdefault(speaker.pk, speaker)

    def read_alike(self, records: Iterable[PersonRecord]) -> None:
        """Find whoever has a date of birth and a name, or a mailbox, in common with these rows; eight statements."""
        records = list(records)
        self._read_keys(records)
        candidates = self._not_compared_yet(records)
        for record in records:
            owners = {row.person_id for row in self._known(record) if row.person_id}
            candidates[record.line] |= self._with_same_keys(record) | owners
        self._described = duplicates.described({pk for ids in candidates.values() for pk in ids})
        self._read_people(set(self._described))
        self._candidates = {line: ids & self._described.keys() for line, ids in candidates.items()}

    def _read_keys(self, records: list[PersonRecord]) -> None:
        keys = {key for record in records for key in self._keys(record)}
        if keys:
            for pk, key in LikenessKey.objects.filter(key__in=keys).values_list("person_id", "key").iterator():
                self._alike[key].append(pk)

    def _with_same_keys(self, record: PersonRecord) -> set[int]:
        """Of those born on one day, whoever has two words of the name; of those with one mailbox, all."""
        shared: Counter[int] = Counter()
        for key in self._keys(record):
            if len(self._alike[key]) <= LARGEST_BLOCK:
                shared.update(dict.fromkeys(self._alike[key], 1 if key.startswith("d:") else 2))
        return {pk for pk, times in shared.items() if times > 1}

    def _not_compared_yet(self, records: list[PersonRecord]) -> dict[int, set[int]]:
        """Those whom the sweep has not compared have no keys: the same name and day, or the mailbox without a tag."""
        found: dict[int, set[int]] = defaultdict(set)
        born: dict[tuple[date, str], list[int]] = defaultdict(list)
        mailboxes: dict[str, list[int]] = defaultdict(list)
        for record in records:
            if day := record.facts.get("birth_date"):
                name = f"{record.facts.get('given_name', '')} {record.facts.get('family_name', '')}"
                born[day, name.lower()].append(record.line)
            for way in record.ways:
                if mailbox := _untagged(way):
                    mailboxes[mailbox].append(record.line)
        if born:
            whole = Lower(Concat("given_name", Value(" "), "family_name"))
            fresh = Person.objects.known().filter(compared_at=None, birth_date__in={day for day, _name in born})
            named = fresh.annotate(whole=whole).filter(whole__in={name for _day, name in born})
            for pk, day, name in named.values_list("pk", "birth_date", "whole"):
                for line in born.get((day, name), ()):
                    found[line].add(pk)
        if mailboxes:
            rows = Identity.objects.filter(kind=Identity.Kind.EMAIL, value__in=mailboxes)
            for pk, value in rows.values_list("person_id", "value"):
                for line in mailboxes[value]:
                    found[line].add(pk)
        return found

    def _keys(self, record: PersonRecord) -> set[str]:
        keys = self._keys_of.get(record.line)
        if keys is None:
            keys = {key for key in likeness.keys(_describe(record)) if key.startswith(LOOKED_UP)}
            self._keys_of[record.line] = keys
        return keys

    def by_uuid(self, wanted: set[str]) -> dict[str, Person]:
        """Whoever speaks for the persons with these uuids, by uuid; those who are gone are left out."""
        ids = dict(Person.objects.filter(uuid__in=wanted, erased_at=None).values_list("uuid", "pk")) if wanted else {}
        self._read_people(set(ids.values()))
        return {str(uuid): self.people[pk] for uuid, pk in ids.items() if self.people[pk].erased_at is None}

    # --- asking

    def leading(self, record: Row) -> tuple[Identity | None, list[Identity]]:
        """The identity that leads to the person of the row, if one does, and all of the row's that are somebody's.

        Raises TwoPeople.
        """
        rows = self._known(record)
        numbers = [row for row in rows if row.kind in NUMBERS]
        if len({id(row.person) for row in numbers}) > 1:
            raise TwoPeople
        if numbers:
            return numbers[0], rows
        arrival = arrival_of(record, at=self.at, source=self.source)
        # Where an issuer numbers what somebody asked, two of its numbers may be one person's.
        issuers = {way.issuer for way in record.ways if way.kind == Identity.Kind.EXTERNAL and self.has_one_id}
        for row in rows:
            self._judge(row, issuers)
        found = matching.leading(arrival, rows)
        if found is None and rows:
            shares = [share for row in rows for share in self._shares[_lookup(row)]]
            for share in shares:
                self._judge(share, issuers)
            shared = matching.sharing(arrival, shares)
            if shared:
                # Whoever shares the address is led to by it as its owner would be.
                one = shared.identity
                found = Identity(pk=one.pk, kind=one.kind, value=one.value, person=shared.person)
        return found, rows

    def _known(self, record: Row) -> list[Identity]:
        rows = {id(row): row for way in record.ways for row in self._identities[_lookup(way)]}
        return list(rows.values())

    def _judge(self, row: Any, issuers: set[str]) -> None:
        of_person = self._issuers[id(row.person)]
        row.has_email = "" in of_person
        row.has_id_of_issuer = bool((issuers - {""}) & of_person)

    def likely(self, record: PersonRecord, rows: list[Identity]) -> Likely | None:
        """Whoever a row that leads to nobody may be about all the same: the likeliest."""
        own = _describe(record)
        candidates: dict[int, tuple[Person, Described]] = {
            id(self.people[pk]): (self.people[pk], self._described[pk]) for pk in self._candidates.get(record.line, ())
        }
        for key in self._keys(record):
            candidates |= {id(person): (person, described) for person, described in self._made[key]}
        for row in rows:
            described = self._described.get(row.person_id) if row.person_id else None
            candidates.setdefault(id(row.person), (row.person, described or self._of_made(row.person)))
        found = [
            Likely(person, kind, probability)
            for person, described in candidates.values()
            for probability, reasons in [likeness.compare(own, described)]
            if (kind := _kind(person, rows, reasons)) and (probability >= LIKELY_FROM or kind.startswith("shared"))
        ]
        return max(found, key=lambda one: one.probability, default=None)

    def _of_made(self, person: Person) -> Described:
        return next(
            (described for made in self._made.values() for one, described in made if one is person),
            Described(pk=-2, given_name=person.given_name, family_name=person.family_name),
        )

    # --- what the batch itself adds

    def keep_made(self, person: Person, record: PersonRecord) -> None:
        """``person`` is new, made from this row."""
        described = _describe(record, pk=-2)
        for key in self._keys(record):
            self._made[key].append((person, described))

    def keep_identity(self, row: Identity) -> None:
        self._keep(row, row.person)

    def keep_share(self, share: SharedAddress) -> None:
        self._shares[_lookup(share.identity)].append(share)

    def shares(self, person: Person, identity: Identity) -> bool:
        """Whether ``person`` is known to be reached at an address that is another's."""
        return any(share.person is person for share in self._shares[_lookup(identity)])

    def _keep(self, row: Identity, person: Person) -> None:
        row.person = person
        self._identities[_lookup(row)].append(row)
        if row.kind in (Identity.Kind.EMAIL, Identity.Kind.EXTERNAL):
            self._issuers[id(person)].add(row.issuer)


def _lookup(one: Given | Identity) -> tuple[str, str, str]:
    """A telephone and a WhatsApp number are one address."""
    return ("phone" if one.kind in PHONES else str(one.kind)), one.value, one.issuer


def _rows(kind: str, values: set[str]) -> Iterable[Identity]:
    kinds = PHONES if kind == "phone" else (kind,)
    return Identity.objects.filter(kind__in=kinds, value__in=values).order_by("created_at", "pk")


def _untagged(way: Given) -> str:
    """The mailbox of an address with a tag: “nuria+school@…” is a way of writing “nuria@…”."""
    local, _at, domain = way.value.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if way.kind == Identity.Kind.EMAIL and "+" in local else ""


def _describe(record: PersonRecord, *, pk: int = -1) -> Described:
    return Described(
        pk=pk,
        given_name=record.facts.get("given_name", ""),
        family_name=record.facts.get("family_name", ""),
        birth_date=record.facts.get("birth_date"),
        country=record.facts.get("country", ""),
        emails=frozenset(way.value for way in record.ways if way.kind == Identity.Kind.EMAIL),
        phones=frozenset(way.value for way in record.ways if way.kind in PHONES),
        external_ids=frozenset((w.issuer, w.value) for w in record.ways if w.kind == Identity.Kind.EXTERNAL),
    )


def _kind(person: Person, rows: list[Identity], reasons: list[str]) -> str:
    """Which of the reasons staff are asked about, the strongest first; empty if none is worth a question."""
    owned = {row.kind for row in rows if row.person is person}
    for code in ("same_name_and_birth_date", "like_name_and_birth_date"):
        if code in reasons:
            return code
    if Identity.Kind.EMAIL in owned:
        return "shared_email"
    if "same_mailbox" in reasons:
        return "same_mailbox"
    return "shared_phone" if owned.intersection(PHONES) else ""
