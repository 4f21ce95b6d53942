"""How likely two descriptions are one human: what speaks for it, what against it, and how much each counts.

Pure arithmetic on what is known of two persons; ``people.identity.duplicates`` finds whom to compare.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from people.identity import alike
from people.models import Identity

LONGEST_KEY = 120
SHORTEST_USER_PART = 6  # letters before the @ that say something; "info" does not
NATIONAL_DIGITS = 9  # of a number, so that a mistaken country makes no difference
PROPOSED_FROM = 0.15  # below that, a pair is not worth anybody's time
GOOGLE = {"googlemail.com": "gmail.com"}

# How much each speaks for one human, alone (0-1); together, what each leaves in doubt is multiplied.
FOR = {
    "same_name_and_birth_date": 0.85,
    "same_mailbox": 0.75,
    "like_name_and_birth_date": 0.7,
    "lookalike_name": 0.5,
    "same_phone": 0.45,
    "shared_email": 0.45,
    "same_name": 0.4,
    "like_email": 0.35,
    "shared_phone": 0.35,
    "same_user_part": 0.2,
    "like_name": 0.2,
    "same_country": 0.02,
}
# By how much each reduces that.
AGAINST = {"other_birth_date": 0.25, "other_name": 0.5}
WEAK = {"same_country"}  # worth a line beside others, never alone
SENTENCES = {
    "same_name_and_birth_date": _("Same name and date of birth"),
    "same_mailbox": _("One mailbox written in two ways"),
    "like_name_and_birth_date": _("Similar name, same date of birth"),
    "lookalike_name": _("Same name in letters that only look alike"),
    "same_phone": _("Same telephone number"),
    "shared_email": _("Shares an e-mail address"),
    "same_name": _("Same name"),
    "like_email": _("Almost the same e-mail address"),
    "shared_phone": _("Shares a telephone number"),
    "same_user_part": _("Same e-mail name at another provider"),
    "like_name": _("Similar name"),
    "same_country": _("Same country"),
    "other_birth_date": _("But: other date of birth"),
    "other_name": _("But: other given name"),
}


@dataclass(frozen=True)
class Described:
    """What is compared of one person. ``shared_*`` are the addresses of others at which they are reached too."""

    pk: int
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    country: str = ""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    shared_emails: frozenset[str] = frozenset()
    shared_phones: frozenset[str] = frozenset()
    external_ids: frozenset[tuple[str, str]] = field(default=frozenset())  # (issuer, id)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


def keys(person: Described) -> set[str]:
    """What others who may be the same human would have in common with ``person``."""
    words = [_letters(word) for word in alike.words(person.name)]
    found = set()
    if len(words) > 1:
        found.add(f"n:{' '.join(sorted(words))}")
        given, family = alike.words(person.given_name), alike.words(person.family_name)
        if given and family:
            found.add(f"f:{' '.join(sorted((_letters(given[0]), _letters(family[0]))))}")
    if person.birth_date:
        found |= {f"d:{person.birth_date}:{word}" for word in words if len(word) > 1}
    found |= {f"p:{_national(phone)}" for phone in person.phones | person.shared_phones}
    for email in person.emails | person.shared_emails:
        local, domain = _mailbox(email)
        found |= {f"e:{local}@{domain}", f"s:{_letters(local)}@{domain}"}
        if len(local) >= SHORTEST_USER_PART:
            found.add(f"u:{local}")
    return {key[:LONGEST_KEY] for key in found}


def compare(one: Described, other: Described) -> tuple[float, list[str]]:
    """The probability (0-1) that the two are one human, and the codes of the reasons, the strongest first.

    The order of the two makes no difference. A person is not compared with itself, and two ids of one issuer are two
    humans: both give 0.
    """
    if one.pk == other.pk or _have_other_ids(one, other):
        return 0.0, []
    found = {*_of_names(one, other), *_of_addresses(one, other)}
    if not found - WEAK:
        return 0.0, []
    if one.country and one.country == other.country:
        found.add("same_country")
    if not alike.names_agree(one.given_name, one.family_name, other.given_name, other.family_name):
        found.add("other_name")
    if one.birth_date and other.birth_date and not _dates_agree(one.birth_date, other.birth_date):
        found.add("other_birth_date")
    reasons = in_order(found)
    return probability(reasons), reasons


def probability(reasons: Iterable[str]) -> float:
    """What the reasons make together, 0-1."""
    doubt, reduced = 1.0, 1.0
    for code in reasons:
        doubt *= 1 - FOR.get(code, 0)
        reduced *= AGAINST.get(code, 1)
    return round((1 - doubt) * reduced, 4)


def in_order(reasons: Iterable[str]) -> list[str]:
    """The strongest for it first, then what speaks against it."""
    return sorted(set(reasons), key=lambda code: (-FOR.get(code, -AGAINST.get(code, 0)), code))


def of_sharing(kind: str) -> list[str]:
    """The reasons for a pair that was found because one came with the other's address and another name."""
    return ["shared_email" if kind == Identity.Kind.EMAIL else "shared_phone"]


