import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.errors import MESSAGES, FaultsError
from regin.files.eurostat_cells import CellError, CellReader, parse_cell
from regin.files.eurostat_tsv import iter_observations, read_eurostat_tsv
from regin.files.limits import LIMITS, Limits
from regin.files.observations import KNOWN_FLAGS, Observation, Period, parse_period

DATA = Path(__file__).parent / "data"
OLD, TODAY, IN_ROWS = (
    DATA / name
    for name in (
        "unemployment_before_2023.tsv",
        "density_today.tsv",
        "occupation_time_in_rows.tsv",
    )
)


def write(folder: Path, text: str, name: str = "t.tsv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def faults(path: Path, limits: Limits = LIMITS):
    """(code, row, column) of every fault; reading as a stream and as a table must agree."""
    with pytest.raises(FaultsError) as streamed:
        list(iter_observations(path, limits))
    with pytest.raises(FaultsError) as held:
        read_eurostat_tsv(path, limits)
    assert streamed.value.faults == held.value.faults
    assert all(fault.what and fault.advice for fault in held.value.faults)
    return [(fault.code, fault.row, fault.column) for fault in held.value.faults]


def cell(path: Path, geo: str, period: str) -> Observation:
    (found,) = [o for o in iter_observations(path) if (o.geo, o.period) == (geo, period)]
    return found


def test_the_heading_before_2023_is_read():
    table = read_eurostat_tsv(OLD)
    assert table.dimensions == ("age", "sex")
    assert table.periods == ("2013", "2012", "2011", "2000", "1999")
    assert table.places == ("AT", "AT11", "SE22", "ES51", "ITF3")
    assert (table.frequency, len(table)) == ("A", 6)


def test_the_heading_of_today_is_read():
    table = read_eurostat_tsv(TODAY)
    assert table.dimensions == ("freq", "unit")
    assert table.periods == ("1990", "2016", "2020", "2021", "2022")
    assert table.places == ("DE944", "ES2", "FRL06", "UKM6")


def test_time_in_the_rows_is_read():
    table = read_eurostat_tsv(IN_ROWS)
    assert table.dimensions == ("unit", "worktime", "isco08", "isced11", "mgstatus")
    assert table.periods == ("2014",)
    assert table.places == ("BE", "BG", "DE", "EE", "EL")


def test_cells_read_by_eye_come_out_with_their_flags():
    observations = {(o.dims, o.geo, o.period): o for o in iter_observations(OLD)}
    assert observations[("Y15-24", "F"), "AT", "2013"] == Observation(
        2, "2013", ("Y15-24", "F"), "AT", "2013", 9.4, "b"
    )
    assert observations[("Y15-24", "F"), "AT11", "2000"].value is None
    assert observations[("Y15-24", "F"), "AT11", "2000"].flags == "u"
    assert observations[("Y_GE15", "T"), "ITF3", "1999"].value == 23.2
    assert len(observations) == 30


def test_cells_of_today_come_out_with_their_flags():
    provisional = cell(TODAY, "FRL06", "2021")
    assert (provisional.value, provisional.flags, provisional.row) == (158.2, "p", 4)
    assert cell(TODAY, "DE944", "2022").flags == "e"
    assert cell(TODAY, "ES2", "2016").dims == ("A", "PER_KM2")


def test_cells_with_time_in_the_rows_take_place_from_the_column():
    dims = ("THS_PER", "ATYP", "OC0", "ED3_4", "TOTAL")
    rows = [o for o in iter_observations(IN_ROWS) if o.dims == dims]
    assert rows[2] == Observation(3, "DE", dims, "DE", "2014", 83.6, "")
    assert rows[3] == Observation(3, "EE", dims, "EE", "2014", None, "u")


def test_missing_is_never_zero_and_still_an_observation(tmp_path):
    path = write(tmp_path, "unit,geo\\time\t2013 \t2014 \t2015 \nPC,SE22\t: \t0 \t: c\n")
    assert [(o.value, o.flags) for o in iter_observations(path)] == [
        (None, ""),
        (0.0, ""),
        (None, "c"),
    ]


@pytest.mark.parametrize("path", [OLD, TODAY, IN_ROWS])
def test_stream_and_table_give_the_same(path):
    assert list(read_eurostat_tsv(path).observations()) == list(iter_observations(path))


def test_gzip_gives_the_same(tmp_path):
    packed = tmp_path / "t.tsv.gz"
    packed.write_bytes(gzip.compress(OLD.read_bytes()))
    assert list(iter_observations(packed)) == list(iter_observations(OLD))


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + OLD.read_bytes().replace(b"\n", b"\r\n"))
    assert list(iter_observations(path)) == list(iter_observations(OLD))


