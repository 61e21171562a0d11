"""A proposal says why, asks where two readings differ, and then reads the table it was made for."""

from dataclasses import replace

import pytest

from regin.engine.errors import FaultsError
from regin.files.datasets.mapped import read_mapped
from regin.files.datasets.mapping import Across, Constant, KeyColumn
from regin.files.datasets.mapping_checks import faults_of
from regin.files.datasets.mapping_proposal import PreviewRow, propose_mapping
from regin.files.datasets.tests.mapped_tables import (
    A_DAY,
    GERMAN,
    GROUPS_GERMAN,
    ITALIAN,
    LONG_SPANISH,
    SHEET,
    SPANISH,
    SWEDISH,
    WIDE_SWEDISH,
    cells,
    italian,
    sheet_of,
    written,
)

PLACES = {
    *("Skåne", "Västra Götaland", "Andalucía", "Aragón", "Bayern", "Berlin"),
    *("ES61", "ES24", "ITC4", "ITF3", "ITG1", "SE224", "SE232", "SE"),
}


def proposed(path, **options):
    found = propose_mapping(path, PLACES.__contains__, **options)
    assert all(note.reason.what and note.reason.advice and note.about for note in found.notes)
    return found


def of(tmp_path, text, encoding="utf-8"):
    return proposed(written(tmp_path, text, encoding))


def codes(proposal, about=""):
    return [note.reason.code for note in proposal.notes if note.about.startswith(about)]


def questions(proposal):
    return [note.reason.code for note in proposal.questions]


def test_years_across_in_swedish(tmp_path):
    path = written(tmp_path, WIDE_SWEDISH, "cp1252")
    found = proposed(path)
    told = found.mapping
    assert told.place == SWEDISH.place
    assert (told.across, told.frequency) == (Across("time", "time"), "A")
    assert told.columns == (KeyColumn("Län", "geo", "geo", is_labelled=True),)
    assert (told.notation.decimal, told.notation.thousands) == (",", ".")
    assert told.notation.missing == {"..": ""}
    assert told.notation.signs == {"(b)": "b", "(p)": "p"}
    assert questions(found) == ["proposal_encoding_other", "proposal_dash"]
    assert told.leave_out == SWEDISH.leave_out


def test_a_proposal_and_one_answer_read_the_table(tmp_path):
    path = written(tmp_path, WIDE_SWEDISH, "cp1252")
    told = proposed(path).mapping
    told = replace(told, notation=replace(told.notation, zeros=("-",)))
    names = {"SE232": "Västra Götaland", "SE224": "Skåne"}
    assert cells(path, told) == [
        ((names[geo], time), *rest) for (geo, time), *rest in cells(path, SWEDISH)
    ]


def test_one_row_an_observation_in_spanish(tmp_path):
    path = written(tmp_path, LONG_SPANISH)
    found = proposed(path)
    told = found.mapping
    assert told.place == SPANISH.place
    assert (told.value, told.flags, told.across) == ("Tasa de paro", "Flag", None)
    assert told.ignored == ("Nota",)
    assert [column.heading for column in told.columns] == ["Código", "Periodo", "Sexo"]
    assert told.columns[2].codes == {"Hombres": "M", "Mujeres": "F"}
    assert (told.columns[0].labels, told.notation.decimal) == ("Comunidad", ",")
    assert questions(found) == ["proposal_ignored"]
    assert len(cells(path, told)) == 4


def test_groups_across_in_german(tmp_path):
    path = written(tmp_path, GROUPS_GERMAN)
    found = proposed(path)
    told = found.mapping
    assert told.across == GERMAN.across
    assert [column.heading for column in told.columns] == ["Bundesland", "Jahr"]
    assert told.columns[0].repeats
    assert (told.notation.decimal, told.notation.thousands) == (",", " ")
    assert told.notation.missing == {"x": ""}
    assert questions(found) == [
        "proposal_repeats",
        "proposal_unknown_sign",
        "proposal_unknown_sign",
    ]


def test_a_sheet_among_others_in_italian(tmp_path):
    path = italian(tmp_path / "t.xlsx")
    found = proposed(path)
    told = found.mapping
    assert told.place == ITALIAN.place
    assert told.columns == ITALIAN.columns
    assert told.across == ITALIAN.across
    assert (told.notation.decimal, told.notation.thousands) == (",", ".")
    assert told.notation.missing == {"n.d.": "", "": ""}
    assert questions(found) == ["proposal_unknown_sign"]
    told = replace(told, notation=replace(told.notation, signs={"*": "e"}))
    assert cells(path, told) == cells(path, ITALIAN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WIDE_SWEDISH, {"separator", "periods_across", "place", "leave_out", "missing", "sign"}),
        (LONG_SPANISH, {"labels", "period_column", "value", "dimension", "missing"}),
        (GROUPS_GERMAN, {"sex_across", "decimal"}),
        ("sep=,\nÅr,Skåne,Bayern\n2012,1 %,\n", {"separator_said", "places_across", "empty",
                                                  "sign_dropped"}),
        ("2,3\n4,5\n", {"no_heading"}),
    ],
)  # fmt: skip
def test_every_guess_says_why(tmp_path, text, expected):
    assert {f"proposal_{code}" for code in expected} <= set(codes(of(tmp_path, text)))


