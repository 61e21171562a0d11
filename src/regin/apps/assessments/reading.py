"""What pages and files say about a run: names of its codes, its switches, its units."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regin.apps.assessments.models import Framework, Part, Run
from regin.apps.assessments.stored_inputs import intact
from regin.apps.common.history import CONTENT_LICENCE
from regin.apps.common.models.text import Shown, TextState
from regin.apps.regions.models import PlaceCode
from regin.engine.framework import Framework as Structure
from regin.engine.recipe import Recipe, recipe_from
from regin.files.index import read_index

LICENCE = CONTENT_LICENCE


@dataclass(frozen=True, slots=True)
class Names:
    """What people call axes and parts (`axis:part`), from the framework's texts."""

    axes: Mapping[str, Shown]
    parts: Mapping[str, Shown]

    @property
    def is_machine(self) -> bool:
        """Whether any of these names is a machine translation."""
        shown = [*self.axes.values(), *self.parts.values()]
        return any(name.state == TextState.MACHINE for name in shown)


def names_of(framework: Framework) -> Names:
    """The names of the framework's axes and parts, in their order, in two queries."""
    axes: dict[str, Shown] = {}
    parts: dict[str, Shown] = {}
    for part in framework.parts.prefetch_related("texts"):
        target, code = (parts, str(part)) if part.code else (axes, part.axis)
        target[code] = _name_or_code(part)
    return Names(axes, parts)


def _name_or_code(part: Part) -> Shown:
    code = part.code or part.axis
    return part.text("name") or Shown(code, part.source_language, TextState.ORIGINAL, False)


def structure_of(run: Run) -> Structure:
    """Questions, options and tags of a run. Raises InputDamagedError."""
    return _structure(intact(run.input_sha256))


@lru_cache(maxsize=8)
def _structure(folder: Path) -> Structure:
    """Kept in memory: a folder of this name never says anything else."""
    return read_index(folder).framework


def in_language(name: str, columns: Mapping[str, str], source: str) -> Shown:
    """`name`, or its column `name.<language>` in the active language.

    Nobody signs the columns of a folder, so a translation there counts as a machine's.
    """
    language = (get_language() or source).split("-")[0]
    text = columns.get(f"name.{language}", "").strip()
    if text and language != source:
        return Shown(text, language, TextState.MACHINE, False)
    return Shown(name, source, TextState.ORIGINAL, language != source)


def recipe_of(run: Run) -> Recipe:
    """How the run was computed."""
    return recipe_from(tomllib.loads(run.recipe))


def switches(recipe: Recipe, axes: Mapping[str, Shown]) -> list[str]:
    """The choices that stand beside every score, one sentence each."""
    excluded = _("Questions on which a region has no competence are left out (“exclude”).")
    zero = _("Questions on which a region has no competence count as 0 (“zero”).")
    of = _overall_words(recipe.overall, axes)
    unknown = _("It is not known which one MIPEX-R uses.")
    no_competence = zero if recipe.no_competence == "zero" else excluded
    return [no_competence, f"{of} {unknown}"]


def _overall_words(overall: str, axes: Mapping[str, Shown]) -> str:
    if overall == "indicators":
        return _("The overall score is the mean of all questions (“indicators”).")
    kind, _colon, axis = overall.partition(":")
    if kind == "axis":
        name = axes[axis].text if axis in axes else axis
        words = _("The overall score is the mean of the part scores of the axis “%(axis)s”.")
        return words % {"axis": name}
    return _("The overall score is built up the tree of questions, level by level (“tree”).")


def why_missing(n_observed: int, n_expected: int) -> str:
    """Why a score is not there."""
    if n_expected == 0:
        return _("not asked: not applicable, or no competence")
    if n_observed == 0:
        return _("no answer is known")
    return _("too few answers to compute it")


def units_of(places: Iterable[int]) -> dict[int, str]:
    """The code of each place (by key) in an index folder."""
    codes = PlaceCode.objects.filter(scheme=PlaceCode.FREE, version="", place__in=places)
    return dict(codes.values_list("place_id", "code"))
