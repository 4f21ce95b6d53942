"""An application that was begun is a basket until it is sent."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from enquiries.asking import baskets
from enquiries.models import Basket
from enrolment import begun
from enrolment.models import Application
from people.identity import identities
from people.models import Channel, Consent, OutgoingMessage, Purpose
from tests.factories.enrolment import ApplicationFactory
from tests.factories.people import ConsentFactory
from tests.factories.programmes import IntakeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_draft_is_reminded_of_once_with_consent_and_not_once_it_is_sent():
    intake = IntakeFactory()
    at = noon_before(intake)
    draft = ApplicationFactory(intake=intake, state=Application.State.DRAFT, created_at=at - timedelta(days=2))
    sent = ApplicationFactory(intake=intake, state=Application.State.DRAFT, created_at=at - timedelta(days=2))
    fresh = ApplicationFactory(intake=intake, state=Application.State.DRAFT, created_at=at - timedelta(hours=1))
    identities.add(draft.person, kind="email", value="laia@example.org", source="test", at=at)
    ConsentFactory(
        person=draft.person, purpose=Purpose.COMMERCIAL, channel=Channel.EMAIL, decision=Consent.Decision.GRANTED,
        at=at - timedelta(days=2),
    )  # fmt: skip
    with time_machine.travel(at, tick=False):
        assert baskets.collect(at=at) == 2
        Application.objects.filter(pk=sent.pk).update(state=Application.State.SUBMITTED)
        assert baskets.remind_due(at=at) == 1
        assert baskets.collect(at=at) == 0
        assert baskets.remind_due(at=at) == 0
    message = OutgoingMessage.objects.get()
    assert (message.person, message.to) == (draft.person, "laia@example.org")
    assert str(draft.uuid) in message.action_url
    assert not Basket.objects.filter(person=fresh.person).exists()
    assert begun.finished([f"application:{sent.uuid}", f"application:{draft.uuid}"]) == {f"application:{sent.uuid}"}


def noon_before(intake):
    """Noon of a day before the intake starts."""
    return datetime.combine(intake.starts_on - timedelta(days=20), time(12), tzinfo=UTC)
