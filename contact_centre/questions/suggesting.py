"""Which questions a text asks: first by rules on its words, then by what earlier, confirmed questions taught."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from contact_centre.models import Question
from contact_centre.questions.topics import OTHER

LONGEST = 10_000  # characters read of a text
WORDS_KEPT = 300
SENTENCES_READ = 60
_SENTENCE = re.compile(r"(?<=[.?!…])\s+|\n+|\s*[;•]\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+")

# Beginnings of words without accents, in Catalan, Spanish and English; a space stands for any space. People mix the
# three, so a text is read with all of them.
_RULES: dict[str, str] = {
    "price": (
        r"preus?\b|precio|price|cost[aei]?\b|cuest|costs?\b|cuanto (vale|es)|quant (val|costa|es)|how much|tarif"
        r"|matricula (val|cuest)|\bfees?\b|tuition|import total"
    ),
    "dates": (
        r"quan (comen|acab|es )|cuando (empie|comien|acab|es )|when (does|do|is|will)|dates?\b|fechas?\b|inici"
        r"|comienzo|termini\b|plazo\b|terminis d.insc|deadline|convocatori|start(s|ing)? date|calendari"
    ),
    "grants": r"beca|beques|grants?\b|scholarship|descompt|descuento|discount|ajut|ayudas? |bonifica|financial aid",
    "requirements": (
        r"requisit|requirement|necessito (tenir|ser|un titol)|hace falta (tener|ser)|cal (tenir|ser|haver)"
        r"|puedo (entrar|acceder)|puc (entrar|accedir)|can i (join|enter|get in)|nivell minim|nivel minimo"
        r"|prerequisite|admissio|admision|sense (estudis|titol)|sin (estudios|titulo)|batxillerat|bachillerato"
        r"|degree is from|prova d.acces|prueba de acceso|eligible"
    ),
    "modality": (
        r"online|en linia|en linea|a distancia|distance|presencial|on.?site|in person|semipresencial|remot|virtual"
        r"|blended|hibrid"
    ),
    "timetable": (
        r"horari|timetable|schedule|quins dies|que dias|which days|tardes?\b|matins?\b|mananas?\b|vespre|noche"
        r"|evenings?\b|mornings?\b|cap de setmana|fin de semana|weekends?\b|compagin"
        r"|hores (a la setmana|setmanals|al dia)|horas (a la semana|semanales|al dia)|hours (a|per) (week|day)"
        r"|while working|mentre treball|mientras trabaj"
    ),
    "recognition": (
        r"homolog|reconegut|reconocid|recogni[sz]|oficial|official|validesa|validez|accredit|acredita|ects"
        r"|convalid|credits?\b|titol propi|titulo propi|valid (in|abroad)"
        r"|(quin|que|which|what) (titol|titulo|certificad|certificat|diploma)"
    ),
    "jobs": (
        r"feina|trabajo (encontr|despues)|bolsa|borsa|practiques|practicas|internship|placement"
        r"|(?<!between )jobs?\b|insercio|insercion|sortides|salidas|career|ocupacio|empleo"
    ),
    "payment": (
        r"pagar|pagament|pago|fraccion|(a|en) (plazos|terminis)|(plazos|terminis) de pag|instal?ment|\bpay\b"
        r"|paying|payment|transferencia|tarjeta|targeta|bizum|credit card|financa|financia|financing"
        r"|torneu els diners|mensualita|cuotas?\b|quotes?\b|factura|invoice|reembols|refund|devolucio"
        r"|devolver el dinero"
    ),
    "place": (
        r"on (es|sou|esteu|son|es fan?)\b|donde (esta|es|son|se hace)|where (is|are)|adreca|direccion\b|address\b"
        r"|ubica|situada|campus|com arribar|como llegar|how (do i|to) get (there|to)|parking|aparcament|metro\b"
        r"|aula\b"
    ),
    "language": (
        r"en quin(a)? (idioma|llengua)|en que (idioma|lengua)|idiomas? (de|en)|llengua de|in (which|what) language"
        r"|in english|en angles|en ingles|en catala|en castella|en espanol|language of"
        r"|(my|el meu|mi) (catala|catalan|english|angles|ingles|spanish|espanol)\b|entiendo el catal"
        r"|entenc el catal|nivell d.angles|nivel de ingles"
    ),
    "how_to_apply": (
        r"(com|como) (m.inscri|m.apunt|puc (inscri|apunt|matricul|sol)|me inscri"
        r"|me apunt|puedo (inscri|apunt|matricul|solicit)"
        r"|faig la|hago la|es fa la inscr)"
        r"|apply|enrol|sign up|register\b|inscriure|inscribir|preinscri|apuntar|places? (lliures|disponibles)"
        r"|plazas? (libres|disponibles)|queden places|quedan plazas|places left|(any|still) places|matricular"
    ),
    "documents": (
        r"document|papers?\b|papeles|dni\b|nie\b|passaport|pasaporte|passport|certificat de|certificado de"
        r"|expedient|expediente|transcript|curriculum|\bcv\b|adjunt|fotocopi|carta de motivaci|motivation letter"
    ),
}
RULES = {topic: re.compile(rf"(?<![a-z0-9])(?:{pattern})") for topic, pattern in _RULES.items()}
# A question mark, or words that ask without one; a sentence that greets or tells teaches nothing.
_ASKS = re.compile(
    r"\?|voldria|volia|vull|m.agradaria|quisiera|querria|quiero|me gustaria|would like|want to|wonder|informa|saber"
    r"|know|dubte|duda|question|pregunt|necessit|necesit|need"
)


@dataclass(frozen=True)
class Suggestion:
    """One thing that a text may ask, the sentence it was read from, and how."""

    topic: str
    words: str
    stage: str
    chance: float


Learned = Callable[[list[str]], list[tuple[str, float]]]  # sentences to the likeliest topic of each, with its chance


def suggest(text: str, language: str = "", *, learned: Learned | None = None) -> list[Suggestion]:
    """The questions that a text seems to ask, each topic once, sentence by sentence.

    Rules read each sentence; of those they make nothing of, ``learned`` says which topic earlier questions point to.
    A text that asks, but nothing we know, asks "something else". ``language`` is the reader's guess; all three are
    read anyway. An empty text asks nothing.
    """
    sentences = _sentences(text[:LONGEST])
    found: dict[str, Suggestion] = {}
    unread = []
    for sentence in sentences:
        plain = _plain(sentence)
        topics = [topic for topic, rule in RULES.items() if rule.search(plain)]
        for topic in topics:
            found.setdefault(topic, Suggestion(topic, sentence[:WORDS_KEPT], Question.Stage.RULES, 1.0))
        if not topics and _ASKS.search(plain):
            unread.append(sentence)
    if learned is not None and unread:
        for sentence, (topic, chance) in zip(unread, learned(unread), strict=True):
            if topic:
                found.setdefault(topic, Suggestion(topic, sentence[:WORDS_KEPT], Question.Stage.LEARNED, chance))
    if not found and sentences:
        found[OTHER] = Suggestion(OTHER, (unread or sentences)[0][:WORDS_KEPT], Question.Stage.RULES, 0.0)
    return list(found.values())


def plain(text: str) -> str:
    """Lower case, without accents, addresses or more than one space: what rules and learning read."""
    return _plain(text)


def _sentences(text: str) -> list[str]:
    parts = (part.strip(" \t\r-*·>") for part in _SENTENCE.split(text.replace("\x00", "")))
    return [part for part in parts if any(sign.isalpha() for sign in part)][:SENTENCES_READ]


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", _ADDRESS.sub(" ", text.lower())).replace("·", "")
    bare = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(bare.replace("’", "'").split())
