"""Registered, came, did not come, enrolled: of each session and of the hours with advisers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from enquiries.models import Appointment, Enquiry, Session, SessionPlace
from enquiries.sessions.places import HOLDING

State, Kept = SessionPlace.State, Appointment.State


@dataclass(frozen=True)
class Figures:
    """One session in numbers. Shares are of those who had a place, in whole per cent; None where nobody had one."""

    registered: int = 0
    waiting: int = 0
    cancelled: int = 0
    attended: int = 0
    no_show: int = 0
    enrolled: int = 0  # of those who came

    @property
    def attended_percent(self) -> int | None:
        return round(100 * self.attended / self.registered) if self.registered else None

    @property
    def enrolled_percent(self) -> int | None:
        return round(100 * self.enrolled / self.attended) if self.attended else None


def of_sessions(sessions: Iterable[Session]) -> dict[int, Figures]:
    """The numbers of many sessions in one query."""
    rows = (
        SessionPlace.objects.filter(session__in=[one.pk for one in sessions])
        .values_list("session")
        .annotate(
            registered=Count("pk", filter=Q(state__in=HOLDING)),
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            cancelled=Count("pk", filter=Q(state=State.CANCELLED)),
            attended=Count("pk", filter=Q(state=State.ATTENDED)),
            no_show=Count("pk", filter=Q(state=State.NO_SHOW)),
            # Whoever asked about several things enrolled once, so it is the enquiry behind the place that counts.
            enrolled=Count("pk", filter=Q(state=State.ATTENDED, enquiry__state=Enquiry.State.ENROLLED)),
        )
    )
    return {pk: Figures(*numbers) for pk, *numbers in rows}


@dataclass(frozen=True)
class BookingFigures:
    """Hours with advisers in numbers: ``kept_percent`` is the share that took place of those that could have."""

    booked: int
    held: int
    no_show: int
    cancelled: int
    open: int  # over, and nobody has said how it went
    enrolled: int

    @property
    def kept_percent(self) -> int | None:
        known = self.held + self.no_show
        return round(100 * self.held / known) if known else None


def of_appointments(*, since: datetime, until: datetime, at: datetime, adviser_id: int | None = None) -> BookingFigures:
    """The hours between two instants, of one adviser or of all. One query."""
    those = Appointment.objects.filter(starts_at__gte=since, starts_at__lt=until)
    if adviser_id is not None:
        those = those.filter(adviser=adviser_id)
    return BookingFigures(
        **those.aggregate(
            booked=Count("pk"),
            held=Count("pk", filter=Q(state=Kept.HELD)),
            no_show=Count("pk", filter=Q(state=Kept.NO_SHOW)),
            cancelled=Count("pk", filter=Q(state=Kept.CANCELLED)),
            open=Count("pk", filter=Q(state=Kept.BOOKED, ends_at__lte=at)),
            enrolled=Count("pk", filter=Q(state=Kept.HELD, enquiry__state=Enquiry.State.ENROLLED)),
        )
    )
