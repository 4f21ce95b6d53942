"""The search of the whole website."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import PageViewRestriction

from programmes import site
from programmes.models import (
    ArticleIndexPage,
    ArticlePage,
    FieldPage,
    HomePage,
    PageWords,
    TeachersPage,
    TextPage,
)
from programmes.search import page_words
from tests.factories.programmes import MONDAY_9AM, FieldFactory, IntakeFactory, ProgrammeFactory, TeacherFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


@pytest.fixture
def home():
    site.build_tree(at=MONDAY_9AM)
    return HomePage.objects.get(locale__language_code="en")


def _below(parent, page):
    page.locale = parent.locale
    page.live, page.last_published_at = True, MONDAY_9AM
    return parent.add_child(instance=page)


def _article(home, title="Why hospitals need data", **facts):
    index = ArticleIndexPage.objects.child_of(home).first() or _below(home, ArticleIndexPage(title="News", slug="news"))
    facts = {"dated_on": date(2027, 1, 4), "intro": "On nurses who count.", **facts}
    return _below(index, ArticlePage(title=title, **facts))


def _groups(response) -> dict[str, list[str]]:
    found = {group.name: [hit.title for hit in group.hits] for group in response.context["groups"]}
    if response.context["cards"]:
        found["programmes"] = [card.title for card in response.context["cards"]]
    return found


def test_everything_public_is_found_in_groups(client, home):
    health = FieldFactory(name_en="Nursing and care")
    teacher = TeacherFactory(name="Remei Fontanals", slug="remei-fontanals", role_en="Nurse")
    site.publish_programme(
        {"code": "a", "field": health}, {"en": {"title": "Community nursing", "teachers": [teacher]}}, at=MONDAY_9AM
    )
    _article(home, body=[("text", "<p>The nurse at night.</p>")])
    _below(home, TextPage(title="About us", slug="about-us", body="<p>Founded by a nurse in 1974.</p>"))
    _below(site.catalogue_in("en"), FieldPage(title="Nursing", slug="nursing", field=health, intro="Care."))
    _below(home, TeachersPage(title="Teachers", slug="teachers"))
    assert _groups(client.get("/en/search/", {"q": "nurse"})) == {
        "programmes": ["Community nursing"],
        "fields": ["Nursing"],
        "articles": ["Why hospitals need data"],
        "teachers": ["Remei Fontanals"],
        "pages": ["About us"],
    }


def test_excerpt_marks_the_words_and_escapes_the_rest(client, home):
    _article(home, intro="Salt & <b>bread</b> for bakers", body=[("text", "<p>Bread is a &lt;script&gt; of time</p>")])
    text = client.get("/en/search/", {"q": "bread"}).content.decode()
    assert "<mark>Bread</mark>" in text
    assert "Salt &amp; <mark>bread</mark> for bakers" in text
    assert "<script> of time" not in text


def test_pages_are_found_in_the_readers_language_only(client, home):
    _article(home)
    assert client.get("/ca/search/", {"q": "hospitals"}).context["total"] == 0


def test_drafts_and_private_pages_are_not_found(client, home):
    _article(home, title="Draft").unpublish()
    private = _article(home, title="Private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    _article(home, title="Public")
    assert _groups(client.get("/en/search/", {"q": "nurses"})) == {"articles": ["Public"]}


def test_page_is_found_by_its_new_words_once_it_is_published_again(client, home):
    article = _article(home)
    client.get("/en/search/", {"q": "hospitals"})
    article.title = "Why schools need data"
    with time_machine.travel(MONDAY_9AM.replace(hour=10), tick=False):
        article.save_revision().publish()
        assert _groups(client.get("/en/search/", {"q": "schools"})) == {"articles": ["Why schools need data"]}
        assert client.get("/en/search/", {"q": "hospitals"}).context["total"] == 0


def test_words_are_noted_once(home):
    _article(home)
    _below(home, TextPage(title="About us", slug="about-us"))
    assert page_words.bring_up_to_date(at=MONDAY_9AM) == 2
    assert page_words.bring_up_to_date(at=MONDAY_9AM) == 0
    assert PageWords.objects.count() == 2


def test_what_editors_recommend_comes_first_and_once(client, home):
    article = _article(home)
    query = Query.get("hospitals")
    SearchPromotion.objects.create(query=query, page=article, description="Start here", sort_order=0)
    SearchPromotion.objects.create(
        query=query, external_link_url="https://example.org/", external_link_text="Elsewhere", sort_order=1
    )
    response = client.get("/en/search/", {"q": " Hospitals "})
    assert [hit.title for hit in response.context["recommended"]] == ["Why hospitals need data", "Elsewhere"]
    assert _groups(response) == {}
    assert "Start here" in response.content.decode()


def test_misspelt_search_is_put_right_and_can_be_insisted_on(client, home):
    _article(home)
    response = client.get("/en/search/", {"q": "hospitlas"})
    assert _groups(response) == {"articles": ["Why hospitals need data"]}
    text = response.content.decode()
    assert "Showing results for <strong>hospitals</strong>" in text
    assert "Search instead for “hospitlas”" in text
    assert client.get(f"/en/search/{response.context['as_typed_url']}").context["total"] == 0


def test_teacher_is_found_by_a_misspelt_name(client, home):
    TeacherFactory(name="Remei Fontanals", slug="remei")
    teacher = TeacherFactory(name="Oriol Puigdevall", slug="oriol")
    site.publish_programme({"code": "a"}, {"en": {"title": "Any", "teachers": [teacher]}}, at=MONDAY_9AM)
    _below(home, TeachersPage(title="Teachers", slug="teachers"))
    assert _groups(client.get("/en/search/", {"q": "oriol puigdeval"})) == {"teachers": ["Oriol Puigdevall"]}
    assert client.get("/en/search/", {"q": "remei"}).context["total"] == 0  # teaches nothing on offer


@pytest.mark.parametrize("typed", ["", " ", "'(\"&|!:*<>", "\0", "⟦⟧", "x" * 500, "nothing at all of that"])
def test_empty_and_absurd_searches_do_no_harm(client, home, typed):
    assert client.get("/en/search/", {"q": typed}).status_code == 200


def test_search_is_for_people_not_for_robots(client, home):
    text = client.get("/en/search/", {"q": "x"}).content.decode()
    assert 'content="noindex, follow"' in text
    assert "/ca/search/?q=x" in text


def test_search_costs_as_many_queries_with_one_of_each_as_with_three(client, home):
    def queries() -> int:
        client.get("/en/search/", {"q": "nursing"})
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/en/search/", {"q": "nursing"}).context["total"]
        return len(captured)

    def plant():
        IntakeFactory(programme=ProgrammeFactory(title="Nursing", page=True))
        _article(home, title="On nursing")

    plant()
    with_one = queries()
    plant()
    plant()
    assert queries() == with_one <= 30
