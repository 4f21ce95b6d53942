"""Two wordings compared: how many are needed, and nobody wins before they are reached."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_centre.models import Delivery, MessageSignal, Send
from contact_centre.sends import comparing, lists
from contact_centre.sends.comparing import Share
from people.models import OutgoingMessage, Person, Touchpoint
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory
from tests.factories.sends import SegmentFactory, SendFactory, SendVariantFactory

DAY_AFTER = MONDAY_9AM + timedelta(hours=25)


def test_planned_sample_is_that_of_the_textbook():
    # Two proportions of 10 % and 15 %, 5 % two sided, power 80 %: 686 each (Fleiss, without correction).
    assert comparing.planned_sample(0.10, 0.05) == 686


def test_more_wordings_need_more_people():
    assert comparing.planned_sample(0.1, 0.05, wordings=3) > comparing.planned_sample(0.1, 0.05)


@pytest.mark.parametrize(("baseline", "difference"), [(0, 0.1), (1, 0.1), (0.5, 0), (0.5, 0.6), (0.9, -0.1)])
def test_impossible_questions_are_refused(baseline, difference):
    with pytest.raises(ValueError):
        comparing.planned_sample(baseline, difference)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_interval_holds_the_share_and_stays_between_nothing_and_all(one, other):
    hits, total = sorted((one, other))
    low, high = comparing.wilson(hits, total)
    assert 0 <= low <= high <= 1
    if total:
        assert low <= hits / total + 1e-9
        assert hits / total <= high + 1e-9


@given(st.integers(1, 400), st.integers(0, 400))
def test_nobody_wins_against_the_same_share(total, hits):
    share = Share(min(hits, total), total)
    assert comparing.best_of({1: share, 2: share}) is None


def test_clear_difference_has_a_winner_and_a_small_one_has_none():
    assert comparing.best_of({1: Share(50, 1000), 2: Share(100, 1000)}) == 2
    assert comparing.best_of({1: Share(50, 1000), 2: Share(55, 1000)}) is None


def compared(sample, hits, *, planned=20, sent_at=MONDAY_9AM, rest=0, **fields):
    """A send with two wordings: ``sample`` of each has left, ``hits`` of them clicked."""
    send = SendFactory(
        **({"state": "sending", "listed_at": MONDAY_9AM, "planned_sample": planned, "rest_to_winner": True} | fields)
    )
    variants = [SendVariantFactory(send=send, name=name, position=n) for n, name in enumerate("AB")]
    people = iter(
        Person.objects.bulk_create(
            Person(given_name="Persona", language="ca", created_at=MONDAY_9AM) for _turn in range(2 * sample + rest)
        )
    )
    for variant, count in zip(variants, hits, strict=True):
        for number in range(sample):
            person = next(people)
            message = OutgoingMessage.objects.create(
                person=person, purpose="commercial", language="ca", to="x@example.org", body="Vine", state="sent",
                key=f"{send.pk}-{person.pk}", due_at=MONDAY_9AM, created_at=MONDAY_9AM, sent_at=sent_at,
            )  # fmt: skip
            Delivery.objects.create(
                send=send, person=person, variant=variant, message=message, state="queued", due_at=MONDAY_9AM
            )
            if number < count:
                MessageSignal.objects.create(message=message, kind="clicked", at=DAY_AFTER)
    for person in people:
        Delivery.objects.create(send=send, person=person, variant=variants[0], state="rest", due_at=MONDAY_9AM)
    return send


@pytest.mark.database
@pytest.mark.django_db
def test_no_winner_is_declared_before_the_planned_sample():
    send = compared(19, (0, 19))
    with pytest.raises(comparing.TooEarly):
        comparing.decide(send, by=None, at=DAY_AFTER)
    assert comparing.decide_due(at=DAY_AFTER) == 0
    send.refresh_from_db()
    assert send.winner is None
    assert not any(one.is_winner for one in comparing.outcomes(send))


@pytest.mark.database
@pytest.mark.django_db
def test_no_winner_is_declared_within_a_day_of_the_last_letter():
    send = compared(20, (0, 19))
    with pytest.raises(comparing.TooEarly):
        comparing.decide(send, by=None, at=MONDAY_9AM + timedelta(hours=23))


@pytest.mark.database
@pytest.mark.django_db
def test_winner_gets_the_rest_once():
    send = compared(20, (1, 15), rest=7)
    assert comparing.decide_due(at=DAY_AFTER) == 1
    assert comparing.decide_due(at=DAY_AFTER) == 0
    send.refresh_from_db()
    assert send.winner.name == "B"
    assert send.deliveries.filter(variant=send.winner, state="waiting", due_at=DAY_AFTER).count() == 7
    with pytest.raises(comparing.NothingToCompare):
        comparing.decide(send, by=None, at=DAY_AFTER)


@pytest.mark.database
@pytest.mark.django_db
def test_rest_waits_for_a_person_when_nobody_wins():
    send = compared(20, (5, 6), rest=3)
    assert comparing.decide(send, by=None, at=DAY_AFTER) is None
    assert send.deliveries.filter(state="rest").count() == 3
    comparing.give_rest(send, send.variants.get(name="A"), at=DAY_AFTER)
    assert send.deliveries.filter(state="waiting", variant__name="A").count() == 3


@pytest.mark.database
@pytest.mark.django_db
def test_clicks_of_machines_make_no_winner():
    send = compared(20, (1, 15))
    MessageSignal.objects.update(is_human=False)
    assert comparing.decide(send, by=None, at=DAY_AFTER) is None


@pytest.mark.database
@pytest.mark.django_db
def test_list_keeps_the_sample_the_held_out_and_the_rest_apart():
    people = [ConsentFactory(person=PersonFactory()).person for _turn in range(40)]
    segment = SegmentFactory()
    segment.members.add(*people, through_defaults={"added_at": MONDAY_9AM})
    send = SendFactory(segment=segment, planned_sample=3, rest_to_winner=True)
    for name, code in (("A", "one"), ("B", "two"), ("Nothing", "")):
        SendVariantFactory(send=send, name=name, template_code=code)
    assert lists.write(send, at=MONDAY_9AM) == 40
    states = {(row.variant.name, row.state) for row in send.deliveries.select_related("variant")}
    assert states == {("A", "waiting"), ("A", "rest"), ("B", "waiting"), ("B", "rest"), ("Nothing", "held_out")}
    assert send.deliveries.filter(state="waiting", variant__name="A").count() == 3
    assert send.deliveries.filter(state="waiting", variant__name="B").count() == 3


@pytest.mark.database
@pytest.mark.django_db
def test_enrolments_are_counted_for_those_who_got_it_and_those_held_out():
    send = compared(2, (0, 0), metric=Send.Metric.ENROLLED)
    held = SendVariantFactory(send=send, name="Nothing", template_code="", position=2)
    person = PersonFactory()
    Delivery.objects.create(send=send, person=person, variant=held, state="held_out", due_at=MONDAY_9AM)
    got = send.deliveries.filter(variant__name="A")[0].person
    for who, days in ((got, 2), (person, 3), (send.deliveries.filter(variant__name="B")[0].person, 40)):
        Touchpoint.objects.create(
            person=who, at=MONDAY_9AM + timedelta(days=days), channel="web", direction="in", kind="enrolment.enrolled"
        )
    found = {one.variant.name: (one.share.hits, one.share.total) for one in comparing.outcomes(send)}
    assert found == {"A": (1, 2), "B": (0, 2), "Nothing": (1, 1)}
