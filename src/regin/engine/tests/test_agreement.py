from itertools import combinations
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.agreement import (
    SCALES,
    Patterns,
    Sample,
    alpha_of,
    cohen_kappa,
    kappa_of,
    kappas_of,
    krippendorff_alpha,
    patterns_of,
    percent_agreement,
    percent_of,
    whole_sample,
)

MEASURES = [percent_agreement, cohen_kappa]
MEASURES += [lambda values, scale=scale: krippendorff_alpha(values, scale) for scale in SCALES]


# --- worked by hand -------------------------------------------------------------------------

# Four items, two coders: 1-1, 1-2, 2-2, 3-3. Coincidences: o11 = 2, o12 = o21 = 1, o22 = 2,
# o33 = 2; n1 = 3, n2 = 3, n3 = 2, n = 8.
FOUR = [[1, 1], [1, 2], [2, 2], [3, 3]]


def test_percent_agreement_is_the_share_of_pairs_that_are_alike():
    assert percent_agreement(FOUR) == 75.0


def test_every_pair_of_coders_counts_once_in_percent_agreement():
    # Three pairs in the first item (one alike), one pair in the second (alike).
    assert percent_agreement([[1, 1, 2], [3, nan, 3]]) == 50.0


def test_kappa_takes_chance_from_the_coders_own_shares():
    # p_o = 3/4; first coder 1, 1, 2, 3, second 1, 2, 2, 3: p_e = (2x1 + 1x2 + 1x1)/16 = 5/16.
    assert cohen_kappa(FOUR) == pytest.approx((3 / 4 - 5 / 16) / (1 - 5 / 16))


def test_nominal_alpha_compares_with_pairs_drawn_from_all_answers():
    # D_o = 2/8; D_e = (64 - 9 - 9 - 4)/(8 x 7) = 42/56.
    assert krippendorff_alpha(FOUR) == pytest.approx(1 - (2 / 8) / (42 / 56))


def test_interval_alpha_weighs_disagreement_by_squared_distance():
    # D_o = 2 x 1/8; D_e = 2 (3x3x1 + 3x2x4 + 3x2x1)/56 = 78/56.
    assert krippendorff_alpha(FOUR, "interval") == pytest.approx(1 - (2 / 8) / (78 / 56))


def test_ordinal_alpha_weighs_disagreement_by_the_answers_between():
    # Distances: 1-2: (3 + 3)/2 = 3; 2-3: (3 + 2)/2 = 2.5; 1-3: 3/2 + 3 + 2/2 = 5.5.
    expected = 2 * (9 * 9 + 6 * 5.5**2 + 6 * 2.5**2) / 56
    assert krippendorff_alpha(FOUR, "ordinal") == pytest.approx(1 - (2 * 9 / 8) / expected)


def test_two_coders_who_never_agree_are_worse_than_chance():
    # Kappa: p_o = 0, p_e = 1/2. Alpha: D_o = 1, D_e = (16 - 8)/12 = 2/3.
    crossed = [[0, 1], [1, 0]]
    assert cohen_kappa(crossed) == -1.0
    assert krippendorff_alpha(crossed) == -0.5


def test_kappa_of_three_coders_is_the_mean_over_their_pairs():
    three = np.array([[1, 1, 1], [1, 2, 2], [2, 2, 1], [2, 2, 2]])
    each = [cohen_kappa(three[:, pair]) for pair in ([0, 1], [0, 2], [1, 2])]
    assert cohen_kappa(three) == pytest.approx(sum(each) / 3)


def test_kappa_counts_the_items_that_both_coders_answered():
    assert cohen_kappa([*FOUR, [1, nan], [nan, 3], [nan, 2]]) == cohen_kappa(FOUR)


def test_a_pair_of_coders_without_kappa_is_left_out_of_the_mean():
    # Second and third coder agree on the one item they share: no kappa.
    answers = [[1, 1, nan], [1, 2, nan], [2, 2, nan], [nan, 5, 5]]
    kappas = kappas_of(whole_sample(patterns_of(answers)))[:, 0]
    assert kappas[0] == pytest.approx(0.4)
    assert isnan(kappas[1])
    assert cohen_kappa(answers) == pytest.approx(0.4)


# --- what is not defined --------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("values", [np.empty((0, 2)), [[nan, nan]], [[1, nan], [nan, 1]], [[1]]])
def test_without_anything_in_common_nothing_is_known(measure, values):
    assert isnan(measure(values))


def test_without_variation_kappa_and_alpha_are_not_defined():
    same = [[7, 7], [7, 7], [7, nan]]
    assert percent_agreement(same) == 100.0
    assert isnan(cohen_kappa(same))
    assert all(isnan(krippendorff_alpha(same, scale)) for scale in SCALES)


def test_a_coder_who_always_answers_the_same_has_a_kappa_of_zero():
    assert cohen_kappa([[1, 1], [1, 2], [1, 1]]) == 0.0


