"""Guardians, relatives and payers: who stands by a person, for what, and since when.

Each relative is a person of their own, with their own consents, and is written to as themselves. A scope is what they
receive about the other. For a minor it is what was written down; for somebody of age only what they allowed themselves,
with a proof, when they were of age: what parents were given ends on the eighteenth birthday without anybody's doing.
Nothing is overwritten: a change of scope ends the row and begins another, so that one can see who received what when.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from people import timeline
from people.ages import is_minor, may_consent, may_contract
from people.identity import identities, merging
from people.models import Channel, Person, Relationship, Touchpoint, User

__all__ = [
    "CannotRelate",
    "Details",
    "Entry",
    "Scope",
    "change_scope",
    "end",
    "entries",
    "entries_held",
    "export",
    "guardians_of",
    "is_minor",
    "may_consent",
    "may_contract",
    "may_grant",
    "note",
    "payer_of",
    "receives",
    "standing",
    "whose_invoices_go_to",
]

REPORTS, INVOICES = "reports", "invoices"
LONGEST_LINE = 10  # generations of guardians looked at
_COLUMNS = {REPORTS: "gets_reports", INVOICES: "gets_invoices"}


class CannotRelate(Exception):
    """The relation may not be written down; ``why`` says so in words for people."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Details:
    """Somebody we may not know yet: found by address or number, or made."""

    email: str = ""
    phone: str = ""
    given_name: str = ""
    family_name: str = ""
    language: str = "ca"


@dataclass(frozen=True)
class Scope:
    """What a relative decides and receives."""

    is_guardian: bool = False
    gets_reports: bool = False
    gets_invoices: bool = False
    is_payer: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.is_guardian or self.gets_reports or self.gets_invoices or self.is_payer)


@dataclass(frozen=True)
class Entry:
    """One row as it is shown: what it says, whether that holds, and whether it is over."""

    relationship: Relationship
    scope: Scope
    counts: bool
    is_over: bool


@transaction.atomic
def note(
    person: Person,
    *,
    relative: Person | Details,
    kind: str,
    at: datetime,
    source: str,
    by: User | None = None,
    is_guardian: bool = False,
    gets_reports: bool = False,
    gets_invoices: bool = False,
    is_payer: bool = False,
    since: datetime | None = None,
    proof: str = "",
) -> Relationship:
    """Write down that ``relative`` stands by ``person`` from ``since`` (``at`` if not said).

    ``source`` is the page or call in which it was said. Raises CannotRelate for oneself, a relation that stands
    already, a guardian who is a minor or is in the other's care, a second payer, and for somebody of age without a
    proof that they agreed; identities.BadIdentity for details that are no address.
    """
    scope = Scope(is_guardian, gets_reports, gets_invoices, is_payer)
    if isinstance(relative, Details):
        relative = _found_or_made(relative, at=at, source=source)
    person, relative = _locked(person, relative)
    if Relationship.objects.standing(at=at).filter(person=person, relative=relative).exists():
        raise CannotRelate(_("%(relative)s is written down already: change or end that.") % {"relative": relative})
    made = _write(person, relative, kind=kind, scope=scope, since=since or at, source=source, proof=proof, by=by, at=at)
    _tell(made, "people.note_relative", "people.relative_noted", by=by, at=at)
    return made


@transaction.atomic
def end(relationship: Relationship, *, by: User | None, at: datetime) -> Relationship:
    """From ``at`` on the relative decides and receives nothing; ending an ended one changes nothing."""
    relationship = Relationship.objects.select_for_update().select_related("person", "relative").get(pk=relationship.pk)
    if relationship.until is not None:
        return relationship
    # One that was to begin later is over before it began.
    relationship.until = max(at, relationship.since)
    relationship.save(update_fields=["until"])
    _tell(relationship, "people.end_relative", "people.relative_ended", by=by, at=at)
    return relationship


@transaction.atomic
def change_scope(
    relationship: Relationship, *, scope: Scope, by: User | None, at: datetime, source: str, proof: str = ""
) -> Relationship:
    """From ``at`` on the relative decides and receives what ``scope`` says; the row before shows what it was.

    An empty ``proof`` keeps the one given earlier only where the scope gets no wider. Raises CannotRelate as ``note``
    does, and for a relation that is over.
    """
    person, relative = _locked(relationship.person, relationship.relative)
    before = Relationship.objects.select_for_update().get(pk=relationship.pk)
    if before.until is not None:
        raise CannotRelate(_("This relation is over. Write a new one down."))
    if scope == scope_of(before):
        return before
    if not proof and _covers(scope_of(before), scope):
        proof = before.proof
    before.until = max(at, before.since)
    before.save(update_fields=["until"])
    changed = _write(
        person, relative, kind=before.kind, scope=scope, since=at, source=source, proof=proof, by=by, at=at
    )
    _tell(changed, "people.change_relative", "people.relative_changed", by=by, at=at)
    return changed


