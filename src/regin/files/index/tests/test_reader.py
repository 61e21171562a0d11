import gzip
import math
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import Fault, FaultsError
from regin.engine.run import run
from regin.engine.table import State
from regin.files.index import read_index
from regin.files.index.faults import Faults
from regin.files.index.recipes import entry_rows
from regin.files.limits import Limits


def faults(folder, **options):
    with pytest.raises(FaultsError) as caught:
        read_index(folder, **options)
    for fault in caught.value.faults:
        assert str(fault)
    return [(f.code, f.file, f.row, f.column) for f in caught.value.faults]


def write(folder, name, text):
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)


def changed(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    write(folder, name, text.replace(old, new))


def test_a_folder_is_read_as_it_says(folder):
    index = read_index(folder)
    assert index.table.unit_names == ("Alfa", "Beta")
    assert index.table.values[0, 1] == 12.5
    assert index.table.states.tolist() == [[1, 1], [State.UNKNOWN, State.UNANSWERED]]
    assert index.framework.by_code["Q2"].extra == {"name.sv": "Andra, sist"}
    assert index.framework.by_code["Q2"].tags == {"area": ("work", "health")}
    assert sorted(index.hashes) == ["data.csv", "recipe.toml", "structure.csv"]
    assert len(index.hashes["data.csv"]) == 64


def test_a_byte_order_mark_and_gzip_are_read(folder):
    plain = (folder / "data.csv").read_bytes()
    write(folder, "data.csv", gzip.compress(b"\xef\xbb\xbf" + plain))
    assert read_index(folder).table.units == ("A", "B")


def test_every_cell_state_is_kept(folder):
    write(folder, "data.csv", "unit,name,Q1,Q2\nA,,uk,na\nB,,nc,\n")
    states = read_index(folder).table.states.tolist()
    assert states == [[2, 3], [4, 0]]


def test_columns_before_the_indicators_are_groups(folder):
    write(folder, "data.csv", "unit,name,period,country,Q1,Q2\nA,,2020,SE,yes,1\nA,,2021,SE,no,1\n")
    table = read_index(folder).table
    assert (table.groups, table.periods) == ({"country": ("SE", "SE")}, ("2020", "2021"))


def test_a_group_the_structure_names_may_stand_anywhere(folder):
    changed(folder, "structure.csv", "Q1,First", "size,Size,,,,,,group,,,\nQ1,First")
    write(folder, "data.csv", "unit,name,Q1,Q2,size\nA,,yes,1,big\n")
    assert read_index(folder).table.groups == {"size": ("big",)}


def test_denominators_are_columns_of_numbers(folder):
    changed(folder, "structure.csv", "Q1,First", "POP,People,,,,,,denominator,,,\nQ1,First")
    write(folder, "data.csv", "unit,name,POP,Q1,Q2\nA,,9000,yes,1\n")
    assert read_index(folder).table.codes == ("Q1", "Q2", "POP")


def test_long_data_with_units_is_read(folder):
    write(folder, "units.csv", "unit,name,country\nA,Alfa,SE\nB,Beta,IT\nC,Gamma,IT\n")
    write(
        folder,
        "data.csv",
        "unit,period,indicator,value,note\nA,2020,Q1,yes,seen\nA,2020,Q2,3,\nB,2020,Q1,nc,\n",
    )
    index = read_index(folder)
    assert index.long
    assert index.table.units == ("A", "B", "C")
    assert index.table.unit_names == ("Alfa", "Beta", "Gamma")
    assert index.table.groups == {"country": ("SE", "IT", "IT")}
    assert index.notes == {("A", "2020", "Q1"): "seen"}
    assert index.table.states.tolist() == [[1, 1], [4, 0], [0, 0]]


def test_another_recipe_may_be_named(folder, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text('no_competence = "zero"\n[[step]]\ndo = "score_options"\n')
    (folder / "recipe.toml").unlink()
    index = read_index(folder, recipe=other)
    assert index.recipe.no_competence == "zero"
    assert "other.toml" in index.hashes


def test_a_recipe_may_be_left_out_on_purpose(folder):
    (folder / "recipe.toml").unlink()
    assert read_index(folder, with_recipe=False).recipe is None


def test_a_missing_recipe_is_said_with_what_to_write(folder):
    (folder / "recipe.toml").unlink()
    with pytest.raises(FaultsError, match=r"no recipe\.toml.*score_options.*arithmetic"):
        read_index(folder)


def test_a_missing_folder_and_missing_files_are_said(tmp_path):
    assert faults(tmp_path / "nowhere") == [("index_missing", None, None, None)]
    assert faults(tmp_path) == [
        ("file_missing", "structure.csv", None, None),
        ("recipe_missing", "recipe.toml", None, None),
        ("file_missing", "data.csv", None, None),
    ]


STRUCTURE_FAULTS = [
    ("Q1,First,1", "Q1,First,low", ("bad_number", 3, "level")),
    ("Q1,First,1", "Q1,First,1.5", ("bad_number", 3, "level")),
    ("Q1,First,1", "Q1,First,", ("level_missing", 3, "level")),
    ("Q1,First,1,ALL,1,1", "Q1,First,1,ALL,up,1", ("bad_number", 3, "direction")),
    ("Q1,First,1,ALL,1,1", "Q1,First,1,ALL,2,1", ("bad_direction", 3, "direction")),
    ("Q1,First,1,ALL,1,1", "Q1,First,1,ALL,,1", ("bad_direction", 3, "direction")),
    ("Q1,First,1,ALL,1,1", "Q1,First,1,ALL,1,", ("bad_weight", 3, "weight")),
    ("Q1,First,1,ALL,1,1", "Q1,First,1,ALL,1,-1", ("bad_weight", 3, "weight")),
    ("Q1,First,1,ALL,1,1", "Q1,First,1,ALL,1,inf", ("infinite_value", 3, "weight")),
    ("Q1,First,1,ALL", "Q1,First,1,ALLE", ("unknown_parent", 3, "parent")),
    ("Q2,Second", "Q1,Second", ("duplicate_code", 4, "code")),
    ("Q2,Second", ",Second", ("empty_code", 4, "code")),
    ("Q2,Second", "value,Second", ("reserved_code", 4, "code")),
    ("no:0|yes:100", "no:0|uk:100", ("reserved_option", 3, "options")),
    ("no:0|yes:100", "no:0|yes", ("bad_option", 3, "options")),
    ("no:0|yes:100", "no:0|yes:1e999", ("bad_option", 3, "options")),
    ("no:0|yes:100", "no:0|no:100", ("duplicate_option", 3, "options")),
    ("indicator,no", "metric,no", ("unknown_type", 3, "type")),
    (",work,Första", ",work", ("ragged_row", 3, None)),
    ("code,name,", "code,label,", ("missing_heading", 1, "name")),
    ("code,name,", "code,code,", ("duplicate_heading", 1, "code")),
    ("options,axis.area", ",axis.area", ("empty_heading", None, None)),
]


@pytest.mark.parametrize(("old", "new", "expected"), STRUCTURE_FAULTS)
def test_a_fault_of_the_structure_is_told_with_its_place(folder, old, new, expected):
    changed(folder, "structure.csv", old, new)
    code, row, column = expected
    found = faults(folder)
    assert (code, "structure.csv", row, column) in found
    places = [(row, column) for _, _, row, column in found if row is not None]
    assert len(places) == len(set(places))


DATA_FAULTS = [
    ("unit,name,Q1,Q2\nA,,yes,1\nA,,no,2\n", "duplicate_row", 3, "unit"),
    ("unit,name,Q1,Q2\n,,yes,1\n", "empty_unit", 2, "unit"),
    ("unit,name,Q1,Q2\nA,,perhaps,1\n", "unknown_option", 2, "Q1"),
    ("unit,name,Q1,Q2\nA,,yes,many\n", "not_a_number", 2, "Q2"),
    ("unit,name,Q1,Q2\nA,,yes,NA\n", "not_a_number", 2, "Q2"),
    ("unit,name,Q1,Q2\nA,,yes,inf\n", "infinite_value", 2, "Q2"),
    ("unit,name,Q1,Q2\nA,,yes,1e999\n", "infinite_value", 2, "Q2"),
    ("unit,name,Q1,Q2\nA,,yes\n", "ragged_row", 2, None),
    ("unit,name,Q1,Q2,Q3\nA,,yes,1,2\n", "unknown_code", 1, "Q3"),
    ("unit,name,Q1,Q2,ALL\nA,,yes,1,2\n", "not_a_leaf", 1, "ALL"),
    ("unit,name,Q1\nA,,yes\n", "missing_heading", 1, "Q2"),
    ("name,Q1,Q2\nA,yes,1\n", "missing_heading", 1, "unit"),
    ("unit,name,Q1,Q2\n", "no_rows", None, None),
    ("unit,name,Q1,Q2\n\n,,,\n", "no_rows", None, None),
    ("unit;name;Q1;Q2\nA;;yes;1\n", "csv_separator", 1, None),
    ('unit,name,Q1,Q2\nA,"Al"fa,yes,1\n', "csv", 2, None),
    ('unit,name,Q1,Q2\nA,,yes,"1\n', "csv", 2, None),
    ("", "file_empty", None, None),
    (b"unit,name,Q1,Q2\nA,\xff,yes,1\n", "encoding", 2, None),
    ("unit,indicator,value\nA,Q1,yes\nA,Q1,no\n", "duplicate_cell", 3, None),
    ("unit,indicator,value\n,Q1,yes\n", "empty_unit", 2, "unit"),
    ("unit,indicator,value\nA,Q9,yes\n", "unknown_code", 2, "indicator"),
    ("unit,indicator,value\nA,ALL,1\n", "not_a_leaf", 2, "indicator"),
    ("unit,indicator,value\nA,Q2,x\n", "not_a_number", 2, "value"),
]


@pytest.mark.parametrize(("text", "code", "row", "column"), DATA_FAULTS)
def test_a_fault_of_the_data_is_told_with_its_place(folder, text, code, row, column):
    write(folder, "data.csv", text)
    assert (code, "data.csv", row, column) in faults(folder)


def test_the_row_of_a_fault_counts_lines_inside_quotes(folder):
    write(folder, "data.csv", 'unit,name,Q1,Q2\nA,"two\nlines",yes,1\n\nB,,yes,x\n')
    assert faults(folder) == [("not_a_number", "data.csv", 5, "Q2")]


def test_a_field_of_a_step_is_not_taken_for_an_entry_of_the_recipe(folder):
    text = '[[step]]\ndo = "score_options"\noverall = 1\n[overall]\nof = "x"\nby = "y"\n'
    write(folder, "recipe.toml", text)
    assert [(code, row) for code, _, row, _ in faults(folder)] == [
        ("unknown_entry", 4),
        ("unknown_field", 1),
        ("bad_overall", 4),
    ]


@pytest.mark.parametrize("line", [" " * 1_000_000, "a" * 1_000_000, "[" + " " * 1_000_000])
def test_a_long_line_of_a_recipe_is_looked_through_in_one_pass(line):
    start = time.perf_counter()
    assert entry_rows([line]) == {}
    assert time.perf_counter() - start < 5


def test_cells_are_checked_although_the_structure_has_a_fault(folder):
    changed(folder, "structure.csv", "Q1,First,1,ALL,1,1", "Q1,First,1,ALL,1,-1")
    write(folder, "data.csv", "unit,name,Q1,Q2,Q9\nA,,WRONG,x\nA,,WRONG,x,\nA,,yes,1,\n")
    assert faults(folder) == [
        ("bad_weight", "structure.csv", 3, "weight"),
        ("unknown_code", "data.csv", 1, "Q9"),
        ("ragged_row", "data.csv", 2, None),
        ("unknown_option", "data.csv", 3, "Q1"),
        ("not_a_number", "data.csv", 3, "Q2"),
        ("duplicate_row", "data.csv", 4, "unit"),
    ]


def test_cells_of_long_data_are_checked_although_the_structure_has_a_fault(folder):
    changed(folder, "structure.csv", "Q1,First,1,ALL,1,1", "Q1,First,1,ALL,1,-1")
    text = "unit,indicator,value\nA,Q1,WRONG\nA,Q9,1\nA,ALL,1\nA,Q2,x\n"
    write(folder, "data.csv", text)
    assert faults(folder)[1:] == [
        ("unknown_option", "data.csv", 2, "value"),
        ("unknown_code", "data.csv", 3, "indicator"),
        ("not_a_leaf", "data.csv", 4, "indicator"),
        ("not_a_number", "data.csv", 5, "value"),
    ]


def test_cells_are_checked_when_only_the_bands_are_at_fault(folder):
    write(folder, "bands.csv", "low,high,name\nx,5,low\n")
    write(folder, "data.csv", "unit,name,Q1\nA,,WRONG\n")
    assert [fault[0] for fault in faults(folder)] == [
        "bad_number",
        "missing_heading",
        "unknown_option",
    ]


CONSEQUENCES = [
    ("Q1,First", ",First", "empty_code", ["not_a_number"]),
    ("Q1,First", "Q2,First", "duplicate_code", []),
    ("indicator,no", "metric,no", "unknown_type", ["not_a_number"]),
    (",work,Första", ",work", "ragged_row", ["not_a_number"]),
    ("no:0|yes:100", "no:0|WRONG", "bad_option", ["not_a_number"]),
    ("no:0|yes:100", "no:0|no:1", "duplicate_option", ["unknown_option", "not_a_number"]),
    ("Q1,First,1,ALL", "Q1,First,1,ALLE", "unknown_parent", ["unknown_option", "not_a_number"]),
    ("code,name,", "code,label,", "missing_heading", []),
]


@pytest.mark.parametrize(("old", "new", "code", "cells"), CONSEQUENCES)
def test_a_fault_of_the_structure_is_not_told_again_as_one_of_the_data(
    folder, old, new, code, cells
):
    changed(folder, "structure.csv", old, new)
    wide, long = (
        "unit,name,Q1,Q2\nA,,WRONG,x\n",
        "unit,indicator,value\nA,Q1,WRONG\nA,Q2,x\n",
    )
    for data in (wide, long):
        write(folder, "data.csv", data)
        found = faults(folder)
        assert (code, "structure.csv") in [fault[:2] for fault in found]
        assert [fault[0] for fault in found if fault[1] == "data.csv"] == cells


@pytest.mark.parametrize("byte", [b"\xe5", b"\x00"])
def test_a_file_that_breaks_off_is_not_called_empty_as_well(folder, byte):
    write(folder, "data.csv", b"unit,name,Q1,Q2\nA," + byte + b",yes,1\nB,,no,2\n")
    assert [fault[:3] for fault in faults(folder)] == [
        ("nul_byte" if byte == b"\x00" else "encoding", "data.csv", 2)
    ]


def test_a_cycle_in_the_structure_is_told_without_a_flood(folder):
    changed(folder, "structure.csv", "Q1,First,1,ALL", "Q1,First,1,A")
    changed(
        folder, "structure.csv", "Q2,Second", "A,Round,1,Q1,1,1,score,aggregate,,work,\nQ2,Second"
    )
    found = faults(folder)
    assert len(found) == len(set(found)) < 8
    assert [code for code, _, _, _ in found].count("cycle") == 1
    assert [row for code, _, row, _ in found if code == "tag_twice"] == [3, 4]


def test_two_faults_of_one_cell_come_both_and_the_same_fault_once():
    first, second = Fault("empty_unit", {}, "x", 1, "a"), Fault("no_rows", {}, "x", 1, "a")
    found = Faults()
    found.extend([first, second, first, replace(first, row=None), replace(first, row=None)])
    assert found.found == [first, second, replace(first, row=None)]
    found.extend([Fault("no_rows", {"later": 1}, "x", 1, "a")])
    assert len(found.found) == 3


@pytest.mark.parametrize("name", ["structure.csv", "data.csv"])
def test_line_ends_of_carriage_returns_alone_have_a_fault_of_their_own(folder, name):
    write(folder, name, (folder / name).read_bytes().replace(b"\n", b"\r"))
    assert faults(folder) == [("old_line_ends", name, 1, None)]


def test_a_carriage_return_inside_quotes_is_text(folder):
    write(folder, "data.csv", 'unit,name,Q1,Q2\r\nA,"two\rlines",yes,1\r\n')
    assert read_index(folder).table.unit_names == ("two\rlines",)


def test_an_unknown_type_is_shown_as_written(folder):
    changed(folder, "structure.csv", "indicator,no", "Indikator,no")
    with pytest.raises(FaultsError, match="“Indikator”"):
        read_index(folder)


def test_a_known_type_may_be_written_in_capitals(folder):
    changed(folder, "structure.csv", "indicator,no", "INDICATOR,no")
    assert read_index(folder).framework.by_code["Q1"].kind == "indicator"


def test_faults_of_every_file_come_at_once(folder):
    changed(folder, "structure.csv", "ALL,1,2.5", "ALL,1,heavy")
    write(folder, "data.csv", b"unit,name,Q1,Q2\nA,,yes,1\nB,,no\nC,\xff,no,1\n")
    write(folder, "bands.csv", "low,high,name\n0,,low\n")
    write(folder, "parts.csv", "axis,code,name,order\narea,work,Work,1\nera,old,Old,x\n")
    write(folder, "recipe.toml", '[[step]]\ndo = "magic"\n')
    found = {(code, file) for code, file, _, _ in faults(folder)}
    assert {
        ("bad_number", "structure.csv"),
        ("unknown_part", "structure.csv"),
        ("ragged_row", "data.csv"),
        ("encoding", "data.csv"),
        ("bad_number", "bands.csv"),
        ("bad_number", "parts.csv"),
        ("unknown_axis_of_part", "parts.csv"),
        ("unknown_step", "recipe.toml"),
    } <= found


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("do = ", "toml", 1),
        ('[[step]]\ndo = "score_options"\nx\n\n', "toml", 3),
        ("[" * 50_000, "toml", 1),
        ("x = " + "9" * 5000, "toml", None),
        ('\n\n[[step]]\ndo = "score_options"\n\n[[ step ]]\ndo = "magic"\n', "unknown_step", 6),
        ('[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n', "options_not_scored", 1),
        ('[[step]]\ndo = "score_options"\n[overall]\nof = "axis:era"\n', "unknown_axis", 3),
        ('step = [{do = "magic"}]\n', "unknown_step", 1),
        ('\nno_competence = "some"\n[[step]]\ndo = "score_options"\n', "bad_no_competence", 2),
        ('overall.of = 3\n[[step]]\ndo = "score_options"\n', "bad_overall", 1),
        ('[[step]]\ndo = "score_options"\n\n["odd one"]\nx = 1\n', "unknown_entry", 4),
        ('x = """\nstep"""\n\nstep = 3\nx.y = 1\n', "toml", 5),
        ("no_competence = 'zero'\n", "no_steps", None),
        (b'[[step]]\rdo = "score_options"\r', "old_line_ends", 1),
        ("", "file_empty", None),
        (b"\xff", "encoding", 1),
    ],
)
def test_a_fault_of_the_recipe_is_told_with_its_place(folder, text, code, row):
    write(folder, "recipe.toml", text)
    found = faults(folder)
    assert [(c, f, r) for c, f, r, _ in found] == [(code, "recipe.toml", row)]


