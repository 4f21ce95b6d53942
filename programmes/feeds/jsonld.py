"""schema.org in JSON-LD: Course and EducationalOccupationalProgram, wherever in the document they stand."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from people.importing.input_files import Unreadable
from programmes.feeds import exact
from programmes.feeds.json_nodes import Document, Node, stated, stated_texts
from programmes.feeds.markup import clean_html, plain, web_address
from programmes.feeds.prices import read_prices
from programmes.feeds.records import IntakeRecord, PriceRecord, ProgrammeRecord, RejectedRecord
from programmes.feeds.wording import language_code, modality_of, read_date, weeks_in

_PROGRAMME_TYPES = {"Course", "EducationalOccupationalProgram"}
_TEXT_LIMIT = 500


def read_jsonld(document: Document) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """Every course with a name; objects that only point at one (“@id” alone) are followed."""
    known: dict[str, Node] = {}
    courses: list[Node] = []
    try:
        _collect(document.root, known, courses)
    except RecursionError:
        raise Unreadable(_("“%(name)s” is JSON that cannot be read.") % {"name": document.name}) from None
    if not courses:
        raise Unreadable(
            _("“%(name)s” holds no schema.org Course and no ELM learning opportunity.") % {"name": document.name}
        )
    for course in courses:
        yield read_course(course, known, line=document.line_of(course))


def _types(node: Node) -> set[str]:
    types = node.get("@type", [])
    types = types if isinstance(types, list) else [types]
    return {re.split(r"[/:#]", kind)[-1] for kind in types if isinstance(kind, str)}


def _collect(value: object, known: dict[str, Node], courses: list[Node], *, inside: bool = False) -> None:
    """Find the courses, and every object with an “@id”, so that references can be followed."""
    if isinstance(value, list):
        for item in value:
            _collect(item, known, courses, inside=inside)
    elif isinstance(value, Node):
        if isinstance(value.get("@id"), str) and len(value) > 1:
            known.setdefault(value["@id"], value)
        is_course = bool(_types(value) & _PROGRAMME_TYPES) and len(value.keys() - {"@id", "@type"}) > 0
        if is_course and not inside:
            courses.append(value)
        for item in value.values():
            _collect(item, known, courses, inside=inside or is_course)


def _nodes(value: object, known: dict[str, Node]) -> list[Node]:
    found = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item in known:
            found.append(known[item])
        elif isinstance(item, Node):
            found.append(known.get(item["@id"], item) if set(item) <= {"@id", "@type"} and _is_id(item) else item)
    return found


def _is_id(node: Node) -> bool:
    return isinstance(node.get("@id"), str)


def _raw(value: object) -> str:
    """The text of a value: a string, a figure, {"@value": …}, or what an object is called."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return next((text for text in map(_raw, value) if text), "")
    if isinstance(value, Node):
        return next((text for key in ("@value", "name", "value", "@id") if (text := _raw(value.get(key)))), "")
    return ""


def _text(node: Node, *names: str, limit: int = _TEXT_LIMIT) -> str:
    return next((text for name in names if (text := plain(_raw(node.get(name)))[:limit].strip())), "")


def _texts(node: Node, *names: str) -> list[str]:
    found: list[str] = []
    for name in names:
        value = node.get(name)
        for item in value if isinstance(value, list) else [value]:
            found += _raw(item).split(",") if name == "keywords" else [_raw(item)]
    return list(dict.fromkeys(text for text in (plain(item)[:_TEXT_LIMIT] for item in found) if text))


