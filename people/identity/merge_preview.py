"""Two people side by side, before they are made one: what each says, what would move, what would stay, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps

from people.identity import merge_consents, merge_fields, merge_moves
from people.identity.merge_consents import Answer
from people.identity.merge_fields import Field
from people.identity.merge_rows import columns
from people.models import Channel, Consent, Identity, Person, Purpose


@dataclass(frozen=True)
class Count:
    """How many rows of one kind."""

    label: str  # "enrolment.application"
    number: int

    @property
    def name(self) -> str:
        """What the rows are called, as in “3 applications”."""
        meta = apps.get_model(self.label)._meta
        return str(meta.verbose_name if self.number == 1 else meta.verbose_name_plural)


@dataclass(frozen=True)
class Preview:
    """What a merge would do; nothing has been done yet."""

    survivor: Person
    absorbed: Person
    fields: list[Field]
    moves: list[Count]
    stays: list[Count]
    answers: list[Answer]
    barred: list[tuple[str, str]]
    identities: dict[int, list[Identity]]

    @cached_property
    def moved_total(self) -> int:
        return sum(count.number for count in self.moves)

    @property
    def ways(self) -> tuple[list[Identity], list[Identity]]:
        """The addresses of both."""
        return self.identities.get(self.survivor.pk, []), self.identities.get(self.absorbed.pk, [])

    @property
    def logins(self) -> str:
        """What becomes of the logins: "moves", "both" (the absorbed person's leads on), or empty."""
        if self.absorbed.user_id is None:
            return ""
        return "moves" if self.survivor.user_id is None else "both"

    @property
    def barred_names(self) -> list[tuple[str, str]]:
        return [(str(Purpose(purpose).label), str(Channel(channel).label)) for purpose, channel in self.barred]


def preview(survivor: Person, absorbed: Person, *, choices: Mapping[str, str] | None = None) -> Preview:
    """Both people side by side, in a constant number of queries. Raises merge_fields.BadChoice."""
    held: dict[int, list[Identity]] = {}
    for identity in Identity.objects.filter(person__in=[survivor.pk, absorbed.pk]).order_by("kind", "pk"):
        held.setdefault(identity.person_id, []).append(identity)
    return Preview(
        survivor=survivor,
        absorbed=absorbed,
        fields=merge_fields.side_by_side(survivor, absorbed, merge_fields.checked(choices or {})),
        moves=counts(merge_moves.going(absorbed.pk, survivor.pk)),
        stays=counts(merge_moves.staying(absorbed.pk, survivor.pk)),
        answers=merge_consents.compared(
            Consent.objects.filter(person=survivor), Consent.objects.filter(person=absorbed)
        ),
        barred=merge_consents.barred(survivor, absorbed),
        identities=held,
    )


def counts(totals: Mapping[str, int]) -> list[Count]:
    """In the order in which the floors stand on each other."""
    order = {column.label: place for place, column in enumerate(columns())}
    return [Count(label, totals[label]) for label in sorted(totals, key=lambda label: order.get(label, len(order)))]
