"""The payment sandbox, over HTTP, with Stripe's own library on the other side."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from tests.config.sandbox_process import (
    DECLINED,
    NEEDS_AUTHENTICATION,
    free_port,
    request,
    running_sandbox,
    start,
    text_of,
)

SECRET = "whsec_for_tests"
BASKET = {
    "mode": "payment",
    "line_items": [
        {
            "price_data": {"currency": "eur", "unit_amount": 123450, "product_data": {"name": "Data Analysis"}},
            "quantity": 1,
        }
    ],
    "success_url": "https://school.example/paid/?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://school.example/apply/",
    "client_reference_id": "application-7",
    "locale": "en",
    "metadata": {"application": "7"},
    "payment_intent_data": {"metadata": {"application": "7"}},
}


class Endpoint:
    """A webhook endpoint that keeps what it is sent; ``status`` is what it answers."""

    def __init__(self, port=0):
        self.received, self.status = [], 200
        outer = self

        class Receive(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.received.append((body, self.headers["Stripe-Signature"], outer.status))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_args):
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Receive)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks/stripe/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def accepted(self):
        """The type of each event that was answered with 200, in order of arrival."""
        return [json.loads(body)["type"] for body, _, status in self.received if status == 200]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def sandbox(endpoint, tmp_path):
    with running_sandbox(endpoint.url, SECRET, tmp_path) as sandbox:
        yield sandbox


def client(sandbox):
    return stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url}, max_network_retries=0)


def sessions(sandbox):
    return client(sandbox).v1.checkout.sessions


def until(condition):
    """Wait for the other process; a condition that never comes true is the test runner's to end."""
    while not condition():
        time.sleep(0.02)


def test_session_is_paid_and_announced(sandbox, endpoint):
    session = sessions(sandbox).create(BASKET)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert session.url == f"{sandbox.url}/pay/{session.id}"

    answer = sandbox.pay(session.url, email="ada@example.org")

    assert (answer.status, answer.location) == (303, f"https://school.example/paid/?session={session.id}")
    paid = sessions(sandbox).retrieve(session.id, {"expand": ["payment_intent.payment_method"]})
    assert (paid.status, paid.payment_status, paid.amount_total, paid.url) == ("complete", "paid", 123450, None)
    assert paid.customer_details.email == "ada@example.org"
    intent = paid.payment_intent
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 123450, "eur")
    assert intent.metadata["application"] == "7"
    assert (intent.payment_method.card.brand, intent.payment_method.card.last4) == ("visa", "4242")
    assert isinstance(intent.latest_charge, str)
    until(lambda: len(endpoint.received) == 2)
    assert sorted(endpoint.accepted()) == ["checkout.session.completed", "payment_intent.succeeded"]


def test_intent_names_its_card_when_expanded(sandbox):
    session = sessions(sandbox).create(BASKET)
    sandbox.pay(session.url, "5555 5555 5555 4444")
    intents = client(sandbox).v1.payment_intents
    intent_id = sessions(sandbox).retrieve(session.id).payment_intent
    intent = intents.retrieve(intent_id, {"expand": ["latest_charge", "payment_method"]})
    card = intent.latest_charge.payment_method_details.card
    assert (card.brand, card.last4, intent.payment_method.card.last4) == ("mastercard", "4444", "4444")
    assert [one.id for one in sessions(sandbox).list({"payment_intent": intent_id}).data] == [session.id]
    assert sessions(sandbox).list({"payment_intent": "pi_other"}).data == []


