"""Calls: attempts and their ladder, incoming calls, the call screen, call lists, figures."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from contact_centre import attempts, call_figures, call_lists, callers, calls, queue
from contact_centre.clocks import calendars
from contact_centre.models import Call, CallListEntry, Case, FollowUp, LadderStep, SegmentMember
from enquiries.models import Enquiry
from people.models import Consent, Identity, Touchpoint
from tests.factories.contact_centre import CaseFactory
from tests.factories.desk import CallListFactory, LadderStepFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def adviser():
    return UserFactory(role="Adviser")


@pytest.fixture
def case(adviser):
    return CaseFactory(in_hand=True, adviser=adviser, person=PersonFactory(phone="+34612345678"))


def ring_out(case, at, outcome="no_answer"):
    return calls.log_call(case, by=case.adviser, at=at, outcome=outcome)


def events(case):
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def reread(row):
    return type(row).objects.get(pk=row.pk)


# --- Calls


def test_each_call_has_its_row_with_number_and_attempt(case):
    ring_out(case, MONDAY_9AM)
    ring_out(case, MONDAY_9AM + HOUR, "busy")

    made = list(Call.objects.order_by("pk").values_list("attempt", "outcome", "number", "direction"))
    assert made == [(1, "no_answer", "+34612345678", "out"), (2, "busy", "+34612345678", "out")]


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "voicemail", "wrong_number"])
def test_only_having_spoken_stops_the_clock(case, outcome):
    ring_out(case, MONDAY_9AM, outcome)

    assert (reread(case).answered_at, events(case)) == (None, ["called"])


def test_they_call_and_the_waiting_case_is_taken_and_answered(adviser):
    case = CaseFactory(person=PersonFactory(phone="+34612345678"))

    calls.log_call(case, by=adviser, at=MONDAY_9AM + HOUR, outcome="reached", direction="in", source="friend")

    assert (reread(case).adviser, reread(case).state) == (adviser, "answered")
    assert Touchpoint.objects.get().direction == "in"
    assert Call.objects.get().attempt is None


def test_they_call_about_the_case_of_a_colleague_who_reads_it_and_still_owes_it(adviser):
    case = CaseFactory(in_hand=True)

    calls.log_call(case, by=adviser, at=MONDAY_9AM + HOUR, outcome="reached", direction="in", note="Asks for a grant")

    assert (reread(case).adviser, reread(case).answered_at) == (case.adviser, None)
    assert events(case) == ["noted"]


def test_they_spoke_but_something_is_still_owed(case, adviser):
    calls.log_call(case, by=adviser, at=MONDAY_9AM + HOUR, outcome="reached", direction="in", leaves_open=True)

    assert reread(case).answered_at is None


def test_a_wrong_number_is_not_offered_again(case):
    ring_out(case, MONDAY_9AM, "wrong_number")

    assert Identity.objects.get(kind="phone").is_undeliverable


# --- The ladder


def test_the_next_attempt_is_at_another_part_of_the_day(case):
    ring_out(case, MONDAY_9AM + HOUR)  # 11 in Madrid: the morning

    proposal = attempts.standing(case, at=MONDAY_9AM + HOUR).proposal

    assert (proposal.attempt, proposal.channel) == (2, "phone")
    assert attempts.part_of(proposal.due_at.astimezone(MADRID).time()) != "morning"


def test_an_attempt_planned_twice_is_one(case, adviser):
    ring_out(case, MONDAY_9AM)
    proposal = attempts.standing(case, at=MONDAY_9AM).proposal

    for _click in range(2):
        attempts.plan(case, proposal, by=adviser, at=MONDAY_9AM)

    assert FollowUp.objects.get().attempt == 2
    assert attempts.standing(case, at=MONDAY_9AM).planned is not None


def test_a_step_on_a_channel_they_do_not_allow_is_left_out(case):
    case.person.identities.filter(kind="email").delete()
    LadderStepFactory(position=2, channel="email")
    LadderStepFactory(position=3, channel="phone")
    ring_out(case, MONDAY_9AM)

    assert attempts.standing(case, at=MONDAY_9AM).proposal.attempt == 3


@pytest.mark.parametrize("hour", range(24))
def test_no_attempt_falls_in_the_night_or_on_a_sunday(case, hour):
    friday = datetime(2026, 3, 6, hour, 15, tzinfo=MADRID)
    ring_out(case, friday)

    local = attempts.standing(case, at=friday).proposal.due_at.astimezone(MADRID)

    assert time(9) <= local.time() < time(21)
    assert local.weekday() < 5


@pytest.mark.parametrize("day", [datetime(2026, 3, 27, 17), datetime(2026, 10, 23, 17), datetime(2028, 2, 28, 17)])
def test_the_hour_of_an_attempt_is_theirs_when_the_clocks_change(day):
    step = LadderStep(position=2, wait_minutes=3 * 24 * 60, part_of_day="morning", channel="phone")

    due = attempts.after(day.replace(tzinfo=MADRID), step, zone="Europe/Madrid", week=calendars.week_of())

    assert due.astimezone(MADRID).time() >= time(9, 30)
    assert due.astimezone(MADRID).time() < time(12)


def test_when_the_ladder_ends_the_contact_is_lost(adviser):
    person = PersonFactory(phone="+34612345678")
    case = CaseFactory(in_hand=True, adviser=adviser, person=person)
    enquiry = EnquiryFactory(person=person, case=case)
    LadderStepFactory(position=2)
    ring_out(case, MONDAY_9AM)
    with pytest.raises(attempts.NotYet):
        attempts.give_up(case, by=adviser, at=MONDAY_9AM + HOUR)
    ring_out(case, MONDAY_9AM + DAY)

    attempts.give_up(case, by=adviser, at=MONDAY_9AM + DAY + HOUR)

    assert reread(case).state == "closed"
    assert (reread(enquiry).state, reread(enquiry).lost_reason) == (Enquiry.State.LOST, "lost_contact")


# --- Who is calling


def test_a_number_leads_to_everybody_who_has_it(adviser):
    mother = PersonFactory(phone="+34612345678", given_name="Rosa")
    whatsapp = PersonFactory(given_name="Other")
    Identity.objects.create(person=whatsapp, kind="whatsapp", value="+34612345678", created_at=MONDAY_9AM)

    found = callers.find("612 34 56 78", user=adviser)

    assert (found.number, [person.pk for person in found.people]) == ("+34612345678", [mother.pk, whatsapp.pk])


@pytest.mark.parametrize("shown", ["", "anonymous", "Private", "+"])
def test_a_withheld_number_is_nobody(adviser, shown):
    assert callers.find(shown, user=adviser).is_withheld


def test_a_number_is_looked_up_in_two_statements(adviser, django_assert_num_queries):
    PersonFactory(phone="+34612345678")
    adviser.has_perm("contact_centre.take_case")

    with django_assert_num_queries(2):
        assert callers.find("+34612345678", user=adviser).people


@pytest.fixture
def desk(client, adviser):
    client.force_login(adviser, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_call_screen_opens_the_person_with_what_they_wait_for(desk):
    case = CaseFactory(person=PersonFactory(phone="+34612345678"), question="Is there a grant?")

    page = desk.get("/admin/call/?number=+34612345678").content.decode()  # an exchange that does not escape its plus

    assert str(case.person) in page
    assert "Is there a grant?" in page


def test_a_known_caller_is_written_down_in_three_inputs(desk, adviser):
    case = CaseFactory(person=PersonFactory(phone="+34612345678"))

    desk.post(
        f"/admin/call/{case.person.uuid}/",
        {"note": "Told the dates", "source": "fair", "case": str(case.uuid), "logged_in_ms": "8000"},
    )

    assert reread(case).state == "answered"
    assert Call.objects.values_list("source", "logged_in_ms").get() == ("fair", 8000)


def test_somebody_new_calls_and_leaves_a_case_behind(desk, adviser):
    answer = desk.post(
        "/admin/call/new/",
        {"number": "+34612345678", "given_name": "Rosa", "language": "es", "note": "Asks the price",
         "source": "search", "leaves_open": "on"},
    )  # fmt: skip

    case = Case.objects.get()
    assert answer.url == f"/admin/cases/{case.uuid}/"
    assert (case.adviser, case.language, case.channel, case.answered_at) == (adviser, "es", "phone", None)
    assert case.person.identities.get().value == "+34612345678"


@pytest.mark.parametrize("bad", [{"number": ""}, {"number": "12"}, {"number": "+34612345678", "given_name": ""}])
def test_a_new_caller_without_a_name_or_a_way_back_is_asked_again(desk, bad):
    answer = desk.post("/admin/call/new/", {"given_name": "Rosa", "language": "ca", **bad})

    assert answer.status_code == 422
    assert not Case.objects.exists()


# --- Call lists


@pytest.fixture
def call_list(adviser):
    made = CallListFactory()
    for name in ("Agreed", "Silent"):
        person = PersonFactory(given_name=name, phone="+34612345670" if name == "Agreed" else "+34612345671")
        SegmentMember.objects.create(segment=made.segment, person=person, added_at=MONDAY_9AM)
        if name == "Agreed":
            ConsentFactory(person=person, channel="phone", decision=Consent.Decision.GRANTED)
    assert call_lists.start(made, at=MONDAY_9AM + HOUR) == 2
    return reread(made)


def test_only_those_who_may_be_called_come_up(call_list, adviser):
    entry = call_lists.take_next(call_list, by=adviser, at=MONDAY_9AM + HOUR)

    assert entry.person.given_name == "Agreed"
    assert call_lists.take_next(call_list, by=UserFactory(), at=MONDAY_9AM + HOUR) is None
    assert CallListEntry.objects.get(person__given_name="Silent").state == "skipped"


def test_what_was_shown_made_and_accepted_is_counted(call_list, adviser):
    entry = call_lists.take_next(call_list, by=adviser, at=MONDAY_9AM + HOUR)

    call_lists.log(entry, by=adviser, at=MONDAY_9AM + 2 * HOUR, outcome="reached", offer="accepted")

    figures = call_lists.figures([call_list])[call_list.pk]
    assert (figures.total, figures.shown, figures.made, figures.accepted, figures.waiting) == (2, 1, 1, 1, 1)


def test_who_was_not_reached_comes_up_on_another_day_three_times(call_list, adviser):
    at = MONDAY_9AM + HOUR
    for _try in range(call_lists.ATTEMPTS):
        entry = call_lists.take_next(call_list, by=adviser, at=at)
        call_lists.log(entry, by=adviser, at=at, outcome="no_answer")
        assert call_lists.take_next(call_list, by=adviser, at=at) is None
        at += DAY

    assert call_lists.take_next(call_list, by=adviser, at=at) is None


def test_opening_a_list_again_adds_only_who_is_new(call_list):
    SegmentMember.objects.create(segment=call_list.segment, person=PersonFactory(), added_at=MONDAY_9AM)

    assert call_lists.start(call_list, at=MONDAY_9AM + HOUR) == 1


def test_a_list_without_offer_does_not_open():
    with pytest.raises(call_lists.NotOpen):
        call_lists.start(CallListFactory(offer=" "), at=MONDAY_9AM)


# --- Figures


def test_the_figures_say_how_often_we_try_and_when_we_get_through(adviser):
    for outcomes in (["no_answer", "reached"], ["reached"], ["no_answer"]):
        case = CaseFactory(in_hand=True, adviser=adviser)
        for number, outcome in enumerate(outcomes):
            ring_out(case, MONDAY_9AM + number * HOUR, outcome)
    for source in ("friend", "", ""):
        calls.log_call(PersonFactory(), by=adviser, at=MONDAY_9AM, outcome="reached", direction="in", source=source)

    figures = call_figures.between(MONDAY_9AM, MONDAY_9AM + DAY)

    assert [(one.attempt, one.made, one.reached) for one in figures.rungs] == [(1, 3, 1), (2, 1, 1)]
    assert (figures.cases_tried, figures.cases_reached, figures.attempts_per_case) == (3, 2, 1.3)
    assert figures.source_percent == 33


def test_the_figures_open_for_a_lead(client, adviser):
    client.force_login(
        UserFactory(role="Contact-centre lead"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    assert client.get("/admin/call-figures/?days=7").status_code == 200
    assert client.get("/admin/call-lists/").status_code == 200


def test_after_ringing_out_the_case_proposes_the_next_attempt(desk, adviser):
    case = CaseFactory(in_hand=True, adviser=adviser, person=PersonFactory(phone="+34612345678"))
    queue.write_event(case, "taken", at=MONDAY_9AM, by=adviser)
    desk.post(f"/admin/cases/{case.uuid}/call/", {"outcome": "no_answer"})

    page = desk.get(f"/admin/cases/{case.uuid}/").content.decode()
    desk.post(f"/admin/cases/{case.uuid}/next-attempt/")

    assert "Not reached. Attempt 2:" in page
    assert FollowUp.objects.get().owner == adviser
