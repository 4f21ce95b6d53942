"""The enquiries' part of the API: who may, what comes back, and the same key twice."""

from datetime import UTC, datetime

import pytest

from enquiries.models import Enquiry, Submission
from people.access import api_tokens
from people.models import Consent
from tests.factories.enquiries import EnquiryFactory
from tests.factories.programmes import ProgrammeFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "/api/v1/enquiries"
pytestmark = pytest.mark.django_db


def bearer(*scopes):
    return {"authorization": f"Bearer {api_tokens.issue('Fair', list(scopes), AT)}"}


def send(client, fields, headers):
    return client.post(URL, fields, content_type="application/json", headers=headers)


def test_enquiry_is_sent_and_read_back(client):
    programme = ProgrammeFactory()
    fields = {
        "phone": "+34 612 345 678",
        "name": "Laia Font",
        "message": "When?",
        "programme": programme.code,
        "language": "es",
        "consent_commercial": True,
        "consent_survey": False,
        "consent_profiling_whatsapp": True,
        "utm_source": "fair",
    }
    sent = send(client, fields, bearer("enquiries:write"))
    assert sent.status_code == 201
    enquiry = Enquiry.objects.get()
    assert (enquiry.person.name, enquiry.programme, enquiry.language) == ("Laia Font", programme, "es")
    said = {(one.purpose, one.channel) for one in Consent.objects.all()}
    assert said == {("commercial", "phone"), ("profiling", "whatsapp")}
    read = client.get(f"{URL}/{sent.json()['uuid']}", headers=bearer("enquiries:read"))
    assert read.status_code == 200
    assert {key: read.json()[key] for key in ("state", "programme", "message")} == {
        "state": "received",
        "programme": programme.code,
        "message": "When?",
    }
    assert "/promise/" in read.json()["promise_url"]


def test_without_the_right_token_nothing_is_taken_or_told(client):
    enquiry = EnquiryFactory()
    fields = {"email": "a@example.org"}
    assert send(client, fields, {}).status_code == 401
    assert send(client, fields, {"authorization": "Bearer mat_wrong"}).status_code == 401
    assert send(client, fields, bearer("enquiries:read")).status_code == 403
    assert client.get(f"{URL}/{enquiry.uuid}").status_code == 401
    assert client.get(f"{URL}/{enquiry.uuid}", headers=bearer("enquiries:write")).status_code == 403
    assert Enquiry.objects.count() == 1


def test_same_idempotency_key_is_the_same_enquiry_for_one_partner_only(client):
    ours, theirs = bearer("enquiries:write"), bearer("enquiries:write")
    key = {"idempotency-key": "order-1"}
    first = send(client, {"email": "a@example.org"}, ours | key)
    again = send(client, {"email": "a@example.org"}, ours | key)
    other = send(client, {"email": "a@example.org"}, theirs | key)
    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 201]
    assert first.json()["uuid"] == again.json()["uuid"] != other.json()["uuid"]


@pytest.mark.parametrize(
    "fields", [{}, {"email": "nobody"}, {"phone": "12"}, {"email": "a@example.org", "name": "x" * 999}]
)
def test_what_cannot_be_answered_is_refused_in_words(client, fields):
    response = send(client, fields, bearer("enquiries:write"))
    assert response.status_code == 422
    assert not Enquiry.objects.exists()


def test_unknown_enquiry_is_not_found(client):
    url = f"{URL}/00000000-0000-4000-8000-000000000000"
    assert client.get(url, headers=bearer("enquiries:read"), follow=True).status_code == 404


def test_key_that_was_used_for_something_else_is_refused(client):
    headers = bearer("enquiries:write") | {"idempotency-key": "order-1"}
    assert send(client, {"email": "a@example.org"}, headers).status_code == 201
    other = send(client, {"email": "b@example.org"}, headers)
    assert (other.status_code, list(other.json()["errors"])) == (409, ["Idempotency-Key"])
    assert Enquiry.objects.count() == 1


def test_every_sending_is_counted_by_what_became_of_it(client):
    headers = bearer("enquiries:write")
    for fields in ({"email": "a@example.org", "message": "When?"}, {"email": "a@example.org", "message": "When?"}, {}):
        send(client, fields, headers)
    sent = Submission.objects.order_by("pk").values_list("door", "outcome")
    assert list(sent) == [("api", "enquiry"), ("api", "repeated"), ("api", "refused")]
