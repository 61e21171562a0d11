import numpy as np
import pytest

from regin.engine.assumptions import assumptions_from
from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe, recipe_from
from regin.engine.robustness import Options, robustness
from regin.engine.run import run
from regin.engine.table import Table

TREE = Framework(
    (
        Node("ALL", level=3, kind="aggregate"),
        Node("P", level=2, parent="ALL", kind="aggregate"),
        *(Node(code, level=1, parent="P") for code in "ab"),
        Node("c", level=2, parent="ALL"),
    )
)
RNG = np.random.default_rng(3)
DATA = Table.of([f"U{row}" for row in range(6)], list("abc"), RNG.random((6, 3)) * 9 + 1)


def normalise(*columns):
    return {"do": "normalise", "method": "minmax", "columns": list(columns), "range": [1, 2]}


MEAN = {"do": "aggregate", "method": "arithmetic"}
RANGES = {"name": "ranges", "step": "normalise", "number": 2}
METHODS = {"name": "methods", "step": "aggregate", "field": "method"}


@pytest.mark.parametrize(
    ("steps", "written"),
    [
        (
            [normalise("a"), normalise("b", "c"), MEAN],
            [{**RANGES, "values": [{"range": [1, 9]}, {"method": "rank", "ties": "min"}]}],
        ),
        ([normalise(*"abc"), MEAN, MEAN], [{**METHODS, "number": 1, "values": ["harmonic"]}]),
        ([normalise(*"abc"), MEAN, MEAN], [{**METHODS, "number": 2, "values": ["geometric"]}]),
    ],
)
def test_a_draw_changes_the_numbered_step_and_no_other(steps, written):
    recipe = recipe_from({"step": steps})
    given = assumptions_from(written, TREE, recipe)
    found = robustness(DATA, TREE, recipe, given, Options(draws=4, keep_draws=True))
    for draw, [position] in enumerate(found.design.positions.tolist()):
        changed = list(recipe.steps)
        changed[given[0].place] = given[0].steps[position - 1]
        alone = run(DATA, TREE, Recipe(tuple(changed))).scores
        assert found.draw_scores[draw] == pytest.approx(alone.values[:, alone.codes.index("ALL")])
