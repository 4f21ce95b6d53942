"""The place of a form on a page of the website: blank, in each variant that is compared."""

from typing import cast

from django.forms import ChoiceField
from django.urls import reverse
from django.utils import timezone, translation
from laces.components import Component

from enquiries.asking import building, calling, drawing
from enquiries.models import Form
from enquiries.views import public
from people.access.sign_in import person_of
from programmes.kept_pages import page_cache

DRAWN = "is-drawn"


def live_form(slug: str) -> Form | None:
    """A form in use, by its code."""
    found = Form.objects.select_related("programme", "campaign", "document")
    return found.filter(slug=slug, is_live=True).first()


class FormOnPage(Component):
    """A form in its place on a page, in each variant that is compared; the visitor's own is the one shown."""

    template_name = "enquiries/asked_on_page.html"

    def __init__(self, form: Form, request, page=None):
        self.form, self.request, self.page = form, request, page

    def get_context_data(self, parent_context=None):
        request, at = self.request, timezone.now()
        person = person_of(request)
        language = (translation.get_language() or "ca")[:2]
        campaign = getattr(self.page, "campaign", "") or (self.form.campaign.slug if self.form.campaign else "")
        shown = []
        spans = drawing.of_form(self.form)
        for letter, (start, end) in (spans or {"": (0, 100)}).items():
            filled = building.bound(
                self.form, None, None, language=language, at=at, person=person, variant=letter, step=building.FIRST
            )
            _ends_with(filled)
            drawn = page_cache.late(f"form_variant:{self.form.pk}-{start}-{end}", request) if spans else DRAWN
            hidden = [("variant", letter), *blank_hidden(request, self.form, campaign=campaign)]
            shown.append({"drawn": drawn, **form_context(filled, hidden=hidden, letter=letter)})
        return {"shown": shown, "person": person, "form": self.form, "request": request}


def _ends_with(filled: building.AskedForm) -> None:
    """A kept page with times to choose from holds until the first of them."""
    times = filled.fields.get("call_at")
    if isinstance(times, ChoiceField):
        offered = [choice for choice in cast("list", times.choices) if choice[0]]
        page_cache.ends(calling.first_change(offered))


def late_words():
    """The class of the variant that this visitor sees."""
    return {"form_variant": _is_drawn}


def letter_for(request, form: Form) -> str:
    """The variant of a form that this visitor sees, the same for one browser all day; nobody is remembered."""
    return drawing.letter_of(_number(request, form.pk), drawing.of_form(form))


def _is_drawn(request, what: str = "") -> str:
    form, start, end = (int(number) for number in what.split("-"))
    return DRAWN if start <= _number(request, form) < end else ""


def _number(request, form: int | None) -> int:
    if request is None:
        return 99
    agent = request.headers.get("User-Agent", "")
    return drawing.draw(public.network(request), agent, str(form))


def blank_hidden(request, form: Form, *, campaign: str = "") -> list[tuple[str, str]]:
    """What a blank form carries along: where it stands, and where its visitor came from."""
    found = [("page", request.path), ("language", (translation.get_language() or "ca")[:2])]
    if form.programme:
        found.append(("programme", form.programme.code))
    found += [(name, page_cache.late(name, request)) for name in public.ARRIVAL]
    return [*found, ("utm_campaign", page_cache.late("utm_campaign", request, otherwise=campaign))]


def form_context(filled: building.AskedForm, *, hidden, letter="", token="", state="") -> dict:
    """What the template of a form needs; without a ``token`` it asks for one when it is served."""
    asked = filled.asked
    number, last = filled.number, asked.last_step
    return {
        "filled": filled,
        "asked": asked,
        "hidden": [(name, value) for name, value in hidden if value and name not in filled.fields],
        "letter": letter,
        "token": token,
        "state": state,
        "wordings": filled.wordings,
        "step": number if last > 1 else 0,
        "last_step": last,
        "is_last": filled.is_last,
        "action": reverse("enquiries:form", args=[asked.form.slug]),
    }
