"""Checks of the fields of a step, and what steps share in reading them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.framework import Framework
from regin.engine.steps import Check, Field, Plan, Step
from regin.engine.table import LARGEST

register(
    {
        "field_number": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_("Write a number from %(low)s to %(high)s."),
        ),
        "field_choice": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_("Write one of these: %(known)s."),
        ),
        "field_names": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_('Write a list of names, such as ["a", "b"].'),
        ),
        "field_flag": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_("Write true or false."),
        ),
        "field_text": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_('Write a name in quotation marks, such as "a".'),
        ),
        "field_whole": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_("Write a whole number from %(low)s to %(high)s."),
        ),
        "field_range": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_(
                "Write the lower number first, such as [0, 100]; where less is better, write the"
                " direction -1 in structure.csv."
            ),
        ),
        "unknown_column": Message(
            N_("Step %(place)s (%(do)s) names “%(node)s”, which is no indicator with values."),
            N_("Correct the code, or take it out of “columns”."),
        ),
        "column_not_scored": Message(
            N_("Step %(place)s (%(do)s) names “%(node)s”, which holds options without scores yet."),
            N_("Write the step score_options before it, or take the code out of “columns”."),
        ),
    }
)


def is_number(value: object) -> bool:
    """Whether `value` is a finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # A file may hold whole numbers that no float can hold.
    return abs(value) <= LARGEST if isinstance(value, int) else math.isfinite(value)


def number_between(low: float, high: float) -> Check:
    """Return a check that a field is a number from `low` to `high`, both included."""

    def check(value: object) -> Fault | None:
        if is_number(value) and low <= value <= high:  # type: ignore[operator]  # `is_number` says so
            return None
        return Fault("field_number", {"value": repr(value), "low": low, "high": high})

    return check


def whole_between(low: int, high: int) -> Check:
    """Return a check that a field is a whole number from `low` to `high`, both included."""

    def check(value: object) -> Fault | None:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return None
        return Fault("field_whole", {"value": repr(value), "low": low, "high": high})

    return check


def one_of(known: Collection[str]) -> Check:
    """Return a check that a field is one of the names `known`."""

    def check(value: object) -> Fault | None:
        if isinstance(value, str) and value in known:
            return None
        return Fault("field_choice", {"value": repr(value), "known": ", ".join(known)})

    return check


def names(value: object) -> Fault | None:
    """Check that a field is a list of texts."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return None
    return Fault("field_names", {"value": repr(value)})


def text(value: object) -> Fault | None:
    """Check that a field is a text that is not empty."""
    return None if isinstance(value, str) and value else Fault("field_text", {"value": repr(value)})


def flag(value: object) -> Fault | None:
    """Check that a field is true or false."""
    return None if isinstance(value, bool) else Fault("field_flag", {"value": repr(value)})


def number_range(value: object) -> Fault | None:
    """Check that a field is a list of a lower and a higher number."""
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        low, high = value
        if low < high:
            return None
    return Fault("field_range", {"value": repr(value)})


def number(step: Step, name: str) -> float:
    """Return a number field that was checked, its default where it is not written."""
    return float(step.get(name))  # type: ignore[arg-type]  # the field's check says so


COLUMNS = Field(names)
"""The field `columns`: codes of indicators with values; absent, all of them."""

OVER = Field(one_of(("panel",)))
"""The field `over`: "panel" takes the statistics over all periods together."""


def chosen_columns(framework: Framework, step: Step) -> tuple[str, ...]:
    """Codes of the columns a step works on: its `columns`, else all indicators with values."""
    written = step.get("columns")
    if isinstance(written, list):
        return tuple(dict.fromkeys(written))
    return tuple(leaf.code for leaf in framework.leaves)


def column_faults(plan: Plan, step: Step) -> Iterator[Fault]:
    """Yield a fault for every name in `columns` that is no indicator with values."""
    known = {leaf.code for leaf in plan.framework.leaves}
    for code in chosen_columns(plan.framework, step):
        if code not in known:
            params: dict[str, Value] = {"place": step.place, "do": step.do, "node": code}
            yield Fault("unknown_column", params, column="columns")


def scored_column_faults(plan: Plan, step: Step) -> Iterator[Fault]:
    """Yield the `column_faults`, and one for every named column whose options have no scores yet.

    Without `columns` a step takes what has values, and options have none: there is no fault then.
    """
    yield from column_faults(plan, step)
    if step.get("columns") is None or any(one.do == "score_options" for one in plan.before):
        return
    chosen = chosen_columns(plan.framework, step)
    for leaf in plan.framework.leaves:
        if leaf.options and leaf.code in chosen:
            params: dict[str, Value] = {"place": step.place, "do": step.do, "node": leaf.code}
            yield Fault("column_not_scored", params, column="columns")