def test_declined_card_may_be_followed_by_another(sandbox, endpoint):
    session = sessions(sandbox).create(BASKET)

    answer = sandbox.pay(session.url, DECLINED)

    assert answer.status == 402
    assert "Your bank has declined the payment. Nothing has been charged." in text_of(answer.text)
    tried = sessions(sandbox).retrieve(session.id, {"expand": ["payment_intent"]})
    assert (tried.status, tried.payment_status) == ("open", "unpaid")
    intent = tried.payment_intent
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    assert (intent.last_payment_error.code, intent.last_payment_error.decline_code) == (
        "card_declined",
        "generic_decline",
    )
    until(lambda: endpoint.accepted() == ["payment_intent.payment_failed"])

    assert sandbox.pay(session.url).status == 303
    paid = sessions(sandbox).retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.payment_intent.id, paid.payment_intent.status) == (intent.id, "succeeded")
    assert paid.payment_intent.last_payment_error is None


@pytest.mark.parametrize("card", [NEEDS_AUTHENTICATION, "4000 0027 6000 3184"])
def test_authenticated_card_pays(sandbox, card):
    session = sessions(sandbox).create(BASKET)
    assert sandbox.pay(session.url, card).location.endswith(session.id)
    assert sessions(sandbox).retrieve(session.id).payment_status == "paid"


def test_failed_authentication_charges_nothing_and_may_be_tried_again(sandbox, endpoint):
    session = sessions(sandbox).create(BASKET)

    answer = sandbox.pay(session.url, NEEDS_AUTHENTICATION, authenticate=False)

    assert "You could not be authenticated Nothing has been charged." in text_of(answer.text)
    intent = sessions(sandbox).retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    assert (intent.status, intent.last_payment_error.code) == (
        "requires_payment_method",
        "payment_intent_authentication_failure",
    )
    until(lambda: endpoint.accepted() == ["payment_intent.payment_failed"])
    assert sandbox.pay(session.url, NEEDS_AUTHENTICATION).status == 303
    assert sessions(sandbox).retrieve(session.id).payment_status == "paid"


def test_double_submit_charges_once(sandbox):
    session = sessions(sandbox).create(BASKET)
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: sandbox.pay(session.url), range(4)))
    assert {(answer.status, answer.location) for answer in answers} == {
        (303, f"https://school.example/paid/?session={session.id}")
    }
    assert len(client(sandbox).v1.charges.list().data) == 1
    kinds = [event.type for event in client(sandbox).v1.events.list({"limit": 20}).data]
    assert sorted(kinds) == ["checkout.session.completed", "payment_intent.succeeded"]


def test_same_idempotency_key_gives_the_same_session(sandbox):
    key = {"idempotency_key": "application-7"}
    first, second = sessions(sandbox).create(BASKET, key), sessions(sandbox).create(BASKET, key)
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sessions(sandbox).list().data) == 1
    with pytest.raises(stripe.IdempotencyError):
        sessions(sandbox).create({**BASKET, "client_reference_id": "other"}, key)


def test_refund_is_idempotent_and_never_more_than_was_paid(sandbox, endpoint):
    session = sessions(sandbox).create(BASKET)
    sandbox.pay(session.url)
    intent_id = sessions(sandbox).retrieve(session.id).payment_intent
    refunds, key = client(sandbox).v1.refunds, {"idempotency_key": "refund-1"}

    part = refunds.create({"payment_intent": intent_id, "amount": 100000, "reason": "requested_by_customer"}, key)
    again = refunds.create({"payment_intent": intent_id, "amount": 100000, "reason": "requested_by_customer"}, key)

    assert (part.id, part.status, part.amount, part.payment_intent) == (again.id, "succeeded", 100000, intent_id)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        refunds.create({"payment_intent": intent_id, "amount": 23451})
    assert refunds.create({"payment_intent": intent_id}).amount == 23450
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"payment_intent": intent_id})
    assert refused.value.code == "charge_already_refunded"
    assert [one.amount for one in refunds.list({"payment_intent": intent_id}).data] == [23450, 100000]
    until(lambda: endpoint.accepted().count("charge.refunded") == 2)


