"""Rules while they are being written: half filled in, as fields of a form, changed by one press of a button at a time.

A draft is a tree of ``Draft`` nodes; nothing in it need be right. Its fields carry the place of their node, "0-1", so
that the whole tree travels with each request and nothing is kept between them: ``op.0``, ``rule.0-1`` (the code of
the criterion), ``not.0-1``, ``value.0-1.days``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contact_centre.segments import criteria
from contact_centre.segments.rules import ALL, ANY, DEEPEST, VERSION

TOP = "0"
MOST_NODES = 120  # more come from no form of ours


@dataclass
class Draft:
    """A group (``op`` is set) or a rule of which not everything need be filled in."""

    op: str = ""
    rules: list["Draft"] = field(default_factory=list)
    criterion: str = ""
    values: dict[str, object] = field(default_factory=dict)
    is_not: bool = False

    @property
    def is_group(self) -> bool:
        return bool(self.op)

    def document(self) -> dict:
        """The JSON of this node, as far as it goes; ``rules.read`` says what is wrong with it."""
        if self.is_group:
            return {"op": self.op, "rules": [one.document() for one in self.rules]}
        kept = {"criterion": self.criterion, "values": self.values}
        return kept | {"not": True} if self.is_not else kept


def document(draft: Draft) -> dict:
    """The JSON of a whole draft."""
    return {"version": VERSION, **draft.document()}


def from_rules(kept: Mapping) -> Draft:
    """The draft of rules that are kept, also of those that are not right any more."""
    return _of_group(kept) if kept else Draft(op=ALL)


def from_form(posted) -> Draft:
    """The draft that a form sent; ``posted`` is a QueryDict. Fields without a place in the tree are passed over."""
    places = [name.split(".", 1) for name in posted if name.startswith(("op.", "rule."))]
    kinds = {place: kind for kind, place in places if _is_place(place)}
    nodes: dict[str, Draft] = {TOP: Draft(op=posted.get(f"op.{TOP}") or ALL)}
    for place in sorted(kinds, key=_steps)[:MOST_NODES]:
        above = place.rpartition("-")[0]
        if place == TOP or above not in nodes or not nodes[above].is_group:
            continue
        node = Draft(op=posted.get(f"op.{place}") or ALL) if kinds[place] == "op" else _rule(posted, place)
        nodes[place] = node
        nodes[above].rules.append(node)
    return nodes[TOP]


def act(draft: Draft, what: str) -> str:
    """Do what a button says, such as "add 0", "group 0-1", "remove 0-2", "up 0-2", "down 0-2".

    Returns the place of what should be looked at next; a button that fits nothing changes nothing.
    """
    verb, _space, place = what.partition(" ")
    node, above = _find(draft, place), _find(draft, place.rpartition("-")[0])
    if node is None or verb not in ("add", "group", "remove", "up", "down"):
        return TOP
    if verb in ("add", "group"):
        if not node.is_group or (verb == "group" and len(_steps(place)) >= DEEPEST):
            return place
        node.rules.append(Draft() if verb == "add" else Draft(op=ANY, rules=[Draft()]))
        new = f"{place}-{len(node.rules) - 1}"
        return new if verb == "add" else f"{new}-0"
    if above is None:
        return TOP
    at = _steps(place)[-1]
    above.rules.pop(at)
    if verb == "remove":
        return place.rpartition("-")[0]
    at = max(0, at - 1) if verb == "up" else min(len(above.rules), at + 1)
    above.rules.insert(at, node)
    return f"{place.rpartition('-')[0]}-{at}"


def walk(draft: Draft, place: str = TOP) -> Iterator[tuple[str, Draft]]:
    """Every node with its place, from top to bottom."""
    yield place, draft
    for n, one in enumerate(draft.rules):
        yield from walk(one, f"{place}-{n}")


def begin(node: Draft) -> None:
    """Fill in what a rule that was just chosen begins with."""
    criterion = criteria.registered().get(node.criterion)
    if criterion is not None and not node.values:
        node.values = {one.name: one.start for one in criterion.fields if one.start != ""}


def _of_group(kept: Mapping) -> Draft:
    inside = kept.get("rules")
    rules = [_of_node(one) for one in inside if isinstance(one, Mapping)] if isinstance(inside, list) else []
    return Draft(op=str(kept.get("op") or ALL), rules=rules)


def _of_node(kept: Mapping) -> Draft:
    if "criterion" not in kept:
        return _of_group(kept)
    values = kept.get("values")
    return Draft(
        criterion=str(kept["criterion"]),
        values=dict(values) if isinstance(values, Mapping) else {},
        is_not=bool(kept.get("not")),
    )


def _rule(posted, place: str) -> Draft:
    code = posted.get(f"rule.{place}", "")
    criterion = criteria.registered().get(code)
    node = Draft(criterion=code, is_not=f"not.{place}" in posted)
    if criterion is None:
        return node
    names = [(one, f"value.{place}.{one.name}") for one in criterion.fields]
    if posted.get(f"was.{place}") == code:
        sent = {one.name: posted.getlist(name) if one.kind == "choices" else posted.get(name) for one, name in names}
        node.values = {name: value for name, value in sent.items() if value not in (None, "", [])}
    else:
        begin(node)
    return node


def _find(draft: Draft, place: str) -> Draft | None:
    if not _is_place(place):
        return None
    node = draft
    for step in _steps(place)[1:]:
        if step >= len(node.rules):
            return None
        node = node.rules[step]
    return node


def _is_place(place: str) -> bool:
    steps = place.split("-")
    return steps[0] == TOP and all(step.isascii() and step.isdigit() and len(step) <= 3 for step in steps)


def _steps(place: str) -> list[int]:
    return [int(step) for step in place.split("-")]
