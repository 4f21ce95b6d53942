"""The addresses outside Wagtail's own list: its home is our *my day*; and the doors through which others speak to us."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from contact_centre.views import inbound_webhooks

urlpatterns = [
    path("admin/", RedirectView.as_view(pattern_name="contact_centre_my_day", query_string=True)),
    re_path(r"^webhooks/mail/(?P<provider>mailgun|postmark|raw)/$", inbound_webhooks.letter, name="inbound_letter"),
    path("webhooks/sms/", inbound_webhooks.sms, name="inbound_sms"),
    path("webhooks/whatsapp/", inbound_webhooks.whatsapp, name="inbound_whatsapp"),
]
