"""Many advisers at once, in processes of their own as in production."""

from collections import Counter

import pytest

from contact_centre import queue
from contact_centre.models import Case, CaseEvent
from people.models import User
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.people import at_once

PROCESSES, CASES = 16, 200


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_no_case_is_claimed_twice_by_sixteen_processes():
    person = PersonFactory()
    Case.objects.bulk_create(CaseFactory.build_batch(CASES, person=person))
    advisers = [UserFactory() for _process in range(PROCESSES)]

    def claim_all(number):
        adviser, claimed = User.objects.get(pk=advisers[number].pk), []
        while case := queue.claim_next(by=adviser, at=MONDAY_9AM):
            claimed.append(case.pk)
        return claimed

    claimed = [pk for mine in at_once.run(claim_all, processes=PROCESSES) for pk in mine]

    assert sorted(claimed) == sorted(Case.objects.values_list("pk", flat=True))
    assert max(Counter(claimed).values()) == 1
    assert CaseEvent.objects.filter(kind="taken").count() == CASES
    assert not Case.objects.waiting().exists()
