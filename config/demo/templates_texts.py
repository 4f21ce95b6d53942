"""The texts from which advisers start an answer, and the two surveys of the demo school.

A template has ``{person}``, ``{programme}`` and ``{adviser}``; what only the adviser knows is left for them to add.
"""

from django.utils.text import slugify

from contact_centre.models import MessageTemplate
from tutoring.models import Survey

TITLES = {  # as advisers see them in the list: their working language is Catalan
    "first": "Primera resposta: preu i dates",
    "timetable": "Horari",
    "grants": "Preu reduït i terminis",
    "missed_call": "No t’hem trobat per telèfon",
}

TEXTS = {
    "ca": {
        "first": (
            "{programme}: preu i dates",
            """Hola, {person},

Gràcies per preguntar per {programme}. El preu sencer, les dates del proper inici i les places que queden són a la \
pàgina del programa, i són els que valen: no hi ha despeses a part.

Per demanar plaça només cal omplir la sol·licitud en línia, que porta uns deu minuts. Admissions et respon en pocs dies.

Si tens qualsevol dubte, respon aquest correu i te’l resolc.

{adviser}
Escola Llevant""",
        ),
        "timetable": (
            "Horari de {programme}",
            """Hola, {person},

L’horari de {programme} és a la pàgina del programa, amb els dies, les hores i el lloc. Compta també la feina a casa, \
que hi surt com a hores setmanals.

Si no pots venir algun dia, tens els apunts en línia. Per obtenir el certificat cal assistir al 80 % de les sessions.

Si l’horari no et va bé, digues-me quins dies podries i et diré si hi ha una alternativa.

{adviser}
Escola Llevant""",
        ),
        "grants": (
            "Ajuts i terminis per a {programme}",
            """Hola, {person},

Hi ha dues maneres de fer més fàcil el pagament de {programme}:

- Plaça a preu reduït: un 30 % menys per a persones a l’atur o amb pocs ingressos. En guardem vint cada any i s’han de \
demanar abans que s’acabi el termini de sol·licitud.
- Tres terminis sense interessos, que s’acorden amb admissions abans de començar.

Digues-me quina t’interessa i t’explico quins papers calen.

{adviser}
Escola Llevant""",
        ),
        "missed_call": (
            "T’hem trucat per {programme}",
            """Hola, {person},

T’he trucat per respondre la teva pregunta sobre {programme} i no t’he trobat.

Digues-me quin dia i a quina hora et va bé, de dilluns a dissabte entre les 9 i les 19, i et torno a trucar. Si ho \
prefereixes, escriu-me aquí la pregunta i te la responc per correu.

{adviser}
Escola Llevant""",
        ),
    },
    "es": {
        "first": (
            "{programme}: precio y fechas",
            """Hola, {person}:

Gracias por preguntar por {programme}. El precio entero, las fechas del próximo inicio y las plazas que quedan están \
en la página del programa, y son los que valen: no hay gastos aparte.

Para pedir plaza solo hay que rellenar la solicitud en línea, que lleva unos diez minutos. Admisiones te responde en \
pocos días.

Si tienes cualquier duda, responde a este correo y te la resuelvo.

{adviser}
Escola Llevant""",
        ),
        "timetable": (
            "Horario de {programme}",
            """Hola, {person}:

El horario de {programme} está en la página del programa, con los días, las horas y el lugar. Cuenta también el \
trabajo en casa, que aparece como horas semanales.

Si algún día no puedes venir, tienes los apuntes en línea. Para obtener el certificado hay que asistir al 80 % de las \
sesiones.

Si el horario no te va bien, dime qué días podrías y te diré si hay una alternativa.

{adviser}
Escola Llevant""",
        ),
        "grants": (
            "Ayudas y plazos para {programme}",
            """Hola, {person}:

Hay dos maneras de hacer más fácil el pago de {programme}:

- Plaza a precio reducido: un 30 % menos para personas en paro o con pocos ingresos. Guardamos veinte cada año y hay \
que pedirlas antes de que acabe el plazo de solicitud.
- Tres plazos sin intereses, que se acuerdan con admisiones antes de empezar.

Dime cuál te interesa y te explico qué papeles hacen falta.

{adviser}
Escola Llevant""",
        ),
        "missed_call": (
            "Te hemos llamado por {programme}",
            """Hola, {person}:

Te he llamado para responder a tu pregunta sobre {programme} y no te he encontrado.

Dime qué día y a qué hora te va bien, de lunes a sábado entre las 9 y las 19, y te vuelvo a llamar. Si lo prefieres, \
escríbeme aquí la pregunta y te la respondo por correo.

{adviser}
Escola Llevant""",
        ),
    },
    "en": {
        "first": (
            "{programme}: price and dates",
            """Hello {person},

Thank you for asking about {programme}. The whole price, the dates of the next start and the places left are on the \
programme’s page, and they are the ones that count: there are no costs on top.

To ask for a place, fill in the online application; it takes about ten minutes. Admissions will answer \
within a few days.

If you have any doubts, reply to this e-mail and I will sort them out.

{adviser}
Escola Llevant""",
        ),
        "timetable": (
            "Timetable of {programme}",
            """Hello {person},

The timetable of {programme} is on the programme’s page, with the days, the times and the place. Allow for the work at \
home too; it is included in the weekly hours given there.

If you cannot come one day, the notes are online. For the certificate you need to attend 80% of the sessions.

If the timetable does not suit you, tell me which days would, and I will see whether there is an alternative.

{adviser}
Escola Llevant""",
        ),
        "grants": (
            "Reduced price and instalments for {programme}",
            """Hello {person},

There are two ways to make paying for {programme} easier:

- A place at a reduced price: 30% less for people out of work or on a low income. We keep twenty each year, and you \
have to ask before applications close.
- Three instalments without interest, which you arrange with admissions before you start.

Tell me which one interests you and I will explain the paperwork.

{adviser}
Escola Llevant""",
        ),
        "missed_call": (
            "We called you about {programme}",
            """Hello {person},

I called to answer your question about {programme} and did not reach you.

Tell me which day and time suit you, Monday to Saturday between 9:00 and 19:00, and I will call again. If you prefer, \
write your question here and I will answer by e-mail.

{adviser}
Escola Llevant""",
        ),
    },
}

