"""Merges, partings and what happens in between, in any order: every row ends at its rightful person."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from people import timeline
from people.identity import merging
from people.models import Merge, Person
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory, PersonFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PEOPLE = st.integers(0, 3)
COUNTRIES = ("", "ES", "", "FR")


class Merging(RuleBasedStateMachine):
    """Four people who may be one. Each row that is planted remembers whose it is, whatever is merged meanwhile."""

    @initialize()
    def four_people(self):
        self.example = transaction.atomic()
        self.example.__enter__()
        self.at = MONDAY_9AM
        self.people = [
            PersonFactory(given_name=f"P{number}", country=COUNTRIES[number], email=f"p{number}@example.org")
            for number in range(4)
        ]
        self.ways = [person.identities.get().pk for person in self.people]
        self.planted = []  # (row, number of its person)
        self.cases = [[] for _person in self.people]

    def tick(self):
        self.at += timedelta(minutes=1)
        return self.at

    def now(self, number):
        return merging.current(Person.objects.get(pk=self.people[number].pk))

    def plant(self, row, number):
        self.planted.append((row, number))
        return row

    def happen(self, number, **facts):
        facts = {"channel": "web", "direction": "in", "kind": "enquiries.received"} | facts
        self.plant(timeline.record(self.now(number), at=self.tick(), **facts), number)

    @rule(number=PEOPLE)
    def comes_through_an_address(self, number):
        self.happen(number, identity_id=self.ways[number])

    @rule(number=PEOPLE)
    def is_written_to(self, number):
        self.plant(OutgoingMessageFactory(person=self.now(number), to=f"p{number}@example.org"), number)

    @rule(number=PEOPLE)
    def opens_a_case_through_an_address(self, number):
        case = self.plant(CaseFactory(person=self.now(number)), number)
        self.cases[number].append(case)
        self.happen(number, identity_id=self.ways[number], about=case)

    @precondition(lambda self: any(self.cases))
    @rule(number=PEOPLE)
    def something_happens_about_a_case(self, number):
        if self.cases[number]:
            self.happen(number, direction="out", about=self.cases[number][-1])

    @rule(number=PEOPLE)
    def says_no(self, number):
        person = self.now(number)
        if person.pk == self.people[number].pk and not person.absorbed.exists():
            self.plant(ConsentFactory(person=person, decision="denied", at=self.tick()), number)

    @rule(one=PEOPLE, other=PEOPLE)
    def are_merged(self, one, other):
        survivor, absorbed = self.now(one), self.now(other)
        if survivor == absorbed:
            with pytest.raises(merging.CannotMerge):
                merging.merge(survivor, absorbed, at=self.tick())
        else:
            merging.merge(survivor, absorbed, at=self.tick())

    @rule(place=st.integers(0, 2))
    def are_parted(self, place):
        standing = list(Merge.objects.filter(undone_at=None).order_by("pk"))
        if standing:
            merging.undo(standing[place % len(standing)], at=self.tick())

    def teardown(self):
        if hasattr(self, "example"):
            try:
                self.all_is_as_it_should_be()
            finally:
                transaction.set_rollback(True)
                self.example.__exit__(None, None, None)

    def all_is_as_it_should_be(self):
        self.rows_are_with_whoever_speaks_for_their_person()
        while standing := Merge.objects.filter(undone_at=None).first():
            merging.undo(standing, at=self.tick())
            self.rows_are_with_whoever_speaks_for_their_person()
        for number, person in enumerate(self.people):
            known = Person.objects.get(pk=person.pk)
            assert (known.given_name, known.country, known.merged_into) == (f"P{number}", COUNTRIES[number], None)
            assert [identity.pk for identity in known.identities.all()] == [self.ways[number]]

    def rows_are_with_whoever_speaks_for_their_person(self):
        strayed = []
        for row, number in self.planted:
            row.refresh_from_db()
            if row.person_id != self.now(number).pk:
                strayed.append((row, number, row.person_id))
        assert strayed == []


def test_every_row_ends_at_its_rightful_person():
    """Over two seconds: four stories of a dozen steps, each with several merges and partings."""
    run_state_machine_as_test(
        Merging,
        settings=settings(
            max_examples=4,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
