"""Aggregation methods that take a penalty for unbalanced parts off the mean."""

from __future__ import annotations

import numpy as np

from regin.engine.aggregate import METHODS, AggregateMethod, Context
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.fields import is_number, text
from regin.engine.means import NOISE, mean_of, observed_weights, shares
from regin.engine.steps import Check, Field
from regin.engine.table import LARGEST, Bools, Floats

SIGNS = {"minus": -1.0, "plus": 1.0}

register(
    {
        "unknown_penalty": Message(
            N_("The penalty for unbalanced parts is %(value)s."),
            N_('Write "minus" where more is better, "plus" where less is better.'),
        ),
        "penalty_number": Message(
            N_("The number %(name)s of the method mean_min is %(value)s."),
            N_("Write a number from %(low)s to %(high)s."),
        ),
        "unknown_reference_period": Message(
            N_(
                "The method ampi is to refer to the period %(value)s, which the data does not have."
            ),
            N_("Write one of these: %(known)s."),
        ),
        "penalty_of_zero": Message(
            N_("In “%(whole)s” the parts have the mean 0, which gives no score (rows: %(count)s)."),
            N_("Normalise to a range above 0, for example to the mean 100 and deviation 10."),
        ),
        "penalty_below_zero": Message(
            N_(
                "In “%(whole)s” the parts have a mean below 0 (rows: %(count)s), which turns the"
                " penalty into a reward."
            ),
            N_("Normalise to a range above 0, for example to the mean 100 and deviation 10."),
        ),
        "ampi_constant": Message(
            N_("In “%(whole)s” these parts have fewer than two different values: %(parts)s."),
            N_("The method ampi leaves them out; parts are counted in the structure's order."),
        ),
        "ampi_no_reference": Message(
            N_("In “%(whole)s” these parts have no value in the period %(period)s: %(parts)s."),
            N_(
                "The method ampi leaves them out; parts are counted in the structure's order."
                " Fill the gaps, or refer to another period."
            ),
        ),
    }
)


def mpi(values: Floats, weights: Floats, context: Context, penalty: str = "minus") -> Floats:
    """Mazziotta-Pareto index of each row: M - S·cv, or M + S·cv with `penalty` "plus".

    M is the mean of the row's observed parts, S their standard deviation with the weights as
    shares (the population's, no n-1), cv = S/M. The authors take it over parts normalised to the
    mean 100 and the deviation 10; "minus" suits what is better when higher, "plus" what is worse.
    `values`: (rows, parts), NaN missing. `weights`: (parts,) or (rows, parts). Returns (rows,),
    NaN where the observed weights sum to 0, and where M is 0, which is noted; so is a mean below
    0. Raises FaultsError for another penalty. Source: Mazziotta, Pareto (2007, 2013).

    >>> import numpy as np
    >>> mpi(np.array([[90.0, 110.0]]), np.array([1.0, 1.0]), Context(("A",), ("",))).tolist()
    [99.0]
    """
    sign = _sign(penalty)
    mean, variance = _mean_and_variance(values, weights)
    cells = np.where(observed_weights(values, weights) > 0, values, 0.0)
    zero = np.abs(mean) <= NOISE * np.abs(cells).max(axis=1, initial=0.0)
    for code, rows in (("penalty_of_zero", zero), ("penalty_below_zero", (mean < 0) & ~zero)):
        if rows.any():
            params: dict[str, Value] = {"whole": context.whole, "count": int(rows.sum())}
            context.notes.append(Fault(code, params))
    loss = np.divide(variance, mean, out=np.full(len(mean), np.nan), where=~zero)
    return np.asarray(mean + sign * loss)


def ampi(
    values: Floats,
    weights: Floats,
    context: Context,
    penalty: str = "minus",
    reference: str | None = None,
) -> Floats:
    """Adjusted Mazziotta-Pareto index of each row: `mpi` of parts that are rescaled first.

    Each part becomes (x - Min) / (Max - Min)·60 + 70; Min and Max lie half its range over all
    rows and periods below and above its reference, which so becomes 100. The reference is the
    part's mean over all rows and periods, or over the rows of the period `reference`. Shapes,
    missing rule and `penalty` as for `mpi`. A part with fewer than two different values, or
    without a value in the reference period, is missing, which is noted. Raises FaultsError for
    another penalty or a period that the data does not have. Source: Mazziotta, Pareto (2016).

    >>> import numpy as np
    >>> ampi(np.array([[0.0], [10.0]]), np.array([1.0]), Context(("A", "B"), ("", ""))).tolist()
    [70.0, 130.0]
    """
    _sign(penalty)
    chosen = _reference_rows(context, len(values), reference)
    seen = ~np.isnan(values)
    highest = np.max(values, axis=0, where=seen, initial=-np.inf)
    lowest = np.min(values, axis=0, where=seen, initial=np.inf)
    varied = highest - lowest > NOISE * np.maximum(np.abs(highest), np.abs(lowest))
    spans = np.where(varied, highest - lowest, np.nan)
    known = (seen & chosen[:, None]).sum(axis=0)
    total = np.sum(values, axis=0, where=seen & chosen[:, None])
    centre = np.divide(total, known, out=np.full(len(known), np.nan), where=known > 0)
    counts = (np.broadcast_to(weights, values.shape) > 0).any(axis=0)
    _note(context, "ampi_constant", ~varied & counts)
    _note(context, "ampi_no_reference", varied & (known == 0) & counts, period=reference or "-")
    return mpi((values - centre) / spans * 60 + 100, weights, context, penalty)


