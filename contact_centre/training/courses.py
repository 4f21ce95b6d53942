"""Short courses on a programme with their quiz: written by a lead, read and passed by advisers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from wagtail.log_actions import log

from contact_centre import seen
from contact_centre.models import Certification, ProductCourse, QuizAttempt, QuizChoice, QuizQuestion
from contact_centre.training import certificates
from people.models import User


class NoQuiz(Exception):
    """A course opens to advisers once there is a quiz."""


class BadQuestion(Exception):
    """A question has fewer than two answers, or none that is right. ``number`` counts from one."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


class NotOpen(Exception):
    """The course is not open to advisers."""


class Changed(Exception):
    """The quiz was changed after this attempt had begun, so its answers would be to other questions."""


class Forged(Exception):
    """An answer was given that the quiz does not offer."""


class Unanswered(Exception):
    """Questions were left out; ``ids`` names them."""

    def __init__(self, ids: set[int]):
        super().__init__(ids)
        self.ids = ids


@dataclass(frozen=True)
class Asked:
    """A question as it is written: its words, why its answer is right, and (answer, is it right) in order."""

    text: str
    explanation: str
    answers: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Standing:
    """How somebody stands with a course: the certificate they hold, if any, and their last result."""

    course: ProductCourse
    certificate: Certification | None
    last_percent: int | None


@dataclass(frozen=True)
class Marked:
    """A question of a finished attempt: what was chosen, and whether that was right."""

    question: QuizQuestion
    choices: list[tuple[QuizChoice, bool]]  # with whether it was chosen
    is_right: bool


def quiz_of(course: ProductCourse) -> list[Asked]:
    """The quiz as it is written now."""
    return [
        Asked(question.text, question.explanation, tuple((one.text, one.is_right) for one in choices))
        for question, choices in questions(course)
    ]


def questions(course: ProductCourse) -> list[tuple[QuizQuestion, list[QuizChoice]]]:
    """The questions with their answers, in order; two queries."""
    asked = course.questions.order_by("position", "pk")
    found: dict[int, tuple[QuizQuestion, list[QuizChoice]]] = {one.pk: (one, []) for one in asked}
    for choice in QuizChoice.objects.filter(question__in=found).order_by("position", "pk"):
        found[choice.question_id][1].append(choice)
    return list(found.values())


@transaction.atomic
def keep(
    course: ProductCourse, *, quiz: Iterable[Asked], by: User | None, at: datetime, started_from: str = ""
) -> ProductCourse:
    """Save a course with its quiz in place of the one it had; an unchanged quiz keeps its questions.

    A changed quiz ends the attempts that are under way: see ``Changed``. Certificates stay. ``started_from`` is the
    ``mark`` of what the writer opened. Raises BadQuestion, NoQuiz if a course without questions were open to advisers,
    and seen.Overtaken if somebody else has saved it since.
    """
    quiz = list(quiz)
    for number, asked in enumerate(quiz, start=1):
        if len(asked.answers) < 2 or not any(is_right for _text, is_right in asked.answers):
            raise BadQuestion(number)
    if course.is_live and not quiz:
        raise NoQuiz(course.title)
    is_new = course.pk is None
    if is_new:
        course.changed_at = at
        course.save()
    else:
        seen.check(started_from, mark(ProductCourse.objects.select_for_update(no_key=True).get(pk=course.pk)))
    if quiz != quiz_of(course):
        course.changed_at = at
        course.questions.all().delete()
        _write(course, quiz)
    course.save()
    log(instance=course, action="contact_centre.course", user=by, timestamp=at, data={"questions": len(quiz)})
    return course


def mark(course: ProductCourse) -> str:
    """The mark of a course with its quiz, as they were saved last."""
    return seen.mark(course, quiz_of(course))


def _write(course: ProductCourse, quiz: list[Asked]) -> None:
    for position, asked in enumerate(quiz):
        question = QuizQuestion.objects.create(
            course=course, position=position, text=asked.text, explanation=asked.explanation
        )
        QuizChoice.objects.bulk_create(
            QuizChoice(question=question, position=place, text=text, is_right=is_right)
            for place, (text, is_right) in enumerate(asked.answers)
        )


