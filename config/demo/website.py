"""The website of the demo around its sheets: articles and news, landing pages, fields, teachers, campuses, menus.

The texts are in ``texts/articles.toml``, ``texts/landing-pages.toml`` and ``texts/website.toml``.
"""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry
from wagtail.rich_text import RichText

from config.demo.cast import CampaignPlan, plan_campaigns
from programmes import site
from programmes.models import (
    LANGUAGES,
    ArticleIndexPage,
    ArticlePage,
    Campus,
    CataloguePage,
    FieldPage,
    HomePage,
    Intake,
    LandingPage,
    Menu,
    MenuEntry,
    Programme,
    Teacher,
    TeachersPage,
    TextPage,
    Topic,
)

TEXTS = Path(__file__).parent / "texts"
MENU: tuple[Any, ...] = (CataloguePage, ArticleIndexPage, TeachersPage, TextPage)
ASK = {"ca": "Pregunta’ns", "es": "Pregúntanos", "en": "Ask us"}


@cache
def texts(name: str) -> dict[str, Any]:
    """A file of texts as it is written."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def publish(*, at: datetime, today: date) -> None:
    """Write all of it, once the programmes and their intakes are there; a second run changes nothing.

    Standing pages are as old as ``at``; articles and news lie some weeks before ``today``.
    """
    _tell_of_teachers()
    _open_campuses()
    site.build_showcases(at=at)
    _tell_of_fields(at)
    _publish_articles(today)
    _publish_landing_pages(at, today)
    _write_menus()


def story(lines: Iterable[str]) -> list[tuple[str, Any]]:
    """The blocks of a text: ``# heading``, ``> words | who``, ``? question | answer``, or a paragraph."""
    blocks: list[tuple[str, Any]] = []
    for line in lines:
        sign, text = (line[0], line[2:]) if line[:2] in ("# ", "> ", "? ") else ("", line)
        first, _bar, second = (part.strip() for part in text.partition(" | "))
        if sign == "#":
            blocks.append(("heading", text))
        elif sign == ">":
            blocks.append(("quote", {"words": first, "who": second}))
        elif sign == "?":
            blocks.append(("question", {"question": first, "answer": RichText(f"<p>{second}</p>")}))
        else:
            blocks.append(("text", RichText(f"<p>{text}</p>")))
    return blocks


def _tell_of_teachers() -> None:
    for name, about in texts("website")["teachers"].items():
        fields = dict(zip(("about_ca", "about_es", "about_en"), about, strict=True))
        Teacher.objects.filter(name=name).update(**fields)


def _open_campuses() -> None:
    for name, facts in texts("website")["campuses"].items():
        access = dict(zip(("access_ca", "access_es", "access_en"), facts["access"], strict=True))
        fields = {"address": facts["address"], "is_step_free": facts["is_step_free"], **access}
        campus, _created = Campus.objects.update_or_create(name=name, defaults=fields)
        Intake.objects.filter(campus=name, venue=None).update(venue=campus)


def _tell_of_fields(at: datetime) -> None:
    for page in FieldPage.objects.select_related("field", "locale"):
        text = texts("website")["fields"].get(page.field.slug, {}).get(page.locale.language_code)
        if text and not page.intro:
            page.intro, page.body = text["intro"], story(text["body"])
            page.save()
            _date(page, at)


def _publish_articles(today: date) -> None:
    written = texts("articles")
    topics = {slug: _topic(slug, names) for slug, names in written["topics"].items()}
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    for article in written["article"]:
        dated_on = today - timedelta(weeks=article["weeks_ago"])
        for index in ArticleIndexPage.objects.select_related("locale"):
            text = article[index.locale.language_code]
            page = ArticlePage(
                title=text["title"],
                slug=text["slug"],
                kind=article["kind"],
                dated_on=dated_on,
                intro=text["intro"],
                body=story(text["body"]),
                author=Teacher.objects.filter(name=article["author"]).first(),
            )
            page.topics = [topics[slug] for slug in article["topics"]]
            page.programmes = [programmes[code] for code in article["programmes"]]
            published_at = timezone.make_aware(datetime.combine(dated_on, time(9)))
            page = site.ensure_page(page, below=index, key=f"article:{article['key']}", at=published_at)
            _date(page, published_at)


def _publish_landing_pages(at: datetime, today: date) -> None:
    """One page for each kind of campaign, for the newest of its kind; the addresses of earlier ones lead there."""
    newest: dict[str, CampaignPlan] = {}
    for plan in sorted(plan_campaigns(today), key=lambda plan: plan.starts_on):
        newest[_kind(plan)] = plan
    pages = {
        (kind, home.locale.language_code): _landing_page(kind, plan, home, at)
        for kind, plan in newest.items()
        for home in HomePage.objects.select_related("locale")
    }
    for plan in plan_campaigns(today):
        if plan == newest[_kind(plan)]:
            continue
        for language in LANGUAGES:
            old = f"/{language}/{plan.slug}"
            if not Redirect.objects.filter(old_path=old).exists():
                Redirect.add_redirect(old, redirect_to=pages[_kind(plan), language], is_permanent=False)


def _landing_page(kind: str, plan: CampaignPlan, home: HomePage, at: datetime) -> Page:
    written = texts("landing-pages")[kind]
    text = written[home.locale.language_code]
    page = LandingPage(
        title=text["title"],
        slug=plan.slug,
        promise=text["promise"],
        search_description=text["promise"],
        button=text["button"],
        body=story(text["body"]),
        goal=written["goal"],
        campaign=plan.slug,
        programme=Programme.objects.filter(code=written["programme"]).first(),
    )
    page = site.ensure_page(page, below=home, key=f"landing:{plan.slug}", at=at)
    _date(page, at)
    return page


def _kind(plan: CampaignPlan) -> str:
    """Of which kind a campaign is: how its code begins."""
    return next(kind for kind in texts("landing-pages") if plan.slug.startswith(kind))


def _write_menus() -> None:
    for language in LANGUAGES:
        menu, is_new = Menu.objects.get_or_create(place=Menu.Place.MAIN, language=language)
        if not is_new:
            continue
        for place, kind in enumerate(MENU):
            page = kind.objects.filter(locale__language_code=language, show_in_menus=True).first()
            MenuEntry.objects.create(menu=menu, page=page, sort_order=place)
        MenuEntry.objects.create(menu=menu, label=ASK[language], address="/enquire/", sort_order=len(MENU))


def _topic(slug: str, names: list[str]) -> Topic:
    fields = dict(zip(("name_ca", "name_es", "name_en"), names, strict=True))
    return Topic.objects.update_or_create(slug=slug, defaults=fields)[0]


def _date(page: Page, at: datetime) -> None:
    """Wagtail writes down by itself that pages were made, and knows no clock but the machine's."""
    PageLogEntry.objects.filter(page=page.pk).update(timestamp=at)
