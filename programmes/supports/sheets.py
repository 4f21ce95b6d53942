"""The product sheet: what a page shows of a programme, and what machines read of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from people import walls
from people.own_data.links import absolute
from programmes import catalogue, dates, money, shell, tongues
from programmes.catalogue.cards import credits_of
from programmes.models import Intake, Programme, ProgrammePage, Testimonial
from programmes.supports import structured_data
from programmes.website import articles, pictures

WALL = "construct_product_sheet_panels"
REGIONS = ("main", "price", "aside", "form")  # what hangs at "price" tells the price itself
FEW_SEATS = 5
MOST_WORDS = 3
GROUPED_FROM = 10_000  # hours with a sign between thousands


@dataclass(frozen=True)
class Fact:
    icon: str
    label: str
    value: str


@dataclass(frozen=True)
class Offer:
    """One intake one can still join, as a reader sees it; ``seats_left`` is None when seats are not counted."""

    intake: Intake
    starts: str
    apply_by: str
    price: str  # of the day
    seats_left: int | None
    tiers: tuple[money.Tier, ...] = ()  # its price list, where the price changes with time

    @property
    def amount_minor(self) -> int | None:
        """Today's price in minor units; None where there is none in figures."""
        if not self.tiers:
            return self.intake.price_minor
        return next((tier.amount_minor for tier in self.tiers if tier.is_today), self.intake.price_minor)

    @property
    def price_note(self) -> str:
        """Until when today's price holds and what comes then; "" where it does not change any more."""
        now = next((place for place, tier in enumerate(self.tiers) if tier.is_today), None)
        if now is None or now + 1 >= len(self.tiers):
            return ""
        return _("%(when)s, then %(price)s") % {"when": self.tiers[now].when, "price": self.tiers[now + 1].price}

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0

    @property
    def seats(self) -> str:
        if self.seats_left is None:
            return ""
        if self.is_full:
            return _("Full")
        return ngettext("%(count)s seat left", "%(count)s seats left", self.seats_left) % {"count": self.seats_left}

    @property
    def seats_kind(self) -> str:
        """The kind of badge: full is late, a few is a warning."""
        if self.is_full:
            return "late"
        return "warn" if (self.seats_left or 0) <= FEW_SEATS else "good"


def offers(programme: Programme, *, on: date) -> list[Offer]:
    """The intakes one can still join on ``on``, nearest first, with the seats that upper floors say are taken."""
    intakes = list(Intake.objects.upcoming(on=on).filter(programme=programme))
    taken = seats_taken([intake.pk for intake in intakes])
    return [
        Offer(
            intake=intake,
            starts=dates.show(intake.starts_on) if intake.starts_on else intake.start_text,
            apply_by=dates.show(intake.apply_by) if intake.apply_by else "",
            price=money.price_of(intake, on=on),
            seats_left=None if intake.seats is None else max(0, intake.seats - taken.get(intake.pk, 0)),
            tiers=_tiers(intake, on),
        )
        for intake in intakes
    ]


def _tiers(intake: Intake, on: date) -> tuple[money.Tier, ...]:
    listed = money.tiers(intake, on=on)
    return tuple(listed) if len(listed) > 1 else ()


def nearest(open_intakes: list[Offer]) -> Offer | None:
    """The nearest start with a free seat, else the nearest."""
    return next((one for one in open_intakes if not one.is_full), open_intakes[0] if open_intakes else None)


def seats_taken(intake_ids: list[int]) -> dict[int, int]:
    """How many seats of each intake are taken: the sum of what the hook ``register_seats_taken`` says."""
    total: dict[int, int] = {}
    for count in hooks.get_hooks("register_seats_taken"):
        for intake_id, seats in count(intake_ids).items():
            total[intake_id] = total.get(intake_id, 0) + seats
    return total


