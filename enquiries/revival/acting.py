"""Doing what a play does, for some at a time: any number of workers beside each other, each person once.

A member leaves "waiting" in the transaction in which they are asked; who has come back, objected, been forgotten or
merged since the draw is taken out with the reason instead.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from contact_centre import queue
from contact_centre.journeys import walking
from contact_centre.models import CallListEntry, Case, Journey
from contact_centre.sends import pressure
from contact_centre.wording import choosing, rendering, telling
from enquiries.models import Enquiry, Play, PlayMember
from enquiries.revival import closing, guardians, results
from people.contact import outbox, policy
from people.models import Channel, OutgoingMessage, Person, Purpose, User

log = structlog.get_logger("matricula.revival")
State, Kind = PlayMember.State, Play.Kind
BATCH = 100
SECONDS = 8  # of one sweep
WHY = {
    "back": _("came back by themselves"),
    "unknown": _("not known any more"),
    "alone": _("one with somebody who is left alone"),
    "twice": _("one with somebody who was asked"),
    "forbidden": _("may not be asked any more"),
    "often": _("hears from us often enough"),
    "text": _("there is no text for them, or something in it is not known"),
    "journey": _("the journey does not take them"),
    "adviser": _("there is no other adviser"),
    "way": _("there is no other way to reach them"),
    "failed": _("it failed"),
    "late": _("their turn did not come in time"),
}


class TakenOut(Exception):
    """The member is not asked; the first argument is a code of ``WHY``."""


def sweep(*, at: datetime, seconds: float = SECONDS) -> dict[str, int]:
    """Ask whoever waits, write down who came back, end what is over, close what is exhausted."""
    done = work(at=at, seconds=seconds)
    back = results.note(at=at)
    ended = results.end_due(at=at)
    closed = closing.close_exhausted(at=at) if ended else 0
    return {"plays_asked": done, "plays_revived": back, "plays_ended": ended, "cells_closed": closed}


def work(*, at: datetime, seconds: float = SECONDS) -> int:
    """Ask those who wait in running plays, for about ``seconds``; return how many were settled."""
    started, settled = time.monotonic(), 0
    for play in Play.objects.filter(state=Play.State.RUNNING, ends_at__gt=at).order_by("started_at", "pk"):
        while time.monotonic() - started < seconds:
            some = _some(play.pk, at=at)
            settled += some
            if some < BATCH:
                break
    return settled


@transaction.atomic
def _some(play_id: int, *, at: datetime) -> int:
    # Whoever halts the play waits for this batch; a worker that finds it taken goes on to the next play.
    play = (
        Play.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("template", "journey", "call_list", "programme")
        .filter(pk=play_id, state=Play.State.RUNNING)
        .first()
    )
    if play is None:
        return 0
    due = PlayMember.objects.filter(play=play, state=State.WAITING, is_held_out=False)
    chosen = due.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH]
    members = list(chosen.select_related("enquiry__person", "enquiry__case", "enquiry__programme"))
    for member in members:
        _settle(play, member, at=at)
    return len(members)


def _settle(play: Play, member: PlayMember, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            refuse_gone(play, member)
            ACTS[Kind(play.kind)](play, member.enquiry, at)
        member.state, member.acted_at = State.DONE, at
    except TakenOut as out:
        member.state, member.why = State.EXCLUDED, str(out.args[0])
    except Exception:  # one member must not keep the others from their turn
        log.exception("play_member_failed", play=play.pk, member=member.pk)
        member.state, member.why = State.EXCLUDED, "failed"
    member.save(update_fields=["state", "why", "acted_at"])


def refuse_gone(play: Play, member: PlayMember) -> None:
    """Raise TakenOut for whoever is not lost any more, not known any more, or has become one with another member."""
    person = member.enquiry.person
    if person.erased_at is not None or person.merged_into_id is not None:
        raise TakenOut("unknown")
    if member.enquiry.state != Enquiry.State.LOST:
        raise TakenOut("back")
    twins = PlayMember.objects.filter(play=play, enquiry__person=person).exclude(pk=member.pk)
    if twins.filter(is_held_out=True).exists():
        raise TakenOut("alone")
    if twins.filter(state=State.DONE).exists():
        raise TakenOut("twice")


def _write(play: Play, enquiry: Enquiry, at: datetime) -> None:
    person, language = enquiry.person, enquiry.person.language
    template = choosing.find(play.template.code, channel=Channel.EMAIL, language=language) if play.template else None
    if template is None or template.purpose != Purpose.COMMERCIAL:
        raise TakenOut("text")
    text = rendering.render(template, person=person, at=at, language=template.language, programme=enquiry.programme)
    if text.missing:
        raise TakenOut("text")
    key = f"play:{play.uuid}:{person.pk}"
    if not pressure.ask(person, purpose=template.purpose, at=at, key=key):
        raise TakenOut("often")
    message = outbox.queue(
        person,
        purpose=template.purpose,
        key=key,
        subject=text.subject,
        body=text.body,
        language=template.language,
        at=at,
        about=enquiry,
        topic=template.topic,
    )
    if message.state == OutgoingMessage.State.REFUSED:
        raise TakenOut("forbidden")
    telling.note(text, message, at=at)


def _enter(play: Play, enquiry: Enquiry, at: datetime) -> None:
    journey = play.journey
    if journey is None or journey.state != Journey.State.LIVE:
        raise TakenOut("journey")
    _refuse_unlawful(enquiry.person, Channel.EMAIL, at)
    if not walking.may_come_again(journey, [enquiry.person.pk], at=at):
        raise TakenOut("journey")
    walking.let_in(journey, [(enquiry.person.pk, f"play:{play.pk}:{enquiry.pk}", enquiry)], at=at)


def _list(play: Play, enquiry: Enquiry, at: datetime) -> None:
    _refuse_unlawful(enquiry.person, Channel.PHONE, at)
    CallListEntry.objects.get_or_create(call_list=play.call_list, person=enquiry.person, defaults={"due_at": at})


def _pass_on(play: Play, enquiry: Enquiry, at: datetime) -> None:
    """Owe them a call or a letter again, in the hands of somebody who was not the last to have them."""
    if not _way(enquiry.person, (Channel.PHONE, Channel.EMAIL), at):
        raise TakenOut("forbidden")
    last = enquiry.case.adviser_id if enquiry.case else None
    other = another_adviser(last)
    if other is None:
        raise TakenOut("adviser")
    with override(enquiry.person.language):
        note = str(_("Another adviser tries again: %(reason)s.")) % {"reason": enquiry.get_lost_reason_display()}
    if enquiry.case is not None:
        queue.reopen(enquiry.case, by=other, at=at, note=note)
    else:
        _owe(enquiry, note, Channel.PHONE, other, at)


def another_adviser(last_id: int | None) -> User | None:
    """Whoever has the fewest open cases of those who may have one, and is not ``last_id``."""
    others = queue.advisers().exclude(pk=last_id) if last_id else queue.advisers()
    is_open = ~Q(cases__state=Case.State.CLOSED)
    chosen = User.objects.filter(pk__in=others.order_by().values("pk"))
    return chosen.annotate(load=Count("cases", filter=is_open)).order_by("load", "pk").first()


def _reach_otherwise(play: Play, enquiry: Enquiry, at: datetime) -> None:
    """Owe them a contact by a channel on which they were not lost; it waits in the queue for anybody.

    Where they have none, and did not say no, a guardian is asked who decides for them.
    """
    way = _way(enquiry.person, [one for one in policy.ORDER if one != _usual_channel(enquiry)], at)
    words = _("Try %(channel)s: we lost them on another way.")
    if not way:
        way = guardians.askable(Person.objects.filter(pk=enquiry.person_id), at=at).get(enquiry.person_id, "")
        words = _("We do not reach them: ask whoever decides for them, by %(channel)s. See “Guardians and relatives”.")
    if not way:
        raise TakenOut("way")
    with override(enquiry.person.language):
        note = str(words) % {"channel": Channel(way).label}
    _owe(enquiry, note, way, None, at)


def _way(person: Person, channels: Sequence[str], at: datetime) -> str:
    """The channel on which they may get an offer, now or at a better hour; empty if there is none."""
    best = policy.best_channel(person, Purpose.COMMERCIAL, at, channels=channels)
    if best is not None:
        return best.channel
    asked = [policy.Asked(channel, Purpose.COMMERCIAL) for channel in channels]
    verdicts = policy.ways(person, asked, at=at)
    return next((one.channel for one in asked if verdicts[one].reason in policy.LATER), "")


def _usual_channel(enquiry: Enquiry) -> str:
    """The channel on which they were lost: what they answer a form on the web by is e-mail."""
    spoken = {Channel.WEB: Channel.EMAIL, Channel.IMPORT: Channel.EMAIL}
    return spoken.get(Channel(enquiry.channel), enquiry.channel)


def _owe(enquiry: Enquiry, note: str, channel: str, adviser: User | None, at: datetime) -> None:
    queue.open_case(
        enquiry.person,
        kind=Case.Kind.FOLLOW_UP,
        at=at,
        question=note,
        programme=enquiry.programme,
        channel=channel,
        language=enquiry.person.language,
        about=enquiry,
        adviser=adviser,
    )


def _refuse_unlawful(person: Person, channel: str, at: datetime) -> None:
    verdict = policy.may_contact(person, channel=channel, purpose=Purpose.COMMERCIAL, at=at)
    if not verdict.allowed and verdict.reason not in policy.LATER:
        raise TakenOut("forbidden")


ACTS: dict[str, Callable[[Play, Enquiry, datetime], None]] = {
    Kind.EMAIL: _write,
    Kind.DRIP: _enter,
    Kind.CALL: _list,
    Kind.OTHER_ADVISER: _pass_on,
    Kind.OTHER_CONTACT: _reach_otherwise,
}
