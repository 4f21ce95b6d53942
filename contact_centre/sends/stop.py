"""The emergency stop: while it stands nothing leaves but what somebody is owed. The outbox asks at every claim."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, Q
from wagtail.log_actions import log

from contact_centre.models import SendingStop
from people.models import User


class NoReason(Exception):
    """A stop without a word of why is refused: whoever comes after must know what happened."""


def stop(*, by: User | None, why: str, at: datetime) -> SendingStop:
    """Hold back everything that is not owed to somebody, from this instant and on every worker.

    Stopping again while it stands returns the stop that stands. Raises NoReason without ``why``.
    """
    why = " ".join(why.split())[:250]
    if not why:
        raise NoReason
    try:
        with transaction.atomic():
            made = SendingStop.objects.create(since=at, by=by, why=why)
            log(instance=made, action="contact_centre.stop_sends", user=by)
            return made
    except IntegrityError:  # two who press it together: one stop stands
        return SendingStop.objects.get(ended_at=None)


@transaction.atomic
def resume(*, by: User | None, at: datetime) -> SendingStop | None:
    """End the stop that stands and let leave what waited; None when none stood."""
    standing = SendingStop.objects.select_for_update().filter(ended_at=None).first()
    if standing is None:
        return None
    standing.ended_at, standing.ended_by = at, by
    standing.save(update_fields=["ended_at", "ended_by"])
    log(instance=standing, action="contact_centre.resume_sends", user=by)
    return standing


def standing() -> SendingStop | None:
    """The stop that stands, if one does."""
    return SendingStop.objects.select_related("by").filter(ended_at=None).first()


def is_stopped() -> bool:
    """Whether nothing may leave but what somebody is owed."""
    return SendingStop.objects.filter(ended_at=None).exists()


def brake(*, at: datetime) -> Q:
    """The messages that wait, for the outbox (``register_sending_brakes``): asked within the claim itself."""
    return Q(Exists(SendingStop.objects.filter(ended_at=None)))
