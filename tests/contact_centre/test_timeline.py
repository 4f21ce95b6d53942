"""The timeline as staff see it: filters in the address, one stretch after another, feelings, and the file."""

import csv
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contact_centre import calls, lines
from people import timeline
from people.models import AuditEntry, Touchpoint
from tests.factories.community import PostFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory
from tests.factories.people import MONDAY_9AM, OutgoingMessageFactory, PersonFactory, UserFactory
from tests.factories.tutoring import StudentFactory

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def sign_in(client):
    def as_role(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_role


def _page(person):
    return reverse("contact_centre_person", args=[person.uuid])


def _list(person):
    return reverse("contact_centre_timeline", args=[person.uuid])


def _note(person, **facts):
    given = {"at": MONDAY_9AM, "channel": "web", "direction": "in", "kind": "enquiries.received"} | facts
    return timeline.record(person, **given)


def _shown(response):
    return [line.touchpoint for line in response.context["lines"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["mail", "call", "form"]),
        ("kind=enquiries.received", ["form"]),
        ("kind=contact_centre.", ["mail", "call"]),
        ("kind=no.such", []),
        ("channel=phone", ["call"]),
        ("direction=in", ["form"]),
        ("since=2026-03-03", ["mail", "call"]),
        ("until=2026-03-03", ["call", "form"]),
        ("q=BECA", ["mail"]),
        ("channel=pigeon&since=yesterday&until=9999-12-31", ["mail", "call", "form"]),
    ],
)
def test_filters_stand_in_the_address_and_show_what_they_say(sign_in, asked, expected):
    client, person = sign_in("Adviser"), PersonFactory()
    day = timedelta(days=1)
    made = {
        "form": _note(person),
        "call": _note(
            person, at=MONDAY_9AM + day, kind="contact_centre.call_reached", channel="phone", direction="out"
        ),
        "mail": _note(
            person,
            at=MONDAY_9AM + 2 * day,
            kind="contact_centre.answered",
            channel="email",
            direction="out",
            summary="Sobre la beca",
        ),
    }
    for address in (_page(person), _list(person)):
        assert _shown(client.get(f"{address}?{asked}")) == [made[name] for name in expected]
    assert _shown(client.get(f"{_list(person)}?{asked}", **HTMX)) == [made[name] for name in expected]


