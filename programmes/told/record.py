"""Reading back: what the facts of a programme were and when, who was told what, and which corrections are owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from people.access import visibility
from people.models import User
from programmes.models import Correction, FactVersion, Programme, Telling, ToldFact
from programmes.told import facts, versions

VERSIONS_READ = 1000


@dataclass(frozen=True)
class Version:
    """One version in words; ``told`` is how many people were told it."""

    words: str
    since: datetime
    until: datetime | None
    by: User | None
    told: int


@dataclass(frozen=True)
class History:
    """A fact with what it was, the newest version first."""

    name: str
    language: str
    versions: list[Version]

    @property
    def now(self) -> Version:
        return self.versions[0]

    @property
    def earlier(self) -> list[Version]:
        return self.versions[1:]


@dataclass(frozen=True)
class Group:
    """The facts of one intake, or with an empty label those of the programme itself."""

    label: str
    facts: list[History]


def histories(programme: Programme, *, language: str) -> list[Group]:
    """Every fact with its versions, in words of ``language``: the intakes first, the one that starts last on top."""
    people = Count("tellings__person", filter=Q(tellings__person__isnull=False), distinct=True)
    rows = versions.history(programme).annotate(people=people)[:VERSIONS_READ]
    by_fact: dict[tuple, list[FactVersion]] = {}
    for row in rows:
        by_fact.setdefault((row.intake_id, row.fact, row.language), []).append(row)
    groups: dict[int | None, list[tuple[int, History]]] = {}
    intakes: dict[int | None, Any] = {}
    for (intake_id, fact, words_in), found in by_fact.items():
        intakes[intake_id] = found[0].intake
        told = [_version(row, language) for row in found]
        history = History(str(found[0].get_fact_display()), words_in, told)
        groups.setdefault(intake_id, []).append((_order(fact), history))
    in_order = sorted(groups, key=lambda pk: _newest_start_first(intakes[pk]))
    return [
        Group(
            intakes[pk].label() if intakes[pk] else "",
            [history for _place, history in sorted(groups[pk], key=lambda one: (one[0], one[1].language))],
        )
        for pk in in_order
    ]


def tellings_of(programme: Programme) -> QuerySet[Telling]:
    """Every occasion, the newest first, with what was told; ``fact.version.valid_until`` says that it is old by now."""
    told = ToldFact.objects.select_related("version__intake").order_by("pk")
    rows = Telling.objects.filter(programme=programme).select_related("person", "by")
    return rows.prefetch_related(Prefetch("facts", queryset=told)).order_by("-told_at", "-pk")


def corrections_of(programme: Programme) -> QuerySet[Correction]:
    """Every correction, those that wait first."""
    rows = Correction.objects.filter(programme=programme).select_related("person", "by", "message")
    return rows.order_by("state", "-drafted_at", "-pk")  # "drafted" comes before "sent" and "set aside"


def seen_by(rows: QuerySet, user: User) -> set[int]:
    """Which of ``rows``, tellings or corrections, hang on a person whom ``user`` may know of."""
    return set(visibility.of_visible_people(rows.order_by(), user).values_list("pk", flat=True))


def overview() -> QuerySet:
    """Programmes of which somebody was told something: how many were, and how many corrections wait and left."""
    told = Telling.objects.filter(programme=OuterRef("pk"), person__isnull=False)
    people = Count("tellings__person", distinct=True)
    rows = Programme.objects.filter(Exists(told)).annotate(people=people, told_at=Max("tellings__told_at"))
    return rows.order_by("-told_at", "pk")


def correction_counts(programmes: Iterable[Programme]) -> dict[int, dict[str, int]]:
    """How many corrections of each programme are in each state."""
    counted = Correction.objects.filter(programme__in=[one.pk for one in programmes]).values_list("programme", "state")
    found: dict[int, dict[str, int]] = {}
    for programme, state, number in counted.annotate(number=Count("pk")).order_by("programme", "state"):
        found.setdefault(programme, {})[state] = number
    return found


def _version(row: Any, language: str) -> Version:  # Any: the number of people is a column of the query
    return Version(versions.words(row, language), row.valid_from, row.valid_until, row.by, row.people)


def _order(fact: str) -> int:
    return [*dict.fromkeys((*facts.OF_INTAKES, *facts.OF_PROGRAMMES, *facts.OF_PAGES))].index(facts.Fact(fact))


def _newest_start_first(intake) -> tuple:
    if intake is None:
        return (1, 0, 0)
    return (0, -intake.starts_on.toordinal() if intake.starts_on else -(10**7), intake.pk)
