"""Letters, texts and calls of the demo: answers that find their case, and one that contradicts its sender."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

from config.demo.cast import staff
from config.demo.simulation import Simulation
from contact_centre import answering, queue
from contact_centre.inbound import filing, receiving, reply_addresses
from contact_centre.models import Case
from contact_centre.telephony import Told, ringing
from enquiries.intake import arrivals
from people.contact import outbox
from people.models import Channel, OutgoingMessage, Person
from programmes.models import Programme

PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)
REPLY = {
    "ca": (
        "El primer dia de classe",
        "Hola, {name},\n\nles classes comencen a les 18 h i tens aparcament de bicicletes.\n\nMarc",
    ),
    "en": (
        "Your place at the school",
        "Hello {name},\n\nyour certificate is enough. Please send it as a PDF.\n\nLaia",
    ),
}


def schedule(simulation: Simulation) -> None:
    """Put what comes in on other channels among the stories of the others."""
    now = simulation.now
    for hours, story in ((27, agnes), (26, hamza), (5, whatsapp), (4, text), (3, missed), (2, withheld), (1, spoofed)):
        simulation.at(simulation.office_hours(now - timedelta(hours=hours)), story)


def agnes(*, at: datetime) -> None:
    """She is answered and writes back; meanwhile her mailbox says that she is away: only the first reopens anything."""
    case, sent = _answered(
        "Agnès", "Bonet Ribas", "agnes.bonet@correu.example", "ca", "Bon dia! A quina hora comencen les classes?", at=at
    )
    address = reply_addresses.of(sent)
    away = {"Auto-Submitted": "auto-replied"}
    letter(
        case.person, "Resposta automàtica: fora de l'oficina", "Torno dilluns.", at=_after(at, 50), to=address, **away
    )
    quoted = "\n\nEl dl., Escola Llevant va escriure:\n> les classes comencen a les 18 h"
    words = "Gràcies, Marc! I puc entrar-hi més tard els dijous? Surto de la feina a dos quarts de set."
    letter(case.person, "Re: El primer dia de classe", words + quoted, at=_after(at, 95), to=address)


def hamza(*, at: datetime) -> None:
    """He sends the certificate that he was asked for, and a file that is not kept."""
    case, sent = _answered(
        "Hamza",
        "Iqbal",
        "hamza.iqbal@mail.example",
        "en",
        "Hello, is my certificate from Lahore enough to apply?",
        at=at,
    )
    files = (("certificate.pdf", PAPER), ("open-me.exe", b"MZ\x90\x00"))
    words = "Dear Laia,\n\nthank you. Here is the certificate. Do you need the transcript as well?\n\nHamza"
    letter(
        case.person, "Re: Your place at the school", words, at=_after(at, 120), to=reply_addresses.of(sent), files=files
    )


def whatsapp(*, at: datetime) -> None:
    """Somebody new asks on WhatsApp and is answered there."""
    words = "Hola! ¿Queda plaza en el curso de datos de la tarde? Es para mi hermana, que vive en Badalona."
    came = filing.Came(
        channel=Channel.WHATSAPP,
        provider="whatsapp",
        external_id=f"demo-{at:%Y%m%d%H%M%S}",
        sender="+34655010203",
        sender_name="Rocío Lozano",
        text=words,
    )
    message = filing.take_in(came, received_at=at, at=at)
    if message is None or message.case is None:
        return
    adviser = staff("adviser2")
    case = queue.take(message.case, by=adviser, at=_after(at, 6))
    body = "¡Hola, Rocío! Sí, quedan plazas por la tarde. Si tu hermana quiere, hoy la llamamos. Marc"
    answering.answer(case, by=adviser, at=_after(at, 9), subject="", body=body, channel=Channel.WHATSAPP)
    outbox.deliver_due(at=_after(at, 9))
    later = (
        (25, "Genial, gracias. Mejor después de las seis, que sale de trabajar."),
        (31, "Ah, y ¿me pasáis la dirección? Vendríamos las dos."),
    )
    for minutes, more in later:
        again = replace(came, external_id=f"{came.external_id}-{minutes}", text=more)
        filing.take_in(again, received_at=_after(at, minutes), at=_after(at, minutes))


def text(*, at: datetime) -> None:
    """A short question by text message waits in the queue."""
    came = filing.Came(
        channel=Channel.SMS,
        provider="sms",
        external_id=f"demo-{at:%Y%m%d%H%M%S}",
        sender="+34655040506",
        text="Bon dia, soc en Pol. Les pràctiques del grau es poden fer a Mataró? Gràcies",
    )
    filing.take_in(came, received_at=at, at=at)


def missed(*, at: datetime) -> None:
    """Somebody rings twice while everybody is on the telephone."""
    for minutes in (0, 14):
        _ring("+34655070809", at=_after(at, minutes))


def withheld(*, at: datetime) -> None:
    """A withheld number rings out: it stands on the list, and nobody can call it back."""
    _ring("", at=at)


def spoofed(*, at: datetime) -> None:
    """Somebody answers a letter that was not to them, and somebody writes whom the mail server doubts."""
    _case, sent = _answered(
        "Gerard", "Farré Soler", "gerard.farre@correu.example", "ca", "A quina hora comença el primer dia?", at=at
    )
    words = "Hola, soc en Gerard des d'una altra adreça. Em podeu passar les dades del meu pagament?"
    _bring(
        _letter("info@premis-segurs.example", "Gerard", "Re: visita", words, to=reply_addresses.of(sent)),
        at=_after(at, 30),
    )
    doubt = {"Authentication-Results": "mx.llevant.example; dmarc=fail header.from=banc.example"}
    raw = _letter("avisos@banc.example", "El teu banc", "Verifica el compte", "Fes clic aquí avui mateix.", **doubt)
    _bring(raw, at=_after(at, 41))


def letter(person: Person, subject: str, words: str, *, at: datetime, to: str, files=(), **headers: str) -> None:
    """A letter of ``person`` from their first address comes in at ``at``."""
    address = person.identities.filter(kind="email").order_by("pk").values_list("value", flat=True)[0]
    _bring(_letter(address, person.name, subject, words, to=to, files=files, **headers), at=at)


def _bring(raw: bytes, *, at: datetime) -> None:
    receiving.keep_letter(raw, at=at)
    receiving.work_due(at=at)
    outbox.deliver_due(at=at)


def _letter(address: str, name: str, subject: str, words: str, *, to: str = "", files=(), **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{name} <{address}>", to or "hola@llevant.example", subject
    for key, value in headers.items():
        mail[key.replace("_", "-")] = value
    mail.set_content(words)
    for file_name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=file_name)
    return mail.as_bytes()


def _answered(
    given_name: str, family_name: str, email: str, language: str, question: str, *, at: datetime
) -> tuple[Case, OutgoingMessage]:
    """Somebody asked yesterday and was answered within the hour."""
    enquiry = arrivals.receive(
        at=at,
        email=email,
        given_name=given_name,
        family_name=family_name,
        message=question,
        programme=Programme.objects.get(code="data-analysis"),
        language=language,
    )
    adviser = staff("adviser2" if language == "ca" else "adviser")
    case = queue.take(Case.objects.get(enquiry=enquiry), by=adviser, at=_after(at, 12))
    subject, body = REPLY[language]
    body = body.format(name=given_name)
    sent = answering.answer(case, by=adviser, at=_after(at, 20), subject=subject, body=body)
    outbox.deliver_due(at=_after(at, 20))
    return case, sent


def _ring(number: str, *, at: datetime) -> None:
    mark = f"demo-{number}-{at:%Y%m%d%H%M}"
    for state, seconds in (("ringing", 0), ("ended", 24)):
        ringing.note(
            Told(
                provider="local",
                provider_id=mark,
                state=state,
                at=at + timedelta(seconds=seconds),
                number=number,
                our_number="+34931111111",
            )
        )


def _after(at: datetime, minutes: int) -> datetime:
    return at + timedelta(minutes=minutes)
