from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.regions.map_frame import project_main
from regin.apps.regions.map_paths import Detail, paths_of
from regin.files.geometry import Geometry, simplify, svg_path

POINTS = st.tuples(st.floats(0, 20), st.floats(45, 60))


def absolute(path: str) -> list[tuple[float, float]]:
    """Points of a path as `paths_of` writes it, one ring."""
    numbers = [float(text) for text in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", path)]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    points = [pairs[0]]
    for across, down in pairs[1:]:
        points.append((points[-1][0] + across, points[-1][1] + down))
    return points


@given(st.lists(POINTS, min_size=3, max_size=20))
def test_the_short_path_draws_the_same_points(points: list[tuple[float, float]]) -> None:
    ring = np.array([*points, points[0]], dtype=float)
    geometry = Geometry(((ring,),))
    long = svg_path(simplify(geometry, 0), project_main, 1)
    short = paths_of(geometry, Detail(0, 1)).main
    wanted = [float(text) for text in re.findall(r"-?[0-9.]+", long)]
    found = [value for point in (absolute(short) if short else []) for value in point]
    assert np.allclose(found, wanted, atol=1e-6)
