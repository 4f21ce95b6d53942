"""The benchmark: our programmes beside what rivals offer, and how long ago somebody looked.

A comparison is as old as the last day on which somebody found all of it right. It stays good for ``GOOD_FOR_DAYS``.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median_low

from babel.numbers import get_currency_precision
from django.db import transaction
from django.db.models import Count, DateField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from people.models import User
from programmes import dates, money
from programmes.models import BenchmarkReview, Modality, Programme, ProgrammePage, Rival, SchoolSettings
from programmes.supports import sheets

GOOD_FOR_DAYS = 90  # R01 of the requirements: a quarter; prices of courses change with the season


class NothingToCompare(Exception):
    """No rival of the programme is written down, so there is no comparison that could be right."""


@dataclass(frozen=True)
class Difference:
    """How a rival differs from ours, in words; ``better`` is "us", "them" or "" where it is neither."""

    text: str
    better: str = ""


@dataclass(frozen=True)
class Side:
    """One column of the comparison. ``rival`` is None in ours; amounts are integer minor units of ``currency``."""

    name: str
    whose: str
    rival: Rival | None = None
    price: str = ""
    price_minor: int | None = None
    currency: str = "EUR"
    hours: int | None = None
    credits: Decimal | None = None
    modality: str = ""
    modality_name: str = ""
    length: str = ""
    channels: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def hour_minor(self) -> int | None:
        return round(self.price_minor / self.hours) if self.price_minor is not None and self.hours else None

    @property
    def per_hour(self) -> str:
        return "" if self.hour_minor is None else money.show(self.hour_minor, self.currency)

    @property
    def per_credit(self) -> str:
        if self.price_minor is None or not self.credits:
            return ""
        return money.show(round(self.price_minor / self.credits), self.currency)

    @property
    def credits_text(self) -> str:
        return number_format(self.credits, 1 if self.credits % 1 else 0) if self.credits else ""


@dataclass(frozen=True)
class Comparison:
    """A programme beside its rivals on a day. ``standing`` says in a sentence where our price is among theirs."""

    programme: Programme
    ours: Side
    rivals: tuple[Side, ...]
    standing: str
    reviewed_on: date | None
    reviewed_by: User | None

    @property
    def sides(self) -> tuple[Side, ...]:
        return (self.ours, *self.rivals)


# --- which programmes, and when somebody last looked


def live_programmes() -> QuerySet[Programme]:
    """The school's own that are on offer and have a published sheet: those that need a comparison."""
    published = ProgrammePage.objects.live().filter(programme=OuterRef("pk"))
    return Programme.objects.filter(Exists(published), collection__is_own=True, is_open=True)


