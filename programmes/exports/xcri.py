"""The catalogue as XCRI-CAP 1.2: one provider with its courses and their presentations."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from programmes.exports.rows import Catalogue, Row, Unsaid, intake_id, unsaid
from programmes.feeds import exact
from programmes.feeds.xcri import read_course
from programmes.feeds.xml_stream import XHTML, Element
from programmes.models import Intake, Level, Modality

CATALOG = "http://xcri.org/profiles/1.2/catalog"
TERMS = "http://xcri.org/profiles/catalog/terms"
MLO = "http://purl.org/net/mlo"
DC = "http://purl.org/dc/elements/1.1/"
CREDIT = "http://purl.org/net/cm"
PREFIXES = {CATALOG: "", TERMS: "terms", MLO: "mlo", DC: "dc", CREDIT: "credit", exact.NAMESPACE: "m", XHTML: "h"}
XML_LANG = "http://www.w3.org/XML/1998/namespace}lang"
MODES: dict[str, tuple[str, str]] = {
    Modality.ON_SITE: ("CM", "Campus"),
    Modality.ONLINE: ("ON", "Online"),
    Modality.BLENDED: ("MM", "Mixed mode"),
    Modality.DISTANCE: ("DS", "Distance without attendance"),
}
# What XML 1.0 does not allow in any form.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def lines(catalogue: Catalogue) -> Iterator[str]:
    """The document, one course after another."""
    named = "".join(f' xmlns{":" * bool(short)}{short}="{uri}"' for uri, short in PREFIXES.items() if uri != XHTML)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<catalog{named} generated="{catalogue.on.isoformat()}T00:00:00">\n'
    if catalogue.rows:
        yield f"<provider>\n<dc:title>{_text(catalogue.provider)}</dc:title>\n"
        yield f"<mlo:url>{_text(catalogue.provider_url)}</mlo:url>\n" if catalogue.provider_url else ""
        for row in catalogue.rows:
            yield _written(course(row, catalogue)) + "\n"
        yield "</provider>\n"
    yield "</catalog>\n"


def course(row: Row, catalogue: Catalogue) -> Element:
    """A course as XCRI has it, and beside it what XCRI does not have."""
    programme, page = row.programme, row.page
    element = _element(CATALOG, "course")
    language = next(iter(row.pages), "")
    _add(element, DC, "identifier", row.id)
    _add(element, DC, "title", row.title, language=language)
    _add(element, DC, "subject", programme.field.name if programme.field else "")
    if page:
        _add(element, MLO, "url", page.source_url or row.url)
        _add(element, CATALOG, "abstract", page.promise, language=language)
        _add(element, DC, "description", page.description, language=language)
        _add(element, MLO, "prerequisite", page.requirements, language=language)
    if programme.credits:
        credit = _add(element, MLO, "credit", "", is_kept=True)
        _add(credit, CREDIT, "scheme", "ECTS")
        _add(credit, CREDIT, "value", f"{programme.credits:f}")
    qualification = _add(element, MLO, "qualification", "", is_kept=True)
    _add(qualification, DC, "title", programme.level_text or str(Level(programme.level).label))
    presentations = [_presentation(element, intake, row, catalogue) for intake in row.intakes]
    _state(element, presentations, unsaid(row, lambda: read_course(element, {})))
    return element


def _presentation(course_element: Element, intake: Intake, row: Row, catalogue: Catalogue) -> Element:
    element = _add(course_element, CATALOG, "presentation", "", is_kept=True)
    _add(element, DC, "identifier", intake_id(intake))
    for name, space, day in (("start", MLO, intake.starts_on), ("end", CATALOG, intake.ends_on)):
        if day:
            _add(element, space, name, day.isoformat()).attributes["dtf"] = day.isoformat()
    if not intake.starts_on:
        _add(element, MLO, "start", intake.start_text)
    if row.programme.length_weeks:
        duration = _add(element, MLO, "duration", row.programme.length_text or f"P{row.programme.length_weeks}W")
        duration.attributes["interval"] = f"P{row.programme.length_weeks}W"
    if intake.apply_by:
        deadline = _add(element, CATALOG, "applyUntil", intake.apply_by.isoformat())
        deadline.attributes["dtf"] = intake.apply_by.isoformat()
    if intake.modality:
        code, name = MODES[intake.modality]
        _add(element, CATALOG, "attendanceMode", name).attributes["identifier"] = code
    for language in row.programme.languages():
        _add(element, MLO, "languageOfInstruction", language)
    _add(element, MLO, "places", str(intake.seats) if intake.seats is not None else "")
    today = intake.price_minor_on(catalogue.on)
    if today is not None:
        _add(element, MLO, "cost", f"{intake.currency} {exact.amount(today, intake.currency)}")
    if intake.campus:
        venue = _add(element, CATALOG, "venue", "", is_kept=True)
        _add(_add(venue, CATALOG, "provider", "", is_kept=True), DC, "title", intake.campus)
    return element


def _state(course_element: Element, presentations: list[Element], rest: Unsaid) -> None:
    for element, facts in [(course_element, rest.facts), *zip(presentations, rest.intakes, strict=True)]:
        for name, text in facts.items():
            _add(element, exact.NAMESPACE, "fact", text, is_kept=True).attributes["name"] = name
    for language, texts in rest.texts.items():
        for name, text in texts.items():
            fact = _add(course_element, exact.NAMESPACE, "text", text, language=language, is_kept=True)
            fact.attributes["name"] = name


def _element(namespace: str, name: str) -> Element:
    return Element(f"{namespace}}}{name}", {}, 0)


def _add(
    parent: Element, namespace: str, name: str, text: str, *, language: str = "", is_kept: bool = False
) -> Element:
    """A child with a text; one without words is left out, unless it is kept for what will stand in it."""
    child = _element(namespace, name)
    if language:
        child.attributes[XML_LANG] = language
    if text:
        child.parts.append(text)
    if text or is_kept:
        parent.parts.append(child)
    return child


def _written(element: Element) -> str:
    prefix = PREFIXES[element.namespace]
    tag = f"{prefix}:{element.name}" if prefix else element.name
    attributes = "".join(
        f" {'xml:lang' if name == XML_LANG else name}={quoteattr(_FORBIDDEN.sub('', value))}"
        for name, value in element.attributes.items()
    )
    content = "".join(_text(part) if isinstance(part, str) else _written(part) for part in element.parts)
    return f"<{tag}{attributes}>{content}</{tag}>" if content else f"<{tag}{attributes}/>"


def _text(text: str) -> str:
    # A bare carriage return would become a line feed on the way.
    return escape(_FORBIDDEN.sub("", text), {"\r": "&#13;"})
