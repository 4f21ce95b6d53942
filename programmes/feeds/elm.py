"""European Learning Model v3: learning opportunities and qualifications, in JSON-LD or as XML of the LOQ profile.

A learning opportunity that is not part of another is a programme; its parts of the same title are its starts. A
qualification, or another specification of an achievement, that no opportunity leads to is a programme without starts,
as it stands in a credential. Nobody whom a credential is about is read.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from people.importing.input_files import InputFile, Unreadable
from programmes.feeds import exact
from programmes.feeds.json_nodes import Document, Node, stated, stated_texts
from programmes.feeds.markup import clean_html, plain, web_address
from programmes.feeds.prices import is_currency, minor_units
from programmes.feeds.records import IntakeRecord, PriceRecord, ProgrammeRecord, RejectedRecord
from programmes.feeds.wording import modality_of, read_date, weeks_in
from programmes.feeds.xml_stream import Broken, Element, whole_document
from programmes.models import LANGUAGES

ROOT = "http://data.europa.eu/snb/model/ap/loq-constraints/}Courses"
SPECIFICATIONS = {"Qualification", "LearningAchievementSpecification"}
LANGUAGE_CODES = {
    "CAT": "ca", "SPA": "es", "ENG": "en", "FRA": "fr", "DEU": "de", "ITA": "it", "POR": "pt", "GLG": "gl",
    "EUS": "eu", "NLD": "nl", "OCI": "oc", "ARA": "ar", "ZHO": "zh", "RUS": "ru", "POL": "pl", "RON": "ro",
}  # fmt: skip
MODES = {"920fbb3cbe": "online", "e92d221e4d": "blended"}  # of the learning-assessment vocabulary
_ECTS = ("6fcec5c5af", "ects", "european credit transfer")
_TEXT_LIMIT = 500
_NAMED = {"id", "type", "@type"}
_HOURS = re.compile(r"P(?:0+[YMWD])*T(\d{1,6})H(?:0+[MS])*")


def is_elm(document: Document) -> bool:
    """Whether there is anything of ELM in it that we read."""
    return any(_types(node) & {"LearningOpportunity", *SPECIFICATIONS} for node in _nodes(document.root))


def read_elm(document: Document) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """The programmes of a JSON-LD document."""
    yield from _programmes(document, list(_nodes(document.root)))


def read_elm_xml(opened: InputFile) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """The programmes of a LOQ document; XML that breaks is refused whole, for what points where cannot be known."""
    try:
        root = whole_document(opened, root=ROOT)
    except Broken as broken:
        raise Unreadable(_("“%(name)s”: %(why)s") % {"name": opened.path.name, "why": broken.why}) from None
    node = _from_xml(root)
    yield from _programmes(Document(opened.path.name, "", node), list(_nodes(node)))


def _programmes(document: Document, nodes: list[Node]) -> Iterator[ProgrammeRecord | RejectedRecord]:
    known: dict[str, Node] = {}
    for node in nodes:
        if isinstance(node.get("id"), str) and node.keys() - _NAMED:
            known.setdefault(node["id"], node)
    # The same thing may stand in the document several times, once whole.
    unique = {id(known.get(node.get("id", ""), node)): known.get(node.get("id", ""), node) for node in nodes}
    offers = [node for node in unique.values() if "LearningOpportunity" in _types(node) and node.keys() - _NAMED]
    starts = {id(part) for whole in offers for part in _starts(whole, known)}
    led_to = {id(one) for offer in offers for one in _followed(offer, known, "learningAchievementSpecification")}
    alone = [node for node in unique.values() if _types(node) & SPECIFICATIONS and id(node) not in led_to]
    for node in [*(offer for offer in offers if id(offer) not in starts), *alone]:
        if node.keys() - _NAMED:
            yield read_opportunity(node, known, line=document.line_of(node))


def read_opportunity(node: Node, known: dict[str, Node], *, line: int) -> ProgrammeRecord | RejectedRecord:
    """One programme, with what it points at in ``known``."""
    external_id = _identifier(node)
    if not external_id:
        return RejectedRecord(line, _("The learning opportunity has no identifier."))
    specification = next(iter(_followed(node, known, "learningAchievementSpecification")), node)
    try:
        exactly, texts, collection = exact.beside(stated(node), stated_texts(node))
        intakes = [
            _intake(part, known, course_id=external_id, number=number)
            for number, part in enumerate(_starts(node, known) or _own_start(node), start=1)
        ]
    except exact.BadFact as refusal:
        return RejectedRecord(line, str(refusal), external_id)
    language = _language(node.get("defaultLanguage")) or _language(specification.get("language"))
    title = _text(node.get("title"), language)[:_TEXT_LIMIT] or exactly.get("title", "")
    if not title:
        return RejectedRecord(line, _("The learning opportunity has no title."), external_id)
    if len({intake.external_id for intake in intakes}) < len(intakes):
        return RejectedRecord(line, _("Two intakes of the course have one identifier."), external_id)
    provider = next(iter(_followed(node, known, "providedBy", "awardingBody")), Node())
    homepage = next(iter(_followed(node, known, "homepage")), Node())
    return ProgrammeRecord(
        line=line,
        provider_name=_text(provider.get("legalName") or provider.get("altLabel"), language)[:_TEXT_LIMIT],
        provider_url=web_address(_url(next(iter(_followed(provider, known, "homepage")), Node()))),
        external_id=external_id,
        title=title,
        description_html=_rich(node.get("description") or specification.get("description"), language),
        subjects=_labels(specification, "thematicArea", "educationSubject", "ISCEDFCode", language=language),
        level=next(iter(_labels(specification, "educationLevel", "dcType", "type", language=language)), ""),
        qualification=_text(specification.get("title"), language)[:_TEXT_LIMIT] if specification is not node else "",
        entry_requirements_html=_notes(specification, known, language),
        url=web_address(_url(homepage)),
        language=language,
        intakes=intakes,
        stated=_specified(specification, known) | exactly,
        texts=texts,
        collection=collection,
    )


def _intake(node: Node, known: dict[str, Node], *, course_id: str, number: int) -> IntakeRecord:
    period = next(iter(_followed(node, known, "temporal")), Node())
    start_text, end_text = _plain(period.get("startDate"))[:_TEXT_LIMIT], _plain(period.get("endDate"))[:_TEXT_LIMIT]
    duration = _plain(node.get("duration"))[:_TEXT_LIMIT]
    place = next(iter(_followed(node, known, "location")), Node())
    language = _language(node.get("defaultLanguage"))
    start_on, end_on = read_date(start_text), read_date(end_text)
    return IntakeRecord(
        external_id=said if (said := _identifier(node)) not in ("", course_id) else f"{course_id}#{number}",
        start_on=start_on,
        start_text="" if start_on else start_text,
        end_on=end_on,
        duration_text=duration,
        duration_weeks=weeks_in(duration),
        apply_by=read_date(_plain(node.get("applicationDeadline"))),
        modality=_mode(node.get("mode"), language),
        languages=(language,) if language else (),
        venue_name=_text(place.get("prefLabel") or place.get("title"), language)[:_TEXT_LIMIT],
        prices=tuple(price for one in _followed(node, known, "priceDetail") for price in _price(one, known, language)),
        stated=exact.intake(stated(node)),
    )


def _specified(node: Node, known: dict[str, Node]) -> dict[str, Any]:
    """Credits, hours and level, each only if it is one number of what it should be."""
    values: dict[str, Any] = {}
    found = set()
    for credit in _followed(node, known, "creditPoint"):
        frame = " ".join(
            f"{framework.get('id', '')} {_text(framework.get('prefLabel'))}".lower()
            for framework in _followed(credit, known, "framework")
        )
        point = _plain(credit.get("point"))
        if any(sign in frame for sign in _ECTS) and re.fullmatch(r"\d{1,4}(\.\d)?", point):
            found.add(Decimal(point))
    if len(found) == 1:
        values["credits"] = found.pop()
    if hours := _HOURS.fullmatch(_plain(node.get("volumeOfLearning"))):
        values["total_hours"] = int(hours[1])
    for level in _followed(node, known, "eqfLevel", "EQFLevel"):
        if known_level := re.search(r"/eqf/([1-8])$", str(level.get("id", ""))):
            values["eqf_level"] = int(known_level[1])
    return values


def _price(node: Node, known: dict[str, Node], language: str) -> Iterator[PriceRecord]:
    label = _text(node.get("prefLabel"), language)[:_TEXT_LIMIT]
    for amount in _followed(node, known, "amount"):
        unit = next((str(one.get("id", "")) for one in _followed(amount, known, "unit")), "")
        code, value = unit.rpartition("/")[2].upper(), _plain(amount.get("value"))
        is_number = re.fullmatch(r"\d{1,12}(\.\d{1,4})?", value)
        minor = None
        if is_number and is_currency(code):
            minor = minor_units(Decimal(value), code)
        text = f"{value} {code}".strip()[:_TEXT_LIMIT]
        yield PriceRecord(minor, code if minor is not None else None, label, text)


# --- nodes ---------------------------------------------------------------------------------------------------------


def _from_xml(element: Element) -> Node:
    """An element as the object that says the same in JSON-LD."""
    node = Node()
    node.line = element.line
    for attribute in ("id", "idref", "uri"):
        if value := element.attribute(attribute):
            node["id"] = value
    name = element.name[:1].upper() + element.name[1:]
    if "id" in element.attributes:
        node["@type"] = name
    for child in element.parts:
        if isinstance(child, Element) and child.name != "id":
            node.setdefault(child.name, []).append(_value_of(child))
    return node


def _value_of(element: Element) -> Any:
    if any(isinstance(part, Element) for part in element.parts):
        return _from_xml(element)
    if language := element.attribute("language"):
        return Node({language[:2].lower(): element.text()})
    if element.attribute("uri") or element.attribute("idref"):
        return _from_xml(element)
    return element.text()


def _nodes(value: Any) -> Iterator[Node]:
    waiting = [value]
    while waiting:
        one = waiting.pop(0) if len(waiting) == 1 else waiting.pop()
        if isinstance(one, Node):
            yield one
            waiting += reversed([part for key, part in one.items() if not key.startswith("matricula:")])
        elif isinstance(one, list):
            waiting += reversed(one)


def _types(node: Node) -> set[str]:
    kinds = node.get("@type") or node.get("type") or []
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {re.split(r"[/:#]", kind)[-1] for kind in kinds if isinstance(kind, str)}


def _followed(node: Node, known: dict[str, Node], *names: str) -> list[Node]:
    """The objects under the first of ``names`` that is there; those that only point are followed."""
    for name in names:
        value = node.get(name)
        found = []
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one in known:
                found.append(known[one])
            elif isinstance(one, Node):
                found.append(known.get(one["id"], one) if isinstance(one.get("id"), str) else one)
        if found:
            return found
    return []


def _starts(whole: Node, known: dict[str, Node]) -> list[Node]:
    """The parts that are starts of the whole: of the same title."""
    title = whole.get("title")
    parts = [part for part in _followed(whole, known, "hasPart") if part is not whole]
    return [part for part in parts if "LearningOpportunity" in _types(part) and title and part.get("title") == title]


def _own_start(node: Node) -> list[Node]:
    """An opportunity that says itself when it starts or what it costs is its own only start."""
    return [node] if node.keys() & {"temporal", "priceDetail", "applicationDeadline"} else []


def _identifier(node: Node) -> str:
    for value in _followed(node, {}, "identifier"):
        if notation := _plain(value.get("notation")):
            return notation[:_TEXT_LIMIT]
    return _plain(node.get("identifier"))[:_TEXT_LIMIT] or _plain(node.get("id"))[:_TEXT_LIMIT]


def _by_language(value: Any) -> dict[str, str]:
    """The words of a value by language; those without one stand under ""."""
    said: dict[str, str] = {}
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str | int | float) and not isinstance(one, bool):
            said.setdefault("", str(one))
        elif isinstance(one, Node) and "@value" in one:
            said.setdefault(str(one.get("@language", ""))[:2].lower(), str(one["@value"]))
        elif isinstance(one, Node):
            for key, words in one.items():
                words = words[0] if isinstance(words, list) and words else words
                if re.fullmatch(r"[a-z]{2}", key) and key != "id" and isinstance(words, str):
                    said.setdefault(key, words)
    return said


def _words(value: Any, language: str = "") -> str:
    said = _by_language(value)
    wanted = dict.fromkeys([language, "", *LANGUAGES, *said])
    return next((said[code] for code in wanted if said.get(code)), "")


def _text(value: Any, language: str = "") -> str:
    return plain(_words(value, language))


def _plain(value: Any) -> str:
    said = _by_language(value)
    return plain(said.get("", ""))


def _rich(value: Any, language: str) -> str:
    return clean_html(_words(value, language))


def _notes(node: Node, known: dict[str, Node], language: str) -> str:
    found = [_rich(note.get("noteLiteral"), language) for note in _followed(node, known, "entryRequirement")]
    return "".join(text for text in found if text)


def _labels(node: Node, *names: str, language: str) -> list[str]:
    values = [one for name in names for one in _followed(node, {}, name)]
    return list(dict.fromkeys(text[:_TEXT_LIMIT] for one in values if (text := _text(one.get("prefLabel"), language))))


def _url(node: Node) -> str:
    return _plain(node.get("contentUrl") or node.get("contentURL"))


def _language(value: Any) -> str:
    for one in value if isinstance(value, list) else [value]:
        uri = str(one.get("id", "")) if isinstance(one, Node) else one if isinstance(one, str) else ""
        if code := LANGUAGE_CODES.get(uri.rpartition("/")[2].upper()):
            return code
    return ""


def _mode(value: Any, language: str) -> str:
    found = set()
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Node):
            code = str(one.get("id", "")).rpartition("/")[2]
            found.add(MODES.get(code) or modality_of(_text(one.get("prefLabel"), language)))
    found.discard("")
    return found.pop() if len(found) == 1 else ""
