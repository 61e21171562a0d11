"""Weights that experts give: a budget of points shared out, and parts compared in pairs (AHP)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.framework import Node
from regin.engine.steps import Sheet
from regin.engine.table import LARGEST, Floats
from regin.engine.weigh import TABLE, WEIGHINGS, Group, Request, Weighed, Weighing

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random matrices of 1 to 10 parts. Source: Saaty (1980)."""

CONSISTENT = 0.1
"""Highest consistency ratio that passes without a warning. Source: Saaty (1980)."""

RECIPROCAL = 0.05
"""How far a pair's product may be from 1: a matrix printed with two decimals, .14 x 7, passes."""

NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
ENTRY = re.compile(rf"\s*({NUMBER})\s*(?:/\s*({NUMBER})\s*)?")
HEADING = ("expert", "code", "points")

register(
    {
        "budget_heading": Message(
            N_("The table has no column “%(name)s”."),
            N_("Write the columns expert, code and points in the first row."),
        ),
        "budget_expert": Message(
            N_("The row does not say which expert gave the points."),
            N_("Write a name or a number for the expert."),
        ),
        "budget_code": Message(
            N_("“%(node)s” is no part of anything in the structure."),
            N_("Correct the code, or take the row out."),
        ),
        "budget_twice": Message(
            N_("The expert “%(expert)s” gives points to “%(node)s” twice."),
            N_("Keep one of the rows."),
        ),
        "budget_points": Message(
            N_("The points “%(value)s” of the expert “%(expert)s” are not a number of 0 or more."),
            N_("Write a number such as 25; leave the cell empty where the expert gave none."),
        ),
        "budget_missing": Message(
            N_("No expert gives points to “%(node)s”, a part of “%(whole)s”."),
            N_("Add its points; write 0 if it is to have no weight."),
        ),
        "budget_zero": Message(
            N_("All points for the parts of “%(whole)s” are 0."),
            N_("Give at least one of its parts points above 0."),
        ),
        "budget_kept": Message(
            N_("The table gives no points to the parts of “%(whole)s”: their weights stay."),
            N_("Add them if these parts are to have new weights."),
        ),
        "budget_unused": Message(
            N_("The points for “%(node)s” are not used: it does not stand at the level %(level)s."),
            N_("Write another step weigh for its level if it is to have new weights."),
        ),
        "budget_gaps": Message(
            N_("Experts who give points to “%(node)s”: only %(count)s of %(experts)s."),
            N_("Its mean is taken over these; a gap does not count as 0 points."),
        ),
        "budget_totals": Message(
            N_("The experts gave different totals, from %(low)s to %(high)s points."),
            N_("An expert with more points counts more; check that this is meant."),
        ),
        "ahp_parts": Message(
            N_("The heading of the table names %(listed)s, which are not the parts of one whole."),
            N_("Name all parts of one whole, each once: one step weigh and one table a whole."),
        ),
        "ahp_level": Message(
            N_("The table compares the parts of “%(whole)s”, none at the level %(level)s."),
            N_("Correct the field level, or take it out: the table says which parts are meant."),
        ),
        "ahp_row": Message(
            N_("The row is headed “%(found)s”, where “%(node)s” should stand."),
            N_("Write one row for each part, in the order of the heading."),
        ),
        "ahp_row_missing": Message(
            N_("The table has no row for “%(node)s”."),
            N_("Write one row for each part, in the order of the heading."),
        ),
        "ahp_row_extra": Message(
            N_("The row headed “%(found)s” is one too many."),
            N_("Write one row for each part, in the order of the heading."),
        ),
        "ahp_entry": Message(
            N_("The comparison of “%(node)s” with “%(other)s” is not a number above 0."),
            N_("Write how many times more important it is, such as 3 or 1/3."),
        ),
        "ahp_diagonal": Message(
            N_("“%(node)s” compared with itself is %(value)s."), N_("Write 1.")
        ),
        "ahp_pair": Message(
            N_("“%(node)s” to “%(other)s” is %(value)s, but the other way round it is %(back)s."),
            N_("Write a number and its inverse, such as 3 and 1/3."),
        ),
        "ahp_inconsistent": Message(
            N_("The comparisons of “%(whole)s” contradict each other: consistency %(ratio)s."),
            N_("Ask the experts again where a ratio above 0.1 comes from; the weights are used."),
        ),
        "ahp_no_ratio": Message(
            N_("“%(whole)s” has %(count)s parts; a consistency ratio is known up to %(most)s."),
            N_("Check the consistency index, or put the parts into groups."),
        ),
    }
)


