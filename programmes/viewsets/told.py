"""Told facts in the back office: which programmes people were told of, and each with its history."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from people.back_office import PermittedViewSet
from programmes.views import told as views


class ToldViewSet(PermittedViewSet):
    """The overview, and one page for each programme."""

    name = "programmes_told"
    icon = "history"
    menu_label = _("Told facts")
    menu_name = "programmes-told"
    url_prefix = "programmes/told"
    permissions = (views.SEE,)

    def get_urlpatterns(self):
        return [
            path("", views.OverviewView.as_view(), name="index"),
            path("<uuid:uuid>/", views.ToldView.as_view(), name="programme"),
        ]


VIEWSETS = [ToldViewSet()]
