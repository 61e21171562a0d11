"""Messages of index folders, and a collector that stops at a bound."""

from __future__ import annotations

from collections.abc import Iterable

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.files.index import workbook_faults  # noqa: F401  # importing it registers its messages
from regin.files.limits import LIMITS

register(
    {
        "index_missing": Message(
            N_("There is no folder or workbook “%(name)s”."),
            N_(
                "Give the path of a folder that holds structure.csv, data.csv and recipe.toml, or"
                " of a workbook with sheets of these names."
            ),
        ),
        "index_unreadable": Message(
            N_("The file cannot be read: %(reason)s."), N_("Check its permissions.")
        ),
        "recipe_missing": Message(
            N_("The folder has no recipe.toml, so it is not known how to compute the scores."),
            N_(
                'Write it; for plain means of answers: [[step]] with do = "score_options",'
                ' then [[step]] with do = "aggregate" and method = "arithmetic".'
            ),
        ),
        "toml": Message(
            N_("The file is not valid TOML: %(reason)s."), N_("Correct it at that place.")
        ),
        "csv": Message(
            N_("The row cannot be read as CSV: %(reason)s."),
            N_("Check the quotation marks in and above this row."),
        ),
        "old_line_ends": Message(
            N_("The lines end as on old Macintosh computers (CR only)."),
            N_("Save the file as “CSV UTF-8” or “UTF-8 text” and try again."),
        ),
        "csv_separator": Message(
            N_("The columns are not separated by commas."),
            N_("Save the file with commas between columns and points in numbers."),
        ),
        "no_rows": Message(
            N_("The table has headings and no rows."), N_("Write at least one row.")
        ),
        "missing_heading": Message(
            N_("The column “%(name)s” is missing."), N_("Add a column with this heading.")
        ),
        "empty_heading": Message(
            N_("Column number %(number)s has no heading."), N_("Name the column or delete it.")
        ),
        "duplicate_heading": Message(
            N_("The heading “%(name)s” stands twice."), N_("Rename or delete one of the columns.")
        ),
        "ragged_row": Message(
            N_("The number of cells in the row is %(cells)s, in the heading %(columns)s."),
            N_("Check for a missing or an extra comma, or text with commas without quotes."),
        ),
        "not_a_number": Message(
            N_("“%(value)s” is not a number."),
            N_(
                "Write a number with a point, such as 12.5; leave the cell empty for unanswered,"
                " or write uk, na or nc."
            ),
        ),
        "bad_number": Message(
            N_("“%(value)s” is not a number."), N_("Write a number with a point, such as 12.5.")
        ),
        "infinite_value": Message(
            N_("“%(value)s” is infinite or beyond 1e75."),
            N_("Check the value; use a larger unit, such as millions, if it is right."),
        ),
        "unknown_option": Message(
            N_("“%(value)s” is no option of “%(node)s”."),
            N_("Write one of: %(known)s; or uk, na, nc; or leave the cell empty."),
        ),
        "unknown_code": Message(
            N_("“%(name)s” is no indicator of the structure."),
            N_("Correct the code, or add a row for it to the structure."),
        ),
        "not_a_leaf": Message(
            N_("“%(name)s” is computed from its parts and takes no data."),
            N_("Delete these cells, or give the data to its parts."),
        ),
        "reserved_code": Message(
            N_("“%(name)s” is a heading of the data and cannot be a code."),
            N_("Give the row another code."),
        ),
        "empty_unit": Message(
            N_("The unit is empty."), N_("Write the code of the region or country.")
        ),
        "duplicate_row": Message(
            N_("The unit “%(unit)s” already has a row for this period (row %(first)s)."),
            N_("Delete one of the rows, or correct the unit or the period."),
        ),
        "duplicate_cell": Message(
            N_("“%(node)s” of unit “%(unit)s” already has a row for this period."),
            N_("Delete one of the rows."),
        ),
        "unknown_unit": Message(
            N_("The unit “%(unit)s” is not in the table of units."),
            N_("Correct the code, or add a row for it there."),
        ),
        "index_too_many_cells": Message(
            N_("The table has more than %(limit)s cells."),
            N_("Leave out periods and indicators that you do not need."),
        ),
    }
)


class Faults:
    """Faults found so far; more than `limit` of them raise at once."""

    def __init__(self, limit: int = LIMITS.faults) -> None:
        self.found: list[Fault] = []
        self.limit = limit

    def add(
        self,
        code: str,
        /,
        *,
        file: str,
        row: int | None = None,
        column: str | None = None,
        **params: Value,
    ) -> None:
        """Note a fault. Raises FaultsError when there are too many."""
        self.extend([Fault(code, params, file, row, column)])

    def extend(self, faults: Iterable[Fault]) -> None:
        """Note faults, leaving out those at a cell that already has one, and repeated ones."""
        places = {(f.file, f.row, f.column) for f in self.found if f.row is not None}
        for fault in faults:
            if (fault.file, fault.row, fault.column) in places or fault in self.found:
                continue
            if len(self.found) == self.limit:
                rest = Fault("too_many_faults", {"limit": self.limit})
                raise FaultsError([*self.found, rest])
            self.found.append(fault)

    def raise_any(self) -> None:
        """Raise FaultsError when anything was found."""
        if self.found:
            raise FaultsError(self.found)
