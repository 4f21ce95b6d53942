"""What stands around every page: menus, languages, colours, and what robots read."""

from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import RequestFactory
from wagtail.models import Page, Site

from programmes import site
from programmes.models import SchoolSettings
from tests.factories.programmes import MONDAY_9AM, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def built():
    return site.build_site(at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("language", "menu", "small_print"),
    [
        ("ca", ["Programes", "Articles i notícies", "Professorat", "L’escola"], ["Privadesa", "Avís legal", "Galetes"]),
        (
            "es",
            ["Programas", "Artículos y noticias", "Profesorado", "La escuela"],
            ["Privacidad", "Aviso legal", "Cookies"],
        ),
        (
            "en",
            ["Programmes", "Articles and news", "Teachers", "About the school"],
            ["Privacy", "Legal notice", "Cookies"],
        ),
    ],
)
def test_home_has_its_menus_in_its_language(client, built, language, menu, small_print):
    response = client.get(f"/{language}/")
    assert response.status_code == 200
    assert [link.title for link in response.context["main_menu"]] == menu
    assert [link.title for link in response.context["footer_menu"]] == small_print


def test_every_standing_page_opens_in_every_language(client, built):
    for page in Page.objects.filter(depth__gt=1).select_related("locale"):
        assert client.get(page.get_url()).status_code == 200, page.get_url()


def test_language_links_lead_to_the_same_page(client, built):
    response = client.get("/en/privacy/")
    assert [(link.code, link.url, link.current) for link in response.context["language_links"]] == [
        ("ca", "/ca/privadesa/", False), ("es", "/es/privacidad/", False), ("en", "/en/privacy/", True),
    ]  # fmt: skip


def test_language_link_leads_home_where_there_is_no_translation(client, built):
    site.publish_programme({"code": "a"}, {"en": {"title": "A", "slug": "a"}}, at=MONDAY_9AM)
    links = {link.code: link.url for link in client.get("/en/programmes/a/").context["language_links"]}
    assert links == {"ca": "/ca/", "es": "/es/", "en": "/en/programmes/a/"}


def test_filters_survive_a_change_of_language(client, built):
    links = {link.code: link.url for link in client.get("/en/programmes/?level=master").context["language_links"]}
    assert links["es"] == "/es/programmes/?level=master"


def test_page_without_a_language_in_its_address_changes_by_a_cookie(client, built):
    links = {link.code: link.url for link in client.get("/accounts/login/?next=/campus/").context["language_links"]}
    response = client.get(links["es"])
    assert response["Location"] == "/accounts/login/?next=/campus/"
    assert '<html lang="es">' in client.get("/accounts/login/").content.decode()


def test_language_choice_does_not_lead_away(client, built):
    assert client.get("/language/es/?next=https://elsewhere.example/")["Location"] == "/es/"
    assert client.get("/language/xx/", follow=True).status_code == 404


def test_door_opens_in_the_readers_language(client, built):
    assert client.get("/", headers={"accept-language": "es-ES"})["Location"] == "/es/"
    assert client.get("/", headers={"accept-language": "fr"})["Location"] == "/ca/"
    client.get("/en/")
    assert client.get("/", headers={"accept-language": "es"})["Location"] == "/en/"


def test_missing_page_still_has_its_shell(client, built):
    response = client.get("/en/not-here/")
    assert response.status_code == 404
    assert "About the school" in response.content.decode()


def test_shell_stands_in_an_empty_database():
    Site.objects.all().delete()
    text = render_to_string("404.html", request=RequestFactory().get("/en/not-here/"))
    assert "Escola Llevant" in text


def test_brand_is_the_schools_and_may_be_kept(client, built):
    settings = SchoolSettings.for_site(built)
    settings.accent = "#0b4f6c"
    settings.save()
    response = client.get("/brand.css")
    assert "--accent-light:#0b4f6c" in response.content.decode()
    assert client.get("/brand.css", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("colour", ["#ffcc00", "red", "#12", "#000;}"])
def test_colour_one_cannot_read_is_refused(colour):
    with pytest.raises(ValidationError) as refused:
        SchoolSettings(accent=colour).clean()
    assert list(refused.value.message_dict) == ["accent"]


def test_default_colours_can_be_read():
    SchoolSettings().clean()


def test_sitemap_lists_public_pages_with_their_translations(client, built):
    ProgrammeFactory(code="nursing", page=True)
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    entries = {entry.find("s:loc", space).text: entry for entry in root}
    sheet = entries["http://localhost:8000/ca/programmes/nursing/"]
    assert {link.get("hreflang") for link in sheet.findall("x:link", space)} == {"ca", "es", "en"}
    assert len(entries) == 3 * 9


def test_robots_are_told_where_the_map_is(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
