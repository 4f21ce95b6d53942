"""Languages, channels and purposes: the words all floors share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    CATALAN = "ca", "Català"
    SPANISH = "es", "Español"
    ENGLISH = "en", "English"


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    WHATSAPP = "whatsapp", _("WhatsApp")
    SMS = "sms", _("Text message")
    WEB = "web", _("Website")
    POST = "post", _("Post")
    IN_PERSON = "in_person", _("In person")
    IMPORT = "import", _("Import")


class Purpose(models.TextChoices):
    """Why we write or call; each is consented to apart. ``SERVICE`` needs no consent: it carries out what was asked."""

    ENQUIRY = "enquiry", _("Answer my enquiry")
    COMMERCIAL = "commercial", _("News and offers")
    SERVICE = "service", _("My studies and payments")
    SURVEY = "survey", _("Surveys")
    PROFILING = "profiling", _("Profiling")
    PHOTOGRAPHS = "photographs", _("Photographs")
