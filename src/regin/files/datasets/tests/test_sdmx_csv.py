"""Each dialect of SDMX-CSV and of OECD's CSV, on small files with made-up figures."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from regin.files.datasets.dataset import Dataset
from regin.files.datasets.sdmx_csv import read_sdmx_csv
from regin.files.limits import Limits

V1 = """DATAFLOW,LAST UPDATE,freq,unit,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
ESTAT:LFST_X(1.0),13/03/25 23:00:00,A,PC,F,SE22,2013,9.4,bu,
ESTAT:LFST_X(1.0),13/03/25 23:00:00,A,PC,F,SE22,2014,,,C
ESTAT:LFST_X(1.0),13/03/25 23:00:00,A,PC,T,AT11,2013,0,e,
"""
LABELS = """DATAFLOW,LAST UPDATE,freq,unit,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
ESTAT:LFST_X$DEFAULTVIEW(1.0),,Annual,Percentage,Females,Sydsverige,2013,9.4,,
ESTAT:LFST_X$DEFAULTVIEW(1.0),,Annual,Percentage,Total,"Länder, total",2013,8.1,p,
"""
PAIRS = """STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,sex,Sex,geo,Place,TIME_PERIOD,\
Time,OBS_VALUE,Observation value,OBS_FLAG,Observation status (Flag),CONF_STATUS,Confidentiality
dataflow,ESTAT:LFST_X(1.0),"Rates, by sex",A,Annual,F,Females,SE22,Sydsverige,2013,,9.4,,b,break,,
dataflow,ESTAT:LFST_X(1.0),"Rates, by sex",A,Annual,T,Total,SE22,Sydsverige,2013,,,,,,,
"""
V2 = """STRUCTURE,STRUCTURE_ID,ACTION,DIM_1,REF_AREA,TIME_PERIOD,OBS_VALUE,ATTR_1,UNIT_MULT,UPDATED
dataflow,ESTAT:NA_MAIN(1.6.0),I,A,AT,2014-01,12.4,"Normal, special
and other values",3,2021-01-22T13:15:41Z
dataflow,ESTAT:NA_MAIN(1.6.0),R,A,AT,2014-02,10.8,x,3,2021-01-22T13:15:41Z
"""
BOTH = """STRUCTURE[|];STRUCTURE_ID;ACTION;OBS_KEY;DIM_1: Dimension 1;GEO: Place;TIME_PERIOD: Time;\
OBS_VALUE: Observation value;OBS_STATUS: Status;UNIT_MEASURE: Unit
dataflow;ESTAT:NA_MAIN(1.6.0): National: accounts;I: Information;A.AT.2014;A: Value: A;AT: Austria;\
2014: 2014;12.4;B: Time series break;EUR: Euro
dataflow;ESTAT:NA_MAIN(1.6.0): National: accounts;I: Information;A.AT.2015;A: Value: A;AT: Austria;\
2015: 2015;;;EUR: Euro
"""
DATA_EXPLORER = """STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Reference area,FREQ,\
Frequency of observation,MEASURE,Measure,UNIT_MEASURE,Unit of measure,TIME_PERIOD,Time period,\
OBS_VALUE,Observation value,OBS_STATUS,Observation status,OBS_STATUS_2,Observation status 2,\
UNIT_MULT,Unit multiplier,BASE_PER,Base period\r
DATAFLOW,OECD.GOV:DSD_X@DF_Y(1.1),"Trust, security",I,ISL,Iceland,A,Annual,T,Trust,PT,Percent,2021,\
,50.4,,A,Normal value,,,0,Units,,\r
DATAFLOW,OECD.GOV:DSD_X@DF_Y(1.1),"Trust, security",I,KOR,Korea,A,Annual,T,Trust,PT,Percent,2021,\
,48.8,,B,Break,P,Provisional,0,Units,,\r
"""
OECD_STAT = """"LOCATION","Country","VAR","Variable","TIME","Time","Unit Code","Unit",\
"PowerCode Code","PowerCode","Reference Period Code","Reference Period","Value","Flag Codes","Flags"
"AUT","Austria","MIG","Inflows","2013","2013","PER","Person","3","Thousands",,,9.4,"E","Estimated"
"AUT","Austria","MIG","Inflows","2014","2014","PER","Person","3","Thousands",,,,"M","Missing"
"""
OECD_PORTAL = """"LOCATION","INDICATOR","SUBJECT","MEASURE","FREQUENCY","TIME","Value","Flag Codes"
"AUS","MIG","TOT","PC_POP","A","2013",1.5,
"AUS","MIG","TOT","PC_POP","Q","2013-Q4",1.25,"P"
"""
DIALECTS = {
    "V1": V1,
    "LABELS": LABELS,
    "PAIRS": PAIRS,
    "V2": V2,
    "BOTH": BOTH,
    "DATA_EXPLORER": DATA_EXPLORER,
    "OECD_STAT": OECD_STAT,
    "OECD_PORTAL": OECD_PORTAL,
}


def write(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def said(dataset: Dataset) -> list[tuple[object, ...]]:
    """(codes …, value, flags, row) of every cell."""
    return [(*cell.codes, cell.value, cell.flags, cell.row) for cell in dataset.cells()]


def same(one: Dataset, other: Dataset) -> bool:
    return (said(one), one.dimensions) == (said(other), other.dimensions)


def roles(dataset: Dataset) -> dict[str, str]:
    return {dimension.name: dimension.role for dimension in dataset.dimensions}


def test_version_1_with_codes_is_read(tmp_path):
    found = read_sdmx_csv(write(tmp_path, V1))
    assert said(found) == [
        ("A", "PC", "F", "SE22", "2013", 9.4, "bu", 2),
        ("A", "PC", "F", "SE22", "2014", None, "c", 3),
        ("A", "PC", "T", "AT11", "2013", 0.0, "e", 4),
    ]
    assert roles(found) == {
        "freq": "frequency",
        "unit": "unit",
        "sex": "",
        "geo": "geo",
        "TIME_PERIOD": "time",
    }
    assert not any(d.is_labelled or d.labels or d.text for d in found.dimensions)
    assert (found.column, found.across) == ("OBS_VALUE", None)


def test_what_the_file_says_about_itself_is_kept(tmp_path):
    head = read_sdmx_csv(write(tmp_path, V1)).head
    assert (head.file, head.format, head.code) == ("t.csv", "sdmx-csv", "LFST_X")
    assert (head.source, head.updated, head.title) == ("Eurostat", "13/03/25 23:00:00", "")
    assert read_sdmx_csv(write(tmp_path, LABELS)).head.code == "LFST_X"
    assert read_sdmx_csv(write(tmp_path, PAIRS)).head.title == "Rates, by sex"
    assert read_sdmx_csv(write(tmp_path, BOTH)).head.title == "National: accounts"
    head = read_sdmx_csv(write(tmp_path, DATA_EXPLORER)).head
    assert (head.code, head.source, head.title) == ("DSD_X@DF_Y", "OECD.GOV", "Trust, security")


def test_labels_in_place_of_codes_are_known_for_what_they_are(tmp_path):
    found = read_sdmx_csv(write(tmp_path, LABELS))
    labelled = {dimension.name: dimension.is_labelled for dimension in found.dimensions}
    assert labelled == dict.fromkeys(("freq", "unit", "sex", "geo"), True) | {"TIME_PERIOD": False}
    assert found.dimensions[3].codes == ("Sydsverige", "Länder, total")


@pytest.mark.parametrize(
    ("cells", "is_labelled"),
    [
        (("T", "F"), False),
        (("Y15-64", "Y_GE65", "ED0-2", "EU27_2020", "_Z", "0_TO_1", "2", "65+"), False),
        (("A.B", "DSD@DF", "total"), False),
        (("Total",), True),
        (("T", "Females"), True),
        (("15 years",), True),
        (("Sachsen-Anhalt",), True),
        (("Île",), True),
    ],
)
def test_a_dimension_holds_labels_when_one_of_its_cells_can_be_no_code(
    tmp_path, cells, is_labelled
):
    rows = "".join(f"X,{cell},2013,1\n" for cell in cells)
    path = write(tmp_path, "DATAFLOW,sex,TIME_PERIOD,OBS_VALUE\n" + rows)
    assert read_sdmx_csv(path).dimensions[0].is_labelled is is_labelled


def test_labels_beside_the_codes_become_labels_of_codes(tmp_path):
    found = read_sdmx_csv(write(tmp_path, PAIRS))
    sex = found.dimensions[1]
    assert (sex.name, sex.text, sex.codes) == ("sex", "Sex", ("F", "T"))
    assert (sex.labels, sex.is_labelled) == (("Females", "Total"), False)
    assert said(found) == [
        ("A", "F", "SE22", "2013", 9.4, "b", 2),
        ("A", "T", "SE22", "2013", None, "", 3),
    ]


def test_labels_beside_codes_are_seen_without_their_announcement_too(tmp_path):
    text = PAIRS.replace("STRUCTURE_NAME,", "").replace('"Rates, by sex",', "")
    found = read_sdmx_csv(write(tmp_path, text))
    assert [d.name for d in found.dimensions] == ["freq", "sex", "geo", "TIME_PERIOD"]
    assert found.dimensions[1].labels == ("Females", "Total")


def test_a_name_without_labels_beside_the_codes_is_no_announcement(tmp_path):
    text = "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,REF_AREA,FREQ,TIME_PERIOD,OBS_VALUE\n"
    found = read_sdmx_csv(write(tmp_path, text + "dataflow,X:Y(1),Name,AT,A,2013,1\n"))
    assert [d.name for d in found.dimensions] == ["REF_AREA", "FREQ", "TIME_PERIOD"]


def test_version_2_with_line_breaks_in_quotes_counts_rows_not_lines(tmp_path):
    found = read_sdmx_csv(write(tmp_path, V2))
    assert said(found) == [
        ("A", "AT", "2014-01", "3", 12.4, "", 2),
        ("A", "AT", "2014-02", "3", 10.8, "", 3),
    ]
    assert roles(found)["UNIT_MULT"] == "attribute"


def test_code_and_label_in_one_cell_are_taken_apart(tmp_path):
    found = read_sdmx_csv(write(tmp_path, BOTH))
    assert said(found) == [
        ("A", "AT", "2014", "EUR", 12.4, "b", 2),
        ("A", "AT", "2015", "EUR", None, "", 3),
    ]
    first, place, _, unit = found.dimensions
    assert (first.name, first.text, first.labels) == ("DIM_1", "Dimension 1", ("Value: A",))
    assert (place.name, place.role, place.labels) == ("GEO", "geo", ("Austria",))
    assert (unit.role, unit.labels, unit.is_labelled) == ("unit", ("Euro",), False)
    assert found.column == "OBS_VALUE"


def test_the_data_explorer_of_oecd_is_read(tmp_path):
    found = read_sdmx_csv(write(tmp_path, DATA_EXPLORER))
    assert said(found) == [
        ("ISL", "A", "T", "PT", "2021", "0", 50.4, "", 2),
        ("KOR", "A", "T", "PT", "2021", "0", 48.8, "bp", 3),
    ]
    assert roles(found) == {
        "REF_AREA": "geo",
        "FREQ": "frequency",
        "MEASURE": "",
        "UNIT_MEASURE": "unit",
        "TIME_PERIOD": "time",
        "UNIT_MULT": "attribute",
    }
    assert found.dimensions[5].labels == ("Units",)


def test_the_older_files_of_oecd_are_read(tmp_path):
    found = read_sdmx_csv(write(tmp_path, OECD_STAT))
    assert found.head.format == "oecd-csv"
    assert said(found) == [
        ("AUT", "MIG", "2013", "PER", "3", 9.4, "e", 2),
        ("AUT", "MIG", "2014", "PER", "3", None, "M", 3),
    ]
    assert roles(found) == {
        "LOCATION": "geo",
        "VAR": "",
        "TIME": "time",
        "Unit Code": "unit",
        "PowerCode Code": "attribute",
    }
    assert found.dimensions[0].labels == ("Austria",)
    assert found.column == "Value"


def test_a_region_is_the_place_where_oecd_names_its_country_too(tmp_path):
    text = 'COU,Country,REG_ID,Region,TIME,Year,Value,Flag Codes,Flags\nAT,Austria,AT1,"Ost",2013,'
    found = read_sdmx_csv(write(tmp_path, text + "2013,1,,\n"))
    assert roles(found) == {"COU": "", "REG_ID": "geo", "TIME": "time"}


def test_the_short_files_of_oecd_are_read_with_two_frequencies(tmp_path):
    found = read_sdmx_csv(write(tmp_path, OECD_PORTAL))
    assert said(found) == [
        ("AUS", "MIG", "TOT", "PC_POP", "A", "2013", 1.5, "", 2),
        ("AUS", "MIG", "TOT", "PC_POP", "Q", "2013-Q4", 1.25, "p", 3),
    ]
    assert roles(found)["FREQUENCY"] == "frequency"


def test_codes_of_oecd_without_labels_are_not_taken_for_pairs(tmp_path):
    text = "LOCATION,VAR,TIME,Unit Code,PowerCode Code,Reference Period Code,Value,Flag Codes\n"
    found = read_sdmx_csv(write(tmp_path, text + "AUT,X,2013,PER,0,,5,\n"))
    assert said(found) == [("AUT", "X", "2013", "PER", "0", 5.0, "", 2)]


@pytest.mark.parametrize("name", DIALECTS)
def test_separators_line_ends_byte_order_mark_quotes_and_gzip_change_nothing(tmp_path, name):
    text = DIALECTS[name].replace("\r\n", "\n")
    expected = read_sdmx_csv(write(tmp_path, text))
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if name == "BOTH" else ","))
    for separator in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            out = io.StringIO()
            csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows(
                rows
            )
            marked = "\ufeff" + out.getvalue()
            assert same(read_sdmx_csv(write(tmp_path, marked)), expected)
    packed = tmp_path / "t.csv"
    packed.write_bytes(gzip.compress(text.encode()))
    assert same(read_sdmx_csv(packed), expected)


def test_headings_in_small_letters_are_known_too(tmp_path):
    heading, _, rest = V1.partition("\n")
    found = read_sdmx_csv(write(tmp_path, heading.lower() + "\n" + rest))
    assert said(found) == said(read_sdmx_csv(write(tmp_path, V1)))


def test_a_second_column_of_time_is_left_out(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,Time,OBS_VALUE\nX,AT,2013-Q1,first quarter,1\n"
    found = read_sdmx_csv(write(tmp_path, text))
    assert said(found) == [("AT", "2013-Q1", 1.0, "", 2)]


def test_attributes_that_do_not_change_the_figure_are_left_out(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,DECIMALS,OBS_COMMENT,BASE_PER,COUNTRY,UNIT_MEASURE\n"
    found = read_sdmx_csv(write(tmp_path, text + "X,AT,2013,1,1,why,2015,A,PC\n"))
    assert roles(found) == {"geo": "geo", "TIME_PERIOD": "time", "UNIT_MEASURE": "unit"}


def test_columns_in_any_order_lose_no_dimension(tmp_path):
    text = "STRUCTURE[;],STRUCTURE_ID,OBS_VALUE,DECIMALS,NOTE_X[en;fr],SEX,GEO,TIME_PERIOD\n"
    found = read_sdmx_csv(
        write(tmp_path, text + "dataflow,X:Y,1,1,en:a;fr:b,F,AT,2013\nd,X:Y,2,1,,M,AT,2013\n")
    )
    assert said(found) == [("F", "AT", "2013", 1.0, "", 2), ("M", "AT", "2013", 2.0, "", 3)]


@pytest.mark.parametrize("mark", ["", ":", "..", "NaN", "nan", "NA", "N/A", "#N/A", "  "])
def test_a_missing_value_is_none_and_never_zero(tmp_path, mark):
    path = write(tmp_path, V1.replace(",9.4,", f",{mark},"))
    assert said(read_sdmx_csv(path))[0] == ("A", "PC", "F", "SE22", "2013", None, "bu", 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [("-1.5", -1.5), ("+2", 2.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), (" 7 ", 7.0)],
)
def test_numbers_in_every_spelling_of_the_standard_are_read(tmp_path, text, value):
    found = read_sdmx_csv(write(tmp_path, V1.replace(",9.4,", f",{text},")))
    assert said(found)[0][-3] == value


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2013", "2013"),
        ("2013-A1", "2013"),
        ("2013S1", "2013-S1"),
        ("2013-Q4", "2013-Q4"),
        ("2013M07", "2013-07"),
        ("2013-W07", "2013-W07"),
    ],
)
def test_periods_are_kept_in_one_spelling(tmp_path, written, kept):
    path = write(tmp_path, f"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nX,AT,{written},1\n")
    assert said(read_sdmx_csv(path)) == [("AT", kept, 1.0, "", 2)]


@pytest.mark.parametrize(
    ("heading", "cell", "kept"),
    [
        ("OBS_FLAG", "bep", "bep"),
        ("OBS_FLAG", "s", "s"),
        ("OBS_FLAG", "i", "i"),
        ("OBS_FLAG", "m", "m"),
        ("OBS_FLAG", "z", "z"),
        ("OBS_STATUS", "A", ""),
        ("OBS_STATUS", "B", "b"),
        ("OBS_STATUS", "p", "p"),
        ("OBS_STATUS", "Q", "Q"),
        ("OBS_STATUS", "_Z", "z"),
        ("OBS_STATUS", "B;P", "bp"),
        ("OBS_STATUS", "B, P", "bp"),
        ("OBS_STATUS[]", "A;E", "e"),
        ("CONF_STATUS", "F", ""),
        ("CONF_STATUS", "C", "c"),
        ("CONF_STATUS", "A", "c"),
        ("CONF_STATUS", "N", "c"),
        ("CONF_STATUS", "P", "c"),
        ("OBS_CONF", "S", "c"),
    ],
)
def test_flags_are_read_by_the_list_that_their_heading_names(tmp_path, heading, cell, kept):
    text = f'DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,{heading}\nX,AT,2013,1,"{cell}"\n'
    assert said(read_sdmx_csv(write(tmp_path, text)))[0][-2] == kept


def test_letters_of_several_columns_of_flags_join_once_each(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\nX,AT,2013,1,bc,C\n"
    assert said(read_sdmx_csv(write(tmp_path, text)))[0][-2] == "bc"


def test_several_frequencies_are_kept_where_a_dimension_tells_them_apart(tmp_path):
    text = "DATAFLOW,freq,geo,TIME_PERIOD,OBS_VALUE\nX,A,AT,2013,1\nX,Q,AT,2013-Q1,2\n"
    assert [row[2] for row in said(read_sdmx_csv(write(tmp_path, text)))] == ["2013", "2013-Q1"]
    named = text.replace(",A,", ",Annual,").replace(",Q,", ",Quarterly,")
    assert len(read_sdmx_csv(write(tmp_path, named))) == 2


def test_a_place_is_not_asked_for(tmp_path):
    found = read_sdmx_csv(write(tmp_path, "DATAFLOW,TIME_PERIOD,OBS_VALUE\nX,2013,1\n"))
    assert (said(found), found.place_of("geo")) == ([("2013", 1.0, "", 2)], None)


def test_two_units_are_both_kept(tmp_path):
    text = "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\nX,AT,2013,1,PC\nX,AT,2014,1,THS\n"
    assert read_sdmx_csv(write(tmp_path, text)).dimensions[2].codes == ("PC", "THS")


def test_a_dimension_that_is_always_empty_is_left_out(tmp_path):
    text = "DATAFLOW,geo,typ,TIME_PERIOD,OBS_VALUE\nX,AT,,2013,1\nX,AT,,2014,2\n"
    found = read_sdmx_csv(write(tmp_path, text))
    assert said(found) == [("AT", "2013", 1.0, "", 2), ("AT", "2014", 2.0, "", 3)]
    assert found.index.shape == (2, 2)


def test_rows_of_remarks_and_blank_rows_are_passed_over_but_counted(tmp_path):
    text = "STRUCTURE,STRUCTURE_ID,ACTION,geo,sex,TIME_PERIOD,OBS_VALUE,NOTE\n"
    rows = (
        "d,X:Y,I,,F,,,about women\n\nd,X:Y,I,AT,F,2013,1,\n,,,,,,,\nd,X:Y,I,AT,,,,about Austria\n"
    )
    assert said(read_sdmx_csv(write(tmp_path, text + rows))) == [("AT", "F", "2013", 1.0, "", 4)]


def test_namibia_is_a_place_not_a_missing_value(tmp_path):
    found = read_sdmx_csv(write(tmp_path, V1.replace("SE22", "NA")))
    assert found.dimensions[3].codes == ("NA", "AT11")


def test_a_dataset_cannot_be_changed(tmp_path):
    found = read_sdmx_csv(write(tmp_path, V1))
    for column in (found.index, found.values, found.flags, found.rows):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_limits_that_just_suffice_suffice(tmp_path):
    limits = Limits(rows=3, cells=3, columns=10, line_bytes=100)
    assert len(read_sdmx_csv(write(tmp_path, V1), limits)) == 3
