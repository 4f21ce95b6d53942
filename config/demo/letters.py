"""The texts that Escola Llevant writes at each moment of the way, in three languages."""

from dataclasses import dataclass

from people.models import Channel


@dataclass(frozen=True)
class Letter:
    """A text with its subject and body in each language; ``title`` is how staff, who work in Catalan, call it."""

    code: str
    title: str
    moment: str
    texts: dict[str, tuple[str, str]]
    channel: str = Channel.EMAIL
    purpose: str = "service"
    phase: str = ""
    delay_days: int = 0
    runs: bool = True
    topic: str = ""


LETTERS = [
    Letter(
        "segueixes-interessat",
        "Segueixes interessat?",
        "enquiry_quiet",
        {
            "ca": (
                "Encara pensem en tu, {person}",
                """Hola, {person},

Fa uns dies vam respondre la teva pregunta{if programme} sobre {programme}{end}. T’ha quedat algun dubte?
{if starts_on}

El proper inici és {el starts_on}{if price_today} i avui costa {price_today}{end}.{if seats_left} Queden {seats_left} \
places.{end}
{end}

Si vols parlar-ne, respon aquest correu i et truco quan et vagi bé. I si ja has decidit una altra cosa, cap problema: \
digues-m’ho i no t’escric més sobre això.

{adviser}
Escola Llevant""",
            ),
            "es": (
                "Seguimos pensando en ti, {person}",
                """Hola, {person}:

Hace unos días respondimos a tu pregunta{if programme} sobre {programme}{end}. ¿Te ha quedado alguna duda?
{if starts_on}

El próximo inicio es {el starts_on}{if price_today} y hoy cuesta {price_today}{end}.{if seats_left} Quedan \
{seats_left} plazas.{end}
{end}

Si quieres hablarlo, responde a este correo y te llamo cuando te vaya bien. Y si ya has decidido otra cosa, ningún \
problema: dímelo y no te escribo más sobre esto.

{adviser}
Escola Llevant""",
            ),
            "en": (
                "Still thinking of you, {person}",
                """Hello {person},

A few days ago we answered your question{if programme} about {programme}{end}. Is anything still unclear?
{if starts_on}

The next start is on {starts_on}{if price_today} and today it costs {price_today}{end}.{if seats_left} There are \
{seats_left} places left.{end}
{end}

If you would like to talk it over, reply to this e-mail and I will call you when it suits you. And if you have decided \
otherwise, that is fine: tell me and I will not write about it again.

{adviser}
Escola Llevant""",
            ),
        },
        purpose="enquiry",
        phase="nurturing",
    ),
    Letter(
        "sollicitud-a-mitges",
        "Sol·licitud a mitges",
        "application_begun",
        {
            "ca": (
                "La teva sol·licitud t’espera",
                """Hola, {person},

Vas començar la sol·licitud per a {programme} i l’hem guardada tal com la vas deixar. Només cal entrar al teu espai i \
enviar-la.
{if apply_by}

Tens temps fins {al apply_by}.
{end}

Si t’has encallat en algun punt, respon aquest correu i ho mirem plegats.

{adviser}
Escola Llevant""",
            ),
            "es": (
                "Tu solicitud te espera",
                """Hola, {person}:

Empezaste la solicitud para {programme} y la hemos guardado tal como la dejaste. Solo tienes que entrar en tu espacio \
y enviarla.
{if apply_by}

Tienes tiempo hasta {el apply_by}.
{end}

Si te has atascado en algún punto, responde a este correo y lo miramos juntos.

{adviser}
Escola Llevant""",
            ),
            "en": (
                "Your application is waiting for you",
                """Hello {person},

You began an application for {programme}, and we have kept it as you left it. Sign in to your space and send it.
{if apply_by}

You have until {apply_by}.
{end}

If you got stuck somewhere, reply to this e-mail and we will look at it together.

{adviser}
Escola Llevant""",
            ),
        },
    ),
    Letter(
        "placa-per-pagar",
        "Plaça oferta, per pagar",
        "payment_due",
        {
            "ca": (
                "Et guardem la plaça de {programme}",
                """Hola, {person},

Tens plaça a {programme}{if starts_on}, que comença {el starts_on}{end}. Encara hi falta el pagament: el pots fer al \
teu espai, amb targeta, o en tres terminis sense interessos.

Si ara no et va bé, digues-nos-ho i busquem la manera.

{adviser}
Escola Llevant""",
            ),
            "es": (
                "Te guardamos la plaza de {programme}",
                """Hola, {person}:

Tienes plaza en {programme}{if starts_on}, que empieza {el starts_on}{end}. Falta el pago: puedes hacerlo en tu \
espacio, con tarjeta, o en tres plazos sin intereses.

Si ahora no te va bien, dínoslo y buscamos la manera.

{adviser}
Escola Llevant""",
            ),
            "en": (
                "We are keeping your place on {programme}",
                """Hello {person},

You have a place on {programme}{if starts_on}, which starts on {starts_on}{end}. The payment is still missing: you \
can pay in your space by card, or in three instalments without interest.

If now is not a good moment, tell us and we will find a way.

{adviser}
Escola Llevant""",
            ),
        },
    ),
    Letter(
        "comencem-aviat",
        "Comencem d’aquí a una setmana",
        "starts_soon",
        {
            "ca": (
                "D’aquí a una setmana comencem",
                """Hola, {person},

{starts_on}: aquest dia comencem {programme}.{if place} Ens trobem a {place}.{end}{if timetable} L’horari és \
{timetable}.{end}

Porta ganes i alguna cosa per prendre notes; la resta la posem nosaltres. Si necessites res per venir còmodament, \
escriu-nos.

{adviser}
Escola Llevant""",
            ),
            "es": (
                "Empezamos dentro de una semana",
                """Hola, {person}:

{starts_on}: ese día empezamos {programme}.{if place} Nos vemos en {place}.{end}{if timetable} El horario es \
{timetable}.{end}

Trae ganas y algo para tomar notas; lo demás lo ponemos nosotros. Si necesitas algo para venir con comodidad, \
escríbenos.

{adviser}
Escola Llevant""",
            ),
            "en": (
                "We start in a week",
                """Hello {person},

{programme} starts on {starts_on}.{if place} We meet at {place}.{end}{if timetable} The timetable is {timetable}.{end}

Bring something to take notes with; we will see to the rest. If you need anything to be comfortable here, write to us.

{adviser}
Escola Llevant""",
            ),
        },
    ),
    Letter(
        "silenci-trucada",
        "Trucada després d’un silenci",
        "silent_student",
        {
            "ca": (
                "",
                """Fa tres setmanes que no parlem amb {person}, que estudia {programme}. Pregunta-li com va, si pot \
seguir el ritme i què li posaria les coses més fàcils. Si cal, ofereix-li la tutoria dels dijous.""",
            ),
            "es": (
                "",
                """Hace tres semanas que no hablamos con {person}, que estudia {programme}. Pregúntale cómo va, si \
puede seguir el ritmo y qué le facilitaría las cosas. Si hace falta, ofrécele la tutoría de los jueves.""",
            ),
            "en": (
                "",
                """We have not spoken with {person}, who studies {programme}, for three weeks. Ask how it is going, \
whether the pace is right and what would make things easier. If need be, offer the tutorial on Thursdays.""",
            ),
        },
        channel=Channel.PHONE,
        runs=False,
    ),
    Letter(
        "enhorabona",
        "Enhorabona per acabar",
        "completed",
        {
            "ca": (
                "Enhorabona, {person}!",
                """Hola, {person},

Has acabat {programme}, i ens fa molta il·lusió dir-t’ho. El certificat és al teu espai.

La comunitat de l’escola segueix oberta per a tu: passa-hi quan vulguis.

{adviser}
Escola Llevant""",
            ),
            "es": (
                "¡Enhorabuena, {person}!",
                """Hola, {person}:

Has terminado {programme}, y nos hace mucha ilusión decírtelo. El certificado está en tu espacio.

La comunidad de la escuela sigue abierta para ti: pásate cuando quieras.

{adviser}
Escola Llevant""",
            ),
        },
    ),
    Letter(
        "un-any-despres",
        "Un any després",
        "anniversary",
        {
            "ca": (
                "Fa un any que vas acabar {programme}",
                """Hola, {person},

Fa un any que vas acabar {programme}. Com et va? Ens agradaria saber-ho, i si penses a continuar estudiant, les \
persones que ja han passat per l’escola tenen un deu per cent de descompte.

{adviser}
Escola Llevant""",
            ),
            "es": (
                "Hace un año que terminaste {programme}",
                """Hola, {person}:

Hace un año que terminaste {programme}. ¿Cómo te va? Nos gustaría saberlo, y si piensas en seguir estudiando, quienes \
ya han pasado por la escuela tienen un diez por ciento de descuento.

{adviser}
Escola Llevant""",
            ),
            "en": (
                "A year since you finished {programme}",
                """Hello {person},

It is a year since you finished {programme}. How are you doing? We would love to know, and if you are thinking of \
studying again, those who have been with us have a ten per cent discount.

{adviser}
Escola Llevant""",
            ),
        },
        purpose="commercial",
        phase="loyalty",
    ),
]
