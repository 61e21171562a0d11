"""The recipe step `aggregate`: which method at which level, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from regin.engine.aggregate import METHODS, aggregate_table, not_expected
from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.fields import number_between
from regin.engine.framework import Framework
from regin.engine.steps import STEPS, Field, Plan, Step, StepKind, Work

register(
    {
        "bad_methods": Message(
            N_("In step %(place)s (%(do)s) the method is %(value)s."),
            N_("Write one name, or a list of names, one for each level of aggregates."),
        ),
        "methods_by_level": Message(
            N_(
                "The number of methods in step %(place)s is %(count)s, for aggregates at levels"
                " %(levels)s."
            ),
            N_("List one method for each of these levels, lowest first, or write one name."),
        ),
        "direction_not_applied": Message(
            N_("“%(node)s” has the direction -1, which no normalise step has applied."),
            N_("Write a normalise step that covers it before the step aggregate."),
        ),
        "options_not_scored": Message(
            N_("“%(node)s” holds options, and the step aggregate comes before their scores."),
            N_("Write the step score_options before it."),
        ),
    }
)


def _named(methods: object) -> list[str]:
    return [methods] if isinstance(methods, str) else list(methods)  # type: ignore[call-overload]  # checked by _methods


def _methods(value: object) -> Fault | None:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        return Fault("bad_methods", {"value": repr(value)})
    return next((METHODS.fault(name) for name in names if name not in METHODS), None)


def _method_fields(written: Mapping[str, object]) -> Mapping[str, Field]:
    if "method" not in written or _methods(written["method"]) is not None:
        return {}
    names = _named(written["method"])
    return {k: v for name in names for k, v in METHODS.get(name).fields.items()}


def _check(plan: Plan, step: Step) -> Iterator[Fault]:
    methods, levels = step.get("method"), plan.framework.aggregate_levels
    if isinstance(methods, list) and len(methods) != len(levels):
        listed = ", ".join(map(str, levels))
        params: dict[str, Value] = {"place": step.place, "count": len(methods), "levels": listed}
        yield Fault("methods_by_level", params, column="method")
    scored = any(earlier.do == "score_options" for earlier in plan.before)
    for node in plan.framework.placed:
        if node.direction == -1 and node.parent and node.code not in plan.directed:
            yield Fault("direction_not_applied", {"node": node.code, "place": step.place})
        if node.options and not scored:
            yield Fault("options_not_scored", {"node": node.code, "place": step.place})


def methods_by_level(framework: Framework, step: Step) -> dict[int, str]:
    """Return the method of the step for each level of aggregates."""
    methods, levels = step.get("method"), framework.aggregate_levels
    names = [methods] * len(levels) if isinstance(methods, str) else _named(methods)
    return {level: str(name) for level, name in zip(levels, names, strict=True)}


def least_available(step: Step) -> float:
    """Return the share of direct parts below which the step gives no score; 0 without a limit."""
    return float(step.get("min_available") or 0.0)  # type: ignore[arg-type]  # checked


def _run(work: Work, step: Step) -> Work:
    notes: list[Fault] = []
    table = aggregate_table(
        work.table,
        work.framework,
        work.weights,
        methods_by_level(work.framework, step),
        min_available=least_available(step),
        not_expected=not_expected(work),
        fields=step.fields,
        notes=notes,
    )
    return replace(work, table=table, warnings=(*work.warnings, *notes))


STEPS.add(
    "aggregate",
    StepKind(
        run=_run,
        fields={
            "method": Field(_methods, required=True),
            "min_available": Field(number_between(0, 1)),
        },
        more_fields=_method_fields,
        check=_check,
    ),
)
