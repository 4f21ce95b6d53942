"""What we hold about a person, in sections to read: on the page, and on paper in their language."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from people.contact.mails import letterhead
from people.models import Person
from people.own_data import my_data
from people.privacy import personal_data
from people.privacy.personal_data import Erasure, Held, Table
from printing import paper

VALUES_ON_PAPER = 1500  # of each section; the file for programs holds them all
VALUES_ON_SCREEN = 120


@dataclass
class Part:
    """Values of a section that are kept for the same reason and as long; ``row`` of each tells entries apart."""

    why: str
    kept: str
    rows: list[Held] = field(default_factory=list)


@dataclass
class Section:
    """What belongs together; ``left_out`` values are only in the file."""

    title: str
    parts: list[Part] = field(default_factory=list)
    count: int = 0
    left_out: int = 0


def sections(held: Iterable[Held], *, most: int = VALUES_ON_SCREEN) -> list[Section]:
    """The values in their sections, as they come; at most ``most`` of each are shown."""
    found: dict[str, Section] = {}
    for one in held:
        title = str(one.section)
        section = found.setdefault(title, Section(title))
        section.count += 1
        if section.count > most:
            section.left_out += 1
            continue
        part = next((part for part in section.parts if (part.why, part.kept) == (str(one.why), str(one.kept))), None)
        if part is None:
            part = Part(str(one.why), str(one.kept))
            section.parts.append(part)
        part.rows.append(one)
    return list(found.values())


def what_goes_and_stays(person: Person) -> tuple[list[str], dict[str, str]]:
    """Of the sections in which something is held about them: those an erasure ends; those a law keeps, and why."""
    held = {one.section for one in personal_data.held_about(person)}
    tables = [table for table in personal_data.tables() if str(table.section) in held]
    stays = {str(table.section): str(table.why) for table in tables if Erasure.LAW in _erasures(table)}
    goes = [str(table.section) for table in tables if _erasures(table) - _STAYS]
    return [title for title in dict.fromkeys(goes) if title not in stays], stays


_STAYS = {Erasure.LAW, Erasure.NAMELESS}


def _erasures(table: Table) -> set[Erasure]:
    return {table.erasure_of(name) for name in table.personal}


def to_pdf(person: Person, *, at: datetime) -> bytes:
    """Everything on paper, in the person's language. Raises printing.paper.PaperUnavailable."""
    language = person.language
    with override(language):
        context = letterhead(language) | {
            "person": person,
            "at": at,
            "sections": sections(personal_data.held_about(person), most=VALUES_ON_PAPER),
            "said": my_data.said_about_contact(person)[:VALUES_ON_PAPER],
            "recipients": my_data.recipients(person, at=at),
        }
        title = _("What we hold about you")
    return paper.to_pdf("people/my_data_paper.html", context, language=language, title=title)
