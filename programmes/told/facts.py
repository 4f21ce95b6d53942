"""Which facts are kept with their history, the shape of each value, and the words in which a reader is told it.

Values, as JSON; ``{}`` says that nothing is known:

- price ``{"minor", "currency"}`` or ``{"text"}`` where there are only the source's words
- early_price the same with ``"until"``, late_price with ``"from"``: dates in ISO 8601
- starts_on ``{"on"}`` or ``{"text"}``; ends_on, apply_by ``{"on"}``
- seats, weekly_hours ``{"n"}``; credits ``{"ects"}``; length ``{"weeks", "text", "hours"}``, each where known
- modality ``{"code"}``; taught_in ``{"codes"}``; place, timetable, accreditation, requirements ``{"text"}``
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from programmes import dates, money, tongues
from programmes.models import Fact, Modality

OF_INTAKES = (
    Fact.PRICE, Fact.EARLY_PRICE, Fact.LATE_PRICE, Fact.STARTS_ON, Fact.ENDS_ON, Fact.APPLY_BY, Fact.SEATS, Fact.PLACE,
    Fact.TIMETABLE, Fact.MODALITY,
)  # fmt: skip
OF_PROGRAMMES = (
    Fact.CREDITS, Fact.WEEKLY_HOURS, Fact.LENGTH, Fact.MODALITY, Fact.TAUGHT_IN, Fact.ACCREDITATION,
)  # fmt: skip
OF_PAGES = (Fact.REQUIREMENTS,)  # in the words of each language
PRICES = (Fact.PRICE, Fact.EARLY_PRICE, Fact.LATE_PRICE)
PROSE = (Fact.ACCREDITATION, Fact.REQUIREMENTS)  # told in sentences, not in a word or a figure

# The facts as the tables have them, one row each, of the programmes in ``%(programmes)s`` (all of them if it is null).
# Rich text is brought to plain words here, so that a new block key or a bold word is no change of the fact.
_PLAIN = r"""btrim(regexp_replace(replace(replace(replace(replace(regexp_replace(regexp_replace(
    {column}, '</(p|li|h[1-6])>|<br ?/?>', ' ', 'g'), '<[^>]*>', '', 'g'),
    '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&amp;', '&'), '[\s\u00a0]+', ' ', 'g'))"""


def _text(column: str) -> str:
    return f"jsonb_strip_nulls(jsonb_build_object('text', NULLIF(btrim({column}), '')))"


def _day(column: str) -> str:
    return f"jsonb_strip_nulls(jsonb_build_object('on', {column}))"


def _tier(price: str, name: str, day: str) -> str:
    return f"""CASE WHEN {price} IS NULL THEN '{{}}'::jsonb
        ELSE jsonb_build_object('minor', {price}, 'currency', i.currency, '{name}', {day}) END"""


def _number(column: str, name: str = "n") -> str:
    return f"jsonb_strip_nulls(jsonb_build_object('{name}', {column}))"


_INTAKE_VALUES = {
    Fact.PRICE: f"""CASE WHEN i.price_minor IS NULL THEN {_text("i.price_text")}
        ELSE jsonb_build_object('minor', i.price_minor, 'currency', i.currency) END""",
    Fact.EARLY_PRICE: _tier("i.early_price_minor", "until", "i.early_until"),
    Fact.LATE_PRICE: _tier("i.late_price_minor", "from", "i.late_from"),
    Fact.STARTS_ON: f"CASE WHEN i.starts_on IS NULL THEN {_text('i.start_text')} ELSE {_day('i.starts_on')} END",
    Fact.ENDS_ON: _day("i.ends_on"),
    Fact.APPLY_BY: _day("i.apply_by"),
    Fact.SEATS: _number("i.seats"),
    Fact.PLACE: _text("i.campus"),
    Fact.TIMETABLE: _text("i.timetable"),
    Fact.MODALITY: "jsonb_strip_nulls(jsonb_build_object('code', NULLIF(i.modality, '')))",
}
_PROGRAMME_VALUES = {
    Fact.CREDITS: _number("p.credits", "ects"),
    Fact.WEEKLY_HOURS: _number("p.weekly_hours"),
    Fact.LENGTH: """jsonb_strip_nulls(jsonb_build_object('weeks', p.length_weeks,
        'text', NULLIF(btrim(p.length_text), ''), 'hours', p.total_hours))""",
    Fact.MODALITY: "jsonb_strip_nulls(jsonb_build_object('code', NULLIF(p.modality, '')))",
    Fact.TAUGHT_IN: """COALESCE((SELECT jsonb_build_object('codes', jsonb_agg(code[1]))
        FROM regexp_matches(lower(p.taught_in), '[a-z]{2}', 'g') AS code HAVING count(*) > 0), '{}'::jsonb)""",
    Fact.ACCREDITATION: _text("p.accredited_by"),
}
_PAGE_VALUES = {Fact.REQUIREMENTS: _text(_PLAIN.format(column="s.requirements"))}


def _rows(values: Mapping[Fact, str]) -> str:
    return ", ".join(f"('{fact}', {value})" for fact, value in values.items())


NOW = f"""
    SELECT i.programme_id, i.id AS intake_id, fact.name AS fact, '' AS language, fact.value
    FROM programmes_intake i CROSS JOIN LATERAL (VALUES {_rows(_INTAKE_VALUES)}) AS fact(name, value)
    WHERE %(programmes)s::bigint[] IS NULL OR i.programme_id = ANY(%(programmes)s::bigint[])
  UNION ALL
    SELECT p.id, NULL, fact.name, '', fact.value
    FROM programmes_programme p CROSS JOIN LATERAL (VALUES {_rows(_PROGRAMME_VALUES)}) AS fact(name, value)
    WHERE %(programmes)s::bigint[] IS NULL OR p.id = ANY(%(programmes)s::bigint[])
  UNION ALL
    SELECT s.programme_id, NULL, fact.name, locale.language_code, fact.value
    FROM programmes_programmepage s
    JOIN wagtailcore_page page ON page.id = s.page_ptr_id AND page.live
    JOIN wagtailcore_locale locale ON locale.id = page.locale_id
    CROSS JOIN LATERAL (VALUES {_rows(_PAGE_VALUES)}) AS fact(name, value)
    WHERE %(programmes)s::bigint[] IS NULL OR s.programme_id = ANY(%(programmes)s::bigint[])
"""  # noqa: S608 -- columns of ours, nothing that anybody typed


def words(fact: str, value: Mapping[str, Any], language: str) -> str:
    """The fact as a reader of ``language`` is told it: “1.950 €”, “1 March 2027”; "" where nothing is known."""
    if not value:
        return ""
    with override(language):
        if "text" in value and fact != Fact.LENGTH:
            return value["text"]
        return _WORDS[Fact(fact)](value)


def _amount(value: Mapping[str, Any]) -> str:
    return money.show(value["minor"], value["currency"]) if value["minor"] else _("Free")


def _early(value: Mapping[str, Any]) -> str:
    return _("%(price)s until %(day)s") % {"price": _amount(value), "day": _shown(value["until"])}


def _late(value: Mapping[str, Any]) -> str:
    return _("%(price)s from %(day)s") % {"price": _amount(value), "day": _shown(value["from"])}


def _shown(day: str) -> str:
    return dates.show(date.fromisoformat(day))


def _on(value: Mapping[str, Any]) -> str:
    return _shown(value["on"])


def _seats(value: Mapping[str, Any]) -> str:
    return ngettext("%(count)s seat", "%(count)s seats", value["n"]) % {"count": value["n"]}


def _credits(value: Mapping[str, Any]) -> str:
    return _("%(credits)s ECTS") % {"credits": decimal(value["ects"])}


def decimal(number: float | int | str) -> str:
    """A number as the reader writes it, without decimals that say nothing."""
    exact = Decimal(str(number))
    return number_format(exact, 0 if exact == exact.to_integral_value() else 1)


def _load(value: Mapping[str, Any]) -> str:
    return ngettext("%(count)s hour a week", "%(count)s hours a week", value["n"]) % {"count": value["n"]}


def _length(value: Mapping[str, Any]) -> str:
    weeks, hours = value.get("weeks"), value.get("hours")
    parts = [
        ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": weeks} if weeks else value.get("text", ""),
        ngettext("%(count)s hour in all", "%(count)s hours in all", hours) % {"count": hours} if hours else "",
    ]
    return ", ".join(part for part in parts if part)


def _modality(value: Mapping[str, Any]) -> str:
    return str(Modality(value["code"]).label) if value["code"] in Modality.values else value["code"]


def _taught_in(value: Mapping[str, Any]) -> str:
    return tongues.in_words(value["codes"])


_WORDS: dict[Fact, Callable[[Mapping[str, Any]], str]] = {
    Fact.PRICE: _amount,
    Fact.EARLY_PRICE: _early,
    Fact.LATE_PRICE: _late,
    Fact.STARTS_ON: _on,
    Fact.ENDS_ON: _on,
    Fact.APPLY_BY: _on,
    Fact.SEATS: _seats,
    Fact.CREDITS: _credits,
    Fact.WEEKLY_HOURS: _load,
    Fact.LENGTH: _length,
    Fact.MODALITY: _modality,
    Fact.TAUGHT_IN: _taught_in,
}
