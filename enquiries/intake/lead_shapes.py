"""How each sender writes a lead, read as names and values, and which of their names mean which of ours. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from enquiries.intake.questions import YES, storable
from enquiries.models import LeadDoor

LONGEST = 5_000
MOST_FIELDS = 60
OURS = {
    "email", "phone", "contact", "name", "given_name", "family_name", "country", "message", "programme", "intake",
    "language", "page", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    "wording_commercial", "wording_survey", "wording_profiling",
}  # fmt: skip
# What ad platforms call the questions they know.
USUAL = {
    "work_email": "email", "e-mail": "email", "user_email": "email", "email_address": "email", "correo": "email",
    "phone_number": "phone", "work_phone": "phone", "telephone": "phone", "telefon": "phone", "teléfono": "phone",
    "full_name": "name", "nombre": "name", "nom": "name", "first_name": "given_name", "last_name": "family_name",
    "firstname": "given_name", "lastname": "family_name", "question": "message", "comments": "message",
    "program": "programme", "course": "programme",
}  # fmt: skip

# Where the leads of a platform come from, unless the lead itself says so: ``(utm_source, utm_medium)``.
PLATFORMS = {
    LeadDoor.Kind.META: ("facebook", "paid_social"),
    LeadDoor.Kind.GOOGLE: ("google", "cpc"),
    LeadDoor.Kind.LINKEDIN: ("linkedin", "paid_social"),
}


class NotALead(Exception):
    """What was sent has not the shape its sender is known for."""


def leads_in(kind: str, payload: Any, number: str) -> Iterator[tuple[str, dict]]:
    """Each lead of a delivery: its number at the sender, and what is kept of it. Raises NotALead."""
    if not isinstance(payload, dict):
        raise NotALead
    try:
        if kind == LeadDoor.Kind.META:
            yield from _of_meta(payload)
        elif kind == LeadDoor.Kind.GOOGLE:
            yield _of_google(payload)
        elif kind == LeadDoor.Kind.LINKEDIN:
            yield _of_linkedin(payload, number)
        else:
            said = payload["fields"] if isinstance(payload.get("fields"), dict) else payload
            own = payload.get("id") or payload.get("event_id") or number
            yield _number(own), {"said": _plain(said.items())}
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise NotALead from fault


def _of_meta(payload: dict) -> Iterator[tuple[str, dict]]:
    """https://developers.facebook.com/docs/marketing-api/guides/lead-ads/ : entry → changes → value."""
    for entry in payload["entry"]:
        for change in entry["changes"]:
            if change.get("field") != "leadgen":
                continue
            value = change["value"]
            said = [(one["name"], (one.get("values") or [""])[0]) for one in value.get("field_data", [])]
            yield _number(value["leadgen_id"]), {"said": _plain([*said, ("meta_form", value.get("form_id", ""))])}


def _of_google(payload: dict) -> tuple[str, dict]:
    """https://developers.google.com/google-ads/webhook/docs/implementation : user_column_data."""
    said = [(one.get("column_id") or one["column_name"], one.get("string_value", "")) for one in payload[
        "user_column_data"]]  # fmt: skip
    # The number of the click is left where it is: it tells Google who clicked (docs/decisions/0020).
    return _number(payload["lead_id"]), {"said": _plain(said), "is_test": bool(payload.get("is_test"))}


def _of_linkedin(payload: dict, number: str) -> tuple[str, dict]:
    """https://learn.microsoft.com/linkedin/marketing/lead-sync : formResponse → answers."""
    answers = (payload.get("formResponse") or payload)["answers"]
    said = []
    for one in answers:
        name = one.get("predefinedField") or one.get("name") or one.get("questionId")
        details = one.get("answerDetails") or {}
        text = details.get("textQuestionAnswer") or {}
        said.append((name, text.get("answer") or one.get("answer") or one.get("value") or ""))
    is_test = bool(payload.get("testLead"))
    return _number(payload.get("id") or payload.get("leadId") or number), {"said": _plain(said), "is_test": is_test}


def _number(value: Any) -> str:
    if not isinstance(value, str | int) or value == "":
        raise NotALead
    return storable(str(value))[:200]


def _plain(pairs: Any) -> dict[str, str]:
    """Names and values as words; what is neither word, number nor yes is left out."""
    found = {}
    for name, value in list(pairs)[:MOST_FIELDS]:
        if isinstance(value, bool):
            value = "on" if value else ""
        if isinstance(value, str | int | float):
            found[storable(str(name))[:100]] = storable(str(value))[:LONGEST]
    return found


def fields_of(
    said: Mapping[str, str], theirs: Mapping[str, str], purposes: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What was said under our names, and what remains as answers. A consent counts only as the door says.

    ``theirs`` maps names of the sender to ours, ``purposes`` fields of theirs to what a yes in them agrees to.
    """
    fields: dict[str, str] = {}
    answers: dict[str, str] = {}
    for name, value in said.items():
        if name in purposes:
            if value.strip().lower() in YES:
                fields[f"consent_{purposes[name]}"] = "on"
            continue
        usual = name.strip().lower().replace(" ", "_")
        ours = theirs.get(name) or USUAL.get(usual) or usual
        if ours in OURS and not fields.get(ours):
            fields[ours] = value
        elif value:
            answers[name] = value
    return fields, answers
