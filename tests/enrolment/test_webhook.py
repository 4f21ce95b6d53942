"""The provider's door, with real signatures."""

import json
import time

import pytest
import stripe

from enrolment import tasks
from enrolment.models import ProviderEvent
from tests.enrolment.conftest import SECRET, events_of
from tests.enrolment.test_payments import ENROLLED, checkout, end_state

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ADDRESS = "/webhooks/stripe/"


def send(client, event, *, secret=SECRET, at=None, signature=None):
    body = json.dumps(event)
    stamp = int(at or time.time())
    signed = stripe.WebhookSignature._compute_signature(f"{stamp}.{body}", secret)
    header = signature if signature is not None else f"t={stamp},v1={signed}"
    return client.post(ADDRESS, body, content_type="application/json", headers={"Stripe-Signature": header})


def test_event_enrols_before_the_browser_is_back(client, sandbox, application, private_files):
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    for event in events_of(payment):
        assert send(client, event).status_code == 200
    tasks.process_provider_events()
    tasks.process_provider_events()
    assert end_state(application) == ENROLLED


def test_same_event_is_kept_once(client, sandbox, application):
    event = {"id": "evt_1", "object": "event", "type": "payout.paid", "data": {"object": {"id": "po_1"}}}
    assert [send(client, event).status_code for _time in range(3)] == [200, 200, 200]
    assert ProviderEvent.objects.get().kind == "payout.paid"


@pytest.mark.parametrize(
    "forgery",
    [
        {"secret": "whsec_other"},
        {"signature": ""},
        {"signature": "t=1,v1=00"},
        {"signature": "nonsense"},
        {"at": time.time() - 3600},
    ],
)
def test_forged_or_old_event_is_refused_and_not_kept(client, sandbox, forgery):
    event = {"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": {}}}
    assert send(client, event, **forgery).status_code == 400
    assert not ProviderEvent.objects.exists()


def test_signed_nonsense_is_refused(client, sandbox):
    stamp = int(time.time())
    signed = stripe.WebhookSignature._compute_signature(f"{stamp}.nonsense", SECRET)
    answer = client.post(
        ADDRESS, "nonsense", content_type="application/json", headers={"Stripe-Signature": f"t={stamp},v1={signed}"}
    )
    assert answer.status_code == 400


def test_paid_event_without_payment_at_the_provider_settles_nothing(client, sandbox, application):
    payment = checkout(application)
    told = {
        "id": "evt_lie",
        "object": "event",
        "type": "checkout.session.completed",
        "data": {"object": {"id": payment.session_id, "payment_status": "paid", "amount_total": 125_000}},
    }
    assert send(client, told).status_code == 200
    tasks.process_provider_events()
    assert end_state(application)["application"] == "admitted"
    assert ProviderEvent.objects.get().outcome == "open"


def test_get_is_not_allowed(client, db):
    assert client.get(ADDRESS).status_code == 405
