"""Why a mapping is proposed as it is: one message a guess, and what to do if it is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from regin.engine.errors import N_, Fault, Message, Value, register

_CHANGE = N_("Change it if the preview looks wrong.")

register(
    {
        "proposal_encoding_plain": Message(
            N_("The beginning of the file has no accents, so UTF-8 is proposed."), _CHANGE
        ),
        "proposal_encoding_utf8": Message(N_("The beginning of the file is UTF-8."), _CHANGE),
        "proposal_encoding_other": Message(
            N_("The file is not UTF-8; Western European text (%(encoding)s) is proposed."),
            N_("Look at the accents in the preview, and choose another encoding if they are odd."),
        ),
        "proposal_separator": Message(
            N_("“%(sign)s” separates: rows of %(columns)s columns are %(count)s of %(rows)s."),
            _CHANGE,
        ),
        "proposal_separator_said": Message(
            N_("The first line says that “%(sign)s” separates the columns."), _CHANGE
        ),
        "proposal_two_separators": Message(
            N_("“%(sign)s” and “%(other)s” both could separate the columns."),
            N_("Look at the preview and choose the one that gives the columns of the table."),
        ),
        "proposal_no_separator": Message(
            N_("No semicolon, tab, comma or bar separates columns."),
            N_("Choose the separator, or check what the file really is."),
        ),
        "proposal_sheet": Message(
            N_("The sheet “%(name)s” is the one with numbers in it."), _CHANGE
        ),
        "proposal_sheets": Message(
            N_("The sheet “%(name)s” has the most numbers; these have some too: %(others)s."),
            N_("Choose the sheet that holds the figures you want."),
        ),
        "proposal_heading": Message(
            N_("Row %(row)s names every column that is filled below it."), _CHANGE
        ),
        "proposal_no_heading": Message(
            N_("No row names all the columns; row %(row)s has the most cells."),
            N_("Give the row of the heading; a heading in two rows must be made one in the file."),
        ),
        "proposal_heading_twice": Message(
            N_("Some headings stand twice (%(names)s): there may be two rows of headings."),
            N_("Write one heading above each column, such as “2013 men”, and try again."),
        ),
        "proposal_first_row": Message(
            N_("The rows between the heading and row %(row)s hold words and no number."),
            N_("Change the first row if one of them is data."),
        ),
        "proposal_end_empty": Message(
            N_("After the empty row %(row)s no row looks like the table's."),
            N_("Give the last row instead if the table goes on."),
        ),
        "proposal_end_gaps": Message(
            N_("The table goes on after the empty row %(row)s, so empty rows do not end it."),
            N_("Give the last row instead if another table begins there."),
        ),
        "proposal_end_note": Message(
            N_("Row %(row)s begins with “%(text)s” and holds no number: the table ends above it."),
            _CHANGE,
        ),
        "proposal_place": Message(
            N_("Of the texts of “%(name)s”, %(count)s of %(total)s are known regions."), _CHANGE
        ),
        "proposal_places_across": Message(N_("Headings are known regions (%(count)s)."), _CHANGE),
        "proposal_no_place": Message(
            N_("No column holds regions that are known; “%(name)s” is the first with words."),
            N_("Choose the column of regions; regions that are not known yet must be added first."),
        ),
        "proposal_labels": Message(
            N_("“%(name)s” holds regions too, so it is taken as what their codes mean."), _CHANGE
        ),
        "proposal_repeats": Message(
            N_("“%(name)s” has empty cells in rows with numbers, as when it is written once only."),
            N_("Check in the preview that an empty cell means the same as the one above."),
        ),
        "proposal_periods_across": Message(
            N_("The headings are periods (%(count)s), from %(first)s to %(last)s."), _CHANGE
        ),
        "proposal_period_column": Message(N_("All texts of “%(name)s” are periods."), _CHANGE),
        "proposal_two_period_columns": Message(
            N_("“%(name)s” and “%(other)s” could both hold periods; the first is proposed."),
            N_("Choose the column of periods; the other may be numbers."),
        ),
        "proposal_period_in_title": Message(
            N_("No column holds periods, and the title names one year, %(period)s."),
            N_("Change it if the figures are of another year."),
        ),
        "proposal_no_period": Message(
            N_("No column and no heading is a period."),
            N_("Choose the column of periods, or give the one period of the whole table."),
        ),
        "proposal_mixed_periods": Message(
            N_("The periods are of several frequencies; most are %(frequency)s."),
            N_("Make one mapping for each frequency, and leave the others out."),
        ),
        "proposal_value": Message(N_("“%(name)s” is the one column of numbers."), _CHANGE),
        "proposal_sex_across": Message(
            N_("The columns of numbers are headed by words for men and women."), _CHANGE
        ),
        "proposal_across": Message(
            N_("Several columns hold numbers (%(names)s), and no period heads them."),
            N_("Say what they are; columns with different units need a mapping each."),
        ),
        "proposal_no_value": Message(
            N_("No column holds numbers."),
            N_("Check the row of the heading and the separator, and choose the column of values."),
        ),
        "proposal_dimension": Message(
            N_("“%(name)s” is filled throughout and tells rows apart."),
            N_("Ignore the column if it says nothing about the figures."),
        ),
        "proposal_ignored": Message(
            N_("“%(name)s” has empty cells or no use for telling rows apart."),
            N_("Choose a dimension for it if it matters."),
        ),
        "proposal_leave_out": Message(
            N_("Some rows are totals (%(texts)s; %(count)s ×), not regions."),
            N_("Keep them if the total is a region that you want."),
        ),
        "proposal_decimal": Message(
            N_("“%(text)s” shows the decimal sign “%(decimal)s” and thousands “%(thousands)s”."),
            _CHANGE,
        ),
        "proposal_whole": Message(
            N_("All numbers seen are whole, so no decimal sign is proposed."),
            N_("Choose the signs if other numbers have them."),
        ),
        "proposal_stored": Message(
            N_("The cells are stored as numbers, so their signs do not matter."), _CHANGE
        ),
        "proposal_ambiguous": Message(
            N_("“%(text)s” can mean %(one)s or %(other)s, and no number seen tells which."),
            N_("Ask what is meant, choose the signs, and mark them as sure."),
        ),
        "proposal_two_notations": Message(
            N_("“%(text)s” and “%(other)s” are written in two ways."),
            N_("Write all numbers in one way, then choose the signs."),
        ),
        "proposal_shares": Message(
            N_("All numbers are stored between -1 and 1, as cells that show per cent are."),
            N_("If the sheet shows per cent and you want 12.5 for 12.5 %%, move the point by 2."),
        ),
        "proposal_missing": Message(
            N_("“%(text)s” stands where numbers are (%(count)s ×); it means missing."), _CHANGE
        ),
        "proposal_empty": Message(
            N_("Cells are empty where numbers are (%(count)s ×); they are taken as missing."),
            _CHANGE,
        ),
        "proposal_dash": Message(
            N_("“%(text)s” stands where numbers are (%(count)s ×): it may be zero or missing."),
            N_("Look it up in the notes of the table, and say which it is."),
        ),
        "proposal_unknown_mark": Message(
            N_("“%(text)s” stands where numbers are (%(count)s ×); its meaning is not known."),
            N_("Look it up in the notes of the table, and say whether it means missing or zero."),
        ),
        "proposal_sign": Message(
            N_("“%(text)s” follows numbers; it is read as the flag “%(flags)s”."),
            N_("Look it up in the notes of the table and change the flag if it means another."),
        ),
        "proposal_sign_dropped": Message(N_("“%(text)s” follows numbers and is no flag."), _CHANGE),
        "proposal_unknown_sign": Message(
            N_("“%(text)s” follows numbers or periods (%(count)s ×); its meaning is not known."),
            N_("Look it up in the notes of the table, and say which flag it means, if any."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """Why a field of a proposal is as it is. `about`: the field's path, as in `faults_of`.

    `is_open`: a person has to decide; nothing, or only a first choice, is proposed. `reason` is a
    `Fault` since its sentences are translated and shown like those of one.
    """

    about: str
    reason: Fault
    is_open: bool = False


@dataclass(slots=True)
class Notes:
    """Notes as they are found."""

    found: list[Note] = field(default_factory=list)

    def add(self, about: str, code: str, /, **params: Value) -> None:
        """Say why something is proposed."""
        self.found.append(Note(about, Fault(code, params)))

    def ask(self, about: str, code: str, /, **params: Value) -> None:
        """Say what a person has to decide."""
        self.found.append(Note(about, Fault(code, params), is_open=True))
