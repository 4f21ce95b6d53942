"""Those who do not come alone: a family with one mailbox, applicants under age, and a student whose employer pays."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from config.demo import checkout, voices
from config.demo.cast import staff
from config.demo.history import History
from config.demo.simulation import MADRID, Simulation
from config.demo.talks import Talk, held
from enrolment import applications, guardians, payments
from enrolment.models import Application
from people import relatives
from people.contact import outbox
from people.models import Person, Relationship
from programmes.models import Intake

MAILBOX = "familia.ponsvilar@correu.example"
MOTHER = Talk(
    "Montserrat",
    "Vilar Planas",
    MAILBOX,
    "early-childhood",
    note="Treballa en una escola bressol i vol el postgrau. La família comparteix el correu: cal dir per a qui és.",
    emotion="enthusiasm",
    sentiment=0.5,
    question=3,
)
SON = Talk(
    "Arnau",
    "Pons Vilar",
    MAILBOX,
    "ux-design",
    note="És el fill de la Montserrat. Pregunta per ell mateix; li sembla car i en parlarà a casa.",
    emotion="doubt",
    sentiment=0.0,
    question=0,
    login="adviser2",
)
GIRL = Talk(
    "Jana",
    "Coll Ferrer",
    "jana.coll@correu.example",
    "catalan-c1",
    note="Té setze anys i vol el C1 abans de la selectivitat. Li explico que la mare hi ha d’estar d’acord.",
    emotion="enthusiasm",
    sentiment=1.0,
    question=7,
)
BOY = Talk(
    "Pol",
    "Ribas Amat",
    "pol.ribas@correu.example",
    "patisserie",
    note="Disset anys, ajuda a la pastisseria dels oncles. El pare, que és qui pagarà, vol parlar amb nosaltres.",
    emotion="calm",
    sentiment=0.5,
    question=4,
    login="adviser2",
)
CARER = Talk(
    "Ramon",
    "Estrada Gil",
    "ramon.estrada@correo.example",
    "elderly-care",
    note="Li ho paga la residència on treballa. Demana que les factures vagin directament a l’administració.",
    emotion="calm",
    sentiment=0.5,
    question=0,
    language="es",
)
EMPLOYER = relatives.Details(
    email="administracio@residencia-onada.example", given_name="Residència", family_name="Onada", language="ca"
)
PROOF = "Full d’acceptació signat per en Ramon i per la residència; l’original és a l’arxiu d’admissions."


def schedule(simulation: Simulation, history: History) -> None:
    """Put these stories among those of the others, each at an hour at which somebody is at the desk."""
    now = simulation.now
    stories: list[tuple[int, Callable, dict[str, Any]]] = [
        (158, employed, {"history": history}),
        (24, with_guardian, {}),
        (19, mother_and_son, {}),
        (5, waiting_for_mother, {}),
    ]
    for days, story, details in stories:
        at = simulation.office_hours(now - timedelta(days=days))
        simulation.at(at, story, simulation=simulation, **details)


def mother_and_son(*, at: datetime, simulation: Simulation) -> None:
    """They write from one mailbox and are two people; whose the address is stays visible on both."""
    held(MOTHER, at=at)
    simulation.at(simulation.office_hours(at + timedelta(days=2)), _ask_as_son)


def _ask_as_son(*, at: datetime) -> None:
    held(SON, at=at)


def waiting_for_mother(*, at: datetime, simulation: Simulation) -> None:
    """Jana is sixteen: her application waits until her mother agrees, who has been asked and has not said yet."""
    jana = held(GIRL, at=at)
    asked_at = at + timedelta(days=1)
    application = _begun(jana, "catalan-c1", at=asked_at, born_days_ago=365 * 16 + 150)
    guardians.ask(
        application,
        email="silvia.ferrer@correu.example",
        given_name="Sílvia",
        family_name="Ferrer Pujol",
        kind=Relationship.Kind.MOTHER,
        at=asked_at + timedelta(minutes=25),
    )
    outbox.deliver_due(at=asked_at + timedelta(minutes=26))


def with_guardian(*, at: datetime, simulation: Simulation) -> None:
    """Pol is seventeen: his father agreed the next day, and he is admitted; the place is to be paid by the father."""
    pol = held(BOY, at=at)
    asked_at = at + timedelta(days=2)
    application = _begun(pol, "patisserie", at=asked_at, born_days_ago=365 * 17 + 200)
    request = guardians.ask(
        application,
        email="xavier.ribas@correu.example",
        given_name="Xavier",
        family_name="Ribas Solé",
        kind=Relationship.Kind.FATHER,
        at=asked_at + timedelta(minutes=20),
    )
    outbox.deliver_due(at=asked_at + timedelta(minutes=21))
    application = guardians.agree(request, at=asked_at + timedelta(days=1))
    outbox.deliver_due(at=asked_at + timedelta(days=1, minutes=1))
    decided_at = simulation.office_hours(asked_at + timedelta(days=2))
    applications.admit(application, by=staff("admissions"), at=decided_at)
    outbox.deliver_due(at=decided_at + timedelta(minutes=1))


def employed(*, at: datetime, simulation: Simulation, history: History) -> None:
    """Ramon studies, his employer pays and gets the invoices: he agreed to that, and the proof is written down."""
    ramon = held(CARER, at=at)
    relatives.note(
        ramon,
        relative=EMPLOYER,
        kind=Relationship.Kind.EMPLOYER,
        at=at + timedelta(days=1),
        source="staff:paper",
        by=staff("admissions"),
        gets_invoices=True,
        is_payer=True,
        proof=PROOF,
    )
    applied_at = at + timedelta(days=2)
    intake = _nearest("elderly-care", at=applied_at)
    application = applications.start(ramon, intake, at=applied_at)
    applications.submit(
        application,
        at=applied_at + timedelta(minutes=30),
        motivation=voices.MOTIVATIONS["es"][1],
        education=voices.STUDIES["es"][1],
        weekly_hours=12,
    )
    applications.admit(application, by=staff("admissions"), at=at + timedelta(days=3))
    outbox.deliver_due(at=at + timedelta(days=3, minutes=1))
    application.refresh_from_db()
    payment = payments.start_checkout(application, at=at + timedelta(days=6), language="ca")
    checkout.pay(payment, card=checkout.GOOD)
    payments.settle(payment, at=at + timedelta(days=6, minutes=3))
    outbox.deliver_due(at=at + timedelta(days=6, minutes=5))
    application.refresh_from_db()
    met_on = simulation.office_hours(at + timedelta(days=40))
    simulation.at(met_on, history.contact, student=application.enrolment.student, times=6)


def _begun(person: Person, code: str, *, at: datetime, born_days_ago: int) -> Application:
    """A draft with everything in it but somebody of age."""
    applications.learn(person, birth_date=at.astimezone(MADRID).date() - timedelta(days=born_days_ago))
    application = applications.start(person, _nearest(code, at=at), at=at)
    language = person.language
    return applications.save_draft(
        application, motivation=voices.MOTIVATIONS[language][2], education=voices.STUDIES[language][2], weekly_hours=6
    )


def _nearest(code: str, *, at: datetime) -> Intake:
    """The intake of the programme that begins next, seen from ``at``, and still takes applications."""
    on = at.astimezone(MADRID).date()
    intakes = Intake.objects.filter(programme__code=code, starts_on__gt=on, apply_by__gte=on)
    return intakes.select_related("programme").earliest("starts_on")
