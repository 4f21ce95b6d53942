"""What advisers told, and the corrections that follow, at the desk."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from contact_centre import answering, calls, corrections, queue
from contact_centre.models import Case
from people.models import OutgoingMessage
from programmes.models import Correction, Telling
from programmes.told import versions
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import IdentityFactory, PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def intake():
    made = IntakeFactory(price_minor=195_000, programme__title="Community nursing")
    versions.note([made.programme_id], at=MONDAY_9AM)
    return made


@pytest.fixture
def case(intake):
    person = PersonFactory(given_name="Marta", language="ca")
    IdentityFactory(person=person)
    return CaseFactory(person=person, programme=intake.programme, in_hand=True)


def raise_price(intake, price=210_000, *, at=MONDAY_9AM + DAY):
    intake.price_minor = price
    intake.save()
    return versions.note([intake.programme_id], at=at)


def answer(case, body="Hola Marta, el curs costa 1.950 € i comença l’1 de març.", *, at=MONDAY_9AM + HOUR, **more):
    return answering.answer(case, by=case.adviser, at=at, subject="El curs", body=body, **more)


def told(person):
    return {fact.version.fact: fact.words for telling in person.tellings.all() for fact in telling.facts.all()}


def test_answer_notes_the_facts_it_states(case):
    message = answer(case)
    assert told(case.person) == {"price": "1.950\xa0€", "starts_on": "1 de març del 2027"}
    telling = Telling.objects.get()
    assert (telling.message, telling.by, telling.support) == (message, case.adviser, "message")
    answer(case)
    assert Telling.objects.count() == 1


def test_refused_answer_told_nothing(case):
    case.person.identities.all().delete()
    with pytest.raises(answering.NotSent):
        answer(case)
    assert not Telling.objects.exists()


def test_answer_without_programme_is_read_for_those_they_asked_about(case, intake):
    other = CaseFactory(person=case.person, in_hand=True, programme=None, kind=Case.Kind.FOLLOW_UP)
    answer(other, "Community nursing costs 1950 euros")
    assert told(case.person) == {"price": "1.950\xa0€"}


def test_call_notes_what_was_ticked_and_what_the_note_states(case, intake):
    seats = versions.current(intake.programme, at=MONDAY_9AM, language="ca")["seats", intake.pk]
    calls.log_call(
        case, by=case.adviser, at=MONDAY_9AM + HOUR, outcome="reached", note="Li he dit 1950 euros.", facts=[seats.pk]
    )
    assert set(told(case.person)) == {"seats", "price"}
    assert Telling.objects.get().support == "call"


def test_call_that_reached_nobody_told_nothing(case):
    calls.log_call(case, by=case.adviser, at=MONDAY_9AM + HOUR, outcome="no_answer", note="1950 euros")
    assert not Telling.objects.exists()


def test_correction_is_a_case_of_whoever_told(case, intake):
    answer(case)
    raise_price(intake)
    made = Case.objects.get(kind=Case.Kind.CORRECTION)
    assert (made.person, made.adviser, made.programme) == (case.person, case.adviser, intake.programme)
    assert "1.950\xa0€" in made.question and "2.100\xa0€" in made.question


def test_correction_waits_in_the_queue_if_its_adviser_has_left(case, intake):
    answer(case)
    case.adviser.is_active = False
    case.adviser.save()
    raise_price(intake)
    assert Case.objects.get(kind=Case.Kind.CORRECTION).adviser is None


@time_machine.travel(MONDAY_9AM + DAY + HOUR, tick=False)
def test_compose_starts_from_the_draft_and_sending_marks_it_sent(client, case, intake):
    answer(case)
    raise_price(intake)
    made = Case.objects.get(kind=Case.Kind.CORRECTION)
    client.force_login(made.adviser)
    page = client.get(reverse("contact_centre_case", args=[made.uuid]), HTTP_ACCEPT_LANGUAGE="en")
    form = page.context["answer_form"]
    assert "2.100\xa0€" in form["body"].value()
    posted = {name: form[name].value() for name in ("subject", "body", "draft")}
    response = client.post(reverse("contact_centre_answer", args=[made.uuid]), posted, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 302
    correction = Correction.objects.get()
    assert (correction.state, correction.by) == ("sent", made.adviser)
    assert correction.message == OutgoingMessage.objects.latest("pk")
    made.refresh_from_db()
    assert made.state == Case.State.ANSWERED
    latest = Telling.objects.latest("told_at")
    assert "2.100\xa0€" in latest.facts.values_list("words", flat=True) and latest.message == correction.message
    assert Telling.objects.count() == 2
    raise_price(intake, 230_000, at=MONDAY_9AM + 400 * DAY)
    assert not Correction.objects.filter(state="drafted").exists()  # it began long ago


def test_answer_started_from_a_draft_that_was_rewritten_is_not_sent(client, case, intake):
    answer(case)
    raise_price(intake)
    made = Case.objects.get(kind=Case.Kind.CORRECTION)
    seen = corrections.mark(Correction.objects.get())
    raise_price(intake, 220_000, at=MONDAY_9AM + 2 * DAY)
    with pytest.raises(corrections.Rewritten):
        answering.answer(
            made, by=made.adviser, at=MONDAY_9AM + 2 * DAY, subject="s", body="Ara són 2.100 €", draft=seen
        )
    client.force_login(made.adviser)
    response = client.post(
        reverse("contact_centre_answer", args=[made.uuid]),
        {"subject": "s", "body": "Ara són 2.100 €", "draft": seen},
        HTTP_ACCEPT_LANGUAGE="en",
    )
    assert response.status_code == 422 and "rewritten" in response.text
    made.refresh_from_db()
    assert "2.200\xa0€" in made.question and made.events.filter(kind="noted").count() == 1


def test_closing_sets_aside_for_a_reason(client, case, intake):
    answer(case)
    raise_price(intake)
    made = Case.objects.get(kind=Case.Kind.CORRECTION)
    client.force_login(made.adviser)
    address = reverse("contact_centre_close", args=[made.uuid])
    client.post(address, {"note": ""})
    assert Correction.objects.get().state == "drafted"
    client.post(address, {"note": "Told her at the open day"})
    correction = Correction.objects.get()
    assert (correction.state, correction.why, correction.by) == ("set_aside", "Told her at the open day", made.adviser)


def test_change_back_closes_the_case(case, intake):
    answer(case)
    raise_price(intake)
    raise_price(intake, 195_000, at=MONDAY_9AM + 2 * DAY)
    assert Case.objects.get(kind=Case.Kind.CORRECTION).state == Case.State.CLOSED


def test_letter_with_the_old_price_is_corrected_at_once(case, intake):
    raise_price(intake)
    answer(case, at=MONDAY_9AM + 2 * DAY)
    assert Correction.objects.get().person == case.person
    assert Case.objects.get(kind=Case.Kind.CORRECTION).adviser == case.adviser


def test_other_adviser_takes_the_correction_and_sends_it(case, intake):
    answer(case)
    raise_price(intake)
    made, other = Case.objects.get(kind=Case.Kind.CORRECTION), UserFactory(role="Adviser")
    queue.assign([made], to=other, by=UserFactory(role="Contact-centre lead"), at=MONDAY_9AM + DAY)
    answering.answer(made, by=other, at=MONDAY_9AM + DAY + HOUR, subject="Correcció", body="Ara val 2.100 €")
    assert Correction.objects.get().by == other
