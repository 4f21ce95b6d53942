"""Told facts in the back office: which programmes people were told of, and each with its history."""

from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from people.back_office import PermittedMenuItem
from programmes.views import told as views


class ToldViewSet(ViewSet):
    """The overview, and one page for each programme."""

    name = "programmes_told"
    icon = "history"
    menu_label = _("Told facts")
    menu_name = "programmes-told"
    url_prefix = "programmes/told"

    @cached_property
    def menu_item_class(self):
        class Item(PermittedMenuItem):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, permissions=(views.SEE,), **kwargs)

        return Item

    def get_urlpatterns(self):
        return [
            path("", views.OverviewView.as_view(), name="index"),
            path("<uuid:uuid>/", views.ToldView.as_view(), name="programme"),
        ]


VIEWSETS = [ToldViewSet()]
