"""Touches: each time somebody came to us, read from the marks of the address, the page before and what they said.

``marks_of`` is pure; ``resolve`` finds what the marks name in one statement; ``row_for`` is the row as it is written,
so that whoever takes enquiries in can write it beside their own rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import connection

from enquiries.models import Enquiry, Touch, Visitor
from enquiries.origins.naming import CLICKS, NUMBER, PAID, PASSED_ON, medium_of, site_of
from people.identity import names
from people.models import Person
from programmes.kept_pages.page_cache import CLICK

Kind = Touch.Kind
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
CARRIED = (*UTM, CLICK)  # what a form says of the link that led to it
SHORT = "go-"  # how utm_term says by which short link somebody came
PRINTED, OUR_SLOT, OUR_LETTER = "print", "school", "matricula"  # utm_source of what is ours
LONGEST = 150


@dataclass(frozen=True)
class Marks:
    """How somebody came, as far as the address and the page before tell."""

    kind: str = Kind.DIRECT
    source: str = ""
    medium: str = ""
    campaign_code: str = ""
    action_code: str = ""
    print_code: str = ""
    short_code: str = ""
    said: Mapping[str, str] = field(default_factory=dict)  # utm_* and click numbers by their name
    referrer: str = ""  # without its query
    landing: str = ""

    @property
    def is_direct(self) -> bool:
        return self.kind == Kind.DIRECT


@dataclass(frozen=True)
class Found:
    """What the marks name, by number."""

    campaign_id: int | None = None
    action_id: int | None = None
    partner_id: int | None = None
    print_batch_id: int | None = None


def marks_of(query: Mapping[str, str] | str, referrer: str = "", landing: str = "") -> Marks:
    """How somebody came: what the address says counts before the website they came from.

    ``query`` is the query of the first page, or the fields of a form that carried it. Unreadable parts count as not
    said: this never fails.
    """
    said = _said(query)
    before = _before(referrer)
    facts: dict[str, Any] = {"said": said, "referrer": before, "landing": _path(landing)}
    if said.get("utm_source"):
        return Marks(**_marked(said), **facts)
    for clicks, how in ((CLICKS, Kind.AD), (PASSED_ON, Kind.REFERRAL)):
        for name, (source, medium) in clicks.items():
            if name in said or said.get(CLICK) == name:
                return Marks(kind=how, source=source, medium=str(medium), **_campaign(said), **facts)
    if said.get("utm_campaign"):
        return Marks(kind=Kind.LINK, medium=medium_of(said.get("utm_medium", "")), **_campaign(said), **facts)
    host = urlsplit(before).hostname if before else ""
    if host:
        kind, source, medium = site_of(host)
        return Marks(kind=kind, source=source, medium=medium, **facts)
    return Marks(**facts)


def click_of(fields: Mapping[str, str]) -> str:
    """The name of the number that a network gave the click, "" without one.

    The number itself tells the network who clicked. It stays in the address unless the browser may be remembered.
    """
    known = (*CLICKS, *PASSED_ON)
    said = fields.get(CLICK, "")
    return said if said in known else next((name for name in known if fields.get(name, "").strip()), "")


def resolve(marks: Marks) -> Found:
    """The campaign, action, partner and print batch that the marks name: one statement, none for a straight visit."""
    if not (marks.campaign_code or marks.source or marks.short_code or marks.print_code):
        return Found()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(campaign.id, link.campaign_id), coalesce(action.id, link.action_id),
                   (SELECT id FROM enquiries_partner WHERE code = %(source)s),
                   (SELECT id FROM programmes_printbatch WHERE code = %(printed)s)
            FROM (VALUES (1)) AS one (row)
            LEFT JOIN enquiries_shortlink AS link ON link.code = %(short)s
            LEFT JOIN enquiries_campaign AS campaign ON campaign.slug = %(campaign)s
            LEFT JOIN enquiries_campaignaction AS action
                   ON action.campaign_id = campaign.id AND action.code = %(action)s
            """,
            {
                "campaign": marks.campaign_code or None,
                "action": marks.action_code or None,
                "source": marks.source or None,
                "printed": marks.print_code or None,
                "short": marks.short_code or None,
            },
        )
        return Found(*cursor.fetchone())


def row_for(
    marks: Marks,
    found: Found | None = None,
    *,
    at: datetime,
    person_id: int | None = None,
    visitor_id: int | None = None,
    enquiry_id: int | None = None,
) -> dict:
    """The columns of one touch, with every value set: ready for ``Touch(**row)`` or a statement of one's own."""
    found = found or Found()
    return {
        "person_id": person_id,
        "visitor_id": visitor_id,
        "enquiry_id": enquiry_id,
        "at": at,
        "kind": str(marks.kind),
        "source": marks.source[:120],
        "medium": marks.medium[:120],
        "campaign_id": found.campaign_id,
        "action_id": found.action_id,
        "marks": dict(marks.said),
        "referrer": marks.referrer[:300],
        "landing": marks.landing[:300],
        "print_batch_id": found.print_batch_id,
    }


