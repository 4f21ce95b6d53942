"""Pages of fields and teachers, testimonials on them, and the map that lists them all."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.cache import caches

from programmes import models, site
from programmes.models import ArticlePage, FieldPage, ProgrammePage, TeachersPage
from programmes.website import shown, teachers
from tests.factories.programmes import MONDAY_9AM, FieldFactory, IntakeFactory, ProgrammeFactory, TeacherFactory
from tests.factories.website import LANGUAGES, publish_article

pytestmark = pytest.mark.django_db
TODAY = MONDAY_9AM.date()
LISTS = {"ca": "/ca/professorat/", "es": "/es/profesorado/", "en": "/en/teachers/"}
SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture(autouse=True)
def at_nine():
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


@pytest.fixture
def nursing():
    """A programme taught by one teacher, on a website that was built around it."""
    programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
    IntakeFactory(programme=programme)
    remei = TeacherFactory(name="Remei Fontanals", about_en="Thirty years of home visits.")
    for page in ProgrammePage.objects.filter(programme=programme):
        page.teachers.set([remei])
        page.save()
    site.build_site(at=MONDAY_9AM)
    return programme


def say(programme, **fields):
    permitted = {
        "words": "I learnt to listen.",
        "language": "en",
        "name_shown": "Berta",
        "said_on": TODAY,
        "permission_text": "On the website.",
        "permission_proof": models.Testimonial.Proof.PAPER,
        "permitted_at": MONDAY_9AM,
        "is_shown": True,
    }
    return models.Testimonial.objects.create(programme=programme, **permitted | fields)


def fresh(client, address):
    caches["pages"].clear()
    return client.get(address)


# --- building


def test_standing_pages_are_made_once_and_left_as_editors_change_them(nursing):
    page = FieldPage.objects.get(locale__language_code="en")
    page.title, page.slug = "Caring", "caring"
    page.save()
    TeachersPage.objects.filter(locale__language_code="en").update(title="Our people")
    site.build_site(at=MONDAY_9AM)
    assert FieldPage.objects.count() == TeachersPage.objects.count() == 3
    assert FieldPage.objects.get(locale__language_code="en").title == "Caring"
    assert TeachersPage.objects.get(locale__language_code="en").title == "Our people"


def test_website_works_without_the_newer_standing_pages(client):
    ProgrammeFactory(code="nursing", page=True)  # the tree alone, as a school has it that was built earlier
    assert TeachersPage.objects.count() == 0
    home = client.get("/en/")
    assert home.status_code == 200
    assert [field["url"] for field in home.context["fields"]] == ["/en/programmes/?field=health"]
    assert home.context["articles_url"] == ""
    assert client.get("/en/programmes/nursing/").status_code == 200


def test_fields_of_imported_catalogues_get_no_page(nursing):
    from tests.factories.programmes import CollectionFactory

    ProgrammeFactory(collection=CollectionFactory(), field=FieldFactory(slug="law", name_en="Law"))
    site.build_site(at=MONDAY_9AM)
    assert {page.field.slug for page in FieldPage.objects.all()} == {"health"}


def test_teachers_of_the_same_name_get_different_addresses():
    TeacherFactory.create_batch(2, name="Pau Riu")
    TeacherFactory(name="Pau Riu", slug="pau-riu")
    assert teachers.give_slugs() == 2
    assert teachers.give_slugs() == 0


# --- fields


@pytest.mark.parametrize(("language", "slug"), [("ca", "salut"), ("es", "salud"), ("en", "health")])
def test_field_shows_its_programmes_teachers_articles_and_voices(client, nursing, language, slug):
    publish_article("start", programmes=[nursing])
    say(nursing)
    response = client.get(f"/{language}/programmes/{slug}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert [card.title for card in response.context["cards"]] == ["Community nursing"]
    assert [teacher.name for teacher, _url in response.context["teachers"]] == ["Remei Fontanals"]
    assert [card.title for card in response.context["articles"]] == ["Start"]
    assert "I learnt to listen." in text
    assert 'id="enquiry-form"' in text
    assert '"@type": "BreadcrumbList"' in text
    assert ('<blockquote lang="en">' in text) == (language != "en")


def test_home_leads_to_the_page_of_a_field(client, nursing):
    fields = client.get("/en/").context["fields"]
    assert [(field["name"], field["url"]) for field in fields] == [("Health", "/en/programmes/health/")]


def test_nearest_start_comes_first_in_a_field(nursing):
    for code, starts_on in (("late", date(2027, 9, 1)), ("soon", date(2027, 2, 1))):
        IntakeFactory(programme=ProgrammeFactory(code=code, page=True), starts_on=starts_on, ends_on=None)
    undated = ProgrammeFactory(code="undated", page=True)
    ids = shown.of_field(nursing.field, on=TODAY)
    assert len(ids) == 4
    assert ids[-1] == undated.pk
    assert [one.code for one in sorted(nursing.field.programmes.all(), key=lambda one: ids.index(one.pk))] == [
        "soon", "nursing", "late", "undated",
    ]  # fmt: skip


def test_field_page_costs_the_same_for_one_programme_and_for_three(client, nursing, django_assert_max_num_queries):
    fresh(client, "/en/programmes/health/")
    with django_assert_max_num_queries(45) as few:
        fresh(client, "/en/programmes/health/")
    most = len(few)
    for number in range(2):
        IntakeFactory(programme=ProgrammeFactory(code=f"other-{number}", page=True))
    fresh(client, "/en/programmes/health/")
    with django_assert_max_num_queries(most):
        fresh(client, "/en/programmes/health/")


# --- testimonials


@pytest.mark.parametrize(
    "withheld",
    [
        {"is_shown": False},
        {"permitted_until": TODAY - timedelta(days=1)},
        {"is_shown": False, "withdrawn_at": MONDAY_9AM},
    ],
)
def test_words_without_a_permission_that_holds_are_shown_nowhere(client, nursing, withheld):
    say(nursing, **withheld)
    for address in ("/en/", "/en/programmes/health/", "/en/programmes/nursing/"):
        assert "I learnt to listen." not in fresh(client, address).content.decode()


def test_home_lets_no_programme_speak_for_all(nursing):
    say(nursing, words="First.")
    say(nursing, words="Second.")
    say(nursing, words="Tercera.", language="ca")
    assert len(shown.testimonials(None, language="en", on=TODAY)) == 1
    assert shown.testimonials(None, language="ca", on=TODAY)[0].words == "Tercera."


# --- teachers


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_who_teaches_is_listed_and_has_a_page(client, nursing, language):
    TeacherFactory(name="Nobody’s Teacher", slug="nobody")
    response = client.get(LISTS[language])
    assert [one["teacher"].name for one in response.context["teachers"]] == ["Remei Fontanals"]
    page = client.get(f"{LISTS[language]}remei-fontanals/")
    text = page.content.decode()
    assert [card.title for card in page.context["programmes"]] == ["Community nursing"]
    assert "Thirty years of home visits." in text
    assert '"@type": "Person"' in text
    assert f'<link rel="canonical" href="http://localhost:8000{LISTS[language]}remei-fontanals/">' in text
    assert {link.code: link.url for link in page.context["language_links"]} == {
        code: f"{address}remei-fontanals/" for code, address in LISTS.items()
    }


def test_unknown_teacher_is_not_found(client, nursing):
    assert client.get("/en/teachers/nobody/").status_code == 404
    assert client.get("/en/teachers/remei-fontanals/more/").status_code == 404


def test_accents_do_not_send_teachers_to_the_end_of_the_list(client, nursing):
    page = ProgrammePage.objects.get(programme=nursing, locale__language_code="en")
    page.teachers.set([TeacherFactory(name=name, slug=None) for name in ("Zoe Vila", "Émile Garnier", "Anna Pi")])
    page.save()
    listed = [one["teacher"].name for one in client.get("/en/teachers/").context["teachers"]]
    assert listed == ["Anna Pi", "Émile Garnier", "Remei Fontanals", "Zoe Vila"]


def test_list_of_teachers_costs_the_same_for_one_and_for_four(client, nursing, django_assert_max_num_queries):
    fresh(client, "/en/teachers/")
    with django_assert_max_num_queries(20) as few:
        fresh(client, "/en/teachers/")
    most = len(few)
    for page in ProgrammePage.objects.filter(programme=nursing):
        page.teachers.set([TeacherFactory(name=f"Teacher {number}", slug=None) for number in range(4)])
        page.save()
    fresh(client, "/en/teachers/")
    with django_assert_max_num_queries(most):
        fresh(client, "/en/teachers/")


# --- the map


def test_map_lists_teachers_with_their_translations_and_fresh_news(client, nursing):
    publish_article("oven", kind=ArticlePage.Kind.NEWS, dated_on=TODAY)
    publish_article("older", kind=ArticlePage.Kind.NEWS, dated_on=TODAY - timedelta(days=9))
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    entries = {entry.findtext("s:loc", namespaces=SPACES): entry for entry in root}
    teacher = entries["http://localhost:8000/en/teachers/remei-fontanals/"]
    assert {link.get("hreflang") for link in teacher.findall("x:link", SPACES)} == set(LANGUAGES)
    news = [address for address, entry in entries.items() if entry.find("n:news", SPACES) is not None]
    assert sorted(news) == [
        "http://localhost:8000/ca/articles/oven/",
        "http://localhost:8000/en/articles/oven/",
        "http://localhost:8000/es/articulos/oven/",
    ]
    assert entries[news[0]].find("n:news", SPACES).findtext("n:title", namespaces=SPACES) == "Oven"
