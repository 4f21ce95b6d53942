"""The page of one campaign and the acts on it."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.views import generic
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from enquiries.campaigns import actions, audiences, changing, effects, launching, money, results, steps, tree
from enquiries.models import Campaign, CampaignAction, CampaignStep
from enquiries.origins.models import Model
from enquiries.roles import CHANGE_CAMPAIGNS, LAUNCH_CAMPAIGNS
from enquiries.views import campaigns_forms as forms
from printing import plots

ENTRIES_SHOWN = 30
LONGEST_PLOT = timedelta(days=400)
LONGEST_BY_DAY = 70
may_change = permission_required(CHANGE_CAMPAIGNS, raise_exception=True)
may_launch = permission_required(LAUNCH_CAMPAIGNS, raise_exception=True)


class CampaignPageView(generic.InspectView):
    """Goal and standing, what is missing, steps, reach, actions, money, results, and what changes did."""

    page_title = gettext_lazy("Campaign")
    any_permission_required = ["view", "change"]

    def get_object(self, queryset=None):
        return get_object_or_404(Campaign.objects.select_related("parent", "owner"), pk=self.pk)

    def get_fields(self):
        return []

    def get_page_subtitle(self):
        return self.object.name

    def get_breadcrumbs_items(self):
        above = [{"url": reverse("campaigns:index"), "label": _("Campaigns")}]
        links = tree.parents()
        names = Campaign.objects.in_bulk(tree.above(self.object.pk, links))
        for one in reversed(tree.above(self.object.pk, links)):
            above.append({"url": reverse("campaigns:inspect", args=[one]), "label": names[one].name})
        return [*above, {"url": "", "label": self.object.name}]

    def get_context_data(self, **kwargs):
        campaign, user, at = self.object, self.request.user, timezone.now()
        is_closed = campaign.state == Campaign.State.CLOSED
        may_write = user.has_perm(CHANGE_CAMPAIGNS)
        return super().get_context_data(**kwargs) | {
            "campaign": campaign,
            "may_change": may_write and not is_closed,
            "may_write": may_write,
            "may_launch": user.has_perm(LAUNCH_CAMPAIGNS),
            "steps": steps.of_campaign(campaign),
            "audiences": campaign.audiences.select_related("segment").order_by("pk"),
            "channels": campaign.channels.order_by("medium"),
            "targets": results.of_targets(campaign),
            "helpers": campaign.helpers.select_related("user").order_by("pk"),
            **_readiness(campaign, at=at),
            **_costs(campaign, self.request),
            **_results(campaign, self.request),
            **_course(campaign, at=at),
        }


def _results(campaign, request):
    model = request.GET.get("model", "")
    model = model if model in Model.values else Model.LAST
    totals = money.totals(campaign)
    found = results.of_tree(campaign, totals, model=model)
    stand = results.standing(campaign, found.whole.brought)
    return {
        "totals": totals,
        "results": found,
        "models": Model.choices,
        "model": model,
        "media": results.by_medium(campaign, found.lines),
        "actions": results.of_actions(campaign, found.own_lines),
        "loose_minor": money.of_actions(campaign).get(None, 0),
        "standing": stand,
        "goal": stand and _goal(campaign, stand),
    }


def _goal(campaign, stand):
    """The goal's figures as people read them."""
    named = {"baseline": stand.baseline, "target": stand.target, "actual": stand.actual, "gap": abs(stand.gap)}
    return {name: changing.amount(campaign.metric, figure, campaign.currency) for name, figure in named.items()}


def _readiness(campaign, *, at):
    """What is missing before the next step of its life, and whether that step is launching or closing."""
    if campaign.state == Campaign.State.PLANNED:
        return {"missing": launching.missing(campaign, at=at)}
    if campaign.state == Campaign.State.LIVE:
        return {"unfinished": launching.unfinished(campaign)}
    return {}


def _costs(campaign, request):
    today = timezone.localdate()
    return {
        "entries": campaign.spendings.select_related("action", "by").order_by("-on", "-pk")[:ENTRIES_SHOWN],
        "times": campaign.times.select_related("user").order_by("-on", "-pk")[:ENTRIES_SHOWN],
        "spending_form": forms.SpendingForm(campaign=campaign, initial={"on": today}, prefix="spending"),
        "time_form": forms.TimeForm(initial={"on": today, "user": request.user.pk}, prefix="time"),
    }


def _course(campaign, *, at):
    """How it went day by day, with the marks of what was changed and what each change did."""
    marks = changing.of_campaign(campaign)
    done = {effect.at: effect for effect in effects.of_campaign(campaign, at=at)}
    today = timezone.localdate(at)
    first = min(
        campaign.starts_on or today, timezone.localdate(campaign.launched_at) if campaign.launched_at else today
    )
    last = min(campaign.ends_on or today, today)
    days: list[tuple[date, int]] = []
    if campaign.state != Campaign.State.PLANNED and first < last:
        days = effects.by_day(campaign, first=max(first, last - LONGEST_PLOT), last=last)
    plot: dict = {}
    title = _("Enquiries a day")
    if len(days) > LONGEST_BY_DAY:
        days, title = effects.by_week(days), _("Enquiries a week")
    if len(days) > 1:
        rows = [{"x": day, "y": number} for day, number in days]
        lines = [(timezone.localdate(mark.change.at), str(mark.change.get_what_display())) for mark in marks]
        chart = plots.line_trend(rows, title=title, marks=lines)
        plot = {"plot_svg": plots.to_svg(chart), "plot_summary": plots.summary(rows)}
    return {"marks": [(mark, done.get(mark.change.at)) for mark in marks], "days": days, **plot}


