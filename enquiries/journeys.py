"""What enquiries tell the journeys."""

from typing import cast

from django.utils.translation import gettext_lazy as _

from contact_centre.journeys.triggers import Happening
from enquiries.models import Enquiry

HAPPENINGS = [
    Happening(
        "enquiry_received",
        _("They asked about a programme"),
        rows=lambda: Enquiry.objects.filter(is_history=False),
        moment="received_at",
        programme="programme",
        announced="after_enquiry_received",
        told_as="enquiry",
        is_told=lambda enquiry: not cast(Enquiry, enquiry).is_history,
    ),
    Happening(
        "enquiry_lost",
        _("Their enquiry was lost"),
        rows=lambda: Enquiry.objects.filter(is_history=False, state=Enquiry.State.LOST),
        moment="ended_at",
        programme="programme",
        announced="after_enquiry_lost",
        told_as="enquiry",
    ),
]
