"""The rules of a segment: their shape, what is wrong with them, and who meets them.

Rules are kept as JSON: ``{"version": 1, "op": "all", "rules": [...]}``. A rule is ``{"criterion": code, "values":
{...}}``, with ``"not": true`` turned round; a group is ``{"op": "all" | "any" | "none", "rules": [...]}``. No rules
at all: everybody we know. Nothing in it is ever run as code: a code names a registered criterion, a value is checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_centre.segments import criteria
from contact_centre.segments.criteria import BadValue, Criterion
from people.models import Person

VERSION = 1
ALL, ANY, NONE = "all", "any", "none"
OPS = {
    ALL: gettext_lazy("all of these hold"),
    ANY: gettext_lazy("at least one of these holds"),
    NONE: gettext_lazy("none of these holds"),
}
DEEPEST = 4  # groups within groups
MOST_RULES = 40


class BadRules(Exception):
    """The rules cannot be used. ``faults`` says for each place, such as "0-1", what is wrong."""

    def __init__(self, faults: Mapping[str, str]):
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True)
class Rule:
    """One condition at one place of the tree. ``place`` is "0-2": the third rule of the outermost group."""

    place: str
    criterion: Criterion
    values: Mapping[str, object]
    is_not: bool = False

    @property
    def words(self) -> str:
        said = self.criterion.words(self.values)
        return _("not: %(rule)s") % {"rule": said} if self.is_not else said


@dataclass(frozen=True)
class Group:
    """Several conditions under one word: all, any, none."""

    place: str
    op: str = ALL
    rules: tuple["Rule | Group", ...] = field(default_factory=tuple)

    @property
    def words(self) -> str:
        inside = ", ".join(rule.words for rule in self.rules)
        return f"{OPS[self.op]}: {inside}" if inside else _("everybody we know")


Node = Rule | Group


def read(document: object) -> Group:
    """The tree that ``document`` holds, every value checked. Raises BadRules, with all faults at once."""
    tree, faults = read_what_holds(document)
    if faults:
        raise BadRules(faults)
    return tree


def read_what_holds(document: object) -> tuple[Group, dict[str, str]]:
    """The tree without what cannot be used, and what is wrong at which place: for rules that are being written."""
    faults: dict[str, str] = {}
    if not document:
        return Group("0"), faults
    if not isinstance(document, Mapping) or document.get("version") != VERSION:
        return Group("0"), {"0": _("These rules were written by another version and cannot be read.")}
    tree = _group(document, "0", faults, criteria.registered(), depth=1)
    if sum(1 for _rule in leaves(tree)) > MOST_RULES:
        faults.setdefault("0", _("More than %(most)s rules: split the segment in two.") % {"most": MOST_RULES})
    return tree, faults


def write(tree: Group) -> dict:
    """The JSON of a tree, with its version."""
    return {"version": VERSION, **_written(tree)}


def leaves(node: Node) -> Iterator[Rule]:
    """The single rules of a tree, from top to bottom."""
    if isinstance(node, Rule):
        yield node
    else:
        for one in node.rules:
            yield from leaves(one)


def nodes(node: Node) -> Iterator[Node]:
    """Every group and rule of a tree, from top to bottom, the outermost group first."""
    yield node
    if isinstance(node, Group):
        for one in node.rules:
            yield from nodes(one)


def people(rules: object, *, at: datetime) -> QuerySet[Person]:
    """Those who meet ``rules`` (the JSON, or a tree read from it) at ``at``; nobody forgotten or merged away.

    Written so that the database can work on whole sets however many people there are. Raises BadRules.
    """
    tree = rules if isinstance(rules, Group) else read(rules)
    return Person.objects.known().filter(_condition(tree, at))


def _condition(node: Node, at: datetime) -> Q:
    if isinstance(node, Rule):
        met = node.criterion.to_q(node.values, at)
        return turned(met) if node.is_not else met
    if not node.rules:
        return Q()
    if node.op == NONE:
        none = Q()
        for one in node.rules:
            none &= turned(_condition(one, at))
        return none
    parts = [_condition(one, at) for one in node.rules]
    if node.op == ANY:
        return either(parts)
    every = Q()
    for part in parts:
        every &= part
    return every


def turned(condition: Q) -> Q:
    """Those who do not meet it, an unknown value included: "not in Catalan" holds of who told no language.

    NOT IN would be looked up row by row; NOT EXISTS is one pass over both sides.
    """
    if not condition:
        return Q(pk__in=[])
    if _reads_other_tables(condition):
        return Q(~Exists(Person.objects.filter(condition).filter(pk=OuterRef("pk"))))
    return Q(Exact(holds(condition), Value(False)))


def holds(condition: Q) -> Case | Value:
    """True or False, never unknown: whether the condition holds of a row."""
    return Case(When(condition, then=Value(True)), default=Value(False)) if condition else Value(True)


def either(parts: list[Q]) -> Q:
    """Those who meet at least one; sets from other tables are put together before they are looked up."""
    if not all(parts):
        return Q()  # a condition without words holds of everybody
    if len(parts) == 1:
        return parts[0]
    if any(_reads_other_tables(part) for part in parts):
        first, *rest = [Person.objects.filter(part).order_by().values("pk") for part in parts]
        return Q(pk__in=first.union(*rest))
    one_of_them = Q(pk__in=[])
    for part in parts:
        one_of_them |= part
    return one_of_them


def _reads_other_tables(condition: Q) -> bool:
    for one in condition.children:
        given = one[1] if isinstance(one, tuple) else one
        inside = _reads_other_tables(given) if isinstance(given, Q) else isinstance(given, QuerySet | Exists)
        if inside:
            return True
    return False


def _group(given: Mapping, place: str, faults: dict[str, str], known: Mapping[str, Criterion], *, depth: int) -> Group:
    inside = given.get("rules", [])
    op = given.get("op", ALL)
    if op not in OPS:
        faults[place] = _("Choose how the rules of this group count together.")
        op = ALL
    if not isinstance(inside, list):
        faults[place] = _("This group cannot be read.")
        inside = []
    if depth > DEEPEST:
        faults[place] = _("Groups go %(most)s deep at most.") % {"most": DEEPEST}
        inside = []
    elif depth > 1 and not inside:
        faults[place] = _("This group is empty: add a rule, or take the group away.")
    found = [_node(one, f"{place}-{n}", faults, known, depth=depth) for n, one in enumerate(inside)]
    return Group(place, op, tuple(one for one in found if one is not None))


def _node(given: object, place: str, faults: dict[str, str], known: Mapping[str, Criterion], *, depth: int):
    if not isinstance(given, Mapping):
        faults[place] = _("This rule cannot be read.")
        return None
    if "criterion" not in given:
        return _group(given, place, faults, known, depth=depth + 1)
    criterion = known.get(str(given["criterion"]))
    if criterion is None:
        named = {"code": str(given["criterion"])[:60]}
        faults[place] = _("Choose what this rule asks. (“%(code)s” is not known.)") % named
        return None
    values = given.get("values", {})
    try:
        kept = criterion.clean(values if isinstance(values, Mapping) else {})
    except BadValue as fault:
        faults[place] = str(fault)
        return None
    return Rule(place, criterion, kept, is_not=bool(given.get("not")))


def _written(node: Node) -> dict:
    if isinstance(node, Group):
        return {"op": node.op, "rules": [_written(one) for one in node.rules]}
    kept = {"criterion": node.criterion.code, "values": dict(node.values)}
    return kept | {"not": True} if node.is_not else kept
