"""The addresses outside Wagtail's own list: its home is our *my day*; and the doors for providers."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from contact_centre.views import inbound_webhooks, mail_events

urlpatterns = [
    path("admin/", RedirectView.as_view(pattern_name="contact_centre_my_day", query_string=True)),
    re_path(r"^webhooks/mail/(?P<provider>mailgun|postmark|raw)/$", inbound_webhooks.letter, name="inbound_letter"),
    re_path(r"^webhooks/mail/(?P<provider>mailgun|postmark)/events/$", mail_events.tell, name="mail_events"),
    path("r/<str:token>/", mail_events.click, name="contact_centre_click"),
    path("o/<str:token>.gif", mail_events.opening, name="contact_centre_opening"),
    path("webhooks/sms/", inbound_webhooks.sms, name="inbound_sms"),
    path("webhooks/calls/", inbound_webhooks.call, name="inbound_call"),
    path("webhooks/whatsapp/", inbound_webhooks.whatsapp, name="inbound_whatsapp"),
]
