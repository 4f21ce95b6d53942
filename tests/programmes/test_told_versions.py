"""The history of facts: no gap, no overlap, and what holds is what the tables say."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail import hooks

from programmes import site
from programmes.models import FactVersion, Intake, Programme, ProgrammePage
from programmes.told import versions
from tests.factories.people import UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory, build_tree
from tests.people import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_first_noting_is_no_change_and_current_tells_it():
    intake = IntakeFactory(price_minor=195_000)
    assert versions.note([intake.programme_id], at=MONDAY_9AM) == []
    held = versions.current(intake.programme, at=MONDAY_9AM, language="ca")
    assert versions.words(held["price", intake.pk], "ca") == "1.950\xa0€"
    assert versions.words(held["starts_on", intake.pk], "en") == "1 March 2027"


def test_change_closes_the_old_version_and_opens_the_new():
    intake, by = IntakeFactory(price_minor=195_000), UserFactory()
    versions.note([intake.programme_id], at=MONDAY_9AM)
    intake.price_minor = 210_000
    intake.save()
    later = MONDAY_9AM + DAY
    told = []
    with hooks.register_temporarily("after_facts_changed", lambda changes, at: told.append((changes, at))):
        (change,) = versions.note([intake.programme_id], at=later, by=by)
        assert versions.note([intake.programme_id], at=later) == []
    assert told == [([change], later)]
    assert (versions.words(change.old, "en"), versions.words(change.new, "en")) == ("€1,950", "€2,100")
    assert change.old.valid_until == change.new.valid_from == later
    assert change.new.by == by
    before = versions.current(intake.programme, at=later - timedelta(seconds=1), language="en")
    assert before["price", intake.pk] == change.old


def test_words_of_every_fact():
    intake = IntakeFactory(
        price_minor=195_000, early_price_minor=175_050, early_until=date(2027, 1, 31), late_price_minor=210_000,
        late_from=date(2027, 2, 20), apply_by=date(2027, 2, 25), timetable="Mondays, 18–20 h", modality="online",
        programme__credits=Decimal("7.5"), programme__total_hours=180, programme__accredited_by="AQU",
    )  # fmt: skip
    versions.note([intake.programme_id], at=MONDAY_9AM)
    held = versions.current(intake.programme, at=MONDAY_9AM, language="en").values()
    assert {version.fact: versions.words(version, "en") for version in held if version.intake_id} == {
        "price": "€1,950",
        "early_price": "€1,750.50 until 31 January 2027",
        "late_price": "€2,100 from 20 February 2027",
        "starts_on": "1 March 2027",
        "ends_on": "28 May 2027",
        "apply_by": "25 February 2027",
        "seats": "20 seats",
        "place": "Barcelona",
        "timetable": "Mondays, 18–20 h",
        "modality": "Online",
    }
    assert {version.fact: versions.words(version, "en") for version in held if not version.intake_id} == {
        "credits": "7.5 ECTS",
        "weekly_hours": "6 hours a week",
        "length": "12 weeks, 180 hours in all",
        "modality": "Blended",
        "taught_in": "Catalan, Spanish",
        "accreditation": "AQU",
    }


def test_what_becomes_unknown_is_a_version_too():
    intake = IntakeFactory()
    versions.note([intake.programme_id], at=MONDAY_9AM)
    Intake.objects.filter(pk=intake.pk).update(price_minor=None)
    (change,) = versions.note([intake.programme_id], at=MONDAY_9AM + DAY)
    assert (change.new.value, versions.words(change.new, "en")) == ({}, "")
    assert ("price", intake.pk) not in versions.current(intake.programme, at=MONDAY_9AM + DAY, language="en")


def test_requirements_are_a_fact_of_each_language_and_markup_is_none():
    programme = ProgrammeFactory(code="nursing", page=True)
    page = ProgrammePage.objects.get(programme=programme, locale__language_code="es")
    page.requirements = '<p data-block-key="a1">Grado en <b>Enfermería</b> &amp; un año</p>'
    page.save_revision().publish()
    held = versions.current(programme, at=MONDAY_9AM + 9999 * DAY, language="es")["requirements", None]
    assert held.value == {"text": "Grado en Enfermería & un año"}
    page.requirements = '<p data-block-key="b2">Grado en Enfermería\xa0&amp; un año</p>'
    page.save_revision().publish()
    assert FactVersion.objects.filter(programme=programme, fact="requirements").count() == 1


def test_publishing_a_programme_notes_it():
    build_tree()
    text = {"title": "Nursing", "requirements": "A degree"}
    facts = {"code": "nursing", "intakes": [{"code": "spring", "price_minor": 100_000}]}
    programme = site.publish_programme(facts, {"en": text}, at=MONDAY_9AM)
    assert FactVersion.objects.filter(programme=programme, fact__in=["price", "requirements"]).count() == 2


def test_sweep_notes_what_changed_past_the_editor():
    intake = IntakeFactory()
    versions.note([intake.programme_id], at=MONDAY_9AM)
    Intake.objects.filter(pk=intake.pk).update(price_minor=1, seats=3)
    assert versions.note_missed(at=MONDAY_9AM + DAY) == 2
    assert versions.note_missed(at=MONDAY_9AM + DAY) == 0


def test_clock_that_went_back_makes_no_overlap():
    intake = IntakeFactory()
    versions.note([intake.programme_id], at=MONDAY_9AM)
    Intake.objects.filter(pk=intake.pk).update(price_minor=1)
    (change,) = versions.note([intake.programme_id], at=MONDAY_9AM - DAY)
    assert change.old.valid_until == change.new.valid_from == MONDAY_9AM


PRICES = st.one_of(st.none(), st.integers(0, 3))
STEPS = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {},
            optional={
                "price_minor": PRICES,
                "seats": PRICES,
                "starts_on": st.one_of(st.none(), st.dates(date(2027, 3, 1), date(2027, 3, 3))),
                "timetable": st.sampled_from(["", "Mondays", " Mondays "]),
            },
        ),
        st.fixed_dictionaries(
            {}, optional={"credits": st.one_of(st.none(), st.sampled_from([Decimal(6), Decimal("7.5")])),
                          "weekly_hours": PRICES, "taught_in": st.sampled_from(["", "ca", "ca, es"])}
        ),
        st.integers(-2, 5),
        st.booleans(),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_histories_have_no_gap_and_no_overlap_and_end_in_what_the_tables_say(steps):
    intake = IntakeFactory(ends_on=None)
    at = MONDAY_9AM
    for of_intake, of_programme, hours, is_noted in steps:
        Intake.objects.filter(pk=intake.pk).update(**of_intake)
        Programme.objects.filter(pk=intake.programme_id).update(**of_programme)
        at += timedelta(hours=hours)
        if is_noted:
            versions.note([intake.programme_id], at=at)
    versions.note([intake.programme_id], at=at)

    slots: dict = {}
    for version in FactVersion.objects.filter(programme=intake.programme_id).order_by("pk"):
        slots.setdefault((version.fact, version.intake_id, version.language), []).append(version)
    for history in slots.values():
        for earlier, later in pairwise(history):
            assert earlier.valid_until == later.valid_from >= earlier.valid_from
            assert earlier.value != later.value
        assert history[-1].valid_until is None
    assert _held(intake.programme) == _tables(Intake.objects.get(pk=intake.pk))


def _held(programme):
    held = versions.current(programme, at=MONDAY_9AM + 999 * DAY, language="en")
    return {slot: version.value for slot, version in held.items()}


def _tables(intake):
    """What the rows say, read another way than the product does."""
    programme, pk = intake.programme, intake.pk
    known = {
        ("price", pk): intake.price_minor is not None and {"minor": intake.price_minor, "currency": "EUR"},
        ("starts_on", pk): intake.starts_on and {"on": intake.starts_on.isoformat()},
        ("seats", pk): intake.seats is not None and {"n": intake.seats},
        ("place", pk): {"text": "Barcelona"},
        ("timetable", pk): intake.timetable.strip() and {"text": intake.timetable.strip()},
        ("credits", None): programme.credits is not None and {"ects": float(programme.credits)},
        ("weekly_hours", None): programme.weekly_hours is not None and {"n": programme.weekly_hours},
        ("length", None): {"weeks": 12},
        ("modality", None): {"code": "blended"},
        ("taught_in", None): programme.languages() and {"codes": programme.languages()},
    }
    return {slot: value for slot, value in known.items() if value}


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_eight_who_note_the_same_change_make_one_version():
    intake = IntakeFactory(programme__field=None)
    versions.note([intake.programme_id], at=MONDAY_9AM)
    Intake.objects.filter(pk=intake.pk).update(price_minor=210_000)

    def note(number):
        return len(versions.note([intake.programme_id], at=MONDAY_9AM + number * timedelta(minutes=1)))

    assert sorted(at_once.run(note, processes=8)) == [0] * 7 + [1]
    connections.close_all()
    history = FactVersion.objects.filter(intake=intake, fact="price").order_by("pk")
    assert [version.value["minor"] for version in history] == [125_000, 210_000]
    assert [version.valid_until is None for version in history] == [False, True]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_eight_who_change_at_once_leave_one_unbroken_history():
    intake = IntakeFactory(programme__field=None)
    versions.note([intake.programme_id], at=MONDAY_9AM)

    def change(number):
        for step in range(5):
            Intake.objects.filter(pk=intake.pk).update(price_minor=1000 * (number + 1) + step)
            versions.note([intake.programme_id], at=MONDAY_9AM + timedelta(minutes=step))

    at_once.run(change, processes=8)
    connections.close_all()
    history = list(FactVersion.objects.filter(intake=intake, fact="price").order_by("pk"))
    assert all(one.valid_until == two.valid_from for one, two in pairwise(history))
    assert history[-1].valid_until is None
    intake.refresh_from_db()
    assert history[-1].value["minor"] == intake.price_minor
