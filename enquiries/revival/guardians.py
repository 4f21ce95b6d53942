"""Whom else to ask about somebody we reach nowhere: a guardian who decides for them, and agreed to hear from us.

Other relatives are not asked: that somebody enquired is nobody else's business, and what a relative receives says for
what. Nor is anybody whose ward said no to us.
"""

from datetime import datetime

from django.db.models import QuerySet

from people import relatives
from people.contact import policy
from people.contact.policy import Asked
from people.models import Consent, Person, Purpose, Relationship

BARRED = ("suppressed", "excluded")


def askable(people: QuerySet[Person], *, at: datetime) -> dict[int, str]:
    """By which channel a guardian of each of ``people`` may get an offer, now or later; the others are not in it."""
    wards: dict[int, list[Person]] = {}
    for one in _standing(people, at):
        if relatives.counts(one, one.person, at) and not relatives.is_minor(one.relative, at):
            wards.setdefault(one.person_id, []).append(one.relative)
    if not wards:
        return {}
    guardians = {one.pk for found in wards.values() for one in found}
    refused = _refused({*wards})
    ways: dict[int, str] = {}
    for channel in policy.ORDER:
        asked = Asked(channel, Purpose.COMMERCIAL)
        for pk, (reason, _address, _when) in policy.each(_these({*guardians, *wards}), asked, at=at).items():
            if reason in BARRED:
                refused.add(pk)
            if not reason or reason in policy.LATER:
                ways.setdefault(pk, channel)
    return {
        ward: next(ways[one.pk] for one in found if one.pk in ways)
        for ward, found in wards.items()
        if ward not in refused and any(one.pk in ways for one in found)
    }


def _standing(people: QuerySet[Person], at: datetime) -> QuerySet[Relationship]:
    rows = Relationship.objects.standing(at=at).filter(is_guardian=True, person__in=people.values("pk"))
    known = rows.filter(relative__erased_at=None, relative__merged_into=None)
    return known.select_related("person", "relative").order_by("since", "pk")


def _refused(people: set[int]) -> set[int]:
    """Who said no to offers on any channel, also on one on which we could not reach them anyway."""
    said = Consent.objects.filter(person__in=people, purpose=Purpose.COMMERCIAL)
    newest = said.order_by("person", "channel", "-at", "-pk").distinct("person", "channel")
    return {person for person, decision in newest.values_list("person", "decision") if decision in policy.NO}


def _these(ids: set[int]) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=ids)
