"""Articles and news: their list, their pages, their feed, and where else they are shown."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.cache import caches
from wagtail.models import PageViewRestriction

from programmes import site
from programmes.models import ArticlePage
from programmes.website import articles
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory, TeacherFactory
from tests.factories.website import LANGUAGES, STORY, publish_article, topic

pytestmark = pytest.mark.django_db
INDEXES = {"ca": "/ca/articles/", "es": "/es/articulos/", "en": "/en/articles/"}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def built():
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield site.build_site(at=MONDAY_9AM)


@pytest.fixture
def nursing():
    programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
    IntakeFactory(programme=programme)
    return programme


def fresh(client, address):
    caches["pages"].clear()
    return client.get(address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_opens_in_every_language_with_its_articles(client, language):
    made = publish_article("start", topics=[topic()])
    text = client.get(INDEXES[language]).content.decode()
    assert made[language].url in text
    assert f'<link rel="canonical" href="http://localhost:8000{INDEXES[language]}">' in text
    assert text.count('rel="alternate" hreflang=') == 4  # three languages and x-default


@pytest.mark.parametrize("language", LANGUAGES)
def test_article_shows_its_author_programmes_and_text(client, nursing, language):
    author = TeacherFactory(name="Neus Batlle", slug="neus-batlle")
    made = publish_article("start", programmes=[nursing], topics=[topic()], author=author)
    response = client.get(made[language].url)
    text = response.content.decode()
    assert [card.title for card in response.context["programmes"]] == ["Community nursing"]
    assert "Begin with a question." in text
    assert "<blockquote><p>Counting is deciding.</p></blockquote>" in text
    assert "/neus-batlle/" in text
    assert '"@type": "Article"' in text
    assert 'name="programme" value="nursing"' in text  # one can ask about it right here
    assert response.context["minutes"] == 1


def test_news_say_that_they_are_news(client):
    made = publish_article("oven", kind=ArticlePage.Kind.NEWS)
    assert '"@type": "NewsArticle"' in client.get(made["en"].url).content.decode()


def test_list_is_narrowed_by_kind_and_topic(client):
    publish_article("start", topics=[topic("work", "Work")])
    publish_article("oven", topics=[topic("school", "School")], kind=ArticlePage.Kind.NEWS)
    assert titles(client, "?kind=news") == ["Oven"]
    assert titles(client, "?topic=work") == ["Start"]
    assert titles(client, "?topic=work&kind=news") == []
    assert titles(client, "?topic=nothing&kind=other") == ["Oven", "Start"]
    assert 'content="noindex, follow"' in client.get("/en/articles/?kind=news").content.decode()


def titles(client, query):
    context = client.get(f"/en/articles/{query}").context
    return sorted(card.title for card in [context["lead"], *context["cards"]] if card)


def test_newest_comes_first_and_large(client):
    publish_article("older", dated_on=date(2026, 5, 1))
    publish_article("newer", dated_on=date(2026, 9, 1))
    context = client.get("/en/articles/").context
    assert (context["lead"].title, [card.title for card in context["cards"]]) == ("Newer", ["Older"])


def test_private_and_unpublished_articles_are_not_listed(client):
    hidden = publish_article("hidden")["en"]
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    publish_article("draft")["en"].unpublish()
    assert titles(client, "") == []
    assert b"hidden" not in client.get("/en/articles/feed/").content


def test_second_page_of_a_long_list_has_an_address_of_its_own(client):
    for number in range(articles.PAGE_SIZE + 1):
        publish_article(f"story-{number}")
    response = client.get("/en/articles/?page=2")
    assert len(response.context["cards"]) == 1
    assert 'rel="canonical" href="http://localhost:8000/en/articles/?page=2"' in response.content.decode()


def test_list_costs_the_same_for_one_article_and_for_five(client, nursing, django_assert_max_num_queries):
    publish_article("start", programmes=[nursing], topics=[topic()])
    fresh(client, "/en/articles/")
    with django_assert_max_num_queries(25) as few:
        fresh(client, "/en/articles/")
    most = len(few)
    for number in range(4):
        publish_article(f"story-{number}", programmes=[nursing], topics=[topic()])
    with django_assert_max_num_queries(most):
        fresh(client, "/en/articles/")


def test_article_stays_within_its_queries(client, nursing, django_assert_max_num_queries):
    author = TeacherFactory(slug="remei")
    for slug in ("start", "second", "third"):
        made = publish_article(slug, programmes=[nursing], topics=[topic()], author=author)
    fresh(client, made["en"].url)
    with django_assert_max_num_queries(40):
        fresh(client, made["en"].url)


# --- the feed


@pytest.mark.parametrize("language", LANGUAGES)
def test_feed_is_rss_with_the_newest_first(client, language):
    publish_article("older", dated_on=date(2026, 5, 1))
    made = publish_article("newer", dated_on=date(2026, 9, 1), topics=[topic()], title="Salt & pepper <soup>")
    response = client.get(f"{INDEXES[language]}feed/")
    channel = ElementTree.fromstring(response.content).find("channel")
    items = channel.findall("item")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel.findtext("language") == language
    assert channel.find(f"{ATOM}link").get("href") == f"http://localhost:8000{INDEXES[language]}feed/"
    assert [item.findtext("title") for item in items] == ["Salt & pepper <soup>", "Older"]
    assert items[0].findtext("link") == items[0].findtext("guid") == f"http://localhost:8000{made[language].url}"
    assert items[0].findtext("pubDate") == "Tue, 01 Sep 2026 12:00:00 +0200"
    assert "Work" in [category.text for category in items[0].findall("category")]


def test_feed_of_one_topic_has_only_that_topic(client):
    publish_article("start", topics=[topic("work", "Work")])
    publish_article("oven", topics=[topic("school", "School")])
    root = ElementTree.fromstring(client.get("/en/articles/feed/?topic=work").content)
    assert [item.findtext("title") for item in root.iter("item")] == ["Start"]


def test_reader_that_has_the_feed_is_told_so(client):
    publish_article("start")
    first = client.get("/en/articles/feed/")
    again = client.get("/en/articles/feed/", headers={"if-modified-since": first["Last-Modified"]})
    assert again.status_code == 304
    later = (MONDAY_9AM - timedelta(days=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert client.get("/en/articles/feed/", headers={"if-modified-since": later}).status_code == 200


def test_list_and_home_lead_to_the_feed_and_the_list(client):
    publish_article("start")
    assert 'type="application/rss+xml"' in client.get("/en/articles/").content.decode()
    home = client.get("/en/")
    assert [card.title for card in home.context["articles"]] == ["Start"]
    assert home.context["articles_url"] == "/en/articles/"


def test_article_about_a_programme_is_found_from_it(rf, nursing):
    publish_article("start", programmes=[nursing])
    publish_article("other")
    found = articles.about([nursing.pk], language="en", request=rf.get("/en/"))
    assert [card.title for card in found] == ["Start"]


def test_markup_in_a_title_is_shown_as_text(client):
    made = publish_article("start", title='</script><script src="//evil.example">', body=STORY)
    text = client.get(made["en"].url).content.decode()
    assert '<script src="//evil' not in text
