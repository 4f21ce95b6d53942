"""Conversion by argument and use of the sheet: each figure equals the list behind it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contact_centre import arguments as desk_arguments
from contact_centre.models import CaseEvent
from insights import arguments, lookups
from insights.arguments import Conversion, Share
from insights.kpis import Period
from programmes.selling import argument_sheet
from tests.factories.arguments import ArgumentFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def intake():
    return IntakeFactory()


def conversation(intake, *, used=(), enrolled_at=None, **facts):
    """An answered enquiry about the programme, in which arguments were used, that may have ended in an enrolment."""
    facts = {"programme": intake.programme, "opened_at": NOON, "answered": True} | facts
    case = CaseFactory(**facts)
    for argument in used:
        desk_arguments.mark(case, argument, by=case.adviser, at=NOON)
    if enrolled_at:
        enrol(case.person, intake, at=enrolled_at)
    return case


def enrol(person, intake, *, at):
    EnrolmentFactory(application=ApplicationFactory(person=person, intake=intake, enrolled=True), enrolled_at=at)


def found(argument, period=MARCH):
    return next(one for one in arguments.conversions(period) if one.argument == argument)


def test_conversion_is_counted_beside_the_same_programme(intake):
    argument = ArgumentFactory(programme=intake.programme)
    other = ArgumentFactory(programme=intake.programme)
    later = NOON + timedelta(days=20)
    conversation(intake, used=[argument], enrolled_at=later)
    conversation(intake, used=[argument, other])
    conversation(intake, used=[other], enrolled_at=later)
    conversation(intake)
    conversation(IntakeFactory(), enrolled_at=None)
    assert (found(argument).used, found(argument).others) == (Share(1, 2), Share(1, 2))
    assert (found(other).used, found(other).others) == (Share(1, 2), Share(1, 2))


def test_what_is_no_sale_is_not_counted(intake):
    argument = ArgumentFactory(programme=intake.programme)
    conversation(intake, used=[argument], kind="complaint")
    conversation(intake, used=[argument], opened_at=NOON - timedelta(days=40))
    conversation(intake, answered=False)
    was_in_already = conversation(intake, used=[argument])
    enrol(was_in_already.person, intake, at=NOON - timedelta(days=1))
    assert (found(argument).used, found(argument).others) == (Share(), Share())


def test_enrolling_in_something_else_does_not_convert(intake):
    argument = ArgumentFactory(programme=intake.programme)
    case = conversation(intake, used=[argument])
    enrol(case.person, IntakeFactory(), at=NOON + timedelta(days=3))
    assert found(argument).used == Share(0, 1)


def test_an_argument_for_all_stands_beside_the_programmes_in_which_it_was_used(intake):
    argument = ArgumentFactory(programme=None)
    conversation(intake, used=[argument], enrolled_at=NOON)
    conversation(intake)
    conversation(IntakeFactory())
    assert (found(argument).used, found(argument).others) == (Share(1, 1), Share(0, 1))


def test_retired_arguments_stay_while_they_were_used(intake):
    used = ArgumentFactory(programme=intake.programme, is_retired=True)
    ArgumentFactory(programme=intake.programme, is_retired=True)
    conversation(intake, used=[used])
    assert [one.argument for one in arguments.conversions(MARCH)] == [used]


def test_each_figure_equals_the_list_behind_it(intake):
    own, for_all = ArgumentFactory(programme=intake.programme), ArgumentFactory(programme=None)
    elsewhere = IntakeFactory()
    later = NOON + timedelta(days=2)
    conversation(intake, used=[own, for_all], enrolled_at=later)
    conversation(intake, used=[own])
    conversation(intake, used=[for_all])
    conversation(intake, enrolled_at=later)
    conversation(elsewhere, used=[for_all], enrolled_at=later)
    conversation(elsewhere)
    for one in arguments.conversions(MARCH):
        for group, share in (("used", one.used), ("others", one.others)):
            cases = list(arguments.behind(one.argument, MARCH, group=group))
            enrolled = list(arguments.behind(one.argument, MARCH, group=group, only_enrolled=True))
            assert (len(enrolled), len(cases)) == (share.enrolled, share.cases), (one.argument, group)
    assert (found(own).used, found(for_all).used) == (Share(1, 2), Share(2, 3))


@pytest.mark.parametrize(
    ("share", "interval"),
    [(Share(0, 10), (0.0, 0.278)), (Share(10, 10), (0.722, 1.0)), (Share(15, 148), (0.062, 0.160))],
)
def test_the_interval_is_wilsons(share, interval):
    assert share.interval == pytest.approx(interval, abs=0.001)


@pytest.mark.parametrize(
    ("used", "others", "verdict"),
    [
        (Share(9, 9), Share(0, 50), "few"),
        (Share(56, 70), Share(48, 80), "more"),
        (Share(48, 80), Share(56, 70), "less"),
        (Share(5, 20), Share(20, 80), "same"),
    ],
)
def test_a_difference_is_named_only_where_it_is_clear(used, others, verdict):
    assert Conversion(ArgumentFactory.build(programme=None), used, others).verdict == verdict


def test_the_interval_of_a_difference_is_newcombes():
    # His own example: 56 of 70 against 48 of 80 gives 0.2, from 0.0524 to 0.3339.
    conversion = Conversion(ArgumentFactory.build(programme=None), Share(56, 70), Share(48, 80))
    assert conversion.gap == pytest.approx((0.2, 0.0524, 0.3339), abs=0.0001)


# --- the screens


def sign_in(client, role):
    client.force_login(UserFactory(role=role))
    return client


def queries_of(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@time_machine.travel(NOON + timedelta(days=1), tick=False)
def test_the_report_leads_to_the_people_and_costs_the_same_with_more(client, intake):
    client = sign_in(client, "Director")
    argument = ArgumentFactory(programme=intake.programme)
    conversation(intake, used=[argument], enrolled_at=NOON, person=PersonFactory(given_name="Rosalia"))
    report, cases = reverse("insights_arguments"), reverse("insights_argument_cases", args=[argument.pk])
    assert f"{cases}?group=used&amp;only=enrolled" in client.get(report).content.decode()
    assert "Rosalia" in client.get(cases, {"group": "used", "only": "enrolled"}).content.decode()
    assert "Rosalia" not in client.get(cases, {"group": "others"}).content.decode()
    few = [queries_of(client, address) for address in (report, cases)]
    for more in ArgumentFactory.create_batch(3, programme=intake.programme):
        conversation(intake, used=[argument, more])
    assert [queries_of(client, address) for address in (report, cases)] == few


@pytest.mark.parametrize(
    ("role", "of_arguments", "of_lookups"),
    [("Director", 200, 200), ("Marketing", 200, 302), ("Adviser", 302, 302), ("Finance", 302, 302)],
)
def test_who_sees_the_reports(client, role, of_arguments, of_lookups):
    client = sign_in(client, role)
    assert client.get(reverse("insights_arguments")).status_code == of_arguments
    assert client.get(reverse("insights_lookups")).status_code == of_lookups


# --- how the sheet is used


def test_lookups_are_counted_for_each_answer(intake):
    adviser, other = UserFactory(), UserFactory()
    prepared, unprepared = (
        conversation(intake, adviser=adviser),
        conversation(intake, adviser=adviser),
    )
    for case in (prepared, unprepared):
        CaseEvent.objects.create(case=case, kind="answered", at=NOON, by=adviser)
    for minutes, took_ms in ((5, 100), (4, 300), (-5, 200)):
        argument_sheet.note_lookup(
            intake.programme,
            by=adviser,
            at=NOON - timedelta(minutes=minutes),
            took_ms=took_ms,
            about_kind="contact_centre.case",
            about_id=prepared.pk if minutes > 0 else unprepared.pk,
        )
    argument_sheet.note_lookup(intake.programme, by=other, at=NOON, took_ms=900)
    argument_sheet.note_lookup(intake.programme, by=other, at=NOON - timedelta(days=60), took_ms=900)

    rows, total = lookups.uses(MARCH)

    assert [(row.adviser, row.lookups, row.answers, row.prepared, row.median_ms) for row in rows] == [
        (adviser, 3, 2, 1, 200),
        (other, 1, 0, 0, 900),
    ]
    assert (rows[0].per_answer, rows[0].prepared_share, rows[1].per_answer) == (1.5, 0.5, None)
    assert (total.lookups, total.answers, total.median_ms) == (4, 2, 250)
    assert lookups.lookups_of(MARCH).count() == total.lookups
    assert lookups.prepared_of(MARCH).count() == total.prepared


def test_nobody_looked_and_nobody_answered():
    rows, total = lookups.uses(MARCH)
    assert (rows, total.lookups, total.per_answer, total.median_ms) == ([], 0, None, None)


@time_machine.travel(NOON + timedelta(days=1), tick=False)
def test_the_lookups_report_costs_the_same_with_more(client, intake):
    client = sign_in(client, "Contact-centre lead")
    argument_sheet.note_lookup(intake.programme, by=UserFactory(), at=NOON, took_ms=1300)
    assert "1.3 s" in client.get(reverse("insights_lookups"), headers={"accept-language": "en"}).content.decode()
    few = queries_of(client, reverse("insights_lookups"))
    for _adviser in range(3):
        argument_sheet.note_lookup(intake.programme, by=UserFactory(), at=NOON, took_ms=100)
    assert queries_of(client, reverse("insights_lookups")) == few
