"""Every fault of a structure at once, each with its row and column."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from regin.engine.errors import N_, Fault, Message, register
from regin.engine.nodes import KINDS, Band, Node, Part
from regin.engine.table import LARGEST, STATE_TEXT

DEEPEST = 50
"""Highest level a structure may use."""

register(
    {
        "no_nodes": Message(
            N_("The structure has no indicator."), N_("Write one row for every indicator.")
        ),
        "empty_code": Message(
            N_("The code is empty."), N_("Give every row a short code of its own.")
        ),
        "duplicate_code": Message(
            N_("The code “%(name)s” stands twice."), N_("Give each row a code of its own.")
        ),
        "unknown_type": Message(
            N_("The type “%(name)s” of “%(node)s” is not known."), N_("Write one of: %(known)s.")
        ),
        "unknown_parent": Message(
            N_("“%(node)s” names the parent “%(parent)s”, which is no indicator or aggregate."),
            N_("Correct the code, or add a row for the parent."),
        ),
        "cycle": Message(
            N_("“%(node)s” is its own ancestor."), N_("Give one of these rows another parent.")
        ),
        "no_root": Message(
            N_("Every row has a parent, so there is no overall score."),
            N_("Leave the parent of the topmost aggregate empty."),
        ),
        "two_roots": Message(
            N_("“%(node)s” has no parent, but “%(root)s” is the top already."),
            N_("Write a parent for it; only one row may have none."),
        ),
        "level_missing": Message(
            N_("“%(node)s” has no level from 1 to %(deepest)s."),
            N_("Write 1 for the lowest level and more for each level above it."),
        ),
        "level_order": Message(
            N_("“%(node)s” has level %(level)s, and its parent “%(parent)s” has %(above)s."),
            N_("Give the parent a higher level than its parts."),
        ),
        "bad_direction": Message(
            N_("The direction of “%(node)s” is neither 1 nor -1."),
            N_("Write 1 when more is better, -1 when less is better."),
        ),
        "bad_weight": Message(
            N_("The weight of “%(node)s” is not a number of 0 or more."),
            N_("Write a weight such as 1; 0 takes the part out of its parent's score."),
        ),
        "aggregate_without_parts": Message(
            N_("The aggregate “%(node)s” has no parts."),
            N_("Name it as the parent of some rows, or give it the type indicator."),
        ),
        "options_on_whole": Message(
            N_("“%(node)s” has options, but its score comes from its parts."),
            N_("Write the options at its parts."),
        ),
        "reserved_option": Message(
            N_("“%(node)s” has the option “%(option)s”, which names a cell state."),
            N_("Call the option something other than uk, na and nc."),
        ),
        "duplicate_option": Message(
            N_("“%(node)s” has the option “%(option)s” twice."),
            N_("Give each option a code of its own."),
        ),
        "bad_option": Message(
            N_("“%(node)s” has an option without a code or without a finite score."),
            N_("Write options as code:score|code:score, such as no:0|partly:50|yes:100."),
        ),
        "goalposts": Message(
            N_("The goalposts of “%(node)s” are not a lower and a higher number."),
            N_("Write both, the lower number as goalpost_low, whatever the direction."),
        ),
        "unknown_denominator": Message(
            N_("“%(node)s” is to be divided by “%(denominator)s”, which has no row."),
            N_("Correct the code, or add a row of the type denominator."),
        ),
        "tag_twice": Message(
            N_("“%(node)s” and “%(ancestor)s” above it both carry “%(part)s” of axis %(axis)s."),
            N_("Keep the tag at one of them; otherwise the same answers count twice."),
        ),
        "unknown_part": Message(
            N_("“%(node)s” carries “%(part)s”, which is no part of axis %(axis)s."),
            N_("Correct the tag, or add the part; known: %(known)s."),
        ),
        "duplicate_part": Message(
            N_("The part “%(part)s” of axis %(axis)s stands twice."), N_("Keep one of the rows.")
        ),
        "unknown_axis_of_part": Message(
            N_("The structure has no axis “%(axis)s”."),
            N_("Add a column axis.%(axis)s to the structure, or take the part out."),
        ),
        "score_code_taken": Message(
            N_("The code “%(name)s” is also the code of a part score."),
            N_("Give the row another code."),
        ),
        "bad_band": Message(
            N_("The band “%(band)s” is not a range from a lower to a higher number."),
            N_("Write low and high as numbers, low first."),
        ),
        "band_overlap": Message(
            N_("The bands “%(band)s” and “%(other)s” share scores."),
            N_("Let each band end below the next one, such as 41 to 59 and 60 to 79."),
        ),
    }
)


def framework_faults(
    nodes: Sequence[Node], axes: Sequence[str], parts: Sequence[Part], bands: Sequence[Band]
) -> list[Fault]:
    """Return every fault of a structure; an empty list means that it can be used."""
    checks = (_codes, _kinds, _tree, _cycles, _numbers, _options, _references)
    found = [fault for check in checks for fault in check(nodes)]
    found += _tags(nodes)
    found += _parts(nodes, axes, parts)
    found += _bands(bands)
    return found


def _codes(nodes: Sequence[Node]) -> Iterator[Fault]:
    if not any(node.kind == "indicator" for node in nodes):
        yield Fault("no_nodes")
    seen = set()
    for node in nodes:
        if not node.code:
            yield Fault("empty_code", row=node.row, column="code")
        elif node.code in seen:
            yield Fault("duplicate_code", {"name": node.code}, row=node.row, column="code")
        seen.add(node.code)


def _kinds(nodes: Sequence[Node]) -> Iterator[Fault]:
    parents = {node.parent for node in nodes}
    for node in nodes:
        if node.kind not in KINDS:
            params = {"name": node.kind, "node": node.code, "known": ", ".join(KINDS)}
            yield Fault("unknown_type", params, row=node.row, column="type")
        if node.kind == "aggregate" and node.code not in parents:
            yield _at(node, "aggregate_without_parts", "type")
        if node.options and node.code in parents:
            yield _at(node, "options_on_whole", "options")


def _tree(nodes: Sequence[Node]) -> Iterator[Fault]:
    placed = {node.code: node for node in nodes if node.placed}
    roots = [node for node in placed.values() if not node.parent]
    if placed and not roots:
        yield Fault("no_root", column="parent")
    for node in roots[1:]:
        yield _at(node, "two_roots", "parent", root=roots[0].code)
    for node in placed.values():
        if node.level is None or not 1 <= node.level <= DEEPEST:
            yield _at(node, "level_missing", "level", deepest=DEEPEST)
        if not node.parent:
            continue
        above = placed.get(node.parent)
        if above is None:
            yield _at(node, "unknown_parent", "parent", parent=node.parent)
        elif node.level and above.level and above.level <= node.level:
            levels = {"level": node.level, "above": above.level}
            yield _at(node, "level_order", "level", parent=above.code, **levels)


def _cycles(nodes: Sequence[Node]) -> Iterator[Fault]:
    """Follow each chain of parents once; a chain that meets itself is reported at that node."""
    by_code = {node.code: node for node in nodes if node.code}
    done: set[str] = set()
    for start in nodes:
        path: set[str] = set()
        node: Node | None = start
        while node is not None and node.code not in done and node.code not in path:
            path.add(node.code)
            node = by_code.get(node.parent)
        if node is not None and node.code in path:
            yield _at(node, "cycle", "parent")
        done |= path


def _numbers(nodes: Sequence[Node]) -> Iterator[Fault]:
    for node in nodes:
        if node.direction not in (1, -1):
            yield _at(node, "bad_direction", "direction")
        if not 0 <= node.weight <= LARGEST:
            yield _at(node, "bad_weight", "weight")
        posts = (node.goalpost_low, node.goalpost_high)
        if posts != (None, None) and not _ordered(*posts):
            yield _at(node, "goalposts", "goalpost_low")


def _ordered(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and -LARGEST <= low < high <= LARGEST


def _options(nodes: Sequence[Node]) -> Iterator[Fault]:
    for node in nodes:
        counts = Counter(code for code, _ in node.options)
        for code, count in counts.items():
            if code in STATE_TEXT.values():
                yield _at(node, "reserved_option", "options", option=code)
            if count > 1:
                yield _at(node, "duplicate_option", "options", option=code)
        if any(not code or not math.isfinite(score) for code, score in node.options):
            yield _at(node, "bad_option", "options")


def _references(nodes: Sequence[Node]) -> Iterator[Fault]:
    codes = {node.code for node in nodes}
    for node in nodes:
        if node.denominator and node.denominator not in codes:
            yield _at(node, "unknown_denominator", "denominator", denominator=node.denominator)


def _tags(nodes: Sequence[Node]) -> Iterator[Fault]:
    by_code = {node.code: node for node in nodes if node.code}
    for node in nodes:
        for axis, tags in node.tags.items():
            for above in _above(node, by_code):
                for tag in sorted(set(tags) & set(above.tags.get(axis, ()))):
                    params = {"ancestor": above.code, "part": tag, "axis": axis}
                    yield _at(node, "tag_twice", f"axis.{axis}", **params)


def _above(node: Node, by_code: dict[str, Node]) -> Iterator[Node]:
    """Ancestors of `node`, each once though there be a cycle; at most `DEEPEST`."""
    seen = {node.code}
    while len(seen) <= DEEPEST:
        above = by_code.get(node.parent)
        if above is None or above.code in seen:
            return
        seen.add(above.code)
        yield above
        node = above


def _parts(nodes: Sequence[Node], axes: Sequence[str], parts: Sequence[Part]) -> Iterator[Fault]:
    known: dict[str, dict[str, None]] = {}
    for part in parts:
        if part.axis not in axes:
            yield Fault("unknown_axis_of_part", {"axis": part.axis}, row=part.row, column="axis")
        if part.code in known.setdefault(part.axis, {}):
            params = {"part": part.code, "axis": part.axis}
            yield Fault("duplicate_part", params, row=part.row, column="code")
        known[part.axis][part.code] = None
    for node, axis, tag in _all_tags(nodes):
        if axis in known and tag not in known[axis]:
            listed = ", ".join(known[axis])
            yield _at(node, "unknown_part", f"axis.{axis}", part=tag, axis=axis, known=listed)
    scores = {part.score_code for part in parts}
    scores |= {f"{axis}:{tag}" for _, axis, tag in _all_tags(nodes)}
    for node in nodes:
        if node.code in scores:
            yield Fault("score_code_taken", {"name": node.code}, row=node.row, column="code")


def _all_tags(nodes: Sequence[Node]) -> Iterator[tuple[Node, str, str]]:
    return ((n, axis, tag) for n in nodes for axis, tags in n.tags.items() for tag in tags)


def _bands(bands: Iterable[Band]) -> Iterator[Fault]:
    below: Band | None = None
    for band in sorted(bands, key=lambda band: band.low):
        if not -LARGEST <= band.low <= band.high <= LARGEST:
            yield Fault("bad_band", {"band": band.name}, row=band.row, column="low")
        if below is not None and band.low <= below.high:
            params = {"band": band.name, "other": below.name}
            yield Fault("band_overlap", params, row=band.row, column="low")
        below = band


def _at(node: Node, code: str, column: str, **params: str | int) -> Fault:
    return Fault(code, {"node": node.code, **params}, row=node.row, column=column)
