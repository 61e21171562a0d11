"""What is wrong with a file is told all at once, with row and column as the spreadsheet shows."""

from dataclasses import replace

import pytest

from regin.engine.errors import FaultsError
from regin.files.datasets.mapped import read_mapped
from regin.files.datasets.mapping import Across, KeyColumn, Notation, TableMapping, TablePlace
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
    faults,
    italian,
    sheet_of,
    written,
)
from regin.files.index.tests.workbooks import around, packed, sheet, text_cell
from regin.files.index.tests.workbooks import written as in_parts
from regin.files.limits import Limits

POINT = TableMapping(
    place=TablePlace(separator=";"),
    notation=Notation(".", ",", missing={"..": "", ":": ""}, signs={"(b)": "b", "*": "p"}),
    columns=(KeyColumn("geo", "geo", "geo"),),
    across=Across("time"),
)
COMMA = replace(POINT, notation=Notation(",", ".", missing={"..": ""}))
LONG = TableMapping(
    place=TablePlace(separator=";"),
    notation=Notation("."),
    columns=(KeyColumn("geo", "geo", "geo"), KeyColumn("year", "time", "time")),
    value="value",
)


def of_value(tmp_path, text, mapping=POINT):
    path = written(tmp_path, f"geo;2013;2014\nSE;{text};7\n")
    return faults(path, mapping)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12,5", "mapped_other_notation"),
        ("1.234.567", "mapped_other_notation"),
        ("1.234,5", "mapped_other_notation"),
        ("12,34.5", "mapped_other_notation"),
        ("1 234", "mapped_other_notation"),
        ("1'234", "mapped_other_notation"),
        ("0,123", "mapped_other_notation"),
        ("1,234", "mapped_ambiguous_number"),
        ("1.234", "mapped_ambiguous_number"),
        ("-1.234", "mapped_ambiguous_number"),
        ("", "mapped_empty_value"),
        ("-", "mapped_unknown_mark"),
        ("n/a", "mapped_unknown_mark"),
        ("#DIV/0!", "mapped_unknown_mark"),
        ("see the notes below", "mapped_text_in_number"),
        ("1" * 70, "mapped_text_in_number"),
        ("12.5 (x)", "mapped_unknown_sign"),
        ("12.5x", "mapped_unknown_sign"),
        ("12.5 1)", "mapped_unknown_sign"),
        ("(12.5)", "mapped_unknown_mark"),
        ("nan", "mapped_not_finite"),
        ("-Infinity", "mapped_not_finite"),
        ("1e999", "mapped_not_finite"),
        ("1.5.2013", "mapped_date_in_number"),
        ("01/05/13", "mapped_date_in_number"),
        ("2013-05-01", "mapped_date_in_number"),
        ("1. maj", "mapped_date_in_number"),
        ("May-13", "mapped_date_in_number"),
        ("١٢", "mapped_unknown_mark"),
    ],
)
def test_what_is_no_number_in_the_notation_of_the_mapping_is_told(tmp_path, text, code):
    assert of_value(tmp_path, text) == [(code, 2, "B (2013)")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        ("1,234.5", 1234.5),
        ("1234.5", 1234.5),
        ("+3", 3.0),
        ("−3", -3.0),
        ("- 3", -3.0),
        (".5", 0.5),
        ("1.5e-3", 0.0015),
        (" 7 ", 7.0),
        ("12.5*", 12.5),
        ("12.5 (b)*", 12.5),
        (".. (b)", None),
        (":", None),
    ],
)
def test_what_is_a_number_or_a_mark_is_read(tmp_path, text, value):
    path = written(tmp_path, f"geo;2013\nSE;{text}\n")
    assert [cell[1] for cell in cells(path, POINT)] == [value]


@pytest.mark.parametrize("proof", ["1.234.567", "12,5", "1.234,5", "0,123"])
def test_one_number_that_can_be_read_in_one_way_only_settles_the_others(tmp_path, proof):
    path = written(tmp_path, f"geo;2013;2014\nSE;1.234;{proof}\n")
    assert cells(path, COMMA)[0][1] == 1234.0


@pytest.mark.parametrize("signs", [(",", "."), (".", ",")])
@pytest.mark.parametrize("text", ["1.234", "1,234"])
def test_numbers_that_stay_in_doubt_are_read_only_when_somebody_is_sure(tmp_path, signs, text):
    path = written(tmp_path, f"geo;2013;2014\nSE;7;{text}\n")
    told = replace(POINT, notation=Notation(*signs))
    assert faults(path, told) == [("mapped_ambiguous_number", 2, "C (2014)")]
    sure = replace(told, notation=replace(told.notation, is_sure=True))
    assert cells(path, sure)[1][1] == (1.234 if text[1] == signs[0] else 1234.0)


