"""``{% enquiry_token %}``: the signed token that the public enquiry form carries."""

from django import template
from django.utils.html import format_html

from programmes.kept_pages import page_cache

register = template.Library()


@register.simple_tag
def enquiry_token():
    return format_html('<input type="hidden" name="t" value="{}">', page_cache.late("enquiry_token"))
