"""An editor’s week: a sheet with gaps, an old translation, a page in moderation, one scheduled, testimonials."""

from datetime import datetime, timedelta

from config.demo.accounts import DOMAIN
from people.models import User
from programmes.editing import moderation, parity, testimonials
from programmes.models import Programme, ProgrammePage, Testimonial

PERMISSION = (
    "Doneu permís perquè Escola Llevant mostri aquestes paraules amb el vostre nom de pila al seu web. "
    "El podeu retirar quan vulgueu escrivint a hola@llevant.example."
)
VOICES = (  # programme, name, who they are, language, words, with permission, shown
    (
        "patisserie",
        "Elvira",
        "Pastissera de tres cafeteries",
        "ca",
        "Encara tinc la llibreta d’encàrrecs d’aquell primer dijous. Ara l’omplo cada setmana.",
        True,
        True,
    ),
    (
        "data-analysis",
        "Iván",
        "Técnico de un ayuntamiento",
        "es",
        "Vine con miedo a los números y me fui con un cuadro de mando que mi equipo usa cada lunes.",
        True,
        True,
    ),
    (
        "elderly-care",
        "Samira",
        "Carer in Sant Andreu",
        "en",
        "The teachers had stood where I stand. That made all the difference at the bedside.",
        True,
        False,
    ),
    (
        "ux-design",
        "Pol",
        "Dissenyador",
        "ca",
        "El millor van ser les entrevistes amb persones de veritat. Encara no he dit que sí a sortir al web.",
        False,
        False,
    ),
)


def leave_to_edit(*, at: datetime) -> None:
    """Leave the editor's desk of an ordinary week around ``at``; a second run changes nothing."""
    if Testimonial.objects.exists():
        return
    editor = User.objects.get(email=f"editor@{DOMAIN}")
    moderation.arrange()
    parity.note_missed(at=at)
    _gaps("sustainable-tourism", at=at)
    _old_translation("elderly-care", editor)
    _in_moderation("ux-design", User.objects.get(email=f"marketing@{DOMAIN}"))
    _scheduled("catalan-c1", editor, at=at)
    _voices(editor, at=at)


def _page(code: str, language: str) -> ProgrammePage:
    return ProgrammePage.objects.get(programme__code=code, locale__language_code=language)


def _gaps(code: str, *, at: datetime) -> None:
    """Somebody began to rewrite the Spanish sheet: the draft lacks what convinces."""
    page = _page(code, "es")
    page.problem = page.outcome = page.proof = ""
    page.questions = list(page.questions.raw_data)[:1]
    page.save_revision(user=User.objects.get(email=f"editor@{DOMAIN}"))


def _old_translation(code: str, editor: User) -> None:
    """The Catalan words changed since; Spanish and English have not followed."""
    page = _page(code, "ca")
    page.promise = "Aprens a cuidar persones grans amb calma i tècnica, i fas pràctiques remunerades al barri."
    page.save_revision(user=editor).publish(user=editor)


def _in_moderation(code: str, marketing: User) -> None:
    page = _page(code, "ca")
    page.search_description = "Disseny d’experiència d’usuari a Poblenou: entrevistes, prototips i proves amb gent."
    page.save_revision(user=marketing)
    page.get_workflow().start(page, marketing)


def _scheduled(code: str, editor: User, *, at: datetime) -> None:
    """The new promise goes live on its own, three days from now at nine."""
    page = _page(code, "ca")
    page.promise = "Et prepares per al C1 de català des de casa, amb dues classes en directe cada setmana."
    page.go_live_at = (at + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    page.save_revision(user=editor, approved_go_live_at=page.go_live_at)


def _voices(editor: User, *, at: datetime) -> None:
    for code, name, who, language, words, is_permitted, is_shown in VOICES:
        permission = {
            "permission_text": PERMISSION,
            "permission_proof": Testimonial.Proof.MAIL,
            "permission_where": "hola@llevant.example, carpeta Permisos",
            "permitted_at": at - timedelta(days=40),
            "permitted_until": (at + timedelta(days=700)).date(),
        }
        said = Testimonial.objects.create(
            programme=Programme.objects.get(code=code),
            name_shown=name,
            about_shown=who,
            language=language,
            words=words,
            said_on=(at - timedelta(days=45)).date(),
            by=editor,
            **(permission if is_permitted else {}),
        )
        if is_shown:
            testimonials.show(said, at=at, by=editor)