def test_a_doubtful_number_is_told_with_both_readings(tmp_path):
    path = written(tmp_path, "geo;2013\nSE;1.234\n")
    with pytest.raises(FaultsError, match=r"can mean 1234 or 1.234.*mapping reads 1234\."):
        read_mapped(path, COMMA)


@pytest.mark.parametrize("text", ["1,5", "1.234", "1 234"])
def test_signs_are_a_fault_where_all_numbers_are_whole(tmp_path, text):
    told = replace(POINT, notation=Notation())
    assert of_value(tmp_path, text, told) == [("mapped_no_signs", 2, "B (2013)")]


def test_more_flags_than_are_kept_are_told(tmp_path):
    signs = {letter: letter for letter in "bdepu"}
    told = replace(POINT, notation=replace(POINT.notation, signs=signs))
    assert of_value(tmp_path, "7 bdepu", told) == [("mapped_many_flags", 2, "B (2013)")]


def test_a_changed_structure_says_which_columns_went_and_which_are_new(tmp_path):
    text = LONG_SPANISH.replace('"Sexo"', '"Género"').replace('"Nota"', '"Grupo de edad"')
    assert faults(written(tmp_path, text), SPANISH) == [
        ("mapped_column_new", 1, "C (Género)"),
        ("mapped_column_new", 1, "F (Grupo de edad)"),
        ("mapped_column_gone", 1, None),
    ]
    with pytest.raises(FaultsError, match="The column “Sexo” is gone"):
        read_mapped(written(tmp_path, text), SPANISH)


def test_a_column_that_is_ignored_may_go(tmp_path):
    lines = [line.split("\t") for line in LONG_SPANISH.splitlines()]
    text = "".join("\t".join([*cells[:5], cells[6]]) + "\n" for cells in lines)
    assert len(cells(written(tmp_path, text), SPANISH)) == 4


def test_columns_in_another_order_are_no_change(tmp_path):
    lines = [line.split("\t")[::-1] for line in LONG_SPANISH.splitlines()]
    text = "".join("\t".join(cells) + "\n" for cells in lines)
    assert cells(written(tmp_path, text), SPANISH) == cells(
        written(tmp_path, LONG_SPANISH, name="u.csv"), SPANISH
    )


def test_a_heading_that_moved_is_found_above_and_below(tmp_path):
    above = "\n".join(WIDE_SWEDISH.splitlines()[1:]) + "\n"
    below = "another title\n" + WIDE_SWEDISH
    for text, row in ((above, 3), (below, 5)):
        path = written(tmp_path, text, "cp1252")
        assert faults(path, SWEDISH) == [("mapped_heading_moved", 4, None)]
        with pytest.raises(FaultsError, match=f"stands in row {row}, not in row 4"):
            read_mapped(path, SWEDISH)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("geo;2013;2013", [("mapped_column_twice", 1, "C (2013)")]),
        ("geo;2013;2013 *", [("mapped_column_twice", 1, "C (2013 *)")]),
        ("geo;geo;2013", [("mapped_column_twice", 1, "B (geo)")]),
        ("geo;2013;2013-Q1", [("mapped_other_frequency", 1, "C (2013-Q1)")]),
        ("geo;2013;2011-12", [("mapped_other_frequency", 1, "C (2011-12)")]),
        ("geo;2013;2013/14", [("mapped_column_new", 1, "C (2013/14)")]),
        ("geo;2013;Total", [("mapped_column_new", 1, "C (Total)")]),
        ("geo;2013;01.01.2014", [("mapped_date_for_period", 1, "C (01.01.2014)")]),
        ("geo;2013;2013-01-01", [("mapped_date_for_period", 1, "C (2013-01-01)")]),
        ("geo;;", [("mapped_no_values", 1, None)]),
        ("", [("mapped_no_heading", 1, None)]),
    ],
)
def test_a_fault_in_the_heading_is_placed(tmp_path, head, expected):
    assert faults(written(tmp_path, f"{head}\nSE;1;2\n"), POINT) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (";2013;1", [("mapped_empty_key", 2, "A (geo)")]),
        ("SE;;1", [("mapped_empty_key", 2, "B (year)")]),
        ("Skåne län;2013;1", [("mapped_no_code", 2, "A (geo)")]),
        ("SE;13;1", [("mapped_bad_period", 2, "B (year)")]),
        ("SE;2013Q1;1", [("mapped_other_frequency", 2, "B (year)")]),
        ("SE;2013-01-01;1", [("mapped_date_for_period", 2, "B (year)")]),
        ("SE;31/12/2013;1", [("mapped_date_for_period", 2, "B (year)")]),
        ("SE;2013", [("mapped_short_row", 2, None)]),
        ("SE;2013;1;a note", [("mapped_outside", 2, "D")]),
        ("a;b;c", [("mapped_bad_period", 2, "B (year)"), ("mapped_unknown_mark", 2, "C (value)")]),
        ("SE;2013;1\nSE;2013;2", [("dataset_duplicate", 3, "value")]),
    ],
)
def test_a_fault_in_a_row_is_placed(tmp_path, row, expected):
    assert faults(written(tmp_path, f"geo;year;value\n{row}\n"), LONG) == expected


