import gzip
from dataclasses import replace

import pytest

from regin.files.datasets.dataset import Dimension
from regin.files.datasets.mapped import read_mapped
from regin.files.datasets.mapping import (
    Across,
    Constant,
    KeyColumn,
    Notation,
    TableMapping,
    TablePlace,
    mapping_from,
    mapping_text,
)
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

WIDE = TableMapping(
    place=TablePlace(separator=","),
    notation=Notation("."),
    columns=(KeyColumn("geo", "geo", "geo"),),
    across=Across("time"),
)


def test_years_across_under_titles_with_marks_signs_and_notes(tmp_path):
    path = written(tmp_path, WIDE_SWEDISH, "cp1252")
    assert cells(path, SWEDISH) == [
        (("SE232", "2012"), 1234.5, "", 5, "2012"),
        (("SE232", "2013"), None, "p", 5, "2013 (p)"),
        (("SE232", "2014"), 12.3, "b", 5, "2014"),
        (("SE224", "2012"), 7.0, "", 6, "2012"),
        (("SE224", "2013"), 0.0, "p", 6, "2013 (p)"),
        (("SE224", "2014"), 1.0, "", 6, "2014"),
    ]


def test_what_the_file_says_of_itself_is_kept(tmp_path):
    data = read_mapped(written(tmp_path, WIDE_SWEDISH, "cp1252"), SWEDISH)
    assert (data.head.format, data.head.file) == ("mapped-table", "t.csv")
    assert data.head.title == "Arbetslöshet efter län och år, procent"
    assert (data.across, data.headings) == (1, {"2013": "2013 (p)"})
    labels = ("Västra Götaland", "Skåne")
    geo = Dimension("geo", ("SE232", "SE224"), labels, "geo", "Län")
    assert data.dimensions == (geo, Dimension("time", ("2012", "2013", "2014"), (), "time"))


def test_what_the_person_says_of_the_dataset_wins(tmp_path):
    told = replace(SWEDISH, title="T", code="C", source="SCB", language="sv")
    head = read_mapped(written(tmp_path, WIDE_SWEDISH, "cp1252"), told).head
    assert (head.title, head.code, head.source, head.language) == ("T", "C", "SCB", "sv")


def test_one_row_an_observation_with_a_column_of_flags_and_one_of_labels(tmp_path):
    path = written(tmp_path, LONG_SPANISH)
    assert cells(path, SPANISH) == [
        (("ES61", "M", "2013"), 31.25, "", 2, "Tasa de paro"),
        (("ES61", "F", "2013"), 32.1, "u", 3, "Tasa de paro"),
        (("ES24", "M", "2013"), None, "c", 4, "Tasa de paro"),
        (("ES24", "F", "2013"), 17.0, "bp", 5, "Tasa de paro"),
    ]
    geo, sex, _ = read_mapped(path, SPANISH).dimensions
    assert (geo.labels, geo.text) == (("Andalucía", "Aragón"), "Código")
    assert (sex.codes, sex.labels) == (("M", "F"), ("Hombres", "Mujeres"))


def test_groups_across_with_names_that_are_written_once(tmp_path):
    data = read_mapped(written(tmp_path, GROUPS_GERMAN), GERMAN)
    found = [(cell.codes, cell.value, cell.flags, cell.column) for cell in data.cells()]
    assert found == [
        (("Bayern", "2020", "M"), 1234.5, "", "Männer"),
        (("Bayern", "2020", "F"), 12345.0, "", "Frauen"),
        (("Bayern", "2021", "M"), None, "c", "Männer"),
        (("Bayern", "2021", "F"), -0.5, "", "Frauen"),
        (("Berlin", "2020", "M"), 3.0, "u", "Männer"),
        (("Berlin", "2020", "F"), 4.0, "", "Frauen"),
    ]
    geo, _, sex = data.dimensions
    assert (geo.is_labelled, sex.labels) == (True, ("Männer", "Frauen"))


def test_regions_across_and_years_down(tmp_path):
    across = Across("geo", "geo", {"Skåne": "SE224", "Halland": "SE231"})
    turned = replace(WIDE, columns=(KeyColumn("År", "time", "time"),), across=across)
    path = written(tmp_path, "År,Skåne,Halland\n2012,1,2\n2013,3,4\n")
    assert cells(path, turned)[-1] == (("2013", "SE231"), 4.0, "", 3, "Halland")


