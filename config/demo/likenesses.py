"""People who may be one: known twice, written in two ways, found in a file; one pair made one by the lead."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile

from config.demo.cast import staff
from config.demo.simulation import Simulation
from config.demo.talks import Talk, called, held
from enrolment import applications
from people.identity import duplicates, merging
from people.importing import uploads
from people.models import Identity, Person

BORN = date(1991, 3, 14)
NURIA = Talk(
    "Núria",
    "Puig Carbonell",
    "nuria.puig@correu.example",
    "data-analysis",
    note="Ve de comptabilitat i vol canviar. Li agrada que hi hagi pràctiques amb dades de debò.",
    emotion="enthusiasm",
    sentiment=1.0,
    question=1,
)
NURIA_AT_THE_FAIR = Talk(
    "Nuria",
    "Puig",
    "nuriapuig+fira@correu.example",
    "project-management",
    note="Va deixar l’adreça a la fira. Diu que ja ens coneix i que li vam enviar el fullet d’un altre curs.",
    emotion="calm",
    sentiment=0.0,
    question=3,
    login="adviser2",
)
MARCS = [
    Talk(
        "Marc",
        "Roca",
        "marc.roca@correu.example",
        "sustainable-tourism",
        note="Recepcionista d’hotel. Tem no poder seguir les classes els caps de setmana d’agost.",
        emotion="worry",
        sentiment=-0.5,
        question=10,
        language="es",
    ),
    Talk(
        "Marc",
        "Roca",
        "mroca.feina@treball.example",
        "sustainable-tourism",
        note="Enfadat: ja ho havia explicat tot i li tornem a preguntar el mateix. Demano disculpes.",
        emotion="anger",
        sentiment=-1.0,
        question=1,
        language="es",
        login="adviser2",
    ),
]
MARTA = Talk("Marta", "Soler Bonet", "marta.soler@correu.example", "ux-design", question=5, note="No ha decidit res.")
# Somebody's keyboard was set to another alphabet: the second letter is Cyrillic.
MARTA_BY_HERSELF = Talk(
    "M\N{CYRILLIC SMALL LETTER A}rta",
    "Soler Bonet",
    "marta.sb@missatges.example",
    "ux-design",
    question=5,
    note="Torna a preguntar si es pot fer en línia. Li explico que els dimarts cal venir.",
    emotion="let_down",
    sentiment=-0.5,
)
GEMMA = Talk(
    "Gemma",
    "Torrents Badia",
    "gemma.torrents@correu.example",
    "elderly-care",
    note="Cuida la mare i vol fer-ne ofici. Molt emocionada amb la idea.",
    emotion="enthusiasm",
    sentiment=1.0,
    question=2,
)
GEMMA_BY_PHONE = Talk(
    "Gemma",
    "Torrents",
    "",
    "elderly-care",
    phone="+34600010203",
    channel="phone",
    note="Truca des de l’hospital. Vol saber si la plaça se li guarda uns dies.",
    emotion="worry",
    sentiment=-0.5,
    question=3,
    login="adviser2",
)
GEMMA_AGAIN = replace(
    GEMMA_BY_PHONE,
    programme="early-childhood",
    question=6,
    note="Demana també el preu del postgrau.",
    sentiment=None,
    emotion="",
)
FILE_NAME = "fira-formacio-contactes.csv"
FILE = """Nom;Cognoms;Correu electrònic;Telèfon;Data de naixement;Idioma
Lluc;Amat Sabaté;lluc.amat@correu.example;600 01 04 01;12/05/1988;català
Noelia;Vargas Peña;noelia.vargas@correo.example;;03/11/1994;castellà
Imane;El Idrissi;imane.elidrissi@correu.example;600 01 04 03;;català
Rosa;Jové;rosa.jove@bustia.example;;;català
Hannah;Collins;hannah.collins@mail.example;;;anglès
Teo;Giralt Mestres;teo.giralt@@correu;;21/07/1979;català
Ivet;Xifré Valls;ivet.xifre@correu.example;;30/02/1990;català
"""


def schedule(simulation: Simulation) -> None:
    """Put these people among the others of the last weeks, and what is made of them at the end."""
    now = simulation.now
    talks = [
        (62, NURIA),
        (48, NURIA_AT_THE_FAIR),
        (41, MARCS[0]),
        (33, MARTA),
        (27, GEMMA),
        (21, MARTA_BY_HERSELF),
        (12, MARCS[1]),
        (9, GEMMA_BY_PHONE),
    ]
    for days, talk in talks:
        simulation.at(simulation.office_hours(now - timedelta(days=days)), meet, talk=talk)
    simulation.at(simulation.office_hours(now - timedelta(days=6)), take_in_file)
    simulation.at(simulation.office_hours(now - timedelta(days=4)), make_one)


def meet(*, at: datetime, talk: Talk) -> None:
    person = held(talk, at=at)
    if talk in MARCS:
        applications.learn(person, birth_date=BORN)


def take_in_file(*, at: datetime) -> None:
    """Admissions take in the contacts of the fair, as in the back office: two rows are turned down, with the reason."""
    by = staff("admissions")
    content = ContentFile(FILE.encode())
    upload = uploads.receive(content, kind="people", file_name=FILE_NAME, source="Fira de la formació", at=at, by=by)
    columns = uploads.guess(upload, uploads.table(upload))
    upload = uploads.map_columns(upload, columns, at=at + timedelta(minutes=1))
    uploads.look_now(upload, at=at + timedelta(minutes=1))
    uploads.queue(upload, at=at + timedelta(minutes=4), by=by)
    uploads.work_due(at=at + timedelta(minutes=4))


def make_one(*, at: datetime) -> None:
    """The lead makes one of the two Gemmas; the call of the day after shows that this can still be undone."""
    duplicates.compare_due(at=at)
    lead = staff("lead")
    survivor = Person.objects.get(identities__value=GEMMA.email)
    absorbed = Person.objects.get(identities__value=GEMMA_BY_PHONE.phone, identities__kind=Identity.Kind.PHONE)
    merging.merge(survivor, absorbed, at=at, by=lead)
    spoken_at = at + timedelta(days=1, minutes=20)
    adviser = staff("adviser")
    called(
        survivor,
        "Tranquil·la: ja sap que la plaça se li guarda. Queda que escriurà per fer la sol·licitud.",
        by=adviser,
        at=spoken_at,
        emotion="calm",
        sentiment=0.5,
    )
    held(GEMMA_AGAIN, at=spoken_at + timedelta(hours=3))
