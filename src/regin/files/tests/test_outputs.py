import pytest

from regin.engine.errors import FaultsError
from regin.files.outputs import publish, way

OWN = ("a.txt",)


def fill(text):
    return lambda folder: (folder / "a.txt").write_text(text)


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_and_an_empty_folder_are_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new/deeper", "empty"):
        publish(tmp_path / name, OWN, fill(name))
        assert (tmp_path / name / "a.txt").read_text() == name
    assert left(tmp_path) == ["empty", "new"]


def test_an_earlier_result_is_replaced_whole(tmp_path):
    out = tmp_path / "out"
    for text in ("one", "two"):
        publish(out, OWN, fill(text))
    assert (out / "a.txt").read_text() == "two"
    assert left(tmp_path) == ["out"]


@pytest.mark.parametrize("foreign", ["thesis.doc", ".git"])
def test_a_folder_with_anything_else_is_left_alone(tmp_path, foreign):
    out = tmp_path / "out"
    publish(out, OWN, fill("one"))
    (out / foreign).write_text("mine")
    with pytest.raises(FaultsError, match=foreign):
        publish(out, OWN, fill("two"))
    assert (out / "a.txt").read_text() == "one"


def test_a_file_and_a_link_are_left_alone(tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(FaultsError, match="which no earlier run wrote"):
            publish(tmp_path / name, OWN, fill("x"))


def test_a_failure_midway_keeps_the_earlier_result_and_leaves_no_trace(tmp_path):
    def broken(folder):
        fill("half")(folder)
        raise OSError(28, "No space left on device")

    out = tmp_path / "out"
    publish(out, OWN, fill("one"))
    with pytest.raises(FaultsError, match="No space left on device"):
        publish(out, OWN, broken)
    assert (out / "a.txt").read_text() == "one"
    assert left(tmp_path) == ["out"]


def test_a_failed_swap_puts_the_earlier_result_back(tmp_path, monkeypatch):
    from pathlib import Path

    out, rename = tmp_path / "out", Path.rename
    publish(out, OWN, fill("one"))

    def refuse(path, target):
        if path.name == "fresh":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FaultsError, match="Permission denied"):
        publish(out, OWN, fill("two"))
    assert (out / "a.txt").read_text() == "one"


def test_the_way_leads_from_the_results_to_the_inputs(tmp_path, monkeypatch):
    assert way(tmp_path / "index", tmp_path / "results" / "one") == "../../index"
    assert way(tmp_path / "index", tmp_path / "index") == "."

    def other_drive(*_paths):
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr("regin.files.outputs.os.path.relpath", other_drive)
    assert way(tmp_path / "index", tmp_path) is None
