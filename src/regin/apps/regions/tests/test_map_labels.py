"""Names on the map keep apart from each other and from the symbols."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.regions.map_frame import HEIGHT, WIDTH
from regin.apps.regions.map_labels import WIDE, _box, _touch, place_labels

pytestmark = pytest.mark.any_database

NEIGHBOURS = [((190.0, 700.0), "Basque Country"), ((210.0, 715.0), "Navarre")]


def test_neighbours_do_not_write_over_each_other() -> None:
    first, second = (
        _box(label, name, WIDE)
        for label, (_, name) in zip(place_labels(NEIGHBOURS), NEIGHBOURS, strict=True)
    )
    assert not _touch(first, second)


def test_a_lonely_name_stands_right_of_its_symbol() -> None:
    (label,) = place_labels([((500.0, 500.0), "Skåne")])
    assert (label.anchor, label.is_crowded) == ("start", False)
    assert label.x > 500


def test_a_name_at_the_right_edge_stands_left_of_its_symbol() -> None:
    (label,) = place_labels([((WIDTH - 30, 500.0), "Ardahan")])
    assert label.anchor == "end"


points = st.tuples(st.floats(150, WIDTH - 150), st.floats(100, HEIGHT - 100))


@given(st.lists(st.tuples(points, st.text("abcdefgh", min_size=3, max_size=12)), max_size=8))
def test_names_that_show_on_a_narrow_screen_keep_apart(
    names: list[tuple[tuple[float, float], str]],
) -> None:
    labels = place_labels(names)
    assert len(labels) == len(names)
    boxes = [
        _box(label, name, 44.0)
        for label, (_, name) in zip(labels, names, strict=True)
        if not label.is_crowded
    ]
    assert not any(_touch(a, b) for a, b in combinations(boxes, 2))
