"""A real payment sandbox for the tests that pay, and the shortest way to somebody who may pay."""

import pytest
from django.utils import timezone

from enrolment import stripe_gateway
from tests.config.sandbox_process import free_port, running_sandbox
from tests.factories.enrolment import admitted_application

SECRET = "whsec_for_tests"


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    # Nobody listens at the webhook address: the tests deliver events themselves, in the order they choose.
    nobody = f"http://127.0.0.1:{free_port()}/webhooks/stripe/"
    with running_sandbox(nobody, SECRET, tmp_path_factory.mktemp("sandbox")) as sandbox:
        sandbox.pause_webhooks()
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process, settings):
    settings.STRIPE_API_BASE = sandbox_process.url
    settings.STRIPE_API_KEY = sandbox_process.api_key
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    return sandbox_process


@pytest.fixture
def private_files(settings, tmp_path):
    """The private storage, in a folder of this test's own."""
    options = {"location": tmp_path / "private", "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options},
    }


@pytest.fixture
def application(db):
    return admitted_application(created_at=timezone.now())


def events_of(payment) -> list[dict]:
    """Every event that the provider would send about the payment, the oldest first."""
    events = stripe_gateway._client().v1.events.list({"limit": 100}).data
    ids = {payment.session_id, payment.intent_id}
    found = [event.to_dict() for event in events]
    reference = str(payment.uuid)
    return [
        event
        for event in reversed(found)
        if event["data"]["object"]["id"] in ids
        or event["data"]["object"].get("metadata", {}).get("payment") == reference
        or event["data"]["object"].get("payment_intent") in ids - {""}
    ]