def facts_of(programme: Programme, offer: Offer | None) -> list[Fact]:
    """The facts that decide, those that are known."""
    intake = offer.intake if offer else None
    modality = (intake and intake.get_modality_display()) or programme.get_modality_display()
    known = [
        ("calendar", _("Starts"), offer.starts if offer else ""),
        ("clock", _("Apply by"), offer.apply_by if offer else ""),
        ("book", _("Length"), _length(programme)),
        ("globe", _("Taught in"), tongues.in_words(programme.languages())),
        ("people", _("How"), modality),
        ("place", _("Where"), intake.campus if intake else ""),
        ("calendar", _("Timetable"), intake.timetable if intake else ""),
        ("credit", _("Credits"), credits_of(programme)),
        ("clock", _("Work in all"), _hours(programme)),
        ("key", _("Level"), _level(programme)),
        ("good", _("Accredited by"), programme.accredited_by),
        ("seat", _("Seats"), offer.seats if offer else ""),
    ]
    return [Fact(icon, label, str(value)) for icon, label, value in known if value]


def sheet_context(page: ProgrammePage, *, request, at: datetime) -> dict[str, Any]:
    """What the sheet and its brochure both show."""
    programme = page.programme
    on = timezone.localdate(at)
    open_intakes = offers(programme, on=on)
    offer = nearest(open_intakes)
    facts = facts_of(programme, offer)
    return {
        "programme": programme,
        "offers": open_intakes,
        "offer": offer,
        "facts": facts,
        "key_facts": [fact for fact in facts if fact.icon in ("calendar", "book", "globe", "people")][:3],
        "teachers": list(page.teachers.all()),
        "testimonials": shown_words(programme, language=page.locale.language_code, on=on),
        "cover_url": reverse("programme_cover", args=[programme.uuid]),
        "school": shell.school_of(request),
    }


def shown_words(programme: Programme, *, language: str, on: date) -> list[Testimonial]:
    """What former students say, with a permission that holds on the date ``on``; those in ``language`` first."""
    permitted = Testimonial.objects.may_be_shown(on=on).filter(programme=programme).order_by("-said_on", "-pk")
    return sorted(permitted[:20], key=lambda one: one.language != language)[:MOST_WORDS]


def for_page(page: ProgrammePage, request) -> dict[str, Any]:
    """Context of a product sheet."""
    at = timezone.now()
    # The facts must be today's, also in a preview, which may hold an older copy of the programme.
    page.programme = Programme.objects.select_related("field", "collection").get(pk=page.programme_id)
    for version in shell.translations(page).values():
        if version.pk == page.pk:
            page.locale = version.locale  # so that nobody below asks for it again
    context = sheet_context(page, request=request, at=at)
    url = page.get_url(request) or ""
    page.offers = context["offers"]  # for the panels, which need not count the seats again
    panels = walls.furnish(WALL, request, sheet=page)
    breadcrumb = shell.breadcrumb(page, request)
    image_url = _picture_for_networks(page)
    return context | {
        "breadcrumb": breadcrumb,
        "brochure_url": f"{url}brochure.pdf",
        "picture": pictures.of_page(page.image, family="", key=page.programme.uuid) if page.image else None,
        "panels": {region: [html for panel, html in panels if panel.region == region] for region in REGIONS},
        "has_form": any(panel.region == "form" for panel, _html in panels),
        "related": catalogue.related_to(page, request=request, on=timezone.localdate(at)),
        "articles": articles.about([page.programme_id], language=page.locale.language_code, request=request),
        "structured_data": structured_data.of_sheet(
            page,
            context["offers"],
            school=context["school"],
            url=absolute(url),
            image=image_url,
            breadcrumb=breadcrumb,
        ),
        "image_url": image_url,
    }


def _picture_for_networks(page: ProgrammePage) -> str:
    if page.image is None:
        return absolute(reverse("programme_picture", args=[page.programme.uuid]))
    return pictures.for_networks(page.image, family="", key=page.programme.uuid)


def _length(programme: Programme) -> str:
    length = catalogue.length_of(programme)
    if programme.weekly_hours and length:
        return _("%(length)s, %(hours)s hours a week") % {"length": length, "hours": programme.weekly_hours}
    return length


def _hours(programme: Programme) -> str:
    if not programme.total_hours:
        return ""
    return ngettext("%(hours)s hour", "%(hours)s hours", programme.total_hours) % {
        "hours": number_format(programme.total_hours, force_grouping=programme.total_hours >= GROUPED_FROM)
    }


def _level(programme: Programme) -> str:
    level = programme.level_text or programme.get_level_display()
    if not programme.eqf_level:
        return level
    return _("%(level)s, level %(number)s of the European framework (EQF)") % {
        "level": level,
        "number": programme.eqf_level,
    }
