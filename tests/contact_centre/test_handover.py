from datetime import timedelta

import pytest

from contact_centre import queue
from contact_centre.assignment import handover
from contact_centre.assignment.handover import Way
from contact_centre.models import Case, FollowUp, Promise, StaffNotice
from tests.factories.assignment import AdviserFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TEN = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture(autouse=True)
def readers_of_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def leaver():
    return UserFactory(role="Adviser", first_name="Pau")


@pytest.fixture
def lead():
    return UserFactory(role="Contact-centre lead")


def fill(user, cases=2):
    person = PersonFactory()
    made = [CaseFactory(person=person, in_hand=True, adviser=user) for _one in range(cases)]
    FollowUp.objects.create(person=person, case=made[0], owner=user, due_at=TEN, made_at=MONDAY_9AM)
    FollowUp.objects.create(person=person, owner=user, due_at=TEN, made_at=MONDAY_9AM)
    Promise.objects.create(person=person, case=made[0], owner=user, words="Grant", due_at=TEN, made_at=MONDAY_9AM)
    return made


def test_everything_goes_to_one_colleague_and_they_are_told(leaver, lead):
    cases, colleague = fill(leaver), UserFactory(role="Adviser")

    handover.hand_over(leaver, way=Way.COLLEAGUE, to=colleague, by=lead, at=TEN, why="ill")

    assert not handover.work_of(leaver)
    assert handover.work_of(colleague) == handover.Work(cases=2, follow_ups=2, promises=1)
    assert cases[0].events.get().note.endswith(": ill")
    assert [one.text for one in StaffNotice.objects.filter(user=colleague)] == [
        "5 pieces of work of Pau Vidal are yours now."
    ]
    assert Case.objects.first().answer_due_at == cases[0].answer_due_at


def test_work_is_shared_out_among_those_who_can_take_each(leaver, lead):
    catalan, english = AdviserFactory(languages=["ca"], capacity=2).user, AdviserFactory(languages=["en"]).user
    person = PersonFactory()
    for language in ("ca", "ca", "ca", "en", "es"):
        CaseFactory(person=person, in_hand=True, adviser=leaver, language=language)
    lead.groups.clear()  # nobody else may take cases

    handover.hand_over(leaver, way=Way.RULES, by=None, at=TEN)

    found = list(Case.objects.order_by("pk").values_list("language", "adviser", "state"))
    assert found.count(("ca", catalan.pk, "in_hand")) == 2
    assert found.count(("en", english.pk, "in_hand")) == 1
    # No room and no language left: back to the queue, watched again.
    assert sorted(row[::2] for row in found if row[1] is None) == [("ca", "waiting"), ("es", "waiting")]
    assert not Case.objects.filter(adviser=None, unowned_due_at=None).exists()


def test_back_to_the_queue_and_the_rest_to_whoever_did_it(leaver, lead):
    fill(leaver)

    handover.hand_over(leaver, way=Way.QUEUE, by=lead, at=TEN)

    assert Case.objects.unowned().count() == 2
    assert handover.work_of(lead) == handover.Work(cases=0, follow_ups=2, promises=1)


def test_giving_back_restores_what_has_not_moved_on(leaver, lead):
    cases, colleague = fill(leaver), UserFactory(role="Adviser")
    act = handover.hand_over(leaver, way=Way.COLLEAGUE, to=colleague, by=lead, at=TEN)
    queue.put_back(Case.objects.get(pk=cases[1].pk), by=colleague, at=TEN)

    assert handover.undo(act, by=lead, at=TEN + timedelta(hours=1)) == (4, 1)

    assert handover.work_of(leaver) == handover.Work(cases=1, follow_ups=2, promises=1)
    assert Case.objects.get(pk=cases[0].pk).taken_at == cases[0].taken_at
    with pytest.raises(handover.CannotUndo):
        handover.undo(act, by=lead, at=TEN + timedelta(hours=1))


def test_after_a_day_it_stays(leaver, lead):
    fill(leaver)
    act = handover.hand_over(leaver, way=Way.QUEUE, by=lead, at=TEN)

    with pytest.raises(handover.CannotUndo):
        handover.undo(act, by=lead, at=TEN + timedelta(days=1, seconds=1))


@pytest.mark.parametrize("to", ["nobody", "themselves", "closed"])
def test_work_goes_to_somebody_who_can_do_it(to, leaver, lead):
    fill(leaver)
    whom = {"nobody": None, "themselves": leaver, "closed": UserFactory(is_active=False)}[to]

    with pytest.raises(handover.NobodyToGoTo):
        handover.hand_over(leaver, way=Way.COLLEAGUE, to=whom, by=lead, at=TEN)
    assert handover.work_of(leaver).cases == 2


def test_whoever_has_nothing_passes_nothing_on(leaver, lead):
    assert handover.hand_over(leaver, way=Way.QUEUE, by=lead, at=TEN) is None


def test_an_adviser_deactivated_with_400_cases_leaves_none_behind(leaver, lead, django_assert_max_num_queries):
    person, colleague = PersonFactory(), UserFactory(role="Adviser")
    facts = {"person": person, "state": "in_hand", "adviser": leaver, "taken_at": MONDAY_9AM}
    Case.objects.bulk_create(CaseFactory.build_batch(400, **facts))
    leaver.is_active = False
    leaver.save()
    assert handover.inactive_owners() == 1

    with django_assert_max_num_queries(60):
        assert handover.sweep_closed_logins(at=TEN) == 1

    assert handover.sweep_closed_logins(at=TEN) == 0
    assert handover.inactive_owners() == 0
    assert Case.objects.filter(adviser__in=[lead, colleague], state="in_hand").count() == 400
    assert any("400 open cases" in one.text for one in StaffNotice.objects.filter(user=lead))
