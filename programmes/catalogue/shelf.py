"""What is on offer, as far as filtering, counting, sorting and relating need it, read once until something changes.

With 3,000 programmes reading takes some 200 ms and filtering some 5. So the rows stay in the memory of the process,
under the stamp that every change of what the website shows renews (``programmes.kept_pages.freshness``), and for one
day only: what is upcoming, and at what price, is a matter of the day.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock

from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When
from wagtail.models import PageViewRestriction

from programmes import words
from programmes.kept_pages import freshness
from programmes.models import LANGUAGES, Collection, Field, Intake, Programme, ProgrammePage

# A change whose stamp was lost (a process killed between commit and stamp) is seen this much later at the latest.
KEPT_SECONDS = 60
SHORT = 4  # letters; shorter words say little about what a programme is about
STEM = 6  # letters that inflections leave alone, in three languages, near enough


@dataclass(frozen=True, slots=True)
class Row:
    """One programme of the list. ``price_minor`` is the least one pays for an upcoming start who signs up that day."""

    page_id: int
    programme_id: int
    code: str
    title: str
    order: str  # of the title in an alphabet without accents and capitals
    field: str
    level: str
    modality: str
    languages: tuple[str, ...]
    collection: str
    is_own: bool
    months: tuple[str, ...]  # of the upcoming starts: "2027-03"
    starts_on: date | None
    price_minor: int | None
    currency: str
    terms: frozenset[str]  # what title and promise are about


@dataclass(frozen=True)
class Shelf:
    """Every programme on offer with the sheet a reader of one language gets, on one day."""

    rows: list[Row]
    fields: dict[str, Field]
    collections: list[Collection]  # the school's own first
    memory: dict = field(default_factory=dict)  # what others work out from these rows, and keep as long

    @cached_property
    def by_page(self) -> dict[int, Row]:
        return {row.page_id: row for row in self.rows}

    @cached_property
    def by_code(self) -> dict[str, Row]:
        return {row.code: row for row in self.rows}

    @cached_property
    def spread(self) -> dict[str, int]:
        """In how many programmes each term stands: the rarer, the more it says."""
        counts: dict[str, int] = defaultdict(int)
        for row in self.rows:
            for term in row.terms:
                counts[term] += 1
        return counts


_kept: dict[tuple[str, date], tuple[str, float, Shelf]] = {}
_reading = Lock()


def on_offer(language: str, *, on: date) -> Shelf:
    """What a reader of ``language`` can find on the day ``on``. No query if nothing changed since it was last read."""
    # Before the rows: a change while they are read leaves them under a stamp that holds no more.
    stamp = freshness.stamp()
    found = _still_good(language, on, stamp)
    if found is None:
        with _reading:  # of several threads that miss it one reads
            found = _still_good(language, on, stamp)
            if found is None:
                found = _read(language, on=on)
                for old in [key for key in _kept if key[1] != on]:
                    del _kept[old]
                _kept[language, on] = (stamp, time.monotonic(), found)
    return found


def forget() -> None:
    """Read again next time."""
    _kept.clear()


def listed_sheets(language: str) -> QuerySet[ProgrammePage]:
    """One published sheet for each programme on offer: the one in ``language``, else in another language."""
    order = dict.fromkeys([language, *LANGUAGES])
    place = Case(
        *[When(locale__language_code=code, then=Value(number)) for number, code in enumerate(order)],
        default=Value(len(order)),
    )
    sheets = ProgrammePage.objects.live().annotate(place=place)
    # One pass, sorted. A NOT EXISTS (better) took minutes while a fresh import had no statistics yet.
    best = sheets.order_by("programme_id", "place").distinct("programme_id").values("pk")
    return sheets.filter(is_public(), pk__in=best, programme__is_open=True).order_by("pk")


def is_public() -> Q:
    """That nobody restricted who may read a page. As Wagtail's public(), which would ask for the restrictions first."""
    asked = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    return ~Q(Exists(PageViewRestriction.objects.annotate(asked=asked).filter(asked__startswith=F("page__path"))))


def least_price(intakes: Iterable[Intake], *, on: date) -> tuple[Intake, int] | None:
    """The intake that costs least who signs up on ``on``, with its price; of several currencies, in the first."""
    priced = [(intake, price) for intake in intakes if (price := intake.price_minor_on(on)) is not None]
    if not priced:
        return None
    currency = priced[0][0].currency
    return min((one for one in priced if one[0].currency == currency), key=lambda one: one[1])


def terms_of(*texts: str) -> frozenset[str]:
    """What these texts are about: their longer words, without accents and endings."""
    plain = words.without_accents(" ".join(texts)).casefold()
    return frozenset(word[:STEM] for word in re.findall(r"[^\W\d_]+", plain) if len(word) >= SHORT)


def _still_good(language: str, on: date, stamp: str) -> Shelf | None:
    kept = _kept.get((language, on))
    if kept and kept[0] == stamp and time.monotonic() - kept[1] < KEPT_SECONDS:
        return kept[2]
    return None


def _read(language: str, *, on: date) -> Shelf:
    """Four queries for any number of programmes."""
    upcoming: dict[int, list[Intake]] = defaultdict(list)
    intakes = Intake.objects.upcoming(on=on).only(
        "programme_id", "starts_on", "currency",
        "price_minor", "early_price_minor", "early_until", "late_price_minor", "late_from",
    )  # fmt: skip
    for intake in intakes:
        upcoming[intake.programme_id].append(intake)
    found = listed_sheets(language).values_list(
        "pk", "programme_id", "programme__code", "title", "promise", "programme__field__slug", "programme__level",
        "programme__modality", "programme__taught_in", "programme__collection__slug", "programme__collection__is_own",
    )  # fmt: skip
    return Shelf(
        rows=[_row(*values, intakes=upcoming.get(values[1], []), on=on) for values in found],
        fields={one.slug: one for one in Field.objects.all()},
        collections=list(Collection.objects.order_by("-is_own", "name")),
    )


def _row(page_id, programme_id, code, title, promise, field, level, modality, taught_in, collection, is_own, *,
         intakes: list[Intake], on: date) -> Row:  # fmt: skip
    starts = [intake.starts_on for intake in intakes if intake.starts_on]
    least = least_price(intakes, on=on)
    return Row(
        page_id=page_id,
        programme_id=programme_id,
        code=code,
        title=title,
        order=words.without_accents(title).casefold(),
        field=field or "",
        level=level,
        modality=modality,
        languages=tuple(dict.fromkeys(Programme(taught_in=taught_in).languages())),
        collection=collection,
        is_own=is_own,
        months=tuple(dict.fromkeys(f"{start:%Y-%m}" for start in starts)),
        starts_on=starts[0] if starts else None,
        price_minor=least[1] if least else None,
        currency=least[0].currency if least else "",
        terms=terms_of(title, promise),
    )
