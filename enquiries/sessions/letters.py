"""What is written about a place at a session: booked, waiting, moved up, changed, called off, soon."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre.clocks.calendars import ZONE
from enquiries.intake.promises import when
from enquiries.models import Session, SessionPlace
from enquiries.sessions import invitations, tickets
from people.contact import outbox
from people.models import Purpose


def tell_place(place: SessionPlace, act: str, *, at: datetime) -> None:
    """Mail what became of a place, in its language, once for each change of it.

    ``act``: booked, waiting, moved-up, changed, off, called-off.
    """
    with override(place.language):
        subject, first = _words(act)
        outbox.drop_in(
            place.person,
            purpose=Purpose.SERVICE,
            key=f"session:{act}:{place.uuid}:{place.sequence}",
            subject=subject % {"title": place.session.title},
            body="\n\n".join(_lines(place, first, act)),
            language=place.language,
            at=at,
            about=place,
            action_url=_address(act, place),
            action_label=_("See other dates") if act in ("off", "called-off") else _("My place"),
        )


def tell_all(places: Iterable[SessionPlace], act: str, *, at: datetime) -> int:
    """The same to many; how many."""
    number = 0
    for place in places:
        tell_place(place, act, at=at)
        number += 1
    return number


def remind(place: SessionPlace, hours: int, *, at: datetime) -> None:
    """The place is soon to be used. Once for each reminder and date."""
    with override(place.language):
        outbox.drop_in(
            place.person,
            purpose=Purpose.SERVICE,
            key=f"session:soon-{hours}:{place.uuid}:{place.session.starts_at:%Y%m%d%H%M}",
            subject=_("Soon: %(title)s") % {"title": place.session.title},
            body="\n\n".join(_lines(place, _("We look forward to seeing you."), "soon")),
            language=place.language,
            at=at,
            about=place,
            action_url=tickets.place_url(place),
            action_label=_("My place"),
        )


def _words(act: str) -> tuple[str, str]:
    return {
        "booked": (_("Your place: %(title)s"), _("Your place is booked.")),
        "waiting": (
            _("On the waiting list: %(title)s"),
            _("Every place is taken. You are on the waiting list, and we write as soon as one is free."),
        ),
        "moved-up": (_("You have a place: %(title)s"), _("A place has become free, and it is yours.")),
        "changed": (_("Changed: %(title)s"), _("Something has changed. This is how it stands now.")),
        "off": (
            _("Called off: your place at %(title)s"),
            _("Your place is called off. Thank you for telling us."),
        ),
        "called-off": (
            _("Does not take place: %(title)s"),
            _("We are sorry: this session does not take place. Perhaps another date suits you."),
        ),
    }[act]


def _lines(place: SessionPlace, first: str, act: str) -> list[str]:
    session = place.session
    lines = [first, _("When: %(when)s") % {"when": _when(session, place)}]
    if act in ("off", "called-off"):
        return lines
    if where := invitations.where(session, is_online=place.is_online):
        lines.append(_("Where: %(place)s") % {"place": where})
    if not place.is_online and session.campus and session.campus.access:
        lines.append(session.campus.access)
    if act != "waiting" and not place.is_online:
        lines.append(_("Show the code on the page of your place at the door."))
    lines.append(_("If you cannot come, call it off with the button below: somebody else will be glad of the place."))
    return lines


def _address(act: str, place: SessionPlace) -> str:
    return reverse("enquiries:sessions") if act in ("off", "called-off") else tickets.place_url(place)


def _when(session: Session, place: SessionPlace) -> str:
    # In the room the clock of the school counts, at the screen the person's own.
    return when(session.starts_at, zone=(place.person.time_zone if place.is_online else "") or ZONE)
