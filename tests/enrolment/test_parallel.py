"""Many at once, in processes of their own: seats, receipts and double clicks hold."""

import pytest
from django.utils import timezone

from enrolment import applications, payments, receipts, seats
from enrolment.models import Application, Enrolment, Payment, Receipt
from tests.enrolment.crowd import crowd
from tests.factories.enrolment import ApplicationFactory, PaymentFactory, admitted_application
from tests.factories.people import PersonFactory
from tests.factories.programmes import IntakeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def roles_survive(transactional_db):
    """A flushed database has lost its roles; factories grant them again when they are needed."""


def _buy(pk):
    application = Application.objects.get(pk=pk)
    return payments.start_checkout(application, at=timezone.now(), language="en").state


def test_twelve_buyers_never_get_more_than_five_seats(sandbox):
    intake = IntakeFactory(seats=5)
    buyers = [admitted_application(intake=intake, decided_by=None).pk for _one in range(12)]

    assert crowd(_buy, buyers) == {"open": 5, "PlacesGone": 7}
    assert seats.left(intake) == 0

    for payment in Payment.objects.all():
        sandbox.pay(payment.page_url)
    assert crowd(_settle, [*Payment.objects.values_list("pk", flat=True)] * 2) == {"settled": 10}
    assert Enrolment.objects.count() == Receipt.objects.count() == 5


def _settle(pk):
    return payments.settle(Payment.objects.get(pk=pk), at=timezone.now()).state


def test_one_buyer_with_many_clicks_holds_one_seat(sandbox):
    application = admitted_application(intake=IntakeFactory(seats=1), decided_by=None)
    assert crowd(_buy, [application.pk] * 6) == {"open": 6}
    assert Payment.objects.count() == 1


def _issue(pk):
    return receipts.issue(Payment.objects.get(pk=pk), at=timezone.now()).number


def test_receipts_are_numbered_without_gap_or_double():
    paid = [PaymentFactory(settled=True, application__decided_by=None).pk for _one in range(10)]
    numbers = crowd(_issue, paid + paid)
    year = timezone.localtime().year
    assert numbers == {f"{year}-{number:06}": 2 for number in range(1, 11)}


def _apply(ids):
    from people.models import Person
    from programmes.models import Intake

    return applications.start(Person.objects.get(pk=ids[0]), Intake.objects.get(pk=ids[1]), at=timezone.now()).pk


def test_many_clicks_begin_one_application():
    ids = (PersonFactory().pk, IntakeFactory().pk)
    assert list(crowd(_apply, [ids] * 6).values()) == [6]


def _enrol(pk):
    return applications.admit(Application.objects.get(pk=pk), by=None, at=timezone.now()).state


def test_free_places_are_given_once_each():
    intake = IntakeFactory(seats=3, price_minor=0)
    waiting = [ApplicationFactory(submitted=True, intake=intake).pk for _one in range(8)]
    assert crowd(_enrol, waiting) == {"enrolled": 3, "PlacesGone": 5}
