"""The API of the enquiries: the same fields and rules as the public form."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from enquiries.intake import posting, promises, questions
from enquiries.models import Enquiry, Submission
from people.access.api_tokens import scope
from people.models import ApiToken
from people.own_data import links

READ, WRITE = "enquiries:read", "enquiries:write"
KEY_LIMIT = 120

router = Router(tags=["enquiries"])


class TokenRequest(HttpRequest):
    """A request whose token was accepted; the API framework puts the token here."""

    auth: ApiToken


class EnquiryIn(Schema):
    """A consent may name a channel, such as ``consent_commercial_whatsapp``; else it speaks for the contacts given."""

    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=60)
    name: str = Field("", max_length=questions.NAME_LIMIT)
    message: str = ""
    programme: str = Field("", max_length=100, description="Code, uuid or address of the sheet")
    intake: str = Field("", max_length=100, description="Number, or code together with the programme")
    language: str = Field("", max_length=5, description="ca, es or en")
    page: str = Field("", max_length=500)
    referrer: str = Field("", max_length=500)
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    consent_commercial: bool = False
    consent_survey: bool = False
    consent_profiling: bool = False


class EnquiryOut(Schema):
    uuid: UUID
    state: str
    language: str
    message: str
    programme: str | None
    intake: str | None
    campaign: str | None
    received_at: str
    answer_due_at: str | None
    answered_at: str | None
    lost_reason: str
    promise_url: str


class EnquiryRefusal(Schema):
    errors: dict[str, str]


@router.post(
    "",
    auth=scope(WRITE),
    response={200: EnquiryOut, 201: EnquiryOut, 409: EnquiryRefusal, 422: EnquiryRefusal},
    summary="Send an enquiry",
)
def send(request: TokenRequest, enquiry: EnquiryIn):
    """Take in an enquiry. 201 with the new one, 200 with the first if its ``Idempotency-Key`` was used before.

    Without a key the same words of the same person within a day are the same enquiry. 409 if the key was used for
    something else.
    """
    fields = {key: _text(value) for key, value in enquiry.model_dump().items()}
    # Consents for one channel, and the words that were shown, have names the schema cannot list one by one.
    body = json.loads(request.body)
    if not isinstance(body, dict):
        return Status(422, {"errors": {"body": "An object with the fields of an enquiry, please."}})
    more = {key: value for key, value in body.items() if key.startswith(("consent_", "wording_"))}
    fields |= {key: _text(value) for key, value in more.items()}
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_LIMIT:
        return Status(422, {"errors": {"Idempotency-Key": f"At most {KEY_LIMIT} characters."}})
    try:
        posted = posting.post(
            None,
            fields,
            at=timezone.now(),
            language=fields.get("language", "") or "ca",
            door=Submission.Door.API,
            # Each partner numbers for themselves, so the key is theirs alone.
            key=posting.key_of("api", request.auth.pk, questions.storable(key)) if key else "",
            digest=sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest(),
        )
    except posting.KeyReused:
        return Status(409, {"errors": {"Idempotency-Key": "It was used for another enquiry."}})
    if posted.enquiry is None:
        return Status(422, {"errors": {name: str(why) for name, why in posted.errors.items()}})
    return Status(201 if posted.outcome == Submission.Outcome.ENQUIRY else 200, _shown(posted.enquiry))


@router.get("/{uuid}", auth=scope(READ), response={200: EnquiryOut}, summary="Read an enquiry")
def read(request: HttpRequest, uuid: UUID):
    """How an enquiry stands."""
    known = Enquiry.objects.select_related("case", "programme", "intake", "campaign")
    return _shown(get_object_or_404(known, uuid=uuid))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value) if isinstance(value, str | int) else ""


def _shown(enquiry: Enquiry) -> dict:
    case = enquiry.case
    return {
        "uuid": enquiry.uuid,
        "state": str(enquiry.state),
        "language": enquiry.language,
        "message": enquiry.message,
        "programme": enquiry.programme.code if enquiry.programme else None,
        "intake": enquiry.intake.code if enquiry.intake else None,
        "campaign": enquiry.campaign.slug if enquiry.campaign else None,
        "received_at": enquiry.received_at.isoformat(),
        "answer_due_at": case.answer_due_at.isoformat() if case else None,
        "answered_at": case.answered_at.isoformat() if case and case.answered_at else None,
        "lost_reason": enquiry.lost_reason,
        "promise_url": links.absolute(promises.promise_url(enquiry)),
    }
