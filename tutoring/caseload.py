"""Who looks after which student: the first tutor, the contacts, the change of tutor and the end."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from contact_centre import promises
from enrolment.models import Enrolment
from people import timeline
from people.access import roles
from people.announcements import announce
from people.models import Channel, Touchpoint, User
from tutoring import letters
from tutoring.models import FollowUp, Student

WELCOME_WITHIN = timedelta(days=2)  # a student who hears nothing in the first days doubts the choice
ENDED_AS: dict[str, Student.State] = {
    Enrolment.State.COMPLETED: Student.State.FINISHED,
    Enrolment.State.WITHDRAWN: Student.State.LEFT,
}


class NotATutor(Exception):
    """Only active tutors look after students."""


@transaction.atomic
def start_student(enrolment: Enrolment, *, at: datetime) -> Student:
    """Make an enrolment a student in the care of the tutor with the fewest students in progress; again changes nothing.

    Without a tutor the student stays unassigned, which the lists show. The first contact is due within two days, and
    the student is told who looks after them. Announces ``after_student_started``.
    """
    facts = {
        "person": enrolment.person,
        "intake": enrolment.intake,
        "started_at": at,
        "next_contact_on": timezone.localdate(at + WELCOME_WITHIN),
    }
    student, is_new = Student.objects.get_or_create(enrolment=enrolment, defaults=facts)
    if not is_new:
        return student
    student.tutor = _least_busy_tutor()
    student.save(update_fields=["tutor"])
    _note(student, "tutoring.started", at=at, summary=str(student.tutor or ""))
    letters.welcome(student, at=at)
    if student.tutor is not None:
        promises.hand_to_tutor(student.person, tutor=student.tutor, at=at)
    announce("after_student_started", student=student, at=at)
    return student


@transaction.atomic
def note_contact(
    student: Student, *, by: User, at: datetime, channel: str, note: str = "", next_on: date | None = None
) -> FollowUp:
    """Write down a contact and what was agreed; the next one is due on ``next_on``.

    The first contact is the welcome. Somebody who has left or finished gets no next date.
    """
    student = _locked(student)
    in_progress = student.state == Student.State.IN_PROGRESS
    note = note.replace("\x00", "").strip()
    follow_up = FollowUp.objects.create(
        student=student, at=at, by=by, channel=channel, note=note, next_on=next_on if in_progress else None
    )
    student.welcomed_at = student.welcomed_at or at
    student.last_contact_at = max(at, student.last_contact_at or at)
    student.next_contact_on = follow_up.next_on
    student.save(update_fields=["welcomed_at", "last_contact_at", "next_contact_on"])
    timeline.record(
        student.person,
        at=at,
        channel=channel,
        direction=Touchpoint.Direction.OUT,
        kind="tutoring.contacted",
        summary=note,
        by=by,
        about=follow_up,
        is_two_way=True,
    )
    return follow_up


@transaction.atomic
def transfer(student: Student, *, to: User, by: User, at: datetime) -> Student:
    """Give the student to another tutor and tell them; to the tutor they have, nothing changes. Raises NotATutor."""
    student = _locked(student)
    if student.tutor_id == to.pk:
        return student
    if not tutors().filter(pk=to.pk).exists():
        raise NotATutor(to.pk)
    before = student.tutor_id
    student.tutor = to
    student.save(update_fields=["tutor"])
    log(instance=student, action="tutoring.transfer", user=by, timestamp=at, data={"from": before, "to": to.pk})
    _note(student, "tutoring.transferred", at=at, by=by, summary=str(to))
    theirs = [one for one in promises.standing(student.person) if one.owner_id == before]
    promises.hand_over(theirs, to=to, by=by, at=at)
    if student.state == Student.State.IN_PROGRESS:
        letters.new_tutor(student, at=at)
    return student


@transaction.atomic
def close_student(enrolment: Enrolment, *, at: datetime, why: str = "") -> Student | None:
    """An enrolment that ended ends the tutoring: nothing more is due. A student who is not in progress stays."""
    student = Student.objects.select_for_update(of=("self",)).filter(enrolment=enrolment).first()
    if student is None or student.state != Student.State.IN_PROGRESS:
        return student
    student.state = ENDED_AS.get(enrolment.state, Student.State.LEFT)
    student.next_contact_on = None
    student.left_reason = why[:250] if student.state == Student.State.LEFT else ""
    student.save(update_fields=["state", "next_contact_on", "left_reason"])
    _note(student, f"tutoring.{student.state}", at=at, summary=student.left_reason)
    return student


def start_missing(*, at: datetime) -> int:
    """Start whoever is enrolled and nobody looks after: enrolments older than the tutoring, or a lost announcement."""
    missing = Enrolment.objects.active().filter(student=None).select_related("person", "intake").order_by("pk")[:500]
    return len([start_student(enrolment, at=at) for enrolment in missing])


def tutors() -> QuerySet[User]:
    """The active tutors, by name."""
    return User.objects.filter(groups__name=roles.TUTOR, is_active=True).order_by("first_name", "last_name", "email")


def tutors_with_load() -> QuerySet[User]:
    """The active tutors with ``load``: how many students in progress each has."""
    return tutors().annotate(load=Count("students", filter=Q(students__state=Student.State.IN_PROGRESS)))


def may_open_list(user: User) -> bool:
    """Whether there is a list of students for this user."""
    return any(user.has_perm(f"tutoring.see_{which}_students") for which in ("own", "all", "taught"))


def readable_notes(user: User, touchpoints: list[Touchpoint]) -> list[Touchpoint]:
    """Those of the touchpoints whose words ``user`` may read, as ``FollowUp.objects.visible_to`` has it."""
    if user.has_perm("tutoring.see_all_students"):
        return touchpoints
    if not user.has_perm("tutoring.see_own_students"):
        return []
    concerned = {one.person_id for one in touchpoints}
    own = set(Student.objects.filter(tutor=user, person__in=concerned).values_list("person", flat=True))
    return [one for one in touchpoints if one.by_id == user.pk or one.person_id in own]


def _least_busy_tutor() -> User | None:
    # Locked in one order: of two enrolments at the same instant, the second counts after the first has its tutor.
    available = list(
        User.objects.filter(groups__name=roles.TUTOR, is_active=True)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    load = dict(
        Student.objects.in_progress()
        .filter(tutor__in=available)
        .values("tutor")
        .annotate(n=Count("pk"))
        .values_list("tutor", "n")
    )
    return min(available, key=lambda tutor: (load.get(tutor.pk, 0), tutor.pk), default=None)


def _locked(student: Student) -> Student:
    students = Student.objects.select_related("person", "intake__programme", "tutor")
    return students.select_for_update(of=("self",)).get(pk=student.pk)


def _note(student: Student, kind: str, *, at: datetime, summary: str = "", by: User | None = None) -> None:
    timeline.record(
        student.person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.INNER,
        kind=kind,
        summary=summary,
        by=by,
        about=student,
    )
