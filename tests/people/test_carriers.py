"""Texts leave once, whatever the provider does; its answers are recorded ones, spoken over real HTTP."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from people.contact import carriers, outbox
from people.models import Identity, OutgoingMessage, Touchpoint
from tests.factories.people import OutgoingMessageFactory, PersonFactory
from tests.people.peer import HANG_UP, Peer

pytestmark = pytest.mark.django_db
NUMBER = "+34612345678"
# As Twilio answered on 2 March 2026: https://www.twilio.com/docs/messaging/api/message-resource
SENT = (201, {"sid": "SM0b6c3d", "status": "queued", "to": NUMBER, "error_code": None})
NO_SUCH = (400, {"code": 21211, "message": "The 'To' number is not a valid phone number.", "status": 400})
STOPPED = (400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400})
AWAY = (503, "<html>Service Unavailable</html>")
NONE_YET = (200, {"messages": [], "page": 0})
# As the Cloud API answers: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
META_SENT = (200, {"messaging_product": "whatsapp", "messages": [{"id": "wamid.HBgL"}]})
META_NOT_THERE = (400, {"error": {"code": 131026, "message": "Message undeliverable"}})
META_BUSY = (400, {"error": {"code": 130429, "message": "Rate limit hit"}})


@pytest.fixture
def now():
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday morning: nobody's rest is disturbed


@pytest.fixture
def nuria():
    return PersonFactory(phone=NUMBER)


@pytest.fixture
def twilio(settings):
    def speaks_to(peer):
        options = {"account": "AC1", "secret": "token", "from": "+34900000000", "api": peer.url}
        settings.CARRIERS = {"sms": {"class": "people.contact.carriers.twilio.TwilioSms", "options": options}}

    return speaks_to


@pytest.fixture
def meta(settings):
    def speaks_to(peer, **more):
        options = {"account": "WABA", "secret": "token", "from": "1055", "api": peer.url, "app_secret": "x", **more}
        settings.CARRIERS = {
            "whatsapp": {"class": "people.contact.carriers.whatsapp.WhatsAppCloud", "options": options}
        }

    return speaks_to


def ask(person, at, channel="sms", key="text-1"):
    return outbox.queue(
        person,
        purpose="enquiry",
        key=key,
        channel=channel,
        subject="",
        body="Hola, Núria. El curs comença el dia 9.",
        language="ca",
        at=at,
    )


def they_wrote(person, at):
    Touchpoint.objects.create(
        person=person, at=at, channel="whatsapp", direction="in", kind="contact_centre.they_wrote"
    )


def test_text_leaves_by_twilio_with_its_words(nuria, twilio, now):
    with Peer(SENT) as peer:
        twilio(peer)
        message = ask(nuria, now)
        assert outbox.deliver_due(at=now) == 1
    message.refresh_from_db()
    assert (message.state, message.provider_id, message.to) == ("sent", "SM0b6c3d", NUMBER)
    (asked,) = peer.asked
    assert asked["path"] == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked["sent"] == {"From": "+34900000000", "To": NUMBER, "Body": message.body}
    assert asked["authorization"].startswith("Basic ")


def test_provider_that_is_away_for_an_hour_loses_nothing_and_doubles_nothing(nuria, twilio, now):
    with Peer(AWAY) as peer:
        twilio(peer)
        ask(nuria, now)
        for minute in range(0, 60, 5):
            outbox.deliver_due(at=now + timedelta(minutes=minute))
        assert OutgoingMessage.objects.get().state == "queued"
        assert len([one for one in peer.asked if one["method"] == "POST"]) < 5
        peer.answers = [NONE_YET, SENT]
        for minute in range(60, 200, 5):
            outbox.deliver_due(at=now + timedelta(minutes=minute))
    assert OutgoingMessage.objects.get().state == "sent"
    assert [one["method"] for one in peer.asked[-2:]] == ["GET", "POST"]


def test_provider_that_cannot_be_reached_at_all_is_tried_again(nuria, twilio, now):
    with Peer(SENT) as peer:
        twilio(peer)
    ask(nuria, now)
    assert outbox.deliver_due(at=now) == 0
    assert OutgoingMessage.objects.get().state == "queued"


def test_answer_that_got_lost_is_asked_for_before_sending_again(nuria, twilio, now):
    with Peer(HANG_UP) as peer:
        twilio(peer)
        message = ask(nuria, now)
        outbox.deliver_due(at=now)
        message.refresh_from_db()
        assert message.state == "queued"
        left = {"sid": "SM-first", "body": message.body, "status": "delivered", "date_created": format_datetime(now)}
        peer.answers = [(200, {"messages": [left]})]
        assert outbox.deliver_due(at=now + timedelta(minutes=5)) == 1
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("sent", "SM-first")
    assert [one["method"] for one in peer.asked] == ["POST", "GET"]


def test_number_that_does_not_exist_is_not_used_again(nuria, twilio, now):
    with Peer(NO_SUCH) as peer:
        twilio(peer)
        ask(nuria, now)
        outbox.deliver_due(at=now)
    assert OutgoingMessage.objects.get().state == "failed"
    assert Identity.objects.get(value=NUMBER).is_undeliverable


def test_somebody_who_said_stop_to_the_provider_gets_nothing_and_keeps_the_telephone(nuria, twilio, now):
    with Peer(STOPPED) as peer:
        twilio(peer)
        ask(nuria, now)
        outbox.deliver_due(at=now)
        assert len(peer.asked) == 1
    assert OutgoingMessage.objects.get().state == "failed"
    assert not Identity.objects.get(value=NUMBER).is_undeliverable


def test_whatsapp_leaves_within_a_day_after_they_wrote(nuria, meta, now):
    they_wrote(nuria, now - timedelta(hours=23))
    with Peer(META_SENT) as peer:
        meta(peer)
        message = ask(nuria, now, "whatsapp")
        assert outbox.deliver_due(at=now) == 1
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("sent", "wamid.HBgL")
    sent = peer.asked[0]["sent"]
    assert (sent["to"], sent["text"]["body"]) == ("34612345678", message.body)
    assert sent["biz_opaque_callback_data"] == str(message.uuid)


def test_whatsapp_after_the_day_is_refused_in_words_and_never_asked_for(nuria, meta, now):
    they_wrote(nuria, now - timedelta(hours=25))
    with Peer(META_SENT) as peer:
        meta(peer)
        message = ask(nuria, now, "whatsapp")
    assert message.state == "refused"
    assert "24 hours" in message.why
    assert peer.asked == []


def test_whatsapp_after_the_day_leaves_as_an_approved_template_if_there_is_one(nuria, meta, now):
    with Peer(META_SENT) as peer:
        meta(peer, template="resposta")
        ask(nuria, now, "whatsapp")
        assert outbox.deliver_due(at=now) == 1
    template = peer.asked[0]["sent"]["template"]
    assert (template["name"], template["language"]["code"]) == ("resposta", "ca")


def test_whatsapp_whose_answer_got_lost_is_never_sent_twice(nuria, meta, now):
    they_wrote(nuria, now)
    with Peer(HANG_UP) as peer:
        meta(peer)
        message = ask(nuria, now, "whatsapp")
        for hour in range(12):
            outbox.deliver_due(at=now + timedelta(hours=hour))
        assert len(peer.asked) == 1
    message.refresh_from_db()
    assert message.state == "failed"
    assert "may have arrived" in message.why
    assert outbox.confirm_sent(str(message.uuid), provider_id="wamid.1", at=now)
    assert not outbox.confirm_sent(str(message.uuid), provider_id="wamid.1", at=now)


def test_whatsapp_of_a_killed_worker_is_not_sent_again(nuria, meta, now):
    they_wrote(nuria, now)
    with Peer(META_SENT) as peer:
        meta(peer)
        ask(nuria, now, "whatsapp")
        OutgoingMessage.objects.update(state="sending", claimed_at=now, attempts=1)
        outbox.deliver_due(at=now + timedelta(minutes=11))
        assert peer.asked == []
    assert OutgoingMessage.objects.get().state == "failed"


def test_number_without_whatsapp_stays_a_telephone_and_a_busy_provider_is_tried_again(nuria, meta, now):
    they_wrote(nuria, now)
    with Peer(META_BUSY, META_NOT_THERE) as peer:
        meta(peer)
        message = ask(nuria, now, "whatsapp")
        outbox.deliver_due(at=now)
        message.refresh_from_db()
        assert message.state == "queued"
        outbox.deliver_due(at=now + timedelta(minutes=5))
    message.refresh_from_db()
    assert message.state == "failed"
    assert not Identity.objects.get(value=NUMBER).is_undeliverable


def test_local_carrier_writes_each_text_once(nuria, settings, tmp_path, now):
    settings.TEXTS_FILE_PATH = tmp_path
    settings.CARRIERS = {"sms": {"class": "people.contact.carriers.local.Local", "options": {}}}
    message = ask(nuria, now)
    assert outbox.deliver_due(at=now) == 1
    carriers.of("sms").send(message)
    (file,) = tmp_path.iterdir()
    assert message.body[:4] in file.read_text(encoding="utf-8")


def test_channel_without_a_carrier_is_refused(nuria, settings, now):
    settings.CARRIERS = {}
    message = ask(nuria, now)
    assert (message.state, bool(message.why)) == ("refused", True)


def test_channel_whose_carrier_was_taken_away_is_given_up_with_its_reason(settings, now):
    settings.CARRIERS = {}
    message = OutgoingMessageFactory(person=PersonFactory(phone=NUMBER), channel="sms", to=NUMBER)
    outbox.deliver_due(at=now)
    message.refresh_from_db()
    assert message.state in ("failed", "refused")
