"""How much a text reads like advertising: a naive Bayes count of words, and the words that decided.

It begins with the seeds below, and every decision of the school's own people is laid on top. Pure but for the counts,
which are remembered; nothing is loaded for it. Model: P. Graham, A Plan for Spam (2002), with add-one smoothing.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from enquiries.models import SpamWord
from programmes.kept_pages import remembered

PRIOR = -2.0  # log odds before a word is read: most of what is sent is meant
SEEDED = 40  # each seed counts as if it had stood in so many decided texts
STRONGEST = 3.0  # what a single word can say, in log odds
READ_AT_MOST = 15  # words, the most telling first
SUSPECT_FROM = 0.9
LONGEST_WORD = 60

# Of a hundred texts with it, so many are advertising.
SEEDS: dict[str, int] = {
    "*link": 72, "*links": 95, "*shouting": 80, "*other-script": 90, "*markup": 97,
    "backlink": 98, "backlinks": 98, "seo": 96, "ranking": 80, "traffic": 85, "casino": 99, "betting": 98, "poker": 97,
    "viagra": 99, "cialis": 99, "pharmacy": 93, "crypto": 94, "bitcoin": 94, "forex": 96, "investment": 80,
    "investors": 88, "loan": 88, "loans": 90, "lender": 92, "prize": 90, "winner": 90, "lottery": 95, "escort": 97,
    "porn": 99, "adult": 78, "dating": 93, "hookup": 97, "replica": 93, "rolex": 95, "vuitton": 95, "followers": 94,
    "subscribers": 90, "leads": 78, "outreach": 90, "guest": 75, "posting": 78, "domain": 82, "webmaster": 90,
    "website": 66, "redesign": 90, "optimization": 88, "optimisation": 88, "google": 62, "unsubscribe": 90,
    "advertise": 88, "advertising": 80, "wholesale": 90, "supplier": 82, "cheap": 80, "discount": 62, "earn": 80,
    "passive": 86, "profit": 86, "click": 82, "telegram": 82, "apuestas": 96, "préstamo": 82, "préstamos": 88,
    "inversión": 70, "ganar": 70, "posicionamiento": 85, "enlaces": 85, "visitas": 72, "posicionament": 85,
    "enllaços": 85, "guanyar": 68, "curs": 4, "curso": 4, "course": 5, "màster": 3, "máster": 3, "master": 6,
    "grau": 4, "matrícula": 3, "matricula": 3, "beca": 3, "beques": 3, "becas": 3, "grant": 8, "preu": 5, "precio": 6,
    "horari": 3, "horario": 3, "timetable": 3, "quan": 6, "cuándo": 6, "cuando": 8, "comença": 3, "empieza": 4,
    "start": 10, "starts": 8, "pràctiques": 3, "prácticas": 3, "classes": 5, "clases": 5, "fill": 6, "filla": 6,
    "hijo": 6, "hija": 6, "son": 10, "daughter": 8, "information": 20, "informació": 8, "información": 10,
    "gràcies": 6, "gracias": 10, "thanks": 20, "presencial": 3, "tarda": 4, "tarde": 6, "evening": 8, "requisits": 3,
    "requisitos": 4, "requirements": 8, "inscripció": 3, "inscripción": 4, "enrol": 4, "apply": 15, "cost": 10,
}  # fmt: skip
OF_LINKS = {"http", "https", "www"}  # counted as links
_WORD = re.compile(r"[^\W\d_]{3,}")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|ru|xyz|top|info|shop|site|online|club|biz)\b", re.I)
_MARKUP = re.compile(r"<a\s|\[url|</?[a-z]+>", re.I)
_OTHER_SCRIPT = re.compile("[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Reading:
    """``score`` from 0 (nobody doubts it) to 1 (advertising), and what each telling word said, the strongest first."""

    score: float
    words: tuple[tuple[str, float], ...]

    @property
    def is_suspect(self) -> bool:
        return self.score >= SUSPECT_FROM


def words_of(text: str) -> set[str]:
    """The words of a text, and its features, which begin with ``*``."""
    found = {word[:LONGEST_WORD] for word in _WORD.findall(text.lower()[:20_000])} - OF_LINKS
    links = len(_LINK.findall(text[:20_000]))
    letters = [sign for sign in text[:2_000] if sign.isalpha()]
    features = {
        "*link": links > 0,
        "*links": links > 2,
        "*markup": bool(_MARKUP.search(text)),
        "*other-script": bool(_OTHER_SCRIPT.search(text)),
        "*shouting": len(letters) > 30 and sum(sign.isupper() for sign in letters) > 0.7 * len(letters),
    }
    return found | {name for name, holds in features.items() if holds}


def read(text: str) -> Reading:
    """How the text reads, by the seeds and by what the school has decided so far."""
    return weigh(words_of(text), counts())


def weigh(words: Iterable[str], decided: Mapping[str, tuple[int, int]]) -> Reading:
    """The same, pure: ``decided`` says of each word in how many texts of each kind it stood, advertising first."""
    said = [(word, _odds(word, decided)) for word in words if word in SEEDS or word in decided]
    telling = sorted(said, key=lambda one: (-abs(one[1]), one[0]))[:READ_AT_MOST]
    return Reading(1 / (1 + math.exp(-(PRIOR + sum(odds for _word, odds in telling)))), tuple(telling))


def _odds(word: str, decided: Mapping[str, tuple[int, int]]) -> float:
    seeded = SEEDS.get(word)
    spam, real = map(float, decided.get(word, (0, 0)))
    if seeded is not None:
        spam, real = spam + SEEDED * seeded / 100, real + SEEDED * (100 - seeded) / 100
    return max(-STRONGEST, min(STRONGEST, math.log((spam + 1) / (real + 1))))


def counts() -> dict[str, tuple[int, int]]:
    """What was decided so far, from memory."""
    return remembered.recall("spam words", _counts)


def _counts() -> dict[str, tuple[int, int]]:
    return {word: (spam, real) for word, spam, real in SpamWord.objects.values_list("word", "spam", "real")}


def learn(text: str, *, is_spam: bool) -> None:
    """Count the words of a text that somebody decided about. One statement."""
    column = "spam" if is_spam else "real"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO enquiries_spamword (word, spam, real)
            SELECT word, %(spam)s, %(real)s FROM unnest(%(words)s::text[]) AS word ORDER BY word
            ON CONFLICT (word) DO UPDATE SET {column} = enquiries_spamword.{column} + 1
            """,  # noqa: S608 -- one of two names of ours
            {"spam": int(is_spam), "real": int(not is_spam), "words": sorted(words_of(text))},
        )
