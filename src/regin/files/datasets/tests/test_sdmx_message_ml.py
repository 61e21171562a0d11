"""SDMX-ML in every form that offices write, each stating the same six figures."""

import doctest
import gzip
import importlib
from pathlib import Path

import pytest

from regin.engine.errors import MESSAGES, FaultsError
from regin.files.datasets.dataset import Dimension
from regin.files.datasets.sdmx_message import read_sdmx_message
from regin.files.limits import LIMITS, Limits

BASE = "http://www.sdmx.org/resources/sdmxml/schemas"
DSD = "<c:Structure><Ref agencyID='ESTAT' id='LFSA_UGAN' version='1.0'/></c:Structure>"
FLOW = "<c:StructureUsage><Ref agencyID='ESTAT' id='LFSA_UGAN' version='1.0'/></c:StructureUsage>"
URN = ("<c:StructureUsage>urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ESTAT:LFSA_UGAN(1.0)"
       "</c:StructureUsage>")  # fmt: skip


def message(body: str, root="StructureSpecificData", along="TIME_PERIOD", **changes: str) -> str:
    """A message on many lines; `body` begins on line 11."""
    about = {"version": "v2_1", "structure": DSD, "more": "", "foot": ""} | changes
    address = f"{BASE}/{about['version']}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<m:{root} xmlns:m="{address}/message" xmlns:c="{address}/common"
  xmlns:g="{address}/data/generic" xmlns:s="{address}/data/structurespecific"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:u="urn:x">
<m:Header><m:ID>X</m:ID><m:Test>false</m:Test><m:Prepared>2024-05-06T11:00:00Z</m:Prepared>
<m:Sender id="ESTAT"><c:Name xml:lang="en">Eurostat</c:Name></m:Sender>
<m:Structure structureID="S1" dimensionAtObservation="{along}">{about["structure"]}</m:Structure>
{about["more"]}
</m:Header>

{body}
{about["foot"]}</m:{root}>
"""


def specific(body: str, more: str = "") -> str:
    return f'<m:DataSet s:structureRef="S1" xsi:type="u:DataSetType"{more}>\n{body}\n</m:DataSet>'


def generic(body: str) -> str:
    return f'<m:DataSet structureRef="S1">\n{body}\n</m:DataSet>'


def values(element: str, **stated: str) -> str:
    inner = "".join(f'<g:Value id="{name}" value="{text}"/>' for name, text in stated.items())
    return f"<g:{element}>{inner}</g:{element}>"


def generic_obs(key: str, value: str | None, **attributes: str) -> str:
    stated = "" if value is None else f'<g:ObsValue value="{value}"/>'
    about = values("Attributes", **attributes) if attributes else ""
    return f"<g:Obs>{key}{stated}{about}</g:Obs>"


SERIES = specific("""\
<Series freq="A" unit="PC" sex="F" geo="SE22" UNIT_MULT="0">
<Obs TIME_PERIOD="2013" OBS_VALUE="9.4" OBS_FLAG="b"/>
<Obs TIME_PERIOD="2014" OBS_VALUE="NaN" OBS_FLAG="bu"/>
<Obs TIME_PERIOD="2015" CONF_STATUS="C"/>
</Series>
<Series freq="A" unit="PC" sex="M" geo="AT" UNIT_MULT="0">
<Obs TIME_PERIOD="2013" OBS_VALUE="0"/>
<Obs TIME_PERIOD="2014" OBS_VALUE="" OBS_FLAG="p"/>
<Obs TIME_PERIOD="2015" OBS_VALUE="-1.5e1" OBS_FLAG="e" CONF_STATUS="F"/>
</Series>""")

FLAT = specific("""\
<Obs freq="A" unit="PC" sex="F" geo="SE22" UNIT_MULT="0" TIME_PERIOD="2013" OBS_VALUE="9.4"
 OBS_FLAG="b"/>
