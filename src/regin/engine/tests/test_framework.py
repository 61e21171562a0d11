import math
from dataclasses import replace

import pytest

from regin.engine.errors import FaultsError
from regin.engine.framework import Band, Framework, Node, Part

ALL = Node("ALL", level=3, kind="aggregate")
G = Node("G", level=2, parent="ALL", kind="aggregate")
A = Node("A", level=1, parent="G", tags={"area": ("health", "work")})
B = Node("B", level=1, parent="G")
C = Node("C", level=2, parent="ALL", tags={"area": ("work",)})
NODES = (ALL, G, A, B, C)


def codes(*nodes, axes=("area",), parts=(), bands=()):
    with pytest.raises(FaultsError) as caught:
        Framework(nodes, axes, parts, bands)
    return [fault.code for fault in caught.value.faults]


def swapped(node, **changes):
    return tuple(replace(one, **changes) if one is node else one for one in NODES)


def test_a_ragged_tree_is_normal():
    tree = Framework(NODES, ("area",))
    assert [leaf.code for leaf in tree.leaves] == ["A", "B", "C"]
    assert [whole.code for whole in tree.aggregates] == ["G", "ALL"]
    assert (tree.root, tree.aggregate_levels) == (ALL, (2, 3))
    assert tree.leaf_sets == {"ALL": (0, 1, 2), "G": (0, 1), "A": (0,), "B": (1,), "C": (2,)}


def test_parts_follow_the_tags_when_no_part_is_given():
    tree = Framework(NODES, ("area",))
    assert [part.score_code for part in tree.axis_parts] == ["area:health", "area:work"]
    assert [node.code for node in tree.tagged(tree.axis_parts[1])] == ["A", "C"]


def test_parts_given_stand_in_their_order():
    parts = (Part("area", "work", order=2), Part("area", "health", order=1))
    tree = Framework(NODES, ("area",), parts)
    assert [part.code for part in tree.axis_parts] == ["health", "work"]


def test_the_topmost_indicator_hides_its_sub_items():
    nodes = (ALL, replace(C, level=2), Node("C.1", level=1, parent="C"), replace(B, parent="ALL"))
    assert [node.code for node in Framework(nodes).topmost_indicators] == ["C", "B"]


def test_denominators_and_groups_need_no_place():
    extra = (Node("POP", kind="denominator"), Node("REGION", kind="group"), Node("N", kind="other"))
    assert Framework((*NODES, *extra), ("area",)).leaves == (A, B, C)


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        ((), "no_nodes"),
        ((*NODES, Node("", level=1, parent="G")), "empty_code"),
        ((*NODES, B), "duplicate_code"),
        (swapped(B, kind="metric"), "unknown_type"),
        (swapped(B, parent="Z"), "unknown_parent"),
        (swapped(ALL, parent="G"), "cycle"),
        (swapped(ALL, parent="G"), "no_root"),
        (swapped(C, parent=""), "two_roots"),
        (swapped(B, level=None), "level_missing"),
        (swapped(B, level=0), "level_missing"),
        (swapped(ALL, level=51), "level_missing"),
        (swapped(B, level=2), "level_order"),
        (swapped(B, direction=0), "bad_direction"),
        (swapped(B, weight=-1.0), "bad_weight"),
        (swapped(B, weight=math.nan), "bad_weight"),
        (swapped(B, weight=math.inf), "bad_weight"),
        ((*NODES, Node("H", level=2, parent="ALL", kind="aggregate")), "aggregate_without_parts"),
        (swapped(G, options=(("a", 1.0),)), "options_on_whole"),
        (swapped(B, options=(("uk", 1.0),)), "reserved_option"),
        (swapped(B, options=(("na", 1.0),)), "reserved_option"),
        (swapped(B, options=(("nc", 1.0),)), "reserved_option"),
        (swapped(B, options=(("a", 1.0), ("a", 2.0))), "duplicate_option"),
        (swapped(B, options=(("", 1.0),)), "bad_option"),
        (swapped(B, options=(("a", math.nan),)), "bad_option"),
        (swapped(B, goalpost_low=2.0, goalpost_high=1.0), "goalposts"),
        (swapped(B, goalpost_low=2.0), "goalposts"),
        (swapped(B, goalpost_high=2.0), "goalposts"),
        (swapped(B, denominator="POP"), "unknown_denominator"),
        (swapped(G, tags={"area": ("health",)}), "tag_twice"),
        (swapped(ALL, tags={"area": ("health",)}), "tag_twice"),
        (swapped(B, code="area:work"), "score_code_taken"),
    ],
)
def test_every_fault_of_a_structure_has_its_code(nodes, code):
    assert code in codes(*nodes)


