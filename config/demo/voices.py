"""What the people of the demo school say, in the three languages; what staff note for each other is in Catalan.

The words are in ``voices.toml``. They fit any programme; the answers of the desk take its facts from the catalogue.
"""

import tomllib
from pathlib import Path

from config.demo import catalogue
from people.models import Person, User
from programmes import money
from programmes.models import Programme

_WORDS = tomllib.loads((Path(__file__).parent / "voices.toml").read_text(encoding="utf-8"))

CALL_NOTES: list[str] = _WORDS["call_notes"]
# How the other felt in a call, where the adviser could tell: the emotion, and from −1 to 1 how good it was.
FEELINGS: dict[str, tuple[str, float]] = {
    CALL_NOTES[number]: feeling
    for number, feeling in {
        0: ("doubt", 0.0),
        1: ("enthusiasm", 1.0),
        3: ("doubt", -0.5),
        4: ("worry", -0.5),
        5: ("enthusiasm", 0.5),
        7: ("worry", 0.0),
        8: ("enthusiasm", 0.5),
    }.items()
}
TUTOR_NOTES: list[str] = _WORDS["tutor_notes"]
PUT_RIGHT_NOTES: list[str] = _WORDS["put_right_notes"]
LEAVING: list[str] = _WORDS["leaving"]
LOST_NOTES: list[str] = _WORDS["lost_notes"]
REJECTION: str = _WORDS["rejection"]
REPORT: str = _WORDS["report"]

QUESTIONS: dict[str, list[str]] = _WORDS["questions"]
MOTIVATIONS: dict[str, list[str]] = _WORDS["motivations"]
STUDIES: dict[str, list[str]] = _WORDS["studies"]
SURVEY_GOOD: dict[str, list[str]] = _WORDS["survey_good"]
SURVEY_BAD: dict[str, list[str]] = _WORDS["survey_bad"]
REPLIES: dict[str, list[str]] = _WORDS["replies"]
THREADS: dict[str, list[tuple[str, str]]] = {
    language: [(title, text) for title, text in threads] for language, threads in _WORDS["threads"].items()
}
ANSWERS: dict[str, list[dict[str, str]]] = _WORDS["answers"]

GREETINGS = {"ca": "Hola, {person},", "es": "Hola, {person}:", "en": "Hello {person},"}
GREETINGS_WITHOUT_NAME = {"ca": "Bon dia,", "es": "Buenos días:", "en": "Hello,"}
WEEKDAYS = {
    "ca": ["dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabtes", "diumenges"],
    "es": ["lunes", "martes", "miércoles", "jueves", "viernes", "sábados", "domingos"],
    "en": ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"],
}
WHEN = {
    "ca": "els {days}, de {begin} a {end}, {place}",
    "es": "los {days}, de {begin} a {end}, {place}",
    "en": "on {days}, from {begin} to {end}, {place}",
}
AND = {"ca": " i ", "es": " y ", "en": " and "}
AT_CAMPUS = {"ca": "al {campus}", "es": "en el {campus}", "en": "at {campus}"}
ONLINE = {"ca": "en línia", "es": "en línea", "en": "online"}


def reply(language: str, person: Person, programme: Programme, adviser: User) -> tuple[str, str]:
    """The subject and text with which ``adviser`` answers; the same person always gets the same of three answers."""
    language = language if language in ANSWERS else "en"
    answers = ANSWERS[language]
    answer = answers[(person.pk or 0) % len(answers)]
    facts = catalogue.FACTS[programme.code]
    greeting = GREETINGS if person.given_name else GREETINGS_WITHOUT_NAME
    said = {
        "greeting": greeting[language].format(person=person.given_name),
        "programme": catalogue.texts_of(facts.code)[language]["title"],
        "price": money.show(facts.price_minor, "EUR", language),
        "when": when(facts, language),
        "weeks": facts.length_weeks,
        "hours": facts.weekly_hours,
        "adviser": adviser.get_full_name(),
    }
    return answer["subject"].format(**said), answer["body"].strip().format(**said)


def when(facts: catalogue.Facts, language: str) -> str:
    """The days, times and place of a programme, as one says them in ``language``."""
    begin, end = facts.timetable.split("–")
    place = AT_CAMPUS[language].format(campus=facts.campus.split(",")[0]) if facts.campus else ONLINE[language]
    days = AND[language].join(WEEKDAYS[language][day] for day in facts.days)
    return WHEN[language].format(days=days, begin=begin, end=end, place=place)
