"""Forms of editors: on pages, on the walls, in the back office, and the reminders that are due."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries.asking import baskets
from enquiries.models import Form, FormField, FormVariant, FormWords
from enquiries.personal_data import forms as personal_data
from enquiries.views import asking_place
from enquiries.views.asking_panels import AnswersPanel, FormOfPagePanel
from enquiries.viewsets.forms import DESK_URLS, forms
from people.back_office import PermittedMenuItem
from programmes.website.page_forms import PageForms


def _choices():
    live = Form.objects.filter(is_live=True).order_by("name")
    return [(form.slug, f"{form.name} · {form.get_kind_display()}") for form in live]


def _show(slug, request, page):
    form = asking_place.live_form(slug)
    return asking_place.FormOnPage(form, request, page) if form else None


hooks.register("register_page_forms", lambda: PageForms(choices=_choices, show=_show))
hooks.register("register_late_words", asking_place.late_words)


@hooks.register("register_shown_tables")
def tables_on_pages():
    return {model._meta.db_table for model in (Form, FormField, FormVariant, FormWords)}


@hooks.register("construct_page_panels")
def form_of_page(request, panels, page=None, **_others):
    panels.append(FormOfPagePanel(request, page))


@hooks.register("construct_case_panels")
def answers_of_case(request, panels, case):
    panels.append(AnswersPanel(request, case))


@hooks.register("register_eraser")
def forget_files(person, at):
    personal_data.forget(person=person, at=at)


@hooks.register("register_sweeper")
def remind_of_baskets(*, at):
    return {"baskets_found": baskets.collect(at=at), "baskets_reminded": baskets.remind_due(at=at)}


@hooks.register("register_admin_viewset")
def form_viewsets():
    return [forms]


@hooks.register("register_admin_urls")
def form_urls():
    return DESK_URLS


@hooks.register("register_marketing_menu_item")
def forms_item():
    url = reverse_lazy("enquiries_forms:index")
    return PermittedMenuItem(
        _("Forms"), url, name="forms", icon_name="form", order=30, permissions=("enquiries.view_form",)
    )


@hooks.register("register_marketing_menu_item")
def landing_pages_item():
    url = reverse_lazy("enquiries_landing_pages")
    return PermittedMenuItem(
        _("Landing pages"), url, name="landing-pages", icon_name="doc-full", order=32,
        permissions=("enquiries.view_form",),
    )  # fmt: skip


@hooks.register("insert_global_admin_css")
def form_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/forms.css"))


@hooks.register("insert_global_admin_js")
def form_js():
    return format_html('<script src="{}" defer></script>', static("admin/forms.js"))
