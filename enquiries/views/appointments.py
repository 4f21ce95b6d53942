"""Hours with an adviser on the website: booked, moved, called off."""

from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from contact_centre.clocks.calendars import ZONE
from enquiries.intake import posting
from enquiries.intake.promises import when
from enquiries.intake.questions import programme_of
from enquiries.life import progress
from enquiries.models import Appointment, BookableHours
from enquiries.sessions import booking, invitations, slots, tickets, wishes
from enquiries.views.public import network
from enquiries.views.sessions import arrived, ics, quiet
from enquiries.views.sessions_forms import HourForm, OtherHourForm, clock, weekday_and_day
from people.access.sign_in import person_of
from people.identity import identities
from people.models import Identity, User
from people.own_data import links

Way, State = BookableHours.Way, Appointment.State
DAYS = 14


# The form carries a signed token instead, as the enquiry form does.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """An hour with whoever is free: person, enquiry, case and appointment together or not at all."""
    return _book(request, programme=programme_of(request.GET), person=person_of(request))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_signed(request, token):
    """The same for somebody we wrote to, with the adviser who did: nothing is asked that we know."""
    try:
        person, user_id, programme = tickets.read_booking(token)
    except links.LinkExpired:
        return _gone(request)
    except (links.LinkForged, ValueError):
        raise Http404 from None
    with translation.override(person.language):
        request.LANGUAGE_CODE = person.language
        return quiet(_book(request, programme=programme, person=person, user_id=user_id, is_signed=True))


def _book(request, *, programme, person, user_id=None, is_signed=False):
    at, language = timezone.now(), (get_language() or "ca")[:2]
    ways = _ways(user_id)
    way = request.GET.get("way", "")
    way = way if way in ways else next(iter(ways), "")
    free = slots.free(first_day=slots.day_of(at), days=DAYS, way=way, at=at, user=user_id) if way else []
    has_number = bool(person) and Identity.objects.filter(person=person, kind=Identity.Kind.PHONE).exists()
    asked = {"free": free, "way": way, "language": language, "person": person, "has_number": has_number}
    page = {
        "way": way,
        "ways": [(code, Way(code).label) for code in ways],
        "programme": programme,
        "programme_title": programme.title_in(language) if programme else "",
        "adviser": User.objects.filter(pk=user_id).first() if user_id else None,
        "person": person,
        "is_signed": is_signed,
    }
    if request.method != "POST":
        return _book_page(request, HourForm(initial=arrived(request), **asked), page)
    form = HourForm(request.POST, **asked)
    if not form.is_valid():
        return _book_page(request, form, page, status=422)
    try:
        with transaction.atomic():
            hour = _hour(form, way=way, user_id=user_id)
            enquiry, address = _asked_for(request, form, programme, person if is_signed else None, at, language, hour)
            if enquiry is not None:
                made = booking.book_appointment(
                    **hour, person=enquiry.person, enquiry=enquiry, language=language, at=at
                )
                address = tickets.appointment_url(made)
    except booking.Taken:
        form.add_error("starts_at", _("Somebody has just taken this time. Choose another one, please."))
    except booking.NoNumber:
        form.add_error("phone", _("Leave the number at which we can call you."))
    except identities.BadIdentity as bad:
        form.add_error("phone", str(bad))
    else:
        if address:
            return HttpResponse(status=303, headers={"Location": address})
    return _book_page(request, form, page, status=422)


def _hour(form, *, way, user_id):
    said = form.cleaned_data
    return {
        "starts_at": datetime.fromisoformat(said["starts_at"]),
        "way": way,
        "user_id": user_id,
        "phone": said.get("phone", ""),
        "note": said["message"],
    }


def _asked_for(request, form, programme, person, at, language, hour):
    """The enquiry behind a booking and where to go on to; neither where the door refused, which the form then says.

    Of whoever may be a machine there is no enquiry yet: the ``hour`` is kept until somebody has read what was sent.
    Somebody we wrote to goes on with the enquiry they have, if it is open still.
    """
    known = progress.open_enquiry_of(person, programme) if person else None
    if known is not None:
        return known, ""
    said = request.POST.dict()
    who = person or form.person
    # A contact that is typed wins over the login; this number is only where they want to be called.
    said["phone"] = "" if who else form.cleaned_data.get("phone", "")
    said["programme"] = programme.code if programme else ""
    posted = posting.post(
        None,
        said,
        at=at,
        language=language,
        person=who,
        network=network(request),
        answers={_("Appointment"): when(hour["starts_at"], zone=ZONE)},
    )
    form.refuse(posted.errors)
    if posted.is_taken and posted.enquiry is None:
        wishes.keep(posted.submission, wishes.for_hour(**hour))
    return posted.enquiry, posted.address if posted.is_taken else ""