def test_answers_that_cannot_be_told_apart_as_numbers_are_no_variation():
    values = [[0.0, 0.0], [1e-200, 1e-200], [1.0, 1.0]]
    patterns = patterns_of(values)
    lowest_two = np.array([[1], [1], [0]])
    assert isnan(alpha_of(Sample(patterns, lowest_two), "interval")[0])
    assert alpha_of(Sample(patterns, lowest_two), "nominal")[0] == 1.0


@pytest.mark.parametrize("values", [[1, 2, 3], [[1, np.inf]], [[1, 1e80]]])
def test_what_is_no_grid_of_finite_numbers_is_refused(values):
    with pytest.raises(ValueError, match="answer"):
        patterns_of(values)


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match="nominal, ordinal, interval"):
        krippendorff_alpha(FOUR, "ratio")


# --- rules ----------------------------------------------------------------------------------

few = settings(max_examples=count(100, 10), deadline=None)
GRIDS = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, nan]), min_size=coders, max_size=coders),
        min_size=1,
        max_size=12,
    )
)


def slow_alpha(values, scale):
    """Alpha straight from pairs of answers, without patterns and coincidence matrix."""
    items = [[x for x in row if not isnan(x)] for row in values]
    items = [row for row in items if len(row) > 1]
    pooled = [x for row in items for x in row]

    def apart(a, b):
        if scale == "nominal":
            return float(a != b)
        if scale == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= x <= high for x in pooled)
        return (between - (pooled.count(a) + pooled.count(b)) / 2) ** 2 if a != b else 0.0

    total = len(pooled)
    observed = sum(
        2 * apart(a, b) / (len(row) - 1) for row in items for a, b in combinations(row, 2)
    )
    expected = sum(2 * apart(a, b) for a, b in combinations(pooled, 2))
    return 1 - (total - 1) * observed / expected if expected else nan


@few
@given(GRIDS, st.sampled_from(SCALES))
def test_alpha_is_what_its_definition_says(values, scale):
    found, meant = krippendorff_alpha(values, scale), slow_alpha(values, scale)
    assert found == pytest.approx(meant, rel=1e-9, abs=1e-12, nan_ok=True)


def slow_kappa(values):
    kappas = []
    for one, other in combinations(range(len(values[0])), 2):
        both = [(r[one], r[other]) for r in values if not isnan(r[one]) and not isnan(r[other])]
        if both:
            alike = sum(a == b for a, b in both) / len(both)
            chance = sum(a == b for a, _ in both for _, b in both) / len(both) ** 2
            if chance < 1:
                kappas.append((alike - chance) / (1 - chance))
    return sum(kappas) / len(kappas) if kappas else nan


@few
@given(GRIDS)
def test_kappa_is_what_its_definition_says(values):
    assert cohen_kappa(values) == pytest.approx(slow_kappa(values), abs=1e-12, nan_ok=True)


@few
@given(GRIDS, st.randoms(use_true_random=False), st.sampled_from(MEASURES))
def test_order_of_items_and_coders_does_not_matter(values, random, measure):
    grid = np.array(values)
    rows, columns = list(range(grid.shape[0])), list(range(grid.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    mixed = measure(grid[rows][:, columns])
    assert mixed == pytest.approx(measure(grid), abs=1e-12, nan_ok=True)


@few
@given(GRIDS, st.sampled_from(MEASURES))
def test_an_item_with_fewer_than_two_answers_changes_nothing(values, measure):
    gaps = [nan] * (len(values[0]) - 1)
    longer = [*values, [*gaps, nan], [3.0, *gaps]]
    assert measure(longer) == pytest.approx(measure(values), nan_ok=True)


@few
@given(GRIDS, st.sampled_from([1e-70, 0.3, 1e70]), st.sampled_from([1, -1]))
def test_alpha_does_not_know_units(values, size, sign):
    grid = np.array(values)
    for scale in SCALES:
        turned = krippendorff_alpha(grid * size * sign, scale)
        assert turned == pytest.approx(krippendorff_alpha(grid, scale), abs=1e-9, nan_ok=True)


@few
@given(GRIDS)
def test_nothing_is_beyond_its_bounds(values):
    percent, *others = (measure(values) for measure in MEASURES)
    assert isnan(percent) or 0 <= percent <= 100
    assert all(isnan(other) or other <= 1 for other in others)


def test_several_draws_are_computed_at_once():
    patterns: Patterns = patterns_of(FOUR)
    items = np.array([[1, 0], [1, 3], [1, 1], [1, 0]])
    sample, second = Sample(patterns, items), [[1, 2], [1, 2], [1, 2], [2, 2]]
    assert percent_of(sample).tolist() == [75.0, 25.0]
    assert kappa_of(sample)[1] == cohen_kappa(second)
    for scale in SCALES:
        assert alpha_of(sample, scale)[0] == krippendorff_alpha(FOUR, scale)
        assert alpha_of(sample, scale)[1] == pytest.approx(krippendorff_alpha(second, scale))
