"""From every live sheet one can ask, apply and pay within two clicks, and no link on it leads nowhere."""

import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse

from people.models import User
from programmes.models import ProgrammePage
from tests.factories.enrolment import admitted_application
from tests.factories.people import PersonFactory
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]*)(#[^"]*)?"')


@pytest.fixture(autouse=True)
def sheets():
    with time_machine.travel(MONDAY_9AM, tick=False):
        own = [ProgrammeFactory(code=code, title=code, page=True) for code in ("nursing", "data")]
        for programme in own:
            IntakeFactory(programme=programme, price_minor=125_000)
            IntakeFactory(programme=programme, code="later", price_minor=125_000)
        ProgrammeFactory(code="soon", page=True)  # no start is announced yet
        ProgrammeFactory(code="theirs", page=True, own=CollectionFactory(name="Elsewhere"))
        yield


def live_sheets(client):
    for page in ProgrammePage.objects.live().select_related("programme__collection").order_by("pk"):
        response = client.get(page.get_url())
        assert response.status_code == 200
        yield page, response.content.decode()


def addresses(text):
    return {found[0] for found in LINK.findall(text) if found[0].startswith("/")}


def test_one_can_ask_on_every_sheet(client):
    count = 0
    for page, text in live_sheets(client):
        assert f'action="{reverse("enquiries:enquire")}"' in text, page
        assert 'href="#ask"' in text, page  # one click from the top of the page
        assert re.search(r'id="ask"', text), page
        count += 1
    assert count == 12


def test_apply_is_one_click_away_wherever_one_can_apply(client):
    for page, text in live_sheets(client):
        starts = page.programme.intakes.all() if page.programme.collection.is_own else []
        for intake in starts:
            address = reverse("enrolment:apply", args=[intake.pk])
            assert address in addresses(text), page
            # The second click is the form, or the door to it for whoever has not signed in.
            response = client.get(address)
            assert response.status_code == 302
            assert address in response["Location"].replace("%2F", "/")


def test_who_was_admitted_pays_within_two_clicks(client):
    person = PersonFactory(user=User.objects.create_user("ada@example.org"))
    intake = ProgrammePage.objects.filter(programme__code="nursing").first().programme.intakes.first()
    admitted_application(person=person, intake=intake)
    client.force_login(person.user)
    sheet = client.get("/en/programmes/nursing/").content.decode()
    first = reverse("enrolment:apply", args=[intake.pk])
    assert first in addresses(sheet)
    response = client.get(first, follow=True)
    application = person.applications.get()
    assert reverse("enrolment:pay", args=[application.uuid]) in response.content.decode()


def test_no_link_on_a_sheet_leads_nowhere(client):
    linked = {address for _page, text in live_sheets(client) for address in addresses(text)}
    for address in sorted(linked):
        if address.endswith(".pdf"):
            continue  # made by the print shop, and tested with it
        status = client.get(address, follow=True).status_code
        assert status == 200, (urlsplit(address).path, status)
