"""Read an index folder: every fault of every file at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from regin.engine.errors import Fault, FaultsError, fail
from regin.engine.framework import Framework
from regin.engine.framework_checks import framework_faults
from regin.engine.nodes import Band, Node, Part
from regin.engine.recipe import Recipe
from regin.engine.run import plan_faults
from regin.engine.table import Table
from regin.files.index import model
from regin.files.index.columns import Columns, columns_left, columns_of
from regin.files.index.data import Units, is_long, read_long, read_units, read_wide
from regin.files.index.faults import Faults
from regin.files.index.model import Index, Key
from regin.files.index.recipes import placed, read_recipe
from regin.files.index.sheets import Sheet, read_sheet
from regin.files.index.structure import (
    BAND_COLUMNS,
    PART_COLUMNS,
    axes_of,
    read_bands,
    read_nodes,
    read_parts,
)
from regin.files.limits import LIMITS, Limits, read_lines

NEEDED: Mapping[str, tuple[str, ...]] = {
    model.STRUCTURE: model.BASE_COLUMNS,
    model.DATA: ("unit",),
    model.PARTS: PART_COLUMNS,
    model.BANDS: BAND_COLUMNS,
    model.UNITS: ("unit",),
}


def read_index(
    folder: Path, *, recipe: Path | None = None, with_recipe: bool = True, limits: Limits = LIMITS
) -> Index:
    """Read the index in `folder`. `recipe` replaces the folder's recipe.toml.

    With `with_recipe` false the recipe is not read at all. Raises FaultsError with every fault,
    each with its file and, as far as it has one, row and column.
    """
    if not folder.is_dir():
        raise fail("index_missing", name=folder.name)
    faults = Faults(limits.faults)
    try:
        return _read(folder, recipe or folder / model.RECIPE, with_recipe, faults, limits)
    except OSError as error:
        name = Path(str(error.filename or folder)).name
        raise fail("index_unreadable", file=name, reason=error.strerror or "") from None


def _read(
    folder: Path, recipe_path: Path, with_recipe: bool, faults: Faults, limits: Limits
) -> Index:
    sheets = _Sheets(folder, faults, limits)
    structure = _read_structure(sheets)
    recipe = _recipe(recipe_path, recipe_path.parent == folder, faults) if with_recipe else None
    if structure.framework is not None and recipe is not None:
        found = FaultsError(plan_faults(structure.framework, recipe))
        if found.faults:
            lines = [text for _, text in read_lines(recipe_path, limits)]
            faults.extend(placed(found, recipe_path.name, lines).faults)
    table, notes, long = _read_data(sheets, structure.data)
    faults.raise_any()
    if structure.framework is None or table is None:  # pragma: no cover  # a fault was raised
        raise AssertionError("nothing read and no fault")
    paths = [folder / name for name in model.FILES if name != model.RECIPE]
    hashes = {p.name: _hash(p) for p in [*paths, recipe_path] if p.is_file()}
    return Index(table, structure.framework, recipe, notes, structure.columns, hashes, long)


@dataclass(frozen=True)
class _Sheets:
    folder: Path
    faults: Faults
    limits: Limits

    def open(self, name: str, *, optional: bool = True) -> Sheet | None:
        """Open a table of the folder, None when it is absent or its headings are at fault."""
        path = self.folder / name
        if optional and not path.exists():
            return None
        return read_sheet(path, self.faults, NEEDED[name], self.limits)


@dataclass(frozen=True)
class _Structure:
    """The structure, None when refused; what the data is read against; headings as read."""

    framework: Framework | None
    data: Columns
    columns: tuple[str, ...] = ()


def _read_structure(sheets: _Sheets) -> _Structure:
    sheet = sheets.open(model.STRUCTURE, optional=False)
    nodes = read_nodes(sheet) if sheet else ()
    axes = axes_of(sheet) if sheet else ()
    part_sheet, band_sheet = sheets.open(model.PARTS), sheets.open(model.BANDS)
    parts = read_parts(part_sheet) if part_sheet else ()
    bands = read_bands(band_sheet) if band_sheet else ()
    if sheet is not None:
        sheets.faults.extend(_located(nodes, axes, parts, bands))
    if sheet is None or sheets.faults.found:
        own = [fault for fault in sheets.faults.found if fault.file == model.STRUCTURE]
        return _Structure(None, columns_left(nodes, own, read=sheet is not None))
    framework = Framework(nodes, axes, parts, bands)
    return _Structure(framework, columns_of(framework), sheet.header)


def _located(
    nodes: tuple[Node, ...], axes: tuple[str, ...], parts: tuple[Part, ...], bands: tuple[Band, ...]
) -> list[Fault]:
    """Faults of a structure with the file each belongs to."""
    files = {
        "duplicate_part": model.PARTS,
        "unknown_axis_of_part": model.PARTS,
        "bad_band": model.BANDS,
        "band_overlap": model.BANDS,
    }
    found = framework_faults(nodes, axes, parts, bands)
    return [replace(fault, file=files.get(fault.code, model.STRUCTURE)) for fault in found]


def _recipe(path: Path, own: bool, faults: Faults) -> Recipe | None:
    if own and path.name == model.RECIPE and not path.exists():
        faults.add("recipe_missing", file=model.RECIPE)
        return None
    return read_recipe(path, faults)


def _read_data(sheets: _Sheets, columns: Columns) -> tuple[Table | None, dict[Key, str], bool]:
    """Read data.csv against what is known of the structure."""
    unit_sheet = sheets.open(model.UNITS)
    units: Units | None = read_units(unit_sheet) if unit_sheet else None
    sheet = sheets.open(model.DATA, optional=False)
    if sheet is None:
        return None, {}, False
    if is_long(sheet):
        table, notes = read_long(sheet, columns, units)
        return table, notes, True
    return read_wide(sheet, columns, units), {}, False


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
