"""Templates in Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.views import templates
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def template_urls():
    return [
        path("templates/", templates.TemplatesView.as_view(), name="contact_centre_templates"),
        path("templates/new/", templates.NewTemplateView.as_view(), name="contact_centre_template_new"),
        path("templates/<int:pk>/", templates.TemplateEditor.as_view(), name="contact_centre_template"),
        path("templates/<int:pk>/save/", templates.save, name="contact_centre_template_save"),
        path("templates/<int:pk>/settings/", templates.settings, name="contact_centre_template_settings"),
        path("templates/<int:pk>/check/", templates.check, name="contact_centre_template_check"),
        path("templates/<int:pk>/try/", templates.try_out, name="contact_centre_template_try"),
        path(
            "templates/<int:pk>/versions/<int:number>/",
            templates.VersionView.as_view(),
            name="contact_centre_template_version",
        ),
        path(
            "templates/<int:pk>/versions/<int:number>/propose/",
            templates.propose,
            name="contact_centre_template_propose",
        ),
        path(
            "templates/<int:pk>/versions/<int:number>/approve/",
            templates.approve,
            name="contact_centre_template_approve",
        ),
        path(
            "templates/<int:pk>/versions/<int:number>/send-back/",
            templates.send_back,
            name="contact_centre_template_send_back",
        ),
    ]


@hooks.register("register_writing_menu_item")
def templates_item():
    return PermittedMenuItem(
        _("Templates"),
        reverse_lazy("contact_centre_templates"),
        name="templates",
        icon_name="snippet",
        order=10,
        permissions=(templates.SEE_THEM,),
    )


@hooks.register("insert_global_admin_css")
def template_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/templates.css"))


@hooks.register("insert_global_admin_js")
def template_js():
    return format_html('<script src="{}" defer></script>', static("admin/templates.js"))


@hooks.register("register_log_actions")
def template_log_actions(actions):
    actions.register_action("contact_centre.propose_template", _("Propose a template"), _("Template proposed"))
    actions.register_action("contact_centre.approve_template", _("Approve a template"), _("Template approved"))
    actions.register_action(
        "contact_centre.send_back_template", _("Send a template back"), _("Template sent back to its writer")
    )
