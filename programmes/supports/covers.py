"""Covers for programmes without a picture: drawn from the field and the title, the same every time.

The field chooses the palette and the family of shapes, so that programmes of one field look related; the title
chooses the composition, so that no two look the same. Nothing but shapes is drawn: no fonts, no text, no files.
The page that shows a cover decides whether it is decoration (``alt=""``) or an image with a name.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from itertools import product
from random import Random

from printing import pictures

# ground, far, near, light, sun: dark enough below for white words, warm enough above for a small card
PALETTES = (
    ("#0e3e46", "#1d6a6f", "#3f9a95", "#f1e3c8", "#f2a25c"),  # sea
    ("#3b1f2b", "#7a3145", "#b8574f", "#f4dcc4", "#f0b35a"),  # wine
    ("#1e2a4a", "#344f86", "#6f8fc0", "#efe6d3", "#f08a5d"),  # night
    ("#24382a", "#3f6b49", "#86a86a", "#f2ead0", "#e9a13b"),  # garden
    ("#4a2c14", "#8f5225", "#c98a45", "#f7e8cd", "#5aa6a0"),  # clay
    ("#2d2547", "#55458a", "#9a86c4", "#f0e4dc", "#f2b04c"),  # dusk
    ("#123a52", "#1f6a8c", "#6fb0c4", "#f3ead6", "#e8684a"),  # harbour
    ("#38331d", "#6d6432", "#a79a52", "#f5eed8", "#c9533a"),  # olive
)

Motif = Callable[[Random, tuple[str, ...], int, int], list[str]]


def cover_svg(*, field_key: str, title: str, width: int = 1200, height: int = 630) -> str:
    """Return the cover as one SVG document of less than 4 KB; equal arguments give equal bytes."""
    family = sha256(field_key.strip().casefold().encode()).digest()
    palette = PALETTES[family[0] % len(PALETTES)]
    motif = MOTIFS[family[1] % len(MOTIFS)]
    seed = sha256(f"{field_key}\0{title}".encode()).digest()
    shapes = motif(Random(seed), palette, width, height)  # noqa: S311 -- a drawing, not a secret
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'preserveAspectRatio="xMidYMid slice"><rect width="{width}" height="{height}" fill="{palette[0]}"/>'
        f"{''.join(shapes)}</svg>"
    )


@lru_cache(maxsize=128)
def cover_png(*, field_key: str, title: str) -> bytes:
    """The same cover as a picture of 1200 × 630 points, for networks that show no drawings."""
    return pictures.svg_to_png(cover_svg(field_key=field_key, title=title))


def _circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{fill}"/>'


def _path(drawn: str, fill: str) -> str:
    return f'<path d="{drawn}" fill="{fill}"/>'


def _dawn(rng: Random, palette: tuple[str, ...], width: int, height: int) -> list[str]:
    """A sun behind waves of hills or sea."""
    _ground, far, near, light, sun = palette
    x, radius = width * rng.uniform(0.25, 0.75), height * rng.uniform(0.2, 0.32)
    shapes = [f'<rect width="{width}" height="{height}" fill="{light}"/>', _circle(x, height * 0.5, radius, sun)]
    bands = [near, far, palette[0], palette[0]]
    for place, fill in enumerate(bands[: rng.choice([3, 3, 4])]):
        y = height * (0.5 + place * 0.15)
        lift = [height * rng.uniform(-0.1, 0.1) for _ in range(3)]
        shapes.append(
            _path(
                f"M0 {y + lift[0]:.0f}C{width * 0.25:.0f} {y - lift[1] * 2:.0f} "
                f"{width * 0.35:.0f} {y + lift[2] * 2:.0f} {width * 0.55:.0f} {y + lift[1]:.0f}"
                f"S{width * 0.85:.0f} {y - lift[2] * 1.6:.0f} {width} {y + lift[0] * 0.6:.0f}V{height}H0Z",
                fill,
            )
        )
    return shapes


def _tiles(rng: Random, palette: tuple[str, ...], width: int, height: int) -> list[str]:
    """Quarter circles and half circles on a grid, as on a hydraulic-tile floor."""
    side = height / rng.choice([2, 3])
    shapes = []
    for column, row in product(range(int(width / side) + 1), range(round(height / side))):
        x, y = column * side, row * side
        back, front = rng.sample(palette, 2)
        shapes.append(f'<path d="M{x:.0f} {y:.0f}h{side + 1:.0f}v{side + 1:.0f}h-{side + 1:.0f}z" fill="{back}"/>')
        kind = rng.randrange(4)
        if kind == 0:
            shapes.append(
                _path(f"M{x:.0f} {y:.0f}h{side:.0f}a{side:.0f} {side:.0f} 0 0 1-{side:.0f} {side:.0f}z", front)
            )
        elif kind == 1:
            shapes.append(
                _path(
                    f"M{x + side:.0f} {y + side:.0f}h-{side:.0f}a{side:.0f} {side:.0f} 0 0 1 {side:.0f}-{side:.0f}z",
                    front,
                )
            )
        elif kind == 2:
            shapes.append(_circle(x + side / 2, y + side / 2, side * 0.3, front))
    return shapes


def _rings(rng: Random, palette: tuple[str, ...], width: int, height: int) -> list[str]:
    """Two stones thrown into still water."""
    shapes = []
    colours = [palette[1], palette[2], palette[3]]
    for centre in (rng.uniform(0.05, 0.4), rng.uniform(0.6, 0.95)):
        x, y = width * centre, height * rng.uniform(0.25, 0.95)
        count, step = rng.randint(5, 7), height * rng.uniform(0.1, 0.14)
        rng.shuffle(colours)
        shapes += [_circle(x, y, step * (ring + 0.6), colours[ring % 3]) for ring in range(count, 0, -1)]
        shapes.append(_circle(x, y, step * 0.7, palette[4]))
    return shapes


def _shafts(rng: Random, palette: tuple[str, ...], width: int, height: int) -> list[str]:
    """Columns of different heights under one disc: a skyline, a chart, a row of books."""
    _ground, far, near, light, sun = palette
    count = rng.randint(7, 12)
    step = width / count
    disc = _circle(
        width * rng.uniform(0.15, 0.85), height * rng.uniform(0.25, 0.4), height * rng.uniform(0.14, 0.22), sun
    )
    shapes = [disc]
    tallness = rng.uniform(0.2, 0.8)
    for column in range(count):
        tallness = min(0.92, max(0.12, tallness + rng.uniform(-0.3, 0.3)))
        x, top, fill = column * step, height * (1 - tallness), rng.choice([far, far, near, light])
        if rng.random() < 0.4:
            half = step / 2
            shapes.append(
                _path(f"M{x:.0f} {height}V{top + half:.0f}a{half:.1f} {half:.1f} 0 0 1 {step:.1f} 0V{height}z", fill)
            )
        else:
            shapes.append(_path(f"M{x:.0f} {height}V{top:.0f}h{step + 1:.0f}V{height}z", fill))
    return shapes


def _lattice(rng: Random, palette: tuple[str, ...], width: int, height: int) -> list[str]:
    """A field of dots in which something is going on."""
    _ground, far, near, light, sun = palette
    step = height / 6
    focus_x, focus_y = width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.8)
    reach = height * rng.uniform(0.7, 1.0)
    shapes = [_circle(focus_x, focus_y, reach * 0.62, far)]
    for column, row in product(range(int(width / step) + 1), range(6)):
        x, y = (column + 0.3) * step, (row + 0.5) * step
        nearness = max(0.0, 1 - ((x - focus_x) ** 2 + (y - focus_y) ** 2) ** 0.5 / reach)
        fill = sun if nearness > 0.72 else light if nearness > 0.3 else near
        shapes.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{step * (0.08 + 0.34 * nearness):.0f}" fill="{fill}"/>')
    return shapes


def _sails(rng: Random, palette: tuple[str, ...], width: int, height: int) -> list[str]:
    """Large triangles leaning into the wind over a line of sea."""
    ground, far, near, light, sun = palette
    shapes = [f'<rect width="{width}" height="{height}" fill="{light}"/>']
    shapes.append(_circle(width * rng.uniform(0.1, 0.9), height * 0.3, height * rng.uniform(0.1, 0.18), sun))
    for fill in rng.sample([far, near, ground, near, far], rng.randint(4, 5)):
        foot, breadth = width * rng.uniform(-0.05, 0.85), height * rng.uniform(0.35, 0.9)
        top, lean = height * rng.uniform(0.06, 0.5), rng.choice([0, 0, 1])
        mast = f"L{foot + breadth:.0f} {top:.0f}" if lean else f"V{top:.0f}"
        shapes.append(_path(f"M{foot:.0f} {height}{mast}L{foot + breadth:.0f} {height}z", fill))
    shapes.append(_path(f"M0 {height * 0.84:.0f}h{width}V{height}H0z", ground))
    return shapes


MOTIFS: tuple[Motif, ...] = (_dawn, _tiles, _rings, _shafts, _lattice, _sails)
