"""Leads of files: their kind among the files on their way in, and the way to them from the menu."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries import roles
from enquiries.leads import lead_deletions, lead_uploads
from people.back_office import PermittedMenuItem
from people.importing import kept_files, kinds

hooks.register(kinds.HOOK, lambda: [lead_uploads.LEADS])
hooks.register("register_import_deletions", lambda: lead_deletions.DELETIONS)


@hooks.register("register_sweeper")
def forget_earlier_files(*, at):
    """Files chosen before an update, when leads had a folder of their own: nobody can confirm them any more."""
    return {"lead_files_forgotten": kept_files.forget_old("lead-files", at=at, kept=timedelta())}


@hooks.register("register_marketing_menu_item")
def lead_files_item():
    url = f"{reverse('people_import_choose')}?kind={lead_uploads.KIND}"
    return PermittedMenuItem(
        _("Lead files"), url, name="lead-files", icon_name="upload", order=90, permissions=(roles.IMPORT,)
    )
