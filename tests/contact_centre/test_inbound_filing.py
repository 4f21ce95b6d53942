"""A letter finds its case, or is held with the reason why not."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages

from contact_centre.inbound import attachments, filing, receiving, reply_addresses
from contact_centre.models import Case, CaseEvent, InboundMessage, ProviderEvent, StaffNotice
from people.access import roles
from people.contact import mails
from people.models import Identity, OutgoingMessage, Person, Touchpoint
from tests.factories.contact_centre import CaseFactory
from tests.factories.inbound import InboundMessageFactory, raw_letter
from tests.factories.people import MONDAY_9AM, OutgoingMessageFactory, PersonFactory, UserFactory

pytestmark = [pytest.mark.django_db]
TUESDAY = MONDAY_9AM + timedelta(days=1)
PDF = b"%PDF-1.7\nfull"


@pytest.fixture(autouse=True)
def own_places(settings, tmp_path):
    settings.REPLY_ADDRESS = "reply@llevant.example"
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def nuria():
    return PersonFactory(email="nuria@example.org")


def bring(raw, *, at=TUESDAY, **details):
    """Keep a letter and work it off; its row."""
    kept = receiving.keep_letter(raw, at=at, **details)
    receiving.work_due(at=at)
    kept.refresh_from_db()
    assert kept.done_at, kept.why
    return InboundMessage.objects.order_by("-pk").first()


def answered_by_us(case, **changes):
    return OutgoingMessageFactory(
        person=case.person, about_kind="contact_centre.case", about_id=case.pk, purpose="enquiry", **changes
    )


def events_of(case):
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def test_letter_of_somebody_new_makes_a_person_and_a_case():
    message = bring(raw_letter(sender="Joan Vila <joan@example.org>", text="Hello, I would like to know the price."))
    case = Case.objects.get()
    assert (message.state, message.case_id) == ("filed", case.pk)
    assert (case.kind, case.channel, case.language, case.person.name) == ("message", "email", "en", "Joan Vila")
    assert case.opened_at == TUESDAY
    assert case.person.identities.get().value == "joan@example.org"
    touch = Touchpoint.objects.get(kind="contact_centre.they_wrote")
    assert (touch.direction, touch.channel, touch.identity_id) == ("in", "email", case.person.identities.get().pk)


def test_letter_of_somebody_we_know_goes_to_their_open_case(nuria):
    case = CaseFactory(person=nuria)
    message = bring(raw_letter())
    assert (message.case_id, message.person_id) == (case.pk, nuria.pk)
    case.refresh_from_db()
    assert case.they_wrote_at == TUESDAY
    assert events_of(case) == ["they_wrote"]
    assert Case.objects.count() == 1


def test_letter_does_not_slip_into_a_case_of_staff(nuria):
    risk = CaseFactory(person=nuria, kind="risk")
    message = bring(raw_letter())
    assert message.case_id != risk.pk
    assert message.case.kind == "message"


def test_name_in_the_letter_does_not_make_a_second_person(nuria):
    message = bring(raw_letter(sender='"Mobile of the family" <nuria@example.org>'))
    assert message.person_id == nuria.pk
    assert Person.objects.count() == 1


def test_answer_to_an_answered_case_puts_it_back_in_its_advisers_hands(nuria):
    case = CaseFactory(person=nuria, answered=True)
    message = bring(raw_letter())
    case.refresh_from_db()
    assert (message.case_id, case.state, case.they_wrote_at) == (case.pk, "in_hand", TUESDAY)
    assert case.next_due_at > TUESDAY
    assert case.adviser is not None


def test_reply_address_leads_to_the_case_it_answers_and_not_to_the_newest(nuria):
    old, new = CaseFactory(person=nuria, answered=True), CaseFactory(person=nuria)
    address = reply_addresses.of(answered_by_us(old))
    assert len(address.partition("@")[0]) <= 64
    assert bring(raw_letter(to=address.upper())).case_id == old.pk
    assert bring(raw_letter(number="<second@x>", to="hola@llevant.example")).case_id == new.pk


def test_reply_address_stands_in_our_letters_and_the_same_every_time(nuria):
    message = answered_by_us(CaseFactory(person=nuria))
    address = mails.compose(message).extra_headers["Reply-To"]
    assert address == mails.compose(message).extra_headers["Reply-To"]
    assert reply_addresses.read((address,), at=TUESDAY) == (message, "")


def test_thread_leads_to_the_case_without_any_reply_address(nuria):
    old = CaseFactory(person=nuria, answered=True)
    CaseFactory(person=nuria)
    sent = answered_by_us(old)
    message = bring(raw_letter(References=f"<strange@x> <{sent.uuid}@llevant.example>"))
    assert message.case_id == old.pk


def test_answer_to_the_acknowledgement_leads_to_the_case_of_the_enquiry(nuria):
    case = CaseFactory(person=nuria, about_kind="enquiries.enquiry", about_id=71)
    CaseFactory(person=nuria)
    sent = OutgoingMessageFactory(person=nuria, about_kind="enquiries.enquiry", about_id=71)
    assert bring(raw_letter(to=reply_addresses.of(sent))).case_id == case.pk


def test_closed_case_is_opened_again_by_an_answer(nuria):
    case = CaseFactory(person=nuria, closed=True)
    message = bring(raw_letter(to=reply_addresses.of(answered_by_us(case))))
    case.refresh_from_db()
    assert message.case_id == case.pk
    assert case.state != "closed"
    assert case.answered_at is None


def test_spoofed_reply_address_is_held_and_changes_nothing(nuria):
    case = CaseFactory(person=nuria, answered=True)
    PersonFactory(email="other@example.org")
    address = reply_addresses.of(answered_by_us(case))
    for number, sender in enumerate(("other@example.org", "nobody@example.net")):
        message = bring(raw_letter(to=address, sender=sender, number=f"<{number}@x>"))
        assert (message.state, message.why, message.case) == ("held", filing.CONTRADICTS, None)
    case.refresh_from_db()
    assert (case.state, events_of(case)) == ("answered", [])
    assert not Touchpoint.objects.filter(person=nuria, kind="contact_centre.they_wrote").exists()


@pytest.mark.parametrize("token", ["a" * 42, "x", "%00", "ñandú", "a" * 5000])
def test_forged_token_is_as_good_as_none(nuria, token):
    case = CaseFactory(person=nuria)
    message = bring(
        raw_letter(to=None, X_Original_To=f"reply+{token}@llevant.example"), recipient=f"reply+{token}@llevant.example"
    )
    assert message.case_id == case.pk


def test_token_of_another_number_is_forged():
    sent = OutgoingMessageFactory()
    other = OutgoingMessageFactory()
    mine, theirs = (reply_addresses.of(one).partition("+")[2] for one in (sent, other))
    mixed = f"reply+{mine[:26]}{theirs[26:]}"
    assert reply_addresses.read((mixed,), at=TUESDAY) == (None, "forged")


def test_expired_token_falls_back_to_the_sender(nuria):
    old, new = CaseFactory(person=nuria, answered=True), CaseFactory(person=nuria)
    address = reply_addresses.of(answered_by_us(old))
    message = bring(raw_letter(to=address), at=MONDAY_9AM + timedelta(days=401))
    assert (message.case_id, message.why) == (new.pk, "expired")


@pytest.mark.parametrize(
    "mark",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example.org>"},
        {"Return_Path": "<>"},
        {"subject": "Resposta automàtica: Una pregunta"},
        {"subject": "Re: Fuera de la oficina"},
        {"subject": "Automatic reply: your question"},
        {"sender": "MAILER-DAEMON@example.org"},
    ],
)
def test_automatic_reply_opens_and_reopens_nothing(nuria, mark):
    case = CaseFactory(person=nuria, answered=True)
    message = bring(raw_letter(**mark), recipient=reply_addresses.of(answered_by_us(case)))
    case.refresh_from_db()
    assert (message.state, case.state, events_of(case)) == ("automatic", "answered", [])
    assert Case.objects.count() == 1
    assert OutgoingMessage.objects.count() == 1


def test_person_who_writes_about_being_away_is_no_machine(nuria):
    message = bring(raw_letter(subject="Question about the Out of Office course", Auto_Submitted="no"))
    assert message.state == "filed"


def test_loop_of_auto_replies_ends_with_the_first(nuria):
    case = CaseFactory(person=nuria, answered=True)
    address = reply_addresses.of(answered_by_us(case))
    for turn in range(60):
        bring(raw_letter(number=f"<{turn}@robot>", Auto_Submitted="auto-replied", to=address))
    assert OutgoingMessage.objects.count() == 1
    assert events_of(case) == []
    kept = InboundMessage.objects.values_list("state", flat=True)
    assert set(kept) == {"automatic", "dropped"}


def test_our_own_letter_that_comes_back_is_dropped():
    message = bring(raw_letter(sender="reply@llevant.example"))
    assert (message.state, Case.objects.count(), Person.objects.count()) == ("dropped", 0, 0)


def test_mail_bomb_is_held_and_the_leads_are_told_once():
    lead = UserFactory(role=roles.LEAD)
    for turn in range(25):
        bring(raw_letter(number=f"<{turn}@bomb>", files=[("a.pdf", PDF)]), at=TUESDAY + timedelta(seconds=turn))
    states = list(InboundMessage.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["filed"] * 20 + ["held"] * 5
    assert Case.objects.count() == 1
    assert StaffNotice.objects.filter(user=lead).count() == 1
    assert InboundMessage.objects.filter(state="held", attachments__isnull=False).count() == 0


def test_flood_from_everybody_is_held(monkeypatch):
    monkeypatch.setattr("contact_centre.inbound.limits.OVERALL", 5)
    for turn in range(8):
        bring(raw_letter(number=f"<{turn}@flood>", sender=f"p{turn}@example.org"))
    assert InboundMessage.objects.filter(state="held").count() == 3


def test_same_letter_by_two_ways_is_filed_once(nuria):
    bring(raw_letter(), event_id="Postmark:1")
    receiving.keep_letter(raw_letter(), at=TUESDAY, event_id="imap:7")
    receiving.work_due(at=TUESDAY)
    assert InboundMessage.objects.count() == 1
    assert Case.objects.count() == 1


def test_number_of_somebody_elses_letter_does_not_hide_ours(nuria):
    bring(raw_letter(sender="thief@example.net", number="<first@example.org>"))
    message = bring(raw_letter())
    assert message.person_id == nuria.pk


def test_letter_is_kept_before_it_is_understood_and_gone_afterwards():
    kept = receiving.keep_letter(raw_letter(), at=TUESDAY)
    place = kept.payload["raw"]
    assert storages["private"].exists(place)
    receiving.work_due(at=TUESDAY)
    kept.refresh_from_db()
    assert (kept.payload, storages["private"].exists(place)) == ({}, False)
    assert receiving.keep_letter(raw_letter(), at=TUESDAY).pk == kept.pk
    assert receiving.work_due(at=TUESDAY) == {"inbound_done": 0, "inbound_failed": 0}


def test_letter_that_breaks_us_is_tried_again_and_then_held(monkeypatch):
    kept = receiving.keep_letter(raw_letter(), at=TUESDAY)

    def broken(*_given, **_named):
        raise RuntimeError("disk")

    with monkeypatch.context() as patch:
        patch.setattr("contact_centre.inbound.letters.read", broken)
        for _turn in range(receiving.TRIES):
            receiving.work_due(at=TUESDAY)
    kept.refresh_from_db()
    held = InboundMessage.objects.get()
    assert (held.state, held.why, kept.attempts) == ("held", filing.UNREADABLE, 5)
    assert storages["private"].exists(kept.payload["raw"])


def test_file_that_is_too_large_is_not_kept_and_they_are_told_once_a_day(nuria):
    large = b"%PDF-" + bytes(attachments.LARGEST)
    for turn in range(3):
        bring(raw_letter(number=f"<{turn}@x>", files=[("small.pdf", PDF), ("large.pdf", large)]))
    first = InboundMessage.objects.order_by("pk").first()
    small, big = first.attachments.order_by("pk")
    assert (bool(small.kept_as), small.why_refused) == (True, "")
    assert (bool(big.kept_as), "10 MB" in big.why_refused) == (False, True)
    told = OutgoingMessage.objects.get()
    assert "large.pdf" in told.body
    assert "small.pdf" not in told.body


def test_letter_larger_than_25_mb_is_answered_and_loses_nobody(nuria):
    case = CaseFactory(person=nuria, answered=True)
    raw = raw_letter(files=[("video.bin", bytes(27 * 1024 * 1024))])
    message = bring(raw)
    case.refresh_from_db()
    assert (message.state, message.case_id, case.state) == ("filed", case.pk, "in_hand")
    assert message.why == filing.TOO_LARGE
    assert "25 MB" in OutgoingMessage.objects.get().body
    assert message.attachments.count() == 0


def test_doubted_sender_is_held(nuria):
    CaseFactory(person=nuria)
    message = bring(raw_letter(Authentication_Results="mx.example; spf=pass; dmarc=fail header.from=example.org"))
    assert (message.state, message.why) == ("held", filing.DOUBTED)


def test_held_letter_is_filed_by_hand_in_a_new_case_or_a_chosen_one(nuria):
    lead = UserFactory(role=roles.LEAD)
    case = CaseFactory(person=nuria, answered=True)
    first, second = InboundMessageFactory(sender="x@example.net"), InboundMessageFactory(sender="y@example.net")
    filing.file_by_hand(first, by=lead, at=TUESDAY, case=case)
    filing.file_by_hand(second, by=lead, at=TUESDAY)
    case.refresh_from_db()
    second.refresh_from_db()
    assert (case.state, events_of(case)) == ("in_hand", ["they_wrote"])
    assert second.case.person.identities.get().value == "y@example.net"
    with pytest.raises(filing.NotHeld):
        filing.file_by_hand(second, by=lead, at=TUESDAY)
    assert CaseEvent.objects.filter(kind="they_wrote").count() == 1


def test_somebody_without_an_address_is_held_until_somebody_says_who_it_is(nuria):
    message = InboundMessageFactory(channel="sms", provider="sms", sender="BANC")
    with pytest.raises(filing.NoSender):
        filing.file_by_hand(message, by=UserFactory(role=roles.LEAD), at=TUESDAY)
    filing.file_by_hand(message, by=UserFactory(role=roles.LEAD), at=TUESDAY, person=nuria)
    message.refresh_from_db()
    assert (message.state, message.person_id) == ("filed", nuria.pk)


def test_family_with_one_mailbox_is_told_apart_by_name(nuria):
    from people.identity import identities

    laia = PersonFactory(given_name="Laia", family_name="Puig Mas", email="")
    identities.share(laia, Identity.objects.get(value="nuria@example.org"), at=MONDAY_9AM, source="form")
    message = bring(raw_letter(sender="Laia Puig Mas <nuria@example.org>"))
    assert message.person_id == laia.pk


def test_reply_of_whoever_shares_the_mailbox_is_theirs(nuria):
    from people.identity import identities

    laia = PersonFactory(given_name="Laia", family_name="Puig Mas", email="")
    identities.share(laia, Identity.objects.get(value="nuria@example.org"), at=MONDAY_9AM, source="form")
    case = CaseFactory(person=laia, answered=True)
    sent = OutgoingMessageFactory(
        person=laia, to="nuria@example.org", about_kind="contact_centre.case", about_id=case.pk
    )
    assert bring(raw_letter(to=reply_addresses.of(sent))).case_id == case.pk


def test_everything_that_came_is_kept_once_however_often_it_is_told():
    raw = raw_letter()
    for _turn in range(3):
        receiving.keep_letter(raw, at=TUESDAY, event_id="Postmark:7")
    assert ProviderEvent.objects.count() == 1
