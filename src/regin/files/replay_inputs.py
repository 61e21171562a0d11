"""Find the inputs of a saved run again, and make sure that they are the same.

Where they are, if nobody says: where run.json says they were, else in the folder `index` beside
the folder of the run, else in the folder that the folder of the run stands in. So a run that was
written into its own index folder is found, and one beside the `index` of the platform's ZIP.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from regin.engine.compare import compare_recipes
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, fail, register
from regin.engine.recipe import recipe_from
from regin.files.index import Index, read_index
from regin.files.index.recipes import recipe_text
from regin.files.replay_tables import Replayed
from regin.files.run_json import Saved

INDEX = "index"
SHOWN = 12
"""Digits of a hash that are shown."""

register(
    {
        "replay_no_index": Message(
            N_("The inputs of the run are not where they were, nor in a folder “index” beside it."),
            N_("Name the folder or workbook with --index; it holds: %(names)s."),
        ),
        "replay_input_missing": Message(
            N_("The input “%(name)s” of the run is missing."),
            N_("Put the file back, or name the right folder with --index."),
        ),
        "replay_input_differs": Message(
            N_(
                "The input “%(name)s” is not the one of the run: its sha256 begins with %(found)s,"
                " not with %(wanted)s."
            ),
            N_("Put back the file as it was; what comes out of this one proves nothing."),
        ),
        "replay_input_added": Message(
            N_("The input “%(name)s” was not there when the run was computed."),
            N_("Take the file out of the folder, or name the right folder with --index."),
        ),
        "replay_recipe_differs": Message(
            N_(
                "run.json and the recipe of the inputs differ in “%(field)s” (step %(place)s:"
                " %(do)s)."
            ),
            N_("One of them was changed after the run was computed; restore it."),
        ),
        "replay_recipe_from_run": Message(
            N_("The recipe file “%(name)s” of the run is not among the inputs."),
            N_("The recipe was taken from run.json, which holds all of it."),
        ),
    }
)


def find_index(saved: Saved, given: Path | None = None) -> Path:
    """Return the folder or workbook with the inputs of `saved`; `given` is what was asked for.

    A `given` folder that itself holds none of them, but has a folder `index`, stands for that one.
    Raises FaultsError when nothing was given and nothing is found.
    """
    names = _tables(saved)
    if given is not None:
        if not given.exists():
            raise fail("index_missing", name=given.name)
        inner = given / INDEX
        return inner if inner.is_dir() and not _holds(given, names) else given
    home = saved.folder.resolve()
    told = (home / saved.index).resolve() if saved.index else home.parent
    # The way to a workbook leads to the file; its inputs are looked for in its folder.
    told = told if told.is_dir() else told.parent
    around = (told, home.parent / INDEX, home.parent)
    places = sorted(around, key=lambda one: -_holds(one, names))
    if not _holds(places[0], names):
        listed = ", ".join(saved.inputs) or "-"
        raise fail("replay_no_index", file=saved.folder.name, names=listed)
    workbook = not any(name.endswith(".csv") for name in names)
    return places[0] / names[0] if workbook else places[0]


def _tables(saved: Saved) -> list[str]:
    """Names of the inputs but the recipe: CSV files, or one workbook."""
    return [name for name in saved.inputs if not name.endswith(".toml")]


def _holds(folder: Path, names: Sequence[str]) -> int:
    """How many of the files `names` are in `folder`."""
    return sum((folder / name).is_file() for name in names)


def _path(done: Replayed, name: str) -> Path:
    """Where an input is: in the folder, or it is the workbook, or lies beside the workbook."""
    if done.index.is_dir():
        return done.index / name
    return done.index.parent / name if name.endswith(".toml") else done.index


def check_inputs(saved: Saved, done: Replayed) -> None:
    """Note every input that differs. Raises FaultsError when one is missing."""
    lost = False
    for name, wanted in saved.inputs.items():
        path = _path(done, name)
        if not path.is_file():
            code = "replay_input_missing"
            if name == saved.recipe_file:
                done.notes.append(Fault("replay_recipe_from_run", {"name": name}, file=name))
            else:
                lost = True
                done.faults.append(Fault(code, {"name": name}, file=name))
            continue
        found = hash_of(path)
        if found != wanted:
            done.faults.append(differs(name, found, wanted))
    if lost:
        raise FaultsError(done.faults)


def differs(name: str, found: str, wanted: str, code: str = "replay_input_differs") -> Fault:
    """Build the fault of a file whose sha256 is another than the run recorded."""
    params: dict[str, Value] = {"name": name, "found": found[:SHOWN], "wanted": wanted[:SHOWN]}
    return Fault(code, params, file=name)


def hash_of(path: Path) -> str:
    """Return the sha256 of a file. Raises FaultsError when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or ""
        raise fail("index_unreadable", file=path.name, reason=reason) from None


def read_inputs(saved: Saved, done: Replayed) -> Index:
    """Read the inputs with their recipe, or with that of run.json where there is no file of it."""
    name = saved.recipe_file
    if name is None or _path(done, name).is_file():
        index = read_index(done.index, recipe=_path(done, name) if name else None)
        known = set(saved.inputs) if done.index.is_dir() else {done.index.name, name}
    else:
        text = recipe_text(recipe_from(saved.recipe))
        with tempfile.TemporaryDirectory(prefix="regin-replay-") as scratch:
            own = Path(scratch) / name
            own.write_text(text, encoding="utf-8", newline="\n")
            index = read_index(done.index, recipe=own)
        known = {*saved.inputs, done.index.name}
    for added in sorted(index.hashes.keys() - known):
        done.faults.append(Fault("replay_input_added", {"name": added}, file=added))
    return index


def check_recipe(saved: Saved, index: Index, done: Replayed) -> None:
    """Note every field in which run.json and the recipe of the inputs differ."""
    for found in compare_recipes(saved.recipe, index.needed_recipe.as_dict()):
        place = found.place_1 or found.place_2 or "-"
        params: dict[str, Value] = {"field": found.field, "place": place, "do": found.do or "-"}
        done.faults.append(Fault("replay_recipe_differs", params, file="run.json"))