def test_a_table_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        read_eurostat_tsv(OLD).values[0, 0] = 1.0


KEY = "unit,geo\\time"
HEAD = f"{KEY}\t2013 \t2014 \n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("PC,SE22\t1 \n", [("tsv_ragged_row", 2, None)]),
        ("PC,SE22\t1 \t2 \t3 \n", [("tsv_ragged_row", 2, None)]),
        ("\n", [("tsv_ragged_key", 2, KEY), ("tsv_ragged_row", 2, None)]),
        ("SE22\t1 \t2 \n", [("tsv_ragged_key", 2, KEY)]),
        ("A,PC,SE22\t1 \t2 \n", [("tsv_ragged_key", 2, KEY)]),
        ("PC,\t1 \t2 \n", [("tsv_bad_code", 2, "geo")]),
        ("PC,S E\t1 \t2 \n", [("tsv_bad_code", 2, "geo")]),
        ("PC,A\t1 \t2 \nPC,B\t1 \t2 \nPC,A \t3 \t4 \n", [("tsv_duplicate_key", 4, KEY)]),
        ("PC,SE22\tx1 \t2 \n", [("tsv_text_in_number", 2, "2013")]),
        ("PC,SE22\t1 \t1 2 \n", [("tsv_text_in_number", 2, "2014")]),
        ("PC,SE22\t1,5 b\t2 \n", [("tsv_decimal_comma", 2, "2013")]),
        ("PC,SE22\t1.234,5 \t2 \n", [("tsv_decimal_comma", 2, "2013")]),
        ("PC,SE22\tNaN \t-inf \n", [("tsv_not_finite", 2, h) for h in ("2013", "2014")]),
        ("PC,SE22\t1e999 \t2 \n", [("tsv_not_finite", 2, "2013")]),
        ("PC,SE22\t \t\n", [("tsv_empty_cell", 2, h) for h in ("2013", "2014")]),
        ("PC,SE22\t1 x\t: q\n", [("tsv_unknown_flag", 2, h) for h in ("2013", "2014")]),
        ("PC,SE22\t1 bb\t1 bcdef\n", [("tsv_unknown_flag", 2, h) for h in ("2013", "2014")]),
        (
            "PC,SE22\t1 B\t١ \n",
            [("tsv_unknown_flag", 2, "2013"), ("tsv_text_in_number", 2, "2014")],
        ),
        ("PC,SE22\t1 \t2.", [("tsv_text_in_number", 2, "2014"), ("tsv_cut_off", 2, None)]),
        ("PC,SE22\t1 \t2", [("tsv_cut_off", 2, None)]),
        ("", [("tsv_no_rows", 1, None)]),
    ],
)
def test_a_fault_in_the_rows_is_placed(tmp_path, rows, expected):
    assert faults(write(tmp_path, HEAD + rows)) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("geo;2013;2014", ("tsv_header", 1, None)),
        ("geo,2013,2014", ("tsv_header", 1, None)),
        ("unit,geo\\time", ("tsv_header", 1, None)),
        ("unit,geo\t2013", ("tsv_header", 1, None)),
        ("\\time\t2013", ("tsv_header", 1, None)),
        ("unit,,geo\\time\t2013", ("tsv_header", 1, None)),
        ("unit,nuts\\time\t2013", ("tsv_no_geo", 1, "unit,nuts\\time")),
        ("unit,geo\\sex\tF", ("tsv_no_time", 1, "unit,geo\\sex")),
        ("time,geo\\TIME_PERIOD\t2013", ("tsv_no_time", 1, "time,geo\\TIME_PERIOD")),
        ("time,geo\\sex\tF", ("tsv_turned", 1, "time,geo\\sex")),
        ("unit,geo,Geo\\time\t2013", ("tsv_duplicate_dimension", 1, "unit,geo,Geo\\time")),
        ("unit,geo\\time\t2013 \t13 ", ("tsv_bad_period", 1, "13")),
        ("unit,geo\\time\t2013 \t", ("tsv_bad_period", 1, "")),
        ("unit,geo\\time\t2013 \t2013-13 ", ("tsv_bad_period", 1, "2013-13")),
        ("unit,geo\\time\t2013 \t2013Q1 ", ("tsv_mixed_frequency", 1, "2013Q1")),
        ("unit,geo\\time\t2013Q1 \t2013-Q1 ", ("tsv_duplicate_column", 1, "2013-Q1")),
        ("unit,time\\geo\tSE \tSE ", ("tsv_duplicate_column", 1, "SE")),
        ("unit,time\\geo\tSE \tS E ", ("tsv_bad_code", 1, "S E")),
    ],
)
def test_a_fault_in_the_heading_is_placed(tmp_path, header, expected):
    width = header.count("\t")
    key = "PC,2013" if "time\\geo" in header else "PC,SE22"
    text = header + "\n" + key + "\t1 " * width + "\n"
    assert faults(write(tmp_path, text))[0] == expected


