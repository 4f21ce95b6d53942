"""Which facts a written text states, whoever wrote it and however they spell figures, dates and currencies.

A text is read in all three languages at once, without accents, capitals and kinds of spaces: an adviser writes
“1.950 €”, “1950 euros” or “EUR 1,950.00”, and all are the price. A figure counts only beside what makes it that fact:
“1950” alone may be a year.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol
from django.db.models import Q
from django.utils import timezone

from programmes.models import Fact, FactVersion, Modality, Programme
from programmes.told import facts, versions

LATELY = timedelta(days=60)  # a draft or a template that old still circulates
YEAR_GOES_WITHOUT_SAYING = timedelta(days=330)
SENTENCE = 30  # characters by which a sentence of the requirements is recognised
LOCALES = ("ca_ES", "es_ES", "en_GB")

BEFORE, AFTER = r"(?<![\w])", r"(?![\w])"
NOT_IN_A_NUMBER = r"(?<!\d)(?<!\d[ .,'])"
WEEKLY = (
    r"(?:a la setmana|per setmana|cada setmana|setmanals?|a la semana|por semana|cada semana|semanal(?:es)?"
    r"|a week|per week|each week|every week|weekly)"
)
HOURS = r"(?:h|hs|hrs?|hor[ae]s?|hours?)"
SEATS = r"(?:places|placa|plazas?|seats?)"
LEFT = r"(?! (?:left|lliures?|libres?|disponibles?|available|vacants?|free))"
FREE = r"(?:(?<!feel )free|gratis|gratuit[ao]?s?|sense cost|sin coste)"
HOW = {
    Modality.ON_SITE: r"on[- ]?site|in person|face[- ]to[- ]face|presencial(?:ment|mente)?",
    Modality.ONLINE: r"on-?line|en linia|en linea",
    Modality.BLENDED: r"blended|hybrid|hibrid[ao]?|semi-?presencial|combinad[ao]",
    Modality.DISTANCE: r"a distancia|distance learning|at a distance|distance",
}


def found_in(text: str, *, programme: Programme, language: str, at: datetime) -> list[FactVersion]:
    """The facts of ``programme`` that ``text`` states, as they are at ``at``.

    Of the intakes, those that have not started count: those that the text names by their start, else the nearest of
    which it is true. Where it states what a fact was until lately, and not what it is, that old version is in the list.
    """
    read, on = plain(text), timezone.localdate(at)
    if not read:
        return []
    known = list(versions.current(programme, at=at, language=language).values())
    known = [version for version in known if _is_ahead(version, on)]
    named = _named(read, known, on)
    found = [version for version in _of_intakes(known, named) if states(read, version.fact, version.value, on)]
    found = found if named else _nearest(found)
    told = {version.fact for version in found}
    lately = _lately(programme, language=language, at=at).exclude(fact__in=told).select_related("intake")
    now = {(version.fact, version.intake_id): version.value for version in known}
    for old in _of_intakes(lately, named):
        slot = (old.fact, old.intake_id)
        if _is_ahead(old, on) and now.get(slot) != old.value and states(read, old.fact, old.value, on):
            now[slot] = old.value  # the last of several is enough
            found.append(old)
    return found


def states(read: str, fact: str, value: Mapping[str, Any], on: date) -> bool:
    """Whether the text, made ``plain``, states this value of the fact; ``on`` is the day it is written."""
    if not value:
        return False
    if fact in facts.PROSE:
        return any(sentence in read for sentence in _sentences(value["text"]))
    if "text" in value and fact != Fact.LENGTH:
        return _stands(re.escape(plain(value["text"])), read)
    return _STATES[Fact(fact)](read, value, on)


def plain(text: str) -> str:
    """The text on one line, in small letters, without accents and typographic signs."""
    signs = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    signs = re.sub("[‐‑‒–—]", "-", "".join(sign for sign in signs if not unicodedata.combining(sign)))
    return " ".join(signs.casefold().split())


def _lately(programme: Programme, *, language: str, at: datetime):
    ended = FactVersion.objects.filter(programme=programme, valid_until__gt=at - LATELY, valid_until__lte=at)
    return ended.filter(Q(language="") | Q(language=language[:2])).exclude(value={}).order_by("-valid_until", "-pk")


def _is_ahead(version: FactVersion, on: date) -> bool:
    intake = version.intake
    return intake is None or intake.starts_on is None or intake.starts_on >= on


def _named(read: str, known: Iterable[FactVersion], on: date) -> set[int]:
    """The intakes that the text names by their start."""
    starts = [version for version in known if version.fact == Fact.STARTS_ON and "on" in version.value]
    return {
        version.intake_id
        for version in starts
        if version.intake_id and (_on(read, version.value, on) or _stands(_month(version.value["on"], on), read))
    }


def _of_intakes(known: Iterable[FactVersion], named: set[int]) -> list[FactVersion]:
    return [version for version in known if not named or version.intake_id is None or version.intake_id in named]


def _nearest(found: Iterable[FactVersion]) -> list[FactVersion]:
    """Of each fact of several intakes, that of the one that starts first."""
    by_start = sorted(found, key=_start)
    kept: dict[tuple[str, bool], FactVersion] = {}
    for version in by_start:
        kept.setdefault((version.fact, version.intake_id is None), version)
    return list(kept.values())


def _start(version: FactVersion) -> date:
    return (version.intake.starts_on if version.intake else None) or date.max


def _stands(pattern: str, read: str) -> bool:
    return bool(pattern) and re.search(f"{BEFORE}(?:{pattern}){AFTER}", read) is not None


def _sentences(text: str) -> list[str]:
    whole = plain(text).strip(" .")
    parts = [part.strip() for part in re.split(r"[.;:!?]\s", whole)]
    return [part for part in parts if len(part) >= SENTENCE] or [whole]


# Money


def _price(read: str, value: Mapping[str, Any], on: date) -> bool:
    if not value["minor"]:
        return _stands(FREE, read)
    number, currency = _amount(value["minor"], value["currency"]), _currency(value["currency"])
    return bool(
        re.search(rf"{NOT_IN_A_NUMBER}{number} ?(?:{currency}){AFTER}", read)
        or re.search(rf"{BEFORE}(?:{currency}) ?{number}(?!\d|[.,]\d)", read)
    )


def _amount(minor: int, currency: str) -> str:
    digits = get_currency_precision(currency)
    whole, _point, cents = f"{Decimal(minor).scaleb(-digits):f}".partition(".")
    groups = f"{int(whole):,}".split(",")
    decimals = rf"[.,]{cents}" if cents.strip("0") else r"(?:[.,]0{1,2}|[.,]-)?"
    return "[., ']?".join(groups) + decimals


@lru_cache(maxsize=64)
def _currency(code: str) -> str:
    signs = {code, *(get_currency_symbol(code, locale) for locale in LOCALES)}
    signs |= {get_currency_name(code, count=count, locale=locale) for locale in LOCALES for count in (1, 2)}
    if code == "EUR":
        signs |= {"€", "euro", "euros"}
    return "|".join(re.escape(plain(sign)) for sign in sorted(signs, key=len, reverse=True) if sign)


# Dates


def _on(read: str, value: Mapping[str, Any], on: date) -> bool:
    day = date.fromisoformat(value["on"])
    needs_year = not (on <= day <= on + YEAR_GOES_WITHOUT_SAYING)
    return re.search(_day(day, needs_year), read) is not None


@lru_cache(maxsize=512)
def _day(day: date, needs_year: bool) -> str:
    month = "|".join(_months(day))
    no_year = r"(?!,? ?(?:de |del |of |d')?\d{4})"
    year = rf"(?:,? ?(?:de |del |of )?{day.year}(?!\d)" + ("" if needs_year else f"|{no_year}") + ")"
    short = f"(?:{day.year}|{day.year % 100:02d})(?!\\d)"
    written = [
        rf"0?{day.day}(?:r|er|st|nd|rd|th|º|o)? ?(?:de |d'|of )?(?:{month})\.?(?!\w){year}",
        rf"(?:{month})\.? 0?{day.day}(?:st|nd|rd|th)?{year}",
        rf"0?{day.day}([/.-])0?{day.month}\1{short}",
        day.isoformat(),
    ]
    if not needs_year:
        written.append(rf"0?{day.day}/0?{day.month}(?![/\d])")
    return rf"(?<![\w/.-])(?:{'|'.join(written)})"


def _months(day: date) -> list[str]:
    forms = {format_date(day, pattern, locale=locale) for locale in LOCALES for pattern in ("LLLL", "LLL")}
    return sorted((re.escape(plain(form).strip(".")) for form in forms), key=len, reverse=True)


def _month(iso: str, on: date) -> str:
    """How the month of a start is named: with its year, or alone where a month is meant and which one is clear."""
    day = date.fromisoformat(iso)
    names = [plain(format_date(day, "LLLL", locale=locale)) for locale in LOCALES]
    with_year = rf"(?:{'|'.join(names)}),? (?:de |del |of )?{day.year}"
    if not on <= day <= on + YEAR_GOES_WITHOUT_SAYING:
        return with_year
    catalan, spanish, english = names
    return rf"{with_year}|{catalan}|{spanish}|(?:in|from|of|the) {english}"


# Figures and words


def _seats(read: str, value: Mapping[str, Any], on: date) -> bool:
    return re.search(rf"{NOT_IN_A_NUMBER}{value['n']} {SEATS}{AFTER}{LEFT}", read) is not None


def _credits(read: str, value: Mapping[str, Any], on: date) -> bool:
    whole, _point, rest = str(value["ects"]).partition(".")
    number = whole + (rf"[.,]{rest}" if rest.strip("0") else r"(?:[.,]0)?")
    return re.search(rf"{NOT_IN_A_NUMBER}{number} ?(?:ects|credits?|creditos?){AFTER}", read) is not None


def _load(read: str, value: Mapping[str, Any], on: date) -> bool:
    number = rf"{NOT_IN_A_NUMBER}{value['n']}"
    return re.search(rf"{number} ?{HOURS} {WEEKLY}{AFTER}|{number} weekly {HOURS}{AFTER}", read) is not None


def _length(read: str, value: Mapping[str, Any], on: date) -> bool:
    weeks, hours, text = value.get("weeks"), value.get("hours"), value.get("text")
    ways = [
        rf"{NOT_IN_A_NUMBER}{weeks}[ -]?(?:setman(?:a|es)|semanas?|weeks?){AFTER}" if weeks else "",
        rf"{NOT_IN_A_NUMBER}{_amount(hours * 100, 'EUR')} ?{HOURS}{AFTER}(?! {WEEKLY})" if hours else "",
        f"{BEFORE}{re.escape(plain(text))}{AFTER}" if text else "",
    ]
    return any(re.search(way, read) for way in ways if way)


def _how(read: str, value: Mapping[str, Any], on: date) -> bool:
    return value["code"] in HOW and _stands(HOW[Modality(value["code"])], read)


def _taught_in(read: str, value: Mapping[str, Any], on: date) -> bool:
    return all(_stands(_language(code), read) for code in value["codes"])


@lru_cache(maxsize=64)
def _language(code: str) -> str:
    names = {Locale.parse(locale).languages.get(code, code) for locale in LOCALES}
    names |= {"castella", "castellano"} if code == "es" else set()
    return "|".join(re.escape(plain(name)) for name in sorted(names))


_STATES: dict[Fact, Callable[[str, Mapping[str, Any], date], bool]] = {
    Fact.PRICE: _price,
    Fact.EARLY_PRICE: _price,
    Fact.LATE_PRICE: _price,
    Fact.STARTS_ON: _on,
    Fact.ENDS_ON: _on,
    Fact.APPLY_BY: _on,
    Fact.SEATS: _seats,
    Fact.CREDITS: _credits,
    Fact.WEEKLY_HOURS: _load,
    Fact.LENGTH: _length,
    Fact.MODALITY: _how,
    Fact.TAUGHT_IN: _taught_in,
}
