import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine import weights_benefit  # noqa: F401 - importing it registers its method
from regin.engine.contributions import contributions, row_of
from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.steps import Step
from regin.engine.table import Table

NAN = math.nan


def tree(axes=False, top="aggregate"):
    def tags(*parts):
        return {"area": parts} if axes else {}

    return Framework(
        (
            Node("all", level=3, kind="aggregate"),
            Node("G", level=2, kind=top, parent="all", weight=3, tags=tags("x")),
            Node("H", level=2, kind="aggregate", parent="all"),
            Node("a", level=1, parent="G"),
            Node("b", level=1, parent="G", weight=3, tags=tags("y")),
            Node("c", level=1, parent="H", tags=tags("x", "z")),
            Node("d", level=1, parent="H", weight=0),
        ),
        ("area",) if axes else (),
    )


def made(values, method="arithmetic", overall="tree", framework=None, steps=(), **more):
    values = np.atleast_2d(np.array(values, dtype=float))
    units = [f"U{row}" for row in range(len(values))]
    data = Table.of(units, ["a", "b", "c", "d"], values)
    recipe = Recipe((*steps, Step("aggregate", {"method": method, **more})), overall=overall)
    return run(data, framework or tree(), recipe)


def parts(done, unit="U0"):
    return {one.code: one for one in contributions(done, unit)}


def test_contributions_are_effective_weight_times_value():
    found = parts(made([20, 40, 60, 80]))
    shares = {code: one.effective for code, one in found.items()}
    assert shares == {
        "all": 1, "G": 0.75, "H": 0.25, "a": 0.1875, "b": 0.5625, "c": 0.25, "d": 0
    }  # fmt: skip
    assert [found[c].contribution for c in "abcd"] == [3.75, 22.5, 15, 0]
    assert (found["G"].contribution, found["H"].contribution) == (26.25, 15)
    assert found["all"].contribution == found["all"].value == 41.25
    assert {one.how for one in found.values()} == {"exact"}
    assert (found["b"].weight, found["b"].parent, found["b"].level) == (3, "G", 1)


def test_a_gap_gives_its_weight_to_the_other_parts_and_contributes_nothing():
    found = parts(made([NAN, 40, NAN, 80]))
    assert math.isnan(found["a"].contribution)
    assert (found["a"].effective, found["a"].how) == (0, "")
    # H has a part with a value and no weight: no score, so G is all there is.
    assert math.isnan(found["H"].contribution)
    assert (found["d"].effective, found["d"].contribution) == (0, 0)
    assert (found["b"].effective, found["b"].contribution) == (1, 40)


def test_what_lies_under_a_whole_without_a_score_contributes_zero():
    framework = Framework(
        (
            Node("all", level=3, kind="aggregate"),
            Node("G", level=2, kind="aggregate", parent="all"),
            *(Node(code, level=1, parent="G") for code in "ab"),
            *(Node(code, level=1, parent="all") for code in "cd"),
        )
    )
    found = parts(made([NAN, 40, 60, 80], min_available=0.6, framework=framework))
    assert math.isnan(found["G"].value)
    assert (found["b"].contribution, found["b"].how) == (0, "exact")
    assert [found[code].contribution for code in "cd"] == [30, 40]


def test_without_an_overall_score_nothing_contributes():
    found = parts(made([[NAN] * 4, [1, 2, 3, 4]]))
    assert {one.how for one in found.values()} == {""}
    assert all(math.isnan(one.contribution) for one in found.values())
    data = Table.of(["U0"], ["a", "b", "c", "d"], [[1, 2, 3, 4]])
    unscored = run(data, tree(), Recipe((Step("score_options"),)))
    assert {one.how for one in contributions(unscored, "U0")} == {""}
    assert parts(unscored)["a"].value == 1


def test_a_row_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        contributions(made([1, 2, 3, 4]), "nobody")
    with pytest.raises(KeyError):
        row_of(made([1, 2, 3, 4]).table, "U0", "2020")


