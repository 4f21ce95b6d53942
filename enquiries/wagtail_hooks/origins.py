"""Where people come from, in Wagtail's admin, on walls, and in what is listened for."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries import roles
from enquiries.origins import counting, heard, remembering, staleness
from enquiries.views import origins, short_links
from enquiries.views.origin_panels import PersonOriginPanel, SpokenPanel
from enquiries.views.remembering import late_words
from enquiries.viewsets.origins import VIEWSETS
from people.back_office import PermittedMenuItem

hooks.register("register_late_words", late_words)


@hooks.register("register_sweeper")
def count_origins(*, at):
    """Hear what calls told, look what is new, and count those days again."""
    return {
        "touches_of_calls": heard.note_calls(at=at),
        "origins_looked": staleness.look(at=at),
        "origin_days_counted": counting.count_stale(at=at),
        "browsers_forgotten": remembering.forget_old(at=at),
    }


@hooks.register("after_message_signalled")
def note_click(signal, at):
    heard.note_click(signal, at=at)


@hooks.register("after_people_merged")
def count_after_merge(merge, at):
    staleness.mark_people([merge.survivor_id, merge.absorbed_id], at=at)


@hooks.register("after_merge_undone")
def count_after_parting(merge, at):
    staleness.mark_people([merge.survivor_id, merge.absorbed_id], at=at)


# --- walls


@hooks.register("construct_person_panels")
def way_of_person(request, panels: list, person):
    panels.append(PersonOriginPanel(request, person))


@hooks.register("construct_case_panels")
def spoken_source(request, panels: list, case):
    panels.append(SpokenPanel(request, case))


# --- the back office


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/origins.css"))


@hooks.register("register_admin_viewset")
def viewsets():
    return VIEWSETS


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("origins/", origins.OriginsView.as_view(), name="enquiries_origins"),
        path("enquiries/<uuid:uuid>/heard/", origins.say_source, name="enquiries_say_source"),
        path("short-links/<int:pk>/code.svg", short_links.qr_svg, name="short_link_svg"),
        path("short-links/<int:pk>/code.png", short_links.qr_png, name="short_link_png"),
    ]


def _item(label, address, *, name, icon, order, right):
    return PermittedMenuItem(label, reverse_lazy(address), name=name, icon_name=icon, order=order, permissions=(right,))


@hooks.register("register_marketing_menu_item")
def origins_item():
    return _item(
        _("Where they come from"), "enquiries_origins", name="origins", icon="crosshairs", order=30,
        right=roles.SEE_ORIGINS,
    )  # fmt: skip


@hooks.register("register_marketing_menu_item")
def links_item():
    return _item(
        _("Short links"), "short_links:index", name="short-links", icon="link", order=32, right=roles.SEE_LINKS
    )


@hooks.register("register_marketing_menu_item")
def numbers_item():
    right = "enquiries.view_campaignnumber"
    return _item(_("Numbers"), "campaign_numbers:index", name="numbers", icon="mobile-alt", order=34, right=right)


@hooks.register("register_marketing_menu_item")
def spoken_item():
    right = "enquiries.view_spokensource"
    return _item(_("Spoken sources"), "spoken_sources:index", name="spoken", icon="comment", order=36, right=right)
