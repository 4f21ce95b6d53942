"""Change a price once: no support goes on telling the old one."""

import re
from functools import partial
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from people.models import User
from printing import paper
from programmes.supports import mail_block
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
OLD, NEW = 123_400, 98_700
# As any support may write it: 1234, 1,234, 1.234, 1 234, with or without cents, and in minor units.
OLD_WORDS = re.compile(r"\b(1[.,\s\u00a0\u202f]?234(?:[.,]00)?|123400)\b")
NEW_WORDS = re.compile(r"\b(987(?:[.,]00?)?|98700)\b")
SUPPORTS = {
    "sheet": "/en/programmes/nursing/",
    "sheet in Catalan": "/ca/programmes/nursing/",
    "catalogue card": "/en/programmes/",
    "filtered catalogue": "/en/programmes/?q=nursing",
    "comparison": "/en/programmes/compare/?p=nursing&p=data",
    "home": "/en/",
    "feed XCRI": "/feeds/programmes.xcri.xml",
    "feed JSON-LD": "/feeds/programmes.jsonld",
    "feed ELM": "/feeds/programmes.elm.jsonld",
    "feed CSV": "/feeds/programmes.csv",
}


@pytest.fixture(autouse=True)
def kept(settings):
    memory = "django.core.cache.backends.locmem.LocMemCache"
    named = {name: {"BACKEND": memory, "LOCATION": f"one-source-{name}"} for name in ("pages", "freshness")}
    settings.CACHES = {**settings.CACHES, **named}
    cache.clear()
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield
    for name in named:
        caches[name].clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def intake(committed):
    with committed():
        programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
        IntakeFactory(programme=ProgrammeFactory(code="data", title="Data", page=True), price_minor=50_000)
        return IntakeFactory(programme=programme, price_minor=OLD)


def told(intake) -> dict[str, str]:
    """What every support says now."""
    found = {name: Client().get(address, HTTP_ACCEPT_LANGUAGE="en") for name, address in SUPPORTS.items()}
    assert {name: response.status_code for name, response in found.items()} == dict.fromkeys(found, 200)
    texts = {name: response.content.decode() for name, response in found.items()}
    block = mail_block.block(intake.programme, language="en", at=MONDAY_9AM)
    texts |= {"mail block": block.html, "mail block as text": block.text}
    texts["adviser’s sheet"] = _as(
        UserFactory(role="Adviser"), reverse("programmes_sheet:sheet", args=[intake.programme.uuid])
    )
    person = PersonFactory(user=User.objects.create_user(f"applicant-{User.objects.count()}@example.org"))
    texts["page to apply"] = _as(person.user, reverse("enrolment:apply", args=[intake.pk]))
    if paper.is_available():
        pdf = Client().get("/en/programmes/nursing/brochure.pdf").content
        texts["brochure"] = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return texts


def _as(user, address) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def test_a_price_changed_once_is_changed_everywhere(intake, committed):
    for _time in range(2):  # the second time from whatever is kept
        before = told(intake)
    silent = {name for name, text in before.items() if not OLD_WORDS.search(text)}
    assert silent <= {"home"}  # it puts forward what editors choose
    with committed():
        intake.price_minor = NEW
        intake.save()
    after = told(intake)
    assert {name for name, text in after.items() if OLD_WORDS.search(text)} == set()
    assert {name for name, text in after.items() if not NEW_WORDS.search(text)} <= silent
