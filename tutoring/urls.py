"""The address of a survey; the screens of tutors are in Wagtail's admin."""

from django.urls import path

from tutoring.views import survey

app_name = "tutoring"
urlpatterns = [path("survey/<str:token>/", survey.survey, name="survey")]
