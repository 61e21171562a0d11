"""`weigh`: how much each part counts in its whole.

Three tiers with one verb: a function on arrays for each method (in `weights_experts`,
`weights_statistical`, `weights_benefit`, `weights_optimised`), `weigh_table` for every whole of
a structure, and the recipe step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from regin.engine.aggregate import aggregate_table, not_expected
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.fields import text, whole_between
from regin.engine.framework import Framework, Node
from regin.engine.framework_checks import DEEPEST
from regin.engine.registry import Registry
from regin.engine.steps import STEPS, Field, Plan, Sheet, Step, StepKind, Weight, Work
from regin.engine.table import Bools, Floats, Ints, Table

register(
    {
        "unknown_weighing": Message(
            N_("“%(name)s” is not a method of weighting."), N_("Known methods: %(known)s.")
        ),
        "weigh_no_level": Message(
            N_("No part stands at the level %(level)s, so there is nothing to weigh."),
            N_("Write one of these levels: %(known)s."),
        ),
        "weigh_no_table": Message(
            N_("Step %(place)s (%(do)s) names the table “%(table)s”, which is not there."),
            N_("Add the table to the index, or correct the name; tables there: %(known)s."),
        ),
        "weigh_direction": Message(
            N_("“%(node)s” has the direction -1, which no step before step %(place)s has applied."),
            N_("Write a normalise step that covers it before this step weigh."),
        ),
        "weigh_options": Message(
            N_("“%(node)s” holds options, and step %(place)s looks at scores."),
            N_("Write the step score_options before this step weigh."),
        ),
        "weight_zero": Message(
            N_("The method %(method)s gives “%(node)s” the weight 0."),
            N_("It counts nothing in the score of its parent; check that this is meant."),
        ),
        "weight_was_zero": Message(
            N_("“%(node)s” had the weight 0, and the method %(method)s gives it a weight again."),
            N_("It counts in the score of its parent now; check that this is meant."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Group:
    """The parts of one whole that get weights.

    `values` are their scores, (rows, parts), NaN missing; (0, parts) for a method that does not
    look at scores. `periods` are the row numbers of each period. `fields` are those of the step,
    defaults filled in; `sheet` is the table it names.
    """

    whole: str
    parts: tuple[str, ...]
    values: Floats
    periods: Sequence[Ints]
    fields: Mapping[str, object]
    sheet: Sheet


@dataclass(frozen=True, eq=False)
class Weighed:
    """Weights of the parts of one whole, (parts,), or (rows, parts) where units have their own.

    They sum to 1. `details` is what the method says about them, ready for JSON. `scores`, (rows,),
    NaN missing, are those that the method itself gives the whole, None where it gives none.
    """

    weights: Floats
    details: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    scores: Floats | None = None


@dataclass(frozen=True, eq=False)
class Request:
    """What a step asks for. `sheet` is None while the table is not known; `name` is its name."""

    framework: Framework
    level: int | None
    fields: Mapping[str, object]
    sheet: Sheet | None = None

    @property
    def name(self) -> str:
        """Name of the table."""
        return str(self.fields.get("table") or "")

    @cached_property
    def wholes(self) -> tuple[Node, ...]:
        """Wholes with a part at `level`, all of them if it is None; lowest level first."""
        return tuple(
            whole
            for whole in self.framework.aggregates
            if self.level is None
            or any(part.level == self.level for part in self.framework.children[whole.code])
        )

    def parts(self, whole: str) -> tuple[str, ...]:
        """Codes of the direct parts of `whole`."""
        return tuple(part.code for part in self.framework.children[whole])

    def whole_of(self, code: str) -> str | None:
        """Code of the whole that `code` is a part of; None if there is none."""
        node = self.framework.by_code.get(code)
        return node.parent or None if node is not None and node.placed else None


def _nothing(_request: Request) -> Iterator[Fault]:
    return iter(())


def _all_wholes(request: Request) -> tuple[Node, ...]:
    return request.wholes


@dataclass(frozen=True)
class Weighing:
    """A way to weigh: `run` gives the weights of one group.

    `fields` are those the method adds to the step. `check` finds what stands against it before
    anything runs, `remarks` what is worth a warning; `wholes` are those it gives weights to, of
    those asked for. `needs_values` is whether it looks at scores.
    """

    run: Callable[[Group], Weighed]
    fields: Mapping[str, Field] = field(default_factory=dict)
    check: Callable[[Request], Iterator[Fault]] = _nothing
    remarks: Callable[[Request], Iterator[Fault]] = _nothing
    wholes: Callable[[Request], tuple[Node, ...]] = _all_wholes
    needs_values: bool = False


WEIGHINGS: Registry[Weighing] = Registry("unknown_weighing")
TABLE = Field(text, required=True)
"""The field `table`: name of a small table of the index."""


@dataclass(frozen=True, eq=False)
class Scoring:
    """How parts that are aggregates get the scores that a method looks at.

    `methods` maps the level of an aggregate to its method, arithmetic where it says nothing;
    `not_expected` is (rows, leaves).
    """

    methods: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    min_available: float = 0.0
    not_expected: Bools | None = None


@dataclass(frozen=True, eq=False)
class WeighedTable:
    """Weights of every node, `details` for each whole that was weighed, and warnings.

    `scores` maps each whole to those that the method itself gives it, (rows,), NaN missing; a
    whole with a single part, and most methods, give none.
    """

    weights: Mapping[str, Weight]
    details: tuple[Mapping[str, object], ...]
    warnings: tuple[Fault, ...]
    scores: Mapping[str, Floats] = field(default_factory=dict)


def equal_weights(parts: int) -> Floats:
    """Return the same weight for each part, (parts,), sum 1.

    >>> equal_weights(4).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return np.full(parts, 1.0 / parts)


