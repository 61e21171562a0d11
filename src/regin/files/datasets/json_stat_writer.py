"""A `Dataset` as JSON-stat 2.0, such that reading it gives the same dataset again.

What JSON-stat has no words for stands in `extension`: the code and language of the dataset as
Eurostat writes them, and in `extension.regin` the roles and which dimensions hold labels.
https://json-stat.org/full/
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from regin.engine.errors import fail
from regin.files.datasets.dataset import Dataset, Dimension, Head
from regin.files.datasets.json_stat_cube import MOST_PLACES
from regin.files.datasets.json_stat_roles import OURS
from regin.files.datasets.json_text import LARGEST


def write_json_stat(dataset: Dataset) -> str:
    """Return the text of a JSON-stat 2.0 file, without a line end at its end.

    Values are an array where every crossing of the dimensions is a cell, else an object; a cell
    without a value is null, never left out. The status is the flags. Cells come back in the order
    of the crossings and with other rows; `Dataset.across`, `headings` and `column` do not.
    Raises FaultsError: json_stat_cube_too_large.
    """
    sizes = [len(dimension.codes) for dimension in dataset.dimensions]
    if math.prod(sizes) > MOST_PLACES:
        raise fail("json_stat_cube_too_large", file=dataset.head.file, limit=MOST_PLACES)
    places = _places(dataset, sizes)
    order = np.argsort(places, kind="stable")
    content = {
        "version": "2.0",
        "class": "dataset",
        **_about(dataset.head),
        "id": [dimension.name for dimension in dataset.dimensions],
        "size": sizes,
        "role": _roles(dataset),
        "dimension": {own.name: _dimension(own) for own in dataset.dimensions},
        "value": _values(dataset, places, order),
        "status": _status(dataset, places, order),
        "extension": _extension(dataset),
    }
    said = {name: one for name, one in content.items() if one not in ("", {}) or name == "value"}
    return json.dumps(said, ensure_ascii=False, allow_nan=False)


def _places(dataset: Dataset, sizes: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    places = np.zeros(len(dataset), dtype=np.int64)
    for at, size in enumerate(sizes):
        places = places * size + dataset.index[:, at]
    return places


def _about(head: Head) -> dict[str, str]:
    return {"label": head.title, "source": head.source, "updated": head.updated}


def _roles(dataset: Dataset) -> dict[str, list[str]]:
    roles = {
        role: [own.name for own in dataset.dimensions if own.role == role]
        for role in ("time", "geo")
    }
    return {role: names for role, names in roles.items() if names}


def _dimension(dimension: Dimension) -> dict[str, Any]:
    labels = {
        code: label for code, label in zip(dimension.codes, dimension.labels, strict=False) if label
    }
    category = {"index": list(dimension.codes), **({"label": labels} if labels else {})}
    named = {"label": dimension.text} if dimension.text else {}
    return {**named, "category": category}


def _values(
    dataset: Dataset,
    places: np.ndarray[Any, np.dtype[np.int64]],
    order: np.ndarray[Any, np.dtype[np.int64]],
) -> Any:
    values = [_number(value) for value in dataset.values[order].tolist()]
    if len(values) == math.prod(len(dimension.codes) for dimension in dataset.dimensions):
        return values
    return dict(zip(places[order].tolist(), values, strict=True))


def _number(value: float) -> float | int | None:
    """Return whole numbers without a point, as offices write them; None for NaN."""
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) < LARGEST else value


def _status(
    dataset: Dataset,
    places: np.ndarray[Any, np.dtype[np.int64]],
    order: np.ndarray[Any, np.dtype[np.int64]],
) -> dict[int, str]:
    flagged = order[dataset.flags[order] > 0]
    sets = dataset.flag_sets
    flags = zip(places[flagged].tolist(), dataset.flags[flagged].tolist(), strict=True)
    return {place: sets[own] for place, own in flags}


def _extension(dataset: Dataset) -> dict[str, Any]:
    head = {"id": dataset.head.code, "lang": dataset.head.language.upper()}
    ours = {
        "role": {own.name: own.role for own in dataset.dimensions},
        "labelled": [own.name for own in dataset.dimensions if own.is_labelled],
    }
    return {**{name: text for name, text in head.items() if text}, OURS: ours}
