"""Messages of mappings that cannot be used."""

from __future__ import annotations

from regin.engine.errors import N_, Message, register

register(
    {
        "mapping_choice": Message(
            N_("“%(value)s” cannot stand here."), N_("Choose one of these: %(known)s.")
        ),
        "mapping_range": Message(
            N_("%(value)s is outside %(low)s to %(high)s."),
            N_("Write a whole number within these bounds."),
        ),
        "mapping_file_kind": Message(
            N_("The mapping must name either a sheet of a workbook or a separator, not both."),
            N_("Name the sheet for an .xlsx file; name the separator for a text file."),
        ),
        "mapping_separator": Message(
            N_("“%(value)s” cannot separate columns."),
            N_("Write one sign such as a semicolon, a comma, a vertical bar or a tab."),
        ),
        "mapping_name": Message(
            N_("“%(value)s” is not a name of a dimension."),
            N_("Begin with a letter a to z; then up to 63 letters, digits or underscores."),
        ),
        "mapping_name_twice": Message(
            N_("The dimension “%(value)s” stands twice."),
            N_("Give each column and each constant a dimension of its own."),
        ),
        "mapping_role_twice": Message(
            N_("Two dimensions have the role “%(value)s”."), N_("Leave it to one of them.")
        ),
        "mapping_no_role": Message(
            N_("No column and no constant says which dimension is “%(value)s”."),
            N_("Choose the column of regions and the one of periods, or give a constant."),
        ),
        "mapping_heading_empty": Message(
            N_("The heading is empty."),
            N_("Write the heading of the column; a column without one is named @A, @B and so on."),
        ),
        "mapping_heading_twice": Message(
            N_("The heading “%(value)s” stands in two places of the mapping."),
            N_("Use every column once."),
        ),
        "mapping_spaces": Message(
            N_("“%(value)s” has spaces around it, or two together."),
            N_("Write it without them; spaces in the file do not matter."),
        ),
        "mapping_text_long": Message(
            N_("“%(value)s” is longer than %(limit)s characters."), N_("Shorten it.")
        ),
        "mapping_code": Message(
            N_("“%(value)s” is not a code."),
            N_("A code has 1 to 64 letters, digits, dots, hyphens or underscores, no space."),
        ),
        "mapping_period": Message(
            N_("“%(value)s” is not a period of the frequency %(frequency)s."),
            N_("Write 2013, 2013-S1, 2013-Q1, 2013-01 or 2013-W01, as the frequency asks."),
        ),
        "mapping_code_twice": Message(
            N_("Two columns of values stand for “%(value)s”."), N_("Give each a code of its own.")
        ),
        "mapping_layout": Message(
            N_("The mapping must say either where the values are or what the columns are."),
            N_("Long: name the column of values. Wide: name the dimension across, no value."),
        ),
        "mapping_no_across": Message(
            N_("No column of values is named."),
            N_("List the headings of the columns of values with a code each."),
        ),
        "mapping_flags_wide": Message(
            N_("A column of flags needs a single column of values."),
            N_("Leave the column of flags out, or use the long layout."),
        ),
        "mapping_same_sign": Message(
            N_("“%(value)s” cannot be both decimal and thousands sign."),
            N_("Look at a number that has both, or leave the thousands sign empty."),
        ),
        "mapping_mark_twice": Message(
            N_("“%(value)s” is listed both as missing and as zero."),
            N_("Find out what the office means by it and list it once."),
        ),
        "mapping_flags": Message(
            N_("“%(value)s” is not a flag or a set of flags; the flags are %(known)s."),
            N_("Write each letter once, at most four together, or leave it empty."),
        ),
        "mapping_sign": Message(
            N_("“%(value)s” cannot be a sign after numbers."),
            N_("A sign has at least one character that is no digit and no sign of numbers."),
        ),
        "mapping_leave_out": Message(
            N_("“%(value)s” is not a column that holds a dimension."),
            N_("Leave rows out by a column that the mapping names."),
        ),
        "mapping_last_row": Message(
            N_("The table would end before it begins."),
            N_("Give a last row below the first one, or 0 for none."),
        ),
        "mapping_language": Message(
            N_("“%(value)s” is not a language."), N_("Write two small letters, such as sv.")
        ),
        "mapping_too_many": Message(
            N_("The list has more than %(limit)s entries."), N_("Shorten it.")
        ),
    }
)
