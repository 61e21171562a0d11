"""Spreadsheets as offices make them, for the tests of mappings; figures are invented."""

from datetime import date

import pytest
from openpyxl import Workbook

from regin.engine.errors import FaultsError
from regin.files.datasets.mapped import read_mapped
from regin.files.datasets.mapping import (
    Across,
    KeyColumn,
    Notation,
    TableMapping,
    TablePlace,
)

WIDE_SWEDISH = """\
Arbetslöshet efter län och år, procent
;;;

Län;2012;2013 (p);2014
  Västra Götaland;1.234,5;..;12,3 (b)
Skåne;7;-;"1,0"
Riket;8;9;10

Källa: SCB
"""
SWEDISH = TableMapping(
    place=TablePlace(separator=";", encoding="cp1252", heading_row=4),
    notation=Notation(",", ".", missing={"..": ""}, zeros=("-",), signs={"(b)": "b", "(p)": "p"}),
    columns=(KeyColumn("Län", "geo", "geo", {"Västra Götaland": "SE232", "Skåne": "SE224"}),),
    across=Across("time", "time"),
    leave_out={"Län": ("Riket",)},
)

LONG_SPANISH = """\
"Código"\t"Comunidad"\t"Sexo"\t"Periodo"\t"Tasa de paro"\t"Nota"\t"Flag"
ES61\tAndalucía\tHombres\t2013\t31,25\t\t
ES61\tAndalucía\tMujeres\t2013\t32,10\tdudoso\tu
ES24\tAragón\tHombres\t2013\t:\t\tc
ES24\tAragón\tMujeres\t2013\t17\t\tbp
"""
SPANISH = TableMapping(
    place=TablePlace(separator="\t"),
    notation=Notation(",", missing={":": ""}),
    columns=(
        KeyColumn("Código", "geo", "geo", labels="Comunidad"),
        KeyColumn("Sexo", "sex", "", {"Hombres": "M", "Mujeres": "F"}),
        KeyColumn("Periodo", "time", "time"),
    ),
    value="Tasa de paro",
    flags="Flag",
    ignored=("Nota",),
)

GROUPS_GERMAN = """\
Bundesland,Jahr,Männer,Frauen
Bayern,2020,"1 234,5",12 345
,2021,x,"− 0,5"
Berlin,2020,(3),4 1)
"""
GERMAN = TableMapping(
    place=TablePlace(separator=","),
    notation=Notation(",", " ", missing={"x": "c"}, signs={"()": "u", "1)": ""}),
    columns=(
        KeyColumn("Bundesland", "geo", "geo", is_labelled=True, repeats=True),
        KeyColumn("Jahr", "time", "time"),
    ),
    across=Across("sex", "", {"Männer": "M", "Frauen": "F"}),
)

SHEET = "Tabella 1"
ITALIAN = TableMapping(
    place=TablePlace(sheet=SHEET, heading_row=3),
    notation=Notation(",", ".", missing={"n.d.": "", "": "", "#N/A": ""}, signs={"*": "e"}),
    columns=(KeyColumn("@A", "geo", "geo"),),
    across=Across("time", "time"),
)


def italian(path, change=lambda sheet: None):
    """A workbook with a title, merged above the table, years as numbers, notes below."""
    book = Workbook()
    book.active.title = "Note"
    sheet = book.create_sheet(SHEET)
    sheet["A1"] = "Tasso di disoccupazione"
    sheet.merge_cells("A1:D1")
    for number, row in enumerate(
        [
            [None, 2021, "2022*", 2023],
            ["ITC4", 5.9, "1.234,5", "n.d."],
            ["ITF3", 0.1, None, "7,5*"],
            ["ITG1", 1234.5, 3, 0],
            [],
            ["Fonte: Istat"],
        ],
        start=3,
    ):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    change(sheet)
    book.save(path)
    return path


def sheet_of(path, rows, name="Data"):
    """A workbook with one sheet of these rows."""
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def written(folder, text, encoding="utf-8", name="t.csv"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def cells(path, mapping, *limits):
    """(codes, value, flags, row, column) of every cell."""
    return [
        (cell.codes, cell.value, cell.flags, cell.row, cell.column)
        for cell in read_mapped(path, mapping, *limits).cells()
    ]


def faults(path, mapping, *limits):
    """(code, row, column) of every fault; all can be said in words."""
    with pytest.raises(FaultsError) as caught:
        read_mapped(path, mapping, *limits)
    found = caught.value.faults
    assert all(fault.what and fault.advice for fault in found)
    return [(fault.code, fault.row, fault.column) for fault in found]


A_DAY = date(2013, 1, 1)
