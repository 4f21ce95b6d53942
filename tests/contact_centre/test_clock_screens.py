import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contact_centre import queue
from contact_centre.clocks import calendars, dues
from contact_centre.models import Case, KindPromise, Team, WorkingCalendar
from contact_centre.questions import asked
from tests.factories.contact_centre import WorkingCalendarFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def desk(client):
    """Signs a new login with a role in and returns the client, with the login as ``desk.user``."""

    def sign_in(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def held_by(adviser, question="How much is it? When does it start?"):
    at = timezone.now() - timedelta(minutes=5)
    return queue.open_case(PersonFactory(), kind="enquiry", at=at, question=question, adviser=adviser, language="en")


def url(name, *args):
    return reverse(f"contact_centre_{name}", args=args)


# --- Beside a case


def test_a_case_shows_its_clocks_and_its_questions(desk):
    adviser = desk("Adviser")

    page = adviser.get(url("case", held_by(adviser.user).uuid))

    assert [clock.code for clock, _due in page.context["clocks"]] == ["wall", "work", "resolution"]
    assert "8 h of working time are promised" in page.content.decode()
    assert [name for _question, name in page.context["questions"]] == ["Price", "Dates"]


@pytest.mark.parametrize(
    ("name", "posted"), [("turn", {"turn": "theirs"}), ("question", {"topic": "price", "state": "open"})]
)
def test_what_stands_beside_a_case_posts_with_its_token(name, posted):
    client, adviser = Client(enforce_csrf_checks=True), UserFactory(role="Adviser")
    client.force_login(adviser, backend="allauth.account.auth_backends.AuthenticationBackend")
    case = held_by(adviser)
    page = client.get(url("case", case.uuid)).content.decode()
    form = page[page.index(f'action="{url(name, case.uuid)}"') :]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form[: form.index("</form>")])

    assert token
    assert client.post(url(name, case.uuid), posted | {"csrfmiddlewaretoken": token[1]}).status_code == 302


def test_the_queue_may_ask_why_without_the_case(desk):
    case = held_by(UserFactory(role="Adviser"))

    admissions = desk("Admissions")
    answer = admissions.get(url("clocks", case.uuid), headers={"HX-Request": "true"})

    assert admissions.get(url("clocks", case.uuid)).url == f"{url('case', case.uuid)}#clocks-{case.uuid}"
    assert "The school promises an answer within 24 hours" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_waiting_and_resuming_from_the_case(desk):
    adviser = desk("Adviser")
    case = held_by(adviser.user)
    adviser.post(url("answer", case.uuid), {"subject": "Price", "body": "€900"})
    dues.they_wrote(case, at=timezone.now())

    page = adviser.post(url("turn", case.uuid), {"turn": "theirs", "note": "The transcript"}, follow=True)
    waiting = Case.objects.get()
    adviser.post(url("turn", case.uuid), {"turn": "ours"})

    assert "paused" in page.content.decode()
    assert (waiting.next_due_at, waiting.waiting_for_them_since is not None) == (None, True)
    assert Case.objects.get().next_due_at > timezone.now()
    assert case.events.get(kind="waiting").note == "The transcript"


def test_a_question_is_decided_where_it_stands(desk):
    adviser = desk("Adviser")
    case = held_by(adviser.user)

    fragment = adviser.post(
        url("question", case.uuid), {"topic": "price", "state": "dropped"}, headers={"HX-Request": "true"}
    )

    assert dict(case.questions.values_list("topic", "state")) == {"price": "dropped", "dates": "suggested"}
    assert 'id="desk-questions"' in fragment.content.decode()


@pytest.mark.parametrize("posted", [{"topic": "price", "state": "suggested"}, {"topic": "x", "state": "open"}, {}])
def test_nonsense_about_a_question_is_refused(desk, posted):
    adviser = desk("Adviser")

    assert adviser.post(url("question", held_by(adviser.user).uuid), posted).status_code == 400


