"""How many people meet some rules, and how many each rule removes: one statement, however many rules there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils.functional import Promise

from contact_centre.segments import rules
from contact_centre.segments.rules import ALL, ANY, NONE, Group, Node, Rule
from people.models import Person

# Sets of ids are looked up in memory: a million take about 60 MB, which the usual few would not hold. The planner
# counts every row of a set, of which the table keeps each person once; hence the room it is told of beyond that.
LIMITS = {"work_mem": "128MB", "hash_mem_multiplier": "16", "jit": "off", "statement_timeout": "20s"}


class TooSlow(Exception):
    """Counting took longer than somebody at a screen waits."""


@dataclass(frozen=True)
class Step:
    """One of the outermost rules: how many are left after it and those before it, and how many it took away.

    Where one rule is enough ("any"), rules add instead: ``removed`` is then negative. ``alone`` counts the rule by
    itself, as if it were the only one.
    """

    rule: Node
    left: int
    removed: int
    alone: int

    @property
    def added(self) -> int:
        return -self.removed

    @property
    def words(self) -> str | Promise:
        return self.rule.words


@dataclass(frozen=True)
class Preview:
    """The figures of one moment. ``known`` is everybody, ``total`` those who meet the rules."""

    known: int
    total: int
    steps: Sequence[Step] = ()
    alone: Mapping[str, int] = field(default_factory=dict)  # place in the tree: how many meet that rule or group


def preview(document: object, *, at: datetime) -> Preview:
    """Count those who meet the rules (JSON or tree) at ``at``. Raises rules.BadRules, TooSlow."""
    tree = document if isinstance(document, Group) else rules.read(document)
    leaves = list(rules.leaves(tree))
    names = {leaf.place: f"rule_{n}" for n, leaf in enumerate(leaves)}
    flags = {names[leaf.place]: rules.holds(leaf.criterion.to_q(leaf.values, at)) for leaf in leaves}
    known = Person.objects.known().order_by().annotate(**flags).values("pk", *flags)
    inner, params = known.query.sql_with_params()
    wanted = _wanted(tree, names)
    figures = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in wanted)
    # OFFSET 0 keeps the planner from working out a rule again in each figure that mentions it.
    row = _counted(f"SELECT count(*), {figures} FROM ({inner} OFFSET 0) AS asked", params)  # noqa: S608 -- no values
    every = dict(zip(wanted, row[1:], strict=True))
    return _put_together(tree, names, row[0], every)


def _wanted(tree: Group, names: Mapping[str, str]) -> list[str]:
    """The conditions to count: each node by itself, and the outermost rules one after the other; each once."""
    alone = [_sql(node, names) for node in rules.nodes(tree)]
    return list(dict.fromkeys([*alone, *_one_after_the_other(tree, names)]))


def _one_after_the_other(tree: Group, names: Mapping[str, str]) -> list[str]:
    return [_sql(Group(tree.place, tree.op, tree.rules[: n + 1]), names) for n in range(len(tree.rules))]


def _sql(node: Node, names: Mapping[str, str]) -> str:
    """The node as a condition on the flags; the names are ours."""
    if isinstance(node, Rule):
        return f"(NOT {names[node.place]})" if node.is_not else names[node.place]
    if not node.rules:
        return "true"
    inside = [_sql(one, names) for one in node.rules]
    if node.op == NONE:
        return f"(NOT ({' OR '.join(inside)}))"
    return f"({(' AND ' if node.op == ALL else ' OR ').join(inside)})"


def _counted(sql: str, params: Sequence) -> Sequence[int]:
    change = "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(LIMITS))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(["current_setting(%s)"] * len(LIMITS)), list(LIMITS))
            usual = dict(zip(LIMITS, cursor.fetchone(), strict=True))
            cursor.execute(change, [word for pair in LIMITS.items() for word in pair])
            cursor.execute(sql, params)
            row = cursor.fetchone()
            # They would hold until the outermost transaction ends, which may not be ours.
            cursor.execute(change, [word for pair in usual.items() for word in pair])
    except OperationalError as trouble:
        if "statement timeout" in str(trouble):
            raise TooSlow from trouble
        raise
    return row


def _put_together(tree: Group, names: Mapping[str, str], known: int, every: Mapping[str, int]) -> Preview:
    before, steps = (0 if tree.op == ANY else known), []
    for rule, condition in zip(tree.rules, _one_after_the_other(tree, names), strict=True):
        left = every[condition]
        steps.append(Step(rule, left, before - left, every[_sql(rule, names)]))
        before = left
    alone = {node.place: every[_sql(node, names)] for node in rules.nodes(tree)}
    return Preview(known, alone[tree.place] if tree.rules else known, steps, alone)
