"""Aggregation methods that are means of the parts."""

from __future__ import annotations

import numpy as np

from regin.engine.aggregate import METHODS, AggregateMethod
from regin.engine.table import Floats


def arithmetic(values: Floats, weights: Floats) -> Floats:
    """Weighted mean of each row over its observed parts: Σwx / Σw.

    `values`: (rows, parts), NaN missing. `weights`: (parts,), >= 0, of any sum. Returns (rows,),
    NaN where the observed weights sum to 0.

    >>> import numpy as np
    >>> arithmetic(np.array([[0.0, 50.0], [100.0, np.nan]]), np.array([1.0, 3.0])).tolist()
    [37.5, 100.0]
    """
    seen = ~np.isnan(values)
    total = np.where(seen, weights, 0.0).sum(axis=1)
    weighed = np.where(seen, values * weights, 0.0).sum(axis=1)
    out = np.full(len(values), np.nan)
    return np.asarray(np.divide(weighed, total, out=out, where=total > 0))


METHODS.add("arithmetic", AggregateMethod(arithmetic))
