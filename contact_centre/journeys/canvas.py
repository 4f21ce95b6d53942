"""Where each step stands on the canvas: rows by how far it is from the beginning, columns by its branch.

Pure arithmetic; the same steps always give the same drawing. Lines that lead back are drawn beside the steps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contact_centre.journeys import steps
from contact_centre.journeys.steps import Plan

WIDTH, HEIGHT = 220, 94  # of a step
ACROSS, DOWN = 256, 158  # from one step to the next
GAP = ACROSS - WIDTH
MARGIN, TOP = 28, 56
LETTERS = 27  # that fit into one line of a step


@dataclass(frozen=True)
class Box:
    """A step: its upper left corner, and its words cut into lines."""

    key: str
    kind: str
    x: int
    y: int
    title: str
    lines: Sequence[str]

    room = WIDTH - 32  # for the title; a longer one is drawn together

    @property
    def is_long(self) -> bool:
        return len(self.title) > LETTERS

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def foot(self) -> int:
        return self.y + HEIGHT


@dataclass(frozen=True)
class Wire:
    """A way from an exit to a step, as an SVG path, and where its name and its "add" button stand."""

    source: str
    exit: str
    target: str
    path: str
    label: str
    x: int
    y: int


@dataclass(frozen=True)
class Canvas:
    """Everything to draw, and how large it is."""

    boxes: Sequence[Box]
    wires: Sequence[Wire]
    width: int
    height: int


def lay_out(plan: Plan, sentences: dict[str, str]) -> Canvas:
    """Place the steps of ``plan``; ``sentences`` say what each does. Steps nobody gets to stand at the foot."""
    rows = _rows(plan)
    columns = _columns(plan, rows)
    boxes = {
        key: Box(
            key,
            step.kind,
            MARGIN + columns[key] * ACROSS,
            TOP + rows[key] * DOWN,
            str(steps.KINDS[step.kind]),
            wrapped(sentences.get(key, "")),
        )
        for key, step in plan.steps.items()
    }
    right = max((box.x + WIDTH for box in boxes.values()), default=WIDTH)
    wires, back, beside = [], 0, 0
    if plan.start in boxes:
        first = boxes[plan.start]
        path = f"M{first.middle} {first.y - 40}V{first.y}"
        wires.append(Wire("", "", plan.start, path, "", first.middle, first.y - 20))
    for key, step in plan.steps.items():
        names = steps.exits_of(step.kind, step.fields)
        leading = [(name, boxes[step.exits[name]]) for name in names if step.exits.get(name) in boxes]
        gaps = {}  # where a line runs down between two columns, because steps stand in its way
        for name, target in leading:
            if rows[target.key] > rows[key] and _is_hidden(boxes[key], target, boxes.values()):
                gaps[name] = target.x + (-GAP if target.x > boxes[key].x else WIDTH) + 10 + 8 * (beside % 3)
                beside += 1
        # Leftmost goes what leads left, so that lines do not cross where they begin.
        for place, (name, target) in enumerate(sorted(leading, key=lambda one: gaps.get(one[0], one[1].middle))):
            label = steps.exit_label(step, name) if len(names) > 1 else ""
            leads_back = rows[target.key] <= rows[key]
            back += leads_back
            edge = right + 14 + 12 * back if leads_back else 0
            wires.append(_wire(boxes[key], name, target, place, len(names), label, edge, gaps.get(name, 0)))
    height = max((box.foot for box in boxes.values()), default=0) + MARGIN
    return Canvas(list(boxes.values()), wires, right + MARGIN + 12 * back + (14 if back else 0), height)


def _is_hidden(source: Box, target: Box, boxes: Iterable[Box]) -> bool:
    """Whether a line straight down to ``target`` would run behind another step."""
    return any(box.x == target.x and source.y < box.y < target.y for box in boxes)


def _wire(source: Box, name: str, target: Box, place: int, of: int, label: str, edge: int, gap: int) -> Wire:
    x1 = source.x + WIDTH * (2 * place + 1) // (2 * of)
    y1, x2, y2 = source.foot, target.middle, target.y
    if edge:
        path = f"M{x1} {y1}v14H{edge}V{y2 - 14}H{x2}V{y2}"
        return Wire(source.key, name, target.key, path, label, x1, y1 + 14)
    turn = y1 + 31
    if gap:
        path = f"M{x1} {y1}V{turn}H{gap}V{y2 - 14}H{x2}V{y2}"
        return Wire(source.key, name, target.key, path, label, x1, turn)
    path = f"M{x1} {y1}V{turn}H{x2}V{y2}" if x1 != x2 else f"M{x1} {y1}V{y2}"
    return Wire(source.key, name, target.key, path, label, x1, turn)


def _rows(plan: Plan) -> dict[str, int]:
    """How many steps lie before each at most, without the ways that lead back."""
    rows: dict[str, int] = {}
    onward = _onward(plan)
    for key in onward:
        rows.setdefault(key, 0)
        for to in onward[key]:
            rows[to] = max(rows.get(to, 0), rows[key] + 1)
    foot = max(rows.values(), default=-1) + 1
    for key in plan.steps:
        rows.setdefault(key, foot)
    return rows


def _onward(plan: Plan) -> dict[str, list[str]]:
    """Steps in an order in which each comes after those that lead to it, and where it leads, ways back left out."""
    order: list[str] = []
    ways: dict[str, list[str]] = {}
    under: set[str] = set()
    stack: list[tuple[str, int]] = [(plan.start, 0)] if plan.start in plan.steps else []
    while stack:
        key, place = stack.pop()
        if place == 0:
            under.add(key)
            ways[key] = []
        targets = [to for to in plan.steps[key].exits.values() if to in plan.steps]
        if place < len(targets):
            stack.append((key, place + 1))
            to = targets[place]
            if to not in under:
                ways[key].append(to)
                if to not in ways:
                    stack.append((to, 0))
            continue
        under.discard(key)
        order.append(key)
    return {key: ways[key] for key in reversed(order)}


def _columns(plan: Plan, rows: dict[str, int]) -> dict[str, int]:
    """What comes next goes straight down; each further way opens a column to the right."""
    columns: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    look = [(plan.start, 0)] if plan.start in plan.steps else []
    while look:
        key, wanted = look.pop()
        if key in columns:
            continue
        column = wanted
        while (column, rows[key]) in taken:
            column += 1
        columns[key] = column
        taken.add((column, rows[key]))
        targets = {to for to in plan.steps[key].exits.values() if to in plan.steps and to not in columns}
        nearest = sorted(targets, key=lambda to: (rows[to], to))
        look += reversed([(to, column + place) for place, to in enumerate(nearest)])
    free = 0
    for key in plan.steps:
        if key not in columns:
            columns[key] = free
            free += 1
    return columns


def wrapped(text: str, *, lines: int = 2) -> list[str]:
    """Words in at most ``lines`` lines; what does not fit ends in an ellipsis."""
    found, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > LETTERS:
            found.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    found.append(line)
    cut = [one if len(one) <= LETTERS else one[: LETTERS - 1] + "…" for one in found]
    if len(cut) > lines:
        cut = [*cut[: lines - 1], cut[lines - 1][: LETTERS - 1].rstrip() + "…"]
    return [one for one in cut if one]


def outline(plan: Plan) -> list[tuple[int, str, str]]:
    """The same as a list to read: depth, the exit that leads there, and the step; a step told before is only named."""
    found: list[tuple[int, str, str]] = []
    told: set[str] = set()

    def tell(key: str, depth: int, name: str) -> None:
        while key:
            found.append((depth, name, key))
            if key in told or key not in plan.steps:
                return
            told.add(key)
            step = plan.steps[key]
            names = steps.exits_of(step.kind, step.fields)
            if len(names) > 1:
                for one in names:
                    tell(step.exits.get(one, ""), depth + 1, one)
                return
            key, name = (step.exits.get(names[0], ""), "") if names else ("", "")

    tell(plan.start, 0, "")
    for key in plan.steps:
        if key not in told:
            tell(key, 0, "")
    return found
