import csv
import datetime as dt
import math
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.engine.run import run
from regin.engine.table import State
from regin.files.index import read_index
from regin.files.index.tests.conftest import DATA, RECIPE, STRUCTURE
from regin.files.index.tests.workbooks import around, packed, rows_of, text_cell, written
from regin.files.index.workbook import Workbook
from regin.files.index.zip_parts import ZipParts
from regin.files.limits import Limits


def table(text):
    return list(csv.reader(text.splitlines()))


SHEETS = {
    "structure": rows_of(table(STRUCTURE)),
    "data": rows_of(table(DATA)),
    "recipe": rows_of([[line] for line in RECIPE.splitlines()]),
}


def index_of(path, data=None, **options):
    """A workbook like the folder of conftest, with other XML of the rows of data."""
    return written(path / "index.xlsx", {**SHEETS, **({"data": data} if data else {})}, **options)


def faults(path, **options):
    with pytest.raises(FaultsError) as caught:
        read_index(path, **options)
    for fault in caught.value.faults:
        assert str(fault)
    return [(f.code, f.file, f.row, f.column) for f in caught.value.faults]


def data_with(cell, heading="Q2"):
    """Rows of data with `cell`, the XML of a cell at D2."""
    head = [["unit", "name", "Q1", heading]]
    first = text_cell("A2", "A") + text_cell("C2", "yes")
    return rows_of(head) + f'<row r="2">{first}{cell}</row>'


HERE = "index.xlsx, sheet data"


def test_a_workbook_says_the_same_as_the_folder(folder, tmp_path):
    one, other = read_index(folder), read_index(index_of(tmp_path))
    assert other.framework == one.framework
    assert (other.recipe, other.columns) == (one.recipe, one.columns)
    assert other.table.keys == one.table.keys
    assert other.table.states.tolist() == one.table.states.tolist()
    assert other.table.unit_names == one.table.unit_names
    assert list(other.hashes) == ["index.xlsx"]


def test_a_workbook_of_openpyxl_is_read_and_scored(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("Structure", STRUCTURE), ("Data", DATA)):
        page = book.create_sheet(name)
        for row in table(rows):
            page.append([float(c) if c.replace(".", "").isdigit() else c for c in row])
    page = book.create_sheet("RECIPE")
    for line in RECIPE.splitlines():
        page.append([line])
    book["Data"]["A1"].font = Font(bold=True)
    book.save(tmp_path / "a.xlsm")
    index = read_index(tmp_path / "a.xlsm")
    done = run(index.table, index.framework, index.needed_recipe)
    assert done.scores.values[0, 0] == pytest.approx((100 + 2.5 * 12.5) / 3.5)


@pytest.mark.parametrize("stored", ["12.5", "1.25E1", "12.500000000000000", " 12.5 "])
def test_a_number_is_read_however_it_is_stored(tmp_path, stored):
    path = index_of(tmp_path, data_with(f'<c r="D2"><v>{stored}</v></c>'))
    assert read_index(path).table.values[0, 1] == 12.5


def test_a_number_that_is_stored_as_text_is_a_number(tmp_path):
    path = index_of(tmp_path, data_with(text_cell("D2", "12.5")))
    assert read_index(path).table.values[0, 1] == 12.5


def test_a_formula_counts_as_its_saved_result(tmp_path):
    path = index_of(tmp_path, data_with('<c r="D2"><f>5+7.5</f><v>12.5</v></c>'))
    assert read_index(path).table.values[0, 1] == 12.5


def test_a_formula_whose_result_is_empty_text_is_an_empty_cell(tmp_path):
    path = index_of(tmp_path, data_with('<c r="D2" t="str"><f>""</f><v></v></c>'))
    assert read_index(path).table.states[0, 1] == State.UNANSWERED


DATES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/></cellXfs>'
OWN = '<numFmts><numFmt numFmtId="165" formatCode="yyyy\\-mm"/></numFmts>'

