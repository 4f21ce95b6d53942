"""How long what we hold is kept, and who is about to be forgotten: the school's rules and the acts on the list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.contrib import messages as notices
from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from people.models import PlannedErasure
from people.privacy import personal_data, retention, retention_rules
from people.privacy.retention_rules import InForce, PersonRule

SEE, CHANGE = "people.view_retentionperiod", "people.change_retentionperiod"
HOLD = "people.change_plannederasure"
AHEAD = (0, 30, 90)  # days
KEPT_SECONDS = 600  # counting a million people takes seconds; ten minutes old figures will do


@dataclass(frozen=True)
class Line:
    """A rule as the school reads it, with how many it would reach now and later."""

    standing: InForce
    kept: str
    is_about_people: bool
    bites_from: datetime | None
    reached: list[int]


def line_of(standing: InForce, *, at: datetime) -> Line:
    since, is_about_people = standing.since, isinstance(standing.rule, PersonRule)
    waits = since is not None and not is_about_people and not standing.bites(at=at)
    return Line(
        standing=standing,
        kept=standing.rule.kept_words(standing.months),
        is_about_people=is_about_people,
        bites_from=since + retention_rules.SHOWN if since and waits else None,
        reached=[_reached(standing, at=at, days=days) for days in AHEAD],
    )


def _reached(standing: InForce, *, at: datetime, days: int) -> int:
    if not standing.is_active:
        return 0
    key = f"people.retention:{standing.rule.code}:{standing.months}:{days}:{timezone.localdate(at)}"
    reached = cache.get_or_set(key, lambda: retention.reached(standing, at=at + timedelta(days=days)), KEPT_SECONDS)
    return int(reached or 0)


class RulesView(WagtailAdminTemplateMixin, TemplateView):
    """Every rule in words, its months, and how many it would reach now, in thirty and in ninety days."""

    page_title = gettext_lazy("Retention")
    header_icon = "time"
    template_name = "people/admin/retention.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        at = timezone.now()
        open_ones = PlannedErasure.objects.filter(done_at=None)
        return super().get_context_data(
            lines=[line_of(standing, at=at) for standing in retention_rules.in_force()],
            places=personal_data.places(),
            waiting=open_ones.count(),
            held=open_ones.filter(held_until__gte=timezone.localdate(at)).count(),
            this_week=open_ones.filter(bites_on__lte=timezone.localdate(at) + timedelta(days=7)).count(),
            may_change=self.request.user.has_perm(CHANGE),
            **kwargs,
        )


class PeriodForm(forms.Form):
    months = forms.IntegerField(
        label=gettext_lazy("Months"),
        min_value=1,
        max_value=600,
        help_text=gettext_lazy("Counted as the rule says; from a change on, everything is shown for 30 days first."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("In force"),
        required=False,
        help_text=gettext_lazy("Without it, nothing of this kind is forgotten by itself."),
    )


class PeriodView(WagtailAdminTemplateMixin, FormView):
    """The months of one rule."""

    form_class = PeriodForm
    page_title = gettext_lazy("Retention period")
    header_icon = "time"
    template_name = "people/admin/retention_period.html"
    success_url = reverse_lazy("people_retention")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        standings = {one.rule.code: one for one in retention_rules.in_force()}
        if kwargs["code"] not in standings:
            raise Http404
        self.standing = standings[kwargs["code"]]
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        above = {"url": str(self.success_url), "label": _("Retention")}
        return [above, {"url": "", "label": self.standing.rule.name}]

    def get_initial(self):
        return {"months": self.standing.months, "is_active": self.standing.is_active}

    def form_valid(self, form):
        retention_rules.change(self.standing.rule.code, at=timezone.now(), by=self.request.user, **form.cleaned_data)
        notices.success(self.request, _("Saved. What it reaches is shown for 30 days before anything is forgotten."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(line=line_of(self.standing, at=timezone.now()), **kwargs)


class HoldForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Keep until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("At most a year; then it is forgotten, unless you hold it again."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=250,
        help_text=gettext_lazy("A claim, an inspection, a request of theirs: it is shown to them with their data."),
    )


@require_POST
@permission_required(HOLD, raise_exception=True)
def hold(request, pk):
    """Keep somebody on the list until a date."""
    planned = get_object_or_404(PlannedErasure, pk=pk)
    form = HoldForm(request.POST)
    if not form.is_valid():
        notices.error(request, _("Say until when, and why."))
        return redirect("people_planned_erasures:inspect", pk)
    try:
        retention.hold(planned, by=request.user, at=timezone.now(), **form.cleaned_data)
    except retention.CannotHold:
        notices.error(request, _("Choose a day between today and a year from now."))
    else:
        notices.success(request, _("Held until %(day)s.") % {"day": shown_day(form.cleaned_data["until"])})
    return redirect("people_planned_erasures:inspect", pk)


@require_POST
@permission_required(HOLD, raise_exception=True)
def release(request, pk):
    """No longer keep somebody on the list."""
    planned = retention.release(get_object_or_404(PlannedErasure, pk=pk), by=request.user, at=timezone.now())
    notices.success(
        request, _("Released: forgotten on %(day)s, unless they come back.") % {"day": shown_day(planned.bites_on)}
    )
    return redirect("people_planned_erasures:inspect", pk)


def shown_day(day: date) -> str:
    return personal_data.shown(day)
