"""Reading a question that came through a form or the API: which fields count, and what is wrong with them."""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from enquiries.intake import form_tokens
from enquiries.intake.arrivals import MESSAGE_LIMIT, ConsentSaid
from enquiries.origins import touches
from people.contact import consents
from people.identity import identities, names
from people.models import Channel, ConsentText, Purpose
from programmes.kept_pages import remembered
from programmes.kept_pages.page_cache import CLICK
from programmes.models import Intake, Programme

YES = {"on", "1", "true", "yes", "sí", "si"}
NAME_LIMIT = 200
_ASKED_FOR = (Purpose.COMMERCIAL, Purpose.SURVEY, Purpose.PROFILING)
_CHANNELS = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS, Channel.POST)


class Incomplete(Exception):
    """Something must be put right first; ``errors`` says what, field by field."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True)
class Question:
    """What somebody asked, checked and ready to be taken in."""

    email: str
    phone: str
    name: str
    message: str
    programme: Programme | None
    intake: Intake | None
    language: str
    utm: dict[str, str]
    page_url: str
    referrer: str
    consents: tuple[ConsentSaid, ...]
    external_key: str = ""
    given_name: str = ""
    family_name: str = ""
    country: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    page_made_at: datetime | None = None  # when the page with the form was made, where its token says so
    is_trapped: bool = False  # the field that people cannot see was filled in


def recognise(text: str) -> tuple[str, str]:
    """Whether one field holds an e-mail address or a telephone number: ``(email, phone)``, one of them empty."""
    return (text, "") if "@" in text or re.search(r"[^\W\d]{3}", text) else ("", text)


def read(fields: Mapping[str, str], *, at: datetime, language: str, is_known: bool = False) -> Question:
    """Check the fields of the form or the API. Raises Incomplete.

    ``is_known``: whoever asks is signed in, so that contacts may be missing, but the token may not.
    """
    errors: dict[str, str] = {}
    token = _token(fields.get("t", ""), errors, at=at, is_needed=is_known)
    fields = {key: storable(value) for key, value in fields.items()}
    email, phone = _contacts(fields)
    contacts = _normalised(email, phone, errors, is_known=is_known)
    message = fields.get("message", "").strip()
    if len(message) > MESSAGE_LIMIT:
        errors["message"] = _("Keep it below %(limit)s characters, please.") % {"limit": MESSAGE_LIMIT}
    name = names.clean(fields.get("name", ""))
    if len(name) > NAME_LIMIT:
        errors["name"] = _("This name is too long.")
    if errors:
        raise Incomplete(errors)
    programme, intake, answers = _subject(fields)
    language = language_of(fields, otherwise=language)
    subject = str(intake.pk if intake else "") + "/" + str(programme.pk if programme else "")
    return Question(
        email=email,
        phone=phone,
        name=name,
        message=message,
        programme=programme,
        intake=intake,
        language=language,
        utm=first_touch(fields),
        page_url=address(fields.get("page", "")),
        referrer=address(fields.get("referrer", "")),
        consents=tuple(_consents(fields, email=email, phone=phone, language=language)),
        external_key=form_tokens.external_key(token.number, *contacts, message, subject) if token else "",
        given_name=names.clean(fields.get("given_name", ""))[:150],
        family_name=names.clean(fields.get("family_name", ""))[:150],
        country=names.clean(fields.get("country", ""))[:60],
        answers=answers,
        page_made_at=token.opened_at if token else None,
        is_trapped=bool(fields.get("website", "").strip()),
    )


def storable(text: str) -> str:
    """The text as the database can hold it: without NUL, and halves of signs replaced."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def language_of(fields: Mapping[str, str], *, otherwise: str) -> str:
    """The language the form was shown in, if the fields name one of ours."""
    chosen = fields.get("language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else otherwise


def first_touch(fields: Mapping[str, str]) -> dict[str, str]:
    """The utm parameters among the fields, cleaned, and whose click it was."""
    said = {key: names.clean(value)[:150] for key in touches.UTM if (value := fields.get(key, "").strip())}
    return said | ({CLICK: click} if (click := touches.click_of(fields)) else {})


def utm_in(url: str) -> dict[str, str]:
    """What an address says of the link that led to it, as ``first_touch``."""
    try:
        return first_touch({key: values[0] for key, values in parse_qs(urlsplit(url).query).items()})
    except ValueError:
        return {}


def _contacts(fields: Mapping[str, str]) -> tuple[str, str]:
    email, phone = fields.get("email", "").strip(), fields.get("phone", "").strip()
    typed_email, typed_phone = recognise(fields.get("contact", "").strip())
    return typed_email or email, typed_phone or phone


def _normalised(email: str, phone: str, errors: dict[str, str], *, is_known: bool) -> tuple[str, str]:
    if not email and not phone and not is_known:
        errors["contact"] = _("Leave an e-mail address or a telephone number, so that we can answer you.")
    try:
        # A mistake is best found while whoever made it is still here.
        email = identities.normalise_email(email) if email else ""
        phone = identities.normalise_phone(phone) if phone else ""
    except identities.BadIdentity as error:
        errors["contact"] = str(error)
    return email, phone


def _token(token: str, errors: dict[str, str], *, at: datetime, is_needed: bool) -> form_tokens.Token | None:
    if not token and not is_needed:
        return None  # scripts and partners post without one
    try:
        return form_tokens.opened(token, at=at)
    except form_tokens.TokenForged:
        errors["t"] = _("This form did not come from our page. Send it again from here, please.")
    except form_tokens.TokenExpired:
        errors["t"] = _("The page had been open for a long time. Send your question again, please.")
    return None


def programme_of(fields: Mapping[str, str]) -> Programme | None:
    """The programme the fields name by its code, the address of its sheet, or its uuid."""
    wanted = storable(fields.get("programme", "")).strip()[:100]
    return _programme(wanted) if wanted else None


def _subject(fields: Mapping[str, str]) -> tuple[Programme | None, Intake | None, dict[str, str]]:
    """What the question is about. A programme or intake we do not have is kept as it was written, never refused."""
    unknown: dict[str, str] = {}
    programme = _programme(wanted) if (wanted := fields.get("programme", "").strip()[:100]) else None
    if wanted and programme is None:
        unknown["programme"] = names.clean(wanted)
    intake = None
    if wanted := fields.get("intake", "").strip()[:100]:
        # A code such as "2027-03" is unique within its programme only.
        by = Q(pk=int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 12 else Q(code=wanted)
        intakes = Intake.objects.select_related("programme").filter(by)
        intakes = intakes.filter(programme=programme) if programme else intakes
        found = list(intakes[:2])
        intake = found[0] if len(found) == 1 else None
        if intake is None:
            unknown["intake"] = names.clean(wanted)
    return (intake.programme if intake else programme), intake, unknown


def _programme(wanted: str) -> Programme | None:
    """From memory: of a hundred questions about one programme the first alone asks the database."""
    found = remembered.recall(("programme", wanted), lambda: (_find_programme(wanted),))[0]
    return copy(found)


def _find_programme(wanted: str) -> Programme | None:
    if by_code := Programme.objects.filter(code=wanted).order_by("pk").first():  # what our own forms say
        return by_code
    by = Q(pages__slug=wanted)
    if re.fullmatch(r"[0-9a-fA-F-]{32,36}", wanted) and len(wanted.replace("-", "")) == 32:
        by |= Q(uuid=wanted)
    return Programme.objects.filter(by).order_by("pk").first()


def _consents(fields: Mapping[str, str], *, email: str, phone: str, language: str):
    """``consent_commercial`` speaks for the contacts given, ``consent_commercial_whatsapp`` for one channel.

    What was not ticked says nothing: silence is neither a yes nor a no. ``wording_commercial`` is the version of the
    words that were shown; without one, those in force.
    """
    given = tuple(channel for channel, value in ((Channel.EMAIL, email), (Channel.PHONE, phone)) if value)
    said = set()
    for key in sorted(key for key in fields if key.startswith("consent_")):
        purpose, _gap, channel = key.removeprefix("consent_").partition("_")
        if purpose in _ASKED_FOR and fields.get(key, "").strip().lower() in YES:
            said |= {(purpose, one) for one in ((channel,) if channel in _CHANNELS else given or (Channel.EMAIL,))}
    for purpose, channel in sorted(said):
        shown = names.clean(fields.get(f"wording_{purpose}", ""))[:40]
        yield ConsentSaid(purpose, channel, shown or consents.current_wording(purpose, language).version)


def heard(said: Iterable[ConsentSaid], *, language: str) -> tuple[tuple[ConsentSaid, ...], tuple[str, ...]]:
    """What counts of it, and the purposes that do not because nobody knows the words that were agreed to.

    A text that is no longer in force was still read, and counts under its own version.
    """
    said = tuple(said)
    doubtful = {one.wording_version for one in said} - {
        consents.current_wording(one.purpose, language).version for one in said
    }
    if doubtful:
        doubtful -= set(ConsentText.objects.filter(version__in=doubtful).values_list("version", flat=True))
    unknown = tuple(sorted({one.purpose for one in said if one.wording_version in doubtful}))
    return tuple(one for one in said if one.wording_version not in doubtful), unknown


def address(text: str) -> str:
    """An address on the web or a path of ours, else nothing: it is shown to staff as a link."""
    text = "".join(text.split())[:500]
    return text if text.isprintable() and re.match(r"(https?://|/(?!/))", text) else ""
