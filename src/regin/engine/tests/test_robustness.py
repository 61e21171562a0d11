import importlib
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from regin.engine.assumptions import CodedCell, Sources, assumptions_from
from regin.engine.design import explicit
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.replication import Inputs, Replication
from regin.engine.robustness import Options, robustness
from regin.engine.run import run
from regin.engine.table import State, Table
from regin.engine.workers import Where, processors

module = importlib.import_module("regin.engine.robustness")
workers = importlib.import_module("regin.engine.workers")

NODES = (
    Node("ALL", level=3, kind="aggregate"),
    Node("P", level=2, parent="ALL", kind="aggregate"),
    Node("Q", level=2, parent="ALL", kind="aggregate"),
    *(Node(code, level=1, parent="P" if code < "d" else "Q") for code in "abcdef"),
)
TREE = Framework(NODES)
RNG = np.random.default_rng(11)
VALUES = RNG.random((12, 6)) * 90 + 10
VALUES[3, 2] = VALUES[7, 5] = np.nan
DATA = Table.of([f"U{row:02}" for row in range(12)], list("abcdef"), VALUES)
CHAIN = recipe_from(
    {
        "step": [
            {"do": "screen", "min_available": 0.5},
            {"do": "normalise", "method": "minmax", "range": [1, 100]},
            {"do": "aggregate", "method": "arithmetic"},
        ]
    }
)
NORM = {
    "name": "norm",
    "step": "normalise",
    "values": [{"method": "minmax", "range": [1, 100]}, {"method": "zscore", "mean": 50}],
}
AGG = {"name": "agg", "step": "aggregate", "field": "method", "values": ["arithmetic", "harmonic"]}
NOISE = {"name": "noise", "weights": {"levels": [1, 2], "noise": 0.5}}
OUT = {"name": "out", "exclude": "one indicator"}
SETS = {"name": "sets", "weights": {"levels": [2], "sets": "sets"}}
SOURCES = Sources({"sets": {1: {"P": 1.0, "Q": 3.0}, 2: {"P": 0.0}}})


def given(*written, chain=CHAIN, tree=TREE, sources=SOURCES):
    return assumptions_from(written, tree, chain, sources)


def test_statistics_are_of_the_draws_and_the_nominal_ranks_of_the_recipe():
    found = robustness(DATA, TREE, CHAIN, given(NORM, NOISE), Options(draws=64, keep_draws=True))
    nominal = run(DATA, TREE, CHAIN).scores
    assert found.nominal.tolist() == nominal.ranks[:, 0].tolist()
    own = found.draw_ranks[found.design.blocks["A"]]
    assert found.statistics.mean == pytest.approx(own.mean(axis=0))
    assert found.shift[:64] == pytest.approx(np.abs(own - found.nominal).mean(axis=1))
    assert list(found.sensitivity.names[:2]) == ["mean_rank_shift", "U00"]
    assert found.convergence[-1]["draws"] == 32
    assert found.spilled == 0


def test_a_set_of_weights_replaces_and_the_structure_fills_what_it_lacks():
    design = explicit(given(SETS), {"sets": [1, 2]})
    found = robustness(DATA, TREE, CHAIN, given(SETS), Options(keep_draws=True), design=design)
    parts = run(DATA, TREE, CHAIN).scores.values[:, 1:3]
    assert found.draw_scores[0] == pytest.approx((parts[:, 0] + 3 * parts[:, 1]) / 4)
    assert found.draw_scores[1] == pytest.approx(parts[:, 1])


def test_leaving_an_indicator_out_is_a_weight_of_zero():
    design = explicit(given(OUT), {"out": [1, 6]})
    found = robustness(DATA, TREE, CHAIN, given(OUT), Options(keep_draws=True), design=design)
    for draw, code in enumerate("af"):
        without = tuple(
            Node(n.code, level=n.level, parent=n.parent, kind=n.kind, weight=n.code != code)
            for n in NODES
        )
        alone = run(DATA, Framework(without), CHAIN).scores.values[:, 0]
        assert found.draw_scores[draw] == pytest.approx(alone)


