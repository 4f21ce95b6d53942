"""Who sees which rows: a teacher their applicants, a tutor their students' notes, finance money and no words."""

import pytest
from django.urls import reverse

from contact_centre.models import Case
from enrolment.models import Application
from people.models import Person, Touchpoint
from tests.config.role_rows import AT, Rows
from tests.factories.contact_centre import CaseFactory
from tests.factories.enrolment import ApplicationFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.tutoring import StudentFactory, tutor
from tutoring import caseload
from tutoring.models import FollowUp, Student

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    return Rows()


def person_page(client, person):
    return client.get(reverse("contact_centre_person", args=[person.uuid]))


# --- A teacher


@pytest.fixture
def teacher(client, rows):
    user = rows.user_of("Teacher")
    client.force_login(user)
    return user


def test_a_teacher_sees_who_applied_to_what_they_teach(client, rows, teacher):
    mine = ApplicationFactory(intake=rows.intake, submitted=True)
    draft = ApplicationFactory(intake=rows.intake)
    other = ApplicationFactory(submitted=True)

    visible = set(Application.objects.visible_to(teacher))
    assert mine in visible
    assert not visible & {draft, other}
    assert client.get(reverse("applications:inspect", args=[mine.pk])).status_code == 200
    for hidden in (draft, other):
        assert client.get(reverse("applications:inspect", args=[hidden.pk])).status_code == 404
    listed = client.get("/admin/applications/").content.decode()
    assert reverse("applications:inspect", args=[other.pk]) not in listed


def test_a_teachers_file_holds_their_applicants_only(client, rows, teacher):
    ApplicationFactory(submitted=True, motivation="Another school altogether")
    ApplicationFactory(intake=rows.intake, submitted=True, motivation="To nurse at home")

    file = b"".join(client.get("/admin/applications/?export=csv").streaming_content).decode()

    assert "To nurse at home" in file
    assert "Another school altogether" not in file


def test_a_teacher_finds_their_people_and_no_others(client, rows, teacher):
    PersonFactory(given_name="Fora", email="fora@example.org")
    Person.objects.filter(pk=rows.person.pk).update(given_name="Dins")
    stranger = PersonFactory()

    def found(**asked):
        return {person.given_name for person, _owed in client.get("/admin/people/", asked).context["people"]}

    assert "Dins" in found()
    assert "Fora" not in found()
    assert found(q="Dins") == {"Dins"}
    assert found(q="Fora") == found(q="fora@example.org") == set()
    assert person_page(client, rows.person).status_code == 200
    assert person_page(client, stranger).status_code == 404
    assert client.get(reverse("contact_centre_timeline", args=[stranger.uuid])).status_code == 404


def test_a_teacher_sees_their_students_without_the_tutors_notes(client, rows, teacher):
    caseload.note_contact(rows.student, by=rows.user_of("Tutor"), at=AT, channel="phone", note="Her mother is ill.")
    elsewhere = StudentFactory()

    assert set(Student.objects.visible_to(teacher)) == {rows.student}
    page = client.get(reverse("tutoring_student", args=[rows.student.uuid])).content.decode()
    assert "Her mother is ill." not in page
    assert "stays between the student and their tutor" in page
    assert client.get(reverse("tutoring_student", args=[elsewhere.uuid])).status_code == 404
    assert "Her mother is ill." not in person_page(client, rows.person).content.decode()


def test_a_teacher_writes_no_contact_down(client, rows, teacher):
    client.post(reverse("tutoring_student", args=[rows.student.uuid]), {"channel": "phone", "note": "Hello"})

    assert not FollowUp.objects.exists()


def test_a_teacher_without_pages_sees_nobody(client):
    client.force_login(UserFactory(role="Teacher"))
    PersonFactory()

    assert client.get("/admin/people/").context["people"] == []
    assert not Application.objects.visible_to(UserFactory(role="Teacher")).exists()


# --- A tutor's notes


def test_notes_are_the_tutors_and_the_leads(rows):
    mine, other = rows.user_of("Tutor"), tutor()
    note = caseload.note_contact(rows.student, by=mine, at=AT, channel="phone", note="Her mother is ill.")

    def readers(*users):
        return [FollowUp.objects.visible_to(user).filter(pk=note.pk).exists() for user in users]

    assert readers(mine, UserFactory(role="Contact-centre lead")) == [True, True]
    others = [UserFactory(role=role) for role in ("Adviser", "Teacher", "Finance", "Admissions", "Marketing")]
    assert readers(other, *others) == [False] * 6