def test_the_heading_fault_shows_what_a_heading_looks_like(tmp_path):
    with pytest.raises(FaultsError) as caught:
        read_eurostat_tsv(write(tmp_path, "region,2013\nSE22,1\n"))
    assert r"“freq,unit,geo\TIME_PERIOD”" in str(caught.value)


def test_all_faults_come_at_once_in_the_order_of_rows(tmp_path):
    rows = "PC,A\tx \t2 \nPC,B\t1 \nPC,C\t1 \t1,5 \nPC,A\t1 \t2 \nPC,D\t1 \t9 q\nPC,D\t1 \t9 \n"
    assert faults(write(tmp_path, HEAD + rows)) == [
        ("tsv_text_in_number", 2, "2013"),
        ("tsv_ragged_row", 3, None),
        ("tsv_decimal_comma", 4, "2014"),
        ("tsv_duplicate_key", 5, KEY),
        ("tsv_unknown_flag", 6, "2014"),
        ("tsv_duplicate_key", 7, KEY),
    ]


def test_a_duplicate_names_the_row_of_the_first(tmp_path):
    path = write(tmp_path, HEAD + "PC,A\t1 \t2 \nPC,B\t1 \t2 \nPC,A\t1 \t2 \nPC,A\t1 \t2 \n")
    with pytest.raises(FaultsError) as caught:
        read_eurostat_tsv(path)
    assert [(f.row, f.params["first"]) for f in caught.value.faults] == [(4, 2), (5, 2)]


def test_a_duplicate_in_two_spellings_of_a_period_is_found(tmp_path):
    text = "unit,geo,time\\geo2\tSE \n"
    assert faults(write(tmp_path, text))[0][0] == "tsv_turned"
    text = "unit,time\\geo\tSE \nPC,2013Q1\t1 \nPC,2013-Q1\t1 \n"
    assert faults(write(tmp_path, text)) == [("tsv_duplicate_key", 3, "unit,time\\geo")]


def test_keys_of_equal_hash_are_not_taken_for_equal_keys(tmp_path, monkeypatch):
    monkeypatch.setattr("regin.files.eurostat_rows._HASH_MASK", 0)
    path = write(tmp_path, HEAD + "PC,A\t1 \t2 \nPC,B\t1 \t2 \n")
    assert len(read_eurostat_tsv(path)) == 2


def test_mixed_frequencies_in_rows_are_a_fault(tmp_path):
    text = "unit,time\\geo\tSE \nPC,2013\t1 \nPC,2013Q1\t1 \nPC,20X3\t1 \n"
    assert faults(write(tmp_path, text)) == [
        ("tsv_mixed_frequency", 3, "time"),
        ("tsv_bad_period", 4, "time"),
    ]