<Obs freq="A" unit="PC" sex="F" geo="SE22" UNIT_MULT="0" TIME_PERIOD="2014" OBS_FLAG="bu"/>
<Obs freq="A" unit="PC" sex="F" geo="SE22" UNIT_MULT="0" TIME_PERIOD="2015" CONF_STATUS="C"/>
<Obs freq="A" unit="PC" sex="M" geo="AT" UNIT_MULT="0" TIME_PERIOD="2013" OBS_VALUE="0"/>
<Obs freq="A" unit="PC" sex="M" geo="AT" UNIT_MULT="0" TIME_PERIOD="2014" OBS_FLAG="p"/>
<Obs freq="A" unit="PC" sex="M" geo="AT" UNIT_MULT="0" TIME_PERIOD="2015" OBS_VALUE="-15.0"
 OBS_FLAG="e"/>""")

ACROSS = specific("""\
<Series freq="A" unit="PC" TIME_PERIOD="2013" sex="F" UNIT_MULT="0">
<Obs geo="SE22" OBS_VALUE="9.4" OBS_FLAG="b"/>
</Series>
<Series freq="A" unit="PC" TIME_PERIOD="2013" sex="M" UNIT_MULT="0">
<Obs geo="AT" OBS_VALUE="0"/>
</Series>
<Series freq="A" unit="PC" TIME_PERIOD="2014" sex="F" UNIT_MULT="0">
<Obs geo="SE22" OBS_FLAG="bu"/>
</Series>
<Series freq="A" unit="PC" TIME_PERIOD="2014" sex="M" UNIT_MULT="0">
<Obs geo="AT" OBS_FLAG="p"/>
</Series>
<Series freq="A" unit="PC" TIME_PERIOD="2015" sex="F" UNIT_MULT="0">
<Obs geo="SE22" CONF_STATUS="N"/>
</Series>
<Series freq="A" unit="PC" TIME_PERIOD="2015" sex="M" UNIT_MULT="0">
<Obs geo="AT" OBS_VALUE="-15" OBS_FLAG="e"/>
</Series>""")

GROUPS = specific("""\
<Group xsi:type="u:Sibling" geo="SE22" sex="F" unit="PC" UNIT_MULT="0"/>
<Group xsi:type="u:Sibling" geo="AT" sex="M" unit="PC" UNIT_MULT="0"/>
<Series freq="A" unit="PC" sex="F" geo="SE22">
<Obs TIME_PERIOD="2013" OBS_VALUE="9.4" OBS_STATUS="B"/>
<Obs TIME_PERIOD="2014" OBS_VALUE="nan" OBS_STATUS="B U"/>
<Obs TIME_PERIOD="2015" OBS_VALUE="NaN" CONF_STATUS="C" OBS_STATUS="A"/>
</Series>
<Series freq="A" unit="PC" sex="M" geo="AT">
<Obs TIME_PERIOD="2013" OBS_VALUE="0"/>
<Obs TIME_PERIOD="2014" OBS_VALUE="NaN" OBS_STATUS="P"/>
<Obs TIME_PERIOD="2015" OBS_VALUE="-15" OBS_STATUS="E"/>
</Series>""")

IN_VERSION_3 = specific("""\
<Atts geo="SE22" sex="F" UNIT_MULT="0"/>
<Atts geo="AT"><Comp id="UNIT_MULT"><Value>0</Value></Comp></Atts>
<Series freq="A" unit="PC" sex="F" geo="SE22">
<Obs TIME_PERIOD="2013" OBS_VALUE="9.4"><Comp id="OBS_STATUS"><Value>B</Value></Comp></Obs>
<Obs TIME_PERIOD="2014" OBS_VALUE="#N/A">
<Comp id="OBS_STATUS"><Value>B</Value><Value>U</Value></Comp></Obs>
<Obs TIME_PERIOD="2015" CONF_STATUS="C"/>
</Series>
<Series freq="A" unit="PC" sex="M" geo="AT">
<Obs TIME_PERIOD="2013" OBS_VALUE="0"/>
<Obs TIME_PERIOD="2014" OBS_STATUS="P"/>
<Obs TIME_PERIOD="2015" OBS_VALUE="-15" OBS_STATUS="E"/>
</Series>""")


def at(period: str) -> str:
    return f'<g:ObsDimension value="{period}"/>'


def generic_series(sex: str, geo: str, *observations: str) -> str:
    key = values("SeriesKey", freq="A", unit="PC", sex=sex, geo=geo)
    inside = "\n".join([key, values("Attributes", UNIT_MULT="0", TITLE="Text"), *observations])
    return f"<g:Series>\n{inside}\n</g:Series>"


GENERIC = generic(
    generic_series(
        "F",
        "SE22",
        generic_obs(at("2013"), "9.4", OBS_FLAG="b"),
        generic_obs(at("2014"), "NaN", OBS_FLAG="bu"),
        generic_obs(at("2015"), None, CONF_STATUS="C"),
    )
    + "\n"
    + generic_series(
        "M",
        "AT",
        generic_obs(at("2013"), "0"),
        generic_obs(at("2014"), "", OBS_FLAG="p"),
        generic_obs(at("2015"), "-15", OBS_FLAG="e"),
    )
)


def flat_key(sex: str, geo: str, period: str) -> str:
    return values("ObsKey", freq="A", unit="PC", sex=sex, geo=geo, TIME_PERIOD=period)


GENERIC_FLAT = generic(
    "\n".join(
        [
            values("Attributes", UNIT_MULT="0"),
            generic_obs(flat_key("F", "SE22", "2013"), "9.4", OBS_FLAG="b"),
            generic_obs(flat_key("F", "SE22", "2014"), "NaN", OBS_FLAG="bu"),
            generic_obs(flat_key("F", "SE22", "2015"), None, CONF_STATUS="C"),
            generic_obs(flat_key("M", "AT", "2013"), "0"),
            generic_obs(flat_key("M", "AT", "2014"), None, OBS_FLAG="p"),
            generic_obs(flat_key("M", "AT", "2015"), "-15", OBS_FLAG="e"),
        ]
    )
)

DIALECTS = {
    "series": message(SERIES),
    "series of time": message(SERIES, root="StructureSpecificTimeSeriesData"),
    "flat": message(FLAT, along="AllDimensions"),
    "across places": message(ACROSS, along="geo"),
    "groups": message(GROUPS, structure=FLOW),
    "version 3.0": message(IN_VERSION_3, version="v3_0", structure=URN),
    "version 3.1": message(IN_VERSION_3, version="v3_1", structure=URN),
    "generic": message(GENERIC, root="GenericData"),
    "generic of time": message(GENERIC, root="GenericTimeSeriesData", structure=FLOW),
    "generic and flat": message(GENERIC_FLAT, root="GenericData", along="AllDimensions"),
}
FIGURES = {
    ("F", "SE22", "2013"): (9.4, "b"),
    ("F", "SE22", "2014"): (None, "bu"),
    ("F", "SE22", "2015"): (None, "c"),
    ("M", "AT", "2013"): (0.0, ""),
    ("M", "AT", "2014"): (None, "p"),
    ("M", "AT", "2015"): (-15.0, "e"),
}


def write(folder: Path, content: str | bytes, name: str = "t.xml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes):
    return read_sdmx_message(write(folder, content))


def named(dataset):
    """Cells as (codes by name, value, flags)."""
    names = [dimension.name for dimension in dataset.dimensions]
    return [
        (dict(zip(names, cell.codes, strict=True)), cell.value, cell.flags)
        for cell in dataset.cells()
    ]


def faults(folder: Path, content: str | bytes, limits: Limits = LIMITS):
    """(code, row, column) of every fault."""
    with pytest.raises(FaultsError) as caught:
        read_sdmx_message(write(folder, content), limits)
    assert all(fault.what and fault.advice for fault in caught.value.faults)
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_states_the_same_figures(tmp_path, dialect):
    dataset = read(tmp_path, DIALECTS[dialect])
    found = {
        (codes["sex"], codes["geo"], codes["TIME_PERIOD"]): (value, flags)
        for codes, value, flags in named(dataset)
    }
    assert found == FIGURES
    assert len(dataset) == len(FIGURES)
    assert {codes["freq"] + codes["unit"] + codes["UNIT_MULT"] for codes, *_ in named(dataset)} == {
        "APC0"
    }
    assert (dataset.head.code, dataset.head.format) == ("LFSA_UGAN", "sdmx-ml")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_knows_what_its_dimensions_are(tmp_path, dialect):
    roles = {one.name: one.role for one in read(tmp_path, DIALECTS[dialect]).dimensions}
    assert roles == {
        "freq": "frequency",
        "unit": "unit",
        "sex": "",
        "geo": "geo",
        "TIME_PERIOD": "time",
        "UNIT_MULT": "attribute",
    }


def test_dimensions_stand_in_the_order_of_the_message(tmp_path):
    def names(dialect):
        return [one.name for one in read(tmp_path, DIALECTS[dialect]).dimensions]

    assert names("series") == ["freq", "unit", "sex", "geo", "UNIT_MULT", "TIME_PERIOD"]
    assert names("groups") == ["freq", "unit", "sex", "geo", "TIME_PERIOD", "UNIT_MULT"]
    assert names("across places") == ["freq", "unit", "TIME_PERIOD", "sex", "UNIT_MULT", "geo"]
    assert names("generic") == ["freq", "unit", "sex", "geo", "TIME_PERIOD", "UNIT_MULT"]


def test_the_header_is_kept(tmp_path):
    more = '<m:Name xml:lang="en-GB">Unemployment</m:Name><m:Source>Labour force survey</m:Source>'
    head = read(tmp_path, message(SERIES, more=more)).head
    assert (head.title, head.source) == ("Unemployment", "Labour force survey")
    assert (head.updated, head.language) == ("2024-05-06T11:00:00Z", "en")
    assert read(tmp_path, DIALECTS["series"]).head.source == "Eurostat"


def test_a_cell_has_the_line_of_its_observation(tmp_path):
    rows = {cell.codes[2:4] + cell.codes[5:]: cell.row for cell in read(
        tmp_path, DIALECTS["series"]).cells()}  # fmt: skip
    assert rows["F", "SE22", "2013"] == 13
    assert rows["M", "AT", "2015"] == 20
    lines = DIALECTS["series"].splitlines()
    assert 'OBS_VALUE="9.4"' in lines[13 - 1]
    assert 'OBS_VALUE="-1.5e1"' in lines[20 - 1]


def test_cells_are_counted_where_observations_share_a_line(tmp_path):
    for dialect in ("series", "generic", "flat"):
        one_line = DIALECTS[dialect].replace("\n", " ")
        assert [cell.row for cell in read(tmp_path, one_line).cells()] == [1, 2, 3, 4, 5, 6]


def test_packed_marked_and_other_encodings_are_the_same(tmp_path):
    plain, text = read(tmp_path, DIALECTS["series"]), DIALECTS["series"]
    for content in (
        gzip.compress(text.encode()),
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\n", "\r\n").encode(),
        text.replace("UTF-8", "UTF-16").encode("utf-16"),
        text.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    ):
        assert list(read(tmp_path, content).cells()) == list(plain.cells())


def test_units_are_kept_wherever_they_are_stated(tmp_path):
    obs = '<Series geo="AT"><Obs TIME_PERIOD="2013" OBS_VALUE="1"{own}/></Series>'
    for dataset, group, series, own, expected in (
        ('UNIT_MEASURE="a"', "", "", "", "a"),
        ('UNIT_MEASURE="a"', '<Group geo="AT" UNIT_MEASURE="b"/>', "", "", "b"),
        ('UNIT_MEASURE="a"', '<Group geo="AT" UNIT_MEASURE="b"/>', 'UNIT_MEASURE="c"', "", "c"),
        ("", '<Group geo="AT" UNIT_MEASURE="b"/>', 'UNIT_MEASURE="c"', ' UNIT_MEASURE="d"', "d"),
        ("", '<Group geo="SE" UNIT_MEASURE="b"/>', "", "", ""),
        ("", '<Group TIME_PERIOD="2013" UNIT_MEASURE="e"/>', "", "", "e"),
        ("", '<Group TIME_PERIOD="2012" UNIT_MEASURE="e"/>', "", "", ""),
    ):
        body = group + obs.format(own=own).replace("<Series", f"<Series {series}")
        text = message(specific(body, f" {dataset}"))
        assert named(read(tmp_path, text))[0][0]["UNIT_MEASURE"] == expected


def test_groups_are_about_flat_observations_too(tmp_path):
    body = """<Group geo="AT" UNIT_MEASURE="a"/>
