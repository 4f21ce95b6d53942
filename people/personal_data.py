"""The registry of what we hold about people: every field of every table, why, how long, and what an erasure does.

Each floor declares its tables with the hook ``register_personal_fields``, which gives ``Table`` and ``Place`` rows. A
test fails when a table of ours has a field that stands in none of them. The erasure clears and deletes what is declared
here by itself; what it cannot know (files, copies at others) each floor adds with ``register_eraser``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

type_of_words = str | Promise


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

    what: type_of_words
    erasure: Erasure | None = None  # as the table says
    why: type_of_words = ""
    kept: type_of_words = ""
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
    section: type_of_words = ""
    of: Sequence[str] = ()  # lookups that lead from a row to its person
    why: type_of_words = ""
    kept: type_of_words = AS_PERSON  # AS_PERSON, the code of a retention rule, or words
    erasure: Erasure = CLEAR
    personal: dict[str, "type_of_words | Field"] = field(default_factory=dict)
    links: str = ""
    nameless: str = ""
    dated: str = ""  # the field that tells one row from the next when they are listed
    reached: type_of_words = ""  # how the rows about somebody are found where no lookup leads to them

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
    holds: type_of_words
    why: type_of_words
    kept: type_of_words
    on_erasure: type_of_words
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
