import threading
from datetime import date, timedelta

import pytest
from django.db import close_old_connections, connection

from people.models import OutgoingMessage, Person, Touchpoint
from people.own_data import exporting
from people.privacy import erasure
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.tutoring import MONDAY_9AM, StudentFactory, SurveyInvitationFactory, tutor
from tutoring import caseload
from tutoring.models import Student

pytestmark = pytest.mark.django_db


def test_new_student_goes_to_the_tutor_with_the_fewest_in_progress():
    busy, free = tutor(), tutor()
    StudentFactory(tutor=busy)
    StudentFactory.create_batch(2, tutor=free, state=Student.State.FINISHED)
    student = caseload.start_student(EnrolmentFactory(), at=MONDAY_9AM)
    assert student.tutor == free
    assert student.next_contact_on == date(2027, 3, 10)


def test_closed_login_gets_no_students():
    tutor(is_active=False)
    assert caseload.start_student(EnrolmentFactory(), at=MONDAY_9AM).tutor is None


def test_starting_twice_makes_one_student_and_one_welcome():
    oriol = tutor(first_name="Oriol", last_name="Serra")
    enrolment = EnrolmentFactory()
    first = caseload.start_student(enrolment, at=MONDAY_9AM)
    again = caseload.start_student(enrolment, at=MONDAY_9AM + timedelta(days=1))
    assert first == again
    message = OutgoingMessage.objects.get()
    assert (message.purpose, message.language) == ("service", first.person.language)
    assert "Oriol Serra" in message.body
    assert oriol.email in message.body


@pytest.mark.django_db(transaction=True)
def test_two_enrolments_at_once_share_the_tutors():
    tutor(), tutor()
    enrolments = EnrolmentFactory.create_batch(4)
    barrier = threading.Barrier(4)

    def start(enrolment):
        close_old_connections()
        barrier.wait()
        try:
            caseload.start_student(enrolment, at=MONDAY_9AM)
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=[enrolment]) for enrolment in enrolments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.load for one in caseload.tutors_with_load()) == [2, 2]


def test_first_contact_is_the_welcome_and_sets_the_next():
    by = tutor()
    student = StudentFactory(tutor=by)
    caseload.note_contact(student, by=by, at=MONDAY_9AM, channel="phone", note="Reads", next_on=date(2027, 3, 29))
    student.refresh_from_db()
    assert (student.welcomed_at, student.last_contact_at) == (MONDAY_9AM, MONDAY_9AM)
    assert student.next_contact_on == date(2027, 3, 29)
    touchpoint = Touchpoint.objects.get(kind="tutoring.contacted")
    assert (touchpoint.is_two_way, touchpoint.summary, touchpoint.by) == (True, "Reads", by)


def test_transfer_tells_the_student_once():
    student, to, lead = StudentFactory(tutor=tutor()), tutor(), UserFactory(role="Director")
    for _twice in range(2):
        caseload.transfer(student, to=to, by=lead, at=MONDAY_9AM)
    student.refresh_from_db()
    assert student.tutor == to
    assert OutgoingMessage.objects.filter(person=student.person).count() == 1
    with pytest.raises(caseload.NotATutor):
        caseload.transfer(student, to=lead, by=lead, at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("ended", "state", "reason"), [("withdrawn", "left", "Moves away"), ("completed", "finished", "")]
)
def test_end_of_the_enrolment_ends_the_tutoring(ended, state, reason):
    student = StudentFactory(tutor=tutor(), next_contact_on=date(2027, 3, 10))
    student.enrolment.state = ended
    for _twice in range(2):
        caseload.close_student(student.enrolment, at=MONDAY_9AM, why="Moves away")
    student.refresh_from_db()
    assert (student.state, student.next_contact_on, student.left_reason) == (state, None, reason)
    assert Touchpoint.objects.filter(kind=f"tutoring.{state}").count() == 1


def test_sweep_starts_whoever_was_missed_once():
    EnrolmentFactory()
    assert caseload.start_missing(at=MONDAY_9AM) == 1
    assert caseload.start_missing(at=MONDAY_9AM) == 0


def test_tutor_sees_own_students_and_lead_sees_all():
    mine = StudentFactory(tutor=tutor())
    theirs = StudentFactory(tutor=tutor())
    assert list(Student.objects.visible_to(mine.tutor)) == [mine]
    assert set(Student.objects.visible_to(UserFactory(role="Director"))) == {mine, theirs}
    assert not Student.objects.visible_to(UserFactory(role="Adviser")).exists()
    theirs.tutor.groups.clear()
    assert not Student.objects.visible_to(type(theirs.tutor).objects.get(pk=theirs.tutor.pk)).exists()


def test_export_has_the_words_and_erasure_forgets_them():
    student = StudentFactory(tutor=tutor(), left_reason="Moves away")
    caseload.note_contact(student, by=student.tutor, at=MONDAY_9AM, channel="phone", note="Is ill")
    answer = SurveyInvitationFactory(student=student, score=4, answered_at=MONDAY_9AM, comment="Too fast")
    other = SurveyInvitationFactory(score=4, answered_at=MONDAY_9AM, comment="Kept")
    exported = exporting.export(student.person)
    assert [row["note"] for row in exported["tutoring"]] == ["Is ill"]
    assert [row["comment"] for row in exported["surveys"]] == ["Too fast"]
    erasure.erase(Person.objects.get(pk=student.person_id), at=MONDAY_9AM)
    answer.refresh_from_db(), other.refresh_from_db(), student.refresh_from_db()
    assert (answer.score, answer.comment, other.comment) == (4, "", "Kept")
    assert student.left_reason == ""
    assert student.follow_ups.get().note == ""
    assert exporting.export(PersonFactory())["surveys"] == []
