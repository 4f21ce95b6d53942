"""Three journeys of the school with people standing in their steps: after an enquiry, before the start, afterwards.

Whoever asked, was admitted or finished lately is let in at that hour, and walks on a moved clock up to now.
"""

from datetime import datetime, timedelta

from config.demo.cast import staff
from contact_centre import calls, queue
from contact_centre.journeys import states, triggers, walking
from contact_centre.models import Case, Journey, JourneyVersion, MessageTemplate, Walk
from people.contact import outbox
from people.models import Purpose

NOTES = {
    "ca": "S’ho pensa, en parlem la setmana que ve",
    "es": "Se lo piensa, hablamos la semana que viene",
    "en": "Thinking it over, we talk next week",
}
LOOKS_BACK = timedelta(days=12)
IN_STEPS_OF = timedelta(hours=6)

TEXTS = {
    "journey-see-the-class": (
        "Vine a veure una classe",
        Purpose.ENQUIRY,
        {
            "ca": (
                "Vols veure una classe?",
                "Hola, {person.given},\n\nFa uns dies ens vas preguntar. Si encara hi dónes voltes, vine una tarda a "
                "veure una classe: coneixeràs el professorat i qui hi ve.\n\nRespon aquest correu i et guardem "
                "cadira.\n\n{school}",
            ),
            "es": (
                "¿Quieres ver una clase?",
                "Hola, {person.given}:\n\nHace unos días nos preguntaste. Si aún le das vueltas, ven una tarde a ver "
                "una clase: conocerás al profesorado y a quienes vienen.\n\nResponde a este correo y te guardamos "
                "silla.\n\n{school}",
            ),
            "en": (
                "Would you like to see a class?",
                "Hello {person.given},\n\nYou asked us a few days ago. If you are still thinking it over, come one "
                "afternoon and see a class: you will meet the teachers and those who come.\n\nAnswer this mail and "
                "we keep you a chair.\n\n{school}",
            ),
        },
    ),
    "journey-place-waits": (
        "La teva plaça t’espera",
        Purpose.SERVICE,
        {
            "ca": (
                "La teva plaça t’espera",
                "Hola, {person.given},\n\nTens plaça i encara no l’has confirmada. Si hi ha res que et fa dubtar, "
                "digue’ns-ho: sovint té solució.\n\n{school}",
            ),
            "es": (
                "Tu plaza te espera",
                "Hola, {person.given}:\n\nTienes plaza y aún no la has confirmado. Si algo te hace dudar, dínoslo: a "
                "menudo tiene solución.\n\n{school}",
            ),
            "en": (
                "Your place is waiting",
                "Hello {person.given},\n\nYou have a place and have not confirmed it yet. If something makes you "
                "hesitate, tell us: often there is a way.\n\n{school}",
            ),
        },
    ),
}


def _step(key: str, kind: str, following: str | dict = "", **fields) -> dict:
    exits = {"next": following} if isinstance(following, str) and following else following or {}
    return {"key": key, "kind": kind, **fields, "exits": exits}


