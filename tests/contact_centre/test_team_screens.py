"""Courses, advisers' pages, the board, coverage and figures, as they are on the screen."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from contact_centre import day
from contact_centre.models import CaseEvent, Certification, CoachingNote, Objective, ProductCourse, QuizAttempt, Skill
from contact_centre.training import coaching, courses
from tests.factories.assignment import AdviserFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import UserFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.training import (
    CertificationFactory,
    CoachingNoteFactory,
    ObjectiveFactory,
    ProductCourseFactory,
    QuizAttemptFactory,
)

pytestmark = pytest.mark.django_db


def signed_in(client, role):
    user = UserFactory(role=role, first_name="Laia")
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


@pytest.fixture
def adviser(client):
    return signed_in(client, "Adviser")


@pytest.fixture
def lead(client):
    return signed_in(client, "Contact-centre lead")


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


# --- Courses


def written(course=None, **changed):
    programme = course.programme_id if course else ProgrammeFactory().pk
    body = '{"blocks": [{"key": "a", "text": "Two years.", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], ' \
        '"entityRanges": []}], "entityMap": {}}'  # fmt: skip
    return {
        "programme": programme,
        "title": "All about it",
        "body": body,
        "pass_percent": 80,
        "valid_months": 12,
        "is_live": "on",
        "quiz-TOTAL_FORMS": 2,
        "quiz-INITIAL_FORMS": 0,
        "quiz-0-text": "How long?",
        "quiz-0-answer_1": "Two years",
        "quiz-0-right_1": "on",
        "quiz-0-answer_2": "One year",
        "quiz-0-explanation": "With placements.",
    } | changed


def test_a_lead_writes_a_course_with_its_quiz(lead, client):
    assert "A further question" in page(client, "contact_centre_course_new")

    response = client.post(reverse("contact_centre_course_new"), written())

    course = ProductCourse.objects.get()
    assert response.url == reverse("contact_centre_course_edit", args=[course.pk])
    assert courses.quiz_of(course) == [
        courses.Asked("How long?", "With placements.", (("Two years", True), ("One year", False)))
    ]
    opened = client.get(response.url).context["seen"]
    assert 'value="How long?"' in page(client, "contact_centre_course_edit", course.pk)

    again = written(course, **{"quiz-TOTAL_FORMS": 3, "quiz-INITIAL_FORMS": 1})
    client.post(response.url, again | {"seen": opened, "title": "Theirs"})
    late = client.post(response.url, again | {"seen": opened, "title": "Mine"})
    assert (late.status_code, "Not saved yet" in late.content.decode()) == (422, True)
    assert ProductCourse.objects.get().title == "Theirs"
    client.post(response.url, again | {"seen": late.context["seen"], "title": "Mine"})
    assert ProductCourse.objects.get().title == "Mine"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quiz-0-right_1": ""}, "Tick which answer is right."),
        ({"quiz-0-answer_2": ""}, "Give at least two answers."),
        ({"quiz-0-right_2": "on"}, "One answer at least should be wrong."),
        ({"quiz-0-text": ""}, "Write the question, or empty its answers to leave it out."),
        (
            {"quiz-0-text": "", "quiz-0-answer_1": "", "quiz-0-right_1": "", "quiz-0-answer_2": ""},
            "Write at least one question before opening it to advisers.",
        ),
    ],
)
def test_a_quiz_that_makes_no_sense_is_said_kindly(lead, client, changed, said):
    response = client.post(reverse("contact_centre_course_new"), written(**changed))

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ProductCourse.objects.exists()


def test_an_adviser_reads_takes_the_quiz_and_sees_why(adviser, client):
    course = ProductCourseFactory()
    assert "not taken yet" in page(client, "contact_centre_courses")
    assert "Two years, in Sants." in page(client, "contact_centre_course", course.pk)

    url = client.post(reverse("contact_centre_quiz_begin", args=[course.pk])).url
    (first, answers), (second, others) = courses.questions(course)
    half = client.post(url, {f"question-{first.pk}": answers[1].pk})
    assert half.status_code == 422
    assert "1 question has no answer yet." in half.content.decode()
    assert f'value="{answers[1].pk}" checked' in half.content.decode()

    client.post(url, {f"question-{first.pk}": answers[1].pk, f"question-{second.pk}": others[0].pk})
    shown = client.get(url).content.decode()
    assert "50 %" in shown
    assert "Two years, with placements." in shown
    assert "Try again" in shown

    again = client.post(reverse("contact_centre_quiz_begin", args=[course.pk])).url
    client.post(again, {f"question-{first.pk}": answers[0].pk, f"question-{second.pk}": others[0].pk})
    assert "you are certified until" in client.get(again).content.decode()
    assert Certification.objects.get().user == adviser


def test_a_forged_answer_is_refused(adviser, client):
    course = ProductCourseFactory()
    url = client.post(reverse("contact_centre_quiz_begin", args=[course.pk])).url
    (first, _answers), (second, _others) = courses.questions(course)

    for forged in ("x", "1" * 40, "0"):
        assert client.post(url, {f"question-{first.pk}": forged, f"question-{second.pk}": forged}).status_code == 400
    assert QuizAttempt.objects.get().ended_at is None


def test_a_quiz_changed_meanwhile_sends_back_to_the_course(adviser, client):
    course = ProductCourseFactory()
    url = client.post(reverse("contact_centre_quiz_begin", args=[course.pk])).url
    (question, choices), _second = courses.questions(course)
    courses.keep(course, quiz=courses.quiz_of(course)[:1], by=None, at=timezone.now())

    response = client.post(url, {f"question-{question.pk}": choices[0].pk}, follow=True)

    assert response.redirect_chain[0][0] == reverse("contact_centre_course", args=[course.pk])
    assert "The quiz has changed while you were at it." in response.content.decode()


def test_nobody_sees_the_attempt_of_another_or_a_draft(adviser, client):
    assert client.get(reverse("contact_centre_quiz", args=[QuizAttemptFactory().uuid])).status_code == 404
    draft = ProductCourseFactory(is_live=False, title="Not written yet")
    assert client.get(reverse("contact_centre_course", args=[draft.pk])).status_code == 404
    assert draft.title not in page(client, "contact_centre_courses")


def test_a_lead_vouches_and_takes_back(lead, client):
    course, user = ProductCourseFactory(), UserFactory(role="Adviser")
    url = reverse("contact_centre_certificates")
    typed = {"user": user.pk, "programme": course.programme_id, "why": "Taught it"}

    late = client.post(url, {**typed, "until": "2020-01-01"})
    assert (late.status_code, "This day is over." in late.content.decode()) == (422, True)
    client.post(url, typed)
    held = Certification.objects.get()
    assert (held.user, held.granted_by, held.until) == (user, lead, None)

    client.post(reverse("contact_centre_certificate_revoke", args=[held.pk]), {"why": ""})
    assert Certification.objects.get().revoked_at is None
    client.post(reverse("contact_centre_certificate_revoke", args=[held.pk]), {"why": "A new syllabus"})
    assert Certification.objects.get().revoked_at is not None


# --- An adviser, as their manager sees them and as they do


def test_the_page_of_an_adviser_and_what_is_kept_there(lead, client):
    user = AdviserFactory(team=TeamFactory(name="Mornings")).user
    CertificationFactory(user=user)

    def act(what, **typed):
        return client.post(reverse("contact_centre_adviser_act", args=[user.pk, what]), typed)

    act("note", text="Shorter letters", next_step="Ten lines", is_shared="on")
    act("note", text="Could lead a team")
    act("skill", name="  Difficult   calls ", level="5")
    act("objective", metric="answers_a_day", target="18")
    assert act("made-up").status_code == 404

    shown = page(client, "contact_centre_adviser", user.pk)
    assert [(one.text, one.is_shared) for one in CoachingNote.objects.order_by("pk")] == [
        ("Shorter letters", True),
        ("Could lead a team", False),
    ]
    for words in ("Mornings", "Shorter letters", "Could lead a team", "Difficult calls", "Answers a day: 18"):
        assert words in shown

    act("drop-skill", pk=Skill.objects.get().pk)
    act("end-objective", pk=Objective.objects.get().pk)
    assert not Skill.objects.exists()
    assert not Objective.objects.exists()  # it had begun only today


def test_an_adviser_reads_what_is_shared_and_nothing_else(adviser, client):
    shared = CoachingNoteFactory(user=adviser, text="Shorter letters")
    secret = CoachingNoteFactory(user=adviser, text="Could lead a team", is_shared=False)
    others = CoachingNoteFactory(text="Somebody else’s")

    shown = page(client, "contact_centre_my_day")
    assert "Shorter letters" in shown
    assert "Could lead a team" not in shown
    for note in (shared, secret, others):
        client.post(reverse("contact_centre_coaching_read", args=[note.pk]))

    assert set(CoachingNote.objects.filter(read_at__isnull=False)) == {shared}
    assert "Shorter letters" not in page(client, "contact_centre_my_day")
    assert client.get(reverse("contact_centre_adviser", args=[adviser.pk])).status_code in (302, 403)


def test_the_panel_of_notes_lets_its_form_in(adviser):
    note = CoachingNoteFactory(user=adviser)
    client = Client(enforce_csrf_checks=True)
    client.force_login(adviser)
    shown = client.get(reverse("contact_centre_my_day")).content.decode()
    panel = shown[shown.index("coaching-title") :]
    token = panel.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    client.post(reverse("contact_centre_coaching_read", args=[note.pk]), {"csrfmiddlewaretoken": token})

    assert CoachingNote.objects.get().read_at is not None


def test_an_objective_takes_the_place_of_the_one_before():
    user, at = AdviserFactory().user, timezone.now()
    today = timezone.localdate(at)
    before = ObjectiveFactory(user=user, target=10)

    coaching.agree(user=user, metric="answers_a_day", target=20, since=today)
    coaching.agree(user=user, metric="answers_a_day", target=30, since=today)

    before.refresh_from_db()
    assert before.valid_until == today - timedelta(days=1)
    assert day.objectives(user, at=at) == {"answers_a_day": 30}
    assert Objective.objects.count() == 2


def test_an_objective_is_of_one_adviser_or_of_a_team(lead, client):
    team = TeamFactory()
    typed = {"metric": "kept_share", "target": "95", "team": team.pk, "valid_from": "2026-03-02"}
    user = UserFactory(role="Adviser")

    for wrong in ({"user": user.pk}, {"team": ""}, {"target": "101"}, {"valid_until": "2026-03-01"}):
        client.post(reverse("objectives:add"), {**typed, **wrong})
    assert not Objective.objects.exists()
    client.post(reverse("objectives:add"), typed)
    assert Objective.objects.get().team == team


# --- Board, coverage, figures


def test_the_board_follows_by_itself(lead, client):
    at = timezone.now()
    late = CaseFactory(opened_at=at - timedelta(hours=30))
    whole = page(client, "contact_centre_board")
    assert 'hx-trigger="every 20s' in whole
    assert str(late.person) in whole
    assert "Laia Vidal" in whole

    inside = client.get(reverse("contact_centre_board"), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in inside
    assert str(late.person) in inside


def test_the_board_of_one_team_and_of_one_that_is_not(lead, client):
    team = TeamFactory(name="Mornings")
    assert f'href="?team={team.pk}" aria-current="page"' in page(client, "contact_centre_board", team=team.pk)
    page(client, "contact_centre_board", team="x")


def test_coverage_opens(lead, client):
    AdviserFactory()
    assert "Adviser hours" in page(client, "contact_centre_coverage")


def told(hours, *, by):
    at = timezone.now() - timedelta(days=3)
    case = CaseFactory(opened_at=at)
    CaseEvent.objects.create(case=case, kind="opened", at=at, data={"wall_minutes": 1440})
    if hours is not None:
        CaseEvent.objects.create(case=case, kind="answered", at=at + timedelta(hours=hours), by=by)
    return case


def test_figures_their_rows_and_their_file_agree(lead, client):
    user = AdviserFactory().user
    for hours in (1, 2, 30, None):
        told(hours, by=user)

    shown = page(client, "contact_centre_desk_figures")
    assert "50 %" in shown
    assert "2 of 4" in shown
    assert "Nobody took it" in shown

    rows = page(client, "contact_centre_desk_figure", "kept")
    assert rows.count('<th scope="row"><a href="') == 4
    response = client.get(reverse("contact_centre_desk_figure_file", args=["kept"]))
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [line[-1] for line in lines] == ["kept", "1", "1", "0", "0"]
    assert client.get(reverse("contact_centre_desk_figure", args=["made-up"])).status_code == 404

    mine = page(client, "contact_centre_desk_figure", "kept", adviser=user.pk)
    assert mine.count('<th scope="row"><a href="') == 3


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2027-01-02", "until": "2027-01-01"},
        {"since": "2020-01-01", "until": "2027-01-01"},
        {"since": "yesterday", "until": "0001-01-01"},
        {"adviser": "x", "team": "999999"},
    ],
)
def test_a_period_that_makes_no_sense_is_the_last_thirty_days(lead, client, query):
    assert "Shown are the last 30 days." in page(client, "contact_centre_desk_figures", **query)
