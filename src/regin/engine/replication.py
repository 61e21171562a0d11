"""One draw after another: from the alternatives taken to scores and ranks.

Draws that take the same steps share everything up to the last `aggregate`; a batch of them
differs only in weights. What a draw computes depends on its alternatives and the seed alone, so
it does not matter where or in which order draws are computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from regin.engine.assumptions import Assumption, CoderChoice, StepChoice, WeightNoise
from regin.engine.batch import DrawWeights, batch_overall, wholes_of
from regin.engine.batch_ranks import Ranks, batch_ranks
from regin.engine.draw_weights import UncertainWeights
from regin.engine.errors import N_, Fault, FaultsError, Message, register
from regin.engine.framework import Framework
from regin.engine.recipe import Recipe
from regin.engine.scores import overall_scores
from regin.engine.steps import STEPS, Plan, Sheet, Step, Weight, Work
from regin.engine.table import NO_CHOICE, Floats, Ints, State, Table

register(
    {
        "nothing_to_rank": Message(
            N_("The recipe has no step aggregate, so there is no overall score to rank."),
            N_("Write a step aggregate."),
        ),
        "coder_cell": Message(
            N_("Coders answer “%(code)s” of “%(unit)s”, which the data does not have."),
            N_("Correct the unit or the indicator in the file of answers."),
        ),
        "coder_option": Message(
            N_("A coder answers “%(option)s” to “%(code)s”, which is no option of it."),
            N_("Write one of the options in the structure, or uk, na or nc."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Inputs:
    """What every draw starts from."""

    table: Table
    framework: Framework
    recipe: Recipe
    assumptions: tuple[Assumption, ...]
    seed: int
    sets: int
    tables: Mapping[str, Sheet] = field(default_factory=dict)

    @property
    def split(self) -> int:
        """Place of the last step `aggregate`, from 0. Raises FaultsError when there is none."""
        places = [n for n, step in enumerate(self.recipe.steps) if step.do == "aggregate"]
        if not places:
            raise FaultsError([Fault("nothing_to_rank")])
        return places[-1]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Scores and ranks of some draws, (draws, rows of the input)."""

    scores: Floats
    ranks: Ranks