def test_a_sheet_of_a_workbook(tmp_path):
    assert cells(italian(tmp_path / "t.xlsx"), ITALIAN) == [
        (("ITC4", "2021"), 5.9, "", 4, "2021"),
        (("ITC4", "2022"), 1234.5, "e", 4, "2022*"),
        (("ITC4", "2023"), None, "", 4, "2023"),
        (("ITF3", "2021"), 0.1, "", 5, "2021"),
        (("ITF3", "2022"), None, "e", 5, "2022*"),
        (("ITF3", "2023"), 7.5, "e", 5, "2023"),
        (("ITG1", "2021"), 1234.5, "", 6, "2021"),
        (("ITG1", "2022"), 3.0, "e", 6, "2022*"),
        (("ITG1", "2023"), 0.0, "", 6, "2023"),
    ]


def test_a_workbook_is_told_by_its_content_and_its_sheet_by_any_letters(tmp_path):
    path = italian(tmp_path / "named.csv")
    place = replace(ITALIAN.place, sheet="TABELLA 1")
    assert len(cells(path, replace(ITALIAN, place=place))) == 9


def test_a_cell_stored_as_a_number_is_not_read_in_the_notation_of_texts(tmp_path):
    place = TablePlace(sheet="Data")
    path = sheet_of(tmp_path / "t.xlsx", [["geo", 2013, 2014], ["SE", 1.234, "1.234"]])
    told = replace(WIDE, place=place, notation=Notation(",", ".", is_sure=True))
    assert [cell[1] for cell in cells(path, told)] == [1.234, 1234.0]


def test_cells_that_show_per_cent_are_moved_without_a_rounding_error(tmp_path):
    path = sheet_of(tmp_path / "t.xlsx", [["geo", 2013, 2014], ["SE", 0.07, "0.29"]])
    told = replace(WIDE, place=TablePlace(sheet="Data"), notation=Notation(".", shift=2))
    assert [cell[1] for cell in cells(path, told)] == [7.0, 29.0]


def test_dates_are_months_where_months_are_wanted(tmp_path):
    path = sheet_of(tmp_path / "t.xlsx", [["geo", A_DAY], ["SE", 1]])
    told = replace(WIDE, place=TablePlace(sheet="Data"), frequency="M")
    assert [cell[0] for cell in cells(path, told)] == [("SE", "2013-01")]


def test_an_error_of_a_formula_may_be_mapped_as_missing(tmp_path):
    path = italian(tmp_path / "t.xlsx", lambda sheet: sheet.__setitem__("B5", "#N/A"))
    assert cells(path, ITALIAN)[3][1] is None


def test_constants_stand_for_dimensions_without_a_column(tmp_path):
    fixed = (Constant("unit", "PC", "unit"), Constant("time", "2015", "time"))
    told = replace(WIDE, across=Across("sex", "", {"Men": "M", "Women": "F"}), constants=fixed)
    path = written(tmp_path, "geo,Men,Women\nSE,1,2\n")
    assert [cell[0] for cell in cells(path, told)] == [
        ("SE", "M", "PC", "2015"),
        ("SE", "F", "PC", "2015"),
    ]


def test_next_years_column_needs_no_new_mapping(tmp_path):
    path = written(tmp_path, "2015,geo,2014\n1,SE,2\n")
    assert [cell[0][1] for cell in cells(path, WIDE)] == ["2015", "2014"]


def test_the_mapping_reads_the_same_after_it_was_saved(tmp_path):
    path = written(tmp_path, WIDE_SWEDISH, "cp1252")
    kept = mapping_from(mapping_text(SWEDISH))
    assert cells(path, kept) == cells(path, SWEDISH)


def test_gzip_windows_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    plain = cells(written(tmp_path, LONG_SPANISH), SPANISH)
    content = b"\xef\xbb\xbf" + LONG_SPANISH.replace("\n", "\r\n").encode()
    (tmp_path / "t.csv").write_bytes(gzip.compress(content))
    assert cells(tmp_path / "t.csv", SPANISH) == plain


def test_a_cell_with_line_breaks_keeps_the_numbers_of_rows_right(tmp_path):
    path = written(tmp_path, 'geo,"2013"\n"S\nE",1\nNO,2\n')
    told = replace(WIDE, columns=(KeyColumn("geo", "geo", "geo", is_labelled=True),))
    assert [(cell[0][0], cell[3]) for cell in cells(path, told)] == [("S E", 2), ("NO", 4)]


