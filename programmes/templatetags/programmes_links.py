"""``{% load programmes_links %}``: addresses as others reach them."""

from django import template

from people.own_data import links

register = template.Library()


@register.filter
def absolute(path: str) -> str:
    """The address with the name of this site."""
    return links.absolute(path.partition("?")[0])


@register.simple_tag(takes_context=True)
def absolute_url(context, page) -> str:
    return links.absolute(page.get_url(context.get("request")) or "")
