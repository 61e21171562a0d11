"""Replay a run: compute it again from its stored input and say what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from regin.apps.assessments import stored_inputs
from regin.apps.assessments.models import Run
from regin.apps.assessments.operations.runs import computed_index, output_hash
from regin.apps.regions.models import Place
from regin.engine.errors import FaultsError
from regin.engine.run import Run as Computed
from regin.files.index.recipes import recipe_text

FIELDS = ("level", "value", "rank", "n_observed", "n_expected")
Cells = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was recorded and what came out now. `unit` and `code` are empty for the whole run.

    `field` is input_sha256, input, recipe, output_sha256, or a field of a score.
    """

    field: str
    recorded: object
    replayed: object
    unit: str = ""
    code: str = ""


def replay(run: Run) -> list[Difference]:
    """Compute `run` again and list what differs, bit for bit; empty when nothing does.

    An input that was changed is found even if the scores come out the same.
    """
    folder = stored_inputs.folder_of(run.input_sha256)
    found = [Difference("input_sha256", run.input_sha256, stored_inputs.found_hash(folder))]
    try:
        computed, places = computed_index(folder, run.framework)
    except FaultsError as error:
        found.append(Difference("input", None, str(error)))
    else:
        found += [
            Difference("recipe", run.recipe, recipe_text(computed.recipe)),
            Difference("output_sha256", run.output_sha256, output_hash(computed.scores)),
            *_scores(run, computed, places),
        ]
    return [one for one in found if one.recorded != one.replayed]


def _scores(run: Run, computed: Computed, places: Mapping[str, Place]) -> Iterator[Difference]:
    recorded: dict[tuple[int, str], Cells] = {
        (place, code): tuple(cells)
        for place, code, *cells in run.scores.values_list("place_id", "code", *FIELDS)
    }
    none: Cells = (None,) * len(FIELDS)
    units = {place.pk: unit for unit, place in places.items()}
    replayed: dict[tuple[int, str], Cells] = {
        (places[one.unit].pk, one.code): (
            one.level,
            one.score,
            one.rank,
            one.n_observed,
            one.n_expected,
        )
        for one in computed.scores
    }
    for key in sorted(recorded.keys() | replayed.keys()):
        before, after = recorded.get(key, none), replayed.get(key, none)
        for name, old, now in zip(FIELDS, before, after, strict=True):
            yield Difference(name, old, now, units.get(key[0], str(key[0])), key[1])
