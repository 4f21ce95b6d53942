"""The website's tree: a home, a catalogue and the plain pages in three languages, and the sheets below them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site
from wagtail.rich_text import RichText

from programmes import words
from programmes.editing import moderation
from programmes.models import (
    LANGUAGES,
    ArticleIndexPage,
    CataloguePage,
    Collection,
    Field,
    FieldPage,
    HomePage,
    Intake,
    Programme,
    ProgrammePage,
    SchoolSettings,
    TeachersPage,
    TextPage,
)
from programmes.site_texts import ARTICLES, CATALOGUE, HOMES, SCHOOL, TEACHERS, TEXT_PAGES
from programmes.told import versions
from programmes.website import teachers

OWN_COLLECTION = "own"
# Translations of one page share a key; made from its name, so that a second run finds what the first one made.
_KEYS = UUID("8a4d2a1e-64cb-4c0e-9d0b-3f1f6a0a5b7c")


class NoCatalogue(Exception):
    """The website has not been built: there is no catalogue page to put sheets below."""


@transaction.atomic
def build_site(*, at: datetime) -> Site:
    """Make what is missing of the three-language tree; what editors changed since stays as it is."""
    site = build_tree(at=at)
    moderation.arrange()
    build_showcases(at=at)
    for language, home in _homes().items():
        for name, texts in TEXT_PAGES.items():
            page = TextPage(is_legal=name != "about", show_in_menus=name == "about", **texts[language])
            ensure_page(page, below=home, key=name, at=at)
    return site


@transaction.atomic
def build_showcases(*, at: datetime) -> None:
    """Make what is missing of the lists of articles and teachers, and of the page of each field of the school.

    Teachers without an address get one, so that they have a page.
    """
    for language, home in _homes().items():
        ensure_page(ArticleIndexPage(show_in_menus=True, **ARTICLES[language]), below=home, key="articles", at=at)
        ensure_page(TeachersPage(show_in_menus=True, **TEACHERS[language]), below=home, key="teachers", at=at)
    fields = Field.objects.filter(programmes__collection__is_own=True).distinct().order_by("pk")
    for language in LANGUAGES:
        catalogue = catalogue_in(language)
        for field in fields:
            name = getattr(field, f"name_{language}") or field.name
            page = FieldPage(title=name, slug=slugify(name) or field.slug, field=field)
            ensure_page(page, below=catalogue, key=f"field:{field.slug}", at=at)
    teachers.give_slugs()


@transaction.atomic
def build_tree(*, at: datetime) -> Site:
    """Make the homes and catalogues only, the site that shows them, and the school's own collection."""
    root = Page.objects.get(depth=1)
    for language in LANGUAGES:
        Locale.objects.get_or_create(language_code=language)
    for language in LANGUAGES:
        home = ensure_page(HomePage(**HOMES[language]), below=root, key="home", at=at, language=language)
        catalogue = CataloguePage(slug="programmes", show_in_menus=True, **CATALOGUE[language])
        ensure_page(catalogue, below=home, key="catalogue", at=at)
    site = _point_site_at(HomePage.objects.get(locale__language_code=settings.LANGUAGE_CODE))
    # Wagtail comes with a page that welcomes its developer; it is the only bare Page at that depth.
    for welcome in Page.objects.filter(depth=2, content_type__model="page", content_type__app_label="wagtailcore"):
        welcome.delete()
    SchoolSettings.objects.get_or_create(site=site, defaults=SCHOOL)
    own_collection()
    return site


def own_collection() -> Collection:
    """The collection of what the school itself teaches."""
    own = Collection.objects.filter(is_own=True).first()
    return own or Collection.objects.create(slug=OWN_COLLECTION, name=SCHOOL["name"], is_own=True)


def catalogue_in(language: str) -> CataloguePage:
    """The catalogue in ``language``. Raises NoCatalogue before the site is built."""
    found = CataloguePage.objects.filter(locale__language_code=language).select_related("locale").first()
    if found is None:
        raise NoCatalogue(language)
    return found