def test_what_another_holds_is_not_decided(desk):
    case = held_by(UserFactory(role="Adviser"))

    answer = desk("Adviser").post(
        url("question", case.uuid), {"topic": "price", "state": "open"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 409
    assert not case.questions.exists()


def test_the_adviser_is_told_what_keeps_the_clock_running(desk):
    adviser = desk("Adviser")
    case = held_by(adviser.user)
    letter = {"subject": "Price", "body": "€900", "question-price": "answered", "question-dates": "open"}

    page = adviser.post(url("answer", case.uuid), letter, follow=True)

    assert "the clock runs on: Dates." in page.content.decode()
    assert Case.objects.get().answered_at is None


def test_a_letter_that_decides_on_all_stops_the_clock(desk):
    adviser = desk("Adviser")
    case = held_by(adviser.user)
    letter = {"subject": "Price", "body": "€900", "question-price": "answered", "question-dates": "dropped"}

    adviser.post(url("answer", case.uuid), letter)

    assert Case.objects.get().answered_at is not None


# --- Calendars


def hours(**days):
    return {f"day_{day}": "" for day in range(7)} | days


def test_a_lead_writes_the_hours_as_people_write_them(desk):
    lead = desk("Contact-centre lead")

    answer = lead.post(
        url("calendar_new"),
        {"name": "School", "time_zone": "Europe/Madrid", "is_default": "on"}
        | hours(day_0="9-14, 15:30–18:00", day_1="8.30-24:00", day_5="10h-13h"),
    )

    calendar = WorkingCalendar.objects.get()
    assert answer.status_code == 302
    assert list(
        calendar.intervals.order_by("weekday", "from_time").values_list("weekday", "from_time", "until_time")
    ) == [
        (0, time(9), time(14)),
        (0, time(15, 30), time(18)),
        (1, time(8, 30), time(23, 59)),
        (5, time(10), time(13)),
    ]
    assert "9:00–14:00" in lead.get(url("calendar", calendar.pk)).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nine to five", "is not understood"),
        ("14-9", "ends before it begins"),
        ("9-14, 13-18", "overlap"),
        ("9-25", "is no time of the day"),
    ],
)
def test_hours_that_make_no_sense_are_explained(desk, typed, said):
    page = desk("Contact-centre lead").post(
        url("calendar_new"), {"name": "School", "time_zone": "Europe/Madrid"} | hours(day_0=typed)
    )

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not WorkingCalendar.objects.exists()


def test_a_time_zone_that_does_not_exist_is_refused(desk):
    page = desk("Contact-centre lead").post(url("calendar_new"), {"name": "School", "time_zone": "Europe/Gotham"})

    assert page.status_code == 422
    assert "No such time zone" in page.content.decode()


def test_holidays_are_proposed_and_confirmed_one_by_one(desk):
    lead, calendar = desk("Contact-centre lead"), WorkingCalendarFactory(is_default=True)
    address = url("calendar_days", calendar.pk)

    lead.post(address, {"act": "propose", "year": "2026"})
    first = calendar.special_days.get(day="2026-01-01")
    lead.post(address, {"act": "confirm", "day": [first.pk, "x"]})

    assert calendar.special_days.count() == 14
    assert list(calendar.special_days.exclude(confirmed_at=None)) == [first]
    assert lead.post(address, {"act": "propose", "year": "soon"}, follow=True).status_code == 200


def test_a_day_with_half_its_hours_is_refused(desk):
    lead, calendar = desk("Contact-centre lead"), WorkingCalendarFactory()
    day = {"act": "add", "day": "2026-12-24", "name": "Christmas Eve"}

    page = lead.post(url("calendar_days", calendar.pk), day | {"from_time": "09:00"}, follow=True)
    lead.post(url("calendar_days", calendar.pk), day | {"from_time": "09:00", "until_time": "13:00"})

    assert "Give both hours" in page.content.decode()
    assert calendar.special_days.get().until_time == time(13)


def test_a_calendar_somebody_keeps_is_not_deleted(desk):
    lead, kept, free = desk("Contact-centre lead"), WorkingCalendarFactory(), WorkingCalendarFactory()
    Team.objects.create(name="Nights", calendar=kept)

    for calendar in (kept, free):
        lead.post(url("calendar_delete", calendar.pk))

    assert list(WorkingCalendar.objects.all()) == [kept]


def test_a_calendar_can_be_tried(desk):
    calendar = calendars.keep(WorkingCalendar(name="School"), rows=[(0, time(9), time(18))], by=None, at=timezone.now())

    page = desk("Contact-centre lead").get(url("calendar", calendar.pk), {"asked": "2026-05-02T11:00"})

    first_answer = page.context["tried"][1]
    assert first_answer.due_at == datetime(2026, 5, 4, 17, tzinfo=MADRID)


def test_the_list_costs_the_same_for_many_calendars(desk, django_assert_max_num_queries):
    lead = desk("Contact-centre lead")
    for number in range(3):
        calendars.keep(WorkingCalendar(name=f"C{number}"), rows=[(0, time(9), time(18))], by=None, at=timezone.now())
    lead.get(url("calendars"))  # the weeks are in memory now

    with django_assert_max_num_queries(14):
        assert lead.get(url("calendars")).status_code == 200


def test_what_is_promised_for_a_kind_is_saved_and_cleared(desk):
    lead = desk("Contact-centre lead")
    blank = {f"{kind}-{name}": "" for kind in Case.Kind.values for name in ("wall_hours", "work_hours", "team")}

    lead.post(url("promised"), blank | {"complaint-wall_hours": "12"})
    refused = lead.post(url("promised"), blank | {"complaint-wall_hours": "0"})

    assert list(KindPromise.objects.values_list("kind", "wall_hours", "work_hours")) == [("complaint", 12, None)]
    assert refused.status_code == 422


# --- The map


def test_the_map_of_questions_opens_with_and_without_questions(desk):
    admissions = desk("Admissions")
    empty = admissions.get(url("questions"))
    held_by(None)
    asked.read_new_cases(at=timezone.now())

    page = admissions.get(url("questions"), {"days": "30"})

    assert "Nobody asked anything" in empty.content.decode()
    assert page.context["report"].columns == ["Price", "Dates"]
    assert admissions.get(url("questions"), {"days": "-1"}).context["days"] == 90
