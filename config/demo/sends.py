"""Two letters of Escola Llevant to many: one of last week whose wordings were compared, one that waits for a yes."""

import random
from datetime import datetime, timedelta
from typing import cast

from config.demo.cast import staff
from contact_centre.models import MessageSignal, MessageTemplate, Segment, Send
from contact_centre.segments import writing
from contact_centre.sends import making, queueing, signals
from contact_centre.sends.making import Wording
from contact_centre.wording import versions
from people.contact import outbox
from people.models import OutgoingMessage, Purpose

DAYS_AGO = 6
CLICKED = {"Vine dissabte": 0.18, "Et guardem lloc": 0.34}  # the share of people, for the story

TEXTS = {
    "portes-obertes-dissabte": {
        "ca": (
            "Dissabte obrim les portes",
            "Hola, {person.given},\n\nDissabte a les deu obrim les portes. Podràs entrar a les aules, parlar amb el "
            "professorat i amb qui hi estudia ara, i fer totes les preguntes que tinguis.\n\nVine amb qui vulguis: "
            "https://llevant.example/ca/portes-obertes/\n\n{school}",
        ),
        "es": (
            "El sábado abrimos las puertas",
            "Hola, {person.given}:\n\nEl sábado a las diez abrimos las puertas. Podrás entrar en las aulas, hablar con "
            "el profesorado y con quien estudia ahora, y hacer todas las preguntas que tengas.\n\nVen con quien "
            "quieras: https://llevant.example/es/puertas-abiertas/\n\n{school}",
        ),
        "en": (
            "We open our doors on Saturday",
            "Hello {person.given},\n\nOn Saturday at ten we open our doors. You can look into the classrooms, talk to "
            "teachers and to those who study here now, and ask whatever you like.\n\nCome with whomever you want: "
            "https://llevant.example/en/open-day/\n\n{school}",
        ),
    },
    "portes-obertes-lloc": {
        "ca": (
            "{person.given}, et guardem un lloc dissabte",
            "Hola, {person.given},\n\nEt guardem un lloc a les portes obertes de dissabte a les deu: una classe de "
            "mostra de mitja hora i un cafè amb el professorat.\n\nDigues-nos que vens: "
            "https://llevant.example/ca/portes-obertes/\n\n{school}",
        ),
        "es": (
            "{person.given}, te guardamos un sitio el sábado",
            "Hola, {person.given}:\n\nTe guardamos un sitio en las puertas abiertas del sábado a las diez: una clase "
            "de muestra de media hora y un café con el profesorado.\n\nDinos que vienes: "
            "https://llevant.example/es/puertas-abiertas/\n\n{school}",
        ),
        "en": (
            "{person.given}, we keep you a place on Saturday",
            "Hello {person.given},\n\nWe keep you a place at Saturday’s open day at ten: half an hour of a class and a "
            "coffee with the teachers.\n\nTell us that you are coming: "
            "https://llevant.example/en/open-day/\n\n{school}",
        ),
    },
}
RULES = {
    "version": 1,
    "op": "all",
    "rules": [
        {
            "criterion": "people.consent",
            "values": {"answer": "granted", "purpose": "commercial", "channels": ["email"]},
        }
    ],
}


def write_to_many(*, now: datetime) -> None:
    """Fill the list of sends as seen at ``now``: one done, with what came of it, and a draft with its check list."""
    author, lead = staff("marketing"), staff("lead")
    then = _at_ten(now - timedelta(days=DAYS_AGO))
    for code, texts in TEXTS.items():
        _write(code, texts, at=then - timedelta(days=3))
    segment = _segment(at=then - timedelta(days=2))
    wordings = [Wording("Vine dissabte", "portes-obertes-dissabte"), Wording("Et guardem lloc", "portes-obertes-lloc")]
    facts = {"segment": segment, "purpose": Purpose.COMMERCIAL, "campaign": "portes-obertes", "value": 60}
    done = making.make(
        by=author, at=then - timedelta(days=1), variants=wordings, name="Portes obertes de tardor", due_at=then,
        metric=Send.Metric.CLICKED, **facts,
    )  # fmt: skip
    making.approve(done, by=lead, at=then - timedelta(hours=4))
    queueing.work_due(at=then, seconds=60)
    while outbox.deliver_due(at=then + timedelta(minutes=2)):
        pass
    _react(done, then)
    queueing.end_done(at=then + timedelta(days=1))
    making.make(
        by=author, at=now - timedelta(hours=3), variants=[*wordings, Wording("Res", "", 1)], planned_sample=400,
        name="Últimes places: portes obertes d’hivern", due_at=_at_ten(now + timedelta(days=2)), **facts,
    )  # fmt: skip


def _at_ten(day: datetime) -> datetime:
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


def _write(code: str, texts: dict[str, tuple[str, str]], *, at: datetime) -> None:
    author, lead = staff("marketing"), staff("lead")
    for language, (subject, body) in texts.items():
        template, _made = MessageTemplate.objects.get_or_create(
            code=code, channel="email", language=language,
            defaults={"title": texts["ca"][0], "purpose": Purpose.COMMERCIAL, "kind": "", "number": 0},
        )  # fmt: skip
        version = versions.write(template, subject=subject, body=body, by=author, at=at)
        versions.approve(versions.propose(version, by=author, at=at), by=lead, at=at + timedelta(hours=1))


def _segment(*, at: datetime) -> Segment:
    return writing.save(
        None, name="Volen notícies per correu", note="Han dit que sí a notícies i ofertes", document=RULES,
        is_fixed=False, by=staff("marketing"), at=at,
    )  # fmt: skip


def _react(send: Send, then: datetime) -> None:
    """Some click, a scanner clicks faster than anybody reads, one answers."""
    chance = random.Random(11)  # noqa: S311 -- a story, not a secret
    url = "https://llevant.example/ca/portes-obertes/"
    messages = OutgoingMessage.objects.filter(delivery__send=send, state="sent").select_related("delivery__variant")
    for message in messages.order_by("pk"):
        if chance.random() < 0.12:
            sent_at = cast(datetime, message.sent_at)  # they are those that were sent
            signals.note(
                message, MessageSignal.Kind.CLICKED, at=sent_at + timedelta(seconds=3), is_human=False,
                why_not_human="within seconds of leaving", url=url,
            )  # fmt: skip
        if chance.random() < CLICKED[message.delivery.variant.name]:
            later = then + timedelta(minutes=chance.randint(8, 60 * 20))
            signals.note(message, MessageSignal.Kind.CLICKED, at=later, url=url)
            if chance.random() < 0.08:
                signals.note(message, MessageSignal.Kind.REPLIED, at=later + timedelta(minutes=6))
