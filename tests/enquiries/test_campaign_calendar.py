"""The calendar of campaigns: everything marketing does on its day, on the screen and in whoever's own calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contact_centre.models import Send
from enquiries.campaign_calendar import entries, months, subscriptions
from enquiries.campaign_calendar.entries import Entry, Kind
from enquiries.models import CalendarKey, Session
from people.access import roles
from people.own_data import limits
from tests.enquiries.calendar_parser import parse
from tests.factories.enquiries import CampaignFactory
from tests.factories.people import UserFactory
from tests.factories.plans import ActionFactory, PostFactory
from tests.factories.programmes import IntakeFactory
from tests.factories.sends import SendFactory

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
EVENING = datetime(2026, 3, 14, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def march(db):
    """One of everything in March, and one of each beyond it."""
    campaign = CampaignFactory(name="Spring", starts_on=date(2026, 2, 20), ends_on=date(2026, 3, 5))
    CampaignFactory(name="Autumn", starts_on=date(2026, 9, 1))
    ActionFactory(campaign=campaign, name="Posters", starts_on=date(2026, 3, 10))
    ActionFactory(campaign=campaign, name="Later", starts_on=date(2026, 4, 1))
    SendFactory(name="Open doors", due_at=AT, state=Send.State.APPROVED, campaign=campaign.slug)
    SendFactory(name="Draft without an hour", due_at=None)
    Session.objects.create(
        title_ca="Portes obertes",
        starts_at=EVENING,
        ends_at=EVENING + timedelta(hours=2),
        state="open",
        changed_at=AT,
        campaign=campaign,
    )
    Session.objects.create(title_ca="Esborrany", starts_at=EVENING, ends_at=EVENING + timedelta(hours=2), changed_at=AT)
    PostFactory(text="Today in the workshop.", on=date(2026, 3, 12))
    IntakeFactory(starts_on=date(2026, 3, 20), apply_by=date(2026, 3, 2))
    return campaign


def test_calendar_holds_all_six_kinds_and_only_what_touches_the_days(march):
    found = entries.between(FIRST, LAST)
    assert [entry.kind for entry in found].count(Kind.INTAKE) == 2  # it starts, and the last day to apply
    assert {entry.kind for entry in found} == set(Kind.values)
    titles = {entry.title for entry in found}
    assert {"Spring", "Posters", "Open doors", "Portes obertes", "Today in the workshop."} < titles
    assert not titles & {"Autumn", "Later", "Draft without an hour", "Esborrany"}
    assert [entry.first_day for entry in found] == sorted(entry.first_day for entry in found)


def test_calendar_is_narrowed_by_kind_and_by_campaign(march):
    assert {entry.kind for entry in entries.between(FIRST, LAST, kinds=[Kind.SEND])} == {Kind.SEND}
    part = CampaignFactory(name="Part", parent=CampaignFactory(name="Middle", parent=march), starts_on=FIRST)
    ActionFactory(campaign=part, name="Leaflets", starts_on=FIRST)
    of_campaign = {entry.title for entry in entries.between(FIRST, LAST, campaign=march.pk)}
    assert of_campaign == {"Spring", "Posters", "Open doors", "Portes obertes", "Part", "Leaflets"}


def test_send_at_night_stands_on_the_day_of_the_school(db):
    SendFactory(due_at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))  # half past midnight in Barcelona
    [entry] = entries.between(FIRST, LAST, kinds=[Kind.SEND])
    assert entry.first_day == date(2026, 3, 10)


def test_no_send_that_was_approved_or_left_stands_outside_the_calendar(march):
    assert entries.sends_outside() == 0
    SendFactory(state=Send.State.DONE, due_at=None, listed_at=AT)
    assert entries.sends_outside() == 0
    SendFactory(state=Send.State.APPROVED, due_at=None)
    assert entries.sends_outside() == 1


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.integers(0, 23), st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=12))
def test_every_day_of_every_entry_stands_in_exactly_one_piece_of_its_week(number, spans):
    month = months.Month(2026 + number // 12, number % 12 + 1)
    found = [
        Entry("post", f"post-{key}", "A", day, day + timedelta(days=days), key) for key, (day, days) in enumerate(spans)
    ]
    weeks = month.weeks(found)
    assert {day for week in weeks for day in week.days} >= {month.first_day, month.last_day}
    for entry in found:
        covered = [
            week.days[piece.column - 1 + step]
            for week in weeks
            for piece in week.pieces
            if piece.entry is entry
            for step in range(piece.span)
        ]
        shown = [day for week in weeks for day in week.days if entry.touches(day)]
        assert covered == shown


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "0000-01", "x-y", "2026-01-01", "²026-01"])
def test_month_that_is_none_is_the_current_one(text):
    assert months.read(text, today=date(2026, 3, 12)) == months.Month(2026, 3)


def test_subscription_is_a_valid_calendar_with_everything_in_it(march):
    found = entries.between(FIRST, LAST)
    calendar = parse(subscriptions.feed(at=AT, domain="school.example"))
    by_uid = {event["UID"]: event for event in calendar["events"]}
    assert {f"{entry.key}@school.example" for entry in found} <= by_uid.keys()
    session = next(event for uid, event in by_uid.items() if uid.startswith("session-"))
    assert (session["DTSTART"], session["DTEND"]) == (EVENING, EVENING + timedelta(hours=2))
    spring = by_uid[f"campaign-{march.pk}@school.example"]
    assert (spring["DTSTART"], spring["DTEND"]) == (date(2026, 2, 20), date(2026, 3, 6))


def test_called_off_session_is_cancelled_in_the_subscription(march):
    Session.objects.update(state="off")
    calendar = parse(subscriptions.feed(at=AT, domain="school.example"))
    assert {event["STATUS"] for event in calendar["events"] if "session" in event["UID"]} == {"CANCELLED"}


def test_nothing_in_the_subscription_is_about_a_person(march):
    owner = UserFactory(first_name="Zaida", last_name="Quirós", email="zaida@school.example")
    march.owner = owner
    march.save()
    file = subscriptions.feed(at=AT, domain="school.example")
    assert "Zaida" not in file
    assert owner.email not in file


# --- the screen and the address


@pytest.mark.django_db
def test_everybody_on_staff_opens_the_calendar_and_sees_links_only_to_what_they_may_open(client, march):
    page = f"{reverse('enquiries_calendar')}?month=2026-03"
    campaign_page = reverse("campaigns:inspect", args=[march.pk])
    for role in roles.ALL:
        client.force_login(UserFactory(role=role))
        html = client.get(page).content.decode()
        assert "Spring" in html, role
        assert (campaign_page in html) == (role in (
            roles.ADVISER, roles.LEAD, roles.ADMISSIONS, roles.EDITOR, roles.MARKETING, roles.DIRECTOR,
        )), role  # fmt: skip


@pytest.mark.django_db
def test_calendar_takes_the_same_queries_for_one_and_three_of_each(client, march):
    client.force_login(UserFactory(role="Marketing"))
    for path in ("?month=2026-03", "?as=list"):
        counts = []
        for _turn in range(2):
            client.get(reverse("enquiries_calendar") + path)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client.get(reverse("enquiries_calendar") + path)
            counts.append(len(captured))
            for _one in range(2):
                ActionFactory(starts_on=date(2026, 3, 11))
                SendFactory(due_at=AT)
                PostFactory(on=date(2026, 3, 13))
                IntakeFactory(starts_on=date(2026, 3, 21))
        assert counts[0] == counts[1]


def _subscribe(client) -> str:
    html = client.post(reverse("enquiries_calendar_subscribe"), follow=True).content.decode()
    address = html.partition('readonly value="')[2].partition('"')[0]
    assert address.endswith(".ics")
    return "/" + address.split("/", 3)[3]


@pytest.mark.django_db
def test_address_is_shown_once_opens_without_signing_in_and_ends_with_the_next_one(client, march):
    user = UserFactory(role="Tutor")
    client.force_login(user)
    first = _subscribe(client)
    assert first not in client.get(reverse("enquiries_calendar")).content.decode()
    secret = first.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in str(CalendarKey.objects.values().get())
    second = _subscribe(client)
    client.logout()
    assert client.get(first).status_code == 404
    answer = client.get(second)
    assert answer["Content-Type"].startswith("text/calendar")
    assert "private" in answer["Cache-Control"]
    assert not answer.cookies
    parse(answer.content.decode())
    assert CalendarKey.objects.get().read_at


@pytest.mark.django_db
def test_address_of_whoever_left_leads_nowhere(client, march):
    user = UserFactory(role="Tutor")
    client.force_login(user)
    address = _subscribe(client)
    client.logout()
    user.groups.clear()
    assert client.get(address).status_code == 404
    user.is_active = False
    user.save()
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_ended_subscription_is_gone(client):
    client.force_login(UserFactory(role="Tutor"))
    address = _subscribe(client)
    client.post(reverse("enquiries_calendar_end"))
    assert client.get(address).status_code == 404
    assert not CalendarKey.objects.exists()


@pytest.mark.django_db
def test_asking_too_often_is_refused_with_when_to_come_back(client, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "calendar_network", limits.Limit(3, timedelta(hours=1)))
    network = {"REMOTE_ADDR": "203.0.113.77"}  # nobody else's in these tests: what was asked is kept for an hour
    for number in range(3):
        assert client.get(reverse("enquiries:calendar_feed", args=[f"guess-{number}"]), **network).status_code == 404
    answer = client.get(reverse("enquiries:calendar_feed", args=["guess-3"]), **network)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
