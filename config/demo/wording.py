"""What Escola Llevant writes at each moment of the way: its texts and its communications matrix."""

from datetime import datetime, timedelta

from config.demo.cast import staff
from config.demo.letters import LETTERS
from contact_centre.matrix import grid, running
from contact_centre.models import MatrixCell, MessageTemplate
from contact_centre.wording import versions
from people.contact import outbox
from people.models import Channel

PLAYED_DAYS = 40  # of the history that the matrix has seen
EVERY = timedelta(days=1)
NEEDLESS = [  # the product writes by itself, or one letter is enough
    ("enquiry_received", Channel.EMAIL), ("enquiry_received", Channel.SMS), ("enquiry_received", Channel.PHONE),
    ("enquiry_lost", Channel.EMAIL), ("enquiry_lost", Channel.SMS), ("enquiry_lost", Channel.WHATSAPP),
    ("enquiry_lost", Channel.PHONE), ("applied", Channel.EMAIL), ("applied", Channel.SMS), ("applied", Channel.PHONE),
    ("admitted", Channel.EMAIL), ("admitted", Channel.SMS), ("enrolled", Channel.EMAIL), ("enrolled", Channel.SMS),
    ("student_started", Channel.EMAIL), ("student_started", Channel.SMS), ("first_week", Channel.EMAIL),
    ("first_week", Channel.SMS), ("completed", Channel.SMS), ("anniversary", Channel.SMS),
    ("anniversary", Channel.PHONE), ("silent_student", Channel.SMS), ("payment_due", Channel.SMS),
]  # fmt: skip
NEWER_CATALAN = "\n\nSi fas la foto del dia del certificat, ens agradarà molt veure-la."
PROPOSED = "Fa un any que vas acabar {programme}, {person}"


def write(*, at: datetime) -> list[MessageTemplate]:
    """Write the texts, have them approved, and decide about the matrix; what staff changed since stays as it is."""
    author, lead = staff("marketing"), staff("lead")
    made = []
    for letter in LETTERS:
        for language, (subject, body) in letter.texts.items():
            template, is_new = MessageTemplate.objects.get_or_create(
                code=letter.code,
                channel=letter.channel,
                language=language,
                defaults={
                    "title": letter.title,
                    "moment": letter.moment,
                    "kind": "",
                    "purpose": letter.purpose,
                    "phase": letter.phase,
                    "topic": letter.topic,
                    "number": 0,
                    "body": "",
                },
            )
            if is_new:
                version = versions.write(template, subject=subject, body=body, by=author, at=at)
                versions.propose(version, by=author, at=at)
                versions.approve(version, by=lead, at=at + timedelta(hours=2))
            made.append(template)
        cell, is_new = MatrixCell.objects.get_or_create(
            moment=letter.moment,
            channel=letter.channel,
            defaults={
                "template_code": letter.code,
                "delay_minutes": letter.delay_days * 1440,
                "owner": lead,
                "is_on": letter.runs,
            },
        )
        if is_new:
            grid.decide(cell, by=lead, at=at)
    for moment, channel in NEEDLESS:
        MatrixCell.objects.get_or_create(moment=moment, channel=channel, defaults={"is_needless": True, "owner": lead})
    return made


def play(*, at: datetime) -> None:
    """Let the matrix run through the last weeks, then leave one language behind and one proposal waiting."""
    day = at - timedelta(days=PLAYED_DAYS)
    MatrixCell.objects.filter(is_on=True).update(on_since=day)
    while day < at:
        running.sweep(at=day)
        outbox.deliver_due(at=day, limit=500)
        day += EVERY
    author, lead = staff("marketing"), staff("lead")
    done = MessageTemplate.objects.get(code="enhorabona", language="ca")
    version = versions.write(
        done, subject=done.subject, body=done.body.replace("\n\nLa comunitat", f"{NEWER_CATALAN}\n\nLa comunitat"),
        by=author, at=at - timedelta(days=2),
    )  # fmt: skip
    versions.propose(version, by=author, at=at - timedelta(days=2))
    versions.approve(version, by=lead, at=at - timedelta(days=1))
    year = MessageTemplate.objects.get(code="un-any-despres", language="ca")
    version = versions.write(year, subject=PROPOSED, body=year.body, by=author, at=at - timedelta(hours=5))
    versions.propose(version, by=author, at=at - timedelta(hours=5))
