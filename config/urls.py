"""Every address of Matrícula; each floor has its own list in its ``urls``."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import health
from config.api import api

# The enquiries first, whose door is the busiest address that is always asked anew.
FLOORS = ["enquiries", "people", "programmes", "contact_centre", "enrolment", "tutoring", "community", "insights"]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/v1/", api.urls),
    *[path("", include(f"{floor}.urls")) for floor in FLOORS if find_spec(f"{floor}.urls")],
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=True),
]
