"""What could have been chosen otherwise: the uncertain choices of a recipe, each with its set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.fields import is_number
from regin.engine.framework import Framework
from regin.engine.recipe import Recipe
from regin.engine.steps import STEPS, Step, step_faults

register(
    {
        "no_assumption": Message(
            N_("There is no assumption, so nothing is uncertain."),
            N_("Write at least one [[assumption]] with a name and its alternatives."),
        ),
        "assumption_name": Message(
            N_("Assumption %(place)s has no name, or one that another has."),
            N_("Give each assumption a short name of its own."),
        ),
        "assumption_kind": Message(
            N_("The assumption “%(name)s” does not say what is uncertain in one way."),
            N_("Write either step with values, or weights, or exclude, or answers."),
        ),
        "assumption_entry": Message(
            N_("The assumption “%(name)s” has an entry “%(entry)s” that is not known."),
            N_("Take it out or correct it; known here: %(known)s."),
        ),
        "assumption_values": Message(
            N_("The assumption “%(name)s” has no list of values."),
            N_("Write values = [ … ] with an alternative in each place."),
        ),
        "assumption_reserved": Message(
            N_(
                "An assumption cannot be called “%(name)s”: design.csv has a column under its name."
            ),
            N_("Choose another name than draw or matrix, on one line, without spaces around it."),
        ),
        "assumption_step": Message(
            N_("The assumption “%(name)s” is about “%(step)s”, which no step of the recipe does."),
            N_("Name the do of one of its steps: %(known)s."),
        ),
        "assumption_steps": Message(
            N_("The assumption “%(name)s” is about “%(step)s”, which %(count)s steps do."),
            N_("Say which with number = 1 for the first of them, 2 for the second, and so on."),
        ),
        "assumption_number": Message(
            N_("The assumption “%(name)s” is about “%(step)s” number %(number)s of %(count)s."),
            N_("Write a whole number from 1 to %(count)s: its place among the steps that do this."),
        ),
        "assumption_table": Message(
            N_("A value of the assumption “%(name)s” is no table of fields."),
            N_("Write field = and the values, or a table of fields in each place."),
        ),
        "weights_entry": Message(
            N_("The weights of the assumption “%(name)s” are not described in a known way."),
            N_('Write {levels = [1], noise = 0.25}, or {levels = [1], sets = "FILE.csv"}.'),
        ),
        "weights_levels": Message(
            N_("The weights of the assumption “%(name)s” name levels without weights."),
            N_("Write levels out of these: %(known)s."),
        ),
        "weights_noise": Message(
            N_("The noise of the assumption “%(name)s” is %(value)s."),
            N_("Write a share above 0 and at most 1, such as 0.25."),
        ),
        "weights_sets": Message(
            N_("The weight sets “%(sets)s” of the assumption “%(name)s” are not there."),
            N_("Put the file beside the assumptions."),
        ),
        "exclude_what": Message(
            N_("The assumption “%(name)s” excludes %(value)s."),
            N_('Write exclude = "one indicator".'),
        ),
        "answers_what": Message(
            N_("The assumption “%(name)s” takes answers of %(value)s."),
            N_('Write answers = "coders".'),
        ),
        "answers_missing": Message(
            N_("The assumption “%(name)s” is about coders, whose answers are not there."),
            N_("Give their answers as a file with the columns unit, indicator, coder, option."),
        ),
    }
)

WeightSet: TypeAlias = Mapping[str, float]


@dataclass(frozen=True)
class StepChoice:
    """Alternatives of one step: each is the step that takes the place of `place`, from 0."""

    name: str
    place: int
    steps: tuple[Step, ...]

    @property
    def count(self) -> int:
        """Number of alternatives."""
        return len(self.steps)


@dataclass(frozen=True)
class WeightNoise:
    """Weights of the nodes at `levels` times a number drawn evenly from 1 - noise to 1 + noise."""

    name: str
    levels: tuple[int, ...]
    noise: float


@dataclass(frozen=True)
class WeightSets:
    """One of several sets of weights, by number: what each node at its levels weighs."""

    name: str
    sets: Mapping[int, WeightSet]

    @property
    def count(self) -> int:
        """Number of alternatives."""
        return len(self.sets)


@dataclass(frozen=True)
class Exclusion:
    """One indicator is left out: alternative k is the k-th leaf of the structure."""

    name: str
    codes: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of alternatives."""
        return len(self.codes)


@dataclass(frozen=True)
class CoderChoice:
    """In each cell that coders answered, the answer of one of them.

    Alternative k is the k-th of `coders` in every cell they answered, the table's own answer in
    the others. Numbers beyond them are mixtures: cell by cell any of the coders, drawn anew for
    each number.
    """

    name: str
    cells: tuple[CodedCell, ...]
    coders: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodedCell:
    """A cell by unit, period and indicator, with the option codes that its `coders` gave."""

    unit: str
    period: str
    code: str
    options: tuple[str, ...]
    coders: tuple[str, ...] = ()


Assumption: TypeAlias = StepChoice | WeightNoise | WeightSets | Exclusion | CoderChoice


@dataclass(frozen=True)
class Sources:
    """What assumptions refer to: files of weight sets by name, and cells that coders answered."""

    weight_sets: Mapping[str, Mapping[int, WeightSet]]
    coded: tuple[CodedCell, ...] | None = None


NO_SOURCES = Sources({})

KEYS = {
    "step": ("name", "step", "number", "field", "values"),
    "weights": ("name", "weights"),
    "exclude": ("name", "exclude"),
    "answers": ("name", "answers"),
}
HEADINGS = ("draw", "matrix")
"""Columns of a design beside those of the assumptions."""


