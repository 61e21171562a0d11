"""The weights of each draw: sets, noise and left-out indicators, multiplied together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regin.engine.assumptions import Assumption, Exclusion, WeightNoise, WeightSets
from regin.engine.batch import DrawWeights
from regin.engine.design import sobol
from regin.engine.framework import Framework
from regin.engine.table import Floats, Ints


class UncertainWeights:
    """Turns alternatives taken into weights.

    Set n of a noise is the n-th point of a scrambled Sobol' sequence with the seed and the place
    of the assumption, so a design can be replayed without keeping the numbers.
    """

    def __init__(
        self, framework: Framework, assumptions: Sequence[Assumption], sets: int, seed: int
    ) -> None:
        self.noise: dict[int, tuple[tuple[str, ...], Floats]] = {}
        self.sets: dict[int, tuple[tuple[str, ...], Ints, Floats]] = {}
        self.left_out: dict[int, tuple[str, ...]] = {}
        for place, one in enumerate(assumptions):
            if isinstance(one, WeightNoise):
                codes = _codes_at(framework, one.levels)
                uniform = sobol(sets, len(codes), (seed, place + 1))
                self.noise[place] = codes, 1 + one.noise * (2 * uniform - 1)
            elif isinstance(one, WeightSets):
                self.sets[place] = _grid(one)
            elif isinstance(one, Exclusion):
                self.left_out[place] = one.codes

    def of(self, positions: Ints) -> DrawWeights:
        """Weights of draws that take the alternatives `positions`, (draws, assumptions).

        A set replaces the weights at its levels; noise and left-out indicators then multiply.
        """
        factors: dict[str, Floats] = {}
        for place, (codes, numbers, grid) in self.sets.items():
            taken = grid[np.searchsorted(numbers, positions[:, place])]
            factors |= {code: taken[:, column] for column, code in enumerate(codes)}
        replaced = frozenset(factors)
        for place, (codes, multipliers) in self.noise.items():
            taken = multipliers[positions[:, place] - 1]
            for column, code in enumerate(codes):
                factors[code] = factors.get(code, 1.0) * taken[:, column]
        for place, codes in self.left_out.items():
            for number in np.unique(positions[:, place]).tolist():
                kept = (positions[:, place] != number).astype(np.float64)
                code = codes[number - 1]
                factors[code] = factors.get(code, 1.0) * kept
        return DrawWeights(len(positions), factors, replaced)


def _codes_at(framework: Framework, levels: Sequence[int]) -> tuple[str, ...]:
    return tuple(n.code for n in framework.placed if n.parent and n.level in levels)


def _grid(one: WeightSets) -> tuple[tuple[str, ...], Ints, Floats]:
    """Codes, numbers of the sets in order, and the weight of each code in each set."""
    numbers = sorted(one.sets)
    codes = tuple(one.sets[numbers[0]]) if numbers else ()
    grid = [[one.sets[number][code] for code in codes] for number in numbers]
    return codes, np.array(numbers, dtype=np.int64), np.array(grid).reshape(len(numbers), -1)
