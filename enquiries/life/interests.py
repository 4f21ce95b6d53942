"""What somebody is interested in besides the programme their enquiry is mainly about."""

from datetime import datetime

from django.db import transaction

from contact_centre.models import Case
from enquiries.models import Enquiry, Interest
from people import timeline
from people.models import Channel, Touchpoint, User
from programmes.models import Intake, Programme


@transaction.atomic
def add(enquiry: Enquiry, programme: Programme, *, at: datetime, by: User | None, intake: Intake | None = None) -> bool:
    """Note one more interest; whether it is new. The first programme of an enquiry about none becomes its main one."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).select_related("person").get(pk=enquiry.pk)
    if enquiry.programme_id == programme.pk:
        return False
    if enquiry.programme_id is None:
        _make_main(enquiry, programme, intake)
        is_new = True
    else:
        _row, is_new = Interest.objects.get_or_create(
            enquiry=enquiry, programme=programme, defaults={"intake": intake, "added_at": at, "by": by}
        )
    if is_new:
        timeline.record(
            enquiry.person,
            at=at,
            channel=Channel.WEB,
            direction=Touchpoint.Direction.INNER,
            kind="enquiries.interest",
            summary=str(programme),
            by=by,
            about=enquiry,
        )
    return is_new


@transaction.atomic
def remove(enquiry: Enquiry, programme: Programme) -> bool:
    """Take an interest off again, if it is there; what the enquiry is mainly about stays."""
    Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    return Interest.objects.filter(enquiry=enquiry, programme=programme).delete()[0] > 0


@transaction.atomic
def make_main(enquiry: Enquiry, programme: Programme, *, at: datetime, by: User | None) -> Enquiry:
    """Make one of the interests what the enquiry, and its open case, are about; what it was becomes an interest."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if enquiry.programme_id == programme.pk:
        return enquiry
    chosen = Interest.objects.filter(enquiry=enquiry, programme=programme).first()
    was, was_intake = enquiry.programme_id, enquiry.intake_id
    _make_main(enquiry, programme, chosen.intake if chosen else None)
    if chosen is not None:
        chosen.delete()
    if was is not None:
        Interest.objects.get_or_create(
            enquiry=enquiry, programme_id=was, defaults={"intake_id": was_intake, "added_at": at, "by": by}
        )
    return enquiry


def _make_main(enquiry: Enquiry, programme: Programme, intake: Intake | None) -> None:
    enquiry.programme, enquiry.intake = programme, intake
    enquiry.save(update_fields=["programme", "intake"])
    Case.objects.open().filter(pk=enquiry.case_id).update(programme=programme)
