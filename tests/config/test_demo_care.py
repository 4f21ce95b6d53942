"""The demo school shows what it owes people: duplicates, guardians, consents, preferences, retention and review."""

from datetime import UTC, datetime, timedelta

import pytest

from config.demo import care, catalogue, families, likenesses, school
from config.demo.simulation import Simulation
from enrolment.models import Application
from people import sweeping
from people.access import audit_review
from people.contact import policy
from people.identity import duplicates
from people.models import (
    AuditReview,
    ConsentRequest,
    DuplicatePair,
    ImportRun,
    Merge,
    Person,
    PlannedErasure,
    Suppression,
    Touchpoint,
)
from tests.factories.programmes import ProgrammeFactory

NOW = datetime(2027, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def told(db):
    """The stories of care alone, on a clock that ends now."""
    school.make_accounts(at=NOW - timedelta(days=440))
    for code in catalogue.FACTS:
        catalogue.make_intakes(ProgrammeFactory(code=code), today=NOW.date())
    simulation = Simulation(now=NOW, seed=7)
    likenesses.schedule(simulation)
    care.schedule(simulation)
    for days, story in ((24, families.with_guardian), (19, families.mother_and_son), (5, families.waiting_for_mother)):
        simulation.at(NOW - timedelta(days=days), story, simulation=simulation)
    simulation.run(each_day=lambda at: sweeping.sweep(at=at) if at.weekday() == 0 else None)
    care.finish(simulation)


def pairs_of(email: str) -> list[DuplicatePair]:
    return duplicates.open_pairs_of(Person.objects.get(identities__value=email))


@pytest.mark.usefixtures("told")
def test_people_are_cared_for():
    # People who may be one, each for another reason
    assert "same_mailbox" in pairs_of("nuria.puig@correu.example")[0].reasons
    assert any("same_name_and_birth_date" in pair.reasons for pair in pairs_of("marc.roca@correu.example"))
    assert "lookalike_name" in pairs_of("marta.soler@correu.example")[0].reasons
    assert "shared_email" in pairs_of(families.MAILBOX)[0].reasons
    merge = Merge.objects.get(undone_at=None)
    assert Touchpoint.objects.filter(person=merge.survivor, at__gt=merge.at + timedelta(hours=12)).count() >= 3

    # Two applicants under age
    states = {application.person.given_name: application.state for application in Application.objects.all()}
    assert states == {"Jana": Application.State.WAITING, "Pol": Application.State.ADMITTED}

    # What they said about being written to
    assert ConsentRequest.objects.get(person__given_name="Ximena").confirmed_at is None
    rosa = Person.objects.get(identities__value=care.ROSA.email)
    assert rosa.consents.get(channel="phone", purpose="commercial").proof
    assert policy.may_contact(rosa, channel="phone", purpose="commercial", at=NOW).allowed
    quim = Person.objects.get(given_name="Quim")
    assert policy.may_contact(quim, channel="email", purpose="commercial", at=NOW).reason == "paused"
    assert Suppression.objects.filter(list_name=care.LIST_NAME).count() == 7
    assert Touchpoint.objects.exclude(emotion="").exclude(sentiment=None).count() >= 12

    # Whom the school forgets, what staff looked at, and a file that was taken in
    assert PlannedErasure.objects.filter(done_at=None).count() == 6
    assert PlannedErasure.objects.filter(held_until__gt=NOW.date()).count() == 1
    assert AuditReview.objects.exclude(reviewed_at=None).count() == 2
    assert audit_review.waiting().count() >= 5
    run = ImportRun.objects.get()
    assert (run.created, len(run.rejected)) == (5, 2)
    assert run.by.email == "admissions@llevant.example"
