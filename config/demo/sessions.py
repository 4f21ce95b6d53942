"""The demo's information sessions and hours with advisers: some over, some to come, one full with a waiting list."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.demo.cast import staff
from config.demo.simulation import MADRID
from contact_centre.clocks.calendars import week_of
from enquiries.models import Appointment, BookableHours, Campaign, Enquiry, Session, SessionPlace
from enquiries.sessions import booking, slots
from people import timeline
from people.models import Channel, Person, Touchpoint, User
from programmes.models import Campus, Programme

Place, Held = SessionPlace.State, Appointment.State


@dataclass(frozen=True)
class Plan:
    """One session: in how many days, at what hour, and how many of how many places are taken."""

    days: int
    hour: int
    kind: str
    way: str
    title: tuple[str, str, str]
    text: tuple[str, str, str]
    seats: int
    booked: int
    language: str = "ca"
    programme: str = ""
    minutes: int = 60
    waiting: int = 0
    came_percent: int = 72
    state: str = Session.State.OPEN


MEET = ("Coneix l’Escola Llevant", "Conoce la Escola Llevant", "Meet Escola Llevant")
MEET_TEXT = (
    "Una hora per veure les aules, conèixer qui hi ensenya i preguntar-ho tot: horaris, preus, beques.\n\n"
    "Acabem amb un cafè i amb alumnes que expliquen com els ha anat.",
    "Una hora para ver las aulas, conocer a quien enseña y preguntarlo todo: horarios, precios, becas.\n\n"
    "Acabamos con un café y con alumnos que cuentan cómo les ha ido.",
    "An hour to see the classrooms, meet the teachers and ask about everything: timetables, prices, grants.\n\n"
    "We end with coffee and with students who tell how it went for them.",
)
OPEN_DAY = ("Portes obertes", "Puertas abiertas", "Open day")
OPEN_DAY_TEXT = (
    "Un matí sencer amb tallers oberts: pastisseria, dades, cures. Pots venir amb qui vulguis.",
    "Una mañana entera con talleres abiertos: pastelería, datos, cuidados. Puedes venir con quien quieras.",
    "A whole morning of open workshops: pastry, data, care. Bring whoever you like.",
)
CARE = ("Cuidar la gent gran: sessió informativa", "Cuidar a los mayores: sesión informativa", "Caring for the elderly")
CARE_TEXT = (
    "Com és la feina, què s’hi aprèn i quines sortides té. Amb la Rosa Maria, que dona el mòdul de casa.",
    "Cómo es el trabajo, qué se aprende y qué salidas tiene. Con Rosa Maria, que imparte el módulo de casa.",
    "What the work is like, what you learn and where it leads. With Rosa Maria, who teaches the module at home.",
)
DATA = ("Tasta una classe de dades", "Prueba una clase de datos", "Taste a data class")
DATA_TEXT = (
    "Una classe de debò, amb les dades del Bicing. Només cal un ordinador i ganes.",
    "Una clase de verdad, con los datos del Bicing. Solo hacen falta un ordenador y ganas.",
    "A real class with the data of the city’s bicycles. All you need is a computer and curiosity.",
)
GRANTS = ("Beques i ajuts, en grup", "Becas y ayudas, en grupo", "Grants and aid, as a group")
GRANTS_TEXT = (
    "Repassem junts quins ajuts hi ha, qui hi té dret i quins papers calen.",
    "Repasamos juntos qué ayudas hay, quién tiene derecho y qué papeles hacen falta.",
    "Together we go through the grants there are, who is entitled and which papers are needed.",
)
PLANS = [
    Plan(-58, 18, "info", "on_site", MEET, MEET_TEXT, 30, 27, came_percent=70),
    Plan(-37, 10, "open_day", "on_site", OPEN_DAY, OPEN_DAY_TEXT, 80, 64, minutes=180, came_percent=81),
    Plan(-16, 18, "info", "online", CARE, CARE_TEXT, 0, 22, programme="elderly-care", came_percent=59),
    Plan(-9, 17, "taster", "on_site", DATA, DATA_TEXT, 16, 16, programme="data-analysis", waiting=3, came_percent=88),
    Plan(3, 18, "info", "both", MEET, MEET_TEXT, 30, 19),
    Plan(6, 17, "taster", "on_site", DATA, DATA_TEXT, 16, 16, programme="data-analysis", waiting=5),
    Plan(10, 18, "info", "online", CARE, CARE_TEXT, 0, 8, programme="elderly-care"),
    Plan(13, 12, "group", "on_site", GRANTS, GRANTS_TEXT, 12, 8, language="es"),
    Plan(24, 10, "open_day", "on_site", OPEN_DAY, OPEN_DAY_TEXT, 80, 31, minutes=180),
    Plan(38, 18, "info", "both", MEET, MEET_TEXT, 30, 0, language="en", state=Session.State.DRAFT),
]
NOTES = {
    "ca": ["Beques", "Horari de tarda i feina", "Convalidar estudis", "Pagar a terminis"],
    "es": ["Becas", "Compaginar con el trabajo", "Convalidar estudios", "Pagar a plazos"],
    "en": ["Grants", "Evening timetable and work", "Recognition of studies", "Paying in instalments"],
}
ROOMS = ["Aula magna", "Aula 12", "Obrador", "Sala del claustre"]


def hold_sessions(*, at: datetime) -> None:
    """Sessions with their places, the advisers' hours, and appointments before and after ``at``."""
    today = at.astimezone(MADRID).date()
    people = _people(at)
    hosts = [staff("adviser"), staff("adviser2"), staff("admissions")]
    for number, plan in enumerate(PLANS):
        session = _session(plan, number, today=today, at=at)
        session.hosts.add(hosts[number % len(hosts)])
        asked = _people(min(session.starts_at, at))
        _fill(session, plan, asked[number * 3 :] + asked[: number * 3], at=at)
    _bookable(hosts)
    _past_appointments(hosts[:2], people, today=today)
    _coming_appointments(people, at=at, today=today)


