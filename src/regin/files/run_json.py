"""run.json of a folder of results, and what every such folder says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.index.faults import Faults
from regin.files.limits import Limits, read_lines

SHA256 = re.compile(r"[0-9a-f]{64}")
PLAIN = re.compile(r"[^/\\\x00]+")
"""A file name without any path."""
ROLE = "role"
"""What an input is for, beside its sha256; the files of the index have none."""

register(
    {
        "saved_run_missing": Message(
            N_("There is no folder “%(name)s”."),
            N_("Give a folder that “regin score … --out” or “regin robustness … --out” wrote."),
        ),
        "saved_run_file_missing": Message(
            N_("The folder has no “%(name)s”, so it is no folder of a run."),
            N_("Give a folder that “regin score … --out” or “regin robustness … --out” wrote."),
        ),
        "saved_run_unreadable": Message(
            N_("The folder of the run cannot be read: %(reason)s."), N_("Check its permissions.")
        ),
        "saved_run_json": Message(
            N_("The file is not valid JSON: %(reason)s."),
            N_("Restore the file as it was written, or compute the run again."),
        ),
        "saved_run_entry": Message(
            N_("The entry “%(name)s” is missing or is not what a run writes there."),
            N_("Restore the file as it was written, or compute the run again."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Saved:
    """What every folder of results says. `recipe` is as `Recipe.as_dict` gave it.

    `inputs` maps the name of each file of the index to its sha256; `index` is the way from the
    folder to them, empty where it is not told.
    """

    folder: Path
    engine_version: str
    recipe: Mapping[str, object]
    inputs: Mapping[str, str]
    index: str = field(default="", kw_only=True)

    @property
    def recipe_file(self) -> str | None:
        """Name of the file of the recipe; None where the recipe stands in a workbook."""
        return next((name for name in self.inputs if name.endswith(".toml")), None)

    @property
    def every_input(self) -> Mapping[str, str]:
        """Name and sha256 of every file that was read, those beside the index included."""
        return self.inputs

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables in the folder."""
        return ()


Checks: TypeAlias = Mapping[str, Callable[[object], bool]]
"""Entries of run.json that must be there, each with what tells whether it is sound."""


def open_results(folder: Path, needed: Sequence[str], faults: Faults) -> None:
    """Look for a folder with the files `needed`. Raises FaultsError with all that is missing."""
    if not folder.is_dir():
        raise fail("saved_run_missing", name=folder.name)
    for name in needed:
        if not (folder / name).exists():
            faults.add("saved_run_file_missing", file=name, name=name)
    faults.raise_any()


def unreadable(folder: Path, error: OSError) -> FaultsError:
    """Build the error of a folder that cannot be read."""
    reason = error.strerror or str(error)
    return fail("saved_run_unreadable", file=folder.name, reason=reason)


def read_entries(path: Path, faults: Faults, limits: Limits, checks: Checks) -> Mapping[str, Any]:
    """Return what run.json says, nothing when it is broken or an entry is; the faults say why."""
    try:
        text = "\n".join(line for _, line in read_lines(path, limits))
        written = json.loads(text)
        # What no JSON or text file may hold (NaN, infinity, half characters) fails here, not later.
        json.dumps(written, ensure_ascii=False, allow_nan=False).encode()
    except FaultsError as error:
        faults.extend(error.faults)
        return {}
    except json.JSONDecodeError as error:
        faults.add("saved_run_json", file=path.name, row=error.lineno, reason=error.msg)
        return {}
    except (ValueError, RecursionError) as error:
        # A number too long to read, or brackets nested without end.
        faults.add("saved_run_json", file=path.name, reason=type(error).__name__)
        return {}
    said = written if isinstance(written, dict) else {}
    broken = [name for name, sound in checks.items() if not sound(said.get(name))]
    for name in broken:
        faults.add("saved_run_entry", file=path.name, name=name)
    return {} if broken else said


def common_of(folder: Path, said: Mapping[str, Any]) -> Saved:
    """Return what run.json, with sound entries, says of every kind of run."""
    inputs = {name: one["sha256"] for name, one in said["inputs"].items() if ROLE not in one}
    index = way_of(said, "index")
    return Saved(folder, said["engine_version"], said["recipe"], inputs, index=index)


def way_of(said: Mapping[str, Any], name: str) -> str:
    """Return a way to another folder, empty where none is told that could be gone."""
    way = said.get(name)
    return way if isinstance(way, str) and "\x00" not in way else ""


def is_hash(value: object) -> bool:
    """Whether it is the sha256 of a file."""
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def is_name(value: object) -> bool:
    """Whether it is a plain file name: a path would lead out of the folder."""
    return (
        isinstance(value, str) and value not in (".", "..") and PLAIN.fullmatch(value) is not None
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_recipe(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("overall"), dict):
        return False
    steps = value.get("step")
    return isinstance(steps, list) and all(
        isinstance(step, dict) and isinstance(step.get("do"), str) for step in steps
    )


def _are_inputs(value: object) -> bool:
    return isinstance(value, dict) and all(
        is_name(name)
        and isinstance(one, dict)
        and is_hash(one.get("sha256"))
        and isinstance(one.get(ROLE, ""), str)
        for name, one in value.items()
    )


COMMON: Checks = {"engine_version": _is_text, "recipe": _is_recipe, "inputs": _are_inputs}
"""Entries of every run."""
