"""Who is calling: the people whom a number, typed or shown by the exchange, may belong to."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contact_centre import deadlines
from contact_centre.deadlines import DueIn
from contact_centre.models import Case
from people import timeline
from people.access import visibility
from people.identity import identities
from people.models import Identity, Person, SharedAddress, Touchpoint, User
from programmes.models import Programme

WITHHELD = {"", "+", "anonymous", "anonimo", "anònim", "anónimo", "private", "privat", "restricted", "unavailable",
            "unknown", "withheld", "ocult", "oculto"}  # fmt: skip
CONTACTS_SHOWN = 5
MOST = 12


@dataclass(frozen=True)
class Found:
    """What a number or a name led to. ``number`` is in E.164, or empty when it was withheld or is none."""

    people: list[Person]
    number: str
    is_withheld: bool = False


@dataclass(frozen=True)
class Context:
    """What an adviser needs to know before saying hello."""

    person: Person
    cases: list[tuple[Case, DueIn]]
    contacts: list[Touchpoint]
    programmes: list[str]


def find(sought: str, *, user: User) -> Found:
    """By number, in two look-ups by index; by name, as the search of people does.

    A number that several share (a family, a firm) leads to all of them: whose call it is, the adviser asks.
    """
    text = sought.strip()[:200]
    if text.lower() in WITHHELD:
        return Found([], "", is_withheld=True)
    try:
        number = identities.normalise_phone(text)
    except identities.BadIdentity:
        return Found(identities.find(text, among=Person.objects.visible_to(user))[:MOST], "")
    return Found(_of_number(number, user), number)


def context(person: Person, *, reader: User, at: datetime) -> Context:
    """Open cases, the last contacts and the programmes of interest of somebody who is on the line."""
    cases = list(person.cases.open().select_related("programme", "adviser").most_urgent_first()[:MOST])
    asked = Programme.objects.filter(Q(cases__person=person) | Q(tellings__person=person)).distinct()
    return Context(
        person=person,
        cases=[(case, deadlines.words(case.answer_due_at, at=at)) for case in cases],
        contacts=visibility.with_words_for(reader, list(timeline.page(person, size=CONTACTS_SHOWN))),
        programmes=list(asked.order_by("-pk").values_list("title", flat=True)[:CONTACTS_SHOWN]),
    )


def _of_number(number: str, user: User) -> list[Person]:
    kinds = identities.PHONES
    owners = Identity.objects.filter(kind__in=kinds, value=number).values("person")
    sharers = SharedAddress.objects.filter(identity__kind__in=kinds, identity__value=number).values("person")
    # Two subqueries by index; an OR over joins would read the whole table of people.
    mine = Person.objects.known().visible_to(user).filter(pk__in=owners)
    theirs = Person.objects.known().visible_to(user).filter(pk__in=sharers)
    return list({person.pk: person for person in [*mine.order_by("pk")[:MOST], *theirs.order_by("pk")[:MOST]]}.values())
