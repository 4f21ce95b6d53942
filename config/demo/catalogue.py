"""What Escola Llevant teaches: eight programmes, their teachers, and intakes around any given day.

The texts of a programme are in ``texts/<code>.toml``, one table for each language.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from config.demo.accounts import DOMAIN
from people.models import User
from programmes import site
from programmes.models import Field, Intake, Level, Modality, Programme, Teacher

TEXTS = Path(__file__).parent / "texts"
POBLENOU = "Campus Poblenou, Barcelona"
GRACIA = "Campus Gràcia, Barcelona"
EARLY_BIRDS = ("ux-design", "project-management")
DEARER_AT_THE_END = ("patisserie",)
PAST, RUNNING, COMING, AFTER = -48, -17, 10, 36  # weeks from the Monday of this week

FIELDS = {  # slug → names in Catalan, Spanish and English
    "tech": ("Tecnologia", "Tecnología", "Technology"),
    "health": ("Salut", "Salud", "Health"),
    "languages": ("Llengües", "Idiomas", "Languages"),
    "business": ("Empresa i turisme", "Empresa y turismo", "Business and tourism"),
    "education": ("Educació", "Educación", "Education"),
    "gastronomy": ("Gastronomia", "Gastronomía", "Gastronomy"),
}

TEACHERS = {  # name → role in Catalan, Spanish and English
    "Neus Batlle": (
        "Analista de dades en salut pública",
        "Analista de datos en salud pública",
        "Public health analyst",
    ),
    "Hamid Ouali": ("Estadístic", "Estadístico", "Statistician"),
    "Elisenda Prat": (
        "Investigadora d’experiència d’usuari",
        "Investigadora de experiencia de usuario",
        "User experience researcher",
    ),
    "Tom Ashby": ("Dissenyador de producte", "Diseñador de producto", "Product designer"),
    "Rosa Maria Fabra": ("Infermera de geriatria", "Enfermera de geriatría", "Geriatric nurse"),
    "Yolanda Quispe": ("Terapeuta ocupacional", "Terapeuta ocupacional", "Occupational therapist"),
    "Guillem Tarrés": ("Filòleg i corrector", "Filólogo y corrector", "Philologist and copy editor"),
    "Sílvia Montaner": (
        "Mestra i professora de català",
        "Maestra y profesora de catalán",
        "Schoolteacher and teacher of Catalan",
    ),
    "Andreu Colomer": ("Cap de projectes", "Jefe de proyectos", "Project manager"),
    "Joana Ripoll": ("Pastissera", "Pastelera", "Pastry chef"),
    "Émile Garnier": ("Forner i xocolater", "Panadero y chocolatero", "Baker and chocolatier"),
    "Lucía Andrade": ("Consultora de turisme", "Consultora de turismo", "Tourism consultant"),
}


LOGINS = {"Neus Batlle": "teacher"}  # who of them signs in, with which account


@dataclass(frozen=True)
class Facts:
    """What holds of a programme in every language, and of each of its intakes.

    ``days`` are weekdays, 0 for Monday; ``offset`` moves its intakes by that many weeks against the other programmes'.
    """

    code: str
    field: str
    level: str
    modality: str
    taught_in: str
    credits: Decimal
    length_weeks: int
    weekly_hours: int
    price_minor: int
    seats: int
    campus: str
    days: tuple[int, ...]
    timetable: str
    teachers: tuple[str, str]
    offset: int = 0
    coming_seats: int | None = None
    has_later_intake: bool = False


FACTS = {
    facts.code: facts
    for facts in (
        Facts(
            code="data-analysis",
            field="tech",
            level=Level.SPECIALISATION,
            modality=Modality.BLENDED,
            taught_in="ca, es",
            credits=Decimal("10.5"),
            length_weeks=26,
            weekly_hours=10,
            price_minor=195_000,
            seats=24,
            campus=POBLENOU,
            days=(0, 2),
            timetable="18:30–21:00",
            teachers=("Neus Batlle", "Hamid Ouali"),
            has_later_intake=True,
        ),
        Facts(
            code="ux-design",
            field="tech",
            level=Level.SPECIALISATION,
            modality=Modality.ON_SITE,
            taught_in="ca, es",
            credits=Decimal("7"),
            length_weeks=20,
            weekly_hours=9,
            price_minor=148_000,
            seats=20,
            campus=POBLENOU,
            days=(1, 3),
            timetable="18:30–21:00",
            teachers=("Elisenda Prat", "Tom Ashby"),
            offset=1,
        ),
        Facts(
            code="elderly-care",
            field="health",
            level=Level.COURSE,
            modality=Modality.BLENDED,
            taught_in="ca, es",
            credits=Decimal("11.5"),
            length_weeks=24,
            weekly_hours=12,
            price_minor=89_000,
            seats=22,
            campus=GRACIA,
            days=(0, 2),
            timetable="9:30–13:00",
            teachers=("Rosa Maria Fabra", "Yolanda Quispe"),
            offset=-1,
            has_later_intake=True,
        ),
        Facts(
            code="catalan-c1",
            field="languages",
            level=Level.COURSE,
            modality=Modality.ONLINE,
            taught_in="ca",
            credits=Decimal("5"),
            length_weeks=18,
            weekly_hours=7,
            price_minor=39_000,
            seats=18,
            campus="",
            days=(1, 3),
            timetable="19:00–21:00",
            teachers=("Guillem Tarrés", "Sílvia Montaner"),
            has_later_intake=True,
        ),
        Facts(
            code="project-management",
            field="business",
            level=Level.SPECIALISATION,
            modality=Modality.BLENDED,
            taught_in="es, en",
            credits=Decimal("7"),
            length_weeks=22,
            weekly_hours=8,
            price_minor=165_000,
            seats=26,
            campus=POBLENOU,
            days=(5,),
            timetable="9:30–13:30",
            teachers=("Andreu Colomer", "Tom Ashby"),
            offset=1,
        ),
        Facts(
            code="patisserie",
            field="gastronomy",
            level=Level.COURSE,
            modality=Modality.ON_SITE,
            taught_in="ca, es",
            credits=Decimal("7"),
            length_weeks=16,
            weekly_hours=11,
            price_minor=240_000,
            seats=12,
            campus=GRACIA,
            days=(0, 3),
            timetable="16:00–20:00",
            teachers=("Joana Ripoll", "Émile Garnier"),
            coming_seats=4,  # one of the two kitchens is being refitted
        ),
        Facts(
            code="sustainable-tourism",
            field="business",
            level=Level.SPECIALISATION,
            modality=Modality.ONLINE,
            taught_in="es, en",
            credits=Decimal("6.5"),
            length_weeks=20,
            weekly_hours=8,
            price_minor=98_000,
            seats=28,
            campus="",
            days=(2,),
            timetable="18:00–20:00",
            teachers=("Lucía Andrade", "Hamid Ouali"),
            offset=-1,
        ),
        Facts(
            code="early-childhood",
            field="education",
            level=Level.POSTGRADUATE,
            modality=Modality.BLENDED,
            taught_in="ca",
            credits=Decimal("14.5"),
            length_weeks=26,
            weekly_hours=14,
            price_minor=132_000,
            seats=30,
            campus=GRACIA,
            days=(4,),
            timetable="16:30–20:30",
            teachers=("Sílvia Montaner", "Yolanda Quispe"),
        ),
    )
}


@cache
def texts_of(code: str) -> dict[str, dict[str, Any]]:
    """The texts of a programme as written in its file: language → name of the text → text."""
    return tomllib.loads((TEXTS / f"{code}.toml").read_text(encoding="utf-8"))


def publish_all(*, at: datetime) -> list[Programme]:
    """Write the eight programmes and their sheets in three languages; a second run changes nothing."""
    fields = {slug: _field(slug, names) for slug, names in FIELDS.items()}
    teachers = {name: _teacher(name, roles) for name, roles in TEACHERS.items()}
    programmes = []
    for facts in FACTS.values():
        own = {
            "code": facts.code,
            "field": fields[facts.field],
            "level": facts.level,
            "modality": facts.modality,
            "taught_in": facts.taught_in,
            "credits": facts.credits,
            "length_weeks": facts.length_weeks,
            "weekly_hours": facts.weekly_hours,
        }
        who = [teachers[name] for name in facts.teachers]
        sheets = {language: _sheet(facts.code, text, who) for language, text in texts_of(facts.code).items()}
        programmes.append(site.publish_programme(own, sheets, at=at))
    return programmes


def give_logins() -> None:
    """Let the teachers of LOGINS see, with their account, who applied for and who studies what they teach."""
    for name, login in LOGINS.items():
        Teacher.objects.filter(name=name).update(login=User.objects.get(email=f"{login}@{DOMAIN}"))


def make_intakes(programme: Programme, *, today: date) -> list[Intake]:
    """Write the intakes of a programme around ``today``: two behind us, one or two to come, the earliest first."""
    intakes = []
    for dates in plan_intakes(FACTS[programme.code], today=today):
        fields = dict(dates)
        intake, _created = Intake.objects.update_or_create(
            programme=programme, code=fields.pop("code"), defaults=fields
        )
        intakes.append(intake)
    return intakes


def plan_intakes(facts: Facts, *, today: date) -> list[dict[str, Any]]:
    """The fields of each intake: one finished, one begun four months ago, and those to come. All start on a Monday."""
    monday = today - timedelta(days=today.weekday())
    weeks = [PAST, RUNNING, COMING, *([AFTER] if facts.has_later_intake else [])]
    intakes = []
    for week in weeks:
        starts_on = monday + timedelta(weeks=week + facts.offset)
        intakes.append(
            {
                "code": f"{starts_on:%Y-%m}",
                "starts_on": starts_on,
                "ends_on": starts_on + timedelta(weeks=facts.length_weeks - 1, days=max(facts.days)),  # the last class
                "apply_by": starts_on - timedelta(weeks=2),
                "seats": facts.coming_seats if week == COMING and facts.coming_seats else facts.seats,
                "campus": facts.campus,
                "timetable": facts.timetable,
                "modality": facts.modality,
                "price_minor": facts.price_minor,
                "currency": "EUR",
                **(_price_list(facts, starts_on) if week == COMING else {}),
            }
        )
    return intakes


def _price_list(facts: Facts, starts_on: date) -> dict[str, Any]:
    """A tenth off for who decides early, or a twentieth more for the last places; most programmes have one price."""
    if facts.code in EARLY_BIRDS:
        return {
            "early_price_minor": facts.price_minor * 9 // 10,
            "early_until": starts_on - timedelta(weeks=7),
        }
    if facts.code in DEARER_AT_THE_END:
        return {
            "late_price_minor": facts.price_minor * 21 // 20,
            "late_from": starts_on - timedelta(weeks=4),
        }
    return {}


def _field(slug: str, names: tuple[str, str, str]) -> Field:
    field, _created = Field.objects.update_or_create(
        slug=slug, defaults=dict(zip(("name_ca", "name_es", "name_en"), names, strict=True))
    )
    return field


def _teacher(name: str, roles: tuple[str, str, str]) -> Teacher:
    teacher, _created = Teacher.objects.update_or_create(
        name=name, defaults=dict(zip(("role_ca", "role_es", "role_en"), roles, strict=True))
    )
    return teacher


def _sheet(code: str, text: Mapping[str, Any], teachers: list[Teacher]) -> dict[str, Any]:
    """The fields of a sheet; the address is the code in every language, so that links can be told over the phone."""
    told = {name: f"<p>{text[name]}</p>" for name in ("accreditation", "careers") if name in text}
    return {
        **text,
        **told,
        "slug": code,
        "symptoms": _list(text.get("symptoms", ())),
        "outcome": _list(text["outcome"]),
        "syllabus": [(unit["title"], unit["text"]) for unit in text["syllabus"]],
        "questions": [(asked["question"], asked["answer"]) for asked in text["questions"]],
        "teachers": teachers,
    }


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" if lines else ""
