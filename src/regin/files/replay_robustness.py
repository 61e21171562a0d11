"""Compute a saved robustness run again: the same assumptions, the same draws.

The assumptions stand in run.json. Tables that they name are looked for where their file was, around
the index, and around the run. Draws are those of the recorded design.csv; where the seed gave them,
they must be those that it gives now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from regin.engine.assumptions import Assumption
from regin.engine.compare_assumptions import Written, compare_assumptions
from regin.engine.design import Design, quasi_random
from regin.engine.errors import N_, Fault, FaultsError, Message, register
from regin.engine.robustness import Options, Progress
from regin.files.assumptions import (
    assumptions_of,
    read_design,
    tables_named,
    written_assumptions,
)
from regin.files.index import Index
from regin.files.replay_inputs import differs, hash_of
from regin.files.replay_tables import Replayed, compare_entries
from regin.files.results import RUN
from regin.files.robustness import (
    DESIGN,
    compute_robustness,
    robustness_summary,
    write_design,
    write_robustness,
)
from regin.files.saved_robustness import SavedRobustness

register(
    {
        "replay_assumptions_from_run": Message(
            N_("The assumptions “%(name)s” of the run are not there as they were."),
            N_("They were taken from run.json, which holds all of them."),
        ),
        "replay_assumptions_differ": Message(
            N_(
                "run.json and the assumptions “%(name)s” differ in “%(field)s” of “%(assumption)s”."
            ),
            N_("run.json was changed after the run was computed; restore it."),
        ),
        "replay_design_differs": Message(
            N_(
                "The draws are not those of the run: the sha256 of the file begins with %(found)s,"
                " not with %(wanted)s."
            ),
            N_("Restore the folder of the run as it was written."),
        ),
    }
)

RESULTS = ("draws", "runs", "ranks_of_block", "mean_rank_shift", "convergence", "bounds")
"""Entries of run.json that are results."""


def _no_more(_folder: Path, _done: Replayed) -> None:
    pass


@dataclass(frozen=True)
class Again:
    """A run computed again: `write` its files into a folder, `compare` what is no table."""

    write: Callable[[Path], None]
    compare: Callable[[Path, Replayed], None] = _no_more


def replay_robustness(
    saved: SavedRobustness, index: Index, done: Replayed, progress: Progress | None
) -> Again:
    """Compute `saved` again from `index`; inputs and draws that differ go to `done`.

    Raises FaultsError when it cannot be computed.
    """
    assumptions = _assumptions(saved, index, done)
    design = _design(saved, assumptions, done)
    drawing = saved.drawing
    options = Options(seed=drawing.seed, keep_draws=drawing.keep_draws)
    found, bounds = compute_robustness(
        index, assumptions, options, design=design, progress=progress
    )
    drawn = None if drawing.given is not None else _drawn(saved, assumptions)

    def write(folder: Path) -> None:
        write_robustness(found, bounds, folder, robustness_summary(found, bounds, {}))
        if drawn is not None:
            # So that recorded draws which the seed does not give are told with their place.
            write_design(drawn, folder / DESIGN)

    def compare(folder: Path, done: Replayed) -> None:
        now = json.loads((folder / RUN).read_text(encoding="utf-8"))
        compare_entries(RUN, _results(saved.says), _results(now), done)

    return Again(write, compare)


def _results(said: Mapping[str, object]) -> dict[str, object]:
    """Results in run.json. Why there are no bounds is a text that another version may reword."""
    results = {name: said.get(name) for name in RESULTS}
    bounds = results["bounds"]
    if isinstance(bounds, dict):
        results["bounds"] = {name: one for name, one in bounds.items() if name != "why"}
    return results


def _assumptions(saved: SavedRobustness, index: Index, done: Replayed) -> tuple[Assumption, ...]:
    """Build the assumptions of run.json with the tables they name."""
    _check_file(saved, done)
    tables, lost = {}, []
    for name in tables_named(saved.assumptions):
        wanted = saved.every_input.get(name)
        paths = [] if wanted is None else list(_copies(saved, done, name))
        if wanted is None or not paths:
            lost.append(Fault("replay_input_missing", {"name": name}, file=name))
            continue
        same = [path for path in paths if hash_of(path) == wanted]
        if not same:
            done.faults.append(differs(name, hash_of(paths[0]), wanted))
        tables[name] = (same or paths)[0]
    if lost:
        raise FaultsError(lost)
    return assumptions_of(saved.assumptions, tables, index, RUN)


def _check_file(saved: SavedRobustness, done: Replayed) -> None:
    """Hold run.json against the file of the assumptions, where that is still as it was."""
    name = saved.assumptions_file
    if name is None:
        return
    wanted = saved.every_input[name]
    same = [path for path in _copies(saved, done, name) if hash_of(path) == wanted]
    if not same:
        done.notes.append(Fault("replay_assumptions_from_run", {"name": name}, file=name))
        return
    # As JSON writes them, or a date would be no text.
    told: Written = json.loads(json.dumps(written_assumptions(same[0]), default=str))
    for found in compare_assumptions(saved.assumptions, told):
        params = {"name": name, "field": found.field, "assumption": found.do}
        done.faults.append(Fault("replay_assumptions_differ", params, file=RUN))


def _copies(saved: SavedRobustness, done: Replayed, name: str) -> Iterator[Path]:
    """Files of this name where those beside the assumptions may be, the likeliest first."""
    home = saved.folder.resolve()
    index = done.index if done.index.is_dir() else done.index.parent
    told = [(home / saved.home).resolve()] if saved.home else []
    places = dict.fromkeys((*told, index.resolve(), index.resolve().parent, home.parent))
    return (place / name for place in places if (place / name).is_file())


def _design(saved: SavedRobustness, assumptions: Sequence[Assumption], done: Replayed) -> Design:
    """Read the recorded draws; that they are not those of the run goes to `done`."""
    design, digest = read_design(saved.folder / DESIGN, assumptions)
    if digest != saved.drawing.design:
        fault = differs(DESIGN, digest, saved.drawing.design, "replay_design_differs")
        done.faults.append(fault)
    return design


def _drawn(saved: SavedRobustness, assumptions: Sequence[Assumption]) -> Design:
    """Draws that the seed gives now."""
    own = saved.drawing
    return quasi_random(assumptions, own.draws, own.seed, sensitivity=own.sensitivity)
