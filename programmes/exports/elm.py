"""The catalogue in the European Learning Model v3: a learning opportunity for each programme, with its starts."""

import json
from collections.abc import Iterator
from typing import Any

from programmes.exports.jsonld import as_json
from programmes.exports.rows import Catalogue, Row, intake_id, unsaid
from programmes.feeds import exact
from programmes.feeds.elm import LANGUAGE_CODES, MODES, read_opportunity
from programmes.feeds.json_nodes import FACTS, TEXTS, Node
from programmes.models import Intake, Level, Modality

CONTEXT = ["http://data.europa.eu/snb/model/context/edc-ap", {"matricula": f"{exact.NAMESPACE}#"}]
SNB, AUTHORITY = "http://data.europa.eu/snb", "http://publications.europa.eu/resource/authority"
_CODE_OF = {language: code for code, language in LANGUAGE_CODES.items()}
_MODE_OF = {modality: code for code, modality in MODES.items()}
_MODE_NAMES: dict[str, str] = {
    Modality.ON_SITE: "On-site", Modality.ONLINE: "Online", Modality.BLENDED: "Blended", Modality.DISTANCE: "Distance",
}  # fmt: skip


def lines(catalogue: Catalogue) -> Iterator[str]:
    """The document, one learning opportunity on a line."""
    yield '{"@context": ' + json.dumps(CONTEXT) + ', "@graph": [\n'
    for number, row in enumerate(catalogue.rows):
        yield (",\n" if number else "") + as_json(opportunity(row, catalogue))
    yield "\n]}\n"


def opportunity(row: Row, catalogue: Catalogue) -> Node:
    """A learning opportunity as ELM has it, and beside it what ELM does not have."""
    title = _words({language: page.title for language, page in row.pages.items()}) or Node(en=row.programme.title)
    starts = [_start(intake, row, catalogue, title) for intake in row.intakes]
    language = next(iter(row.pages), "")
    node = _node(
        "LearningOpportunity",
        id=f"{row.id}#opportunity",
        identifier=_node("Identifier", notation=row.id),
        title=title,
        description=_words({language: page.description for language, page in row.pages.items()}),
        defaultLanguage=_language(language),
        homepage=_node("WebResource", contentURL=_address(row)) if _address(row) else None,
        providedBy=_node(
            "Organisation",
            legalName=Node({language or "en": catalogue.provider}),
            homepage=_node("WebResource", contentURL=catalogue.provider_url) if catalogue.provider_url else None,
        ),
        learningAchievementSpecification=_specification(row, language),
        hasPart=starts,
    )
    rest = unsaid(row, lambda: read_opportunity(node, {}, line=0))
    node[FACTS], node[TEXTS] = rest.facts, rest.texts
    for start, told in zip(starts, rest.intakes, strict=True):
        start[FACTS] = told
    return node


def _address(row: Row) -> str:
    return (row.page.source_url or row.url) if row.page else ""


def _specification(row: Row, language: str) -> Node:
    programme = row.programme
    level = programme.level_text or str(Level(programme.level).label)
    return _node(
        "Qualification" if programme.eqf_level else "LearningAchievementSpecification",
        id=f"{row.id}#specification",
        dcType=Node(type="Concept", prefLabel=Node({language or "en": level})),
        thematicArea=Node(type="Concept", prefLabel=Node({language or "en": str(programme.field)}))
        if programme.field
        else None,
        entryRequirement=_node(
            "Note", noteLiteral=_words({code: page.requirements for code, page in row.pages.items()})
        )
        if any(page.requirements for page in row.pages.values())
        else None,
        creditPoint=_node(
            "CreditPoint",
            framework=Node(id=f"{SNB}/education-credit/6fcec5c5af", type="Concept"),
            point=f"{programme.credits:f}",
        )
        if programme.credits
        else None,
        eqfLevel=Node(id=f"{SNB}/eqf/{programme.eqf_level}", type="Concept") if programme.eqf_level else None,
        volumeOfLearning=f"PT{programme.total_hours}H" if programme.total_hours else "",
        language=[_language(code) for code in programme.languages() if code in _CODE_OF],
    )


def _start(intake: Intake, row: Row, catalogue: Catalogue, title: Node) -> Node:
    today = intake.price_minor_on(catalogue.on)
    price = None
    if today is not None:
        unit = Node(id=f"{AUTHORITY}/currency/{intake.currency}", type="Concept")
        amount = _node("Amount", value=exact.amount(today, intake.currency), unit=unit)
        price = _node("PriceDetail", amount=amount)
    period = _node(
        "PeriodOfTime",
        startDate=intake.starts_on.isoformat() if intake.starts_on else "",
        endDate=intake.ends_on.isoformat() if intake.ends_on else "",
    )
    mode = Node(type="Concept", prefLabel=Node(en=_MODE_NAMES.get(intake.modality, "")))
    if intake.modality in _MODE_OF:
        mode["id"] = f"{SNB}/learning-assessment/{_MODE_OF[intake.modality]}"
    return _node(
        "LearningOpportunity",
        id=f"{row.id}#{intake.code}",
        identifier=_node("Identifier", notation=intake_id(intake)),
        title=title,
        temporal=period if len(period) > 1 else None,
        duration=f"P{row.programme.length_weeks}W" if row.programme.length_weeks else "",
        applicationDeadline=intake.apply_by.isoformat() if intake.apply_by else "",
        mode=mode if intake.modality else None,
        location=_node("Location", prefLabel=Node({next(iter(row.pages), "en"): intake.campus}))
        if intake.campus
        else None,
        priceDetail=price,
    )


def _language(code: str) -> Node | None:
    return Node(id=f"{AUTHORITY}/language/{_CODE_OF[code]}", type="Concept") if code in _CODE_OF else None


def _words(by_language: dict[str, str]) -> Node:
    return Node({language: text for language, text in by_language.items() if text})


def _node(kind: str, **properties: Any) -> Node:
    kept = {name: value for name, value in properties.items() if value not in ("", None, [], {})}
    return Node({"id": kept.pop("id"), "type": kind} | kept) if "id" in kept else Node({"type": kind} | kept)
