"""Browsers, as people call them."""

from django import template

from people.access import devices

register = template.Library()


@register.filter
def device_name(agent: str) -> str:
    """“Firefox, Windows” for a User-Agent header; empty when it says nothing we know."""
    return devices.name_of(agent or "")
