"""What programmes offers to the back office."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from programmes import personal_data, roles, shell
from programmes.models import Field
from programmes.viewsets import CHOOSERS, ProgrammesGroup


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_topics")
def topics():
    """What commercial messages are about: the fields of study, and what happens at the school."""
    fields = {field.slug: field.name for field in Field.objects.order_by("pk")}
    return fields | {"news": _("News of the school"), "events": _("Events and open days"), "offers": _("Offers")}


@hooks.register("construct_mail_context")
def sign_mails(context, language):
    context["school"] = shell.school_of()


hooks.register("register_personal_fields", lambda: personal_data.TABLES)


@hooks.register("register_admin_viewset")
def viewsets():
    return [ProgrammesGroup(), *CHOOSERS]


@hooks.register("construct_main_menu")
def one_programme_entry(request, menu_items):
    """Who may see programmes only has one list, and needs no menu in the menu."""
    for place, item in enumerate(menu_items):
        shown = item.menu.menu_items_for_request(request) if item.name == "programmes" else []
        if len(shown) == 1:
            menu_items[place] = MenuItem(
                _("Programmes"), shown[0].url, name="programmes", icon_name=item.icon_name, order=item.order
            )


@hooks.register("construct_reports_menu")
def reports_that_concern(request, menu_items):
    """The report on translations is for those who translate."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        menu_items[:] = [item for item in menu_items if item.url != reverse("wagtail_localize:translations_report")]
