"""Facts that a catalogue states exactly, each as one string under the name of our field, and back into values.

The formats say many of our facts in prose or not at all. What they cannot say stands beside them under these names,
so that an export read back is what it was. Reading checks every value as a form would.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes.feeds.markup import clean_html, mend, web_address
from programmes.feeds.prices import is_currency, minor_units
from programmes.models import LANGUAGES, Intake, Programme, ProgrammePage

NAMESPACE = "urn:matricula:facts:1"
PROGRAMME = (
    "code", "title", "level", "level_text", "modality", "taught_in", "credits", "length_weeks", "length_text",
    "weekly_hours", "total_hours", "eqf_level", "accredited_by", "is_open",
)  # fmt: skip
FIELD = ("field", *(f"field_{language}" for language in LANGUAGES))
INTAKE = (
    "code", "starts_on", "start_text", "ends_on", "apply_by", "seats", "venue", "campus", "timetable", "modality",
    "currency", "price_minor", "early_price_minor", "early_until", "late_price_minor", "late_from", "price_text",
    "is_open",
)  # fmt: skip
MONEY = {"price_minor": "price", "early_price_minor": "early_price", "late_price_minor": "late_price"}
RICH = ("problem", "symptoms", "outcome", "proof", "description", "requirements", "accreditation", "careers")
PAIRS = {"syllabus": ("unit", "title", "text"), "questions": ("question", "question", "answer")}
TEXTS = ("title", "slug", "promise", *RICH, "syllabus", "questions", "teachers", "source_url", "seo_title",
         "search_description")  # fmt: skip


class BadFact(ValueError):
    """A stated fact cannot be so; the message says which and why."""


# --- out -----------------------------------------------------------------------------------------------------------


def of_programme(programme: Programme) -> dict[str, str]:
    """Everything that is stated of a programme."""
    told = {name: _written(getattr(programme, name)) for name in PROGRAMME}
    field = programme.field
    names = (field.slug, *(getattr(field, f"name_{language}") for language in LANGUAGES)) if field else ("",) * 4
    return told | dict(zip(FIELD, names, strict=True))


def of_intake(intake: Intake) -> dict[str, str]:
    """Everything that is stated of an intake; money in units with decimals."""
    told = {}
    for name in INTAKE:
        value = getattr(intake, name)
        if name in MONEY:
            told[MONEY[name]] = amount(value, intake.currency)
        else:
            told[name] = _written(value.name if name == "venue" and value else value)
    return told


def of_page(page: ProgrammePage) -> dict[str, str]:
    """Everything that is stated of a sheet in one language. Pictures and the free part do not travel."""
    told = {name: _written(getattr(page, name)) for name in TEXTS if name not in (*PAIRS, "teachers")}
    for name in PAIRS:
        pairs = pairs_in(getattr(page, name), name)
        told[name] = json.dumps(pairs, ensure_ascii=False) if pairs else ""
    teachers = [teacher.name for teacher in page.teachers.all()]
    return told | {"teachers": json.dumps(teachers, ensure_ascii=False) if teachers else ""}


def amount(minor: int | None, currency: str) -> str:
    """Minor units as a plain decimal number: 195000 EUR is “1950.00”."""
    return "" if minor is None else f"{Decimal(minor).scaleb(-get_currency_precision(currency)):f}"


def pairs_in(stream: Any, name: str) -> list[list[str]]:
    """The pairs of a syllabus or of the questions, as plain strings."""
    kind, first, second = PAIRS[name]
    return [
        [str(block.value[first] or ""), _source(block.value[second])] for block in stream if block.block_type == kind
    ]


def _source(value: Any) -> str:
    return str(getattr(value, "source", value) or "")


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


# --- in ------------------------------------------------------------------------------------------------------------


def programme(told: Mapping[str, str]) -> dict[str, Any]:
    """Fields of a programme; “field” is (slug, three names) or None. Raises BadFact."""
    values = {name: _value(Programme, name, told[name]) for name in PROGRAMME if name in told}
    if "field" in told:
        slug = _value(Programme, "code", told["field"]) if told["field"].strip() else ""
        names = [mend(told.get(name, "")).strip()[:120] or slug for name in FIELD[1:]]
        values["field"] = (slug, *names) if slug else None
    return values


def intake(told: Mapping[str, str]) -> dict[str, Any]:
    """Fields of an intake; “venue” is the name of a campus or None. Raises BadFact."""
    values = {name: _value(Intake, name, told[name]) for name in INTAKE if name in told and name != "venue"}
    if "currency" in values:
        values["currency"] = values["currency"].upper()
        if not is_currency(values["currency"]):
            raise BadFact(_("“%(code)s” is not a currency.") % {"code": values["currency"][:20]})
    currency = values.get("currency", "EUR")
    values |= {name: _money(told[said], currency, name) for name, said in MONEY.items() if said in told}
    if "venue" in told:
        values["venue"] = mend(told["venue"]).strip()[:120] or None
    return values


def texts(told: Mapping[str, str]) -> dict[str, Any]:
    """Fields of a sheet, its HTML clean; pairs and names as lists. Raises BadFact."""
    values: dict[str, Any] = {}
    for name in TEXTS:
        if name not in told:
            continue
        if name in RICH:
            values[name] = clean_html(told[name])
        elif name in PAIRS or name == "teachers":
            values[name] = _listed(name, told[name])
        elif name == "source_url":
            values[name] = web_address(told[name])[:500]
        else:
            values[name] = _value(ProgrammePage, name, told[name])
    return values


def _value(model: type[models.Model], name: str, text: str) -> Any:
    field: Any = model._meta.get_field(name)
    text = mend(text).strip()
    if not text and field.null:
        return None
    if not text and field.has_default() and not field.blank:
        return field.get_default()
    try:
        return field.clean(text, None)
    except ValidationError as refusal:
        said = {"name": field.verbose_name, "value": text[:40], "why": " ".join(refusal.messages)}
        raise BadFact(_("%(name)s “%(value)s”: %(why)s") % said) from None


def _money(text: str, currency: str, name: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    try:
        minor = minor_units(Decimal(text), currency)
    except ArithmeticError:
        minor = None
    if minor is None:
        raise BadFact(_("“%(amount)s” is not an amount of %(currency)s.") % {"amount": text[:40], "currency": currency})
    return _value(Intake, name, str(minor))


def _listed(name: str, text: str) -> list:
    try:
        value = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        value = None
    width = 2 if name in PAIRS else 0
    if not isinstance(value, list) or not all(_is_entry(entry, width) for entry in value) or len(value) > 500:
        raise BadFact(_("“%(name)s” is not a list as it is exported.") % {"name": name})
    if not width:
        return [mended for entry in value if (mended := mend(entry).strip()[:120])]
    return [[mend(first).strip(), clean_answer(name, second)] for first, second in value]


def clean_answer(name: str, text: str) -> str:
    """The second half of a pair: an answer is rich text, what a unit covers is plain."""
    return clean_html(text) if name == "questions" else mend(text).strip()


def _is_entry(entry: Any, width: int) -> bool:
    if not width:
        return isinstance(entry, str)
    return isinstance(entry, list) and len(entry) == width and all(isinstance(part, str) for part in entry)


def beside(
    facts: Mapping[str, str], texts_told: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]] | None, str]:
    """What an export states beside its own format: fields of the programme, of its sheets, and its collection.

    Raises BadFact.
    """
    stated = programme(facts)
    if "languages" not in facts:
        return stated, None, ""
    languages = [language for language in facts["languages"].split() if language in LANGUAGES]
    sheets = {language: texts(texts_told.get(language, {})) for language in languages}
    return stated, sheets, mend(facts.get("collection", "")).strip()[:50]
