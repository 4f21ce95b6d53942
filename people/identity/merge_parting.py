"""Whose is what, when a merge is undone: what it moved, and what came later through the absorbed person's addresses.

A later row is the absorbed person's if it came in or went out through an address of theirs, or is about, or hangs on,
something of theirs, however many steps away. Everything else stays with whoever speaks for the survivor now.
"""

from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from people.identity import merge_moves
from people.identity.merge_rows import NOT_MOVED, Column, columns, keys_to_owned, owner_of, shared_rows
from people.models import Consent, Identity, Merge, MergeMove, OutgoingMessage, Touchpoint

CARRIER = ""  # the column of a row that names nobody and only leads on: a payment, a follow-up


@dataclass(frozen=True)
class Parting:
    """The merge to undo, and the standing ones behind it: of its survivor into another, and so on."""

    chain: tuple[Merge, ...]

    @property
    def merge(self) -> Merge:
        return self.chain[0]

    @property
    def holder(self) -> int:
        """Who speaks for all of them now."""
        return self.chain[-1].survivor_id

    @property
    def since(self) -> list[Merge]:
        return list(self.chain[1:])

    @cached_property
    def beside(self) -> list[int]:
        """Other standing merges into the same people: what those moved is not in question."""
        survivors = [merge.survivor_id for merge in self.chain]
        others = Merge.objects.filter(survivor__in=survivors, undone_at=None)
        return list(others.exclude(pk__in=[merge.pk for merge in self.chain]).values_list("pk", flat=True))

    @cached_property
    def own_merges(self) -> list:
        """Merges that made the absorbed person what they are; the lines they wrote go with them."""
        found: list[Merge] = []
        people = [self.merge.absorbed_id]
        while people:
            inner = list(Merge.objects.filter(survivor__in=people, undone_at=None))
            found, people = found + inner, [merge.absorbed_id for merge in inner]
        return [merge.uuid for merge in found]

    @cached_property
    def busy(self) -> frozenset[str]:
        """Labels of the models that have later rows at all."""
        rows = {model._meta.label_lower: [self.later(owned(model))] for model in merge_moves.owned_models()}
        return frozenset(merge_moves.counted(rows))

    def held_by(self, column: Column, place: int) -> QuerySet:
        """Rows with the survivor of the merge at ``place`` that came by way of the first survivor."""
        rows = column.model._base_manager.filter(**{column.name: self.chain[place].survivor_id}).order_by()
        for merge in self.chain[1 : place + 1]:
            rows = rows.filter(merge_moves.passed(merge, column))
        return rows

    def later(self, column: Column) -> QuerySet:
        """Rows that came to the survivor after the merge, wherever later merges have put them."""
        rows = self.held_by(column, 0)
        if self.since:
            places = [Q(pk__in=self.held_by(column, place).values("pk")) for place in range(len(self.chain))]
            rows = column.model._base_manager.filter(reduce(or_, places)).order_by()
        rows = rows.filter(pk__gt=self.merge.marks.get(column.label, 0))
        if self.beside:
            elsewhere = MergeMove.objects.filter(merge__in=self.beside, model=column.label, column=column.name)
            rows = rows.exclude(pk__in=elsewhere.values("row_id"))
        return rows


def find_belongings(parting: Parting) -> None:
    """Write down, beside what the merge moved, every later row that is the absorbed person's."""
    rules = (_through_addresses, _from_the_same_act, _made_by_them, _begun_by_them, _led_to)
    # Each row that is found may lead to others.
    while parting.busy and sum([find(parting) for find in rules]):
        pass


def give_back(parting: Parting) -> dict[str, int]:
    """Hand over all that is the absorbed person's and is still where merges put it; return how many of each model."""
    merge, since = parting.merge, [later.pk for later in parting.since]
    given: dict[str, int] = {}
    for column in columns():
        moved = MergeMove.objects.filter(merge=merge, model=column.label, column=column.name).values("row_id")
        for place, later in enumerate(parting.chain):
            rows = parting.held_by(column, place).filter(pk__in=moved)
            number = merge_moves.give_back(
                rows, column, holder=later.survivor_id, taker=merge.absorbed_id, merges_since=since
            )
            given[column.label] = given.get(column.label, 0) + number
    MergeMove.objects.filter(merge=merge, column=CARRIER).delete()
    return {label: number for label, number in given.items() if number}


def owned(model: type[models.Model]) -> Column:
    column = owner_of(model)
    if column is None:
        raise TypeError(model)
    return column


def _note(parting: Parting, rows: QuerySet, column: Column) -> int:
    return merge_moves.note(rows, merge=parting.merge, label=column.label, column=column.name)


def identities(parting: Parting) -> QuerySet:
    """Keys of the addresses the merge moved; one that has been deleted since still tells what came through it."""
    column = owned(Identity)
    return MergeMove.objects.filter(merge=parting.merge, model=column.label, column=column.name).values("row_id")