def test_noise_is_even_between_its_bounds_and_replayed_by_its_number():
    noisy = given({"name": "noise", "weights": {"levels": [2], "noise": 0.5}})
    first = robustness(DATA, TREE, CHAIN, noisy, Options(draws=256, keep_draws=True))
    parts = run(DATA, TREE, CHAIN).scores.values[0, 1:3]
    low, high = sorted(
        ((0.5 * parts[0] + 1.5 * parts[1]) / 2, (1.5 * parts[0] + 0.5 * parts[1]) / 2)
    )
    assert low <= first.draw_scores[:, 0].min() <= low + 0.1 * (high - low)
    assert high - 0.1 * (high - low) <= first.draw_scores[:, 0].max() <= high
    design = explicit(noisy, {"noise": first.design.positions[:, 0].tolist()})
    again = robustness(DATA, TREE, CHAIN, noisy, Options(keep_draws=True), design=design)
    assert (again.draw_scores == first.draw_scores).all()


def test_a_unit_that_some_draws_screen_out_has_ranks_in_the_others_alone():
    screen = {"name": "screen", "step": "screen", "values": [{"drop": ["U00"]}, {}]}
    found = robustness(DATA, TREE, CHAIN, given(screen), Options(draws=32))
    assert 0 < found.statistics.drawn[0] < 32
    assert found.statistics.drawn[1] == 32
    assert "U00" not in found.sensitivity.names
    assert "unit_indices_left_out" in [w.code for w in found.warnings]


def test_steps_after_the_last_aggregation_are_carried_out_in_every_draw():
    chain = recipe_from(
        {
            "step": [
                {"do": "aggregate", "method": "arithmetic"},
                {"do": "screen", "drop": ["U05"]},
            ]
        }
    )
    noisy = given({"name": "noise", "weights": {"levels": [1], "noise": 0.5}}, chain=chain)
    found = robustness(DATA, TREE, chain, noisy, Options(draws=4, keep_draws=True))
    assert found.nominal[5] == 0
    assert (found.draw_ranks[:, 5] == 0).all()
    assert np.ptp(found.draw_scores[:, 0]) > 0


def test_what_is_constant_is_said_and_very_much_is_left_out(monkeypatch):
    one = {"name": "one", "step": "aggregate", "field": "method", "values": ["arithmetic"]}
    found = robustness(DATA, TREE, CHAIN, given(one), Options(draws=4))
    assert [w.code for w in found.warnings] == ["constant_outcome"]
    assert found.sensitivity.indices.first.max() == 0
    monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(module, "MOST_COMPARISONS", 1)
    found = robustness(DATA, TREE, CHAIN, given(one), Options(draws=4))
    assert [w.code for w in found.warnings] == ["sensitivity_left_out", "pairs_left_out"]
    assert found.sensitivity is None
    assert found.pairs is None
    monkeypatch.setattr(module, "MOST_UNITS", 1)
    found = robustness(DATA, TREE, CHAIN, given(one), Options(draws=4, wants_sensitivity=True))
    assert found.sensitivity.names == ("mean_rank_shift",)


def test_what_stands_against_the_recipe_is_raised_before_anything_is_drawn():
    unfit = Table.of(["U"], ["a"], [[1.0]])
    with pytest.raises(FaultsError, match="no column"):
        robustness(unfit, TREE, CHAIN, given(NORM))
    chain = recipe_from({"step": [{"do": "screen"}]})
    with pytest.raises(FaultsError, match="no step aggregate"):
        robustness(DATA, TREE, chain, given(NOISE, chain=chain))
    nothing = Table.of(["U"], list("abcdef"), [[math.nan] * 6])
    chain = recipe_from({"step": [{"do": "aggregate", "method": "arithmetic"}]})
    with pytest.raises(FaultsError, match="nothing to rank"):
        robustness(nothing, TREE, chain, given(NOISE, chain=chain))


def test_two_assumptions_may_change_the_same_step():
    low = {"name": "mean", "step": "normalise", "field": "range", "values": [[1, 100], [20, 100]]}
    design = explicit(given(NORM, low), {"norm": [1, 1, 2], "mean": [1, 2, 2]})
    found = robustness(DATA, TREE, CHAIN, given(NORM, low), Options(keep_draws=True), design=design)
    nominal = run(DATA, TREE, CHAIN).scores.values[:, 0]
    assert found.draw_scores[0] == pytest.approx(nominal)
    assert found.draw_scores[1] == pytest.approx(20 + (nominal - 1) / 99 * 80)
    assert found.draw_scores[2].mean() == pytest.approx(50, abs=1)