@pytest.mark.parametrize(
    ("role", "reads"),
    [("Contact-centre lead", True), ("Adviser", False), ("Finance", False), ("Tutor", False), ("Marketing", False)],
)
def test_the_timeline_says_that_they_spoke_and_to_whom_it_may_what(client, rows, role, reads):
    caseload.note_contact(rows.student, by=rows.user_of("Tutor"), at=AT, channel="phone", note="Her mother is ill.")
    client.force_login(UserFactory(role=role))

    page = person_page(client, rows.person)

    assert "tutoring.contacted" in _kinds(page)
    assert ("Her mother is ill." in page.content.decode()) is reads


def test_the_tutor_reads_their_own_notes_on_the_timeline(client, rows):
    mine = rows.user_of("Tutor")
    caseload.note_contact(rows.student, by=mine, at=AT, channel="phone", note="Her mother is ill.")
    client.force_login(mine)

    assert "Her mother is ill." in person_page(client, rows.person).content.decode()


def test_searching_the_timeline_for_words_one_may_not_read_finds_nothing(client, rows):
    caseload.note_contact(rows.student, by=rows.user_of("Tutor"), at=AT, channel="phone", note="Her mother is ill.")
    client.force_login(UserFactory(role="Finance"))
    address = reverse("contact_centre_timeline", args=[rows.person.uuid])

    assert "tutoring.contacted" not in _kinds(client.get(address, {"q": "mother"}))


def _kinds(page):
    return [line.touchpoint.kind for line in page.context["lines"]]


# --- What was said is for those who work with it


def test_finance_sees_money_and_no_words(client):
    application = ApplicationFactory(submitted=True, motivation="My brother died.")
    CaseFactory(person=application.person, question="I cannot sleep.")
    Touchpoint.objects.create(
        person=application.person, at=AT, channel="phone", direction="out", kind="contact_centre.call_reached",
        summary="She cried.",
    )  # fmt: skip
    client.force_login(UserFactory(role="Finance"))

    pages = person_page(client, application.person).content.decode()
    pages += client.get(reverse("applications:inspect", args=[application.pk])).content.decode()
    pages += b"".join(client.get("/admin/applications/?export=csv").streaming_content).decode()

    for words in ("My brother died.", "I cannot sleep.", "She cried."):
        assert words not in pages


def test_an_adviser_reads_them(client):
    application = ApplicationFactory(submitted=True, motivation="My brother died.")
    CaseFactory(person=application.person, question="I cannot sleep.")
    client.force_login(UserFactory(role="Adviser"))

    assert "I cannot sleep." in person_page(client, application.person).content.decode()
    assert "My brother died." in client.get(reverse("applications:inspect", args=[application.pk])).content.decode()


def test_a_case_does_not_exist_for_who_does_not_work_with_cases(client):
    case = CaseFactory()
    for role in ("Finance", "Teacher", "Moderator"):
        client.force_login(UserFactory(role=role))
        assert not Case.objects.visible_to(UserFactory(role=role)).exists()
        assert client.get(reverse("contact_centre_case", args=[case.uuid])).status_code == 404


def test_a_moderator_knows_nobody_but_the_names_of_the_forum(client):
    person = PersonFactory()
    user = UserFactory(role="Moderator")
    client.force_login(user)

    assert not Person.objects.visible_to(user).exists()
    assert person_page(client, person).url == "/admin/"


def test_who_works_with_people_sees_them_all():
    PersonFactory()
    for role in ("Adviser", "Contact-centre lead", "Admissions", "Finance", "Tutor", "Marketing", "Director"):
        assert Person.objects.visible_to(UserFactory(role=role)).count() == 1, role


# --- Panels


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("Adviser", {"enquiries", "enrolment"}),
        ("Finance", {"enrolment"}),
        ("Marketing", {"enquiries"}),
        ("Director", {"audit", "community", "enquiries", "enrolment"}),
    ],
)
def test_each_role_sees_its_panels_and_no_others(rf, role, shown):
    from people import walls

    request = rf.get("/")
    request.user = UserFactory(role=role)
    person = PersonFactory()
    walled = {"audit", "community", "enquiries", "enrolment"}
    from tests.factories.community import PostFactory

    PostFactory(author=person)

    names = {panel.name for panel, _html in walls.furnish("construct_person_panels", request, person=person)}

    assert names & walled == shown
