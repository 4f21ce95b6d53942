"""Sessions in the back office: one with its places, the door, and the codes that are scanned there."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from contact_centre.views.shared import DeskMixin
from enquiries import roles
from enquiries.intake import questions
from enquiries.intake.arrivals import take_in
from enquiries.models import Session, SessionPlace
from enquiries.sessions import figures, opening, places, tickets
from enquiries.views.sessions import cards, day_words
from enquiries.views.sessions_forms import WalkInForm
from people.access import audit
from people.identity import identities
from people.models import Channel

State = SessionPlace.State
LACKING = {
    "seats": gettext_lazy("how many places there are"),
    "where": gettext_lazy("the campus or the room"),
    "address": gettext_lazy("the address of the meeting"),
    "past": gettext_lazy("a time that is still to come"),
}
ORDER = {State.BOOKED: 0, State.ATTENDED: 1, State.NO_SHOW: 2, State.WAITING: 3, State.CANCELLED: 4}


class SessionView(DeskMixin, TemplateView):
    """One session: how it stands, what can be done about it, and who has a place."""

    any_permission = (roles.SEE_SESSIONS,)
    header_icon = "calendar"
    template_name = "enquiries/admin/sessions_page.html"
    trail = (("sessions:index", gettext_lazy("Sessions")),)

    @cached_property
    def session(self) -> Session:
        known = Session.objects.select_related("programme", "campus", "campaign").prefetch_related("hosts")
        return get_object_or_404(known, uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.session.title

    def get_context_data(self, **kwargs):
        user, at, session = self.request.user, timezone.now(), self.session
        sees_people = user.has_perm(roles.CHECK_IN)
        rows = listed(session, self.request.GET.get("q", "")) if sees_people else []
        if rows:
            audit.note(
                act=audit.Act.READ, what="enquiries.session_list", by=user, at=at, about=session,
                detail={"rows": len(rows)},
            )  # fmt: skip
        numbers = figures.of_sessions([session]).get(session.pk, figures.Figures())
        return super().get_context_data(
            session=session,
            card=cards([session])[0],
            numbers=numbers,
            rows=rows,
            q=self.request.GET.get("q", ""),
            sees_people=sees_people,
            may_change=user.has_perm(roles.CHANGE_SESSIONS),
            lacking=[LACKING[code] for code in opening.missing(session, at=at)] if session.state == "draft" else [],
            is_doors=tickets.doors_open_at(session) <= at,
            is_past=session.ends_at <= at,
            edit_url=reverse("sessions:edit", args=[session.pk]),
            public_url=reverse("enquiries:session", args=[session.uuid]),
            **day_words(session),
            **kwargs,
        )


class DoorView(SessionView):
    """The same for whoever stands at the door with a phone: who is expected, one tap each, and who just came along."""

    any_permission = (roles.CHECK_IN,)
    template_name = "enquiries/admin/sessions_door.html"
    form: WalkInForm | None = None

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        if request.htmx:
            return render(request, "enquiries/admin/sessions_door_list.html", context)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        expected = [row for row in context["rows"] if row.state in (State.BOOKED, State.WAITING, State.NO_SHOW)]
        return context | {
            "form": self.form or WalkInForm(),
            "expected": expected,
            "came": [row for row in context["rows"] if row.state == State.ATTENDED],
        }


def listed(session: Session, wanted: str = "") -> list[SessionPlace]:
    """The places of a session by state and name; of those only whose name or contact holds ``wanted``."""
    rows = session.places.select_related("person", "checked_in_by")
    for word in wanted.split()[:5]:
        rows = rows.filter(
            Q(person__given_name__icontains=word)
            | Q(person__family_name__icontains=word)
            | Q(person__identities__value__icontains=word)
        )
    found = {row.pk: row for row in rows}.values()
    for row in found:
        row.session = session
    return sorted(found, key=lambda row: (ORDER[State(row.state)], str(row.person).casefold(), row.pk))


@require_POST
@permission_required(roles.CHANGE_SESSIONS, raise_exception=True)
def act(request, uuid, act):
    """Open the booking of a session, or call it off."""
    if act not in ("open", "off"):
        raise Http404
    session, at = get_object_or_404(Session, uuid=uuid), timezone.now()
    try:
        if act == "open":
            opening.open_booking(session, at=at, by=request.user)
            messages.success(request, _("The booking is open."))
        else:
            told = opening.call_off(session, at=at, by=request.user)
            messages.success(
                request,
                ngettext(
                    "The session is called off, and %(told)s person is told.",
                    "The session is called off, and %(told)s people are told.",
                    told,
                )
                % {"told": told},
            )
    except opening.NotReady as not_ready:
        lacking = ", ".join(str(LACKING[code]) for code in not_ready.why)
        messages.error(request, _("It lacks %(what)s.") % {"what": lacking})
    except opening.NotNow:
        messages.error(request, _("The session is over or called off already."))
    return redirect("enquiries_session", uuid)


@require_POST
@permission_required(roles.CHECK_IN, raise_exception=True)
def place_act(request, uuid, act):
    """Check somebody in, take that back, or call their place off."""
    if act not in ("in", "out", "off"):
        raise Http404
    place, at = get_object_or_404(SessionPlace.objects.select_related("session"), uuid=uuid), timezone.now()
    try:
        if act == "in":
            places.check_in(place, at=at, by=request.user)
        elif act == "out":
            places.undo_check_in(place, at=at)
        else:
            places.cancel(place, at=at, by=request.user)
    except places.NoPlace:
        messages.error(request, _("This place was called off."))
    except places.Closed:
        messages.error(request, _("This cannot be changed any more."))
    if request.htmx:
        return redirect("enquiries_session_door", place.session.uuid)
    return redirect(_next(request) or reverse("enquiries_session", args=[place.session.uuid]))


@require_POST
@permission_required(roles.CHECK_IN, raise_exception=True)
def walk_in(request, uuid):
    """Somebody came without a place: an enquiry like any other, and they are here."""
    session, at = get_object_or_404(Session.objects.select_related("programme"), uuid=uuid), timezone.now()
    form = WalkInForm(request.POST)
    if form.is_valid():
        email, phone = questions.recognise(form.cleaned_data["contact"])
        try:
            with transaction.atomic():
                arrival = take_in(
                    at=at,
                    email=email,
                    phone=phone,
                    name=form.cleaned_data["name"],
                    programme=session.programme,
                    language=session.language,
                    channel=Channel.IN_PERSON,
                    source="session",
                    campaign_slug=session.campaign.slug if session.campaign else "",
                    external_key=f"walk-in:{session.uuid}:{(email or phone).casefold()}"[:200],
                )
                place = places.walk_in(session, arrival.enquiry.person, at=at, by=request.user, enquiry=arrival.enquiry)
        except identities.BadIdentity as bad:
            form.add_error("contact", str(bad))
        else:
            messages.success(request, _("%(name)s is checked in.") % {"name": place.person})
            return redirect("enquiries_session_door", uuid)
    view = DoorView(form=form)
    view.setup(request, uuid=uuid)
    response = view.get(request, uuid=uuid)
    response.status_code = 422
    return response


@permission_required(roles.CHECK_IN, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, code):
    """What the code at the door leads staff to: who it is, and one button."""
    place, at = tickets.at_door(code), timezone.now()
    if place is None:
        raise Http404
    if request.method == "POST":
        try:
            places.check_in(place, at=at, by=request.user)
        except places.NoPlace:
            messages.error(request, _("This place was called off."))
        return redirect("enquiries_check_in", code)
    view = CheckInView(place=place, code=code)
    view.setup(request, code=code)
    return view.dispatch(request)


class CheckInView(DeskMixin, TemplateView):
    """One scanned place."""

    any_permission = (roles.CHECK_IN,)
    page_title = gettext_lazy("At the door")
    header_icon = "calendar"
    template_name = "enquiries/admin/sessions_check_in.html"
    place: SessionPlace | None = None
    code = ""

    def get_context_data(self, **kwargs):
        place, at = self.place, timezone.now()
        if place is None:
            raise Http404
        audit.note(act=audit.Act.READ, what="enquiries.session_place", by=self.request.user, at=at, person=place.person)
        session = place.session
        others = SessionPlace.objects.filter(
            person=place.person, state=State.BOOKED, session__starts_at__gt=at - (session.ends_at - session.starts_at)
        ).exclude(pk=place.pk)
        return super().get_context_data(
            place=place,
            session=session,
            code=self.code,
            is_other_day=not tickets.doors_open_at(session) <= at <= session.ends_at,
            others=list(others.select_related("session").order_by("session__starts_at")[:3]),
            **day_words(session),
            **kwargs,
        )


def _next(request) -> str:
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else ""