def test_filter_without_a_reload_leaves_its_address_in_the_bar(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    _note(person)
    piece = client.get(f"{_list(person)}?channel=web&q=", **HTMX)
    assert piece["HX-Replace-Url"] == f"{_page(person)}?channel=web"
    assert "HX-Request" in piece["Vary"]
    assert "<html" not in piece.content.decode()
    assert client.get(_list(person), **HTMX)["HX-Replace-Url"] == _page(person)


def test_next_stretch_keeps_the_filter_and_repeats_no_day(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    for number in range(30):
        _note(person, at=MONDAY_9AM - timedelta(minutes=number), channel="phone" if number % 3 == 0 else "web")
    first = client.get(f"{_page(person)}?channel=web")
    assert [line.day for line in first.context["lines"]].count(date(2026, 3, 2)) == 1
    assert first.context["more"] == ""
    everything = client.get(_page(person))
    assert f"?{everything.context['more']}" in everything.content.decode()  # a link, also without a script
    rest = client.get(f"{_list(person)}?{everything.context['more']}", **HTMX)
    assert len(rest.context["lines"]) == 10
    assert [line.day for line in rest.context["lines"]] == [None] * 10
    assert "HX-Replace-Url" not in rest
    on_a_page = client.get(f"{_list(person)}?{everything.context['more']}")
    assert on_a_page.context["lines"][0].day == date(2026, 3, 2)
    assert "Back to the newest" in on_a_page.content.decode()


def test_search_that_stops_says_how_far_it_looked_and_goes_on(sign_in, monkeypatch):
    monkeypatch.setattr(timeline, "LOOKED_AT", 5)
    client, person = sign_in("Adviser"), PersonFactory()
    old = _note(person, at=MONDAY_9AM - timedelta(days=40), summary="beca")
    for number in range(5):
        _note(person, at=MONDAY_9AM - timedelta(days=number))
    page = client.get(f"{_page(person)}?q=beca")
    assert "Looked back as far as 26 Feb" in page.content.decode()
    assert _shown(client.get(f"{_list(person)}?{page.context['more']}", **HTMX)) == [old]


@pytest.mark.parametrize("before", ["x", "1-", "-1", f"{10**30}-1", "1-1-1", "%00"])
def test_key_that_was_made_up_is_not_found(sign_in, before):
    person = PersonFactory()
    assert sign_in("Adviser").get(f"{_list(person)}?before={before}").status_code == 404


@given(st.datetimes(timezones=st.just(lines.EPOCH.tzinfo), min_value=lines.EPOCH.replace(tzinfo=None)))
def test_key_is_read_as_it_was_written_to_the_microsecond(at):
    assert lines.read_key(lines.write_key((at, 7))) == (at, 7)


def test_words_that_are_not_for_the_reader_are_neither_shown_nor_found(sign_in):
    client, person = sign_in("Finance"), PersonFactory()
    _note(person, kind="contact_centre.call_reached", summary="Està malalta", emotion="worry", by=UserFactory())
    assert "malalta" not in (page := client.get(_page(person)).content.decode())
    assert "Worry" not in page
    assert _shown(client.get(f"{_page(person)}?q=malalta")) == []


def test_call_says_how_they_felt_and_its_author_may_change_it(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    client.post(
        reverse("contact_centre_person_call", args=[person.uuid]),
        {"outcome": "reached", "purpose": "enquiry", "note": "Vol pensar-s’ho", "emotion": "doubt"},
    )
    call = Touchpoint.objects.get()
    assert call.emotion == "doubt"
    page = client.get(_page(person)).content.decode()
    assert "Doubt" in page
    assert "desk-feeling--mixed" in page
    feel = reverse("contact_centre_note_feeling", args=[person.uuid, call.pk])
    line = client.post(feel, {"emotion": "enthusiasm", "sentiment": "1.0"}, **HTMX).content.decode()
    assert "Enthusiasm" in line
    assert "Delighted" in line
    assert client.post(feel, {"emotion": "", "sentiment": ""}).url.endswith(f"#touchpoint-{call.pk}")
    call.refresh_from_db()
    assert (call.emotion, call.sentiment) == ("", None)


def test_nobody_says_how_a_person_felt_on_a_line_of_another(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    call = calls.log_call(person, by=UserFactory(), at=MONDAY_9AM, outcome="reached")
    feel = reverse("contact_centre_note_feeling", args=[person.uuid, call.pk])
    assert client.post(feel, {"emotion": "anger"}).url == "/admin/"  # Wagtail's answer to who may not
    assert Touchpoint.objects.get().emotion == ""
    assert client.post(reverse("contact_centre_note_feeling", args=[PersonFactory().uuid, call.pk])).status_code == 404
    assert 'desk-feel"' not in client.get(_page(person)).content.decode()


def test_line_leads_to_its_case_for_those_who_may_open_it(sign_in):
    case = CaseFactory()
    _note(case.person, about=case)
    address = reverse("contact_centre_case", args=[case.uuid])
    assert sign_in("Adviser").get(_list(case.person)).context["lines"][0].address == address
    assert sign_in("Finance").get(_list(case.person)).context["lines"][0].address == ""


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_file_holds_the_filtered_timeline_and_taking_it_is_noted(sign_in, kind):
    client, person = sign_in("Data protection"), PersonFactory()
    _note(person, summary='=HYPERLINK("http://x","y")', at=MONDAY_9AM)
    _note(person, channel="phone", at=MONDAY_9AM + timedelta(hours=1))
    address = reverse("contact_centre_timeline_file", args=[person.uuid, kind])
    response = client.get(f"{address}?channel=web")
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(StringIO(text))) if kind == "csv" else json.loads(text)
    assert [row["at"] for row in rows] == ["2026-03-02T09:00:00+00:00"]
    assert rows[0]["summary"] == ("'" if kind == "csv" else "") + '=HYPERLINK("http://x","y")'
    noted = AuditEntry.objects.get(what="contact_centre.timeline")
    assert (noted.act, noted.by, noted.person) == ("exported", client.user, person)
    assert noted.detail == {"format": kind, "sieved_by": ["channel"]}


def test_file_is_for_those_who_may_export_people(sign_in):
    person = PersonFactory()
    address = reverse("contact_centre_timeline_file", args=[person.uuid, "csv"])
    assert sign_in("Adviser").get(address).url == "/admin/"
    assert not AuditEntry.objects.filter(act="exported").exists()


def test_long_timeline_makes_the_page_ask_no_more_of_the_database(sign_in):
    client, long, short = sign_in("Adviser"), PersonFactory(), PersonFactory()
    Touchpoint.objects.bulk_create(
        Touchpoint(person=whose, at=timezone.now(), channel="web", direction="in", kind="x.y", about_kind="x.z")
        for whose, rows in ((long, 300), (short, 5))
        for _number in range(rows)
    )
    client.get(_page(short))
    asked = []
    for person in (short, long):
        with CaptureQueriesContext(connection) as queries:
            client.get(_page(person))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_every_floor_says_where_its_things_are_read(sign_in):
    post = PostFactory()
    person, client = post.author, sign_in("Contact-centre lead")
    client.user.groups.add(UserFactory(role="Moderator").groups.get())
    enquiry, application = EnquiryFactory(person=person), ApplicationFactory(person=person)
    student, message = StudentFactory(), OutgoingMessageFactory(person=person)
    for about in (enquiry, application, student, message, post):
        _note(person, about=about)
    addresses = {line.address for line in client.get(_list(person)).context["lines"]}
    assert addresses == {
        reverse("enquiries_list:inspect", args=[enquiry.pk]),
        reverse("applications:inspect", args=[application.pk]),
        reverse("tutoring_student", args=[student.uuid]),
        reverse("people_messages:inspect", args=[message.pk]),
        f"{reverse('community:thread', args=[post.thread.uuid])}#p-{post.uuid}",
    }
    for address in addresses:
        assert client.get(address).status_code == 200