def test_the_preview_shows_the_first_rows_as_they_are(tmp_path):
    preview = of(tmp_path, WIDE_SWEDISH, "cp1252").preview
    assert preview[3] == PreviewRow(4, ("Län", "2012", "2013 (p)", "2014"))
    assert preview[4].texts[0] == "  Västra Götaland"
    long = of(tmp_path, "geo;2013\n" + "SE;1\n" * 80).preview
    assert [row.number for row in long] == list(range(1, 51))


@pytest.mark.parametrize(
    ("numbers", "decimal", "thousands", "code"),
    [
        (["12,5", "7"], ",", "", "proposal_decimal"),
        (["12.5", "7"], ".", "", "proposal_decimal"),
        (["1.234,5"], ",", ".", "proposal_decimal"),
        (["1,234.5"], ".", ",", "proposal_decimal"),
        (["1 234,5"], ",", " ", "proposal_decimal"),
        (["1'234.5"], ".", "'", "proposal_decimal"),
        (["1.234.567"], ",", ".", "proposal_decimal"),
        (["1,234,567"], ".", ",", "proposal_decimal"),
        (["1.234", "12,5"], ",", ".", "proposal_decimal"),
        (["0.123", "1.234"], ".", "", "proposal_decimal"),
        (["1234.567"], ".", "", "proposal_decimal"),
        (["1 234", "5"], "", " ", "proposal_decimal"),
        (["7", "1234"], "", "", "proposal_whole"),
        (["1.234"], "", "", "proposal_ambiguous"),
        (["1,234", "5", "123"], "", "", "proposal_ambiguous"),
        (["1,234", "1.234"], "", "", "proposal_ambiguous"),
        (["1 234", "1,234"], "", "", "proposal_ambiguous"),
        (["12,5", "12.5"], "", "", "proposal_two_notations"),
        (["1.234,5", "1,234.5"], "", "", "proposal_two_notations"),
        (["1 234", "1.234", "12,5"], "", "", "proposal_two_notations"),
    ],
)
def test_signs_of_numbers_are_proposed_where_a_number_proves_them(
    tmp_path, numbers, decimal, thousands, code
):
    rows = "".join(f"SE;{2000 + n};{number}\n" for n, number in enumerate(numbers))
    found = of(tmp_path, "geo;year;value\n" + rows)
    told = found.mapping.notation
    assert (told.decimal, told.thousands, told.is_sure) == (decimal, thousands, False)
    assert codes(found, "numbers") == [code]
    assert (code in questions(found)) == (code in ("proposal_ambiguous", "proposal_two_notations"))


@pytest.mark.parametrize(
    ("numbers", "first", "other"),
    [
        (["1.5", "2,5", "3.456"], "1.5", "2,5"),
        (["3.456", "2,5", "1.5"], "2,5", "1.5"),
        (["1.234.567", "7.5", "1 234"], "1.234.567", "1 234"),
        (["1.234.567", "7.5"], "7.5", "1.234.567"),
        (["1 234", "12,5", "1.234"], "1 234", "1.234"),
    ],
)
def test_two_notations_are_shown_by_two_numbers_that_no_notation_reads(
    tmp_path, numbers, first, other
):
    rows = "".join(f"SE;{2000 + n};{number}\n" for n, number in enumerate(numbers))
    found = of(tmp_path, "geo;year;value\n" + rows)
    (note,) = [one for one in found.questions if one.about == "numbers.decimal"]
    assert note.reason.code == "proposal_two_notations"
    assert (note.reason.params["text"], note.reason.params["other"]) == (first, other)


@pytest.mark.parametrize("text", ["1.234", "1,234"])
def test_a_proposal_never_reads_a_number_that_has_two_readings(tmp_path, text):
    path = written(tmp_path, f"geo;2013;2014\nSE;{text};7\n")
    with pytest.raises(FaultsError):
        read_mapped(path, proposed(path).mapping)


