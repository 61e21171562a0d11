"""Round limits between the classes of a map (docs/decisions/0016-classes-of-a-map.md)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

# A limit may move this share of a class to either side, to become round.
SLACK = 1 / 4
# The share of gaps that the classes of one width hold at least; the open ends hold the rest.
BULK = 0.8


def rounded(value: float, decimals: int) -> float:
    """`value` as `numbers.number` prints it: halves away from zero, never -0."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return float(exact) + 0.0


def classes_of(values: Iterable[float | None], *, most: int, decimals: int) -> tuple[float, ...]:
    """Edges, increasing, of up to `most` classes, none of them empty; () without a figure.

    The first and the last edge are the ends of the figures. The class above an edge holds it.
    """
    known = sorted(_figures(values, decimals))
    if not known:
        return ()
    count = min(most, len(set(known)))
    cuts = (_cut(known, part, count, decimals) for part in range(1, count))
    return (known[0], *_without_empty(known, sorted(set(cuts))), known[-1])


def gap_limit(values: Iterable[float | None], *, sides: int, decimals: int) -> float | None:
    """The smallest round limit around zero with which classes of one width hold the bulk of gaps.

    The middle class reaches from minus to plus the limit, so that it is as wide as the others,
    which are twice the limit: the last of `sides` begins at 2 · `sides` - 1 times the limit and is
    open. At least one unit of the last of `decimals`; None without a figure.
    """
    sizes = sorted(abs(value) for value in _figures(values, decimals))
    if not sizes:
        return None
    bulk = sizes[math.ceil(BULK * len(sizes)) - 1]
    finest, parts = 10.0**-decimals, 2 * sides - 1
    # A gap as large as a limit belongs to the class beyond it: the bulk has to lie below.
    units = _units(max(bulk, finest) * 10, finest)
    return float(min(unit for unit in units if unit * parts > bulk * (1 + 1e-9)))


def _figures(values: Iterable[float | None], decimals: int) -> Iterator[float]:
    return (rounded(one, decimals) for one in values if one is not None and math.isfinite(one))


def _cut(known: list[float], part: int, count: int, decimals: int) -> float:
    """The roundest limit near the place where `part` of `count` of the figures lie below it."""
    target, slack = len(known) * part / count, len(known) / count * SLACK
    breaks = _breaks(known, target, slack)
    low, high = known[breaks[0] - 1], known[breaks[-1]]
    return _roundest(low, high, known[min(breaks, key=lambda at: abs(at - target))], decimals)


def _breaks(known: list[float], target: float, slack: float) -> list[int]:
    """Positions within `slack` of `target` where a figure differs from the one before.

    Where equal figures fill all of it, the nearest such position.
    """
    all_breaks = [at for at in range(1, len(known)) if known[at - 1] < known[at]]
    near = [at for at in all_breaks if abs(at - target) <= slack]
    return near or [min(all_breaks, key=lambda at: abs(at - target))]


def _roundest(low: float, high: float, near: float, decimals: int) -> float:
    """The number above `low`, up to `high`, with the largest unit; of several, that at `near`."""
    for unit in _units(max(abs(low), abs(high)), 10.0**-decimals):
        first = math.floor(low / unit + 1e-9) + 1
        last = math.floor(high / unit + 1e-9)
        if first <= last:
            chosen = min(max(round(near / unit), first), last)
            return rounded(chosen * unit, decimals)
    return high


def _units(largest: float, finest: float) -> Iterator[float]:
    """10, 5, 2, 1, 0.5 … times a power of ten, from above `largest` down to `finest`."""
    power = math.ceil(math.log10(max(largest, finest)))
    while 10.0**power >= finest * (1 - 1e-9):
        for factor in (1, 0.5, 0.2):
            if factor * 10.0**power >= finest * (1 - 1e-9):
                yield factor * 10.0**power
        power -= 1


def _without_empty(known: list[float], cuts: list[float]) -> Iterator[float]:
    """`cuts` less those with no figure between them and the one before, or the ends."""
    below = 0
    for cut in cuts:
        at = bisect_left(known, cut)
        if below < at < len(known):
            below = at
            yield cut
