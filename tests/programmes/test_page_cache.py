"""Kept pages: no question to the database, and never an old price, an old seat or somebody else's words."""

import re
import subprocess
import sys
import textwrap
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from enquiries.origins.naming import CLICKS, PASSED_ON
from people.models import User
from programmes.kept_pages import page_cache
from programmes.models import Intake, Menu, ProgrammePage, SchoolSettings, Slot
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
SHEET = "/en/programmes/nursing/"


@pytest.fixture(autouse=True)
def kept(settings):
    """The caches of the product, in memory."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    named = {name: {"BACKEND": memory, "LOCATION": name} for name in ("pages", "freshness")}
    settings.CACHES = {**settings.CACHES, **named}
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield
    for name in named:
        caches[name].clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What happens inside is committed at its end."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def intake(committed):
    with committed():
        programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
        return IntakeFactory(programme=programme, price_minor=125_000, seats=6)


def read(address=SHEET, client=None, **headers):
    return (client or Client()).get(address, headers=headers)


def how(response):
    return response.get(page_cache.HOW)


def words(response):
    return response.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("address", [SHEET, "/en/", "/en/programmes/", "/en/programmes/?level=course"])
def test_second_reader_costs_the_database_nothing(intake, address):
    assert how(read(address)) == "made"
    with CaptureQueriesContext(connection) as queries:
        response = read(address)
    assert how(response) == "kept"
    assert [query["sql"] for query in queries] == []


def test_a_changed_price_is_shown_at_once(intake, committed):
    assert "€1,250" in words(read())
    with committed():
        Intake.objects.filter(pk=intake.pk).update(price_minor=99_000)
    response = read()
    assert "€990" in words(response)
    assert "€1,250" not in words(response)
    assert how(read()) == "kept"


def test_a_seat_taken_is_shown_at_once(intake, committed):
    assert "6 seats left" in words(read())
    with committed():
        EnrolmentFactory(application=ApplicationFactory(intake=intake), intake=intake)
    assert "5 seats left" in words(read())


@pytest.mark.parametrize(
    "change",
    [
        lambda page: SchoolSettings.objects.update_or_create(
            site=Site.objects.get(is_default_site=True), defaults={"name": "Another school"}
        ),
        lambda page: page.save_revision().publish(),
        lambda page: Menu.objects.create(language="en"),
        lambda page: Slot.objects.create(
            name="x", place="home", programme=page.programme, headline_ca="x", starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(days=1),
        ),
    ],
)  # fmt: skip
def test_whatever_is_on_the_page_makes_it_anew(intake, change, committed):
    read()
    assert how(read()) == "kept"
    with committed():
        change(ProgrammePage.objects.get(slug="nursing", locale__language_code="en"))
    assert how(read()) == "made"


@pytest.mark.django_db(transaction=True)
def test_another_process_that_changes_the_price_is_noticed(settings, tmp_path):
    files = "django.core.cache.backends.filebased.FileBasedCache"
    named = {name: {"BACKEND": files, "LOCATION": str(tmp_path / name)} for name in ("pages", "freshness")}
    settings.CACHES = {**settings.CACHES, **named}
    intake = IntakeFactory(programme=ProgrammeFactory(code="nursing", page=True), price_minor=125_000)
    assert "€1,250" in words(read())
    assert how(read()) == "kept"
    script = f"""
        import django
        from config.settings import test
        test.CACHES.update({named!r})
        test.DATABASES["default"].update(NAME={connection.settings_dict["NAME"]!r})
        django.setup()
        from programmes.models import Intake
        Intake.objects.filter(pk={intake.pk}).update(price_minor=77_000)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)
    assert "€770" in words(read())


def test_price_turns_at_midnight_and_the_page_with_it(intake, committed):
    with committed():
        Intake.objects.filter(pk=intake.pk).update(early_price_minor=100_000, early_until=date(2027, 1, 11))
    with time_machine.travel(MONDAY_9AM.replace(hour=23, minute=58), tick=False):
        assert "€1,000" in words(read())
        assert how(read()) == "kept"
    with time_machine.travel(MONDAY_9AM.replace(day=12, hour=0, minute=0, second=1), tick=False):
        response = read()
    assert how(response) == "made"
    assert "€1,250" in words(response)


def test_a_page_is_made_anew_after_five_minutes_whatever_happens(intake):
    read()
    with time_machine.travel(MONDAY_9AM + timedelta(minutes=5, seconds=1), tick=False):
        assert how(read()) == "made"


def test_a_slot_that_begins_makes_the_page_anew(intake, committed):
    with committed():
        other = ProgrammeFactory(code="data", title="Data", page=True)
        begins = MONDAY_9AM + timedelta(minutes=2)
        Slot.objects.create(
            name="Data", place="home", programme=other, headline_ca="Dades", headline_en="Learn data now",
            starts_at=begins, ends_at=begins + timedelta(hours=1),
        )  # fmt: skip
    assert "Learn data now" not in words(read("/en/"))
    with time_machine.travel(begins + timedelta(seconds=1), tick=False):
        assert "Learn data now" in words(read("/en/"))


