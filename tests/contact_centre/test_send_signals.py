"""What comes back from letters: clicks of people and of machines, returns, complaints, replies; and the halt."""

import base64
import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import override_settings

from contact_centre.models import MessageSignal, ProviderEvent, Send
from contact_centre.sends import clicking, halting, reporting, signals, tracking
from contact_centre.sends.clicking import Visit
from people.announcements import announce
from people.contact import outbox
from people.models import Consent, Identity, OutgoingMessage, Suppression
from tests.factories.inbound import InboundMessageFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory, PersonFactory
from tests.factories.sends import DeliveryFactory, SendFactory, SendVariantFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LATER = MONDAY_9AM + timedelta(hours=1)
FIREFOX = Visit(user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
PAGE = "https://elsewhere.example/jornada?a=1&b=2"


def letter(**facts):
    person = facts.pop("person", None) or ConsentFactory().person
    return OutgoingMessageFactory(
        **({"person": person, "purpose": "commercial", "state": "sent", "sent_at": MONDAY_9AM} | facts)
    )


def click(message, visit=FIREFOX, at=LATER, url=PAGE):
    return clicking.follow(clicking.click_path(message, url).split("/")[2], visit, at=at)


def halting_send(messages, **facts):
    send = SendFactory(**({"state": "sending", "listed_at": MONDAY_9AM} | facts))
    variant = SendVariantFactory(send=send)
    for message in messages:
        DeliveryFactory(send=send, variant=variant, person=message.person, message=message, state="queued")
    return send


def letters(count, **facts):
    return [letter(person=PersonFactory(), to=f"p{n}@example.org", **facts) for n in range(count)]


def test_link_in_a_letter_leads_where_it_led_and_is_counted(client):
    person = ConsentFactory().person
    OutgoingMessageFactory(person=person, purpose="commercial", body=f"Vine a la jornada: {PAGE}")
    outbox.deliver_due(at=MONDAY_9AM)
    (sent,) = mail.outbox
    html = sent.alternatives[0].content
    path = re.search(r"/r/[^\"]+", html)[0]
    assert PAGE in sent.body
    answer = client.get(path, HTTP_USER_AGENT=FIREFOX.user_agent)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    signal = MessageSignal.objects.get()
    assert (signal.kind, signal.is_human, signal.url) == ("clicked", True, PAGE)


def test_way_out_and_letters_that_were_asked_for_are_not_watched():
    OutgoingMessageFactory(person=PersonFactory(), purpose="enquiry", body=f"Aquí: {PAGE}")
    OutgoingMessageFactory(person=ConsentFactory().person, purpose="commercial", body="Hola")
    outbox.deliver_due(at=MONDAY_9AM)
    for sent in mail.outbox:
        assert "/r/" not in sent.alternatives[0].content
        assert "/o/" not in sent.alternatives[0].content


@pytest.mark.parametrize(
    ("visit", "at"),
    [
        (Visit(method="HEAD", user_agent=FIREFOX.user_agent), LATER),
        (FIREFOX, MONDAY_9AM + timedelta(seconds=3)),
        (Visit(user_agent="Barracuda Sentinel (EE)"), LATER),
        (Visit(user_agent="python-requests/2.31"), LATER),
        (Visit(), LATER),
        (Visit(user_agent=FIREFOX.user_agent, is_prefetch=True), LATER),
    ],
    ids=["head", "too soon", "scanner", "library", "nameless", "prefetch"],
)
def test_machines_are_led_on_and_counted_apart(visit, at):
    message = letter()
    assert click(message, visit, at) == PAGE
    signal = MessageSignal.objects.get()
    assert not signal.is_human
    assert signal.why_not_human


def test_many_links_within_seconds_are_a_machine_also_the_first():
    message = letter()
    for n in range(3):
        click(message, at=LATER + timedelta(seconds=n), url=f"{PAGE}&n={n}")
    assert not MessageSignal.objects.filter(is_human=True).exists()


def test_forged_link_leads_nowhere(client):
    assert client.get("/r/forged/", follow=True).status_code == 404
    assert client.get("/o/forged.gif", follow=True).status_code == 404
    message = letter()
    token = clicking.click_path(message, PAGE).split("/")[2]
    assert client.get(f"/r/{token[:-4]}AAAA/", follow=True).status_code == 404
    assert not MessageSignal.objects.exists()


def test_link_of_an_erased_letter_still_leads_on():
    message = letter()
    path = clicking.click_path(message, PAGE)
    message.delete()
    assert clicking.follow(path.split("/")[2], FIREFOX, at=LATER) == PAGE


def test_link_clicked_endlessly_is_followed_and_not_written_down():
    message = letter()
    for n in range(clicking.MOST + 5):
        click(message, at=LATER + timedelta(minutes=n))
    assert MessageSignal.objects.count() == clicking.MOST


def test_campaign_goes_along_to_our_own_pages(settings):
    send = SendFactory(campaign="open-day-2026")
    message = letter(about_kind="contact_centre.send", about_id=send.pk)
    found = click(message, url=f"{settings.BASE_URL}/ca/cursos/?p=2")
    assert (
        found == f"{settings.BASE_URL}/ca/cursos/?utm_source=matricula&utm_medium=email&utm_campaign=open-day-2026&p=2"
    )
    assert click(message) == PAGE


def test_openings_are_only_noted_of_those_who_agreed_to_profiling():
    silent, agreed = letter(), letter()
    ConsentFactory(person=agreed.person, purpose="profiling", channel="web")
    assert "/o/" not in clicking.finish_html(silent, "<body></body>")
    html = clicking.finish_html(agreed, "<body></body>")
    token = re.search(r"/o/(.+?)\.gif", html)[1]
    clicking.opened(token, FIREFOX, at=LATER)
    assert MessageSignal.objects.get().message == agreed
    Consent.objects.create(person=agreed.person, purpose="profiling", channel="web", decision="withdrawn", at=LATER,
                           language="ca", wording_version="1", source="test")  # fmt: skip
    clicking.opened(token, FIREFOX, at=LATER + timedelta(hours=1))
    assert MessageSignal.objects.count() == 1


def test_address_that_does_not_exist_is_noted_as_a_return():
    message = letter()
    announce("after_message_returned", message=message, at=LATER)
    announce("after_message_returned", message=message, at=LATER)
    assert MessageSignal.objects.get().kind == "bounced"
    assert Identity.objects.get(value=message.to).is_undeliverable


def test_complaint_is_a_no_and_bars_the_address():
    message = letter()
    signals.complained(message, at=LATER, event_id="e-1")
    signals.complained(message, at=LATER, event_id="e-2")
    assert MessageSignal.objects.get().kind == "complained"
    assert Suppression.objects.get().value == message.to
    newest = Consent.objects.filter(person=message.person, purpose="commercial", channel="email").order_by("-at")
    assert newest[0].decision == "withdrawn"


def test_unsubscribing_at_the_provider_is_a_no():
    message = letter()
    signals.unsubscribed(message, at=LATER, event_id="e-1")
    newest = Consent.objects.filter(person=message.person, purpose="commercial", channel="email").order_by("-at")
    assert newest[0].decision == "withdrawn"


def test_provider_event_counts_once_however_often_it_is_told():
    message = letter(provider_id="pm-1")
    told = {"kind": "bounced", "message_id": "pm-1", "recipient": message.to, "reason": "bounced", "at": ""}
    assert [tracking.keep("postmark:1", told, at=LATER) for _turn in range(2)] == [True, False]
    assert tracking.work_due(at=LATER) == 1
    assert tracking.work_due(at=LATER) == 0
    assert MessageSignal.objects.get().kind == "bounced"
    assert ProviderEvent.objects.get().payload == {"kind": "bounced"}


def test_letter_refused_for_its_content_says_nothing_of_the_address():
    message = letter(provider_id="pm-1")
    told = {"kind": "rejected", "message_id": "pm-1", "recipient": message.to, "reason": "blocked", "at": ""}
    tracking.keep("postmark:1", told, at=LATER)
    tracking.work_due(at=LATER)
    assert not Identity.objects.get(value=message.to).is_undeliverable


def test_event_of_a_letter_we_do_not_know_is_set_aside():
    tracking.keep("postmark:1", {"kind": "bounced", "message_id": "other", "recipient": "x@example.org"}, at=LATER)
    assert tracking.work_due(at=LATER) == 1
    assert ProviderEvent.objects.get().why == "no such message"


def test_postmark_tells_of_a_return(client):
    message = letter(provider_id="pm-1")
    told = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "MessageID": "pm-1", "Email": message.to,
            "BouncedAt": "2026-03-02T09:30:00Z"}  # fmt: skip
    proof = base64.b64encode(b"inbound:topsecret").decode()
    with override_settings(INBOUND_SECRET="topsecret"):
        for _turn in range(2):
            answer = client.post(
                "/webhooks/mail/postmark/events/", json.dumps(told), content_type="application/json",
                HTTP_AUTHORIZATION=f"Basic {proof}",
            )  # fmt: skip
            assert answer.status_code == 200
        refused = client.post("/webhooks/mail/postmark/events/", json.dumps(told), content_type="application/json")
    assert refused.status_code == 400
    tracking.work_due(at=LATER)
    assert MessageSignal.objects.get().kind == "bounced"


