"""Forgetting a person: what could say who they were goes, what figures are counted from stays, nameless.

Each floor forgets its own with the hook ``register_eraser``, called with the person and ``at``.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail import hooks
from wagtail.models import ModelLogEntry

from people import mail_files
from people.models import (
    Identity,
    ImportChange,
    ImportRun,
    OutgoingMessage,
    Person,
    Suppression,
    Touchpoint,
    User,
)

FORGOTTEN = "forgotten"


def erase(person: Person, *, at: datetime) -> None:
    """Make ``person`` unrecognisable for good. The row, the instants and kinds of what happened stay, for the figures.

    Words, addresses, messages, scores and the login's particulars go; the ledger keeps its lines without proof or
    source. Erasing somebody again changes nothing. One transaction with every floor's eraser.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        addresses = _addresses(person)
        for forget in hooks.get_hooks("register_eraser"):
            forget(person=person, at=at)
        _forget_traces(person, addresses)
        _forget_login(person)
        person.identities.all().delete()
        person.messages.all().delete()
        person.scores.all().delete()
        person.touchpoints.update(summary="")
        person.consents.update(proof="", source=FORGOTTEN)
        person.given_name = person.family_name = person.country = person.source = person.preferred_channel = ""
        person.paused_until, person.user = None, None
        person.erased_at = person.erased_at or at
        person.save()
        transaction.on_commit(lambda: mail_files.forget(addresses))


def _addresses(person: Person) -> list[str]:
    found = set(person.identities.values_list("value", flat=True)) | set(
        person.identities.exclude(as_typed="").values_list("as_typed", flat=True)
    )
    found |= set(person.messages.exclude(to="").values_list("to", flat=True))
    if person.user:
        found.add(person.user.email)
    return sorted(found)


def _forget_traces(person: Person, addresses: list[str]) -> None:
    """Copies that imports and the back office's history keep."""
    Suppression.objects.filter(value__in=addresses).delete()
    rows = {
        Person: [person.pk],
        Identity: person.identities.values("pk"),
        OutgoingMessage: person.messages.values("pk"),
        Touchpoint: person.touchpoints.values("pk"),
    }
    copies = Q()
    for model, ids in rows.items():
        copies |= Q(model=model._meta.label_lower, row_id__in=ids)
    ImportChange.objects.filter(copies, before__isnull=False).update(before={}, after={})
    for run in ImportRun.objects.exclude(rejected=[]).iterator():
        kept = [row for row in run.rejected if not any(address in str(row) for address in addresses)]
        if kept != run.rejected:
            run.rejected = [row if row in kept else {"line": row.get("line"), "why": FORGOTTEN} for row in run.rejected]
            run.save(update_fields=["rejected"])
    people = ContentType.objects.get_for_model(Person)
    ModelLogEntry.objects.filter(content_type=people, object_id=str(person.pk)).update(label=FORGOTTEN, data={})


def _forget_login(person: Person) -> None:
    """Others may point at the login (who posted, who decided), so it stays, closed and nameless."""
    user = person.user
    if user is None:
        return
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.groups.clear()
    User.objects.filter(pk=user.pk).update(
        email=f"{person.uuid}@{FORGOTTEN}.invalid",
        first_name="",
        last_name="",
        password=make_password(None),
        is_active=False,
        is_staff=False,
        is_superuser=False,
    )
