from datetime import timedelta

import pytest

from contact_centre.assignment import rules
from contact_centre.models import Case, CaseEvent
from tests.factories.assignment import AbsenceFactory, AdviserFactory, PushRuleFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def owners():
    return list(Case.objects.order_by("opened_at").values_list("adviser", flat=True))


def cases(count, **facts):
    person = PersonFactory()
    return [
        CaseFactory(person=person, opened_at=MONDAY_9AM - timedelta(minutes=count - number), **facts)
        for number in range(count)
    ]


@pytest.fixture
def pair():
    return [AdviserFactory(is_pushed=True).user.pk for _one in range(2)]


def test_without_a_rule_everything_waits_to_be_taken(pair):
    cases(2)

    assert (rules.route(at=MONDAY_9AM), owners()) == (0, [None, None])


def test_in_turns_goes_on_where_it_stopped(pair):
    PushRuleFactory()
    cases(3)
    assert (rules.route(at=MONDAY_9AM), owners()) == (3, [pair[0], pair[1], pair[0]])

    cases(1)
    rules.route(at=MONDAY_9AM)

    assert Case.objects.order_by("pk").last().adviser_id == pair[1]
    assert CaseEvent.objects.filter(kind="routed").count() == 4


def test_the_least_busy_gets_the_next(pair):
    PushRuleFactory(strategy="least_busy")
    CaseFactory(in_hand=True, adviser_id=pair[0], opened_at=MONDAY_9AM - timedelta(hours=1))
    cases(2)

    rules.route(at=MONDAY_9AM)

    assert owners()[1:] == [pair[1], pair[0]]


def test_the_first_rule_that_fits_decides_even_when_it_finds_nobody(pair):
    PushRuleFactory(position=1, languages=["en"], team=TeamFactory())
    PushRuleFactory(position=2)
    cases(1, language="en")
    cases(1, language="ca")

    assert rules.route(at=MONDAY_9AM) == 1
    assert Case.objects.get(language="en").adviser is None


@pytest.mark.parametrize("facts", [{"capacity": 0}, {"languages": ["es"]}, {"is_pushed": False}])
def test_nobody_is_given_what_they_cannot_take(facts):
    AdviserFactory(**{"is_pushed": True, **facts})
    PushRuleFactory()
    cases(1)

    assert rules.route(at=MONDAY_9AM) == 0


def test_nobody_is_given_cases_when_they_are_off(pair):
    PushRuleFactory()
    cases(1)
    AbsenceFactory(user_id=pair[0])

    assert rules.route(at=MONDAY_9AM.replace(hour=22)) == 0
    assert (rules.route(at=MONDAY_9AM), owners()) == (1, [pair[1]])


def test_room_is_not_given_out_twice(pair):
    AdviserFactory._meta.model.objects.update(capacity=1)
    PushRuleFactory()
    cases(5)

    assert rules.route(at=MONDAY_9AM) == 2


def test_what_is_kept_for_somebody_is_left_to_them(pair):
    PushRuleFactory()
    cases(1, meant_for_id=pair[1], meant_until=MONDAY_9AM + timedelta(minutes=5))

    assert rules.route(at=MONDAY_9AM) == 0


def test_a_rehearsal_says_who_would_have_got_what_and_changes_nothing(pair):
    off = PushRuleFactory(is_on=False)
    cases(3)
    CaseFactory(opened_at=MONDAY_9AM.replace(hour=3))

    decided = rules.rehearse(rules.rules_in_use(also=off), at=MONDAY_9AM)

    assert [one.to.pk if one.to else None for one in decided] == [pair[0], pair[1], pair[0], None]
    assert [count for _user, count in rules.count_per_person(decided)] == [2, 1]
    assert owners() == [None] * 4
    assert rules.rules_in_use() == []


def test_rules_cost_the_same_for_few_and_many_cases(pair, django_assert_max_num_queries):
    PushRuleFactory()
    cases(2)
    with django_assert_max_num_queries(20):
        rules.route(at=MONDAY_9AM)
    cases(30)
    with django_assert_max_num_queries(20):
        assert rules.route(at=MONDAY_9AM) == 30
