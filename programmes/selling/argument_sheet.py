"""The adviser's technical sheet: everything to say about a programme, in the language of whoever asks. Never public.

It is opened for somebody: ``?case=…`` or ``?person=…`` in its address. Who that is, upper floors say with the hook
``register_sheet_askers``, which gives ``{name in the address: (value, user) -> Asker | None}``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail import hooks

from people.models import Person, User
from programmes import money
from programmes.models import LANGUAGES, Argument, FactVersion, Intake, Programme, ProgrammePage, SheetLookup, ToldFact
from programmes.selling import benchmark
from programmes.supports import mail_block, sheets

ASKERS = "register_sheet_askers"
PREVIEW = "programmes/admin/argument_sheet_preview.html"
SEE = "programmes.view_argument"
SEE_RIVALS = "programmes.view_rival"
TOLD_SHOWN = 30
SHELF_SHOWS = 200


@dataclass(frozen=True)
class Asker:
    """For whom the sheet is opened: their language, the way back to them, and how to mark an argument as used."""

    language: str
    label: str  # what the way back is called
    address: str
    person: Person | None = None
    about_kind: str = ""
    about_id: int | None = None
    mark: Callable[[Argument, Any], SafeString] | None = None  # (argument, request) -> a button


@dataclass(frozen=True)
class Said:
    """An argument or objection in words. ``language`` is another than asked for where it was never translated."""

    argument: Argument
    text: str
    answer: str
    language: str
    is_translated: bool


@dataclass(frozen=True)
class Start:
    """A start one can still join: the offer as the public sheet has it, and its whole price list."""

    offer: sheets.Offer
    tiers: tuple[money.Tier, ...]


@dataclass(frozen=True)
class Told:
    """A fact this person was told, in the words of then; ``is_old`` when it has changed since."""

    fact: str
    words: str
    told_at: datetime
    support: str
    is_old: bool


@dataclass(frozen=True)
class ArgumentSheet:
    """What the adviser reads of one programme in one language."""

    programme: Programme
    page: ProgrammePage | None
    language: str
    title: str
    facts: tuple[sheets.Fact, ...]
    starts: tuple[Start, ...]
    arguments: tuple[Said, ...]
    objections: tuple[Said, ...]
    told: tuple[Told, ...]
    rivals: benchmark.Comparison | None
    mail: mail_block.MailBlock
    teachers: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Spine:
    """One sheet on the shelf, with what an adviser looks for first."""

    programme: Programme
    title: str
    start: str
    price: str
    seats_left: int | None


def shelf(*, at: datetime, language: str, words: str = "") -> list[Spine]:
    """The sheets of the programmes on offer whose title or code has ``words``, in order of title; three queries."""
    on = timezone.localdate(at)
    programmes = Programme.objects.with_sheets().filter(pk__in=benchmark.live_programmes()).order_by("title", "pk")
    if words:
        programmes = programmes.filter(
            Q(title__icontains=words) | Q(code__icontains=words) | Q(pages__title__icontains=words)
        ).distinct()
    shown = list(programmes[:SHELF_SHOWS])
    starts = Intake.objects.upcoming(on=on).filter(programme__in=shown)
    next_of: dict[int, Intake] = {}
    for intake in starts:
        next_of.setdefault(intake.programme_id, intake)
    taken = sheets.seats_taken([intake.pk for intake in next_of.values()])
    return [_spine(one, next_of.get(one.pk), taken=taken, on=on, language=language) for one in shown]


def _spine(programme: Programme, intake: Intake | None, *, taken: dict[int, int], on: date, language: str) -> Spine:
    seats = intake.seats if intake else None
    return Spine(
        programme=programme,
        title=programme.title_in(language),
        start=intake.start_label() if intake else "",
        price=money.price_of(intake, on=on) if intake else "",
        seats_left=None if seats is None or intake is None else max(0, seats - taken.get(intake.pk, 0)),
    )


def asker_of(query: Mapping[str, str], *, user: User) -> Asker | None:
    """Whoever the address names, if ``user`` may know of them."""
    for register in hooks.get_hooks(ASKERS):
        for name, find in register().items():
            if value := query.get(name):
                return find(value, user)
    return None


def of(
    programme: Programme,
    *,
    language: str,
    at: datetime,
    person: Person | None = None,
    with_rivals: bool = True,
    draft: ProgrammePage | None = None,
) -> ArgumentSheet:
    """The sheet of ``programme`` as it is at ``at``, its content in ``language``.

    ``person`` adds what they were told; ``draft`` stands in for the published page. Its number of queries does not
    grow with what is on it.
    """
    on = timezone.localdate(at)
    with override(language):
        offers = sheets.offers(programme, on=on)
        offer = sheets.nearest(offers)
        facts = tuple(sheets.facts_of(programme, offer))
        starts = tuple(Start(one, tuple(money.tiers(one.intake, on=on))) for one in offers)
        told = told_to(person, programme) if person else ()
    page = draft or programme.sheet_in(language)
    said = arguments_of(programme, language=language)
    return ArgumentSheet(
        programme=programme,
        page=page,
        language=language,
        title=page.title if page else programme.title,
        facts=facts,
        starts=starts,
        arguments=tuple(one for one in said if one.argument.kind == Argument.Kind.ARGUMENT),
        objections=tuple(one for one in said if one.argument.kind == Argument.Kind.OBJECTION),
        told=told,
        rivals=benchmark.compare(programme, on=on) if with_rivals else None,
        mail=mail_block.block(programme, language=language, at=at),
        teachers=tuple(page.teachers.all()) if page else (),
    )


def for_preview(page: ProgrammePage, *, at: datetime) -> dict[str, Any]:
    """Context of ``PREVIEW``: the sheet as an adviser would read it if the draft ``page`` were published."""
    programme = Programme.objects.select_related("field", "collection").with_sheets().get(pk=page.programme_id)
    sheet = of(programme, language=page.locale.language_code, at=at, draft=page)
    return {"sheet": sheet, "groups": groups_of(sheet)}


def groups_of(sheet: ArgumentSheet, mark: Callable[[Argument], str] | None = None) -> list[tuple]:
    """What is said, as the template lists it: (key, heading, [(said, button that marks it)])."""
    listed = [
        ("arguments", _("Arguments"), sheet.arguments),
        ("objections", _("What people object, and answers"), sheet.objections),
    ]
    return [
        (key, heading, [(one, mark(one.argument) if mark else "") for one in said]) for key, heading, said in listed
    ]


def arguments_of(programme: Programme | None, *, language: str) -> list[Said]:
    """What is said for ``programme`` in its order, its own before what holds for every programme."""
    own_or_all = Q(programme=None) | Q(programme=programme)
    found = Argument.objects.filter(own_or_all, is_retired=False).select_related("programme")
    return [said(one, language) for one in found.order_by(F("programme").asc(nulls_last=True), "place", "pk")]


def said(argument: Argument, language: str) -> Said:
    """``argument`` in ``language``, else in the first language it was written in."""
    wanted = dict.fromkeys([language[:2], *LANGUAGES])
    written = next((code for code in wanted if getattr(argument, f"text_{code}", "")), LANGUAGES[0])
    return Said(
        argument=argument,
        text=getattr(argument, f"text_{written}"),
        answer=getattr(argument, f"answer_{written}"),
        language=written,
        is_translated=written == language[:2],
    )


def told_to(person: Person, programme: Programme) -> tuple[Told, ...]:
    """The facts of ``programme`` that ``person`` was told, each once as told last, the newest first."""
    facts = (
        ToldFact.objects.filter(telling__person=person, telling__programme=programme)
        .select_related("telling", "version__intake")
        .order_by("-telling__told_at", "-pk")
    )
    found: dict[tuple, Told] = {}
    for one in facts[: TOLD_SHOWN * 3]:
        version: FactVersion = one.version
        key = (version.intake_id, version.fact)
        if key not in found:
            label = str(version.get_fact_display())
            found[key] = Told(
                fact=f"{label} ({version.intake.label()})" if version.intake else label,
                words=one.words,
                told_at=one.telling.told_at,
                support=str(one.telling.get_support_display()),
                is_old=version.valid_until is not None,
            )
    return tuple(found.values())[:TOLD_SHOWN]


def note_lookup(
    programme: Programme, *, by: User, at: datetime, took_ms: int, about_kind: str = "", about_id: int | None = None
) -> SheetLookup:
    """Write down that ``by`` opened the sheet, from what, and how many milliseconds they waited for it."""
    return SheetLookup.objects.create(
        programme=programme,
        by=by,
        looked_at=at,
        took_ms=max(0, took_ms),
        about_kind=about_kind,
        about_id=about_id,
    )
