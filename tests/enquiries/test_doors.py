"""Leads that machines hand in: proved, taken in once, answered the same."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import time_machine

from contact_centre.models import ProviderEvent
from enquiries.intake import doors
from enquiries.models import Enquiry, LeadDoor, Partner, Submission, Touch
from people.models import Consent
from tests.factories.enquiries import CampaignFactory
from tests.factories.people import UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
pytestmark = [pytest.mark.database, pytest.mark.django_db]


def door(kind="signed", **facts):
    return LeadDoor.objects.create(name="Portal", kind=kind, secret="s3cret", made_at=AT, **facts)


def url(one):
    return f"/hooks/leads/{one.uuid}/"


def mac(body, secret="s3cret"):
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def send(client, one, payload, *, at=AT, stamp=None, secret="s3cret", headers=None):
    body = json.dumps(payload).encode()
    stamp = str(int((stamp or at).timestamp()))
    headers = headers or {
        "X-Matricula-Timestamp": stamp,
        "X-Matricula-Signature": mac(stamp.encode() + b"." + body, secret),
    }
    with time_machine.travel(at, tick=False):
        return client.post(url(one), body, content_type="application/json", headers=headers)


LEAD = {"id": "lead-1", "email": "laia@example.org", "full_name": "Laia Font", "question": "When?", "colour": "blue"}


def test_signed_lead_is_an_enquiry_and_a_replay_gives_the_same_answer(client):
    campaign = CampaignFactory()
    partner = Partner.objects.create(code="emagister", name="Emagister")
    one = door(campaign=campaign, partner=partner, fields={"colour": "message"}, purposes={"ok": "commercial"})
    first = send(client, one, {**LEAD, "ok": True})
    again = send(client, one, {**LEAD, "ok": True}, at=AT + timedelta(minutes=4))
    assert (first.status_code, first.json()) == (200, again.json())
    enquiry = Enquiry.objects.get()
    assert (enquiry.person.name, enquiry.campaign, enquiry.received_at) == ("Laia Font", campaign, AT)
    assert first.json() == {"leads": [{"enquiry": str(enquiry.uuid)}]}
    assert (enquiry.partner, enquiry.source, enquiry.touches.get().medium) == (partner, "emagister", "partner")
    assert Consent.objects.get().purpose == "commercial"
    assert list(Submission.objects.values_list("door", "outcome")) == [("webhook", "enquiry")]
    event = ProviderEvent.objects.get()
    assert event.done_at == AT
    assert "laia" not in json.dumps(event.payload)


@pytest.mark.parametrize(("minutes", "status"), [(-6, 401), (-4, 200), (4, 200), (6, 401)])
def test_clock_that_is_wrong_is_told_by_how_much(client, minutes, status):
    answer = send(client, door(), LEAD, stamp=AT + timedelta(minutes=minutes))
    assert answer.status_code == status
    if status == 401:
        assert "360 seconds" in answer.json()["error"]
        assert not ProviderEvent.objects.exists()


def test_other_secret_or_closed_door_lets_nothing_in(client):
    one = door()
    assert send(client, one, LEAD, secret="other").status_code == 401
    user = UserFactory(role="Marketing")
    new = doors.give_secret(one, by=user, at=AT)
    assert send(client, one, LEAD).status_code == 401
    assert send(client, one, LEAD, secret=new).status_code == 200
    LeadDoor.objects.update(is_open=False)
    assert send(client, one, LEAD, secret=new).status_code == 404


def test_lead_without_an_address_is_refused_in_words_and_answered_the_same(client):
    one = door()
    first, again = send(client, one, {"id": "1", "name": "Laia"}), send(client, one, {"id": "1", "name": "Laia"})
    assert (first.status_code, first.json()) == (422, again.json())
    assert "contact" in first.json()["leads"][0]["errors"]
    assert Submission.objects.count() == 1


def test_meta_proves_the_address_and_sends_leads(client):
    one = door("meta")
    asked = {"hub.mode": "subscribe", "hub.challenge": "12345", "hub.verify_token": doors.verify_token(one)}
    assert client.get(url(one), asked).content == b"12345"
    assert client.get(url(one), {**asked, "hub.verify_token": "wrong"}).status_code == 403
    value = {"leadgen_id": 77, "form_id": 5, "field_data": [{"name": "email", "values": ["a@example.org"]}]}
    payload = {"object": "page", "entry": [{"changes": [{"field": "leadgen", "value": value}]}]}
    good = {"X-Hub-Signature-256": "sha256=" + mac(json.dumps(payload).encode())}
    assert send(client, one, payload, headers={"X-Hub-Signature-256": "sha256=00"}).status_code == 401
    assert send(client, one, payload, headers=good).status_code == 200
    assert Enquiry.objects.get().answers == {"meta_form": "5"}


def test_google_and_linkedin_send_leads(client):
    google = {
        "google_key": "s3cret",
        "lead_id": "g1",
        "gcl_id": "Cj0",
        "user_column_data": [
            {"column_id": "EMAIL", "string_value": "g@example.org"},
            {"column_id": "FIRST_NAME", "string_value": "Gina"},
        ],
    }
    assert send(client, door("google"), google).status_code == 200
    assert send(client, door("google"), {**google, "google_key": "x"}).status_code == 401
    answers = [{"predefinedField": "EMAIL", "answerDetails": {"textQuestionAnswer": {"answer": "l@example.org"}}}]
    linkedin = {"id": "urn:li:1", "formResponse": {"answers": answers}}
    signed = {"X-LI-Signature": "hmacsha256=" + mac(json.dumps(linkedin).encode())}
    assert send(client, door("linkedin"), linkedin, headers=signed).status_code == 200
    known = set(Enquiry.objects.values_list("person__identities__value", flat=True))
    assert known == {"g@example.org", "l@example.org"}
    origins = Touch.objects.order_by("pk").values_list("kind", "source", "medium")
    assert list(origins) == [("ad", "google", "search"), ("ad", "linkedin", "social")]
    assert "Cj0" not in str(Enquiry.objects.order_by("pk").values("utm", "answers")[0])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"email": {"a": 1}}', b"null"])
def test_what_is_no_lead_is_refused_without_a_fault(client, body):
    one, stamp = door(), str(int(AT.timestamp()))
    headers = {"X-Matricula-Timestamp": stamp, "X-Matricula-Signature": mac(stamp.encode() + b"." + body)}
    with time_machine.travel(AT, tick=False):
        answer = client.post(url(one), body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422)


def test_sweep_takes_in_what_was_only_kept():
    one = door()
    ProviderEvent.objects.create(
        provider=doors.provider_of(one), event_id="1", payload={"said": {"email": "a@example.org"}}, received_at=AT
    )
    assert doors.work_off_due(at=AT + timedelta(minutes=5)) == 1
    assert doors.work_off_due(at=AT + timedelta(minutes=5)) == 0
    assert Enquiry.objects.get().received_at == AT


def test_secret_is_shown_once(client):
    client.force_login(UserFactory(role="Marketing"))
    one = door()
    shown = client.post(f"/admin/lead-doors/{one.pk}/secret/")
    one.refresh_from_db()
    assert one.secret in shown.content.decode()
    assert one.secret not in client.get(f"/admin/lead-doors/inspect/{one.pk}/").content.decode()
    assert client.get("/admin/lead-doors/").status_code == 200
