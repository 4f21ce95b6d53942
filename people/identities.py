"""The ways in which one person reaches us, and the one row they lead to."""

from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Lower
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from people import names
from people.models import Identity, Language, Person

Kind = Identity.Kind
PHONES = (Kind.PHONE, Kind.WHATSAPP)
LONGEST = 254  # octets of an address, RFC 5321 §4.5.3.1.3
FOUND_AT_MOST = 50


class BadIdentity(ValueError):
    """What was typed is no address of that kind; ``kind`` names which, the message is for whoever typed it."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind
        self.message = message


class IdentityTaken(Exception):
    """The identity already belongs to another person."""


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


def normalise_phone(text: str, region: str = "ES") -> str:
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


def normalise(kind: str, text: str, *, region: str = "ES") -> str:
    """``text`` as an identity of ``kind`` is kept; raises BadIdentity."""
    if kind == Kind.EMAIL:
        return normalise_email(text)
    if kind in PHONES:
        return normalise_phone(text, region)
    kept = names.clean(text, longest=LONGEST)
    if not kept:
        raise BadIdentity(kind, _("The identifier is empty."))
    return kept


def match_or_create(
    *,
    at: datetime,
    email: str = "",
    phone: str = "",
    external_id: str = "",
    issuer: str = "",
    given_name: str = "",
    family_name: str = "",
    language: str = "ca",
    country: str = "",
    source: str = "",
    region: str = "ES",
) -> tuple[Person, bool]:
    """The one person with any of the given identities, or a new one; says whether it is new.

    What was unknown about a known person is added, nothing is overwritten, two persons are never made one: the id
    somebody else gave decides before the e-mail address, and that before the number. A number leads to a person
    with another e-mail address only when no address was given, because families share telephones. Raises BadIdentity
    for an unusable identity, or for none at all.
    """
    given = _given(email, phone, external_id, issuer, region)
    facts = {
        "given_name": names.clean(given_name),
        "family_name": names.clean(family_name),
        "country": names.clean(country, longest=60),
    }
    for _attempt in range(3):
        person, known, found_by = _owner(given)
        if person:
            return _complete(person, given, known, facts, at=at, source=source, found_by=found_by), False
        try:
            with transaction.atomic():
                spoken = language if language in Language.values else Language.CATALAN
                person = Person.objects.create(created_at=at, language=spoken, source=source[:120], **facts)
                _insert(person, [one for one in given if one.key not in known], at=at, source=source)
                return person, True
        except IntegrityError:  # somebody else was quicker with one of the identities: theirs is found now
            continue
    raise RuntimeError("The identities change hands faster than they can be read.")


def add(
    person: Person, kind: str, value: str, *, at: datetime, source: str, verified_at: datetime | None = None
) -> Identity:
    """Note one more way to reach ``person``; one they already have stays, and becomes verified if it now is.

    Raises BadIdentity, and IdentityTaken if it belongs to somebody else.
    """
    kept = normalise(kind, value)
    identity, is_new = Identity.objects.get_or_create(
        kind=kind,
        value=kept,
        issuer="",
        defaults={
            "person": person,
            "as_typed": value[:254],
            "source": source[:120],
            "verified_at": verified_at,
            "created_at": at,
        },
    )
    if identity.person_id != person.pk:
        raise IdentityTaken(kind)
    if not is_new and verified_at and not identity.verified_at:
        identity.verified_at = verified_at
        identity.save(update_fields=["verified_at"])
    return identity


def find(text: str) -> list[Person]:
    """Persons whom staff may mean by ``text``: an identity, its beginning, or words of a name, accents or not."""
    typed = names.clean(text, longest=200)
    if not typed:
        return []
    people = Person.objects.known().prefetch_related("identities")
    wanted = Q(pk__in=Identity.objects.filter(_identity_like(typed)).values("person_id"))
    words = Q()
    for word in typed.split()[:5]:
        bare = _bare(Value(word))
        words &= Q(bare_given__contains=bare) | Q(bare_family__contains=bare)
    return list(
        people.annotate(bare_given=_bare("given_name"), bare_family=_bare("family_name"))
        .filter(wanted | words)
        .order_by("-created_at", "-pk")[:FOUND_AT_MOST]
    )


class _WithoutAccents(Func):
    """The embedded PostgreSQL has no ``unaccent``: decompose, then drop the combining marks."""

    template = r"regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')"
    output_field = TextField()


def _bare(expression) -> _WithoutAccents:
    return _WithoutAccents(Lower(expression, output_field=TextField()))


def _identity_like(typed: str) -> Q:
    like = Q(value__iexact=typed) | Q(value__istartswith=typed)
    digits = "".join(mark for mark in typed if mark.isdigit())
    if len(digits) >= 4 and len(digits) >= len(typed.replace(" ", "")) - 3:
        like |= Q(kind__in=PHONES, value__contains=digits.removeprefix("00"))
    return like


def _given(email: str, phone: str, external_id: str, issuer: str, region: str) -> list[Given]:
    """What was given, the strongest first."""
    given = []
    if external_id:
        value = normalise(Kind.EXTERNAL, external_id)
        given.append(Given(Kind.EXTERNAL, value, issuer[:60], external_id[:254]))
    if email:
        given.append(Given(Kind.EMAIL, normalise_email(email), as_typed=email[:254]))
    if phone:
        given.append(Given(Kind.PHONE, normalise_phone(phone, region), as_typed=phone[:254]))
    if not given:
        raise BadIdentity("", _("Leave an e-mail address or a telephone number, so that we can answer."))
    return given


def _owner(given: list[Given]) -> tuple[Person | None, set[tuple[str, str, str]], str]:
    """Whose the strongest known identity is, the keys that are already taken, and by which kind it was found."""
    condition = Q()
    for one in given:
        kinds = PHONES if one.kind == Kind.PHONE else (one.kind,)
        condition |= Q(kind__in=kinds, value=one.value, issuer=one.issuer)
    emails = Identity.objects.filter(person=OuterRef("person"), kind=Kind.EMAIL)
    rows = list(
        Identity.objects.filter(condition)
        .select_related("person")
        .annotate(has_email=Exists(emails))
        .order_by("created_at", "pk")
    )
    known = {(row.kind, row.value, row.issuer) for row in rows}
    brings_email = any(one.kind == Kind.EMAIL for one in given)
    for one in given:
        for row in rows:
            same = row.value == one.value and (row.kind == one.kind or (row.kind in PHONES and one.kind in PHONES))
            if same and not (one.kind == Kind.PHONE and brings_email and row.has_email):
                return row.person, known, one.kind
    return None, known, ""


def _complete(
    person: Person,
    given: list[Given],
    known: set[tuple[str, str, str]],
    facts: dict[str, str],
    *,
    at: datetime,
    source: str,
    found_by: str,
) -> Person:
    """Add what a known person did not have: identities that are nobody's, facts that were empty."""
    _insert(person, [one for one in given if one.key not in known], at=at, source=source, found_by=found_by)
    missing = [name for name, value in facts.items() if value and not getattr(person, name)]
    # A name is one thing: a family name is not put beside somebody else's given name.
    if person.name:
        missing = [name for name in missing if name == "country"]
    if missing:
        for name in missing:
            setattr(person, name, facts[name])
        person.save(update_fields=missing)
    return person


def _insert(person: Person, given: list[Given], *, at: datetime, source: str, found_by: str = "") -> None:
    """Write identities down, in one order, so that two who write the same ones do not wait for each other in a ring.

    An address that came with a known number may receive mail but opens no door: anybody can type a number.
    """
    rows = [
        Identity(
            person=person,
            kind=one.kind,
            value=one.value,
            issuer=one.issuer,
            as_typed=one.as_typed,
            source=source[:120],
            may_sign_in=found_by != Kind.PHONE,
            created_at=at,
        )
        for one in sorted(given, key=lambda one: one.key)
    ]
    if rows:
        Identity.objects.bulk_create(rows, ignore_conflicts=bool(found_by))
