"""``{% load campaign_hours %}``: ``{{ minutes|hours }}``."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """Minutes as hours, with a half where there is one: 90 is 1.5."""
    value = round(minutes / 60, 2)
    return number_format(int(value) if value == int(value) else value)
