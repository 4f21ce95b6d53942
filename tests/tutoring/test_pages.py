from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.urls import reverse
from django.utils import timezone

from contact_centre.models import Case
from people.own_data import links
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.tutoring import StudentFactory, SurveyFactory, SurveyInvitationFactory, tutor
from tutoring import letters

pytestmark = pytest.mark.django_db
IN_ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def invitation():
    return SurveyInvitationFactory(invited_at=timezone.now())


def student_of(person, **facts):
    return StudentFactory(
        enrolment=EnrolmentFactory(application=ApplicationFactory(person=person, enrolled=True)), **facts
    )


@pytest.mark.parametrize("language", ["ca", "es", "en"])
def test_survey_opens_in_the_language_of_the_person(client, language):
    invitation = SurveyInvitationFactory(student=student_of(PersonFactory(language=language)))
    response = client.get(letters.survey_path(invitation))
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert getattr(invitation.survey, f"question_{language}") in response.text
    assert response.text.count('type="radio"') == 11


def test_answer_is_kept_and_shown_again(client, invitation):
    address = letters.survey_path(invitation)
    assert client.post(address, {"score": "4", "comment": "Too fast for me"}).url == address
    assert "Too fast for me" in client.get(address).text
    client.post(address, {"score": "10", "comment": "Changed"})
    invitation.refresh_from_db()
    assert (invitation.score, invitation.comment) == (4, "Too fast for me")
    assert Case.objects.count() == 1


@pytest.mark.parametrize("score", ["", "11", "many"])
def test_answer_without_a_score_is_asked_again(client, invitation, score):
    response = client.post(letters.survey_path(invitation), {"score": score, "comment": "My words"})
    assert response.status_code == 422
    assert "My words" in response.text
    invitation.refresh_from_db()
    assert invitation.answered_at is None


def test_forged_link_leads_nowhere(client, invitation):
    genuine = letters.survey_path(invitation)
    for token in ("x", genuine.split("/")[2][:-2], links.sign("preferences", str(invitation.uuid), days=9)):
        assert client.get(reverse("tutoring:survey", args=[token])).status_code == 404


def test_expired_link_says_so(client, invitation, monkeypatch):
    past = timezone.now() - timedelta(days=61)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.signing.time.time", past.timestamp)
        assert TimestampSigner().timestamp()
        address = letters.survey_path(invitation)
    assert client.get(address).status_code == 410


def test_list_shows_own_students_only(client):
    mine = StudentFactory(tutor=tutor(), person__given_name="Quim")
    client.force_login(mine.tutor)
    theirs = StudentFactory(tutor=tutor())
    page = client.get(reverse("tutoring_students")).text
    assert str(mine.uuid) in page
    assert str(theirs.uuid) not in page
    assert client.get(reverse("tutoring_student", args=[mine.uuid])).status_code == 200
    assert client.get(reverse("tutoring_student", args=[theirs.uuid])).status_code == 404
    assert client.post(reverse("tutoring_student", args=[theirs.uuid]), {"channel": "phone"}).status_code == 404


def test_screens_are_closed_to_other_roles(client):
    student = StudentFactory(tutor=tutor())
    client.force_login(UserFactory(role="Editor"))
    for address in (reverse("tutoring_students"), reverse("tutoring_student", args=[student.uuid])):
        assert client.get(address).status_code in (302, 403, 404)


def test_contact_is_written_down_from_the_page(client):
    student = StudentFactory(tutor=tutor())
    client.force_login(student.tutor)
    address = reverse("tutoring_student", args=[student.uuid])
    next_on = timezone.localdate() + timedelta(days=14)
    assert client.post(address, {"channel": "phone", "note": "Reads chapter 2", "next_on": next_on}).status_code == 302
    assert "Reads chapter 2" in client.get(address).text
    yesterday = timezone.localdate() - timedelta(days=1)
    assert client.post(address, {"channel": "phone", "next_on": yesterday}).status_code == 422
    student.refresh_from_db()
    assert student.next_contact_on == next_on


def test_only_who_sees_all_may_transfer(client):
    student, to = StudentFactory(tutor=tutor()), tutor()
    address = reverse("tutoring_transfer", args=[student.uuid])
    client.force_login(student.tutor)
    assert client.post(address, {"to": to.pk}).status_code in (302, 403)
    student.refresh_from_db()
    assert student.tutor != to
    client.force_login(UserFactory(role="Director"))
    client.post(address, {"to": to.pk})
    student.refresh_from_db()
    assert student.tutor == to