def _people(at: datetime) -> list[tuple[int, int, str, str]]:
    """Who asked before ``at``: the newest enquiry of each, as (person, enquiry, language, state), the newest first."""
    asked = Enquiry.objects.filter(received_at__lte=at, is_history=False, person__in=Person.objects.known())
    newest = asked.exclude(state=Enquiry.State.INVALID).order_by("person", "-received_at").distinct("person")
    rows = Enquiry.objects.filter(pk__in=newest.values("pk")).order_by("-received_at", "pk")
    return list(rows.values_list("person", "pk", "language", "state")[:400])


def _session(plan: Plan, number: int, *, today: date, at: datetime) -> Session:
    day = _weekday(today + timedelta(days=plan.days), is_morning=plan.kind == "open_day")
    starts_at = datetime.combine(day, time(plan.hour), tzinfo=MADRID)
    ends_at = starts_at + timedelta(minutes=plan.minutes)
    campaigns = Campaign.objects.filter(state=Campaign.State.LIVE).order_by("pk")
    return Session.objects.create(
        kind=plan.kind,
        title_ca=plan.title[0],
        title_es=plan.title[1],
        title_en=plan.title[2],
        text_ca=plan.text[0],
        text_es=plan.text[1],
        text_en=plan.text[2],
        language=plan.language,
        programme=Programme.objects.filter(code=plan.programme).first() if plan.programme else None,
        campaign=campaigns.first() if plan.kind == "open_day" else None,
        way=plan.way,
        campus=Campus.objects.order_by("pk").first() if plan.way != Session.Way.ONLINE else None,
        room=ROOMS[number % len(ROOMS)] if plan.way != Session.Way.ONLINE else "",
        online_address="https://meet.llevant.example/sessio" if plan.way != Session.Way.ON_SITE else "",
        starts_at=starts_at,
        ends_at=ends_at,
        seats=plan.seats,
        reminders=[24, 2],
        state=Session.State.HELD if ends_at <= at else plan.state,
        changed_at=at - timedelta(days=70),
    )


def _weekday(day: date, *, is_morning: bool) -> date:
    """Open days are on a Saturday, everything else from Monday to Thursday; never on a holiday."""
    while (day.weekday() != 5 if is_morning else day.weekday() > 3) or day in week_of().special:
        day += timedelta(days=1)
    return day


def _fill(session: Session, plan: Plan, people: list[tuple[int, int, str, str]], *, at: datetime) -> None:
    """Places as they stand: over, of those who had one some came; the last ones wait."""
    is_over = session.ends_at <= at
    booked_from = min(session.starts_at, at)
    rows, seen = [], []
    for order, (person, enquiry, language, state) in enumerate(people[: plan.booked + plan.waiting]):
        # Whoever enrolled is among those who came more often than the others.
        came = (order * 37 + 11) % 100 < plan.came_percent + (15 if state == Enquiry.State.ENROLLED else 0)
        is_waiting = order >= plan.booked
        over = Place.ATTENDED if came else Place.NO_SHOW
        rows.append(
            SessionPlace(
                session=session,
                person_id=person,
                enquiry_id=enquiry,
                language=language,
                is_online=plan.way == "online" or (plan.way == "both" and order % 3 == 0),
                state=Place.WAITING if is_waiting else over if is_over else Place.BOOKED,
                booked_at=booked_from - timedelta(hours=6 * (plan.booked + plan.waiting - order) + 3),
                checked_in_at=session.starts_at - timedelta(minutes=order % 17) if is_over and came else None,
                reminded=[24, 2] if is_over else [],
            )
        )
        if is_over and came and not is_waiting:
            seen.append(person)
    SessionPlace.objects.bulk_create(rows)
    _note(session, seen)