def test_a_text_without_a_code_is_told_and_a_code_itself_is_not(tmp_path):
    text = WIDE_SWEDISH.replace("Västra Götaland", "SE232").replace("Skåne", "Skane")
    assert faults(written(tmp_path, text, "cp1252"), SWEDISH) == [
        ("mapped_unknown_text", 6, "A (Län)")
    ]


def test_a_name_that_is_too_long_or_cannot_be_shown_is_told(tmp_path):
    text = GROUPS_GERMAN.replace("Bayern", "B" * 201).replace("Berlin", "Ber\x07lin")
    assert faults(written(tmp_path, text), GERMAN) == [
        ("mapped_bad_name", 2, "A (Bundesland)"),
        ("mapped_bad_name", 3, "A (Bundesland)"),
        ("mapped_bad_name", 4, "A (Bundesland)"),
    ]


def test_an_unknown_flag_in_the_column_of_flags_is_told(tmp_path):
    text = LONG_SPANISH.replace("\tbp\n", "\tbb\n")
    assert faults(written(tmp_path, text), SPANISH) == [("mapped_unknown_flag", 5, "G (Flag)")]


def test_a_text_in_a_column_without_a_heading_is_told(tmp_path):
    path = written(tmp_path, "geo;;2013;\nSE; ;1;\nNO;!;2;\n")
    assert faults(path, POINT) == [("mapped_outside", 3, "B")]


def test_a_row_of_a_wide_table_without_any_value_is_told(tmp_path):
    path = written(tmp_path, "geo;2013;2014\nNORRLAND;;\nSE;1;2\nSource: SCB\n")
    assert faults(path, POINT) == [
        ("mapped_row_without_values", 2, None),
        ("mapped_row_without_values", 4, None),
    ]


@pytest.mark.parametrize(
    ("place", "tail", "row"),
    [
        ({}, "\nNO;3;4\n", 4),
        ({}, ";;\n\nnote\nNO;;4\n", 6),
        ({"last_row": 2}, "NO;3;4\n", 3),
    ],
)
def test_a_table_that_goes_on_after_its_end_is_never_cut_in_silence(tmp_path, place, tail, row):
    told = replace(POINT, place=replace(POINT.place, **place))
    path = written(tmp_path, "geo;2013;2014\nSE;1;2\n" + tail)
    assert faults(path, told) == [("mapped_rows_after_end", row, None)]


def test_a_file_cut_off_is_told_unless_the_table_ended_before(tmp_path):
    assert faults(written(tmp_path, "geo;2013\nSE;12"), POINT) == [("mapped_cut_off", 2, None)]
    assert len(cells(written(tmp_path, "geo;2013\nSE;12\n\nSource: a"), POINT)) == 1


@pytest.mark.parametrize("at", range(1, len(LONG_SPANISH), 3))
def test_a_cut_inside_a_row_is_never_taken_for_a_whole_file(tmp_path, at):
    path = written(tmp_path, LONG_SPANISH[:at])
    if LONG_SPANISH[at - 1] != "\n":
        assert faults(path, SPANISH)


