"""The public addresses of the enquiries."""

from django.urls import path

from enquiries.views import campaign_calendar, public

app_name = "enquiries"
urlpatterns = [
    path("enquire/", public.enquire, name="enquire"),
    path("promise/<str:token>/", public.promise, name="promise"),
    path("promise/<str:token>/nudge/", public.nudge, name="nudge"),
    path("promise/<str:token>/add/", public.add, name="add"),
    path("campaign-calendar/<str:secret>.ics", campaign_calendar.feed, name="calendar_feed"),
]