SURVEYS = {
    "welcome": {
        "milestone": Survey.Milestone.WELCOME,
        "after_days": 7,
        "title_ca": "La teva primera setmana",
        "title_es": "Tu primera semana",
        "title_en": "Your first week",
        "question_ca": "Després de la primera setmana, recomanaries aquest programa a algú com tu?",
        "question_es": "Después de la primera semana, ¿recomendarías este programa a alguien como tú?",
        "question_en": "After your first week, would you recommend this programme to somebody like you?",
    },
    "end": {
        "milestone": Survey.Milestone.END,
        "after_days": 3,
        "title_ca": "Ara que has acabat",
        "title_es": "Ahora que has terminado",
        "title_en": "Now that you have finished",
        "question_ca": "Recomanaries aquest programa a algú com tu?",
        "question_es": "¿Recomendarías este programa a alguien como tú?",
        "question_en": "Would you recommend this programme to somebody like you?",
    },
}


def make_reply_templates() -> list[MessageTemplate]:
    """Write the four templates in each language; those that staff changed since stay as they are."""
    made = []
    for language, texts in TEXTS.items():
        for name, (subject, body) in texts.items():
            template, _created = MessageTemplate.objects.get_or_create(
                title=TITLES[name],
                language=language,
                defaults={"code": slugify(TITLES[name]), "kind": "enquiry", "subject": subject, "body": body},
            )
            made.append(template)
    return made


def make_surveys() -> list[Survey]:
    """Write the two surveys; those that staff changed since stay as they are."""
    return [Survey.objects.get_or_create(slug=slug, defaults=fields)[0] for slug, fields in SURVEYS.items()]
