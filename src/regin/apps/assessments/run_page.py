"""A run as people read it: its scores, units across and codes down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.apps.assessments.models import Run, Score
from regin.apps.assessments.reading import Names, in_language, structure_of, why_missing
from regin.apps.assessments.stored_inputs import InputDamagedError
from regin.apps.common.charts.numbers import number
from regin.apps.common.models.text import Shown, TextState
from regin.apps.regions.models import Place
from regin.engine.framework import Framework as Structure


@dataclass(frozen=True, slots=True)
class Cell:
    """A score; `value` is empty when it is missing, for `reason`."""

    value: str
    reason: str
    answers: str


# By code and place.
Cells = dict[str, dict[int, Cell]]


@dataclass(frozen=True, slots=True)
class Row:
    """One code over all units shown."""

    code: str
    name: Shown
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def score_groups(run: Run, places: Sequence[Place], names: Names) -> list[Group]:
    """The scores of `places` in `run` under headings: the tree, each axis, the questions."""
    cells: Cells = {}
    parts: dict[str, None] = {}
    for score in run.scores.filter(place__in=places).order_by("pk"):
        cells.setdefault(score.code, {})[score.place_id] = _cell(score)
        if score.level is None:
            parts[score.code] = None
    structure = _structure(run)
    shown = _names(run, structure, names)
    titled = _titled([code for code in cells if code not in parts], list(parts), structure, names)
    groups = [Group(title, _rows(codes, cells, places, shown)) for title, codes in titled]
    return [group for group in groups if group.rows]


def _titled(
    nodes: list[str], parts: list[str], structure: Structure | None, names: Names
) -> Iterator[tuple[str, list[str]]]:
    """Headings with the codes under each."""
    questions = {code for code in nodes if _is_question(structure, code)}
    yield _("Overall, and what it is built of"), [c for c in nodes if c not in questions]
    for axis, name in names.axes.items():
        yield name.text, [code for code in parts if code.startswith(f"{axis}:")]
    unnamed = [code for code in parts if code.partition(":")[0] not in names.axes]
    yield _("Parts of other axes"), unnamed
    yield _("Questions"), [code for code in nodes if code in questions]


def _structure(run: Run) -> Structure | None:
    """Without an intact input the scores still stand, under their codes."""
    try:
        return structure_of(run)
    except InputDamagedError:
        return None


def _is_question(structure: Structure | None, code: str) -> bool:
    node = structure.by_code.get(code) if structure else None
    return node is not None and node.kind == "indicator"


def _names(run: Run, structure: Structure | None, names: Names) -> dict[str, Shown]:
    source = run.framework.source_language
    nodes = structure.placed if structure else ()
    found = {node.code: in_language(node.name, node.extra, source) for node in nodes}
    return found | dict(names.parts)


def _rows(
    codes: Iterable[str],
    cells: Cells,
    places: Sequence[Place],
    names: Mapping[str, Shown],
) -> tuple[Row, ...]:
    lost = Cell("", _("the run has no such score"), "")
    return tuple(
        Row(
            code,
            names.get(code) or Shown(code, "en", TextState.ORIGINAL, False),
            tuple(cells[code].get(place.pk, lost) for place in places),
        )
        for code in codes
    )


def _cell(score: Score) -> Cell:
    counts = {"observed": score.n_observed, "expected": score.n_expected}
    answers = _("%(observed)s of %(expected)s answers") % counts
    if score.value is None:
        return Cell("", why_missing(score.n_observed, score.n_expected), answers)
    return Cell(number(score.value, 0), "", answers)