# --- what is somebody's own


def test_each_reader_gets_a_form_token_of_their_own(intake):
    tokens = [re.search(r'name="t" value="([^"]+)"', words(read()))[1] for _reader in range(3)]
    assert len(set(tokens)) == 3


def test_each_reader_keeps_where_they_came_from(intake):
    first = words(read(referer="https://example.org/one"))
    second_response = read(referer='https://example.org/"two"')
    second = words(second_response)
    assert how(second_response) == "kept"
    assert 'value="https://example.org/one"' in first
    assert 'value="https://example.org/&quot;two&quot;"' in second
    assert "example.org/one" not in second


def test_campaigns_share_a_page_on_which_each_finds_its_own_marks(intake):
    for source, expected in (("mail", "made"), ("fair", "kept"), ("mail", "kept")):
        response = read(f"{SHEET}?utm_source={source}")
        assert how(response) == expected
        assert f'name="utm_source" value="{source}"' in words(response)
    plain = read()
    assert how(plain) == "kept"
    assert "mail" not in re.findall(r'name="utm_source" value="([^"]*)"', words(plain))
    assert "utm_source=" not in words(plain)


def test_numbers_of_clicks_share_one_page_and_are_not_kept_with_it(intake):
    read(f"{SHEET}?utm_source=search&gclid=first-click")
    second = read(f"{SHEET}?gclid=second-click&utm_source=search")
    assert how(second) == "kept"
    assert "first-click" not in words(second)
    assert {*CLICKS, *PASSED_ON} <= page_cache.CLICKS


def test_who_is_signed_in_is_served_their_own_page_which_nobody_else_gets(intake):
    read()
    client = Client()
    client.force_login(User.objects.create_user("ada@example.org"))
    own = read(client=client)
    assert how(own) is None
    assert "private" in own["Cache-Control"]
    assert how(read()) == "kept"
    assert "ada@example.org" not in words(read())


def test_what_was_not_asked_for_as_a_page_is_not_answered_with_one(intake):
    read("/en/programmes/")
    assert how(read("/en/programmes/", hx_request="true")) is None


def test_languages_are_kept_apart(intake):
    assert '<html lang="en">' in words(read())
    catalan = read("/ca/programmes/nursing/")
    assert how(catalan) == "made"
    assert '<html lang="ca">' in words(catalan)
    assert read()["Content-Language"] == "en"


def test_a_page_behind_a_password_is_never_kept(intake, committed):
    read()
    with committed():
        page = ProgrammePage.objects.get(slug="nursing", locale__language_code="en")
        PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.PASSWORD, password="only for us"
        )
    for _time in range(2):
        response = read()
        assert how(response) is None
        assert "€1,250" not in words(response)


def test_a_missing_page_and_a_redirect_are_not_kept(intake):
    for address, status in (("/en/programmes/nothing/", 404), ("/en/programmes/nursing", 301)):
        for _time in range(2):
            response = read(address)
            assert response.status_code == status
            assert how(response) is None


# --- as other parties read it


def test_kept_page_has_the_headers_of_the_made_one(intake):
    made, again = read(), read()
    assert (how(made), how(again)) == ("made", "kept")
    for name in ("Content-Security-Policy", "X-Frame-Options", "Vary", "Content-Language", "ETag", "Content-Type"):
        assert made[name] == again[name], name
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in again["Vary"].split(",")}
    assert again["Cache-Control"] == "no-cache"


def test_a_browser_that_has_the_page_is_told_so_until_it_changes(intake, committed):
    etag = read()["ETag"]
    same = read(if_none_match=etag)
    assert same.status_code == 304
    assert same.content == b""
    with committed():
        Intake.objects.filter(pk=intake.pk).update(price_minor=99_000)
    changed = read(if_none_match=etag)
    assert changed.status_code == 200
    assert "€990" in words(changed)


def test_head_is_answered_from_the_kept_page(intake):
    read()
    response = Client().head(SHEET)
    assert how(response) == "kept"
    assert response.content == b""


def test_kept_page_is_compressed_for_whoever_takes_it(intake):
    read()
    response = read(accept_encoding="gzip")
    assert how(response) == "kept"
    assert response["Content-Encoding"] == "gzip"


def test_the_first_page_remembers_its_language_for_pages_without_one(intake):
    read()
    assert read().cookies["django_language"].value == "en"


def test_a_preview_is_never_a_kept_page(intake):
    read()
    page = ProgrammePage.objects.get(slug="nursing", locale__language_code="en")
    page.title = "A title nobody has published"
    response = page.make_preview_request(preview_mode="")
    assert "A title nobody has published" in words(response)
