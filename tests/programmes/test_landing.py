"""Landing pages and the trail of a campaign: one goal, and nothing lost between the advertisement and the enquiry."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from enquiries.models import Enquiry
from programmes import site
from programmes.models import LandingPage, TextPage
from programmes.website import trail
from tests.factories.enquiries import CampaignFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory
from tests.factories.website import LANGUAGES, publish_landing_page

Goal = LandingPage.Goal
MARKS = {"utm_source": "search", "utm_medium": "cpc", "utm_campaign": "autumn"}


@pytest.fixture
def at_nine(db):
    with time_machine.travel(MONDAY_9AM, tick=False):
        site.build_site(at=MONDAY_9AM)
        yield


@pytest.fixture
def nursing(at_nine):
    programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
    IntakeFactory(programme=programme)
    return programme


def read(client, address, **query):
    caches["pages"].clear()
    return client.get(address, query)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_asks_for_one_thing_and_leads_nowhere_else(client, nursing, language):
    made = publish_landing_page(programme=nursing, goal=Goal.ASK, campaign="spring", body=[])
    text = read(client, made[language].url).content.decode()
    links = {link.split("?")[0] for link in re.findall(r'<a [^>]*href="(/[^"#]+)', text)}
    legal = {page.url for page in TextPage.objects.filter(is_legal=True, locale__language_code=language)}
    assert 'id="enquiry-form"' in text
    assert "site-nav" not in text
    assert links == legal | {page.url for page in made.values()}  # the small print, and the page's translations


def test_goal_apply_shows_the_starts_and_no_form(client, nursing):
    made = publish_landing_page(programme=nursing, goal=Goal.APPLY)
    text = read(client, made["en"].url).content.decode()
    assert 'id="apply-title"' in text
    assert 'id="enquiry-form"' not in text
    assert "€1,250" in text


def test_goal_brochure_leads_to_the_paper(client, nursing):
    made = publish_landing_page(programme=nursing, goal=Goal.BROCHURE, campaign="fair", button="Take it home")
    text = read(client, made["en"].url).content.decode()
    assert "/en/programmes/nursing/brochure.pdf?utm_campaign=fair" in text
    assert "Take it home" in text
    assert 'id="enquiry-form"' not in text


def test_goal_that_cannot_be_served_lets_one_ask(client, at_nine):
    programme = ProgrammeFactory(code="later", page=True)  # nothing starts
    made = publish_landing_page(programme=programme, goal=Goal.APPLY)
    assert 'id="enquiry-form"' in read(client, made["en"].url).content.decode()


def test_page_needs_no_programme(client, at_nine):
    made = publish_landing_page()
    assert 'id="enquiry-form"' in read(client, made["ca"].url).content.decode()


def test_page_has_the_head_that_search_engines_want(client, nursing):
    made = publish_landing_page(programme=nursing)
    text = read(client, made["es"].url).content.decode()
    assert '<link rel="canonical" href="http://localhost:8000/es/spring/">' in text
    assert 'property="og:image" content="http://localhost:8000/cover/drawn/health/' in text
    assert '<meta name="description" content="Without starting from nothing">' in text


# --- the trail


@pytest.mark.parametrize(
    ("query", "campaign", "source"), [({}, "spring", ""), (MARKS, "autumn", "search"), ({"gclid": "x1"}, "spring", "")]
)
def test_form_knows_the_campaign_of_the_page_or_of_the_link(client, nursing, query, campaign, source):
    made = publish_landing_page(programme=nursing, campaign="spring")
    text = read(client, made["en"].url, **query).content.decode()
    assert re.search(f'name="utm_campaign" value="{campaign}"', text)
    assert re.search(f'name="utm_source" value="{source}"', text)


def test_campaign_is_kept_from_page_to_page_without_cookies(client, nursing):
    """From the advertisement over the landing page, the brochure's small print and a sheet to the enquiry."""
    CampaignFactory(slug="spring")
    publish_landing_page(programme=nursing, campaign="spring")
    address = "/en/spring/"
    for wanted in ("/en/privacy/", "/en/programmes/", "/en/programmes/nursing/"):
        client.cookies.clear()
        text = client.get(address).content.decode()
        links = [link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="([^"]+)"', text)]
        address = next(link for link in links if link.split("?")[0] == wanted)
    client.cookies.clear()
    text = client.get(address).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):  # nobody reads and writes in an instant
        client.post("/enquire/", fields | {"contact": "reader@example.org", "message": "Evenings?"})
    enquiry = Enquiry.objects.get()
    assert enquiry.campaign.slug == "spring"
    assert enquiry.programme == nursing


def test_kept_page_gives_each_visitor_their_own_marks(client, nursing):
    publish_landing_page(programme=nursing, campaign="spring")
    first = client.get("/en/spring/", MARKS).content.decode()
    second = client.get("/en/spring/", MARKS | {"utm_campaign": "winter"}).content.decode()
    third = client.get("/en/spring/").content.decode()
    assert "utm_campaign=autumn" in first
    assert "utm_campaign=winter" in second
    assert "autumn" not in second
    assert "winter" not in third
    assert "utm_campaign=spring" in third
    clicked = client.get("/en/spring/", {"gclid": "Cj0"}).content.decode()
    assert "utm_campaign=spring&amp;click=gclid" in clicked or "click=gclid&amp;utm_campaign=spring" in clicked
    assert "Cj0" not in clicked


def test_search_keeps_the_marks(client, nursing):
    text = client.get("/en/", MARKS).content.decode()
    assert '<input type="hidden" name="utm_campaign" value="autumn">' in text


def test_apply_link_keeps_the_marks(client, nursing):
    text = client.get("/en/programmes/nursing/", MARKS).content.decode()
    assert re.search(r'href="/apply/\d+/\?utm_source=search&amp;utm_medium=cpc&amp;utm_campaign=autumn"', text)


def test_redirects_keep_the_marks(client, at_nine):
    response = client.get("/", MARKS, headers={"accept-language": "en"})
    assert response["Location"] == "/en/?utm_source=search&utm_medium=cpc&utm_campaign=autumn"


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/ca/", "/ca/?utm_source=a"),
        ("/ca/programmes/?level=master#list", "/ca/programmes/?level=master&utm_source=a#list"),
        ("/en/x/?utm_source=other", "/en/x/?utm_source=a"),
        ("?page=2", "?page=2&utm_source=a"),
        ("/apply/3/", "/apply/3/?utm_source=a"),
        ("/campus/", "/campus/"),
        ("/accounts/login/", "/accounts/login/"),
        ("#ask", "#ask"),
        ("https://elsewhere.example/ca/", "https://elsewhere.example/ca/"),
        ("//elsewhere.example/ca/", "//elsewhere.example/ca/"),
        ("/static/site.css", "/static/site.css"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_only_addresses_on_the_trail_are_marked(address, marked):
    assert trail.mark_address(address, {"utm_source": "a"}) == marked


def test_marks_cannot_break_out_of_the_page():
    marks = trail.read({"utm_source": '"><script>alert(1)</script>', "utm_term": "x" * 500, "utm_medium": " "})
    carried = trail.carry('<a class="x" href="/ca/">home</a><form method="get"></form>', marks)
    assert list(marks) == ["utm_source"]
    assert "<script>" not in carried


def test_page_without_marks_is_left_alone():
    assert trail.carry('<a href="/ca/">', {}) == '<a href="/ca/">'
