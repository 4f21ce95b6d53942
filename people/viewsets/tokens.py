"""Keys of other programs."""

from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.models import ApiToken
from people.views import desk


class TokenIndexView(ReadOnlyIndexView):
    page_title = _("API tokens")

    @property
    def header_buttons(self):
        if not self.request.user.has_perm("people.issue_apitoken"):
            return []
        return [HeaderButton(gettext("Issue a token"), url=reverse("people_issue_token"), icon_name="plus")]


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
            accessor=lambda token: gettext("Revoked") if token.revoked_at else gettext("In use"),
            primary=lambda token: not token.revoked_at,
        ),
        DateColumn("created_at", label=_("Issued"), sort_key="created_at"),
    ]


VIEWSETS = [TokenViewSet()]
DESK_URLS = [
    path("school-api-tokens/issue/", desk.issue_token, name="people_issue_token"),
    path("school-api-tokens/<int:pk>/revoke/", desk.revoke_token, name="people_revoke_token"),
]
