"""Weights from how the parts move together: first principal component, and rotated factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, Message, Value, fail, register
from regin.engine.rotation import principal_components, varimax
from regin.engine.table import Floats, Ints
from regin.engine.weigh import WEIGHINGS, Group, Weighed, Weighing, equal_weights

FEWEST = 3
"""Fewest rows that two parts share for a correlation to say anything."""

NOISE = 1e-9
"""Entries of a vector and distances of eigenvalues below this are rounding."""

register(
    {
        "weigh_constant": Message(
            N_("“%(node)s” has the same value everywhere, so “%(whole)s” has no correlations."),
            N_("All parts of “%(whole)s” weigh the same now; leave the constant part out."),
        ),
        "weigh_few_units": Message(
            N_("Rows in which both “%(node)s” and “%(other)s” are known: only %(count)s."),
            N_("That is too few for %(parts)s parts: all parts of “%(whole)s” weigh the same now."),
        ),
        "weigh_no_first": Message(
            N_("No component of “%(whole)s” stands out: its parts do not move together."),
            N_("All its parts weigh the same now; other methods do not need correlations."),
        ),
        "pca_mixed_signs": Message(
            N_("The first component of “%(whole)s” weighs %(parts)s against the other parts."),
            N_("Check their direction, leave them out, or choose another method."),
        ),
    }
)


def pairwise_correlations(values: ArrayLike) -> tuple[Floats, Ints]:
    """Return Pearson correlations (parts, parts) and how many rows each pair shares.

    `values` are (rows, parts), NaN missing; each pair is taken over the rows that have both. NaN
    where either is constant there, or no two rows are shared. 1 on the diagonal.

    >>> found, counts = pairwise_correlations([[1, 2], [2, 4], [3, 6], [4, float("nan")]])
    >>> found.round(9).tolist(), counts.tolist()
    ([[1.0, 1.0], [1.0, 1.0]], [[4, 3], [3, 3]])
    """
    grid = np.asarray(values, dtype=np.float64)
    seen = (~np.isnan(grid)).astype(np.float64)
    scaled = _standardised(grid)
    counts = seen.T @ seen
    safe = np.maximum(counts, 1)
    sums, squares = scaled.T @ seen, (scaled**2).T @ seen
    spread = squares - sums**2 / safe
    # Standardised columns: what is left of a constant one is rounding.
    spread = np.where(spread > 1e-12 * safe, spread, np.nan)
    found = (scaled.T @ scaled - sums * sums.T / safe) / np.sqrt(spread * spread.T)
    found = np.clip(found, -1.0, 1.0)
    np.fill_diagonal(found, np.where(np.isnan(np.diag(found)), np.nan, 1.0))
    return np.asarray(found), np.rint(counts).astype(np.int64)


def _standardised(grid: Floats) -> Floats:
    """Columns with mean 0 and standard deviation 1; 0 where missing or constant."""
    seen = ~np.isnan(grid)
    count = np.maximum(seen.sum(axis=0), 1)
    # Scaled before anything is squared, so that the largest values stay finite.
    largest = np.abs(np.where(seen, grid, 0.0)).max(axis=0, initial=0.0)
    cells = np.where(seen, grid, 0.0) / np.where(largest > 0, largest, 1.0)
    centred = np.where(seen, cells - cells.sum(axis=0) / count, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    scaled = np.divide(centred, spread, out=np.zeros_like(grid), where=spread > 1e-12)
    return np.asarray(scaled)


def unusable(values: Floats, codes: Sequence[str], whole: str) -> Fault | None:
    """Return what keeps the parts of `whole` from being weighed by correlations, else None.

    Two parts that share fewer than three rows, or no more rows than there are parts; a part that
    is constant, be it only where another is known.
    """
    found, counts = pairwise_correlations(values)
    params: dict[str, Value] = {"whole": whole, "parts": len(codes)}
    apart = np.where(np.eye(len(codes), dtype=bool), len(values), counts)
    one, other = divmod(int(np.argmin(apart)), len(codes))
    fewest = int(counts[one, other])
    if fewest < FEWEST or fewest <= len(codes):
        params.update({"node": codes[one], "other": codes[other], "count": fewest})
        return Fault("weigh_few_units", params, column=codes[one])
    if np.isnan(found).any():
        # The part with most gaps among its correlations is the constant one.
        node = codes[int(np.argmax(np.isnan(found).sum(axis=1)))]
        return Fault("weigh_constant", {**params, "node": node}, column=node)
    return None


@dataclass(frozen=True, eq=False)
class Component:
    """`weights` (parts,), sum 1, None where no component stands out; `share` of the variance."""

    weights: Floats | None
    eigenvalue: float
    share: float


def pca(correlation: ArrayLike, codes: Sequence[str] = (), whole: str = "-") -> Component:
    """Return the first eigenvector of a correlation matrix (parts, parts) as weights.

    Made non-negative: all entries have one sign, or FaultsError names the parts, by `codes` or
    their place, that go against the others. No gaps. Source: OECD/JRC Handbook (2008).

    >>> pca([[1, 0.5], [0.5, 1]]).weights.round(6).tolist()
    [0.5, 0.5]
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    values, vectors = principal_components(matrix)
    first, share = float(values[0]), float(values[0] / len(matrix))
    if len(matrix) > 1 and values[0] - values[1] <= NOISE:
        return Component(None, first, share)
    vector = np.where(np.abs(vectors[:, 0]) > NOISE, vectors[:, 0], 0.0)
    # The larger side counts as the direction; with the sign rule alone one part would decide.
    vector = vector if vector.sum() >= 0 else -vector
    against = np.flatnonzero(vector < 0).tolist()
    if against:
        names = ", ".join(codes[place] if codes else str(place + 1) for place in against)
        raise fail("pca_mixed_signs", column=whole, whole=whole, parts=names)
    return Component(np.asarray(vector / vector.sum()), first, share)


