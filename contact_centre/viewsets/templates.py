"""The texts that answers start from."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.viewsets.model import ModelViewSet

from contact_centre.models import MessageTemplate


class MessageTemplateViewSet(ModelViewSet):
    """The texts answers start from."""

    model = MessageTemplate
    name = "reply_templates"
    icon = "snippet"
    menu_label = _("Reply templates")
    menu_order = 310
    add_to_settings_menu = True
    list_display = ("title", "kind", "purpose", "language", "subject")
    list_filter = ("kind", "purpose", "language")
    search_fields = ("title", "subject", "body")
    ordering = ("title", "language")
    copy_view_enabled = True
    panels = [
        HelpPanel(_("{person}, {programme} and {adviser} are replaced by the names of the case.")),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]),
        FieldPanel("purpose"),
        FieldPanel("subject"),
        FieldPanel("body"),
    ]
