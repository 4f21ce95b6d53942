"""A yes in two halves: asked in a form, confirmed from the mailbox."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse

from enquiries.intake import arrivals
from enquiries.intake.arrivals import ConsentSaid
from people.contact import double_opt_in, outbox, policy
from people.models import Consent, ConsentRequest, ContactRules, Identity, OutgoingMessage, Touchpoint
from people.own_data import links
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory

pytestmark = pytest.mark.django_db
NOON = MONDAY_9AM + timedelta(hours=3)
NEWS = ("commercial", "email")


@pytest.fixture
def person():
    return PersonFactory(email="nuria@example.org", language="en")


def ask(person, *wanted, at=NOON, address="nuria@example.org"):
    return double_opt_in.ask(person, wanted or [NEWS], address=address, source="/enquire/", language="en", at=at)


def path_of(request):
    return urlsplit(double_opt_in.url(request)).path


def may_write(person, at=NOON):
    return policy.may_contact(person, channel="email", purpose="commercial", at=at)


@time_machine.travel(NOON, tick=False)
def test_looking_changes_nothing_and_the_button_grants_with_proof(client, person):
    request = ask(person)
    letter = OutgoingMessage.objects.get()
    assert (letter.purpose, letter.to, letter.state) == ("service", "nuria@example.org", "queued")
    assert "Send me news and offers" in letter.body
    assert may_write(person).reason == "requested"
    for _scanner in range(2):
        page = client.get(path_of(request))
        assert (page.status_code, "Send me news and offers" in page.content.decode()) == (200, True)
    client.head(path_of(request))
    assert set(Consent.objects.values_list("decision", flat=True)) == {"requested"}

    assert client.post(path_of(request)).status_code == 200

    line = Consent.objects.get(decision="granted")
    assert (line.purpose, line.channel, line.source, line.at) == ("commercial", "email", "/enquire/", NOON)
    assert str(request.uuid) in line.proof
    assert "nuria@example.org" in line.proof
    assert may_write(person).proof == line
    assert Identity.objects.get(person=person).verified_at == NOON


@time_machine.travel(NOON, tick=False)
def test_used_expired_and_forged_links_say_so_and_change_nothing(client, person):
    request = ask(person)
    address = path_of(request)
    client.post(address)
    replay = client.post(address)
    assert (replay.status_code, "confirmed already" in replay.content.decode()) == (410, True)
    assert client.get(address[:-2] + "x/").status_code == 404
    assert client.get(reverse("people:confirm", args=[links.sign("other", "x", days=7)])).status_code == 404
    late = ask(person, ("survey", "email"))
    ConsentRequest.objects.filter(pk=late.pk).update(expires_at=NOON)
    expired = client.post(path_of(late))
    assert (expired.status_code, "has run out" in expired.content.decode()) == (410, True)
    with time_machine.travel(NOON + timedelta(days=8)):
        assert client.get(address).status_code == 410
    assert Consent.objects.filter(decision="granted").count() == 1


def test_same_wish_within_the_hour_is_one_mail_and_a_standing_yes_is_not_asked(person):
    assert ask(person) == ask(person, at=NOON + timedelta(minutes=59))
    assert OutgoingMessage.objects.count() == 1
    ask(person, at=NOON + timedelta(hours=2))
    assert OutgoingMessage.objects.count() == 2
    other = ConsentFactory(person__email="other@example.org").person
    assert ask(other, address="other@example.org") is None


def test_mail_leaves_for_the_asked_address_or_not_at_all(person, mailoutbox):
    Identity.objects.create(person=person, kind="email", value="work@example.org", created_at=NOON, verified_at=NOON)
    ask(person, address="nuria@example.org")
    outbox.deliver_due(at=NOON)
    assert [mail.to for mail in mailoutbox] == [["nuria@example.org"]]
    ask(person, ("survey", "email"), address="stranger@example.org")
    outbox.deliver_due(at=NOON)
    assert len(mailoutbox) == 1
    assert OutgoingMessage.objects.order_by("pk").last().state == "refused"


def test_request_that_ran_out_stays_and_says_so_once(person):
    request = ask(person)
    later = NOON + timedelta(days=8)
    assert (double_opt_in.note_expired(at=later), double_opt_in.note_expired(at=later)) == (1, 0)
    assert Touchpoint.objects.get().kind == "people.consent_expired"
    line = Consent.objects.get()
    assert double_opt_in.expired_lines([line], at=later) == {line.pk}
    assert double_opt_in.expired_lines([line], at=NOON) == set()
    with pytest.raises(double_opt_in.RequestExpired):
        double_opt_in.confirm(request, at=later)


@pytest.mark.parametrize(("confirm_by_mail", "decision"), [(False, "granted"), (True, "requested")])
def test_boxes_of_the_form_are_confirmed_where_the_school_wants_it(confirm_by_mail, decision):
    ContactRules.objects.update_or_create(pk=1, defaults={"confirm_by_mail": confirm_by_mail})
    arrivals.receive(
        at=NOON, email="Nuria@Example.org", message="Hola", language="ca",
        consents=[ConsentSaid("commercial", "email", "commercial-2026-1")],
    )  # fmt: skip
    assert Consent.objects.get().decision == decision
    assert ConsentRequest.objects.filter(address="nuria@example.org").count() == confirm_by_mail
    assert OutgoingMessage.objects.count() == 1 + confirm_by_mail  # the acknowledgement leaves at any rate
