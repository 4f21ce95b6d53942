"""The programme put forward below a newsletter."""

from datetime import timedelta

import pytest
from django.core import mail

from people.contact import mails, outbox
from programmes.models import SlotCount, Telling
from tests.factories.people import MONDAY_9AM as MONDAY_OF_PEOPLE
from tests.factories.people import ConsentFactory, OutgoingMessageFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory
from tests.factories.slots import SlotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)


def letter(**facts):
    person = facts.pop("person", None) or ConsentFactory().person
    return OutgoingMessageFactory(person=person, **({"purpose": "commercial", "language": "en"} | facts))


def body(message):
    return mails.compose(message).body


@pytest.mark.usefixtures("monday")
def test_newsletter_leads_to_the_sheet_in_its_language():
    slot = SlotFactory(place="newsletter", text_ca="Comença aviat")
    assert f"Care close by\nhttp://localhost:8000/slots/{slot.uuid}/?in=en" in body(letter())
    assert f"/slots/{slot.uuid}/?in=ca" in body(letter(language="ca"))
    assert "Cura a prop – Comença aviat" in body(letter(language="ca"))


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize(
    ("facts", "about", "is_there"),
    [
        ({}, {}, True),
        ({}, {"purpose": "service"}, False),
        ({"place": "home"}, {}, False),
        ({"audience": "topic:health"}, {"topic": "health"}, True),
        ({"audience": "topic:health"}, {"topic": "news"}, False),
        ({"audience": "prospects"}, {}, True),
        ({"audience": "students"}, {}, False),
        ({"audience": "visitors"}, {}, False),
        ({"language": "ca"}, {}, False),
        ({"starts_at": MONDAY_9AM + timedelta(hours=1)}, {}, False),
    ],
)
def test_newsletter_slot_is_for_its_readers(facts, about, is_there):
    SlotFactory(**({"place": "newsletter"} | facts))
    assert ("Care close by" in body(letter(**about))) == is_there


@pytest.mark.usefixtures("monday")
def test_message_keeps_its_slot_while_two_take_turns(time_machine):
    programme = SlotFactory(place="newsletter", headline_en="Slot number 0").programme
    for number in range(1, 5):
        SlotFactory(place="newsletter", headline_en=f"Slot number {number}", programme=programme)

    def shown_in(message):
        return next(line for line in body(message).splitlines() if line.startswith("Slot number"))

    message = letter()
    first = shown_in(message)
    time_machine.move_to(MONDAY_9AM + timedelta(hours=5), tick=False)
    assert shown_in(message) == first
    shown = {shown_in(letter(person=message.person)) for _n in range(30)}
    assert len(shown) > 1


def test_price_that_a_newsletter_told_is_remembered(django_capture_on_commit_callbacks, time_machine):
    time_machine.move_to(MONDAY_OF_PEOPLE, tick=False)
    dates = {"starts_at": MONDAY_OF_PEOPLE - timedelta(days=1), "ends_at": MONDAY_OF_PEOPLE + timedelta(days=1)}
    slot = SlotFactory(place="newsletter", headline_en="Now {price}", **dates)
    IntakeFactory(programme=slot.programme, price_minor=195_000)
    message = letter()
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver_due(at=MONDAY_OF_PEOPLE)
    assert "Now €1,950" in mail.outbox[0].body
    told = Telling.objects.get(person=message.person, programme=slot.programme)
    assert [fact.version.fact for fact in told.facts.select_related("version")] == ["price"]


def test_slot_counts_as_seen_once_the_message_has_left(django_capture_on_commit_callbacks):
    slot = SlotFactory(
        place="newsletter",
        starts_at=MONDAY_OF_PEOPLE - timedelta(days=1),
        ends_at=MONDAY_OF_PEOPLE + timedelta(days=1),
    )
    message = letter()
    body(message)  # looking at it is not sending it
    assert not SlotCount.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver_due(at=MONDAY_OF_PEOPLE)
        outbox.deliver_due(at=MONDAY_OF_PEOPLE + timedelta(hours=1))
    (sent,) = mail.outbox
    assert str(slot.uuid) in sent.body
    assert list(SlotCount.objects.values_list("slot", "impressions")) == [(slot.pk, 1)]
