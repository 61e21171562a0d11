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


def read_recipe(path: Path, faults: Faults, limits: Limits = LIMITS) -> Recipe | None:
    """Read a recipe. None when it cannot be used; the faults say why."""
    try:
        lines = [text for _, text in read_lines(path, limits)]
    except FaultsError as error:
        faults.extend(error.faults)
        return None
    try:
        written = tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        faults.add("toml", file=path.name, reason=reason)
        return None
    try:
        return recipe_from(written)
    except FaultsError as error:
        faults.extend(placed(error, path.name, step_rows(lines)).faults)
        return None


def step_rows(lines: list[str]) -> list[int]:
    """Return the row of each `[[step]]`, first step first."""
    return [row for row, line in enumerate(lines, start=1) if STEP.match(line)]


def placed(error: FaultsError, file: str, rows: list[int]) -> FaultsError:
    """Return faults of steps with the file and the row of the step's heading."""
    faults = []
    for fault in error.faults:
        place = fault.params.get("place")
        row = rows[place - 1] if isinstance(place, int) and place <= len(rows) else None
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
