"""Mentions from a table that a listening tool exported: every row is taken, known already, or refused with a reason."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.listening import mentions
from enquiries.models import Mention, Network
from people.importing.cells import BadCell, instant, unguarded, visible
from people.importing.input_files import BadRow, TableRow, Unreadable, read_table
from people.importing.mappings import recognise
from people.models import User
from programmes.models import Competitor

USUAL_NAMES = {
    "said_at": "date|time|published|published at|said at|fecha|data|publicado|publicat",
    "network": "network|source|platform|channel|red|xarxa|plataforma|fuente|font",
    "author": "author|user|handle|who|autor|usuario|usuari",
    "address": "url|link|address|permalink|enlace|enllaç|dirección|adreça",
    "text": "text|content|mention|message|snippet|texto|contenido|mención|contingut|menció",
    "tone": "tone|sentiment|tono|sentimiento|to|sentiment del text",
    "reach": "reach|impressions|followers|alcance|abast|impresiones|impressions totals",
    "rival": "about|rival|competitor|brand|sobre|competidor|marca",
}
NEEDED = ("said_at", "text")
TONES = {
    Mention.Tone.GOOD: "good|positive|positivo|positiva|positiu|bo|bueno|buena|1",
    Mention.Tone.NEUTRAL: "neutral|neutro|neutre|mixed|0|",
    Mention.Tone.BAD: "bad|negative|negativo|negativa|negatiu|dolent|malo|mala|-1",
}
NETWORKS = {"twitter": Network.X, "review": Network.REVIEWS, "google": Network.REVIEWS, "news": Network.PRESS,
            "prensa": Network.PRESS, "premsa": Network.PRESS, "ressenyes": Network.REVIEWS}  # fmt: skip
SIZE_LIMIT_BYTES, ROW_LIMIT, TEXT_LIMIT = 20 * 1024 * 1024, 20_000, 10_000
WEEK = timedelta(days=7)


@dataclass
class Report:
    """What became of the rows of a file."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)  # line, why


@transaction.atomic
def take_in(path: str | Path, *, at: datetime, by: User | None) -> Report:
    """Note the mentions of a table; those whose address we have are known already, in the file and in the database.

    What was said long ago owes no answer: only mentions of the last week get a time to be answered by. Raises
    Unreadable when the file is no table with a date and a text.
    """
    rows = list(_limited(read_table(path, limit_bytes=SIZE_LIMIT_BYTES)))
    headings = next((list(row.values) for row in rows if isinstance(row, TableRow)), [])
    columns = recognise(headings, USUAL_NAMES)
    if missing := [name for name in NEEDED if name not in columns]:
        raise Unreadable(
            _("The table lacks a column for: %(names)s. Call it “%(names)s” in its first line.")
            % {"names": ", ".join("date" if name == "said_at" else name for name in missing)}
        )
    report, made = Report(), []
    rivals = {name.casefold(): pk for pk, name in Competitor.objects.values_list("pk", "name")}
    known = set(Mention.objects.exclude(address="").values_list("address", flat=True))
    seen = Counter(_sort_key(*row) for row in Mention.objects.filter(address="").values_list("said_at", "text"))
    for row in rows:
        if isinstance(row, BadRow):
            report.refused.append((row.line, row.why))
            continue
        try:
            mention = _mention(row, columns, rivals, at=at, by=by)
        except (BadCell, ValidationError) as wrong:
            report.refused.append((row.line, " ".join(wrong.messages) if hasattr(wrong, "messages") else str(wrong)))
            continue
        key = _sort_key(mention.said_at, mention.text)
        if mention.address in known if mention.address else key in seen:
            report.known += 1
            continue
        known.add(mention.address)
        seen[key] += 1
        made.append(mention)
    Mention.objects.bulk_create(made, batch_size=1_000)
    report.taken = len(made)
    return report


def _limited(rows):
    for number, row in enumerate(rows):
        if number >= ROW_LIMIT:
            raise Unreadable(_("The table has more than %(number)d rows: split it.") % {"number": ROW_LIMIT})
        yield row


def _mention(
    row: TableRow, columns: dict[str, str], rivals: dict[str, int], *, at: datetime, by: User | None
) -> Mention:
    said = {
        name: visible(unguarded(row.values.get(heading, "")), keep_lines=name == "text").strip()
        for name, heading in columns.items()
    }
    said_at = instant(said["said_at"], zone=str(timezone.get_default_timezone()))
    if said_at is None or said_at > at:
        raise BadCell(_("It says no date, or one that is still to come."))
    if not said["text"]:
        raise BadCell(_("It has no text."))
    address = said.get("address", "")
    if address:
        URLValidator(schemes=["http", "https"])(address)
        if len(address) > 500:
            raise BadCell(_("Its address is too long."))
    about = said.get("rival", "").casefold()
    rival = rivals.get(about)
    mention = Mention(
        rival_id=rival,
        network=_network(said.get("network", ""), address),
        author=said.get("author", "")[:160],
        address=address,
        text=said["text"][:TEXT_LIMIT],
        tone=_tone(said.get("tone", "")),
        reach=_number(said.get("reach", "")),
        said_at=said_at,
        logged_at=at,
        by=by,
    )
    is_news = said_at > at - WEEK
    mention.needs_answer = rival is None and is_news and mention.tone == Mention.Tone.BAD
    mention.due_at = mentions.due_at(mention, at=at)
    return mention


def _network(text: str, address: str) -> str:
    for word in (text.casefold(), address.casefold()):
        for network in Network.values:
            if len(network) > 1 and network in word:
                return network
        for name, network in NETWORKS.items():
            if name in word:
                return network
    return Network.X if text.casefold() == "x" or "//x.com/" in address else Network.OTHER


def _tone(text: str) -> int:
    for tone, words in TONES.items():
        if text.casefold() in words.split("|"):
            return tone
    raise BadCell(_("“%(tone)s” is no tone: good, neutral or bad.") % {"tone": text[:40]})


def _number(text: str) -> int | None:
    digits = text.replace(".", "").replace(",", "").replace(" ", "")
    if not digits:
        return None
    if not digits.isdecimal() or len(digits) > 9:
        raise BadCell(_("“%(reach)s” is no number of people.") % {"reach": text[:40]})
    return int(digits)


def _sort_key(said_at: datetime, text: str) -> tuple[datetime, str]:
    return said_at, text[:200]
