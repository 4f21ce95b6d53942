"""Grounds for writing without a consent: customers, about programmes like those they took (LSSI art. 21.2)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from wagtail import hooks

from people.models import LegalBasis, Person

CUSTOMER = "customer"


@transaction.atomic
def note_customer(person: Person, *, topic: str, at: datetime, about: Model) -> LegalBasis | None:
    """From ``at`` on the person is a customer for programmes about ``topic``, because of ``about``; None without topic.

    One row for each topic: a later purchase renews it, an earlier one that is told late does not.
    """
    if not topic:
        return None
    facts = {"since": at, "about_kind": about._meta.label_lower, "about_id": about.pk}
    basis, is_new = LegalBasis.objects.select_for_update().get_or_create(
        person=person, kind=CUSTOMER, topic=topic[:60], defaults=facts
    )
    if not is_new and basis.since < at:
        LegalBasis.objects.filter(pk=basis.pk).update(**facts)
        basis.refresh_from_db()
    return basis


def name_of(basis: LegalBasis) -> str:
    """What the ground is called, for staff; floors name their rows with the hook ``register_ground_names``.

    The hook gives ``{"app.model": function}``; the function gets the row's id and returns its name, or nothing.
    """
    for register in hooks.get_hooks("register_ground_names"):
        name = register().get(basis.about_kind)
        if name is not None and basis.about_id is not None:
            return name(basis.about_id)
    return ""