def budget_allocation(points: ArrayLike) -> Floats:
    """Return weights (parts,), sum 1: the mean points of each part, over their sum.

    `points` are (experts, parts), >= 0; NaN where an expert gave none, which is not 0: the mean is
    taken over the others. Experts need not have the same budget; one with more counts more.
    Raises FaultsError for a part without points from anyone, and where all means are 0. Source:
    OECD/JRC Handbook (2008).

    >>> budget_allocation([[60, 40, 0], [40, 40, 20]]).tolist()
    [0.5, 0.4, 0.1]
    """
    grid = np.atleast_2d(np.asarray(points, dtype=np.float64))
    names = [str(place) for place in range(1, grid.shape[1] + 1)]
    faults = list(_point_faults(grid, names, "-"))
    if faults:
        raise FaultsError(faults)
    means = _means(grid)
    return np.asarray(means / means.sum())


def _means(grid: Floats) -> Floats:
    given = np.maximum((~np.isnan(grid)).sum(axis=0), 1)
    return np.asarray(np.where(np.isnan(grid), 0.0, grid).sum(axis=0) / given)


def _point_faults(grid: Floats, codes: Sequence[str], whole: str) -> Iterator[Fault]:
    nobody = np.isnan(grid).all(axis=0)
    for code in np.array(codes, dtype=object)[nobody]:
        yield Fault("budget_missing", {"node": code, "whole": whole}, column=code)
    if not nobody.any() and not np.any(grid > 0):
        yield Fault("budget_zero", {"whole": whole}, column=whole)


@dataclass(frozen=True)
class _Points:
    """A table of points as read: (expert, code) → points; and what is wrong with it."""

    given: Mapping[tuple[str, str], float] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def experts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(expert for expert, _ in self.given))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for _, code in self.given))

    def grid(self, codes: Sequence[str]) -> Floats:
        """Points, (experts, codes), NaN where an expert gave none."""
        rows = [[self.given.get((one, code), np.nan) for code in codes] for one in self.experts]
        return np.array(rows, dtype=np.float64).reshape(len(self.experts), len(codes))


def _points(sheet: Sheet, request: Request | None = None) -> _Points:
    """Read a table of points; codes are checked against `request` where it is given."""
    heading = [cell.strip().lower() for cell in sheet[0]] if sheet else []
    missing = [name for name in HEADING if name not in heading]
    if missing:
        return _Points(faults=tuple(Fault("budget_heading", {"name": n}, row=1) for n in missing))
    columns = [heading.index(name) for name in HEADING]
    given: dict[tuple[str, str], float] = {}
    faults: list[Fault] = []
    for row, cells in _filled(sheet):
        expert, code, written = (cells[c].strip() if c < len(cells) else "" for c in columns)
        value = _entry(written)
        params: dict[str, Value] = {"expert": expert, "node": code, "value": written}
        if not expert:
            faults.append(Fault("budget_expert", params, row=row, column="expert"))
        if request is not None and request.whole_of(code) is None:
            faults.append(Fault("budget_code", params, row=row, column="code"))
        if (expert, code) in given:
            faults.append(Fault("budget_twice", params, row=row, column="code"))
        if written and math.isnan(value):
            faults.append(Fault("budget_points", params, row=row, column="points"))
        given[expert, code] = value
    return _Points(given, tuple(faults))