def test_door_without_a_secret_does_not_exist(client):
    with override_settings(INBOUND_SECRET=""):
        assert client.post("/webhooks/mail/postmark/events/").status_code == 404


def test_reply_is_noted_at_the_letter_it_answers():
    message = letter()
    inbound = InboundMessageFactory(person=message.person, thread_ids=[f"<{message.uuid}@llevant.example>"])
    announce("after_inbound_filed", inbound=inbound, case=None, at=LATER)
    assert MessageSignal.objects.get().message == message
    other = InboundMessageFactory(person=PersonFactory(), thread_ids=[f"<{message.uuid}@llevant.example>"])
    announce("after_inbound_filed", inbound=other, case=None, at=LATER)
    assert MessageSignal.objects.count() == 1


@pytest.mark.parametrize(("returned", "state"), [(5, "sending"), (6, "halted")])
def test_send_halts_above_its_share_of_returns(returned, state):
    messages = letters(100)
    waiting = letter(person=PersonFactory(), state="queued", sent_at=None, to="last@example.org")
    send = halting_send([*messages, waiting], halt_bounce_percent=5)
    for message in messages[:returned]:
        signals.returned(message, at=LATER)
    send.refresh_from_db()
    assert send.state == state
    assert OutgoingMessage.objects.get(pk=waiting.pk).state == ("refused" if state == "halted" else "queued")


def test_few_deliveries_halt_nothing():
    messages = letters(halting.FEWEST - 1)
    send = halting_send(messages)
    for message in messages[:20]:
        signals.returned(message, at=LATER)
    send.refresh_from_db()
    assert send.state == "sending"


def test_complaints_halt_sooner_than_returns():
    messages = letters(60)
    send = halting_send(messages)
    signals.complained(messages[0], at=LATER)
    send.refresh_from_db()
    assert send.state == "halted"
    assert "unwanted" in send.why


def test_report_counts_people_and_machines_apart():
    people, machines = letters(2), letter(person=PersonFactory(), to="m@example.org")
    send = halting_send([*people, machines])
    click(people[0]), click(people[0], at=LATER + timedelta(minutes=5))
    click(machines, Visit(user_agent="curl/8"))
    found = reporting.report(Send.objects.get(pk=send.pk), at=LATER)
    assert (found.clicked.hits, found.clicked.total, found.machine_clicks) == (1, 3, 1)
    assert [(link.url, link.people, link.machines) for link in found.links] == [(PAGE, 1, 1)]
