"""Only FaultsError ever escapes from the reader, whatever the bytes."""

import gzip
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.eurostat_tsv import iter_observations, read_eurostat_tsv
from regin.files.limits import Limits

DATA = Path(__file__).parent / "data"
VALID = [path.read_bytes() for path in sorted(DATA.glob("*.tsv"))]
PIECES = [b"\t", b"\n", b"\\", b",", b":", b" ", b"9" * 400, b"1e999", b"nan", b"\x00", b"\xff",
          b"\r", b"\xef\xbb\xbf", b"geo", b"time", b"2013Q1", b"-", b"\x1f\x8b\x08"]  # fmt: skip
FUZZ = settings(
    max_examples=count(100_000) // 3,
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
    """Observations of the stream, or its faults, after checking that the table agrees."""
    limits = Limits(faults=20)
    streamed, held = (
        _read(lambda: list(iter_observations(path, limits))),
        _read(lambda: list(read_eurostat_tsv(path, limits).observations())),
    )
    assert streamed == held
    assert streamed
    return streamed


def _read(act):
    """What `act` gives, or the faults in words."""
    try:
        return act()
    except FaultsError as error:
        return str(error)


def test_the_corpus_itself_is_read():
    assert len(VALID) == 3
    for path in sorted(DATA.glob("*.tsv")):
        assert isinstance(outcome(path), list)


@FUZZ
@given(content=st.binary(max_size=2000))
def test_any_bytes(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    outcome(tmp_path / "x")


@FUZZ
@given(content=mutated())
def test_valid_files_with_changes(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    outcome(tmp_path / "x")


@FUZZ
@given(content=mutated(), at=st.integers(0, 10_000), flip=st.integers(0, 255))
def test_valid_files_with_changes_inside_gzip(tmp_path, content, at, flip):
    packed = bytearray(gzip.compress(content))
    packed[at % len(packed)] ^= flip
    (tmp_path / "x").write_bytes(packed)
    outcome(tmp_path / "x")
