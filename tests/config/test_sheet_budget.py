"""What a product sheet costs with every floor of the school hanging its panels on it."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes import site
from programmes.models import Field
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory, TeacherFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 25


@pytest.fixture
def full_sheet():
    """A sheet in three languages with teachers, several starts and three programmes like it; its address."""
    health = Field.objects.create(slug="health", name_ca="Salut", name_es="Salud", name_en="Health")
    programme = ProgrammeFactory(code="nursing", title="Community nursing", field=health)
    for number in range(4):
        IntakeFactory(programme=programme, code=f"start-{number}", price_minor=125_000, seats=20)
    for number in range(3):
        IntakeFactory(programme=ProgrammeFactory(code=f"other-{number}", field=health, page=True))
    texts = {
        "title": "Community nursing",
        "promise": "Care for people where they live.",
        "teachers": [TeacherFactory(), TeacherFactory()],
        "questions": [("When?", "In the evening."), ("Where?", "In Barcelona.")],
        "syllabus": [("Unit 1", "People"), ("Unit 2", "Homes")],
    }
    site.publish_programme(
        {"code": "nursing", "field": health}, dict.fromkeys(("ca", "es", "en"), texts), at=MONDAY_9AM
    )
    return "/ca/programmes/community-nursing/"


def test_full_sheet_stays_within_its_queries_with_all_floors(client, full_sheet, settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "freshness"}
    settings.CACHES = {**settings.CACHES, "freshness": memory}  # the rows of the catalogue are kept by its stamp
    cache.clear()
    with time_machine.travel(MONDAY_9AM, tick=False):
        client.get(full_sheet)  # what is read once for each process
        with CaptureQueriesContext(connection) as queries:
            response = client.get(full_sheet)
    text = response.content.decode()
    assert 'id="apply-title"' in text  # enrolment hangs its panel
    assert 'id="enquiry-form"' in text  # so do the enquiries
    told = "\n".join(re.sub("SELECT.*?FROM", "", query["sql"])[:160] for query in queries)
    assert len(queries) <= MOST_QUERIES, told
