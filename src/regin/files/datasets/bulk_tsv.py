"""Eurostat's bulk TSV as a `Dataset`; reading and checking is `eurostat_tsv`'s."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regin.files.datasets.dataset import ROLES, Dataset, Dimension, Head
from regin.files.eurostat_tsv import TsvTable, read_eurostat_tsv
from regin.files.limits import LIMITS, Limits

FORMAT = "eurostat-tsv"


def read_bulk_tsv(path: Path, limits: Limits = LIMITS, name: str = "") -> Dataset:
    """Read a whole file. The dimension across the columns stands last.

    The file does not name its dataset: Eurostat's file names do, and are given as the code;
    `name` is the file's where it lies under another.
    Raises FaultsError with all faults of the file (at most `limits.faults`).
    """
    return dataset_of(read_eurostat_tsv(path, limits), name or path.name)


def dataset_of(table: TsvTable, name: str) -> Dataset:
    """Return `table`, one cell for each crossing of a row and a column."""
    rows, width = table.values.shape
    layout, parts = table.layout, len(table.layout.names)
    across = layout.corner.rpartition("\\")[2]
    index = np.empty((rows * width, parts + 1), dtype=np.int32)
    index[:, :parts] = np.repeat(table.keys, width, axis=0)
    index[:, parts] = np.tile(np.arange(width, dtype=np.int32), rows)
    index.flags.writeable = False
    names, codes = (*layout.names, across), (*table.codes, layout.columns)
    return Dataset(
        head=Head(name, FORMAT, code=_dataset_code(name)),
        dimensions=tuple(
            Dimension(name, own, role=ROLES.get(name.lower(), ""))
            for name, own in zip(names, codes, strict=True)
        ),
        index=index,
        values=table.values.reshape(-1),
        flags=table.flags.reshape(-1),
        flag_sets=table.flag_sets,
        rows=np.repeat(np.arange(2, rows + 2, dtype=np.int32), width),
        across=parts,
        headings=dict(zip(layout.columns, layout.headings, strict=True)),
    )


def _dataset_code(file: str) -> str:
    """`estat_lfst_r_lfu3rt.tsv.gz` → `LFST_R_LFU3RT`."""
    name = file.partition(".")[0]
    return name.removeprefix("estat_").upper()
