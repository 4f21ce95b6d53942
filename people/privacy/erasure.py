"""Forgetting a person: what could say who they were goes, what figures are counted from stays, nameless.

The registry of personal data (``privacy.personal_data``) says field by field what goes. What it cannot say, files and
copies outside a person's own rows, each floor forgets with the hook ``register_eraser``: a function called with
``person`` and ``at`` for the person and for everybody who became part of them, before the rows are emptied.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Q, QuerySet
from wagtail import hooks

from people.access import audit
from people.identity import identities, merging
from people.models import AuditEntry, Identity, OutgoingMessage, Person, PlannedErasure, SharedAddress, User
from people.privacy import erasure_traces as traces
from people.privacy import personal_data
from people.privacy.personal_data import CLEAR, DELETE, Table

SHORTEST_WORD = 6  # anything shorter stands in other people's data by chance


@transaction.atomic
def erase(person: Person, *, at: datetime, by: User | None = None) -> None:
    """Make ``person`` unrecognisable for good. The row, the instants and kinds of what happened stay, for the figures.

    Whoever became part of them is the same human and goes with them. Words, addresses, messages, scores, the login and
    its sessions go; the ledger keeps its lines without proof or source, receipts the name the law asks for. Erasing
    somebody again changes nothing. One transaction, files included.
    """
    ids = merging.everyone_in(merging.current(Person.objects.get(pk=person.pk)))
    people = list(Person.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    _leave_to_heirs(ids)
    words = words_of(people)
    for forget in hooks.get_hooks("register_eraser"):
        for one in people:
            forget(person=one, at=at)
    declared = [table for table in personal_data.tables() if table.of]
    outside = traces.outside_the_tables(people, words)
    traces.forget_copies(declared, ids)
    traces.forget_words(words)
    for table in declared:
        _empty(table, ids)
    _close_logins({one.user_id: one for one in people if one.user_id})
    PlannedErasure.objects.filter(person__in=ids, done_at=None).update(done_at=at)
    if Person.objects.filter(pk__in=ids, erased_at=None).update(erased_at=at):
        audit.note(act=AuditEntry.Act.CHANGED, what="people.erasure", by=by, at=at, person=people[0])
    Person.objects.filter(pk__in=ids).update(user=None)
    # Within the transaction: a file that cannot be deleted leaves everything to be tried again.
    traces.forget_outside(outside)


def _leave_to_heirs(people: list[int]) -> None:
    """An address that others are reached at too becomes theirs."""
    SharedAddress.objects.filter(person__in=people).delete()
    for identity in Identity.objects.filter(person__in=people, shared_with__isnull=False).distinct():
        identities.release(identity)
        # The address is the heir's; how and where the other one gave it is not.
        Identity.objects.filter(pk=identity.pk).update(as_typed="", source="")


def words_of(people: Iterable[Person]) -> list[str]:
    """The addresses and numbers by which copies elsewhere can be told to be about the person, and about nobody else."""
    ids = [one.pk for one in people]
    found = set(User.objects.filter(person__in=ids).values_list("email", flat=True))
    found |= set(OutgoingMessage.objects.filter(person__in=ids).values_list("to", flat=True).distinct())
    reachable = Identity.objects.filter(person__in=ids, kind__in=Identity.REACHABLE)
    for value, as_typed in reachable.values_list("value", "as_typed"):
        found |= {value, as_typed}
    others = Identity.objects.filter(value__in=found).exclude(person__in=ids).values_list("value", flat=True)
    return sorted(word for word in found - set(others) if len(word) >= SHORTEST_WORD)


def _empty(table: Table, people: list[int]) -> None:
    """Delete or clear the table's rows about ``people`` as the registry says; those already empty are not touched."""
    rows = table.rows_of(people)
    if table.erasure == DELETE:
        rows.delete()
        return
    cleared = {
        name: cleared_value(table.model_class._meta.get_field(name))
        for name, field in table.fields().items()
        if (field.erasure or table.erasure) == CLEAR and not field.is_by_hand
    }
    if cleared:
        _full(rows, cleared).update(**cleared)


def _full(rows: QuerySet, cleared: dict) -> QuerySet:
    something = Q()
    for name, value in cleared.items():
        something |= Q(**{f"{name}__isnull": False}) if value is None else ~Q(**{name: value})
    return rows.filter(something)


def cleared_value(field: models.Field | models.ForeignObjectRel) -> Any:
    """What stands in a field once it has been forgotten: nothing, or else what a new row would have."""
    if not isinstance(field, models.Field) or field.null:
        return None
    if field.has_default():
        return field.get_default()
    if isinstance(field, models.JSONField):
        return {}
    return "" if field.empty_strings_allowed else 0


def _close_logins(owners: dict[int, Person]) -> None:
    """Others may point at the login (who posted, who decided), so it stays, closed and nameless."""
    for user in User.objects.filter(pk__in=owners):
        user.groups.clear()
        user.user_permissions.clear()
        User.objects.filter(pk=user.pk).update(
            email=f"{owners[user.pk].uuid}@{traces.FORGOTTEN}.invalid",
            password=make_password(None),
            is_active=False,
            is_staff=False,
            is_superuser=False,
        )
