"""What is exported: the programmes of a collection with their intakes and sheets, read once for any format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Prefetch

from people.own_data.links import absolute
from programmes import shell
from programmes.catalogue_import import wording
from programmes.catalogue_import.compare import URN
from programmes.feeds import ProgrammeRecord, RejectedRecord, exact
from programmes.models import LANGUAGES, Collection, Intake, Programme, ProgrammePage


@dataclass(frozen=True)
class Catalogue:
    """A collection on one day. ``provider`` is whose programmes they are."""

    collection: Collection
    on: date
    provider: str
    provider_url: str
    rows: list["Row"]


@dataclass(frozen=True)
class Row:
    """One programme; ``pages`` by language, the first of which gives the formats with one language their words."""

    programme: Programme
    intakes: list[Intake]
    pages: dict[str, ProgrammePage]
    collection_slug: str

    @property
    def id(self) -> str:
        return self.programme.external_id or f"{URN}{self.programme.uuid}"

    @property
    def page(self) -> ProgrammePage | None:
        return next(iter(self.pages.values()), None)

    @property
    def title(self) -> str:
        return self.page.title if self.page else self.programme.title

    @property
    def url(self) -> str:
        return absolute(self.page.get_url()) if self.page and self.page.get_url() else ""

    def facts(self) -> dict[str, str]:
        """Everything that is stated of the programme, with where it belongs and which sheets it has."""
        about = {"languages": " ".join(self.pages)}
        return (
            exact.of_programme(self.programme)
            | about
            | ({"collection": self.collection_slug} if self.collection_slug else {})
        )


def intake_id(intake: Intake) -> str:
    """How an export names an intake: by the identifier of the source, else by its code."""
    return intake.external_id or f"#{intake.code}"


def offered(collection_slug: str = "", *, on: date, is_public: bool = False) -> Catalogue:
    """The collection with that slug, or the school's own; in public, what is on offer and has a published sheet."""
    if collection_slug:
        collection = Collection.objects.get(slug=collection_slug)
    else:
        collection = Collection.objects.filter(is_own=True).first() or Collection(is_own=True)
    school = shell.school_of()
    pages = ProgrammePage.objects.live().select_related("locale").prefetch_related("teachers")
    found = Programme.objects.filter(collection=collection.pk).select_related("field").order_by("code")
    found = found.prefetch_related(
        Prefetch("intakes", queryset=Intake.objects.select_related("venue").order_by("starts_on", "pk")),
        Prefetch("pages", queryset=pages),
    )
    rows = []
    for programme in found:
        by_language = {page.locale.language_code: page for page in programme.pages.all()}
        sheets = {language: by_language[language] for language in LANGUAGES if language in by_language}
        if is_public and not (programme.is_open and sheets):
            continue
        intakes = [intake for intake in programme.intakes.all() if intake.is_open or not is_public]
        rows.append(Row(programme, intakes, sheets, "" if collection.is_own else collection.slug))
    provider = school.name if collection.is_own else collection.name
    return Catalogue(collection, on, provider, absolute("/") if collection.is_own else "", rows)


# --- what a format's own words leave unsaid ------------------------------------------------------------------------


@dataclass(frozen=True)
class Unsaid:
    """What has to stand beside a format's own words, so that reading gives back what is there."""

    facts: dict[str, str]
    texts: dict[str, dict[str, str]]
    intakes: list[dict[str, str]]


def unsaid(row: Row, read: Callable[[], ProgrammeRecord | RejectedRecord]) -> Unsaid:
    """Read the format's words as the importer would, and find what does not come back as it is."""
    record = read()
    facts = row.facts()
    intakes = [exact.of_intake(intake) for intake in row.intakes]
    texts = {language: exact.of_page(page) for language, page in row.pages.items()}
    if isinstance(record, RejectedRecord) or len(record.intakes) != len(intakes):
        return Unsaid(facts, texts, intakes)
    first = next(iter(row.pages), "")
    said = wording.programme_facts(record)
    rest = _rest(facts, said, lambda name: getattr(row.programme, name))
    if first:
        texts[first] = _rest(
            texts[first], next(iter(wording.sheet_texts(record, otherwise=first).values())),
            lambda name: getattr(row.pages[first], name),
        )  # fmt: skip
    starts = []
    for intake, told, read_intake in zip(row.intakes, intakes, record.intakes, strict=True):
        said = wording.intake_facts(read_intake)[0]
        starts.append(_rest(told, said, partial(getattr, intake)))
    return Unsaid(rest, texts, starts)


_FIELD_OF = {said: name for name, said in exact.MONEY.items()}


def _rest(told: Mapping[str, str], said: Mapping[str, Any], value_of: Callable[[str], Any]) -> dict[str, str]:
    """Of what is told, what is not said, or said differently. An amount goes with its currency."""
    rest = {}
    for told_name, text in told.items():
        name = _FIELD_OF.get(told_name, told_name)
        if name in said and name != "venue" and said[name] == value_of(name):
            continue
        rest[told_name] = text
    if rest.keys() & _FIELD_OF.keys() and "currency" in told:
        rest["currency"] = told["currency"]
    return rest