ODD_CELLS = [
    (text_cell("D2", "12,5"), "not_a_number"),
    (text_cell("D2", "many"), "not_a_number"),
    ('<c r="D2"><v>1E999</v></c>', "infinite_value"),
    ('<c r="D2"><v>x</v></c>', "not_a_number"),
    ('<c r="D2"><f>B1+1</f></c>', "formula_without_value"),
    ('<c r="D2"><f>B1+1</f><v></v></c>', "formula_without_value"),
    ('<c r="D2" t="str"><f>B1</f></c>', "formula_without_value"),
    ('<c r="D2" t="b"><v>1</v></c>', "boolean_cell"),
    ('<c r="D2" t="b"><f>1=2</f><v>0</v></c>', "boolean_cell"),
    ('<c r="D2" t="e"><v>#N/A</v></c>', "error_cell"),
    ('<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error_cell"),
    ('<c r="D2" s="1"><v>43831</v></c>', "date_cell"),
    ('<c r="D2" s="2"><v>43831.5</v></c>', "date_cell"),
    ('<c r="D2" t="d"><v>2020-01-01</v></c>', "date_cell"),
]


@pytest.mark.parametrize(("cell", "code"), ODD_CELLS)
def test_a_cell_that_is_no_number_is_told_with_sheet_row_and_column(tmp_path, cell, code):
    path = index_of(tmp_path, data_with(cell), styles=OWN + DATES)
    assert faults(path) == [(code, HERE, 2, "Q2")]


def test_the_fault_shows_what_the_cell_shows(tmp_path):
    path = index_of(tmp_path, data_with('<c r="D2" s="1"><v>43831</v></c>'), styles=DATES)
    with pytest.raises(FaultsError, match=r"sheet data, row 2, column Q2: .*2020-01-01"):
        read_index(path)


def test_dates_and_logical_values_are_text_where_words_are_only_carried(tmp_path):
    head = rows_of([["unit", "name", "period", "Q1", "Q2"]])
    cells = (
        text_cell("A2", "A")
        + '<c r="B2" t="b"><v>1</v></c><c r="C2" s="1"><v>43831</v></c>'
        + text_cell("D2", "yes")
    )
    path = index_of(tmp_path, f'{head}<row r="2">{cells}</row>', styles=DATES)
    found = read_index(path).table
    assert (found.unit_names, found.periods) == (("TRUE",), ("2020-01-01",))


def test_a_date_in_a_carried_column_of_the_structure_is_text_and_in_a_code_a_fault(tmp_path):
    rows = table(STRUCTURE)
    lines = rows_of([[*rows[0], "seen"], *rows[1:]]).replace(
        "</row>", '<c r="L2" s="1"><v>43831</v></c></row>', 2
    )
    seen = lines.replace('<c r="L2" s="1"><v>43831</v></c></row>', "</row>", 1)
    good = written(tmp_path / "g.xlsx", {**SHEETS, "structure": seen}, styles=DATES)
    assert read_index(good).framework.root.extra["seen"] == "2020-01-01"
    wrong = SHEETS["structure"].replace(text_cell("A3", "Q1"), '<c r="A3" s="1"><v>43831</v></c>')
    bad = written(tmp_path / "b.xlsx", {**SHEETS, "structure": wrong}, styles=DATES)
    assert ("date_cell", "b.xlsx, sheet structure", 3, "code") in faults(bad)


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path):
    cells = text_cell("A2", "A") + '<c r="B2" s="1"><v>0</v></c><c r="D2" s="1"><v>1</v></c>'
    rows = rows_of([["unit", "period", "Q1", "Q2"]]) + f'<row r="2">{cells}</row>'
    path = index_of(tmp_path, rows, styles=DATES, properties='<workbookPr date1904="1"/>')
    with pytest.raises(FaultsError, match="1904-01-02"):
        read_index(path)


def test_shared_texts_may_be_rich_and_carry_pronunciation(tmp_path):
    rich = (
        "<si><r><rPr><b/></rPr><t>Al</t></r><r><t xml:space='preserve'>fa </t></r>"
        "<rPh sb='0' eb='1'><t>aside</t></rPh></si><si/>"
    )
    cells = text_cell("A2", "A") + '<c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c>'
    rows = rows_of([["unit", "name", "Q1", "Q2"]]) + f'<row r="2">{cells}</row>'
    found = read_index(index_of(tmp_path, rows, texts=rich)).table
    assert (found.unit_names, found.states[0, 0]) == (("Alfa ",), State.UNANSWERED)


