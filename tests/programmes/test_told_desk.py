"""Told facts in the back office: the warning on saving, and who was told what."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Correction, FactVersion, ProgrammePage
from programmes.told import tellings, versions
from programmes.views import told
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory
from tests.programmes.test_admin import _form

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def intake():
    made = IntakeFactory(price_minor=195_000, programme__title="Community nursing")
    versions.note([made.programme_id], at=MONDAY_9AM)
    return made


def as_role(client, role):
    client.force_login(UserFactory(role=role))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def tell(intake, person, *facts):
    held = versions.current(intake.programme, at=MONDAY_9AM, language="ca")
    return tellings.note(
        programme=intake.programme,
        support="call",
        key=f"call:{person.pk}",
        versions=[held[fact, intake.pk] for fact in facts or ("price",)],
        at=MONDAY_9AM,
        language="ca",
        person=person,
        by=UserFactory(role="Adviser", first_name="Remei"),
    )


@time_machine.travel(MONDAY_9AM + HOUR, tick=False)
def test_editor_hears_how_many_were_told_the_old_price(client, intake):
    editor = as_role(client, "Editor")
    tell(intake, PersonFactory()), tell(intake, PersonFactory())
    address = reverse("programme:edit", args=[intake.programme_id])
    page = editor.get(address)
    told = reverse("programmes_told:programme", args=[intake.programme.uuid])
    assert told in page.text  # the way there stands in the header
    response = editor.post(address, _form(page) | {"intakes-0-price_minor": "2.100,00"}, follow=True)
    assert "2 people were told what has just changed." in response.text
    assert "2 corrections are drafted" in response.text and told in response.text
    assert FactVersion.objects.get(fact="price", valid_until=None).by.email
    quiet = editor.post(address, _form(editor.get(address)), follow=True)
    assert "told what has just changed" not in quiet.text


def test_new_programme_is_noted_from_the_start(client):
    editor = as_role(client, "Editor")
    template = ProgrammeFactory()
    address = reverse("programme:add")
    facts = {"title": "New", "code": "new", "collection": template.collection_id, "weekly_hours": "5"}
    facts |= {"intakes-TOTAL_FORMS": "0", "intakes-INITIAL_FORMS": "0"}
    response = editor.post(address, _form(editor.get(address)) | facts)
    assert response.status_code == 302, response.context["form"].errors
    assert FactVersion.objects.get(programme__code="new", fact="weekly_hours").value == {"n": 5}


def test_intake_somebody_was_told_of_is_not_deleted(client, intake):
    editor = as_role(client, "Editor")
    tell(intake, PersonFactory())
    address = reverse("programme:edit", args=[intake.programme_id])
    response = editor.post(address, _form(editor.get(address)) | {"intakes-0-DELETE": "on"})
    assert response.status_code == 200 and "Close it instead" in response.text
    assert intake.programme.intakes.exists()


def test_page_shows_history_tellings_and_corrections(client, intake):
    adviser = as_role(client, "Adviser")
    tell(intake, PersonFactory(given_name="Marta", family_name="Vidal"), "price", "starts_on")
    intake.price_minor = 210_000
    intake.save()
    versions.note([intake.programme_id], at=MONDAY_9AM + HOUR)
    page = adviser.get(reverse("programmes_told:programme", args=[intake.programme.uuid])).text
    for words in ("€1,950", "€2,100", "1.950\xa0€", "Marta Vidal", "Remei", "1 correction waits", "told 1 person"):
        assert words in page, words
    assert "Community nursing" in adviser.get(reverse("programmes_told:index")).text


def test_editor_sees_how_many_but_not_whom(client, intake):
    editor = as_role(client, "Editor")
    tell(intake, PersonFactory(given_name="Ruth", family_name="Quílez"))
    intake.price_minor = 210_000
    intake.save()
    versions.note([intake.programme_id], at=MONDAY_9AM + HOUR)
    page = editor.get(reverse("programmes_told:programme", args=[intake.programme.uuid])).text
    assert "somebody you may not see" in page and "Ruth" not in page and "Quílez" not in page
    assert Correction.objects.get().body.splitlines()[0] not in page


def test_pages_ask_no_more_of_the_database_with_more_rows(client, intake):
    adviser = as_role(client, "Adviser")
    address = reverse("programmes_told:programme", args=[intake.programme.uuid])
    counts = []
    for people in (1, 4):
        for _one in range(people):
            tell(intake, PersonFactory(), "price", "seats")
        adviser.get(address)
        with CaptureQueriesContext(connection) as asked:
            adviser.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_publishing_other_requirements_warns():
    programme = ProgrammeFactory(code="nursing", page=True)
    page = ProgrammePage.objects.get(programme=programme, locale__language_code="en")
    ProgrammePage.objects.filter(pk=page.pk).update(requirements="<p>A degree in nursing</p>")
    versions.note([programme.pk], at=MONDAY_9AM)
    held = versions.current(programme, at=MONDAY_9AM, language="en")["requirements", None]
    tellings.note(
        programme=programme, support="call", key="k", versions=[held], at=MONDAY_9AM, language="en",
        person=PersonFactory(language="en"),
    )  # fmt: skip
    page.refresh_from_db()
    page.requirements = "<p>None at all</p>"
    page.save_revision().publish()
    assert "as of now: None at all" in Correction.objects.get().body
    request = RequestFactory().get("/")
    request.user = UserFactory(role="Editor")
    request._messages = CookieStorage(request)
    page.refresh_from_db()
    told.warn_of_words(request, page)
    (warning,) = request._messages
    assert "1 person was told what has just changed." in warning.message