def mean_min(values: Floats, weights: Floats, a: float = 1.0, b: float = 1.0) -> Floats:
    """Mean-min function of each row: M - a·(√((M - min)² + b²) - b).

    M is the mean and min the lowest of the row's observed parts of a weight above 0. `a` from 0
    (the mean: parts make up for each other) to 1, `b` >= 0: at a = 1, b = 0 it is the lowest
    part. Shapes and missing rule as for `mpi`. Raises FaultsError for other `a` or `b`.
    Source: Casadio Tarabusi, Guarini (2013).

    >>> import numpy as np
    >>> mean_min(np.array([[4.0, 10.0]]), np.array([1.0, 1.0]), a=1, b=4).tolist()
    [6.0]
    """
    faults = [_between("a", 0, 1)(a), _between("b", 0, LARGEST)(b)]
    if any(faults):
        raise FaultsError(fault for fault in faults if fault)
    mean, _ = _mean_and_variance(values, weights)
    used = observed_weights(values, weights) > 0
    below = mean - np.where(used, values, mean[:, None]).min(axis=1, initial=np.inf)
    # √(d² + b²) - b without the difference of two near numbers.
    root = np.hypot(below, b) + b
    loss = np.divide(below**2, root, out=np.zeros(len(mean)), where=root > 0)
    return np.asarray(mean - a * loss)


def _mean_and_variance(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    share = shares(values, weights)
    mean = mean_of(share, np.where(share > 0, values, 0.0))
    apart = np.where(share > 0, values - mean[:, None], 0.0)
    return mean, mean_of(share, apart**2)


def _reference_rows(context: Context, rows: int, reference: str | None) -> Bools:
    if reference is None:
        return np.ones(rows, dtype=bool)
    if reference not in context.periods:
        known = ", ".join(dict.fromkeys(context.periods)) or "-"
        params = {"value": repr(reference), "known": known}
        raise FaultsError([Fault("unknown_reference_period", params, column="reference")])
    return np.array([period == reference for period in context.periods])


def _note(context: Context, code: str, parts: Bools, **params: str) -> None:
    names = context.parts or tuple(str(part) for part in range(1, len(parts) + 1))
    places = ", ".join(names[part] for part in np.flatnonzero(parts))
    if places:
        context.notes.append(Fault(code, {"whole": context.whole, "parts": places, **params}))


def _sign(penalty: object) -> float:
    fault = _penalty(penalty)
    if fault is not None:
        raise FaultsError([fault])
    return SIGNS[str(penalty)]


def _penalty(value: object) -> Fault | None:
    if isinstance(value, str) and value in SIGNS:
        return None
    return Fault("unknown_penalty", {"value": repr(value)}, column="penalty")


def _between(name: str, low: float, high: float) -> Check:
    def check(value: object) -> Fault | None:
        if is_number(value) and low <= value <= high:  # type: ignore[operator]  # `is_number` says so
            return None
        params: dict[str, Value] = {"name": name, "value": repr(value), "low": low, "high": high}
        return Fault("penalty_number", params, column=name)

    return check


_PENALTY = Field(_penalty, default="minus")
# Rows are not compared by mpi: it works over the whole panel so that it notes a thing once.
METHODS.add("mpi", AggregateMethod(mpi, {"penalty": _PENALTY}, compares=True, panel=True))
METHODS.add(
    "ampi",
    AggregateMethod(
        ampi, {"penalty": _PENALTY, "reference": Field(text)}, compares=True, panel=True
    ),
)
METHODS.add(
    "mean_min",
    AggregateMethod(
        mean_min,
        {
            "a": Field(_between("a", 0, 1), default=1.0),
            "b": Field(_between("b", 0, LARGEST), default=1.0),
        },
    ),
)
