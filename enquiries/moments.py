"""The moments of an enquiry at which the school may write."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from contact_centre.matrix.moments import Moment
from enquiries.models import Enquiry
from people.models import Channel, Touchpoint

QUIET = timedelta(days=7)


def moments() -> dict[str, Moment]:
    """Received, answered and silent since, lost."""
    return {
        "enquiry_received": Moment(
            label=_("They asked"),
            order=10,
            rows=_received,
            instant="received_at",
            intake="intake",
            explained=_("An enquiry came in through a door of ours."),
            writes_itself={Channel.EMAIL: _("Receipt with the promise of an answer")},
        ),
        "enquiry_quiet": Moment(
            label=_("Answered, and silent for a week"),
            order=20,
            rows=_quiet,
            instant="case__answered_at",
            after=QUIET,
            intake="intake",
            signer="case__adviser",
            explained=_("Their question was answered seven days ago and nothing has come from them since."),
        ),
        "enquiry_lost": Moment(
            label=_("Enquiry lost"),
            order=30,
            rows=_lost,
            instant="ended_at",
            explained=_("The enquiry was closed as lost."),
        ),
    }


def _received(at: datetime) -> QuerySet[Enquiry]:
    return Enquiry.objects.live().exclude(state=Enquiry.State.INVALID)


def _quiet(at: datetime) -> QuerySet[Enquiry]:
    came_back = Touchpoint.objects.filter(
        person=OuterRef("person"), at__gt=OuterRef("case__answered_at"), direction=Touchpoint.Direction.IN
    )
    open_ones = Enquiry.objects.live().filter(state__in=[Enquiry.State.CONTACTED, Enquiry.State.QUALIFIED])
    return open_ones.filter(case__answered_at__isnull=False).exclude(Exists(came_back))


def _lost(at: datetime) -> QuerySet[Enquiry]:
    return Enquiry.objects.live().filter(state=Enquiry.State.LOST)
