"""What a person says about a table is checked whole, and comes back from its text unchanged."""

import doctest
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.datasets import (
    mapped_heading,
    mapped_values,
    mapping_layout,
    mapping_model,
    mapping_numbers,
    mapping_table,
)
from regin.files.datasets.dataset import Dimension
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
from regin.files.datasets.mapping_checks import check_mapping, faults_of
from regin.files.datasets.mapping_model import spaced
from regin.files.datasets.tests.mapped_tables import GERMAN, ITALIAN, SPANISH, SWEDISH
from regin.files.observations import KNOWN_FLAGS


@pytest.mark.parametrize("mapping", [SWEDISH, SPANISH, GERMAN, ITALIAN])
def test_a_mapping_comes_back_from_its_text(mapping):
    assert mapping_from(mapping_text(mapping)) == mapping
    assert faults_of(mapping) == []


WORDS = (
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
    .map(spaced)
    .filter(bool)
)
CODES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-+/&]{0,10}", fullmatch=True)
FLAGS = st.lists(st.sampled_from(sorted(KNOWN_FLAGS)), unique=True, max_size=4).map("".join)
PLACES = st.one_of(
    st.builds(TablePlace, sheet=st.text(st.characters(exclude_categories=("Cs",)), min_size=1)),
    st.builds(
        TablePlace,
        separator=st.sampled_from(";,|\t~"),
        encoding=st.sampled_from(["utf-8", "cp1252", "latin-1"]),
        heading_row=st.integers(1, 1000),
        last_row=st.integers(1002, 10**6),
        stop_at_empty_row=st.booleans(),
        stop_before=st.lists(WORDS).map(tuple),
    ),
)
SIGNS = WORDS.filter(lambda sign: any(not one.isdigit() and one not in ".,' +-" for one in sign))


@st.composite
def mappings(draw):
    """A mapping without faults, odd as it may be."""
    heads = draw(st.lists(WORDS, min_size=6, max_size=10, unique=True))
    geo, time, sex, labels, value, *ignored = heads
    missing = draw(st.dictionaries(WORDS | st.just(""), FLAGS, max_size=4))
    zeros = [mark for mark in draw(st.lists(WORDS, max_size=3)) if mark not in missing]
    columns = (
        KeyColumn(geo, "geo", "geo", draw(st.dictionaries(WORDS, CODES)), labels=labels),
        KeyColumn(time, "TIME_PERIOD", "time", repeats=draw(st.booleans())),
        KeyColumn(sex, "sex_2", is_labelled=draw(st.booleans())),
    )
    across = Across("of", "unit", {value: "A", "heading": "B"}) if draw(st.booleans()) else None
    return TableMapping(
        place=draw(PLACES),
        notation=Notation(
            draw(st.sampled_from(["", "."])),
            draw(st.sampled_from(["", ",", " ", "'"])),
            draw(st.integers(-9, 9)),
            draw(st.booleans()),
            missing,
            tuple(zeros),
            draw(st.dictionaries(SIGNS, FLAGS, max_size=4)),
        ),
        columns=columns,
        value="" if across else value,
        across=across,
        constants=(Constant("age", draw(CODES)),),
        frequency=draw(st.sampled_from("ASQMW")),
        ignored=tuple(name for name in ignored if name != "heading"),
        leave_out={geo: tuple(draw(st.lists(WORDS, max_size=3)))},
        title=draw(WORDS),
        language=draw(st.sampled_from(["", "sv", "ca"])),
    )


@given(mappings())
def test_any_mapping_without_faults_comes_back_from_its_text(mapping):
    if not faults_of(mapping):
        assert mapping_from(mapping_text(mapping)) == mapping


@given(mappings())
@settings(deadline=None, max_examples=count(100, 10))
def test_the_strategy_makes_mappings_that_can_be_used(mapping):
    assert {fault.code for fault in faults_of(mapping)} <= {
        "mapping_range",
        "mapping_heading_twice",
    }


def codes(mapping):
    """(code, path) of every fault, each of which can be said."""
    found = faults_of(mapping)
    assert all(fault.what and fault.advice for fault in found)
    return [(fault.code, fault.column) for fault in found]


GEO, TIME = KeyColumn("geo", "geo", "geo"), KeyColumn("year", "time", "time")
PLAIN = TableMapping(TablePlace(separator=";"), columns=(GEO, TIME), value="value")


def with_column(**changes):
    return replace(PLAIN, columns=(replace(GEO, **changes), TIME))


def with_numbers(**changes):
    return replace(PLAIN, notation=Notation(**changes))


