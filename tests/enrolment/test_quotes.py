"""The price of the day of the application holds, and what applicants were told is corrected when it changes."""

from datetime import date, timedelta

import pytest

from enrolment import applications, guardians, ledger
from people.models import OutgoingMessage
from programmes.models import Correction, Telling
from programmes.told import versions
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory
from tests.factories.people import IdentityFactory
from tests.factories.programmes import IntakeFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def intake():
    made = IntakeFactory(price_minor=125_000, early_price_minor=110_000, early_until=MONDAY_9AM.date())
    versions.note([made.programme_id], at=MONDAY_9AM - DAY)
    return made


def apply(intake, *, at=MONDAY_9AM, **facts):
    application = ApplicationFactory(intake=intake, **facts)
    IdentityFactory(person=application.person)
    return applications.submit(application, at=at, motivation="I like it", education="", weekly_hours=None)


def change(intake, *, at=MONDAY_9AM + 2 * DAY, **facts):
    type(intake).objects.filter(pk=intake.pk).update(**facts)
    return versions.note([intake.programme_id], at=at)


def told(support):
    telling = Telling.objects.get(support=support)
    return {fact.version.fact for fact in telling.facts.all()}


def test_early_price_holds_for_whoever_applied_in_time(intake):
    early = apply(intake)
    late = apply(intake, at=MONDAY_9AM + DAY)
    assert (early.price_minor, late.price_minor) == (110_000, 125_000)
    change(intake, price_minor=150_000, early_price_minor=None, early_until=None)
    admitted = applications.admit(early, by=None, at=MONDAY_9AM + 3 * DAY)
    assert ledger.balance(admitted) == 110_000


def test_letter_says_the_price_and_it_is_noted(intake):
    application = apply(intake, person__language="en")
    letter = OutgoingMessage.objects.get(key=f"enrolment:submitted:{application.uuid}")
    assert "€1,100" in letter.body
    assert told("quote") == {"early_price", "starts_on", "place"}
    assert told("letter") == {"early_price"}


def test_change_of_price_is_no_correction_for_applicants_but_a_change_of_start_is(intake):
    application = apply(intake)
    change(intake, price_minor=150_000, early_price_minor=120_000)
    assert not Correction.objects.exists()
    change(intake, starts_on=date(2027, 4, 5))
    assert Correction.objects.get().person == application.person


def test_start_is_not_corrected_once_the_application_is_over(intake):
    application = apply(intake)
    applications.withdraw(application, at=MONDAY_9AM + DAY)
    change(intake, starts_on=date(2027, 4, 5))
    assert not Correction.objects.exists()


def test_price_is_kept_while_the_guardian_thinks_and_given_up_if_they_decline(intake):
    person = {"person__birth_date": date(2012, 5, 1)}
    application = ApplicationFactory(intake=intake, **person)
    IdentityFactory(person=application.person)
    request = guardians.ask(application, email="mother@example.org", given_name="Joana", at=MONDAY_9AM)
    application.refresh_from_db()
    assert application.price_minor == 110_000
    assert Telling.objects.filter(support="quote", person=request.guardian).exists()
    handed_in = guardians.agree(request, at=MONDAY_9AM + DAY)
    assert (handed_in.state, handed_in.price_minor) == ("submitted", 110_000)

    second = ApplicationFactory(intake=intake, **person)
    IdentityFactory(person=second.person, value="second@example.org")
    request = guardians.ask(second, email="father@example.org", given_name="Pau", at=MONDAY_9AM)
    assert guardians.decline(request, at=MONDAY_9AM + DAY).price_minor is None


def test_application_from_before_prices_were_kept_is_admitted_at_the_price_of_its_day(intake):
    application = ApplicationFactory(intake=intake, submitted=True, submitted_at=MONDAY_9AM)
    admitted = applications.admit(application, by=None, at=MONDAY_9AM + 9 * DAY)
    assert admitted.price_minor == 110_000
