"""Why we may or may not contact somebody, in words for people."""

from collections.abc import Callable
from datetime import datetime

from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Person

LATER = ("paused", "quiet", "hours", "cap")  # not now, but allowed
REASONS: dict[str, str | Promise] = {
    "erased": gettext_lazy("This person has been erased."),
    "merged": gettext_lazy("This person has become part of another."),
    "no_address": gettext_lazy("We have no address for this channel."),
    "suppressed": gettext_lazy("The address is on the list of those we must not contact."),
    "excluded": gettext_lazy("The address is on an exclusion list."),
    "undeliverable": gettext_lazy("Messages to this address come back."),
    "stopped": gettext_lazy("They asked us to stop answering on this channel."),
    "refused": gettext_lazy("They said no."),
    "minor": gettext_lazy("They are under 14: a guardian has to agree."),
    "requested": gettext_lazy("They have not confirmed it yet."),
    "no_consent": gettext_lazy("They have not agreed to this."),
    "topic_off": gettext_lazy("They do not want news about this topic."),
    "paused": gettext_lazy("They asked for a pause."),
    "quiet": gettext_lazy("It is too late or too early where they are."),
    "hours": gettext_lazy("They prefer other hours."),
    "cap": gettext_lazy("They have had enough commercial messages for now."),
}
AGREED: dict[str, Callable[[], str]] = {
    "service": lambda: _("It is about what they have with us: no consent is needed."),
    "asked": lambda: _("They asked us: no consent is needed to answer."),
    "consent": lambda: _("They said yes on %(date)s."),
    "customer": lambda: _("They are our customer since %(date)s: we may write about similar programmes."),
    "student": lambda: _("They study with us and have not said no to surveys."),
}


def why(reason: str, *, said_at: datetime | None = None, person: Person | None = None) -> str:
    """The sentence for ``reason``; with the day of the refusal, or the hours they prefer, where these are known."""
    if reason == "refused" and said_at is not None:
        return _("They said no on %(date)s.") % {"date": date_format(said_at, "SHORT_DATE_FORMAT")}
    if reason == "hours" and person is not None and person.preferred_from and person.preferred_until:
        return _("They prefer to be contacted between %(start)s and %(end)s, their time.") % {
            "start": time_format(person.preferred_from, "TIME_FORMAT"),
            "end": time_format(person.preferred_until, "TIME_FORMAT"),
        }
    return str(REASONS[reason])


def why_not_barred(basis: str, *, said_at: datetime | None = None, since: datetime | None = None) -> str:
    """The sentence for the ground on which we may."""
    day = said_at if basis == "consent" else since
    return AGREED[basis]() % {"date": date_format(day, "SHORT_DATE_FORMAT") if day is not None else ""}
