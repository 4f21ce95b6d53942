"""The API of the people: who somebody is now, who may be here twice, and making two entries one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field

from people.access import audit
from people.access.api_tokens import scope
from people.identity import merge_returns, merging
from people.models import ApiToken, DuplicatePair, Merge, Person

READ, MERGE = ApiToken.Scope.READ_PEOPLE.value, ApiToken.Scope.MERGE_PEOPLE.value
MOST_PAIRS, FURTHEST = 200, 1_000_000

router = Router(tags=["people"])


class TokenRequest(HttpRequest):
    """A request whose token was accepted; the API framework puts the token here."""

    auth: ApiToken


class IdentityOut(Schema):
    kind: str
    value: str
    issuer: str
    is_verified: bool


class PersonOut(Schema):
    """``uuid`` is of whoever speaks now for the person asked for; ``also_known_as`` are those who became part."""

    uuid: UUID
    also_known_as: list[UUID]
    given_name: str
    family_name: str
    language: str
    country: str
    phase: str
    created_at: datetime
    identities: list[IdentityOut]


class PairOut(Schema):
    one: UUID
    other: UUID
    probability: float
    reasons: list[str] = Field(description="Codes, the strongest first")
    found_at: datetime


class MergeIn(Schema):
    survivor: UUID = Field(description="Who stays and speaks for both")
    absorbed: UUID = Field(description="Who becomes part of the other")
    choices: dict[str, str] = Field(
        default_factory=dict,
        description="Field → “survivor” or “absorbed”. Left out: the survivor’s unless empty, the furthest phase.",
    )


class MergeOut(Schema):
    uuid: UUID
    survivor: UUID
    absorbed: UUID
    at: datetime
    undone_at: datetime | None
    moved: dict[str, int] = Field(description="Rows of each kind that moved")
    stayed: dict[str, int] = Field(description="Rows that the survivor has already and that stayed behind")


class Refusal(Schema):
    detail: str


@router.get("/duplicates", auth=scope(READ), response={200: list[PairOut]}, summary="People who may be one")
def list_duplicates(request: HttpRequest, limit: int = 50, offset: int = 0):
    """Pairs to decide, the likeliest first; at most 200 at a time."""
    pairs = DuplicatePair.objects.filter(
        state=DuplicatePair.State.OPEN, one__in=Person.objects.known(), other__in=Person.objects.known()
    )
    pairs = pairs.select_related("one", "other").order_by("-probability", "-pk")
    first = min(max(offset, 0), FURTHEST)
    return [
        {
            "one": pair.one.uuid,
            "other": pair.other.uuid,
            "probability": pair.probability,
            "reasons": pair.reasons,
            "found_at": pair.found_at,
        }
        for pair in pairs[first : first + min(max(limit, 1), MOST_PAIRS)]
    ]


@router.post(
    "/merges",
    auth=scope(MERGE),
    response={201: MergeOut, 404: Refusal, 409: Refusal, 422: Refusal},
    summary="Make two people one",
)
def make(request: HttpRequest, asked: MergeIn):
    """Everything of ``absorbed`` becomes the survivor’s. 409 says why two cannot be merged; it can be undone."""
    survivor, absorbed = (_found(uuid) for uuid in (asked.survivor, asked.absorbed))
    try:
        merge = merging.merge(survivor, absorbed, choices=asked.choices, at=timezone.now(), source="api")
    except merging.BadChoices as refusal:
        return Status(422, {"detail": str(refusal)})
    except merging.CannotMerge as refusal:
        return Status(409, {"detail": str(refusal)})
    return Status(201, _shown(merge))


@router.get("/merges/{uuid}", auth=scope(READ), response={200: MergeOut}, summary="Read a merge")
def read_merge(request: HttpRequest, uuid: UUID):
    """What a merge moved, and whether it has been undone."""
    return _shown(get_object_or_404(Merge, uuid=uuid))


@router.post(
    "/merges/{uuid}/undo",
    auth=scope(MERGE),
    response={200: MergeOut, 404: Refusal, 409: Refusal},
    summary="Undo a merge",
)
def undo(request: HttpRequest, uuid: UUID):
    """Each has again what is theirs, also of what came later. 409 says why it cannot be undone."""
    try:
        return _shown(merging.undo(get_object_or_404(Merge, uuid=uuid), at=timezone.now()))
    except merging.CannotUndoMerge as refusal:
        return Status(409, {"detail": str(refusal)})


@router.get("/{uuid}", auth=scope(READ), response={200: PersonOut, 404: Refusal}, summary="Read a person")
def read(request: TokenRequest, uuid: UUID):
    """Whoever speaks now for the person once known as ``uuid``, with the ways to reach them."""
    person = merging.by_uuid(uuid)
    if person is None:
        raise HttpError(404, "Not Found")
    detail: dict[str, Any] = {"token": request.auth.pk}
    audit.note(act=audit.Act.READ, what="people.api", by=None, at=timezone.now(), person=person, detail=detail)
    names = ("uuid", "given_name", "family_name", "language", "country", "phase", "created_at")
    others = Person.objects.filter(pk__in=merging.everyone_in(person)).exclude(pk=person.pk).order_by("pk")
    return {name: getattr(person, name) for name in names} | {
        "also_known_as": list(others.values_list("uuid", flat=True)),
        "identities": [
            {
                "kind": identity.kind,
                "value": identity.value,
                "issuer": identity.issuer,
                "is_verified": identity.verified_at is not None,
            }
            for identity in person.identities.order_by("kind", "pk")
        ],
    }


def _found(uuid: UUID) -> Person:
    return get_object_or_404(Person, uuid=uuid)


def _shown(merge: Merge) -> dict[str, Any]:
    return {
        "uuid": merge.uuid,
        "survivor": merge.survivor.uuid,
        "absorbed": merge.absorbed.uuid,
        "at": merge.at,
        "undone_at": merge.undone_at,
        "moved": merge_returns.moved(merge),
        "stayed": merge.stayed,
    }
