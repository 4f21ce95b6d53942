"""Which facts a written text states, however it spells them."""

from datetime import date, timedelta

import pytest

from programmes.models import Intake, ProgrammePage
from programmes.told import stated, tellings, versions
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

ON = MONDAY_9AM.date()  # 11 January 2027
EUROS = {"minor": 195_000, "currency": "EUR"}
CENTS = {"minor": 99_950, "currency": "EUR"}
POUNDS = {"minor": 1_250_000, "currency": "GBP"}
MARCH = {"on": "2027-03-01"}
FAR = {"on": "2028-04-05"}
REQUIRED = {"text": "Grau en Infermeria. Un any d’experiència en atenció primària o domiciliària."}

STATED = [
    ("price", EUROS, "El curs costa 1.950 €."),
    ("price", EUROS, "El curs costa 1.950\xa0€"),
    ("price", EUROS, "1.950\u202f€, tot inclòs"),
    ("price", EUROS, "cuesta 1950€"),
    ("price", EUROS, "son 1950 euros"),
    ("price", EUROS, "it is €1,950"),
    ("price", EUROS, "EUR 1,950.00 in all"),
    ("price", EUROS, "1 950 € à payer"),
    ("price", EUROS, "1.950,00 EUR"),
    ("price", CENTS, "999,50 €"),
    ("price", CENTS, "€999.50"),
    ("price", POUNDS, "£12,500 a year"),
    ("price", POUNDS, "12500 GBP"),
    ("price", {"minor": 0, "currency": "EUR"}, "És gratuït"),
    ("price", {"text": "On request"}, "The price is on request."),
    ("early_price", {**EUROS, "until": "2027-01-31"}, "només 1.950 € fins al 31 de gener"),
    ("starts_on", MARCH, "comença l’1 de març del 2027"),
    ("starts_on", MARCH, "comença l'1 de març de 2027"),
    ("starts_on", MARCH, "comença l'1 de març"),
    ("starts_on", MARCH, "empieza el 1 de marzo de 2027"),
    ("starts_on", MARCH, "It starts on 1 March 2027"),
    ("starts_on", MARCH, "It starts on March 1st, 2027"),
    ("starts_on", MARCH, "on the 1st of March"),
    ("starts_on", MARCH, "1 Mar 2027"),
    ("starts_on", MARCH, "01/03/2027"),
    ("starts_on", MARCH, "1/3/27"),
    ("starts_on", MARCH, "1.3.2027"),
    ("starts_on", MARCH, "2027-03-01"),
    ("starts_on", FAR, "el 5 d’abril del 2028"),
    ("apply_by", {"on": "2027-02-15"}, "abans del 15/2"),
    ("seats", {"n": 20}, "Hi ha 20 places."),
    ("seats", {"n": 20}, "son 20 plazas"),
    ("credits", {"ects": 7.5}, "7,5 crèdits"),
    ("credits", {"ects": 60.0}, "60 ECTS"),
    ("weekly_hours", {"n": 6}, "unes 6 hores a la setmana"),
    ("weekly_hours", {"n": 6}, "6 h semanales"),
    ("weekly_hours", {"n": 6}, "six or so: 6 hours per week"),
    ("length", {"weeks": 12}, "dura 12 setmanes"),
    ("length", {"weeks": 12}, "a 12-week course"),
    ("length", {"hours": 1500}, "1.500 hores en total"),
    ("length", {"text": "Nine months"}, "it takes nine months"),
    ("modality", {"code": "online"}, "és tot en línia"),
    ("modality", {"code": "blended"}, "semipresencial"),
    ("taught_in", {"codes": ["ca", "es"]}, "en català i castellà"),
    ("place", {"text": "Sant Martí"}, "al campus de SANT MARTÍ"),
    ("timetable", {"text": "Dilluns i dimecres, 18–21 h"}, "Fem classe dilluns i dimecres, 18-21 h."),
    ("requirements", REQUIRED, "Cal un any d'experiència en atenció primària o domiciliària"),
]
NOT_STATED = [
    ("price", EUROS, "des de 1950 fem cursos"),
    ("price", EUROS, "11.950 €"),
    ("price", EUROS, "1.950,50 €"),
    ("price", EUROS, "19.500 €"),
    ("price", EUROS, "£1,950"),
    ("price", {"minor": 95_000, "currency": "EUR"}, "1 950 €"),
    ("price", {"minor": 0, "currency": "EUR"}, "feel free to ask"),
    ("starts_on", MARCH, "1 de març del 2028"),
    ("starts_on", MARCH, "l’11 de març"),
    ("starts_on", MARCH, "març del 2027"),
    ("starts_on", MARCH, "21/03/2027"),
    ("starts_on", FAR, "el 5 d’abril"),
    ("seats", {"n": 20}, "queden 20 places lliures"),
    ("seats", {"n": 20}, "120 places"),
    ("credits", {"ects": 6.0}, "60 ECTS"),
    ("weekly_hours", {"n": 6}, "obrim 6 hores"),
    ("weekly_hours", {"n": 6}, "16 hours a week"),
    ("length", {"hours": 6}, "6 hores a la setmana"),
    ("modality", {"code": "on_site"}, "semipresencial"),
    ("taught_in", {"codes": ["ca", "es"]}, "només en català"),
    ("place", {"text": "Gràcia"}, "moltes gràcies"),
    ("requirements", REQUIRED, "Quins requisits hi ha?"),
    ("price", {}, "1.950 €"),
]