def _through_addresses(parting: Parting) -> int:
    own = identities(parting)
    touchpoints, messages = owned(Touchpoint), owned(OutgoingMessage)
    consents = owned(Consent)
    found = _note(parting, parting.later(touchpoints).filter(identity_id__in=own), touchpoints)
    values = Identity.objects.filter(pk__in=own).values("value")
    found += _note(parting, parting.later(messages).filter(to__in=values), messages)
    if parting.own_merges:
        lines = parting.later(consents).filter(merge_uuid__in=parting.own_merges)
        found += _note(parting, lines, consents)
    return found


def _acts(parting: Parting) -> QuerySet:
    """What the absorbed person did themselves since the merge, as their addresses tell."""
    column = owned(Touchpoint)
    return parting.later(column).filter(identity_id__in=identities(parting), direction=Touchpoint.Direction.IN)


def _from_the_same_act(parting: Parting) -> int:
    """Addresses and answers given in the very instant of such an act, by nobody else."""
    found = 0
    for model, instant in ((Identity, "created_at"), (Consent, "at")):
        column = owned(model)
        if column.label not in parting.busy:
            continue
        here = {"at": OuterRef(instant), "person": OuterRef("person")}
        others = Touchpoint.objects.filter(
            **here, direction=Touchpoint.Direction.IN, identity_id__isnull=False
        ).exclude(identity_id__in=identities(parting))
        rows = parting.later(column).filter(Exists(_acts(parting).filter(**here)), ~Exists(others))
        if model is Consent:
            rows = rows.filter(merge_uuid=None)
        found += _note(parting, rows, column)
    return found


def _made_by_them(parting: Parting) -> int:
    """What such an act was about: the enquiry they sent, the post they wrote."""
    found = 0
    for model in merge_moves.owned_models():
        column = owned(model)
        if column.label in parting.busy and model not in (Touchpoint, Identity):
            acts = _acts(parting).filter(about_kind=column.label)
            found += _note(parting, parting.later(column).filter(pk__in=acts.values("about_id")), column)
    return found


def _begun_by_them(parting: Parting) -> int:
    """What others write in as well, and whose first row is theirs: a conversation."""
    found = 0
    for label, keys in shared_rows().items():
        model = apps.get_model(label)
        for name in [name for name, is_begun in keys.items() if is_begun]:
            key = model._meta.get_field(name)
            column = owned(key.related_model)
            firsts = model._base_manager.filter(**{key.attname: OuterRef("pk")}).order_by("pk").values("pk")[:1]
            if column.label in parting.busy:
                rows = parting.later(column).annotate(first_row=Subquery(firsts))
                found += _note(parting, rows.filter(first_row__in=_theirs(parting, model)), column)
    return found


def _led_to(parting: Parting) -> int:
    """Rows that hang on, or are about, what is theirs already."""
    found = 0
    for model in _linked_models():
        column = owner_of(model)
        if column is not None and column.label not in parting.busy:
            continue
        rows = model._base_manager.order_by() if column is None else parting.later(column)
        links = [
            Q(**{f"{key.attname}__in": _theirs(parting, key.related_model)})
            for key in keys_to_owned(model)
            if key.related_model in _linked_models()
        ]
        if column is not None and {"about_kind", "about_id"} <= {field.name for field in model._meta.concrete_fields}:
            about = MergeMove.objects.filter(
                merge=parting.merge, model=OuterRef("about_kind"), row_id=OuterRef("about_id")
            )
            links.append(Q(Exists(about.filter(_is_owner()))))
        for link in links:
            linked = rows.filter(link)
            if column is not None:
                found += _note(parting, linked, column)
            else:
                label = model._meta.label_lower
                found += merge_moves.note(linked, merge=parting.merge, label=label, column=CARRIER)
    return found


def _theirs(parting: Parting, model: type[models.Model]) -> QuerySet:
    column = owner_of(model)
    name = CARRIER if column is None else column.name
    moves = MergeMove.objects.filter(merge=parting.merge, model=model._meta.label_lower, column=name)
    return moves.values("row_id")


def _is_owner() -> Q:
    """Moves that say whose the row is, and not only whom it mentions."""
    mentions = Q(pk__in=[])
    for column in columns():
        if not column.is_owner:
            mentions |= Q(model=column.label, column=column.name)
    return ~mentions


@cache
def _linked_models() -> tuple[type[models.Model], ...]:
    """Models of persons, and those that hang on them however far above, nearest first."""
    linked = merge_moves.owned_models()
    candidates = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    grown = linked
    while grown:
        grown = [
            model
            for model in candidates
            if model not in linked
            and model._meta.label_lower not in (*NOT_MOVED, MergeMove._meta.label_lower)
            and any(key.related_model in linked for key in keys_to_owned(model))
        ]
        linked += grown
    return tuple(linked)