def test_under_a_geometric_mean_a_part_is_measured_by_leaving_it_out():
    found = parts(made([4, 4, 16, 9], ["arithmetic", "geometric"]))
    score = found["all"].value
    assert score == pytest.approx(4 ** (3 / 4) * 16 ** (1 / 4))
    assert found["all"].how == "exact"
    assert found["G"].how == found["a"].how == "left_out"
    assert found["G"].contribution == pytest.approx(score - 16)
    assert found["H"].contribution == pytest.approx(score - 4)
    assert found["a"].contribution == 0
    assert found["c"].contribution == pytest.approx(score - 4)
    assert found["d"].contribution == 0


def test_parts_of_sums_stay_exact_beside_wholes_that_are_none():
    found = parts(made([1, 4, 16, 9], ["geometric", "arithmetic"]))
    assert found["G"].how == found["H"].how == "exact"
    assert found["G"].contribution + found["H"].contribution == pytest.approx(found["all"].value)
    assert {found[code].how for code in "abcd"} == {"left_out"}


def test_the_only_part_has_no_difference_to_show():
    found = parts(made([4, NAN, NAN, NAN], "geometric"))
    assert found["a"].how == "left_out"
    assert math.isnan(found["a"].contribution)
    assert (found["c"].how, found["c"].effective) == ("", 0)


def test_a_mean_that_has_no_score_without_a_part_says_so():
    # Without b, G is 0, which no geometric mean takes.
    found = parts(made([0, 4, 16, 9], ["arithmetic", "geometric"]))
    assert found["b"].how == "left_out"
    assert math.isnan(found["b"].contribution)


def test_a_method_that_compares_units_leaves_the_part_out_for_all():
    values = [[1, 1, 9, 0], [5, 5, 5, 0], [9, 9, 1, 0]]
    found = parts(made(values, ["arithmetic", "copeland"]))
    # G alone has three quarters of the weight: without H nothing changes, without G all does.
    assert found["all"].value == -2
    assert found["H"].contribution == 0
    assert found["G"].contribution == -4
    whole = parts(made(values, ["arithmetic", "mpi"]))
    assert whole["G"].how == "left_out"
    assert whole["G"].contribution == pytest.approx(whole["all"].value - 9)


def test_units_are_compared_within_their_period():
    data = Table.of(
        ["A", "B", "A", "B"], ["a", "b", "c", "d"],
        [[1, 1, 9, 0], [2, 2, 5, 0], [3, 3, 3, 0], [1, 1, 1, 0]], periods=["1", "1", "2", "2"],
    )  # fmt: skip
    recipe = Recipe((Step("aggregate", {"method": ["arithmetic", "copeland"]}),))
    done = run(data, tree(), recipe)
    found = {one.code: one for one in contributions(done, "A", "2")}
    assert (found["all"].value, found["G"].contribution) == (1, 0)


def test_an_overall_score_of_the_indicators_is_shared_out_among_them():
    framework = tree(top="indicator")
    done = made([20, 40, 60, 80], overall="indicators", framework=framework)
    found = parts(done)
    # Topmost are G (weight 3), c and d (weights 1 and 0).
    assert found["all"].value == (35 * 3 + 60) / 4
    assert (found["G"].effective, found["a"].effective) == (0.75, 0.1875)
    assert found["a"].contribution + found["b"].contribution == found["G"].contribution == 26.25
    assert (found["H"].effective, found["H"].contribution) == (0.25, 15)
    assert found["all"].contribution == pytest.approx(41.25)
    assert found["all"].effective == 1


def test_an_overall_score_of_an_axis_is_shared_out_among_its_parts():
    done = made([20, 40, 60, 80], overall="axis:area", framework=tree(axes=True))
    found = parts(done)
    # x: G and c by 3 and 1; y: b; z: c.
    assert found["area:x"].value == (35 * 3 + 60) / 4
    assert found["area:x"].contribution == found["area:x"].value / 3
    total = sum(found[f"area:{part}"].contribution for part in "xyz")
    assert total == pytest.approx(found["all"].value)
    assert found["c"].effective == pytest.approx(1 / 12 + 1 / 3)
    assert found["b"].effective == pytest.approx(0.75 * 0.75 / 3 + 1 / 3)
    assert sum(found[code].contribution for code in "abcd") == pytest.approx(total)
    assert found["G"].contribution == pytest.approx(
        found["a"].contribution + found["b"].contribution
    )


