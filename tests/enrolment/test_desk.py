"""The desk of Admissions and Finance: lists, acts, permissions, panels."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contact_centre.models import Case
from enrolment import incidents, payments
from enrolment.models import Application, Enrolment, Payment
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, PaymentFactory, ReceiptFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(client):
    def sign_in(role):
        user = UserFactory(role=role)
        client.force_login(user)
        return user

    return sign_in


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_list_of_applications_costs_the_same_with_more_rows(client, as_role):
    as_role("Admissions")
    ApplicationFactory(submitted=True)
    few = queries(client, "/admin/applications/")
    for _more in range(2):
        ApplicationFactory(submitted=True)
    assert queries(client, "/admin/applications/") == few


def test_list_of_payments_costs_the_same_with_more_rows(client, as_role):
    as_role("Finance")
    ReceiptFactory()
    few = queries(client, "/admin/payments/")
    ReceiptFactory()
    PaymentFactory()
    assert queries(client, "/admin/payments/") == few


def test_list_is_filtered_and_exported(client, as_role):
    as_role("Admissions")
    waiting = ApplicationFactory(submitted=True, motivation="=1+1")
    ApplicationFactory(rejected=True)
    page = client.get("/admin/applications/?state=submitted").content.decode()
    assert page.count("/admin/applications/inspect/") == 1
    answer = client.get("/admin/applications/?state=submitted&export=csv")
    table = b"".join(answer.streaming_content).decode()
    assert str(waiting.uuid) in table and "'=1+1" in table and len(table.strip().splitlines()) == 2


@pytest.mark.parametrize(("act", "state"), [("admit", "admitted"), ("reject", "rejected")])
def test_admissions_decides(client, as_role, act, state):
    user = as_role("Admissions")
    application = ApplicationFactory(submitted=True)
    page = client.get(f"/admin/applications/inspect/{application.pk}/")
    assert f"/admin/applications/{application.pk}/admit/" in page.content.decode()
    client.post(f"/admin/applications/{application.pk}/{act}/", {"note": "Seen"})
    application.refresh_from_db()
    assert (application.state, application.decided_by, application.decision_note) == (state, user, "Seen")


@pytest.mark.parametrize("role", ["Adviser", "Finance", "Tutor", "Editor"])
def test_others_do_not_decide(client, as_role, role):
    as_role(role)
    application = ApplicationFactory(submitted=True)
    client.post(f"/admin/applications/{application.pk}/admit/")
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
    assert client.get(f"/admin/applications/{application.pk}/admit/").status_code in (302, 405)


def test_deciding_twice_is_said_kindly(client, as_role):
    as_role("Admissions")
    application = ApplicationFactory(rejected=True)
    client.post(f"/admin/applications/{application.pk}/admit/")
    application.refresh_from_db()
    assert application.state == "rejected"


@pytest.mark.parametrize(("role", "sees"), [("Finance", 200), ("Director", 200), ("Adviser", 302), ("Tutor", 302)])
def test_payments_are_for_finance(client, as_role, role, sees):
    as_role(role)
    payment = PaymentFactory(settled=True)
    assert client.get("/admin/payments/").status_code == sees
    assert client.get(f"/admin/payments/inspect/{payment.pk}/").status_code == sees


def test_finance_gives_a_payment_back(client, as_role, sandbox, application):
    as_role("Finance")
    payment = payments.start_checkout(application, at=timezone.now(), language="en")
    sandbox.pay(payment.page_url)
    payments.settle(payment, at=timezone.now())
    address = f"/admin/payments/{payment.pk}/refund/"
    client.post(address, {"reason": ""})
    assert Payment.objects.get().state == "settled"
    client.post(address, {"reason": "Moved", "ends_place": "on"})
    assert (Payment.objects.get().state, Enrolment.objects.get().state) == ("refunded", "withdrawn")


def test_director_does_not_give_back(client, as_role):
    as_role("Director")
    payment = PaymentFactory(settled=True)
    client.post(f"/admin/payments/{payment.pk}/refund/", {"reason": "x"})
    payment.refresh_from_db()
    assert payment.state == "settled"


def test_my_day_shows_each_what_waits_for_them(client, as_role):
    application = ApplicationFactory(submitted=True)
    payment = PaymentFactory()
    incidents.report(payment, what="Two amounts differ", at=timezone.now())
    as_role("Admissions")
    page = client.get("/admin/my-day/").content.decode()
    assert f"/admin/applications/inspect/{application.pk}/" in page and "Two amounts differ" not in page
    as_role("Finance")
    page = client.get("/admin/my-day/").content.decode()
    assert "Two amounts differ" in page and f"/admin/payments/inspect/{payment.pk}/" in page


def test_incident_is_opened_once(db):
    payment = PaymentFactory()
    for _again in range(3):
        incidents.report(payment, what="Two amounts differ", at=timezone.now())
    assert Case.objects.count() == 1


def test_person_page_shows_applications_and_balance(client, as_role, application):
    as_role("Admissions")
    page = client.get(f"/admin/people/{application.person.uuid}/").content.decode()
    assert f"/admin/applications/inspect/{application.pk}/" in page


def test_reconcile_finds_what_does_not_agree(sandbox, application, capsys):
    EnrolmentFactory(application__price_minor=100, enrolled_at=timezone.now())
    with pytest.raises(SystemExit) as status:
        call_command("reconcile", "--json")
    assert status.value.code == 1
    assert "place_not_charged" in capsys.readouterr().out


def test_reconcile_without_provider_is_refused_in_one_line(sandbox, settings, capsys, db):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(SystemExit) as status:
        call_command("reconcile")
    assert status.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
