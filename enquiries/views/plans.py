"""The pages of plans, agreements, studies and partners, and the acts on them."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from contact_centre.views.shared import DeskMixin
from enquiries.models import LeadAgreement, MarketingPlan, MarketStudy, Partner
from enquiries.plans import agreeing, partners, planning, quarters, studies
from enquiries.views.plans_forms import ReviewForm
from programmes import money


class PageView(generic.InspectView):
    """The page of one row, open to whoever may see it; what may be done there is said by ``may_…``."""

    any_permission_required = ["view"]

    def get_page_subtitle(self):
        return str(self.object)

    @property
    def header_buttons(self):
        url = self.get_edit_url()
        return [HeaderButton(_("Edit"), url=url, icon_name="edit")] if url else []


class PlanPageView(PageView):
    """A plan: every target of every quarter against what came, and the reviews side by side."""

    page_title = gettext_lazy("Marketing plan")

    def get_context_data(self, **kwargs):
        plan, at = self.object, timezone.now()
        lines = planning.lines(plan, at=at)
        reviews = list(plan.reviews.select_related("by").order_by("quarter", "-reviewed_at", "-pk"))
        may_review = self.request.user.has_perm("enquiries.add_planreview")
        form = kwargs.pop("form", None) or ReviewForm(plan=plan, at=at)
        return super().get_context_data(**kwargs) | {
            "plan": plan,
            "quarters": [
                {
                    "quarter": quarter,
                    "lines": [line for line in lines if line.quarter == quarter],
                    "reviews": [_readable(one) for one in reviews if one.quarter == quarter.number],
                    "is_closed": quarter.is_closed(at=at),
                    "is_now": quarter.since <= at < quarter.until,
                }
                for quarter in quarters.of_year(plan.year)
            ],
            "campaigns": list(plan.campaigns.order_by("name")),
            "has_reviews": bool(reviews),
            "form": form if may_review and form.fields["quarter"].choices else None,
        }


def _readable(review) -> dict:
    """A review with its figures in the reader's words."""
    named = dict(planning.Metric.choices)
    return {
        "review": review,
        "figures": [
            {
                "label": named.get(one["metric"], one["metric"]),
                "target": shown(one["metric"], one["target"]),
                "actual": shown(one["metric"], one["actual"]),
            }
            for one in review.figures
        ],
    }


def shown(metric: str, value: int | None) -> str:
    if value is None:
        return "–"
    return money.show(value) if metric == planning.Metric.COLLECTED else str(value)


@require_POST
@permission_required("enquiries.add_planreview", raise_exception=True)
def review_plan(request, pk):
    """Freeze the figures of a quarter with what was learned."""
    plan, at = get_object_or_404(MarketingPlan, pk=pk), timezone.now()
    form = ReviewForm(request.POST, plan=plan, at=at)
    if form.is_valid():
        said = form.cleaned_data
        quarter = quarters.Quarter(plan.year, said["quarter"])
        planning.review(
            plan, quarter, findings=said["findings"], consequences=said["consequences"], at=at, by=request.user
        )
        messages.success(request, _("The review is kept, with the figures as they stand today."))
    else:
        messages.error(request, _("A review needs a quarter that is over, and what was learned."))
    return redirect("marketing_plans:inspect", plan.pk)


class AgreementPageView(PageView):
    """An agreement: its terms, its signatures, and what came of it."""

    page_title = gettext_lazy("Agreement with sales")

    def get_context_data(self, **kwargs):
        agreement, user = self.object, self.request.user
        return super().get_context_data(**kwargs) | {
            "agreement": agreement,
            "standing": agreeing.standing(agreement, at=timezone.now()),
            "is_in_force": agreeing.is_in_force(agreement),
            "profile_changed": agreeing.profile_changed(agreement),
            "sides": [
                {
                    "code": side,
                    "label": label,
                    "by": getattr(agreement, f"{side}_by"),
                    "at": getattr(agreement, f"{side}_signed_at"),
                    "may_sign": user.has_perm(agreeing.RIGHTS[side])
                    and getattr(agreement, f"{agreeing.OTHER[side]}_by_id") != user.pk,
                }
                for side, label in (("marketing", _("Marketing")), ("sales", _("Sales")))
            ],
        }


