"""What came of a slot: seen, followed, enquired, and by whom it is not counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from programmes.models import SlotCount
from programmes.slots import counts
from tests.factories.people import UserFactory
from tests.factories.programmes import MONDAY_9AM
from tests.factories.slots import SlotFactory

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)


def sums(slot):
    return counts.figures([slot.pk])[slot.pk]


def seen(client, slot, **headers):
    return client.post(reverse("slot_seen", args=[slot.uuid]), headers={"user-agent": BROWSER} | headers)


def followed(client, slot, method="get", **headers):
    address = reverse("slot_follow", args=[slot.uuid])
    return getattr(client, method)(address, headers={"user-agent": BROWSER, "accept-language": "en"} | headers)


@pytest.mark.usefixtures("monday")
def test_seen_and_followed_are_counted_by_day(client):
    slot = SlotFactory()
    assert [seen(client, slot).status_code for _view in range(3)] == [204, 204, 204]
    answer = followed(client, slot)
    assert answer.status_code == 302
    assert answer["Location"] == (
        f"{slot.programme.sheet_in('en').get_url()}?utm_source=school&utm_medium=slot&utm_content={slot.uuid}"
    )
    assert list(SlotCount.objects.values_list("on", "impressions", "clicks", "enquiries")) == [
        (MONDAY_9AM.date(), 3, 1, 0)
    ]
    assert not answer.cookies


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "WhatsApp/2.23.20.0"},
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0 Safari/537.36"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
    ],
)
def test_machines_are_led_on_and_not_counted(client, headers):
    slot = SlotFactory()
    assert seen(client, slot, **headers).status_code == 204
    assert followed(client, slot, **headers).status_code == 302
    assert not SlotCount.objects.exists()


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize("agent", [PHONE, "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Mobile"])
def test_telephones_are_counted(client, agent):
    slot = SlotFactory()
    followed(client, slot, **{"user-agent": agent})
    assert sums(slot).clicks == 1


@pytest.mark.usefixtures("monday")
def test_only_looking_whether_it_is_there_is_not_counted(client):
    slot = SlotFactory()
    assert followed(client, slot, method="head").status_code == 302
    assert client.get(reverse("slot_seen", args=[slot.uuid])).status_code == 405
    assert client.post(reverse("slot_follow", args=[slot.uuid])).status_code == 405
    assert not SlotCount.objects.exists()


@pytest.mark.usefixtures("monday")
def test_other_websites_cannot_say_it_was_seen(client):
    slot = SlotFactory()
    seen(client, slot, **{"sec-fetch-site": "cross-site"})
    assert not SlotCount.objects.exists()


@pytest.mark.usefixtures("monday")
def test_staff_who_look_at_their_own_work_are_not_counted(client):
    slot = SlotFactory()
    client.force_login(UserFactory(is_superuser=True))
    seen(client, slot)
    followed(client, slot)
    assert not SlotCount.objects.exists()


@pytest.mark.parametrize(
    ("at", "is_seen", "is_followed"),
    [
        (MONDAY_9AM - timedelta(days=8), False, False),  # before it starts
        (MONDAY_9AM, True, True),
        (MONDAY_9AM + timedelta(days=7, hours=5), True, True),  # a page left open over its end
        (MONDAY_9AM + timedelta(days=30), False, True),  # a mail read late
    ],
)
def test_what_counts_when(at, is_seen, is_followed):
    slot = SlotFactory()
    assert (counts.note_impression(slot.uuid, at=at), counts.note_click(slot.uuid, at=at)) == (is_seen, is_followed)


def test_unknown_slot_leads_nowhere(client):
    SlotFactory()
    unknown = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"/slots/{unknown}/").status_code == 404
    assert client.post(f"/slots/{unknown}/seen/", headers={"user-agent": BROWSER}).status_code == 204


@pytest.mark.usefixtures("monday")
def test_link_leads_on_when_the_sheet_is_gone(client):
    slot = SlotFactory()
    slot.programme.pages.update(live=False)
    assert followed(client, slot)["Location"].startswith("/en/programmes/?utm_source=school")


def test_day_is_the_schools_not_that_of_greenwich():
    slot = SlotFactory()
    half_past_midnight = MONDAY_9AM.replace(hour=0, minute=30)
    counts.note_click(slot.uuid, at=half_past_midnight)
    assert SlotCount.objects.get().on == MONDAY_9AM.date()


def test_shares_need_something_to_be_shares_of():
    assert counts.Figures().click_share is None
    sum_of_two = counts.Figures(300, 9, 2) + counts.Figures(100, 1, 0)
    assert (sum_of_two.click_share, sum_of_two.enquiry_share) == (0.025, 0.2)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_no_count():
    slot = SlotFactory()

    def count(number):
        try:
            note = counts.note_click if number % 4 == 0 else counts.note_impression
            return note(slot.uuid, at=MONDAY_9AM)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(count, range(80)))
    assert sums(slot) == counts.Figures(impressions=60, clicks=20)