def note(
    marks: Marks,
    *,
    at: datetime,
    person: Person | None = None,
    visitor: Visitor | None = None,
    enquiry: Enquiry | None = None,
) -> Touch:
    """Write one touch down."""
    row = row_for(
        marks,
        resolve(marks),
        at=at,
        person_id=person.pk if person else visitor.person_id if visitor else None,
        visitor_id=visitor.pk if visitor else None,
        enquiry_id=enquiry.pk if enquiry else None,
    )
    return Touch.objects.create(**row)


def of_arrival(enquiry: Enquiry, marks: Marks, at: datetime) -> Touch:
    """The touch with which an enquiry came, whose campaign, action and partner the enquiry takes where it has none.

    What is already on the enquiry counts: the campaign of a form or a file is kept.
    """
    found = resolve(marks)
    changed = {
        name: value
        for name, value in (
            ("campaign_id", found.campaign_id),
            ("action_id", found.action_id),
            ("partner_id", found.partner_id),
        )
        if value is not None and getattr(enquiry, name) is None
    }
    if found.campaign_id != enquiry.campaign_id and enquiry.campaign_id is not None:
        changed.pop("action_id", None)  # an action of another campaign
    if changed:
        for name, value in changed.items():
            setattr(enquiry, name, value)
        Enquiry.objects.filter(pk=enquiry.pk).update(**changed)
    row = row_for(marks, found, at=at, person_id=enquiry.person_id, enquiry_id=enquiry.pk)
    if row["campaign_id"] is None:
        row |= {"campaign_id": enquiry.campaign_id, "action_id": enquiry.action_id}
    return Touch.objects.create(**row)


def path_of(person: Person) -> list[Touch]:
    """Every touch of the person, the first one first; one query."""
    touches = Touch.objects.filter(person=person).select_related("campaign", "action", "print_batch", "enquiry")
    return list(touches.order_by("at", "pk"))


def _said(query: Mapping[str, str] | str) -> dict[str, str]:
    if isinstance(query, str):
        try:
            query = {name: values[0] for name, values in parse_qs(query.lstrip("?")[:4_000]).items()}
        except ValueError:  # more fields than anybody writes
            return {}
    wanted = (*CARRIED, *CLICKS, *PASSED_ON)
    said = {name: value for name in wanted if (value := names.clean(str(query.get(name, "") or ""))[:LONGEST])}
    if said.get(CLICK) in (*CLICKS, *PASSED_ON) and query.get(NUMBER):
        said[said.pop(CLICK)] = names.clean(str(query[NUMBER]))[:LONGEST]
    return said


def _marked(said: Mapping[str, str]) -> dict:
    """Kind, source and the rest of an address with utm_source."""
    source, written = said["utm_source"].lower()[:120], said.get("utm_medium", "").lower()
    facts = {"source": source, "medium": medium_of(written), **_campaign(said)}
    term = said.get("utm_term", "")
    if term.startswith(SHORT):
        return {"kind": Kind.SHORT_LINK, "short_code": term.removeprefix(SHORT), **facts}
    if source == PRINTED and said.get("utm_content"):
        return {"kind": Kind.PRINT, **facts, "action_code": "", "print_code": said["utm_content"].lower()}
    if source == OUR_LETTER:
        return {"kind": Kind.SEND, **facts}
    is_ad = written in PAID or any(name in said for name in CLICKS) or said.get(CLICK) in CLICKS
    return {"kind": Kind.AD if is_ad else Kind.LINK, **facts}


def _campaign(said: Mapping[str, str]) -> dict[str, Any]:
    return {
        "campaign_code": said.get("utm_campaign", "")[:80],
        "action_code": said.get("utm_content", "")[:80],
    }


def _before(referrer: str) -> str:
    """The page somebody came from, without its query; nothing for a page of ours."""
    try:
        parts = urlsplit(names.clean(referrer)[:2_000])
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or host == _our_host():
        return ""
    return f"{parts.scheme}://{host}{parts.path}"[:300]


def _path(landing: str) -> str:
    try:
        return names.clean(urlsplit(landing[:2_000]).path)[:300]
    except ValueError:
        return ""


def _our_host() -> str:
    return (urlsplit(settings.BASE_URL).hostname or "").lower()
