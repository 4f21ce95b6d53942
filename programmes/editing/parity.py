"""Language parity: which sheet or article lacks a language, or says in one what another no longer says.

A translation is out of date when the words of its source changed after its own words did, and nobody has found it right
since. Publishing a page again without changing its words makes no translation old.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from people.models import User
from programmes.models import LANGUAGES, ArticlePage, LanguageVersion, ProgrammePage

COMMON = ("title", "seo_title", "search_description")
TEXTS: dict[type[Page], tuple[str, ...]] = {
    ProgrammePage: (
        *COMMON, "promise", "problem", "symptoms", "outcome", "proof", "description", "requirements", "accreditation",
        "careers", "syllabus", "questions", "body",
    ),
    ArticlePage: (*COMMON, "intro", "body"),
}  # fmt: skip
NOTED_AT_ONCE = 500  # pages read in one go by the sweep

MISSING, DRAFT, OUT_OF_DATE, GAPS, CURRENT = "missing", "draft", "out_of_date", "gaps", "current"
STATES = {
    MISSING: _("Missing"),
    DRAFT: _("Not published"),
    OUT_OF_DATE: _("Out of date"),
    GAPS: _("With gaps"),
    CURRENT: _("Up to date"),
}


@dataclass(frozen=True)
class Version:
    """A page in one language beside its source; without a page it is missing."""

    language: str
    state: str
    page_id: int | None = None
    changed_at: datetime | None = None
    source_changed_at: datetime | None = None
    empty: tuple[str, ...] = ()  # labels of texts that the source has and this one has not
    is_source: bool = False

    @property
    def label(self) -> str:
        return str(STATES[self.state])


@dataclass(frozen=True)
class Row:
    """One sheet or article in every language of the website."""

    key: Any
    title: str
    versions: tuple[Version, ...]

    @property
    def is_whole(self) -> bool:
        return all(version.state == CURRENT for version in self.versions)

    def has(self, state: str) -> bool:
        return any(version.state == state for version in self.versions)


@dataclass(frozen=True)
class _Found:
    pk: int
    key: Any
    language: str
    title: str
    is_live: bool
    changed_at: datetime | None
    checked_at: datetime | None
    empty: tuple[str, ...]

    @property
    def vouched_at(self) -> datetime | None:
        return max(filter(None, (self.changed_at, self.checked_at)), default=None)


def rows(pages: Iterable[Page]) -> dict[Any, Row]:
    """The languages of these sheets or articles, by translation key. Three queries for any number."""
    pages = list(pages)
    if not pages:
        return {}
    return of_keys(type(pages[0]), {page.translation_key for page in pages})


def of_keys(model: type[Page], keys: Iterable[Any]) -> dict[Any, Row]:
    keys = list(keys)
    found: dict[Any, dict[str, _Found]] = {}
    values = model.objects.filter(translation_key__in=keys).values_list(
        "pk", "translation_key", "locale__language_code", "title", "live", "last_published_at",
        "language_version__changed_at", "language_version__checked_at", "language_version__empty",
    )  # fmt: skip
    for pk, key, language, title, is_live, published_at, changed_at, checked_at, empty in values:
        one = _Found(pk, key, language, title, is_live, changed_at or published_at, checked_at, tuple(empty or ()))
        found.setdefault(key, {})[language] = one
    chosen = TranslationSource.objects.filter(object_id__in=keys)
    sources = dict(chosen.values_list("object_id", "locale__language_code"))
    return {key: _row(model, key, pages, sources.get(key, "")) for key, pages in found.items()}


def note(page: Page) -> None:
    """Write down what the words of a published page are; if they changed, they did so with this publication."""
    if type(page) in TEXTS and page.last_published_at:
        _note([page])


def note_missed(*, at: datetime) -> int:
    """Note every published page whose last publication was not noted; return how many."""
    noted = 0
    for model in TEXTS:
        missed = model.objects.filter(live=True, last_published_at__lte=at).filter(
            Q(language_version=None) | Q(language_version__noted_at__lt=F("last_published_at"))
        )
        ids = list(missed.values_list("pk", flat=True))
        for start in range(0, len(ids), NOTED_AT_ONCE):
            noted += _note(list(model.objects.filter(pk__in=ids[start : start + NOTED_AT_ONCE])))
    return noted


def find_right(page: Page, *, at: datetime, by: User) -> None:
    """Note that ``by`` compared a translation with its source and found that nothing needs to change."""
    note(page)
    LanguageVersion.objects.filter(page=page).update(checked_at=at, checked_by=by)
    log(instance=page, action="programmes.find_translation_right", user=by)


def fingerprint(page: Page) -> str:
    """What the words of a page come down to; the same words give the same."""
    said = {name: _said(page, name) for name in TEXTS[type(page)]}
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def empty_texts(page: Page) -> list[str]:
    """The names of the fields in which a page says nothing."""
    return [name for name in TEXTS[type(page)] if not _said(page, name)]


def _note(pages: Sequence[Page]) -> int:
    known = LanguageVersion.objects.in_bulk([page.pk for page in pages])
    noted = []
    for page in pages:
        before, words = known.get(page.pk), fingerprint(page)
        has_changed = before is None or before.fingerprint != words
        noted.append(
            LanguageVersion(
                page_id=page.pk,
                fingerprint=words,
                changed_at=page.last_published_at if has_changed or before is None else before.changed_at,
                noted_at=page.last_published_at,
                empty=empty_texts(page),
            )
        )
    # The rows of ``checked_at`` stay: they say something about an instant, and a later change outruns them by itself.
    LanguageVersion.objects.bulk_create(
        noted,
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["fingerprint", "changed_at", "noted_at", "empty"],
    )
    return len(noted)


def _row(model: type[Page], key: Any, found: dict[str, _Found], chosen: str) -> Row:
    wanted = dict.fromkeys([chosen, settings.LANGUAGE_CODE, *LANGUAGES, *found])
    source = next(found[code] for code in wanted if code in found)
    versions = tuple(_version(model, code, found.get(code), source) for code in LANGUAGES)
    return Row(key, source.title, versions)


def _version(model: type[Page], language: str, one: _Found | None, source: _Found) -> Version:
    if one is None:
        return Version(language, MISSING, source_changed_at=source.changed_at)
    missing = [name for name in one.empty if name not in source.empty and name not in ("seo_title",)]
    labels = tuple(str(model._meta.get_field(name).verbose_name) for name in missing)
    is_source = one.pk == source.pk
    if not one.is_live:
        state = DRAFT
    elif not is_source and source.changed_at and (one.vouched_at is None or source.changed_at > one.vouched_at):
        state = OUT_OF_DATE
    else:
        state = GAPS if labels else CURRENT
    return Version(language, state, one.pk, one.changed_at, source.changed_at, labels, is_source)


def _said(page: Page, name: str) -> Any:
    value = getattr(page, name)
    if isinstance(page._meta.get_field(name), StreamField):
        return [_without_ids(block) for block in value.get_prep_value()]
    text = value or ""
    return text if strip_tags(text).strip() else ""


def _without_ids(value: Any) -> Any:
    """A block without the identifiers Wagtail gives it, which differ from language to language."""
    if isinstance(value, dict):
        return {key: _without_ids(one) for key, one in value.items() if key != "id"}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value
