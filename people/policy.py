"""May we contact this person, on this channel, for this purpose, now? The one place that answers."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Exists, F, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import consents
from people.models import Channel, Consent, Identity, OutgoingMessage, Person, Purpose, Suppression, Touchpoint

QUIET_FROM, QUIET_UNTIL = time(21), time(9)  # in the person's own zone
COMMERCIAL_CAP, CAP_DAYS = 3, timedelta(days=7)
REACHED_BY = {
    Channel.EMAIL: (Identity.Kind.EMAIL,),
    Channel.PHONE: (Identity.Kind.PHONE, Identity.Kind.WHATSAPP),
    Channel.SMS: (Identity.Kind.PHONE,),
    Channel.WHATSAPP: (Identity.Kind.WHATSAPP, Identity.Kind.PHONE),
}
DISTURBING = (Channel.PHONE, Channel.SMS, Channel.WHATSAPP)
TRANSACTIONAL = (Purpose.SERVICE, Purpose.ENQUIRY)
NO = (Consent.Decision.DENIED, Consent.Decision.WITHDRAWN)


@dataclass(frozen=True)
class Verdict:
    """The answer, its reason for people to read, the consent it rests on, and the address to use.

    ``not_before`` is set when the answer is only "not now".
    """

    allowed: bool
    why: str
    proof: Consent | None = None
    reachable_at: str = ""
    not_before: datetime | None = None


def may_contact(
    person: Person, *, channel: str, purpose: str, at: datetime, message: OutgoingMessage | None = None
) -> Verdict:
    """Ask the ledger, the suppression list, the pause, the clock and the cap; the first that objects is the reason.

    ``message`` is one already in the outbox, which must not count against itself.
    """
    if person.erased_at:
        return Verdict(False, _("This person has been erased."))
    address, why_not = _address(person, channel)
    if not address:
        return Verdict(False, why_not)
    consented, proof, why = _consent(person, channel, purpose)
    if not consented:
        return Verdict(False, why, proof, address)
    not_now = _not_now(person, channel, purpose, at, message)
    if not_now:
        return Verdict(False, not_now[0], proof, address, not_now[1])
    return Verdict(True, why, proof, address)


def _address(person: Person, channel: str) -> tuple[str, str]:
    """The address to use, or why there is none: verified ones first, then the newest."""
    kinds = REACHED_BY.get(Channel(channel), ())
    suppressed = Suppression.objects.filter(kind=OuterRef("kind"), value=OuterRef("value"))
    identities = list(
        person.identities.filter(kind__in=kinds)
        .annotate(is_suppressed=Exists(suppressed))
        .order_by(F("verified_at").desc(nulls_last=True), "-created_at", "-pk")
    )
    usable = [one for one in identities if not one.is_suppressed and not one.is_undeliverable]
    usable.sort(key=lambda one: kinds.index(one.kind))
    if usable:
        return usable[0].value, ""
    if any(one.is_suppressed for one in identities):
        return "", _("The address is on the list of those we must not contact.")
    if identities:
        return "", _("Messages to this address come back.")
    return "", _("We have no address for this channel.")


def _consent(person: Person, channel: str, purpose: str) -> tuple[bool, Consent | None, str]:
    if purpose == Purpose.SERVICE:
        return True, None, _("It is about what they have with us: no consent is needed.")
    said = consents.latest(person).get((purpose, channel))
    refused = said if said is not None and said.decision in NO else None
    if purpose == Purpose.ENQUIRY:
        if refused and not _asked_since(person, refused.at):
            return False, said, _("They asked us to stop answering on this channel.")
        return True, said, _("They asked us: no consent is needed to answer.")
    if refused:
        when = date_format(refused.at, "SHORT_DATE_FORMAT")
        return False, said, _("They said no on %(date)s.") % {"date": when}
    if said is not None:
        when = date_format(said.at, "SHORT_DATE_FORMAT")
        return True, said, _("They said yes on %(date)s.") % {"date": when}
    if purpose == Purpose.SURVEY and person.phase == Person.Phase.STUDENT:
        return True, None, _("They study with us and have not said no to surveys.")
    return False, None, _("They have not agreed to this.")


def _asked_since(person: Person, instant: datetime) -> bool:
    return Touchpoint.objects.filter(person=person, direction=Touchpoint.Direction.IN, at__gt=instant).exists()


def _not_now(person, channel, purpose, at, message) -> tuple[str, datetime] | None:
    if purpose not in TRANSACTIONAL and person.paused_until and person.paused_until > at:
        return _("They asked for a pause."), person.paused_until
    if channel in DISTURBING or (channel == Channel.EMAIL and purpose == Purpose.COMMERCIAL):
        until = _quiet_until(person, at)
        if until:
            return _("It is too late or too early where they are."), until
    if purpose == Purpose.COMMERCIAL:
        return _over_cap(person, at, message)
    return None


def _quiet_until(person: Person, at: datetime) -> datetime | None:
    try:
        zone = ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("Europe/Madrid")
    local = at.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return None
    morning = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(morning, QUIET_UNTIL, tzinfo=zone)


def _over_cap(person: Person, at: datetime, message: OutgoingMessage | None) -> tuple[str, datetime] | None:
    states = OutgoingMessage.State
    sent = OutgoingMessage.objects.filter(
        person=person, purpose=Purpose.COMMERCIAL, state__in=[states.SENT, states.SENDING], claimed_at__gt=at - CAP_DAYS
    )
    if message is not None:
        sent = sent.exclude(pk=message.pk)
    claims = sorted(one.claimed_at for one in sent.only("claimed_at") if one.claimed_at)
    if len(claims) < COMMERCIAL_CAP:
        return None
    return _("They have had enough commercial messages this week."), claims[-COMMERCIAL_CAP] + CAP_DAYS
