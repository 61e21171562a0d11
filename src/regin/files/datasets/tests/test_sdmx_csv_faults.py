"""What is wrong with a file is told with row and column, all at once, and never raises else."""

import gzip
from contextlib import suppress
from pathlib import Path

import pytest

from regin.engine.errors import FaultsError
from regin.files.datasets.sdmx_csv import read_sdmx_csv
from regin.files.datasets.tests.test_sdmx_csv import DIALECTS, PAIRS, V1, V2, said, write
from regin.files.limits import LIMITS, Limits

HEAD = "DATAFLOW,freq,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
GOOD = "X:Y(1.0),A,F,AT,2013,1.5,,\n"


def faults(path: Path, limits: Limits = LIMITS) -> list[tuple[str, int | None, str | None]]:
    """(code, row, column) of every fault, whose sentences are looked at too."""
    with pytest.raises(FaultsError) as caught:
        read_sdmx_csv(path, limits)
    assert all(fault.what and fault.advice for fault in caught.value.faults)
    assert {fault.file for fault in caught.value.faults} == {path.name}
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "unit,geo\\time\t2013\nPC,AT\t1\n",
        "geo,TIME_PERIOD,OBS_VALUE\nAT,2013,1\n",
        "DATAFLOW\nX\n",
        "DATAFLOW|geo|TIME_PERIOD|OBS_VALUE\n",
        "Value\n1\n",
        "\n" + V1,
        "\r" + V1,
        '{"class": "dataset"}',
    ],
)
def test_a_heading_of_another_format_is_a_fault(tmp_path, text):
    assert faults(write(tmp_path, text)) == [("sdmx_csv_header", 1, None)]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("DATAFLOW,geo,TIME_PERIOD,VALUE", [("sdmx_csv_no_value", 1, None)]),
        ("DATAFLOW,geo,period,OBS_VALUE", [("sdmx_csv_no_time", 1, None)]),
        ("LOCATION,Country,Value,Flag Codes,Flags", [("sdmx_csv_no_time", 1, None)]),
        (
            "DATAFLOW,geo,Geo,TIME_PERIOD,OBS_VALUE",
            [("sdmx_csv_duplicate_heading", 1, "geo")],
        ),
        (
            "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,OBS_VALUE",
            [("sdmx_csv_duplicate_heading", 1, "obs_value")],
        ),
        (
            "DATAFLOW,,TIME_PERIOD,sex,sex,OBS_VALUE",
            [("sdmx_csv_bad_heading", 1, ""), ("sdmx_csv_duplicate_heading", 1, "sex")],
        ),
        (
            "DATAFLOW," + ",".join(f"d{at}" for at in range(41)) + ",TIME_PERIOD,OBS_VALUE",
            [("sdmx_csv_many_dimensions", 1, None)],
        ),
        ('DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,"x"y', [("csv_quoting", 1, None)]),
    ],
)
def test_a_heading_that_lacks_or_doubles_something_is_a_fault(tmp_path, heading, expected):
    assert faults(write(tmp_path, heading + "\nX,AT,2013,1\n")) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('"9,4"', "sdmx_csv_decimal_comma"),
        ('"1234,567"', "sdmx_csv_decimal_comma"),
        ('"1,234.5"', "sdmx_csv_thousands"),
        ('"1.234,5"', "sdmx_csv_thousands"),
        ("1 234", "sdmx_csv_thousands"),
        ("1\u00a0234\u00a0567", "sdmx_csv_thousands"),
        ("1\u202f234.5", "sdmx_csv_thousands"),
        ("1'234", "sdmx_csv_thousands"),
        ("1.234.567", "sdmx_csv_thousands"),
        ("inf", "sdmx_csv_not_finite"),
        ("-Infinity", "sdmx_csv_not_finite"),
        ("1e999", "sdmx_csv_not_finite"),
        ("9.4 b", "sdmx_csv_text_in_number"),
        ("Yes", "sdmx_csv_text_in_number"),
        ("-", "sdmx_csv_text_in_number"),
        ("0x10", "sdmx_csv_text_in_number"),
        ("١٢", "sdmx_csv_text_in_number"),
        ("1_000", "sdmx_csv_thousands"),
        ("9" * 65, "sdmx_csv_text_in_number"),
    ],
)
def test_a_value_that_is_no_plain_number_is_a_fault(tmp_path, cell, code):
    path = write(tmp_path, HEAD + GOOD + GOOD.replace("2013,1.5", f"2014,{cell}"))
    assert faults(path) == [(code, 3, "OBS_VALUE")]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("OBS_FLAG", "x"),
        ("OBS_FLAG", "B"),
        ("OBS_FLAG", "bb"),
        ("OBS_FLAG", "b?"),
        ("OBS_FLAG", "estimated"),
        ("OBS_STATUS", "Y"),
        ("OBS_STATUS", "B;B"),
        ("OBS_STATUS_2", "Normal value"),
        ("CONF_STATUS", "Z"),
        ("OBS_FLAG", "b" * 10_000),
    ],
)
def test_an_unknown_flag_is_a_fault(tmp_path, heading, cell):
    text = f"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,{heading}\nX,AT,2013,1,{cell}\n"
    assert faults(write(tmp_path, text)) == [("sdmx_csv_unknown_flag", 2, heading)]


