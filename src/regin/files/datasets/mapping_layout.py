"""Which column of a table is what: regions, periods, values, other dimensions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from regin.files.datasets.dataset import ROLES, Role
from regin.files.datasets.mapping_model import Across, Constant, KeyColumn, TableMapping
from regin.files.datasets.mapping_reasons import Notes
from regin.files.datasets.mapping_table import (
    Column,
    IsPlace,
    Table,
    heading_period,
    is_number,
    is_value,
)
from regin.files.datasets.mapping_words import FLAGS, SEXES, TIMES, TOTALS
from regin.files.eurostat_cells import shown
from regin.files.eurostat_header import is_code
from regin.files.observations import KNOWN_FLAGS, parse_period

MOSTLY: Final = 0.5
NEARLY: Final = 0.9
NAMED: Final = 6
"""Names listed in one note."""

YEAR: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


@dataclass(slots=True)
class Layout:
    """What the columns are. `values`: the columns of values; `taken`: positions with a use."""

    keys: list[KeyColumn] = field(default_factory=list)
    values: list[Column] = field(default_factory=list)
    across: Across | None = None
    flags: str = ""
    constants: list[Constant] = field(default_factory=list)
    frequency: str = "A"
    leave_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def mapping(self, table: Table) -> TableMapping:
        """Return the mapping so far, without its notation."""
        ignored = [column.key for column in table.columns if column.at not in self.taken]
        value = self.values[0].key if self.values and self.across is None else ""
        return TableMapping(
            place=table.place,
            columns=tuple(self.keys),
            value=value,
            flags="" if self.across else self.flags,
            across=self.across,
            constants=tuple(self.constants),
            frequency=self.frequency,
            ignored=tuple(dict.fromkeys(ignored)),
            leave_out=self.leave_out,
        )


class LayoutFinder:
    """Finds the layout of one table, saying why."""

    def __init__(self, table: Table, is_place: IsPlace, notes: Notes) -> None:
        self._table, self._is_place, self._notes = table, is_place, notes
        self._found = Layout()

    def find(self) -> Layout:
        """Return the layout: periods first, since years look like numbers."""
        self._periods_across()
        if self._found.across is None:
            self._places_across()
        self._places()
        self._periods()
        self._flags()
        self._values()
        self._others()
        self._totals()
        return self._found

    @property
    def _free(self) -> list[Column]:
        return [column for column in self._table.columns if column.at not in self._found.taken]

    def _take(self, columns: Iterable[Column]) -> None:
        self._found.taken.update(column.at for column in columns)

    def _periods_across(self) -> None:
        periods = {column.at: heading_period(column.name) for column in self._table.columns}
        columns = [column for column in self._table.columns if periods[column.at]]
        others = [column for column in self._table.columns if not periods[column.at]]
        if not columns or (len(columns) == 1 and any(map(_is_figures, others))):
            return
        first, last = columns[0].name, columns[-1].name
        self._notes.add(
            "across", "proposal_periods_across", count=len(columns), first=first, last=last
        )
        self._found.frequency = self._frequency([periods[column.at] for column in columns])
        self._found.across = Across("time", "time")
        self._found.values = columns
        self._take(columns)

    def _frequency(self, periods: Iterable[str]) -> str:
        """Return the frequency that most periods have."""
        counts = Counter(found.frequency for one in periods if (found := parse_period(one)))
        most = counts.most_common(1)[0][0] if counts else "A"
        if len(counts) > 1:
            self._notes.ask("frequency", "proposal_mixed_periods", frequency=most)
        return most

    def _places_across(self) -> None:
        named = [column for column in self._table.columns if column.name]
        columns = [column for column in named if self._is_place(column.name)]
        if len(columns) < 2 or len(columns) < MOSTLY * len(named):
            return
        self._notes.add("across", "proposal_places_across", count=len(columns))
        codes = _codes(column.name for column in columns)
        self._found.across = Across("geo", "geo", codes)
        self._found.values = columns
        self._take(columns)

    def _places(self) -> None:
        """Find the column of regions; a second one says what the codes of the first mean."""
        if self._has("geo"):
            return
        shares = {column.at: column.share(self._is_place) for column in self._free}
        columns = [column for column in self._free if shares[column.at] >= MOSTLY]
        if not columns:
            self._unknown_places()
            return
        chosen = next((column for column in columns if column.share(is_code) == 1), columns[0])
        labels = next((one for one in self._free if _names(one, chosen, columns)), None)
        texts = set(chosen.filled)
        count = sum(map(self._is_place, texts))
        self._notes.add(
            "column", "proposal_place", name=shown(chosen.key), count=count, total=len(texts)
        )
        self._geo(chosen, labels)

    def _unknown_places(self) -> None:
        words = (one for one in self._free if one.filled and not _is_figures(one))
        column = next((one for one in words if one.share(_is_period) < MOSTLY), None)
        if column is not None:
            self._notes.ask("column", "proposal_no_place", name=shown(column.key))
            self._geo(column, None)

    def _geo(self, column: Column, labels: Column | None) -> None:
        key = KeyColumn(column.key, "geo", "geo", is_labelled=column.share(is_code) < 1)
        if labels is not None:
            self._notes.add("column", "proposal_labels", name=shown(labels.key))
            key = replace(key, labels=labels.key)
            self._take([labels])
        self._add(column, key)

    def _add(self, column: Column, key: KeyColumn) -> None:
        """Take a column for a dimension; where it has gaps under text, they repeat it."""
        gaps = not all(column.texts) and bool(column.texts[0]) and len(column.filled) > 1
        if gaps:
            self._notes.ask("column", "proposal_repeats", name=shown(column.key))
        self._found.keys.append(replace(key, repeats=gaps))
        self._take([column])

    def _has(self, role: Role) -> bool:
        across = self._found.across
        return across is not None and across.role == role

    def _periods(self) -> None:
        if self._has("time"):
            return
        columns = [column for column in self._free if column.share(_is_period) >= NEARLY]
        columns.sort(key=lambda column: column.name.lower() not in TIMES)
        if not columns:
            self._period_in_title()
            return
        chosen = columns[0]
        self._why_periods(chosen, columns[1:])
        self._found.frequency = self._frequency(map(heading_period, set(chosen.filled)))
        self._add(chosen, KeyColumn(chosen.key, "time", "time"))

    def _why_periods(self, chosen: Column, others: list[Column]) -> None:
        name = shown(chosen.key)
        if others and chosen.name.lower() not in TIMES:
            other = shown(others[0].key)
            self._notes.ask("column", "proposal_two_period_columns", name=name, other=other)
        else:
            self._notes.add("column", "proposal_period_column", name=name)

    def _period_in_title(self) -> None:
        years = {year for title in self._table.titles for year in YEAR.findall(title)}
        if len(years) == 1:
            (year,) = years
            self._notes.ask("constant", "proposal_period_in_title", period=year)
            self._found.constants.append(Constant("time", year, "time"))
        else:
            self._notes.ask("constant", "proposal_no_period")

    def _flags(self) -> None:
        for column in self._free:
            letters = set("".join(column.filled))
            if column.name.lower() in FLAGS and letters <= KNOWN_FLAGS.keys():
                self._found.flags = column.key
                self._take([column])
                return

    def _values(self) -> None:
        """Take what holds numbers for values, where no heading has told."""
        if self._found.values:
            return
        columns = [column for column in self._free if _is_figures(column)]
        self._found.values = columns
        self._take(columns)
        if not columns:
            self._notes.ask("value", "proposal_no_value")
        elif len(columns) == 1:
            self._notes.add("value", "proposal_value", name=shown(columns[0].key))
        else:
            self._found.across = self._several(columns)

    def _several(self, columns: list[Column]) -> Across:
        names = [column.name.lower() for column in columns]
        sexes = {
            column.key: SEXES.get(name, "") for column, name in zip(columns, names, strict=True)
        }
        if all(sexes.values()) and {"M", "F"} <= set(sexes.values()):
            self._notes.add("across", "proposal_sex_across")
            return Across("sex", "", sexes)
        listed = shown(", ".join(column.key for column in columns[:NAMED]), 120)
        self._notes.ask("across", "proposal_across", names=listed)
        return Across("indicator", "", _codes(column.key for column in columns))

    def _others(self) -> None:
        """Take the columns that are left for dimensions when they are filled throughout."""
        names = {key.dimension for key in self._found.keys} | {"time", "geo"}
        names |= {self._found.across.dimension} if self._found.across else set()
        for column in self._free:
            if column.filled and all(column.texts) and not self._says_the_same(column):
                key = _dimension(column, names)
                names.add(key.dimension)
                self._notes.add("column", "proposal_dimension", name=shown(column.key))
                self._add(column, key)
            elif column.name or column.filled:
                self._notes.ask("ignored", "proposal_ignored", name=shown(column.key))

    def _says_the_same(self, column: Column) -> bool:
        """Tell whether a column has one text for each region, so that it tells nothing apart."""
        headings = [key.heading for key in self._found.keys if key.role == "geo"]
        places = next((one for one in self._table.columns if one.key in headings), None)
        return places is not None and len(set(places.texts)) > 1 and _one_each(places, column)

    def _totals(self) -> None:
        """Leave out rows of totals, which stand in the column of regions and are none."""
        key = next((key for key in self._found.keys if key.role == "geo"), None)
        column = next((one for one in self._table.columns if key and one.key == key.heading), None)
        if column is None:
            return
        texts = [text for text in column.filled if text.lower() in TOTALS]
        texts = [text for text in texts if not self._is_place(text)]
        if texts:
            kept = tuple(dict.fromkeys(texts))
            listed = shown(", ".join(kept), 120)
            self._notes.add("leave_out", "proposal_leave_out", count=len(texts), texts=listed)
            self._found.leave_out[column.key] = kept


def _is_period(text: str) -> bool:
    return bool(heading_period(text))


def _is_figures(column: Column) -> bool:
    """Tell whether a column holds numbers or marks for them."""
    has_number = any(column.stored) or column.share(is_number) > 0
    return has_number and column.share(is_value) > MOSTLY


def _names(column: Column, chosen: Column, places: list[Column]) -> bool:
    """Tell whether a column says what the codes of `chosen` mean: one text for each code."""
    if column is chosen or chosen.share(is_code) < 1 or not column.filled or _is_figures(column):
        return False
    return _one_each(chosen, column) and (column in places or len(set(column.filled)) > 1)


def _one_each(one: Column, other: Column) -> bool:
    pairs = {pair for pair in zip(one.texts, other.texts, strict=True) if all(pair)}
    return len({first for first, _ in pairs}) == len(pairs) == len({second for _, second in pairs})


def _dimension(column: Column, names: set[str]) -> KeyColumn:
    """Return a dimension with a name of its own; words for sexes get their codes."""
    codes = {text: SEXES.get(text.lower(), "") for text in dict.fromkeys(column.filled)}
    if all(codes.values()) and "sex" not in names and {"M", "F"} & set(codes.values()):
        return KeyColumn(column.key, "sex", "", codes)
    name = _free_name(_slug(column.name) or "dimension", names)
    labelled = column.share(is_code) < 1
    role: Role = ROLES.get(name, "")
    taken = role in ("geo", "time")
    return KeyColumn(column.key, name, "" if taken else role, is_labelled=labelled)


def _free_name(name: str, names: set[str]) -> str:
    number = 2
    found = name
    while found in names:
        found = f"{name}_{number}"
        number += 1
    return found


def _slug(text: str) -> str:
    """Return a name for a dimension from a heading, "" when it has no Latin letter.

    >>> _slug("Grupo de edad"), _slug("Ålder (år)"), _slug("年齢")
    ('grupo_de_edad', 'alder_ar', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:40].strip("_")


def _codes(names: Iterable[str]) -> dict[str, str]:
    """Return a code of its own for each heading: the heading itself where it is a code."""
    codes: dict[str, str] = {}
    for name in names:
        code = name if is_code(name) else _slug(name) or "column"
        codes[name] = _free_name(code, set(codes.values()))
    return codes
