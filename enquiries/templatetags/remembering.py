"""``{% load remembering %}{% remember_strip %}``: at the foot of a page, the offer to remember how one came."""

from django import template
from django.template.loader import render_to_string

from enquiries.origins import touches
from enquiries.origins.naming import NUMBER
from programmes.kept_pages import page_cache

register = template.Library()
MARKS = (*touches.CARRIED, NUMBER, "referrer")


@register.simple_tag(takes_context=True)
def remember_strip(context) -> str:
    """The offer, or the way back from it; nothing where there is no request, as in a mail."""
    request = context.get("request") or getattr(context, "request", None)
    if request is None:
        return ""
    shown = {
        "remembered": page_cache.late("remembered", request),
        "back": request.path,
        "marks": [(name, page_cache.late(name, request)) for name in MARKS],
    }
    return render_to_string("enquiries/remember_strip.html", shown)
