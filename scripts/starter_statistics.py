"""Cut the starter statistics from the office's own files.

Each file of `apps/outcomes/data/series` names the file it was cut from and the codes that were
kept. Run twice, the files do not change; with a newer file of the same table they become newer.

    python scripts/starter_statistics.py FOLDER

`FOLDER` holds the office's files under the names of the descriptions. Rows are kept whole and in
a sorted order, values and flags letter by letter; labels become codes, and columns that only
repeat a code in words go.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from regin.apps.outcomes.office_labels import code_of
from regin.files.datasets.dataset import Dimension

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src/regin/apps/outcomes/data"
DIMENSIONS = ("freq", "unit", "sex", "age", "citizen", "isced11", "geo")
LABELLED = "LAST UPDATE"  # Eurostat's files with this column hold labels in place of codes.

Keep = dict[str, list[str]]
Row = dict[str, str]


def main() -> None:
    """Write every file that a description names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for file, cut in cuts().items():
        lines = cut_lines(folder / cut["from"], cut["keep"])
        (DATA / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(file)


def cuts() -> dict[str, dict[str, Any]]:
    """Our file → the office's file and the codes kept; two series may share a file."""
    described = (json.loads(path.read_text("utf-8")) for path in (DATA / "series").glob("*.json"))
    return {one["file"]: one["cut"] for one in described}


def cut_lines(path: Path, keep: Keep) -> Iterator[str]:
    """The lines of our file, heading first."""
    return tsv_lines(path, keep) if path.suffix == ".tsv" else csv_lines(path, keep)


def tsv_lines(path: Path, keep: Keep) -> Iterator[str]:
    """Eurostat's bulk TSV: whole lines, as they are."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    yield head
    names = head.split("\t")[0].split("\\")[0].split(",")
    for line in lines:
        codes = dict(zip(names, line.split("\t")[0].split(","), strict=True))
        if is_kept(codes, keep):
            yield line


def is_kept(codes: Row, keep: Keep) -> bool:
    """Whether each dimension that `keep` names has one of its codes."""
    return all(codes[name] in wanted for name, wanted in keep.items())


def csv_lines(path: Path, keep: Keep) -> Iterator[str]:
    """SDMX-CSV: codes only, sorted by them."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [with_codes(row) for row in csv.DictReader(stream)]
    dimensions = [name for name in DIMENSIONS if name in rows[0]]
    first = ["DATAFLOW"] + [LABELLED] * (LABELLED in rows[0])
    columns = [*first, *dimensions, "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
    yield ",".join(columns)
    for row in in_order((row for row in rows if is_kept(row, keep)), dimensions):
        yield ",".join(row[column] for column in columns)


def with_codes(row: Row) -> Row:
    """`row` with codes for labels, and its dataflow and its day by one name."""
    if LABELLED not in row:
        return row | {"DATAFLOW": row["STRUCTURE_ID"]}
    codes = {name: code(name, row[name]) for name in DIMENSIONS if name in row}
    day, month, year = row[LABELLED].split(" ")[0].split("/")
    return row | codes | {LABELLED: f"20{year}-{month}-{day}"}


def code(name: str, label: str) -> str:
    """The code of a label, or the label when nobody knows one: no `keep` names it then."""
    return code_of(Dimension(name, (label,)), label, {}) or label


def in_order(rows: Iterable[Row], dimensions: list[str]) -> list[Row]:
    """By the dimensions from left to right, then by year."""
    return sorted(rows, key=lambda row: [row[name] for name in (*dimensions, "TIME_PERIOD")])


if __name__ == "__main__":
    main()
