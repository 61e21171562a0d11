"""The aggregation step against COINr's own numbers for the ASEM example, when they lie beside the
checkout. (Conventions of these files: shared/facts/reference/asem/README.md.)"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from regin.engine.framework import Framework
from regin.engine.nodes import Node
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import Table

ASEM = Path(__file__).parents[3] / "shared" / "facts" / "reference" / "asem"
pytestmark = pytest.mark.skipif(
    not ASEM.is_dir(),
    reason="NOT RUN: no folder shared/facts/reference/asem beside the checkout to compare with",
)
TOLERANCE = 1e-9


def rows(name: str) -> list[dict[str, str]]:
    with (ASEM / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def framework() -> Framework:
    weights = {row["iCode"]: float(row["Weight"]) for row in rows("weights_original.csv")}
    return Framework(
        tuple(
            Node(
                row["iCode"],
                level=int(row["Level"]),
                parent=row["Parent"] if row["Parent"] != "NA" else "",
                weight=weights.get(row["iCode"], 1.0),
                kind=row["Type"].lower(),
            )
            for row in rows("asem_iMeta.csv")
            if row["Type"].lower() in {"indicator", "aggregate"}
        )
    )


def table(name: str) -> Table:
    read = rows(name)
    codes = [code for code in read[0] if code != "uCode"]
    values = [[float(row[c]) if row[c] else np.nan for c in codes] for row in read]
    return Table.of([row["uCode"] for row in read], codes, values)


@pytest.mark.parametrize(
    ("data", "expected", "fields"),
    [
        ("agg_input_minmax_1_100.csv", "agg_amean.csv", {}),
        # The file's name says 0.67; its gaps are those of two thirds.
        ("agg_na_input.csv", "agg_na_amean_thr0.67.csv", {"min_available": 2 / 3}),
    ],
)
def test_arithmetic_means_are_the_reference(
    data: str, expected: str, fields: dict[str, float]
) -> None:
    step = {"do": "aggregate", "method": "arithmetic", **fields}
    made = run(table(data), framework(), recipe_from({"step": [step]}))
    found = {(s.unit, s.code): s.score for s in made.scores}
    compared = 0
    for row in rows(expected):
        for code, text in row.items():
            if code == "uCode":
                continue
            got = found[row["uCode"], code]
            compared += 1
            if text == "":
                assert got is None or np.isnan(got), (row["uCode"], code)
            else:
                assert got == pytest.approx(float(text), rel=TOLERANCE), (row["uCode"], code)
    assert compared == 51 * 11
