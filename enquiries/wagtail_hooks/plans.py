"""Plans, agreements with sales, market studies and partners in the back office."""

from django.core.exceptions import PermissionDenied
from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.segments import writing
from enquiries.models import LeadAgreement
from enquiries.personal_data import plans as personal_data
from enquiries.plans import partners, planning, studies
from enquiries.views import plans
from enquiries.viewsets.plans import VIEWSETS
from people.back_office import PermittedMenuItem


@hooks.register("register_eraser")
def forget_contact(person, at):
    personal_data.forget(person=person, at=at)


@hooks.register("register_admin_viewset")
def plan_viewsets():
    return VIEWSETS


@hooks.register("register_admin_urls")
def plan_urls():
    return [
        path("marketing-plans/<int:pk>/review/", plans.review_plan, name="enquiries_plan_review"),
        path("lead-agreements/<int:pk>/sign/<slug:side>/", plans.sign_agreement, name="enquiries_agreement_sign"),
        path("partners/report/", plans.PartnersReportView.as_view(), name="enquiries_partners_report"),
        path("partners/<int:pk>/claim/", plans.claim_for_partner, name="enquiries_partner_claim"),
    ]


def _item(label, address, *, name, icon, order, right):
    url = reverse_lazy(address)
    return PermittedMenuItem(label, url, name=name, icon_name=icon, order=order, permissions=(f"enquiries.{right}",))


@hooks.register("register_marketing_menu_item")
def plans_item():
    address = "marketing_plans:index"
    return _item(_("Plans"), address, name="plans", icon="clipboard-list", order=20, right="view_marketingplan")


@hooks.register("register_marketing_menu_item")
def agreements_item():
    address = "lead_agreements:index"
    return _item(_("Agreements"), address, name="agreements", icon="check", order=22, right="view_leadagreement")


@hooks.register("register_marketing_menu_item")
def studies_item():
    address = "market_studies:index"
    return _item(_("Market studies"), address, name="studies", icon="search", order=24, right="view_marketstudy")


@hooks.register("register_marketing_menu_item")
def partners_item():
    address = "partners:index"
    return _item(_("Partners"), address, name="partners", icon="group", order=26, right="view_partner")


@hooks.register("before_serve_document")
def files_of_studies_and_partners(document, request):
    """What a study found and what was agreed with a partner is opened by those who may see them, and by nobody else."""
    for holds, right in ((studies.holds, "view_marketstudy"), (partners.holds, "view_partner")):
        if holds(document.pk) and not request.user.has_perm(f"enquiries.{right}"):
            raise PermissionDenied


@hooks.register("register_segment_uses")
def agreements_with_profile(segment):
    agreements = LeadAgreement.objects.filter(profile=segment).order_by("-from_day", "pk")
    return [writing.Use(_("Agreement with sales"), one.name, one) for one in agreements]


@hooks.register("register_sweeper")
def remind_of_reviews(*, at):
    return {"plan_owners_reminded": planning.remind(at=at)}


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enquiries.plan_reviewed", _("Review a quarter"), _("Quarter reviewed"))
    actions.register_action("enquiries.agreement_signed", _("Sign an agreement"), _("Agreement signed"))
    actions.register_action(
        "enquiries.agreement_opened", _("Change an agreement"), _("Terms changed: to be signed again")
    )
    actions.register_action("enquiries.partner_credited", _("Credit a partner"), _("Partner credited with enquiries"))


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/plans.css"))