def standings(user: User, *, at: datetime, drafts: bool = False) -> list[Standing]:
    """The courses open to advisers (with ``drafts`` all of them) and how ``user`` stands with each; three queries."""
    courses = ProductCourse.objects.select_related("programme").order_by("programme__title")
    if not drafts:
        courses = courses.filter(is_live=True)
    held = {one.programme_id: one for one in certificates.valid(at=at).filter(user=user)}
    newest = QuizAttempt.objects.filter(user=user, percent__isnull=False).values("course").annotate(last=Max("pk"))
    last = QuizAttempt.objects.filter(pk__in=newest.values("last")).values_list("course", "percent")
    percents = dict(last)
    return [Standing(course, held.get(course.programme_id), percents.get(course.pk)) for course in courses]


@transaction.atomic
def begin(course: ProductCourse, *, by: User, at: datetime) -> QuizAttempt:
    """Begin an attempt, or go on with the one that is under way: of two windows, both show the same attempt.

    Raises NotOpen, also if there is nothing to answer.
    """
    certificates.one_at_a_time(by.pk)  # the second of two clicks waits and finds the attempt of the first
    course = ProductCourse.objects.get(pk=course.pk)
    if not course.is_live or not course.questions.exists():
        raise NotOpen(course.pk)
    under_way = QuizAttempt.objects.filter(course=course, user=by, ended_at=None).order_by("pk").last()
    if under_way is not None and _holds(under_way, course):
        return under_way
    return QuizAttempt.objects.create(course=course, user=by, started_at=at)


@transaction.atomic
def submit(attempt: QuizAttempt, answers: Mapping[int, Iterable[int]], *, at: datetime) -> QuizAttempt:
    """Mark an attempt; from the percentage of the course on it is passed and certifies. The first word counts: an
    attempt that was marked before comes back as it is.

    ``answers`` has the chosen answers by question. One with several right answers is right if all of them and no other
    are chosen. Raises Changed, Forged, Unanswered, NotOpen if the course was closed meanwhile; nothing is then marked.
    """
    certificates.one_at_a_time(attempt.user_id)
    attempt = QuizAttempt.objects.select_related("user").get(pk=attempt.pk)
    if attempt.ended_at is not None:
        return attempt
    # Whoever changes the quiz waits until this is marked, or was first and is seen here.
    course = ProductCourse.objects.select_for_update(no_key=True).get(pk=attempt.course_id)
    if not course.is_live:
        raise NotOpen(course.pk)
    if not _holds(attempt, course):
        raise Changed(attempt.pk)
    asked = questions(course)
    chosen = {question_id: set(choices) for question_id, choices in answers.items()}
    offered = {question.pk: {one.pk for one in choices} for question, choices in asked}
    if any(not ids <= offered.get(question_id, set()) for question_id, ids in chosen.items()):
        raise Forged(attempt.pk)
    if left := {pk for pk in offered if not chosen.get(pk)}:
        raise Unanswered(left)
    right = sum(chosen[question.pk] == {one.pk for one in choices if one.is_right} for question, choices in asked)
    attempt.answers = {str(pk): sorted(ids) for pk, ids in chosen.items()}
    attempt.percent = 100 * right // len(asked)
    attempt.passed = attempt.percent >= course.pass_percent
    attempt.ended_at = at
    attempt.save(update_fields=["answers", "percent", "passed", "ended_at"])
    if attempt.passed:
        certificates.grant(attempt, course, at=at)
    return attempt


def paper(attempt: QuizAttempt) -> list[tuple[QuizQuestion, list[QuizChoice]]]:
    """The questions of an attempt; its answers stand in an order of its own, so that nobody learns places by heart."""

    def place(choice: QuizChoice) -> str:
        return sha256(f"{attempt.uuid}:{choice.pk}".encode()).hexdigest()

    return [(question, sorted(choices, key=place)) for question, choices in questions(attempt.course)]


def marked(attempt: QuizAttempt) -> list[Marked]:
    """What was right and wrong in a finished attempt; empty if the quiz has changed since."""
    course = attempt.course
    if not _holds(attempt, course):
        return []
    shown = []
    for question, choices in questions(course):
        chosen = set(attempt.answers.get(str(question.pk), ()))
        right = {one.pk for one in choices if one.is_right}
        shown.append(Marked(question, [(one, one.pk in chosen) for one in choices], chosen == right))
    return shown


def _holds(attempt: QuizAttempt, course: ProductCourse) -> bool:
    return course.changed_at is None or attempt.started_at >= course.changed_at
