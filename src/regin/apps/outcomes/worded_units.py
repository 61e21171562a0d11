"""Codes for units that an office states in words alone, made from the words.

JSON-stat as PxWeb or INE write it, and a plain table, name a unit by words (“antal”, “$ million”)
and have no code for it, so a person would have to invent one. The one that is made here is what a
page fills in and what a command takes when nobody says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from regin.apps.common.addresses import fold
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.office_labels import code_of, own_name
from regin.apps.outcomes.selecting import LONGEST_CODE
from regin.files.datasets.dataset import Dataset, Dimension

WITHOUT_CODES: Final = frozenset({"json-stat", "mapped-table"})
"""Formats in which words are all there is; SDMX with labels alone has codes that are not told."""

SIGNS: Final = {"%": " pc ", "‰": " permille ", "€": " eur ", "$": " dollar ", "£": " pound "}
NAMELESS, UNSTATED = "UNIT", "NONE"
_NO_PART: Final = re.compile(r"[^a-z0-9]+")

Codes = Mapping[str, Mapping[str, str]]


def unit_codes(dataset: Dataset, learnt: Codes) -> dict[str, dict[str, str]]:
    """Dimension → words → a code, for the units of which nobody knows one; {} without any.

    `learnt`: what is known of labels already, dimension → text → code.
    """
    if dataset.head.format not in WITHOUT_CODES:
        return {}
    made = {
        own_name(one): _made(one, learnt.get(own_name(one), {})) for one in _worded_units(dataset)
    }
    return {name: codes for name, codes in made.items() if codes}


def unit_codes_for(series: Series, dataset: Dataset) -> dict[str, dict[str, str]]:
    """As `unit_codes` for a file of `series`; {} where its unit would not be among them.

    Then one of the units may be that of the series in other words, which only a person can say.
    """
    made = unit_codes(dataset, series.label_codes)
    for one in _worded_units(dataset) if series.unit_code else ():
        name = own_name(one)
        known = {**series.label_codes.get(name, {}), **made.get(name, {})}
        if series.unit_code not in {code_of(one, text, known) for text in one.codes}:
            return {}
    return made


def _worded_units(dataset: Dataset) -> Iterator[Dimension]:
    return (one for one in dataset.dimensions if one.role == "unit" and one.is_labelled)


def _made(dimension: Dimension, learnt: Mapping[str, str]) -> dict[str, str]:
    known = {text: code_of(dimension, text, learnt) for text in dimension.codes}
    taken = {code for code in known.values() if code}
    made: dict[str, str] = {}
    for text in (text for text, code in known.items() if code is None):
        made[text] = _free(_code_from(text), taken)
        taken.add(made[text])
    return made


def _code_from(text: str) -> str:
    """Capitals, digits and underscores: “$ million” is DOLLAR_MILLION."""
    words = "".join(SIGNS.get(sign, sign) for sign in text)
    plain = _NO_PART.sub("_", fold(words)).strip("_")[:LONGEST_CODE].strip("_").upper()
    return plain or (NAMELESS if text.strip() else UNSTATED)


def _free(code: str, taken: set[str]) -> str:
    """`code`, or with a number where it stands for other words already."""
    number, free = 1, code
    while free in taken:
        number += 1
        end = f"_{number}"
        free = code[: LONGEST_CODE - len(end)] + end
    return free
