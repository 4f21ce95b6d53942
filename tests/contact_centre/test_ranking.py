import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_centre import queue, ranking
from contact_centre.models import Case
from contact_centre.ranking import BOUND, TAU, Usual
from people.models import PersonScore
from programmes.models import Intake
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = [pytest.mark.database]
USUAL = Usual(100_000, 0.1)
DUES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
WORTH = st.tuples(st.integers(60_000, 150_000), st.floats(0.05, 0.2))


@pytest.fixture(autouse=True)
def nothing_remembered():
    ranking.forget()
    yield
    ranking.forget()


def place(due, value, chance, kind="enquiry"):
    return ranking.rank_at(due, kind=kind, value_minor=value, chance=chance, usual=USUAL)


@given(due=DUES, other_due=DUES, worth=WORTH, other_worth=WORTH, now=DUES)
def test_the_stored_order_is_that_of_urgency_times_worth_at_any_instant(due, other_due, worth, other_worth, now):
    def pressing(of_due, of_worth):
        return -((of_due - now) / TAU) + math.log(of_worth[0] * of_worth[1])

    first, second = place(due, *worth), place(other_due, *other_worth)
    gap = pressing(due, worth) - pressing(other_due, other_worth)

    if abs(gap) > 1e-3:
        assert (first < second) == (gap > 0)


@given(due=DUES, value=st.integers(0, 10**12), chance=st.floats(0, 1))
def test_no_worth_moves_a_case_further_than_twelve_hours(due, value, chance):
    assert abs(place(due, value, chance) - due) <= BOUND


@pytest.mark.parametrize("kind", ["complaint", "payment", "risk", "correction"])
def test_what_leads_to_no_enrolment_stands_by_its_deadline(kind):
    assert place(MONDAY_9AM, 900_000, 0.9, kind) == MONDAY_9AM


def test_what_is_not_known_changes_nothing():
    assert place(MONDAY_9AM, None, None) == MONDAY_9AM
    assert ranking.rank_at(MONDAY_9AM, kind="enquiry", value_minor=5, chance=1, usual=Usual()) == MONDAY_9AM


@pytest.mark.django_db
def test_a_new_case_is_placed_by_the_price_of_the_next_start_and_the_chance():
    programme, person = ProgrammeFactory(), PersonFactory()
    IntakeFactory(programme=programme, starts_on=date(2025, 9, 1), apply_by=None, price_minor=1)
    IntakeFactory(programme=programme, starts_on=date(2026, 9, 1), apply_by=None, price_minor=300_000)
    IntakeFactory(programme=ProgrammeFactory(), starts_on=date(2026, 9, 1), apply_by=None, price_minor=100_000)
    PersonScore.objects.create(person=person, metric="conversion", value=0.3, as_of=MONDAY_9AM)

    case = queue.open_case(person, kind="enquiry", at=MONDAY_9AM, programme=programme)

    assert (case.value_minor, case.chance) == (300_000, 0.3)
    assert case.rank_at < case.answer_due_at
    assert any("earlier" in reason and "30 in 100" in reason for reason in ranking.why(case, at=MONDAY_9AM))


@pytest.mark.django_db
def test_places_follow_prices_and_scores_and_are_written_only_when_they_change():
    cheap, dear = ProgrammeFactory(), ProgrammeFactory()
    for programme, price in ((cheap, 50_000), (dear, 400_000)):
        IntakeFactory(programme=programme, starts_on=date(2026, 9, 1), apply_by=None, price_minor=price)
    cases = [CaseFactory(programme=cheap), CaseFactory(programme=dear), CaseFactory(), CaseFactory(answered=True)]
    PersonScore.objects.create(person=cases[2].person, metric="conversion", value=0.01, as_of=MONDAY_9AM)

    moved, again = ranking.rank_again(at=MONDAY_9AM), ranking.rank_again(at=MONDAY_9AM + timedelta(minutes=1))

    assert (moved, again) == (3, 0)
    usual = ranking.usual(at=MONDAY_9AM)
    for case in Case.objects.filter(pk__in=[one.pk for one in cases[:3]]):
        expected = ranking.rank_at(
            case.answer_due_at, kind=case.kind, value_minor=case.value_minor, chance=case.chance, usual=usual
        )
        assert abs(case.rank_at - expected) < timedelta(seconds=1)
    Intake.objects.filter(programme=cheap).update(price_minor=900_000)
    assert ranking.rank_again(at=MONDAY_9AM) >= 1
    assert Case.objects.get(pk=cases[0].pk).value_minor == 900_000


@pytest.mark.django_db
def test_the_reasons_say_what_was_weighed():
    late = CaseFactory.build(answer_due_at=MONDAY_9AM, priority=queue.AT_ONCE)
    asked_again = CaseFactory.build(priority=queue.HIGH, nudged_at=MONDAY_9AM)
    kept = CaseFactory.build(meant_for_id=1, meant_until=MONDAY_9AM + timedelta(minutes=30))

    assert ranking.why(late, at=MONDAY_9AM)[0] == "The promise is broken: answer at once."
    assert ranking.why(asked_again, at=MONDAY_9AM)[0] == "They have asked again where the answer is."
    assert "Kept until 10:30 for whoever knows the person." in ranking.why(kept, at=MONDAY_9AM)
