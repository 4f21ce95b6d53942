"""Public addresses of people: the preference centre, and the back office's way to the one door."""

from django.urls import path

from people.views import public, sessions

app_name = "people"
urlpatterns = [
    path("preferences/<str:token>/", public.preferences, name="preferences"),
    path("preferences/<str:token>/data.json", public.download_data, name="preferences_data"),
    path("accounts/sessions/end/", sessions.sign_out_everywhere, name="sign_out_everywhere"),
    path("admin/login/", public.admin_login, name="admin_login"),
]
