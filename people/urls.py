"""Public addresses of people: the preference centre, and the back office's way to the one door."""

from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("preferences/<str:token>/data.json", views.download_data, name="preferences_data"),
    path("admin/login/", views.admin_login, name="admin_login"),
]
