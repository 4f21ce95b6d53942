"""The trail: what is noted, that it fails no page, and that reads and changes read as one list."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from people.access import audit, audit_trail
from people.access.audit_trail import Sieve
from people.models import AuditEntry, User
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import OutgoingMessageFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(person=None, by=None, *, at=AT, what="people.person_page", act=audit.Act.READ):
    audit.note(act=act, what=what, by=by or UserFactory(), at=at, person=person)


def open_as(client, role):
    client.force_login(user := UserFactory(role=role))
    return user


def test_a_read_is_one_statement(django_assert_num_queries):
    person, user = PersonFactory(), UserFactory()
    with django_assert_num_queries(1):
        read(person, user)

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.what, entry.by, entry.person, entry.at) == ("read", "people.person_page", user, person, AT)


def test_many_lines_are_one_statement(django_assert_num_queries):
    user = UserFactory()
    entries = [audit.entry(act=audit.Act.READ, what="people.list", by=user, at=AT) for _number in range(20)]
    with django_assert_num_queries(1):
        audit.note_all(entries)

    assert AuditEntry.objects.count() == 20


def test_a_note_that_cannot_be_written_spoils_neither_the_page_nor_the_change():
    person = PersonFactory()
    nobody = User(pk=99999999)
    with transaction.atomic():
        person.given_name = "Changed"
        person.save()
        audit.note(act=audit.Act.CHANGED, what="people.fix", by=nobody, at=AT, detail={"why": object()})

    person.refresh_from_db()
    assert person.given_name == "Changed"
    assert not AuditEntry.objects.exists()


def test_the_trail_is_append_only():
    read()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(what="people.nothing")


@pytest.mark.parametrize(
    ("role", "address", "what"),
    [
        ("Adviser", lambda rows: reverse("contact_centre_person", args=[rows["person"].uuid]), "people.person_page"),
        ("Adviser", lambda rows: reverse("contact_centre_case", args=[rows["case"].uuid]), "contact_centre.case"),
        (
            "Adviser",
            lambda rows: reverse("people_messages:inspect", args=[rows["message"].pk]),
            "people.outgoingmessage.page",
        ),
    ],
)
def test_reading_what_is_sensitive_is_noted(client, role, address, what):
    person = PersonFactory()
    rows = {"person": person, "case": CaseFactory(person=person), "message": OutgoingMessageFactory(person=person)}
    user = open_as(client, role)

    assert client.get(address(rows)).status_code == 200

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.what, entry.person, entry.by, entry.really_by) == ("read", what, person, user, None)


def test_a_list_taken_away_is_one_line_with_its_length(client):
    for _number in range(3):
        CaseFactory()
    user = open_as(client, "Data protection")

    b"".join(client.get("/admin/consents/?export=csv").streaming_content)

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.what, entry.by) == ("exported", "people.consent.list", user)
    assert entry.detail == {"rows": 0, "format": "csv"}


def test_reads_and_changes_are_one_list_and_nothing_stands_there_twice():
    person, user = PersonFactory(), UserFactory()
    case = CaseFactory(person=person)
    read(person, user, at=AT)
    log(instance=case, action="contact_centre.close", user=user, timestamp=AT + timedelta(minutes=1))
    read(person, user, at=AT + timedelta(minutes=2))

    lines, rest = audit_trail.page(Sieve())

    assert [(line.act, line.what, line.person) for line in lines] == [
        ("read", "Page of a person", person),
        ("changed", "Close a case", person),
        ("read", "Page of a person", person),
    ]
    assert rest is None


def test_pages_of_the_trail_miss_nothing_even_within_one_instant():
    case, user = CaseFactory(), UserFactory()
    for number in range(7):
        read(by=user, at=AT + timedelta(minutes=number // 3))
        log(instance=case, action="contact_centre.close", user=user, timestamp=AT + timedelta(minutes=number // 3))

    walked = [line.key for line in audit_trail.walk(Sieve(), size=3)]

    assert len(walked) == len(set(walked)) == 14
    assert [key.at for key in walked] == sorted((key.at for key in walked), reverse=True)


def test_the_trail_is_narrowed_by_person_staff_act_and_date():
    person, user, other = PersonFactory(), UserFactory(), UserFactory()
    read(person, user, at=AT)
    read(PersonFactory(), other, at=AT + timedelta(days=1))
    read(person, other, at=AT + timedelta(days=2), act=audit.Act.EXPORTED)
    log(instance=person, action="wagtail.edit", user=user, timestamp=AT + timedelta(days=3))
    log(instance=CaseFactory(), action="contact_centre.close", user=other, timestamp=AT + timedelta(days=4))

    def days(**sieve):
        return [(line.at - AT).days for line in audit_trail.walk(Sieve(**sieve))]

    assert days() == [4, 3, 2, 1, 0]
    assert days(person=person) == [3, 2, 0]
    assert days(staff=user) == [3, 0]
    assert days(act="exported") == [2]
    assert days(act="changed") == [4, 3]
    assert days(since=AT + timedelta(days=1), until=AT + timedelta(days=3)) == [2, 1]


def test_the_screen_shows_who_read_a_person_and_is_for_three_roles(client):
    person = PersonFactory(given_name="Berta")
    read(person, UserFactory(first_name="Laia", last_name="Puig"))
    open_as(client, "Data protection")

    page = client.get("/admin/audit/", {"person": person.uuid}).content.decode()

    assert "Laia Puig" in page
    assert "Page of a person" in page
    open_as(client, "Adviser")
    assert client.get("/admin/audit/").status_code == 302
    assert (
        client.get("/admin/audit/trail.csv").status_code == 403 or client.get("/admin/audit/trail.csv").url == "/admin/"
    )


def test_the_person_page_leads_there_for_those_who_may_see_it(client):
    address = reverse("contact_centre_person", args=[PersonFactory().uuid])
    open_as(client, "Data protection")
    assert "/admin/audit/?person=" in client.get(address).content.decode()
    open_as(client, "Adviser")
    assert "/admin/audit/?person=" not in client.get(address).content.decode()


def test_the_file_holds_the_narrowed_trail_without_names_of_people_and_is_noted_itself(client):
    person = PersonFactory(given_name="Berta")
    audit.note(act="read", what="=1+1", by=UserFactory(email="a@llevant.example"), at=AT, person=person)
    read(PersonFactory(), UserFactory(email="b@llevant.example"))
    user = open_as(client, "Director")

    text = b"".join(client.get("/admin/audit/trail.csv", {"person": person.uuid}).streaming_content).decode("utf-8-sig")

    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["act"] == "read"]
    assert [(row["by"], row["person"], row["what"]) for row in rows] == [
        ("a@llevant.example", str(person.uuid), "'=1+1")
    ]
    assert "Berta" not in text
    assert AuditEntry.objects.get(what="people.audit.list").by == user


def test_nonsense_in_the_address_is_404_or_narrows_nothing(client):
    read()
    open_as(client, "Director")

    assert client.get("/admin/audit/", {"person": PersonFactory.build().uuid}).status_code == 404
    for before in (
        "x",
        "2026-03-02~entry~1",
        "2026-03-02T09:00:00+00:00~nowhere~1",
        "2026-03-02T09:00:00+00:00~entry~x",
    ):
        assert client.get("/admin/audit/", {"before": before}).status_code == 404
    page = client.get("/admin/audit/", {"staff": "x", "act": "fly", "since": "never"})
    assert page.status_code == 200


def test_the_list_costs_the_same_for_one_line_and_for_many(client, django_assert_max_num_queries):
    user = open_as(client, "Director")
    for number in range(12):
        read(PersonFactory(), UserFactory(), at=AT + timedelta(minutes=number))
        log(instance=CaseFactory(), action="contact_centre.close", user=user)
    client.get("/admin/audit/")

    with django_assert_max_num_queries(24):
        client.get("/admin/audit/")


def test_a_log_entry_of_somebody_gone_still_reads():
    gone = UserFactory()
    log(instance=CaseFactory(), action="contact_centre.close", user=gone, timestamp=AT)
    with connection.cursor() as cursor:  # as when a login is deleted: Wagtail keeps the number
        cursor.execute("UPDATE wagtailcore_modellogentry SET user_id = 99999999")

    lines, _rest = audit_trail.page(Sieve())

    assert [line.by for line in lines] == [None]
    assert ModelLogEntry.objects.count() == 1
