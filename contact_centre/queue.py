"""The queue: the acts on cases, and their refusals.

Every act locks the case, refuses or changes it, and leaves a ``CaseEvent``; every figure about answering is counted
from those. What is done to other people's work is also written to Wagtail's history.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import models, transaction
from wagtail.log_actions import log

from contact_centre import ranking
from contact_centre.assignment import eligibility, keeping
from contact_centre.clocks import promised
from contact_centre.models import Adviser, Case, CaseEvent
from people.announcements import announce
from people.models import Person, User

ORDINARY, HIGH, AT_ONCE = 0, 1, 2
NUDGE_PAUSE = timedelta(hours=1)  # clicking again within the hour says nothing new

# One statement takes the first case that fits and writes the event, so nothing is held between two of them. Rows that
# a colleague is claiming this instant are skipped: nobody waits, and nobody gets the same one.
_CLAIM = """
WITH next (id) AS ({fitting} FOR UPDATE SKIP LOCKED), taken AS (
    UPDATE contact_centre_case SET state = 'in_hand', adviser_id = %s, taken_at = %s, unowned_due_at = NULL
    FROM next WHERE contact_centre_case.id = next.id RETURNING contact_centre_case.*
), noted AS (
    INSERT INTO contact_centre_caseevent (case_id, kind, at, by_id, note) SELECT id, 'taken', %s, %s, '' FROM taken
)
SELECT * FROM taken
"""


class CaseAlreadyTaken(Exception):
    """Another adviser holds the case."""


class CaseClosed(Exception):
    """The case is over."""


class NotYours(Exception):
    """Only whoever holds the case, or a lead, may do this."""


class NotCertified(NotYours):
    """The programme asks for a certificate that this adviser does not have."""


def open_case(
    person: Person,
    *,
    kind: str,
    at: datetime,
    question: str = "",
    programme=None,
    channel: str = "web",
    language: str = "ca",
    about: models.Model | None = None,
    is_subject_new: bool = False,
    priority: int = ORDINARY,
    adviser: User | None = None,
) -> Case:
    """Owe ``person`` an answer, due as the desk promises; with ``adviser`` the case is in their hands at once.

    Both deadlines of the answer are stored: on the wall, which the person is told, and in working time. Whoever spoke
    with the person last has the case kept for them for some minutes, if they are at the desk.

    One case per subject and kind: opened again ``about`` the same thing, the existing case is returned unchanged.
    ``is_subject_new`` says that ``about`` was made in this very transaction, so that nobody can have opened one.
    Announces ``after_case_opened``.
    """
    case, dues = _opening(
        person,
        kind=kind,
        at=at,
        question=question,
        programme=programme,
        channel=channel,
        language=language,
        priority=priority,
        adviser=adviser,
    )
    with transaction.atomic():
        is_new = True
        if about is not None:
            case.about_kind, case.about_id = about._meta.label_lower, about.pk
        if about is None or is_subject_new:
            case.save(force_insert=True)
        else:
            subject = {"about_kind": case.about_kind, "about_id": about.pk, "kind": kind}
            facts = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
            facts = {name: value for name, value in facts.items() if name not in subject and name != "id"}
            case, is_new = Case.objects.get_or_create(**subject, defaults=facts)
        if is_new:
            write_event(case, CaseEvent.Kind.OPENED, at=at, data=dues.promised)
            announce("after_case_opened", case=case, at=at)
    return case


def opening(person: Person, *, number: int, about: models.Model, at: datetime, **facts) -> tuple[Case, CaseEvent]:
    """The rows of a case that opens and of its first event, not saved: for whoever writes them beside their own.

    ``facts`` as for ``open_case``. Whoever writes them announces ``after_case_opened``.
    """
    case, dues = _opening(person, at=at, **facts)
    case.pk, case.about_kind, case.about_id = number, about._meta.label_lower, about.pk
    return case, CaseEvent(case_id=number, kind=CaseEvent.Kind.OPENED, at=at, data=dues.promised)


def _opening(
    person: Person,
    *,
    kind: str,
    at: datetime,
    question: str = "",
    programme=None,
    channel: str = "web",
    language: str = "ca",
    priority: int = ORDINARY,
    adviser: User | None = None,
) -> tuple[Case, promised.Dues]:
    """A case with its deadlines and its place in the queue, and what was promised."""
    dues = promised.at_opening(kind, opened_at=at)
    place = ranking.place(
        person_id=person.pk,
        programme_id=programme.pk if programme else None,
        kind=kind,
        answer_due_at=dues.answer_due_at,
        at=at,
        is_stranger=person.is_stranger,
    )
    facts = {
        "person": person,
        "question": question,
        "programme": programme,
        "channel": channel,
        "language": language,
        "priority": priority,
        "adviser": adviser,
        "state": Case.State.IN_HAND if adviser else Case.State.WAITING,
        "opened_at": at,
        "taken_at": at if adviser else None,
        "answer_due_at": dues.answer_due_at,
        "work_due_at": dues.work_due_at,
        "resolution_due_at": dues.resolution_due_at,
        "unowned_due_at": None if adviser else dues.unowned_due_at,
        "team_id": dues.team_id,
        "rank_at": place.rank_at,
        "value_minor": place.value_minor,
        "chance": place.chance,
    }
    if adviser is None and place.last_adviser_id is not None:
        facts |= keeping.for_last_adviser(Case(kind=kind, **facts), place.last_adviser_id, at=at)
    return Case(kind=kind, **facts), dues


@transaction.atomic
def take(case: Case, *, by: User, at: datetime) -> Case:
    """Put the case in the hands of ``by``, at any hour; taking one's own case again changes nothing.

    Raises CaseAlreadyTaken if somebody else holds it, CaseClosed if it is over, NotCertified if the programme asks for
    a certificate that ``by``, who is no lead, does not have.
    """
    case = locked(case)
    if case.state == Case.State.CLOSED:
        raise CaseClosed(case.pk)
    # Whoever answers for a case that nobody took has not taken it either.
    is_free = case.adviser_id is None or (case.taken_at is None and case.state == Case.State.IN_HAND)
    if not is_free and case.adviser_id != by.pk:
        raise CaseAlreadyTaken(case.pk)
    if is_free:
        if not eligibility.is_certified(by, case, at=at) and not by.has_perm("contact_centre.assign_case"):
            raise NotCertified(case.pk)
        _hand_to(case, by, at=at)
        write_event(case, CaseEvent.Kind.TAKEN, at=at, by=by)
    return case


def claim_next(*, by: User, at: datetime) -> Case | None:
    """Give ``by`` the most urgent case that nobody holds and that they may and can take, or None if there is none.

    ``eligibility.why_nothing`` then says why. Put-aside cases, and those kept for the adviser who knows the person, are
    passed over. Being off shift is no hindrance.
    """
    ability = eligibility.limits(by, at=at)
    if ability.room_left is None:
        return _claim(ability, at=at)
    with transaction.atomic():
        # Two clicks of somebody with room for one case: the second waits here and counts the first.
        Adviser.objects.select_for_update().filter(user=by).first()
        ability = eligibility.limits(by, at=at)
        return None if ability.why_not else _claim(ability, at=at)


def _claim(ability: eligibility.Ability, *, at: datetime) -> Case | None:
    fitting = ability.fitting(Case.objects.waiting(), at=at).most_urgent_first().values("pk")[:1]
    sql, params = fitting.query.sql_with_params()
    taken = Case.objects.raw(_CLAIM.format(fitting=sql), [*params, ability.user_id, at, at, ability.user_id])
    return next(iter(taken), None)


@transaction.atomic
def put_back(case: Case, *, by: User, at: datetime) -> Case:
    """Return the case to the queue with the deadline it had; a waiting case stays as it is.

    Raises NotYours if somebody else holds it and ``by`` is no lead, CaseClosed if it is answered or over.
    """
    case = locked(case)
    if case.state in (Case.State.ANSWERED, Case.State.CLOSED):
        raise CaseClosed(case.pk)
    _refuse_others(case, by)
    if case.state == Case.State.IN_HAND:
        move(case, Case.State.WAITING)
        case.adviser = case.taken_at = case.meant_for = case.meant_until = None
        case.unowned_due_at = promised.at_opening(case.kind, opened_at=at, team=case.team).unowned_due_at
        case.save(update_fields=["state", "adviser", "taken_at", "meant_for", "meant_until", "unowned_due_at"])
        write_event(case, CaseEvent.Kind.RETURNED, at=at, by=by)
    return case


@transaction.atomic
def assign(cases: Iterable[Case], *, to: User, by: User, at: datetime) -> int:
    """Give cases to an adviser, whoever holds them; return how many changed hands. Closed ones are left alone."""
    chosen = Case.objects.open().filter(pk__in=[case.pk for case in cases])
    # Locked in one order, so that two leads who assign the same cases wait for each other and do not deadlock.
    changed = [case for case in chosen.select_for_update().order_by("pk") if case.adviser_id != to.pk]
    for case in changed:
        if case.state == Case.State.WAITING:
            move(case, Case.State.IN_HAND)
        case.adviser, case.taken_at, case.unowned_due_at = to, at, None
        log(instance=case, action="contact_centre.assign", user=by, timestamp=at, data={"to": to.pk})
    Case.objects.bulk_update(changed, ["state", "adviser", "taken_at", "unowned_due_at"], batch_size=500)
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=CaseEvent.Kind.ASSIGNED, at=at, by=by, note=str(to)) for case in changed
    )
    return len(changed)


@transaction.atomic
def close(case: Case, *, by: User | None, at: datetime, note: str = "") -> Case:
    """End the case; ``by`` is None when the product does it. Closing a closed case changes nothing.

    Raises NotYours if somebody else holds it and ``by`` is no lead. Announces ``after_case_closed``.
    """
    case = locked(case)
    if case.state != Case.State.CLOSED:
        _refuse_others(case, by)
        move(case, Case.State.CLOSED)
        case.closed_at = at
        case.save(update_fields=["state", "closed_at"])
        write_event(case, CaseEvent.Kind.CLOSED, at=at, by=by, note=note)
        log(instance=case, action="contact_centre.close", user=by, timestamp=at)
        announce("after_case_closed", case=case, by=by, at=at)
    return case


@transaction.atomic
def reopen(case: Case, *, by: User | None, at: datetime, note: str = "") -> Case:
    """Owe an answer again on a case that was answered or closed, with new deadlines, in the hands of ``by``.

    Without ``by``, because the person wrote again, it goes back to whoever had it, or else to the queue.
    """
    case = locked(case)
    if case.state in (Case.State.ANSWERED, Case.State.CLOSED):
        move(case, Case.State.IN_HAND)
        holder = by or (case.adviser if case.adviser and case.adviser.is_active else None)
        if holder is None:
            move(case, Case.State.WAITING)
        dues = promised.at_opening(case.kind, opened_at=at, team=case.team)
        case.adviser, case.taken_at = holder, at if holder else None
        case.answered_at = case.closed_at = case.escalated_at = case.next_due_at = case.waiting_for_them_since = None
        case.escalation_level, case.snoozed_until = 0, None
        case.answer_due_at = dues.answer_due_at
        place = ranking.place(
            person_id=case.person_id,
            programme_id=case.programme_id,
            kind=case.kind,
            answer_due_at=case.answer_due_at,
            at=at,
        )
        case.rank_at, case.value_minor, case.chance = place.rank_at, place.value_minor, place.chance
        case.work_due_at, case.resolution_due_at = dues.work_due_at, dues.resolution_due_at
        case.unowned_due_at = None if holder else dues.unowned_due_at
        case.save()
        write_event(case, CaseEvent.Kind.REOPENED, at=at, by=by, note=note, data=dues.promised)
        log(instance=case, action="contact_centre.reopen", user=by, timestamp=at)
    return case


@transaction.atomic
def nudge(case: Case, *, at: datetime) -> Case:
    """Note that the person asked where the answer is: an unanswered case rises to high priority.

    Asking again within an hour, or about a case that is answered or over, changes nothing.
    """
    case = locked(case)
    is_owed = case.answered_at is None and case.state != Case.State.CLOSED
    if is_owed and (case.nudged_at is None or at - case.nudged_at >= NUDGE_PAUSE):
        case.nudged_at = at
        case.priority = max(case.priority, HIGH)
        case.save(update_fields=["nudged_at", "priority"])
        write_event(case, CaseEvent.Kind.NUDGED, at=at)
    return case


def locked(case: Case) -> Case:
    """The case as the database has it, kept from everybody else until the transaction ends."""
    return Case.objects.select_for_update().get(pk=case.pk)


def move(case: Case, to: str) -> None:
    """Change the state in memory: the one place that reads the table of moves. An impossible one is our mistake."""
    if to not in Case.MOVES[Case.State(case.state)]:
        raise ValueError(f"a case cannot go from {case.state} to {to}")
    case.state = to


def may_act_on(case: Case, by: User) -> bool:
    """Whether nobody else holds the case, or ``by`` leads the desk."""
    return case.adviser_id in (None, by.pk) or by.has_perm("contact_centre.assign_case")


def _refuse_others(case: Case, by: User | None) -> None:
    if by is not None and not may_act_on(case, by):
        raise NotYours(case.pk)


def _hand_to(case: Case, adviser: User, *, at: datetime) -> None:
    if case.state == Case.State.WAITING:
        move(case, Case.State.IN_HAND)
    case.adviser, case.taken_at, case.unowned_due_at = adviser, at, None
    case.save(update_fields=["state", "adviser", "taken_at", "unowned_due_at"])


def write_event(
    case: Case, kind: str, *, at: datetime, by: User | None = None, note: str = "", data: dict | None = None
) -> CaseEvent:
    """Add a line to what happened to the case; ``data`` is what a figure needs besides."""
    return CaseEvent.objects.create(case=case, kind=kind, at=at, by=by, note=note, data=data)


def advisers() -> models.QuerySet[User]:
    """Those to whom a case can be given, by name."""
    may_take = Permission.objects.filter(content_type__app_label="contact_centre", codename="take_case")
    has_right = models.Q(groups__permissions__in=may_take) | models.Q(user_permissions__in=may_take)
    return User.objects.filter(has_right, is_active=True).distinct().order_by("first_name", "last_name", "email")
