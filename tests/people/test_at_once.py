"""What holds when several processes act at the same instant."""

import pytest

from people.contact import outbox
from people.identity import identities
from people.models import Identity, OutgoingMessage, Person, Touchpoint
from tests.factories.people import MONDAY_9AM, OutgoingMessageFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def _match(number):
    person, is_new = identities.match_or_create(
        at=MONDAY_9AM, email="nuria@example.org", phone=f"61234567{number}", external_id="7", issuer="fair"
    )
    return person.pk, is_new


def test_eight_processes_that_match_the_same_address_make_one_person():
    answers = at_once.run(_match, processes=8)
    assert len({pk for pk, _new in answers}) == 1
    assert sum(is_new for _pk, is_new in answers) == 1
    assert Person.objects.count() == 1
    assert Identity.objects.filter(kind="phone").count() == 8


def _queue(number):
    return outbox.queue(
        Person.objects.get(),
        purpose="service",
        key="welcome",
        subject=f"{number}",
        body="Hola.",
        language="ca",
        at=MONDAY_9AM,
    ).pk


def test_four_processes_that_ask_for_the_same_message_make_one():
    identities.match_or_create(at=MONDAY_9AM, email="nuria@example.org")
    assert len(set(at_once.run(_queue, processes=4))) == 1


def test_two_workers_send_fifty_messages_once_each(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "people.contact.mail_files.EmailBackend", tmp_path
    for _number in range(50):
        OutgoingMessageFactory()
    sent = at_once.run(lambda _number: outbox.deliver_due(at=MONDAY_9AM), processes=2)
    assert sum(sent) == 50
    assert len(list(tmp_path.glob("*.eml"))) == 50
    assert not list(tmp_path.glob("*.half"))
    assert set(OutgoingMessage.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert Touchpoint.objects.count() == 50