def test_units_must_know_the_units_of_long_data_and_stand_once(folder):
    write(folder, "units.csv", "unit,name\nA,Alfa\nA,Again\n,\n")
    write(folder, "data.csv", "unit,indicator,value\nA,Q1,yes\nB,Q1,no\n")
    assert faults(folder) == [
        ("duplicate_row", "units.csv", 3, "unit"),
        ("unknown_unit", "data.csv", 3, "unit"),
    ]


def test_a_million_columns_are_refused(folder):
    write(folder, "data.csv", "unit" + "," * 1_000_000 + "\n")
    assert faults(folder) == [("too_many_columns", "data.csv", 1, None)]


def test_a_gzip_bomb_is_refused(folder, monkeypatch):
    # How soon it stops, and at what cost, is measured where unpacking is tested.
    monkeypatch.setattr("regin.files.unpack.GRACE", 64 * 1024)
    write(folder, "data.csv", gzip.compress(b"unit,name,Q1,Q2\n" + b"\n" * 500_000))
    assert ("file_bomb", "data.csv", None, None) in faults(folder)


def test_a_cut_gzip_file_is_refused(folder):
    packed = gzip.compress((folder / "data.csv").read_bytes())
    write(folder, "data.csv", packed[: len(packed) // 2])
    assert faults(folder)[0][:2] == ("file_damaged", "data.csv")


def test_too_many_faults_end_the_list(folder):
    write(folder, "data.csv", "unit,name,Q1,Q2\n" + "A,,maybe,x\n" * 500)
    found = faults(folder, limits=Limits(faults=20))
    assert len(found) == 21
    assert found[-1][0] == "too_many_faults"


def test_too_many_rows_and_cells_are_refused(folder, monkeypatch):
    assert faults(folder, limits=Limits(rows=2))[0][0] == "too_many_rows"
    monkeypatch.setattr("regin.files.index.data.CELLS", 2)
    assert faults(folder) == [("index_too_many_cells", "data.csv", None, None)]


def test_an_empty_cell_is_missing_and_not_zero(folder):
    index = read_index(folder)
    done = run(index.table, index.framework, index.recipe)
    assert math.isnan(done.scores.values[1, 0])


HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet="AQ12,\n\"';=|:.-e\t\r\x00 ", max_size=200).map(str.encode),
)


@settings(max_examples=count(100_000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["structure.csv", "data.csv", "recipe.toml", "parts.csv"]), tail=HOSTILE
)
def test_hostile_bytes_give_faults_and_nothing_else(folder, name, tail):
    kept = (folder / name).read_bytes() if (folder / name).exists() else b"axis,code,name,order\n"
    for text in (tail, kept + tail):
        write(folder, name, text)
        with suppress(FaultsError):
            read_index(folder)
    write(folder, name, kept) if name != "parts.csv" else (folder / name).unlink()


def test_units_beside_wide_data_add_names_and_groups(folder):
    write(folder, "units.csv", "unit,name,country\nA,Other,SE\nB,Other,IT\n")
    write(folder, "data.csv", "unit,Q1,Q2\nA,yes,1\nB,no,2\n")
    table = read_index(folder).table
    assert (table.unit_names, table.groups) == (("Other", "Other"), {"country": ("SE", "IT")})


def test_a_file_that_cannot_be_read_is_said(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("regin.files.index.reader._hash", refuse)
    assert faults(folder) == [("index_unreadable", "structure.csv", None, None)]
