"""The demo's courses for advisers, who is certified, what was talked about with them, and their objectives."""

from datetime import datetime, timedelta
from decimal import Decimal

from config.demo.cast import staff
from contact_centre.models import Objective, ProductCourse, Team
from contact_centre.training import certificates, coaching, courses
from contact_centre.training.courses import Asked
from people.models import User
from programmes.models import Programme

COURSES = {  # programme → title, what to know, its quiz
    "data-analysis": (
        "Anàlisi de dades: el que cal saber",
        "<h3>Per a qui és</h3><p>Per a qui ja treballa amb fulls de càlcul i vol arribar a preguntar a les dades per "
        "si mateix. <b>No cal saber programar</b>: el primer mes hi és per a això.</p>"
        "<h3>El que més pregunten</h3><ul><li>Les places, el preu i les dates són a la fitxa: digues les d’ara."
        "</li>"
        "<li>El projecte final es fa amb dades pròpies o d’una entitat que busca l’escola.</li></ul>"
        "<h3>Quan diem que no</h3><p>Qui busca aprendre intel·ligència artificial a fons estarà millor en un grau.</p>",
        [
            Asked(
                "Algú pregunta si cal saber programar abans de començar. Què li diem?",
                "El primer mes comença de zero; per això no és cap requisit.",
                (("Que no: el primer mes hi és per a això", True), ("Que sí, almenys Python", False)),
            ),
            Asked(
                "D’on traiem el preu i les dates?",
                "La fitxa és l’única que segur que és d’avui, i el que diem hi queda anotat.",
                (
                    ("De la fitxa del programa", True),
                    ("De l’última resposta semblant", False),
                    ("De memòria", False),
                ),
            ),
            Asked(
                "Amb quines dades es pot fer el projecte final?",
                "N’hi ha dues de bones: les pròpies o les d’una entitat que busca l’escola.",
                (
                    ("Amb les pròpies", True),
                    ("Amb les d’una entitat", True),
                    ("Amb les d’un company, sense dir-ho", False),
                ),
            ),
        ],
    ),
    "elderly-care": (
        "Atenció a la gent gran: preguntes delicades",
        "<h3>Qui truca</h3><p>Molts ja cuiden algú de casa. Escolta primer; el programa ve després.</p>"
        "<h3>Pràctiques</h3><p>Són obligatòries i es fan en residències i a domicili. Es poden combinar amb torns.</p>"
        "<h3>Beques</h3><p>No en prometem cap: expliquem on es demanen i fins quan.</p>",
        [
            Asked(
                "Són obligatòries les pràctiques?",
                "Sense pràctiques no hi ha certificat; els torns es parlen amb la coordinació.",
                (("Sí, i es poden combinar amb torns", True), ("No, són optatives", False)),
            ),
            Asked(
                "Ens demanen si tindran la beca. Què responem?",
                "La resolució no depèn de nosaltres: una promesa trencada costa més que un no ho sé.",
                (
                    ("On es demana i fins quan; no en prometem cap", True),
                    ("Que segur que sí", False),
                    ("Que preguntin al tutor", False),
                ),
            ),
        ],
    ),
    "catalan-c1": (
        "Català C1: nivells i titulació",
        "<h3>El nivell</h3><p>Qui no sap quin nivell té fa la prova en línia: vint minuts, sense compromís.</p>"
        "<h3>La titulació</h3><p>El curs prepara la prova oficial; el títol el dona qui la convoca.</p>",
        [
            Asked(
                "Dona l’escola el títol oficial de C1?",
                "El curs en prepara la prova; el títol el dona l’organisme que la convoca.",
                (("No: prepara la prova oficial", True), ("Sí, en acabar el curs", False)),
            ),
            Asked(
                "Què proposem a qui no sap quin nivell té?",
                "La prova en línia situa en vint minuts i evita canvis de grup.",
                (("La prova en línia de nivell", True), ("Que comenci i ja es veurà", False)),
            ),
        ],
    ),
}


def set_up(*, at: datetime) -> None:
    """Give the desk its courses and certificates, and the adviser and their lead what they agreed; safe to repeat.

    Laia passed two quizzes, one of which runs out within two weeks. Marc failed one, and Jordi vouches for him in
    another. No certificate is required, so that nothing of the year's history is refused.
    """
    if ProductCourse.objects.exists():
        return
    lead, laia, marc = staff("lead"), staff("adviser"), staff("adviser2")
    made = {code: _write(code, by=lead, at=at - timedelta(days=380)) for code in COURSES}
    found = {code: course for code, course in made.items() if course is not None}
    if course := found.get("data-analysis"):
        _take(course, laia, wrong=0, at=at - timedelta(days=356))
        _take(course, marc, wrong=1, at=at - timedelta(days=6))
    if course := found.get("elderly-care"):
        _take(course, laia, wrong=1, at=at - timedelta(days=41))
        _take(course, laia, wrong=0, at=at - timedelta(days=40))
        certificates.vouch(
            marc, course.programme, by=lead, at=at - timedelta(days=90), why="Hi va fer de monitor dos anys"
        )
    _talk(lead=lead, laia=laia, marc=marc, at=at)


def _write(code: str, *, by: User, at: datetime) -> ProductCourse | None:
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        return None
    title, body, quiz = COURSES[code]
    course = ProductCourse(programme=programme, title=title, body=body, is_live=True)
    return courses.keep(course, quiz=quiz, by=by, at=at)


def _take(course: ProductCourse, user: User, *, wrong: int, at: datetime) -> None:
    chosen = {}
    for place, (question, choices) in enumerate(courses.questions(course)):
        chosen[question.pk] = [one.pk for one in choices if one.is_right != (place < wrong)]
    attempt = courses.begin(course, by=user, at=at)
    courses.submit(attempt, chosen, at=at + timedelta(minutes=6))


def _talk(*, lead: User, laia: User, marc: User, at: datetime) -> None:
    for user, name, level in (
        (laia, "Converses difícils", 5),
        (laia, "Anglès", 4),
        (laia, "Beques i ajuts", 3),
        (marc, "Trucades en fred", 4),
        (marc, "Beques i ajuts", 2),
    ):
        coaching.keep_skill(user, name=name, level=level, by=lead, at=at - timedelta(days=30))
    coaching.write_note(
        laia,
        text="Les trucades van molt bé: escoltes abans de proposar res. Els correus encara són llargs.",
        next_step="Dues setmanes amb respostes de menys de deu línies",
        by=lead,
        at=at - timedelta(days=2),
    )
    coaching.write_note(
        marc,
        text="Vam repassar tres casos d’anàlisi de dades. Li falta seguretat amb el projecte final.",
        next_step="Repetir el qüestionari abans de divendres",
        by=lead,
        at=at - timedelta(days=5),
    )
    note = "Parlar-ne amb direcció: podria portar l’equip de tarda l’any que ve."
    coaching.write_note(laia, text=note, by=lead, at=at - timedelta(days=2), is_shared=False)
    since = (at - timedelta(days=30)).date()
    metric = Objective.Metric
    if team := Team.objects.filter(advisers__user=laia).first():
        coaching.agree(team=team, metric=metric.KEPT_SHARE, target=Decimal("95"), since=since)
    coaching.agree(user=laia, metric=metric.ANSWERS_A_DAY, target=Decimal("18"), since=since)
    coaching.agree(user=marc, metric=metric.ANSWERS_A_DAY, target=Decimal("14"), since=since)
    coaching.agree(user=marc, metric=metric.CALLS_A_DAY, target=Decimal("6"), since=since)