@pytest.mark.parametrize(
    ("place", "tail"),
    [
        ({"stop_before": ("Source",)}, "Source: office\nNO,x\n"),
        ({"stop_before": ("(1)",)}, "(1) provisional,\n"),
        ({"last_row": 2}, "a note\n"),
        ({"last_row": 2}, "\nNO,3\n"),
        ({}, "\nSource: office\n"),
        ({}, ",\n2020,\n"),
        ({"stop_at_empty_row": False}, "\n,\n\n"),
    ],
)
def test_a_table_ends_where_the_mapping_says(tmp_path, place, tail):
    path = written(tmp_path, "geo,2013\nSE,1\n" + tail)
    told = replace(WIDE, place=replace(WIDE.place, **place))
    assert [cell[0] for cell in cells(path, told)] == [("SE", "2013")]


def test_empty_rows_need_not_end_a_table(tmp_path):
    path = written(tmp_path, "geo,2013\n\nSE,1\n\nNO,2\n")
    told = replace(WIDE, place=replace(WIDE.place, stop_at_empty_row=False))
    assert [(cell[0][0], cell[3]) for cell in cells(path, told)] == [("SE", 3), ("NO", 5)]


def test_rows_of_units_between_heading_and_data_are_passed_over(tmp_path):
    path = written(tmp_path, "geo,2013\n,%\nSE,1\n")
    told = replace(WIDE, place=replace(WIDE.place, first_row=3))
    assert len(cells(path, told)) == 1


def test_a_region_merged_over_its_rows_repeats_where_the_mapping_says(tmp_path):
    def change(sheet):
        sheet.merge_cells("A4:A6")

    path = italian(tmp_path / "t.xlsx", change)
    key = replace(ITALIAN.columns[0], repeats=True)
    found = faults(path, replace(ITALIAN, columns=(key,)))
    assert [(code, row) for code, row, _ in found] == [("dataset_duplicate", row) for row in
                                                       (5, 5, 5, 6, 6, 6)]  # fmt: skip


def test_what_repeats_a_text_that_is_left_out_is_left_out_too(tmp_path):
    path = written(tmp_path, GROUPS_GERMAN + "Total,2020,1,2\n,2021,3,4\nBerlin,2021,5,6\n")
    told = replace(GERMAN, leave_out={"Bundesland": ("Total",)})
    found = [cell[0][:2] for cell in cells(path, told)]
    assert found[-2:] == [("Berlin", "2021")] * 2
    assert len(found) == 8


def test_periods_in_the_offices_own_words_have_codes_in_the_mapping(tmp_path):
    down = KeyColumn("t", "time", "time", {"1T 2013": "2013-Q1"})
    across = Across("sex", "", {"Men": "M"})
    told = replace(WIDE, columns=(*WIDE.columns, down), across=across, frequency="Q")
    path = written(tmp_path, "geo,t,Men\nSE,1T 2013,1\nSE,2013Q2,2\n")
    assert [cell[0][1] for cell in cells(path, told)] == ["2013-Q1", "2013-Q2"]
    path = written(tmp_path, "geo,År 2013,2014\nSE,1,2\n")
    told = replace(WIDE, across=Across("time", "time", {"År 2013": "2013"}))
    assert [cell[0][1] for cell in cells(path, told)] == ["2013", "2014"]
    assert read_mapped(path, told).headings == {"2013": "År 2013"}


def test_dates_down_are_months_where_months_are_wanted(tmp_path):
    path = sheet_of(tmp_path / "t.xlsx", [["geo", "month", "v"], ["SE", A_DAY, 1]])
    columns = (*WIDE.columns, KeyColumn("month", "time", "time"))
    told = TableMapping(TablePlace(sheet="Data"), columns=columns, value="v", frequency="M")
    assert [cell[0] for cell in cells(path, told)] == [("SE", "2013-01")]


def test_merged_cells_in_rows_that_are_left_out_do_no_harm(tmp_path):
    def change(sheet):
        sheet["A5"] = "NORD"
        sheet.merge_cells("A5:D5")

    path = italian(tmp_path / "t.xlsx", change)
    assert len(cells(path, replace(ITALIAN, leave_out={"@A": ("NORD",)}))) == 6


def test_the_name_of_a_sheet_stands_in_its_faults(tmp_path):
    path = italian(tmp_path / "t.xlsx", lambda sheet: sheet.__setitem__("B5", "?"))
    with pytest.raises(ValueError, match=rf"t\.xlsx, sheet {SHEET}, row 5, column B \(2021\)"):
        read_mapped(path, ITALIAN)
