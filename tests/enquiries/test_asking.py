"""Forms that editors make: what is asked of whom, in which step, and what becomes of what is sent."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from contact_centre.models import Case, StaffNotice
from enquiries.asking import baskets, building, checking, counts, drawing, guides, library, reports
from enquiries.intake import form_tokens
from enquiries.models import (
    AnswerFile,
    Appointment,
    Basket,
    Download,
    Enquiry,
    Form,
    FormCount,
    FormFieldCount,
    Submission,
    TopicInterest,
)
from people.identity import identities
from people.models import Consent, ConsentRequest, Identity, OutgoingMessage, Person
from tests.factories.forms import guide, make_form, own, variant
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.sessions import BookableHoursFactory
from tests.factories.website import topic

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def token_of_a_minute_ago() -> str:
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1), tick=False):
        return form_tokens.make()


def send(client, slug="ask", **fields):
    fields = {"contact": "laia@example.org", "language": "en", "t": token_of_a_minute_ago(), **fields}
    return client.post(f"/enquire/{slug}/", fields)


def names_in(html: str) -> set[str]:
    return set(re.findall(r'name="([^"]+)"', html))


def hidden_in(html: str) -> dict[str, str]:
    form = html.partition('class="form asked"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value.replace("&amp;", "&") for name, value in found}


def fill(form, person=None, variant="", step=1, data=None, signed_in=True):
    data = None if data is None else MultiValueDict({key: [value] for key, value in data.items()})
    return building.bound(
        form, data, None, language="en", at=AT, person=person, variant=variant, step=step, is_signed_in=signed_in
    )


# --- what is asked


def test_form_asks_its_fields_in_their_order_and_language(client):
    make_form("ask", "contact", own("q-cat"), "message")
    html = client.get("/enquire/ask/?language=es").content.decode()
    assert "Ask us (es)" in html
    assert html.index('name="contact"') < html.index("How old is your cat?") < html.index('name="message"')
    assert not client.cookies


def test_somebody_we_know_is_not_asked_again_what_they_said_once():
    form = make_form("ask", "contact", "name", own("q-cat"), own("q-dog", "A dog?"), asks_at_once=1)
    person = PersonFactory(given_name="Laia", family_name="Puig")
    identities.add(person, kind="email", value="laia@example.org", source="test", at=AT)
    assert list(fill(form).fields) == ["contact", "name"]
    assert list(fill(form, person).fields) == ["q-cat"]
    Enquiry.objects.create(person=person, answers={"q-cat": "3"}, received_at=AT)
    assert list(fill(form, person).fields) == ["q-dog"]


def test_what_is_known_is_put_in_for_those_who_signed_in_only():
    form = make_form("ask", "contact", "given_name", "country")
    person = PersonFactory(given_name="Laia", country="ES")
    signed_in = fill(form, person)
    assert signed_in.initial == {"given_name": "Laia", "country": "ES"}
    by_link = fill(form, person, signed_in=False)
    assert by_link.initial == {}
    assert "given_name" not in by_link.fields


def test_typing_an_address_tells_nothing_about_its_owner(client):
    make_form("ask", {"key": "contact"}, {"key": "given_name", "step": 2})
    person = PersonFactory(given_name="Secretname")
    identities.add(person, kind="email", value="laia@example.org", source="test", at=AT)
    html = send(client, step="1").content.decode()
    assert "given_name" in names_in(html)
    assert "Secretname" not in html


@pytest.mark.parametrize("contact", ["", "nobody", "12"])
def test_without_a_way_to_reach_them_nothing_is_taken_in_and_all_is_kept_on_the_page(client, contact):
    make_form("ask", "contact", "message")
    response = send(client, contact=contact, message="When does it start?")
    assert response.status_code == 422
    assert "When does it start?" in response.content.decode()
    assert list(Submission.objects.values_list("outcome", "reasons")) == [("refused", ["contact"])]
    assert not Person.objects.exists()


def test_help_of_an_editor_is_text_and_never_markup(client):
    make_form("ask", "contact", own("q-cat", help_en="<script>alert(1)</script>"))
    html = client.get("/enquire/ask/?language=en").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


# --- steps


def test_steps_need_neither_a_script_nor_a_cookie(client):
    make_form(
        "ask", {"key": "contact"}, {"key": "message", "step": 2}, own("q-cat", step=3, is_required=True), asks_at_once=0
    )
    first = client.get("/enquire/ask/?language=en").content.decode()
    assert names_in(first) >= {"contact", "step"}
    assert "message" not in names_in(first)
    second = send(client, step="1").content.decode()
    assert "Step 2 of 3" in second
    third = client.post("/enquire/ask/", {**hidden_in(second), "message": "When?"}).content.decode()
    hidden = hidden_in(third)
    assert hidden["step"] == "3"
    sent = client.post("/enquire/ask/", {**hidden, "q-cat": "Four"})
    assert sent.status_code == 303
    enquiry = Enquiry.objects.get()
    assert (enquiry.message, enquiry.answers, enquiry.form.slug) == ("When?", {"q-cat": "Four"}, "ask")
    assert not client.cookies


def test_going_back_keeps_what_was_typed(client):
    make_form("ask", {"key": "contact"}, {"key": "message", "step": 2})
    second = send(client, step="1").content.decode()
    back = client.post(
        "/enquire/ask/", {**hidden_in(second), "message": "Half a thought", "back": "1"}
    ).content.decode()
    assert 'value="laia@example.org"' in back
    again = client.post("/enquire/ask/", {**hidden_in(back), "contact": "laia@example.org"}).content.decode()
    assert "Half a thought" in again


def test_forged_state_of_earlier_steps_is_not_believed(client):
    make_form("ask", {"key": "contact"}, {"key": "message", "step": 2})
    response = client.post("/enquire/ask/", {"step": "2", "state": "forged", "message": "When?", "language": "en"})
    assert response.status_code == 422
    assert "contact" in names_in(response.content.decode())


# --- what is sent


def test_sent_form_is_one_enquiry_with_its_page_campaign_form_and_consent(client):
    from tests.factories.enquiries import CampaignFactory

    form = make_form("ask", "contact", "message", campaign=CampaignFactory(), purposes=["commercial"])
    page = client.get("/enquire/ask/?language=en").content.decode()
    version = hidden_in(page)["wording_commercial"]
    response = send(client, message="When?", page="/en/here/", consent_commercial="on", wording_commercial=version)
    assert response.status_code == 303
    enquiry = Enquiry.objects.get()
    assert (enquiry.form, enquiry.campaign, enquiry.page_url) == (form, form.campaign, "/en/here/")
    said = Consent.objects.get(purpose="commercial")
    assert (said.wording_version, said.person) == (version, enquiry.person)
    thanks = client.get(response["Location"])
    assert thanks.status_code == 200
    assert "/promise/" in thanks.content.decode()


def test_twice_in_two_tabs_is_one_enquiry_and_another_form_another(client):
    make_form("ask", "contact", "message")
    make_form("other", "contact")
    for _time in range(3):
        assert send(client, message="When?").status_code == 303
    assert Enquiry.objects.count() == 1
    assert list(Submission.objects.order_by("pk").values_list("outcome", flat=True)) == ["enquiry"] + ["repeated"] * 2
    send(client, slug="other")
    send(client, message="Where?")
    assert Enquiry.objects.count() == 3
    assert Person.objects.count() == 1


def test_form_that_was_put_away_or_deleted_meanwhile_still_takes_what_was_typed(client):
    form = make_form("ask", "contact")
    Form.objects.filter(pk=form.pk).update(is_live=False)
    assert client.get("/enquire/ask/").status_code == 410
    assert send(client).status_code == 303
    form.delete()
    assert send(client, contact="joan@example.org").status_code == 303
    assert Enquiry.objects.count() == 2


def test_answers_fill_what_is_empty_on_the_person_and_replace_nothing(client):
    make_form("ask", "contact", "given_name", "family_name", "birth_date", "place")
    send(client, given_name="Laia", family_name="Puig", birth_date="1990-05-04", place="08001")
    person = Person.objects.get()
    assert (person.name, person.birth_date.isoformat()) == ("Laia Puig", "1990-05-04")
    assert Enquiry.objects.get().answers == {"place": "08001"}
    send(client, given_name="Laia", family_name="Puig", birth_date="1970-01-01", place="08002")
    person.refresh_from_db()
    assert person.birth_date.isoformat() == "1990-05-04"


def test_whoever_the_form_names_is_told_once(client, django_capture_on_commit_callbacks):
    form = make_form("ask", "contact")
    form.notified.add(UserFactory(is_staff=True))
    send(client)
    send(client)
    assert StaffNotice.objects.count() == 1


# --- files


def test_file_is_kept_privately_by_what_it_is_and_opened_only_with_the_right(client):
    make_form("ask", "contact", own("q-paper", "Your paper", kind="file"))
    bad = SimpleUploadedFile("cv.pdf", b"MZ this is a program", content_type="application/pdf")
    assert send(client, **{"q-paper": bad}).status_code == 422
    assert not AnswerFile.objects.exists()
    good = SimpleUploadedFile("../../cv.pdf", b"%PDF-1.4 my life", content_type="text/html")
    assert send(client, **{"q-paper": good}).status_code == 303
    file = AnswerFile.objects.get()
    assert (file.name, file.content_type, file.enquiry) == ("cv.pdf", "application/pdf", Enquiry.objects.get())
    assert client.get(f"/admin/forms/files/{file.uuid}/").status_code == 302
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    opened = client.get(f"/admin/forms/files/{file.uuid}/")
    assert opened["Content-Disposition"].startswith("attachment")
    assert b"".join(opened.streaming_content) == b"%PDF-1.4 my life"


# --- kinds


def test_guide_is_given_for_an_address_and_a_topic(client):
    make_form("guide", "contact", {"key": "topic", "is_required": True}, kind="download", document=guide())
    topic("data", "Data")
    response = send(client, slug="guide", topic="data")
    assert response.status_code == 303
    thanks = client.get(response["Location"]).content.decode()
    link = re.search(r'href="(/guides/[^"]+)"', thanks)[1]
    assert TopicInterest.objects.get().topic.slug == "data"
    mail = OutgoingMessage.objects.get()
    assert "/guides/" in mail.action_url
    assert not Download.objects.exists()
    fetched = client.get(link, headers={"User-Agent": BROWSER})
    assert b"".join(fetched.streaming_content) == b"%PDF-1.4 a guide"
    again = client.get(link, headers={"User-Agent": BROWSER})
    assert b"".join(again.streaming_content)
    assert Download.objects.get().person == Person.objects.get()
    assert Case.objects.get().state == Case.State.CLOSED  # nobody asked anything


def test_link_to_a_guide_runs_out_and_cannot_be_made_up(client):
    form = make_form("guide", "contact", kind="download", document=guide())
    send(client, slug="guide")
    link = guides.url_of(Enquiry.objects.get(), form)
    assert client.get("/guides/made-up/", follow=True).status_code == 404
    with time_machine.travel(datetime.now(UTC) + timedelta(days=guides.GOOD_FOR_DAYS + 1), tick=False):
        assert client.get(link).status_code == 410


def test_newsletter_needs_a_yes_and_its_confirmation(client, settings):
    from people.contact import policy

    make_form("letter", "email", kind="letter")
    fields = {"contact": "", "email": "laia@example.org"}
    assert send(client, slug="letter", **fields).status_code == 422
    assert send(client, slug="letter", **fields, consent_commercial="on").status_code == 303
    if policy.rules_of_school().confirm_by_mail:
        assert ConsentRequest.objects.get().address == "laia@example.org"
    else:
        assert Consent.objects.get().purpose == "commercial"
    assert Case.objects.get().state == Case.State.CLOSED


def test_call_me_back_without_free_times_takes_a_wish(client):
    make_form("call", {"key": "phone", "is_required": True}, "call_at", kind="call_me")
    html = client.get("/enquire/call/?language=en").content.decode()
    wish = re.search(r'value="(wish:[^"]+morning)"', html)[1]
    assert send(client, slug="call", contact="", phone="612345678", call_at=wish).status_code == 303
    enquiry = Enquiry.objects.get()
    assert enquiry.answers == {"call_at": wish}
    assert enquiry.case.state == Case.State.WAITING


# --- reminders


def test_begun_form_is_reminded_of_once_and_not_when_it_was_finished(client):
    make_form("ask", {"key": "contact"}, {"key": "remind_me"}, {"key": "message", "step": 2})
    second = send(client, step="1", remind_me="on").content.decode()
    send(client, contact="joan@example.org", step="1", remind_me="on")
    client.post("/enquire/ask/", {**hidden_in(second), "message": "When?"})
    later = datetime.now(UTC) + timedelta(hours=25)
    assert baskets.remind_due(at=later) == 1
    assert baskets.remind_due(at=later) == 0
    mail = OutgoingMessage.objects.get(key__startswith="basket:")
    assert mail.to == "joan@example.org"
    assert sorted(Basket.objects.values_list("state", flat=True)) == ["finished", "reminded"]


def test_basket_of_a_floor_above_needs_the_consent_and_stops_when_it_is_done(monkeypatch):
    from wagtail import hooks

    person = PersonFactory()
    identities.add(person, kind="email", value="laia@example.org", source="test", at=AT)
    begun = [
        baskets.Begun(f"thing:{number}", person.pk, "Data", "/apply/", "en", AT - timedelta(days=2))
        for number in (1, 2)
    ]
    offered = baskets.Baskets(begun=lambda since, until: begun, finished=lambda keys: {"thing:2"} & set(keys))
    with hooks.register_temporarily("register_begun_baskets", lambda: offered):
        assert baskets.collect(at=AT) == 2
        assert baskets.collect(at=AT) == 0
        assert baskets.remind_due(at=AT) == 1
    mail = OutgoingMessage.objects.get()
    assert (mail.purpose, mail.state) == ("commercial", "refused")  # nobody consented


# --- variants and counts


def test_variants_share_the_visitors_without_remembering_anybody():
    form = make_form("ask", "contact", "message", own("q-cat"))
    variant(form, "B", 30, left_out=["q-cat"])
    spans = drawing.of_form(Form.objects.get())
    assert spans == {"A": (30, 100), "B": (0, 30)}
    drawn = [drawing.letter_of(drawing.draw(str(who)), spans) for who in range(2000)]
    assert 500 < drawn.count("B") < 700
    assert "q-cat" not in fill(form, variant="B").fields
    assert "q-cat" in fill(form, variant="A").fields


def test_variant_that_was_seen_is_the_one_it_is_counted_for(client):
    form = make_form("ask", "contact")
    variant(form)
    html = client.get("/enquire/ask/?language=en", headers={"User-Agent": BROWSER}).content.decode()
    letter = hidden_in(html)["variant"]
    assert ("Another title" in html) is (letter == "B")
    send(client, variant="B")
    assert Submission.objects.get().variant == Enquiry.objects.get().variant == "B"


def test_beacon_counts_readers_who_do_not_mind(client):
    form = make_form("ask", "contact")
    address = f"/forms/{form.uuid}/shown/"
    for headers in ({}, {"DNT": "1"}, {"Sec-GPC": "1"}, {"User-Agent": "Googlebot/2.1"}):
        sent = client.post(address, headers={"User-Agent": BROWSER, **headers})
        assert sent.status_code == 204
    client.post(f"/forms/{form.uuid}/begun/?v=", headers={"User-Agent": BROWSER})
    client.post(f"/forms/{form.uuid}/left/?field=contact", headers={"User-Agent": BROWSER})
    client.post(f"/forms/{form.uuid}/left/?field=nothing", headers={"User-Agent": BROWSER})
    assert FormCount.objects.values_list("shown", "begun").get() == (1, 1)
    assert FormFieldCount.objects.values_list("key", "left").get() == ("contact", 1)
    assert not client.cookies


def test_report_says_what_was_finished_field_by_field_and_adds_up(client):
    form = make_form("ask", "contact", "message")
    today = datetime.now(UTC).date()
    for _time in range(4):
        counts.note(form.uuid, "shown", at=datetime.now(UTC))
    send(client, message="When?")
    send(client, message="When?")
    send(client, contact="")
    report = reports.of_form(form, first=today - timedelta(days=1), last=today + timedelta(days=1))
    assert (report.shown, report.enquiries, report.sent, report.completed.percent) == (4, 1, 3, 25.0)
    assert {line.key: (line.filled, line.refused) for line in report.fields} == {"contact": (1, 1), "message": (1, 0)}
    assert report.adds_up
    Enquiry.objects.filter(form=form).update(state="lost", lost_reason="budget", contacted_at=AT, ended_at=AT)
    funnel = reports.of_form(form, first=today - timedelta(days=1), last=today + timedelta(days=1)).funnel
    assert dict(funnel)["contacted"] == dict(funnel)["enquiries"] > 0  # whoever was lost since was reached all the same
    Enquiry.objects.all().delete()
    assert not reports.of_form(form, first=today - timedelta(days=1), last=today + timedelta(days=1)).adds_up


def test_nobody_wins_before_the_planned_sample_is_reached():
    form = make_form("ask", "contact", planned_sample=100)
    variant(form)
    person = PersonFactory()
    for letter, shown, made in (("A", 99, 5), ("B", 400, 200)):
        FormCount.objects.create(form=form, variant=letter, on=AT.date(), shown=shown)
        Submission.objects.bulk_create(
            Submission(at=AT, form=form, variant=letter, outcome="enquiry") for _number in range(made)
        )
    report = reports.of_form(form, first=AT.date(), last=AT.date())
    assert not report.may_judge
    assert not any(line.is_better for line in report.variants)
    FormCount.objects.filter(variant="A").update(shown=100)
    report = reports.of_form(form, first=AT.date(), last=AT.date())
    assert [(line.letter, line.is_better) for line in report.variants] == [("A", False), ("B", True)]
    assert person


# --- what cannot work is refused


def faults(form, languages=("ca", "es", "en")):
    return " ".join(checking.faults(form, form.fields.all(), form.variants.all(), languages))


@pytest.mark.parametrize(
    ("fields", "options", "says"),
    [
        (("message",), {}, "one way to reach people"),
        (("contact", own("q-cat", label_es="")), {}, "in the three languages"),
        (("contact", own("message")), {}, "has this name already"),
        (("contact", own("utm_source")), {}, "has this name already"),
        (("contact", own("q-cat", kind="choice")), {}, "what can be chosen"),
        (("contact", own("q-file", kind="file"), {"key": "message", "step": 2}), {}, "in the last step only"),
        (("contact", "intake"), {}, "choose the programme"),
        (("contact",), {"kind": "download"}, "Choose the guide"),
        (("email",), {"kind": "call_me"}, "Ask for a telephone number"),
        (("phone",), {"kind": "letter"}, "Ask for an e-mail address"),
    ],
)
def test_form_that_cannot_work_is_refused_in_words(fields, options, says):
    assert says in faults(make_form("ask", *fields, **options))


def test_variant_that_cannot_work_is_refused_in_words():
    form = make_form("ask", {"key": "contact"}, {"key": "message", "is_required": True})
    assert faults(form) == ""
    variant(form, "B", 60, left_out=["message"])
    variant(form, "C", 60, left_out=["contact"])
    said = faults(Form.objects.get(), languages=("ca",))
    assert "leaves out “Your question”, which must be filled in" in said
    assert "asks for no way to reach people" in said
    assert "leave nobody" in said
    assert "Write its title in" in said


def test_no_field_of_the_library_has_a_name_the_machinery_uses():
    assert not any(library.is_reserved(key) for key in library.FIELDS)
    assert Identity.Kind.EMAIL in library.CONTACTS


# --- times to be called


def test_free_time_is_booked_and_offered_to_nobody_else(client):
    make_form("call", {"key": "phone", "is_required": True}, "call_at", kind="call_me")
    BookableHoursFactory(from_time=time(10), until_time=time(10, 30))
    with time_machine.travel(AT - timedelta(days=3), tick=False):  # the Friday before
        html = client.get("/enquire/call/?language=en").content.decode()
        [free] = re.findall(r'value="(at:[^"]+)"', html)
        token = form_tokens.make()
    with time_machine.travel(AT - timedelta(days=3, minutes=-5), tick=False):
        fields = {"language": "en", "t": token, "call_at": free}
        first = client.post("/enquire/call/", {**fields, "phone": "612345678"})
        assert first.status_code == 303
        assert "We call you on Monday" in client.get(first["Location"]).content.decode()
        late = client.post("/enquire/call/", {**fields, "phone": "612345679"})
    assert late.status_code == 422
    assert "has just been taken" in late.content.decode()
    assert Appointment.objects.get().person == Enquiry.objects.get().person


def test_guide_cannot_be_sent_to_a_number(client):
    make_form("guide", "contact", kind="download", document=guide())
    response = send(client, slug="guide", contact="612345678")
    assert response.status_code == 422
    assert "Leave an e-mail address" in response.content.decode()
