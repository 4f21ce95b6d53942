"""Sessions on the website: which there are, a place at one, and the page of a place."""

from datetime import datetime
from uuid import UUID

from babel.dates import format_date
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from contact_centre.clocks.calendars import ZONE
from enquiries.intake import posting
from enquiries.intake.promises import when
from enquiries.intake.questions import programme_of
from enquiries.models import Session, SessionPlace
from enquiries.sessions import invitations, places, tickets, wishes
from enquiries.views.public import ARRIVAL, network
from enquiries.views.sessions_forms import PlaceForm, clock
from people.access.sign_in import person_of
from people.contact.contact_hours import zone_of
from people.own_data import links
from programmes.dates import READERS
from programmes.kept_pages import page_cache
from programmes.printed import qr_codes

SHOWN, OTHERS = 60, 20


@require_http_methods(["GET", "HEAD"])
def sessions(request):
    """What can be booked, the next first; of one programme or of all."""
    at, programme = timezone.now(), programme_of(request.GET)
    coming = bookable(at=at, programme=programme)[:SHOWN]
    title = programme.title_in((get_language() or "ca")[:2]) if programme else ""
    context = {"cards": cards(list(coming)), "programme": programme, "programme_title": title}
    return render(request, "enquiries/sessions.html", context)


# The form carries a signed token instead, as the enquiry form does.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def session(request, uuid):
    """One session, and a place at it in one sending: person, enquiry, case and place together or not at all."""
    known = Session.objects.select_related("campus", "programme").exclude(state=Session.State.DRAFT)
    found, at = get_object_or_404(known, uuid=uuid), timezone.now()
    person, language = person_of(request), (get_language() or "ca")[:2]
    left = places.free_places(found)
    if request.method != "POST":
        form = PlaceForm(session=found, left=left, language=language, person=person, initial=arrived(request))
        return _session_page(request, found, form, left, at=at)
    form = PlaceForm(request.POST, session=found, left=left, language=language, person=person)
    if not form.is_valid():
        return _session_page(request, found, form, left, at=at, status=422)
    try:
        with transaction.atomic():
            posted = posting.post(
                None,
                {**request.POST.dict(), "programme": found.programme.code if found.programme else ""},
                at=at,
                language=language,
                person=person,
                network=network(request),
                campaign=found.campaign,
                answers={_("Session"): found.title},
            )
            place = _take(found, posted, is_online=form.wants_online, language=language, at=at)
    except places.Full:
        form.add_error(None, _("The last place has just been taken. Choose another date, please."))
    except places.Closed:
        form.add_error(None, _("Booking has closed. Choose another date, please."))
    else:
        if posted.is_taken:
            return _see(tickets.place_url(place) if place else posted.address)
        form.refuse(posted.errors)
    return _session_page(request, found, form, places.free_places(found), at=at, status=422)


def _take(found, posted, *, is_online, language, at) -> SessionPlace | None:
    """Book what was asked for; what looks like a machine's is read by a person first, and they hear of it then."""
    if posted.enquiry:
        person = posted.enquiry.person
        return places.book(found, person, at=at, is_online=is_online, language=language, enquiry=posted.enquiry)
    if posted.is_taken:
        wishes.keep(posted.submission, wishes.for_place(found, is_online=is_online))
    return None


@never_cache
@require_http_methods(["GET", "HEAD"])
def place(request, token):
    """How a place stands, with all that can be done about it."""
    return _place_page(request, _place(token), token)


@csrf_exempt  # the token in the address is the authority to act
@require_POST
def place_act(request, token, act):
    """Call a place off, take another date, change between the room and the screen."""
    if act not in ("cancel", "move", "switch"):
        raise Http404
    mine, at = _place(token), timezone.now()
    if mine is None:
        return _gone(request)
    with translation.override(mine.language):
        try:
            mine = _do(mine, act, request.POST, at)
        except places.Full:
            return _place_page(request, mine, token, error=_("Every place there is taken."), status=409)
        except (places.Closed, places.NoPlace):
            return _place_page(request, mine, token, error=_("This cannot be changed any more."), status=409)
    return _see(tickets.place_url(mine))


@never_cache
@require_http_methods(["GET", "HEAD"])
def place_ics(request, token):
    """The entry for the calendar of whoever holds the place."""
    mine = _place(token)
    invitation = invitations.of_place(mine, at=timezone.now()) if mine else None
    if invitation is None:
        raise Http404
    return ics(invitation)


