"""Appointments: booked without double booking, moved, called off, and how they went."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contact_centre import follow_ups, notices
from contact_centre.models import FollowUp
from enquiries.models import Appointment, BookableHours, Enquiry
from enquiries.sessions import appointment_letters, slots
from enquiries.sessions.slots import Slot
from people import timeline
from people.identity import identities
from people.models import Channel, Identity, Person, Touchpoint, User

State, Way = Appointment.State, BookableHours.Way
CHANNELS = {Way.PHONE: Channel.PHONE, Way.ONLINE: Channel.WEB, Way.ON_SITE: Channel.IN_PERSON}


class Taken(Exception):
    """Nobody is free at that time, or not any more."""


class Over(Exception):
    """The appointment was called off, or its time is past."""


class NoNumber(Exception):
    """Somebody is to be called, and there is no number to call."""


@transaction.atomic
def book_appointment(
    *,
    starts_at: datetime,
    way: str,
    person: Person,
    at: datetime,
    asked_at: datetime | None = None,
    user_id: int | None = None,
    by: User | None = None,
    enquiry: Enquiry | None = None,
    note: str = "",
    phone: str = "",
    language: str = "",
) -> Appointment:
    """Book ``person`` with the adviser ``user_id``, or with whoever is free and has the least to do that day.

    The same person at the same time again is the same appointment. The person is mailed, the adviser told; it stands
    among the adviser's follow-ups. Whoever asked in time, at ``asked_at``, gets what is still free. Raises Taken,
    NoNumber, or identities.BadIdentity for a ``phone`` that is none.
    """
    # Two tabs of one person wait for each other here, and the second finds what the first has booked.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    again = Appointment.objects.filter(person=person, starts_at=starts_at, state=State.BOOKED).first()
    if again is not None:
        return again
    number = _number(person, phone) if way == Way.PHONE else ""
    notice = slots.NOBODY_WAITS if by or asked_at else slots.NOTICE
    slot = _hold(starts_at, way=way, at=at, user_id=user_id, notice=notice)
    appointment = Appointment.objects.create(
        adviser_id=slot.user_id,
        person=person,
        enquiry=enquiry,
        case=enquiry.case if enquiry else None,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        way=way,
        phone=number,
        note=" ".join(note.split())[:500],
        language=language or (enquiry.language if enquiry else person.language),
        booked_at=asked_at or at,
        booked_by=by,
    )
    _put_on_day(appointment, by=by, at=at)
    _note(appointment, "enquiries.appointment_booked", at=at, by=by)
    appointment_letters.tell_booked(appointment, at=at)
    if by is None or by.pk != appointment.adviser_id:
        _tell_adviser(appointment, "booked", _("An appointment was booked with you: %(when)s"), at=at)
    return appointment


@transaction.atomic
def move(appointment: Appointment, *, starts_at: datetime, at: datetime, by: User | None = None) -> Appointment:
    """Another time, with the same adviser if they are free then, else with whoever is. Raises Taken, Over."""
    kept = _coming(appointment, at=at)
    if kept.starts_at == starts_at:
        return kept
    notice = slots.NOBODY_WAITS if by else slots.NOTICE
    try:
        with transaction.atomic():  # gives back the locks when the own adviser has no time
            slot = _hold(starts_at, way=kept.way, at=at, user_id=kept.adviser_id, notice=notice)
    except Taken:
        slot = _hold(starts_at, way=kept.way, at=at, user_id=None, notice=notice)
    _take_off_day(kept, at=at)
    if slot.user_id != kept.adviser_id:
        _tell_adviser(kept, f"left-{kept.sequence}", _("Your appointment of %(when)s is with somebody else now"), at=at)
    kept.adviser_id, kept.starts_at, kept.ends_at = slot.user_id, slot.starts_at, slot.ends_at
    kept.sequence, kept.reminded = kept.sequence + 1, []
    kept.save(update_fields=["adviser", "starts_at", "ends_at", "sequence", "reminded"])
    kept.refresh_from_db(fields=["adviser"])
    _put_on_day(kept, by=by, at=at)
    _note(kept, "enquiries.appointment_moved", at=at, by=by)
    appointment_letters.tell_moved(kept, at=at)
    if by is None or by.pk != kept.adviser_id:
        _tell_adviser(kept, f"moved-{kept.sequence}", _("An appointment was moved: %(when)s"), at=at)
    return kept


@transaction.atomic
def cancel(appointment: Appointment, *, at: datetime, by: User | None = None) -> Appointment:
    """Call it off; its time is free again. Again changes nothing. Raises Over once it has begun."""
    if Appointment.objects.filter(pk=appointment.pk, state=State.CANCELLED).exists():
        return Appointment.objects.get(pk=appointment.pk)
    kept = _coming(appointment, at=at)
    kept.state, kept.ended_at, kept.sequence = State.CANCELLED, at, kept.sequence + 1
    kept.save(update_fields=["state", "ended_at", "sequence"])
    _take_off_day(kept, at=at)
    _note(kept, "enquiries.appointment_off", at=at, by=by)
    appointment_letters.tell_cancelled(kept, at=at)
    if by is None or by.pk != kept.adviser_id:
        _tell_adviser(kept, "off", _("An appointment was called off: %(when)s"), at=at)
    return kept


@transaction.atomic
def note_outcome(appointment: Appointment, *, came: bool, by: User, at: datetime) -> Appointment:
    """Write down whether it took place. May be corrected; one that was called off stays so. Raises Over."""
    kept = Appointment.objects.select_for_update(of=("self",)).select_related("person").get(pk=appointment.pk)
    to = State.HELD if came else State.NO_SHOW
    if kept.state == State.CANCELLED or kept.starts_at > at:
        raise Over(kept.pk)
    if kept.state != to:
        kept.state, kept.ended_at = to, at
        kept.save(update_fields=["state", "ended_at"])
        _reminders(kept).update(done_at=at)
        _note(kept, "enquiries.appointment_held" if came else "enquiries.appointment_missed", at=at, by=by)
    return kept


def _hold(starts_at: datetime, *, way: str, at: datetime, user_id: int | None, notice: timedelta) -> Slot:
    """A slot at this time, its adviser locked until the transaction ends: nobody else can book them meanwhile."""
    day = slots.day_of(starts_at)
    ask = partial(slots.free, first_day=day, days=1, way=way, at=at, user=user_id, notice=notice)
    offered = {slot.user_id for slot in ask() if slot.starts_at == starts_at}
    # Always in the same order, so that two who want the same advisers wait for each other and never both.
    held = User.objects.filter(pk__in=offered).order_by("pk").select_for_update(no_key=True, of=("self",))
    if not list(held.values_list("pk", flat=True)):
        raise Taken(starts_at)
    still = [slot for slot in ask() if slot.starts_at == starts_at and slot.user_id in offered]
    if not still:
        raise Taken(starts_at)
    busy = dict(
        Appointment.objects.filter(
            adviser__in=offered,
            state=State.BOOKED,
            starts_at__gte=starts_at - timedelta(hours=12),
            starts_at__lt=starts_at + timedelta(hours=12),
        )
        .values_list("adviser")
        .annotate(number=Count("pk"))
    )
    return min(still, key=lambda slot: (busy.get(slot.user_id, 0), slot.user_id))


def _coming(appointment: Appointment, *, at: datetime) -> Appointment:
    kept = (
        Appointment.objects.select_for_update(of=("self",)).select_related("person", "adviser").get(pk=appointment.pk)
    )
    if kept.state != State.BOOKED or kept.starts_at <= at:
        raise Over(kept.pk)
    return kept


def _number(person: Person, phone: str) -> str:
    if phone:
        return identities.normalise_phone(phone)
    known = Identity.objects.filter(person=person, kind=Identity.Kind.PHONE).order_by("pk").first()
    if known is None:
        raise NoNumber(person.pk)
    return known.value


def _put_on_day(appointment: Appointment, *, by: User | None, at: datetime) -> None:
    """Among the follow-ups of the adviser, in their own language: they see it on the day and beside the person."""
    if appointment.starts_at <= at:
        return
    follow_ups.set_for(
        appointment.person,
        due_at=appointment.starts_at,
        why=appointment_letters.words_for(appointment),
        owner=appointment.adviser,
        by=by or appointment.adviser,
        at=at,
        case=appointment.case,
        channel=CHANNELS[Way(appointment.way)],
    )


def _take_off_day(appointment: Appointment, *, at: datetime) -> None:
    _reminders(appointment).update(dropped_at=at)


def _reminders(appointment: Appointment):
    return FollowUp.objects.filter(
        person=appointment.person,
        owner=appointment.adviser,
        due_at=appointment.starts_at,
        attempt=None,
        done_at=None,
        dropped_at=None,
    )


def _tell_adviser(appointment: Appointment, act: str, words, *, at: datetime) -> None:
    notices.tell(
        appointment.adviser,
        key=f"appointment:{act}:{appointment.uuid}",
        text=lambda: words % {"when": appointment_letters.when_at_school(appointment.starts_at)},
        url=reverse("enquiries_appointments"),
        at=at,
        case=appointment.case,
    )


def _note(appointment: Appointment, kind: str, *, at: datetime, by: User | None) -> None:
    timeline.record(
        appointment.person,
        at=at,
        channel=CHANNELS[Way(appointment.way)],
        direction=Touchpoint.Direction.OUT if by else Touchpoint.Direction.IN,
        kind=kind,
        summary=appointment_letters.when_at_school(appointment.starts_at),
        by=by,
        about=appointment,
        is_two_way=kind == "enquiries.appointment_held",
    )