def test_small_letters_of_oecd_are_not_read_as_flags_of_eurostat(tmp_path):
    text = "LOCATION,TIME,Value,Flag Codes\nAUT,2013,,n\n"
    assert faults(write(tmp_path, text)) == [("sdmx_csv_unknown_flag", 2, "Flag Codes")]


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2013-01-01", "sdmx_csv_daily"),
        ("20130101", "sdmx_csv_daily"),
        ("2013-D001", "sdmx_csv_daily"),
        ("2013-01-01T00:00:00", "sdmx_csv_daily"),
        ("13", "sdmx_csv_bad_period"),
        ("2013-Q5", "sdmx_csv_bad_period"),
        ("Jan-2013", "sdmx_csv_bad_period"),
        ("", "sdmx_csv_bad_period"),
        ("2013/2014", "sdmx_csv_bad_period"),
    ],
)
def test_what_is_no_period_of_ours_is_a_fault(tmp_path, period, code):
    path = write(tmp_path, HEAD + GOOD.replace("2013", period))
    assert faults(path) == [(code, 2, "TIME_PERIOD")]


def test_a_day_is_told_what_to_do_about(tmp_path):
    with pytest.raises(FaultsError, match="choose the original time format"):
        read_sdmx_csv(write(tmp_path, HEAD + GOOD.replace("2013", "2013-12-31")))