def assumptions_from(
    written: Sequence[Mapping[str, object]],
    framework: Framework,
    recipe: Recipe,
    sources: Sources = NO_SOURCES,
) -> tuple[Assumption, ...]:
    """Read assumptions as their file writes them. Raises FaultsError with every fault."""
    faults: list[Fault] = []
    found: list[Assumption] = []
    seen: set[str] = set()
    for place, one in enumerate(written, start=1):
        name = one.get("name")
        if not isinstance(name, str) or not name or name in seen:
            faults.append(Fault("assumption_name", {"place": place}, column="name"))
        elif not _is_heading(name):
            faults.append(Fault("assumption_reserved", {"name": name}, column="name"))
        seen.add(str(name))
        try:
            found.append(_assumption(one, str(name), framework, recipe, sources))
        except FaultsError as error:
            faults += error.faults
    if not written:
        faults.append(Fault("no_assumption"))
    if faults:
        raise FaultsError(faults)
    return tuple(found)


def _is_heading(name: str) -> bool:
    """Whether a column of a design can have this name and be found under it again."""
    plain = name == name.strip() and all(character >= " " for character in name)
    return plain and name not in HEADINGS


def _assumption(
    one: Mapping[str, object], name: str, framework: Framework, recipe: Recipe, sources: Sources
) -> Assumption:
    kinds = [kind for kind in KEYS if kind in one]
    if len(kinds) != 1:
        raise _fault("assumption_kind", name)
    kind = kinds[0]
    for entry in one:
        if entry not in KEYS[kind]:
            raise _fault("assumption_entry", name, entry=entry, known=", ".join(KEYS[kind]))
    if kind == "step":
        return _step_choice(one, name, recipe)
    if kind == "weights":
        return _weights(one["weights"], name, framework, sources)
    if kind == "exclude":
        if one["exclude"] != "one indicator":
            raise _fault("exclude_what", name, value=repr(one["exclude"]))
        return Exclusion(name, tuple(leaf.code for leaf in framework.leaves))
    if one["answers"] != "coders":
        raise _fault("answers_what", name, value=repr(one["answers"]))
    if sources.coded is None:
        raise _fault("answers_missing", name)
    coders = dict.fromkeys(coder for cell in sources.coded for coder in cell.coders)
    return CoderChoice(name, sources.coded, tuple(coders))


def _step_choice(one: Mapping[str, object], name: str, recipe: Recipe) -> StepChoice:
    values = one.get("values")
    if not isinstance(values, list) or not values:
        raise _fault("assumption_values", name)
    place = _place(one, name, recipe)
    steps = tuple(_replaced(recipe.steps[place], one, value, name) for value in values)
    faults = [fault for step in steps for fault in step_faults([step])]
    if faults:
        raise FaultsError(faults)
    return StepChoice(name, place, steps)


def _place(one: Mapping[str, object], name: str, recipe: Recipe) -> int:
    """Place, from 0, of the step that `step` names, or `number` among several such steps."""
    step, number = str(one["step"]), one.get("number")
    places = [place for place, own in enumerate(recipe.steps) if own.do == step]
    count = len(places)
    if not places:
        known = ", ".join(dict.fromkeys(own.do for own in recipe.steps))
        raise _fault("assumption_step", name, step=step, known=known)
    if number is None:
        if count > 1:
            raise _fault("assumption_steps", name, step=step, count=count)
        return places[0]
    # In Python true is a number too.
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= count:
        raise _fault("assumption_number", name, step=step, number=repr(number), count=count)
    return places[number - 1]


def _replaced(step: Step, one: Mapping[str, object], value: object, name: str) -> Step:
    changes = {str(one["field"]): value} if "field" in one else value
    if not isinstance(changes, Mapping):
        raise _fault("assumption_table", name)
    fields = {**step.fields, **changes}
    # Another method may not know the fields of the one it replaces, such as a range.
    known = STEPS.get(step.do).all_fields(fields)
    kept = {field: entry for field, entry in fields.items() if field in known or field in changes}
    return replace(step, fields=kept)


def _weights(
    written: object, name: str, framework: Framework, sources: Sources
) -> WeightNoise | WeightSets:
    keys = set(written) if isinstance(written, Mapping) else set()
    if not isinstance(written, Mapping) or keys not in ({"levels", "noise"}, {"levels", "sets"}):
        raise _fault("weights_entry", name)
    levels = tuple(_levels(written["levels"], name, framework))
    if "noise" in written:
        noise = written["noise"]
        if not is_number(noise) or not 0 < noise <= 1:
            raise _fault("weights_noise", name, value=repr(noise))
        return WeightNoise(name, levels, float(noise))
    sets = sources.weight_sets.get(str(written["sets"]))
    if sets is None:
        raise _fault("weights_sets", name, sets=str(written["sets"]))
    # What a set does not name has the weight of the structure, whatever a step weigh made of it.
    own = {node.code: node.weight for node in framework.placed if node.level in levels}
    kept = {
        number: {code: one.get(code, weight) for code, weight in own.items()}
        for number, one in sets.items()
    }
    return WeightSets(name, kept)


def _levels(written: object, name: str, framework: Framework) -> Iterator[int]:
    known = sorted({node.level or 0 for node in framework.placed if node.parent})
    if not isinstance(written, list) or not written or any(one not in known for one in written):
        raise _fault("weights_levels", name, known=", ".join(map(str, known)))
    yield from written


def _fault(code: str, name: str, **params: Value) -> FaultsError:
    return FaultsError([Fault(code, {"name": name, **params}, column="assumption")])