@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_a_dash_is_asked_about(tmp_path, dash):
    found = of(tmp_path, f"geo;2013;2014\nSE;{dash};7\n")
    assert questions(found) == ["proposal_dash"]
    assert (found.mapping.notation.missing, found.mapping.notation.zeros) == ({}, ())


def test_marks_and_signs_that_are_not_known_are_asked_about(tmp_path):
    found = of(tmp_path, "geo;2013;2014;2015\nSE;ej;7 [x];4*\nSE224;5;n.d.;8 %\n")
    assert questions(found) == [
        "proposal_unknown_mark",
        "proposal_unknown_sign",
        "proposal_unknown_sign",
    ]
    assert found.mapping.notation.missing == {"n.d.": ""}
    assert found.mapping.notation.signs == {"%": ""}


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("geo;2013;2014\nSE;1,5;2,5\n", ";"),
        ("geo,2013,2014\nSE,1.5,2.5\n", ","),
        ("geo\t2013\t2014\nSE\t1,5\t2,5\n", "\t"),
        ("geo|2013|2014\nSE|1;5|2,5\n", "|"),
        ('geo,2013,2014\nSE,"1,5","2,5"\n', ","),
        ("sep=,\ngeo,2013,2014\nSE,1,2\n", ","),
        ("A title, long; and odd\n\ngeo;2013;2014\nSE;1,5;2,5\nSE224;1,5;2,5\n", ";"),
    ],
)
def test_the_separator_is_the_one_that_gives_columns(tmp_path, text, separator):
    found = of(tmp_path, text)
    assert found.mapping.place.separator == separator
    assert "place.separator" not in {note.about for note in found.questions}


def test_two_separators_that_fit_equally_are_asked_about(tmp_path):
    found = of(tmp_path, "a;b,c\nx;y,z\n")
    assert "proposal_two_separators" in questions(found)


def test_a_text_without_columns_is_asked_about(tmp_path):
    found = of(tmp_path, "only words\nand more\n")
    assert "proposal_no_separator" in questions(found)
    assert ("mapping_file_kind", "place") in [
        (fault.code, fault.column) for fault in faults_of(found.mapping)
    ]


@pytest.mark.parametrize(
    ("content", "encoding", "code"),
    [
        (b"geo;2013\nSE;1\n", "utf-8", "proposal_encoding_plain"),
        ("geo;2013\nSkåne;1\n".encode(), "utf-8", "proposal_encoding_utf8"),
        ("geo;2013\nSkåne;1\n".encode("utf-8-sig"), "utf-8", "proposal_encoding_utf8"),
        ("geo;2013\nSkåne;1\n".encode("cp1252"), "cp1252", "proposal_encoding_other"),
        (b"geo;2013\nSk\xe5ne\x81;1\n", "latin-1", "proposal_encoding_other"),
    ],
)
def test_the_encoding_is_told_from_the_beginning(tmp_path, content, encoding, code):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    found = proposed(path)
    assert found.mapping.place.encoding == encoding
    assert codes(found, "place.encoding") == [code]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("geo;2013;2014\nSE;1;2\n", 1),
        ("Title\n\ngeo;2013;2014\nSE;1;2\n", 3),
        ("Table 3;Rate;;\nby year;;;\n;2013;2014;2015\nSE;1;2;3\n", 3),
        ("geo;Men;Women\nSE;1;2\n", 1),
    ],
)
def test_the_heading_is_the_first_row_that_names_all_columns(tmp_path, text, row):
    found = of(tmp_path, text)
    assert found.mapping.place.heading_row == row
    assert "proposal_heading" in codes(found, "place.heading_row")


def test_a_heading_in_two_rows_is_asked_about(tmp_path):
    found = of(tmp_path, ";2013;;2014;\ngeo;Men;Women;Men;Women\nSE;1;2;3;4\n")
    assert found.mapping.place.heading_row == 2
    assert "proposal_heading_twice" in questions(found)


def test_rows_of_units_below_the_heading_are_passed_over_with_a_question(tmp_path):
    found = of(tmp_path, "geo;2013;2014\n;per cent;per cent\nSE;1;2\n")
    assert found.mapping.place.first_row == 3
    assert "proposal_first_row" in questions(found)


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        ("\nSource: office\n", "proposal_end_empty"),
        ("Source: office\n", "proposal_end_note"),
        ("Fuente: INE\nmore\n", "proposal_end_note"),
        ("\nSE224;3;4\n", "proposal_end_gaps"),
    ],
)
def test_where_the_table_ends_is_told(tmp_path, tail, code):
    path = written(tmp_path, "geo;2013;2014\nSE;1;2\n" + tail)
    found = proposed(path)
    assert codes(found, "place.stop") == [code]
    assert len(read_mapped(path, found.mapping)) == (4 if code == "proposal_end_gaps" else 2)


