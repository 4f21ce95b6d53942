"""The registry of what we hold about people: every field of every table, why, how long, and what an erasure does.

Each floor declares its tables with the hook ``register_personal_fields``, which gives ``Table`` and ``Place`` rows. A
test fails when a table of ours has a field that stands in none of them. The erasure clears and deletes what is declared
here by itself; what it cannot know (files, copies at others) each floor adds with ``register_eraser``.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people.identity import merging
from people.models import Person
from people.privacy import retention_rules

Words = str | Promise
SHOWN_PER_TABLE = 200  # of a long history the newest are shown, and how many there are; a download holds them all


class Erasure(StrEnum):
    """What an erasure does with a field."""

    CLEAR = "clear"  # the row stays, nameless, and the field is emptied
    DELETE = "delete"  # the row goes
    LAW = "law"  # kept as it is, because a law says so, until its retention rule ends it
    NAMELESS = "nameless"  # stays for the figures: on a row without identity it tells of nobody


CLEAR, DELETE, LAW, NAMELESS = Erasure

# Why we hold something: the purpose and its ground in art. 6.1 of the General Data Protection Regulation.
ASKED = _("To answer what you asked of us (steps you requested before a contract, GDPR art. 6.1.b).")
CONTRACT = _("To carry out your application and your studies (contract, GDPR art. 6.1.b).")
CONSENT = _("To do what you agreed to, and nothing else (consent, GDPR art. 6.1.a).")
PROOF = _("To show what you said about being contacted (obligation to prove it, GDPR art. 7.1).")
BOOKS = _("To keep the accounts the law asks for (legal obligation, GDPR art. 6.1.c).")
SECURITY = _("To keep your account and everybody’s data safe (legitimate interest and duty, GDPR art. 6.1.f and 32).")
CARE = _("To know whom we are talking to and what was agreed (legitimate interest, GDPR art. 6.1.f).")
FIGURES = _("To see how well the school answers and teaches (legitimate interest, GDPR art. 6.1.f).")
DUTY = _("To be able to account for what was done with personal data (legal obligation, GDPR art. 5.2).")

AS_PERSON = "person"  # kept as long as the person's own row: the retention rule that concerns them says how long


@dataclass(frozen=True)
class Field:
    """A personal field, where its table's own answers do not hold for it, or its values need words."""

    what: Words
    erasure: Erasure | None = None  # as the table says
    why: Words = ""
    kept: Words = ""
    shown_as: str = ""  # the lookup whose value a reader understands, as "programme__title"
    words: Callable[[], dict] | None = None  # what the codes in it are called
    is_secret: bool = False  # that we hold it is told, its value is not: a password, a copy about two people
    is_by_hand: bool = False  # an eraser takes care of it: emptying the column would not do


@dataclass(frozen=True, kw_only=True)
class Table:
    """What one table holds about people.

    ``personal`` maps fields to words, or to a ``Field``; ``links`` are fields that point at a person or a login, whose
    own rows are made nameless; ``nameless`` are keys and bookkeeping, the same for everybody.
    """

    model: str
    section: Words = ""
    of: Sequence[str] = ()  # lookups that lead from a row to its person
    why: Words = ""
    kept: Words = AS_PERSON  # AS_PERSON, the code of a retention rule, or words
    erasure: Erasure = CLEAR
    personal: dict[str, "Words | Field"] = field(default_factory=dict)
    links: str = ""
    nameless: str = ""
    dated: str = ""  # the field that tells one row from the next when they are listed
    reached: Words = ""  # how the rows about somebody are found where no lookup leads to them

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def fields(self) -> dict[str, Field]:
        return {name: it if isinstance(it, Field) else Field(it) for name, it in self.personal.items()}

    def erasure_of(self, name: str) -> Erasure:
        return self.fields()[name].erasure or self.erasure

    def declared(self) -> set[str]:
        return {*self.personal, *self.links.split(), *self.nameless.split()}

    def rows_of(self, people: Iterable[int]) -> QuerySet:
        """The rows that any of the lookups leads from to one of ``people``, by their ids."""
        whose = Q()
        for lookup in self.of:
            whose |= Q(**{f"{lookup}__in": list(people)})
        rows = self.model_class._base_manager.all()
        return rows.filter(whose) if whose else rows.none()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where personal data lies outside the tables of models: files, the cache, what is written beside the database."""

    code: str
    holds: Words
    why: Words
    kept: Words
    on_erasure: Words
    tables: Sequence[str] = ()  # of the database, where no model speaks for them


def tables() -> list[Table]:
    """What every floor declared, the upper floors first; tables of libraries that are not installed are left out."""
    return [it for it in _declared() if isinstance(it, Table) and it.model.partition(".")[0] in apps.app_configs]


def places() -> list[Place]:
    """Where else personal data lies."""
    return [it for it in _declared() if isinstance(it, Place)]


def _declared() -> Iterable[Table | Place]:
    for declare in hooks.get_hooks("register_personal_fields"):
        yield from declare()


@dataclass(frozen=True)
class Held:
    """One value we hold about somebody, in the reader's language; ``row`` tells lines of one table apart."""

    section: str
    label: str
    value: str
    why: str
    kept: str
    row: str = ""


