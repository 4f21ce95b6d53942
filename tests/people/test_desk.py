"""The back office's lists of this floor."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail import hooks

from people import sweeping
from people.access import api_tokens, roles
from people.contact import outbox
from people.models import ApiToken, ImportRun
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(client):
    user = UserFactory(role=roles.DIRECTOR)
    client.force_login(user)
    return user


def test_message_shows_its_mail_in_a_frame_that_runs_nothing(client, director, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "people.contact.mail_files.EmailBackend", tmp_path
    message = OutgoingMessageFactory(body="Hola <script>alert(1)</script>")
    outbox.deliver_due(at=MONDAY_9AM)
    page = client.get(reverse("people_messages:inspect", args=[message.pk])).content.decode()
    assert "sandbox></iframe>" in page
    mail = client.get(reverse("people_message_preview", args=[message.pk]))
    assert "sandbox" in mail["Content-Security-Policy"]
    assert "<script>" not in mail.content.decode()
    letter = b"".join(client.get(reverse("people_message_file", args=[message.pk])).streaming_content)
    assert b"List-Unsubscribe" in letter


@pytest.mark.parametrize(
    "name", ["people_messages:index", "people_imports:index", "people_consents:index", "people_api_tokens:index"]
)
def test_lists_open_empty_and_full_under_one_query_count(client, director, name, django_assert_max_num_queries):
    def fill(count):
        for number in range(count):
            ConsentFactory(person=OutgoingMessageFactory().person)
            ImportRun.objects.create(kind="leads", file_name=f"{number}.csv", started_at=MONDAY_9AM)
            api_tokens.issue(f"Partner {number}", ["enquiries:write"], at=MONDAY_9AM)

    assert client.get(reverse(name)).status_code == 200
    fill(1)
    client.get(reverse(name))
    fill(3)
    with django_assert_max_num_queries(25):
        assert client.get(reverse(name)).status_code == 200


def test_token_is_shown_once_works_and_ends(client, director):
    page = client.post(reverse("people_issue_token"), {"name": "Partner", "scopes": ["enquiries:write"]})
    token = page.context["token"]
    assert token in page.content.decode()
    row = api_tokens.check(token, "enquiries:write")
    assert row.by == director
    assert token not in client.get(reverse("people_api_tokens:inspect", args=[row.pk])).content.decode()
    with pytest.raises(api_tokens.NotAllowed):
        api_tokens.check(token, "kpis:read")
    client.post(reverse("people_revoke_token", args=[row.pk]))
    with pytest.raises(api_tokens.Refused):
        api_tokens.check(token, "enquiries:write")
    assert token not in str(list(ApiToken.objects.values()))


def test_api_says_what_is_wrong_with_a_token_and_what_it_can_do(client):
    other = api_tokens.issue("Partner", ["kpis:read"], at=MONDAY_9AM)

    def send(header):
        return client.post("/api/v1/enquiries", "{}", content_type="application/json", headers=header).status_code

    assert send({}) == 401
    assert send({"Authorization": "Bearer mat_wrong"}) == 401
    assert send({"Authorization": f"Bearer {other}"}) == 403
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Matrícula"
    docs = client.get("/api/v1/docs").content.decode()
    assert "https://" not in docs.replace("https://validator", "https://")
    assert "/static/ninja/swagger-ui-bundle.js" in docs


def test_import_shows_its_rejected_rows_and_is_undone(client, director):
    run = ImportRun.objects.create(
        kind="leads",
        file_name="l.csv",
        started_at=MONDAY_9AM,
        finished_at=MONDAY_9AM,
        rejected=[{"line": 7, "why": "no <b>"}],
    )
    assert "no &lt;b&gt;" in client.get(reverse("people_imports:inspect", args=[run.pk])).content.decode()
    client.post(reverse("people_undo_import", args=[run.pk]))
    run.refresh_from_db()
    assert run.undone_at


def test_every_permission_a_role_is_given_exists_and_granting_again_changes_nothing():
    assert roles.grant_all() == []
    assert roles.grant_all() == []


def test_sweep_does_what_is_due_and_one_failing_floor_does_not_stop_it():
    message = OutgoingMessageFactory()
    out = StringIO()

    def broken(*, at):
        raise ValueError("broken")

    with hooks.register_temporarily("register_sweeper", broken):
        done = sweeping.sweep(at=MONDAY_9AM)
    assert (done["messages_sent"], done["failed"]) == (1, 1)
    message.refresh_from_db()
    assert message.state == "sent"
    call_command("sweep", "--now", "2026-03-02T10:00", "--json", stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1])["messages_sent"] == 0
    with pytest.raises(CommandError) as refusal:
        call_command("sweep", "--now", "yesterday")
    assert refusal.value.returncode == 2


def test_touchpoints_page_by_page():
    from people import timeline

    person = PersonFactory()
    made = [
        timeline.record(person, at=MONDAY_9AM, channel="web", direction="in", kind="people.signed_in")
        for _number in range(5)
    ]
    first = timeline.page(person, size=3)
    assert first == made[:1:-1]
    assert timeline.page(person, before=first[-1], size=3) == made[1::-1]
    assert str(timeline.kinds()["people.signed_in"])
