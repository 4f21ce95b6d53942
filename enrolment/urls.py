"""Addresses of applying, paying and the campus."""

from django.urls import path

from enrolment.views import apply, campus, guardian, pay, webhook

app_name = "enrolment"
urlpatterns = [
    path("apply/", apply.overview, name="applications"),
    path("apply/<int:intake_id>/", apply.begin, name="apply"),
    path("apply/<uuid:uuid>/", apply.show, name="application"),
    path("apply/<uuid:uuid>/guardian/", apply.ask_guardian, name="ask_guardian"),
    path("apply/guardian/<str:token>/", guardian.answer, name="guardian"),
    path("apply/<uuid:uuid>/withdraw/", apply.withdraw, name="withdraw"),
    path("apply/<uuid:uuid>/pay/", pay.go, name="pay"),
    path("apply/<uuid:uuid>/paid/", pay.paid, name="paid"),
    path("apply/<uuid:uuid>/cancelled/", pay.cancelled, name="cancelled"),
    path("webhooks/stripe/", webhook.stripe_event, name="stripe_webhook"),
    path("campus/", campus.home, name="campus"),
    path("campus/relatives/<int:pk>/end/", campus.end_relative, name="end_relative"),
    path("campus/receipts/<str:number>.pdf", campus.receipt, name="receipt"),
]