def held_about(person: Person) -> list[Held]:
    """Every registered personal field about ``person`` that has a value, section by section, newest rows first.

    At most ``SHOWN_PER_TABLE`` rows of a table, and then how many there are. One query for each table, and a few for
    how long things are kept. What others became part of them is theirs too.
    """
    ids = merging.everyone_in(merging.current(person))
    keeping = _Keeping(person)
    sections: dict[str, list[Held]] = {}
    for table in sorted(tables(), key=lambda table: table.model != "people.Person"):
        if table.of and table.section and table.personal:
            sections.setdefault(str(table.section), []).extend(_held_in(table, ids, keeping))
    return [one for held in sections.values() for one in held]


class _Keeping:
    """How long things are kept, in words, with the school's own months."""

    def __init__(self, person: Person):
        self.standings = {standing.rule.code: standing for standing in retention_rules.in_force()}
        self.no_end = gettext("Until you ask us to forget you.")
        of_person = retention_rules.concerning(person)
        self.as_person = self.words(of_person.rule.code) if of_person else self.no_end

    def words(self, kept: Words) -> str:
        if kept == AS_PERSON:
            return self.as_person
        standing = self.standings.get(str(kept))
        if standing is None:
            return str(kept)
        return (
            standing.rule.kept_words(standing.months)
            if standing.is_active
            else gettext("Until you ask us to forget you.")
        )


def _held_in(table: Table, ids: list[int], keeping: _Keeping) -> Iterator[Held]:
    fields = table.fields()
    words = {name: _words_in(table, name, declared) for name, declared in fields.items()}
    lookups = [declared.shown_as or name for name, declared in fields.items()]
    rows = table.rows_of(ids).order_by(f"-{table.dated or 'pk'}", "-pk")
    found = list(rows.values_list(*lookups)[: SHOWN_PER_TABLE + 1])
    if len(found) > SHOWN_PER_TABLE:
        number = {"shown": SHOWN_PER_TABLE, "number": formats.number_format(rows.count(), force_grouping=True)}
        yield Held(
            section=str(table.section),
            label=gettext("In all"),
            value=gettext("%(number)s entries; the newest %(shown)s are shown.") % number,
            why=str(table.why),
            kept=keeping.words(table.kept),
        )
    for values in found[:SHOWN_PER_TABLE]:
        by_name = dict(zip(fields, values, strict=True))
        row = shown(by_name[table.dated]) if table.dated in by_name else ""
        for name, declared in fields.items():
            if value := _shown(declared, by_name[name], words[name]):
                yield Held(
                    section=str(table.section),
                    label=str(declared.what),
                    value=value,
                    why=str(declared.why or table.why),
                    kept=keeping.words(declared.kept or table.kept),
                    row=row,
                )


def _words_in(table: Table, name: str, declared: Field) -> dict:
    """What the codes in a field are called."""
    if declared.words is not None:
        return declared.words()
    if declared.shown_as:
        return {}
    return dict(getattr(table.model_class._meta.get_field(name), "flatchoices", None) or [])


def _shown(declared: Field, value: Any, words: dict) -> str:
    if value in (None, "", [], {}) or value is False:
        return ""
    if declared.is_secret:
        return gettext("held, and shown to nobody")
    return str(words[value]) if isinstance(value, Hashable) and value in words else shown(value)


def shown(value: Any) -> str:
    """A value as a reader understands it, in their language and the school's time zone."""
    if value is True:
        return gettext("Yes")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, time):
        return formats.time_format(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {shown(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(shown(inner) for inner in value)
    return formats.number_format(value) if isinstance(value, float) else str(value)