@never_cache
@require_http_methods(["GET", "HEAD"])
def appointment(request, token):
    """How an appointment stands, with all that can be done about it."""
    return _page(request, _appointment(token), token)


@csrf_exempt  # the token in the address is the authority to act
@require_POST
def appointment_act(request, token, act):
    """Move it to another free time, or call it off."""
    if act not in ("cancel", "move"):
        raise Http404
    mine, at = _appointment(token), timezone.now()
    if mine is None:
        return _gone(request)
    with translation.override(mine.language):
        try:
            if act == "cancel":
                mine = booking.cancel(mine, at=at)
            else:
                form = OtherHourForm(request.POST, free=_others(mine, at))
                if not form.is_valid():
                    return _page(request, mine, token, form=form, status=422)
                mine = booking.move(mine, starts_at=datetime.fromisoformat(form.cleaned_data["starts_at"]), at=at)
        except booking.Taken:
            error = _("Somebody has just taken this time. Choose another one, please.")
            return _page(request, mine, token, error=error, status=409)
        except booking.Over:
            return _page(request, mine, token, error=_("This cannot be changed any more."), status=409)
    return HttpResponse(status=303, headers={"Location": tickets.appointment_url(mine)})


@never_cache
@require_http_methods(["GET", "HEAD"])
def appointment_ics(request, token):
    """The entry for the calendar."""
    mine = _appointment(token)
    if mine is None:
        raise Http404
    return ics(invitations.of_appointment(mine, at=timezone.now()))


def _ways(user_id) -> list[str]:
    """How one can meet an adviser, or any of them, in the order of the list of ways."""
    hours = BookableHours.objects.filter(user__is_active=True)
    hours = hours.filter(user=user_id) if user_id else hours
    offered = {way for ways in hours.values_list("ways", flat=True) for way in ways}
    return [code for code in Way.values if code in offered]


def _others(mine: Appointment, at: datetime):
    return slots.free(first_day=slots.day_of(at), days=DAYS, way=mine.way, at=at)


def _appointment(token) -> Appointment | None:
    try:
        return tickets.appointment_of(token)
    except links.LinkForged:
        raise Http404 from None


def _book_page(request, form, page, status=200):
    has_times = bool(form.fields["starts_at"].choices)
    context = {"form": form, "days": days_of(form["starts_at"]) if has_times else [], **page}
    return render(request, "enquiries/appointment_book.html", context, status=status)


def days_of(field) -> list[dict]:
    """The times as radio buttons, by day, for templates: (value, hour, is chosen)."""
    chosen = field.value()
    return [
        {
            "label": weekday_and_day(day),
            "times": [{"value": value, "label": label, "is_chosen": value == chosen} for value, label in options],
        }
        for day, options in field.field.choices
    ]


def _page(request, mine, token, *, form=None, error="", status=200):
    if mine is None:
        return _gone(request)
    at = timezone.now()
    with translation.override(mine.language):
        request.LANGUAGE_CODE = mine.language
        may_change = mine.state == State.BOOKED and mine.starts_at > at
        form = form or (OtherHourForm(free=_others(mine, at)) if may_change else None)
        context = {
            "appointment": mine,
            "token": token,
            "error": error,
            "form": form,
            "days": days_of(form["starts_at"]) if form and form.fields["starts_at"].choices else [],
            "may_change": may_change,
            "when": when(mine.starts_at, zone=ZONE),
            "until": clock(mine.ends_at),
            "where": invitations.meeting_place(mine),
            "again": tickets.booking_url(mine.person, user_id=mine.adviser_id),
        }
        return quiet(render(request, "enquiries/appointment.html", context, status=status))


def _gone(request):
    return render(request, "enquiries/session_gone.html", status=410)
