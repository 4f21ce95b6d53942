"""Applications: who may come how far, what the school owes then, and who is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contact_centre.models import Case
from enrolment import applications, enrolments, ledger, seats
from enrolment.models import Application, Enrolment
from people.models import OutgoingMessage, Touchpoint
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory, EnrolmentFactory, admitted_application
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory

pytestmark = pytest.mark.django_db
ANSWERS = {"motivation": "To work nearby.", "education": "Nursing", "weekly_hours": 8}


def hand_in(application, at=MONDAY_9AM):
    return applications.submit(application, at=at, **ANSWERS)


def test_starting_twice_goes_on_with_the_draft():
    person, intake = PersonFactory(), IntakeFactory()
    first = applications.start(person, intake, at=MONDAY_9AM)
    assert applications.start(person, intake, at=MONDAY_9AM) == first


def test_draft_is_filled_in_with_what_we_know():
    person, intake = PersonFactory(), IntakeFactory()
    ApplicationFactory(person=person, submitted=True, education="Degree in nursing", weekly_hours=5)
    enquiry = EnquiryFactory(person=person, programme=intake.programme, message="I work in a care home.")
    draft = applications.start(person, intake, at=MONDAY_9AM)
    assert (draft.enquiry, draft.motivation, draft.education, draft.weekly_hours) == (
        enquiry,
        "I work in a care home.",
        "Degree in nursing",
        5,
    )


@pytest.mark.parametrize(
    "closed",
    [
        {"is_open": False},
        {"starts_on": date(2026, 1, 1), "ends_on": None},
        {"apply_by": date(2027, 1, 10)},
        {"price_minor": None},
    ],
)
def test_closed_intake_takes_no_application(closed):
    with pytest.raises(applications.NotOnOffer):
        applications.start(PersonFactory(), IntakeFactory(**closed), at=MONDAY_9AM)


def test_handing_in_opens_one_case_and_writes_one_letter():
    application = ApplicationFactory()
    for _click in range(2):
        hand_in(application)
    application.refresh_from_db()
    assert (application.state, application.submitted_at) == ("submitted", MONDAY_9AM)
    assert application.person.__class__.objects.get(pk=application.person_id).phase == "applicant"
    case = Case.objects.get()
    assert (case.kind, case.question, case.programme) == (
        "application",
        "To work nearby.",
        application.intake.programme,
    )
    assert OutgoingMessage.objects.get(purpose="service").key == f"enrolment:submitted:{application.uuid}"
    assert Touchpoint.objects.get(kind="enrolment.applied").direction == "in"


def test_handing_in_moves_the_enquiry():
    enquiry = EnquiryFactory()
    intake = IntakeFactory(programme=enquiry.programme) if enquiry.programme else IntakeFactory()
    hand_in(applications.start(enquiry.person, intake, at=MONDAY_9AM))
    enquiry.refresh_from_db()
    assert enquiry.state == "applied"


def test_admission_promises_the_price_and_charges_it_once():
    application, by = ApplicationFactory(submitted=True), UserFactory(role="Admissions")
    for _click in range(2):
        applications.admit(application, by=by, at=MONDAY_9AM, note="Good fit")
    application.refresh_from_db()
    assert (application.state, application.price_minor, application.decided_by) == ("admitted", 125_000, by)
    assert [entry.amount_minor for entry in application.ledger.all()] == [125_000]
    letter = OutgoingMessage.objects.get(key=f"enrolment:admitted:{application.uuid}")
    assert "1.250" in letter.body and letter.action_url.endswith(f"/apply/{application.uuid}/")
    assert "Good fit" not in letter.body


def test_promised_price_stays_when_the_intake_gets_dearer():
    application = ApplicationFactory(submitted=True)
    applications.admit(application, by=None, at=MONDAY_9AM)
    application.intake.price_minor = 200_000
    application.intake.save()
    assert ledger.balance(application) == 125_000


def test_decision_closes_the_case_whoever_holds_it():
    application = ApplicationFactory()
    hand_in(application)
    case = Case.objects.get()
    case.state, case.adviser = "in_hand", UserFactory(role="Adviser")
    case.save()
    applications.reject(application, by=UserFactory(role="Admissions"), at=MONDAY_9AM)
    case.refresh_from_db()
    assert case.state == "closed"


def test_free_place_is_given_with_the_admission():
    application = ApplicationFactory(submitted=True, intake=IntakeFactory(price_minor=0))
    applications.admit(application, by=None, at=MONDAY_9AM)
    enrolment = Enrolment.objects.get()
    assert (enrolment.application.state, enrolment.person.phase) == ("enrolled", "student")
    assert not application.ledger.exists()
    assert not OutgoingMessage.objects.filter(key__contains=":admitted:").exists()


def test_free_place_is_not_given_when_the_intake_is_full():
    intake = IntakeFactory(price_minor=0, seats=1)
    EnrolmentFactory(application__intake=intake)
    application = ApplicationFactory(submitted=True, intake=intake)
    with pytest.raises(seats.PlacesGone):
        applications.admit(application, by=None, at=MONDAY_9AM)
    application.refresh_from_db()
    assert application.state == "submitted"


def test_priced_place_is_never_given_unpaid():
    with pytest.raises(enrolments.NotPaid):
        enrolments.enrol(admitted_application(), at=MONDAY_9AM)


STATES = Application.State.values
ACTS = {
    "submit": lambda application: hand_in(application),
    "admit": lambda application: applications.admit(application, by=None, at=MONDAY_9AM),
    "reject": lambda application: applications.reject(application, by=None, at=MONDAY_9AM),
    "withdraw": lambda application: applications.withdraw(application, at=MONDAY_9AM),
}
RESULT = {
    ("draft", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn",
    ("waiting", "submit"): "submitted",
    ("waiting", "withdraw"): "withdrawn",
    ("submitted", "submit"): "submitted",
    ("submitted", "admit"): "admitted",
    ("submitted", "reject"): "rejected",
    ("submitted", "withdraw"): "withdrawn",
    ("admitted", "admit"): "admitted",
    ("admitted", "withdraw"): "withdrawn",
    ("rejected", "reject"): "rejected",
    ("enrolled", "admit"): "enrolled",
    ("withdrawn", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", ACTS)
def test_table_of_moves(state, act):
    application = ApplicationFactory(state=state, price_minor=125_000)
    expected = RESULT.get((state, act))
    if expected is None:
        with pytest.raises(applications.NotPossible):
            ACTS[act](application)
    else:
        ACTS[act](application)
    application.refresh_from_db()
    assert application.state == (expected or state)


def test_withdrawn_applicant_may_apply_again():
    application = admitted_application()
    applications.withdraw(application, at=MONDAY_9AM)
    assert ledger.balance(application) == 0
    assert applications.start(application.person, application.intake, at=MONDAY_9AM) != application


def test_draft_of_an_intake_that_closed_cannot_be_handed_in():
    application = ApplicationFactory(intake=IntakeFactory(apply_by=date(2027, 1, 11)))
    with pytest.raises(applications.NotOnOffer):
        hand_in(application, at=datetime(2027, 1, 12, 8, tzinfo=UTC) + timedelta(hours=1))


def test_name_that_stands_is_not_overwritten():
    person = PersonFactory(given_name="Núria", family_name="")
    applications.learn(person, given_name="Other", family_name="Puig\u202e")
    person.refresh_from_db()
    assert (person.given_name, person.family_name) == ("Núria", "Puig")
