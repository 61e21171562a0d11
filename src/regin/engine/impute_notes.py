"""What the step `impute` has to say: its messages, and which gaps stay for what reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.table import Bools, Floats, Ints

register(
    {
        "impute_unknown_method": Message(
            N_("“%(name)s” is not a method of imputation."), N_("Known methods: %(known)s.")
        ),
        "impute_unknown_group": Message(
            N_("The data has no group column “%(group)s”, which the step impute names."),
            N_("Correct the field “group”, or add the column; known group columns: %(known)s."),
        ),
        "impute_unknown_level": Message(
            N_("No aggregate stands at level %(level)s, which the step impute names."),
            N_("Correct the field “level”; levels with aggregates: %(known)s."),
        ),
        "impute_no_value": Message(
            N_("“%(node)s” has no observed value; its gaps stay (%(count)s)."),
            N_("Find values for it, or take it out of the structure."),
        ),
        "impute_no_value_in_period": Message(
            N_(
                "“%(node)s” has no observed value in some periods (%(count)s); its gaps stay there."
            ),
            N_("Find values, or fill along the periods: latest, constant or linear."),
        ),
        "impute_no_value_in_group": Message(
            N_(
                "“%(node)s” has no observed value in %(count)s of the groups of “%(group)s”;"
                " its gaps there stay."
            ),
            N_("Find values, choose larger groups, or write another step impute after this one."),
        ),
        "impute_no_label": Message(
            N_("Some rows with gaps have no label in “%(group)s” (%(count)s); their gaps stay."),
            N_("Write the group of each unit, or another step impute after this one."),
        ),
        "impute_gaps_stay": Message(
            N_(
                "Some gaps of “%(node)s” stay (%(count)s): the unit has no value from which"
                " the method %(method)s could fill them."
            ),
            N_("Find values, or write another step impute after this one."),
        ),
        "impute_one_period": Message(
            N_("The method %(method)s fills from other periods, and the data has only one."),
            N_("The gaps stay (%(count)s); choose another method, or add earlier or later data."),
        ),
        "impute_constant": Message(
            N_("“%(node)s” has one and the same value wherever it is observed."),
            N_("Its gaps took that value; it said nothing about other indicators."),
        ),
        "impute_singular": Message(
            N_(
                "The indicators under “%(node)s” are too many for the units (%(units)s), or some"
                " follow from others."
            ),
            N_(
                "Correlations were lowered by %(percent)s %% a round to fill the gaps; write a"
                " lower “level”, or take indicators out."
            ),
        ),
        "impute_not_settled": Message(
            N_(
                "Under “%(node)s” the method em stopped after %(rounds)s rounds, while values"
                " still moved by %(change)s standard deviations."
            ),
            N_("Use its values with care; write a lower “level”, or choose another method."),
        ),
        "impute_options_not_scored": Message(
            N_("“%(node)s” holds options, and the step impute comes before their scores."),
            N_("Write the step score_options before it."),
        ),
        "impute_field_unused": Message(
            N_("Step %(place)s (impute): the method %(method)s does not use “%(field)s”."),
            N_("Nothing is wrong; take the field out if it was not meant for another method."),
        ),
        "impute_nothing_to_hide": Message(
            N_("The check of the step impute had no known values that vary to hide."),
            N_("Take out the field “holdout”, or find values."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Left:
    """Gaps that stay after a method: `gaps` (rows, leaves) among the values before, `grid`.

    `periods` and `groups` number the period and the group of each row; a group of -1 is none,
    and `groups` is None for methods without one. `along`: the method goes from period to period.
    """

    grid: Floats
    gaps: Bools
    codes: tuple[str, ...]
    periods: Ints
    method: str
    group: str = ""
    groups: Ints | None = None
    along: bool = False

    def notes(self) -> Iterator[Fault]:
        """Yield a warning per indicator and reason, and one for rows without a group."""
        unlabelled = np.zeros(len(self.grid), dtype=bool)
        alone = self.along and len(np.unique(self.periods)) == 1
        stuck = 0
        for place in np.flatnonzero(self.gaps.any(axis=0)).tolist():
            code, left = self.codes[place], self.gaps[:, place]
            known = ~np.isnan(self.grid[:, place])
            if not known.any():
                yield _note("impute_no_value", code, int(left.sum()))
                continue
            if not self.along:
                left, empty = self._in_empty(left, known, self.periods)
                if empty:
                    yield _note("impute_no_value_in_period", code, empty)
            if self.groups is not None:
                unlabelled |= left & (self.groups < 0)
                yield from self._of_groups(code, left, known, self.groups)
            elif alone:
                stuck += int(left.sum())
            elif left.any():
                yield _note("impute_gaps_stay", code, int(left.sum()), {"method": self.method})
        if stuck:
            yield Fault("impute_one_period", {"method": self.method, "count": stuck})
        if unlabelled.any():
            count = int(unlabelled.sum())
            yield Fault("impute_no_label", {"group": self.group, "count": count}, column=self.group)

    def _of_groups(self, code: str, left: Bools, known: Bools, groups: Ints) -> Iterator[Fault]:
        """Yield the warning of groups, each within its period, without a value."""
        place, labelled = self.periods * (int(groups.max()) + 1) + groups, groups >= 0
        _, empty = self._in_empty(left & labelled, known & labelled, place)
        if empty:
            yield _note("impute_no_value_in_group", code, empty, {"group": self.group})

    @staticmethod
    def _in_empty(left: Bools, known: Bools, where: Ints) -> tuple[Bools, int]:
        """Split off the gaps in places without a known value: the others, number of such places."""
        empty = left & ~np.isin(where, where[known])
        return left & ~empty, len(np.unique(where[empty]))


def _note(code: str, node: str, count: int, params: dict[str, Value] | None = None) -> Fault:
    return Fault(code, {"node": node, "count": count, **(params or {})}, column=node)
