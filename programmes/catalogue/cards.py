"""Cards: what a list shows of a programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.models import Site

from programmes import money
from programmes.catalogue.shelf import Shelf, least_price
from programmes.models import Intake, Programme, ProgrammePage


@dataclass(frozen=True)
class Card:
    """What a card in a list shows of a programme; the last two only where programmes can be put aside to compare."""

    title: str
    url: str
    promise: str
    field: str
    facts: list[str]
    price: str
    cover_svg_url: str
    badge: str
    language: str
    code: str = ""
    compare_url: str = ""
    is_compared: bool = False


def cards(page_ids: Sequence[int], *, request, on: date) -> list[Card]:
    """The cards of these sheets, in that order. Two queries for any number."""
    pages = with_facts(ProgrammePage.objects.filter(pk__in=page_ids), on=on).in_bulk()
    return [card_of(pages[page_id], request, on=on) for page_id in page_ids if page_id in pages]


def kept_cards(page_ids: Sequence[int], listed: Shelf, *, request, on: date) -> list[Card]:
    """The same of sheets on a shelf, made once for as long as it stands. Two queries at most."""
    # The address depends on the site that is read, the words on the reader.
    site = Site.find_for_request(request)
    kept = listed.memory.setdefault(("cards", site and site.pk, get_language()), {})
    missing = [page_id for page_id in page_ids if page_id not in kept]
    if missing:
        pages = with_facts(ProgrammePage.objects.filter(pk__in=missing), on=on).in_bulk()
        kept |= {page_id: card_of(page, request, on=on) for page_id, page in pages.items()}
    return [kept[page_id] for page_id in page_ids if page_id in kept]


def with_facts(pages: QuerySet[ProgrammePage], *, on: date) -> QuerySet[ProgrammePage]:
    """With their programmes and the intakes one can still join on ``on``, as ``programme.upcoming``."""
    upcoming = Prefetch("programme__intakes", queryset=Intake.objects.upcoming(on=on), to_attr="upcoming")
    return pages.select_related("locale", "programme__field").prefetch_related(upcoming)


def card_of(page: ProgrammePage, request, *, on: date) -> Card:
    """The card of a sheet that was read ``with_facts``."""
    programme = page.programme
    intakes = programme.upcoming
    facts = [intakes[0].start_label() if intakes else "", programme.get_modality_display(), length_of(programme)]
    reader = (get_language() or "ca")[:2]
    written_in = page.locale.language_code
    return Card(
        title=page.title,
        url=page.get_url(request) or "",
        promise=page.promise,
        field=programme.field.name if programme.field else programme.level_text,
        facts=[fact for fact in facts if fact],
        price=price_from(intakes, on=on),
        cover_svg_url=reverse("programme_cover", args=[programme.uuid]),
        badge="" if intakes else _("No start announced"),
        language=written_in if written_in != reader else "",
        code=programme.code,
    )


def price_from(intakes: Sequence[Intake], *, on: date) -> str:
    """The price of the day of what one can still join: “1.950 €”, “from 1.950 €” when they differ, "" when unknown."""
    least = least_price(intakes, on=on)
    if least is None:
        return ""
    price = money.price_of(least[0], on=on)
    asked = {(one.price_minor_on(on), one.currency) for one in intakes if one.price_minor_on(on) is not None}
    return pgettext("lowest of several prices", "from %(price)s") % {"price": price} if len(asked) > 1 else price


def credits_of(programme: Programme) -> str:
    """The credits, as “7 ECTS” or “10.5 ECTS”; "" when there are none."""
    if not programme.credits:
        return ""
    number = number_format(programme.credits, 1 if programme.credits % 1 else 0)
    return _("%(credits)s ECTS") % {"credits": number}


def length_of(programme: Programme) -> str:
    """How long it takes, in words."""
    if programme.length_weeks:
        return _("%(weeks)s weeks") % {"weeks": programme.length_weeks}
    return programme.length_text
