"""Short links, numbers, words and remembered browsers, as those see them who use them."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contact_centre.models import MessageSignal
from contact_centre.sends import signals
from enquiries.intake import form_tokens
from enquiries.models import (
    CampaignAction,
    CampaignNumber,
    Enquiry,
    Partner,
    ShortLink,
    ShortLinkCount,
    SpokenSource,
    Touch,
    Visitor,
)
from enquiries.origins import counting, heard, remembering, short_links, staleness, touches
from people.access import roles
from people.identity import merging
from people.privacy import erasure
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import ARRIVED, CampaignFactory, EnquiryFactory
from tests.factories.forms import make_form
from tests.factories.inbound import CallFactory
from tests.factories.people import OutgoingMessageFactory, PersonFactory, UserFactory
from tests.factories.sends import SendFactory

pytestmark = pytest.mark.django_db
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"}


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(ARRIVED, tick=False):
        yield


def link(**facts):
    facts = {"name": "Summer", "source": "radio", "medium": "radio", "address": "/enquire/"} | facts
    return short_links.make(ShortLink(**facts), at=ARRIVED, by=None)


def sign_in(client, role):
    user = UserFactory(role=role)
    client.force_login(user)
    return user


# --- short links


def test_short_link_leads_on_with_the_marks_of_its_campaign_and_counts_people(client):
    campaign = CampaignFactory(slug="spring")
    made = link(code="estiu", campaign=campaign)
    answer = client.get("/go/ESTIU/", headers=FIREFOX)
    assert answer.status_code == 302
    assert answer["Location"] == ("/enquire/?utm_source=radio&utm_medium=radio&utm_campaign=spring&utm_term=go-estiu")
    for robot in ({"user-agent": "Googlebot/2.1"}, {}):
        client.get("/go/estiu", headers=robot)
    client.head("/go/estiu", headers=FIREFOX)
    assert list(ShortLinkCount.objects.values_list("link", "on", "visits")) == [(made.pk, ARRIVED.date(), 1)]
    touch = touches.note(touches.marks_of(answer["Location"].partition("?")[2]), at=ARRIVED)
    assert (touch.kind, touch.campaign) == (Touch.Kind.SHORT_LINK, campaign)


def test_short_link_after_its_last_day_leads_on_without_marks(client):
    link(code="estiu", ends_on=ARRIVED.date() - timedelta(days=1))
    assert client.get("/go/estiu", headers=FIREFOX)["Location"] == "/enquire/"


def test_code_that_nobody_gave_out_and_page_that_is_gone_help_on(client):
    assert client.get("/go/nothing-here").status_code == 404
    link(code="gone", address="")
    answer = client.get("/go/gone")
    assert answer.status_code == 410 and "See all programmes" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "ftp://x/",
    ],
)
def test_short_link_leads_nowhere_but_to_our_own_pages(client, address):
    assert short_links.own_address(address) == ""
    assert client.get(f"/go/{link(code='evil', address=address).code}").status_code == 410
    sign_in(client, roles.MARKETING)
    facts = {"name": "x", "source": "x", "medium": "web", "address": address, "code": "", "page": ""}
    assert client.post(reverse("short_links:add"), facts).status_code == 200
    assert ShortLink.objects.count() == 1


def test_marketing_makes_a_link_and_takes_its_code_as_drawing_and_picture(client):
    sign_in(client, roles.MARKETING)
    facts = {"name": "Fair", "source": "fair", "medium": "fair", "address": "/enquire/", "code": "", "page": ""}
    answer = client.post(reverse("short_links:add"), facts, follow=True)
    made = ShortLink.objects.get()
    assert f"/go/{made.code}" in answer.content.decode()
    assert client.get(reverse("short_link_svg", args=[made.pk])).content.startswith(b"<svg")
    assert client.get(reverse("short_link_png", args=[made.pk])).content.startswith(b"\x89PNG")
    assert client.get(reverse("short_links:index")).status_code == 200


# --- numbers, words, letters


def test_call_to_the_number_of_a_campaign_is_a_touch_once_and_its_enquiry_takes_the_campaign():
    campaign = CampaignFactory()
    number = CampaignNumber.objects.create(
        number="+34931112233", campaign=campaign, medium="press", from_day=ARRIVED.date()
    )
    case = CaseFactory()
    enquiry = EnquiryFactory(case=case, person=case.person)
    facts = {"person": case.person, "case": case, "direction": "in", "started_at": ARRIVED}
    CallFactory(our_number="+34931112233", source="friend", **facts)
    CallFactory(our_number="+34930000000", **facts)
    assert heard.note_calls(at=ARRIVED + timedelta(hours=1)) == 2
    assert heard.note_calls(at=ARRIVED + timedelta(hours=2)) == 0
    enquiry.refresh_from_db()
    assert enquiry.campaign == campaign
    found = [(one.kind, one.source, one.medium, one.enquiry) for one in touches.path_of(case.person)]
    assert sorted(found) == [("phone", number.number, "press", enquiry), ("spoken", "friend", "other", enquiry)]


def test_number_stands_in_one_campaign_at_a_time(client):
    facts = {"number": "+34931112233", "medium": "press", "campaign": CampaignFactory()}
    CampaignNumber.objects.create(from_day=date(2026, 1, 1), until_day=date(2026, 3, 31), **facts)
    with pytest.raises(heard.NumberTaken):
        heard.refuse_taken(CampaignNumber(from_day=date(2026, 3, 1), **facts))
    heard.refuse_taken(CampaignNumber(from_day=date(2026, 4, 1), **facts))
    sign_in(client, roles.MARKETING)
    typed = {"number": "931 11 22 33", "medium": "press", "campaign": CampaignFactory().pk, "from_day": "2026-03-01"}
    page = client.post(reverse("campaign_numbers:add"), typed).content.decode()
    assert "a call would not say which" in page and CampaignNumber.objects.count() == 1


def test_adviser_notes_how_they_heard_of_us_in_one_input_and_can_take_it_back(client):
    sign_in(client, roles.ADVISER)
    case = CaseFactory()
    enquiry = EnquiryFactory(case=case, person=case.person)
    page = client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()
    assert "How did they hear of us?" in page and "Somebody told them" in page
    address = reverse("enquiries_say_source", args=[enquiry.uuid])
    for code in ("friend", "friend", "fair"):
        assert client.post(address, {"source": code, "next": "/admin/"}).status_code == 302
    assert [(one.source, one.medium) for one in touches.path_of(case.person)] == [("fair", "fair")]
    assert client.post(address, {"source": "made-up"}).status_code == 404
    client.post(address, {"source": ""})
    assert touches.path_of(case.person) == []


def test_first_click_in_a_letter_of_a_send_is_a_touch_of_its_action():
    campaign, send = CampaignFactory(slug="spring"), SendFactory(campaign="spring")
    action = CampaignAction.objects.create(
        campaign=campaign, code="mail", name="Mail", kind="email", medium="email", starts_on=ARRIVED.date(), send=send
    )
    message = OutgoingMessageFactory(about_kind="contact_centre.send", about_id=send.pk)
    for is_human in (False, True, True):
        signals.note(message, MessageSignal.Kind.CLICKED, at=ARRIVED, is_human=is_human, url="https://x.example/en/a/")
    (touch,) = touches.path_of(message.person)
    assert (touch.kind, touch.campaign, touch.action, touch.landing) == ("send", campaign, action, "/en/a/")


# --- remembered browsers


def test_nothing_is_set_without_a_yes(client):
    page = client.get("/enquire/?utm_source=radio&gclid=Cj0", headers=FIREFOX)
    form = re.search(r'<form[^>]*action="/enquire/".*?</form>', page.content.decode(), re.DOTALL)[0]
    assert 'name="click" value="gclid"' in form and "Cj0" not in form  # whose click it was, and not which
    client.post("/came/", {"page": "/enquire/?utm_source=radio"}, headers=FIREFOX)
    client.post("/remember/", {"answer": "no", "back": "/enquire/"}, headers=FIREFOX)
    assert "Remember how I came here" in page.content.decode()
    assert remembering.COOKIE not in client.cookies or not client.cookies[remembering.COOKIE].value
    assert (Visitor.objects.count(), Touch.objects.count()) == (0, 0)


def test_browser_that_agreed_tells_each_visit_once_and_joins_who_signs_in(client):
    marks = {"utm_source": "radio", "click": "gclid", "click_number": "Cj0"}
    answer = client.post("/remember/", {"answer": "yes", "back": "/enquire/", **marks}, headers=FIREFOX)
    assert Touch.objects.get().marks == {"utm_source": "radio", "gclid": "Cj0"}
    assert (answer.status_code, answer["Location"]) == (303, "/enquire/#remember")
    assert client.cookies[remembering.COOKIE]["httponly"] and client.cookies[remembering.COOKIE]["samesite"] == "Lax"
    for page in ("/en/?utm_source=insta", "/en/?utm_source=insta", "/en/"):
        assert client.post("/came/", {"page": page}, headers=FIREFOX).status_code == 204
    assert [one.source for one in Touch.objects.order_by("pk")] == ["radio", "insta"]
    assert "What was noted" in client.get("/remember/").content.decode()
    person = PersonFactory(user=UserFactory())
    client.force_login(person.user)
    assert 'data-remembered="join"' in client.get("/remember/").content.decode()
    client.post("/came/", {"page": "/en/"}, headers=FIREFOX)
    assert [one.source for one in touches.path_of(person)] == ["radio", "insta"]
    assert 'data-remembered="yes"' in client.get("/remember/").content.decode()


@pytest.mark.parametrize("form", ["/enquire/", "/enquire/ask/"])
def test_browser_joins_who_asks_through_a_form(client, form):
    make_form("ask", "email", "message")
    with time_machine.travel(ARRIVED, tick=False):
        said = {"email": "laia@example.org", "message": "When?", "utm_source": "insta", "t": form_tokens.make()}
    with time_machine.travel(ARRIVED + timedelta(minutes=1), tick=False):
        client.post("/remember/", {"answer": "yes", "back": "/enquire/", "utm_source": "radio"}, headers=FIREFOX)
        client.post(form, said, headers=FIREFOX)
    person = Enquiry.objects.get().person
    assert Visitor.objects.get().person == person
    assert {one.source for one in touches.path_of(person)} == {"radio", "insta"}


def test_request_from_elsewhere_agrees_to_nothing():
    from_elsewhere = FIREFOX | {"sec-fetch-site": "cross-site"}
    answer = Client().post("/remember/", {"answer": "yes", "back": "https://evil.example/"}, headers=from_elsewhere)
    assert answer.status_code == 403 and not Visitor.objects.exists()
    answer = Client().post("/remember/", {"answer": "yes", "back": "//evil.example/"}, headers=FIREFOX)
    assert answer["Location"] == "/remember/"


def test_browser_of_several_people_stays_with_the_first():
    visitor, first, second = remembering.agree(at=ARRIVED), PersonFactory(), PersonFactory()
    remembering.note(visitor, touches.marks_of("utm_source=radio"), at=ARRIVED)
    assert remembering.join(visitor, first, at=ARRIVED) and not remembering.join(visitor, second, at=ARRIVED)
    assert [len(touches.path_of(person)) for person in (first, second)] == [1, 0]


def test_way_survives_a_merge_and_goes_with_the_no_and_with_the_person(client):
    visitor, person, other = remembering.agree(at=ARRIVED), PersonFactory(), PersonFactory()
    remembering.note(visitor, touches.marks_of("utm_source=radio"), at=ARRIVED)
    remembering.join(visitor, other, at=ARRIVED)
    EnquiryFactory(person=person, received_at=ARRIVED + timedelta(days=1))
    staleness.look(at=ARRIVED)
    counting.count_stale(at=ARRIVED)
    merging.merge(person, other, at=ARRIVED, by=UserFactory(), source="page")
    visitor.refresh_from_db()
    assert visitor.person == person and [one.source for one in touches.path_of(person)] == ["radio"]
    client.cookies[remembering.COOKIE] = str(visitor.uuid)
    client.post("/remember/", {"answer": "no", "back": "/"}, headers=FIREFOX)
    assert (Visitor.objects.count(), Touch.objects.count()) == (0, 0)
    again = remembering.agree(at=ARRIVED)
    remembering.note(again, touches.marks_of("utm_source=radio"), at=ARRIVED)
    remembering.join(again, person, at=ARRIVED)
    erasure.erase(person, at=ARRIVED)
    assert (Visitor.objects.count(), Touch.objects.count()) == (0, 0)


@pytest.mark.parametrize("cookie", ["", "x", "0" * 36, "00000000-0000-4000-8000-000000000000", "\x00", "é" * 40])
def test_cookie_that_is_none_of_ours_is_nobody(cookie):
    assert remembering.find(cookie) is None


def test_browser_unseen_for_thirteen_months_is_forgotten():
    remembering.agree(at=ARRIVED)
    assert remembering.forget_old(at=ARRIVED + timedelta(days=395)) == 0
    assert remembering.forget_old(at=ARRIVED + timedelta(days=396)) == 1


# --- the report


def test_director_reads_the_report_on_screen_and_as_a_file(client):
    EnquiryFactory(source="=cmd()", campaign=CampaignFactory(name="Spring"))
    EnquiryFactory(source=Partner.objects.create(code="emag", name="Emagister").code)
    staleness.look(at=ARRIVED)
    counting.count_stale(at=ARRIVED)
    sign_in(client, roles.DIRECTOR)
    for group in ("source", "medium", "campaign", "action", "programme"):
        page = client.get(reverse("enquiries_origins"), {"by": group, "model": "decay"})
        assert page.status_code == 200 and "It adds up" in page.content.decode()
    file = client.get(reverse("enquiries_origins"), {"by": "source", "as": "csv"})
    assert "'=cmd(),1.000000" in file.content.decode() and "Emagister,1.000000" in file.content.decode()
    wrong = client.get(reverse("enquiries_origins"), {"since": "2026-03-01", "until": "1999-01-01", "model": "magic"})
    assert "Shown are the last 90 days." in wrong.content.decode()


def test_way_of_a_person_is_shown_with_whose_credit_their_enquiry_is(client):
    enquiry = EnquiryFactory()
    for days, query in ((9, "utm_source=radio"), (2, "utm_source=google&utm_medium=cpc")):
        touches.note(touches.marks_of(query), at=ARRIVED - timedelta(days=days), person=enquiry.person)
    touches.of_arrival(enquiry, touches.marks_of(""), ARRIVED)
    heard.say(enquiry, SpokenSource.objects.get(code="friend"), at=ARRIVED)
    sign_in(client, roles.LEAD)
    page = client.get(reverse("contact_centre_person", args=[enquiry.person.uuid]) + "?panel=origins").content.decode()
    assert "How they came to us" in page and "Somebody told them" in page and "33.3 %" in page


def test_form_of_a_number_refuses_an_end_before_its_beginning(client):
    sign_in(client, roles.MARKETING)
    typed = {
        "number": "931112233", "medium": "press", "campaign": CampaignFactory().pk,
        "from_day": "2026-03-02", "until_day": "2026-03-01",
    }  # fmt: skip
    assert "It ends before it begins." in client.post(reverse("campaign_numbers:add"), typed).content.decode()
    assert not CampaignNumber.objects.exists()
