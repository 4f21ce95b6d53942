"""Messages leave once each, or say why not."""

from datetime import timedelta

import pytest
from django.core import mail

from people.contact import outbox
from people.models import Identity, OutgoingMessage, Suppression, Touchpoint
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory, PersonFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LATER = MONDAY_9AM + timedelta(minutes=20)


def ask(person, **changes):
    given = {
        "purpose": "service",
        "key": "welcome-1",
        "subject": "Benvinguda",
        "body": "Hola.\n\nJa tens plaça.",
        "language": "ca",
        "at": MONDAY_9AM,
    }
    return outbox.queue(person, **(given | changes))


def test_message_leaves_once_with_text_html_and_a_way_out():
    person = PersonFactory(email="nuria@example.org")
    ask(person, action_url="/campus/", action_label="Obre el campus")
    assert outbox.deliver_due(at=MONDAY_9AM) == 1
    assert outbox.deliver_due(at=LATER) == 0
    (letter,) = mail.outbox
    html = letter.alternatives[0].content
    assert letter.to == ["nuria@example.org"]
    assert "Ja tens plaça." in letter.body
    assert "/campus/" in letter.body
    assert "Ja tens plaça." in html
    assert "Obre el campus" in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in html
    assert address in letter.body
    assert Touchpoint.objects.get(person=person).kind == "people.message_sent"


def test_same_key_again_returns_the_first_message():
    person = PersonFactory()
    assert ask(person).pk == ask(person, subject="Una altra").pk
    assert OutgoingMessage.objects.count() == 1


def test_commercial_mail_without_consent_is_kept_as_refused_with_its_reason():
    message = ask(PersonFactory(), purpose="commercial")
    assert message.state == "refused"
    assert message.why


def test_policy_is_asked_again_when_the_message_leaves():
    consent = ConsentFactory()
    message = ask(consent.person, purpose="commercial")
    assert message.state == "queued"
    ConsentFactory(person=consent.person, decision="withdrawn", at=MONDAY_9AM + timedelta(minutes=1))
    assert outbox.deliver_due(at=LATER) == 0
    message.refresh_from_db()
    assert (message.state, mail.outbox) == ("refused", [])


def test_commercial_mail_waits_for_the_morning():
    consent = ConsentFactory()
    message = ask(consent.person, purpose="commercial", at=MONDAY_9AM.replace(hour=22))
    assert message.state == "queued"
    assert message.due_at.astimezone(MONDAY_9AM.tzinfo).isoformat() == "2026-03-03T08:00:00+00:00"


def test_address_suppressed_meanwhile_gets_nothing():
    message = ask(PersonFactory(email="nuria@example.org"))
    Suppression.objects.create(kind="email", value="nuria@example.org", why="asked by post", at=MONDAY_9AM)
    outbox.deliver_due(at=LATER)
    message.refresh_from_db()
    assert message.state == "refused"


def test_claim_of_a_killed_worker_is_sent_by_the_next():
    message = OutgoingMessageFactory(state="sending", claimed_at=MONDAY_9AM, attempts=1)
    assert outbox.deliver_due(at=MONDAY_9AM + timedelta(minutes=9)) == 0
    assert outbox.deliver_due(at=MONDAY_9AM + timedelta(minutes=10)) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 2)


class _Picky:
    """A mail server that does not like some addresses."""

    refuse: dict[str, Exception] = {}

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, letters):
        for letter in letters:
            if letter.to[0] in self.refuse:
                raise self.refuse[letter.to[0]]
            mail.outbox.append(letter)
        return len(letters)


@pytest.fixture
def picky(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}._Picky"
    monkeypatch.setattr(_Picky, "refuse", {})
    return _Picky.refuse


def test_one_failing_address_does_not_hold_back_the_others(picky):
    picky["broken@example.org"] = ConnectionResetError("gone")
    broken = OutgoingMessageFactory(person__email="broken@example.org")
    OutgoingMessageFactory(person__email="fine@example.org")
    assert outbox.deliver_due(at=MONDAY_9AM) == 1
    broken.refresh_from_db()
    assert (broken.state, broken.due_at > MONDAY_9AM) == ("queued", True)
    assert [letter.to for letter in mail.outbox] == [["fine@example.org"]]


def test_message_that_never_leaves_is_given_up_after_six_attempts(picky):
    picky["broken@example.org"] = ConnectionResetError("gone")
    message = OutgoingMessageFactory(person__email="broken@example.org")
    at = MONDAY_9AM
    for _attempt in range(6):
        outbox.deliver_due(at=at)
        message.refresh_from_db()
        at = message.due_at
    assert (message.state, message.attempts) == ("failed", 6)
    assert "gone" in message.why


def test_address_the_server_refuses_for_good_is_not_written_to_again(picky):
    from smtplib import SMTPRecipientsRefused

    picky["nobody@example.org"] = SMTPRecipientsRefused({"nobody@example.org": (550, b"no such user")})
    message = OutgoingMessageFactory(person__email="nobody@example.org")
    outbox.deliver_due(at=MONDAY_9AM)
    message.refresh_from_db()
    assert message.state == "failed"
    assert Identity.objects.get(value="nobody@example.org").is_undeliverable
    assert ask(message.person).state == "refused"
