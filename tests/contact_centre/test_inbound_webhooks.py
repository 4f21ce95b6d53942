"""The doors: whoever cannot prove who they are brings nothing in; whoever can, brings it once."""

import base64
import hmac
import json

import pytest

from contact_centre.inbound import proofs, receiving
from contact_centre.models import Call, Case, InboundMessage, ProviderEvent
from people.models import Consent, OutgoingMessage, Touchpoint
from tests.factories.contact_centre import CaseFactory
from tests.factories.inbound import raw_letter
from tests.factories.people import MONDAY_9AM, OutgoingMessageFactory, PersonFactory

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-the-school"
KEY = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"inbound:{SECRET}".encode()).decode()}
POSTMARK = {
    "MessageID": "22c74902-a0c1-4511-804f2-341342852c90",
    "FromFull": {"Email": "nuria@example.org", "Name": "Núria Puig", "MailboxHash": ""},
    "From": "nuria@example.org",
    "FromName": "Núria Puig",
    "ToFull": [{"Email": "hola@llevant.example", "Name": "", "MailboxHash": ""}],
    "CcFull": [],
    "BccFull": [],
    "OriginalRecipient": "hola@llevant.example",
    "Subject": "Una pregunta",
    "ReplyTo": "",
    "TextBody": "Bon dia, quan comença el curs?",
    "HtmlBody": "",
    "Headers": [{"Name": "Message-ID", "Value": "<one@example.org>"}],
    "Attachments": [],
}


@pytest.fixture(autouse=True)
def doors(settings, tmp_path):
    settings.INBOUND_SECRET = SECRET
    settings.MAILGUN_SIGNING_KEY = "key-of-mailgun"
    settings.BASE_URL = "http://testserver"
    settings.CARRIERS = {
        "sms": {"class": "…", "options": {"account": "AC1", "secret": "twilio-token", "from": "+34900000000"}},
        "whatsapp": {"class": "…", "options": {"app_secret": "meta-secret", "verify": "school-asks"}},
    }
    settings.TELEPHONY = {
        "class": "contact_centre.telephony.twilio.TwilioVoice",
        "options": {"account": "AC1", "secret": "twilio-token", "from": "+34900000000", "desk": "+34931111111"},
    }
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


def work():
    return receiving.work_due(at=MONDAY_9AM)


def signed(client, path, form):
    signature = proofs.twilio_signature(f"http://testserver{path}", form, "twilio-token")
    return client.post(path, form, HTTP_X_TWILIO_SIGNATURE=signature)


def test_letter_by_postmark_is_kept_once_and_filed(client):
    for _turn in range(2):
        answer = client.post("/webhooks/mail/postmark/", json.dumps(POSTMARK), content_type="application/json", **KEY)
        assert answer.status_code == 200
    work()
    message = InboundMessage.objects.get()
    assert (message.sender, message.text, message.state) == (
        "nuria@example.org",
        "Bon dia, quan comença el curs?",
        "filed",
    )


def test_letter_larger_than_forms_may_be_comes_through_postmark(client):
    content = base64.b64encode(b"%PDF-" + bytes(6 * 1024 * 1024)).decode()
    attached = {"Name": "titol.pdf", "Content": content, "ContentType": "application/pdf", "ContentLength": 1}
    body = json.dumps({**POSTMARK, "Attachments": [attached]})
    assert client.post("/webhooks/mail/postmark/", body, content_type="application/json", **KEY).status_code == 200
    work()
    assert InboundMessage.objects.get().attachments.get().size == 6 * 1024 * 1024 + 5


def mailgun(**changes):
    token, stamp = "t" * 50, "1772442000"
    signature = hmac.new(b"key-of-mailgun", f"{stamp}{token}".encode(), "sha256").hexdigest()
    return {
        "timestamp": stamp,
        "token": token,
        "signature": signature,
        "sender": "nuria@example.org",
        "recipient": "hola@llevant.example",
        "body-mime": raw_letter().decode(),
        **changes,
    }


def test_letter_by_mailgun_needs_its_signature(client):
    assert client.post("/webhooks/mail/mailgun/", mailgun(signature="0" * 64), **KEY).status_code == 400
    assert client.post("/webhooks/mail/mailgun/", mailgun(), **KEY).status_code == 200
    work()
    assert InboundMessage.objects.get().sender == "nuria@example.org"


def test_raw_letter_comes_from_the_schools_own_mail_server(client):
    address = "/webhooks/mail/raw/?to=hola@llevant.example"
    assert client.post(address, raw_letter(), content_type="message/rfc822", **KEY).status_code == 200
    work()
    assert Case.objects.get().question.startswith("Una pregunta")


@pytest.mark.parametrize("provider", ["postmark", "raw", "mailgun"])
@pytest.mark.parametrize("key", ["", "Basic x", "Basic " + base64.b64encode(b"inbound:wrong").decode(), "Bearer x"])
def test_nobody_without_the_secret_brings_anything(client, provider, key):
    more = {"HTTP_AUTHORIZATION": key} if key else {}
    answer = client.post(f"/webhooks/mail/{provider}/", json.dumps(POSTMARK), content_type="application/json", **more)
    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()


