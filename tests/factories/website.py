"""Pages around the catalogue for tests: published in Catalan, Spanish and English, with fixed values."""

from datetime import date

from wagtail.models import Page
from wagtail.rich_text import RichText

from programmes import site
from programmes.models import ArticleIndexPage, ArticlePage, FieldPage, HomePage, LandingPage, Topic
from tests.factories.programmes import MONDAY_9AM

LANGUAGES = ("ca", "es", "en")
STORY = [
    ("heading", "First things"),
    ("text", RichText("<p>Begin with a question.</p>")),
    ("quote", {"words": "Counting is deciding.", "who": "Neus"}),
    ("question", {"question": "Do I need mathematics?", "answer": RichText("<p>A little.</p>")}),
    ("button", {"label": "Look around", "address": "/en/programmes/", "page": None}),
]


def topic(slug: str = "work", name: str = "Work") -> Topic:
    return Topic.objects.get_or_create(slug=slug, defaults={"name_ca": name, "name_es": name, "name_en": name})[0]


def publish_article(slug: str = "start", *, programmes=(), topics=(), **fields) -> dict[str, ArticlePage]:
    """An article in the three languages, by language."""
    fields = {"title": slug.title(), "dated_on": date(2027, 1, 4), "intro": f"About {slug}.", "body": STORY} | fields
    made = {}
    for index in ArticleIndexPage.objects.select_related("locale"):
        page = ArticlePage(slug=slug, **fields)
        page.topics, page.programmes = list(topics), list(programmes)
        made[index.locale.language_code] = site.ensure_page(page, below=index, key=f"article:{slug}", at=MONDAY_9AM)
    return made


def publish_landing_page(slug: str = "spring", **fields) -> dict[str, LandingPage]:
    fields = {"title": "Change jobs", "promise": "Without starting from nothing", "body": STORY} | fields
    return {
        home.locale.language_code: site.ensure_page(
            LandingPage(slug=slug, **fields), below=home, key=f"landing:{slug}", at=MONDAY_9AM
        )
        for home in HomePage.objects.select_related("locale")
    }


def address(page: Page) -> str:
    return page.get_url()


def field_page(language: str) -> FieldPage:
    return FieldPage.objects.get(locale__language_code=language)
