"""Saved views: filters of the queue under a name, one's own or everybody's."""

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from contact_centre.models import SavedView
from people.models import User

MOST = 20  # of one owner: more is not a row of tabs any more


class TooMany(Exception):
    """Somebody who has that many views finds none of them."""


class NameTaken(Exception):
    """The owner has another view of this name."""


def shown_to(user: User) -> list[SavedView]:
    """One's own in one's own order, then those that others share."""
    found = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")
    return sorted(found[: 5 * MOST], key=lambda view: (view.owner_id != user.pk, view.position, view.pk))


def save(user: User, *, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep ``query`` (what stands behind the "?") under ``name``. Raises NameTaken, TooMany."""
    mine = SavedView.objects.filter(owner=user)
    if mine.count() >= MOST:
        raise TooMany(MOST)
    last = mine.aggregate(last=Max("position"))["last"]
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                owner=user,
                name=name.strip()[:60],
                query=query[:500],
                is_shared=is_shared,
                position=0 if last is None else last + 1,
            )
    except IntegrityError as taken:
        raise NameTaken(name) from taken


def remove(user: User, pk: int) -> None:
    """Forget a view of one's own; those of others stay."""
    SavedView.objects.filter(owner=user, pk=pk).delete()


def share(user: User, pk: int, *, is_shared: bool) -> None:
    SavedView.objects.filter(owner=user, pk=pk).update(is_shared=is_shared)


@transaction.atomic
def move_up(user: User, pk: int) -> None:
    """Let a view of one's own stand one place further to the front."""
    mine = list(SavedView.objects.select_for_update().filter(owner=user).order_by("position", "pk"))
    place = next((number for number, view in enumerate(mine) if view.pk == pk), 0)
    if place:
        mine[place - 1], mine[place] = mine[place], mine[place - 1]
    for number, view in enumerate(mine):
        view.position = number
    SavedView.objects.bulk_update(mine, ["position"])