def test_door_without_a_secret_is_none(client, settings):
    settings.INBOUND_SECRET = ""
    settings.CARRIERS, settings.TELEPHONY = {}, {}
    for door in ("mail/raw", "mail/postmark", "sms", "whatsapp", "calls"):
        assert client.post(f"/webhooks/{door}/", {}, **KEY).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '{"Headers": 3}', "null"])
def test_rubbish_with_the_right_secret_is_answered_and_not_kept(client, body):
    answer = client.post("/webhooks/mail/postmark/", body, content_type="application/json", **KEY)
    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()


def test_text_message_goes_to_its_case_once(client):
    nuria = PersonFactory(phone="+34612345678")
    case = CaseFactory(person=nuria)
    form = {
        "MessageSid": "SM1",
        "From": "+34612345678",
        "To": "+34900000000",
        "Body": "Quan comença?",
        "SmsStatus": "received",
    }
    for _turn in range(2):
        assert signed(client, "/webhooks/sms/", form).status_code == 200
    work()
    message = InboundMessage.objects.get()
    assert (message.channel, message.case_id, message.text) == ("sms", case.pk, "Quan comença?")
    assert client.post("/webhooks/sms/", form).status_code == 400


@pytest.mark.parametrize("word", ["STOP", "baixa", "Baja."])
def test_one_word_ends_offers_by_text_and_opens_no_case(client, word):
    nuria = PersonFactory(phone="+34612345678")
    form = {"MessageSid": "SM2", "From": "+34612345678", "To": "+34900000000", "Body": word, "SmsStatus": "received"}
    signed(client, "/webhooks/sms/", form)
    work()
    line = Consent.objects.get(person=nuria)
    assert (line.channel, line.purpose, line.decision) == ("sms", "commercial", "withdrawn")
    assert (InboundMessage.objects.get().state, Case.objects.count()) == ("dropped", 0)


def test_twilio_tells_that_a_text_failed(client):
    sent = OutgoingMessageFactory(channel="sms", state="sent")
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert signed(client, f"/webhooks/sms/?message={sent.uuid}", form).status_code == 200
    work()
    sent.refresh_from_db()
    assert (sent.state, sent.why) == ("failed", "undelivered 30003")


def from_meta(value):
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}


def meta(client, told):
    body = json.dumps(told).encode()
    signature = "sha256=" + hmac.new(b"meta-secret", body, "sha256").hexdigest()
    return client.post("/webhooks/whatsapp/", body, content_type="application/json", HTTP_X_HUB_SIGNATURE_256=signature)


def test_whatsapp_opens_a_case_for_somebody_new(client):
    told = from_meta(
        {
            "contacts": [{"wa_id": "34612345678", "profile": {"name": "Núria"}}],
            "messages": [
                {"id": "wamid.1", "from": "34612345678", "type": "text", "text": {"body": "Hola, quin preu té?"}}
            ],
        }
    )
    assert meta(client, told).status_code == 200
    assert meta(client, told).status_code == 200
    work()
    case = Case.objects.get()
    assert (case.channel, case.kind, case.person.given_name) == ("whatsapp", "message", "Núria")
    assert Touchpoint.objects.get(channel="whatsapp").direction == "in"


def test_meta_proves_itself_and_is_told_that_the_door_is_ours(client):
    assert client.post("/webhooks/whatsapp/", b"{}", content_type="application/json").status_code == 400
    asked = {"hub.mode": "subscribe", "hub.verify_token": "school-asks", "hub.challenge": "42"}
    assert client.get("/webhooks/whatsapp/", asked).content == b"42"
    assert client.get("/webhooks/whatsapp/", {**asked, "hub.verify_token": "x"}).status_code == 403


def test_meta_says_that_a_message_left_of_which_we_did_not_know(client):
    lost = OutgoingMessageFactory(channel="whatsapp", state="failed", why="The connection broke")
    told = from_meta(
        {"statuses": [{"id": "wamid.9", "status": "delivered", "biz_opaque_callback_data": str(lost.uuid)}]}
    )
    meta(client, told)
    work()
    lost = OutgoingMessage.objects.get(pk=lost.pk)
    assert (lost.state, lost.provider_id, lost.why) == ("sent", "wamid.9", "")


def test_call_that_nobody_takes_becomes_a_case(client):
    ringing = {
        "CallSid": "CA1",
        "From": "+34612345678",
        "To": "+34900000000",
        "CallStatus": "ringing",
        "Direction": "inbound",
    }
    answer = signed(client, "/webhooks/calls/", ringing)
    assert b"+34931111111" in answer.content
    assert Call.objects.get().ended_at is None
    over = {**ringing, "CallStatus": "in-progress", "DialCallStatus": "no-answer"}
    for _turn in range(2):
        assert b"<Say" in signed(client, "/webhooks/calls/", over).content
    call = Call.objects.get()
    assert (call.outcome, call.case.kind, call.case.channel) == ("missed", "call", "phone")
    assert client.post("/webhooks/calls/", ringing).status_code == 400
