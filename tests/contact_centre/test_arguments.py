"""Marking the arguments used in a case: by whom, once, also two at once, with and without htmx."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contact_centre import arguments, queue
from contact_centre.models import ArgumentUse
from tests.factories.arguments import ArgumentFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, UserFactory
from tests.factories.programmes import ProgrammeFactory

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def desk(client):
    def sign_in(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user)
        return client

    return sign_in


def case_of(adviser=None, **facts):
    return CaseFactory(
        programme=ProgrammeFactory(), adviser=adviser, state="in_hand" if adviser else "waiting", **facts
    )


def mark_url(case, argument):
    return reverse("contact_centre_mark_argument", args=[case.uuid, argument.pk])


def used_in(case):
    return list(case.arguments_used.values_list("argument", flat=True))


def test_marking_again_changes_nothing():
    adviser = UserFactory(role="Adviser")
    case = case_of(adviser)
    argument = ArgumentFactory(programme=case.programme)
    first = arguments.mark(case, argument, by=adviser, at=MONDAY_9AM)
    again = arguments.mark(case, argument, by=adviser, at=LATER)
    assert (again.pk, again.used_at, again.by) == (first.pk, MONDAY_9AM, adviser)


def test_a_mark_is_taken_back_once():
    adviser = UserFactory(role="Adviser")
    case = case_of(adviser)
    argument = ArgumentFactory(programme=None)
    arguments.mark(case, argument, by=adviser, at=MONDAY_9AM)
    assert arguments.unmark(case, argument, by=adviser) is True
    assert arguments.unmark(case, argument, by=adviser) is False
    assert used_in(case) == []


def test_an_argument_for_another_programme_is_refused():
    adviser = UserFactory(role="Adviser")
    case = case_of(adviser)
    with pytest.raises(arguments.NotOfThisCase):
        arguments.mark(case, ArgumentFactory(), by=adviser, at=MONDAY_9AM)


def test_only_whoever_holds_the_case_or_leads_the_desk_marks():
    case = case_of(UserFactory(role="Adviser"))
    argument = ArgumentFactory(programme=case.programme)
    with pytest.raises(queue.NotYours):
        arguments.mark(case, argument, by=UserFactory(role="Adviser"), at=MONDAY_9AM)
    with pytest.raises(queue.NotYours):
        arguments.unmark(case, argument, by=UserFactory(role="Adviser"))
    arguments.mark(case, argument, by=UserFactory(role="Contact-centre lead"), at=MONDAY_9AM)
    assert used_in(case) == [argument.pk]


@pytest.mark.django_db(transaction=True)
def test_two_marks_at_once_are_one():
    adviser = UserFactory(role="Adviser")
    case = case_of(adviser)
    argument = ArgumentFactory(programme=case.programme)

    def mark(_number):
        try:
            return arguments.mark(case, argument, by=adviser, at=MONDAY_9AM).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(mark, range(6)))) == 1
    assert ArgumentUse.objects.count() == 1


def test_the_panel_shows_them_in_the_language_of_the_case(desk):
    client = desk("Adviser")
    case = case_of(client.user, language="es")
    ArgumentFactory(programme=case.programme, text_es="Prácticas reales")
    ArgumentFactory(programme=case.programme, objection=True, text_es="Es caro", answer_es="Tres plazos")
    ArgumentFactory(text_es="De otro programa")
    page = client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()
    assert "Prácticas reales" in page
    assert "Es caro" in page
    assert "Tres plazos" in page
    assert "De otro programa" not in page


def test_what_was_used_stays_on_the_panel_after_it_was_retired():
    adviser = UserFactory(role="Adviser")
    case = case_of(adviser)
    argument = ArgumentFactory(programme=case.programme)
    arguments.mark(case, argument, by=adviser, at=MONDAY_9AM)
    argument.is_retired = True
    argument.save()
    assert [(one.said.argument, one.is_used) for one in arguments.offered(case)] == [(argument, True)]
    arguments.unmark(case, argument, by=adviser)
    assert arguments.offered(case) == []


def test_with_htmx_the_button_comes_back_as_it_is_now(desk):
    client = desk("Adviser")
    case = case_of(client.user)
    argument = ArgumentFactory(programme=case.programme)
    answer = client.post(mark_url(case, argument), {"used": "yes"}, headers={"hx-request": "true"})
    assert 'aria-pressed="true"' in answer.content.decode()
    assert used_in(case) == [argument.pk]
    answer = client.post(mark_url(case, argument), {"used": "no"}, headers={"hx-request": "true"})
    assert 'aria-pressed="false"' in answer.content.decode()
    assert used_in(case) == []


def test_without_scripts_one_comes_back_to_where_one_was(desk):
    client = desk("Adviser")
    case = case_of(client.user)
    argument = ArgumentFactory(programme=case.programme)
    case_page = reverse("contact_centre_case", args=[case.uuid])
    assert client.post(mark_url(case, argument), {"used": "yes"}).url == f"{case_page}#desk-arguments"
    assert client.post(mark_url(case, argument), {"used": "yes", "next": "/admin/queue/"}).url == "/admin/queue/"
    elsewhere = client.post(mark_url(case, argument), {"used": "yes", "next": "https://evil.example/"})
    assert elsewhere.url == f"{case_page}#desk-arguments"


def test_somebody_elses_case_is_not_marked(desk):
    case = case_of(UserFactory(role="Adviser"))
    argument = ArgumentFactory(programme=case.programme)
    client = desk("Adviser")
    page = client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()
    assert argument.text_ca in page
    assert mark_url(case, argument) not in page
    assert client.post(mark_url(case, argument), {"used": "yes"}, follow=True).status_code == 200
    client.post(mark_url(case, argument), {"used": "yes"}, headers={"hx-request": "true"})
    assert used_in(case) == []


def test_who_reads_cases_without_arguments_sees_no_panel(desk):
    case = case_of()
    ArgumentFactory(programme=case.programme, text_ca="SECRET-ARGUMENT")
    page = desk("Data protection").get(reverse("contact_centre_case", args=[case.uuid]))
    assert page.status_code == 200
    assert "SECRET-ARGUMENT" not in page.content.decode()


def test_the_panel_costs_the_same_with_more_arguments(desk):
    client = desk("Adviser")
    case = case_of(client.user)
    address = reverse("contact_centre_case", args=[case.uuid])

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    used = ArgumentFactory(programme=case.programme)
    arguments.mark(case, used, by=client.user, at=MONDAY_9AM)
    queries()
    few = queries()
    for argument in ArgumentFactory.create_batch(3, programme=case.programme):
        arguments.mark(case, argument, by=client.user, at=MONDAY_9AM)
    assert queries() == few
