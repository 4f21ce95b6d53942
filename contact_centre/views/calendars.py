"""The working calendars and what is promised for each kind of case, as whoever runs the desk edits them."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.clocks import calendars, previews, promised
from contact_centre.models import Case, DeskSettings, WorkingCalendar
from contact_centre.views.calendar_forms import CalendarForm, DayForm, PromiseForm, TryForm, YearForm
from contact_centre.views.shared import DeskMixin

SEE_CALENDARS = "contact_centre.view_workingcalendar"
CHANGE_CALENDARS = "contact_centre.change_workingcalendar"
ADD_CALENDARS = "contact_centre.add_workingcalendar"
DELETE_CALENDARS = "contact_centre.delete_workingcalendar"
CHANGE_PROMISES = "contact_centre.change_kindpromise"


class CalendarsView(DeskMixin, TemplateView):
    """Which calendars there are, and which teams keep them."""

    any_permission = (SEE_CALENDARS,)
    header_icon = "calendar"
    page_title = gettext_lazy("Calendars")
    template_name = "contact_centre/admin/calendars.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            calendars=previews.overview(at=timezone.now()),
            has_default=WorkingCalendar.objects.filter(is_default=True).exists(),
            usual=previews.spoken(calendars.SCHOOL_WEEK),
            may_add=self.request.user.has_perm(ADD_CALENDARS),
            **kwargs,
        )


class CalendarView(DeskMixin, TemplateView):
    """One calendar: its hours, its special days, and what they make of a question asked at a given moment."""

    any_permission = (CHANGE_CALENDARS,)
    header_icon = "calendar"
    template_name = "contact_centre/admin/calendar.html"
    trail = (("contact_centre_calendars", gettext_lazy("Calendars")),)
    form = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        pk = kwargs.get("pk")
        self.calendar = get_object_or_404(WorkingCalendar, pk=pk) if pk else WorkingCalendar()

    def get_page_title(self):
        return self.calendar.name or _("New calendar")

    def post(self, request, *args, **kwargs):
        self.form = CalendarForm(request.POST, instance=self.calendar)
        if not self.form.is_valid():
            response = self.get(request, *args, **kwargs)
            response.status_code = 422
            return response
        calendar = self.form.save(commit=False)
        calendars.keep(calendar, rows=self.form.rows(), by=request.user, at=timezone.now())
        messages.success(request, _("The calendar is saved. The deadlines of open cases follow within a minute."))
        return redirect("contact_centre_calendar", calendar.pk)

    def get_context_data(self, **kwargs):
        at, calendar = timezone.now(), self.calendar
        trial = TryForm(self.request.GET if "asked" in self.request.GET else None, initial={"asked": at})
        return super().get_context_data(
            calendar=calendar,
            form=self.form or CalendarForm(instance=calendar),
            days=calendar.special_days.select_related("confirmed_by").order_by("day") if calendar.pk else (),
            day_form=DayForm(),
            year_form=YearForm(initial={"year": timezone.localdate().year}),
            try_form=trial,
            tried=previews.tried(calendar, trial.asked_at(at)) if calendar.pk else (),
            open_cases=previews.open_cases(calendar) if calendar.pk else 0,
            may_delete=bool(calendar.pk and self.request.user.has_perm(DELETE_CALENDARS)),
            **kwargs,
        )


@require_POST
@permission_required(CHANGE_CALENDARS, raise_exception=True)
def days(request, pk):
    """Add a special day, propose the holidays of a year, confirm or take away those that are ticked."""
    calendar, at = get_object_or_404(WorkingCalendar, pk=pk), timezone.now()
    act, ticked = request.POST.get("act"), [int(one) for one in request.POST.getlist("day") if one.isdecimal()]
    if act == "add":
        _add_day(request, calendar, at)
    elif act == "propose":
        form = YearForm(request.POST)
        if form.is_valid():
            new = calendars.propose(calendar, form.cleaned_data["year"])
            said = ngettext(
                "%(count)d holiday is proposed. It counts once somebody confirms it.",
                "%(count)d holidays are proposed. Each counts once somebody confirms it.",
                new,
            )
            messages.success(request, said % {"count": new})
        else:
            messages.error(request, _("Give a year between 2000 and 2200."))
    elif act == "confirm":
        calendars.confirm(calendar, ticked, by=request.user, at=at)
        messages.success(request, _("They count from now on. The deadlines of open cases follow within a minute."))
    elif act == "remove":
        calendars.remove_days(calendar, ticked, by=request.user, at=at)
        messages.success(request, _("They are off the calendar."))
    return redirect("contact_centre_calendar", calendar.pk)


def _add_day(request, calendar, at):
    form = DayForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        hours = (typed["from_time"], typed["until_time"]) if typed["from_time"] else None
        calendars.add_day(calendar, typed["day"], name=typed["name"], hours=hours, by=request.user, at=at)
        messages.success(request, _("The day is on the calendar. The deadlines of open cases follow within a minute."))
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))


@require_POST
@permission_required(DELETE_CALENDARS, raise_exception=True)
def delete(request, pk):
    """Delete a calendar that nobody keeps."""
    calendar = get_object_or_404(WorkingCalendar, pk=pk)
    try:
        calendars.remove(calendar, by=request.user, at=timezone.now())
    except calendars.InUse:
        messages.error(request, _("It stays: the whole school or a team keeps it. Give them another one first."))
        return redirect("contact_centre_calendar", calendar.pk)
    messages.success(request, _("The calendar is gone."))
    return redirect("contact_centre_calendars")


class PromisedView(DeskMixin, TemplateView):
    """What is promised for each kind of case, beside what holds for all."""

    any_permission = (CHANGE_PROMISES,)
    header_icon = "time"
    page_title = gettext_lazy("What is promised")
    template_name = "contact_centre/admin/promised.html"
    forms = None

    def post(self, request, *args, **kwargs):
        self.forms = self._forms(request.POST)
        if not all(form.is_valid() for form in self.forms):
            response = self.get(request, *args, **kwargs)
            response.status_code = 422
            return response
        promised.keep({form.kind: form.cleaned_data for form in self.forms}, by=request.user, at=timezone.now())
        messages.success(request, _("Saved. It holds for cases that open from now on."))
        return redirect("contact_centre_promised")

    def get_context_data(self, **kwargs):
        return super().get_context_data(forms=self.forms or self._forms(), desk=DeskSettings.of_school(), **kwargs)

    def _forms(self, posted=None):
        kept = promised.kept()
        return [
            PromiseForm(posted, kind=kind, label=label, instance=kept.get(kind), prefix=kind)
            for kind, label in Case.Kind.choices
        ]
