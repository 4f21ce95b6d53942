"""``{% load slots %}``: ``{% slot "home" %}`` shows the programme that is put forward there, if there is one."""

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from people.access.sign_in import person_of
from programmes.kept_pages import page_cache
from programmes.slots import choosing, wording
from programmes.slots.audiences import Reader

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context, place: str) -> SafeString | str:
    """The slot of ``place`` on this page; nothing where none runs."""
    request, page, at = context.get("request"), context.get("page"), timezone.now()
    if request is None:
        return ""
    language = (get_language() or "ca")[:2]
    choice = choosing.choose(
        place,
        language=language,
        at=at,
        reader=reader_of(request),
        page=request.path,
        without_programme=getattr(page, "programme_id", None),
    )
    page_cache.ends(choice.changes_at)
    if choice.slot is None:
        return ""
    headline, text = wording.words_of(choice.slot, language=language, on=timezone.localdate(at))
    shown = {"slot": choice.slot, "headline": headline, "text": text, "language": language}
    return render_to_string("programmes/slot.html", shown)


def reader_of(request) -> Reader:
    """Who reads this page. Asks the database only about those who have signed in."""
    is_signed_in = bool(getattr(request, "user", None) and request.user.is_authenticated)
    return Reader(person=person_of(request) if is_signed_in else None, is_signed_in=is_signed_in)
