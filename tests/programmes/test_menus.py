"""Menus that editors write, and what becomes of addresses that change."""

import pytest
from django.core.cache import caches
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from programmes import site
from programmes.models import Menu, MenuEntry, TextPage
from tests.factories.programmes import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def built():
    return site.build_site(at=MONDAY_9AM)


def write(language, *entries, place=Menu.Place.MAIN):
    menu = Menu.objects.create(place=place, language=language)
    for number, entry in enumerate(entries):
        MenuEntry.objects.create(menu=menu, sort_order=number, **entry)
    return menu


def page(slug):
    """The English page with that slug."""
    return Page.objects.get(slug=slug, locale__language_code="en")


def shown(client, address, menu="main_menu"):
    caches["pages"].clear()
    return [(link.title, link.url, link.current) for link in client.get(address).context[menu]]


def test_menu_of_an_editor_takes_the_place_of_the_usual_one(client):
    write("en", {"page": page("about"), "label": "Who we are"}, {"address": "/enquire/", "label": "Ask us"})
    assert shown(client, "/en/about/") == [("Who we are", "/en/about/", True), ("Ask us", "/enquire/", False)]
    assert next(title for title, _url, _current in shown(client, "/es/")) != "Who we are"


def test_menu_names_a_page_by_its_title_and_marks_where_one_is(client):
    write("en", {"page": page("teachers")})
    assert shown(client, "/en/teachers/") == [("Teachers", "/en/teachers/", True)]
    assert shown(client, "/en/") == [("Teachers", "/en/teachers/", False)]


def test_menu_leaves_out_what_was_taken_down(client):
    write("en", {"page": page("about")}, {"page": page("teachers")})
    page("about").specific.unpublish()
    assert [title for title, _url, _current in shown(client, "/en/")] == ["Teachers"]


def test_menu_at_the_foot_cannot_hide_the_small_print(client):
    write("en", {"page": page("teachers")}, place=Menu.Place.FOOTER)
    titles = [title for title, _url, _current in shown(client, "/en/", "footer_menu")]
    assert titles[0] == "Teachers"
    assert {"Privacy", "Legal notice", "Cookies"} <= set(titles)


def test_written_menus_cost_one_query(client, django_assert_max_num_queries):
    write("en", *({"page": page(slug)} for slug in ("about", "teachers")))
    shown(client, "/en/about/")
    caches["pages"].clear()
    with django_assert_max_num_queries(16):
        client.get("/en/about/")


def test_address_that_changes_leads_on_to_the_new_one_with_its_marks(client, django_capture_on_commit_callbacks):
    about = TextPage.objects.get(slug="about")
    about.slug = "who-we-are"
    with django_capture_on_commit_callbacks(execute=True):
        about.save_revision().publish()
    response = client.get("/en/about/?utm_campaign=spring")
    assert (response.status_code, response["Location"]) == (301, "/en/who-we-are/?utm_campaign=spring")


def test_address_of_an_older_website_leads_to_a_page(client):
    Redirect.add_redirect("/cursos/qui-som", redirect_to=page("about"))
    response = client.get("/cursos/qui-som")
    assert (response.status_code, response["Location"]) == (301, "/en/about/")
