"""What every page of the website shows around its content: the school, the menus, the languages.

Nothing is read until a template asks, so that pages of the back office pay nothing. Without a site, or with an empty
database, the defaults of the school and empty menus are shown.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from programmes.models import ArticleIndexPage, CataloguePage, Menu, MenuEntry, SchoolSettings, TextPage

BELOW_HOME = 3  # the depth in the tree: root, home, and then these


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class LanguageLink:
    code: str
    label: str
    url: str
    current: bool = False


def site_shell(request) -> dict[str, Any]:
    """Context of every template: ``school``, ``main_menu``, ``footer_menu``, ``language_links``."""
    found = getattr(request, "_site_shell", None)
    if found is None:
        found = request._site_shell = {
            "school": SimpleLazyObject(lambda: school_of(request)),
            "main_menu": SimpleLazyObject(lambda: menu(request, Menu.Place.MAIN)),
            "footer_menu": SimpleLazyObject(lambda: menu(request, Menu.Place.FOOTER)),
            "language_links": SimpleLazyObject(lambda: language_links(request)),
        }
    return found


def menu(request, place: str) -> list[Link]:
    """The links of a menu: those an editor wrote, else the standing pages marked for it.

    At the foot the legal pages stand in any case: a menu adds to them, it cannot hide them.
    """
    written = _written_menus(request).get(place)
    if place == Menu.Place.MAIN:
        if written is not None:
            return written
        return [link for page, link in standing_pages(request) if page.show_in_menus]
    small_print = [link for page, link in standing_pages(request) if page.is_small_print]
    there = {link.url for link in written or ()}
    return [*(written or ()), *(link for link in small_print if link.url not in there)]


def school_of(request=None) -> SchoolSettings:
    """The school's settings; its defaults while there is no site."""
    if request is not None and Site.find_for_request(request):
        return SchoolSettings.for_request(request)  # which remembers it for the request
    site = Site.objects.filter(is_default_site=True).first()
    return SchoolSettings.for_site(site) if site else SchoolSettings()


def current_page(request) -> Page | None:
    """The page of the website this request reads, None on every other address."""
    route = getattr(request, "_wagtail_route_for_request", None)
    return route[0] if route else None


def language_links(request) -> list[LanguageLink]:
    """This page in each language; where there is no translation, the home page in that language."""
    here = (get_language() or settings.LANGUAGE_CODE)[:2]
    page = current_page(request)
    if page is None:
        address = request.get_full_path() if request.method == "GET" else request.path
        links = {
            code: f"{reverse('choose_language', args=[code])}?{urlencode({'next': address})}"
            for code, _label in settings.LANGUAGES
        }
    else:
        links = _translated(page, request)
    return [LanguageLink(code, label, links[code], current=code == here) for code, label in settings.LANGUAGES]


def translations(page: Page) -> dict[str, Page]:
    """The published translations of a page, itself included, by language. One query for each page object."""
    found = page.__dict__.get("_published_translations")
    if found is None:
        pages = page.get_translations(inclusive=True).live().select_related("locale")
        found = page._published_translations = {one.locale.language_code: one for one in pages}
    return found


def place_below(request) -> str:
    """What this request reads below the address of its page, such as ``remei-fontanals/`` below the teachers."""
    return getattr(request, "place_below_page", "")


def breadcrumb(page: Page, request) -> list[dict[str, str]]:
    """From the home page down to ``page``; what stands between is among the standing pages."""
    school = school_of(request)
    above = [link for standing, link in standing_pages(request) if page.is_descendant_of(standing)]
    links = [Link(school.name, f"/{(get_language() or settings.LANGUAGE_CODE)[:2]}/"), *above, Link(page.title, "")]
    return [{"title": link.title, "url": link.url} for link in links]


def _translated(page: Page, request) -> dict[str, str]:
    links = {code: f"/{code}/" for code, _label in settings.LANGUAGES}
    for code, translation in translations(page).items():
        links[code] = (translation.get_url(request) or links.get(code, "/")) + place_below(request)
    # Filters and searches are the same in every language.
    if request.GET and (isinstance(page, CataloguePage | ArticleIndexPage) or place_below(request)):
        links = {code: f"{url}?{request.GET.urlencode()}" for code, url in links.items()}
    return links


def standing_pages(request) -> list[tuple[Any, Link]]:
    """The pages right below the home in the reader's language, with their links. One query for each request."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    known = request.__dict__.setdefault("_standing_pages", {})
    if language not in known:
        known[language] = _read_standing_pages(request, language)
    return known[language]


def _written_menus(request) -> dict[str, list[Link]]:
    """The links of the menus that editors wrote in the reader's language, by place. One query for each request."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    known = request.__dict__.setdefault("_written_menus", {})
    if language not in known:
        known[language] = _read_menus(request, language)
    return known[language]


def _read_menus(request, language: str) -> dict[str, list[Link]]:
    here = current_page(request)
    entries = MenuEntry.objects.filter(menu__language=language).select_related("menu", "page__locale")
    found: dict[str, list[Link]] = {}
    for entry in entries.order_by("menu_id", "sort_order", "pk"):
        links = found.setdefault(entry.menu.place, [])
        if entry.page is None:
            links.append(Link(entry.label, entry.address, current=entry.address == request.path))
        elif entry.page.live and (url := entry.page.get_url(request)):  # not to what was taken down meanwhile
            links.append(Link(entry.label or entry.page.title, url, current=bool(here and _leads_to(entry.page, here))))
    return found


def _leads_to(page: Page, here: Page) -> bool:
    """Whether ``here`` is found under ``page``; everything is under a home, so that only counts for itself."""
    return here.pk == page.pk or (page.depth >= BELOW_HOME and _is_within(here, page))


def _read_standing_pages(request, language: str) -> list[tuple[Any, Link]]:
    here = current_page(request)
    small_print = TextPage.objects.filter(pk=OuterRef("pk"), is_legal=True)
    pages = (
        Page.objects.live()
        .filter(depth=BELOW_HOME, locale__language_code=language)
        .select_related("locale")
        .annotate(is_small_print=Exists(small_print))
        .order_by("path")
    )
    return [
        (page, Link(page.title, page.get_url(request) or "/", current=bool(here and _is_within(here, page))))
        for page in pages
    ]


def _is_within(here: Page, page: Page) -> bool:
    return here.path.startswith(page.path)
