"""recipe.toml: reading it with places, and writing it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

from regin.engine.errors import FaultsError
from regin.engine.recipe import Recipe, recipe_from
from regin.files.index.faults import Faults
from regin.files.limits import LIMITS, Limits, read_lines

STEP = re.compile(r"\s*\[\[\s*(?:step|'step'|\"step\")\s*\]\]")
KEY = r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9_-]+))"""
TABLE = re.compile(rf"\s*\[\[?\s*{KEY}\s*[\].]")
ENTRY = re.compile(rf"\s*{KEY}\s*[.=]")
PLACE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")


def read_recipe(path: Path, faults: Faults, limits: Limits = LIMITS) -> Recipe | None:
    """Read a recipe. None when it cannot be used; the faults say why."""
    try:
        lines = [text for _, text in read_lines(path, limits)]
    except FaultsError as error:
        faults.extend(error.faults)
        return None
    for row, line in enumerate(lines, start=1):
        if "\r" in line:
            faults.add("old_line_ends", file=path.name, row=row)
            return None
    try:
        written = tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        faults.add("toml", file=path.name, row=_row_in(reason, len(lines)), reason=reason)
        return None
    try:
        return recipe_from(written)
    except FaultsError as error:
        faults.extend(placed(error, path.name, lines).faults)
        return None


def step_rows(lines: list[str]) -> list[int]:
    """Return the row of each `[[step]]`, first step first."""
    return [row for row, line in enumerate(lines, start=1) if STEP.match(line)]


def entry_rows(lines: list[str]) -> dict[str, int]:
    """Return the row where each entry of the recipe begins: its line, or its table's heading."""
    rows: dict[str, int] = {}
    in_table = False
    for row, line in enumerate(lines, start=1):
        table = TABLE.match(line)
        in_table = in_table or table is not None
        found = table or (None if in_table else ENTRY.match(line))
        if found is not None:
            rows.setdefault(found[found.lastgroup or 0], row)
    return rows


def _row_in(reason: str, last: int) -> int | None:
    """Return the row that the TOML reader names in its `reason`, None when it names none."""
    if "at end of document" in reason:
        return last
    found = PLACE.search(reason)
    return int(found[1]) if found else None


def placed(error: FaultsError, file: str, lines: list[str]) -> FaultsError:
    """Return faults with the file and the row of the step's heading or of the entry."""
    faults = []
    steps, entries = step_rows(lines), entry_rows(lines)
    for fault in error.faults:
        place = fault.params.get("place")
        if isinstance(place, int):
            row = steps[place - 1] if place <= len(steps) else entries.get("step")
        else:
            row = entries.get(fault.column or "")
        faults.append(replace(fault, file=file, row=row))
    return FaultsError(faults)


def recipe_text(recipe: Recipe) -> str:
    """Write a recipe as TOML, switches written out.

    >>> from regin.engine.steps import Step
    >>> print(recipe_text(Recipe((Step("score_options"),))))
    no_competence = "exclude"
    <BLANKLINE>
    [overall]
    of = "tree"
    <BLANKLINE>
    [[step]]
    do = "score_options"
    <BLANKLINE>
    """
    lines = [f"no_competence = {_value(recipe.no_competence)}", ""]
    lines += ["[overall]", f"of = {_value(recipe.overall)}", ""]
    for step in recipe.steps:
        lines += ["[[step]]", f"do = {_value(step.do)}"]
        lines += [f"{_key(name)} = {_value(value)}" for name, value in step.fields.items()]
        lines.append("")
    return "\n".join(lines)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
