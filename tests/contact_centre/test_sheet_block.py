"""The sheet put into an answer that is being written."""

import pytest
import time_machine
from django.urls import reverse

from contact_centre import reply_texts
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import IdentityFactory, PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    programme = ProgrammeFactory(code="nursing", title="Infermeria comunitària", page=True)
    IntakeFactory(programme=programme, price_minor=195_000)
    person = PersonFactory(given_name="Marta", language="ca")
    IdentityFactory(person=person)
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield CaseFactory(person=person, programme=programme, in_hand=True, language="ca")


def insert(client, case, body, **headers):
    address = reverse("contact_centre_insert_sheet", args=[case.uuid])
    return client.post(address, {"subject": "El curs", "body": body}, headers=headers)


def test_sheet_goes_above_the_name_in_the_language_of_the_case(client, case):
    client.force_login(case.adviser)
    name = case.adviser.get_full_name() or case.adviser.email
    response = insert(client, case, f"Hola Marta,\n\nAixò és el que demanaves.\n\n{name}", hx_request="true")
    text = response.context["answer_form"]["body"].value().replace("\xa0", " ")
    assert text.startswith("Hola Marta,")
    assert text.endswith(name)
    assert "1.950 €" in text
    assert "1 de març del 2027" in text
    assert "/ca/programmes/nursing/" in text
    assert "<html" not in response.content.decode()


def test_without_javascript_the_whole_case_comes_back(client, case):
    client.force_login(case.adviser)
    page = insert(client, case, "Hola Marta,").content.decode().replace("\xa0", " ")
    assert "<html" in page
    assert "1.950 €" in page


def test_only_who_holds_the_case_is_given_the_text(client, case):
    other = UserFactory(role="Adviser")
    client.force_login(other)
    assert "1.950" not in insert(client, case, "Hola", hx_request="true").content.decode()


def test_a_sheet_is_not_put_in_twice():
    once = reply_texts.with_block("Hola\r\n\r\nMarta", "Preu: 10 €", above="Marta")
    assert once == "Hola\n\nPreu: 10 €\n\nMarta"
    assert reply_texts.with_block(once, "Preu: 10 €", above="Marta") == once
