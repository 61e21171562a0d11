"""Only FaultsError ever escapes from the reader, whatever the bytes."""

import gzip

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.sdmx_csv import read_sdmx_csv
from regin.files.datasets.tests.test_sdmx_csv import DIALECTS
from regin.files.limits import Limits
from regin.files.observations import KNOWN_FLAGS

VALID = [text.encode() for text in DIALECTS.values()]
PIECES = [b",", b";", b"\t", b"\n", b"\r", b'"', b'""', b'",', b": ", b":", b"9" * 400, b"1e999",
          b"nan", b"\x00", b"\xff", b"\xef\xbb\xbf", b"DATAFLOW", b"STRUCTURE[;]", b"OBS_VALUE",
          b"Value", b"2013Q1", b"2013-01-01", b"[]", b"1,5", b" ", b"D", b"\x1f\x8b"]  # fmt: skip
FUZZ = settings(
    max_examples=count(100_000) // 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def mutated(draw):
    content = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        drop = draw(st.integers(0, 12))
        content[at : at + drop] = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    return bytes(content)


def outcome(path):
    """A Dataset that holds what its class promises, or the faults in words."""
    try:
        found = read_sdmx_csv(path, Limits(faults=20))
    except FaultsError as error:
        return str(error)
    cells = list(found.cells())
    assert len(cells) == len(found) > 0
    assert len({cell.codes for cell in cells}) == len(cells)
    assert all(set(cell.flags) <= KNOWN_FLAGS.keys() for cell in cells)
    assert [cell.row for cell in cells] == sorted({cell.row for cell in cells})
    assert found.place_of("time") is not None
    for dimension in found.dimensions:
        assert len(set(dimension.codes)) == len(dimension.codes)
        assert len(dimension.labels) in (0, len(dimension.codes))
    return found


def test_the_corpus_itself_is_read(tmp_path):
    for content in VALID:
        (tmp_path / "x").write_bytes(content)
        assert isinstance(outcome(tmp_path / "x"), Dataset)


@FUZZ
@given(content=st.binary(max_size=2000))
def test_any_bytes(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    assert outcome(tmp_path / "x")


@FUZZ
@given(content=mutated())
def test_valid_files_with_changes(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    assert outcome(tmp_path / "x")


@FUZZ
@given(content=mutated(), at=st.integers(0, 10_000), flip=st.integers(0, 255))
def test_valid_files_with_changes_inside_gzip(tmp_path, content, at, flip):
    packed = bytearray(gzip.compress(content))
    packed[at % len(packed)] ^= flip
    (tmp_path / "x").write_bytes(packed)
    assert outcome(tmp_path / "x")
