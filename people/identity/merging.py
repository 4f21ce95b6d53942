"""Persons found to be one: the row that speaks for both, making them one, and parting them again.

Rows move to the survivor, so that whoever reads a person's rows needs to know nothing about merges; every move is
written down, so that it can be undone exactly. The absorbed row stays, and old links to it lead on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from people import timeline
from people.announcements import announce
from people.identity import merge_consents, merge_fields, merge_moves, merge_parting, merge_returns
from people.identity.merge_parting import Parting
from people.models import (
    Channel,
    Consent,
    DuplicatePair,
    LikenessKey,
    Merge,
    Person,
    Touchpoint,
    User,
)

LONGEST_CHAIN = 20  # merges one behind the other; more than that is a fault in the data
LATE = timedelta(days=2)  # whoever had the absorbed person in hand when they were merged has written by then
TRIES = 5


class CannotMerge(Exception):
    """These two cannot be made one; the message says why, for whoever asked."""


class BadChoices(CannotMerge):
    """A choice names no field, or no side."""


class CannotUndoMerge(Exception):
    """These two cannot be parted; the message says why, for whoever asked."""


def current(person: Person) -> Person:
    """The person whom ``person`` has become part of, or themselves."""
    for _step in range(LONGEST_CHAIN):
        if person.merged_into_id is None:
            return person
        person = Person.objects.get(pk=person.merged_into_id)
    raise RuntimeError(f"The merges of person {person.pk} lead nowhere.")


def by_uuid(uuid: UUID | str) -> Person | None:
    """Whoever speaks now for the person once known as ``uuid``; None if there was none, or they were erased."""
    person = Person.objects.filter(uuid=uuid).first()
    if person is not None:
        person = current(person)
    return person if person is not None and person.erased_at is None else None


def everyone_in(person: Person) -> list[int]:
    """The key of the person, and those of all who have become part of them."""
    found, newest = [person.pk], [person.pk]
    while newest:
        newest = list(Person.objects.filter(merged_into__in=newest).order_by("pk").values_list("pk", flat=True))
        found += newest
    return found


def merge(
    survivor: Person,
    absorbed: Person,
    *,
    choices: Mapping[str, str] | None = None,
    at: datetime,
    by: User | None = None,
    source: str = "page",
) -> Merge:
    """Make one of two: every row of ``absorbed`` becomes the survivor's, and so does their login if only they have one.

    ``choices`` are as ``merge_fields.resolve`` takes them. Rows the survivor has already stay behind and are counted.
    A no of either holds. Raises CannotMerge. Announces ``after_people_merged``.
    """
    with transaction.atomic():
        choices, given = _checked(choices or {}), (survivor, absorbed)
        survivor, absorbed = _two(survivor, absorbed)
        made = Merge.objects.create(
            survivor=survivor,
            absorbed=absorbed,
            at=at,
            by=by,
            source=source[:60],
            choices=choices,
            before=_kept(survivor),
            marks=merge_moves.marks(),
        )
        answers = merge_consents.compared(
            Consent.objects.filter(person=survivor), Consent.objects.filter(person=absorbed)
        )
        barred = merge_consents.barred(survivor, absorbed)
        _take_in(survivor, absorbed, choices)
        merge_moves.move_all(made)
        merge_consents.write(answers, person=survivor.pk, merge=made)
        merge_consents.write_barred(barred, person=survivor, merge=made)
        made.after, made.stayed = _kept(survivor), merge_moves.staying(absorbed.pk, survivor.pk)
        made.save(update_fields=["after", "stayed"])
        _mark_pair(made, DuplicatePair.State.MERGED, at=at, by=by)
        LikenessKey.objects.filter(person=absorbed).delete()
        _tell(made, survivor, "people.merged", at=at, by=by)
        log(instance=survivor, action="people.merge", user=by, data=_numbers(made), timestamp=at)
        announce("after_people_merged", at=at, merge=made)
        for person in given:  # whoever called goes on with these: they must know who speaks now
            person.refresh_from_db()
    return made


def undo(merge: Merge, *, at: datetime, by: User | None = None) -> Merge:
    """Part two again, exactly: see ``merge_parting`` for whose a later row is.

    Fields that still hold what the merge wrote are as they were; lines it wrote into the ledger go; whoever said no to
    something since has said it for both. Raises CannotUndoMerge. Announces ``after_merge_undone``.
    """
    with transaction.atomic():
        chain, people = _locked(merge)
        merge, parting = chain[0], Parting(chain)
        absorbed = people[merge.absorbed_id]
        merge_parting.find_belongings(parting)
        login = merge_returns.login_that_is_theirs(parting, people)
        merge_parting.give_back(parting)
        merge_returns.drop_lines(chain)
        merge_returns.restore_fields(chain, people)
        merge_returns.return_login(login, absorbed, people)
        absorbed.merged_into = absorbed.compared_at = None
        people[parting.holder].compared_at = None
        for person in people.values():
            person.save()
        merge_returns.write_lines_again(parting)
        merge_returns.share_refusals(parting, people)
        merge.undone_at, merge.undone_by = at, by
        merge.save(update_fields=["undone_at", "undone_by"])
        _mark_pair(merge, DuplicatePair.State.OPEN, at=None, by=None)
        for person in (people[parting.holder], absorbed):
            _tell(merge, person, "people.merge_undone", at=at, by=by)
            log(instance=person, action="people.undo_merge", user=by, data=_numbers(merge), timestamp=at)
        announce("after_merge_undone", at=at, merge=merge)
    return merge


def gather(*, at: datetime) -> int:
    """Move what was written to absorbed people after they were merged, by somebody who had them in hand; how many."""
    moved = 0
    for pk in Merge.objects.filter(undone_at=None, at__gt=at - LATE).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            made = Merge.objects.select_for_update().get(pk=pk)
            if made.undone_at is None:
                moved += merge_moves.move_all(made)
    return moved


def _checked(choices: Mapping[str, str]) -> dict[str, str]:
    try:
        return merge_fields.checked(choices)
    except merge_fields.BadChoice as refusal:
        raise BadChoices(str(refusal))


def _two(survivor: Person, absorbed: Person) -> tuple[Person, Person]:
    """Both rows, locked in the order of their keys and fit to be merged; raises CannotMerge."""
    if survivor.pk == absorbed.pk:
        raise CannotMerge(_("This is one and the same person."))
    wanted = {current(Person.objects.get(pk=person.pk)).pk for person in (survivor, absorbed)}
    if len(wanted) == 1:
        raise CannotMerge(_("These two are one person already."))
    rows = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[survivor.pk, absorbed.pk])
    locked = {person.pk: person for person in rows.order_by("pk")}
    for person in locked.values():
        if person.erased_at is not None:
            raise CannotMerge(_("One of the two has been erased: there is nothing left to merge."))
        if person.merged_into_id is not None and person.merged_into_id in locked:
            raise CannotMerge(_("These two are one person already."))
        if person.merged_into_id is not None:
            raise CannotMerge(_("One of the two has become part of somebody else. Please merge with that person."))
    return locked[survivor.pk], locked[absorbed.pk]


def _kept(person: Person) -> dict:
    return merge_fields.kept(merge_fields.values(person)) | {"user": person.user_id}


def _take_in(survivor: Person, absorbed: Person, choices: Mapping[str, str]) -> None:
    """Give the survivor the chosen fields, and the login if they have none; the absorbed row keeps its own fields."""
    result = merge_fields.resolve(merge_fields.values(survivor), merge_fields.values(absorbed), choices)
    login, absorbed.merged_into = absorbed.user_id, survivor
    if survivor.user_id is None:
        absorbed.user_id = None
    absorbed.save(update_fields=["merged_into", "user"])
    for name, value in result.items():
        setattr(survivor, name, value)
    survivor.user_id = survivor.user_id or login
    survivor.compared_at = None
    survivor.save()


def _mark_pair(made: Merge, state: str, *, at: datetime | None, by: User | None) -> None:
    one, other = sorted((made.survivor_id, made.absorbed_id))
    DuplicatePair.objects.filter(one=one, other=other).update(state=state, decided_at=at, decided_by=by)


def _tell(made: Merge, person: Person, kind: str, *, at: datetime, by: User | None) -> None:
    timeline.record(
        person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.INNER,
        kind=kind,
        by=by,
        about=made,
    )


def _numbers(made: Merge) -> dict[str, str]:
    return {"merge": str(made.uuid), "survivor": str(made.survivor.uuid), "absorbed": str(made.absorbed.uuid)}


def _locked(merge: Merge) -> tuple[tuple[Merge, ...], dict[int, Person]]:
    """The merge with those behind it, and everybody in them, locked in the order of their keys."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise CannotUndoMerge(_("This merge has been undone already."))
    for _try in range(TRIES):
        point = transaction.savepoint()
        chain = _chain(merge)
        keys = {key for one in chain for key in (one.survivor_id, one.absorbed_id)}
        rows = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
        people = {person.pk: person for person in rows}
        # Somebody may have merged the survivor meanwhile: then the locks are given back and taken anew, in order.
        if _chain(merge) == chain:
            break
        transaction.savepoint_rollback(point)
    else:
        raise CannotUndoMerge(_("Others are merging the same people now. Please try again."))
    if any(person.erased_at for person in people.values()):
        raise CannotUndoMerge(_("They have been erased: nobody can tell any more what was whose."))
    return chain, people


def _chain(merge: Merge) -> tuple[Merge, ...]:
    chain = [merge]
    while behind := Merge.objects.filter(absorbed=chain[-1].survivor_id, undone_at=None).first():
        chain.append(behind)
    return tuple(chain)
