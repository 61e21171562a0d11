import copy
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files import geojson, geojson_rings
from regin.files.geojson import read_boundaries
from regin.files.limits import LIMITS, Limits

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]


def feature(code="XX1", rings=None, **properties):
    return {
        "type": "Feature",
        "properties": {"NUTS_ID": code, "LEVL_CODE": 1, "CNTR_CODE": "XX", **properties},
        "geometry": {"type": "Polygon", "coordinates": rings or [SQUARE]},
    }


def collection(*features, **members):
    return {"type": "FeatureCollection", "features": list(features), **members}


def write(folder: Path, content) -> Path:
    path = folder / "b.geojson"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def faults(path: Path, limits: Limits = LIMITS):
    with pytest.raises(FaultsError) as caught:
        read_boundaries(path, limits)
    assert str(caught.value)
    return [(fault.code, fault.column) for fault in caught.value.faults]


def test_a_region_is_read_with_what_the_file_says(tmp_path):
    content = collection(feature(NAME_LATN="Öland", rings=[SQUARE, HOLE]))
    (place,) = read_boundaries(write(tmp_path, content))
    assert (place.code, place.level, place.country, place.name) == ("XX1", 1, "XX", "Öland")
    assert place.box == (0, 0, 4, 4)
    assert place.geometry.polygons[0][1].tolist() == HOLE
    assert not (1 < place.inner[0] < 3 and 1 < place.inner[1] < 3)


def test_multipolygons_heights_gzip_and_a_byte_order_mark_are_read(tmp_path):
    one = feature()
    heights = [[*point, 12.5] for point in SQUARE]
    one["geometry"] = {"type": "MultiPolygon", "coordinates": [[SQUARE], [heights]]}
    content = b"\xef\xbb\xbf" + json.dumps(collection(one)).encode()
    (place,) = read_boundaries(write(tmp_path, gzip.compress(content)))
    assert [rings[0].tolist() for rings in place.geometry.polygons] == [SQUARE, SQUARE]


@pytest.mark.parametrize(
    ("properties", "own", "code"),
    [
        ({"NUTS_ID": "SE22", "id": "x"}, "y", "SE22"),
        ({"id": "08019"}, "y", "08019"),
        ({"id": 8019}, None, "8019"),
        ({}, "y", "y"),
    ],
)
def test_the_code_comes_from_the_first_place_that_has_one(tmp_path, properties, own, code):
    one = {**feature(), "properties": properties, "id": own}
    (place,) = read_boundaries(write(tmp_path, collection(one)))
    assert (place.code, place.level, place.name) == (code, None, None)


@pytest.mark.parametrize(
    "name",
    ["EPSG:4326", "urn:ogc:def:crs:EPSG::4326", "urn:ogc:def:crs:OGC:1.3:CRS84"],
)
def test_degrees_stated_in_the_file_are_accepted(tmp_path, name):
    crs = {"type": "name", "properties": {"name": name}}
    assert len(read_boundaries(write(tmp_path, collection(feature(), crs=crs)))) == 1


def bad(**changes):
    one = feature()
    one["geometry"] = {**one["geometry"], **changes}
    return one


def ring(*points):
    return bad(coordinates=[list(points)])


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (None, "geojson_feature"),
        ([], "geojson_feature"),
        ({"type": "Feature", "geometry": None}, "geojson_feature"),
        ({**feature(), "type": "feature"}, "geojson_feature"),
        (feature(code=""), "geojson_no_code"),
        (feature(code="S E"), "geojson_no_code"),
        (feature(code="x" * 65), "geojson_no_code"),
        (feature(code=["SE"]), "geojson_no_code"),
        (feature(LEVL_CODE=4), "geojson_level"),
        (feature(LEVL_CODE="1"), "geojson_level"),
        (feature(LEVL_CODE=True), "geojson_level"),
        ({**feature(), "geometry": None}, "geojson_geometry"),
        (bad(type="Point", coordinates=[0, 0]), "geojson_geometry"),
        (bad(type="GeometryCollection"), "geojson_geometry"),
        (bad(coordinates=[]), "geojson_geometry"),
        (bad(coordinates={"a": 1}), "geojson_geometry"),
        (bad(type="MultiPolygon", coordinates=[[]]), "geojson_geometry"),
        (bad(type="MultiPolygon"), "geojson_ring"),
        (ring(*SQUARE[:3]), "geojson_ring"),
        (ring(*SQUARE[:4]), "geojson_ring"),
        (bad(coordinates=["ring"]), "geojson_ring"),
        (ring(*SQUARE[:4], "00"), "geojson_point"),
        (ring([0, 0], [1], [1, 1], [0, 0]), "geojson_point"),
        (ring([0, 0], [1, 2, 3, 4], [1, 1], [0, 0]), "geojson_point"),
        (ring([0, 0], [True, 1], [1, 1], [0, 0]), "geojson_point"),
        (ring([0, 0], ["1", 1], [1, 1], [0, 0]), "geojson_point"),
        (ring([0, 0], [None, 1], [1, 1], [0, 0]), "geojson_point"),
        (ring([0, 0], [10**400, 1], [1, 1], [0, 0]), "geojson_point"),
        (ring([0, 0], [181, 1], [1, 1], [0, 0]), "geojson_range"),
        (ring([4321000, 3210000], [4321001, 3210000], [1, 1], [0, 0]), "geojson_range"),
    ],
)
def test_a_faulty_feature_is_named_by_its_place(tmp_path, one, code):
    path = write(tmp_path, collection(feature(code="GOOD"), one))
    assert faults(path) == [(code, "features[1]")]


