"""What each source brought: credited is what there is, and a report follows what happens."""

from datetime import timedelta

import pytest

from enquiries.life import progress
from enquiries.models import CampaignAction, Enquiry, OriginFigure, Spending, StaleDay, Touch
from enquiries.origins import counting, figures, staleness, touches
from enquiries.origins.models import Model
from enrolment.models import LedgerEntry
from people.identity import merging
from tests.factories.enquiries import ARRIVED, CampaignFactory, EnquiryFactory
from tests.factories.enrolment import ApplicationFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ON = ARRIVED.date()
SPAN = {"since": ON - 400 * DAY, "until": ON + 400 * DAY}
LATER = ARRIVED + 30 * DAY


def count(at=LATER):
    staleness.look(at=at)
    return counting.count_stale(at=at, at_most=1_000)


def touch(enquiry, query, days_before=0.0, **facts):
    return touches.note(
        touches.marks_of(query), at=enquiry.received_at - days_before * DAY, person=enquiry.person, **facts
    )


def pay(person, amount_minor, at=LATER, currency="EUR", kind="settlement"):
    application = ApplicationFactory(person=person)
    return LedgerEntry.objects.create(
        application=application, kind=kind, amount_minor=-amount_minor, currency=currency, at=at,
        key=f"{kind}:{application.uuid}",
    )  # fmt: skip


def by_source(model=Model.LAST):
    rows = figures.report("source", model=model, **SPAN)
    return {row.key: (float(row.total.enquiries), row.total.collected_minor) for row in rows}


def test_enquiry_without_touches_counts_for_what_it_says_itself():
    campaign = CampaignFactory()
    EnquiryFactory(source="Google", medium="cpc", campaign=campaign, state="contacted")
    EnquiryFactory(source="", state="invalid")
    count()
    (line,) = figures.of_campaign(campaign)
    assert (line.source, line.medium, line.enquiries, line.contacted, line.enrolled) == ("google", "search", 1, 1, 0)
    assert figures.total([line]).enquiries == 1


def test_credit_is_shared_as_the_model_says_and_always_adds_up():
    enquiry = EnquiryFactory(state="enrolled")
    touch(enquiry, "utm_source=radio", 14)
    touch(enquiry, "utm_source=google", 7)
    touch(enquiry, "utm_source=insta", 0)
    pay(enquiry.person, 100_00)
    pay(PersonFactory(), 33_33)
    count()
    assert by_source(Model.FIRST) == {"radio": (1, 10_000), "": (0, 3_333)}
    assert by_source(Model.LAST) == {"insta": (1, 10_000), "": (0, 3_333)}
    assert by_source(Model.LINEAR)["google"] == (0.333333, 3_333)
    for model in Model.values:
        total = figures.sum_of(figures.report("source", model=model, **SPAN)).total
        assert (total.enquiries, total.enrolled, total.collected) == (1, 1, {"EUR": 13_333})
        assert figures.check(model=model, **SPAN).holds


def test_what_was_given_back_and_other_currencies_are_credited_apart():
    enquiry = EnquiryFactory(source="fair")
    pay(enquiry.person, 100_00)
    pay(enquiry.person, -40_00, kind="refund")
    pay(enquiry.person, 10_00, currency="USD")
    count()
    (row,) = figures.report("source", model=Model.LAST, **SPAN)
    assert row.total.collected == {"EUR": 6_000, "USD": 1_000} and row.total.enquiries == 1
    assert figures.check(model=Model.LAST, **SPAN).holds


def test_money_belongs_to_the_enquiry_about_the_same_programme():
    application = ApplicationFactory()
    person, programme = application.person, application.intake.programme
    EnquiryFactory(person=person, programme=programme, source="fair")
    EnquiryFactory(person=person, source="radio", received_at=ARRIVED + DAY)
    LedgerEntry.objects.create(
        application=application, kind="settlement", amount_minor=-500, currency="EUR", at=LATER, key="settlement:1"
    )
    count()
    assert by_source() == {"fair": (1, 500), "radio": (1, 0)}


def test_report_follows_moves_touches_payments_and_merges_and_counts_only_those_days():
    enquiry = EnquiryFactory(source="fair")
    EnquiryFactory(source="web", received_at=ARRIVED - 10 * DAY)
    assert count() == 2
    assert count(LATER + timedelta(minutes=1)) == 0
    progress.lose(enquiry, reason="budget", at=LATER, by=None)
    touch(enquiry, "utm_source=radio")
    assert count(LATER + timedelta(minutes=2)) == 1
    assert by_source() == {"radio": (1, 0), "web": (1, 0)}
    other = PersonFactory()
    touches.note(touches.marks_of("utm_source=poster"), at=ARRIVED - DAY, person=other)
    count(LATER + timedelta(minutes=3))
    merging.merge(enquiry.person, other, at=LATER, by=UserFactory(), source="page")
    count(LATER + timedelta(minutes=4))
    assert by_source(Model.FIRST)["poster"] == (1, 0)


def test_what_was_committed_late_is_found_when_the_look_goes_back():
    enquiry = EnquiryFactory(source="fair")
    count()
    late = touch(enquiry, "utm_source=late")
    touch(EnquiryFactory(received_at=ARRIVED + 50 * DAY), "utm_source=seen")
    reading_at = LATER + timedelta(minutes=1)
    Touch.objects.filter(pk=late.pk).update(person=None)  # not to be seen yet
    count(reading_at)
    Touch.objects.filter(pk=late.pk).update(person=enquiry.person)
    assert count(reading_at + timedelta(minutes=1)) == 0
    assert count(reading_at + 2 * staleness.TURN) >= 1
    assert "late" in by_source()


def test_every_cost_appears_once_whatever_the_report_is_grouped_by():
    campaign = CampaignFactory()
    facts = {"kind": "fair", "medium": "fair", "starts_on": ON}
    fair = CampaignAction.objects.create(campaign=campaign, code="fair", name="Fair", **facts)
    idle = CampaignAction.objects.create(campaign=campaign, code="idle", name="Idle", **facts)
    EnquiryFactory(campaign=campaign, action=fair, source="fair", medium="fair")
    EnquiryFactory(campaign=campaign, source="web")
    for action, amount in ((fair, 301), (idle, 50), (None, 101)):
        Spending.objects.create(campaign=campaign, action=action, on=ON, amount_minor=amount, noted_at=ARRIVED)
    count()
    for group in figures.GROUPS:
        rows = figures.report(group, model=Model.LAST, **SPAN)
        assert figures.sum_of(rows).costs == {"EUR": 452}
    of_action = {row.key: row for row in figures.report("action", model=Model.LAST, **SPAN)}
    assert (of_action[fair.pk].cost_of("enquiries"), of_action[idle.pk].cost_of("enquiries")) == (352, None)


def test_report_asks_the_same_number_of_questions_however_many_lines(django_assert_num_queries):
    for number in range(3):
        EnquiryFactory(source=f"s{number}", campaign=CampaignFactory())
    count()
    with django_assert_num_queries(4):
        assert len(figures.report("source", model=Model.LAST, **SPAN)) == 3


def test_counting_asks_the_same_number_of_questions_however_many_enquiries(django_assert_max_num_queries):
    for number in range(4):
        touch(EnquiryFactory(received_at=ARRIVED + number * DAY), "utm_source=a")
    staleness.look(at=LATER)
    with django_assert_max_num_queries(14):
        assert counting.count_stale(at=LATER, at_most=50) == 4
    assert OriginFigure.objects.count() == 4 * len(Model.values)
    assert not StaleDay.objects.exists() and Enquiry.objects.count() == 4
