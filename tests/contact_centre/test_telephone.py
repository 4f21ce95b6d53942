"""Calls: who rings is shown, what nobody takes is not lost, and one click calls back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contact_centre import telephony
from contact_centre.models import Call, Case
from contact_centre.telephony import Told, contacters, ringing
from people.access import roles
from people.models import Suppression, Touchpoint
from tests.factories.contact_centre import CaseFactory
from tests.factories.inbound import CallFactory, InboundMessageFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
NUMBER = "+34612345678"
LOCAL = {"class": "contact_centre.telephony.local.LocalExchange", "options": {}}


def told(state, *, after=0, number=NUMBER, provider_id="call-1", **more):
    at = MONDAY_9AM + timedelta(seconds=after)
    return Told(provider="local", provider_id=provider_id, state=state, at=at, number=number, **more)


def test_call_that_rings_shows_who_it_is_and_their_case():
    nuria = PersonFactory(phone=NUMBER)
    case = CaseFactory(person=nuria)
    ringing.note(told("ringing"))
    (shown,) = ringing.now(at=MONDAY_9AM + timedelta(seconds=5))
    assert (shown.people, shown.case, shown.call.person) == ([nuria], case, nuria)
    assert ringing.now(at=MONDAY_9AM + timedelta(minutes=5)) == []


def test_call_belongs_to_the_case_that_waits_before_one_that_has_its_answer():
    nuria = PersonFactory(phone=NUMBER)
    CaseFactory(person=nuria, answered=True)
    waiting = CaseFactory(person=nuria)
    ringing.note(told("ringing"))
    (shown,) = ringing.now(at=MONDAY_9AM + timedelta(seconds=5))
    assert shown.case == waiting


def test_call_that_somebody_takes_is_not_missed():
    adviser = UserFactory(role=roles.ADVISER)
    call = ringing.note(told("ringing"))
    ringing.pick_up(call, by=adviser, at=MONDAY_9AM)
    assert ringing.pick_up(call, by=UserFactory(), at=MONDAY_9AM).adviser == adviser
    call = ringing.note(told("ended", after=60))
    assert (call.outcome, Case.objects.count()) == ("", 0)
    assert ringing.now(at=MONDAY_9AM) == []


def test_missed_call_of_somebody_new_is_due_as_an_enquiry():
    ringing.note(told("ringing"))
    call = ringing.note(told("ended", after=30))
    case = Case.objects.get()
    assert (call.outcome, call.case, case.kind, case.channel) == ("missed", case, "call", "phone")
    assert case.answer_due_at == case.opened_at + timedelta(hours=24)
    assert case.person.identities.get().value == NUMBER
    assert NUMBER in case.question


def test_missed_call_of_somebody_with_a_case_is_heard_there_once_an_hour():
    nuria = PersonFactory(phone=NUMBER)
    case = CaseFactory(person=nuria, answered=True)
    for number in range(3):
        ringing.note(told("ended", after=number * 60, provider_id=f"call-{number}"))
    case.refresh_from_db()
    assert case.state == "in_hand"
    assert case.events.filter(kind="they_wrote").count() == 1
    assert Case.objects.count() == 1
    assert Touchpoint.objects.filter(kind="contact_centre.call_from_them").count() == 3


def test_told_twice_and_in_the_wrong_order_is_one_missed_call():
    for state in ("ended", "ringing", "ended", "answered"):
        ringing.note(told(state))
    assert Call.objects.get().outcome == "missed"
    assert Case.objects.count() == 1


@pytest.mark.parametrize("number", ["", "205", "not a number"])
def test_number_that_leads_nowhere_stands_on_the_list_only(number):
    ringing.note(told("ended", number=number))
    assert (Call.objects.get().outcome, Case.objects.count()) == ("missed", 0)
    assert ringing.missed(since=MONDAY_9AM - timedelta(days=1)).count() == 1


def test_missed_call_is_done_once_we_called_back():
    ringing.note(told("ended"))
    (call,) = ringing.missed(since=MONDAY_9AM - timedelta(days=1))
    assert not call.is_called_back
    CallFactory(direction="out", outcome="reached", started_at=MONDAY_9AM + timedelta(hours=1), person=call.person)
    assert ringing.missed(since=MONDAY_9AM - timedelta(days=1)).get().is_called_back


def test_one_click_rings_us_and_stands_in_its_row(settings):
    settings.TELEPHONY = LOCAL
    adviser, nuria = UserFactory(role=roles.ADVISER), PersonFactory(phone=NUMBER)
    case = CaseFactory(person=nuria)
    call = ringing.dial(nuria, by=adviser, at=MONDAY_9AM, case=case)
    assert (call.direction, call.number, call.provider) == ("out", NUMBER, "local")
    Suppression.objects.create(kind="phone", value=NUMBER, why="asked", at=MONDAY_9AM)
    with pytest.raises(telephony.NotCalled):
        ringing.dial(nuria, by=adviser, at=MONDAY_9AM)


def test_without_an_exchange_nobody_is_called(settings):
    settings.TELEPHONY = {}
    with pytest.raises(telephony.NotCalled):
        ringing.dial(PersonFactory(phone=NUMBER), by=UserFactory(), at=MONDAY_9AM)


def test_strip_above_every_page_shows_the_call_and_taking_it_opens_the_person(client, settings):
    settings.TELEPHONY = LOCAL
    adviser, nuria = UserFactory(role=roles.ADVISER), PersonFactory(phone=NUMBER)
    client.force_login(adviser)
    address = reverse("contact_centre_ringing")
    assert client.get(address).content.strip() == b""
    client.post(reverse("contact_centre_exchange"), {"number": "612 345 678", "state": "ringing"})
    shown = client.get(address).content.decode()
    assert NUMBER in shown
    assert str(nuria) in shown
    taken = client.post(reverse("contact_centre_pick_up", args=[Call.objects.get().uuid]))
    assert taken.url == reverse("contact_centre_person", args=[nuria.uuid])
    assert Call.objects.get().adviser == adviser


def test_list_of_missed_calls_costs_the_same_for_one_and_three(client, django_assert_max_num_queries):
    client.force_login(UserFactory(role=roles.ADVISER))
    now = timezone.now()
    counts = []
    for _turn in range(2):
        CallFactory(person=PersonFactory(), case=CaseFactory(), started_at=now)
        CallFactory(person=PersonFactory(), case=CaseFactory(), started_at=now)
        with django_assert_max_num_queries(60) as counted:
            assert client.get(reverse("contact_centre_missed")).status_code == 200
        counts.append(len(counted))
    assert counts[0] >= counts[1]


def test_who_comes_back_most_often_and_how_often_after_an_answer():
    nuria, joan = PersonFactory(), PersonFactory()
    at = MONDAY_9AM + timedelta(days=10)
    case = CaseFactory(person=nuria, answered=True, kind="complaint")
    case.events.create(kind="answered", at=MONDAY_9AM + timedelta(days=1))
    for day in (0, 2, 3):
        InboundMessageFactory(person=nuria, state="filed", case=case, received_at=MONDAY_9AM + timedelta(days=day))
    InboundMessageFactory(person=joan, state="filed", received_at=MONDAY_9AM)
    (found,) = contacters.frequent(at=at)
    assert (found.person, found.contacts, found.repeats) == (nuria, 4, 2)
    assert found.causes == [("complaint", 1)]


def test_the_strip_tells_who_may_not_take_calls_to_stop_asking(client):
    client.force_login(UserFactory(role="Director"))
    answer = client.get("/admin/telephone/ringing/")
    assert (answer.status_code, answer.content) == (204, b"")