def ics(invitation: invitations.Invitation) -> HttpResponse:
    """A calendar file to keep."""
    response = HttpResponse(invitation.text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{invitation.name}"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@never_cache
@require_http_methods(["GET", "HEAD"])
def ticket(request, code):
    """What the code at the door leads to: staff go on to let them in, anybody else reads what it is for."""
    found = tickets.at_door(code)
    if request.user.has_perm("enquiries.check_in") and request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("enquiries_check_in", code)
    response = render(request, "enquiries/session_ticket.html", {"place": found}, status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def bookable(*, at: datetime, programme=None):
    """Sessions that people can still book, the next first; those of ``programme`` and those about no programme."""
    coming = Session.objects.filter(state=Session.State.OPEN, starts_at__gt=at).exclude(closes_at__lte=at)
    if programme is not None:
        coming = coming.filter(programme__in=[programme, None]) | coming.filter(programme=None)
    return coming.select_related("campus", "programme").order_by("starts_at", "pk")


def cards(found: list[Session]) -> list[dict]:
    """Sessions as they are shown in a list: two queries for any number."""
    left = places.left_in(found)
    return [
        {
            "session": one,
            **day_words(one),
            "where": where(one),
            **fullness(one, left[one.pk]),
        }
        for one in found
    ]


def day_words(session: Session) -> dict[str, str]:
    """The day in pieces for a calendar leaf, and the hours."""
    local = timezone.localtime(session.starts_at, zone_of(ZONE))
    reader = READERS.get((get_language() or "ca")[:2], "en_GB")
    return {
        "weekday": format_date(local, "EEE", locale=reader).rstrip("."),
        "day": str(local.day),
        "month": format_date(local, "LLL", locale=reader).rstrip("."),
        "hours": f"{clock(session.starts_at)}–{clock(session.ends_at)}",
        "iso": local.isoformat(),
        "whole": when(session.starts_at, zone=ZONE),
    }


def where(session: Session) -> str:
    """Where it is, without the address of the meeting: that is for those who have a place."""
    here = ", ".join(part for part in (session.room, session.campus.name if session.campus else "") if part)
    if session.way == Session.Way.ONLINE:
        return _("Online")
    return _("%(place)s and online") % {"place": here} if session.way == Session.Way.BOTH else here


def fullness(session: Session, left: dict) -> dict:
    """What is said about the places: words and tone."""
    free = [left[False]] if session.way == Session.Way.ON_SITE else [left[True]]
    if session.way == Session.Way.BOTH:
        free = [left[False], left[True]]
    if all(number == 0 for number in free):
        words = _("Full: waiting list") if session.has_waiting_list else _("Full")
        return {"badge": words, "tone": "late", "is_full": True}
    if None not in free and sum(free) <= 5:
        words = translation.ngettext("%(number)s place left", "%(number)s places left", sum(free))
        return {"badge": words % {"number": sum(free)}, "tone": "warn", "is_full": False}
    return {"badge": _("Places free"), "tone": "good", "is_full": False}


def arrived(request) -> dict:
    """Where the visitor came from, as every form of ours carries it."""
    return {"page": request.path, **{name: page_cache.late(name, request) for name in ("utm_campaign", *ARRIVAL)}}


def _session_page(request, found, form, left, *, at, status=200):
    others = bookable(at=at, programme=found.programme).exclude(pk=found.pk)[:3]
    context = {
        "session": found,
        "form": form,
        "person": form.person,
        "is_open": tickets.is_open(found, at=at),
        "programme_title": found.programme.title_in((get_language() or "ca")[:2]) if found.programme else "",
        "where": where(found),
        "access": found.campus.access if found.campus and found.way != Session.Way.ONLINE else "",
        "cards": cards(list(others)),
        **day_words(found),
        **fullness(found, left),
    }
    return render(request, "enquiries/session.html", context, status=status)


def _place(token) -> SessionPlace | None:
    try:
        return tickets.place_of(token)
    except links.LinkForged:
        raise Http404 from None


def _do(mine: SessionPlace, act: str, said, at: datetime) -> SessionPlace:
    if act == "cancel":
        return places.cancel(mine, at=at)
    if act == "switch":
        return places.switch(mine, is_online=not mine.is_online, at=at)
    try:
        uuid = UUID(said.get("to", ""))
    except ValueError:
        raise places.Closed from None
    to = Session.objects.filter(uuid=uuid).first()
    if to is None:
        raise places.Closed
    return places.move(mine, to=to, at=at)


def _place_page(request, mine, token, *, error="", status=200):
    if mine is None:
        return _gone(request)
    at, session = timezone.now(), mine.session
    with translation.override(mine.language):
        request.LANGUAGE_CODE = mine.language
        is_coming = session.starts_at > at and session.state == Session.State.OPEN
        may_change = is_coming and mine.state in (SessionPlace.State.BOOKED, SessionPlace.State.WAITING)
        others = bookable(at=at, programme=session.programme).exclude(pk=session.pk)[:OTHERS] if may_change else []
        code = tickets.door_url(mine)
        context = {
            "place": mine,
            "session": session,
            "token": token,
            "error": error,
            "is_coming": is_coming,
            "may_change": may_change,
            "may_switch": may_change and session.way == Session.Way.BOTH,
            "others": [one for one in cards(list(others)) if not one["is_full"]],
            "where": invitations.where(session, is_online=mine.is_online),
            "access": session.campus.access if session.campus and not mine.is_online else "",
            "position": _position(mine),
            # Drawn by us from our own address.
            "code": mark_safe(qr_codes.svg(code, label=_("Code to show at the door"))),  # noqa: S308
            **day_words(session),
        }
        response = render(request, "enquiries/session_place.html", context, status=status)
    return quiet(response)


def quiet(response: HttpResponse) -> HttpResponse:
    """The address is a key to the page: it is not indexed, and must not travel on in a Referer header."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def _position(mine: SessionPlace) -> int:
    """Which one they are in the waiting list; 0 for those who have a place."""
    if mine.state != SessionPlace.State.WAITING:
        return 0
    ahead = mine.session.places.filter(state=SessionPlace.State.WAITING, is_online=mine.is_online)
    return ahead.filter(booked_at__lt=mine.booked_at).count() + 1


def _gone(request):
    return render(request, "enquiries/session_gone.html", status=410)


def _see(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address})
