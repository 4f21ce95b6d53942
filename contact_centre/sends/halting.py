"""One send stops: by itself when too much comes back, or by a person. What has not left stays here, and may go on."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from contact_centre import notices
from contact_centre.models import Delivery, MessageSignal, Send
from people.models import OutgoingMessage, User

FEWEST = 50  # deliveries before a share of them says anything
State = Send.State
_LEFT = OutgoingMessage.State.SENT


class NotRunning(Exception):
    """The send is not under way, so there is nothing to stop; or not stopped, so there is nothing to restart."""


@dataclass(frozen=True)
class Health:
    """How many messages of a send were delivered or came back, and how many were complained of."""

    delivered: int
    bounced: int
    complained: int

    @property
    def bounce_percent(self) -> float:
        return 100 * self.bounced / self.delivered if self.delivered else 0.0

    @property
    def complaint_percent(self) -> float:
        return 100 * self.complained / self.delivered if self.delivered else 0.0


def health(send: Send) -> Health:
    """The figures on which a send is halted. Two queries."""
    signals = MessageSignal.objects.filter(message__delivery__send=send).aggregate(
        bounced=Count("message", distinct=True, filter=Q(kind=MessageSignal.Kind.BOUNCED)),
        complained=Count("message", distinct=True, filter=Q(kind=MessageSignal.Kind.COMPLAINED)),
    )
    left = Q(state=_LEFT) | Q(signals__kind=MessageSignal.Kind.BOUNCED)
    delivered = OutgoingMessage.objects.filter(left, delivery__send=send).distinct().count()
    return Health(delivered, **signals)


def look_at(signal: MessageSignal, *, at: datetime) -> bool:
    """After a return or a complaint: halt its send if that was one too many; whether it was."""
    if signal.kind not in (MessageSignal.Kind.BOUNCED, MessageSignal.Kind.COMPLAINED):
        return False
    send = Send.objects.filter(deliveries__message=signal.message_id, state=State.SENDING).first()
    return send is not None and halt_if_ill(send, at=at)


def halt_if_ill(send: Send, *, at: datetime) -> bool:
    """Halt ``send`` if more than its share came back or was complained of, of at least fifty; whether it was halted.

    Whoever made and approved it is told at once.
    """
    found = health(send)
    if found.delivered < FEWEST:
        return False
    if found.bounce_percent > send.halt_bounce_percent:
        why = _("%(share).1f%% came back (limit %(limit)s%%).")
        words = why % {"share": found.bounce_percent, "limit": send.halt_bounce_percent}
    elif found.complaint_percent > send.halt_complaint_percent:
        why = _("%(share).2f%% marked it as unwanted (limit %(limit)s%%).")
        words = why % {"share": found.complaint_percent, "limit": send.halt_complaint_percent}
    else:
        return False
    return _end(send, State.HALTED, by=None, why=words, at=at)


def stop_send(send: Send, *, by: User, why: str, at: datetime) -> None:
    """A person stops the send: nothing more of it leaves. Raises NotRunning if it is not approved or under way."""
    if not _end(send, State.STOPPED, by=by, why=" ".join(why.split())[:250], at=at):
        raise NotRunning(send.pk)


@transaction.atomic
def restart(send: Send, *, by: User, at: datetime) -> None:
    """Let the send go on where it stopped: whoever has it does not get it again. Raises NotRunning."""
    send = Send.objects.select_for_update().get(pk=send.pk)
    if send.state not in (State.HALTED, State.STOPPED):
        raise NotRunning(send.pk)
    stopped = Delivery.objects.filter(send=send, state=Delivery.State.STOPPED)
    held = OutgoingMessage.objects.filter(delivery__in=stopped, state=OutgoingMessage.State.REFUSED)
    held.update(state=OutgoingMessage.State.QUEUED, why="", due_at=at)
    stopped.filter(message=None).update(state=Delivery.State.WAITING, why="", due_at=at)
    stopped.update(state=Delivery.State.QUEUED, why="")
    send.state = State.SENDING if send.listed_at else State.APPROVED
    send.why, send.ended_at = "", None
    send.save(update_fields=["state", "why", "ended_at"])
    log(instance=send, action="contact_centre.restart_send", user=by)


@transaction.atomic
def _end(send: Send, state: str, *, by: User | None, why: str, at: datetime) -> bool:
    # The batches that are being queued hold the row: we wait for them, and they are stopped with the rest.
    send = Send.objects.select_for_update().get(pk=send.pk)
    if send.state not in (State.APPROVED, State.SENDING):
        return False
    send.state, send.why, send.ended_at = state, why, at
    send.save(update_fields=["state", "why", "ended_at"])
    Delivery.objects.filter(send=send, state=Delivery.State.WAITING).update(state=Delivery.State.STOPPED)
    # A message that a worker has in hand leaves; those that wait are taken back under the claim's own condition.
    waiting = OutgoingMessage.objects.filter(delivery__send=send, state=OutgoingMessage.State.QUEUED)
    taken_back = list(waiting.select_for_update(skip_locked=True, of=["self"]).values_list("pk", flat=True))
    OutgoingMessage.objects.filter(pk__in=taken_back).update(
        state=OutgoingMessage.State.REFUSED, why=_("Its send was stopped.")
    )
    Delivery.objects.filter(message__in=taken_back).update(state=Delivery.State.STOPPED)
    log(instance=send, action="contact_centre.halt_send", user=by, data={"why": why})
    _tell(send, by=by, at=at)
    return True


def _tell(send: Send, *, by: User | None, at: datetime) -> None:
    def words() -> str:
        return _("The send «%(send)s» was halted: %(why)s") % {"send": send.name, "why": send.why}

    readers = {user.pk: user for user in (send.made_by, send.approved_by) if user is not None and user != by}
    url = reverse("contact_centre_send", args=[send.uuid])
    notices.tell_all(readers.values(), key=f"send-halted:{send.pk}:{at:%Y%m%d%H%M}", text=words, url=url, at=at)
