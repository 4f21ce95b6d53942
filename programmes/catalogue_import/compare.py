"""What of a catalogue is new, what differs from what is there, and what is gone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.text import slugify

from programmes.catalogue_import import wording
from programmes.feeds import IntakeRecord, ProgrammeRecord, exact
from programmes.models import LANGUAGES, Campus, CataloguePage, Collection, Field, Intake, Programme, ProgrammePage

URN = "urn:uuid:"  # how an export names a programme that has no identifier of another system
SHOWN_FIRST = 12
ONLY_WHEN_NEW = ("code", "slug", "teachers")  # addresses stay as they are, and who teaches is for editors to say


@dataclass
class Changes:
    """What is to be written: new rows, and old rows with their fields as they were."""

    named: list[Field | Campus] = field(default_factory=list)  # fields of study and campuses that nobody had named
    programmes: list[Programme] = field(default_factory=list)
    intakes: list[Intake] = field(default_factory=list)
    pages: list[ProgrammePage] = field(default_factory=list)
    before: list[tuple[models.Model, dict[str, Any]]] = field(default_factory=list)
    known: list[Programme] = field(default_factory=list)  # those of ``before``, themselves or with what is theirs
    updated: int = 0
    unchanged: int = 0
    closed: int = 0
    notes: list[dict[str, Any]] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)  # for the preview: what would become of the first


def compare(records: Iterable[ProgrammeRecord], collection: Collection, *, is_complete: bool = False) -> Changes:
    """Compare a feed with a collection. If it is complete, what it does not name goes off offer, what it names on."""
    return _Comparison(list(records), collection, is_complete=is_complete).run()


class _Comparison:
    def __init__(self, records: list[ProgrammeRecord], collection: Collection, *, is_complete: bool):
        self.records, self.collection, self.is_complete = records, collection, is_complete
        self.changes = Changes()
        there = collection.programmes if collection.pk else Programme.objects.none()
        self.there = list(
            there.select_related("field").prefetch_related(
                models.Prefetch("intakes", queryset=Intake.objects.select_related("venue")), "pages__locale"
            )
        )
        self.by_id = {programme.external_id: programme for programme in self.there if programme.external_id}
        unnamed = [programme for programme in self.there if not programme.external_id]
        self.by_code = {programme.code: programme for programme in unnamed}
        self.by_code |= {f"{URN}{programme.uuid}": programme for programme in unnamed}
        catalogues = CataloguePage.objects.select_related("locale")
        self.catalogues = {page.locale.language_code: page for page in catalogues}
        self.taken = {
            language: set(page.get_children().values_list("slug", flat=True))
            for language, page in self.catalogues.items()
        }
        self.codes = set(Programme.objects.values_list("code", flat=True))
        self.fields = {one.slug: one for one in Field.objects.all()}
        self.campuses = {one.name: one for one in Campus.objects.all()}
        usual = Counter(record.language for record in self.records if record.language in LANGUAGES).most_common(1)
        self.language = usual[0][0] if usual else "en"

    def run(self) -> Changes:
        met = set()
        for record in self.records:
            programme = self.by_id.get(record.external_id) or self.by_code.get(record.external_id)
            noted = len(self.changes.notes)
            self.changes.notes += [{"line": record.line, "why": why} for why in record.notes]
            if programme is None or programme.code in met:
                programme, differences, result = self._make(record), [], "created"
            else:
                differences = self._differences(record, programme)
                result = "updated" if differences else "unchanged"
                self.changes.updated += bool(differences)
                self.changes.unchanged += not differences
            met.add(programme.code)
            if len(self.changes.first) < SHOWN_FIRST and (result != "unchanged" or len(self.records) <= SHOWN_FIRST):
                why = [note["why"] for note in self.changes.notes[noted:]]
                self.changes.first.append(_shown(record, programme, result, differences, why))
        if self.is_complete:
            self._close_others(met)
        return self.changes

    def _make(self, record: ProgrammeRecord) -> Programme:
        facts = self._with_rows(wording.programme_facts(record))
        code = facts.pop("code", "") or f"{self.collection.slug}-{record.external_id}"
        programme = Programme(
            collection=self.collection,
            external_id=record.external_id[:255],
            code=_free(code, self.codes, limit=80),
            **facts,
        )
        self.changes.programmes.append(programme)
        self._compare_intakes(record, programme, [])
        key = uuid4()
        for language, texts in wording.sheet_texts(record, otherwise=self.language).items():
            if language in self.catalogues:
                self._add_page(programme, language, texts, key)
        return programme

    def _add_page(self, programme: Programme, language: str, texts: dict[str, Any], key) -> None:
        texts = dict(texts)
        slug = _free(texts.pop("slug", "") or texts["title"], self.taken[language], limit=200)
        teachers = texts.pop("teachers", [])
        page = ProgrammePage(programme=programme, slug=slug, translation_key=key)
        for name, value in texts.items():
            setattr(page, name, _blocks(name, value))
        page.locale = self.catalogues[language].locale
        page.names_of_teachers = teachers
        self.changes.pages.append(page)

    def _differences(self, record: ProgrammeRecord, programme: Programme) -> list[tuple[models.Model, str]]:
        facts = self._with_rows(wording.programme_facts(record))
        if self.is_complete and "is_open" not in record.stated:
            facts["is_open"] = True
        found = self._note(programme, facts)
        found += self._compare_intakes(record, programme, list(programme.intakes.all()))
        pages = {page.locale.language_code: page for page in programme.pages.all()}
        for language, texts in wording.sheet_texts(record, otherwise=self.language).items():
            page = pages.get(language)
            if page is None and record.texts is None:  # a feed in one language knows of one sheet
                page = next(iter(pages.values()), None)
            if page is not None:
                found += self._note(page, texts | {"draft_title": texts["title"]})
            elif language in self.catalogues:
                key = next(iter(pages.values())).translation_key if pages else uuid4()
                self._add_page(programme, language, texts, key)
                found.append((self.changes.pages[-1], "title"))
        if found:
            self.changes.known.append(programme)
        return found

    def _compare_intakes(
        self, record: ProgrammeRecord, programme: Programme, there: list[Intake]
    ) -> list[tuple[models.Model, str]]:
        found: list[tuple[models.Model, str]] = []
        codes = {intake.code for intake in there}
        known = {intake.external_id or f"#{intake.code}": intake for intake in there}
        for intake_record in record.intakes:
            facts, notes = wording.intake_facts(intake_record)
            notes = [*intake_record.notes, *notes]
            self.changes.notes += [{"line": record.line, "why": why} for why in notes]
            facts = self._with_rows(facts)
            external_id = intake_record.external_id[:255]
            intake = known.pop(external_id, None)
            if intake is None:
                code = _free(facts.pop("code", "") or external_id, codes, limit=80)
                intake = Intake(programme=programme, external_id=external_id, code=code, **facts)
                self.changes.intakes.append(intake)
                found.append((intake, "code"))
            else:
                found += self._note(intake, self._fitting(intake, facts, intake_record))
        for gone in known.values():
            found += self._note(gone, {"is_open": False})
        return found

    def _fitting(self, intake: Intake, facts: dict[str, Any], record: IntakeRecord) -> dict[str, Any]:
        """The early and the late price of ours go with a price of theirs that they no longer fit."""
        merged = {name: getattr(intake, name) for name in exact.INTAKE} | facts
        kept = dict(merged)
        wording.settle(kept)
        return facts | {name: value for name, value in kept.items() if value != merged[name]}

    def _with_rows(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """With rows for what the feed names by name; a field of study or a campus nobody had named is made."""
        facts = dict(facts)
        if facts.get("field"):
            slug, *names = facts["field"]
            if slug not in self.fields:
                named = dict(zip(exact.FIELD[1:], names, strict=True))
                self.fields[slug] = Field(
                    slug=slug, **{f"name_{key.removeprefix('field_')}": name for key, name in named.items()}
                )
                self.changes.named.append(self.fields[slug])
            facts["field"] = self.fields[slug]
        if facts.get("venue"):
            name = facts["venue"]
            if name not in self.campuses:
                self.campuses[name] = Campus(name=name)
                self.changes.named.append(self.campuses[name])
            facts["venue"] = self.campuses[name]
        return facts

    def _note(self, row: Any, wanted: Mapping[str, Any]) -> list[tuple[models.Model, str]]:
        before: dict[str, Any] = {}
        for name, value in wanted.items():
            if name in ONLY_WHEN_NEW:
                continue
            old = getattr(row, name)
            if not wording.is_same(name, old, value):
                before[name] = old
                setattr(row, name, _blocks(name, value))
        if before:
            self.changes.before.append((row, before))
        return [(row, name) for name in before]

    def _close_others(self, met: set[str]) -> None:
        for programme in self.there:
            if programme.code not in met and self._note(programme, {"is_open": False}):
                self.changes.known.append(programme)
                self.changes.closed += 1


def _blocks(name: str, value: Any) -> Any:
    if name not in exact.PAIRS:
        return value
    kind, first, second = exact.PAIRS[name]
    return [(kind, {first: one, second: _rich(name, other)}) for one, other in value]


def _rich(name: str, text: str) -> Any:
    from wagtail.rich_text import RichText  # noqa: PLC0415 -- only sheets with questions need it

    return RichText(text) if name == "questions" else text


def _shown(record: ProgrammeRecord, programme: Programme, result: str, differences: list, notes: list[str]) -> dict:
    """A row of the preview; what changed is named by the field's own name, in the reader's language."""
    names = dict.fromkeys(f"{row._meta.model_name}.{name}" for row, name in differences if name != "draft_title")
    return {
        "line": record.line,
        "id": record.external_id,
        "title": programme.title,
        "result": result,
        "level": programme.level,
        "intakes": len(record.intakes),
        "changed": list(names),
        "notes": notes,
    }


def _free(text: str, taken: set[str], *, limit: int) -> str:
    """A slug made of ``text`` that nobody has; it is then taken."""
    slug = slugify(text)[:limit].strip("-") or "programme"
    if slug in taken:
        slug = f"{slug[: limit - 9]}-{sha256(text.encode()).hexdigest()[:8]}"
    number, base = 2, slug[: limit - 6]
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug
