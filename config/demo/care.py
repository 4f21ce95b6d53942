"""What the school owes people: what they allowed, what they prefer, who looked at them, and whom it forgets."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from config.demo.accounts import DOMAIN
from config.demo.cast import staff
from config.demo.simulation import MADRID, Simulation
from config.demo.talks import Talk, held
from contact_centre.models import Case
from people import timeline
from people.access import audit, audit_review
from people.contact import consents, contactable, double_opt_in, exclusions, outbox, preferences
from people.identity import duplicates, identities
from people.models import AuditReview, Channel, Consent, Person, PlannedErasure, Purpose, Touchpoint
from people.privacy import retention
from tutoring.models import Student

SHOWN_FOR = timedelta(days=12)  # how long those about to be forgotten have stood on the list
ROSA = Talk(
    "Rosa",
    "Jové Casas",
    "rosa.jove@correu.example",
    "patisserie",
    phone="+34600010301",
    note="Vol rebre les novetats per telèfon, que el correu no el mira. Ho escrivim amb la prova.",
    emotion="calm",
    sentiment=0.5,
    question=12,
)
QUIM = Talk(
    "Quim",
    "Sala Ventura",
    "quim.sala@correu.example",
    "project-management",
    phone="+34600010302",
    note="Fa torns de nit: només se’l pot trobar a la tarda. Li envio l’enllaç perquè ho digui ell mateix.",
    emotion="doubt",
    sentiment=0.0,
    question=1,
    login="adviser2",
)
XIMENA = Talk(
    "Ximena",
    "Paredes León",
    "ximena.paredes@correo.example",
    "early-childhood",
    note="Decebuda perquè aquest any no queden beques. Demana que l’avisem de les properes.",
    emotion="let_down",
    sentiment=-0.5,
    question=2,
    language="es",
)
# Unheard of for longer than the school keeps people: some asked once, some left a card on a stand.
ASKED_LONG_AGO = [
    Talk("Oriol", "Llopis Gual", "oriol.llopis@correu.example", "catalan-c1", note="S’ho pensarà.", is_lost=True),
    Talk("Sandra", "Rivas Soto", "sandra.rivas@correo.example", "ux-design", "Lo hablará en casa.", is_lost=True),
    Talk("George", "Abbott", "george.abbott@mail.example", "catalan-c1", "S’ho mira per a l’any vinent.", is_lost=True),
]
LEFT_A_CARD = [
    ("Mariona", "Figueras", "mariona.figueras@correu.example", "ca"),
    ("Tomás", "Lozano Gil", "tomas.lozano@correo.example", "es"),
    ("Priya", "Sharma", "priya.sharma@mail.example", "en"),
]
HOLD = "Reclamació oberta sobre el fullet del curs; cal conservar el correu fins que es resolgui."
LIST_NAME = "Llista Robinson (mostra)"
LISTED = """correu;telèfon
lluc.amat@correu.example;
noelia.vargas@correo.example;+34600010409
robinson.u@mostra.example;
robinson.dos@mostra.example;+34600010410
robinson.tres@mostra.example;
"""


def schedule(simulation: Simulation) -> None:
    """Put what people said about themselves among the stories of the others, and what staff looked at last week."""
    now = simulation.now
    stories: list[tuple[int, Callable]] = [
        (40, photographs),
        (17, spoken_consent),
        (10, chosen_preferences),
        (2, open_request),
        (5, exclusion_list),
    ]
    for days, story in stories:
        simulation.at(simulation.office_hours(now - timedelta(days=days)), story)
    today = now.astimezone(MADRID).date()
    monday = datetime.combine(today - timedelta(days=today.weekday() + 7), time(0), tzinfo=MADRID)
    for days, hour, login, did, what, people in [
        (0, 10, "adviser", "read", "people.person_page", 4),
        (0, 16, "tutor", "read", "tutoring.student.page", 3),
        (1, 11, "adviser2", "read", "people.person_page", 5),
        (2, 9, "admissions", "read", "people.person_page", 3),
        (2, 22, "adviser2", "read", "people.person_page", 2),
        (3, 12, "lead", "exported", "contact_centre.timeline", 1),
        (4, 10, "finance", "read", "people.person_page", 2),
        (5, 23, "tutor", "read", "tutoring.student.page", 1),
    ]:
        at = monday + timedelta(days=days, hours=hour, minutes=7 * people)
        simulation.at(at, look, login=login, did=did, what=what, people=people)
    for hours, login, what, people in [
        (50, "adviser", "people.person_page", 4),
        (27, "lead", "people.person_page", 3),
        (5, "tutor", "tutoring.student.page", 2),
        (2, "adviser2", "people.person_page", 3),
    ]:
        simulation.at(now - timedelta(hours=hours), look, login=login, did="read", what=what, people=people)


def finish(simulation: Simulation) -> None:
    """What stands on the desks of data protection and of the lead today."""
    now = simulation.now
    long_unheard_of(now=now)
    review(at=now - timedelta(hours=3))
    duplicates.compare_due(at=now)
    contactable.recount(at=now)


def spoken_consent(*, at: datetime) -> None:
    """Rosa says in a call that she wants news by telephone; the adviser writes it down with what proves it."""
    rosa, adviser = held(ROSA, at=at), staff("adviser")
    said_at = at + timedelta(minutes=54)
    consents.record(
        rosa,
        purpose=Purpose.COMMERCIAL,
        channel=Channel.PHONE,
        decision=Consent.Decision.GRANTED,
        at=said_at,
        source="staff:call",
        wording_version=consents.current_wording(Purpose.COMMERCIAL, rosa.language).version,
        language=rosa.language,
        by=adviser,
        proof=f"Trucada del {said_at.astimezone(MADRID):%d/%m/%Y a les %H.%M}, enregistrament 417; text llegit.",
    )
    timeline.record(
        rosa,
        at=said_at,
        channel=Channel.PHONE,
        direction=Touchpoint.Direction.IN,
        kind="people.consent_noted",
        by=adviser,
    )
    detail = {"purpose": "commercial", "channel": "phone", "decision": "granted"}
    audit.note(act=audit.Act.CHANGED, what="people.note_consent", by=adviser, at=said_at, person=rosa, detail=detail)


def photographs(*, at: datetime) -> None:
    """Berta lets the school publish photographs of her, and prefers to be written to."""
    preferences.change(
        Person.objects.get(identities__value=f"student@{DOMAIN}"),
        at=at,
        source="/preferences/",
        language="ca",
        boxes={"photographs_web": True},
        fields={"preferred_channel": Channel.EMAIL},
    )


def chosen_preferences(*, at: datetime) -> None:
    """Quim says what about, how often, when and where; and that he wants to hear nothing for a month."""
    quim = held(QUIM, at=at)
    chosen_at = at + timedelta(hours=5)
    preferences.change(
        quim,
        at=chosen_at,
        source="/preferences/",
        language="ca",
        boxes={"commercial_email": True, "commercial_phone": False, "survey_email": False},
        fields={
            "frequency": Person.Frequency.MONTHLY,
            "topics_off": ["gastronomy", "languages", "offers"],
            "preferred_channel": Channel.PHONE,
            "preferred_from": time(17),
            "preferred_until": time(20),
            "paused_until": preferences.pause_for(30, at=chosen_at),
        },
    )


def open_request(*, at: datetime) -> None:
    """Ximena asked for news and has not opened the mail that would confirm it."""
    ximena = held(XIMENA, at=at)
    asked_at = at + timedelta(hours=2)
    double_opt_in.ask(
        ximena,
        [(Purpose.COMMERCIAL, Channel.EMAIL)],
        address=XIMENA.email,
        source="/es/early-childhood/",
        language="es",
        at=asked_at,
    )
    outbox.deliver_due(at=asked_at)


def exclusion_list(*, at: datetime) -> None:
    """The lead takes in a list of people who want no advertising from anybody; two of the fair's contacts are on it."""
    with TemporaryDirectory(prefix="demo-") as folder:
        path = Path(folder) / "llista-robinson.csv"
        path.write_text(LISTED, encoding="utf-8")
        exclusions.import_list(path, name=LIST_NAME, at=at, by=staff("lead"))