@dataclass(frozen=True, eq=False)
class Factors:
    """`weights` (parts,), sum 1, None where no component counts; rotated `loadings`, (parts, kept).

    `shares` (kept,) of the variance explained by each factor after the rotation, sum below 1.
    """

    weights: Floats | None
    eigenvalues: Floats
    loadings: Floats
    shares: Floats


def factor(correlation: ArrayLike, components: int | None = None) -> Factors:
    """Return weights (parts,) from the rotated loadings of a correlation matrix (parts, parts).

    `components` are kept, by default those with an eigenvalue above 1, and turned by varimax with
    Kaiser normalisation. A part belongs to the factor it loads most on; its weight is its squared
    loading over the variance of that factor, times that factor's share among those kept, rescaled
    to sum 1. No gaps. Sources: Nicoletti, Scarpetta and Boylaud (2000); OECD/JRC Handbook (2008).

    >>> found = factor([[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1]], components=2)
    >>> found.weights.round(6).tolist()
    [0.321429, 0.321429, 0.357143]
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    values, vectors = principal_components(matrix)
    kept = int((values > 1 + NOISE).sum()) if components is None else components
    if kept == 0:
        return Factors(None, values, np.empty((len(matrix), 0)), np.empty(0))
    loadings = varimax(vectors[:, :kept] * np.sqrt(np.maximum(values[:kept], 0.0)))
    squared = loadings**2
    # (l²/variance of the factor) x (variance of the factor/variance of all) = l²/variance of all.
    weights = squared.max(axis=1)
    shares = squared.sum(axis=0) / len(matrix)
    return Factors(np.asarray(weights / weights.sum()), values, loadings, shares)


def _equal(group: Group, fault: Fault) -> Weighed:
    weights = equal_weights(len(group.parts))
    return Weighed(weights, {"equal": True}, (fault,))


def complete_rows(values: Floats) -> Floats:
    """Rows without a gap: components need a matrix that one set of rows can have, as in pca.csv."""
    return values[~np.isnan(values).any(axis=1)]


def _pca(group: Group) -> Weighed:
    values = complete_rows(group.values)
    fault = unusable(values, group.parts, group.whole)
    if fault is not None:
        return _equal(group, fault)
    correlation, _ = pairwise_correlations(values)
    found = pca(correlation, group.parts, group.whole)
    if found.weights is None:
        return _equal(group, Fault("weigh_no_first", {"whole": group.whole}))
    return Weighed(found.weights, {"eigenvalue": found.eigenvalue, "share": found.share})


def _factor(group: Group) -> Weighed:
    values = complete_rows(group.values)
    fault = unusable(values, group.parts, group.whole)
    if fault is not None:
        return _equal(group, fault)
    found = factor(pairwise_correlations(values)[0])
    if found.weights is None:
        return _equal(group, Fault("weigh_no_first", {"whole": group.whole}))
    factor_of = np.argmax(found.loadings**2, axis=1) + 1
    details = {
        "components": len(found.shares),
        "eigenvalues": found.eigenvalues.tolist(),
        "shares": found.shares.tolist(),
        "factor_of": dict(zip(group.parts, factor_of.tolist(), strict=True)),
    }
    return Weighed(found.weights, details)


WEIGHINGS.add("pca", Weighing(_pca, needs_values=True))
WEIGHINGS.add("factor", Weighing(_factor, needs_values=True))
