"""How long what we hold is kept: rules that the floors name, and the months the school gave each.

Floors give their rules with the hook ``register_retention_rules``: a ``PersonRule`` ends with the person being
forgotten, a ``RowRule`` ends some words or files while the person stays. Both are shown for thirty days before they
bite. Whoever must not be forgotten for now is named by ``register_retention_keepers``.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from wagtail import hooks

from people.models import Person, RetentionPeriod, User

SHOWN = timedelta(days=30)  # nothing ends that was not shown for so long


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``kept`` says how long, with %(months)s in it; ``months`` is what holds until a school changes it."""

    code: str
    name: str | Promise
    what: str | Promise
    kept: str | Promise
    source: str | Promise
    months: int

    def kept_words(self, months: int) -> str:
        return str(self.kept % {"months": months})


@dataclass(frozen=True, kw_only=True)
class PersonRule(Rule):
    """People who are forgotten when their time is up.

    ``concerns()`` gives those it is about, ``due(at, months)`` those of them whose time is up at ``at``. Of two rules
    that concern a person the one with the higher ``rank`` alone decides: a student is no longer an enquirer.
    """

    rank: int
    concerns: Callable[[], "QuerySet[Person]"]
    due: Callable[[datetime, int], "QuerySet[Person]"]


@dataclass(frozen=True, kw_only=True)
class RowRule(Rule):
    """Words, rows or files that end. ``count(at, months)`` says how many would, ``end(at, months)`` ends some of them.

    ``end`` takes a bounded number, the oldest first, and says how many; the sweep calls it again.
    """

    count: Callable[[datetime, int], int]
    end: Callable[[datetime, int], int]


@dataclass(frozen=True)
class InForce:
    """A rule with what the school says about it; ``since`` is None before the sweep saw it for the first time."""

    rule: Rule
    months: int
    is_active: bool
    since: datetime | None

    def bites(self, *, at: datetime) -> bool:
        """Whether it has stood there unchanged for so long that everybody could see what it would do."""
        return self.is_active and self.since is not None and self.since + SHOWN <= at


def rules() -> list[Rule]:
    """All rules, those about people first, the highest rank leading."""
    named = [rule for name_rules in hooks.get_hooks("register_retention_rules") for rule in name_rules()]
    return sorted(named, key=lambda rule: -rule.rank if isinstance(rule, PersonRule) else 1)


def names() -> dict[str, str | Promise]:
    """What each rule is called."""
    return {rule.code: rule.name for rule in rules()}


def in_force() -> list[InForce]:
    """Every rule with the school's months, or its own."""
    periods = {period.code: period for period in RetentionPeriod.objects.all()}
    return [_with(rule, periods.get(rule.code)) for rule in rules()]


def _with(rule: Rule, period: RetentionPeriod | None) -> InForce:
    if period is None:
        return InForce(rule, rule.months, True, None)
    return InForce(rule, period.months, period.is_active, period.changed_at)


def change(code: str, *, months: int, is_active: bool, at: datetime, by: User | None) -> RetentionPeriod:
    """Set how many months a rule keeps, and whether it is in force; from now on it is shown before it bites.

    Saying the same again changes nothing. Raises KeyError for a rule that no floor names.
    """
    rule = {rule.code: rule for rule in rules()}[code]
    period, _is_new = RetentionPeriod.objects.get_or_create(
        code=code, defaults={"months": rule.months, "is_active": True, "changed_at": at}
    )
    if (period.months, period.is_active) != (months, is_active):
        period.months, period.is_active, period.changed_at, period.changed_by = months, is_active, at, by
        period.save(update_fields=["months", "is_active", "changed_at", "changed_by"])
    return period


def note_new(*, at: datetime) -> int:
    """Write down the rules that stand here for the first time; return how many."""
    known = set(RetentionPeriod.objects.values_list("code", flat=True))
    new = [RetentionPeriod(code=r.code, months=r.months, changed_at=at) for r in rules() if r.code not in known]
    return len(RetentionPeriod.objects.bulk_create(new, ignore_conflicts=True))


def due_people(rule: PersonRule, months: int, *, at: datetime) -> QuerySet[Person]:
    """Those whom the rule would forget at ``at``: its own, but nobody for whom a higher rule or a keeper speaks."""
    people = Person.objects.known().filter(_among(rule.due(at, months)))
    for other in rules():
        if isinstance(other, PersonRule) and other.rank > rule.rank:
            people = people.filter(~_among(other.concerns()))
    for keep in hooks.get_hooks("register_retention_keepers"):
        people = people.filter(~_among(keep(at)))
    return people


def _among(people: QuerySet[Person]) -> Exists:
    """EXISTS rather than IN: joined as a whole, however many people there are."""
    return Exists(people.filter(pk=OuterRef("pk")))


def concerning(person: Person) -> InForce | None:
    """The rule that will end with this person being forgotten, if any does."""
    for standing in in_force():
        rule = standing.rule
        if isinstance(rule, PersonRule) and standing.is_active and rule.concerns().filter(pk=person.pk).exists():
            return standing
    return None


def months_before(at: datetime, months: int) -> datetime:
    """The same day and hour ``months`` earlier, or the last day of that month where it has no such day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def inactive_since(since: datetime) -> QuerySet[Person]:
    """Those with whom nothing has happened since, who came before, and whose login was not used since."""
    return (
        Person.objects.known()
        .filter(Q(user=None) | Q(user__last_login=None) | Q(user__last_login__lte=since), created_at__lte=since)
        .exclude(touchpoints__at__gt=since)
    )