<Group geo="SE" TIME_PERIOD="2013" UNIT_MEASURE="b"/>
<Obs geo="AT" TIME_PERIOD="2013" OBS_VALUE="1"/><Obs geo="SE" TIME_PERIOD="2013" OBS_VALUE="1"/>
<Obs geo="SE" TIME_PERIOD="2014" OBS_VALUE="1"/>"""
    found = named(read(tmp_path, message(specific(body))))
    assert [codes["UNIT_MEASURE"] for codes, *_ in found] == ["a", "b", ""]


def test_a_status_stated_for_a_series_holds_unless_an_observation_has_its_own(tmp_path):
    body = """<Series geo="AT" OBS_STATUS="E"><Obs TIME_PERIOD="2013" OBS_VALUE="1"/>
<Obs TIME_PERIOD="2014" OBS_VALUE="2" OBS_STATUS="A"/></Series>"""
    assert [flags for *_, flags in named(read(tmp_path, message(specific(body))))] == ["e", ""]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ('OBS_STATUS="A" CONF_STATUS="F"', ""),
        ('OBS_STATUS="P" CONF_STATUS="N"', "pc"),
        ('OBS_FLAG="c" CONF_STATUS="C"', "c"),
        ('OBS_STATUS="B;P"', "bp"),
        ('OBS_STATUS="b, p"', "bp"),
        ('OBS_FLAG="dep"', "dep"),
        ('OBS_STATUS="S"', "S"),
        ('obs_status="s"', "s"),
        ('CONF_STATUS_OBS="D"', "c"),
        ('OBS_CONF="S"', "c"),
    ],
)
def test_codes_of_status_become_letters(tmp_path, stated, kept):
    obs = f'<Series geo="AT"><Obs TIME_PERIOD="2013" OBS_VALUE="1" {stated}/></Series>'
    assert named(read(tmp_path, message(specific(obs))))[0][2] == kept


@pytest.mark.parametrize("stated", ["SD", "BU", "bb", "b b", "x", "b c d e f", "?", "Provisional"])
def test_an_unknown_status_is_told(tmp_path, stated):
    obs = (
        f'<Series geo="AT">\n<Obs TIME_PERIOD="2013" OBS_VALUE="1" OBS_STATUS="{stated}"/></Series>'
    )
    expected = [("sdmx_unknown_flag", 13, "OBS_STATUS")]
    assert faults(tmp_path, message(specific(obs))) == expected


def test_periods_have_their_kept_spelling(tmp_path):
    periods = ["2013", "2014-A1", "2013-Q1", "2013-S2", "2013-01", "2013-M02", "2013-W05"]
    body = "".join(f'<Obs TIME_PERIOD="{period}" OBS_VALUE="1"/>' for period in periods)
    dataset = read(tmp_path, message(specific(f'<Series geo="AT">{body}</Series>')))
    kept = ("2013", "2014", "2013-Q1", "2013-S2", "2013-01", "2013-02", "2013-W05")
    assert dataset.dimensions[1].codes == kept


def test_known_remarks_are_left_out_and_unknown_names_are_not(tmp_path):
    body = """<Series geo="AT" TITLE="A title" DECIMALS="1" COLL_METHOD="x" worktime="FT">
