"""What stands where a page is missing, closed or broken; the broken one has no database to ask."""

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import override
from django.views import defaults

from programmes import site
from tests.factories.people import UserFactory
from tests.factories.programmes import MONDAY_9AM


@pytest.mark.parametrize("language", ["ca", "es", "en"])
def test_broken_page_apologises_without_a_database(language):
    with override(language):  # any query fails this test: it is not marked to have a database
        response = defaults.server_error(RequestFactory().get(f"/{language}/"))
    text = response.content.decode()
    assert response.status_code == 500
    assert f'<html lang="{language}">' in text
    assert f'href="/{language}/"' in text


def test_broken_view_is_answered_with_the_apology(client, monkeypatch):
    def break_down(*_anything, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr("programmes.supports.covers.cover_svg", break_down)
    client.raise_request_exception = False
    response = client.get("/cover/field/health.svg", headers={"accept-language": "en"})
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "catalogue"), [("ca", "Programes"), ("es", "Programas"), ("en", "Programmes")])
def test_missing_page_offers_the_search_and_the_ways_on(client, language, catalogue):
    site.build_site(at=MONDAY_9AM)
    response = client.get(f"/{language}/not-here/")
    text = response.content.decode()
    assert response.status_code == 404
    assert f'action="/{language}/search/"' in text
    assert f'<a href="/{language}/programmes/">{catalogue}</a>' in text
    assert 'content="noindex"' in text


@pytest.mark.django_db
def test_closed_page_says_who_one_is(client):
    client.force_login(UserFactory(email="reader@example.org"))
    request = client.get("/en/").wsgi_request
    assert "reader@example.org" in get_template("403.html").render({"user": request.user}, request)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["documents/secret.pdf", "../settings.py", "images/../../private/x", "private/a.pdf"])
def test_only_pictures_are_served_as_pictures(client, path):
    assert client.get(f"/media/{path}").status_code in (400, 404)


def test_picture_is_served_to_everybody(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "oven.png").write_bytes(b"\x89PNG\r\n")
    response = client.get("/media/images/oven.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert b"".join(response.streaming_content) == b"\x89PNG\r\n"


def test_drawn_cover_is_the_same_for_ever(client):
    address = "/cover/drawn/health/8a4d2a1e-64cb-4c0e-9d0b-3f1f6a0a5b7c.svg"
    first = client.get(address)
    assert first.content == client.get(address).content
    assert first.content != client.get(address.replace("health", "tech")).content
    assert "immutable" in first["Cache-Control"]
