import json
import shutil
from pathlib import Path

import pytest

from regin import __version__
from regin.engine.errors import FaultsError
from regin.engine.run import run
from regin.files.index import read_index
from regin.files.replay import replay
from regin.files.replay_inputs import find_index
from regin.files.replay_tables import LONGEST, TOLERANCE
from regin.files.results import run_summary, write_run
from regin.files.saved_run import read_saved_run

RECIPE = """\
[[step]]
do = "normalise"
method = "minmax"

[[step]]
do = "aggregate"
method = "arithmetic"
"""
FILES = {
    "structure.csv": "code,name,level,parent,direction,weight,unit,type\n"
    "ALL,,2,,1,1,,aggregate\na,,1,ALL,1,1,,indicator\nb,,1,ALL,1,2,,indicator\n",
    "data.csv": "unit,name,a,b\nU,u,1,10.1\nV,v,2,\nW,w,7,30\n",
    "recipe.toml": RECIPE,
}


@pytest.fixture
def index(tmp_path):
    folder = tmp_path / "index"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def results(index, tmp_path):
    return written(index, tmp_path / "results")


def written(index, out, recipe=None):
    read = read_index(index, recipe=recipe)
    done = run(read.table, read.framework, read.needed_recipe, read.tables)
    out.mkdir()
    write_run(done, out, run_summary(done, read.hashes, 0.5))
    return out


def replayed(folder, index=None):
    return replay(read_saved_run(folder), index)


def codes(faults):
    return [(fault.code, fault.file) for fault in faults]


def caught_of(folder, index=None):
    with pytest.raises(FaultsError) as caught:
        replayed(folder, index)
    return caught.value.faults


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_run_comes_out_identical(results, index):
    done = replayed(results, index)
    assert (done.files, done.identical, done.numbers, done.largest) == (3, 3, 0, None)
    assert (done.faults, done.notes) == ([], [])


def test_inputs_are_found_in_the_folder_index_beside_the_run(results, index):
    assert replayed(results).index == index


def test_inputs_are_found_around_a_run_that_stands_in_its_index(index):
    inside = written(index, index / "out")
    assert replayed(inside).index == index
    assert replayed(inside).faults == []


def test_a_folder_that_holds_the_folder_index_stands_for_it(results, index):
    assert find_index(read_saved_run(results), index.parent) == index


def test_inputs_that_are_nowhere_are_a_fault_that_lists_them(results, index, tmp_path):
    index.rename(tmp_path / "moved")
    [fault] = caught_of(results)
    assert fault.code == "replay_no_index"
    assert all(name in str(fault) for name in FILES)
    assert replayed(results, tmp_path / "moved").faults == []
    assert caught_of(results, index)[0].code == "index_missing"


def test_every_input_that_differs_or_is_missing_is_named(results, index):
    edit(index / "structure.csv", "ALL,,2", "ALL,x,2")
    (index / "data.csv").unlink()
    assert codes(caught_of(results)) == [
        ("replay_input_missing", "data.csv"),
        ("replay_input_differs", "structure.csv"),
    ]


def test_an_input_that_differs_is_a_fault_even_if_the_numbers_come_out(results, index):
    edit(index / "data.csv", "U,u", "U,u ")
    shutil.rmtree(results)
    fresh = written(index, results)
    edit(index / "data.csv", "U,u ", "U,u  ")
    done = replayed(fresh)
    assert codes(done.faults)[0] == ("replay_input_differs", "data.csv")


def test_other_data_give_another_result_and_where(results, index):
    edit(index / "data.csv", "10.1", "10.2")
    done = replayed(results)
    # b of U is 0 all the same, so only the raw value is nowhere to be seen.
    assert codes(done.faults) == [("replay_input_differs", "data.csv")]
    edit(index / "data.csv", "U,u,1", "U,u,3")
    done = replayed(results)
    assert ("replay_numbers_differ", "scores.csv") in codes(done.faults)
    assert done.largest.relative > TOLERANCE


def test_data_that_cannot_be_read_any_more_come_with_the_other_faults(results, index):
    edit(index / "data.csv", "10.1", "ten")
    assert [fault.code for fault in caught_of(results)] == ["replay_input_differs", "not_a_number"]


def test_an_input_that_was_not_there_is_named(results, index):
    (index / "bands.csv").write_text("low,high,name\n0,100,all\n", encoding="utf-8")
    assert codes(replayed(results).faults) == [("replay_input_added", "bands.csv")]


