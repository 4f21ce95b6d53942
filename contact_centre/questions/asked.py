"""The questions of a case: suggested, confirmed, answered. The clock stops when none is open."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case as When
from django.db.models import Exists, IntegerField, OuterRef, Value
from django.db.models import When as If

from contact_centre import queue
from contact_centre.models import Case, CaseEvent, Question
from contact_centre.questions import learning, topics
from contact_centre.questions.suggesting import Learned, Suggestion, suggest
from people.models import User

KINDS = (Case.Kind.ENQUIRY, Case.Kind.MESSAGE)  # what people ask in words of their own
READ_AFTERWARDS = timedelta(days=2)  # older cases are read when somebody opens them
CASES_PER_TRANSACTION = 200
State = Question.State
UNDECIDED = (State.SUGGESTED, State.OPEN)


class NoSuchTopic(Exception):
    """No floor knows the topic."""


def of(case: Case) -> list[Question]:
    """The questions of a case, undecided ones first. If nobody has read it yet: what its words suggest, not saved."""
    order = When(If(state=State.OPEN, then=Value(0)), If(state=State.SUGGESTED, then=Value(1)), default=Value(2))
    order.output_field = IntegerField()
    rows = case.questions.annotate(place=order).select_related("by").order_by("place", "asked_at", "pk")
    kept: list[Question] = list(rows)
    if kept or case.kind not in KINDS or not case.question:
        return kept
    return [_row(case, one, at=case.opened_at) for one in suggest(case.question, case.language)]


def undecided(case: Case) -> list[Question]:
    """The questions that an answer has to decide about."""
    return [question for question in of(case) if question.state in UNDECIDED]


def read_new_cases(*, at: datetime) -> int:
    """Suggest questions for the cases that opened lately and were not read yet; return how many were.

    Part of the sweep, so that taking in an enquiry waits for nothing.
    """
    unread = Case.objects.filter(kind__in=KINDS, opened_at__gt=at - READ_AFTERWARDS).exclude(question="")
    unread = unread.open().filter(~Exists(Question.objects.filter(case=OuterRef("pk"))))
    if not unread.exists():
        return 0
    taught, read = learning.learned(), 0
    while some := _read_some(unread, taught):
        read += some
    return read


@transaction.atomic
def _read_some(unread, taught: Learned | None) -> int:
    # SKIP LOCKED: of two sweeps, each reads other cases.
    cases = list(unread.select_for_update(skip_locked=True, of=("self",)).order_by("opened_at")[:CASES_PER_TRANSACTION])
    Question.objects.bulk_create(
        (
            _row(case, one, at=case.opened_at)
            for case in cases
            for one in suggest(case.question, case.language, learned=taught) or [Suggestion(topics.OTHER, "", "", 0.0)]
        ),
        ignore_conflicts=True,
    )
    return len(cases)


@transaction.atomic
def heard(case: Case, text: str, *, at: datetime) -> list[Question]:
    """Take in what a further letter asks: new topics are suggested, and one that was answered is suggested again.

    Asking twice for the same thing is counted: it is a sign that the answer did not arrive.
    """
    case = queue.locked(case)
    _keep_suggestions(case)
    known = {question.topic: question for question in case.questions.all()}
    changed, again = [], []
    for one in suggest(text, case.language):
        question = known.get(one.topic)
        if question is None and one.topic != topics.OTHER:
            question = _row(case, one, at=at)
        elif question is not None and question.state == State.ANSWERED:
            again.append(one.topic)
            question.state, question.words, question.asked_at = State.SUGGESTED, one.words, at
            question.decided_at = question.by = None
        else:
            continue
        question.save()
        changed.append(question)
    if again:
        queue.write_event(case, CaseEvent.Kind.QUESTIONS, at=at, data={"again": again})
    return changed


@transaction.atomic
def put(case: Case, topic: str, state: str, *, by: User, at: datetime, words: str = "") -> Question:
    """Confirm ("open"), add, drop ("dropped") or mark answered one question of a case.

    The clock does not stop by it: only a letter or a conversation does that. Raises NoSuchTopic, CaseClosed if the
    case is over, NotYours if somebody else holds it and ``by`` is no lead.
    """
    if topic not in topics.named():
        raise NoSuchTopic(topic)
    case = queue.locked(case)
    if case.state == Case.State.CLOSED:
        raise queue.CaseClosed(case.pk)
    if not queue.may_act_on(case, by):
        raise queue.NotYours(case.pk)
    _keep_suggestions(case)
    question = case.questions.filter(topic=topic).first()
    if question is None:
        question = Question(case=case, topic=topic, words=words[:300], stage=Question.Stage.HAND, asked_at=at)
    if question.state != state or question.pk is None:
        question.state, question.decided_at, question.by = state, at, by
        question.save()
        queue.write_event(case, CaseEvent.Kind.QUESTIONS, at=at, by=by, data={"topic": topic, "state": str(state)})
    return question


def decide(case: Case, decisions: Mapping[str, str], *, by: User, at: datetime) -> int:
    """Write down which questions a letter answers; return how many stay open. The case is locked by the caller.

    A confirmed question that ``decisions`` does not name stays open. A suggestion that it does not name was never
    shown, and holds nothing up.
    """
    _keep_suggestions(case)
    changed, left = [], 0
    for question in case.questions.filter(state__in=UNDECIDED):
        state = decisions.get(question.topic, question.state)
        if state == State.OPEN:
            left += 1
        if state != question.state and state in State.values:
            question.state, question.decided_at, question.by = state, at, by
            changed.append(question)
    Question.objects.bulk_update(changed, ["state", "decided_at", "by"])
    if changed:
        _tell(case, changed, by=by, at=at)
    return left


def settle(case: Case, *, by: User, at: datetime) -> None:
    """After having spoken every confirmed question counts as answered. The case is locked by the caller."""
    confirmed = list(case.questions.filter(state=State.OPEN))
    for question in confirmed:
        question.state, question.decided_at, question.by = State.ANSWERED, at, by
    if confirmed:
        Question.objects.bulk_update(confirmed, ["state", "decided_at", "by"])
        _tell(case, confirmed, by=by, at=at)


def _tell(case: Case, changed: Iterable[Question], *, by: User, at: datetime) -> None:
    data = {"questions": {question.topic: str(question.state) for question in changed}}
    queue.write_event(case, CaseEvent.Kind.QUESTIONS, at=at, by=by, data=data)


def _keep_suggestions(case: Case) -> None:
    """Save what the words of the case suggest, if nobody has read it before."""
    if case.kind in KINDS and case.question and not case.questions.exists():
        found = suggest(case.question, case.language)
        Question.objects.bulk_create((_row(case, one, at=case.opened_at) for one in found), ignore_conflicts=True)


def _row(case: Case, one: Suggestion, *, at: datetime) -> Question:
    return Question(case=case, topic=one.topic, words=one.words, stage=one.stage, asked_at=at)
