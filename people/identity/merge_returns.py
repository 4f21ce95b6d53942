"""What else goes back when a merge is undone: the lines it wrote into the ledger, the fields, the login."""

from collections.abc import Mapping

from django.db.models import Count, Q

from people.identity import merge_consents, merge_fields, merge_parting
from people.identity.merge_parting import Parting
from people.models import Consent, Identity, Merge, MergeMove, Person, User


def drop_lines(chain: tuple[Merge, ...]) -> None:
    """The lines that this merge, and those behind it, wrote into the ledger: nobody said them."""
    Consent.objects.filter(merge_uuid=chain[0].uuid, person__in=_everybody(chain)).delete()
    behind = [merge.uuid for merge in chain[1:]]
    # What an exclusion list demanded stays until the merge that wrote it is undone itself.
    Consent.objects.filter(merge_uuid__in=behind, person__in=_everybody(chain), proof="").delete()


def _everybody(chain: tuple[Merge, ...]) -> set[int]:
    return {key for merge in chain for key in (merge.survivor_id, merge.absorbed_id)}


def write_lines_again(parting: Parting) -> None:
    """The merges behind this one compare what is left of the two ledgers."""
    column = merge_parting.owned(Consent)
    for place, merge in enumerate(parting.since, start=1):
        rest = Parting(parting.chain[place:])
        moved = MergeMove.objects.filter(merge=merge, model=column.label, column=column.name).values("row_id")
        lines = Consent.objects.filter(Q(pk__lte=merge.marks.get(column.label, 0)) | Q(pk__in=moved))
        places = [rest.held_by(column, index).values("pk") for index in range(len(rest.chain))]
        here = Consent.objects.none()
        for rows in places:
            here = here | lines.filter(pk__in=rows)
        answers = merge_consents.compared(here.exclude(pk__in=moved), here.filter(pk__in=moved))
        merge_consents.write(answers, person=parting.holder, merge=merge)


def share_refusals(parting: Parting, people: dict[int, Person]) -> None:
    absorbed, holder = people[parting.merge.absorbed_id], people[parting.holder]
    column = merge_parting.owned(Consent)
    later = Consent.objects.filter(
        person__in=_everybody(parting.chain), merge_uuid=None, pk__gt=parting.merge.marks.get(column.label, 0)
    )
    merge_consents.share_later_refusals(later, absorbed, holder)


def restore_fields(chain: tuple[Merge, ...], people: dict[int, Person]) -> None:
    """Put back what still holds what was written, along the whole chain; a pause asked for since holds for both."""
    merge, absorbed = chain[0], people[chain[0].absorbed_id]
    holder = people[chain[-1].survivor_id]
    asked_since = {
        name: value
        for name, value in merge_fields.values(holder).items()
        if name in merge_fields.STRICTEST and value != merge_fields.read(chain[-1].after)[name]
    }
    _put_back(people[merge.survivor_id], merge, merge_fields.read(merge.before))
    for behind in chain[1:]:
        before = merge_fields.read(behind.before)
        now = merge_fields.resolve(before, merge_fields.values(people[behind.absorbed_id]), behind.choices)
        _put_back(people[behind.survivor_id], behind, now)
        behind.after = behind.after | merge_fields.kept(now)
        behind.save(update_fields=["after"])
    if asked_since:
        own = merge_fields.values(absorbed)
        stricter = merge_fields.stricter(own, own | asked_since)
        for name in asked_since:
            setattr(absorbed, name, stricter[name])


def _put_back(person: Person, merge: Merge, fields: Mapping) -> None:
    written = merge_fields.read(merge.after)
    for name, value in fields.items():
        if getattr(person, name) == written[name]:
            setattr(person, name, value)


def login_that_is_theirs(parting: Parting, people: dict[int, Person]) -> tuple[int, int] | None:
    """The login that goes back and whose it is now: the one that was moved, or one made since with their address."""
    merge = parting.merge
    if people[merge.absorbed_id].user_id is not None:
        return None
    moved = merge.after.get("user") if merge.before.get("user") is None else None
    for person in people.values():
        if person.user_id is None or person.user_id in (behind.before.get("user") for behind in parting.chain):
            continue
        if person.user_id == moved or _is_their_address(parting, person.user_id):
            return person.user_id, person.pk
    return None


def _is_their_address(parting: Parting, user_id: int) -> bool:
    email = User.objects.values_list("email", flat=True).get(pk=user_id)
    return Identity.objects.filter(
        pk__in=merge_parting.identities(parting), kind=Identity.Kind.EMAIL, value=email.lower()
    ).exists()


def return_login(login: tuple[int, int] | None, absorbed: Person, people: dict[int, Person]) -> None:
    if login is not None:
        user_id, holder = login
        people[holder].user_id = None
        people[holder].save(update_fields=["user"])  # first, for a login belongs to one person at a time
        absorbed.user_id = user_id


def moved(merge: Merge) -> dict[str, int]:
    """How many rows of each model the merge moved, by label."""
    rows = MergeMove.objects.filter(merge=merge).values("model").annotate(number=Count("pk")).order_by("model")
    return dict(rows.values_list("model", "number"))