def test_quarters_among_years_are_a_fault_where_nothing_tells_them_apart(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nX,AT,2013,1\nX,AT,2013-Q1,2\nX,AT,2014,2\n"
    assert faults(write(tmp_path, text)) == [("sdmx_csv_mixed_frequency", 3, "TIME_PERIOD")]


def test_a_period_must_be_of_the_frequency_that_its_row_says(tmp_path):
    path = write(tmp_path, HEAD + GOOD + GOOD.replace("2013", "2013-Q1"))
    assert faults(path) == [("sdmx_csv_other_frequency", 3, "TIME_PERIOD")]
    named = (HEAD + GOOD + GOOD.replace("2013", "2013-Q1")).replace(",A,", ",Annual,")
    assert faults(write(tmp_path, named)) == [("sdmx_csv_mixed_frequency", 3, "TIME_PERIOD")]


def test_a_row_with_cells_too_many_or_too_few_is_a_fault(tmp_path):
    path = write(tmp_path, HEAD + GOOD.replace(",,", ",") + GOOD + GOOD.replace(",,", ",,,"))
    assert faults(path) == [
        ("sdmx_csv_ragged_row", 2, None),
        ("sdmx_csv_ragged_row", 4, None),
    ]


def test_an_empty_code_is_a_fault_in_a_column_that_has_others(tmp_path):
    row = GOOD.replace("2013", "2014").replace(",F,", ",,")
    assert faults(write(tmp_path, HEAD + GOOD + row)) == [("sdmx_csv_empty_code", 3, "sex")]
    assert faults(write(tmp_path, HEAD + row + GOOD)) == [("sdmx_csv_empty_code", 2, "sex")]
    blank = GOOD.replace("2013", "2014").replace(",F,", ", ,")
    assert faults(write(tmp_path, HEAD + GOOD + blank)) == [("sdmx_csv_empty_code", 3, "sex")]


def test_a_code_that_cannot_be_shown_is_a_fault(tmp_path):
    text = HEAD + GOOD.replace(",F,", ",F\x07,") + GOOD.replace(",F,", f",{'F' * 501},")
    text += GOOD.replace(",F,", f",F{' ' * 2000},")
    assert faults(write(tmp_path, text)) == [("sdmx_csv_bad_code", row, "sex") for row in (2, 3, 4)]


def test_more_codes_than_a_dimension_has_are_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr("regin.files.datasets.sdmx_csv_codes.MOST_CODES", 1)
    path = write(tmp_path, HEAD + GOOD + GOOD.replace("AT", "BE"))
    assert faults(path) == [("sdmx_csv_too_many_codes", 3, "geo")]


def test_two_tables_in_one_file_are_a_fault(tmp_path):
    path = write(tmp_path, HEAD + GOOD + GOOD.replace("Y(1.0)", "Y(1.1)").replace("AT", "BE"))
    assert faults(path) == [("sdmx_csv_other_dataset", 3, "DATAFLOW")]


def test_a_message_that_deletes_is_a_fault(tmp_path):
    path = write(tmp_path, V2.replace(",R,", ",D,"))
    assert faults(path) == [("sdmx_csv_action", 3, "ACTION")]


def test_the_same_key_twice_is_a_fault(tmp_path):
    other = GOOD.replace("1.5", "2.5")
    path = write(tmp_path, HEAD + GOOD + GOOD.replace("AT", "BE") + other)
    assert faults(path) == [("dataset_duplicate", 4, "OBS_VALUE")]


def test_the_same_key_with_another_multiplier_is_a_fault(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nX,AT,2013,1,0\nX,AT,2013,1,3\n"
    assert faults(write(tmp_path, text)) == [("dataset_duplicate", 3, "OBS_VALUE")]


def test_a_heading_alone_is_a_fault(tmp_path):
    assert faults(write(tmp_path, HEAD)) == [("dataset_no_cells", None, None)]


def test_everything_wrong_is_told_at_once(tmp_path):
    rows = [
        'X:Y(1.0),A,F,AT,13,"9,4",x,Z\n',
        GOOD,
        'X:Y(1.0),A,F,"AT"x,2013,1,,\n',
        "X:Y(1.0),A\n",
        GOOD.replace("1.5", "many"),
    ]
    assert faults(write(tmp_path, HEAD + "".join(rows))) == [
        ("sdmx_csv_bad_period", 2, "TIME_PERIOD"),
        ("sdmx_csv_unknown_flag", 2, "OBS_FLAG"),
        ("sdmx_csv_unknown_flag", 2, "CONF_STATUS"),
        ("sdmx_csv_decimal_comma", 2, "OBS_VALUE"),
        ("csv_quoting", 4, None),
        ("sdmx_csv_ragged_row", 5, None),
        ("sdmx_csv_text_in_number", 6, "OBS_VALUE"),
    ]


def test_faults_end_where_the_limit_says(tmp_path):
    path = write(tmp_path, HEAD + GOOD.replace("1.5", "x") * 30)
    found = faults(path, Limits(faults=5))
    assert [code for code, _, _ in found].count("sdmx_csv_text_in_number") == 5
    assert ("too_many_faults", None, None) in found
    assert len(found) == 6


@pytest.mark.parametrize(
    ("limits", "code", "row"),
    [
        (Limits(rows=2), "too_many_rows", None),
        (Limits(cells=2), "too_many_cells", None),
        (Limits(columns=9), "too_many_columns", 1),
        (Limits(line_bytes=70), "line_too_long", 1),
        (Limits(file_bytes=100), "file_too_large", None),
    ],
)
def test_what_exceeds_a_limit_is_a_fault(tmp_path, limits, code, row):
    assert faults(write(tmp_path, V1), limits) == [(code, row, None)]


def test_faults_before_a_limit_are_told_with_it(tmp_path):
    path = write(tmp_path, V1.replace("9.4", "x"))
    assert faults(path, Limits(rows=2)) == [
        ("sdmx_csv_text_in_number", 2, "OBS_VALUE"),
        ("too_many_rows", None, None),
    ]


def test_a_row_over_many_lines_is_bounded_like_a_line(tmp_path):
    path = write(tmp_path, HEAD + '"' + '\n","'.join(["x" * 30] * 40) + '"\n')
    assert faults(path, Limits(line_bytes=1000, columns=20)) == [("csv_long_quote", 2, None)]
    assert faults(path, Limits(line_bytes=1000, columns=50)) == [("csv_row_too_long", 2, None)]


def test_a_cell_beyond_the_bound_of_the_csv_module_is_a_fault(tmp_path):
    path = write(tmp_path, HEAD + GOOD.replace("X:Y", "X" * 140_000))
    assert faults(path) == [("csv_cell_too_long", 2, None)]


def test_rows_below_an_odd_quote_keep_their_numbers(tmp_path):
    lost = 'X:Y(1.0),A,F,"AT,2013,1,,\n'
    path = write(tmp_path, HEAD + lost + GOOD + lost.replace("2013", "2014") + "X,A\n")
    assert faults(path)[-1] == ("sdmx_csv_ragged_row", 5, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (V1.encode("utf-16"), "encoding_utf16"),
        (V1.replace("SE22", "K\u00f6ln").encode("latin-1"), "encoding"),
        (V1.replace("SE22", "\x00").encode(), "nul_byte"),
        (gzip.compress(V1.encode(), mtime=0)[:-9], "file_damaged"),
        (gzip.compress(b"\0" * 30_000_000, mtime=0), "file_bomb"),
    ],
)
def test_bytes_that_are_no_text_of_ours_are_a_fault(tmp_path, content, code):
    (tmp_path / "t.csv").write_bytes(content)
    limits = Limits(line_bytes=64 * 1024 * 1024)
    assert [found[0] for found in faults(tmp_path / "t.csv", limits)] == [code]


def cuts(path: Path, text: str) -> dict[int, list[tuple[object, ...]]]:
    """What comes out of a file cut behind so many bytes, where anything does."""
    content, results = text.encode(), {}
    for at in range(len(content)):
        path.write_bytes(content[:at])
        with suppress(FaultsError):
            results[at] = said(read_sdmx_csv(path))
    return results


@pytest.mark.parametrize("name", DIALECTS)
def test_a_file_cut_anywhere_is_a_fault_or_has_whole_rows_only(tmp_path, name):
    """Cut behind the value, in columns that are flags or remarks, the row counts as whole."""
    text = DIALECTS[name]
    whole = [row[:-2] for row in said(read_sdmx_csv(write(tmp_path, text)))]
    results = cuts(tmp_path / "t.csv", text)
    assert results
    for cells in results.values():
        assert [row[:-2] for row in cells] == whole[: len(cells)]


def test_a_value_at_the_end_of_the_file_needs_its_line_end(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nX,AT,2013,1234\nX,BE,2013,5678\n"
    ends = [at + 1 for at, sign in enumerate(text) if sign == "\n"]
    assert cuts(tmp_path / "t.csv", text).keys() == {ends[1]}
    assert faults(write(tmp_path, text[:-2])) == [("csv_cut_off", 3, None)]
    quoted = text[:-1].replace("5678", '"5678"')
    assert len(read_sdmx_csv(write(tmp_path, quoted))) == 2
    packed = write(tmp_path, "")
    packed.write_bytes(gzip.compress(text[:-1].encode()))
    assert len(read_sdmx_csv(packed)) == 2


def test_a_complete_row_needs_no_line_end_where_flags_stand_last(tmp_path):
    for text in (V1, PAIRS):
        found = read_sdmx_csv(write(tmp_path, text.rstrip("\n")))
        assert said(found) == said(read_sdmx_csv(write(tmp_path, text)))


def test_a_quote_left_open_at_the_end_is_a_fault(tmp_path):
    path = write(tmp_path, HEAD + GOOD + 'X:Y(1.0),A,F,"A')
    assert faults(path) == [("csv_open_quote", 3, None)]
