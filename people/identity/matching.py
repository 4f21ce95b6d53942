"""Whom an arrival belongs to: the one person it leads to, somebody who shares their address, or somebody new.

The rules stand as a table in docs/one-person.md; why addresses are shared, in docs/decisions/0008.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext as _

from people.identity import duplicates, likeness, merging, names
from people.identity.addresses import HOME_REGION, LONGEST, PHONES, BadIdentity, Given, Kind, normalise
from people.identity.alike import names_agree
from people.models import Identity, Language, Person, SharedAddress

TRIES = 5  # somebody else being quicker that often in a row is no coincidence


# Nobody has an address: two searches in the unique index, whatever else PostgreSQL might think of.
_NOBODY_HAS = "NOT EXISTS (SELECT 1 FROM people_identity WHERE kind = ANY(%s) AND value = %s AND issuer = %s)"


@dataclass(frozen=True)
class Arrival:
    """What is known of whoever arrives."""

    given: list[Given]  # the strongest first
    facts: dict[str, str]
    language: str
    at: datetime
    source: str
    has_one_id: bool = True  # False: an issuer gives somebody many ids, as one for each time they asked

    def brings(self, kind: str) -> bool:
        return any(one.kind == kind for one in self.given)

    def agrees_with(self, person: Person) -> bool:
        return names_agree(self.facts["given_name"], self.facts["family_name"], person.given_name, person.family_name)


def match_or_create(
    *,
    at: datetime,
    email: str = "",
    phone: str = "",
    external_id: str = "",
    issuer: str = "",
    given_name: str = "",
    family_name: str = "",
    language: str = "ca",
    country: str = "",
    source: str = "",
    region: str = HOME_REGION,
    has_one_id: bool = True,
) -> tuple[Person, bool]:
    """The one person with any of the given identities, or a new one; says whether it is new.

    An external id decides, then a verified identity, whatever the name. An e-mail address, and after it a number, that
    nobody has verified leads to its owner unless the names contradict each other, and a number not to somebody with
    another e-mail address; then it is shared, and the two are proposed as possible duplicates. What was unknown about
    a known person is added, nothing is overwritten, two persons are never made one. The identity that led to the
    person is left in ``reached_by``. With ``has_one_id`` false the issuer numbers what somebody asked, not people: two
    of its ids may be one person's. Raises BadIdentity for an unusable identity, or for none at all.
    """
    arrival = arriving(
        at=at,
        email=email,
        phone=phone,
        external_id=external_id,
        issuer=issuer,
        given_name=given_name,
        family_name=family_name,
        language=language,
        country=country,
        source=source,
        region=region,
        has_one_id=has_one_id,
    )
    return found_or_made(arrival)


def arriving(
    *,
    at: datetime,
    email: str = "",
    phone: str = "",
    external_id: str = "",
    issuer: str = "",
    given_name: str = "",
    family_name: str = "",
    language: str = "ca",
    country: str = "",
    source: str = "",
    region: str = HOME_REGION,
    has_one_id: bool = True,
) -> Arrival:
    """What is known of whoever arrives, cleaned. Raises BadIdentity."""
    facts = {
        "given_name": names.clean(given_name),
        "family_name": names.clean(family_name),
        "country": names.clean(country, longest=60),
    }
    spoken = language if language in Language else Language.CATALAN
    return Arrival(_given(email, phone, external_id, issuer, region), facts, spoken, at, source[:120], has_one_id)


def is_stranger(arrival: Arrival) -> tuple[str, list]:
    """An expression for ``people.writing.read``: whether nobody has any of the identities."""
    facts: list = []
    for one in arrival.given:
        facts += [[*map(str, PHONES)] if one.kind == Kind.PHONE else [str(one.kind)], one.value, one.issuer]
    return " AND ".join([_NOBODY_HAS] * len(arrival.given)), facts


def stranger(arrival: Arrival, number: int, identity_numbers: Iterable[int]) -> tuple[Person, list[Identity]]:
    """The rows of somebody new, not saved: for whoever found them a stranger and writes them beside their own rows."""
    person = _new_person(arrival)
    person.pk = number
    identities = _new_identities(person, arrival, arrival.given, may_sign_in=True)
    for identity, pk in zip(identities, identity_numbers, strict=False):
        identity.pk = pk
    person.reached_by, person.is_stranger = identities[0].pk, True
    return person, identities


def found_or_made(arrival: Arrival) -> tuple[Person, bool]:
    """As ``match_or_create`` says."""
    for _attempt in range(TRIES):
        rows = _known(arrival)
        found = leading(arrival, rows)
        if found:
            return _complete(found.person, arrival, rows, led_by=found), False
        try:
            with transaction.atomic():
                return _share_or_make(arrival, rows) if rows else (_make(arrival, rows), True)
        except IntegrityError:  # somebody else was quicker with one of the identities: theirs is found now
            continue
    raise RuntimeError("The identities change hands faster than they can be read.")


def _given(email: str, phone: str, external_id: str, issuer: str, region: str) -> list[Given]:
    given = []
    if external_id:
        value = normalise(Kind.EXTERNAL, external_id)
        given.append(Given(Kind.EXTERNAL, value, issuer[:60], external_id[:LONGEST]))
    if email:
        given.append(Given(Kind.EMAIL, normalise(Kind.EMAIL, email), as_typed=email[:LONGEST]))
    if phone:
        given.append(Given(Kind.PHONE, normalise(Kind.PHONE, phone, region=region), as_typed=phone[:LONGEST]))
    if not given:
        raise BadIdentity("", _("Leave an e-mail address or a telephone number, so that we can answer."))
    return given


def _known(arrival: Arrival) -> list[Identity]:
    """The identities among the given ones that are somebody's, with what decides whether they lead to them."""
    condition = Q()
    for one in arrival.given:
        kinds = PHONES if one.kind == Kind.PHONE else (one.kind,)
        condition |= Q(kind__in=kinds, value=one.value, issuer=one.issuer)
    rows = Identity.objects.filter(condition).select_related("person").annotate(**_facts_of_owner(arrival, "person"))
    return list(rows.order_by("created_at", "pk"))