def at(**changes):
    return replace(PLAIN, place=replace(PLAIN.place, **changes))


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (PLAIN, []),
        (at(separator=""), [("mapping_file_kind", "place")]),
        (at(sheet="A"), [("mapping_file_kind", "place")]),
        (at(separator=";;"), [("mapping_separator", "place.separator")]),
        (at(separator='"'), [("mapping_separator", "place.separator")]),
        (at(separator="a"), [("mapping_separator", "place.separator")]),
        (at(encoding="utf-7"), [("mapping_choice", "place.encoding")]),
        (at(heading_row=0), [("mapping_range", "place.heading_row")]),
        (at(first_row=1), [("mapping_range", "place.first_row")]),
        (at(last_row=1), [("mapping_last_row", "place.last_row")]),
        (at(stop_before=(" a",)), [("mapping_spaces", "place.stop_before")]),
        (at(stop_before=("",)), [("mapping_spaces", "place.stop_before")]),
        (with_numbers(decimal="'"), [("mapping_choice", "numbers.decimal")]),
        (with_numbers(thousands="_"), [("mapping_choice", "numbers.thousands")]),
        (with_numbers(decimal=",", thousands=","), [("mapping_same_sign", "numbers.thousands")]),
        (with_numbers(shift=99), [("mapping_range", "numbers.shift")]),
        (with_numbers(missing={"-": "y"}), [("mapping_flags", "missing")]),
        (with_numbers(missing={"-": "bb"}), [("mapping_flags", "missing")]),
        (with_numbers(missing={"-": "bcdef"}), [("mapping_flags", "missing")]),
        (with_numbers(missing={"-": ""}, zeros=("-",)), [("mapping_mark_twice", "numbers.zeros")]),
        (with_numbers(signs={"1": "b"}), [("mapping_sign", "signs")]),
        (with_numbers(signs={".": "b"}), [("mapping_sign", "signs")]),
        (with_column(heading=""), [("mapping_heading_empty", "column[1].heading")]),
        (with_column(heading="a  b"), [("mapping_spaces", "column[1].heading")]),
        (with_column(heading="a" * 301), [("mapping_text_long", "column[1].heading")]),
        (with_column(heading="value"), [("mapping_heading_twice", "ignored")]),
        (with_column(labels="year"), [("mapping_heading_twice", "ignored")]),
        (with_column(dimension="1"), [("mapping_name", "column[1].dimension")]),
        (with_column(dimension="TIME"), [("mapping_name_twice", "column[2].dimension")]),
        (with_column(role="place"), [("mapping_choice", "column[1].role"),
                                     ("mapping_no_role", "column")]),
        (with_column(role=""), [("mapping_no_role", "column")]),
        (with_column(role="time"), [("mapping_role_twice", "column[2].role"),
                                    ("mapping_no_role", "column")]),
        (with_column(codes={"a": "S E"}), [("mapping_code", "column[1].codes")]),
        (with_column(codes={" a": "SE"}), [("mapping_spaces", "column[1].codes")]),
        (replace(PLAIN, columns=(GEO, replace(TIME, codes={"1T": "2013Q1"}))),
         [("mapping_period", "column[2].codes")]),
        (replace(PLAIN, columns=(GEO, replace(TIME, codes={"1T": "2013-Q1"}))),
         [("mapping_period", "column[2].codes")]),
        (replace(PLAIN, value=""), [("mapping_layout", "value")]),
        (replace(PLAIN, across=Across("sex", "", {"a": "b"})), [("mapping_layout", "value")]),
        (replace(PLAIN, value="", flags="f", across=Across("sex", "", {"a": "b"})),
         [("mapping_flags_wide", "flags")]),
        (replace(PLAIN, value="", across=Across("sex", "")),
         [("mapping_no_across", "across.columns")]),
        (replace(PLAIN, value="", across=Across("sex", "", {"a": "M", "b": "M"})),
         [("mapping_code_twice", "across.columns")]),
        (replace(PLAIN, frequency="D"), [("mapping_choice", "frequency")]),
        (replace(PLAIN, ignored=("geo",)), [("mapping_heading_twice", "ignored")]),
        (replace(PLAIN, leave_out={"sex": ("T",)}), [("mapping_leave_out", "leave_out")]),
        (replace(PLAIN, constants=(Constant("unit", "per cent", "unit"),)),
         [("mapping_code", "constant[1].code")]),
        (replace(PLAIN, language="swe"), [("mapping_language", "language")]),
        (replace(PLAIN, title="a" * 301), [("mapping_text_long", "title")]),
    ],
)  # fmt: skip
def test_a_fault_of_a_mapping_is_told_with_its_entry(mapping, expected):
    assert codes(mapping) == expected


