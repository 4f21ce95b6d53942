"""Pieces every floor makes its back office of: lists that are only read, and menu entries for those who may."""

from django.urls import path
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class PermittedMenuItem(MenuItem):
    """Shown to those who have one of the permissions; to everybody if none is named."""

    def __init__(self, *args, permissions: tuple[str, ...] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.permissions = permissions

    def is_shown(self, request):
        return not self.permissions or any(request.user.has_perm(name) for name in self.permissions)


class ReadOnlyIndexView(generic.IndexView):
    any_permission_required = ["view"]

    def get_add_url(self):
        return None

    def get_edit_url(self, instance):
        return None

    def get_delete_url(self, instance):
        return None

    def to_row_dict(self, item):
        row = super().to_row_dict(item)
        # What somebody typed must not become a formula in whoever's spreadsheet.
        return {
            field: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
            for field, value in row.items()
        }


class ReadOnlyInspectView(generic.InspectView):
    any_permission_required = ["view"]

    def get_edit_url(self):
        return None

    def get_delete_url(self):
        return None


class ReadOnlyViewSet(ModelViewSet):
    """A list and a page per row; the acts are views of their own."""

    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = ReadOnlyIndexView
    inspect_view_class = ReadOnlyInspectView
    list_per_page = 30

    def get_urlpatterns(self):
        conv = self.pk_path_converter
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"inspect/<{conv}:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_common_view_kwargs(self, **kwargs):
        # Those views do not exist here, so nothing may link to them.
        absent = dict.fromkeys(
            ["history_url_name", "usage_url_name", "add_url_name", "edit_url_name", "delete_url_name"]
        )
        return super().get_common_view_kwargs(**{**absent, **kwargs})
