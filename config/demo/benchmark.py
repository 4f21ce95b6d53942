"""Rivals of the demo's programmes: three invented schools and two ways of doing without one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from people.models import User
from programmes import benchmark
from programmes.models import BenchmarkReview, Competitor, Programme, Rival

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
        *("data-analysis", MIGJORN, "Màster exprés en dades", 62, "online", 180, "", ("web", "portals", "social")),
        *("https://migjorn.example/dades", "Es pot començar qualsevol dilluns.", "No corregeixen exercicis.", 20),
        length="16 setmanes",
    ),
    Seen(
        *("data-analysis", PONENT, "Analista de dades", 118, "on_site", 300, "12", ("web", "centre", "phone")),
        *("Fullet de la fira de setembre", "Borsa de treball pròpia.", "Grups de quaranta persones.", 20),
    ),
    Seen(
        *("data-analysis", "", "Tutorials gratuïts i un xat", 0, "online", None, "", ("social",)),
        *("El que diuen els qui no s’inscriuen", "No costa res.", "Ningú no l’acaba sol.", 20),
    ),
    Seen(
        *("ux-design", TRAMUNTANA, "Disseny d’interfícies", 91, "blended", 160, "6", ("web", "fairs")),
        *("https://tramuntana.example/disseny", "Conveni amb dues agències.", "Sense encàrrec real.", 45),
        length="20 setmanes",
    ),
    Seen(
        *("ux-design", MIGJORN, "Bootcamp UX", 205, "online", 400, "", ("web", "portals")),
        *("https://migjorn.example/ux", "Dedicació intensiva, tres mesos.", "El preu i cap classe presencial.", 45),
    ),
    Seen(
        *("elderly-care", PONENT, "Auxiliar de geriatria", 84, "on_site", 320, "", ("centre", "phone", "press")),
        *("Trucada com a clients", "Comença cada mes.", "Només quinze hores de pràctiques.", 60),
    ),
    Seen(
        *("elderly-care", TRAMUNTANA, "Cures a domicili", 105, "blended", 280, "10", ("web",)),
        *("https://tramuntana.example/cures", "Pràctiques pagades.", "No hi ha classes al matí.", 60),
    ),
    Seen(
        *("catalan-c1", MIGJORN, "Català C1 en línia", 74, "online", 90, "", ("web", "social")),
        *("https://migjorn.example/c1", "Accés immediat.", "Correccions automàtiques.", 33),
        length="12 setmanes",
    ),
    Seen(
        *("catalan-c1", "", "Curs públic gratuït", 0, "on_site", 135, "", ("centre",)),
        *("Pàgina de l’administració", "És gratuït.", "Les places s’acaben el primer dia.", 33),
    ),
    Seen(
        *("project-management", TRAMUNTANA, "Direcció de projectes", 131, "on_site", 200, "9", ("web", "agents")),
        *("https://tramuntana.example/projectes", "Inclou l’examen de certificació.", "Dos vespres entre setmana.", 12),
        length="30 setmanes",
    ),
    Seen(
        *("project-management", MIGJORN, "Gestió àgil", 55, "online", 70, "", ("web", "portals", "social")),
        *("https://migjorn.example/agil", "Curt i barat.", "Només mètodes àgils.", 12),
    ),
    Seen(
        *("patisserie", PONENT, "Pastisseria professional", 88, "on_site", 190, "", ("web", "centre")),
        *("https://ponent.example/pastisseria", "Dos torns al dia.", "El material es paga a part.", 101),
    ),
    Seen(
        *("patisserie", "", "Aprendre en un obrador", None, "on_site", None, "", ()),
        *("Entrevistes amb antics alumnes", "Es cobra mentre se n’aprèn.", "Ningú no n’explica el perquè.", 101),
    ),
    Seen(
        *("early-childhood", TRAMUNTANA, "Postgrau d’educació 0-6", 143, "online", 375, "15", ("web", "fairs")),
        *("https://tramuntana.example/infantil", "Reconegut per a estadis.", "Cap visita a l’aula.", 8),
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
