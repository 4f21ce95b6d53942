"""XCRI-CAP 1.2 (EN 15982, Metadata for Learning Opportunities), with the costs extension of Cornwall College."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from people.importing.input_files import InputFile
from programmes.feeds import exact
from programmes.feeds.markup import clean_html, plain, says_something, web_address
from programmes.feeds.prices import read_prices
from programmes.feeds.records import IntakeRecord, PriceRecord, ProgrammeRecord, RejectedRecord
from programmes.feeds.wording import language_code, modality_of, read_date, weeks_in
from programmes.feeds.xml_stream import Broken, Element, provider_children

ROOT = "http://xcri.org/profiles/1.2/catalog}catalog"
# The published vocabularies of study and attendance; what is not in here is shown as written, UNK not at all.
_ATTENDANCE_WORDS = {
    "CM": "Campus", "DA": "Distance with attendance", "DS": "Distance without attendance", "MM": "Mixed mode",
    "NC": "Face-to-face, off campus", "ON": "Online", "WB": "Work-based", "DT": "Daytime", "EV": "Evening",
    "TW": "Twilight", "DR": "Day or block release", "WE": "Weekend", "CS": "Customised", "UNK": "",
}  # fmt: skip
_TEXT_LIMIT = 500


def read_xcri(opened: InputFile) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """The courses of every provider; if the XML breaks, the last record says on which line."""
    provider: dict[str, str] = {}
    try:
        for element in provider_children(opened, root=ROOT):
            if element.name == "provider":
                provider = {}
            elif element.name == "course":
                yield read_course(element, provider)
            elif element.name in ("title", "url"):
                provider.setdefault(element.name, plain(element.text()))
    except Broken as broken:
        yield RejectedRecord(broken.line, broken.why)


def read_course(course: Element, provider: dict[str, str]) -> ProgrammeRecord | RejectedRecord:
    """One course of a provider."""
    external_id = _identifier(course)
    if not external_id:
        return RejectedRecord(course.line, _("The course has no identifier."))
    try:
        stated, texts, collection = exact.beside(_stated(course), _stated_texts(course))
        stated = _credits(course) | stated
        intakes = [
            _intake(presentation, course_id=external_id, number=number)
            for number, presentation in enumerate(course.children("presentation"), start=1)
        ]
    except exact.BadFact as refusal:
        return RejectedRecord(course.line, str(refusal), external_id)
    title = _text(course, "title") or stated.get("title", "")
    if not title:
        return RejectedRecord(course.line, _("The course has no title."), external_id)
    qualification = course.child("qualification")
    repeated = _repeated(intake.external_id for intake in intakes)
    if repeated:
        why = _("Two presentations of the course have the identifier “%(id)s”.") % {"id": repeated}
        return RejectedRecord(course.line, why, external_id)
    abstract = _text(course, "abstract", limit=5000)
    languages = [language for intake in intakes for language in intake.languages]
    return ProgrammeRecord(
        line=course.line,
        provider_name=provider.get("title", ""),
        provider_url=web_address(provider.get("url", "")),
        external_id=external_id,
        title=title,
        abstract=abstract if says_something(abstract) else "",
        description_html=_description(course),
        subjects=_subjects(course),
        level=_text(course, "level") or (_text(qualification, "educationLevel") if qualification else ""),
        qualification=_qualification(course, qualification),
        entry_requirements_html="".join(clean_html(part.markup()) for part in course.children("prerequisite")),
        url=web_address(_text(course, "url", limit=2000)),
        language=languages[0] if languages else _declared_language(course),
        intakes=intakes,
        stated=stated,
        texts=texts,
        collection=collection,
    )


def _stated(element: Element) -> dict[str, str]:
    """What an export of ours states beside the format."""
    facts = [child for child in element.children("fact") if child.namespace == exact.NAMESPACE]
    return {child.attribute("name"): child.raw() for child in facts}


def _stated_texts(course: Element) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = {}
    for child in course.children("text"):
        if child.namespace == exact.NAMESPACE:
            told.setdefault(child.attribute("lang"), {})[child.attribute("name")] = child.raw()
    return told


def _credits(course: Element) -> dict[str, Any]:
    """ECTS credits, if that is the scheme and it is one number; other systems' credits are not ours."""
    found = set()
    for credit in course.children("credit"):
        value = _text(credit, "value").replace(",", ".")
        if "ects" in _text(credit, "scheme").lower() and re.fullmatch(r"\d{1,4}(\.\d)?", value):
            found.add(Decimal(value))
    return {"credits": found.pop()} if len(found) == 1 else {}


def _places(presentation: Element) -> dict[str, Any]:
    places = _text(presentation, "places")
    return {"seats": int(places)} if re.fullmatch(r"\d{1,4}", places) else {}


def _repeated(identifiers: Iterator[str]) -> str:
    seen: set[str] = set()
    for identifier in identifiers:
        if identifier in seen:
            return identifier
        seen.add(identifier)
    return ""


def _text(element: Element, name: str, *, limit: int = _TEXT_LIMIT) -> str:
    child = element.child(name)
    return plain(child.text())[:limit].strip() if child else ""


def _identifier(element: Element) -> str:
    """The provider's own code if it is marked as such, else the first identifier without a type, else any."""
    by_kind: dict[str, str] = {}
    for child in element.children("identifier"):
        if value := plain(child.text())[:_TEXT_LIMIT]:
            by_kind.setdefault(child.kind, value)
    return by_kind.get("internalID") or by_kind.get("") or next(iter(by_kind.values()), "")