def with_reviews(programmes: QuerySet[Programme], *, on: date) -> QuerySet[Programme]:
    """Annotate ``reviewed_on`` with the last review up to ``on``, and ``rivals_count`` with the rivals that stand."""
    reviews = BenchmarkReview.objects.filter(programme=OuterRef("pk"), reviewed_on__lte=on).order_by("-reviewed_on")
    rivals = Rival.objects.filter(programme=OuterRef("pk"), is_gone=False).order_by().values("programme")
    return programmes.annotate(
        reviewed_on=Subquery(reviews.values("reviewed_on")[:1], output_field=DateField()),
        rivals_count=Coalesce(
            Subquery(rivals.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0
        ),
    )


def reviewed(programmes: QuerySet[Programme], *, on: date) -> QuerySet[Programme]:
    """Those with a rival whose comparison was found right at most ``GOOD_FOR_DAYS`` days before ``on``."""
    since = on - timedelta(days=GOOD_FOR_DAYS)
    return with_reviews(programmes, on=on).filter(rivals_count__gt=0, reviewed_on__gte=since)


def not_reviewed(programmes: QuerySet[Programme], *, on: date) -> QuerySet[Programme]:
    """The others: never compared, or not looked at for more than ``GOOD_FOR_DAYS`` days."""
    since = on - timedelta(days=GOOD_FOR_DAYS)
    too_old = Q(reviewed_on=None) | Q(reviewed_on__lt=since)
    return with_reviews(programmes, on=on).filter(Q(rivals_count=0) | too_old)


def is_due(programme: Programme, *, on: date) -> bool:
    """Whether a programme that ``with_reviews`` annotated has to be looked at again."""
    if not programme.rivals_count or programme.reviewed_on is None:
        return True
    return programme.reviewed_on < on - timedelta(days=GOOD_FOR_DAYS)


@transaction.atomic
def review(programme: Programme, *, by: User, at: datetime, note: str = "") -> BenchmarkReview:
    """Say that the whole comparison is right today: each rival that stands counts as looked at.

    A second review on the same day is the same one, with the newer note. Raises NothingToCompare without a rival.
    """
    on = timezone.localdate(at)
    # The lock makes two reviews at once take turns, so that the second finds the first.
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    standing = Rival.objects.filter(programme=programme, is_gone=False, seen_on__lte=on)
    if not standing.exists():
        raise NothingToCompare(programme.pk)
    standing.update(reviewed_on=on, reviewed_by=by)
    made = BenchmarkReview.objects.filter(programme=programme, reviewed_on=on).first()
    if made is None:
        made = BenchmarkReview.objects.create(programme=programme, reviewed_on=on, by=by, note=note)
    else:
        made.by, made.note = by, note or made.note
        made.save(update_fields=["by", "note"])
    log(instance=programme, action="programmes.review_benchmark", user=by)
    return made


# --- side by side


def compare(programme: Programme, *, on: date) -> Comparison:
    """Our programme as it is sold on ``on`` beside the rivals that still stand, the cheapest first."""
    ours = our_side(programme, on=on)
    rivals = [_side_of(rival, ours) for rival in rivals_of(programme)]
    rivals.sort(key=lambda side: (side.price_minor is None, side.price_minor or 0, side.name))
    last = programme.benchmark_reviews.filter(reviewed_on__lte=on).select_related("by").order_by("-reviewed_on").first()
    return Comparison(
        programme=programme,
        ours=ours,
        rivals=tuple(rivals),
        standing=_standing(ours, rivals),
        reviewed_on=last.reviewed_on if last else None,
        reviewed_by=last.by if last else None,
    )


def rivals_of(programme: Programme) -> QuerySet[Rival]:
    return programme.rivals.filter(is_gone=False).select_related("competitor", "reviewed_by").order_by("pk")


def our_side(programme: Programme, *, on: date) -> Side:
    """Our column: the price of the day of the next start that still has a seat."""
    offers = sheets.offers(programme, on=on)
    offer = sheets.nearest(offers)
    intake = offer.intake if offer else None
    modality = (intake.modality if intake else "") or programme.modality
    weekly = (programme.length_weeks or 0) * (programme.weekly_hours or 0)
    return Side(
        name=programme.title,
        whose=SchoolSettings.objects.values_list("name", flat=True).first() or _("Our school"),
        price=money.price_of(intake, on=on) if intake else "",
        price_minor=intake.price_minor_on(on) if intake else None,
        currency=intake.currency if intake else "EUR",
        hours=programme.total_hours or weekly or None,
        credits=programme.credits,
        modality=modality,
        modality_name=str(Modality(modality).label) if modality else "",
        length=_length(programme),
        channels=_our_channels(programme, has_place=bool(intake and intake.campus)),
    )


def _side_of(rival: Rival, ours: Side) -> Side:
    price = rival.price_text
    if rival.price_minor is not None:
        price = money.show(rival.price_minor, rival.currency) if rival.price_minor else _("Free")
    side = Side(
        name=rival.name,
        whose=rival.competitor.name if rival.competitor else str(rival.get_kind_display()),
        rival=rival,
        price=price,
        price_minor=rival.price_minor,
        currency=rival.currency,
        hours=rival.hours,
        credits=rival.credits,
        modality=rival.modality,
        modality_name=str(rival.get_modality_display()),
        length=rival.length_text,
        channels=tuple(str(Rival.Channel(code).label) for code in rival.channels if code in Rival.Channel.values),
    )
    found = [_price_difference(side, ours), _hour_difference(side, ours), _hours_difference(side, ours)]
    found += [_credits_difference(side, ours), _modality_difference(side, ours)]
    return Side(**{**vars(side), "differences": tuple(one for one in found if one)})


def _price_difference(side: Side, ours: Side) -> Difference | None:
    if ours.price_minor is None:
        return None
    if side.price_minor is None:
        return Difference(_("We do not know its price as a figure."))
    if side.currency != ours.currency:
        return Difference(_("Its price is in another currency and not compared."))
    gap = side.price_minor - ours.price_minor
    if not gap:
        return Difference(_("The same price as ours."))
    words = {"amount": money.show(abs(gap), ours.currency), "share": _share(gap, ours.price_minor)}
    if gap < 0:
        return Difference(_("%(amount)s cheaper than ours%(share)s.") % words, "them")
    return Difference(_("%(amount)s dearer than ours%(share)s.") % words, "us")


def _share(gap: int, ours_minor: int) -> str:
    if not ours_minor:
        return ""
    return _(" (%(share)s %%)") % {"share": number_format(round(abs(100 * gap / ours_minor)))}


def _hour_difference(side: Side, ours: Side) -> Difference | None:
    if side.hour_minor is None or ours.hour_minor is None or side.currency != ours.currency:
        return None
    gap = side.hour_minor - ours.hour_minor
    words = {"amount": money.show(abs(gap), ours.currency)}
    if gap < 0:
        return Difference(_("Each hour costs %(amount)s less.") % words, "them")
    return Difference(_("Each hour costs %(amount)s more.") % words, "us") if gap else None


def _hours_difference(side: Side, ours: Side) -> Difference | None:
    if not side.hours or not ours.hours or side.hours == ours.hours:
        return None
    gap = abs(side.hours - ours.hours)
    words = {"count": number_format(gap, force_grouping=True)}
    if side.hours > ours.hours:
        return Difference(ngettext("%(count)s hour more.", "%(count)s hours more.", gap) % words)
    return Difference(ngettext("%(count)s hour fewer.", "%(count)s hours fewer.", gap) % words)


def _credits_difference(side: Side, ours: Side) -> Difference | None:
    if not side.credits or not ours.credits or side.credits == ours.credits:
        return None
    words = {"theirs": side.credits_text, "ours": ours.credits_text}
    better = "them" if side.credits > ours.credits else "us"
    return Difference(_("It gives %(theirs)s credits, ours %(ours)s.") % words, better)


def _modality_difference(side: Side, ours: Side) -> Difference | None:
    if not side.modality or not ours.modality or side.modality == ours.modality:
        return None
    words = {"theirs": side.modality_name.lower(), "ours": ours.modality_name.lower()}
    return Difference(_("It is %(theirs)s, ours is %(ours)s.") % words)


def _standing(ours: Side, rivals: list[Side]) -> str:
    """Where our price is among those of competitors that can be compared, and which price is in the middle.

    What merely stands in for ours, often for nothing, would make any price look high.
    """
    prices = [
        side.price_minor
        for side in rivals
        if side.price_minor is not None
        and side.currency == ours.currency
        and side.rival is not None
        and side.rival.kind == Rival.Kind.COMPETITOR
    ]
    if ours.price_minor is None or not prices:
        return ""
    cheaper = sum(price < ours.price_minor for price in prices)
    if not cheaper:
        place = _("No rival is cheaper.")
    elif cheaper == len(prices):
        place = _("Every rival is cheaper.")
    else:
        words = {"count": cheaper, "total": len(prices)}
        place = ngettext(
            "%(count)s of %(total)s rivals is cheaper.", "%(count)s of %(total)s rivals are cheaper.", cheaper
        )
        place %= words
    middle = median_low(prices)
    return f"{place} " + _("The price in the middle is %(price)s.") % {"price": money.show(middle, ours.currency)}


def _length(programme: Programme) -> str:
    if not programme.length_weeks:
        return programme.length_text
    weeks = programme.length_weeks
    return ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": weeks}


def _our_channels(programme: Programme, *, has_place: bool) -> tuple[str, ...]:
    """Where ours can be bought, as far as the catalogue knows."""
    found = [(Rival.Channel.WEB, programme.pages.live().exists())]
    found += [(Rival.Channel.PHONE, SchoolSettings.objects.exclude(phone="").exists())]
    found += [(Rival.Channel.CENTRE, has_place)]
    return tuple(str(channel.label) for channel, is_used in found if is_used)


# --- as a file

COLUMNS = [
    *("programme", "side", "whose", "name", "price", "currency", "modality", "hours", "credits", "length"),
    *("channels", "price_per_hour", "source", "seen_on", "reviewed_on"),
]


def rows(programmes: list[Programme], *, on: date) -> list[dict[str, str]]:
    """Each comparison as rows for a file: ours first, then the rivals. Prices in units with a point."""
    found = []
    for programme in programmes:
        for side in compare(programme, on=on).sides:
            rival = side.rival
            found.append(
                {
                    "programme": programme.code,
                    "side": rival.kind if rival else "ours",
                    "whose": side.whose,
                    "name": side.name,
                    "price": units(side.price_minor, side.currency),
                    "currency": side.currency,
                    "modality": side.modality,
                    "hours": str(side.hours or ""),
                    "credits": str(side.credits or ""),
                    "length": side.length,
                    "channels": " ".join(rival.channels) if rival else "",
                    "price_per_hour": units(side.hour_minor, side.currency),
                    "source": rival.source if rival else "",
                    "seen_on": rival.seen_on.isoformat() if rival else "",
                    "reviewed_on": rival.reviewed_on.isoformat() if rival else "",
                }
            )
    return found


def units(amount_minor: int | None, currency: str) -> str:
    """The amount in units with a point, as machines read it; "" when there is none."""
    if amount_minor is None:
        return ""
    digits = get_currency_precision(currency)
    return f"{Decimal(amount_minor).scaleb(-digits):.{digits}f}"


def reviewed_words(reviewed_on: date | None, *, on: date) -> str:
    """When somebody last looked, in words: “today”, “12 days ago”, “on 3 March 2026”."""
    if reviewed_on is None:
        return _("never")
    days = (on - reviewed_on).days
    if days <= 0:
        return _("today")
    if days < 2 * GOOD_FOR_DAYS:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    return dates.show(reviewed_on)