def _filled(sheet: Sheet) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows below the heading that hold anything, with their number; the heading is row 1."""
    for row, cells in enumerate(sheet[1:], start=2):
        if any(cell.strip() for cell in cells):
            yield row, cells


def _entry(text: str) -> float:
    """Return the number or fraction in `text`; NaN when it is none."""
    found = ENTRY.fullmatch(text)
    if found is None:
        return math.nan
    above, below = float(found[1]), float(found[2] or 1)
    value = above / below if below else math.nan
    return value if value <= LARGEST else math.nan


def _budget_wholes(request: Request) -> tuple[Node, ...]:
    codes = set(_points(request.sheet or ()).codes)
    return tuple(w for w in request.wholes if not codes.isdisjoint(request.parts(w.code)))


def _budget_check(request: Request) -> Iterator[Fault]:
    if request.sheet is None:
        return
    read = _points(request.sheet, request)
    found = list(read.faults)
    if not found:
        for whole in _budget_wholes(request):
            codes = request.parts(whole.code)
            found += _point_faults(read.grid(codes), codes, whole.code)
    for fault in found:
        yield Fault(fault.code, fault.params, request.name or None, fault.row, fault.column)


def _budget_remarks(request: Request) -> Iterator[Fault]:
    read, wholes = _points(request.sheet or ()), _budget_wholes(request)
    for whole in request.wholes:
        if whole not in wholes:
            yield Fault("budget_kept", {"whole": whole.code})
    used = {code for whole in wholes for code in request.parts(whole.code)}
    for code in read.codes:
        if code not in used:
            yield Fault("budget_unused", {"node": code, "level": request.level or "-"}, column=code)
    grid = read.grid(read.codes)
    totals = np.where(np.isnan(grid), 0.0, grid).sum(axis=1)
    if len(totals) and totals.max() - totals.min() > 1e-9 * totals.max():
        yield Fault("budget_totals", {"low": float(totals.min()), "high": float(totals.max())})


def _budget_run(group: Group) -> Weighed:
    grid = _points(group.sheet).grid(group.parts)
    # An expert for other parts only has not left these out.
    grid = grid[~np.isnan(grid).all(axis=1)]
    given = ~np.isnan(grid)
    means, counts = _means(grid), given.sum(axis=0)
    squares = np.where(given, (grid - means) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(squares / np.maximum(counts - 1, 1))
    parts = [
        {
            "code": code,
            "mean": float(means[place]),
            "sd": float(spread[place]) if counts[place] > 1 else None,
            "experts": int(counts[place]),
        }
        for place, code in enumerate(group.parts)
    ]
    gaps = tuple(
        Fault("budget_gaps", {"node": code, "count": int(count), "experts": len(grid)}, column=code)
        for code, count in zip(group.parts, counts, strict=True)
        if count < len(grid)
    )
    details = {"experts": len(grid), "parts": parts}
    return Weighed(budget_allocation(grid), details, gaps)


@dataclass(frozen=True, eq=False)
class Ahp:
    """`weights` (parts,), sum 1; `ratio` is None where no random index is known."""

    weights: Floats
    eigenvalue: float
    index: float
    ratio: float | None


def ahp(matrix: ArrayLike) -> Ahp:
    """Return the principal eigenvector of comparisons in pairs, and how consistent they are.

    `matrix[a, b]` > 0 says how many times more important part a is than b; the other way round it
    is the inverse, to a tolerance of 5 %, and 1 on the diagonal. `index` = (λ - n)/(n - 1),
    `ratio` = index / random index of n parts (n <= 10); both are 0 for up to two parts. Raises
    ValueError for a matrix that is not square, FaultsError with every pair that does not fit.
    Source: Saaty (1980).

    >>> found = ahp([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> found.weights.round(6).tolist(), round(found.eigenvalue, 6), found.ratio
    ([0.571429, 0.285714, 0.142857], 3.0, 0.0)
    """
    grid = np.asarray(matrix, dtype=np.float64)
    if grid.ndim != 2 or grid.shape[0] != grid.shape[1] or not grid.size:
        raise ValueError("a matrix of comparisons is square")
    count = len(grid)
    faults = list(_pair_faults(grid, [str(place) for place in range(1, count + 1)]))
    if faults:
        raise FaultsError(faults)
    values, vectors = np.linalg.eig(grid)
    first = int(np.argmax(values.real))
    vector = np.abs(vectors[:, first].real)
    largest = float(values[first].real)
    index = (largest - count) / (count - 1) if count > 2 else 0.0
    # Rounding must not make perfect comparisons look inconsistent.
    index = index if abs(index) > 1e-12 else 0.0
    known = count <= len(RANDOM_INDEX)
    ratio = (index / RANDOM_INDEX[count - 1] if count > 2 else 0.0) if known else None
    return Ahp(np.asarray(vector / vector.sum()), largest, index, ratio)


def _pair_faults(
    grid: Floats, codes: Sequence[str], rows: Sequence[int] | None = None
) -> Iterator[Fault]:
    """Yield what is wrong with the entries; `rows` are the row numbers of the parts."""
    good = np.isfinite(grid) & (grid > 0)
    for row, node in enumerate(codes):
        at = rows[row] if rows is not None else None
        for column, other in enumerate(codes):
            params: dict[str, Value] = {"node": node, "other": other}
            if not good[row, column]:
                yield Fault("ahp_entry", params, row=at, column=other)
                continue
            value, back = float(grid[row, column]), float(grid[column, row])
            params.update({"value": value, "back": back})
            if row == column and abs(value - 1) > RECIPROCAL:
                yield Fault("ahp_diagonal", params, row=at, column=other)
            if row < column and good[column, row] and abs(value * back - 1) > RECIPROCAL:
                yield Fault("ahp_pair", params, row=at, column=other)


@dataclass(frozen=True, eq=False)
class _Matrix:
    """A table of comparisons as read; `rows` are the row numbers it had."""

    codes: tuple[str, ...]
    rows: tuple[int, ...]
    entries: Floats
    faults: tuple[Fault, ...] = ()


def _matrix(sheet: Sheet) -> _Matrix:
    codes = [cell.strip() for cell in sheet[0][1:]] if sheet else []
    while codes and not codes[-1]:
        codes.pop()
    filled = list(_filled(sheet))
    faults = [Fault("ahp_row_missing", {"node": code}) for code in codes[len(filled) :]]
    entries = np.full((len(codes), len(codes)), np.nan)
    for place, (row, cells) in enumerate(filled):
        found = cells[0].strip()
        if place >= len(codes):
            faults.append(Fault("ahp_row_extra", {"found": found}, row=row))
            continue
        if found != codes[place]:
            faults.append(Fault("ahp_row", {"found": found, "node": codes[place]}, row=row))
        for column, cell in enumerate(cells[1 : len(codes) + 1]):
            entries[place, column] = _entry(cell)
    return _Matrix(tuple(codes), tuple(row for row, _ in filled), entries, tuple(faults))


def _compared(request: Request) -> Node | None:
    """The whole whose parts the table compares; None when they are not those of one whole."""
    codes = _matrix(request.sheet or ()).codes
    for whole in request.framework.aggregates:
        if sorted(codes) == sorted(request.parts(whole.code)):
            return whole
    return None


def _ahp_wholes(request: Request) -> tuple[Node, ...]:
    return tuple(whole for whole in request.wholes if whole == _compared(request))


def _ahp_check(request: Request) -> Iterator[Fault]:
    if request.sheet is None:
        return
    read, whole = _matrix(request.sheet), _compared(request)
    found = list(read.faults)
    if whole is None:
        found.append(Fault("ahp_parts", {"listed": ", ".join(read.codes) or "-"}, row=1))
    elif not _ahp_wholes(request):
        params: dict[str, Value] = {"whole": whole.code, "level": request.level or "-"}
        found.append(Fault("ahp_level", params))
    if not read.faults:
        found += _pair_faults(read.entries, read.codes, read.rows)
    for fault in found:
        yield Fault(fault.code, fault.params, request.name or None, fault.row, fault.column)


def _ahp_run(group: Group) -> Weighed:
    read = _matrix(group.sheet)
    found = ahp(read.entries)
    weight = dict(zip(read.codes, found.weights.tolist(), strict=True))
    warnings: list[Fault] = []
    params: dict[str, Value]
    if found.ratio is None:
        params = {"whole": group.whole, "count": len(read.codes), "most": len(RANDOM_INDEX)}
        warnings.append(Fault("ahp_no_ratio", params))
    elif found.ratio > CONSISTENT:
        params = {"whole": group.whole, "ratio": round(found.ratio, 4)}
        warnings.append(Fault("ahp_inconsistent", params))
    details = {"lambda": found.eigenvalue, "CI": found.index, "CR": found.ratio}
    weights = np.array([weight[code] for code in group.parts])
    return Weighed(weights, details, tuple(warnings))


WEIGHINGS.add(
    "budget_allocation",
    Weighing(_budget_run, {"table": TABLE}, _budget_check, _budget_remarks, _budget_wholes),
)
WEIGHINGS.add("ahp", Weighing(_ahp_run, {"table": TABLE}, _ahp_check, wholes=_ahp_wholes))
