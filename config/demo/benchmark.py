"""Rivals of the demo's programmes: three invented schools and two ways of doing without one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from people.models import User
from programmes.models import BenchmarkReview, Competitor, Programme, Rival
from programmes.selling import benchmark

# Invented: no school is called so. The same names stand as “lost to” in the history.
COMPETITORS = {
    "Acadèmia Ponent": ("https://ponent.example/", "Centres propis a tres barris i molta publicitat al carrer."),
    "Institut Migjorn": ("https://migjorn.example/", "Tot en línia; paguen comissió a portals de cursos."),
    "Campus Tramuntana": ("https://tramuntana.example/", "Cursos amb beques d’empresa; grups grans."),
}


@dataclass(frozen=True)
class Seen:
    """One rival as marketing saw it. ``share`` is its price in hundredths of ours; None where it has none."""

    programme: str
    whose: str  # "" for what stands in for us
    name: str
    share: int | None
    modality: str
    hours: int | None
    credits: str
    channels: tuple[str, ...]
    source: str
    strengths: str
    weaknesses: str
    days_ago: int
    length: str = ""


PONENT, MIGJORN, TRAMUNTANA = COMPETITORS
SEEN = (
    Seen(
        programme="data-analysis",
        whose=MIGJORN,
        name="Màster exprés en dades",
        share=62,
        modality="online",
        hours=180,
        credits="",
        channels=("web", "portals", "social"),
        source="https://migjorn.example/dades",
        strengths="Es pot començar qualsevol dilluns.",
        weaknesses="No corregeixen exercicis.",
        days_ago=20,
        length="16 setmanes",
    ),
    Seen(
        programme="data-analysis",
        whose=PONENT,
        name="Analista de dades",
        share=118,
        modality="on_site",
        hours=300,
        credits="12",
        channels=("web", "centre", "phone"),
        source="Fullet de la fira de setembre",
        strengths="Borsa de treball pròpia.",
        weaknesses="Grups de quaranta persones.",
        days_ago=20,
    ),
    Seen(
        programme="data-analysis",
        whose="",
        name="Tutorials gratuïts i un xat",
        share=0,
        modality="online",
        hours=None,
        credits="",
        channels=("social",),
        source="El que diuen els qui no s’inscriuen",
        strengths="No costa res.",
        weaknesses="Ningú no l’acaba sol.",
        days_ago=20,
    ),
    Seen(
        programme="ux-design",
        whose=TRAMUNTANA,
        name="Disseny d’interfícies",
        share=91,
        modality="blended",
        hours=160,
        credits="6",
        channels=("web", "fairs"),
        source="https://tramuntana.example/disseny",
        strengths="Conveni amb dues agències.",
        weaknesses="Sense encàrrec real.",
        days_ago=45,
        length="20 setmanes",
    ),
    Seen(
        programme="ux-design",
        whose=MIGJORN,
        name="Bootcamp UX",
        share=205,
        modality="online",
        hours=400,
        credits="",
        channels=("web", "portals"),
        source="https://migjorn.example/ux",
        strengths="Dedicació intensiva, tres mesos.",
        weaknesses="El preu i cap classe presencial.",
        days_ago=45,
    ),
    Seen(
        programme="elderly-care",
        whose=PONENT,
        name="Auxiliar de geriatria",
        share=84,
        modality="on_site",
        hours=320,
        credits="",
        channels=("centre", "phone", "press"),
        source="Trucada com a clients",
        strengths="Comença cada mes.",
        weaknesses="Només quinze hores de pràctiques.",
        days_ago=60,
    ),
    Seen(
        programme="elderly-care",
        whose=TRAMUNTANA,
        name="Cures a domicili",
        share=105,
        modality="blended",
        hours=280,
        credits="10",
        channels=("web",),
        source="https://tramuntana.example/cures",
        strengths="Pràctiques pagades.",
        weaknesses="No hi ha classes al matí.",
        days_ago=60,
    ),
    Seen(
        programme="catalan-c1",
        whose=MIGJORN,
        name="Català C1 en línia",
        share=74,
        modality="online",
        hours=90,
        credits="",
        channels=("web", "social"),
        source="https://migjorn.example/c1",
        strengths="Accés immediat.",
        weaknesses="Correccions automàtiques.",
        days_ago=33,
        length="12 setmanes",
    ),
    Seen(
        programme="catalan-c1",
        whose="",
        name="Curs públic gratuït",
        share=0,
        modality="on_site",
        hours=135,
        credits="",
        channels=("centre",),
        source="Pàgina de l’administració",
        strengths="És gratuït.",
        weaknesses="Les places s’acaben el primer dia.",
        days_ago=33,
    ),
    Seen(
        programme="project-management",
        whose=TRAMUNTANA,
        name="Direcció de projectes",
        share=131,
        modality="on_site",
        hours=200,
        credits="9",
        channels=("web", "agents"),
        source="https://tramuntana.example/projectes",
        strengths="Inclou l’examen de certificació.",
        weaknesses="Dos vespres entre setmana.",
        days_ago=12,
        length="30 setmanes",
    ),
    Seen(
        programme="project-management",
        whose=MIGJORN,
        name="Gestió àgil",
        share=55,
        modality="online",
        hours=70,
        credits="",
        channels=("web", "portals", "social"),
        source="https://migjorn.example/agil",
        strengths="Curt i barat.",
        weaknesses="Només mètodes àgils.",
        days_ago=12,
    ),
    Seen(
        programme="patisserie",
        whose=PONENT,
        name="Pastisseria professional",
        share=88,
        modality="on_site",
        hours=190,
        credits="",
        channels=("web", "centre"),
        source="https://ponent.example/pastisseria",
        strengths="Dos torns al dia.",
        weaknesses="El material es paga a part.",
        days_ago=101,
    ),
    Seen(
        programme="patisserie",
        whose="",
        name="Aprendre en un obrador",
        share=None,
        modality="on_site",
        hours=None,
        credits="",
        channels=(),
        source="Entrevistes amb antics alumnes",
        strengths="Es cobra mentre se n’aprèn.",
        weaknesses="Ningú no n’explica el perquè.",
        days_ago=101,
    ),
    Seen(
        programme="early-childhood",
        whose=TRAMUNTANA,
        name="Postgrau d’educació 0-6",
        share=143,
        modality="online",
        hours=375,
        credits="15",
        channels=("web", "fairs"),
        source="https://tramuntana.example/infantil",
        strengths="Reconegut per a estadis.",
        weaknesses="Cap visita a l’aula.",
        days_ago=8,
        length="30 setmanes",
    ),
)  # nobody has compared sustainable tourism yet


def play(*, at: datetime, by: User | None = None) -> int:
    """Write the rivals down and review the comparisons as long ago as each was seen; return how many rivals are new."""
    by = by or User.objects.get(email="marketing@llevant.example")
    schools = {}
    for name, (website, notes) in COMPETITORS.items():
        schools[name], _new = Competitor.objects.get_or_create(name=name, defaults={"website": website, "notes": notes})
    made = 0
    for seen in SEEN:
        programme = Programme.objects.filter(code=seen.programme, collection__is_own=True).first()
        if programme is not None:
            made += _write(seen, programme, schools.get(seen.whose), at=at, by=by)
    _review(at=at, by=by)
    return made


def _write(seen: Seen, programme: Programme, school: Competitor | None, *, at: datetime, by: User) -> bool:
    on = timezone.localdate(at - timedelta(days=seen.days_ago))
    ours = benchmark.our_side(programme, on=timezone.localdate(at)).price_minor
    price = None if seen.share is None or ours is None else round(ours * seen.share / 100, -3)
    _rival, is_new = Rival.objects.get_or_create(
        programme=programme,
        competitor=school,
        name=seen.name,
        defaults={
            "kind": Rival.Kind.COMPETITOR if school else Rival.Kind.SUBSTITUTE,
            "price_minor": price,
            "price_text": "" if seen.share is not None else "Sense preu",
            "modality": seen.modality,
            "hours": seen.hours,
            "credits": Decimal(seen.credits) if seen.credits else None,
            "length_text": seen.length,
            "channels": list(seen.channels),
            "strengths": seen.strengths,
            "weaknesses": seen.weaknesses,
            "source": seen.source,
            "seen_on": on,
            "reviewed_on": on,
            "reviewed_by": by,
        },
    )
    return is_new


def _review(*, at: datetime, by: User) -> None:
    days_ago = {seen.programme: seen.days_ago for seen in SEEN}
    for programme in Programme.objects.filter(code__in=days_ago, collection__is_own=True):
        if not BenchmarkReview.objects.filter(programme=programme).exists():
            benchmark.review(programme, by=by, at=at - timedelta(days=days_ago[programme.code]))
