"""Who belongs where: the rights of a login or a person in each forum, and the name under which they write."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community.models import Forum
from enrolment.models import Enrolment
from people.access import ways_in
from people.identity import merging
from people.models import Person, User

TAKE_PART, MODERATE = "community.take_part", "community.moderate"


@dataclass(frozen=True)
class Member:
    """What somebody may do in the forums.

    Whoever has or had a place reads the school's forum and those of their programmes; whoever withdrew only reads.
    Tutors and moderators take part everywhere. ``person`` is None for staff who have not written yet.
    """

    person: Person | None = None
    user: User | None = None
    reads: frozenset[int] = field(default_factory=frozenset)  # programme ids
    writes: frozenset[int] = field(default_factory=frozenset)
    is_staff: bool = False
    is_moderator: bool = False

    @property
    def is_member(self) -> bool:
        return self.is_staff or bool(self.reads)

    def may_read(self, forum: Forum) -> bool:
        if self.is_staff:
            return True
        return bool(self.reads) if forum.programme_id is None else forum.programme_id in self.reads

    def may_post(self, forum: Forum) -> bool:
        if self.is_staff:
            return True
        return bool(self.writes) if forum.programme_id is None else forum.programme_id in self.writes


def member_of(user: User, person: Person | None) -> Member:
    """The rights of a login; ``person`` is whom it belongs to, if anybody. One query, besides permissions."""
    is_moderator = user.has_perm(MODERATE)
    reads, writes = _programmes_of(person) if person is not None else (frozenset(), frozenset())
    return Member(
        person=person,
        user=user,
        reads=reads,
        writes=writes,
        is_staff=is_moderator or user.has_perm(TAKE_PART),
        is_moderator=is_moderator,
    )


def rights_of(person: Person) -> Member:
    """The rights of a person, with those of the login they have."""
    if person.user is not None and person.user.is_active:
        return member_of(person.user, person)
    reads, writes = _programmes_of(person)
    return Member(person=person, reads=reads, writes=writes)


@transaction.atomic
def author_for(member: Member, *, at: datetime) -> Person:
    """The person as whom ``member`` writes; staff who write for the first time get one, without any address."""
    if member.person is not None:
        return member.person
    if member.user is None:
        raise ValueError("a member is a person, a login, or both")
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=member.user.pk)
    known = Person.objects.filter(user=user).first()
    if known is not None:
        return ways_in.signed_in(merging.current(known), user.email)
    return Person.objects.create(
        user=user, given_name=user.first_name, family_name=user.last_name, created_at=at, source="staff"
    )


def shown_name(person: Person) -> str:
    """The name others see: “Given F.”; whoever was erased is a former member."""
    if person.erased_at is not None:
        return _("Former member")
    initial = person.family_name[:1].upper()
    return " ".join(part for part in (person.given_name, initial and f"{initial}.") if part) or _("Member")


def _programmes_of(person: Person) -> tuple[frozenset[int], frozenset[int]]:
    places = list(Enrolment.objects.filter(person=person).values_list("intake__programme", "state"))
    return (
        frozenset(programme for programme, _state in places),
        frozenset(programme for programme, state in places if state != Enrolment.State.WITHDRAWN),
    )
