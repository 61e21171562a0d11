"""SDMX-JSON data: the data sets of a message, in series or as a flat list of observations."""

from __future__ import annotations

from pathlib import Path

from regin.engine.errors import FaultsError
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.sdmx_message_cells import CellSink
from regin.files.datasets.sdmx_message_figures import Figures
from regin.files.datasets.sdmx_message_layout import Layout
from regin.files.datasets.sdmx_message_places import structure_of, survey
from regin.files.datasets.sdmx_message_structure import Structure
from regin.files.datasets.sdmx_message_walk import read_text
from regin.files.eurostat_cells import CellError, shown
from regin.files.limits import FaultLog, Limits


def read_sdmx_json(path: Path, limits: Limits) -> Dataset:
    """Read a message of at most 128 MiB.

    Raises FaultsError with all faults of the file, or the one thing that makes it unusable.
    """
    log = FaultLog(path.name, limits)
    message = survey(read_text(path, limits), path.name)
    structure = structure_of(message, log)
    layout = structure.layout()
    builder = DatasetBuilder(structure.head, [column.dimension() for column in layout.columns], log)
    sink = CellSink(layout, builder, log, by_line=False)
    try:
        _label(structure, layout, sink, log)
        figures = Figures(structure, layout, sink, log)
        for at, places in enumerate(message.sets):
            figures.read(message, places, f"dataSets[{at}]")
    except FaultsError as error:
        raise log.stop(error) from None
    return builder.built()


def _label(structure: Structure, layout: Layout, sink: CellSink, log: FaultLog) -> None:
    """Say what the codes mean, as far as the message does."""
    kept = {column.name for column in layout.columns}
    for one in (*structure.dimensions, *structure.attributes):
        for code, label in zip(one.codes or (), one.labels, strict=False):
            if one.name in kept and code and label != code:
                try:
                    sink.label(one.name, code, label)
                except CellError as error:
                    log.add(error.code, None, shown(one.name), **error.params)