AFTER_AN_ENQUIRY = [
    _step("a1", "until", {"yes": "a9", "no": "a2"}, fact="applied", since="entry", hours=72),
    _step(
        "a2",
        "split",
        {"w1": "a3", "w2": "a3"},
        ways=[
            {"code": "w1", "name": "Seguiment", "share": 85, "is_control": False},
            {"code": "w2", "name": "Sense res", "share": 15, "is_control": True},
        ],
    ),
    _step("a3", "message", "a4", template="journey-see-the-class", channel="best"),
    _step("a4", "until", {"yes": "a9", "no": "a5"}, fact="spoke", since="letter", hours=96),
    _step("a5", "task", "a6", text="Truca: què li falta per decidir-se?", case_kind="call"),
    _step("a6", "wait", "a7", mode="weekday", weekday=1, time="10:00"),
    _step("a7", "branch", {"yes": "a9", "no": "a8"}, fact="applied", since="entry"),
    _step("a8", "exit", text="No s’hi ha decidit"),
    _step("a9", "exit", text="Ha parlat amb nosaltres o ha demanat plaça", is_goal=True),
]
BEFORE_THE_START = [
    _step("a1", "until", {"yes": "a5", "no": "a2"}, fact="enrolled", since="entry", hours=120),
    _step("a2", "message", "a3", template="journey-place-waits", channel="email"),
    _step("a3", "until", {"yes": "a5", "no": "a4"}, fact="enrolled", since="entry", hours=120),
    _step("a4", "task", "a6", text="Truca abans que perdi la plaça", case_kind="call"),
    _step("a5", "exit", text="S’ha matriculat", is_goal=True),
    _step("a6", "exit", text="Queda en mans d’una persona"),
]
AFTERWARDS = [
    _step("a1", "wait", "a2", mode="span", minutes=7 * 1440),
    _step("a2", "branch", {"yes": "a4", "no": "a3"}, fact="post_written", since="entry"),
    _step("a3", "task", "a4", text="Convida’l a la comunitat d’antics alumnes", case_kind="follow_up"),
    _step("a4", "exit", text="Ja és dels nostres", is_goal=True),
]
JOURNEYS = [
    (
        "Després de preguntar",
        "Que ningú que pregunta es quedi a mitges",
        "enquiry_received",
        "applied",
        AFTER_AN_ENQUIRY,
    ),
    ("Plaça per confirmar", "De l’admissió a la matrícula", "admitted", "", BEFORE_THE_START),
    ("Després d’acabar", "De l’aula a la comunitat", "completed", "", AFTERWARDS),
]


def play(*, at: datetime) -> int:
    """Draw the journeys, let them run and let people walk up to ``at``; return how many are on the way."""
    _write_texts()
    since, lead = at - LOOKS_BACK, staff("lead")
    journeys = [_drawn(*one, at=since) for one in JOURNEYS if not Journey.objects.filter(name=one[0]).exists()]
    for journey in journeys:
        states.go_live(journey, by=lead, at=since)
        journey.refresh_from_db()
        happening = triggers.beginnings()[journey.trigger]
        for row in happening.month(since=since, until=at):
            person_id, came_at = triggers.along(row, f"{happening.person}_id"), triggers.along(row, happening.moment)
            if walking.may_come_again(journey, [person_id], at=came_at):
                walking.let_in(journey, [(person_id, f"{row._meta.label_lower}:{row.pk}", row)], at=came_at)
    moment = since
    while journeys and moment < at:
        moment = min(moment + IN_STEPS_OF, at)
        walking.move_due(at=moment)
        _call_back(at=moment)
        outbox.deliver_due(at=moment, limit=2_000)
    return Walk.objects.filter(journey__in=journeys, state=Walk.State.WALKING).count()


def _call_back(*, at: datetime) -> None:
    """The desk makes the calls that the journeys asked for a day ago; the newest wait for today."""
    asked = Case.objects.waiting().filter(kind=Case.Kind.CALL, opened_at__lte=at - timedelta(hours=20))
    for number, case in enumerate(asked.order_by("pk")):
        adviser = staff("adviser2" if number % 3 else "adviser")
        queue.take(case, by=adviser, at=at)
        calls.log_call(case, by=adviser, at=at, outcome="reached", note=NOTES[case.language])
        queue.close(case, by=adviser, at=at)


def _drawn(name: str, note: str, trigger: str, goal: str, rows: list[dict], *, at: datetime) -> Journey:
    journey = Journey.objects.create(
        name=name, note=note, trigger=trigger, again_after_days=180, owner=staff("lead"), changed_at=at
    )
    JourneyVersion.objects.create(
        journey=journey,
        number=1,
        steps={"start": "a1", "goal": goal, "steps": rows},
        made_at=at,
        made_by=staff("lead"),
    )
    return journey


def _write_texts() -> None:
    for code, (title, purpose, texts) in TEXTS.items():
        for language, (subject, body) in texts.items():
            MessageTemplate.objects.get_or_create(
                code=code,
                channel="email",
                language=language,
                defaults={"title": title, "purpose": purpose, "kind": "", "subject": subject, "body": body},
            )
