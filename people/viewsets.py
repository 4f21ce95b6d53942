"""The back office's lists of this floor: outbox, imports, consent ledger, API tokens. Nothing in them is edited."""

import django_filters
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from people import mail_files
from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.models import ApiToken, Channel, Consent, ImportRun, OutgoingMessage, Purpose
from people.views import desk

REJECTED_SHOWN = 500


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


class ImportInspectView(ReadOnlyInspectView):
    page_title = _("Import")

    def get_page_subtitle(self):
        return self.object.file_name

    def get_context_data(self, **kwargs):
        run = self.object
        may_undo = self.request.user.has_perm("people.undo_import") and run.finished_at and not run.undone_at
        return super().get_context_data(**kwargs) | {
            "run": run,
            "rejected": run.rejected[:REJECTED_SHOWN],
            "rejected_count": len(run.rejected),
            "undo_url": reverse("people_undo_import", args=[run.pk]) if may_undo else "",
        }


class ImportViewSet(ReadOnlyViewSet):
    model = ImportRun
    name = url_namespace = "people_imports"
    url_prefix = "imports"
    icon = "upload"
    menu_label = _("Imports")
    inspect_view_class = ImportInspectView
    inspect_template_name = "people/admin/import.html"
    form_fields = ["file_name"]  # no form is served; a viewset wants one to be named
    ordering = ["-started_at", "-pk"]
    list_filter = ["kind"]
    list_display = [
        TitleColumn("file_name", label=_("File"), url_name="people_imports:inspect"),
        Column("kind", label=_("Kind"), sort_key="kind"),
        NumberColumn("created", label=_("Created"), sort_key="created"),
        NumberColumn("updated", label=_("Updated"), sort_key="updated"),
        NumberColumn("unchanged", label=_("Unchanged"), sort_key="unchanged"),
        NumberColumn("rejected", label=_("Rejected"), accessor=lambda run: len(run.rejected)),
        StatusTagColumn("state", label=_("State"), accessor=lambda run: import_state(run), primary=True),
        DateColumn("started_at", label=_("Started"), sort_key="started_at"),
    ]


def import_state(run):
    if run.undone_at:
        return _t("Undone")
    return _t("Finished") if run.finished_at else _t("Under way")


class ConsentFilterSet(WagtailFilterSet):
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Purpose.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    decision = django_filters.ChoiceFilter(label=_("Decision"), choices=Consent.Decision.choices)
    at = django_filters.DateFromToRangeFilter(label=_("Said"), widget=DateRangePickerWidget)

    class Meta:
        model = Consent
        fields = ["purpose", "channel", "decision", "at"]


class ConsentIndexView(ReadOnlyIndexView):
    page_title = _("Consent ledger")

    def get_base_queryset(self):
        return Consent.objects.select_related("person", "by")


class ConsentViewSet(ReadOnlyViewSet):
    model = Consent
    name = url_namespace = "people_consents"
    url_prefix = "consents"
    icon = "clipboard-list"
    menu_label = _("Consent ledger")
    index_view_class = ConsentIndexView
    inspect_view_fields = [
        "person", "purpose", "channel", "decision", "at", "source", "wording_version", "language", "proof", "by",
    ]  # fmt: skip
    filterset_class = ConsentFilterSet
    search_fields = ["person__given_name", "person__family_name", "source"]
    search_backend_name = None
    form_fields = ["source"]  # no form is served; a viewset wants one to be named
    ordering = ["-at", "-pk"]
    list_export = ["person.uuid", "purpose", "channel", "decision", "at", "source", "wording_version", "language"]
    export_filename = "consents"
    list_display = [
        TitleColumn("person", label=_("Person"), url_name="people_consents:inspect"),
        Column("get_purpose_display", label=_("Purpose")),
        Column("get_channel_display", label=_("Channel")),
        StatusTagColumn(
            "get_decision_display",
            label=_("Decision"),
            primary=lambda consent: consent.decision == Consent.Decision.GRANTED,
        ),
        Column("source", label=_("Where")),
        DateColumn("at", label=_("Said"), sort_key="at"),
    ]


class TokenIndexView(ReadOnlyIndexView):
    page_title = _("API tokens")

    @property
    def header_buttons(self):
        if not self.request.user.has_perm("people.issue_apitoken"):
            return []
        return [HeaderButton(_t("Issue a token"), url=reverse("people_issue_token"), icon_name="plus")]


class TokenInspectView(ReadOnlyInspectView):
    page_title = _("API token")

    def get_context_data(self, **kwargs):
        token = self.object
        may = self.request.user.has_perm("people.issue_apitoken") and not token.revoked_at
        labels = dict(ApiToken.Scope.choices)
        return super().get_context_data(**kwargs) | {
            "token": token,
            "scopes": [labels.get(scope, scope) for scope in token.scopes],
            "revoke_url": reverse("people_revoke_token", args=[token.pk]) if may else "",
        }


class TokenViewSet(ReadOnlyViewSet):
    model = ApiToken
    name = url_namespace = "people_api_tokens"
    url_prefix = "school-api-tokens"
    icon = "key"
    menu_label = _("API tokens")
    index_view_class = TokenIndexView
    inspect_view_class = TokenInspectView
    inspect_template_name = "people/admin/token.html"
    form_fields = ["name"]  # no form is served; a viewset wants one to be named
    ordering = ["-created_at"]
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="people_api_tokens:inspect"),
        Column("shown_part", label=_("Begins with"), accessor=lambda token: f"{token.shown_part}…"),
        Column("scopes", label=_("Scopes"), accessor=lambda token: ", ".join(token.scopes)),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda token: _t("Revoked") if token.revoked_at else _t("In use"),
            primary=lambda token: not token.revoked_at,
        ),
        DateColumn("created_at", label=_("Issued"), sort_key="created_at"),
    ]


VIEWSETS = [MessageViewSet(), ImportViewSet(), ConsentViewSet(), TokenViewSet()]
DESK_URLS = [
    path("messages/<int:pk>/preview/", desk.message_preview, name="people_message_preview"),
    path("messages/<int:pk>/mail.eml", desk.message_file, name="people_message_file"),
    path("imports/<int:pk>/undo/", desk.undo_import, name="people_undo_import"),
    path("school-api-tokens/issue/", desk.issue_token, name="people_issue_token"),
    path("school-api-tokens/<int:pk>/revoke/", desk.revoke_token, name="people_revoke_token"),
]
