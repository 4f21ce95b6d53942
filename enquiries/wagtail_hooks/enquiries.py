"""What the enquiries offer to the back office, to the walls of other floors and to the machinery below."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.journeys import listening
from contact_centre.models import DeskSettings
from enquiries import journeys, moments, personal_data, roles, segments
from enquiries.intake import arrivals
from enquiries.life import progress, retention
from enquiries.models import Enquiry
from enquiries.views import desk
from enquiries.views.panels import AskPanel, PersonEnquiriesPanel, WeekPanel
from enquiries.views.public import late_words
from enquiries.viewsets.campaigns import campaigns
from enquiries.viewsets.enquiries import enquiries
from people.access import visibility
from people.back_office import PermittedMenuItem


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "enquiries.received": _("Enquiry received"),
        "enquiries.added": _("Added to the enquiry"),
        "enquiries.lost": _("Enquiry lost"),
        "enquiries.invalid": _("Enquiry set apart as invalid"),
        "enquiries.revived": _("Enquiry opened again"),
        "enquiries.imported": _("Enquiry imported"),
    }


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    def found(ids, user):
        visible = Enquiry.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
        return {pk: reverse("enquiries_list:inspect", args=[pk]) for pk in visible}

    return {"enquiries.enquiry": found}


@hooks.register("register_private_words")
def private_words():
    """What somebody wrote to us, and why they were lost, is for those who see enquiries."""
    rule = visibility.for_holders_of(roles.SEE)
    return dict.fromkeys(touchpoint_kinds(), rule)


@hooks.register("after_case_opened")
def ask_by_phone(case, at):
    arrivals.ask_by_phone(case, at=at)


@hooks.register("after_case_answered")
def note_answer(**facts):
    progress.note_answer(**facts)


@hooks.register("after_contact_lost")
def lose_contact(case, by, at):
    progress.lose_contact(case=case, by=by, at=at)


@hooks.register("register_api_router")
def api_router():
    from enquiries.api import router  # noqa: PLC0415 -- the API is put together when it is first asked for

    return "/enquiries", router


@hooks.register("register_exporter")
def export(person):
    return personal_data.export(person)


hooks.register("register_personal_fields", lambda: personal_data.TABLES)
hooks.register("register_moments", moments.moments)
hooks.register("register_retention_rules", retention.rules)


# --- walls and pages that are kept


hooks.register("register_late_words", late_words)


@hooks.register("register_shown_tables")
def tables_on_pages():
    return {DeskSettings._meta.db_table}


@hooks.register("construct_product_sheet_panels")
def ask_here(request, panels: list, sheet=None, **_others):
    panels.append(AskPanel(request, sheet))


@hooks.register("construct_page_panels")
def ask_on_page(request, panels: list, page=None, programme=None, **_others):
    panels.append(AskPanel(request, page, programme))


@hooks.register("construct_person_panels")
def enquiries_of_person(request, panels: list, person):
    panels.append(PersonEnquiriesPanel(request, person))


@hooks.register("construct_my_day_panels")
def week_of_enquiries(request, panels: list):
    panels.append(WeekPanel(request))


# --- the back office


@hooks.register("register_icons")
def icons(icons):
    return [*icons, "enquiries/icons/campaign.svg", "enquiries/icons/funnel.svg"]


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/enquiries.css"))


@hooks.register("register_admin_viewset")
def viewsets():
    return [campaigns, enquiries]


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("enquiries/<uuid:uuid>/lose/", desk.lose, name="enquiries_lose"),
        path("enquiries/<uuid:uuid>/invalid/", desk.invalidate, name="enquiries_invalidate"),
        path("enquiries/<uuid:uuid>/revive/", desk.revive, name="enquiries_revive"),
    ]


@hooks.register("register_admin_menu_item")
def enquiries_menu_item():
    url = reverse("enquiries_list:index")
    return PermittedMenuItem(
        _("Enquiries"), url, name="enquiries", icon_name="funnel", order=40, permissions=(roles.SEE,)
    )


@hooks.register("register_marketing_menu_item")
def campaigns_menu_item():
    url = reverse("campaigns:index")
    return PermittedMenuItem(
        _("Campaigns"), url, name="campaigns", icon_name="campaign", order=10, permissions=(roles.SEE_CAMPAIGNS,)
    )


listening.register(journeys.HAPPENINGS)


hooks.register("register_segment_criteria", segments.criteria)
hooks.register("register_life_phases", segments.life_phases)

hooks.register("register_send_results", lambda: {"enquired": ["enquiries.received"]})
