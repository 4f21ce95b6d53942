"""Advisers who call from one list at once, in processes of their own as in production."""

from datetime import timedelta

import pytest

from contact_centre import call_lists
from contact_centre.models import CallList, CallListEntry
from people.models import User
from tests.factories.desk import CallListEntryFactory, CallListFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory
from tests.people import at_once

PROCESSES, PEOPLE = 4, 24
AT = MONDAY_9AM + timedelta(hours=2)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nobody_is_called_by_two():
    called = CallListFactory(state="open")
    for number in range(PEOPLE):
        person = PersonFactory(phone=f"+346123456{number:02}")
        ConsentFactory(person=person, channel="phone")
        CallListEntryFactory(call_list=called, person=person)
    advisers = [UserFactory(role="Adviser") for _process in range(PROCESSES)]

    def call_all(number):
        adviser, mine, taken = User.objects.get(pk=advisers[number].pk), CallList.objects.get(), []
        while entry := call_lists.take_next(mine, by=adviser, at=AT):
            call_lists.log(entry, by=adviser, at=AT, outcome="reached", offer="accepted")
            taken.append(entry.pk)
        return taken

    taken = [pk for mine in at_once.run(call_all, processes=PROCESSES) for pk in mine]

    assert sorted(taken) == sorted(CallListEntry.objects.values_list("pk", flat=True))
    assert CallListEntry.objects.filter(attempts=1, state="done").count() == PEOPLE
