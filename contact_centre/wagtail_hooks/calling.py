"""Calls in the back office: the call screen, call lists, the ladder of attempts, figures."""

from django.templatetags.static import static
from django.urls import path, re_path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.views import call_lists, calling
from contact_centre.views.shared import SUPERVISE, TAKE
from contact_centre.viewsets.calling import CallListViewSet, LadderViewSet
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def calling_urls():
    return [
        path("call/", calling.CallView.as_view(), name="contact_centre_call"),
        path("call/new/", calling.log_new, name="contact_centre_call_new"),
        path("call/<uuid:uuid>/", calling.log_known, name="contact_centre_call_known"),
        path("call-lists/", call_lists.CallListsView.as_view(), name="contact_centre_call_lists"),
        path("call-lists/<uuid:uuid>/next/", call_lists.take_next, name="contact_centre_call_next"),
        re_path(
            r"^call-lists/(?P<uuid>[0-9a-f-]{36})/(?P<act>open|close)/$",
            call_lists.change,
            name="contact_centre_call_list_act",
        ),
        path("call-lists/entries/<int:pk>/", call_lists.EntryView.as_view(), name="contact_centre_call_entry"),
        path("call-lists/entries/<int:pk>/log/", call_lists.log, name="contact_centre_call_entry_log"),
        path("call-figures/", call_lists.FiguresView.as_view(), name="contact_centre_call_figures"),
    ]


@hooks.register("register_admin_viewset")
def viewsets():
    return [CallListViewSet(), LadderViewSet()]


@hooks.register("register_admin_menu_item")
def call_item():
    return PermittedMenuItem(
        _("Call"), reverse_lazy("contact_centre_call"), name="call", icon_name="mobile-alt", order=25,
        permissions=(TAKE,),
    )  # fmt: skip


@hooks.register("register_running_menu_item")
def call_lists_item():
    return PermittedMenuItem(
        _("Call lists"), reverse_lazy("contact_centre_call_lists"), name="call-lists", icon_name="list-ul", order=60,
        permissions=(call_lists.VIEW,),
    )  # fmt: skip


@hooks.register("register_running_menu_item")
def ladder_item():
    return PermittedMenuItem(
        _("Ladder of attempts"), reverse_lazy("ladder:index"), name="ladder", icon_name="order", order=65,
        permissions=("contact_centre.view_ladderstep",),
    )  # fmt: skip


@hooks.register("register_running_menu_item")
def figures_item():
    return PermittedMenuItem(
        _("Figures of calls"), reverse_lazy("contact_centre_call_figures"), name="call-figures",
        icon_name="clipboard-list", order=90, permissions=(SUPERVISE,),
    )  # fmt: skip


@hooks.register("insert_global_admin_css")
def calling_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/calling.css"))
