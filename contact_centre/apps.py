from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactCentreConfig(AppConfig):
    name = "contact_centre"
    verbose_name = _("Contact centre")
    default_auto_field = "django.db.models.BigAutoField"
