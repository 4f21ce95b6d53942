"""Applications, payments and enrolments for tests: smallest valid rows; traits name the states.

Rows made here bypass the verbs. Where the ledger matters, call ``applications.admit`` and pay.
"""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from enrolment.models import Application, Enrolment, LedgerEntry, Payment, Receipt
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory

MONDAY_9AM = datetime(2027, 1, 11, 8, tzinfo=UTC)  # nine o'clock in Barcelona


class ApplicationFactory(DjangoModelFactory):
    """A draft begun on Monday at nine."""

    class Meta:
        model = Application

    person = factory.SubFactory(PersonFactory)
    intake = factory.SubFactory(IntakeFactory)
    created_at = MONDAY_9AM

    class Params:
        submitted = factory.Trait(
            state=Application.State.SUBMITTED,
            motivation="I want to work in the neighbourhood.",
            education="Degree in nursing",
            weekly_hours=8,
            submitted_at=factory.SelfAttribute("created_at"),
        )
        admitted = factory.Trait(
            submitted=True,
            state=Application.State.ADMITTED,
            price_minor=factory.SelfAttribute("intake.price_minor"),
            currency=factory.SelfAttribute("intake.currency"),
            decided_at=factory.SelfAttribute("created_at"),
            decided_by=factory.SubFactory(UserFactory, role="Admissions"),
        )
        rejected = factory.Trait(
            submitted=True, state=Application.State.REJECTED, decided_at=factory.SelfAttribute("created_at")
        )
        enrolled = factory.Trait(admitted=True, state=Application.State.ENROLLED)


def admitted_application(**facts) -> Application:
    """An admitted application whose price is in the ledger, as ``applications.admit`` leaves it."""
    application = ApplicationFactory(admitted=True, **facts)
    LedgerEntry.objects.create(
        application=application,
        kind=LedgerEntry.Kind.CHARGE,
        amount_minor=application.price_minor,
        currency=application.currency,
        at=application.created_at,
        key=f"charge:{application.uuid}",
    )
    return application


class PaymentFactory(DjangoModelFactory):
    """A page that is open at the provider for an hour."""

    class Meta:
        model = Payment

    application = factory.SubFactory(ApplicationFactory, admitted=True)
    amount_minor = factory.SelfAttribute("application.price_minor")
    currency = factory.SelfAttribute("application.currency")
    state = Payment.State.OPEN
    session_id = factory.Sequence(lambda number: f"cs_test_made_up_{number}")
    page_url = "https://pay.example/page"
    created_at = MONDAY_9AM
    expires_at = factory.LazyAttribute(lambda payment: payment.created_at + timedelta(hours=1))

    class Params:
        settled = factory.Trait(
            state=Payment.State.SETTLED,
            settled_at=factory.SelfAttribute("created_at"),
            intent_id=factory.Sequence(lambda number: f"pi_made_up_{number}"),
            card="visa 4242",
        )
        expired = factory.Trait(state=Payment.State.EXPIRED)


class ReceiptFactory(DjangoModelFactory):
    class Meta:
        model = Receipt

    payment = factory.SubFactory(PaymentFactory, settled=True)
    number = factory.Sequence(lambda number: f"2027-{number + 1:06}")
    issued_at = MONDAY_9AM


class EnrolmentFactory(DjangoModelFactory):
    """A student's place."""

    class Meta:
        model = Enrolment

    application = factory.SubFactory(ApplicationFactory, enrolled=True)
    person = factory.SelfAttribute("application.person")
    intake = factory.SelfAttribute("application.intake")
    enrolled_at = MONDAY_9AM
