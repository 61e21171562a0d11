"""What a step of a recipe is: its name, its fields, and the work it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from regin.engine.errors import N_, Fault, Message, register
from regin.engine.framework import Framework
from regin.engine.registry import Registry
from regin.engine.table import Bools, Floats, Table

Weight: TypeAlias = float | Floats
"""A weight for every unit alike, or (rows,) of the table where each unit has its own."""

Sheet: TypeAlias = tuple[tuple[str, ...], ...]
"""A small table that a step names, such as experts' points: rows of cells, heading first."""

register(
    {
        "unknown_step": Message(
            N_("“%(name)s” is not a step of a recipe."), N_("Known steps: %(known)s.")
        ),
        "unknown_field": Message(
            N_("Step %(place)s (%(do)s) has no field “%(field)s”."),
            N_("Take it out or correct it; known fields: %(known)s."),
        ),
        "missing_field": Message(
            N_("Step %(place)s (%(do)s) lacks the field “%(field)s”."), N_("Write it.")
        ),
    }
)


@dataclass(frozen=True)
class Step:
    """One step as written: what to `do`, and its fields. `place` counts from 1."""

    do: str
    fields: Mapping[str, object] = field(default_factory=dict)
    place: int = 1

    def get(self, name: str) -> object:
        """Return the field `name` as written, else its default, else None."""
        known = STEPS.get(self.do).all_fields(self.fields)
        return self.fields.get(name, known[name].default if name in known else None)


Check = Callable[[object], Fault | None]


@dataclass(frozen=True)
class Field:
    """A field of a step: how its value is checked, whether it must be written, its default."""

    check: Check
    required: bool = False
    default: object = None


@dataclass(frozen=True)
class Work:
    """What goes from step to step. `weights` holds the weight in force of every node.

    `zero_for_nc` is set once cells without competence have become 0. `tables` are what steps
    name as `table`; `after` are the steps still to come; `details` is what the present step has
    to say beside its table, ready for JSON. `beside` are its further tables under their names,
    each with (rows,) of numbers for some codes, NaN missing. `directed` are the codes whose
    direction an earlier step has applied.
    """

    table: Table
    framework: Framework
    no_competence: str
    weights: Mapping[str, Weight]
    zero_for_nc: bool = False
    warnings: tuple[Fault, ...] = ()
    tables: Mapping[str, Sheet] = field(default_factory=dict)
    after: tuple[Step, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, Floats]] = field(default_factory=dict)
    directed: frozenset[str] = frozenset()

    def warn(self, warning: Fault) -> Work:
        """Return the same work with one more warning."""
        return replace(self, warnings=(*self.warnings, warning))

    def keep(self, rows: Bools) -> Work:
        """Return the work with only the rows where `rows`, (rows,), is true."""
        weights = {
            code: weight[rows] if isinstance(weight, np.ndarray) else weight
            for code, weight in self.weights.items()
        }
        return replace(self, table=self.table.keep(rows), weights=weights)


@dataclass(frozen=True)
class Plan:
    """What a step may look at before anything runs: the structure and the steps before it.

    `table` and `tables` are None while only structure and recipe are known.
    """

    framework: Framework
    before: tuple[Step, ...]
    table: Table | None = None
    tables: Mapping[str, Sheet] | None = None

    @property
    def directed(self) -> frozenset[str]:
        """Codes whose direction an earlier step has applied."""
        codes = (STEPS.get(step.do).directs(self.framework, step) for step in self.before)
        return frozenset().union(*codes)


def _no_fields(_fields: Mapping[str, object]) -> Mapping[str, Field]:
    return {}


def _no_faults(_plan: Plan, _step: Step) -> Iterator[Fault]:
    return iter(())


def _directs_none(_framework: Framework, _step: Step) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class StepKind:
    """A kind of step: `run` does it, `check` finds what stands against it beforehand.

    `more_fields` adds fields that depend on others, such as those of the chosen method;
    `directs` names the columns whose direction the step applies; `sets_weights` marks a step
    whose outcome is weights.
    """

    run: Callable[[Work, Step], Work]
    fields: Mapping[str, Field] = field(default_factory=dict)
    more_fields: Callable[[Mapping[str, object]], Mapping[str, Field]] = _no_fields
    check: Callable[[Plan, Step], Iterator[Fault]] = _no_faults
    directs: Callable[[Framework, Step], frozenset[str]] = _directs_none
    sets_weights: bool = False

    def all_fields(self, written: Mapping[str, object]) -> Mapping[str, Field]:
        """Return every field the step has, given those written."""
        return {**self.fields, **self.more_fields(written)}


STEPS: Registry[StepKind] = Registry("unknown_step")


def step_faults(steps: Sequence[Step]) -> Iterator[Fault]:
    """Yield the faults of names and fields; each has the step's `place` among its params."""
    for step in steps:
        if step.do not in STEPS:
            yield _placed(STEPS.fault(step.do), step, "do")
            continue
        known = STEPS.get(step.do).all_fields(step.fields)
        for name in sorted(known.keys() - step.fields.keys()):
            if known[name].required:
                yield _placed(Fault("missing_field"), step, name)
        for name, value in step.fields.items():
            yield from _field_faults(step, name, value, known)


def _field_faults(
    step: Step, name: str, value: object, known: Mapping[str, Field]
) -> Iterator[Fault]:
    if name not in known:
        listed = ", ".join(sorted(known)) or "-"
        yield _placed(Fault("unknown_field", {"known": listed}), step, name)
        return
    fault = known[name].check(value)
    if fault is not None:
        yield _placed(fault, step, name)


def _placed(fault: Fault, step: Step, name: str) -> Fault:
    params = {"place": step.place, "do": step.do, "field": name, **fault.params}
    return replace(fault, params=params, column=name)
