"""What a catalogue says, as read: nothing is looked up, guessed or stored here."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class PriceRecord:
    """One price of one intake.

    ``amount_minor`` counts minor units of ``currency`` (ISO 4217) and is None when the price is not a single
    known amount or its currency is not written; ``amount`` then still holds the figure, if there is exactly one.
    ``text`` is what the feed says, always.
    """

    amount_minor: int | None
    currency: str | None
    label: str
    text: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class IntakeRecord:
    """One presentation of a programme; a date that is not stated exactly stays None beside its text.

    ``modality`` is "on_site", "online", "blended", "distance" or "". ``notes`` are contradictions found in the
    feed, one sentence each. ``stated`` holds fields of the intake that the feed states in so many words
    (``programmes.feeds.exact``); they hold before what is read out of the rest.
    """

    external_id: str
    start_on: date | None = None
    start_text: str = ""
    end_on: date | None = None
    duration_text: str = ""
    duration_weeks: int | None = None
    apply_by: date | None = None
    modality: str = ""
    attendance_text: str = ""
    languages: tuple[str, ...] = ()
    venue_name: str = ""
    prices: tuple[PriceRecord, ...] = ()
    notes: tuple[str, ...] = ()
    stated: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ProgrammeRecord:
    """One programme; ``line`` is where it starts in the file. The ``_html`` fields are clean and safe to show.

    ``stated`` is as of an intake; ``texts`` holds the fields of a sheet for each language in which the feed has one,
    and is None if the feed only has the texts above, in ``language``.
    """

    line: int
    external_id: str
    title: str
    provider_name: str = ""
    provider_url: str = ""
    abstract: str = ""
    description_html: str = ""
    subjects: list[str] = field(default_factory=list)
    level: str = ""
    qualification: str = ""
    entry_requirements_html: str = ""
    url: str = ""
    language: str = ""
    intakes: list[IntakeRecord] = field(default_factory=list)
    units: list[list[str]] = field(default_factory=list)  # of the syllabus: what each is called, and what it covers
    notes: tuple[str, ...] = ()
    stated: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, dict[str, Any]] | None = None
    collection: str = ""  # of an imported catalogue that was exported again: its slug


@dataclass(frozen=True)
class RejectedRecord:
    """Something on ``line`` that could not be taken, and why; the rest of the feed is unaffected."""

    line: int
    why: str
    external_id: str = ""
