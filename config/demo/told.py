"""A start that was put off: three people had been told the old date and price, and each is owed a correction.

One correction was sent this morning, one was set aside after a call, one waits for its adviser.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from config.demo.cast import staff
from config.demo.simulation import Simulation
from contact_centre import answering, queue, reply_texts
from contact_centre.models import Case
from enquiries.intake import arrivals
from people.contact import outbox
from people.models import User
from programmes import dates, money
from programmes.models import Intake
from programmes.told import versions

PROGRAMME = "elderly-care"
PUT_OFF = timedelta(weeks=2)
DEARER_MINOR = 3_000


class Asked(NamedTuple):
    """Somebody who asks about the later start, and the adviser who tells them."""

    name: str
    email: str
    language: str
    adviser: str
    question: str
    subject: str
    answer: str


ASKED = [
    Asked(
        "Montserrat Vila",
        "montserrat.vila@example.org",
        "ca",
        "adviser",
        "Ara cuido la mare i no puc començar tan aviat. Quan és l’edició següent i què costa?",
        "L’edició següent d’Atenció a la gent gran",
        "Hola Montserrat,\n\nt’entenem molt bé. L’edició següent comença el {start} i costa {price}, i es pot pagar a "
        "terminis. Si vols, et reservem una conversa amb la Rosa Maria, que dona el mòdul de casa.\n\n{adviser}",
    ),
    Asked(
        "Ximena Paredes",
        "ximena.paredes@example.org",
        "es",
        "adviser2",
        "¿Hay otra edición más adelante? En esta no llego por el trabajo.",
        "La próxima edición",
        "Hola, Ximena:\n\nsí, la siguiente empieza el {start}. El precio es de {price}. Te guardamos la información y "
        "cuando quieras te ayudamos con la solicitud.\n\n{adviser}",
    ),
    Asked(
        "Hannah Keller",
        "hannah.keller@example.org",
        "en",
        "adviser",
        "I move to Barcelona later this year. Is there a later start, and what does it cost?",
        "The later start",
        "Hello Hannah,\n\nthe later start is on {start}; the course costs {price}. By then you will have settled in, "
        "and we can go through the papers together.\n\n{adviser}",
    ),
]
SET_ASIDE = "Ho hem parlat per telèfon: ja sap la data nova i li va millor."


def schedule(simulation: Simulation) -> None:
    """Put the story among those of the others: told, put off, and what became of the corrections."""
    now = simulation.now
    for days, asked in zip((16, 13, 9), ASKED, strict=True):
        simulation.at(simulation.office_hours(now - timedelta(days=days)), tell, asked=asked)
    simulation.at(simulation.office_hours(now - timedelta(hours=20)), put_off)
    simulation.at(now - timedelta(hours=3), decide)


def tell(*, at: datetime, asked: Asked) -> None:
    """The adviser tells when the later start is and what it costs."""
    intake = later_intake(at.date())
    adviser = staff(asked.adviser)
    enquiry = arrivals.receive(
        at=at,
        email=asked.email,
        name=asked.name,
        message=asked.question,
        programme=intake.programme,
        intake=intake,
        language=asked.language,
    )
    answered_at = at + timedelta(hours=1, minutes=20)
    case = queue.take(Case.objects.get(enquiry=enquiry), by=adviser, at=at + timedelta(hours=1))
    said = {
        "start": _start(intake, asked.language),
        "price": money.show(intake.price_minor or 0, intake.currency, asked.language),
        "adviser": adviser.get_full_name(),
    }
    answering.answer(case, by=adviser, at=answered_at, subject=asked.subject, body=asked.answer.format(**said))
    outbox.deliver_due(at=answered_at)


def put_off(*, at: datetime) -> None:
    """The editor moves the later start by two weeks and sets its new price."""
    intake = later_intake(at.date())
    for name in ("starts_on", "ends_on", "apply_by"):
        if day := getattr(intake, name):
            setattr(intake, name, day + PUT_OFF)
    intake.price_minor = (intake.price_minor or 0) + DEARER_MINOR
    intake.save()
    versions.note([intake.programme_id], at=at, by=staff("editor"))


def decide(*, at: datetime) -> None:
    """One correction leaves as it was drafted, one is set aside; Hannah's waits for ``adviser@``."""
    sent, aside = _correction_of(ASKED[0]), _correction_of(ASKED[1])
    if sent is not None:
        by = _held_by(sent, staff(ASKED[0].adviser), at=at)
        draft = reply_texts.draft(sent, by=by, at=at)
        answering.answer(sent, by=by, at=at, subject=draft.subject, body=draft.body, draft=draft.draft)
        outbox.deliver_due(at=at)
    if aside is not None:
        by = _held_by(aside, staff(ASKED[1].adviser), at=at)
        queue.close(aside, by=by, at=at + timedelta(minutes=20), note=SET_ASIDE)


def later_intake(on: date) -> Intake:
    """The last start of the programme that one can still join."""
    found = Intake.objects.filter(programme__code=PROGRAMME).upcoming(on=on).select_related("programme")
    return list(found)[-1]


def _correction_of(asked: Asked) -> Case | None:
    cases = Case.objects.open().filter(kind=Case.Kind.CORRECTION, person__identities__value=asked.email)
    return cases.select_related("person", "programme").first()


def _held_by(case: Case, adviser: User, *, at: datetime) -> User:
    """Whoever holds the case; where nobody does, ``adviser`` takes it."""
    if case.adviser is None:
        queue.take(case, by=adviser, at=at)
        case.adviser = adviser
    return case.adviser


def _start(intake: Intake, language: str) -> str:
    return dates.show(intake.starts_on, language) if intake.starts_on else intake.start_text