def _facts_of_owner(arrival: Arrival, owner: str) -> dict[str, Exists | Value]:
    """What the rules ask of an owner; what this arrival cannot make them ask is not looked for."""
    theirs = Identity.objects.filter(person=OuterRef(owner))
    issuers = [one.issuer for one in arrival.given if one.kind == Kind.EXTERNAL and arrival.has_one_id]
    by_both = arrival.brings(Kind.EMAIL) and arrival.brings(Kind.PHONE)
    return {
        "has_email": Exists(theirs.filter(kind=Kind.EMAIL)) if by_both else Value(False),
        "has_id_of_issuer": (
            Exists(theirs.filter(kind=Kind.EXTERNAL, issuer__in=issuers)) if issuers else Value(False)
        ),
    }


def leading(arrival: Arrival, rows: list[Identity]) -> Identity | None:
    """The identity that leads to its owner, by the rules above."""
    external = next((row for row in rows if row.kind == Kind.EXTERNAL), None)
    if external:
        return external
    # Two ids of one issuer are two people, whatever else they have in common.
    rows = [row for row in rows if not row.has_id_of_issuer]  # type: ignore[attr-defined]  # annotated
    emails_first = sorted(rows, key=lambda row: row.kind != Kind.EMAIL)
    for row in emails_first:
        if row.verified_at:
            return row
    for row in emails_first:
        has_email = row.has_email  # type: ignore[attr-defined]  # annotated
        is_of_another = row.kind in PHONES and arrival.brings(Kind.EMAIL) and has_email
        if not is_of_another and arrival.agrees_with(row.person):
            return row
    return None


def _complete(person: Person, arrival: Arrival, rows: list[Identity], *, led_by: Identity) -> Person:
    """Add what a known person did not have: identities that are nobody's, facts that were empty, shared addresses."""
    person = merging.current(person)
    added = _insert(person, arrival, rows, led_by=led_by)
    _share(person, [row for row in rows if row.person_id != led_by.person_id and row.pk != led_by.pk], arrival)
    missing = [name for name, value in arrival.facts.items() if value and not getattr(person, name)]
    # A name is one thing: a family name is not put beside somebody else's given name.
    if person.name:
        missing = [name for name in missing if name == "country"]
    for name in missing:
        setattr(person, name, arrival.facts[name])
    if missing or added:
        person.compared_at = None
        person.save(update_fields=[*missing, "compared_at"])
    person.reached_by = led_by.pk
    return person


