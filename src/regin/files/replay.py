"""Compute a saved run again from its inputs and compare the results cell by cell."""

from __future__ import annotations

import tempfile
from pathlib import Path

from regin import __version__
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, fail, register
from regin.engine.robustness import Progress
from regin.engine.run import run as compute
from regin.files.index import Index
from regin.files.replay_inputs import check_inputs, check_recipe, find_index, read_inputs
from regin.files.replay_robustness import Again, replay_robustness
from regin.files.replay_tables import Replayed, compare_folders
from regin.files.results import RUN, run_summary, write_run
from regin.files.run_json import Saved
from regin.files.saved_robustness import SavedRobustness

register(
    {
        "replay_engine_differs": Message(
            N_("The run was computed by version %(recorded)s, this is version %(now)s."),
            N_("If numbers differ, install that version and compare again."),
        ),
        "replay_impossible": Message(
            N_("The results cannot be written again or not be compared: %(reason)s."),
            N_("Check the permissions, and the free space for temporary files."),
        ),
    }
)


def replay(saved: Saved, index: Path | None = None, progress: Progress | None = None) -> Replayed:
    """Compute `saved` again from the folder or workbook `index` and compare.

    Every input must have the sha256 that run.json holds. The recipe file alone may be missing, as
    after `regin score --recipe`: run.json holds the recipe too, as it holds assumptions. Raises
    FaultsError when inputs cannot be found or computed; what differs is in the result's faults.
    """
    done = Replayed(find_index(saved, index))
    if saved.engine_version != __version__:
        params: dict[str, Value] = {"recorded": saved.engine_version, "now": __version__}
        done.notes.append(Fault("replay_engine_differs", params, file=RUN))
    check_inputs(saved, done)
    try:
        read = read_inputs(saved, done)
        check_recipe(saved, read, done)
        again = _again(saved, read, done, progress)
    except FaultsError as error:
        raise FaultsError([*done.faults, *error.faults]) from None
    try:
        with tempfile.TemporaryDirectory(prefix="regin-replay-") as scratch:
            again.write(Path(scratch))
            compare_folders(saved.folder, saved.tables, Path(scratch), {RUN}, done)
            again.compare(Path(scratch), done)
    except OSError as error:
        reason = error.strerror or str(error)
        raise fail("replay_impossible", reason=reason) from None
    return done


def _again(saved: Saved, index: Index, done: Replayed, progress: Progress | None) -> Again:
    """Compute the run again."""
    if isinstance(saved, SavedRobustness):
        return replay_robustness(saved, index, done, progress)
    made = compute(index.table, index.framework, index.needed_recipe, index.tables)
    return Again(lambda out: write_run(made, out, run_summary(made, {}, 0.0)))
