"""Merging and parting when several people press the button at the same instant."""

import pytest
from django.utils import translation

from people.identity import merging
from people.models import Identity, Merge, MergeMove, Person, Touchpoint
from tests.factories.people import MONDAY_9AM, PersonFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def _answer(act):
    try:
        with translation.override("en"):
            act()
    except (merging.CannotMerge, merging.CannotUndoMerge) as refusal:
        return str(refusal)
    return "done"


def _pair():
    return list(Person.objects.order_by("pk"))


def _merge(_number):
    one, other = _pair()
    return _answer(lambda: merging.merge(one, other, at=MONDAY_9AM))


def test_four_processes_that_merge_the_same_pair_make_one_merge():
    PersonFactory(), PersonFactory()
    answers = at_once.run(_merge, processes=4)
    assert sorted(answers) == ["These two are one person already."] * 3 + ["done"]
    assert Merge.objects.count() == 1
    assert MergeMove.objects.count() == 1


def _merge_either_way(number):
    one, other = _pair() if number % 2 else reversed(_pair())
    return _answer(lambda: merging.merge(one, other, at=MONDAY_9AM))


def test_merging_in_opposite_directions_ends_in_one_of_them():
    PersonFactory(), PersonFactory()
    answers = at_once.run(_merge_either_way, processes=4)
    assert sorted(answers) == ["These two are one person already."] * 3 + ["done"]
    assert Person.objects.known().count() == 1
    assert Identity.objects.filter(person__in=Person.objects.known()).count() == 2


def _undo(_number):
    return _answer(lambda: merging.undo(Merge.objects.get(), at=MONDAY_9AM))


def test_four_processes_that_undo_the_same_merge_part_them_once():
    one, other = PersonFactory(), PersonFactory()
    merging.merge(one, other, at=MONDAY_9AM)
    answers = at_once.run(_undo, processes=4)
    assert sorted(answers) == ["This merge has been undone already."] * 3 + ["done"]
    assert sorted(Identity.objects.values_list("person", flat=True)) == [one.pk, other.pk]
    assert Touchpoint.objects.filter(kind="people.merge_undone").count() == 2


def _ring(number):
    people = _pair()
    return _answer(lambda: merging.merge(people[number], people[(number + 1) % 3], at=MONDAY_9AM))


def test_three_processes_that_merge_in_a_ring_lose_nobody():
    PersonFactory(), PersonFactory(), PersonFactory()
    answers = at_once.run(_ring, processes=3)
    known = Person.objects.known().count()
    assert known == 3 - answers.count("done")
    assert known >= 1
    assert Identity.objects.filter(person__in=Person.objects.known()).count() == 3
