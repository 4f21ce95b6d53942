"""Appointments in the back office: the adviser's week, their hours, booking for somebody, and how it went."""

from datetime import date, datetime, timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.clocks.calendars import ZONE
from contact_centre.views.shared import DeskMixin
from enquiries import roles
from enquiries.models import Appointment, BookableHours, Enquiry
from enquiries.sessions import appointment_letters, booking, figures, slots, tickets
from enquiries.views.sessions_forms import ForPersonForm, HoursFormSet, from_day_to_day, weekday_and_day
from people.contact.contact_hours import zone_of
from people.identity import identities, merging
from people.models import Person, User
from people.own_data import links

State, Way = Appointment.State, BookableHours.Way
WEEK, PERIOD = timedelta(days=7), timedelta(days=90)
DAYS_TO_BOOK = 14


class OfAdviserMixin:
    """A screen about one adviser: oneself, or another for those who may see everybody's appointments."""

    request: HttpRequest

    @cached_property
    def adviser(self) -> User:
        asked = self.request.GET.get("user", "")
        mine = cast(User, self.request.user)  # nobody else gets as far as here
        if not asked.isascii() or not asked.isdigit() or len(asked) > 9 or int(asked) == mine.pk:
            return mine
        if not self.request.user.has_perm(roles.SEE_APPOINTMENTS):
            raise PermissionDenied
        return get_object_or_404(User, pk=asked, is_active=True)

    @property
    def may_keep_hours(self) -> bool:
        user = self.request.user
        return user.has_perm(roles.ALL_HOURS) or (user.has_perm(roles.OWN_HOURS) and self.adviser == user)


class WeekView(OfAdviserMixin, DeskMixin, TemplateView):
    """A week of one adviser: what is booked, what is free, and what nobody has said the outcome of."""

    any_permission = (roles.SEE_APPOINTMENTS,)
    page_title = gettext_lazy("Appointments")
    header_icon = "date"
    template_name = "enquiries/admin/appointments_week.html"

    def get_context_data(self, **kwargs):
        at, user = timezone.now(), self.adviser
        today = slots.day_of(at)
        monday = _monday(self.request.GET.get("week", ""), today)
        booked = _between(user, _midnight(monday), _midnight(monday + WEEK))
        free = [slot for way in Way.values for slot in slots.free(first_day=monday, days=7, way=way, at=at, user=user)]
        numbers = figures.of_appointments(since=at - PERIOD, until=at, at=at, adviser_id=user.pk)
        others = User.objects.filter(bookable_hours__isnull=False, is_active=True).exclude(pk=self.request.user.pk)
        return super().get_context_data(
            adviser=user,
            days=[
                one
                for one in (_day(monday + timedelta(days=n), booked, free, today) for n in range(7))
                if one["rows"] or one["day"].weekday() < 5
            ],
            monday=monday,
            week=from_day_to_day(monday, monday + timedelta(days=6)),
            before=monday - WEEK,
            after=monday + WEEK,
            open_ones=_open_ones(user, at) if user == self.request.user or self.may_keep_hours else [],
            numbers=numbers,
            others=others.distinct().order_by("first_name", "pk"),
            has_hours=BookableHours.objects.filter(user=user).exists(),
            may_keep_hours=self.may_keep_hours,
            may_note=self.request.user.has_perm(roles.BOOK),
            here=self.request.get_full_path(),
            link=links.absolute(reverse("enquiries:book")),
            **kwargs,
        )


