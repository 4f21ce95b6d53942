"""The outbox: what left, what waits and what was refused."""

import django_filters
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.contact import mail_files
from people.models import Channel, OutgoingMessage, Purpose
from people.views import desk


class MessageFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=OutgoingMessage.State.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Purpose.choices)
    created_at = django_filters.DateFromToRangeFilter(label=_("Written"), widget=DateRangePickerWidget)

    class Meta:
        model = OutgoingMessage
        fields = ["state", "channel", "purpose", "created_at"]


class MessageIndexView(ReadOnlyIndexView):
    page_title = _("Messages")

    def get_base_queryset(self):
        return OutgoingMessage.objects.select_related("person", "by")


class MessageInspectView(ReadOnlyInspectView):
    page_title = _("Message")
    audited_person = "person"

    def get_page_subtitle(self):
        return self.object.subject

    def get_context_data(self, **kwargs):
        message = self.object
        return super().get_context_data(**kwargs) | {
            "message": message,
            "preview_url": reverse("people_message_preview", args=[message.pk]),
            "file_url": reverse("people_message_file", args=[message.pk]) if mail_files.find(str(message.uuid)) else "",
        }


class MessageViewSet(ReadOnlyViewSet):
    model = OutgoingMessage
    name = url_namespace = "people_messages"
    url_prefix = "messages"
    icon = "mail"
    menu_label = _("Messages")
    index_view_class = MessageIndexView
    inspect_view_class = MessageInspectView
    inspect_template_name = "people/admin/message.html"
    filterset_class = MessageFilterSet
    search_fields = ["subject", "to", "person__given_name", "person__family_name"]
    search_backend_name = None
    form_fields = ["subject"]  # no form is served; a viewset wants one to be named
    ordering = ["-created_at", "-pk"]
    list_display = [
        TitleColumn("subject", label=_("Subject"), url_name="people_messages:inspect"),
        Column("person", label=_("Person"), accessor=lambda message: message.person),
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda message: message.state == OutgoingMessage.State.SENT,
        ),
        Column("get_channel_display", label=_("Channel")),
        Column("get_purpose_display", label=_("Purpose")),
        DateColumn("created_at", label=_("Written"), sort_key="created_at"),
    ]


VIEWSETS = [MessageViewSet()]
DESK_URLS = [
    path("messages/<int:pk>/preview/", desk.message_preview, name="people_message_preview"),
    path("messages/<int:pk>/mail.eml", desk.message_file, name="people_message_file"),
]