def test_webhook_is_signed_as_stripe_signs(sandbox, endpoint):
    sandbox.pay(sessions(sandbox).create(BASKET).url)
    until(lambda: len(endpoint.received) == 2)
    for body, signature, _ in endpoint.received:
        event = stripe.Webhook.construct_event(body, signature, SECRET)
        assert client(sandbox).v1.events.retrieve(event.id).type == event.type
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body + b" ", signature, SECRET)


def test_webhook_is_tried_again_until_the_endpoint_takes_it(sandbox, endpoint):
    endpoint.status = 500
    session = sessions(sandbox).create(BASKET)
    sandbox.pay(session.url)
    until(lambda: len(endpoint.received) >= 4)
    assert endpoint.accepted() == []
    endpoint.status = 200
    until(lambda: sandbox.health()["undelivered"] == 0)
    assert sorted(endpoint.accepted()) == ["checkout.session.completed", "payment_intent.succeeded"]


def test_killed_sandbox_keeps_payments_and_undelivered_events(tmp_path):
    port, endpoint_port = free_port(), free_port()
    nobody = f"http://127.0.0.1:{endpoint_port}/webhooks/stripe/"
    with running_sandbox(nobody, SECRET, tmp_path, port=port) as sandbox:
        paid = sessions(sandbox).create(BASKET, {"idempotency_key": "one"})
        sandbox.pay(paid.url)
        half_done = sessions(sandbox).create(BASKET)
        form = {"number": NEEDS_AUTHENTICATION, "expiry": "12/34", "cvc": "123", "name": "A", "email": "a@example.org"}
        request(half_done.url, form=form)
        sandbox.kill()

    endpoint = Endpoint(endpoint_port)
    with running_sandbox(nobody, SECRET, tmp_path, port=port) as sandbox:
        until(lambda: len(endpoint.accepted()) == 2)
        assert sessions(sandbox).create(BASKET, {"idempotency_key": "one"}).id == paid.id
        intent_id = sessions(sandbox).retrieve(paid.id).payment_intent
        refunded = client(sandbox).v1.refunds.create({"payment_intent": intent_id, "amount": 50})
        intent = client(sandbox).v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
        assert (intent.status, intent.latest_charge.amount_refunded) == ("succeeded", refunded.amount)
        answer = request(f"{half_done.url}/authenticate", form={"outcome": "complete"})
        assert answer.location.endswith(half_done.id)
        until(lambda: sandbox.health()["undelivered"] == 0)
    endpoint.close()


def test_operator_holds_webhooks_back_and_delivers_twice(sandbox, endpoint):
    sandbox.pause_webhooks()
    sandbox.pay(sessions(sandbox).create(BASKET).url)
    assert sandbox.health() == {"status": "ok", "webhooks": "paused", "undelivered": 2}
    assert endpoint.received == []
    sandbox.resume_webhooks()
    until(lambda: sandbox.health()["undelivered"] == 0)
    event_id = json.loads(endpoint.received[0][0])["id"]
    assert sandbox.deliver(event_id) == 200
    assert json.loads(endpoint.received[-1][0])["id"] == event_id
    assert len(endpoint.received) == 3


def test_expired_session_cannot_be_paid(sandbox, endpoint):
    session = sessions(sandbox).create({**BASKET, "locale": "ca"})
    assert sessions(sandbox).expire(session.id).status == "expired"
    answer = sandbox.pay(session.url)
    assert answer.status == 410
    assert "Aquesta pàgina de pagament ha caducat" in answer.text
    assert 'href="https://school.example/apply/"' in answer.text
    with pytest.raises(stripe.InvalidRequestError):
        sessions(sandbox).expire(session.id)
    until(lambda: endpoint.accepted() == ["checkout.session.expired"])