def test_a_unit_that_is_a_number_reads_as_people_write_it(tmp_path):
    cells = '<c r="A2"><v>7.0</v></c>' + text_cell("C2", "yes")
    rows = rows_of([["unit", "name", "Q1", "Q2"]]) + f'<row r="2">{cells}</row>'
    assert read_index(index_of(tmp_path, rows)).table.units == ("7",)


def test_hidden_rows_and_sheets_count(tmp_path):
    rows = data_with('<c r="D2"><v>1</v></c>').replace('<row r="2">', '<row r="2" hidden="1">')
    assert read_index(index_of(tmp_path, rows)).table.units == ("A",)


def test_merged_cells_are_faults_where_they_touch_the_table(tmp_path):
    merged = '<mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="H1:J9"/></mergeCells>'
    rows = data_with("") + f'<row r="3">{text_cell("A3", "B")}</row>'
    path = index_of(tmp_path, (rows, merged))
    assert faults(path) == [("merged_cells", HERE, 2, "Q1")]


def test_empty_rows_and_formatted_empty_cells_are_nothing(tmp_path):
    empty = "".join(f'<row r="{n}"><c r="ZZ{n}" s="3"/></row>' for n in range(5, 500))
    rows = rows_of([[], [], ["unit", "name", "Q1", "Q2"], ["A", "", "yes"]]) + empty
    assert read_index(index_of(tmp_path, rows)).table.units == ("A",)


def test_rows_and_cells_may_come_without_their_places(tmp_path):
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in table(DATA)
    )
    assert read_index(index_of(tmp_path, rows)).table.units == ("A", "B")


def test_a_list_of_parts_that_points_before_the_file_is_a_fault(tmp_path):
    path = index_of(tmp_path)
    content = bytearray(path.read_bytes())
    # The end record says where the list begins; too high, every part lies below 0.
    place = content.rindex(b"PK\x05\x06") + 16
    content[place : place + 4] = (
        int.from_bytes(content[place : place + 4], "little") + 999
    ).to_bytes(4, "little")
    path.write_bytes(content)
    parts = ZipParts(path)
    for name in parts.names:
        with pytest.raises(FaultsError):
            list(parts.read(name))
    parts.close()


def test_a_cell_beside_the_table_is_told_by_its_letter(tmp_path):
    path = index_of(tmp_path, data_with(text_cell("XFD2", "x")))
    assert faults(path) == [("outside_table", HERE, 2, "XFD")]


def test_a_heading_between_two_may_not_be_empty(tmp_path):
    rows = rows_of([["unit", "", "Q1", "Q2"], ["A", "", "yes", "1"]])
    assert faults(index_of(tmp_path, rows)) == [("empty_heading", HERE, None, None)]


def test_an_error_in_a_heading_is_told_by_its_letter(tmp_path):
    rows = rows_of([["unit", "Q1"]]).replace("</row>", '<c r="C1" t="e"><v>#REF!</v></c></row>')
    assert ("error_cell", HERE, 1, "C") in faults(index_of(tmp_path, rows))


def test_faults_of_every_sheet_come_at_once(tmp_path):
    sheets = {
        **SHEETS,
        "structure": SHEETS["structure"].replace(">2.5<", ">heavy<"),
        "data": data_with(text_cell("D2", "x")),
        "recipe": rows_of([["[[step]]"], ['do = "magic"']]),
    }
    assert faults(written(tmp_path / "i.xlsx", sheets)) == [
        ("bad_number", "i.xlsx, sheet structure", 4, "weight"),
        ("unknown_step", "i.xlsx, sheet recipe", 1, "do"),
        ("not_a_number", "i.xlsx, sheet data", 2, "Q2"),
    ]


def test_missing_and_empty_sheets_are_told_with_those_that_there_are(tmp_path):
    path = written(tmp_path / "i.xlsx", {"structure": SHEETS["structure"], "Tabelle1": ""})
    assert faults(path) == [
        ("recipe_sheet_missing", "i.xlsx", None, None),
        ("sheet_missing", "i.xlsx, sheet data", None, None),
    ]
    with pytest.raises(FaultsError, match="there are: structure, Tabelle1"):
        read_index(path)
    path = written(tmp_path / "j.xlsx", {**SHEETS, "data": ""})
    assert faults(path) == [("sheet_empty", "j.xlsx, sheet data", None, None)]


