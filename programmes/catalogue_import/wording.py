"""From the words of a feed to our fields: what is stated exactly holds, the rest is read out of prose."""

import re
from typing import Any

from django.utils.translation import gettext as _

from programmes.feeds import IntakeRecord, PriceRecord, ProgrammeRecord, exact
from programmes.feeds.markup import clean_html, mend
from programmes.models import LANGUAGES, Level

LARGEST = 2_147_483_647
LEVELS = (
    (Level.MASTER, re.compile(r"\b(?:masters?|m[aà]ster|m(?:sc|ba|ed|phil)|ma)\b", re.IGNORECASE)),
    (Level.POSTGRADUATE, re.compile(r"\bpost-?grad|\bposgrad", re.IGNORECASE)),
)


def programme_facts(record: ProgrammeRecord) -> dict[str, Any]:
    """Fields of the programme that the feed knows; “code” only counts for a new one."""
    level = record.qualification or record.level
    modalities = {intake.modality for intake in record.intakes} - {""}
    languages = dict.fromkeys(language for intake in record.intakes for language in intake.languages)
    lengths = {(intake.duration_weeks, intake.duration_text) for intake in record.intakes}
    weeks, length = lengths.pop() if len(lengths) == 1 else (None, "")
    return {
        "title": record.title[:255],
        "level": next((code for code, pattern in LEVELS if pattern.search(level)), Level.OTHER).value,
        "level_text": level[:120],
        "modality": modalities.pop() if len(modalities) == 1 else "",
        "taught_in": ", ".join(languages or ([record.language] if record.language else []))[:60],
        "length_weeks": weeks if weeks and weeks < 32_768 else None,
        "length_text": length[:200],
    } | record.stated


def sheet_texts(record: ProgrammeRecord, *, otherwise: str) -> dict[str, dict[str, Any]]:
    """The sheet in each language; a feed without languages of ours has one, in the language ``otherwise``."""
    read: dict[str, Any] = {
        "title": record.title[:255],
        "promise": _shortened(record.abstract, limit=250),
        "description": record.description_html,
        "requirements": record.entry_requirements_html,
        "source_url": record.url if len(record.url) <= 500 else "",
    }
    if record.units:
        read["syllabus"] = record.units
    if record.texts is None:
        return {record.language if record.language in LANGUAGES else otherwise: read}
    first = next(iter(record.texts), "")
    return {
        language: (read if language == first else {"title": record.title[:255]}) | texts
        for language, texts in record.texts.items()
    }


def intake_facts(record: IntakeRecord) -> tuple[dict[str, Any], list[str]]:
    """Fields of the intake, and what had to be left out because it cannot be."""
    price = _price(record.prices)
    facts = {
        "starts_on": record.start_on,
        "start_text": record.start_text[:200],
        "ends_on": record.end_on,
        "apply_by": record.apply_by,
        "campus": record.venue_name[:200],
        "timetable": record.attendance_text[:200],
        "modality": record.modality,
        "currency": (price and price.currency) or "EUR",
        "price_minor": price.amount_minor if price else None,
        "price_text": "; ".join(one.text for one in record.prices)[:500],
        "is_open": True,
    } | record.stated
    return facts, settle(facts)


def settle(facts: dict[str, Any]) -> list[str]:
    """Leave out of ``facts`` what contradicts the rest; return one sentence for each."""
    notes = []
    start = facts["starts_on"]
    if start and facts["ends_on"] and facts["ends_on"] < start:
        facts["ends_on"] = None
        notes.append(_("The end lies before the start and was left out."))
    if start and facts["apply_by"] and facts["apply_by"] > start:
        facts["apply_by"] = None
        notes.append(_("The deadline lies after the start and was left out."))
    usual = facts["price_minor"]
    early, until = facts.get("early_price_minor"), facts.get("early_until")
    if (early, until) != (None, None) and (None in (early, until, usual) or early >= usual):
        facts["early_price_minor"] = facts["early_until"] = until = None
        notes.append(_("The early-bird price needs a date and must be below the price; it was left out."))
    late, since = facts.get("late_price_minor"), facts.get("late_from")
    if (late, since) != (None, None) and (None in (late, since, usual) or late <= usual or (until and until >= since)):
        facts["late_price_minor"] = facts["late_from"] = None
        notes.append(_("The late price needs a date and must be above the price; it was left out."))
    return notes


def is_same(name: str, old: Any, new: Any) -> bool:
    """Whether a reader would see no difference: white space around a text and the cleaning of HTML make none."""
    if old == new:
        return True
    if name in exact.PAIRS:
        return _pairs(name, exact.pairs_in(old, name)) == new
    if isinstance(old, str) and isinstance(new, str):
        kept = clean_html(old) if name in exact.RICH else mend(old)
        return _bare(kept) == _bare(new)
    return False


def _pairs(name: str, pairs: list[list[str]]) -> list[list[str]]:
    return [[mend(first).strip(), exact.clean_answer(name, second)] for first, second in pairs]


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _price(prices: tuple[PriceRecord, ...]) -> PriceRecord | None:
    """The price, if there is only one or all are the same; which of several holds for a reader is not ours to guess."""
    distinct = {(price.amount_minor, price.currency) for price in prices}
    if len(distinct) != 1 or prices[0].amount_minor is None or prices[0].amount_minor > LARGEST:
        return None
    return prices[0]


def _shortened(text: str, *, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rpartition(" ")[0] + "…"
