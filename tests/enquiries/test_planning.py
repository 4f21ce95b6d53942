"""Plans: their quarters, their targets against what came, and reviews that stay as they were written."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from contact_centre.models import StaffNotice
from enquiries.models import Enquiry, PlanReview, PlanTarget
from enquiries.plans import planning, quarters
from enquiries.plans.quarters import Quarter
from tests.factories.enquiries import CampaignFactory, EnquiryFactory
from tests.factories.people import UserFactory
from tests.factories.plans import PlanFactory

pytestmark = pytest.mark.django_db
FIRST = Quarter(2026, 1)
APRIL = datetime(2026, 4, 10, 9, tzinfo=UTC)


def target(plan, quarter, metric, number):
    return PlanTarget.objects.create(plan=plan, quarter=quarter, metric=metric, target=number)


def test_quarters_follow_each_other_without_a_gap():
    every = [*quarters.of_year(2026), *quarters.of_year(2027)]
    for one, following in pairwise(every):
        assert one.following == following
        assert one.last_day + timedelta(days=1) == following.first_day
        assert one.until == following.since
    assert quarters.of_day(date(2026, 12, 31)) == Quarter(2026, 4)
    assert FIRST.since == datetime(2025, 12, 31, 23, tzinfo=UTC)  # midnight in Barcelona


def test_targets_stand_beside_what_came_in_the_quarter():
    plan = PlanFactory()
    target(plan, 1, "enquiries", 4)
    target(plan, 1, "enrolments", 1)
    target(plan, 2, "enquiries", 4)
    target(plan, 4, "enquiries", 4)
    EnquiryFactory.create_batch(2)
    EnquiryFactory(received_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # half past midnight, 1 April in Barcelona
    EnquiryFactory(history=True)
    EnquiryFactory(state=Enquiry.State.INVALID, ended_at=APRIL)
    EnquiryFactory(enrolled_at=datetime(2026, 3, 20, tzinfo=UTC), received_at=datetime(2025, 11, 1, tzinfo=UTC))
    lines = {(one.quarter.number, one.metric): one for one in planning.lines(plan, at=APRIL)}
    assert (lines[1, "enquiries"].actual, lines[1, "enquiries"].percent) == (2, 50)
    assert lines[1, "enrolments"].is_met
    assert lines[2, "enquiries"].actual == 1
    assert lines[4, "enquiries"].actual is None


def test_plan_with_campaigns_counts_them_and_their_parts_only():
    parent = CampaignFactory()
    child = CampaignFactory(parent=CampaignFactory(parent=parent))
    plan = PlanFactory()
    plan.campaigns.add(parent)
    target(plan, 1, "enquiries", 4)
    EnquiryFactory(campaign=parent)
    EnquiryFactory(campaign=child)
    EnquiryFactory(campaign=CampaignFactory())
    EnquiryFactory()
    [line] = planning.lines(plan, at=APRIL)
    assert line.actual == 2


def test_review_freezes_the_figures_and_earlier_ones_stay_as_they_were():
    plan = PlanFactory()
    target(plan, 1, "enquiries", 4)
    EnquiryFactory()
    first = planning.review(plan, FIRST, findings="Slow start.", at=APRIL, by=None)
    EnquiryFactory()  # noted late, of the same quarter
    PlanTarget.objects.update(target=9)
    second = planning.review(plan, FIRST, findings="Better than we thought.", at=APRIL, by=None)
    first.refresh_from_db()
    assert first.figures == [{"metric": "enquiries", "target": 4, "actual": 1}]
    assert second.figures == [{"metric": "enquiries", "target": 9, "actual": 2}]
    assert PlanReview.objects.count() == 2


def test_quarter_that_still_runs_cannot_be_reviewed():
    with pytest.raises(planning.NotClosedYet):
        planning.review(PlanFactory(), Quarter(2026, 2), findings="Early.", at=APRIL, by=None)
    assert not PlanReview.objects.exists()


def test_every_closed_quarter_without_a_review_is_named_and_its_owner_told_once():
    plan = PlanFactory(owner=UserFactory(role="Marketing"))
    july = datetime(2026, 7, 10, 9, tzinfo=UTC)
    planning.review(plan, FIRST, findings="Well.", at=july, by=None)
    assert planning.lacking(at=july) == [(plan, Quarter(2026, 2))]
    assert planning.remind(at=july) == 1
    assert planning.remind(at=july + timedelta(hours=1)) == 0
    notice = StaffNotice.objects.get()
    assert notice.user == plan.owner
    assert plan.name in notice.text
    assert notice.url == f"/admin/marketing-plans/inspect/{plan.pk}/"


def test_who_plans_no_more_is_not_reminded_of_years_ago():
    PlanFactory(year=2020, owner=UserFactory())
    assert len(planning.lacking(at=APRIL)) == 4
    assert planning.remind(at=APRIL) == 0
