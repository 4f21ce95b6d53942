"""What calls mean for the desk: who rings, what becomes of a call that nobody took, and calling with one click."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import queue
from contact_centre.clocks import dues
from contact_centre.inbound.filing import SPOKEN, case_going_on
from contact_centre.models import Call, Case
from contact_centre.telephony import ENDED, NotCalled, Told, exchange
from people import timeline
from people.contact import policy
from people.identity import identities, merging
from people.models import Channel, Identity, Person, Purpose, Touchpoint, User

RINGS_AT_MOST = timedelta(seconds=90)  # a call of which no end was told does not ring for ever
SAME_MISSED = timedelta(hours=1)  # trying again within it says nothing new to the case
RUNG_ABOUT = (*SPOKEN, Case.Kind.CALL)  # what a call may belong to


@dataclass(frozen=True)
class Ringing:
    """A call that somebody may take now, and whose it is."""

    call: Call
    people: list[Person]
    case: Case | None


@transaction.atomic
def note(told: Told) -> Call | None:
    """Write down what the exchange says of a call, in whatever order it comes and however often.

    A call from them that ends without an answer is missed: whoever rang gets a case, due as an enquiry, or their open
    case hears of it. A withheld number stands on the list of missed calls only.
    """
    if told.is_ours:
        return None
    call, _is_new = Call.objects.select_for_update().get_or_create(
        provider=told.provider,
        provider_id=told.provider_id,
        defaults={
            "direction": Call.Direction.IN,
            "number": _number(told.number),
            "our_number": told.our_number[:32],
            "started_at": told.at,
        },
    )
    if call.ended_at is not None:
        return call
    if told.state == ENDED:
        call.ended_at = told.at
        if told.was_answered and call.answered_at is None:
            call.answered_at = told.at
        if call.answered_at is None and call.adviser_id is None:
            call.outcome = Call.Outcome.MISSED
            _note_missed(call, at=told.at)
    elif told.state == "answered" and call.answered_at is None:
        call.answered_at = told.at
    if call.person_id is None:
        call.person = _only(call.number)
    call.save()
    return call


@transaction.atomic
def pick_up(call: Call, *, by: User, at: datetime) -> Call:
    """``by`` takes the call that rings; of two, the first."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.adviser_id is None and call.ended_at is None:
        call.adviser = by
        call.answered_at = call.answered_at or at
        call.save(update_fields=["adviser", "answered_at"])
    return call


def now(*, at: datetime) -> list[Ringing]:
    """The calls that ring this moment, with who they may be. One query when none does."""
    calls = Call.objects.filter(
        direction=Call.Direction.IN,
        answered_at=None,
        ended_at=None,
        adviser=None,
        started_at__gt=at - RINGS_AT_MOST,
        started_at__lte=at + RINGS_AT_MOST,
    )
    shown = []
    for call in calls.order_by("started_at")[:5]:
        people = people_of(call.number)
        case = case_going_on(people[0], kinds=RUNG_ABOUT) if len(people) == 1 else None
        shown.append(Ringing(call, people, case))
    return shown


def people_of(number: str) -> list[Person]:
    """Whose number it is: one person, or several who share it. One query."""
    if not number:
        return []
    owned = Identity.objects.filter(kind__in=identities.PHONES, value=number)
    theirs = Q(identities__in=owned) | Q(shared_addresses__identity__in=owned)
    return list(Person.objects.known().filter(theirs).distinct().order_by("pk")[:5])


def missed(*, since: datetime) -> QuerySet:
    """Calls that nobody took, the newest first, each with whether they were spoken with or called afterwards."""
    later = Call.objects.filter(number=OuterRef("number"), started_at__gt=OuterRef("started_at")).exclude(number="")
    is_back = later.filter(Q(direction=Call.Direction.OUT) | Q(answered_at__isnull=False) | Q(outcome="reached"))
    by_person = Call.objects.filter(
        person=OuterRef("person"), started_at__gt=OuterRef("started_at"), direction=Call.Direction.OUT
    )
    calls = Call.objects.filter(outcome=Call.Outcome.MISSED, started_at__gte=since)
    return calls.annotate(is_called_back=Exists(is_back) | Exists(by_person)).order_by("-started_at", "-pk")


@transaction.atomic
def dial(person: Person, *, by: User, at: datetime, case: Case | None = None) -> Call:
    """Have the exchange ring ``by`` and then ``person``, to answer what they asked; the call stands in its row.

    Raises NotCalled where no exchange is set up, the person must not be called, or the exchange refuses.
    """
    made_by = exchange()
    if made_by is None:
        raise NotCalled(_("No telephone exchange is set up."))
    verdict = policy.may_contact(person, channel=Channel.PHONE, purpose=Purpose.ENQUIRY, at=at)
    if not verdict.allowed and verdict.reason not in policy.LATER:
        raise NotCalled(verdict.why)
    call = Call(
        direction=Call.Direction.OUT,
        number=verdict.reachable_at[:32],
        person=person,
        case=case,
        adviser=by,
        started_at=at,
    )
    number = made_by.dial(call.number, adviser_number=_own_number(by), call_id=str(call.uuid))
    call.provider, call.provider_id = made_by.name, number[:120]
    call.save()
    return call


def _note_missed(call: Call, *, at: datetime) -> None:
    if not call.number:
        return
    found = _only(call.number) or _known_or_new(call, at=at)
    if found is None:
        return
    person = Person.objects.select_for_update().get(pk=found.pk)
    case = case_going_on(person, kinds=RUNG_ABOUT)
    with override(case.language if case else person.language):
        words = _("They called from %(number)s and nobody answered.") % {"number": call.number}
    is_again = Call.objects.filter(
        number=call.number, outcome=Call.Outcome.MISSED, started_at__gt=at - SAME_MISSED, started_at__lte=at
    ).exclude(pk=call.pk)
    if case is None:
        case = queue.open_case(
            person, kind=Case.Kind.CALL, at=at, question=words, channel=Channel.PHONE, language=person.language
        )
    elif not is_again.exists():
        case = dues.they_wrote(case, at=at, note=words)
    touchpoint = timeline.record(
        person,
        at=at,
        channel=Channel.PHONE,
        direction=Touchpoint.Direction.IN,
        kind="contact_centre.call_from_them",
        summary=words,
        about=case,
        campaign=call.campaign,
    )
    call.person, call.case, call.touchpoint_id = person, case, touchpoint.pk


def _known_or_new(call: Call, *, at: datetime) -> Person | None:
    try:
        return identities.match_or_create(at=at, phone=call.number, source=str(Channel.PHONE))[0]
    except identities.BadIdentity:  # the inner number of another exchange, or one that somebody made up
        return None


def _only(number: str) -> Person | None:
    """The one person with this number; None where several share it or nobody has it."""
    people = people_of(number)
    return merging.current(people[0]) if len(people) == 1 else None


def _number(typed: str) -> str:
    """The number in E.164; as it was told where it is none; empty if it is withheld."""
    try:
        return identities.normalise_phone(typed)[:32] if typed else ""
    except identities.BadIdentity:
        return typed[:32]


def _own_number(user: User) -> str:
    person = getattr(user, "person", None)
    if person is None:
        return ""
    known = person.identities.filter(kind=Identity.Kind.PHONE, is_undeliverable=False).order_by("pk")
    return known.values_list("value", flat=True).first() or ""
