"""Who may be contacted, on which channel, for what, when."""

from datetime import timedelta

import pytest

from people.contact import policy
from people.models import Identity, Suppression
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory, PersonFactory

pytestmark = pytest.mark.django_db
NOON = MONDAY_9AM + timedelta(hours=3)
NIGHT = MONDAY_9AM.replace(hour=21)  # 22 h in Madrid
DAWN = MONDAY_9AM.replace(hour=7)  # 8 h in Madrid


@pytest.fixture
def person():
    return PersonFactory(email="nuria@example.org", phone="+34612345678")


def say(person, decision, purpose="commercial", channel="email", at=MONDAY_9AM):
    return ConsentFactory(person=person, decision=decision, purpose=purpose, channel=channel, at=at)


def now_has(person, **facts):
    for name, value in facts.items():
        setattr(person, name, value)
    person.save(update_fields=list(facts))


@pytest.mark.parametrize(
    ("said", "phase", "channel", "purpose", "at", "allowed"),
    [
        (None, "prospect", "email", "service", NIGHT, True),
        (None, "prospect", "email", "enquiry", NIGHT, True),
        (None, "prospect", "phone", "enquiry", NOON, True),
        (None, "prospect", "phone", "enquiry", NIGHT, False),
        (None, "prospect", "sms", "service", DAWN, False),
        (None, "prospect", "email", "commercial", NOON, False),
        ("granted", "prospect", "email", "commercial", NOON, True),
        ("granted", "prospect", "email", "commercial", NIGHT, False),
        ("granted", "prospect", "email", "commercial", DAWN, False),
        ("granted", "prospect", "phone", "commercial", NOON, False),
        ("denied", "prospect", "email", "commercial", NOON, False),
        ("withdrawn", "prospect", "email", "commercial", NOON, False),
        (None, "prospect", "email", "survey", NOON, False),
        (None, "student", "email", "survey", NOON, True),
        ("withdrawn", "student", "email", "survey", NOON, False),
        ("granted", "alumnus", "email", "survey", NIGHT, True),
        (None, "student", "email", "profiling", NOON, False),
        ("granted", "student", "email", "profiling", NOON, True),
        ("withdrawn", "prospect", "email", "enquiry", NOON, False),
        (None, "prospect", "post", "service", NOON, False),
    ],
)
def test_ledger_and_clock_decide(person, said, phase, channel, purpose, at, allowed):
    now_has(person, phase=phase)
    if said:
        say(person, said, purpose=purpose)
    verdict = policy.may_contact(person, channel=channel, purpose=purpose, at=at)
    assert verdict.allowed == allowed, verdict.why
    assert verdict.why


def test_last_word_holds_and_is_the_proof(person):
    say(person, "withdrawn")
    yes = say(person, "granted", at=MONDAY_9AM + timedelta(hours=1))
    verdict = policy.may_contact(person, channel="email", purpose="commercial", at=NOON)
    assert (verdict.allowed, verdict.proof, verdict.reachable_at) == (True, yes, "nuria@example.org")


def test_quiet_hours_are_those_of_the_person(person):
    now_has(person, time_zone="America/Mexico_City")
    verdict = policy.may_contact(person, channel="phone", purpose="enquiry", at=NOON)  # 6 h there
    assert not verdict.allowed
    assert verdict.not_before == MONDAY_9AM.replace(hour=15)  # 9 h there
    now_has(person, time_zone="Nowhere/Nothing")
    assert policy.may_contact(person, channel="phone", purpose="enquiry", at=NOON).allowed


def test_suppressed_and_undeliverable_addresses_are_not_used(person):
    Identity.objects.filter(kind="email").update(is_undeliverable=True)
    assert not policy.may_contact(person, channel="email", purpose="service", at=NOON).allowed
    Suppression.objects.create(kind="phone", value="+34612345678", why="asked", at=MONDAY_9AM)
    assert not policy.may_contact(person, channel="phone", purpose="service", at=NOON).allowed


def test_pause_stops_news_but_not_answers(person):
    say(person, "granted")
    now_has(person, paused_until=NOON + timedelta(days=3))
    assert policy.may_contact(person, channel="email", purpose="enquiry", at=NOON).allowed
    verdict = policy.may_contact(person, channel="email", purpose="commercial", at=NOON)
    assert (verdict.allowed, verdict.not_before) == (False, person.paused_until)


def test_fourth_commercial_message_of_the_week_waits(person):
    say(person, "granted")
    for day in range(3):
        OutgoingMessageFactory(
            person=person,
            to="nuria@example.org",
            purpose="commercial",
            state="sent",
            claimed_at=NOON + timedelta(days=day),
        )
    at = NOON + timedelta(days=3)
    verdict = policy.may_contact(person, channel="email", purpose="commercial", at=at)
    assert (verdict.allowed, verdict.not_before) == (False, NOON + timedelta(days=7))
    assert policy.may_contact(person, channel="email", purpose="commercial", at=NOON + timedelta(days=7)).allowed


def test_erased_person_is_not_contacted(person):
    now_has(person, erased_at=MONDAY_9AM)
    assert not policy.may_contact(person, channel="email", purpose="service", at=NOON).allowed
