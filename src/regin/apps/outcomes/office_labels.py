"""Labels that an office writes in place of its codes, turned back into the codes."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from regin.apps.outcomes.selecting import BREAKDOWNS
from regin.files.datasets.dataset import Dataset, Dimension
from regin.files.eurostat_cells import shown
from regin.files.limits import FaultLog

LABELS: Final = Path(__file__).resolve().parent / "data" / "office_labels.csv"

# Eurostat words an age class by a rule, so no list is needed: `From 15 to 74 years` is Y15-74.
_AGES: Final = (
    (re.compile(r"From (\d+) to (\d+) years"), "Y{}-{}"),
    (re.compile(r"(\d+) years or over"), "Y_GE{}"),
    (re.compile(r"Less than (\d+) years"), "Y_LT{}"),
    (re.compile(r"(\d+) years?"), "Y{}"),
)
_AGE_CODE: Final = re.compile(r"Y(?:\d+-\d+|_GE\d+|_LT\d+|\d+)")


@cache
def known_labels() -> Mapping[tuple[str, str], str]:
    """(dimension, label) → code, from the labels of Eurostat's English files."""
    with LABELS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {(row["dimension"], row["label"]): row["code"] for row in rows}


@cache
def _known_codes() -> frozenset[tuple[str, str]]:
    """(dimension, code) of every code that has a known label."""
    return frozenset((dimension, code) for (dimension, _), code in known_labels().items())


def coded(dataset: Dataset, log: FaultLog, own: Mapping[str, Mapping[str, str]]) -> Dataset:
    """Return `dataset` with codes in every dimension that came with labels alone.

    `own`: labels that the series has learnt, dimension (`geo` for places) → label → code, "" for
    one that is left out. Logs every label that nobody knows; such a label stays, as does one that
    is left out. What a place is called stays too, unlogged: it may be a code after all.
    """
    for place, dimension in enumerate(dataset.dimensions):
        if dimension.is_labelled and dimension.role != "time":
            learnt = own.get(own_name(dimension), {})
            codes = [code_of(dimension, label, learnt) for label in dimension.codes]
            if dimension.role != "geo" and not is_one_of_a_kind(dimension):
                _log_unknown(dataset, place, codes, log)
            dataset = with_codes(dataset, place, codes)
    return dataset


def in_codes(dataset: Dataset, own: Mapping[str, Mapping[str, str]]) -> Dataset:
    """`dataset` with codes for every label that is known; other labels stay, without a word."""
    for place, dimension in enumerate(dataset.dimensions):
        if dimension.is_labelled and dimension.role != "time":
            learnt = own.get(own_name(dimension), {})
            codes = [code_of(dimension, label, learnt) for label in dimension.codes]
            dataset = with_codes(dataset, place, codes)
    return dataset


def is_one_of_a_kind(dimension: Dimension) -> bool:
    """Whether its one label needs no code: it tells nothing apart, so the label will do."""
    is_plain = not dimension.role and dimension.name.lower() not in BREAKDOWNS
    return is_plain and len(dimension.codes) == 1


def own_name(dimension: Dimension) -> str:
    """The name under which a series keeps what it has learnt about a dimension."""
    return "geo" if dimension.role == "geo" else dimension.name.lower()


def code_of(dimension: Dimension, label: str, own: Mapping[str, str]) -> str | None:
    """The code of a label, "" for one that is left out, None when nobody knows.

    A known code is its own: one odd text among codes makes no labels of the others.
    """
    if label in own:
        return own[label]
    name = own_name(dimension)
    if dimension.role == "frequency":
        name = "freq"
    found = known_labels().get((name, label))
    if found is None and (name, label) in _known_codes():
        return label
    return _age_code(label) if found is None and name == "age" else found


def _age_code(label: str) -> str | None:
    if _AGE_CODE.fullmatch(label):
        return label
    for form, code in _AGES:
        if match := form.fullmatch(label):
            return code.format(*match.groups())
    return None


def _log_unknown(dataset: Dataset, place: int, codes: list[str | None], log: FaultLog) -> None:
    dimension = dataset.dimensions[place]
    for at, (label, code) in enumerate(zip(dimension.codes, codes, strict=True)):
        if code is None:
            row = int(dataset.rows[np.argmax(dataset.index[:, place] == at)])
            log.add("outcomes_unknown_label", row, dimension.name, label=shown(label, 80))


def with_codes(dataset: Dataset, place: int, codes: Sequence[str | None]) -> Dataset:
    """Write codes in place of those of the dimension at `place`; two that become one are one.

    Where the new one is None or "", the old one stays.
    """
    old = dataset.dimensions[place]
    written = [code or label for code, label in zip(codes, old.codes, strict=True)]
    distinct = list(dict.fromkeys(written))
    labels = tuple(old.codes[written.index(code)] for code in distinct)
    moved = np.array([distinct.index(code) for code in written], dtype=np.int32)
    index = dataset.index.copy()
    index[:, place] = moved[index[:, place]]
    index.flags.writeable = False
    dimension = replace(old, codes=tuple(distinct), labels=labels, is_labelled=False)
    dimensions = (*dataset.dimensions[:place], dimension, *dataset.dimensions[place + 1 :])
    return replace(dataset, dimensions=dimensions, index=index)