def test_a_list_of_marks_without_end_is_refused():
    marks = {f"m{n}": "" for n in range(100_001)}
    assert codes(with_numbers(missing=marks)) == [("mapping_too_many", "missing")]


@pytest.mark.parametrize(
    "module", [mapped_heading, mapped_values, mapping_layout, mapping_model, mapping_numbers,
               mapping_table]
)  # fmt: skip
def test_examples_in_docstrings_are_true(module):
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 0) == (0, True)


def test_all_faults_of_a_mapping_come_at_once():
    with pytest.raises(FaultsError) as caught:
        check_mapping(TableMapping(frequency="X", language="S"))
    assert [fault.code for fault in caught.value.faults] == [
        "mapping_file_kind",
        "mapping_layout",
        "mapping_no_role",
        "mapping_no_role",
        "mapping_choice",
        "mapping_language",
    ]


def told(text):
    with pytest.raises(FaultsError) as caught:
        mapping_from(text, "m.toml")
    assert {fault.file for fault in caught.value.faults} == {"m.toml"}
    assert all(fault.what and fault.advice for fault in caught.value.faults)
    return [(fault.code, fault.column) for fault in caught.value.faults]


GOOD = mapping_text(PLAIN)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("version = 1", "version = 2", [("mapping_version", "version")]),
        ("version = 1", "versoin = 1", [("mapping_unknown_entry", "versoin")]),
        ('value = "value"', "value = 3", [("mapping_not_text", "value")]),
        ("heading_row = 1", "heading_row = true", [("mapping_not_whole", "place.heading_row")]),
        ("heading_row = 1", "heading_row = 1.0", [("mapping_not_whole", "place.heading_row")]),
        ("is_sure = false", "is_sure = 0", [("mapping_not_logical", "numbers.is_sure")]),
        ("ignored = []", "ignored = [1]", [("mapping_not_text", "ignored")]),
        ("ignored = []", 'ignored = ""', [("mapping_not_list", "ignored")]),
        ("ignored = []", "missing = 1", [("mapping_not_table", "missing")]),
        ("ignored = []", "missing = {a = 1}", [("mapping_not_text", "missing")]),
        ("ignored = []", "leave_out = {geo = 1}", [("mapping_not_list", "leave_out.geo")]),
        ("ignored = []", "constant = [1]", [("mapping_not_table", "constant[1]")]),
        ('role = "geo"', 'role = "place"', [("mapping_choice", "column[1].role"),
                                            ("mapping_no_role", "column")]),
        ("version = 1", "version = ", [("mapping_not_toml", None)]),
        ("version = 1", "a = " + "[" * 5000, [("mapping_not_toml", None)]),
    ],
)  # fmt: skip
def test_a_fault_of_the_text_is_told_with_its_entry(old, new, expected):
    assert old in GOOD
    assert told(GOOD.replace(old, new, 1)) == expected


def test_a_fault_of_syntax_names_its_line():
    with pytest.raises(FaultsError) as caught:
        mapping_from("version = 1\nvalue = \n")
    assert caught.value.faults[0].row == 2


def test_a_text_that_is_too_large_is_not_read():
    assert told("#" * (4 * 1024 * 1024 + 1)) == [("mapping_too_large", None)]


def test_the_role_follows_from_the_name_where_it_is_not_written():
    text = """
        value = "v"
        place = {separator = ";"}
        column = [{heading = "a", dimension = "geo"}, {heading = "b", dimension = "TIME_PERIOD"}]
        constant = [{dimension = "unit", code = "PC"}]
    """
    mapping = mapping_from("\n".join(line.strip() for line in text.splitlines()))
    assert [one.role for one in mapping.dimensions] == ["geo", "time", "unit"]
    assert mapping.place.stop_at_empty_row


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_has_faults(text):
    assert told(text)


@given(st.data())
def test_a_changed_text_is_a_mapping_or_has_faults(data):
    text = mapping_text(data.draw(st.sampled_from([SWEDISH, SPANISH, GERMAN])))
    place = data.draw(st.integers(0, len(text)))
    drop = data.draw(st.integers(0, 20))
    piece = data.draw(st.sampled_from(['"', "[", "]", "=", "{}", "\n", "1", "\\u0000", "true"]))
    try:
        mapping = mapping_from(text[:place] + piece + text[place + drop :])
    except FaultsError as error:
        mapping = str(error)
    assert mapping


def test_dimensions_come_in_the_order_of_columns_across_and_constants():
    assert GERMAN.dimensions == (
        Dimension("geo", (), role="geo", text="Bundesland", is_labelled=True),
        Dimension("time", (), role="time", text="Jahr"),
        Dimension("sex", ()),
    )
    assert ITALIAN.dimensions[0].text == ""
