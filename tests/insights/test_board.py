"""The board as the roles of a school see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from insights.kpis import KPIS
from tests.factories.enquiries import CampaignFactory, EnquiryFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(client):
    client.force_login(UserFactory(role="Director", is_staff=True))
    return client


def test_the_board_shows_every_figure_with_a_way_to_its_rows(director):
    page = director.get("/admin/kpis/").content.decode()
    for kpi in KPIS:
        assert f"/admin/kpis/{kpi}/" in page


def test_the_rows_page_lists_the_people_behind_the_figure(director):
    enquiry = EnquiryFactory(received_at=timezone.now() - timedelta(days=1), person__given_name="Rosalia")
    page = director.get("/admin/kpis/enquiries/").content.decode()
    assert "Rosalia" in page
    assert f"/admin/people/{enquiry.person.uuid}/" in page


def test_the_rows_page_offers_only_those_that_reach_the_goal(director):
    EnquiryFactory(received_at=timezone.now() - timedelta(days=1))
    page = director.get("/admin/kpis/kpi-1/").content.decode()
    assert "?rows=hits#rows" in page
    assert "?rows=hits#rows" not in director.get("/admin/kpis/enquiries/").content.decode()


def test_the_board_can_be_read_for_one_campaign(director):
    fair = CampaignFactory(slug="fair")
    EnquiryFactory(received_at=timezone.now(), campaign=fair)
    EnquiryFactory(received_at=timezone.now())
    rows = director.get("/admin/kpis/enquiries/?campaign=fair").context["rows"]
    assert len(rows) == 1


@pytest.mark.parametrize("path", ["/admin/kpis/", "/admin/kpis/kpi-1/"])
@pytest.mark.parametrize(("role", "status"), [("Director", 200), ("Finance", 200), ("Tutor", 403), ("Editor", 403)])
def test_who_sees_the_figures(client, path, role, status):
    client.force_login(UserFactory(role=role, is_staff=True))
    answer = client.get(path)
    # Wagtail sends whoever may not see a page home with a message.
    assert answer.status_code == (status if status == 200 else 302)


def test_a_wrong_filter_shows_the_ordinary_board(director):
    assert director.get("/admin/kpis/?days=-3&campaign=none").status_code == 200


def test_an_unknown_kpi_is_not_found(director):
    assert director.get("/admin/kpis/kpi-99/").status_code == 404


def test_the_list_costs_the_same_queries_with_more_rows(director, django_assert_max_num_queries):
    EnquiryFactory(received_at=timezone.now())
    director.get("/admin/kpis/kpi-1/")
    with django_assert_max_num_queries(60) as one:
        director.get("/admin/kpis/kpi-1/")
    EnquiryFactory.create_batch(9, received_at=timezone.now())
    with django_assert_max_num_queries(len(one)):
        director.get("/admin/kpis/kpi-1/")


def test_the_plot_script_is_ours_and_kept_for_long(director):
    from printing import plots

    answer = director.get(f"/admin/kpis/plot-{plots.javascript_version()}.js")
    assert b"vegaEmbed" in answer.content
    assert "immutable" in answer["Cache-Control"]


def test_money_in_the_list_is_written_as_its_reader_writes_it(director):
    from enrolment.models import LedgerEntry
    from tests.factories.enrolment import EnrolmentFactory

    LedgerEntry.objects.create(
        application=EnrolmentFactory().application,
        kind="settlement",
        amount_minor=-123450,
        currency="EUR",
        at=timezone.now(),
        key="test:list",
    )
    page = director.get("/admin/kpis/collected/").content.decode()
    assert "1.234,50" in page