def test_the_recipe_may_stand_in_one_cell_and_its_faults_lead_to_that_row(tmp_path):
    whole = RECIPE.replace("\n", "&#10;")
    good = written(tmp_path / "g.xlsx", {**SHEETS, "recipe": rows_of([[whole]])})
    assert len(read_index(good).needed_recipe.steps) == 2
    lines = rows_of([["# note"], [], ["[[step]]&#10;do = 1 2"], ["x = 1"]])
    bad = written(tmp_path / "b.xlsx", {**SHEETS, "recipe": lines})
    assert faults(bad) == [("toml", "b.xlsx, sheet recipe", 3, None)]


def test_only_text_of_column_a_is_a_recipe(tmp_path):
    lines = SHEETS["recipe"].replace("</row>", f"{text_cell('B1', 'x')}</row>", 1)
    lines += '<row r="99"><c r="A99" t="e"><v>#NAME?</v></c></row>'
    path = written(tmp_path / "i.xlsx", {**SHEETS, "recipe": lines})
    assert faults(path) == [
        ("recipe_column", "i.xlsx, sheet recipe", 1, "B"),
        ("error_cell", "i.xlsx, sheet recipe", 99, "A"),
    ]


def test_another_recipe_takes_the_place_of_the_sheet_and_its_faults_keep_its_name(tmp_path):
    other = tmp_path / "recipe.toml"
    other.write_text('[[step]]\ndo = "magic"\n')
    path = index_of(tmp_path)
    assert faults(path, recipe=other) == [("unknown_step", "recipe.toml", 1, "do")]
    other.write_text(RECIPE)
    assert sorted(read_index(path, recipe=other).hashes) == ["index.xlsx", "recipe.toml"]


def test_without_recipe_none_is_asked_for(tmp_path):
    sheets = {name: rows for name, rows in SHEETS.items() if name != "recipe"}
    path = written(tmp_path / "i.xlsx", sheets)
    assert read_index(path, with_recipe=False).recipe is None


def test_long_data_with_units_and_bands_are_sheets_too(tmp_path):
    sheets = {
        **SHEETS,
        "data": rows_of([["unit", "indicator", "value", "note"], ["A", "Q1", "yes", "seen"]]),
        "units": rows_of([["unit", "name", "land"], ["A", "Alfa", "SE"], ["B", "Beta", "IT"]]),
        "bands": rows_of([["low", "high", "name"], ["0", "100", "all"]]),
        "parts": rows_of([["axis", "code", "name", "order"], ["area", "work", "Work", "1"],
                          ["area", "health", "Health", "2"]]),
    }  # fmt: skip
    index = read_index(written(tmp_path / "i.xlsx", sheets))
    assert (index.long, index.table.groups) == (True, {"land": ("SE", "IT")})
    assert index.notes == {("A", "", "Q1"): "seen"}
    assert [band.name for band in index.framework.bands] == ["all"]


NO_WORKBOOKS = {
    "text": (b"unit,name\n", "not_a_workbook"),
    "gzip": (b"\x1f\x8b\x08", "not_a_workbook"),
    "old or encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook_locked"),
    "cut": (b"PK\x03\x04" + bytes(100), "workbook_damaged"),
    "nothing": (b"", "file_empty"),
}


@pytest.mark.parametrize("name", NO_WORKBOOKS)
def test_a_file_that_is_no_workbook_is_told(tmp_path, name):
    content, code = NO_WORKBOOKS[name]
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    assert faults(path) == [(code, "data.csv", None, None)]


def test_another_zip_file_is_no_workbook(tmp_path):
    for parts in (
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
        {**around(["a"]), "xl/workbook.xml": "<other/>"},
        {**around(["a"]), "_rels/.rels": around(["a"])["_rels/.rels"].replace(".xml", ".bin")},
    ):
        assert faults(packed(tmp_path / "x.xlsx", parts))[0][0] == "not_a_workbook"


