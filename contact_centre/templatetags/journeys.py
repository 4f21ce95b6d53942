"""What the screens of journeys need to say: shares, places on the canvas, the words of the log."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

register = template.Library()
SAID = {
    "entered": _("came in"),
    "waiting": _("waits"),
    "waited": _("waited"),
    "sent": _("sent"),
    "refused": _("not sent"),
    "branched": _("decided"),
    "split": _("drawn"),
    "tasked": _("asked a colleague"),
    "held_out": _("held out"),
    "arrived": _("arrived"),
    "left": _("left"),
    "failed": _("given up"),
    "not_let_in": _("not let in"),
}


@register.filter
def said(what):
    """A word of the log."""
    return SAID.get(what, what)


@register.filter
def percent(share):
    """A share between 0 and 1, as a percentage."""
    return "–" if share is None else f"{number_format(share * 100, 1)} %"


@register.filter
def points(gap):
    """A difference between shares, with its sign."""
    return "–" if gap is None else f"{'+' if gap >= 0 else '−'}{number_format(abs(gap) * 100, 1)} %"


@register.filter
def at(mapping, key):
    """The value under a key."""
    return mapping.get(key)


@register.filter
def baseline(y, line):
    """Where a line of words stands in a box whose upper edge is at ``y``."""
    return y + 42 + 18 * line
