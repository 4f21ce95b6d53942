"""``{% enquiry_token form %}``: the signed token that a public form carries, made again where it is shown again."""

from django import template
from django.utils.html import format_html

from enquiries.intake import form_tokens
from programmes.kept_pages import page_cache

register = template.Library()


@register.simple_tag
def enquiry_token(form=None):
    is_again = form is not None and form.is_bound
    token = form_tokens.make(is_again=True) if is_again else page_cache.late("enquiry_token")
    return format_html('<input type="hidden" name="t" value="{}">', token)