@pytest.mark.parametrize("count", [2])
def test_processes_give_the_same_bits(count):
    everything = given(NORM, AGG, NOISE, OUT)
    alone = robustness(DATA, TREE, CHAIN, everything, Options(draws=16, keep_draws=True))
    seen = []
    spread = robustness(
        DATA,
        TREE,
        CHAIN,
        everything,
        Options(draws=16, keep_draws=True, where=Where(count)),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert np.array_equal(alone.draw_scores, spread.draw_scores)
    assert np.array_equal(alone.statistics.mean, spread.statistics.mean)
    assert seen[-1] == (5 * 16, 5 * 16)


class FakeClient:
    """What is used of Dask's client, computing at once; real clusters: tests/scale/."""

    def __init__(self, address, timeout):
        if "nobody" in address:
            raise OSError("refused")

    def scatter(self, inputs, broadcast):
        return inputs

    def submit(self, function, *arguments, pure):
        return SimpleNamespace(result=lambda: function(*arguments), release=lambda: None)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None


def test_a_cluster_gives_the_same_bits(monkeypatch):
    fake = SimpleNamespace(Client=FakeClient, as_completed=reversed)
    monkeypatch.setitem(sys.modules, "distributed", fake)
    everything = given(NORM, AGG, NOISE)
    alone = robustness(DATA, TREE, CHAIN, everything, Options(draws=8, keep_draws=True))
    where = Where(scheduler="tcp://somebody:1")
    far = robustness(DATA, TREE, CHAIN, everything, Options(draws=8, keep_draws=True, where=where))
    assert np.array_equal(alone.draw_scores, far.draw_scores)


@pytest.mark.parametrize(
    ("module", "reason"),
    [(SimpleNamespace(Client=FakeClient), "refused"), (None, "not installed")],
)
def test_a_cluster_that_cannot_be_used_is_named(monkeypatch, module, reason):
    monkeypatch.setitem(sys.modules, "distributed", module)
    where = Where(scheduler="tcp://nobody:9")
    with pytest.raises(FaultsError, match=f"tcp://nobody:9 cannot be used: .*{reason}"):
        robustness(DATA, TREE, CHAIN, given(NORM), Options(draws=2, where=where))


def test_processors_are_counted(monkeypatch):
    assert processors() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    assert processors() >= 1


YESNO = (("no", 0.0), ("yes", 100.0))
ASKED = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        Node("q", level=1, parent="ALL", options=YESNO),
        Node("r", level=1, parent="ALL", options=YESNO),
    )
)
ANSWERS = Table.of(["A", "B"], ["q", "r"], [[math.nan] * 2] * 2, choices=[[1, 0], [0, 0]])
ASKING = recipe_from(
    {"step": [{"do": "score_options"}, {"do": "aggregate", "method": "arithmetic"}]}
)


def coded(*cells):
    return assumptions_from(
        [{"name": "coders", "answers": "coders"}], ASKED, ASKING, Sources({}, tuple(cells))
    )


def test_a_draw_takes_the_answer_of_one_coder_in_each_disputed_cell():
    cells = (
        CodedCell("A", "", "q", ("yes", "no")),
        CodedCell("B", "", "r", ("no", "uk")),
    )
    found = robustness(ANSWERS, ASKED, ASKING, coded(*cells), Options(draws=40, keep_draws=True))
    assert set(found.draw_scores[:, 0].tolist()) == {0.0, 50.0}
    assert set(found.draw_scores[:, 1].tolist()) == {0.0}
    table = Replication(
        Inputs(ANSWERS, ASKED, ASKING, coded(CodedCell("B", "", "r", ("na", "nc"))), 1, 1)
    )._table(np.array([1]))
    assert table.states[1, 1] in {State.NOT_APPLICABLE, State.NO_COMPETENCE}


def test_the_first_alternatives_are_the_coders_themselves():
    cells = (
        CodedCell("A", "", "q", ("no", "yes"), ("Ada", "Bo")),
        CodedCell("A", "", "r", ("yes",), ("Bo",)),
        CodedCell("B", "", "q", ("yes", "yes"), ("Ada", "Bo")),
    )
    choice = coded(*cells)
    assert choice[0].coders == ("Ada", "Bo")
    design = explicit(choice, {"coders": [1, 2]})
    found = robustness(
        ANSWERS, ASKED, ASKING, choice, Options(keep_draws=True), design=design
    ).draw_scores
    # Ada: no to q, r as in the table (no). Bo: yes to both. They agree about B, against the table.
    assert found.tolist() == [[0.0, 50.0], [100.0, 50.0]]