def _share_or_make(arrival: Arrival, rows: list[Identity]) -> tuple[Person, bool]:
    """Of those who already share one of the addresses, whoever has this name; else somebody new who shares them.

    The addresses are locked, so that of two who come at once with one name the second finds the first.
    """
    locked = list(Identity.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    if [(row.pk, row.person_id) for row in locked] != sorted((row.pk, row.person_id) for row in rows):
        raise IntegrityError("An identity has changed hands.")  # read again, as after any other race
    shared = (
        SharedAddress.objects.filter(identity__in=locked, person__erased_at=None)
        .select_related("person", "identity")
        .annotate(**_facts_of_owner(arrival, "person"))
        .order_by("created_at", "pk")
    )
    found = sharing(arrival, shared)
    if found:
        return _complete(found.person, arrival, rows, led_by=found.identity), False
    return _make(arrival, rows), True


def sharing(arrival: Arrival, shared: Iterable[SharedAddress]) -> SharedAddress | None:
    """Of those who share an address with its owner, whoever has the name of the arrival."""
    for one in shared:
        has_email = one.has_email  # type: ignore[attr-defined]  # annotated
        has_other_id = one.has_id_of_issuer  # type: ignore[attr-defined]  # annotated
        by_phone_alone = one.identity.kind in PHONES and arrival.brings(Kind.EMAIL) and has_email
        is_named = bool(one.person.name and (arrival.facts["given_name"] or arrival.facts["family_name"]))
        if is_named and arrival.agrees_with(one.person) and not has_other_id and not by_phone_alone:
            return one
    return None


def _make(arrival: Arrival, rows: list[Identity]) -> Person:
    person = _new_person(arrival)
    person.save(force_insert=True)
    made = _insert(person, arrival, rows)
    _share(person, rows, arrival)
    person.reached_by = made[0].pk if made else rows[0].pk
    return person


def _new_person(arrival: Arrival) -> Person:
    return Person(created_at=arrival.at, language=arrival.language, source=arrival.source, **arrival.facts)


def _insert(
    person: Person, arrival: Arrival, rows: list[Identity], *, led_by: Identity | None = None
) -> list[Identity]:
    """Write down the identities that are nobody's, in one order, so that two who write the same ones do not wait for
    each other in a ring.

    An address that came with a known number may receive mail but opens no door: anybody can type a number.
    """
    known = {(_of_one_number(row.kind), row.value, row.issuer) for row in rows}
    free = [one for one in arrival.given if (_of_one_number(one.kind), one.value, one.issuer) not in known]
    new = _new_identities(person, arrival, free, may_sign_in=led_by is None or led_by.kind not in PHONES)
    return Identity.objects.bulk_create(new, ignore_conflicts=led_by is not None) if new else []


def _new_identities(person: Person, arrival: Arrival, given: Iterable[Given], *, may_sign_in: bool) -> list[Identity]:
    return [
        Identity(
            person=person,
            kind=one.kind,
            value=one.value,
            issuer=one.issuer,
            as_typed=one.as_typed,
            source=arrival.source,
            may_sign_in=may_sign_in,
            created_at=arrival.at,
        )
        for one in sorted(given, key=lambda one: one.key)
    ]


def _of_one_number(kind: str) -> str:
    """A number on WhatsApp is the telephone number: whoever has the one has the other."""
    return Kind.PHONE if kind in PHONES else kind


def _share(person: Person, rows: list[Identity], arrival: Arrival) -> None:
    """Note that ``person`` is also reached at addresses of others, and that they may be one with those."""
    rows = [row for row in rows if row.kind in Identity.REACHABLE and row.person_id != person.pk]
    if not rows:
        return
    shares = [SharedAddress(person=person, identity=row, source=arrival.source, created_at=arrival.at) for row in rows]
    SharedAddress.objects.bulk_create(shares, ignore_conflicts=True)
    reasons = {row.person_id: likeness.of_sharing(row.kind) for row in reversed(rows)}  # the e-mail address first
    duplicates.propose(person, reasons, at=arrival.at)