def test_a_part_of_the_axis_without_a_score_is_not_counted():
    done = made([20, NAN, 60, 80], overall="axis:area", framework=tree(axes=True))
    found = parts(done)
    assert (found["area:y"].how, found["area:y"].effective) == ("", 0)
    assert math.isnan(found["area:y"].contribution)
    assert found["area:z"].effective == 0.5
    assert found["all"].value == pytest.approx(30 / 2 + 60 / 2)


def test_what_stands_under_a_tagged_whole_that_is_no_sum_is_left_out():
    done = made(
        [1, 16, 16, 9], "geometric", overall="axis:area", framework=tree(axes=True)
    )  # fmt: skip
    found = parts(done)
    assert (found["G"].how, found["c"].how, found["H"].how) == ("exact", "exact", "exact")
    assert found["a"].how == found["b"].how == "left_out"
    # Without a, G is 16: x is (16 * 3 + 16) / 4 then, y and z are 16.
    assert found["a"].contribution == pytest.approx(found["all"].value - 16)
    # Without b, G is 1, and y is gone.
    left = ((3 + 16) / 4 + 16) / 2
    assert found["b"].contribution == pytest.approx(found["all"].value - left)


def test_an_index_of_one_indicator_is_its_own_contribution():
    data = Table.of(["U0"], ["a"], [[7.0]])
    recipe = Recipe((Step("aggregate", {"method": "arithmetic"}),))
    [only] = contributions(run(data, Framework((Node("a", level=1),)), recipe), "U0")
    assert (only.effective, only.contribution, only.how) == (1, 7, "exact")


def test_weights_are_those_in_force_at_the_step():
    steps = (Step("weigh", {"method": "equal"}),)
    found = parts(made([20, 40, 60, 80], steps=steps))
    assert [found[code].effective for code in "abcd"] == [0.25] * 4
    assert found["a"].weight == 0.5


def test_units_may_have_weights_of_their_own_and_leave_in_between():
    steps = (
        Step("weigh", {"method": "benefit_of_the_doubt"}),
        Step("screen", {"drop": ["U0"]}),
    )
    values = [[10, 90, 50, 50], [90, 10, 20, 80], [50, 60, 90, 10]]
    for unit in ("U1", "U2"):
        found = parts(made(values, steps=steps), unit)
        total = sum(found[code].contribution for code in "abcd")
        assert total == pytest.approx(found["all"].value, rel=1e-12)
    assert found["a"].weight + found["b"].weight == pytest.approx(1)


def test_no_competence_counted_as_zero_is_expected():
    framework, switch = tree(), "zero"
    data = Table.of(["U0"], ["a", "b", "c", "d"], [[NAN, 4.0, 16.0, 9.0]], states=[[4, 1, 1, 1]])
    steps = (Step("score_options"), Step("aggregate", {"method": ["arithmetic", "power"], "p": 2}))
    done = run(data, framework, Recipe(steps, no_competence=switch))
    found = {one.code: one for one in contributions(done, "U0")}
    assert found["G"].value == 3
    without = math.sqrt((16 * 3 + 256) / 4)
    assert found["a"].contribution == pytest.approx(found["all"].value - without)


cell = st.one_of(st.none(), st.floats(0, 100))


@given(
    values=st.lists(cell, min_size=4, max_size=4),
    least=st.sampled_from([0.0, 0.5, 0.6, 1.0]),
    overall=st.sampled_from(["tree", "indicators", "axis:area"]),
)
def test_the_leaves_add_up_to_the_score_whatever_is_missing(values, least, overall):
    framework = tree(axes=True, top="indicator")
    row = [NAN if value is None else value for value in values]
    found = parts(made(row, overall=overall, framework=framework, min_available=least))
    score = found["all"].value
    given_ = [found[code].contribution for code in "abcd"]
    if math.isnan(score):
        assert all(math.isnan(one) for one in given_)
    else:
        assert np.nansum(given_) == pytest.approx(score, rel=1e-12, abs=1e-12)
        assert all(0 <= found[code].effective <= 1 for code in "abcd")
        assert sum(found[code].effective for code in "abcd") == pytest.approx(1)
