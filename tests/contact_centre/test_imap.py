"""The mailbox is emptied once: what was kept is marked, what was not is fetched again."""

import pytest

from contact_centre.inbound import filing, imap, receiving
from contact_centre.models import InboundMessage, ProviderEvent
from tests.contact_centre.imap_server import Mailbox
from tests.factories.inbound import raw_letter
from tests.factories.people import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": storage}


def fetch(settings, box):
    settings.INBOUND_IMAP = box.url
    return imap.fetch(at=MONDAY_9AM)


def test_unread_letters_are_fetched_once_and_filed(settings):
    with Mailbox(raw_letter(), raw_letter(number="<2@x>", sender="joan@example.org")) as box:
        assert fetch(settings, box) == 2
        assert box.seen == {1, 2}
        assert fetch(settings, box) == 0
    receiving.work_due(at=MONDAY_9AM)
    assert set(InboundMessage.objects.values_list("sender", "state")) == {
        ("nuria@example.org", "filed"),
        ("joan@example.org", "filed"),
    }


def test_connection_that_breaks_loses_nothing_and_doubles_nothing(settings):
    with Mailbox(raw_letter(), raw_letter(number="<2@x>"), breaks_at=2) as box:
        assert fetch(settings, box) == 0
        assert (box.seen, ProviderEvent.objects.count()) == ({1}, 1)
        box.breaks_at = None
        box.seen.clear()  # a mailbox that forgot, too
        assert fetch(settings, box) == 2
    assert ProviderEvent.objects.count() == 2


def test_wrong_password_and_a_mailbox_that_is_away_wait_for_the_next_run(settings):
    with Mailbox(raw_letter()) as box:
        settings.INBOUND_IMAP = box.url.replace("p%40ss", "other")
        assert imap.fetch(at=MONDAY_9AM) == 0
        away = box.url
    settings.INBOUND_IMAP = away
    assert imap.fetch(at=MONDAY_9AM) == 0
    settings.INBOUND_IMAP = ""
    assert imap.fetch(at=MONDAY_9AM) == 0


def test_letter_larger_than_25_mb_is_not_fetched_whole(settings):
    large = raw_letter(files=[("video.bin", bytes(20 * 1024 * 1024))])
    assert len(large) > receiving.LARGEST
    with Mailbox(large) as box:
        assert fetch(settings, box) == 1
    receiving.work_due(at=MONDAY_9AM)
    message = InboundMessage.objects.get()
    assert (message.sender, message.state, message.why) == ("nuria@example.org", "filed", filing.TOO_LARGE)
