"""How somebody came is read from the address, the page before and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.models import CampaignAction, Partner, Touch
from enquiries.origins import touches
from tests.factories.enquiries import ARRIVED, CampaignFactory, EnquiryFactory
from tests.factories.people import PersonFactory
from tests.factories.slots import PrintBatchFactory

Kind = Touch.Kind


@pytest.mark.parametrize(
    ("query", "referrer", "kind", "source", "medium"),
    [
        ("utm_source=Google&utm_medium=cpc", "", Kind.AD, "google", "search"),
        ("utm_source=insta&utm_medium=social", "https://google.com/", Kind.LINK, "insta", "social"),
        ("gclid=Cj0", "https://www.google.com/", Kind.AD, "google", "search"),
        ("click=gclid", "https://www.google.com/", Kind.AD, "google", "search"),  # as a form says it
        ("click=fbclid", "", Kind.REFERRAL, "facebook", "social"),
        ("click=nobody", "", Kind.DIRECT, "", ""),
        ("fbclid=Iw", "", Kind.REFERRAL, "facebook", "social"),
        ("utm_source=matricula&utm_medium=email&utm_campaign=spring", "", Kind.SEND, "matricula", "email"),
        ("utm_source=print&utm_medium=fair&utm_content=AB3K", "", Kind.PRINT, "print", "fair"),
        ("utm_source=radio&utm_medium=radio&utm_term=go-estiu", "", Kind.SHORT_LINK, "radio", "radio"),
        ("utm_campaign=spring", "", Kind.LINK, "", ""),
        ("", "https://www.google.co.uk/search?q=secret", Kind.SEARCH, "google", "organic"),
        ("", "https://gemini.google.com/app", Kind.REFERRAL, "gemini", "other"),
        ("", "https://l.facebook.com/l.php?u=x", Kind.REFERRAL, "facebook", "social"),
        ("", "https://notgoogle.com/", Kind.REFERRAL, "notgoogle.com", "referral"),
        ("", "https://www.barcelonajove.cat/cursos", Kind.REFERRAL, "barcelonajove.cat", "referral"),
        ("", "", Kind.DIRECT, "", ""),
        ("", "https://[broken", Kind.DIRECT, "", ""),
        ("", "javascript:alert(1)", Kind.DIRECT, "", ""),
    ],
)
def test_way_in_is_named(query, referrer, kind, source, medium):
    marks = touches.marks_of(query, referrer, "/ca/")
    assert (marks.kind, marks.source, marks.medium) == (kind, source, medium)


def test_page_of_ours_is_no_website_that_somebody_came_from(settings):
    settings.BASE_URL = "https://school.example"
    assert touches.marks_of("", "https://school.example/en/courses/").is_direct


def test_what_was_searched_for_elsewhere_is_not_kept():
    marks = touches.marks_of("utm_source=x&email=laia@example.org", "https://g.example/?q=ill", "/en/?token=1")
    assert (marks.referrer, marks.landing, dict(marks.said)) == ("https://g.example/", "/en/", {"utm_source": "x"})


@given(st.text(), st.text(), st.text())
def test_nothing_that_stands_in_an_address_breaks_the_reading(query, referrer, landing):
    marks = touches.marks_of(query, referrer, landing)
    row = touches.row_for(marks, at=ARRIVED)
    assert "\x00" not in f"{row}" and len(row["referrer"]) <= 300 and len(row["landing"]) <= 300
    assert touches.marks_of({"utm_source": query, "utm_campaign": landing}).source == marks_source(query)


def marks_source(text):
    return touches.marks_of({"utm_source": text}).source


@pytest.mark.django_db
def test_enquiry_takes_campaign_action_and_partner_from_its_marks(django_assert_max_num_queries):
    campaign = CampaignFactory(slug="spring")
    action = CampaignAction.objects.create(
        campaign=campaign, code="fair", name="Fair", kind="fair", medium="fair", starts_on=ARRIVED.date()
    )
    partner = Partner.objects.create(code="emagister", name="Emagister")
    enquiry = EnquiryFactory()
    marks = touches.marks_of("utm_source=emagister&utm_medium=portal&utm_campaign=spring&utm_content=fair")
    with django_assert_max_num_queries(3):
        touch = touches.of_arrival(enquiry, marks, ARRIVED)
    enquiry.refresh_from_db()
    assert (enquiry.campaign, enquiry.action, enquiry.partner) == (campaign, action, partner)
    assert (touch.campaign, touch.action, touch.medium) == (campaign, action, "partner")
    assert touches.path_of(enquiry.person) == [touch]


@pytest.mark.django_db
def test_campaign_of_the_form_stays_where_the_link_names_another():
    own, other = CampaignFactory(slug="own"), CampaignFactory(slug="other")
    enquiry = EnquiryFactory(campaign=own)
    touch = touches.of_arrival(enquiry, touches.marks_of("utm_source=x&utm_campaign=other"), ARRIVED)
    enquiry.refresh_from_db()
    assert (enquiry.campaign, touch.campaign) == (own, other)


@pytest.mark.django_db
def test_printed_code_names_its_batch_and_a_straight_visit_asks_nothing(django_assert_num_queries):
    batch = PrintBatchFactory()
    marks = touches.marks_of({"utm_source": "print", "utm_medium": batch.kind, "utm_content": batch.code})
    assert touches.note(marks, at=ARRIVED, person=PersonFactory()).print_batch == batch
    with django_assert_num_queries(0):
        assert touches.resolve(touches.marks_of("")) == touches.Found()


@pytest.mark.django_db
def test_campaign_that_is_gone_is_no_obstacle():
    touch = touches.note(touches.marks_of("utm_source=x&utm_campaign=gone&utm_content=gone"), at=ARRIVED)
    assert (touch.campaign, touch.marks["utm_campaign"]) == (None, "gone")