def test_session_expires_when_its_time_is_up(sandbox, endpoint):
    session = sessions(sandbox).create({**BASKET, "expires_at": int(time.time()) + 1800})
    assert sandbox.sweep(now=session.expires_at - 1) == 0
    assert sandbox.sweep(now=session.expires_at) == 1
    assert sessions(sandbox).retrieve(session.id).status == "expired"
    assert sandbox.sweep(now=session.expires_at) == 0
    until(lambda: endpoint.accepted() == ["checkout.session.expired"])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "4242 4242 4242 4241", "This card number is not valid."),
        ("number", "4111 1111 1111 1111", "This is not a test card."),
        ("expiry", "01/20", "This card has expired."),
        ("expiry", "13/40", "Enter the expiry date as month and year"),
        ("cvc", "12", "Enter the three digits of the security code."),
        ("name", " ", "Enter the name that is on the card."),
        ("email", "nobody", "Enter an e-mail address"),
    ],
)
def test_mistake_is_named_beside_its_field(sandbox, field, value, message):
    session = sessions(sandbox).create(BASKET)
    form = {"number": "4242424242424242", "expiry": "12/34", "cvc": "123", "name": "A", "email": "a@example.org"}
    answer = request(session.url, form={**form, field: value})
    assert answer.status == 422
    beside = answer.text.split(f'id="{field}-said">')[1].split("</p>")[0]
    assert beside.startswith(message)
    assert "4111" not in answer.text
    assert client(sandbox).v1.charges.list().data == []


@pytest.mark.parametrize(
    ("locale", "accepted", "language", "total"),
    [
        ("en", "ca", "en", "€1,234.50"),
        ("es", "en", "es", "1.234,50\xa0€"),
        ("ca", "en", "ca", "1.234,50\xa0€"),
        ("auto", "fr;q=0.9, en;q=0.3, ca;q=0.8", "ca", "1.234,50\xa0€"),
        ("auto", "fr", "en", "€1,234.50"),
    ],
)
def test_page_speaks_the_language_of_the_session_or_of_the_reader(sandbox, locale, accepted, language, total):
    session = sessions(sandbox).create({**BASKET, "locale": locale})
    page = request(session.url, headers={"Accept-Language": accepted}).text
    assert f'<html lang="{language}">' in page
    assert total in page


def test_wrong_parameters_are_refused_as_stripe_refuses(sandbox):
    for wrong in (
        {"mode": "subscription"},
        {"line_items": []},
        {"success_url": "nowhere"},
        {"expires_at": int(time.time()) + 60},
        {"locale": "xx"},
        {"colour": "green"},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            sessions(sandbox).create({**BASKET, **wrong})
    with pytest.raises(stripe.InvalidRequestError) as missing:
        sessions(sandbox).retrieve("cs_test_nothing")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert request(f"{sandbox.url}/pay/cs_test_nothing").status == 404


def test_wrong_key_is_turned_away(sandbox):
    stranger = stripe.StripeClient("sk_test_wrong", base_addresses={"api": sandbox.url})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.checkout.sessions.list()
    for path in ("/v1/events", "/_sandbox/webhooks/pause", "/_config/data", "/v1/payment_intents"):
        assert request(sandbox.url + path, form={"a": "b"}).status in (401, 404)


def test_start_is_refused_in_one_line(sandbox, tmp_path):
    port = sandbox.url.rpartition(":")[2]
    for arguments, why in (
        (("--port", port, "--state-dir", str(tmp_path / "other")), f"cannot listen on 127.0.0.1:{port}"),
        (("--port", str(free_port()), "--state-dir", str(tmp_path)), "database is locked"),
        (("--port", str(free_port()), "--state-dir", "/dev/null/x"), "cannot use /dev/null/x"),
        (("--port", str(free_port()), "--state-dir", str(_garbage(tmp_path))), "not a database"),
        (("--port", str(free_port()), "--api-key", "sk_live_x"), "must be a test key"),
    ):
        process = start(*arguments)
        _, said = process.communicate()
        assert process.returncode == 2
        assert why in said
        assert said.count("\n") == 1


def _garbage(tmp_path):
    directory = tmp_path / "garbage"
    directory.mkdir()
    (directory / "state.sqlite3").write_bytes(b"nonsense" * 1000)
    return directory
