"""Whether a file is still the table that its series was begun with.

What would make other figures of it unseen is refused: another multiplier, or a choice of the series
on which the file is silent. What a person can judge is noted for the preview.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from regin.apps.outcomes.figures import breakdowns_with_figures
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.selecting import BREAKDOWNS, is_group
from regin.files.datasets.dataset import ROLES, Dataset, Dimension
from regin.files.limits import FaultLog

Note = dict[str, Any]
NO_MULTIPLIER: Final = ("", "0")
MULTIPLIERS: Final = ("unit_mult", "powercode code", "powercode")
# How people read a plain table they have said themselves, in the mapping of the series.
SAID_BY_A_PERSON: Final = "mapped-table"
# Formats that have the code of their table from the name of the file, which anybody may change.
NAMED_BY_THEIR_FILE: Final = ("eurostat-tsv", SAID_BY_A_PERSON)
MOST_LISTED: Final = 8


def check_structure(dataset: Dataset, series: Series, log: FaultLog) -> None:
    """Log where `dataset` is silent on what every figure of `series` has to have.

    Logs: outcomes_silent_code, outcomes_other_multiplier.
    """
    if dataset.head.format == SAID_BY_A_PERSON:
        return
    names = {dimension.name.lower() for dimension in dataset.dimensions}
    for name, code in series.selection.items():
        if name not in names and name not in MULTIPLIERS and ROLES.get(name) != "frequency":
            log.add("outcomes_silent_code", None, None, name=name, expected=code)
    found, expected = _multiplier_of(dataset), _multiplier_in(series.selection)
    if found is not None and found != expected:
        log.add("outcomes_other_multiplier", None, None, found=found, expected=expected)


def _multiplier_of(dataset: Dataset) -> str | None:
    """The power of ten of the figures, "0" where none is stated; None where there are several."""
    place = dataset.place_of("attribute")
    codes = dataset.dimensions[place].codes if place is not None else ("0",)
    if len(codes) > 1:
        return None
    return "0" if not codes or codes[0] in NO_MULTIPLIER else codes[0]


def _multiplier_in(selection: Mapping[str, str]) -> str:
    said = (selection[name] for name in MULTIPLIERS if selection.get(name))
    return next(said, "0")


def structure_notes(dataset: Dataset, series: Series) -> list[Note]:
    """What else is not as it was: `code` and what `note_words` puts into its sentence."""
    return [
        *_unit_notes(dataset, series),
        *_group_notes(dataset, series),
        *_dimension_notes(dataset, series),
        *_table_notes(dataset, series),
        *_period_notes(dataset),
    ]


def dimension_names(dataset: Dataset) -> list[str]:
    """What an import keeps of the structure of its file: the names of its dimensions."""
    return [dimension.name.lower() for dimension in dataset.dimensions]


def _unit_notes(dataset: Dataset, series: Series) -> Iterator[Note]:
    """A table that always lacked its unit is no news; one that had it before is."""
    accepted = series.imports.filter(state=Import.State.ACCEPTED).order_by("-number")
    last = accepted.values_list("summary", flat=True).first() or {}
    had = any(ROLES.get(name) == "unit" for name in last.get("dimensions", ()))
    if series.unit_code and had and dataset.place_of("unit") is None:
        yield {"code": "unit_gone", "expected": series.unit_code}


def _group_notes(dataset: Dataset, series: Series) -> Iterator[Note]:
    groups = breakdowns_with_figures(series)
    if not groups:
        return
    told = {name for group in groups for name, code in group.parts.items() if code}
    here = {
        BREAKDOWNS[one.name.lower()]: one.text or one.name
        for one in dataset.dimensions
        if is_group(one)
    }
    gone, new = sorted(told - set(here)), sorted(set(here) - told)
    yield from ({"code": "group_gone", "name": name} for name in gone)
    yield from ({"code": "group_new", "name": here[name]} for name in new)


def _dimension_notes(dataset: Dataset, series: Series) -> Iterator[Note]:
    """A dimension with one code that the series has never heard of: the table became narrower."""
    if not series.data_number:
        return
    for one in dataset.dimensions:
        if one.role == "" and not is_group(one) and one.name.lower() not in series.selection:
            yield {"code": "dimension_new", "name": one.text or one.name, "found": _first(one)}


def _first(dimension: Dimension) -> str:
    code = next(iter(dimension.codes), "")
    label = next(iter(dimension.labels), "")
    return f"{code} ({label})" if label and label != code else code


def _table_notes(dataset: Dataset, series: Series) -> Iterator[Note]:
    if dataset.head.format in NAMED_BY_THEIR_FILE:
        return
    found, expected = _plain(dataset.head.code), _plain(series.dataset)
    if found and expected and found not in expected and expected not in found:
        yield {"code": "other_table", "found": dataset.head.code, "expected": series.dataset}


def _plain(code: str) -> str:
    """The code of a table without the office's and its version: `ESTAT:LFSA(1.0)` → `lfsa`."""
    return re.sub(r"\(.*\)$", "", code.casefold().rpartition(":")[2]).strip()


def _period_notes(dataset: Dataset) -> Iterator[Note]:
    place = dataset.place_of("time")
    periods: Iterable[str] = dataset.dimensions[place].codes if place is not None else ()
    year = datetime.now(UTC).year
    later = [one for one in sorted(periods) if one[:4].isdigit() and int(one[:4]) > year]
    if later:
        yield {"code": "future", "found": ", ".join(later[:MOST_LISTED])}


def note_words(note: Mapping[str, str]) -> str:
    """One of `structure_notes` as a sentence."""
    words = {
        "unit_gone": _("Earlier files stated their unit, %(expected)s; this file states none."),
        "group_gone": _("The series tells groups apart by %(name)s; this file does not."),
        "group_new": _("This file tells groups apart by %(name)s; the series does not yet."),
        "dimension_new": _(
            "This file has the dimension %(name)s with %(found)s alone; earlier files did not."
        ),
        "other_table": _("This file is of the table %(found)s; the series is of %(expected)s."),
        "future": _("This file has figures of years to come: %(found)s."),
    }
    said = {**note}
    if note["code"] == "group_gone":
        said["name"] = _group_words(note["name"])
    return words[note["code"]] % said


def _group_words(name: str) -> str:
    words = {
        "sex": _("sex"),
        "age": _("age"),
        "citizenship": _("citizenship"),
        "birth": _("country of birth"),
    }
    return words.get(name, name)