def _description(course: Element) -> str:
    """What the course says of itself: its description, aims and outcomes, then the typed descriptions."""
    untyped = [part for part in course.children("description") if not part.kind]
    typed = [part for part in course.children("description") if part.kind]
    parts = [*untyped, *course.children("objective"), *course.children("learningOutcome"), *typed]
    cleaned = [clean_html(part.markup()) for part in parts]
    return "\n".join(dict.fromkeys(part for part in cleaned if part))


def _subjects(course: Element) -> list[str]:
    found = [plain(child.text())[:_TEXT_LIMIT] for child in course.children("subject")]
    return list(dict.fromkeys(subject for subject in found if subject))


def _qualification(course: Element, qualification: Element | None) -> str:
    if qualification and (title := _text(qualification, "title")):
        return title
    return _text(course, "type") or (_text(qualification, "abbr") if qualification else "")


def _declared_language(course: Element) -> str:
    for child in (course, *course.children("description"), *course.children("title")):
        if code := language_code(child.attribute("lang")):
            return code
    return ""


def _intake(presentation: Element, *, course_id: str, number: int) -> IntakeRecord:
    start_on, start_text, notes = _day(presentation, "start")
    end_on, _end_text, end_notes = _day(presentation, "end")
    apply_by, _apply_text, apply_notes = _day(presentation, "applyUntil")
    notes += end_notes + apply_notes
    if start_on and end_on and end_on < start_on:
        notes.append(_("The end lies before the start and was left out."))
        end_on = None
    duration, duration_weeks = _duration(presentation)
    languages = [language_code(child.text()) for child in presentation.children("languageOfInstruction")]
    return IntakeRecord(
        external_id=_identifier(presentation) or f"{course_id}#{number}",
        start_on=start_on,
        start_text=start_text,
        end_on=end_on,
        duration_text=duration,
        duration_weeks=duration_weeks,
        apply_by=apply_by,
        modality=_modality(presentation),
        attendance_text=_attendance(presentation),
        languages=tuple(dict.fromkeys(language for language in languages if language)),
        venue_name=_venue(presentation),
        prices=_prices(presentation),
        notes=tuple(notes),
        stated=_places(presentation) | exact.intake(_stated(presentation)),
    )


def _day(presentation: Element, name: str) -> tuple[date | None, str, list[str]]:
    """The day for the machine (``dtf``, or the text if it is exact), the text for people, and what contradicts."""
    child = presentation.child(name)
    if child is None:
        return None, "", []
    text, stated = plain(child.text())[:_TEXT_LIMIT], child.attribute("dtf")
    worded = read_date(text)
    day = read_date(stated) or worded
    if stated and day and worded and day != worded:
        said = {"machine": stated, "text": text}
        # Midnight of summer time, written as UTC, is the day before: there the words are right.
        if worded - day == timedelta(days=1):
            return worded, text, [_("The feed says both “%(machine)s” and “%(text)s”; the second was taken.") % said]
        return day, text, [_("The feed says both “%(machine)s” and “%(text)s”; the first was taken.") % said]
    if day is None and len(stated) >= 10:
        return None, text or stated, [_("“%(date)s” is not a date of the calendar.") % {"date": stated}]
    return day, text or stated, []


def _duration(presentation: Element) -> tuple[str, int | None]:
    child = presentation.child("duration")
    if child is None:
        return "", None
    text, interval = plain(child.text())[:_TEXT_LIMIT], child.attribute("interval")
    return text or interval, weeks_in(interval) or weeks_in(text)


def _modality(presentation: Element) -> str:
    child = presentation.child("attendanceMode")
    if child is None:
        return ""
    return modality_of(child.attribute("identifier")) or modality_of(plain(child.text()))


def _attendance(presentation: Element) -> str:
    words = []
    for name in ("studyMode", "attendanceMode", "attendancePattern"):
        text = _text(presentation, name)
        words.append(_ATTENDANCE_WORDS.get(text, text))
    return "; ".join(dict.fromkeys(word for word in words if word))


def _venue(presentation: Element) -> str:
    """The name of the place only; its telephone numbers and addresses stay where they are."""
    for venue in presentation.children("venue"):
        provider = venue.child("provider")
        if provider and (title := _text(provider, "title")):
            return title
    return ""


def _prices(presentation: Element) -> tuple[PriceRecord, ...]:
    found: list[PriceRecord] = []
    for child in presentation.children("cost"):
        found += read_prices(plain(child.text()))
    for costs in presentation.children("Costs"):
        for cost in costs.children("cost"):
            found += _extension_price(cost)
    return tuple(found)


def _extension_price(cost: Element) -> tuple[PriceRecord, ...]:
    """A price of the costs extension: amount and category are attributes, the text explains."""
    amount, explanation = cost.attribute("amount"), _text(cost, "description")
    text = " – ".join(part for part in (amount, explanation) if part)
    label = cost.attribute("category")
    read = read_prices(amount, currency=cost.attribute("currency"))
    if len(read) == 1:
        price = read[0]
        return (PriceRecord(price.amount_minor, price.currency, label, text, price.amount),)
    return (PriceRecord(None, None, label, text),) if text else ()
