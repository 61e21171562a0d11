"""A statistical office's file made ready for one series: read, resolved, checked, not stored."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from regin.apps.outcomes import faults as _faults  # noqa: F401  # registers the messages used here
from regin.apps.outcomes.columns import Figures
from regin.apps.outcomes.models import Breakdown, Series
from regin.apps.outcomes.office_labels import coded, with_codes
from regin.apps.outcomes.resolving import Resolved, as_held, resolve, versions
from regin.apps.outcomes.selecting import Bools, Ints, groups_of, rows_among, selected
from regin.apps.outcomes.structure import check_structure
from regin.engine.errors import FaultsError
from regin.files.datasets import read_dataset
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.mapping import TableMapping, mapping_from
from regin.files.datasets.reading import recognised
from regin.files.eurostat_cells import shown
from regin.files.limits import LIMITS, FaultLog, Limits, open_bytes
from regin.files.observations import parse_period


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A file that has no fault. `kept`: places of the cells that the series takes, in order.

    `groups`: the breakdowns' parts; `group_of` (kept,) tells which of them each cell is of.
    `left_out`: rows by the dimension for which they are not of this series.
    """

    dataset: Dataset
    resolved: Resolved
    sha256: str
    kept: Ints
    groups: tuple[dict[str, str], ...]
    group_of: Ints
    left_out: Mapping[str, int]
    aggregate_rows: int

    @property
    def rows(self) -> int:
        """Rows of the file, heading not counted."""
        return rows_among(self.dataset, np.ones(len(self.dataset), dtype=bool))

    def figures(self, breakdowns: Sequence[int]) -> Figures:
        """Every cell kept. `breakdowns`: the key of each of the `groups`."""
        dataset, kept = self.dataset, self.kept
        geo, time = _dimension(dataset, "geo"), _dimension(dataset, "time")
        codes = dataset.dimensions[geo].codes
        return Figures(
            breakdowns=tuple(breakdowns),
            place_codes=tuple(self.resolved.places.get(code, 0) for code in codes),
            periods=dataset.dimensions[time].codes,
            flag_sets=dataset.flag_sets,
            breakdown=self.group_of.astype(np.int32),
            place_code=dataset.index[kept, geo],
            period=dataset.index[kept, time],
            flags=dataset.flags[kept].astype(np.int32),
            value=dataset.values[kept],
            row=dataset.rows[kept],
            order=np.arange(len(kept), dtype=np.int32),
            stored=np.zeros(len(kept), dtype=np.int64),
        )


def prepare(
    series: Series,
    path: Path,
    file_name: str,
    version: str | None = None,
    limits: Limits = LIMITS,
) -> Prepared:
    """Read and check `path`. Raises FaultsError with every fault, under the name `file_name`."""
    log = FaultLog(file_name, limits)
    try:
        dataset = read_dataset(path, limits, file_name, own_mapping(series, path, limits))
        digest = sha256_of(path, limits)
    except FaultsError as error:
        raise named(error, file_name) from None
    learnt = {**series.label_codes, "geo": series.place_codes}
    dataset = coded(_with_roles(dataset, log), log, learnt)
    # A label for which there is no code would be a fault again at every further check.
    log.raise_found()
    dataset = placed(dataset, series.place_codes, log)
    _check_version(version, log)
    check_structure(dataset, series, log)
    fits, left_out = selected(dataset, series, log)
    fits = _without_left_out(dataset, series.place_codes, fits, left_out)
    _check_frequency(dataset, series, fits, log)
    groups, group_of = groups_of(dataset, fits, log)
    resolved = as_held(resolve(_codes(dataset, fits), version), series)
    is_aggregate = _check_codes(dataset, resolved, fits, log)
    _check_bounds(dataset, series, fits, log)
    log.raise_found()
    inside = ~is_aggregate[fits]
    return Prepared(
        dataset,
        resolved,
        digest,
        np.flatnonzero(fits)[inside],
        groups,
        group_of[inside],
        left_out,
        rows_among(dataset, fits & is_aggregate),
    )


def own_mapping(series: Series, path: Path, limits: Limits = LIMITS) -> TableMapping | None:
    """How `series` reads a plain table; None for a file that tells its own format.

    Raises FaultsError when the file cannot be opened or the mapping that was kept is damaged.
    """
    if not series.table_mapping or recognised(path, limits) != "table":
        return None
    return mapping_from(series.table_mapping)


def placed(dataset: Dataset, place_codes: Mapping[str, str], log: FaultLog) -> Dataset:
    """Write known codes for the codes of places that a person has said the meaning of.

    Logs figures that become the same one by it. A code that is left out stays as it is.
    """
    geo = _dimension(dataset, "geo")
    before = dataset.dimensions[geo].codes
    codes = [place_codes.get(code) or code for code in before]
    if codes == list(before):
        return dataset
    merged = with_codes(dataset, geo, codes)
    if len(merged.dimensions[geo].codes) < len(before):
        _log_twice(dataset, merged, geo, log)
    return merged


def _log_twice(before: Dataset, after: Dataset, geo: int, log: FaultLog) -> None:
    """Log every code of which a figure stands twice, now that two codes mean one place."""
    _keys, same = np.unique(after.index, axis=0, return_inverse=True)
    same = same.reshape(-1)
    counts = np.bincount(same)
    twice = counts[same] > 1
    for at in np.unique(after.index[twice, geo]).tolist():
        cells = np.flatnonzero(twice & (after.index[:, geo] == at))
        names = [before.dimensions[geo].codes[one] for one in np.unique(before.index[cells, geo])]
        code = after.dimensions[geo].codes[at]
        row = int(after.rows[cells[-1]])
        name = before.dimensions[geo].name
        log.add("outcomes_code_twice", row, name, codes=shown(", ".join(names), 120), code=code)


