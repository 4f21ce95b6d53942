"""Completeness of a product sheet: what a reader needs before deciding, and what of it is missing.

Positioning comes first: the problem, how one notices it, what one will be able to do and what proves it weigh more than
attributes, because a reader recognises a problem before looking for a course.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from programmes.editing import parity
from programmes.models import Intake, Programme, ProgrammePage

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

LEAST_UNITS = LEAST_QUESTIONS = 3
GOOD, FAIR = 80, 50  # percent


@dataclass(frozen=True)
class Seen:
    """What the rules look at: a page as it stands in memory, and what belongs to its programme."""

    page: ProgrammePage
    intakes: list[Intake]  # those one can still join
    teacher_count: int
    languages: parity.Row | None

    @property
    def programme(self) -> Programme:
        return self.page.programme

    def says(self, *names: str) -> bool:
        return all(has_words(getattr(self.page, name)) for name in names)


@dataclass(frozen=True)
class Rule:
    """``weight`` is in percent of the whole; ``field`` is where the editor puts it right, of the page or programme."""

    code: str
    label: "StrOrPromise"
    advice: "StrOrPromise"
    weight: int
    field: str
    is_met: Callable[[Seen], bool]


def _says(code: str, label: "StrOrPromise", advice: "StrOrPromise", weight: int) -> Rule:
    return Rule(code, label, advice, weight, code, lambda seen: seen.says(code))


RULES = (
    _says("promise", _("Promise"), _("Say in one sentence what changes for whoever takes it."), 8),
    _says("problem", _("Problem"), _("Describe the problem it solves, in the reader’s words."), 10),
    _says("symptoms", _("Symptoms"), _("Tell how one notices the problem in everyday life."), 6),
    _says("outcome", _("Outcome"), _("List what one will be able to do afterwards."), 10),
    _says("proof", _("Proof"), _("Prove it: figures, works, voices of former students."), 8),
    _says("description", _("Description"), _("Describe how the programme works."), 2),
    Rule(
        "facts",
        _("Facts"),
        _("Fill in field, modality, languages and length of the programme."),
        8,
        "programme",
        lambda seen: bool(
            seen.programme.field_id
            and seen.programme.modality
            and seen.programme.taught_in
            and (seen.programme.length_weeks or seen.programme.length_text)
        ),
    ),
    Rule(
        "load",
        _("Weekly load"),
        _("Say how many hours a week it takes; whoever does not know gives up later."),
        4,
        "programme",
        lambda seen: bool(seen.programme.weekly_hours),
    ),
    Rule(
        "dates",
        _("Start"),
        _("Open an intake with its dates and the deadline to apply."),
        6,
        "programme",
        lambda seen: any(one.starts_on and one.ends_on and one.apply_by for one in seen.intakes),
    ),
    Rule(
        "price",
        _("Price"),
        _("Write the price of the next intake."),
        7,
        "programme",
        lambda seen: any(one.price_minor is not None for one in seen.intakes),
    ),
    Rule(
        "seats",
        _("Seats"),
        _("Say how many seats the next intake has."),
        3,
        "programme",
        lambda seen: any(one.seats is not None for one in seen.intakes),
    ),
    Rule("teachers", _("Teachers"), _("Choose who teaches it."), 4, "teachers", lambda seen: seen.teacher_count > 0),
    Rule(
        "syllabus",
        _("Syllabus"),
        _("Write at least three units."),
        5,
        "syllabus",
        lambda seen: len(seen.page.syllabus) >= LEAST_UNITS,
    ),
    Rule(
        "questions",
        _("Questions"),
        _("Answer at least three questions that people ask."),
        4,
        "questions",
        lambda seen: len(seen.page.questions) >= LEAST_QUESTIONS,
    ),
    _says("requirements", _("Entry requirements"), _("Say who can enter, even if everybody can."), 4),
    Rule(
        "accreditation",
        _("Accreditation"),
        _("Say what the certificate is worth and who recognises it."),
        2,
        "accreditation",
        lambda seen: seen.says("accreditation") or bool(seen.programme.accredited_by),
    ),
    _says("careers", _("Where it leads"), _("Tell what one can do or study next."), 3),
    Rule(
        "picture",
        _("Picture"),
        _("Choose a picture and describe it for those who cannot see it."),
        3,
        "image",
        lambda seen: bool(seen.page.image_id and seen.page.image and seen.page.image.description),
    ),
    Rule(
        "translations",
        _("Languages"),
        _("Publish it in every language, and bring translations up to date."),
        3,
        "languages",
        lambda seen: seen.languages is not None and seen.languages.is_whole,
    ),
)


@dataclass(frozen=True)
class Score:
    """How complete a sheet is, in percent, and which rules it does not meet, the weightiest first."""

    page: ProgrammePage
    missing: list[Rule]

    @property
    def percent(self) -> int:
        return 100 - sum(rule.weight for rule in self.missing)

    @property
    def grade(self) -> str:
        return "good" if self.percent >= GOOD else "soon" if self.percent >= FAIR else "late"

    @property
    def met(self) -> list[Rule]:
        return [rule for rule in RULES if rule not in self.missing]


def score(page: ProgrammePage, *, on: date) -> Score:
    """The score of one sheet as it stands in memory, a draft for instance."""
    return _score(page, _intakes([page.programme_id], on=on), page.teachers.count(), parity.rows([page]))


def scores(pages: Iterable[ProgrammePage], *, on: date) -> list[Score]:
    """The scores of many sheets, in the same order; ``programme`` and ``image`` of each are at hand."""
    pages = list(pages)
    intakes = _intakes({page.programme_id for page in pages}, on=on)
    through = ProgrammePage.teachers.through.objects.filter(programmepage__in=[page.pk for page in pages])
    counts = through.values_list("programmepage").annotate(teachers=Count("pk"))
    teachers = dict(counts.values_list("programmepage", "teachers"))
    languages = parity.rows(pages)
    return [_score(page, intakes, teachers.get(page.pk, 0), languages) for page in pages]


def has_words(text: str) -> bool:
    """Whether rich or plain text says anything; empty paragraphs do not."""
    return bool(strip_tags(text or "").replace("\xa0", " ").replace("&nbsp;", " ").strip())


def _score(page: ProgrammePage, intakes: dict, teacher_count: int, languages: dict) -> Score:
    seen = Seen(page, intakes.get(page.programme_id, []), teacher_count, languages.get(page.translation_key))
    missing = [rule for rule in RULES if not rule.is_met(seen)]
    return Score(page, sorted(missing, key=lambda rule: -rule.weight))


def _intakes(programme_ids: Iterable[int], *, on: date) -> dict[int, list[Intake]]:
    found: dict[int, list[Intake]] = defaultdict(list)
    for intake in Intake.objects.upcoming(on=on).filter(programme__in=programme_ids):
        found[intake.programme_id].append(intake)
    return found