def standing(person: Person, at: datetime) -> list[Relationship]:
    """Who stands by the person at ``at``, with the relative loaded; those erased or become another are left out."""
    rows = Relationship.objects.standing(at=at).filter(person=person).select_related("relative")
    known = rows.filter(relative__erased_at=None, relative__merged_into=None)
    return list(known.order_by("since", "pk"))


def scope_of(relationship: Relationship) -> Scope:
    """What the row says, whether or not it counts."""
    columns = ("is_guardian", "gets_reports", "gets_invoices", "is_payer")
    return Scope(**{column: getattr(relationship, column) for column in columns})


def counts(relationship: Relationship, person: Person, at: datetime) -> bool:
    """Whether what the row says holds at ``at``: for somebody of age, only what they agreed to when of age."""
    if relationship.since > at or (relationship.until is not None and relationship.until <= at):
        return False
    return is_minor(person, at) or _agreed(relationship, person)


def guardians_of(person: Person, at: datetime) -> list[Person]:
    """Those who decide for the person at ``at``: for somebody of age, only by a proof that names them."""
    return [
        one.relative
        for one in standing(person, at)
        if one.is_guardian and counts(one, person, at) and not is_minor(one.relative, at)
    ]


def may_grant(person: Person, at: datetime, *, said_by: Person | None = None) -> bool:
    """Whether a consent may be written down: said by the person if old enough, else by a guardian of theirs."""
    if said_by is None or said_by.pk == person.pk:
        return may_consent(person, at)
    return said_by.pk in {guardian.pk for guardian in guardians_of(person, at)}


def payer_of(person: Person, at: datetime) -> Person:
    """Who pays for the person at ``at``: the payer written down, else they themselves."""
    payers = [one.relative for one in standing(person, at) if one.is_payer and counts(one, person, at)]
    return payers[-1] if payers else person


def receives(person: Person, what: str, at: datetime) -> list[Person]:
    """The relatives to whom ``what`` ("reports" or "invoices") about the person goes at ``at``, besides themselves.

    Whether one may be written to is for the policy to say, for each as themselves.
    """
    column = _COLUMNS[what]
    return [one.relative for one in standing(person, at) if getattr(one, column) and counts(one, person, at)]


def dependants_paid_by(payer: Person, at: datetime) -> list[Person]:
    """For whom ``payer`` pays at ``at``."""
    return [one.relationship.person for one in entries_held(payer, at) if one.counts and one.scope.is_payer]


def whose_invoices_go_to(relative: Person, at: datetime) -> list[Person]:
    """Those about whose money ``relative`` is told at ``at``: because they pay it, or were given that."""
    held = [one for one in entries_held(relative, at) if one.counts]
    return [one.relationship.person for one in held if one.scope.is_payer or one.scope.gets_invoices]


def entries(person: Person, at: datetime) -> list[Entry]:
    """Everybody who stands or stood by the person, in the order in which it began."""
    return [_entry(one, at) for one in _rows(person=person)]


def entries_held(person: Person, at: datetime) -> list[Entry]:
    """Everybody by whom the person stands or stood."""
    return [_entry(one, at) for one in _rows(relative=person)]


def entries_both_ways(person: Person, at: datetime) -> tuple[list[Entry], list[Entry]]:
    """Who stands by the person, and by whom the person stands, from one statement."""
    found = [_entry(one, at) for one in _rows(Q(person=person) | Q(relative=person))]
    theirs = [one for one in found if one.relationship.person_id == person.pk]
    return theirs, [one for one in found if one.relationship.person_id != person.pk]


def export(person: Person) -> dict[str, list[dict]]:
    """What we hold about who stands by the person, and by whom they stand, for the person's own file."""
    return {
        "relatives": [_exported(one, one.relative) for one in _rows(person=person)],
        "stands_by": [_exported(one, one.person) for one in _rows(relative=person)],
    }


def _rows(*either, **whose):
    return Relationship.objects.filter(*either, **whose).select_related("person", "relative").order_by("since", "pk")


def _entry(relationship: Relationship, at: datetime) -> Entry:
    is_over = relationship.until is not None and relationship.until <= at
    return Entry(relationship, scope_of(relationship), counts(relationship, relationship.person, at), is_over)


