"""An enquiry counts once for the slot or the print batch that led to it."""

from datetime import timedelta

import pytest
import time_machine

from enquiries.intake import arrivals, form_tokens
from enquiries.models import Enquiry
from programmes.models import PrintBatchCount, SlotCount
from tests.factories.programmes import MONDAY_9AM
from tests.factories.slots import PrintBatchFactory, SlotFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def from_slot(slot, **changes):
    return {"utm_source": "school", "utm_medium": "slot", "utm_content": str(slot.uuid)} | changes


def from_paper(batch, **changes):
    return {"utm_source": "print", "utm_medium": batch.kind, "utm_content": batch.code} | changes


def for_slots():
    return list(SlotCount.objects.values_list("slot", "on", "enquiries"))


def for_batches():
    return list(PrintBatchCount.objects.values_list("batch", "on", "enquiries"))


def ask(utm, email="laia@example.org", **fields):
    return arrivals.receive(at=MONDAY_9AM, email=email, utm=utm, **fields)


def test_enquiry_counts_for_the_slot_that_led_to_it():
    slot = SlotFactory()
    ask(from_slot(slot))
    ask(from_slot(slot), email="pau@example.org")
    assert for_slots() == [(slot.pk, MONDAY_9AM.date(), 2)]
    assert for_batches() == []


def test_enquiry_counts_for_the_paper_that_led_to_it():
    batch = PrintBatchFactory()
    ask(from_paper(batch))
    assert for_batches() == [(batch.pk, MONDAY_9AM.date(), 1)]
    assert for_slots() == []


def test_form_sent_twice_counts_once(client):
    slot = SlotFactory()
    with time_machine.travel(MONDAY_9AM, tick=False):
        fields = {"email": "laia@example.org", "message": "When?", "t": form_tokens.make()} | from_slot(slot)
    with time_machine.travel(MONDAY_9AM + timedelta(minutes=1), tick=False):
        for _click in range(3):
            assert client.post("/enquire/", fields).status_code == 303
    assert Enquiry.objects.count() == 1
    assert for_slots() == [(slot.pk, MONDAY_9AM.date(), 1)]


def test_form_filled_in_by_a_machine_counts_for_nobody(client):
    slot = SlotFactory()
    with time_machine.travel(MONDAY_9AM, tick=False):
        client.post("/enquire/", {"email": "laia@example.org", "website": "https://spam.example"} | from_slot(slot))
    assert not Enquiry.objects.exists()
    assert for_slots() == []


def test_enquiry_that_comes_to_nothing_counts_for_nobody():
    slot = SlotFactory()
    with pytest.raises(arrivals.identities.BadIdentity):
        ask(from_slot(slot), email="no address")
    assert for_slots() == []


@pytest.mark.parametrize(
    "utm",
    [
        {"utm_source": "school", "utm_medium": "slot"},
        {"utm_source": "school", "utm_medium": "slot", "utm_content": "not-a-number"},
        {"utm_source": "school", "utm_medium": "slot", "utm_content": "00000000-0000-4000-8000-000000000000"},
        {"utm_source": "print", "utm_medium": "fair", "utm_content": "nobody-printed-this"},
        {"utm_source": "print", "utm_medium": "fair", "utm_content": "\x00' OR 1=1"},
        {"utm_source": "google", "utm_medium": "cpc"},
    ],
)
def test_other_origins_are_kept_and_counted_for_nobody(utm):
    SlotFactory(), PrintBatchFactory()
    utm = {name: value.replace("\x00", "") for name, value in utm.items()}
    assert ask(utm).utm == utm
    assert (for_slots(), for_batches()) == ([], [])


def test_slot_that_has_not_begun_led_nobody_here():
    slot = SlotFactory(starts_at=MONDAY_9AM + timedelta(days=1))
    ask(from_slot(slot))
    assert for_slots() == []


def test_whoever_follows_a_slot_and_asks_is_counted_at_each_step(client):
    slot = SlotFactory()
    browser = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"}
    with time_machine.travel(MONDAY_9AM, tick=False):
        client.post(f"/slots/{slot.uuid}/seen/", headers=browser)
        sheet = client.get(f"/slots/{slot.uuid}/?in=en", headers=browser, follow=True)
        page = sheet.content.decode()
        assert f'name="utm_content" value="{slot.uuid}"' in page
        client.post("/enquire/", {"email": "laia@example.org"} | from_slot(slot))
    assert list(SlotCount.objects.values_list("impressions", "clicks", "enquiries")) == [(1, 1, 1)]
