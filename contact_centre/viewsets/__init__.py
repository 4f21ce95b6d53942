"""Lists that Wagtail edits for us; one module per topic."""

from contact_centre.viewsets.templates import MessageTemplateViewSet

__all__ = ["MessageTemplateViewSet"]
