"""Menus of the website."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from programmes.models import Menu


class MenuIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().annotate(entry_count=Count("entries"))


class MenuViewSet(ModelViewSet):
    model = Menu
    index_view_class = MenuIndexView
    icon = "list-ul"
    menu_label = _("Menus")
    url_prefix = "programmes/menu"
    copy_view_enabled = False
    search_backend_name = None
    ordering = ("place", "language")
    list_display = [
        "__str__",
        Column("entry_count", label=_("Entries")),
    ]


VIEWSETS = [MenuViewSet("menu")]
