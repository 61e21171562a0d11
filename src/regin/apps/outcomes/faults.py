"""Faults of a file of statistics that only the platform can see, beside those of the reader."""

from __future__ import annotations

from regin.engine.errors import N_, Message, register

register(
    {
        "outcomes_unknown_code": Message(
            N_("The region code “%(code)s” is not known (rows with it: %(rows)s)."),
            N_("Check its spelling against the source. If it is right, ask for it to be added."),
        ),
        "outcomes_code_twice": Message(
            N_(
                "The codes %(codes)s mean the same place (%(code)s) and give the same figure twice."
            ),
            N_("Leave one of them out, or say what else it means."),
        ),
        "outcomes_unknown_version": Message(
            N_("This installation knows no NUTS version “%(version)s”."),
            N_("Choose one of %(known)s."),
        ),
        "outcomes_other_unit": Message(
            N_("The figures are in %(found)s; this series is in %(expected)s."),
            N_("Choose that unit in the source and download the table again."),
        ),
        "outcomes_other_frequency": Message(
            N_("The periods are of frequency %(found)s; this series has %(expected)s."),
            N_("Choose the table of that frequency."),
        ),
        "outcomes_several": Message(
            N_("The dimension %(name)s has several codes: %(found)s."),
            N_("This series does not tell them apart: choose one and download the table again."),
        ),
        "outcomes_other_code": Message(
            N_("The dimension %(name)s has %(found)s; this series is about %(expected)s."),
            N_("Choose that code in the source and download the table again."),
        ),
        "outcomes_silent_code": Message(
            N_("The file has no dimension %(name)s; this series is about %(expected)s of it."),
            N_(
                "Download the table with that dimension. If it is another table, begin a series "
                "with it."
            ),
        ),
        "outcomes_other_multiplier": Message(
            N_(
                "The figures are in units of 10 to the power of %(found)s; "
                "those of this series of %(expected)s."
            ),
            N_("Choose the multiplier of the earlier files in the source and download it again."),
        ),
        "outcomes_unknown_label": Message(
            N_("The file has labels in place of codes, and “%(label)s” is not known."),
            N_("Download the table with codes, or say in the series which code it means."),
        ),
        "outcomes_no_place": Message(
            N_("The table has no dimension of places (it has %(found)s)."),
            N_("Choose a table by country or region."),
        ),
        "outcomes_no_time": Message(
            N_("The table has no dimension of time (it has %(found)s)."),
            N_("Download the table again with its periods."),
        ),
        "outcomes_code_too_long": Message(
            N_("“%(code)s” is longer than %(limit)s characters."),
            N_("Check the code against the source."),
        ),
        "value_out_of_bounds": Message(
            N_(
                "The value %(value)s is impossible in this series: "
                "its values lie from %(lowest)s to %(highest)s."
            ),
            N_("Check the cell against the source and that the file is of this statistic."),
        ),
        "outcomes_nothing_left": Message(
            N_("Every row is an aggregate, so no figure of a region is left."),
            N_("Choose a table with regions."),
        ),
    }
)