<Obs TIME_PERIOD="2013" OBS_VALUE="1" OBS_COM="x" PRE_BREAK_VALUE="2" sector="S"/></Series>
<Series geo="AT"><Obs TIME_PERIOD="2013" OBS_VALUE="1"/></Series>"""
    dataset = read(tmp_path, message(specific(body)))
    assert [one.name for one in dataset.dimensions] == ["geo", "worktime", "TIME_PERIOD"]
    assert dataset.dimensions[1] == Dimension("worktime", ("FT", ""))


def test_what_a_generic_message_calls_an_attribute_is_one(tmp_path):
    key = values("SeriesKey", geo="AT", TITLE="a")
    about = values("Attributes", worktime="FT", UNIT_MEASURE="PC", REF_AREA="X", FREQ="A")
    series = f"<g:Series>{key}{about}{generic_obs(at('2013'), '1')}</g:Series>"
    dataset = read(tmp_path, message(generic(series), root="GenericData"))
    roles = [(one.name, one.role) for one in dataset.dimensions]
    assert roles == [
        ("geo", "geo"),
        ("TITLE", ""),
        ("TIME_PERIOD", "time"),
        ("UNIT_MEASURE", "unit"),
        ("FREQ", "frequency"),
    ]


def test_only_one_dimension_is_the_place(tmp_path):
    body = '<Series ref_area="A" geo="B"><Obs TIME_PERIOD="2013" OBS_VALUE="1"/></Series>'
    dataset = read(tmp_path, message(specific(body)))
    assert [one.role for one in dataset.dimensions] == ["geo", "", "time"]


def test_a_measure_can_be_named_by_the_type_of_the_observation(tmp_path):
    body = '<Series geo="AT" TIME_PERIOD="2013"><Obs xsi:type="u:LIVE" OBS_VALUE="1"/></Series>'
    dataset = read(tmp_path, message(specific(body), along="DEMO"))
    assert [one.name for one in dataset.dimensions] == ["geo", "TIME_PERIOD", "DEMO"]
    assert dataset.dimensions[2].codes == ("LIVE",)


def test_several_data_sets_of_one_table_are_one(tmp_path):
    one, other = (
        specific(f'<Series geo="{geo}"><Obs TIME_PERIOD="2013" OBS_VALUE="1"/></Series>', more)
        for geo, more in (
            ("AT", ' s:action="Append" UNIT_MEASURE="a"'),
            ("SE", ' action="Replace"'),
        )
    )
    dataset = read(tmp_path, message(one + other))
    assert [cell.codes for cell in dataset.cells()] == [("AT", "2013", "a"), ("SE", "2013", "")]


def test_annotations_and_footers_are_passed_over(tmp_path):
    note = "<c:Annotations><c:Annotation><Series/><c:AnnotationTitle>x</c:AnnotationTitle>"
    note += "</c:Annotation></c:Annotations>"
    text = message(
        SERIES.replace('UNIT_MULT="0">', f'UNIT_MULT="0">{note}', 1),
        foot="<m:Footer><m:Message><c:Text>Well</c:Text></m:Message></m:Footer>",
    )
    assert len(read(tmp_path, text)) == 6


OBS = '<Obs TIME_PERIOD="2013" OBS_VALUE="1"/>'


def series(obs: str) -> str:
    return message(specific(f'<Series geo="AT">\n{obs}\n</Series>'))


def figure(stated: str) -> str:
    return series(OBS.replace('"1"', f'"{stated}"'))


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("1,5", "sdmx_bad_number"),
        ("1 000", "sdmx_bad_number"),
        (":", "sdmx_bad_number"),
        ("-", "sdmx_bad_number"),
        ("١", "sdmx_bad_number"),
        ("9" * 65, "sdmx_bad_number"),
        ("INF", "sdmx_not_finite"),
        ("-inf", "sdmx_not_finite"),
        ("1e999", "sdmx_not_finite"),
    ],
)
def test_what_is_no_number_is_told(tmp_path, stated, code):
    assert faults(tmp_path, figure(stated)) == [(code, 13, "OBS_VALUE")]


@pytest.mark.parametrize("stated", ["", " ", "NaN", "nan", " NaN ", "#N/A"])
def test_a_missing_figure_is_none_and_never_zero(tmp_path, stated):
    assert [cell.value for cell in read(tmp_path, figure(stated)).cells()] == [None]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (series('<Obs TIME_PERIOD="2013-01-01" OBS_VALUE="1"/>'),
         [("sdmx_bad_period", 13, "TIME_PERIOD")]),
        (series('<Obs OBS_VALUE="1"/>\n<Obs TIME_PERIOD="2014"/>'), [("sdmx_no_code", 13, None)]),
        (series('<Obs TIME_PERIOD="13" OBS_VALUE="x" OBS_FLAG="?"/>'),
         [("sdmx_bad_period", 13, "TIME_PERIOD"), ("sdmx_bad_number", 13, "OBS_VALUE"),
          ("sdmx_unknown_flag", 13, "OBS_FLAG")]),
        (series('<Obs TIME_PERIOD="2013" OBS_VALUE="x"/>\n<Obs TIME_PERIOD="2014" OBS_VALUE="y"/>'),
         [("sdmx_bad_number", 13, "OBS_VALUE"), ("sdmx_bad_number", 14, "OBS_VALUE")]),
        (series('<Obs TIME_PERIOD="2013" OBS_VALUE="1"/>\n<Obs TIME_PERIOD="2013" OBS_VALUE="2"/>'),
         [("dataset_duplicate", 14, "OBS_VALUE")]),
        (series('<Obs TIME_PERIOD="2013" OBS_VALUE="1"/>\n<Obz TIME_PERIOD="2014"/>'),
         [("sdmx_unknown_element", 14, None)]),
        (series('<Obs TIME_PERIOD="2013" VALUE="1"/>'), [("sdmx_no_measure", None, None)]),
        (series('<Obs PERIOD="2013" OBS_VALUE="1"/>'), [("sdmx_no_time", None, None)]),
        (series(""), [("dataset_no_cells", None, None)]),
        (message(""), [("dataset_no_cells", None, None)]),
        (message(specific('<Series geo="A&#7;"/>')), [("sdmx_syntax", 12, None)]),
        (message(specific(f'<Series geo="{"x" * 501}">{OBS}</Series>')),
         [("sdmx_bad_code", 12, "geo")]),
        (message(specific(f'<Series geo=" ">{OBS}</Series>')), [("sdmx_no_code", 12, None)]),
        (message(specific('<Obs TIME_PERIOD="2013" TURNOVER="1"/>')),
         [("sdmx_no_measure", None, None)]),
        (message(specific(f'{OBS}\n<Group UNIT_MULT="1"/>')), [("sdmx_late_group", 13, None)]),
        (message(specific("".join(OBS.replace(" ", f' a{n}="1" ', 1) for n in range(40)))),
         [("sdmx_too_many_dimensions", None, None)]),
        (message(specific(OBS.replace(" ", f' {"x" * 121}="1" ', 1))),
         [("sdmx_bad_name", None, None)]),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line(tmp_path, content, expected):
    assert faults(tmp_path, content) == expected


def test_what_stands_behind_its_observations_is_told(tmp_path):
    flat = f'<Series geo="AT">{OBS}</Series>\n<Obs geo="SE" TIME_PERIOD="2013" OBS_VALUE="2"/>'
    comp = f'<Series geo="AT">{OBS}\n<Comp id="UNIT_MULT"><Value>1</Value></Comp></Series>'
    inside = generic_obs(at("2013"), "1") + "\n" + values("Attributes", UNIT_MULT="1")
    late = f"<g:Series>{values('SeriesKey', geo='AT')}{inside}</g:Series>"
    for content in (
        message(specific(flat)),
        message(specific(comp)),
        message(generic(late), root="GenericData"),
    ):
        assert faults(tmp_path, content) == [("sdmx_unknown_element", 13, None)]


def test_a_structure_is_named_by_a_urn_too(tmp_path):
    urn = "<c:StructureUsage><URN>urn:sdmx:x.Dataflow=ESTAT:LFSA_UGAN(1.0)</URN></c:StructureUsage>"
    assert read(tmp_path, message(SERIES, structure=urn)).head.code == "LFSA_UGAN"
    assert read(tmp_path, message(SERIES, structure="")).head.code == "S1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (message(SERIES, root="Structure"), "sdmx_not_data"),
        ("<html><body/></html>", "sdmx_not_data"),
        (message(SERIES, version="v2_0", root="GenericData"), "sdmx_old_version"),
        (message(SERIES, version="v2_0", root="CompactData"), "sdmx_old_version"),
        (message(SERIES, version="v1_0"), "sdmx_old_version"),
        (message(SERIES, more="<m:DataSetAction>Delete</m:DataSetAction>"), "sdmx_delete"),
        (message(specific("", ' s:action="Delete"')), "sdmx_delete"),
        (message(SERIES)[:-30], "sdmx_syntax"),
        ("TIME,GEO\n", "sdmx_no_message"),
        ("", "file_empty"),
        (b"\x00\x01", "sdmx_no_message"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "sdmx_syntax"),
        ('<?xml version="1.0" encoding="hex"?><a/>', "sdmx_syntax"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, content, code):
    assert [one[0] for one in faults(tmp_path, content)] == [code]


def test_the_office_s_own_words_are_passed_on(tmp_path):
    footer = (
        "<m:Footer><m:Message code='413'><c:Text>Come back later</c:Text></m:Message></m:Footer>"
    )
    error = "<m:ErrorMessage code='100'><c:Text>No results found</c:Text></m:ErrorMessage>"
    for content, words in (
        (message("", foot=footer), "Come back later"),
        (message(error, root="Error"), "No results found"),
    ):
        with pytest.raises(FaultsError, match=words) as caught:
            read(tmp_path, content)
        assert [fault.code for fault in caught.value.faults] == ["sdmx_error"]


def test_figures_of_several_tables_are_refused(tmp_path):
    other = SERIES.replace("S1", "S2")
    more = f'<m:Structure structureID="S2">{DSD.replace("UGAN", "OTHER")}</m:Structure>'
    assert [one[0] for one in faults(tmp_path, message(SERIES + other, more=more))] == [
        "sdmx_several_tables"
    ]


def test_limits_hold(tmp_path):
    text = DIALECTS["series"]
    assert faults(tmp_path, text, Limits(cells=5)) == [("too_many_cells", None, None)]
    wrong = text.replace('OBS_VALUE="', 'OBS_VALUE="x')
    assert len(faults(tmp_path, wrong, Limits(faults=3))) == 4
    assert faults(tmp_path, text, Limits(file_bytes=100)) == [("file_too_large", None, None)]


def test_every_message_can_be_said():
    ours = {code: text for code, text in MESSAGES.items() if code.startswith("sdmx_")}
    assert len(ours) > 30
    assert all(text.what.strip() and text.advice.strip() for text in ours.values())


@pytest.mark.parametrize("name", ["header", "structure", "values"])
def test_examples_in_docstrings_are_true(name):
    module = importlib.import_module(f"regin.files.datasets.sdmx_message_{name}")
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 0) == (0, True)
