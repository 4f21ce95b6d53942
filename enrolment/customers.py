"""Who bought what: the ground on which we may write about similar programmes for a while (LSSI art. 21.2)."""

from datetime import datetime

from enrolment.models import Enrolment
from people.contact import legal_bases
from people.models import LegalBasis


def note(enrolment: Enrolment, *, at: datetime) -> LegalBasis | None:
    """The person is a customer for the field of what they enrolled in; nothing is noted for one without a field."""
    field = enrolment.intake.programme.field
    return legal_bases.note_customer(enrolment.person, topic=field.slug if field else "", at=at, about=enrolment)


def name_of(pk: int) -> str:
    """What they enrolled in, as the ground is called for staff; empty if it is gone."""
    enrolment = Enrolment.objects.select_related("intake__programme").filter(pk=pk).first()
    return f"{enrolment.intake.programme.title}, {enrolment.intake.label()}" if enrolment else ""
