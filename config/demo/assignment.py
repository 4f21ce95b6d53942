"""The demo's teams with their weeks, a colleague on holiday, a rule, and three stories of whose hands a case is in."""

from datetime import datetime, time, timedelta

from config.demo.cast import staff
from config.demo.simulation import Simulation
from contact_centre import queue
from contact_centre.assignment import handover, shifts, taking_over
from contact_centre.assignment.handover import Way
from contact_centre.models import Absence, Adviser, Case, PushRule, Team
from enquiries.intake import arrivals

MORNING, AFTERNOON = (time(9), time(14)), (time(15), time(20))
WEEKS = {
    "adviser": {day: [MORNING, (time(15), time(18))] for day in range(5)},
    "adviser2": {**{day: [(time(11), time(14)), AFTERNOON] for day in range(5)}, 5: [(time(10), time(13))]},
    "lead": {day: [MORNING, (time(15), time(17))] for day in range(5)},
}
LANGUAGES = {"adviser": ["ca", "es", "en"], "adviser2": ["ca", "es"], "lead": []}


def set_up(*, at: datetime) -> None:
    """Give the desk its team, weeks and rule; safe to repeat. Nobody is limited so much that the year would stall."""
    team, is_new = Team.objects.get_or_create(name="Informació i acollida", defaults={"supervisor": staff("lead")})
    if not is_new:
        return
    for login, week in WEEKS.items():
        user = staff(login)
        Adviser.objects.get_or_create(
            user=user,
            defaults={"team": team, "languages": LANGUAGES[login], "is_pushed": login == "adviser"},
        )
        shifts.keep_usual_week(user, week)
    english = {"languages": ["en"], "team": team, "strategy": PushRule.Strategy.LEAST_BUSY, "position": 1}
    PushRule.objects.get_or_create(name="Preguntes en anglès", defaults={**english, "is_on": False})
    Absence.objects.get_or_create(
        user=staff("adviser2"),
        starts_at=at + timedelta(days=12),
        defaults={"ends_at": at + timedelta(days=19), "why": Absence.Why.HOLIDAYS, "noted_by": staff("lead")},
    )


def schedule(simulation: Simulation) -> None:
    """Put the stories among those of the others."""
    now = simulation.now
    for days, hours, story in ((3, 4, fell_ill), (1, 5, rang_somebody_else)):
        simulation.at(simulation.office_hours(now - timedelta(days=days, hours=hours)), story)


def fell_ill(*, at: datetime) -> None:
    """Marc went home with a fever: what he held went to Laia, and stays with her until he is back."""
    ill, well, lead = staff("adviser2"), staff("adviser"), staff("lead")
    texts = [
        ("Judit", "Alemany Riba", "judit.alemany@correu.example", "Bon dia, es pot combinar amb torns de nit?", "ca"),
        ("Rubén", "Lozano Gil", "ruben.lozano@correo.example", "Hola, ¿hay plazas para el grupo de octubre?", "es"),
    ]
    for given, family, email, text, language in texts:
        queue.take(_ask(given, family, email, text, language, at=at), by=ill, at=at + timedelta(minutes=9))
    hour_later = at + timedelta(hours=1)
    handover.hand_over(ill, way=Way.COLLEAGUE, to=well, by=lead, at=hour_later, why="Marc és a casa amb febre")


def rang_somebody_else(*, at: datetime) -> None:
    """She rang, and Laia picked up: Laia takes the case over from Marc and says why."""
    case = _ask(
        "Sophie",
        "Laurent",
        "sophie.laurent@mail.example",
        "Hello, I work shifts. Can I change groups from week to week?",
        "en",
        at=at,
    )
    former, now = staff("lead"), staff("adviser")
    queue.take(case, by=former, at=at + timedelta(minutes=7))
    why = "Ha trucat i l’he atesa jo, en anglès"
    taking_over.take_over(case, held_by=former.pk, by=now, at=at + timedelta(minutes=40), why=why)


def _ask(given: str, family: str, email: str, text: str, language: str, *, at: datetime) -> Case:
    facts = {"email": email, "given_name": given, "family_name": family, "message": text, "language": language}
    return Case.objects.get(enquiry=arrivals.receive(at=at, channel="web", **facts))
