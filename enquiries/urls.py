"""The public addresses of the enquiries."""

from django.urls import path, re_path

from enquiries.views import appointments, asking, campaign_calendar, doors, public, remembering, sessions, short_links

app_name = "enquiries"
urlpatterns = [
    path("enquire/", public.enquire, name="enquire"),
    path("enquire/<slug:slug>/", asking.form_page, name="form"),
    path("enquire/<slug:slug>/thanks/<str:token>/", asking.thanks, name="form_thanks"),
    path("guides/<str:token>/", asking.guide, name="guide"),
    re_path(r"^forms/(?P<uuid>[0-9a-f-]{36})/(?P<what>shown|begun|left)/$", asking.count, name="form_count"),
    path("promise/<str:token>/", public.promise, name="promise"),
    path("promise/<str:token>/nudge/", public.nudge, name="nudge"),
    path("promise/<str:token>/add/", public.add, name="add"),
    path("hooks/leads/<uuid:uuid>/", doors.lead, name="lead_door"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<uuid:uuid>/", sessions.session, name="session"),
    path("sessions/place/<str:token>/", sessions.place, name="session_place"),
    path("sessions/place/<str:token>/calendar.ics", sessions.place_ics, name="session_place_ics"),
    path("sessions/place/<str:token>/<str:act>/", sessions.place_act, name="session_place_act"),
    path("sessions/door/<str:code>/", sessions.ticket, name="session_ticket"),
    path("appointments/", appointments.book, name="book"),
    path("appointments/with/<str:token>/", appointments.book_signed, name="book_signed"),
    path("appointments/<str:token>/", appointments.appointment, name="appointment"),
    path("appointments/<str:token>/calendar.ics", appointments.appointment_ics, name="appointment_ics"),
    path("appointments/<str:token>/<str:act>/", appointments.appointment_act, name="appointment_act"),
    path("campaign-calendar/<str:secret>.ics", campaign_calendar.feed, name="calendar_feed"),
    re_path(r"^go/(?P<code>[^/]{1,60})/?$", short_links.follow, name="short_link"),
    path("remember/", remembering.remember, name="remember"),
    path("came/", remembering.came, name="came"),
]
