"""``{% load money %}``: ``{{ intake|money }}`` and ``{{ amount_minor|money:currency }}``."""

from django import template
from django.utils import timezone

from programmes import money as amounts

register = template.Library()


@register.filter
def money(value, currency: str = "EUR") -> str:
    """An amount in minor units of ``currency``, or the price of anything with ``price_minor`` and ``currency``."""
    if value is None or value == "":
        return ""
    if hasattr(value, "price_minor_on"):
        return amounts.price_of(value, on=timezone.localdate())
    if hasattr(value, "price_minor"):
        return "" if value.price_minor is None else amounts.show(value.price_minor, value.currency)
    if hasattr(value, "amount_minor"):
        return amounts.show(value.amount_minor, value.currency)
    return amounts.show(int(value), currency)