@pytest.mark.parametrize(("fact", "value", "text"), STATED)
def test_text_states_the_fact(fact, value, text):
    assert stated.states(stated.plain(text), fact, value, ON)


@pytest.mark.parametrize(("fact", "value", "text"), NOT_STATED)
def test_text_does_not_state_the_fact(fact, value, text):
    assert not stated.states(stated.plain(text), fact, value, ON)


def _found(text, programme, *, at=MONDAY_9AM, language="ca"):
    found = tellings.found_in(text, programme=programme, language=language, at=at)
    return {(version.fact, version.intake_id): versions.words(version, "en") for version in found}


@pytest.mark.django_db
def test_intake_named_by_its_start_is_the_one_told():
    spring = IntakeFactory(price_minor=195_000, campus="")
    autumn = IntakeFactory(
        programme=spring.programme, starts_on=date(2027, 9, 20), ends_on=None, price_minor=195_000, campus=""
    )
    versions.note([spring.programme_id], at=MONDAY_9AM)
    assert set(_found("Val 1.950 €", spring.programme)) == {("price", spring.pk)}  # the nearest is meant
    assert _found("La de setembre val 1.950 €", spring.programme) == {("price", autumn.pk): "€1,950"}
    assert set(_found("El 20 de setembre, 1.950 €", spring.programme)) == {
        ("price", autumn.pk),
        ("starts_on", autumn.pk),
    }


@pytest.mark.django_db
def test_intake_that_has_begun_is_not_told_of():
    intake = IntakeFactory(price_minor=195_000)
    versions.note([intake.programme_id], at=MONDAY_9AM)
    assert _found("1.950 €", intake.programme, at=MONDAY_9AM + timedelta(days=90)) == {}


@pytest.mark.django_db
def test_old_price_is_found_as_the_old_version_unless_the_new_one_stands_there_too():
    intake = IntakeFactory(price_minor=195_000)
    versions.note([intake.programme_id], at=MONDAY_9AM)
    Intake.objects.filter(pk=intake.pk).update(price_minor=210_000)
    at = MONDAY_9AM + timedelta(days=1)
    versions.note([intake.programme_id], at=at)
    assert _found("1.950 €", intake.programme, at=at) == {("price", intake.pk): "€1,950"}
    assert _found("Abans 1.950 €, ara 2.100 €", intake.programme, at=at) == {("price", intake.pk): "€2,100"}
    assert _found("1.950 €", intake.programme, at=at + timedelta(days=70)) == {}  # nobody means that any more


@pytest.mark.django_db
def test_requirements_are_read_in_the_language_of_the_reader():
    programme = ProgrammeFactory(code="nursing", page=True)
    ProgrammePage.objects.filter(programme=programme, locale__language_code="es").update(
        requirements="<p>Grado en Enfermería o equivalente reconocido</p>"
    )
    versions.note([programme.pk], at=MONDAY_9AM)
    text = "Pedimos el grado en enfermería o equivalente reconocido."
    assert ("requirements", None) in _found(text, programme, language="es")
    assert ("requirements", None) not in _found(text, programme, language="ca")