def _note(session: Session, people: list[int]) -> None:
    """That they came stands on the timelines too."""
    for person in Person.objects.filter(pk__in=people[:25]):
        timeline.record(
            person,
            at=session.starts_at,
            channel=Channel.WEB if session.way == Session.Way.ONLINE else Channel.IN_PERSON,
            direction=Touchpoint.Direction.IN,
            kind="enquiries.session_attended",
            summary=session.title_ca,
            is_two_way=True,
        )


def _bookable(hosts: list[User]) -> None:
    laia, marc, nuria = hosts
    campus = Campus.objects.order_by("pk").first()
    both = {"online_address": "https://meet.llevant.example/conversa", "campus": campus}
    hours = [
        *((laia, day, time(10), time(13), 30, ["phone", "online"]) for day in range(4)),
        *((laia, day, time(16), time(18), 30, ["phone", "online", "on_site"]) for day in (0, 2)),
        *((marc, day, time(9, 30), time(12, 30), 30, ["phone"]) for day in range(5)),
        *((marc, day, time(15, 30), time(17, 30), 40, ["online", "on_site"]) for day in (1, 3)),
        (nuria, 2, time(9), time(11), 20, ["phone", "on_site"]),
    ]
    BookableHours.objects.bulk_create(
        BookableHours(user=user, weekday=day, from_time=start, until_time=end, minutes=minutes, ways=ways, **both)
        for user, day, start, end, minutes, ways in hours
    )


def _past_appointments(hosts: list[User], people: list[tuple[int, int, str, str]], *, today: date) -> None:
    """Sixty days of hours: most took place, some did not, two nobody has said anything about."""
    rows: list[Appointment] = []
    for number, (person, enquiry, language, _state) in enumerate(people[40:92]):
        day = today - timedelta(days=1 + number)
        if day.weekday() > 4 or day in week_of().special:
            continue
        starts_at = datetime.combine(day, time(10 + number % 3), tzinfo=MADRID)
        state = Held.NO_SHOW if number % 6 == 4 else Held.CANCELLED if number % 9 == 5 else Held.HELD
        is_open = number < 5 and state == Held.HELD and len(rows) < 2
        rows.append(
            Appointment(
                adviser=hosts[0] if is_open else hosts[number % len(hosts)],
                person_id=person,
                enquiry_id=enquiry,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=30),
                way="phone" if number % 3 else "online",
                phone=f"+3460000{number:04}" if number % 3 else "",
                note=NOTES[language][number % 4] if number % 2 else "",
                language=language,
                state=Held.BOOKED if is_open else state,
                booked_at=starts_at - timedelta(days=2),
                ended_at=None if is_open else starts_at + timedelta(minutes=30),
                reminded=[24, 2],
            )
        )
    Appointment.objects.bulk_create(rows)


def _coming_appointments(people: list[tuple[int, int, str, str]], *, at: datetime, today: date) -> None:
    """Some of the free hours of the coming days are booked by the product's own verb: mails, notices, follow-ups."""
    free = slots.free(first_day=today, days=8, way="phone", at=at)
    laia = [slot for slot in free if slot.user_id == staff("adviser").pk]
    marc = [slot for slot in free if slot.user_id == staff("adviser2").pk]
    wanted = [*laia[1:12:4], *marc[2:16:6]]
    known = Person.objects.in_bulk([person for person, _enquiry, _language, _state in people[2:40]])
    askers = [row for row in people[2:40] if row[0] in known and row[3] != Enquiry.State.LOST]
    for number, (slot, (person, enquiry, language, _state)) in enumerate(zip(wanted, askers, strict=False)):
        booking.book_appointment(
            person=known[person],
            enquiry=Enquiry.objects.get(pk=enquiry),
            starts_at=slot.starts_at,
            user_id=slot.user_id,
            way="phone",
            phone=f"+3460000{number + 700:04}",
            note=NOTES[language][number % 4],
            language=language,
            at=at - timedelta(hours=3),
        )
