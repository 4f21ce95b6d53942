"""The words a template may hold, and where each comes from: for one reader or for thousands, in as many queries.

Upper floors add theirs with the hook ``register_letter_words``, which returns a ``Source``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail import hooks

from contact_centre.models import Case
from contact_centre.wording.spelling import Value
from people.models import Person, User
from people.own_data.links import absolute
from programmes import dates, shell
from programmes.models import Fact, FactVersion, Intake, Programme
from programmes.supports import sheets
from programmes.told import facts as fact_words
from programmes.told import versions as told_versions

NAME, NOUN, DAY, PLAIN = "name", "noun", "day", "plain"
FORMS_OF = {NAME: ("of",), NOUN: ("the", "of", "of_the", "to_the"), DAY: ("the", "of", "of_the", "to_the"), PLAIN: ()}


@dataclass(frozen=True)
class Word:
    """A word: what it says, for whoever writes; ``sort`` decides which forms it takes.

    Where nothing is known of an ``is_optional`` word, the letter leaves without it; any other holds the letter back.
    """

    label: str | Promise
    sort: str = PLAIN
    is_optional: bool = False
    is_fact: bool = False


@dataclass(frozen=True)
class Letter:
    """One text for one reader, as far as its words need to know."""

    person: Person
    language: str
    at: datetime
    programme: Programme | None = None
    intake: Intake | None = None  # without one, facts are those of the nearest start
    case: Case | None = None
    by: User | None = None
    about: tuple[str, int] | None = None  # the kind and number of what it is about, as ``about_kind`` names it


Known = Mapping[str, Value]
Fill = Callable[[Sequence[Letter], Set[str]], Sequence[Known]]


@dataclass(frozen=True)
class Source:
    """Words that come from one place. ``fill`` is asked for the wanted ones of all letters together, in their order.

    It may leave out of its answer what it does not know, and makes a number of queries that does not grow with theirs.
    """

    label: str | Promise
    words: Mapping[str, Word]
    fill: Fill


def sources() -> list[Source]:
    """Where words come from: ours first, then what upper floors register."""
    return [PERSON, SCHOOL, PROGRAMME, FACTS, *(register() for register in hooks.get_hooks("register_letter_words"))]


def all_words() -> dict[str, Word]:
    """Every word there is."""
    return {code: word for source in sources() for code, word in source.words.items()}


def forms() -> dict[str, tuple[str, ...]]:
    """The forms that each word takes, as ``language.check`` asks."""
    return {code: FORMS_OF[word.sort] for code, word in all_words().items()}


def fill(letters: Sequence[Letter], wanted: Set[str]) -> list[dict[str, Value]]:
    """What each of ``wanted`` says in each letter; what is not known is left out."""
    filled: list[dict[str, Value]] = [{} for _letter in letters]
    for source in sources():
        if asked := wanted & source.words.keys():
            for known, found in zip(filled, source.fill(letters, asked), strict=True):
                known.update({code: value for code, value in found.items() if code in asked and value.text})
    return filled


# --- people


def _people(letters: Sequence[Letter], wanted: Set[str]) -> list[Known]:
    return [
        {
            "person": Value(letter.person.given_name or letter.person.name),
            "person.given": Value(letter.person.given_name),
            "person.family": Value(letter.person.family_name),
            "person.name": Value(letter.person.name),
        }
        for letter in letters
    ]


PERSON = Source(
    _("The reader"),
    {
        "person": Word(_("Given name, or the name we have"), NAME, is_optional=True),
        "person.given": Word(_("Given name"), NAME, is_optional=True),
        "person.family": Word(_("Family name"), NAME, is_optional=True),
        "person.name": Word(_("Whole name"), NAME, is_optional=True),
    },
    _people,
)


def _school(letters: Sequence[Letter], wanted: Set[str]) -> list[Known]:
    school = shell.school_of() if wanted & {"school", "school.phone", "school.email"} else None
    ours = {
        "school": Value(school.name if school else ""),
        "school.phone": Value(school.phone if school else ""),
        "school.email": Value(school.email if school else ""),
    }
    return [{**ours, **_of_letter(letter, wanted)} for letter in letters]


def _of_letter(letter: Letter, wanted: Set[str]) -> Known:
    """Who signs, and the days that are the letter's own."""
    said: dict[str, Value] = {}
    if letter.by is not None:
        said["adviser"] = Value(letter.by.get_full_name() or letter.by.email)
        said["adviser.given"] = Value(letter.by.first_name or letter.by.email)
    if "today" in wanted:
        said["today"] = day_value(timezone.localdate(letter.at), letter.language)
    if "answer_by" in wanted and letter.case is not None:
        said["answer_by"] = day_value(timezone.localdate(letter.case.answer_due_at), letter.language)
    return said


SCHOOL = Source(
    _("We"),
    {
        "adviser": Word(_("Whoever signs"), NAME),
        "adviser.given": Word(_("Given name of whoever signs"), NAME),
        "school": Word(_("The school"), NOUN),
        "school.phone": Word(_("Telephone of the school")),
        "school.email": Word(_("E-mail of the school")),
        "today": Word(_("The day it is written"), DAY),
        "answer_by": Word(_("The day by which the case is answered"), DAY),
    },
    _school,
)


