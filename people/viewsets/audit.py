"""The audit trail, its review, and looking as somebody else."""

from django.urls import path

from people.views import audit, looking

VIEWSETS: list = []
DESK_URLS = [
    path("audit/", audit.TrailView.as_view(), name="people_audit"),
    path("audit/trail.csv", audit.export, name="people_audit_file"),
    path("audit/review/", audit.ReviewView.as_view(), name="people_audit_review"),
    path("audit/review/<int:pk>/", audit.decide, name="people_audit_decide"),
    path("look-as/", looking.LookAsView.as_view(), name="people_look_as"),
    path("look-as/start/", looking.start, name="people_start_looking"),
    path("look-as/stop/", looking.stop, name="people_stop_looking"),
]
