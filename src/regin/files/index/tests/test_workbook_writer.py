import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe
from regin.engine.steps import Step
from regin.engine.table import Table
from regin.files.index import Index, read_index, write_index
from regin.files.index.tests.test_round_trip import indices
from regin.files.index.workbook_writer import LONGEST, write_workbook


def same(one, other):
    assert other.framework == one.framework
    assert other.recipe == one.recipe
    assert other.notes == one.notes
    assert other.tables == one.tables
    for name in ("units", "codes", "periods", "unit_names", "groups"):
        assert getattr(other.table, name) == getattr(one.table, name), name
    assert np.array_equal(one.table.values, other.table.values, equal_nan=True)
    assert np.array_equal(one.table.states, other.table.states)
    assert np.array_equal(one.table.choices, other.table.choices)


@settings(
    max_examples=count(1000, 100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(index=indices())
def test_reading_a_workbook_gives_back_what_was_written(tmp_path, index):
    write_index(index, tmp_path / "index.xlsx")
    same(index, read_index(tmp_path / "index.xlsx"))


def test_a_workbook_and_a_folder_of_the_same_index_say_the_same(folder, tmp_path):
    index = read_index(folder)
    write_index(index, tmp_path / "made" / "index.xlsx")
    same(index, read_index(tmp_path / "made" / "index.xlsx"))


def test_the_same_index_gives_the_same_bytes(folder, tmp_path):
    index = read_index(folder)
    for name in ("one.xlsx", "two.XLSX"):
        write_index(index, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.XLSX").read_bytes()


def test_openpyxl_sees_the_sheets_numbers_as_numbers_and_no_formula(folder, tmp_path):
    text = (folder / "data.csv").read_text().replace("Alfa", "=1+1")
    (folder / "data.csv").write_text(text)
    write_index(read_index(folder), tmp_path / "i.xlsx")
    book = openpyxl.load_workbook(tmp_path / "i.xlsx")
    assert book.sheetnames == ["structure", "data", "recipe"]
    assert [cell.value for cell in book["structure"][4]][:6] == ["Q2", "Second", 1, "ALL", 1, 2.5]
    assert [cell.value for cell in book["data"][2]] == ["A", "'=1+1", "yes", 12.5]
    assert {cell.data_type for row in book["data"] for cell in row} == {"s", "n"}
    assert book["recipe"]["A1"].value == 'no_competence = "exclude"'


def test_a_number_keeps_its_last_bit(tmp_path):
    values = [[0.1 + 0.2, 1 / 3, -0.0, 5e-324, 1e74, 12345678901234567.0]]
    codes = list("abcdef")
    nodes = [Node("ALL", level=2, kind="aggregate"), *(Node(c, "", 1, "ALL") for c in codes)]
    write_index(Index(Table.of(["A"], codes, values), Framework(tuple(nodes)), None),
                tmp_path / "i.xlsx")  # fmt: skip
    found = read_index(tmp_path / "i.xlsx", with_recipe=False).table.values
    assert found.tobytes() == np.array(values).tobytes()


TABLE = (("", "007", "1.50"), ("007", "1", "3"), ("=x", "0.3333333333333333", ""))


def with_table(index, name):
    recipe = Recipe((Step("score_options"), Step("look_up", {"table": name})))
    return Index(index.table, index.framework, recipe, columns=index.columns, tables={name: TABLE})


@pytest.mark.parametrize("place", ["made", "made.xlsx"])
@pytest.mark.usefixtures("look_up")
def test_small_tables_are_written_and_come_back_as_they_were(folder, tmp_path, place):
    index = with_table(read_index(folder), "points.csv")
    write_index(index, tmp_path / place)
    same(index, read_index(tmp_path / place))


@pytest.mark.parametrize("name", ["a:b.csv", "x" * 32 + ".csv", "History.csv", "DATA.csv"])
@pytest.mark.usefixtures("look_up")
def test_a_name_that_no_sheet_can_have_is_told(folder, tmp_path, name):
    with pytest.raises(FaultsError, match="No sheet can have"):
        write_index(with_table(read_index(folder), name), tmp_path / "i.xlsx")


def test_what_a_sheet_cannot_hold_is_told(tmp_path):
    for rows, code in (
        ([["x" * (LONGEST + 1)]], "cell_too_long"),
        ([["x"] * 16_385], "sheet_too_large"),
    ):
        with pytest.raises(FaultsError) as caught:
            write_workbook([("data.csv", rows)], tmp_path / "i.xlsx")
        assert caught.value.faults[0].code == code