def test_the_recipe_of_the_run_serves_where_its_file_is_elsewhere(index, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(RECIPE + "min_available = 0.9\n", encoding="utf-8")
    done = replayed(written(index, tmp_path / "results", other))
    assert (done.faults, done.identical) == ([], 3)
    assert codes(done.notes) == [("replay_recipe_from_run", "other.toml")]
    other.rename(index / "other.toml")
    assert replayed(tmp_path / "results").notes == []


def test_a_recipe_changed_in_the_run_is_found(results, index):
    edit(results / "run.json", '"arithmetic"', '"geometric"')
    done = replayed(results)
    [fault] = done.faults
    assert (fault.code, fault.params["field"], fault.params["place"]) == (
        "replay_recipe_differs", "method", 2,
    )  # fmt: skip
    edit(results / "run.json", '"exclude"', '"zero"')
    assert "no_competence" in str(replayed(results).faults[0])
    (index / "recipe.toml").unlink()
    edit(results / "run.json", '"do": "normalise"', '"do": "dance"')
    assert caught_of(results)[0].code == "unknown_step"


def test_another_version_is_a_note(results):
    edit(results / "run.json", f'"{__version__}"', '"0.0.1"')
    done = replayed(results)
    assert codes(done.notes) == [("replay_engine_differs", "run.json")]
    assert done.faults == []


def test_numbers_within_the_tolerance_are_stated_and_no_fault(results):
    text = (results / "scores.csv").read_text(encoding="utf-8")
    (results / "scores.csv").write_text(text.replace("100.0", "100.00000000001"), encoding="utf-8")
    done = replayed(results)
    assert done.faults == []
    assert (done.identical, done.numbers) == (2, 3)
    assert done.largest.relative == pytest.approx(1e-13, rel=0.01)
    assert (done.largest.file, done.largest.column) == ("scores.csv", "score")


def test_numbers_beyond_the_tolerance_are_faults_with_their_place(results):
    edit(results / "scores.csv", "100.0", "100.000001")
    edit(results / "steps" / "02_aggregate.csv", "100.0", "101.0")
    done = replayed(results)
    assert codes(done.faults) == [
        ("replay_numbers_differ", "scores.csv"),
        ("replay_numbers_differ", "steps/02_aggregate.csv"),
    ]
    assert (done.faults[0].row, done.faults[0].column) == (8, "score")
    assert done.largest.file == "steps/02_aggregate.csv"
    assert done.largest.relative == pytest.approx(1 / 101)


def test_a_zero_written_otherwise_is_no_difference(results):
    edit(results / "scores.csv", "0.0", "-0.0")
    done = replayed(results)
    assert (done.faults, done.numbers, done.largest.relative) == ([], 1, 0)


def test_texts_that_differ_are_one_fault_a_table(results):
    path = results / "steps" / "01_normalise.csv"
    edit(path, "V,v", f"V,{'x' * 90}")
    edit(path, "W,w", "W,")
    edit(path, "100.0", "nc")
    [fault] = replayed(results).faults
    assert (fault.code, fault.row, fault.column, fault.params["count"]) == (
        "replay_texts_differ", 3, "name", 3,
    )  # fmt: skip
    assert fault.params["recorded"] == "x" * LONGEST


def test_rows_and_columns_that_differ_are_faults(results):
    path = results / "steps" / "01_normalise.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "X,x,1.0,1.0\nY,y,1.0,1.0\n", encoding="utf-8")
    [fault] = replayed(results).faults
    assert (fault.code, fault.params["recorded"], fault.params["now"]) == (
        "replay_rows_differ", 5, 3,
    )  # fmt: skip
    path.write_text("\n".join(text.splitlines()[:2]) + "\n", encoding="utf-8")
    [fault] = replayed(results).faults
    assert (fault.params["recorded"], fault.params["now"]) == (1, 3)
    path.write_text(text.replace("\nU,u", "\nU,u,more,u"), encoding="utf-8")
    [fault] = replayed(results).faults
    assert (fault.code, fault.row) == ("replay_texts_differ", 2)


def test_tables_that_are_missing_added_or_broken_are_faults(results):
    (results / "steps" / "01_normalise.csv").rename(results / "steps" / "03_more.csv")
    broken = results / "steps" / "02_aggregate.csv"
    broken.write_text('unit,"name', encoding="utf-8")
    done = replayed(results)
    assert codes(done.faults) == [
        ("replay_step_missing", "steps/01_normalise.csv"),
        ("replay_step_added", "steps/03_more.csv"),
        ("csv", "steps/02_aggregate.csv"),
    ]
    broken.unlink()
    broken.mkdir()
    assert codes(replayed(results).faults)[2] == ("file_not_regular", "steps/02_aggregate.csv")


def test_a_run_without_inputs_cannot_be_looked_for(results):
    said = json.loads((results / "run.json").read_text(encoding="utf-8"))
    (results / "run.json").write_text(json.dumps({**said, "inputs": {}}), encoding="utf-8")
    assert caught_of(results)[0].code == "replay_no_index"


def test_a_workbook_is_an_index_too(index, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name in ("structure", "data"):
        sheet = book.create_sheet(name)
        for line in FILES[f"{name}.csv"].splitlines():
            sheet.append([_typed(cell) for cell in line.split(",")])
    sheet = book.create_sheet("recipe")
    for line in RECIPE.splitlines():
        sheet.append([line])
    path = tmp_path / "book.xlsx"
    book.save(path)
    shutil.rmtree(index)
    results = written(path, tmp_path / "results")
    assert replayed(results).index == path
    assert (replayed(results).identical, replayed(results, path).faults) == (3, [])
    path.rename(tmp_path / "renamed.xlsx")
    assert replayed(results, tmp_path / "renamed.xlsx").faults == []
    other = tmp_path / "other.toml"
    other.write_text(RECIPE, encoding="utf-8")
    beside = written(tmp_path / "renamed.xlsx", tmp_path / "again", other)
    assert (replayed(beside).notes, replayed(beside).faults) == ([], [])
    other.unlink()
    assert codes(replayed(beside).notes) == [("replay_recipe_from_run", "other.toml")]
    assert replayed(beside).faults == []


def _typed(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


def test_results_that_cannot_be_written_again_are_a_fault(results, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("regin.files.replay.write_run", full)
    assert caught_of(results)[0].code == "replay_impossible"


def test_an_input_that_cannot_be_read_is_a_fault(results, monkeypatch):
    real = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "data.csv":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    assert caught_of(results)[0].code == "index_unreadable"