DAMAGE = {
    "no XML": "<c",
    "a text that is not there": '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
    "a text without number": '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
    "rows out of order": '<row r="2"/><row r="1"/>',
    "a row beyond the last": '<row r="1048577"/>',
    "cells out of order": '<row r="1"><c r="B1"/><c r="A1"/></row>',
    "a column beyond the last": '<row r="1"><c r="XFE1"/></row>',
    "no column": '<row r="1"><c r="11"/></row>',
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_sheet_is_told_and_not_guessed(tmp_path, name):
    found = faults(index_of(tmp_path, DAMAGE[name]))
    assert found == [("workbook_damaged", HERE, None, None)]


def test_a_damaged_structure_does_not_let_the_data_look_wrong(tmp_path):
    path = written(tmp_path / "i.xlsx", {**SHEETS, "structure": SHEETS["structure"] + "<c"})
    assert [fault[0] for fault in faults(path)] == ["workbook_damaged"]


def test_bounds_of_a_table_hold_for_a_sheet(tmp_path):
    path = index_of(tmp_path)
    assert ("too_many_rows", HERE, None, None) in faults(path, limits=Limits(rows=2))
    assert ("too_many_columns", HERE, 1, None) in faults(path, limits=Limits(columns=3))


def test_a_cell_of_a_million_letters_is_refused(tmp_path):
    path = index_of(tmp_path, data_with(text_cell("B2", "x" * 1_000_001)))
    assert ("cell_too_long", HERE, 2, None) in faults(path)


def test_a_path_that_is_nowhere_is_told(tmp_path):
    assert faults(tmp_path / "none.xlsx") == [("index_missing", None, None, None)]


def test_dates_read_as_openpyxl_writes_them(tmp_path):
    book = openpyxl.Workbook()
    evening = dt.datetime(2020, 1, 1, 18)  # noqa: DTZ001  # a spreadsheet knows no time zones
    moments = [dt.date(2020, 2, 29), evening, dt.time(6), dt.date(1900, 1, 31)]
    book.active.append([*moments, dt.timedelta(hours=30), 0.125])
    book.active["F1"].number_format = "0.0%"
    book.save(tmp_path / "d.xlsx")
    opened = Workbook(tmp_path / "d.xlsx")
    ((_, cells),) = list(opened.open("Sheet"))
    opened.close()
    assert [cell.text for cell in cells] == [
        "2020-02-29", "2020-01-01 18:00:00", "06:00:00", "1900-01-31", "1900-01-01 06:00:00",
        "0.125",
    ]  # fmt: skip
    assert [bool(cell.mark) for cell in cells] == [True] * 5 + [False]


def test_numbers_of_openpyxl_come_back(tmp_path):
    book = openpyxl.Workbook()
    values = [0.5, -3, 1e-7, 123456789012, 2.0, 1e20]
    book.active.append(values)
    book.save(tmp_path / "n.xlsx")
    opened = Workbook(tmp_path / "n.xlsx")
    ((_, cells),) = list(opened.open("Sheet"))
    opened.close()
    assert [float(cell.text) for cell in cells] == values
    assert not any(math.isnan(float(cell.text)) for cell in cells)


PIECES = st.sampled_from(
    ["<c", "<c>", "</c>", "<row>", "</row>", "<v>", "</v>", "<f/>", " r='B2'", " t='s'", " t='b'",
     " s='9'", "1", "-1", "é", "<is><t>", "</t></is>", "&lt;", "&a;", "</sheetData>", "\x0b", "]]>"]
)  # fmt: skip


@settings(max_examples=count(20_000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(SHEETS)), at=st.integers(0, 600), pieces=st.lists(PIECES))
def test_hostile_xml_gives_faults_and_nothing_else(tmp_path, name, at, pieces):
    rows = SHEETS[name][:at] + "".join(pieces) + SHEETS[name][at:]
    with suppress(FaultsError):
        read_index(written(tmp_path / "i.xlsx", {**SHEETS, name: rows}))


@settings(max_examples=count(20_000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1))
def test_a_workbook_with_wrong_bytes_gives_faults_and_nothing_else(tmp_path, flips):
    path = tmp_path / "i.xlsx"
    parts = {**around(["data"], styles=OWN + DATES), "xl/worksheets/s1.xml": "<worksheet/>"}
    content = bytearray(packed(path, parts).read_bytes())
    for place, byte in flips:
        content[place % len(content)] = byte
    path.write_bytes(content)
    with suppress(FaultsError):
        read_index(path)
