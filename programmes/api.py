"""The API of the programmes: what is taught, when it starts and what it costs today."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from people.access.api_tokens import scope
from people.identity import names
from people.models import ApiToken
from people.own_data.links import absolute
from programmes.feeds import exact
from programmes.models import LANGUAGES, Intake, Programme, ProgrammePage

READ = ApiToken.Scope.READ_PROGRAMMES.value
MOST, FURTHEST = 200, 1_000_000

router = Router(tags=["programmes"])


class IntakeOut(Schema):
    code: str
    starts_on: date | None
    start_text: str
    ends_on: date | None
    apply_by: date | None
    seats: int | None
    place: str
    timetable: str
    modality: str
    currency: str
    price: Decimal | None = Field(description="The usual price, in units of the currency")
    price_today: Decimal | None = Field(description="What one pays who signs up today")
    early_price: Decimal | None
    early_until: date | None
    late_price: Decimal | None
    late_from: date | None
    is_open: bool


class ProgrammeOut(Schema):
    """``titles``, ``promises`` and ``addresses`` have an entry for each language with a published sheet."""

    uuid: UUID
    code: str
    collection: str
    titles: dict[str, str]
    promises: dict[str, str]
    addresses: dict[str, str]
    field: str
    level: str
    modality: str
    languages: list[str]
    credits: Decimal | None
    length_weeks: int | None
    weekly_hours: int | None
    total_hours: int | None
    eqf_level: int | None
    accredited_by: str
    is_open: bool
    intakes: list[IntakeOut]


class Refusal(Schema):
    detail: str


@router.get("", auth=scope(READ), response={200: list[ProgrammeOut]}, summary="Programmes on offer")
def list_programmes(request: HttpRequest, collection: str = "", limit: int = 50, offset: int = 0):
    """Those of the school, or of another collection, by code; at most 200 at a time."""
    found = _programmes().filter(is_open=True)
    found = (
        found.filter(collection__slug=names.clean(collection)) if collection else found.filter(collection__is_own=True)
    )
    first = min(max(offset, 0), FURTHEST)
    return [_shown(programme) for programme in found[first : first + min(max(limit, 1), MOST)]]


@router.get("/{code}", auth=scope(READ), response={200: ProgrammeOut, 404: Refusal}, summary="Read a programme")
def read(request: HttpRequest, code: str):
    """One programme by its code or its uuid, on offer or not."""
    try:
        found = _programmes().filter(uuid=UUID(code)).first()
    except ValueError:
        found = _programmes().filter(code=names.clean(code)).first()
    if found is None:
        raise HttpError(404, "Not Found")
    return _shown(found)


def _programmes():
    pages = ProgrammePage.objects.live().select_related("locale")
    intakes = Intake.objects.order_by("starts_on", "pk")
    return (
        Programme.objects.select_related("collection", "field")
        .prefetch_related(Prefetch("pages", queryset=pages), Prefetch("intakes", queryset=intakes))
        .order_by("code")
    )


def _shown(programme: Programme) -> dict[str, Any]:
    by_language = {page.locale.language_code: page for page in programme.pages.all()}
    pages = {language: by_language[language] for language in LANGUAGES if language in by_language}
    same = "uuid code level modality credits length_weeks weekly_hours total_hours eqf_level accredited_by is_open"
    return {name: getattr(programme, name) for name in same.split()} | {
        "collection": programme.collection.slug,
        "field": programme.field.slug if programme.field else "",
        "languages": programme.languages(),
        "titles": {language: page.title for language, page in pages.items()},
        "promises": {language: page.promise for language, page in pages.items()},
        "addresses": {language: absolute(page.get_url() or "/") for language, page in pages.items()},
        "intakes": [_shown_intake(intake) for intake in programme.intakes.all()],
    }


def _shown_intake(intake: Intake) -> dict[str, Any]:
    def units(minor: int | None) -> Decimal | None:
        return None if minor is None else Decimal(exact.amount(minor, intake.currency))

    same = "code starts_on start_text ends_on apply_by seats timetable modality currency early_until late_from is_open"
    return {name: getattr(intake, name) for name in same.split()} | {
        "place": intake.campus,
        "price": units(intake.price_minor),
        "price_today": units(intake.price_minor_on(timezone.localdate())),
        "early_price": units(intake.early_price_minor),
        "late_price": units(intake.late_price_minor),
    }
