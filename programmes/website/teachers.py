"""The people who teach: their list, and a page for each below it."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from people.own_data.links import absolute
from programmes import shell
from programmes.models import ProgrammePage, Teacher, TeachersPage
from programmes.website import articles, pictures, shown, structured


def teaching() -> QuerySet[Teacher]:
    """Those on a published sheet of a programme of the school on offer, by name."""
    pages = ProgrammePage.objects.live().filter(programme__is_open=True, programme__collection__is_own=True)
    return Teacher.objects.filter(pk__in=pages.values("teachers")).order_by("name")


def page_in(language: str) -> TeachersPage | None:
    return TeachersPage.objects.live().filter(locale__language_code=language).select_related("locale").first()


def give_slugs() -> int:
    """Give an address to each teacher who has none; return to how many."""
    taken = set(Teacher.objects.exclude(slug=None).values_list("slug", flat=True))
    given = 0
    for teacher in Teacher.objects.filter(Q(slug=None) | Q(slug="")).order_by("pk"):
        base = slugify(teacher.name)[:110] or f"teacher-{teacher.pk}"
        slug = next(one for one in _candidates(base, len(taken)) if one not in taken)
        Teacher.objects.filter(pk=teacher.pk).update(slug=slug)
        taken.add(slug)
        given += 1
    return given


def for_list(page: TeachersPage, request) -> dict[str, Any]:
    """Context of the list: everybody with the programmes they teach."""
    language, url = page.locale.language_code, page.get_url(request) or ""
    sheets = ProgrammePage.objects.live().filter(
        locale__language_code=language, programme__is_open=True, programme__collection__is_own=True
    )
    found = (
        teaching()
        .select_related("portrait")
        .prefetch_related(Prefetch("programmepage_set", queryset=sheets.order_by("title"), to_attr="sheets"))
    )
    return {
        "breadcrumb": shell.breadcrumb(page, request),
        "teachers": [
            {
                "teacher": one,
                "url": f"{url}{one.slug}/" if one.slug else "",
                "portrait": pictures.portrait(one.portrait),
                "titles": [sheet.title for sheet in one.sheets],
            }
            for one in sorted(found, key=lambda teacher: slugify(teacher.name))  # É stands with E
        ],
    }


def with_slug(slug: str) -> Teacher | None:
    """The teacher at that address."""
    return Teacher.objects.select_related("portrait").filter(slug=slug).first()


def for_teacher(page: TeachersPage, teacher: Teacher, request, *, at: datetime) -> dict[str, Any]:
    """Context of the page of one teacher."""
    language, on = page.locale.language_code, timezone.localdate(at)
    sheets = ProgrammePage.objects.live().filter(teachers=teacher, programme__is_open=True)
    programme_ids = sheets.order_by("title").values_list("programme", flat=True)
    written = articles.listed(language=language).filter(author=teacher)[: articles.MOST_BESIDE]
    *above, last = shell.breadcrumb(page, request)
    page_url = page.get_url(request) or ""
    breadcrumb = [*above, {"title": last["title"], "url": page_url}, {"title": teacher.name, "url": ""}]
    url = absolute(f"{page_url}{teacher.slug}/")
    portrait = pictures.portrait(teacher.portrait)
    person = structured.person(
        teacher, url=url, image=absolute(portrait) if portrait else "", of_school=shell.school_of(request)
    )
    return {
        "breadcrumb": breadcrumb,
        "teacher": teacher,
        "portrait": portrait,
        "programmes": shown.cards_of(programme_ids, request=request, language=language, on=on),
        "articles": articles.cards(written, request=request),
        "structured_data": structured.script(person, structured.breadcrumb(breadcrumb, url=url)),
    }


def _candidates(base: str, most: int):
    yield base
    for number in range(2, most + 3):
        yield f"{base}-{number}"