def _without_left_out(
    dataset: Dataset, place_codes: Mapping[str, str], fits: Bools, left_out: dict[str, int]
) -> Bools:
    """Which cells that fit are not of a code that a person leaves out; counts their rows."""
    geo = _dimension(dataset, "geo")
    dimension = dataset.dimensions[geo]
    dropped = np.array([place_codes.get(code) == "" for code in dimension.codes], dtype=bool)
    out = fits & dropped[dataset.index[:, geo]]
    if out.any():
        left_out[dimension.name] = rows_among(dataset, out)
    return np.asarray(fits & ~out)


def named(error: FaultsError, file_name: str) -> FaultsError:
    """The same faults under the name the person knows: an upload lies under another one."""
    return FaultsError(replace(fault, file=file_name) for fault in error.faults)


def sha256_of(path: Path, limits: Limits = LIMITS) -> str:
    """The hash of the content, unpacked. Raises FaultsError of `open_bytes`."""
    digest = hashlib.sha256()
    with open_bytes(path, limits) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _with_roles(dataset: Dataset, log: FaultLog) -> Dataset:
    """Return `dataset`. Raises FaultsError when it has no place or no time: nothing can follow."""
    for role, code in (("geo", "outcomes_no_place"), ("time", "outcomes_no_time")):
        if role not in [dimension.role for dimension in dataset.dimensions]:
            names = ", ".join(dimension.name for dimension in dataset.dimensions)
            log.add(code, 1, None, found=shown(names, 120))
    log.raise_found()
    return dataset


def _dimension(dataset: Dataset, role: Any) -> int:
    place = dataset.place_of(role)
    if place is None:  # `_with_roles` refused such a file
        raise LookupError(role)
    return place


def _codes(dataset: Dataset, fits: Bools) -> list[str]:
    """Codes of places that a cell of the series has, in the order of the file."""
    geo = _dimension(dataset, "geo")
    used = np.zeros(len(dataset.dimensions[geo].codes), dtype=bool)
    used[dataset.index[fits, geo]] = True
    return [c for c, here in zip(dataset.dimensions[geo].codes, used, strict=True) if here]


def _check_version(version: str | None, log: FaultLog) -> None:
    known = versions()
    if version is not None and version not in known:
        log.add("outcomes_unknown_version", None, None, version=version, known=", ".join(known))


def _check_frequency(dataset: Dataset, series: Series, fits: Bools, log: FaultLog) -> None:
    """Log every frequency among the cells that the series does not have, where it begins."""
    time = _dimension(dataset, "time")
    dimension = dataset.dimensions[time]
    found = [parse_period(code) for code in dimension.codes]
    other = np.array([one is None or one.frequency != series.frequency for one in found])
    cells = np.flatnonzero(fits & other[dataset.index[:, time]])
    said: set[str] = set()
    for cell in cells[np.unique(dataset.index[cells, time], return_index=True)[1]].tolist():
        period = found[dataset.index[cell, time]]
        letter = period.frequency if period else "?"
        if letter not in said:
            row, expected = int(dataset.rows[cell]), series.frequency
            log.add(
                "outcomes_other_frequency", row, dimension.name, found=letter, expected=expected
            )
        said.add(letter)


def _check_codes(dataset: Dataset, resolved: Resolved, fits: Bools, log: FaultLog) -> Bools:
    """Log every code that nobody knows with its first row; return which cells are aggregates."""
    geo = _dimension(dataset, "geo")
    dimension, index = dataset.dimensions[geo], dataset.index[:, geo]
    place = {code: at for at, code in enumerate(dimension.codes)}
    for code in resolved.unknown:
        cells = fits & (index == place[code])
        first, rows = int(dataset.rows[cells][0]), rows_among(dataset, cells)
        column = code if dataset.across == geo else dimension.name
        log.add("outcomes_unknown_code", first, column, code=code, rows=rows)
    if not resolved.places and not resolved.unknown:
        log.add("outcomes_nothing_left", None, None)
    aggregates = np.zeros(len(dimension.codes), dtype=bool)
    aggregates[[place[code] for code in resolved.aggregates]] = True
    return np.asarray(aggregates[index])


def _check_bounds(dataset: Dataset, series: Series, fits: Bools, log: FaultLog) -> None:
    """Log every value that the series cannot have, of aggregates as well."""
    lowest = -math.inf if series.lowest is None else series.lowest
    highest = math.inf if series.highest is None else series.highest
    impossible = fits & ((dataset.values < lowest) | (dataset.values > highest))
    # The log stops at its limit: a file of another statistic may be wrong in every cell.
    for cell in np.flatnonzero(impossible)[: log.limits.faults + 1].tolist():
        codes = tuple(
            dimension.codes[at]
            for dimension, at in zip(dataset.dimensions, dataset.index[cell], strict=True)
        )
        log.add(
            "value_out_of_bounds",
            int(dataset.rows[cell]),
            shown(dataset.column_of(codes)),
            value=f"{dataset.values[cell]:.15g}",
            lowest="−∞" if series.lowest is None else f"{lowest:.15g}",
            highest="∞" if series.highest is None else f"{highest:.15g}",
        )


def breakdown_keys(series: Series, groups: Sequence[Mapping[str, Any]]) -> list[int]:
    """The key of each group's Breakdown, made where it is not there yet."""
    return [Breakdown.objects.get_or_create(series=series, **parts)[0].pk for parts in groups]