def test_a_heading_alone_is_no_table(tmp_path):
    assert faults(written(tmp_path, "geo;2013\n"), POINT) == [("dataset_no_cells", None, None)]


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        ("geo;2013\nÖ;1\n".encode("cp1252"), "utf-8", ("encoding", 2)),
        ("geo;2013\nÖ;1\n".encode(), "cp1252", ("sheet_utf8", 2)),
        (b"\xef\xbb\xbfgeo;2013\nO;1\n", "latin-1", ("sheet_utf8", 1)),
        (b"geo;2013\n\x81;1\n", "cp1252", ("sheet_encoding", 2)),
        ("geo;2013\nSE;1\n".encode("utf-16"), "utf-8", ("encoding_utf16", None)),
        ("geo;2013\nSE;1\n".encode("utf-16"), "cp1252", ("encoding_utf16", None)),
        (b"geo;2013\nS\x00;1\n", "latin-1", ("nul_byte", 2)),
        (b"geo;2013\nS\x00;1\n", "utf-8", ("nul_byte", 2)),
        (b"geo;2013\rSE;1\r", "utf-8", ("old_line_ends", 1)),
        (b'geo;2013\n"SE;1\n', "utf-8", ("csv", 2)),
        (b'geo;2013\n"S"E;1\n', "utf-8", ("csv", 2)),
        (b"", "utf-8", ("file_empty", None)),
        (b"", "cp1252", ("file_empty", None)),
        (b"\x1f\x8b\x08", "utf-8", ("file_damaged", None)),
        (b"PK\x03\x04 what", "utf-8", ("mapped_no_text", None)),
    ],
)
def test_bytes_that_are_not_this_text_are_told(tmp_path, content, encoding, expected):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    told = replace(POINT, place=replace(POINT.place, encoding=encoding))
    assert [(code, row) for code, row, _ in faults(path, told)] == [expected]


def test_faults_before_the_one_that_ends_the_reading_come_first(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"geo;2013\nSE;?\nNO;\xff\n")
    assert [code for code, _, _ in faults(path, POINT)] == ["mapped_unknown_mark", "encoding"]


def test_all_faults_come_at_once_in_the_order_of_rows_up_to_the_limit(tmp_path):
    path = written(tmp_path, "geo;2013;2014\nA;?;1\nB B;1;12,5\n;1;2\nC;1;2")
    assert faults(path, POINT) == [
        ("mapped_unknown_mark", 2, "B (2013)"),
        ("mapped_no_code", 3, "A (geo)"),
        ("mapped_other_notation", 3, "C (2014)"),
        ("mapped_empty_key", 4, "A (geo)"),
        ("mapped_cut_off", 5, None),
    ]
    found = faults(path, POINT, Limits(faults=2))
    assert [code for code, _, _ in found][-1] == "too_many_faults"


@pytest.mark.parametrize(
    ("limits", "text", "expected"),
    [
        (Limits(file_bytes=20), "geo;2013\n" + "SE;1\n" * 5, "file_too_large"),
        (Limits(rows=3), "geo;2013\nA;1\nB;1\nC;1\n", "too_many_rows"),
        (Limits(cells=2), "geo;2013\nA;1\nB;1\nC;1\n", "too_many_cells"),
        (Limits(columns=3), "geo;2013;2014;2015\nA;1;2;3\n", "too_many_columns"),
        (Limits(columns=3), "geo;2013\nA;1;;;;;\n", "too_many_columns"),
        (Limits(line_bytes=10), "geo;2013\nABCDEFGHIJK;1\n", "line_too_long"),
    ],
)
def test_sizes_are_bounded(tmp_path, limits, text, expected):
    path = written(tmp_path, text)
    assert [code for code, _, _ in faults(path, POINT, limits)] == [expected]
    other = replace(POINT, place=replace(POINT.place, encoding="cp1252"))
    assert [code for code, _, _ in faults(path, other, limits)] == [expected]


def test_the_kind_of_file_must_be_the_mappings(tmp_path):
    path = italian(tmp_path / "t.xlsx")
    assert faults(path, POINT) == [("mapped_no_text", None, None)]
    path = written(tmp_path, "geo;2013\n")
    assert faults(path, ITALIAN) == [("mapped_no_workbook", None, None)]


def test_a_mapping_with_faults_reads_nothing(tmp_path):
    told = replace(POINT, frequency="X", notation=Notation(".", "."))
    found = faults(tmp_path / "nothing.csv", told)
    assert [(code, column) for code, _, column in found] == [
        ("mapping_same_sign", "numbers.thousands"),
        ("mapping_choice", "frequency"),
    ]


