"""Whatever is typed into any field: no fault, nothing lost that could be answered, and no script on any page."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.models import Enquiry, Submission
from people.access import api_tokens

FIELDS = (
    "email", "phone", "contact", "name", "given_name", "family_name", "country", "message", "programme", "intake",
    "language", "page", "referrer", "utm_source", "utm_campaign", "consent_commercial", "consent_survey_whatsapp",
    "wording_commercial", "website", "t", "gclid",
)  # fmt: skip
NASTY = st.sampled_from(
    ["<script>alert(1)</script>", "' OR 1=1 --", "\x00", "\u202e", "9" * 400, "=cmd()", "%s%n", "-1", "1e999", "null"]
)
TEXTS = st.one_of(NASTY, st.text(max_size=80))
pytestmark = [pytest.mark.database, pytest.mark.django_db]
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(fields=st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=10))
def test_form_takes_anything_without_a_fault_and_counts_it(client, fields):
    before = Submission.objects.count()
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    answer = client.post("/enquire/", fields)
    assert answer.status_code in (303, 422)
    assert b"<script>alert" not in answer.content
    assert Submission.objects.count() == before + 1
    if answer.status_code == 303:
        assert b"<script>alert" not in client.get(answer["Location"]).content


@FEW
@given(fields=st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=8))
def test_valid_address_is_never_lost_whatever_stands_beside_it(client, fields):
    kept = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    kept |= {"contact": "laia@example.org", "name": "", "message": str(Submission.objects.count())}
    for name in ("t", "phone", "email"):
        kept.pop(name, None)
    assert client.post("/enquire/", kept).status_code == 303


VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.lists(TEXTS))


@FEW
@given(body=st.one_of(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8), VALUES))
def test_api_takes_anything_without_a_fault(client, body):
    headers = {"authorization": f"Bearer {api_tokens.issue('Fuzz', ['enquiries:write'], datetime.now(UTC))}"}
    answer = client.post("/api/v1/enquiries", json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code in (200, 201, 400, 409, 422)
    if answer.status_code == 201:
        assert b"<script>alert" not in client.get(answer.json()["promise_url"]).content


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"email=laia%40example.org&message=%ff%fe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"email=laia@example.org&message=" + b"a" * (5 * 1024 * 1024 + 10), "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
    ],
)
def test_bodies_that_are_no_form_are_refused(client, body, kind):
    answer = client.generic("POST", "/enquire/", body, content_type=kind)
    assert 300 <= answer.status_code < 500
    assert not Enquiry.objects.exclude(person__identities__value="laia@example.org").exists()
