"""The fields a form may have: those a person or an enquiry can hold, and the school's own questions.

What is known already is what stands on the person, in their topics, or in an answer they gave through any form before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry, Form, FormField, TopicInterest
from people.models import Identity, Language, Person
from programmes.models import Topic

Kind = FormField.Kind
Words = str | Promise
CONTACTS = ("contact", "email", "phone")
LEVELS = (
    ("school", _("Compulsory schooling")),
    ("upper", _("Upper secondary school or vocational training")),
    ("degree", _("University degree")),
    ("master", _("Master’s degree or more")),
    ("other", _("Something else")),
)
HEARD = (
    ("friend", _("A friend or a relative")),
    ("student", _("Somebody who studies or studied here")),
    ("search", _("A search engine")),
    ("social", _("Social media")),
    ("fair", _("A fair or a talk")),
    ("press", _("Press, radio or a poster")),
    ("work", _("At work")),
    ("other", _("Something else")),
)
# What the machinery of a form puts into it: no question may be called so.
RESERVED = {
    "t", "website", "page", "referrer", "click", "state", "step", "back", "variant", "form", "key", "k", "version",
}  # fmt: skip
RESERVED_BEGINNINGS = ("utm_", "consent_", "wording_")


@dataclass(frozen=True)
class Known:
    """A field the school can hold. ``stays`` says where: on the person, with the enquiry, or among its answers."""

    key: str
    label: Words
    kind: str = Kind.TEXT
    stays: str = "answers"  # person, enquiry, topics, answers, appointment, or basket
    help: Words = ""
    autocomplete: str = ""
    input_type: str = "text"
    most: int = 200
    choices: tuple[tuple[str, Words], ...] = ()
    only_for: tuple[str, ...] = ()  # kinds of forms; empty: all
    is_of_person: Callable[[Person], Any] | None = field(default=None, compare=False)


def _all() -> tuple[Known, ...]:
    return (
        Known(
            "contact", _("E-mail or telephone"), stays="person", most=254, autocomplete="email",
            help=_("One is enough. We use it to answer you."),
        ),
        Known("email", _("E-mail address"), stays="person", most=254, autocomplete="email", input_type="email"),
        Known("phone", _("Telephone"), stays="person", most=40, autocomplete="tel", input_type="tel"),
        Known("name", _("Name"), stays="person", autocomplete="name", is_of_person=lambda who: who.name),
        Known(
            "given_name", _("Given name"), stays="person", most=150, autocomplete="given-name",
            is_of_person=lambda who: who.given_name,
        ),
        Known(
            "family_name", _("Family name"), stays="person", most=150, autocomplete="family-name",
            is_of_person=lambda who: who.family_name,
        ),
        Known(
            "birth_date", _("Date of birth"), Kind.DATE, stays="person", autocomplete="bday",
            is_of_person=lambda who: who.birth_date,
        ),
        Known(
            "country", _("Country"), stays="person", most=60, autocomplete="country-name",
            is_of_person=lambda who: who.country,
        ),
        Known("place", _("Postcode or town"), autocomplete="postal-code", most=80),
        Known(
            "language", _("In which language do we answer you?"), Kind.CHOICE, stays="enquiry",
            choices=tuple(Language.choices), is_of_person=lambda who: who.language,
        ),
        Known("programme", _("Which programme is it about?"), Kind.CHOICE, stays="enquiry"),
        Known("intake", _("When would you like to start?"), Kind.CHOICE, stays="enquiry"),
        Known("message", _("Your question"), Kind.LONG, stays="enquiry", most=5_000),
        Known("topic", _("What interests you most?"), Kind.CHOICE, stays="topics"),
        Known("level", _("What have you studied?"), Kind.CHOICE, choices=LEVELS),
        Known("how_heard", _("How did you hear of us?"), Kind.CHOICE, choices=HEARD),
        Known(
            "call_at", _("When do we call you?"), Kind.CHOICE, stays="appointment", most=120,
            only_for=(Form.Kind.CALL_ME, Form.Kind.ENQUIRY),
        ),
        Known(
            "remind_me", _("Remind me once if I do not finish"), Kind.YES_NO, stays="basket",
            only_for=(Form.Kind.ENQUIRY, Form.Kind.DOWNLOAD),
        ),
    )  # fmt: skip


FIELDS: dict[str, Known] = {known.key: known for known in _all()}


def is_reserved(key: str) -> bool:
    """Whether the machinery of forms uses this name itself."""
    return key in RESERVED or key.startswith(RESERVED_BEGINNINGS)


def label_of(row: FormField, language: str) -> str:
    """What a field is called in ``language``: as the editor says, as the library does, or in another language."""
    if label := _said(row, "label", language):
        return label
    if not row.is_own and row.key in FIELDS:
        return str(FIELDS[row.key].label)
    others = (_said(row, "label", other) for other in Language.values)
    return next((label for label in others if label), row.key.replace("-", " ").replace("_", " ").capitalize())


def help_of(row: FormField, language: str) -> str:
    """What stands below a field."""
    known = None if row.is_own else FIELDS.get(row.key)
    return _said(row, "help", language) or str(known.help if known else "")


def kind_of(row: FormField) -> str:
    """Of what kind the answer is."""
    if row.is_own:
        return row.kind or Kind.TEXT
    return FIELDS[row.key].kind if row.key in FIELDS else Kind.TEXT


def choices_of(row: FormField, language: str) -> list[tuple[str, str]]:
    """The answers of a list, in ``language``; what a programme or an intake offers is added where it is known."""
    if row.choices:
        return [
            (one["value"], one.get(language) or one.get("ca") or one.get("es") or one.get("en") or one["value"])
            for one in row.choices
            if one.get("value")
        ]
    if row.is_own or row.key not in FIELDS:
        return []
    if row.key == "topic":
        return [(topic.slug, topic.name) for topic in Topic.objects.order_by("pk")]
    return [(value, str(words)) for value, words in FIELDS[row.key].choices]


def known_of(person: Person | None, rows: Iterable[FormField]) -> dict[str, Any]:
    """What we know already of these fields: the key, and what could stand in it. At most three queries."""
    if person is None:
        return {}
    keys = {row.key for row in rows}
    found: dict[str, Any] = {}
    for key in keys & FIELDS.keys():
        of_person = FIELDS[key].is_of_person
        if of_person and (value := of_person(person)):
            found[key] = value
    if keys & set(CONTACTS):
        found |= _contacts_of(person, keys)
    if "topic" in keys:
        said = TopicInterest.objects.filter(person=person).order_by("-said_at").values_list("topic__slug", flat=True)
        if newest := said.first():
            found["topic"] = newest
    in_answers = {row.key for row in rows if row.is_own or FIELDS.get(row.key, _NONE).stays == "answers"}
    if in_answers:
        earlier = Enquiry.objects.filter(person=person).exclude(answers={}).order_by("received_at", "pk")
        for answers in earlier.values_list("answers", flat=True):
            found |= {key: value for key, value in answers.items() if key in in_answers and value not in ("", [])}
    return found


_NONE = Known("", "", stays="")


def _contacts_of(person: Person, keys: set[str]) -> dict[str, str]:
    ways = dict(
        Identity.objects.filter(person=person, kind__in=[Identity.Kind.EMAIL, Identity.Kind.PHONE])
        .order_by("-pk")
        .values_list("kind", "value")
    )
    email, phone = ways.get(Identity.Kind.EMAIL, ""), ways.get(Identity.Kind.PHONE, "")
    found = {"contact": email or phone, "email": email, "phone": phone}
    return {key: value for key, value in found.items() if key in keys and value}


def _said(row: FormField, what: str, language: str) -> str:
    return getattr(row, f"{what}_{language}", "") or ""