def in_sheet(**cells):
    def change(sheet):
        for place, value in cells.items():
            sheet[place] = value

    return change


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"B5": A_DAY}, [("date_cell", 5, "B (2021)")]),
        ({"B5": "=1+1"}, [("formula_without_value", 5, "B (2021)")]),
        ({"B5": True}, [("boolean_cell", 5, "B (2021)")]),
        ({"B5": "#DIV/0!"}, [("error_cell", 5, "B (2021)")]),
        ({"B5": "1.2.3"}, [("mapped_other_notation", 5, "B (2021)")]),
        ({"A5": None}, [("mapped_empty_key", 5, "A")]),
        ({"A5": A_DAY}, [("date_cell", 5, "A")]),
        ({"A5": "=A4"}, [("formula_without_value", 5, "A")]),
        ({"F5": "see below"}, [("mapped_outside", 5, "F")]),
        ({"B3": A_DAY}, [("mapped_date_for_period", 3, "B (2013-01-01)")]),
        ({"B3": "2021-Q1"}, [("mapped_other_frequency", 3, "B (2021-Q1)")]),
        ({"A9": "ITH1", "B9": 3}, [("mapped_rows_after_end", 9, None)]),
    ],
)
def test_a_fault_in_a_sheet_is_placed(tmp_path, changes, expected):
    assert faults(italian(tmp_path / "t.xlsx", in_sheet(**changes)), ITALIAN) == expected


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("1e999", "mapped_not_finite"),
        ("NaN", "mapped_not_finite"),
        ("1,5", "mapped_text_in_number"),
        ("1E5", None),
    ],
)
def test_a_number_stored_in_a_damaged_way_is_told(tmp_path, stored, code):
    heads = "".join(text_cell(place, text) for place, text in (("A1", "geo"), ("B1", "2013")))
    row = f'<row r="2">{text_cell("A2", "SE")}<c r="B2"><v>{stored}</v></c></row>'
    path = in_parts(tmp_path / "t.xlsx", {"Data": f'<row r="1">{heads}</row>{row}'})
    told = replace(POINT, place=TablePlace(sheet="Data"))
    if code is None:
        assert cells(path, told)[0][1] == 100_000.0
    else:
        assert faults(path, told) == [(code, 2, "B (2013)")]


def test_a_date_in_a_column_of_years_is_told(tmp_path):
    rows = [["geo", "year", "value"], ["SE", 2013, 1], ["SE", A_DAY, 2]]
    told = replace(LONG, place=TablePlace(sheet="Data"))
    path = sheet_of(tmp_path / "t.xlsx", rows)
    assert faults(path, told) == [("mapped_date_for_period", 3, "B (year)")]


def test_merged_cells_are_told_once_and_not_as_empty_ones(tmp_path):
    path = italian(tmp_path / "t.xlsx", lambda sheet: sheet.merge_cells("A4:A6"))
    assert faults(path, ITALIAN) == [("merged_cells", 4, "A")]
    path = italian(tmp_path / "t.xlsx", lambda sheet: sheet.merge_cells("B4:C4"))
    assert faults(path, ITALIAN) == [("merged_cells", 4, "B (2021)")]


def test_merged_cells_below_the_table_do_no_harm(tmp_path):
    path = italian(tmp_path / "t.xlsx", lambda sheet: sheet.merge_cells("A8:D9"))
    assert len(cells(path, ITALIAN)) == 9


def test_a_sheet_that_is_gone_is_told_with_those_that_are_there(tmp_path):
    told = replace(ITALIAN, place=replace(ITALIAN.place, sheet="Tabella 2"))
    path = italian(tmp_path / "t.xlsx")
    with pytest.raises(FaultsError, match="there are: Note, Tabella 1"):
        read_mapped(path, told)


def test_a_workbook_cut_in_the_middle_is_told(tmp_path):
    path = italian(tmp_path / "t.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert faults(path, ITALIAN)[0][0] == "workbook_damaged"


@pytest.mark.parametrize("first", ["_rels/.rels", "xl/worksheets/s1.xml", "xl/sharedStrings.xml"])
def test_a_workbook_whose_list_of_parts_is_wrong_is_told(tmp_path, first):
    """A part that would begin before the file does."""
    parts = {**around([SHEET], texts=["a"]), "xl/worksheets/s1.xml": sheet("")}
    path = packed(tmp_path / "t.xlsx", {first: parts.pop(first), **parts})
    content = path.read_bytes()
    path.write_bytes(content[:40] + content[50:])
    assert faults(path, ITALIAN)[0][0] == "workbook_damaged"


def test_the_old_format_and_locked_workbooks_are_told(tmp_path):
    path = tmp_path / "t.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert faults(path, ITALIAN) == [("workbook_locked", None, None)]