def weigh_table(
    table: Table,
    framework: Framework,
    weights: Mapping[str, Weight],
    method: str,
    *,
    level: int | None = None,
    fields: Mapping[str, object] | None = None,
    sheet: Sheet = (),
    scoring: Scoring | None = None,
) -> WeighedTable:
    """Give new weights to the parts of each whole that has a part at `level` (None: any level).

    Weights sum to 1 under each whole that was weighed; others stay as in `weights`. A whole
    whose parts stand at several levels is weighed as one: in a ragged tree parts at other levels
    get new weights as well, where one beside them stands at `level`. Lower wholes come first, and
    their new weights count in the scores that the higher ones look at; these are the columns of
    `table` where it has them, else aggregates by `scoring`. Raises FaultsError for an unknown
    method, a level without parts, a `sheet` that does not fit, and what the method refuses.
    """
    kind, given = WEIGHINGS.get(method), dict(fields or {})
    request = Request(framework, level, given, sheet)
    faults = [*_level_faults(request), *kind.check(request)]
    if faults:
        raise FaultsError(faults)
    now, warnings = dict(weights), list(kind.remarks(request))
    made: dict[str, Weighed] = {}
    refused: set[str] = set()
    for whole in kind.wholes(request):
        parts, codes = framework.children[whole.code], request.parts(whole.code)
        # What is above a refused whole would be judged by weights that it will not have.
        if not refused.isdisjoint(codes):
            refused.add(whole.code)
            continue
        scores = _Scores(table, framework, now, scoring or Scoring())
        values = scores.grid(parts) if kind.needs_values else np.empty((0, len(parts)))
        group = Group(whole.code, codes, values, table.period_rows, given, sheet)
        try:
            done = _weighed(kind, group)
        except FaultsError as error:
            refused.add(whole.code)
            faults += error.faults
            continue
        warnings += [*done.warnings, *_zeros(now, group, done.weights, method)]
        made[whole.code] = done
        now.update(_by_code(codes, done.weights))
    if faults:
        raise FaultsError(faults)
    return _weighed_table(now, made, warnings)


def _weighed_table(
    weights: Mapping[str, Weight], made: Mapping[str, Weighed], warnings: Sequence[Fault]
) -> WeighedTable:
    details = tuple({"whole": whole, **done.details} for whole, done in made.items())
    scores = {whole: done.scores for whole, done in made.items() if done.scores is not None}
    return WeighedTable(weights, details, tuple(warnings), scores)


def _weighed(kind: Weighing, group: Group) -> Weighed:
    # A part that stands alone has all the weight, whatever its scores are.
    if kind.needs_values and len(group.parts) == 1:
        return Weighed(np.ones(1))
    return kind.run(group)


def _by_code(parts: Sequence[str], weights: Floats) -> dict[str, Weight]:
    if weights.ndim == 1:
        return dict(zip(parts, weights.tolist(), strict=True))
    return {code: weights[:, column].copy() for column, code in enumerate(parts)}


def _zeros(
    before: Mapping[str, Weight], group: Group, weights: Floats, method: str
) -> Iterator[Fault]:
    """Warn of parts that lose all their weight, and of those that had none and get some."""
    largest = np.atleast_2d(weights).max(axis=0, initial=0.0)
    for code, weight in zip(group.parts, largest.tolist(), strict=True):
        had_none = not np.any(np.asarray(before[code]) > 0)
        if had_none == (weight == 0):
            continue
        name = "weight_was_zero" if had_none else "weight_zero"
        yield Fault(name, {"node": code, "method": method}, column=code)