def test_totals_are_left_out(tmp_path):
    path = written(tmp_path, "geo;2013;2014\nSE;1;2\nTotal;1;2\n")
    found = proposed(path)
    assert found.mapping.leave_out == {"geo": ("Total",)}
    assert len(read_mapped(path, found.mapping)) == 2


def test_regions_across_and_years_down(tmp_path):
    path = written(tmp_path, "År;Skåne;Västra Götaland\n2012;1;2\n2013;3;4\n")
    told = proposed(path).mapping
    codes = {"Skåne": "skane", "Västra Götaland": "vastra_gotaland"}
    assert told.across == Across("geo", "geo", codes)
    assert told.columns == (KeyColumn("År", "time", "time"),)
    assert len(cells(path, told)) == 4


def test_a_year_in_the_title_is_proposed_with_a_question(tmp_path):
    found = of(tmp_path, "Rate, 2015\n\ngeo;Men;Women\nSE;1;2\n")
    assert found.mapping.constants == (Constant("time", "2015", "time"),)
    assert questions(found) == ["proposal_period_in_title"]


def test_what_cannot_be_known_stays_open(tmp_path):
    found = of(tmp_path, "town;population;area\nLund;1;2\nMora;3;4\n")
    assert questions(found) == ["proposal_no_place", "proposal_no_period", "proposal_across"]
    assert [fault.code for fault in faults_of(found.mapping)] == ["mapping_no_role"]


def test_a_table_of_words_has_no_values(tmp_path):
    found = of(tmp_path, "geo;note\nSE;words\nSE224;more\n")
    assert "proposal_no_value" in questions(found)


def test_numbers_that_look_like_years_are_no_periods_where_a_heading_says_which_are(tmp_path):
    text = "geo;value;year\n" + "".join(f"SE;{1900 + n};{2000 + n}\n" for n in range(9))
    found = of(tmp_path, text)
    assert [column.heading for column in found.mapping.columns] == ["geo", "year"]
    assert found.mapping.value == "value"
    found = of(tmp_path, text.replace("year", "y"))
    assert "proposal_two_period_columns" in questions(found)


def test_frequencies_that_are_mixed_are_asked_about(tmp_path):
    found = of(tmp_path, "geo;2013;2014;2014-Q1\nSE;1;2;3\n")
    assert "proposal_mixed_periods" in questions(found)
    assert found.mapping.frequency == "A"
    assert of(tmp_path, "geo;2013Q1;2013Q2\nSE;1;2\n").mapping.frequency == "Q"


def test_a_sheet_is_asked_about_where_several_hold_numbers(tmp_path):
    def change(sheet):
        sheet.parent["Note"].append([1, 2])
        sheet.parent["Note"].append(["SE", 3])

    path = italian(tmp_path / "t.xlsx", change)
    assert questions(proposed(path))[0] == "proposal_sheets"
    chosen = proposed(path, sheet="Note")
    assert chosen.mapping.place.sheet == "Note"
    assert "place.sheet" not in {note.about for note in chosen.notes}
    with pytest.raises(FaultsError, match=f"there are: Note, {SHEET}"):
        proposed(path, sheet="none")


def test_cells_between_minus_one_and_one_may_show_per_cent(tmp_path):
    path = sheet_of(tmp_path / "t.xlsx", [["geo", 2013, 2014], ["SE", 0.125, 0.5]])
    found = proposed(path)
    assert codes(found, "numbers") == ["proposal_stored", "proposal_shares"]
    assert questions(found) == ["proposal_shares"]
    assert "12.5 %" in found.questions[0].reason.advice


def test_an_empty_workbook_is_refused(tmp_path):
    with pytest.raises(FaultsError, match="The sheet is empty"):
        proposed(sheet_of(tmp_path / "t.xlsx", []))


def test_dates_in_the_heading_are_no_figures(tmp_path):
    found = proposed(sheet_of(tmp_path / "t.xlsx", [["geo", A_DAY, 2014], ["SE", 1, 2]]))
    assert found.mapping.place.heading_row == 1


def test_a_long_file_is_judged_by_its_beginning(tmp_path):
    text = "geo;year;value\n" + "SE;2013;12,5\n" * 5000 + '"broken'
    assert of(tmp_path, text).mapping.notation.decimal == ","


def test_a_sample_is_bounded_by_its_size(tmp_path):
    wide = ";".join(["x" * 50] * 900)
    found = of(tmp_path, "geo;2013;2014\nSE;1,5;2\n" + f"{wide}\n" * 190)
    assert found.mapping.place.separator == ";"
