"""The addresses of the forums."""

from django.urls import path

from community.views import moderation, reading, writing

app_name = "community"
urlpatterns = [
    path("community/", reading.home, name="home"),
    path("community/preview/", writing.preview, name="preview"),
    path("community/t/<uuid:uuid>/", reading.thread, name="thread"),
    path("community/t/<uuid:uuid>/lock/", moderation.lock, name="lock"),
    path("community/p/<uuid:uuid>/edit/", writing.edit, name="edit"),
    path("community/p/<uuid:uuid>/report/", writing.report, name="report"),
    path("community/p/<uuid:uuid>/decide/", moderation.decide, name="decide"),
    path("community/<slug:slug>/", reading.forum, name="forum"),
    path("community/<slug:slug>/new/", writing.new_thread, name="new_thread"),
]