class HoursView(OfAdviserMixin, DeskMixin, TemplateView):
    """The hours of the week in which an adviser can be booked."""

    any_permission = (roles.OWN_HOURS,)
    page_title = gettext_lazy("Bookable hours")
    header_icon = "time"
    template_name = "enquiries/admin/appointments_hours.html"
    trail = (("enquiries_appointments", gettext_lazy("Appointments")),)
    formset = None

    def get_context_data(self, **kwargs):
        if not self.may_keep_hours:
            raise PermissionDenied
        rows = BookableHours.objects.filter(user=self.adviser).order_by("weekday", "from_time")
        formset = self.formset or HoursFormSet(queryset=rows)
        return super().get_context_data(formset=formset, adviser=self.adviser, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.may_keep_hours:
            raise PermissionDenied
        rows = BookableHours.objects.filter(user=self.adviser)
        self.formset = HoursFormSet(request.POST, queryset=rows)
        if not self.formset.is_valid():
            return self.render_to_response(self.get_context_data(**kwargs), status=422)
        for row in self.formset.save(commit=False):
            row.user = self.adviser
            row.save()
        for row in self.formset.deleted_objects:
            row.delete()
        messages.success(request, _("Your hours are kept. What is booked already stays."))
        return redirect(f"{reverse('enquiries_hours')}?{urlencode({'user': self.adviser.pk})}")


class BookForView(DeskMixin, TemplateView):
    """Booking an hour for somebody: with oneself or with whoever is free."""

    any_permission = (roles.BOOK,)
    header_icon = "date"
    template_name = "enquiries/admin/appointments_book.html"
    trail = (("enquiries_appointments", gettext_lazy("Appointments")),)
    form: ForPersonForm | None = None

    @cached_property
    def person(self) -> Person:
        known = Person.objects.known().filter(uuid=self.kwargs["uuid"]).first()
        return merging.current(known) if known else get_object_or_404(Person.objects.known(), uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return _("An hour for %(person)s") % {"person": self.person}

    @property
    def way(self) -> str:
        asked = self.request.GET.get("way", "")
        return asked if asked in Way.values else Way.PHONE

    @property
    def is_mine(self) -> bool:
        return self.request.GET.get("with") != "anybody"

    def get_context_data(self, **kwargs):
        at, user = timezone.now(), self.request.user if self.is_mine else None
        free = slots.free(
            first_day=slots.day_of(at), days=DAYS_TO_BOOK, way=self.way, at=at, user=user, notice=slots.NOBODY_WAITS
        )
        url = tickets.booking_url(self.person, user_id=self.request.user.pk)
        return super().get_context_data(
            person=self.person,
            way=self.way,
            ways=Way.choices,
            is_mine=self.is_mine,
            days=[(weekday_and_day(day), found) for day, found in slots.times(free).items()],
            form=self.form or ForPersonForm(),
            link=links.absolute(url),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        self.form, at = ForPersonForm(request.POST), timezone.now()
        starts_at = _instant(request.POST.get("starts_at", ""))
        if starts_at is None:
            self.form.add_error(None, _("Choose one of the times."))
        elif self.form.is_valid():
            try:
                booking.book_appointment(
                    starts_at=starts_at,
                    way=self.way,
                    user_id=request.user.pk if self.is_mine else None,
                    person=self.person,
                    enquiry=self.person.enquiries.exclude(state__in=Enquiry.ENDED).order_by("-received_at").first(),
                    at=at,
                    by=request.user,
                    **self.form.cleaned_data,
                )
            except booking.Taken:
                self.form.add_error(None, _("This time is no longer free. Choose another one, please."))
            except booking.NoNumber:
                self.form.add_error("phone", _("We know no number of theirs: write the one to call."))
            except identities.BadIdentity as bad:
                self.form.add_error("phone", str(bad))
            else:
                messages.success(request, _("The hour is booked, and %(person)s is told.") % {"person": self.person})
                return redirect("contact_centre_person", self.person.uuid)
        return self.render_to_response(self.get_context_data(**kwargs), status=422)


@require_POST
@permission_required(roles.BOOK, raise_exception=True)
def act(request, uuid, act):
    """Say how it went, or call it off."""
    if act not in ("held", "missed", "cancel"):
        raise Http404
    mine, at = get_object_or_404(Appointment, uuid=uuid), timezone.now()
    try:
        if act == "cancel":
            booking.cancel(mine, at=at, by=request.user)
            messages.success(request, _("The appointment is called off, and they are told."))
        else:
            booking.note_outcome(mine, came=act == "held", by=request.user, at=at)
            messages.success(request, _("Noted."))
    except booking.Over:
        messages.error(request, _("This cannot be changed any more."))
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return redirect(asked if is_ours else "enquiries_appointments")


def _day(day: date, booked: list[Appointment], free: list[slots.Slot], today: date) -> dict:
    """One column of the week: what is booked and what is free, in order of time."""
    rows = [
        {"starts_at": one.starts_at, "ends_at": one.ends_at, "appointment": one}
        for one in booked
        if slots.day_of(one.starts_at) == day
    ]
    seen = {row["starts_at"] for row in rows}
    for slot in sorted(free):
        if slots.day_of(slot.starts_at) == day and slot.starts_at not in seen:
            seen.add(slot.starts_at)
            rows.append({"starts_at": slot.starts_at, "ends_at": slot.ends_at, "appointment": None})
    return {"day": day, "label": weekday_and_day(day), "is_today": day == today, "rows": sorted(rows, key=_by_time)}


def _by_time(row: dict) -> datetime:
    return row["starts_at"]


def _between(user: User, since: datetime, until: datetime) -> list[Appointment]:
    those = Appointment.objects.filter(adviser=user, starts_at__gte=since, starts_at__lt=until)
    return list(
        those.exclude(state=State.CANCELLED).select_related("person", "enquiry__programme").order_by("starts_at")
    )


def _open_ones(user: User, at: datetime) -> list[dict]:
    """Over, and nobody has said how it went; the oldest first."""
    over = Appointment.objects.filter(adviser=user, state=State.BOOKED, ends_at__lte=at).select_related("person")
    return [
        {"appointment": one, "when": appointment_letters.when_at_school(one.starts_at)}
        for one in over.order_by("starts_at")[:20]
    ]


def _monday(asked: str, today: date) -> date:
    coming = today + timedelta(days=2) if today.weekday() > 4 else today  # at the weekend the next week is of interest
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = coming
    if not date(2000, 1, 3) <= day <= date(2200, 1, 1):
        day = coming
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(ZONE))


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if timezone.is_aware(at) else None