@require_POST
def sign_agreement(request, pk, side):
    """Sign for one side, with the right to do so."""
    if side not in agreeing.RIGHTS or not request.user.has_perm(agreeing.RIGHTS[side]):
        raise PermissionDenied
    agreement = get_object_or_404(LeadAgreement, pk=pk)
    try:
        agreement = agreeing.sign(agreement, side, at=timezone.now(), by=request.user)
    except agreeing.SameHand:
        messages.error(request, _("You signed for the other side: somebody else has to sign for this one."))
    else:
        done = _("Signed: the agreement is in force.") if agreeing.is_in_force(agreement) else _("Signed.")
        messages.success(request, done)
    return redirect("lead_agreements:inspect", agreement.pk)


class StudyPageView(PageView):
    """A study: what it found, its files, and which campaign bears what of its cost."""

    page_title = gettext_lazy("Market study")

    def get_context_data(self, **kwargs):
        study: MarketStudy = self.object
        shares = studies.cost_shares(study)
        return super().get_context_data(**kwargs) | {
            "study": study,
            "cost": money.show(study.cost_minor, study.currency),
            "shares": [
                (campaign, money.show(shares[campaign.pk], study.currency), campaign.currency != study.currency)
                for campaign in study.campaigns.order_by("name")
            ],
            "programmes": list(study.programmes.order_by("title")),
            "files": list(study.files.order_by("title")),
            "whole": [
                {
                    "whole": money.show(one.whole_minor, one.currency),
                    "borne": money.show(one.in_campaigns_minor, one.currency),
                    "unlinked": money.show(one.unlinked_minor, one.currency) if one.unlinked_minor else "",
                }
                for one in studies.whole_cost()
            ],
        }


class PartnerPageView(PageView):
    """A partner: whom to talk to, what was agreed, what came in the last year."""

    page_title = gettext_lazy("Partner")

    def get_context_data(self, **kwargs):
        partner, at = self.object, timezone.now()
        report = partners.report(since=at - timedelta(days=365), until=at)
        return super().get_context_data(**kwargs) | {
            "partner": partner,
            "agreements": list(partner.agreements.select_related("file").order_by("-from_day")),
            "brought": next(line for line in report.partners if line.partner.pk == partner.pk),
            "unclaimed": partners.unclaimed(partner).count(),
            "today": timezone.localdate(at),
        }


class PartnersReportView(DeskMixin, TemplateView):
    """What all partners brought, beside the sources that are nobody's: together they are all enquiries."""

    any_permission = ("enquiries.view_partner",)
    page_title = gettext_lazy("What partners brought")
    header_icon = "group"
    trail = (("partners:index", gettext_lazy("Partners")),)
    template_name = "enquiries/admin/plans_partners.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        first = _day(self.request.GET.get("from"), today - timedelta(days=365))
        last = max(first, _day(self.request.GET.get("until"), today))
        zone = timezone.get_default_timezone()
        report = partners.report(
            since=timezone.make_aware(datetime.combine(first, time.min), zone),
            until=timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min), zone),
        )
        return super().get_context_data(report=report, first=first, last=last, sources=report.sources[:100], **kwargs)


def _day(text: str | None, otherwise):
    try:
        return parse_date(text or "") or otherwise
    except ValueError:
        return otherwise


@require_POST
@permission_required("enquiries.change_partner", raise_exception=True)
def claim_for_partner(request, pk):
    """Credit a partner with the enquiries that came with its code before it was known."""
    partner = get_object_or_404(Partner, pk=pk)
    claimed = partners.claim(partner, at=timezone.now(), by=request.user)
    text = ngettext("%(number)d enquiry is theirs now.", "%(number)d enquiries are theirs now.", claimed)
    messages.success(request, text % {"number": claimed})
    return redirect("partners:inspect", partner.pk)