def _of_names(one: Described, other: Described) -> set[str]:
    words, others = alike.words(one.name), alike.words(other.name)
    if len(words) < 2 or len(others) < 2:
        return set()
    if not alike.names_agree(one.given_name, one.family_name, other.given_name, other.family_name):
        return set()
    is_same = sorted(words) == sorted(others)
    is_born_alike = bool(one.birth_date) and one.birth_date == other.birth_date
    name = "same_name" if is_same else "like_name"
    found = {f"{name}_and_birth_date" if is_born_alike else name}
    if is_same and alike.mixes_alphabets(one.name) != alike.mixes_alphabets(other.name):
        found.add("lookalike_name")
    return found


def _of_addresses(one: Described, other: Described) -> set[str]:
    found = set()
    phones, others = {_national(phone) for phone in one.phones}, {_national(phone) for phone in other.phones}
    if phones & others:
        found.add("same_phone")
    elif (one.phones | one.shared_phones) & (other.phones | other.shared_phones):
        found.add("shared_phone")
    if (one.emails | one.shared_emails) & (other.emails | other.shared_emails):
        found.add("shared_email")
    for email in one.emails:
        for another in other.emails:
            found |= _of_emails(_mailbox(email), _mailbox(another))
    return found


def _of_emails(one: tuple[str, str], other: tuple[str, str]) -> set[str]:
    (local, domain), (another, another_domain) = one, other
    if one == other:
        return {"same_mailbox"}
    if len(local) < SHORTEST_USER_PART or len(another) < SHORTEST_USER_PART:
        return set()
    if local == another:
        return {"like_email" if alike.is_slip(domain, another_domain) else "same_user_part"}
    # Numbers in addresses are there to tell people apart: only letters change places by mistake.
    is_slip = _letters(local) == _letters(another) and alike.is_slip(local, another)
    places = {at for at, mark in enumerate(local) if mark != another[at]} if is_slip else set()
    return (
        {"like_email"} if places and domain == another_domain and all(local[at].isalpha() for at in places) else set()
    )


def _mailbox(email: str) -> tuple[str, str]:
    """The address without what a provider ignores: a tag after +, and dots."""
    local, _at, domain = email.rpartition("@")
    return local.partition("+")[0].replace(".", "") or local, GOOGLE.get(domain, domain)


def _national(phone: str) -> str:
    return "".join(mark for mark in phone.partition(";")[0] if mark.isdigit())[-NATIONAL_DIGITS:]


def _letters(word: str) -> str:
    """The letters of a word in the order of the alphabet: the same for two words with letters transposed."""
    return "".join(sorted(word))


def _have_other_ids(one: Described, other: Described) -> bool:
    issuers = {issuer for issuer, _id in one.external_ids} & {issuer for issuer, _id in other.external_ids}
    return any(
        {id_ for issuer_, id_ in one.external_ids if issuer_ == issuer}.isdisjoint(
            id_ for issuer_, id_ in other.external_ids if issuer_ == issuer
        )
        for issuer in issuers
    )


def _dates_agree(one: date, other: date) -> bool:
    """Equal, with day and month exchanged, or one digit apart."""
    if one == other or (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    return sum(mark != another for mark, another in zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)) <= 1
