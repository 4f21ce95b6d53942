"""Each KPI against a small school counted by hand; the list behind a figure has as many rows as the figure says."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enquiries.models import CampaignTarget, Enquiry
from enrolment.models import LedgerEntry
from insights import board, kpis, lists, snapshots
from insights.kpis import KPIS, Period
from insights.models import KpiSnapshot, KpiTarget
from people import timeline
from people.models import Identity
from programmes.models import BenchmarkReview
from tests.factories.arguments import RivalFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import CampaignFactory, EnquiryFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def figure(kpi: str, period: Period = MARCH) -> kpis.Figure:
    return kpis.measure(KPIS[kpi], period)


def test_conversion_counts_enquiries_of_the_period_that_enrolled():
    EnquiryFactory.create_batch(3, received_at=NOON)
    EnquiryFactory(received_at=NOON, state=Enquiry.State.ENROLLED)
    EnquiryFactory(received_at=NOON, state=Enquiry.State.INVALID)
    EnquiryFactory(received_at=NOON - timedelta(days=40), state=Enquiry.State.ENROLLED)
    measured = figure("kpi-1")
    assert (measured.numerator, measured.denominator, measured.value) == (1, 4, 25.0)


def test_a_share_of_nothing_is_not_a_figure():
    assert figure("kpi-1").value is None


def test_history_belongs_to_its_campaign_and_to_no_period():
    fair = CampaignFactory()
    EnquiryFactory(campaign=fair, received_at=NOON, is_history=True, state=Enquiry.State.ENROLLED)
    EnquiryFactory(campaign=fair, received_at=NOON, is_history=True, lost=True)
    assert figure("enquiries").value == 0
    of_fair = figure("kpi-1", Period(date(2020, 1, 1), date(2020, 1, 31), fair))
    assert (of_fair.numerator, of_fair.denominator) == (1, 2)


def test_a_campaign_stands_against_its_own_target():
    july = Period(date(2026, 7, 1), date(2026, 7, 31), CampaignFactory(metric="enrolments", baseline=2, target=9))
    assert figure("enrolments", july).target == 9
    by_programme = CampaignFactory(metric="contacts", baseline=2, target=50)
    assert figure("enrolments", Period(july.start, july.end, by_programme)).target is None
    for number in (3, 4):
        CampaignTarget.objects.create(campaign=by_programme, programme=ProgrammeFactory(), enrolments=number)
    assert figure("enrolments", Period(july.start, july.end, by_programme)).target == 7


def test_a_day_ends_at_midnight_in_barcelona():
    EnquiryFactory(received_at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    EnquiryFactory(received_at=datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    assert figure("enquiries").value == 1


def test_contacted_needs_a_persons_answer():
    EnquiryFactory(received_at=NOON, case=CaseFactory(opened_at=NOON, answered_at=NOON + timedelta(hours=2)))
    EnquiryFactory(received_at=NOON, case=CaseFactory(opened_at=NOON))
    assert figure("kpi-2").value == 50.0


def test_people_attended_are_counted_once_and_contacts_apart():
    person = PersonFactory()
    for hour in (1, 2, 3):
        timeline.record(
            person, at=NOON + timedelta(hours=hour), channel="phone", direction="out", kind="call", is_two_way=True
        )
    timeline.record(PersonFactory(), at=NOON, channel="phone", direction="out", kind="call")
    measured = figure("kpi-3")
    assert (measured.value, measured.denominator) == (1, 3)


def test_out_of_reach_is_who_has_no_working_address():
    PersonFactory()
    PersonFactory(email="")
    broken = PersonFactory()
    Identity.objects.filter(person=broken).update(is_undeliverable=True)
    measured = figure("kpi-4")
    assert (measured.numerator, measured.denominator) == (2, 3)


def test_answered_in_time_looks_at_promises_that_fell_due():
    asked = datetime(2026, 3, 10, 9, tzinfo=UTC)
    CaseFactory(opened_at=asked, answer_due_at=asked + timedelta(days=1), answered_at=asked + timedelta(hours=3))
    CaseFactory(opened_at=asked, answer_due_at=asked + timedelta(days=1), answered_at=asked + timedelta(hours=30))
    CaseFactory(opened_at=asked, answer_due_at=asked + timedelta(days=1))
    CaseFactory(opened_at=asked, answer_due_at=datetime(2026, 4, 2, tzinfo=UTC))
    measured = figure("kpi-6")
    assert (measured.numerator, measured.denominator) == (1, 3)


def test_money_is_what_the_ledger_settled_less_refunds():
    application = EnrolmentFactory(enrolled_at=NOON).application
    for number, (kind, minor) in enumerate([("charge", 90000), ("settlement", -90000), ("refund", 20000)]):
        LedgerEntry.objects.create(
            application=application, kind=kind, amount_minor=minor, currency="EUR", at=NOON, key=f"test:{number}"
        )
    assert figure("collected").value == 700.0


def test_seats_filled_look_at_own_intakes_to_come():
    coming = IntakeFactory(starts_on=date(2026, 5, 4), seats=10)
    EnrolmentFactory(application__intake=coming, intake=coming, enrolled_at=NOON)
    measured = figure("kpi-5")
    assert (measured.numerator, measured.denominator, measured.value) == (1, 10, 10.0)


@pytest.mark.parametrize("kpi", list(KPIS))
def test_the_list_behind_a_figure_has_as_many_rows_as_the_figure_counts(kpi):
    answered = CaseFactory(opened_at=NOON, answered_at=NOON + timedelta(hours=1))
    EnquiryFactory(received_at=NOON, state=Enquiry.State.ENROLLED, case=answered)
    EnquiryFactory(received_at=NOON)
    EnrolmentFactory(enrolled_at=NOON)
    timeline.record(PersonFactory(email=""), at=NOON, channel="phone", direction="in", kind="call", is_two_way=True)
    measured = kpis.measure(KPIS[kpi], MARCH)
    rows = list(lists.behind(kpi, MARCH))
    if kpi == "collected":
        assert sum(-row.amount_minor for row in rows) == measured.value * 100
    elif KPIS[kpi].hits:
        assert len(rows) == measured.denominator
        assert len(lists.behind(kpi, MARCH, only_hits=True)) == measured.numerator
        assert len(lists.hits_among(kpi, MARCH, rows)) == measured.numerator
    else:
        assert len(rows) == measured.numerator
    assert all(lists.describe(kpi, row).what is not None for row in rows)


def test_a_snapshot_is_taken_once_and_never_rewritten():
    EnquiryFactory(received_at=NOON)
    assert snapshots.take(date(2026, 3, 10)) == len(KPIS)
    EnquiryFactory(received_at=NOON)
    assert snapshots.take(date(2026, 3, 10)) == 0
    assert KpiSnapshot.objects.get(kpi="enquiries", day=date(2026, 3, 10)).value == 1


def test_the_sweep_writes_yesterday_down_once():
    at = datetime(2026, 3, 11, 4, tzinfo=UTC)
    assert snapshots.take_due(at=at) == {"snapshots": len(KPIS)}
    assert snapshots.take_due(at=at) == {"snapshots": 0}
    assert set(KpiSnapshot.objects.values_list("day", flat=True)) == {date(2026, 3, 10)}


def test_the_board_compares_with_the_same_day_before_the_previous_intake():
    coming = IntakeFactory(starts_on=date(2026, 4, 6), code="coming")
    previous = IntakeFactory(programme=coming.programme, starts_on=date(2025, 9, 29), code="previous")
    assert snapshots.comparison_day(date(2026, 3, 10)) == previous.starts_on - timedelta(days=27)


def test_the_board_shows_target_and_change():
    KpiTarget.objects.create(kpi="enquiries", value=1, valid_from=date(2026, 1, 1))
    KpiTarget.objects.create(kpi="enquiries", value=5, valid_from=date(2027, 1, 1))
    KpiSnapshot.objects.create(kpi="enquiries", day=snapshots.comparison_day(date(2026, 3, 10)), numerator=3, value=3)
    EnquiryFactory.create_batch(2, received_at=NOON)
    card = next(card for card in board.read(at=NOON).cards if card.figure.kpi.id == "enquiries")
    assert (card.figure.target, card.standing, card.change) == (1, "reached", -1)


@pytest.mark.parametrize(("days", "value"), [(90, 50.0), (91, 0.0)])
def test_comparisons_count_as_recent_for_ninety_days(days, value):
    reviewed, never = ProgrammeFactory(page=True), ProgrammeFactory(page=True)
    for programme in (reviewed, never):
        RivalFactory(programme=programme)
    BenchmarkReview.objects.create(programme=reviewed, reviewed_on=MARCH.end - timedelta(days=days))
    measured = figure("benchmark")
    assert (measured.denominator, measured.value) == (2, value)
    rows = list(lists.behind("benchmark", MARCH))
    hits = lists.hits_among("benchmark", MARCH, rows)
    assert [lists.describe("benchmark", row, hits=hits).counts for row in rows] == [value > 0, False]
    assert len(lists.behind("benchmark", MARCH, only_hits=True)) == measured.numerator


def test_at_most_nine_figures_stand_on_the_board():
    assert sum(kpi.on_board for kpi in KPIS.values()) <= 9


def test_the_command_prints_each_kpi_as_json():
    EnquiryFactory(received_at=NOON, state=Enquiry.State.ENROLLED)
    out = StringIO()
    call_command("kpis", "--from", "2026-03-01", "--to", "2026-03-31", "--json", stdout=out)
    printed = {kpi["id"]: kpi for kpi in json.loads(out.getvalue().splitlines()[-1])}
    assert set(printed) == set(KPIS)
    assert set(printed["kpi-1"]) == {
        "id", "name", "value", "numerator", "denominator", "unit", "target", "formula", "version"
    }  # fmt: skip
    assert printed["kpi-1"]["value"] == 100.0


@pytest.mark.parametrize(
    "arguments", [["--campaign", "none"], ["--from", "yesterday"], ["--from", "2026-04-01", "--to", "2026-03-01"]]
)
def test_the_command_refuses_what_it_cannot_measure(arguments):
    with pytest.raises(CommandError) as refused:
        call_command("kpis", *arguments)
    assert refused.value.returncode == 2