def _exported(relationship: Relationship, other: Person) -> dict:
    return {
        "name": other.name,
        "kind": relationship.kind,
        **vars(scope_of(relationship)),
        "since": relationship.since,
        "until": relationship.until,
        "source": relationship.source,
        "proof": relationship.proof,
    }


def _found_or_made(details: Details, *, at: datetime, source: str) -> Person:
    return identities.match_or_create(
        at=at,
        email=details.email,
        phone=details.phone,
        given_name=details.given_name,
        family_name=details.family_name,
        language=details.language,
        source=source,
    )[0]


def _locked(person: Person, relative: Person) -> tuple[Person, Person]:
    """Both rows, locked in one order, so that two who write the same relation down do not wait in a ring."""
    person, relative = merging.current(person), merging.current(relative)
    if person.pk == relative.pk:
        raise CannotRelate(_("Nobody stands by themselves: name another person."))
    both = Person.objects.filter(pk__in=[person.pk, relative.pk])
    rows = {one.pk: one for one in both.select_for_update().order_by("pk")}
    if rows[person.pk].erased_at or rows[relative.pk].erased_at:
        raise CannotRelate(_("This person has been erased."))
    return rows[person.pk], rows[relative.pk]


def _write(
    person: Person,
    relative: Person,
    *,
    kind: str,
    scope: Scope,
    since: datetime,
    source: str,
    proof: str,
    by: User | None,
    at: datetime,
) -> Relationship:
    _refuse(person, relative, scope=scope, since=since, proof=proof, at=at)
    try:
        with transaction.atomic():
            return Relationship.objects.create(
                person=person,
                relative=relative,
                kind=kind,
                since=since,
                source=source[:200],
                proof=proof.replace("\x00", "").strip(),
                by=by,
                **vars(scope),
            )
    except IntegrityError:
        # One that begins later stands in the way: only one without an end is kept for each pair.
        raise CannotRelate(_("%(relative)s is written down already: change or end that.") % {"relative": relative})


def _refuse(person: Person, relative: Person, *, scope: Scope, since: datetime, proof: str, at: datetime) -> None:
    if scope.is_guardian and is_minor(relative, at):
        raise CannotRelate(_("%(relative)s is a minor and cannot decide for others.") % {"relative": relative})
    if scope.is_guardian and _is_in_care_of(relative, person, at=at):
        raise CannotRelate(_("%(person)s decides for %(relative)s: not both ways.") % _pair(person, relative))
    if scope.is_payer and is_minor(relative, at):
        raise CannotRelate(_("%(relative)s is a minor and cannot pay for others.") % {"relative": relative})
    payer = payer_of(person, at)
    if scope.is_payer and payer.pk not in (person.pk, relative.pk):
        raise CannotRelate(_("%(payer)s pays already: end or change that first.") % {"payer": payer})
    if scope.is_empty or is_minor(person, at):
        return
    if not proof.strip():
        raise CannotRelate(_("%(person)s is of age: write down how they agreed.") % {"person": person})
    if is_minor(person, since):
        raise CannotRelate(
            _("%(person)s was a minor then: what they agree to counts from their coming of age.")
            % _pair(person, relative)
        )


def _is_in_care_of(person: Person, guardian: Person, *, at: datetime) -> bool:
    """Whether ``guardian`` decides for ``person``, be it through others."""
    wards = {person.pk}
    for _generation in range(LONGEST_LINE):
        rows = Relationship.objects.standing(at=at).filter(person__in=wards, is_guardian=True)
        found = set(rows.values_list("relative_id", flat=True)) - wards
        if guardian.pk in found:
            return True
        if not found:
            return False
        wards |= found
    return True


def _agreed(relationship: Relationship, person: Person) -> bool:
    return bool(relationship.proof.strip()) and not is_minor(person, relationship.since)


def _covers(wide: Scope, narrow: Scope) -> bool:
    return all(had or not wanted for had, wanted in zip(vars(wide).values(), vars(narrow).values(), strict=True))


def _pair(person: Person, relative: Person) -> dict[str, Person]:
    return {"person": person, "relative": relative}


def _tell(relationship: Relationship, action: str, kind: str, *, by: User | None, at: datetime) -> None:
    log(instance=relationship, action=action, user=by, timestamp=at)
    timeline.record(
        relationship.person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.INNER,
        kind=kind,
        summary=str(relationship.get_kind_display()),  # never the name: it is not theirs to be forgotten with
        by=by,
    )
