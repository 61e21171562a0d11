"""Where names stand on a map, so that no two lie on each other.

Names are placed for the size they have on a wide screen. On a narrow one they are drawn larger
against the map; those that would then touch another are `crowded` and left to the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regin.apps.regions.map_frame import HEIGHT, WIDTH
from regin.apps.regions.map_parts import Spot
from regin.files.geometry import Point

# In units of the drawing, as map.css has them.
WIDE, NARROW = 25.0, 44.0
SYMBOL = 13.0
AWAY = 20.0
SIDES = ("start", "end", "above", "below")
# The mean width of a letter of Noto Sans against its size, bold names included.
LETTER = 0.56

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name starts or ends (`anchor`: start, end or middle), and whether it is crowded."""

    x: float
    y: float
    anchor: str
    is_crowded: bool = False


def labels_of(spots: Sequence[Spot]) -> dict[int, Label]:
    """The label of every spot that has a position, by its key; in an inset beside its symbol."""
    at = [(spot.key, spot.at, spot.name) for spot in spots if spot.at is not None]
    main = [(key, point, name) for key, point, name in at if point[1] <= HEIGHT]
    found = place_labels([(point, name) for _, point, name in main])
    labels = dict(zip((key for key, _, _ in main), found, strict=True))
    for key, point, _name in at:
        labels.setdefault(key, _label(point, "end" if point[0] > WIDTH / 2 else "start"))
    return labels


def place_labels(names: Sequence[tuple[Point, str]]) -> list[Label]:
    """A label for every (position, name), in their order: right of it where there is room, else
    left, above or below; where nothing is free, on the side that covers least."""
    symbols = [_around(at) for at, _ in names]
    taken: list[Box] = []
    placed: list[Label] = []
    for own, (at, name) in enumerate(names):
        others = [box for number, box in enumerate(symbols) if number != own]
        choices = [_label(at, side) for side in SIDES]
        lost = [_covered(_box(label, name, WIDE), others + taken) for label in choices]
        label = choices[lost.index(min(lost))]
        taken.append(_box(label, name, WIDE))
        placed.append(label)
    return _crowded(names, placed)


def _label(at: Point, side: str) -> Label:
    x, y = at
    if side in {"start", "end"}:
        return Label(x + AWAY if side == "start" else x - AWAY, y + WIDE / 3, side)
    return Label(x, y - AWAY if side == "above" else y + AWAY + WIDE / 2, "middle")


def _box(label: Label, name: str, size: float) -> Box:
    """What the name covers: left, top, right, bottom."""
    width = len(name) * size * LETTER
    left = {"start": label.x, "end": label.x - width, "middle": label.x - width / 2}[label.anchor]
    return left, label.y - size * 0.74, left + width, label.y + size * 0.22


def _around(at: Point) -> Box:
    return at[0] - SYMBOL, at[1] - SYMBOL, at[0] + SYMBOL, at[1] + SYMBOL


def _covered(box: Box, taken: Sequence[Box]) -> float:
    """How much of `box` lies on others or outside the map, as an area."""
    left, top, right, bottom = box
    outside = (max(0.0, -left) + max(0.0, right - WIDTH)) * (bottom - top)
    return outside + sum(
        (min(right, other[2]) - max(left, other[0])) * (min(bottom, other[3]) - max(top, other[1]))
        for other in taken
        if _touch(box, other)
    )


def _fits(box: Box, taken: Sequence[Box]) -> bool:
    return box[0] >= 0 and box[2] <= WIDTH and not any(_touch(box, other) for other in taken)


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _crowded(names: Sequence[tuple[Point, str]], placed: Sequence[Label]) -> list[Label]:
    """Mark the names that touch another, a symbol or the edge at the size of a narrow screen."""
    symbols = [_around(at) for at, _ in names]
    kept: list[Box] = []
    found = []
    for own, (label, (_, name)) in enumerate(zip(placed, names, strict=True)):
        box = _box(label, name, NARROW)
        others = [symbol for number, symbol in enumerate(symbols) if number != own]
        is_crowded = not _fits(box, [*kept, *others])
        if not is_crowded:
            kept.append(box)
        found.append(Label(label.x, label.y, label.anchor, is_crowded))
    return found