@dataclass(frozen=True, eq=False)
class _Scores:
    """Scores of parts, with the weights in force."""

    table: Table
    framework: Framework
    weights: Mapping[str, Weight]
    scoring: Scoring

    def grid(self, parts: Sequence[Node]) -> Floats:
        """Scores of `parts`, (rows, parts)."""
        return np.column_stack([self.of(part) for part in parts])

    def of(self, part: Node) -> Floats:
        """Scores of `part`, (rows,): its column, else the aggregate of what is under it."""
        if part.code in self.table.position or part.code not in self.framework.children:
            return self.table.columns([part.code])[:, 0]
        under = self._under(part)
        chosen = dict.fromkeys(under.aggregate_levels, "arithmetic")
        chosen.update(self.scoring.methods)
        excused = self.scoring.not_expected
        if excused is not None:
            excused = excused[:, self.framework.leaf_sets[part.code]]
        made = aggregate_table(
            self.table,
            under,
            self.weights,
            chosen,
            min_available=self.scoring.min_available,
            not_expected=excused,
            fields=self.scoring.fields,
        )
        return made.columns([part.code])[:, 0]

    def _under(self, part: Node) -> Framework:
        """The structure of `part` alone."""
        within = [
            node for node in self.framework.placed if part.code in self.framework.ancestors(node)
        ]
        return Framework((replace(part, parent=""), *within))


def _level_faults(request: Request) -> Iterator[Fault]:
    if request.wholes:
        return
    levels = {node.level for node in request.framework.placed if node.parent}
    known = ", ".join(map(str, sorted(level for level in levels if level))) or "-"
    yield Fault("weigh_no_level", {"level": request.level or "-", "known": known}, column="level")


def _known_method(value: object) -> Fault | None:
    known = isinstance(value, str) and value in WEIGHINGS
    return None if known else WEIGHINGS.fault(value)


def _fields_of(step: Step) -> dict[str, object]:
    own = WEIGHINGS.get(str(step.get("method"))).fields
    return {name: step.get(name) for name in own}


def _method_fields(written: Mapping[str, object]) -> Mapping[str, Field]:
    method = written.get("method")
    return {} if _known_method(method) is not None else WEIGHINGS.get(str(method)).fields


def _level_of(step: Step) -> int | None:
    level = step.get("level")
    return level if isinstance(level, int) else None


def _check(plan: Plan, step: Step) -> Iterator[Fault]:
    kind, fields = WEIGHINGS.get(str(step.get("method"))), _fields_of(step)
    name = fields.get("table")
    sheet: Sheet | None = None
    if name is not None and plan.tables is not None:
        sheet = plan.tables.get(str(name))
        if sheet is None:
            known = ", ".join(sorted(plan.tables)) or "-"
            params: dict[str, Value] = {"table": str(name), "known": known}
            params.update({"place": step.place, "do": step.do})
            yield Fault("weigh_no_table", params, column="table")
    request = Request(plan.framework, _level_of(step), fields, sheet)
    yield from _level_faults(request)
    yield from kind.check(request)
    if kind.needs_values:
        yield from _value_faults(plan, step, request)


def _value_faults(plan: Plan, step: Step, request: Request) -> Iterator[Fault]:
    """Yield a fault for each node below the wholes whose values are no scores yet."""
    wholes = {whole.code for whole in request.wholes}
    scored = any(earlier.do == "score_options" for earlier in plan.before)
    for node in plan.framework.placed:
        if wholes.isdisjoint(plan.framework.ancestors(node)):
            continue
        params: dict[str, Value] = {"node": node.code, "place": step.place}
        if node.direction == -1 and node.code not in plan.directed:
            yield Fault("weigh_direction", params)
        if node.options and not scored:
            yield Fault("weigh_options", params)


def _scoring(work: Work) -> Scoring:
    """The scoring of the first aggregate step still to come; arithmetic means if none is."""
    step = next((later for later in work.after if later.do == "aggregate"), None)
    excused = not_expected(work)
    if step is None:
        return Scoring(not_expected=excused)
    methods, levels = step.get("method"), work.framework.aggregate_levels
    names = methods if isinstance(methods, list) else [methods] * len(levels)
    few = step.get("min_available")
    return Scoring(
        {level: str(name) for level, name in zip(levels, names, strict=True)},
        step.fields,
        float(few) if isinstance(few, int | float) else 0.0,
        excused,
    )


def _run(work: Work, step: Step) -> Work:
    method, fields = str(step.get("method")), _fields_of(step)
    done = weigh_table(
        work.table,
        work.framework,
        work.weights,
        method,
        level=_level_of(step),
        fields=fields,
        sheet=work.tables.get(str(fields.get("table")), ()),
        scoring=_scoring(work),
    )
    return replace(
        work,
        weights=done.weights,
        details={"method": method, "wholes": list(done.details)},
        beside={method: done.scores} if done.scores else {},
        warnings=(*work.warnings, *done.warnings),
    )


def _equal(group: Group) -> Weighed:
    return Weighed(equal_weights(len(group.parts)))


WEIGHINGS.add("equal", Weighing(_equal))
STEPS.add(
    "weigh",
    StepKind(
        run=_run,
        fields={
            "method": Field(_known_method, required=True),
            "level": Field(whole_between(1, DEEPEST)),
        },
        more_fields=_method_fields,
        check=_check,
        sets_weights=True,
    ),
)
