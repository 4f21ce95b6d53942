"""The lists and the acts, as staff meet them."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.models import Campaign, Enquiry
from people import timeline
from tests.factories.enquiries import ARRIVED, CampaignFactory, EnquiryFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    user = UserFactory(role="Contact-centre lead", is_staff=True)
    client.force_login(user)
    return user


def test_list_is_filtered_by_what_stands_in_the_address(client, lead):
    spring = CampaignFactory(slug="spring")
    EnquiryFactory(person=PersonFactory(given_name="Laia"), campaign=spring, programme=ProgrammeFactory())
    EnquiryFactory(person=PersonFactory(given_name="Pau"), lost=True)
    url = reverse("enquiries_list:index")
    assert url == "/admin/enquiries/"
    everything = client.get(url).content.decode()
    assert reverse("enquiries_lose", args=[Enquiry.objects.get(campaign=spring).uuid]) in everything
    assert "Laia" in everything
    assert "Pau" in everything
    for query in (f"campaign={spring.pk}", "state=received"):
        html = client.get(f"{url}?{query}").content.decode()
        assert "Laia" in html
        assert "Pau" not in html
    html = client.get(f"{url}?received_at_from=2026-04-01").content.decode()
    assert "Laia" not in html
    for enquiry, months in zip(Enquiry.objects.order_by("pk"), ([2, 5], [2]), strict=True):
        for month in months:
            at = ARRIVED.replace(month=month)
            timeline.record(enquiry.person, at=at, channel="email", direction="out", kind="contact_centre.answered")
    for query, who in (("to=2026-03-31", {"Pau"}), ("from=2026-05-01", {"Laia"}), ("from=2026-01-01", {"Laia", "Pau"})):
        html = client.get(f"{url}?last_contact_{query}").content.decode()
        assert {name for name in ("Laia", "Pau") if name in html} == who


def test_list_takes_the_same_queries_for_one_and_three(client, lead):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            EnquiryFactory(programme=ProgrammeFactory(), campaign=CampaignFactory())
        client.get("/admin/enquiries/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/admin/enquiries/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_export_holds_no_formula(client, lead):
    EnquiryFactory(message='=HYPERLINK("https://evil.example")')
    response = client.get("/admin/enquiries/?export=csv")
    row = next(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert '\'=HYPERLINK("https://evil.example")' in row.values()
    assert client.get("/admin/enquiries/?export=xlsx").status_code == 200


def test_enquiry_is_shown_with_its_moves(client, lead):
    enquiry = EnquiryFactory(message="<script>alert(1)</script>", programme=ProgrammeFactory(title="Nursing"))
    html = client.get(reverse("enquiries_list:inspect", args=[enquiry.pk])).content.decode()
    assert "Nursing" in html
    assert "<script>alert(1)" not in html


def test_losing_asks_for_a_reason_and_keeps_the_note(client, lead):
    enquiry = EnquiryFactory()
    url = reverse("enquiries_lose", args=[enquiry.uuid])
    assert client.get(url).status_code == 200
    refused = client.post(url, {"reason": "", "note": "They moved away"})
    assert refused.status_code == 422
    assert "They moved away" in refused.content.decode()
    way_back = reverse("contact_centre_person", args=[enquiry.person.uuid])
    done = client.post(f"{url}?next={way_back}", {"reason": "rival", "lost_to": "Escola Ponent"})
    assert done["Location"] == way_back
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.lost_reason, enquiry.moves.get().by) == ("lost", "rival", lead)
    client.post(reverse("enquiries_revive", args=[enquiry.uuid]))
    enquiry.refresh_from_db()
    assert enquiry.state == "contacted"


def test_the_way_back_never_leads_away(client, lead):
    enquiry = EnquiryFactory()
    url = reverse("enquiries_invalidate", args=[enquiry.uuid])
    done = client.post(f"{url}?next=https://evil.example/admin/", {"rule": "test", "note": "A test"})
    assert done["Location"] == reverse("enquiries_list:inspect", args=[enquiry.pk])
    enquiry.refresh_from_db()
    assert enquiry.state == "invalid"


@pytest.mark.parametrize("role", ["Editor", "Finance"])
def test_those_without_permission_see_and_do_nothing(client, role):
    client.force_login(UserFactory(role=role, is_staff=True))
    enquiry = EnquiryFactory()
    assert client.get("/admin/enquiries/").status_code != 200
    for name in ("enquiries_lose", "enquiries_invalidate", "enquiries_revive"):
        assert client.post(reverse(name, args=[enquiry.uuid]), {"reason": "rival", "note": "x"}).status_code in (
            302,
            403,
        )
    assert client.get(reverse("people_import_choose"), {"kind": "leads"}).status_code in (302, 403)
    enquiry.refresh_from_db()
    assert enquiry.state == "received"


def test_campaigns_show_what_they_brought(client, lead):
    campaign = CampaignFactory(name="Autumn fair")
    EnquiryFactory(campaign=campaign)
    enrolled = EnquiryFactory(campaign=campaign, state="enrolled", contacted_at=ARRIVED)
    enrolled.moves.create(to_state="enrolled", at=ARRIVED)
    enrolled.moves.create(to_state="contacted", at=ARRIVED)
    EnquiryFactory(campaign=campaign, state="invalid")
    found = Campaign.objects.with_figures().get()
    assert (found.enquiries_count, found.contacted_count, found.enrolled_count) == (2, 1, 1)
    assert "Autumn fair" in client.get(reverse("campaigns:index")).content.decode()


def test_person_page_shows_their_enquiries(client, lead):
    enquiry = EnquiryFactory(message="Is there a grant?")
    html = client.get(reverse("contact_centre_person", args=[enquiry.person.uuid])).content.decode()
    assert "Is there a grant?" in html
    assert reverse("enquiries_lose", args=[enquiry.uuid]) in html


def test_my_day_of_a_lead_counts_the_week(client, lead):
    html = client.get("/admin/my-day/").content.decode()
    assert "enquiries-week" in html
