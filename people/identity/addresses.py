"""What people type when they leave an address, and the one form in which it is kept."""

from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from people.identity import names
from people.models import Identity

Kind = Identity.Kind
PHONES = (Kind.PHONE, Kind.WHATSAPP)
LONGEST = 254  # octets of an address, RFC 5321 §4.5.3.1.3
HOME_REGION = "ES"  # where a number without + was dialled


class BadIdentity(ValueError):
    """What was typed is no address of that kind; ``kind`` names which, the message is for whoever typed it."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(frozen=True)
class Given:
    """One identity as it was given and as it is kept."""

    kind: str
    value: str
    issuer: str = ""
    as_typed: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.value, self.issuer


def normalise_email(text: str) -> str:
    """The address in lower case, its domain in ASCII; raises BadIdentity.

    A local part outside ASCII is refused: letters that look alike would be two people with one face.
    """
    typed = names.without_invisible(text or "").strip().removeprefix("mailto:").strip("<> ")
    local, at_sign, domain = typed.rpartition("@")
    try:
        address = f"{local}@{punycode(domain.strip())}".lower()
        validate_email(address)
    except (ValidationError, UnicodeError):
        address = ""
    if not (at_sign and address and local.isascii() and len(address) <= LONGEST and "[" not in domain):
        raise BadIdentity(Kind.EMAIL, _("This is not an e-mail address we can write to. Please check it."))
    return address


def normalise_phone(text: str, region: str = HOME_REGION) -> str:
    """The number in E.164, read as dialled in ``region``; an extension follows as ``;ext=``. Raises BadIdentity."""
    typed = names.without_invisible(text or "").strip()
    try:
        number = phonenumbers.parse(typed, region) if len(typed) <= LONGEST else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise BadIdentity(
            Kind.PHONE,
            _("This is not a telephone number we can call. Please check it; begin with + if it is abroad."),
        )
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{e164};ext={number.extension}" if number.extension else e164


def normalise(kind: str, text: str, *, region: str = HOME_REGION) -> str:
    """``text`` as an identity of ``kind`` is kept; raises BadIdentity."""
    if kind == Kind.EMAIL:
        return normalise_email(text)
    if kind in PHONES:
        return normalise_phone(text, region)
    kept = names.clean(text, longest=LONGEST)
    if kind == Kind.USER_NAME:
        kept = kept.lower()
    elif kind == Kind.STUDENT_NUMBER:
        kept = kept.upper()
    if not kept:
        raise BadIdentity(kind, _("The identifier is empty."))
    return kept
