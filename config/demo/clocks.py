"""The hours of the demo's school, its holidays, and four questions that show what stops a clock and what does not."""

from datetime import datetime, time, timedelta
from typing import Any

from config.demo.cast import staff
from config.demo.simulation import MADRID, Simulation
from contact_centre import answering, queue
from contact_centre.clocks import calendars, dues, promised
from contact_centre.models import Case, Team, WorkingCalendar
from contact_centre.questions import asked
from enquiries.intake import arrivals
from people.contact import outbox
from programmes.models import Programme

WEEKDAYS = [(day, *hours) for day in range(5) for hours in ((time(9), time(14)), (time(15), time(20)))]
SATURDAY = [(5, time(10), time(13))]


def set_up(*, at: datetime) -> None:
    """Give the school its hours and the holidays of the year, before anybody asks; safe to repeat."""
    if WorkingCalendar.objects.exists():
        return
    director = staff("director")
    school = calendars.keep(
        WorkingCalendar(name="Escola Llevant", is_default=True), rows=WEEKDAYS + SATURDAY, by=director, at=at
    )
    year = at.astimezone(MADRID).year
    calendars.propose(school, year)
    calendars.confirm(school, list(school.special_days.values_list("pk", flat=True)), by=director, at=at)
    calendars.propose(school, year + 1)  # those of next year still wait for somebody
    mercy = datetime(year, 9, 24, tzinfo=MADRID).date()
    calendars.add_day(school, mercy, name="La Mercè", by=director, at=at)
    eve = datetime(year, 12, 24, tzinfo=MADRID).date()
    calendars.add_day(school, eve, name="Vigília de Nadal", hours=(time(9), time(13)), by=director, at=at)
    payments = calendars.keep(WorkingCalendar(name="Administració"), rows=_office(), by=director, at=at)
    team, _is_new = Team.objects.get_or_create(name="Administració")
    Team.objects.filter(pk=team.pk).update(calendar=payments)
    blank: dict[str, Any] = {
        "wall_hours": None,
        "work_hours": None,
        "next_hours": None,
        "resolution_hours": None,
        "team": None,
    }
    promises: dict[str, dict] = {
        Case.Kind.COMPLAINT: blank | {"wall_hours": 12, "work_hours": 4, "resolution_hours": 40},
        Case.Kind.PAYMENT: blank | {"work_hours": 5, "team": team},
    }
    promised.keep(promises, by=director, at=at)


def schedule(simulation: Simulation) -> None:
    """Put the four questions among the stories of the others."""
    now = simulation.now
    for days, hours, story in [(1, 3, left_open), (2, 5, waiting_for_a_paper), (3, 2, asked_again), (0, 2, just_asked)]:
        simulation.at(simulation.office_hours(now - timedelta(days=days, hours=hours)), story)


def left_open(*, at: datetime) -> None:
    """The adviser answers on price and dates, and leaves the grant for tomorrow: the clock runs on."""
    case = _ask(
        "Mireia",
        "Fontanals Roig",
        "mireia.fontanals@correu.example",
        "early-childhood",
        "Bon dia! Quin preu té el cicle i quan comença? I encara queden beques per a famílies monoparentals?",
        language="ca",
        at=at,
    )
    adviser = staff("adviser")
    queue.take(case, by=adviser, at=at + timedelta(minutes=20))
    for topic in ("price", "dates", "grants"):
        asked.put(case, topic, "open", by=adviser, at=at + timedelta(minutes=21))
    answering.answer(
        case,
        by=adviser,
        at=at + timedelta(minutes=34),
        subject="El preu i les dates del cicle",
        body="Bon dia, Mireia,\n\na la pàgina del cicle hi ha el preu i quan comença cada grup. "
        "Sobre les beques t’escric demà, que avui ho confirmo amb administració.\n\nUna abraçada,\nEscola Llevant",
        questions={"price": "answered", "dates": "answered", "grants": "open"},
    )


def waiting_for_a_paper(*, at: datetime) -> None:
    """They owe us a certificate: the next clock is paused, the promise to settle it is not."""
    case = _ask(
        "Iván",
        "Carrasco Peña",
        "ivan.carrasco@correo.example",
        "project-management",
        "Hola, ¿qué requisitos hay para entrar? Tengo estudios de fuera de España.",
        language="es",
        at=at,
    )
    adviser = staff("adviser2")
    queue.take(case, by=adviser, at=at + timedelta(minutes=45))
    answering.answer(
        case,
        by=adviser,
        at=at + timedelta(minutes=58),
        subject="Los requisitos",
        body="Hola, Iván:\n\ncon tus estudios puedes entrar. Mándanos el certificado de notas, aunque sea una foto, "
        "y te decimos si hace falta convalidar algo.\n\nUn saludo,\nEscola Llevant",
        questions={"requirements": "answered"},
    )
    dues.they_wrote(case, at=at + timedelta(hours=2), note="Lo pido esta semana en mi universidad.")
    dues.waiting_for_them(case, by=adviser, at=at + timedelta(hours=3), note="Certificat de notes")


def asked_again(*, at: datetime) -> None:
    """Asked about the price twice: the first answer did not arrive."""
    case = _ask(
        "Hannah",
        "Whitfield",
        "hannah.whitfield@mail.example",
        "catalan-c1",
        "Hello, how much is the course and is it online?",
        language="en",
        at=at,
    )
    adviser = staff("adviser")
    queue.take(case, by=adviser, at=at + timedelta(minutes=15))
    answering.answer(
        case,
        by=adviser,
        at=at + timedelta(minutes=26),
        subject="The course",
        body="Hello Hannah,\n\nthe page of the course has the fee and the dates of each group, and yes, one is online."
        "\n\nBest wishes,\nEscola Llevant",
        questions={"price": "answered", "modality": "answered"},
    )
    again = "Thank you! Sorry, how much is it for the online group? And which days is it?"
    dues.they_wrote(case, at=at + timedelta(hours=20), note=again)
    asked.heard(case, again, at=at + timedelta(hours=20))


def just_asked(*, at: datetime) -> None:
    """Two hours old and in nobody's hands, with three questions to read."""
    _ask(
        "Jordi",
        "Planas Vila",
        "jordi.planas@correu.example",
        "project-management",
        "Hola, treballo a les tardes. Es pot fer en línia? El títol és oficial? I es pot pagar a terminis?",
        language="ca",
        at=at,
    )


def _ask(given: str, family: str, email: str, programme: str, words: str, *, language: str, at: datetime) -> Case:
    enquiry = arrivals.receive(
        at=at,
        email=email,
        given_name=given,
        family_name=family,
        message=words,
        programme=Programme.objects.get(code=programme),
        language=language,
        channel="web",
    )
    outbox.deliver_due(at=at)
    return Case.objects.get(enquiry=enquiry)


def _office() -> list[tuple[int, time, time]]:
    return [(day, time(8, 30), time(15)) for day in range(5)]
