"""Steps, facts and instants as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contact_centre.journeys import steps, triggers
from contact_centre.journeys.steps import Step
from people.models import Channel

ZONE = ZoneInfo(settings.TIME_ZONE)  # the school's: hours in a journey are the school's hours


def instant(at: datetime, zone: ZoneInfo = ZONE) -> str:
    """A day with its hour, short."""
    return formats.date_format(localtime(at, zone), "SHORT_DATETIME_FORMAT")


def fact(code: str) -> str:
    """What may happen, in words; a segment by its code."""
    if code.startswith(steps.SEGMENT):
        return _("In the segment “%(code)s”") % {"code": code.removeprefix(steps.SEGMENT)}
    known = triggers.happenings().get(code)
    return str(known.label) if known else code


def span(minutes: int) -> str:
    """A length of time in its largest whole unit."""
    if minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def channel(code: str) -> str:
    """A channel by its name."""
    return _("the best channel") if code == steps.BEST else str(dict(Channel.choices).get(code, code))


def step(one: Step, *, titles: dict[str, str] | None = None) -> str:
    """What a step does, in one line. ``titles`` are those of templates, by their codes."""
    return str(_SAID[one.kind](one, titles or {}))


def _wait(one: Step, titles: dict[str, str]) -> str:
    mode = one.get("mode", steps.SPAN)
    if mode == steps.SPAN:
        return span(one.get("minutes")) if isinstance(one.get("minutes"), int) else "?"
    hour = steps.time_of(one)
    at = formats.time_format(hour, "TIME_FORMAT") if hour else "?"
    if mode == steps.DATE:
        day = steps.day_of(one)
        return _("Until %(day)s, %(hour)s") % {
            "day": formats.date_format(day, "SHORT_DATE_FORMAT") if day else "?",
            "hour": at,
        }
    return _("Until %(day)s, %(hour)s") % {"day": WEEKDAYS.get(one.get("weekday"), "?"), "hour": at}


def _until(one: Step, titles: dict[str, str]) -> str:
    names = {"what": fact(one.get("fact")), "span": span(one.get("hours") * 60) if one.get("hours") else "?"}
    return _("%(what)s? For %(span)s at most") % names


def _branch(one: Step, titles: dict[str, str]) -> str:
    if one.get("hours"):
        return _("%(what)s in the last %(span)s?") % {
            "what": fact(one.get("fact")),
            "span": span(one.get("hours") * 60),
        }
    return _("%(what)s?") % {"what": fact(one.get("fact"))}


def _message(one: Step, titles: dict[str, str]) -> str:
    code = one.get("template")
    return _("“%(title)s” by %(channel)s") % {
        "title": titles.get(code, code or "?"),
        "channel": channel(one.get("channel", steps.BEST)),
    }


def _task(one: Step, titles: dict[str, str]) -> str:
    return str(one.get("text"))


def _split(one: Step, titles: dict[str, str]) -> str:
    ways = steps.ways_of(one.fields)
    total = sum(way.get("share", 0) for way in ways) or 1
    return " · ".join(f"{way.get('name')} {round(100 * way.get('share', 0) / total)} %" for way in ways)


def _exit(one: Step, titles: dict[str, str]) -> str:
    return str(one.get("text") or (_("Goal reached") if one.get("is_goal") else _("End of the journey")))


_SAID = {
    steps.WAIT: _wait,
    steps.UNTIL: _until,
    steps.BRANCH: _branch,
    steps.MESSAGE: _message,
    steps.TASK: _task,
    steps.SPLIT: _split,
    steps.EXIT: _exit,
}