# --- programmes


def _programmes(letters: Sequence[Letter], wanted: Set[str]) -> list[Known]:
    ids = {letter.programme.pk for letter in letters if letter.programme}
    found = Programme.objects.with_sheets().select_related("field").in_bulk(ids)
    said: dict[tuple[int, str], Known] = {}
    told: list[Known] = []
    for letter in letters:
        programme = found.get(letter.programme.pk) if letter.programme else None
        if programme is None:
            told.append({})
            continue
        key = programme.pk, letter.language
        if key not in said:
            page = programme.sheet_in(letter.language)
            with override(letter.language):
                said[key] = {
                    "programme": Value(page.title if page else programme.title),
                    "programme.url": Value(
                        absolute(page.get_url() or "") if page and "programme.url" in wanted else ""
                    ),
                    "field": Value(programme.field.name if programme.field else ""),
                }
        told.append(said[key])
    return told


PROGRAMME = Source(
    _("The programme"),
    {
        "programme": Word(_("Its name in the reader’s language"), NOUN),
        "programme.url": Word(_("Address of its page")),
        "field": Word(_("Its field")),
    },
    _programmes,
)


def _facts(letters: Sequence[Letter], wanted: Set[str]) -> list[Known]:
    """The facts of today with their versions: of the reader's intake, else of the nearest start with a free seat."""
    ids = sorted({letter.programme.pk for letter in letters if letter.programme})
    if not ids:
        return [{} for _letter in letters]
    at = letters[0].at
    told_versions.note(ids, at=at)  # what changed a minute ago is told as it is
    held: dict[int, list[FactVersion]] = {}
    for version in FactVersion.objects.filter(programme__in=ids, valid_until=None).exclude(value={}):
        held.setdefault(version.programme_id, []).append(version)
    starts = _nearest(ids, on=timezone.localdate(at))
    said: dict[tuple[int, int | None, str], Known] = {}
    told: list[Known] = []
    for letter in letters:
        if letter.programme is None:
            told.append({})
            continue
        intake, left = starts.get(letter.programme.pk, (None, None))
        if letter.intake is not None:
            intake, left = letter.intake, left if intake and intake.pk == letter.intake.pk else None
        key = letter.programme.pk, intake.pk if intake else None, letter.language
        if key not in said:
            said[key] = _facts_of(held.get(letter.programme.pk, []), intake, left, letter.language, at)
        told.append(said[key])
    return told


def _nearest(programme_ids: Iterable[int], *, on: date) -> dict[int, tuple[Intake, int | None]]:
    """The nearest start with a free seat, else the nearest, and how many seats are left."""
    intakes = list(Intake.objects.upcoming(on=on).filter(programme__in=programme_ids))
    taken = sheets.seats_taken([intake.pk for intake in intakes])
    nearest: dict[int, tuple[Intake, int | None]] = {}
    for intake in intakes:
        left = None if intake.seats is None else max(0, intake.seats - taken.get(intake.pk, 0))
        if intake.programme_id not in nearest or (nearest[intake.programme_id][1] == 0 and left != 0):
            nearest[intake.programme_id] = (intake, left)
    return nearest


def _facts_of(
    versions: Iterable[FactVersion], intake: Intake | None, left: int | None, language: str, at: datetime
) -> Known:
    said: dict[str, Value] = {}
    # Those of the intake come last, so that they replace what the programme says in general.
    for version in sorted(versions, key=lambda one: one.intake_id is not None):
        if version.language not in ("", language) or version.intake_id not in (None, intake.pk if intake else None):
            continue
        on = date.fromisoformat(version.value["on"]) if "on" in version.value else None
        said[version.fact] = Value(told_versions.words(version, language), on, version)
    if intake is not None:
        said["price_today"] = _price_today(said, intake, language, on=timezone.localdate(at))
        if left:
            said["seats_left"] = Value(str(left))
    return said


def _price_today(said: Mapping[str, Value], intake: Intake, language: str, *, on: date) -> Value:
    """What one pays who signs up today, with the version of the price that holds today."""
    amount = intake.price_minor_on(on)
    if amount is None:
        return said.get(Fact.PRICE, Value(""))
    for fact in (Fact.EARLY_PRICE, Fact.LATE_PRICE, Fact.PRICE):
        value = said.get(fact)
        if value is not None and isinstance(value.version, FactVersion) and value.version.value.get("minor") == amount:
            return Value(fact_words.words(Fact.PRICE, {"minor": amount, "currency": intake.currency}, language),
                         None, value.version)  # fmt: skip
    return Value(fact_words.words(Fact.PRICE, {"minor": amount, "currency": intake.currency}, language))


_DAYS = {Fact.STARTS_ON, Fact.ENDS_ON, Fact.APPLY_BY}
FACTS = Source(
    _("Facts of the product sheet"),
    {fact.value: Word(fact.label, DAY if fact in _DAYS else PLAIN, is_fact=True) for fact in Fact}
    | {
        "price_today": Word(_("Price of the day"), is_fact=True),
        "seats_left": Word(_("Seats left"), is_fact=True),
    },
    _facts,
)


@lru_cache(maxsize=1_024)
def day_value(on: date, language: str) -> Value:
    """A day as a word says it."""
    return Value(dates.show(on, language), on)