def test_a_fault_that_stops_the_reading_comes_with_those_before_it(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_bytes(HEAD.encode() + b"PC,A\tx \t2 \nPC,B\t\xff \t2 \n")
    assert [code for code, _, _ in faults(path)] == ["tsv_text_in_number", "encoding"]


def test_faults_are_listed_up_to_the_limit(tmp_path):
    path = write(tmp_path, HEAD + "".join(f"PC,R{n}\tx \ty \n" for n in range(10)))
    found = faults(path, Limits(faults=5))
    assert [code for code, _, _ in found] == ["tsv_text_in_number"] * 5 + ["too_many_faults"]


def test_a_million_columns_are_refused(tmp_path):
    path = write(tmp_path, "geo\\time" + "\t1" * 1_000_000 + "\n")
    assert faults(path) == [("too_many_columns", 1, None)]
    path = write(tmp_path, HEAD + "PC,A" + "\t1" * 1_000_000 + "\n")
    assert faults(path) == [("too_many_columns", 2, None)]


def test_rows_and_cells_are_bounded(tmp_path):
    path = write(tmp_path, HEAD + "".join(f"PC,R{n}\t1 \t2 \n" for n in range(5)))
    assert faults(path, Limits(rows=4)) == [("too_many_rows", None, None)]
    assert faults(path, Limits(cells=9)) == [("too_many_cells", None, None)]
    assert len(read_eurostat_tsv(path, Limits(rows=5, cells=10))) == 5


@given(st.data())
def test_a_cut_inside_a_row_is_never_taken_for_a_whole_file(tmp_path_factory, data):
    content = OLD.read_bytes()
    cut = content[: data.draw(st.integers(1, len(content) - 1))]
    path = tmp_path_factory.mktemp("cut") / "t.tsv"
    path.write_bytes(cut)
    whole = list(iter_observations(OLD))
    try:
        got = list(iter_observations(path))
    except FaultsError:
        return
    assert cut.endswith(b"\n")
    assert got == whole[: len(got)]


NUMBERS = st.one_of(st.none(), st.floats(-1e12, 1e12).map(lambda x: round(x, 3)))
FLAGS = st.lists(st.sampled_from(sorted(KNOWN_FLAGS)), unique=True, max_size=4).map("".join)


@given(NUMBERS, FLAGS)
def test_a_cell_comes_back_as_written(value, flags):
    number = ":" if value is None else repr(value)
    assert parse_cell(f"{number} {flags}") == (value, flags)
    assert parse_cell(f" {number} {flags} ") == (value, flags)


def test_flags_may_follow_the_number_at_once():
    assert parse_cell("9.4b") == (9.4, "b")
    assert parse_cell(":c") == (None, "c")
    assert parse_cell("1e3") == (1000.0, "")
    assert parse_cell("1e") == (1.0, "e")


@given(st.text(max_size=80))
def test_a_cell_is_read_or_refused_with_a_code(text):
    code, value, flags = "tsv_", None, ""
    try:
        value, flags = parse_cell(text)
    except CellError as error:
        code = error.code
    assert code.startswith("tsv_")
    assert set(flags) <= KNOWN_FLAGS.keys()
    assert value is None or abs(value) < float("inf")


@given(st.lists(st.sampled_from(["1 ", ": ", ": c", "2.5 bu", "-3 "]), max_size=30))
def test_remembering_cells_changes_nothing(texts):
    reader = CellReader()
    assert [reader[text] for text in texts] == [parse_cell(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "frequency", "kept"),
    [
        ("2013", "A", "2013"),
        ("2013S2", "S", "2013-S2"),
        ("2013-S1", "S", "2013-S1"),
        ("2013Q4", "Q", "2013-Q4"),
        ("2013-Q1", "Q", "2013-Q1"),
        ("2013M12", "M", "2013-12"),
        ("2013-01", "M", "2013-01"),
        ("2013-M01", "M", "2013-01"),
        ("2013W53", "W", "2013-W53"),
        ("2013-W01", "W", "2013-W01"),
    ],
)
def test_periods_get_one_spelling(text, frequency, kept):
    assert parse_period(text) == Period(frequency, kept)
    assert parse_period(kept) == Period(frequency, kept)


NO_PERIODS = ["", "13", "0013", "2013-00", "2013Q5", "2013-S3", "2013 ", "２０１３"]


@pytest.mark.parametrize("text", NO_PERIODS)
def test_what_is_no_period_gives_none(text):
    assert parse_period(text) is None


def test_the_reference_names_every_fault_and_flag():
    text = (Path(__file__).parents[4] / "docs/reference/eurostat-tsv.md").read_text("utf-8")
    codes = {code for code in MESSAGES if code.startswith(("tsv_", "file_", "too_many_"))}
    assert {name for name in codes | KNOWN_FLAGS.keys() if f"`{name}`" not in text} == set()
