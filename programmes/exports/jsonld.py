"""The catalogue as schema.org: a list of courses with their instances and offers."""

import json
from collections.abc import Iterator
from typing import Any

from programmes.exports.rows import Catalogue, Row, intake_id, unsaid
from programmes.feeds import exact
from programmes.feeds.json_nodes import FACTS, TEXTS, Node
from programmes.feeds.jsonld import read_course
from programmes.models import Intake, Level, Modality

CONTEXT = {"@vocab": "https://schema.org/", "matricula": f"{exact.NAMESPACE}#"}
MODES: dict[str, str] = {
    Modality.ON_SITE: "onsite",
    Modality.ONLINE: "online",
    Modality.BLENDED: "blended",
    Modality.DISTANCE: "distance",
}


def lines(catalogue: Catalogue) -> Iterator[str]:
    """The document, one course on a line."""
    head = {"@context": CONTEXT, "@type": "ItemList", "name": catalogue.provider, "numberOfItems": len(catalogue.rows)}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "itemListElement": [\n'
    for number, row in enumerate(catalogue.rows):
        yield (",\n" if number else "") + as_json(course(row, catalogue))
    yield "\n]}\n"


def as_json(node: Any) -> str:
    """Without a sign that would end a script element, if somebody puts it into one."""
    text = json.dumps(node, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def course(row: Row, catalogue: Catalogue) -> Node:
    """A course as schema.org has it, and beside it what schema.org does not have."""
    programme, page = row.programme, row.page
    instances = [_instance(intake, row, catalogue) for intake in row.intakes]
    node = _node(
        "Course",
        identifier=row.id,
        courseCode=programme.code,
        name=row.title,
        url=(page.source_url or row.url) if page else "",
        abstract=page.promise if page else "",
        description=page.description if page else "",
        coursePrerequisites=page.requirements if page else "",
        inLanguage=next(iter(row.pages), ""),
        about=programme.field.name if programme.field else "",
        educationalLevel=programme.level_text or str(Level(programme.level).label),
        numberOfCredits=float(programme.credits) if programme.credits else None,
        provider=_node("Organization", name=catalogue.provider, url=catalogue.provider_url),
        hasCourseInstance=instances,
    )
    rest = unsaid(row, lambda: read_course(node, {}, line=0))
    node[FACTS], node[TEXTS] = rest.facts, rest.texts
    for instance, told in zip(instances, rest.intakes, strict=True):
        instance[FACTS] = told
    return node


def _instance(intake: Intake, row: Row, catalogue: Catalogue) -> Node:
    programme = row.programme
    today = intake.price_minor_on(catalogue.on)
    offer = None
    if today is not None:
        offer = _node(
            "Offer",
            price=exact.amount(today, intake.currency),
            priceCurrency=intake.currency,
            category="Paid" if today else "Free",
        )
    return _node(
        "CourseInstance",
        identifier=intake_id(intake),
        startDate=intake.starts_on.isoformat() if intake.starts_on else intake.start_text,
        endDate=intake.ends_on.isoformat() if intake.ends_on else "",
        applicationDeadline=intake.apply_by.isoformat() if intake.apply_by else "",
        courseMode=MODES.get(intake.modality, ""),
        duration=f"P{programme.length_weeks}W" if programme.length_weeks else "",
        inLanguage=programme.languages(),
        location=intake.campus,
        maximumAttendeeCapacity=intake.seats,
        offers=offer,
    )


def _node(kind: str, **properties: Any) -> Node:
    return Node({"@type": kind} | {name: value for name, value in properties.items() if value not in ("", None, [])})