def look(*, at: datetime, login: str, did: str, what: str, people: int) -> None:
    """Somebody on the staff opens the pages of some people, a few minutes apart."""
    if what.startswith("tutoring."):
        students = Student.objects.filter(tutor__email=f"{login}@{DOMAIN}").select_related("person").order_by("-pk")
        seen = [student.person for student in students[:people]]
    else:
        cases = Case.objects.filter(opened_at__lte=at).select_related("person").order_by("-opened_at")
        seen = [case.person for case in cases[:people]]
    for number, person in enumerate(seen):
        audit.note(act=did, what=what, by=staff(login), at=at + timedelta(minutes=4 * number), person=person)


def review(*, at: datetime) -> None:
    """Data protection has looked at two lines of last week's sample; the others wait."""
    audit_review.pick_due(at=at)
    irene, finding = staff("dpo"), AuditReview.Finding
    found = [
        (finding.FINE, "Hi havia una trucada d’aquesta persona el mateix dia."),
        (finding.CORRECTED, "Tenia la pantalla oberta des de casa. Hem recordat que a les nits no cal."),
    ]
    for line, (what, note) in zip(list(audit_review.waiting(reader=irene)[:2]), found, strict=False):
        audit_review.decide(line, finding=what, note=note, by=irene, at=at)
        at += timedelta(minutes=6)


def long_unheard_of(*, now: datetime) -> None:
    """Six people of whom nothing was heard for 25 months stand on the list of those to be forgotten; one is held."""
    for number, talk in enumerate(ASKED_LONG_AGO):
        held(talk, at=_office(now - timedelta(days=790 - 5 * number)))
    for number, (given, family, email, language) in enumerate(LEFT_A_CARD):
        identities.match_or_create(
            at=_office(now - timedelta(days=772 - 2 * number)),
            email=email,
            given_name=given,
            family_name=family,
            language=language,
            source="import:Saló de l’ensenyament",
        )
    retention.plan(at=now - SHOWN_FOR)
    kept = PlannedErasure.objects.get(person__identities__value=ASKED_LONG_AGO[1].email, done_at=None)
    until = (now + timedelta(days=90)).astimezone(MADRID).date()
    retention.hold(kept, until=until, why=HOLD, by=staff("dpo"), at=now - timedelta(days=9))


def _office(at: datetime) -> datetime:
    return at.astimezone(MADRID).replace(hour=11, minute=20)
