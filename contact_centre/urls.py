"""The one address outside Wagtail's own list: its home is our *my day*."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [path("admin/", RedirectView.as_view(pattern_name="contact_centre_my_day", query_string=True))]
