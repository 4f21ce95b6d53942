"""By when an answer is owed, and how to say it. Pure arithmetic: no clock, no database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON = timedelta(hours=4)  # half a working day: what one adviser can still turn round


@dataclass(frozen=True)
class DueIn:
    """A deadline in words, with how pressing it is: "good", "soon" or "late"."""

    text: str
    level: str


def answer_due_at(opened_at: datetime, *, hours: int) -> datetime:
    """The instant by which whoever asked at ``opened_at`` is promised an answer; nights and Sundays count.

    Hours that pass, also on the nights the clocks change: in a time zone of its own Python would add hours of the day.
    """
    return opened_at.astimezone(UTC) + timedelta(hours=max(hours, 1))


def words(due_at: datetime, *, at: datetime) -> DueIn:
    """Say how far off ``due_at`` is: late from the very instant of the deadline, soon in the last four hours."""
    left = due_at - at
    if left <= timedelta():
        return DueIn(_("%(time)s late") % {"time": span(-left)}, "late")
    return DueIn(_("in %(time)s") % {"time": span(left)}, "soon" if left <= SOON else "good")


def span(length: timedelta) -> str:
    """A length of time in its two largest useful units, such as "3 h 20 min" or "2 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": max(minutes, 1)}
    hours, minutes = divmod(minutes, 60)
    if hours < 10 and minutes:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if hours < 48:
        return _("%(hours)d h") % {"hours": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}
