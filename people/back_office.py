"""Pieces every floor makes its back office of: lists that are only read, and menu entries for those who may."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from people.access import audit

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def formula_safe(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula; ``people.cells.unguarded`` reads it back."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text


class PermittedMenuItem(MenuItem):
    """Shown to those who have one of the permissions; to everybody if none is named."""

    def __init__(self, *args, permissions: tuple[str, ...] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.permissions = permissions

    def is_shown(self, request):
        return not self.permissions or any(request.user.has_perm(name) for name in self.permissions)


class PermittedViewSet(ViewSet):
    """A set of screens with one entry in the menu, for those who have one of ``permissions``."""

    permissions: tuple[str, ...] = ()

    @property
    def menu_item_class(self):
        return partial(PermittedMenuItem, permissions=self.permissions)


class VisibleRows:
    """A list, or the page of one row, that shows the reader what they may see, and tells the audit of it.

    ``also_for`` names rights that open the screen besides the right to view the model: they see fewer rows, those that
    ``visible_to`` of the model's queryset leaves. A row that is not among them does not exist: 404.
    """

    also_for: tuple[str, ...] = ()

    def user_has_any_permission(self, permissions):
        return super().user_has_any_permission(permissions) or any(
            self.request.user.has_perm(name) for name in self.also_for
        )

    def visible_rows(self):
        rows = self.model._default_manager.all()
        return rows.visible_to(self.request.user) if hasattr(rows, "visible_to") else rows


class AuditedExport:
    """A list of people's data that is taken away as a file: one line in the audit, with how many rows."""

    def as_spreadsheet(self, queryset, spreadsheet_format):
        audit.note(
            act=audit.Act.EXPORTED,
            what=f"{self.model._meta.label_lower}.list",
            by=self.request.user,
            at=timezone.now(),
            detail={"rows": len(queryset), "format": spreadsheet_format},
        )
        return super().as_spreadsheet(queryset, spreadsheet_format)


class ReadOnlyIndexView(AuditedExport, VisibleRows, generic.IndexView):
    any_permission_required = ["view"]

    def get_base_queryset(self):
        return self.visible_rows()

    def get_add_url(self):
        return None

    def get_edit_url(self, instance):
        return None

    def get_delete_url(self, instance):
        return None

    def to_row_dict(self, item):
        row = super().to_row_dict(item)
        # What somebody typed must not become a formula in whoever's spreadsheet.
        return {field: formula_safe(value) if isinstance(value, str) else value for field, value in row.items()}


class ReadOnlyInspectView(VisibleRows, generic.InspectView):
    """The page of one row. With ``audited_person``, the path to whom it is about, reading it is noted."""

    any_permission_required = ["view"]
    audited_person = ""

    def get_object(self, queryset=None):
        return get_object_or_404(self.visible_rows(), pk=self.pk)

    def get(self, request, *args, **kwargs):
        if self.audited_person:
            person = self.object
            for step in self.audited_person.split("."):
                person = getattr(person, step)
            audit.note(
                act=audit.Act.READ,
                what=f"{self.model._meta.label_lower}.page",
                by=request.user,
                at=timezone.now(),
                person=person,
                about=self.object,
            )
        return super().get(request, *args, **kwargs)

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
