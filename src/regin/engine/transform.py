"""`transform`: a logarithm or root of columns by choice, such as income per head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.fields import COLUMNS, chosen_columns, one_of, scored_column_faults
from regin.engine.steps import STEPS, Field, Step, StepKind, Work
from regin.engine.table import Bools, Floats, Table

register(
    {
        "transform_not_positive": Message(
            N_("The function %(function)s cannot take “%(node)s”; values of 0 or less: %(count)s."),
            N_("Correct the values, or name the other columns in “columns”."),
        ),
        "transform_negative": Message(
            N_("The function %(function)s cannot take “%(node)s”; values below 0: %(count)s."),
            N_("Correct the values, or name the other columns in “columns”."),
        ),
    }
)


@dataclass(frozen=True)
class Function:
    """A function of single values, and whether it can take 0."""

    run: np.ufunc
    takes_zero: bool = False

    def refuses(self, values: Floats) -> Bools:
        """Which values it cannot take; a missing one it can."""
        return np.asarray(values < 0 if self.takes_zero else values <= 0)


FUNCTIONS: Mapping[str, Function] = {
    "ln": Function(np.log),
    "log10": Function(np.log10),
    "sqrt": Function(np.sqrt, takes_zero=True),
}


def transform(values: ArrayLike, function: str, node: str = "x") -> Floats:
    """Return ln, log10 or sqrt of `values`, any shape; NaN is missing and stays so.

    Raises FaultsError, naming `node`, where a value is 0 or less (sqrt: below 0).

    >>> transform([1, 100, float("nan")], "log10").tolist()
    [0.0, 2.0, nan]
    """
    kind, cells = FUNCTIONS[function], np.asarray(values, dtype=np.float64)
    count = int(kind.refuses(cells).sum())
    if count:
        code = "transform_negative" if kind.takes_zero else "transform_not_positive"
        params: dict[str, Value] = {"function": function, "node": node, "count": count}
        raise FaultsError([Fault(code, params, column=node)])
    return np.asarray(kind.run(cells))


def transform_table(table: Table, codes: Sequence[str], function: str) -> Table:
    """Transform the columns `codes`. Raises FaultsError with every column it cannot take."""
    values = table.values.copy()
    faults: list[Fault] = []
    for code in codes:
        column = table.position[code]
        try:
            values[:, column] = transform(table.values[:, column], function, code)
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(faults)
    return table.with_values(values, table.choices)


def _run(work: Work, step: Step) -> Work:
    codes = chosen_columns(work.framework, step)
    return replace(work, table=transform_table(work.table, codes, str(step.get("function"))))


STEPS.add(
    "transform",
    StepKind(
        run=_run,
        fields={"function": Field(one_of(tuple(FUNCTIONS)), required=True), "columns": COLUMNS},
        check=scored_column_faults,
    ),
)