@transaction.atomic
def publish_programme(facts: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]], *, at: datetime) -> Programme:
    """Make or rewrite a programme, known by its code, and one published sheet for each language in ``texts``.

    ``facts`` are fields of Programme, and ``intakes``: a list of fields of Intake. A text is fields of ProgrammePage;
    ``syllabus`` is pairs of title and text, ``questions`` pairs of question and answer, ``teachers`` Teacher rows.
    Sheets in several languages are translations of one another. Raises NoCatalogue before the site is built.
    """
    facts = dict(facts)
    intakes: Iterable[Mapping[str, Any]] = facts.pop("intakes", ())
    code = facts.pop("code")
    facts.setdefault("collection", None)
    facts["collection"] = facts["collection"] or own_collection()
    facts.setdefault("title", next(iter(texts.values()))["title"])
    programme, _created = Programme.objects.update_or_create(code=code, defaults=facts)
    for intake in intakes:
        fields = dict(intake)
        Intake.objects.update_or_create(programme=programme, code=fields.pop("code"), defaults=fields)
    words.write([_publish_sheet(programme, language, text, at=at) for language, text in texts.items()])
    versions.note([programme.pk], at=at)
    return programme


def _publish_sheet(programme: Programme, language: str, text: Mapping[str, Any], *, at: datetime) -> ProgrammePage:
    fields = dict(text)
    teachers = fields.pop("teachers", ())
    fields["syllabus"] = [("unit", {"title": title, "text": words}) for title, words in fields.pop("syllabus", ())]
    fields["questions"] = [
        ("question", {"question": question, "answer": RichText(_paragraphs(answer))})
        for question, answer in fields.pop("questions", ())
    ]
    for name in ("problem", "outcome", "proof", "description", "requirements"):
        fields[name] = _paragraphs(fields.get(name, ""))
    page = ProgrammePage.objects.filter(programme=programme, locale__language_code=language).first()
    if page is None:
        fields.setdefault("slug", slugify(fields["title"]) or programme.code)
        page = ProgrammePage(programme=programme, **fields)
        page = ensure_page(page, below=catalogue_in(language), key=f"programme:{programme.uuid}", at=at)
    else:
        for name, value in fields.items():
            setattr(page, name, value)
        page.live, page.last_published_at = True, at
    page.teachers.set(teachers)
    page.save()
    return page


def _paragraphs(text: str) -> str:
    """Plain text with blank lines between paragraphs becomes rich text; rich text stays."""
    if not text or text.lstrip().startswith("<"):
        return text
    return "".join(f"<p>{block.strip()}</p>" for block in text.split("\n\n") if block.strip())


def _homes() -> dict[str, HomePage]:
    return {home.locale.language_code: home for home in HomePage.objects.select_related("locale")}


def ensure_page(page: Any, *, below: Page, key: str, at: datetime, language: str = "") -> Any:
    """The translation of ``key`` in that language: the one that exists, or ``page``, published below ``below``."""
    locale = Locale.objects.get(language_code=language) if language else below.locale
    translation_key = uuid5(_KEYS, key)
    existing = type(page).objects.filter(translation_key=translation_key, locale=locale).first()
    if existing:
        return existing
    page.locale, page.translation_key = locale, translation_key
    page.live, page.first_published_at, page.last_published_at = True, at, at
    page.slug = _free_slug(page.slug, below=below)
    below.refresh_from_db(fields=["path", "numchild"])
    return below.add_child(instance=page)


def _free_slug(slug: str, *, below: Page) -> str:
    taken = set(below.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    return next(candidate for number in range(2, len(taken) + 3) if (candidate := f"{slug}-{number}") not in taken)


def _point_site_at(home: HomePage) -> Site:
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.pk is None or not isinstance(site.root_page.specific, HomePage):
        site.hostname, site.port = address.hostname or "localhost", port
        site.root_page, site.site_name = home, SCHOOL["name"]
        site.save()
    return site
