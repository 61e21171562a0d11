"""`explain`: why a unit has the score it has.

What each part contributes, where the unit stands among the others, which units are most like it,
and what each step did to its cells. The parts of this stand in `contributions`, `profile`,
`nearest_units` and `step_changes`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regin.engine.contributions import Contribution, contributions, row_of
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.nearest_units import FEWEST, Neighbour, nearest_in_run
from regin.engine.profile import Standing, profile
from regin.engine.run import Run
from regin.engine.scores import Scores
from regin.engine.step_changes import Change, step_changes

CLOSE = 5
"""How many names are proposed for a unit that is not there."""

register(
    {
        "explain_unknown_unit": Message(
            N_("The data has no unit “%(unit)s”."),
            N_("Write the code of a unit; the closest are: %(known)s."),
        ),
        "explain_unknown_period": Message(
            N_("The unit “%(unit)s” has no row in the period “%(period)s”."),
            N_("Write one of its periods: %(known)s; or none, to have each explained."),
        ),
        "explain_screened_out": Message(
            N_("Step %(place)s (%(do)s) took “%(unit)s” out of the calculation; it has no score."),
            N_("Name it in “keep” of that step if it is to have one."),
        ),
        "explain_no_score": Message(
            N_("“%(unit)s” has no overall score, so nothing contributes to one."),
            N_("Look at the changes: they say where values are missing."),
        ),
        "explain_few_units": Message(
            N_(
                "Units with a score in this period: %(count)s; similar units need at least"
                " %(least)s."
            ),
            N_("Nothing is wrong; add units if you want to know which are alike."),
        ),
        "explain_left_out": Message(
            N_("Scores are not sums here, so contributions are differences and do not add up."),
            N_("Read each as: so much lower would the overall score be without this part."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why `unit` has its score in `period`. `score` and `rank` are NaN where missing.

    `rank` is among the `of` units of the period with a score; `band` is empty without one.
    `in_scores` is False for a unit that was screened out: then only `changes` are there.
    """

    unit: str
    period: str
    name: str
    score: float
    rank: float
    of: int
    band: str
    n_observed: int
    n_expected: int
    in_scores: bool
    contributions: tuple[Contribution, ...]
    profile: tuple[Standing, ...]
    similar: tuple[Neighbour, ...]
    changes: tuple[Change, ...]
    notes: tuple[Fault, ...]


def explain(run: Run, unit: str, period: str | None = None) -> tuple[Explanation, ...]:
    """Explain `unit` in `period`; without one, in each period in which it has a row.

    Raises FaultsError for a unit or a period that the data does not have, with names close by.

    >>> from regin.engine.framework import Framework, Node
    >>> from regin.engine.recipe import Recipe
    >>> from regin.engine.run import run as compute
    >>> from regin.engine.steps import Step
    >>> from regin.engine.table import Table
    >>> tree = Framework((Node("all", level=2, kind="aggregate"), Node("a", level=1, parent="all"),
    ...                   Node("b", level=1, parent="all", weight=3)))
    >>> data = Table.of(["X"], ["a", "b"], [[20.0, 100.0]])
    >>> done = compute(data, tree, Recipe((Step("aggregate", {"method": "arithmetic"}),)))
    >>> [(one.code, one.contribution) for one in explain(done, "X")[0].contributions]
    [('all', 80.0), ('a', 5.0), ('b', 75.0)]
    """
    periods = [key[1] for key in run.table.keys if key[0] == unit]
    if not periods:
        raise FaultsError([_unknown_unit(run, unit)])
    if period is not None and period not in periods:
        known = ", ".join(name or "-" for name in periods)
        params = {"unit": unit, "period": period, "known": known}
        raise FaultsError([Fault("explain_unknown_period", params, column="period")])
    return tuple(_explained(run, unit, one) for one in periods if period in (None, one))


def _unknown_unit(run: Run, unit: str) -> Fault:
    """The fault of a unit that is not there, with codes that look alike or are named so."""
    named = dict(zip(run.table.units, run.table.unit_names, strict=True))
    texts: dict[str, list[str]] = {}
    for code, name in named.items():
        for text in dict.fromkeys((code.casefold(), name.casefold() or code.casefold())):
            texts.setdefault(text, []).append(code)
    alike = difflib.get_close_matches(unit.casefold(), list(texts), n=CLOSE, cutoff=0.5)
    codes = list(dict.fromkeys(code for text in alike for code in texts[text]))[:CLOSE]
    shown = [f"{code} ({named[code]})" if named[code] else code for code in codes or named]
    known = ", ".join(shown[:CLOSE])
    return Fault("explain_unknown_unit", {"unit": unit, "known": known}, column="unit")


def _explained(run: Run, unit: str, period: str) -> Explanation:
    changed = tuple(step_changes(run, unit, period))
    scores = run.scores
    name = run.table.unit_names[row_of(run.table, unit, period)]
    if (unit, period) not in scores.table.keys:
        params: dict[str, Value] = {"unit": unit}
        params |= {"place": changed[-1].place, "do": changed[-1].do}
        notes = (Fault("explain_screened_out", params),)
        nan = float("nan")
        return Explanation(
            unit, period, name, nan, nan, 0, "", 0, 0, False, (), (), (), changed, notes
        )
    row, root = row_of(scores.table, unit, period), scores.codes.index(run.framework.root.code)
    score, own = float(scores.values[row, root]), contributions(run, unit, period)
    band = run.framework.band(score)
    return Explanation(
        unit,
        period,
        name,
        score,
        float(scores.ranks[row, root]),
        _with_score(scores, root, period),
        band.name if band else "",
        int(scores.n_observed[row, root]),
        int(scores.n_expected[row, root]),
        True,
        own,
        profile(run, unit, period),
        nearest_in_run(run, unit, period),
        changed,
        tuple(_notes(run, unit, period, own)),
    )


def _with_score(scores: Scores, root: int, period: str) -> int:
    rows = [key[1] == period for key in scores.table.keys]
    return int(np.count_nonzero(~np.isnan(scores.values[rows, root])))


def _notes(run: Run, unit: str, period: str, own: tuple[Contribution, ...]) -> Iterator[Fault]:
    if all(one.how == "" for one in own):
        yield Fault("explain_no_score", {"unit": unit})
    if any(one.how == "left_out" for one in own):
        yield Fault("explain_left_out")
    count = [key[1] for key in run.scores.table.keys].count(period)
    if count < FEWEST:
        yield Fault("explain_few_units", {"count": count, "least": FEWEST})
