"""How campaigns hang together: a campaign may have parts, which may have parts of their own."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from enquiries.models import Campaign

Parents = Mapping[int, int | None]


class BadParent(Exception):
    """A campaign cannot be part of that one; ``args[0]`` says why."""


def parents() -> dict[int, int | None]:
    """Of every campaign, by its id, the one it is part of: one query, for there are hundreds and not millions."""
    return dict(Campaign.objects.values_list("pk", "parent_id"))


def lock() -> None:
    """Hold all campaigns until the transaction ends, so that two who move them at once cannot make a ring of them.

    New enquiries, which only point at campaigns, do not wait for this lock.
    """
    list(Campaign.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def below(campaign_id: int, links: Parents | None = None) -> list[int]:
    """The campaign itself and all its parts at any depth, by their ids, those above before those below."""
    links = parents() if links is None else links
    children: dict[int, list[int]] = {}
    for child, parent in sorted(links.items()):
        if parent is not None:
            children.setdefault(parent, []).append(child)
    found, seen = [campaign_id], {campaign_id}
    for one in found:  # grows while it is walked
        fresh = [child for child in children.get(one, []) if child not in seen]
        found += fresh
        seen.update(fresh)
    return found


def above(campaign_id: int, links: Parents | None = None) -> list[int]:
    """The campaigns of which it is part, the nearest first; without itself."""
    links = parents() if links is None else links
    found: list[int] = []
    parent = links.get(campaign_id)
    while parent is not None and parent not in found:
        found.append(parent)
        parent = links.get(parent)
    return found


def check(*, campaign_id: int | None, parent: Campaign | None, currency: str) -> None:
    """Refuse a ring of campaigns at any depth, and two currencies in one tree, whose sums would mean nothing.

    Raises BadParent.
    """
    links = parents()
    if parent is not None and campaign_id is not None and parent.pk in below(campaign_id, links):
        raise BadParent(_("“%(parent)s” is part of this campaign itself.") % {"parent": parent})
    others: list[int] = [parent.pk] if parent is not None else []
    if campaign_id is not None:
        others += below(campaign_id, links)[1:]
    _check_currency(others, currency)


def _check_currency(others: Iterable[int], currency: str) -> None:
    other = Campaign.objects.filter(pk__in=others).exclude(currency=currency).order_by("pk").first()
    if other is not None:
        raise BadParent(
            _("“%(other)s” counts in %(theirs)s and this one in %(ours)s. Campaigns of one tree count in one currency.")
            % {"other": other, "theirs": other.currency, "ours": currency}
        )