class Replication:
    """Computes draws. Keeps the tables along the path of steps that was taken last."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.split = inputs.split
        self._path: list[tuple[Step, Work]] = []
        self._start: Work | None = None
        self._weights = UncertainWeights(
            inputs.framework, inputs.assumptions, inputs.sets, inputs.seed
        )

    @property
    def keys(self) -> Ints:
        """Columns of a design that decide what stands before the weights."""
        return np.array(
            [
                place
                for place, one in enumerate(self.inputs.assumptions)
                if isinstance(one, StepChoice | CoderChoice)
            ],
            dtype=np.int64,
        )

    def draw(self, positions: Ints) -> Drawn:
        """Compute draws, (draws, assumptions), that are alike in the columns `keys`."""
        steps = self._steps(positions[0])
        work = self._work(self._table(positions[0]), steps[: self.split])
        unique, back = self._different(positions)
        weights = self._weights.of(unique)
        rows = self._rows(work.table)
        if len(steps) == self.split + 1:
            wholes = wholes_of(work, steps[self.split])
            found = batch_overall(wholes, weights, self.inputs.recipe.overall)
        else:
            found = self._one_by_one(work, weights, steps[self.split :])
        scores = np.full((len(unique), len(self.inputs.table.units)), np.nan)
        scores[:, rows] = found
        ranks = batch_ranks(scores, self.inputs.table.period_rows)
        return Drawn(scores, ranks) if back is None else Drawn(scores[back], ranks[back])

    def _different(self, positions: Ints) -> tuple[Ints, Ints | None]:
        """Draws that differ, and where each draw is among them; None when all differ anyway."""
        if any(isinstance(one, WeightNoise) for one in self.inputs.assumptions):
            return positions, None
        unique, back = np.unique(positions, axis=0, return_inverse=True)
        return unique, back.reshape(-1)

    def forget(self) -> None:
        """Let go of the tables kept along the path, for as long as others compute."""
        self._path, self._start = [], None

    def nominal(self) -> Drawn:
        """Compute the recipe as it is written, one draw."""
        steps = self.inputs.recipe.steps
        work = self._work(self.inputs.table, steps[: self.split])
        scores = np.full((1, len(self.inputs.table.units)), np.nan)
        rows = self._rows(work.table)
        scores[:, rows] = self._one_by_one(work, DrawWeights(1), steps[self.split :])
        return Drawn(scores, batch_ranks(scores, self.inputs.table.period_rows))

    def _steps(self, positions: Ints) -> tuple[Step, ...]:
        steps = list(self.inputs.recipe.steps)
        for one, position in zip(self.inputs.assumptions, positions, strict=True):
            if isinstance(one, StepChoice):
                steps[one.place] = merged(
                    self.inputs.recipe.steps[one.place],
                    steps[one.place],
                    one.steps[position - 1],
                )
        return tuple(steps)

    def _table(self, positions: Ints) -> Table:
        table = self.inputs.table
        for place, one in enumerate(self.inputs.assumptions):
            if isinstance(one, CoderChoice):
                number = int(positions[place])
                seed = (self.inputs.seed, place + 1, number)
                table = with_answers(table, self.inputs.framework, one, number, seed=seed)
        return table

    def _work(self, table: Table, steps: Sequence[Step]) -> Work:
        """Carry out `steps`, beginning after those that the last path shares."""
        if self._start is None or self._start.table is not table:
            framework = self.inputs.framework
            own: dict[str, Weight] = {node.code: node.weight for node in framework.placed}
            recipe = self.inputs.recipe
            self._start = Work(
                table, framework, recipe.no_competence, own, tables=self.inputs.tables
            )
            self._path = []
        shared = 0
        while shared < len(self._path) and shared < len(steps):
            if self._path[shared][0] != steps[shared]:
                break
            shared += 1
        del self._path[shared:]
        for place in range(shared, len(steps)):
            before = self._path[-1][1] if self._path else self._start
            self._path.append((steps[place], self._step(before, steps, place)))
        return self._path[-1][1] if self._path else self._start

    def _step(self, work: Work, steps: Sequence[Step], place: int) -> Work:
        directed = Plan(work.framework, tuple(steps[:place])).directed
        after = (*steps[place + 1 :], *self.inputs.recipe.steps[len(steps) :])
        work = replace(work, after=tuple(after), details={}, directed=directed)
        return STEPS.get(steps[place].do).run(work, steps[place])

    def _rows(self, table: Table) -> Ints:
        """Rows of the input that `table` still has."""
        if len(table.units) == len(self.inputs.table.units):
            return np.arange(len(table.units))
        place = {key: row for row, key in enumerate(self.inputs.table.keys)}
        return np.array([place[key] for key in table.keys], dtype=np.int64)

    def _one_by_one(self, work: Work, drawn: DrawWeights, steps: Sequence[Step]) -> Floats:
        """Overall scores by the steps themselves, (draws, rows): slow, but for any recipe."""
        found = []
        for draw in range(drawn.draws):
            weights: dict[str, Weight] = {}
            for code in work.weights:
                own, factor = drawn.of(code, work.weights)
                weights[code] = own * (factor if factor.ndim == 0 else factor[draw])
            now = replace(work, weights=weights)
            for place in range(len(steps)):
                now = self._step(now, steps, place)
            scores = np.full(len(work.table.units), np.nan)
            kept = {key: row for row, key in enumerate(work.table.keys)}
            scores[[kept[key] for key in now.table.keys]] = overall_scores(
                now, self.inputs.recipe.overall
            )
            found.append(scores)
        return np.stack(found)


def merged(written: Step, before: Step, alternative: Step) -> Step:
    """Return `before` with what `alternative` changes of the step as `written`.

    Two assumptions may each change fields of the same step.
    """
    fields = {name: value for name, value in before.fields.items() if name in alternative.fields}
    fields |= {
        name: value
        for name, value in alternative.fields.items()
        if name not in written.fields or written.fields[name] != value
    }
    # What another assumption added stays, unless this one's method takes it out.
    added = {n: v for n, v in before.fields.items() if n not in written.fields}
    known = STEPS.get(written.do).all_fields({**fields, **added})
    return replace(before, fields={**{n: v for n, v in added.items() if n in known}, **fields})


def with_answers(
    table: Table,
    framework: Framework,
    choice: CoderChoice,
    number: int,
    *,
    seed: tuple[int, ...],
) -> Table:
    """Return `table` with alternative `number` of the coders' answers, mixtures drawn by `seed`.

    Raises FaultsError with every cell or option that is not known.
    """
    rng = np.random.default_rng(seed)
    alone = choice.coders[number - 1] if number <= len(choice.coders) else None
    rows = {key: row for row, key in enumerate(table.keys)}
    choices = np.full(table.values.shape, NO_CHOICE, np.int16)
    if table.choices is not None:
        choices = table.choices.copy()
    values, states = table.values.copy(), table.states.copy()
    faults: list[Fault] = []
    for cell in choice.cells:
        if alone is not None and alone not in cell.coders:
            continue
        drawn = int(rng.integers(len(cell.options)))
        option = cell.options[drawn if alone is None else cell.coders.index(alone)]
        row, column = rows.get((cell.unit, cell.period)), table.position.get(cell.code)
        if row is None or column is None:
            faults.append(Fault("coder_cell", {"unit": cell.unit, "code": cell.code}))
            continue
        known = [code for code, _ in framework.by_code[cell.code].options]
        if option in known:
            choices[row, column], states[row, column] = known.index(option), State.ANSWERED
        elif option in NAMED_STATES:
            choices[row, column], states[row, column] = NO_CHOICE, NAMED_STATES[option]
        else:
            faults.append(Fault("coder_option", {"option": option, "code": cell.code}))
        values[row, column] = np.nan
    if faults:
        raise FaultsError(faults)
    return replace(table, values=values, states=states, choices=choices)


NAMED_STATES = {
    "": State.UNANSWERED,
    "uk": State.UNKNOWN,
    "na": State.NOT_APPLICABLE,
    "nc": State.NO_COMPETENCE,
}
