"""Nobody fills in the same thing twice, and nobody is shown what a stranger once told us."""

import re
from datetime import date

import pytest
from django.core.cache import cache

from people.models import Person, User
from people.own_data import links
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory

pytestmark = pytest.mark.django_db
ABOUT_THE_PERSON = {"contact", "email", "phone", "name", "given_name", "family_name", "birth_date"}


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def known(client):
    """Somebody whose name and birth date we know, signed in."""
    person = PersonFactory(
        email="nuria@example.org", birth_date=date(1990, 5, 1), user=UserFactory(email="nuria@example.org")
    )
    client.force_login(person.user)
    return person


@pytest.fixture
def intake():
    return IntakeFactory(starts_on=date(2040, 1, 9), ends_on=date(2040, 6, 1))


def asked(client, path) -> set[str]:
    """What the form there asks for, and whoever reads it can see."""
    main = client.get(path).content.decode().partition("<main")[2]
    tags = re.findall(r"<(?:input|select|textarea)[^>]*>", main)
    return {re.search(r'name="([^"]+)"', tag)[1] for tag in tags if 'type="hidden"' not in tag and 'name="' in tag}


def test_whoever_is_known_is_asked_nothing_about_themselves(client, known, intake):
    assert asked(client, "/enquire/") & ABOUT_THE_PERSON == set()
    assert asked(client, f"/apply/{intake.pk}/") & ABOUT_THE_PERSON == set()


def test_what_we_do_not_know_is_asked_once(client, known, intake):
    Person.objects.update(family_name="", birth_date=None)
    assert asked(client, f"/apply/{intake.pk}/") & ABOUT_THE_PERSON == {"family_name", "birth_date"}
    details = {"given_name": "Núria", "family_name": "Puig", "birth_date": "1990-05-01", "country": "ES",
               "language": "ca", "time_zone": "Europe/Madrid"}  # fmt: skip
    assert client.post("/my-data/correct/", details).status_code == 302
    assert asked(client, f"/apply/{intake.pk}/") & ABOUT_THE_PERSON == set()


def test_what_we_know_stands_in_the_form_that_corrects_it(client, known):
    text = client.get("/my-data/correct/").content.decode()
    for value in ("Núria", "Puig Serra", "1990-05-01"):
        assert f'value="{value}"' in text


@pytest.mark.parametrize("key", ["preferences", "my-data-visit"])
def test_link_of_somebody_shows_nothing_of_theirs_in_a_form(client, intake, key):
    """Whoever got a forwarded mail is a stranger to the forms."""
    person = PersonFactory(given_name="Zenòbia", email="zenobia@example.org")
    client.get(f"/preferences/{links.sign_for(person, 'preferences', days=1)}/")
    client.cookies["my_data"] = links.sign_for(person, key, days=1)
    for path in ("/enquire/", f"/apply/{intake.pk}/"):
        text = client.get(path, follow=True).content.decode()
        assert "Zenòbia" not in text
        assert "zenobia@example.org" not in text
    assert "contact" in asked(client, "/enquire/")
    assert not User.objects.exists()
