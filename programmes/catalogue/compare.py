"""Up to three programmes side by side, named in the address: ``<catalogue>/compare/?p=<code>&p=<code>``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes import dates, money, tongues
from programmes.catalogue.cards import credits_of, length_of, price_from, with_facts
from programmes.catalogue.filters import MOST_COMPARED, Filters, read_codes
from programmes.catalogue.shelf import on_offer
from programmes.models import CataloguePage, Intake, Programme, ProgrammePage

PLACE = "compare/"


@dataclass(frozen=True)
class Column:
    """A programme as one of those side by side."""

    page: ProgrammePage
    url: str
    cover_svg_url: str
    price: str
    url_without: str  # of the comparison without it

    @property
    def programme(self) -> Programme:
        return self.page.programme

    @property
    def intake(self) -> Intake | None:
        """The next start, which the facts are about."""
        return self.programme.upcoming[0] if self.programme.upcoming else None


@dataclass(frozen=True)
class Line:
    """One fact of each programme, in the order of the columns; "" where it is not known."""

    label: str
    values: list[str]
    is_rich: bool = False

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def comparison_address(catalogue_url: str, codes: Sequence[str]) -> str:
    """The address of these programmes side by side; "" for fewer than two."""
    if len(codes) < 2:
        return ""
    return f"{catalogue_url}{PLACE}?{urlencode({'p': list(codes)[:MOST_COMPARED]}, doseq=True)}"


def for_comparison(page: CataloguePage, request) -> dict[str, Any]:
    """Context of the comparison; codes that are not on offer any more are left out, and that is said."""
    today = timezone.localdate()
    codes = read_codes(request.GET)
    listed = on_offer(page.locale.language_code, on=today)
    rows = [listed.by_code[code] for code in codes if code in listed.by_code]
    found = with_facts(ProgrammePage.objects.filter(pk__in=[row.page_id for row in rows]), on=today)
    pages = found.prefetch_related("teachers").in_bulk() if rows else {}
    address = page.get_url(request) or ""
    shown = [row.code for row in rows if row.page_id in pages]
    columns = [
        _column(pages[row.page_id], request, on=today, address=address, codes=shown)
        for row in rows
        if row.page_id in pages
    ]
    lines = lines_of(columns, on=today)
    only_differences = request.GET.get("only") == "differences" and len(columns) > 1
    link = comparison_address(address, shown)
    return {
        "columns": columns,
        "lines": [line for line in lines if line.differs] if only_differences else lines,
        "only_differences": only_differences,
        "differences": sum(line.differs for line in lines),
        "differences_url": f"{link}&only=differences",
        "all_url": link,
        "is_missing": len(columns) < len(codes),
        "catalogue_url": address,
        "choose_url": address + Filters(p=tuple(shown)).address(),
        "has_room": len(columns) < MOST_COMPARED,
    }


def lines_of(columns: Sequence[Column], *, on: date) -> list[Line]:
    """The facts that at least one of the programmes has."""
    plain: list[tuple[str, Callable[[Column], Any]]] = [
        (_("Price today"), lambda one: one.price),
        (_("Price list"), lambda one: _price_list(one, on=on)),
        (_("Starts"), _start),
        (_("Ends"), lambda one: dates.show(one.intake.ends_on) if one.intake and one.intake.ends_on else ""),
        (_("Apply by"), lambda one: dates.show(one.intake.apply_by) if one.intake and one.intake.apply_by else ""),
        (_("Other starts"), _other_starts),
        (_("Length"), lambda one: length_of(one.programme)),
        (_("Hours a week"), lambda one: one.programme.weekly_hours),
        (_("Hours in all"), lambda one: one.programme.total_hours),
        (_("Credits"), lambda one: credits_of(one.programme)),
        (_("Field"), lambda one: one.programme.field.name if one.programme.field else ""),
        (_("Level"), lambda one: one.programme.level_text or one.programme.get_level_display()),
        (_("European level (EQF)"), lambda one: one.programme.eqf_level),
        (_("How it is taught"), lambda one: _modality(one)),
        (_("Taught in"), lambda one: tongues.in_words(one.programme.languages())),
        (_("Where"), lambda one: one.intake.campus if one.intake else ""),
        (_("Timetable"), lambda one: one.intake.timetable if one.intake else ""),
        (_("Accredited by"), lambda one: one.programme.accredited_by),
        (_("Teachers"), lambda one: ", ".join(teacher.name for teacher in one.page.teachers.all())),
    ]
    rich: list[tuple[str, Callable[[Column], Any]]] = [
        (_("What you will be able to do"), lambda one: one.page.outcome),
        (_("What you need to join"), lambda one: one.page.requirements),
        (_("Where it leads"), lambda one: one.page.careers),
    ]
    found = [
        Line(label, [str(value_of(column) or "") for column in columns], is_rich)
        for group, is_rich in ((plain, False), (rich, True))
        for label, value_of in group
    ]
    return [line for line in found if any(line.values)]


def _column(page: ProgrammePage, request, *, on: date, address: str, codes: list[str]) -> Column:
    others = [code for code in codes if code != page.programme.code]
    without = comparison_address(address, others) or address + Filters(p=tuple(others)).address()
    return Column(
        page=page,
        url=page.get_url(request) or "",
        cover_svg_url=reverse("programme_cover", args=[page.programme.uuid]),
        price=price_from(page.programme.upcoming, on=on),
        url_without=without,
    )


def _price_list(column: Column, *, on: date) -> str:
    """What the next start costs when, if that changes."""
    tiers = money.tiers(column.intake, on=on) if column.intake else []
    return "; ".join(f"{tier.price} {tier.when}" for tier in tiers if not tier.is_over) if len(tiers) > 1 else ""


def _start(column: Column) -> str:
    if column.intake is None:
        return _("No start announced")
    return dates.show(column.intake.starts_on) if column.intake.starts_on else column.intake.start_text


def _other_starts(column: Column) -> str:
    months = [label for one in column.programme.upcoming[1:] if (label := one.start_label())]
    if len(months) <= 3:
        return ", ".join(dict.fromkeys(months))
    return ngettext("%(count)s more start", "%(count)s more starts", len(months)) % {"count": len(months)}


def _modality(column: Column) -> str:
    return (column.intake and column.intake.get_modality_display()) or column.programme.get_modality_display()
