"""Which rows of all floors hang on a person, and which of them cannot change hands. Found in the models themselves.

A floor above whose foreign key leads to somebody else's row (a reply in another's conversation) says so with the hook
``register_shared_rows``, which returns ``{"app.model": {"field": is_begun}}``: such a key does not say whose a row is.
``is_begun`` says that whoever wrote the first row began what it leads to, as the first post begins a conversation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from wagtail import hooks

from people.models import Person

PERSON = Person._meta.label_lower
# Not moved, and why: the absorbed row itself (whoever became part of it stays so); the history of merges; pairs and
# likeness keys, which speak of two descriptions; the audit trail, which says which row was opened; a planned erasure,
# which was worked out from what the absorbed row had then.
NOT_MOVED = (
    PERSON,
    "people.merge",
    "people.duplicatepair",
    "people.likenesskey",
    "people.auditentry",
    "people.plannederasure",
)
# The database lets nobody rewrite what these are about; whoever reads them asks ``merging.current``.
WORDS_FIXED = ("people.touchpoint", "people.auditentry")
SHARED = {"people.sharedaddress": {"identity": False}}


@dataclass(frozen=True)
class Column:
    """A column in which rows name a person: a foreign key, or ``about_id`` where ``about_kind`` says a person."""

    model: type[models.Model]
    field: models.Field

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def name(self) -> str:
        return self.field.attname

    @property
    def is_about(self) -> bool:
        return self.name == "about_id"

    @property
    def is_owner(self) -> bool:
        """Whether this column says whose the row is, and not only whom it mentions."""
        return owner_of(self.model) == self

    def rows(self, person: int, *, beside: int) -> QuerySet:
        """Rows that name ``person`` here. Those that are only about them are looked for among what the two have."""
        rows = self.model._base_manager.filter(**{self.name: person}).order_by()
        if not self.is_about:
            return rows
        rows, owner = rows.filter(about_kind=PERSON), owner_of(self.model)
        # No index leads from a person to what is about them, so the search begins at whom the row hangs on.
        return rows if owner is None else rows.filter(**{f"{owner.name}__in": [person, beside]})


@cache
def columns() -> tuple[Column, ...]:
    """Every column that moves, whoever is pointed at before those who point at them."""
    found = [column for model in _in_order(apps.get_models(include_auto_created=True)) for column in _of(model)]
    return tuple(found)


@cache
def owner_of(model: type[models.Model]) -> Column | None:
    """The column that says whose a row of ``model`` is: ``person``, or the only one there is."""
    keys = [Column(model, field) for field in _person_keys(model)]
    named = [column for column in keys if column.field.name == "person"]
    if named:
        return named[0]
    return keys[0] if len(keys) == 1 else None


@cache
def keys_to_owned(model: type[models.Model]) -> tuple[models.ForeignKey, ...]:
    """Foreign keys of ``model`` to rows that hang on a person and are not shared with others."""
    shared = shared_rows().get(model._meta.label_lower, ())
    return tuple(
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.name not in shared
        and field.related_model is not Person
        and field.related_model._meta.label_lower not in NOT_MOVED
        and field.related_model is not model
    )


def shared_rows() -> dict[str, dict[str, bool]]:
    """What all floors say about keys that lead to somebody else's row."""
    shared = dict(SHARED)
    for name_keys in hooks.get_hooks("register_shared_rows"):
        shared |= name_keys()
    return shared


def held_back(column: Column, *, holder: int, taker: int) -> Q | None:
    """Which rows of ``holder`` cannot become ``taker``'s: they have the same already, or would name one person twice.

    A row that hangs on one of those stays beside it. None where the model sets no such limit.
    """
    limits = [
        *[_is_there(column, others, condition, taker) for others, condition in _unique_with(column)],
        *[Q(**{other.attname: taker}) for other in _kept_apart(column)],
    ]
    if column.is_owner:
        limits += [beside for key in keys_to_owned(column.model) if (beside := _beside(key, holder, taker)) is not None]
    if not limits:
        return None
    found = limits[0]
    for limit in limits[1:]:
        found |= limit
    return found


def free_to_go(column: Column, rows: QuerySet, *, holder: int, taker: int) -> QuerySet:
    """Those of ``rows``, which are the holder's, that nothing holds back."""
    limit = held_back(column, holder=holder, taker=taker)
    return rows if limit is None else rows.exclude(pk__in=column.rows(holder, beside=taker).filter(limit).values("pk"))


def _of(model: type[models.Model]) -> Iterator[Column]:
    label = model._meta.label_lower
    if label in NOT_MOVED or model._meta.proxy or not model._meta.managed:
        return
    for field in _person_keys(model):
        yield Column(model, field)
    names = {field.name: field for field in model._meta.local_concrete_fields}
    if {"about_kind", "about_id"} <= names.keys() and label not in WORDS_FIXED:
        yield Column(model, names["about_id"])


def _person_keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
    ]


def _in_order(found: list[type[models.Model]]) -> list[type[models.Model]]:
    """Models with those they point at before them."""
    ordered: list[type[models.Model]] = []

    def place(model: type[models.Model], above: tuple[type[models.Model], ...]) -> None:
        if model in ordered or model in above:
            return
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey):
                place(field.related_model, (*above, model))
        ordered.append(model)

    for model in found:
        place(model, ())
    return ordered


def _unique_with(column: Column) -> list[tuple[list[models.Field], Q | None]]:
    """The fields that are unique together with the column, each time with the condition under which they are."""
    meta = column.model._meta
    sets: list[tuple[Sequence[str], Q | None]] = [(names, None) for names in meta.unique_together]
    sets += [
        (constraint.fields, constraint.condition)
        for constraint in meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    if column.field.unique:
        sets.append(((column.field.name,), None))
    fields = {field.name: field for field in meta.concrete_fields}
    return [
        ([fields[name] for name in names if fields[name] != column.field], condition)
        for names, condition in sets
        if column.field in [fields[name] for name in names]
    ]


def _is_there(column: Column, others: list[models.Field], condition: Q | None, taker: int) -> Q:
    same = column.model._base_manager.filter(
        **{column.name: taker}, **{field.attname: OuterRef(field.attname) for field in others}
    )
    if condition is None:
        return Q(Exists(same))
    return condition & Q(Exists(same.filter(condition)))


def _kept_apart(column: Column) -> list[models.Field]:
    """Other columns of the model that a check forbids to name the same person."""
    fields = {field.name: field for field in column.model._meta.concrete_fields}
    apart: list[models.Field] = []
    for constraint in column.model._meta.constraints:
        condition = constraint.condition if isinstance(constraint, models.CheckConstraint) else None
        if not isinstance(condition, Q) or not condition.negated or len(condition.children) != 1:
            continue
        match condition.children[0]:
            case (str(name), F() as value):
                both = {name, getattr(value, "name", "")}
                if column.field.name in both:
                    apart += [fields[other] for other in both - {column.field.name}]
    return apart


def _beside(key: models.ForeignKey, holder: int, taker: int) -> Q | None:
    target = owner_of(key.related_model)
    if target is None or (limit := held_back(target, holder=holder, taker=taker)) is None:
        return None
    staying = target.rows(holder, beside=taker).filter(limit, pk=OuterRef(key.attname))
    return Q(Exists(staying))
