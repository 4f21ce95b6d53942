"""Articles, prepositions and days as each of the three languages spells them: “d’Anna”, “de l’1 d’abril”, “the 7th”.

Catalan elides ``de``, ``el`` and ``la`` before a vowel or a mute h, but not before i and u that are consonants ("de
Iolanda"), nor ``la`` before an unstressed i or u ("la introducció"); with the figures 1 and 11 it elides as well ("l’1
de març"): Institut d’Estudis Catalans, Ortografia catalana (2017). Spanish contracts a+el and de+el only.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from programmes import dates

# The first word of what schools offer, or are: its gender decides the article. Others are put in quotation marks.
_MASCULINE = {
    "ca": "batxillerat bootcamp centre certificat cicle col·legi curs diploma doctorat estudi grau institut itinerari "
    "màster mòdul postgrau programa seminari taller",
    "es": "bachillerato bootcamp centro certificado ciclo colegio curso diploma doctorado estudio grado instituto "
    "itinerario máster módulo posgrado postgrado programa seminario taller",
}
_FEMININE = {
    "ca": "acadèmia carrera diplomatura enginyeria escola especialització formació fundació iniciació introducció "
    "jornada llicenciatura preparació universitat",
    "es": "academia carrera diplomatura escuela especialización formación fundación ingeniería iniciación "
    "introducción jornada licenciatura preparación universidad",
}
_ENGLISH = {
    "academy", "bachelor", "bootcamp", "certificate", "course", "degree", "diploma", "doctorate", "master", "master’s",
    "module", "programme", "school", "seminar", "university", "workshop",
}  # fmt: skip
_MUTE = re.compile(r"h(ab|elen|el[eè]n|ermi|ila|ip|ist|om|onor|ort|osp|osta|otel|ug|um|èctor|ector|idr|ig)")
_CONSONANT = re.compile(r"h?[iu][aeiou]")


@dataclass(frozen=True, slots=True)
class Value:
    """What a word says, ``on`` which day if it is a day, and which version of a fact it is if it is one."""

    text: str
    on: date | None = None
    version: object = None


@lru_cache(maxsize=4_096)
def name(form: str, text: str, language: str) -> str:
    """A person's name with ``of`` before it; other forms would need to know their gender."""
    return _of(text, language, is_name=True) if form == "of" else text


@lru_cache(maxsize=4_096)  # the same words for thousands of readers
def noun(form: str, text: str, language: str) -> str:
    """A programme's or a school's name with its article or preposition; an unknown gender gets “el programa «…»”."""
    if form == "of":
        return _of(text, language)
    if language == "en":
        return _PREPOSITIONS["en"][form] + _with_the(text)
    article = _article(text, language)
    if article is None:
        article, text = "el ", f"programa «{text}»"
    else:
        text = text[:1].lower() + text[1:] if not _is_own_name(text) else text
    return _contracted(form, article, language) + text


@lru_cache(maxsize=4_096)  # the same words for thousands of readers
def day(form: str, on: date, language: str) -> str:
    """A day with its article: “el 7 d’abril del 2027”, “l’1 d’abril”, “the 7th of April 2027”."""
    shown = dates.show(on, language)
    if language == "en":
        words = f"the {_ordinal(on.day)} of {shown.split(' ', 1)[1]}"
        return _PREPOSITIONS["en"]["of_the" if form == "of" else form] + words
    article = "l’" if language == "ca" and on.day in (1, 11) else "el "
    return _contracted("of_the" if form == "of" else form, article, language) + shown


_PREPOSITIONS = {
    "en": {"the": "", "of_the": "of ", "to_the": "to "},
    "ca": {"the": "", "of_the": "de ", "to_the": "a "},
    "es": {"the": "", "of_the": "de ", "to_the": "a "},
}


def _contracted(form: str, article: str, language: str) -> str:
    if article == "el " and form != "the":
        return {"of_the": "del ", "to_the": "al "}[form]
    return _PREPOSITIONS[language][form] + article


def _of(text: str, language: str, *, is_name: bool = False) -> str:
    if language == "en":
        return f"of {text}"
    return f"d’{text}" if language == "ca" and _elides(text, is_name=is_name) else f"de {text}"


def _article(text: str, language: str) -> str | None:
    first = text.split(" ", 1)[0].lower().rstrip(":,.")
    if first in _FEMININE[language].split():
        # No l’ before an unstressed i or u: la introducció, la universitat.
        return "l’" if language == "ca" and _elides(first) and _plain(first)[0] not in "iu" else "la "
    if first in _MASCULINE[language].split():
        return "l’" if language == "ca" and _elides(first) else "el "
    return None


def _elides(text: str, *, is_name: bool = False) -> bool:
    start = _plain(text)
    if start.startswith("h") and is_name and not _MUTE.match(start):
        return False  # Harry, Hassan: the h is said
    return bool(re.match(r"h?[aeiou]", start)) and not _CONSONANT.match(start)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _is_own_name(text: str) -> bool:
    """Whether more than its first word has a capital letter, as in “Escola Llevant”: such a name keeps them."""
    return any(word[:1].isupper() for word in text.split()[1:])


def _with_the(text: str) -> str:
    words = {word.strip(":,.()").lower() for word in text.split()}
    return f"the {text}" if words & _ENGLISH else f"the programme “{text}”"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