def read_course(course: Node, known: dict[str, Node], *, line: int) -> ProgrammeRecord | RejectedRecord:
    """One course, with what it points at in ``known``."""
    external_id = _text(course, "identifier", "courseCode", "@id", "url")
    if not external_id:
        return RejectedRecord(line, _("The course has no identifier."))
    try:
        exactly, texts, collection = exact.beside(stated(course), stated_texts(course))
    except exact.BadFact as refusal:
        return RejectedRecord(line, str(refusal), external_id)
    title = _text(course, "name") or exactly.get("title", "")
    if not title:
        return RejectedRecord(line, _("The course has no title."), external_id)
    providers = _nodes(course.get("provider"), known)
    provider = providers[0] if providers else Node(name=course.get("provider"))
    general = _prices(course.get("offers"), known)
    instances = _nodes(course.get("hasCourseInstance"), known)
    if not instances and (general or course.get("startDate")):
        instances = [Node({key: course[key] for key in course.keys() & {"startDate", "endDate", "timeToComplete"}})]
    try:
        intakes = [
            _intake(instance, known, course_id=external_id, number=number, general=general)
            for number, instance in enumerate(instances, start=1)
        ]
    except exact.BadFact as refusal:
        return RejectedRecord(line, str(refusal), external_id)
    if len({intake.external_id for intake in intakes}) < len(intakes):
        return RejectedRecord(line, _("Two intakes of the course have one identifier."), external_id)
    requirements = course.get("coursePrerequisites") or course.get("programPrerequisites")
    languages = [language for intake in intakes for language in intake.languages]
    return ProgrammeRecord(
        line=line,
        provider_name=_text(provider, "name"),
        provider_url=web_address(_text(provider, "url", "@id", limit=2000)),
        external_id=external_id,
        title=title,
        abstract=_text(course, "abstract", "disambiguatingDescription", limit=5000),
        description_html=clean_html(_raw(course.get("description"))),
        subjects=_texts(course, "about", "keywords"),
        level=_text(course, "educationalLevel"),
        qualification=_text(course, "educationalCredentialAwarded"),
        entry_requirements_html=clean_html(_raw(requirements)),
        url=web_address(_text(course, "url", limit=2000)),
        language=language_code(_text(course, "inLanguage")) or (languages[0] if languages else ""),
        intakes=intakes,
        stated=_credits(course, known) | exactly,
        texts=texts,
        collection=collection,
    )


def _credits(course: Node, known: dict[str, Node]) -> dict[str, Any]:
    """ECTS credits: a bare number is taken for them, another unit is not."""
    value = course.get("numberOfCredits")
    node = next(iter(_nodes(value, known)), None)
    unit = _text(node, "credentialCategory", "unitText", "unitCode", "name") if node else ""
    said = _text(node, "value", "@value") if node else _raw(value)
    is_ects = not unit or "ects" in unit.lower()
    is_number = re.fullmatch(r"\d{1,4}(?:\.\d)?(?:\.?0*)", said)
    return {"credits": Decimal(said)} if is_ects and is_number and Decimal(said) else {}


def _seats(node: Node) -> dict[str, Any]:
    """Seats are a whole number; a negative one is refused, for nobody knows what it means."""
    said = _text(node, "maximumAttendeeCapacity")
    return exact.intake({"seats": said}) if said else {}


def _intake(
    node: Node, known: dict[str, Node], *, course_id: str, number: int, general: tuple[PriceRecord, ...]
) -> IntakeRecord:
    start_text, end_text = _text(node, "startDate"), _text(node, "endDate")
    start_on, end_on = read_date(start_text), read_date(end_text)
    notes = [
        _("“%(date)s” is not a date of the calendar.") % {"date": text}
        for text, day in ((start_text, start_on), (end_text, end_on))
        if day is None and re.match(r"\d{4}-\d{2}-\d{2}", text)
    ]
    if start_on and end_on and end_on < start_on:
        notes.append(_("The end lies before the start and was left out."))
        end_on = None
    duration = _text(node, "duration", "timeToComplete", "courseWorkload")
    modes = _texts(node, "courseMode")
    modalities = {modality_of(mode) for mode in modes} - {""}
    place = _nodes(node.get("location"), known)
    return IntakeRecord(
        external_id=_text(node, "identifier", "@id") or f"{course_id}#{number}",
        start_on=start_on,
        start_text=start_text,
        end_on=end_on,
        duration_text=duration,
        duration_weeks=weeks_in(duration),
        apply_by=read_date(_text(node, "applicationDeadline")),
        modality=modalities.pop() if len(modalities) == 1 else ("blended" if modalities else ""),
        attendance_text="; ".join(modes),
        languages=tuple(dict.fromkeys(code for text in _texts(node, "inLanguage") if (code := language_code(text)))),
        venue_name=_text(place[0], "name") if place else _text(node, "location"),
        prices=_prices(node.get("offers"), known) or general,
        notes=tuple(notes),
        stated=_seats(node) | exact.intake(stated(node)),
    )


def _prices(offers: object, known: dict[str, Node]) -> tuple[PriceRecord, ...]:
    found: list[PriceRecord] = []
    for offer in _nodes(offers, known):
        specification = next(iter(_nodes(offer.get("priceSpecification"), known)), Node())
        label = _text(offer, "name", "category")
        currency = _text(offer, "priceCurrency") or _text(specification, "priceCurrency")
        price = _text(offer, "price") or _text(specification, "price")
        low, high = _text(offer, "lowPrice"), _text(offer, "highPrice")
        if price:
            text = f"{price} {currency}".strip()
            found += [
                PriceRecord(read.amount_minor, read.currency, label, text, read.amount)
                for read in read_prices(price, currency=currency)
            ]
        elif low or high:
            text = f"{low}–{high} {currency}".strip()
            found.append(PriceRecord(None, None, label, text))
    return tuple(found)
