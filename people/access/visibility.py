"""Which rows a login may know of, and whose words it may read. Rows one may not see do not exist for them: 404.

Data are open to every employee whose role meets people; what is limited is limited by rows and by words. Floors say so
with two hooks:

- ``register_people_seen(user) -> bool | Q``  True for everybody, False for nobody, or which people
- ``register_private_words() -> dict[str, rule]``  for a kind of touchpoint, ``rule(user, touchpoints)`` gives back
  those whose words ``user`` may read; when, on which channel and of which kind they were stays open
"""

from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet
from wagtail import hooks

from people.models import Person, Touchpoint, User

Rule = Callable[[User, list[Touchpoint]], Iterable[Touchpoint]]


def people_seen_by(user: User) -> bool | Q:
    """Everybody, nobody, or the condition of whom ``user`` may know of: the sum of what the floors say."""
    sum_of = Q()
    for say in hooks.get_hooks("register_people_seen"):
        seen = say(user)
        if seen is True:
            return True
        if isinstance(seen, Q):
            sum_of |= seen
    return sum_of or False


def of_visible_people(rows: QuerySet, user: User, *, path: str = "person") -> QuerySet:
    """Those of ``rows`` that hang on a person whom ``user`` may know of."""
    seen = people_seen_by(user)
    if isinstance(seen, bool):
        return rows if seen else rows.none()
    return rows.filter(**{f"{path}__in": Person.objects.filter(seen).values("pk")})


def with_words_for(user: User, touchpoints: Iterable[Touchpoint]) -> list[Touchpoint]:
    """The touchpoints, without the words of those that are not for ``user``; these have ``is_withheld`` set."""
    shown = list(touchpoints)
    rules = private_words()
    by_rule: dict[Rule, list[Touchpoint]] = {}
    for one in shown:
        one.is_withheld = False  # type: ignore[attr-defined]  # said of the row for this reader, never stored
        if one.kind in rules:
            by_rule.setdefault(rules[one.kind], []).append(one)
    for rule, concerned in by_rule.items():
        readable = {one.pk for one in rule(user, concerned)}
        for one in concerned:
            if one.pk not in readable:
                one.summary, one.is_withheld = "", True  # type: ignore[attr-defined]
    return shown


def private_words() -> dict[str, Rule]:
    """The kinds of touchpoints whose words are not for everybody, with the rule of each."""
    rules: dict[str, Rule] = {}
    for register in hooks.get_hooks("register_private_words"):
        rules |= register()
    return rules


def for_holders_of(*permissions: str) -> Rule:
    """A rule: the words are for those who have one of the permissions."""

    def rule(user: User, touchpoints: list[Touchpoint]) -> list[Touchpoint]:
        return touchpoints if any(user.has_perm(name) for name in permissions) else []

    return rule