# --- acts


def _campaign(pk) -> Campaign:
    return get_object_or_404(Campaign, pk=pk)


def _back(pk, place=""):
    return redirect(reverse("campaigns:inspect", args=[pk]) + (f"#{place}" if place else ""))


def _say_errors(request, form):
    for field, errors in form.errors.items():
        label = form.fields[field].label if field in form.fields else ""
        for error in errors:
            messages.error(request, f"{label}: {error}" if label else error)


@require_POST
@may_launch
def launch(request, pk):
    campaign = _campaign(pk)
    try:
        launching.launch(campaign, at=timezone.now(), by=request.user)
        messages.success(request, _("“%(campaign)s” is live.") % {"campaign": campaign})
    except launching.NotReady as refusal:
        messages.error(request, _("It cannot go live yet. %(missing)s") % {"missing": " ".join(refusal.findings)})
    except launching.NotPlanned:
        messages.warning(request, _("It went live already."))
    return _back(pk)


@require_POST
@may_launch
def close(request, pk):
    campaign = _campaign(pk)
    try:
        launching.close(campaign, at=timezone.now(), by=request.user)
        messages.success(request, _("“%(campaign)s” is closed.") % {"campaign": campaign})
    except launching.NotReady as refusal:
        messages.error(request, _("It cannot be closed yet. %(missing)s") % {"missing": " ".join(refusal.findings)})
    except launching.NotLive:
        messages.warning(request, _("It is not live."))
    return _back(pk)


@require_POST
@may_change
def write_step(request, pk, code):
    campaign = _campaign(pk)
    if code not in CampaignStep.Step.values:
        messages.error(request, _("There is no such step."))
        return _back(pk, "steps")
    form = forms.StepForm(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            steps.write(campaign, code, text=said["text"], is_done=said["is_done"], at=timezone.now(), by=request.user)
            messages.success(request, _("Kept: %(step)s.") % {"step": CampaignStep.Step(code).label})
        except steps.Unwritten:
            messages.error(request, _("Write something before the step is done."))
        except steps.IsClosed:
            messages.error(request, _("This campaign is closed and stays as it was."))
    else:
        _say_errors(request, form)
    return _back(pk, f"step-{code}")


@require_POST
@may_change
def count_audiences(request, pk):
    uncounted = audiences.count(_campaign(pk), at=timezone.now())
    if uncounted:
        messages.warning(request, _("Some segments take too long to count, or their rules cannot be read."))
    else:
        messages.success(request, _("The audiences are counted."))
    return _back(pk, "reach")


@require_POST
@may_change
def spend(request, pk):
    campaign = _campaign(pk)
    form = forms.SpendingForm(request.POST, campaign=campaign, prefix="spending")
    if form.is_valid():
        said = form.cleaned_data
        try:
            money.spend(
                campaign, on=said["on"], amount_minor=said["amount"], action=said["action"], note=said["note"],
                at=timezone.now(), by=request.user,
            )  # fmt: skip
            messages.success(request, _("The entry is kept."))
        except money.NothingSpent:
            messages.error(request, _("An entry of zero says nothing."))
        except money.BelowZero:
            messages.error(request, _("That takes back more than was spent on it."))
    else:
        _say_errors(request, form)
    return _back(pk, "money")


@require_POST
@may_change
def note_time(request, pk):
    campaign = _campaign(pk)
    form = forms.TimeForm(request.POST, prefix="time")
    if form.is_valid():
        money.note_time(campaign, **form.cleaned_data)
        messages.success(request, _("The hours are kept."))
    else:
        _say_errors(request, form)
    return _back(pk, "hours")


class ActionView(WagtailAdminTemplateMixin, TemplateView):
    """Write an action of a campaign, or change it."""

    header_icon = "tasks"
    template_name = "enquiries/admin/campaigns_action.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(CHANGE_CAMPAIGNS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def campaign(self) -> Campaign:
        return _campaign(self.kwargs["pk"])

    @cached_property
    def action(self) -> CampaignAction:
        if "action" not in self.kwargs:
            by = self.request.user
            return CampaignAction(campaign=self.campaign, currency=self.campaign.currency, owner_id=by.pk)
        rows = CampaignAction.objects.select_related("campaign")
        return get_object_or_404(rows, pk=self.kwargs["action"], campaign=self.campaign)

    def get_page_title(self):
        return self.action.name if "action" in self.kwargs else _("New action")

    def get_breadcrumbs_items(self):
        return [
            {"url": reverse("campaigns:index"), "label": _("Campaigns")},
            {"url": reverse("campaigns:inspect", args=[self.campaign.pk]), "label": self.campaign.name},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_form(self):
        posted = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return forms.ActionForm(*posted, instance=self.action)

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(form=self.get_form(), campaign=self.campaign))

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.put(
                    form.save(commit=False),
                    at=timezone.now(),
                    by=request.user,
                    new_files=said["new_files"],
                    dropped_files=[file.pk for file in said.get("dropped_files") or ()],
                    why=said.get("why", ""),
                )
                messages.success(request, _("The action is kept."))
                return _back(self.campaign.pk, "actions")
            except steps.IsClosed:
                form.add_error(None, _("This campaign is closed and stays as it was."))
        context = self.get_context_data(form=form, campaign=self.campaign)
        return self.render_to_response(context, status=422)