def test_every_faulty_feature_is_reported(tmp_path):
    path = write(tmp_path, collection(feature(), feature(), ring(*SQUARE[:4]), feature(code="")))
    assert faults(path) == [
        ("geojson_duplicate_code", "features[1]"),
        ("geojson_ring", "features[2]"),
        ("geojson_no_code", "features[3]"),
    ]
    many = write(tmp_path, collection(*[None] * 9))
    assert len(faults(many, Limits(faults=3))) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"{", "geojson_syntax"),
        (b"NUTS_ID,geo\n", "geojson_syntax"),
        (b"[" * 100_000, "geojson_nesting"),
        (b'{"a":' * 100_000, "geojson_nesting"),
        (b"[" * 6_000_000, "geojson_too_many_parts"),
        (b"[{},{}]" * 300_000, "geojson_too_many_parts"),
        (b"[" + b"[]," * 1_000_001 + b"[]]", "geojson_outline_too_long"),
        (b"[" + b"0," * 4_000_001 + b"0]", "geojson_outline_too_long"),
        (b"[NaN]", "geojson_number"),
        (b"[-Infinity]", "geojson_number"),
        (b"[" + b"9" * 5000 + b"]", "geojson_number"),
        ('{"é": 1}'.encode("latin-1"), "encoding"),
        ("{}".encode("utf-16"), "encoding_utf16"),
        (b"\x00", "geojson_syntax"),
        ({"type": "Topology", "objects": {}}, "geojson_topojson"),
        ({"type": "Feature"}, "geojson_collection"),
        ({"type": ["FeatureCollection"]}, "geojson_collection"),
        ({"type": "Polygon", "coordinates": [SQUARE]}, "geojson_collection"),
        (collection(), "geojson_collection"),
        ([], "geojson_collection"),
        (3, "geojson_collection"),
        (collection(feature(), crs={"properties": {"name": "EPSG:3035"}}), "geojson_crs"),
        (collection(feature(), crs={"properties": {"name": "EPSG:14326"}}), "geojson_crs"),
        (collection(feature(), crs="EPSG:4326"), "geojson_crs"),
    ],
)
def test_a_file_that_is_something_else_says_what(tmp_path, content, code):
    assert faults(write(tmp_path, content)) == [(code, None)]


def test_an_infinite_number_in_figures_is_refused(tmp_path):
    content = json.dumps(collection(feature())).replace("[4, 0]", "[1e999, 0]").encode()
    assert faults(write(tmp_path, content)) == [("geojson_point", "features[0]")]


def test_a_syntax_fault_names_its_line(tmp_path):
    with pytest.raises(FaultsError, match=r"row 2: .* line 2, character 3"):
        read_boundaries(write(tmp_path, b'{"a":\n1 2}'))


def test_size_is_bounded_plain_and_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(geojson, "MOST_BYTES", 1000)
    content = json.dumps(collection(*[feature(code=f"X{n}") for n in range(20)])).encode()
    assert faults(write(tmp_path, content)) == [("file_too_large", None)]
    packed = gzip.compress(content)
    assert len(packed) < 1000
    assert faults(write(tmp_path, packed))[0][0] in {"file_too_large", "file_bomb"}


def test_a_geometry_that_is_a_property_is_no_outline(tmp_path):
    one = {"type": "Feature", "properties": {"id": "a", "type": "Polygon", "coordinates": 1}}
    assert faults(write(tmp_path, collection(one))) == [("geojson_feature", "features[0]")]


def test_shapes_are_made_while_parsing_and_lists_do_not_stay():
    parsed = json.loads(json.dumps(feature()), object_hook=geojson_rings.read_shape)
    assert isinstance(parsed["geometry"], geojson_rings.Geometry)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "coordinates", "geometry", "properties", "crs", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
VALID = collection(
    feature("XX1", NAME_LATN="A"),
    feature("XX2", rings=[SQUARE, HOLE]),
    {**feature("XX3"), "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]}},
)
FUZZ = settings(
    max_examples=count(100_000) // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def mutated(draw):
    """A valid collection with one to three parts replaced by anything."""
    content = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(1, 3))):
        at = content
        while True:
            keys = sorted(at) if isinstance(at, dict) else list(range(len(at)))
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], (dict, list)) or not at[key] or draw(st.booleans()):
                break
            at = at[key]
        at[key] = draw(JSON)
    return content


def read_or_refuse(path):
    found, told = [], ""
    try:
        found = read_boundaries(path, Limits(faults=5))
    except FaultsError as error:
        told = str(error)
    assert bool(told) != bool(len(found))
    for place in found:
        west, south, east, north = place.box
        assert west <= place.inner[0] <= east
        assert south <= place.inner[1] <= north


@FUZZ
@given(content=mutated())
def test_only_faults_escape_from_changed_collections(tmp_path, content):
    read_or_refuse(write(tmp_path, content))


@FUZZ
@given(content=st.binary(max_size=500))
def test_only_faults_escape_from_any_bytes(tmp_path, content):
    read_or_refuse(write(tmp_path, content))


@FUZZ
@given(at=st.integers(0, 10_000), drop=st.integers(0, 5), put=st.binary(max_size=5))
def test_only_faults_escape_from_changed_bytes(tmp_path, at, drop, put):
    content = bytearray(json.dumps(VALID).encode())
    content[at % len(content) : at % len(content) + drop] = put
    read_or_refuse(write(tmp_path, bytes(content)))