@pytest.mark.parametrize("view", ["contact", "new", "unassigned", "progress", "finished", "left", "nonsense"])
def test_each_view_of_the_list_opens(client, view):
    StudentFactory()
    client.force_login(UserFactory(role="Director"))
    query = {"view": view, "mine": "1", "programme": "x", "intake": "9", "q": "a\x00b"}
    assert client.get(reverse("tutoring_students"), query).status_code == 200
    assert client.get(reverse("tutoring_students"), {"view": view}).status_code == 200


def test_my_day_says_whom_to_welcome_and_why(client):
    student = StudentFactory(tutor=tutor(), next_contact_on=timezone.localdate())
    client.force_login(student.tutor)
    page = client.get(reverse("contact_centre_my_day"), headers=IN_ENGLISH).text
    assert reverse("tutoring_student", args=[student.uuid]) in page
    assert "nobody has welcomed them yet" in page
    client.force_login(UserFactory(role="Director"))
    StudentFactory()
    assert "has no tutor" in client.get(reverse("contact_centre_my_day"), headers=IN_ENGLISH).text


def test_person_page_shows_scores_to_their_tutor_only(client, invitation):
    student = invitation.student
    student.tutor = tutor()
    student.save()
    invitation.score, invitation.answered_at = 9, timezone.now()
    invitation.save()
    address = reverse("contact_centre_person", args=[student.person.uuid])
    client.force_login(student.tutor)
    assert "9 of 10" in client.get(address, headers=IN_ENGLISH).text
    client.force_login(UserFactory(role="Adviser"))
    page = client.get(address, headers=IN_ENGLISH).text
    assert "9 of 10" not in page
    assert str(student.tutor) in page


def test_campus_shows_the_tutor_and_the_survey_that_waits(client):
    person = PersonFactory(user=UserFactory())
    student = student_of(person, tutor=tutor(first_name="Oriol", last_name="Serra"))
    invitation = SurveyInvitationFactory(student=student, invited_at=timezone.now())
    client.force_login(person.user)
    page = client.get("/campus/").text
    assert "Oriol Serra" in page
    assert invitation.survey.title_en in page or invitation.survey.title_ca in page


def test_sheet_shows_the_score_of_the_programme(client):
    programme = ProgrammeFactory(page=True)
    for score in (9, 9, 8, 10, 9):
        student = StudentFactory(enrolment__application__intake__programme=programme)
        SurveyInvitationFactory(student=student, score=score, answered_at=timezone.now())
    page = client.get(programme.sheet_in("en").get_url()).text
    assert "9.0" in page
    assert "5 answers from students" in page


def test_surveys_and_answers_are_listed(client, invitation):
    mine = SurveyInvitationFactory(score=9, answered_at=timezone.now(), comment="Mine", student__tutor=tutor())
    SurveyInvitationFactory(score=3, answered_at=timezone.now(), comment="Theirs", student__tutor=tutor())
    answers = reverse("tutoring_answers", args=[mine.survey.slug])
    client.force_login(mine.student.tutor)
    assert "67 %" in client.get(reverse("surveys:index")).text
    page = client.get(answers).text
    assert ("Mine" in page, "Theirs" in page) == (True, False)
    client.force_login(UserFactory(role="Director"))
    page = client.get(answers, {"score": "low"}).text
    assert (">Mine" in page, "Theirs" in page) == (False, True)
    assert client.get(reverse("surveys:add")).status_code == 200


@pytest.mark.parametrize("name", ["tutoring_students", "surveys:index", "answers", "my day"])
def test_queries_do_not_grow_with_rows(client, django_assert_max_num_queries, name):
    by = tutor()
    SurveyInvitationFactory(score=3, answered_at=timezone.now(), student__tutor=by)
    address = {
        "answers": reverse("tutoring_answers", args=["first-week"]),
        "my day": reverse("contact_centre_my_day"),
    }.get(name) or reverse(name)
    client.force_login(by)
    client.get(address)
    with django_assert_max_num_queries(200) as few:
        client.get(address)
    for number in range(28):
        SurveyInvitationFactory(score=3, answered_at=timezone.now(), student__tutor=by)
        SurveyFactory(slug=f"survey-{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_page_lets_the_browser_say_where_the_answer_comes_from(client, invitation):
    """With "no-referrer" a browser posts with ``Origin: null``, which the check against forged requests refuses."""
    page = client.get(letters.survey_path(invitation))
    assert page["Referrer-Policy"] == "same-origin"
    assert b'<meta name="referrer"' not in page.content