def test_a_random_design_mixes_the_coders_cell_by_cell():
    cells = tuple(CodedCell("A", "", code, ("no", "yes"), ("Ada", "Bo")) for code in "qr")
    choice = coded(*cells)
    found = robustness(ANSWERS, ASKED, ASKING, choice, Options(draws=40, keep_draws=True))
    assert found.design.positions.min() == 3
    assert set(found.draw_scores[:, 0].tolist()) == {0.0, 50.0, 100.0}


def test_what_a_weight_set_does_not_name_weighs_what_the_structure_says():
    leaves = [Node(code, level=1, parent="T", weight=n) for n, code in enumerate("abc", 1)]
    tree = Framework((Node("T", level=2, kind="aggregate"), *leaves))
    recipe = recipe_from(
        {
            "step": [
                {"do": "weigh", "method": "equal"},
                {"do": "aggregate", "method": "arithmetic"},
            ]
        }
    )
    data = Table.of(["x", "y", "z"], list("abc"), np.eye(3).tolist())
    written = [{"name": "w", "weights": {"levels": [1], "sets": "s.csv"}}]
    sets = Sources({"s.csv": {1: {"a": 5.0}, 2: {"b": 7.0}}})
    choice = assumptions_from(written, tree, recipe, sets)
    design = explicit(choice, {"w": [1, 2]})
    found = robustness(data, tree, recipe, choice, Options(keep_draws=True), design=design)
    expected = [[5 / 10, 2 / 10, 3 / 10], [1 / 11, 7 / 11, 3 / 11]]
    np.testing.assert_allclose(found.draw_scores, expected, rtol=1e-12)


def test_a_shift_that_is_not_there_in_every_draw_has_no_indices():
    data = Table.of(["x", "y"], ["a"], [[1.0], [2.0]])
    tree = Framework((Node("T", level=2, kind="aggregate"), Node("a", level=1, parent="T")))
    recipe = recipe_from({"step": [{"do": "aggregate", "method": "arithmetic"}]})
    written = [{"name": "w", "weights": {"levels": [1], "sets": "s.csv"}}]
    choice = assumptions_from(written, tree, recipe, Sources({"s.csv": {1: {}, 2: {"a": 0.0}}}))
    columns = {"w": [1, 2, 2, 1, 2, 1]}
    design = explicit(choice, columns, ("A", "A", "B", "B", "AB:w", "AB:w"))
    found = robustness(data, tree, recipe, choice, Options(), design=design)
    assert np.isnan(found.sensitivity.indices.first[:, 0]).all()
    assert "shift_undefined" in [warning.code for warning in found.warnings]


def test_cells_and_options_of_coders_that_are_not_known_are_named():
    cells = (
        CodedCell("C", "", "q", ("yes", "no")),
        CodedCell("A", "", "q", ("maybe", "perhaps")),
    )
    with pytest.raises(FaultsError) as caught:
        robustness(ANSWERS, ASKED, ASKING, coded(*cells), Options(draws=2))
    assert [fault.code for fault in caught.value.faults] == ["coder_cell", "coder_option"]


def test_numbers_may_be_answered_by_coders_only_as_states():
    data = Table.of(["A"], ["q", "r"], [[3.0, 4.0]])
    plain = Framework(
        tuple(Node(n.code, level=n.level, parent=n.parent, kind=n.kind) for n in ASKED.nodes)
    )
    chain = recipe_from({"step": [{"do": "aggregate", "method": "arithmetic"}]})
    given_cells = assumptions_from(
        [{"name": "coders", "answers": "coders"}],
        plain,
        chain,
        Sources({}, (CodedCell("A", "", "q", ("uk", "")),)),
    )
    found = robustness(data, plain, chain, given_cells, Options(draws=2, keep_draws=True))
    assert found.draw_scores.tolist()[0] == [4.0]


def test_a_table_in_the_index_reaches_every_draw():
    inputs = Inputs(DATA, TREE, CHAIN, given(NORM), 1, 1, {"t": (("a",),)})
    assert Replication(inputs).nominal().ranks.max() == 12


def test_what_a_process_does_is_what_is_done_here():
    """The functions a process pool calls, called here, where their lines are counted."""
    inputs = Inputs(DATA, TREE, CHAIN, given(NORM), 1, 1)
    replication = Replication(inputs)
    work = workers.tasks(replication, np.array([[1], [2], [1]]))
    assert [task.draws.tolist() for task in work] == [[0, 2], [1]]
    workers._begin(inputs)
    for task in work:
        found = workers._own(task, keep_scores=True)
        assert (found.ranks == replication.draw(task.positions).ranks).all()
