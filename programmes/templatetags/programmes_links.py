"""``{% load programmes_links %}``: addresses as others reach them."""

from django import template
from django.conf import settings

from people.own_data import links
from programmes import shell
from programmes.website import shown

register = template.Library()
LOCALES = {"ca": "ca_ES", "es": "es_ES", "en": "en_GB"}


@register.filter
def absolute(path: str) -> str:
    """The address with the name of this site."""
    return links.absolute(path.partition("?")[0])


@register.simple_tag(takes_context=True)
def absolute_url(context, page) -> str:
    return links.absolute(page.get_url(context.get("request")) or "")


@register.inclusion_tag("programmes/meta.html", takes_context=True)
def page_meta(context, *, description="", image="", kind="website", query="", feed=""):
    """What search engines and social networks read of this page: its own address, its translations, its picture."""
    page, request = context["page"], context["request"]
    below = shell.place_below(request)
    language = page.locale.language_code
    found = shell.translations(page) if page.pk else {}
    alternates = {code: links.absolute((one.get_url(request) or "") + below) for code, one in found.items()}
    return {
        "canonical": links.absolute((page.get_url(request) or "") + below + query),
        "alternates": alternates.items() if len(alternates) > 1 else (),
        "otherwise": alternates.get(settings.LANGUAGE_CODE, ""),
        "title": context.get("meta_title") or page.seo_title or page.title,
        "description": description,
        "image": image,
        "kind": kind,
        "feed": feed,
        "locale": LOCALES.get(language, language),
        "school": context["school"],
    }


@register.simple_tag(takes_context=True)
def way_here(context):
    """From the home page down to this page, for ``components/breadcrumb.html``."""
    return shell.breadcrumb(context["page"], context["request"])


@register.simple_tag(takes_context=True)
def teacher_address(context, teacher) -> str:
    """Where one reads about a teacher in the language of this page; "" where there is no such page."""
    return shown.address_of_teacher(teacher, language=context["page"].locale.language_code, request=context["request"])
