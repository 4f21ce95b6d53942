"""Waking a worker up may fail; whoever made the work notices nothing."""

import pytest
from django.db import transaction

from people.tasks import deliver_messages


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_away_harms_nobody_who_commits(caplog):
    with transaction.atomic():
        deliver_messages.apply_async_on_commit(connection=object())  # no broker could be talked to through this
    assert "Error calling" in caplog.text