def test_all_faults_come_at_once_with_their_rows():
    bad = (
        ALL,
        G,
        replace(A, weight=-1.0, row=4),
        replace(B, direction=7, parent="Z", row=5),
        replace(C, row=6),
    )
    with pytest.raises(FaultsError) as caught:
        Framework(bad, ("area",))
    found = {(fault.code, fault.row, fault.column) for fault in caught.value.faults}
    assert found == {
        ("bad_weight", 4, "weight"),
        ("bad_direction", 5, "direction"),
        ("unknown_parent", 5, "parent"),
    }


def test_a_cycle_is_reported_once_and_does_not_hang():
    ring = tuple(Node(f"N{n}", level=1, parent=f"N{(n + 1) % 300}") for n in range(300))
    assert codes(*ring).count("cycle") == 1


def test_a_tag_in_a_cycle_is_compared_with_every_other_row_once():
    tags = {"area": ("work",)}
    ring = [Node(f"N{n}", level=1, parent=f"N{(n + 1) % 3}", tags=tags) for n in range(3)]
    assert codes(*ring).count("tag_twice") == 6
    alone = Node("X", level=1, parent="X", tags=tags)
    assert "tag_twice" not in codes(alone)


def test_a_chain_beyond_the_deepest_level_is_not_followed_to_its_end():
    tags = {"area": ("work",)}
    chain = [Node(f"N{n}", level=1, parent=f"N{n + 1}") for n in range(200)]
    found = codes(replace(chain[0], tags=tags), *chain[1:100], replace(chain[100], tags=tags))
    assert "tag_twice" not in found


def test_an_empty_code_is_nobodys_parent():
    nameless = Node("", level=1, parent="G", tags={"area": ("work",)})
    assert codes(*NODES, nameless) == ["empty_code"]


def test_the_same_part_on_two_axes_is_no_double_tag():
    nodes = (ALL, replace(G, tags={"phase": ("work",)}), A, B, C)
    assert Framework(nodes, ("area", "phase")).axes == ("area", "phase")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((Part("area", "health"),), "unknown_part"),
        ((Part("area", "health"), Part("area", "work"), Part("area", "work")), "duplicate_part"),
        ((Part("era", "old"),), "unknown_axis_of_part"),
    ],
)
def test_parts_and_tags_must_know_each_other(parts, code):
    assert code in codes(*NODES, parts=parts)


@pytest.mark.parametrize(
    ("bands", "code"),
    [
        ((Band(5, 1, "bad"),), "bad_band"),
        ((Band(math.nan, 1, "bad"),), "bad_band"),
        ((Band(0, 50, "low"), Band(50, 100, "high")), "band_overlap"),
    ],
)
def test_bands_are_ranges_that_do_not_overlap(bands, code):
    assert code in codes(*NODES, bands=bands)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (59.4999, "halfway"),
        (59.5, "slightly"),
        (59.49999999999999, "slightly"),
        (0.4, "critical"),
        (0.5, None),
        (100.0, None),
        (math.nan, None),
    ],
)
def test_a_band_is_read_from_the_score_rounded_half_up(score, name):
    bands = (Band(41, 59, "halfway"), Band(60, 79, "slightly"), Band(0, 0, "critical"))
    band = Framework(NODES, ("area",), bands=bands).band(score)
    assert (band and band.name) == name
