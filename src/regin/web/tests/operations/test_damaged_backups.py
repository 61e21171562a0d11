"""B2: a backup that is not as it was written, or not for here, is refused and touches nothing."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from regin.apps.identity.models import User
from regin.web.operations import archive, rows
from regin.web.operations.errors import OperationError
from regin.web.operations.manifest import MANIFEST, Content, File, Manifest, read_manifest
from regin.web.tests.operations.instances import Instance, picture

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.tar.gz"
    Instance(sqlite_template).run("backup", "--to", str(path))
    return path


def forged(
    path: Path, manifest: bytes, members: list[tuple[str, bytes]], rest: bytes = b""
) -> Path:
    """A backup as somebody else might write one, whole and with right checksums."""
    with path.open("wb") as raw:
        with archive.packed(raw) as out:
            archive.write_member(out, MANIFEST, len(manifest), io.BytesIO(manifest))
        with archive.packed(raw) as out:
            for name, data in members:
                archive.write_member(out, name, len(data), io.BytesIO(data))
            out.write(archive.END + rest)
    return path


def a_manifest(**changes: object) -> Manifest:
    plain = Manifest("0.1.0", "2026-01-01", "0" * 32, "production", "sqlite", (), (), ())
    return replace(plain, **changes)  # type: ignore[arg-type]  # the tests name real fields


def refused(path: Path) -> str:
    with pytest.raises(OperationError) as refusal:
        archive.verify(path)
    return str(refusal.value)


def test_every_flipped_bit_and_every_cut_is_refused(whole: Path, tmp_path: Path) -> None:
    data, chance = whole.read_bytes(), random.Random(20)
    places = [*range(12), len(data) - 1, len(data) - 5, *chance.sample(range(len(data)), 40)]
    changed = tmp_path / "changed.tar.gz"
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        changed.write_bytes(flipped)
        refused(changed)
    cuts = [0, 1, 9, 10, 200, len(data) - 1, *chance.sample(range(len(data)), 20)]
    for cut in cuts:
        changed.write_bytes(data[:cut])
        refused(changed)
    for more in (b"\0", b"\0" * 512, b"x", data):
        changed.write_bytes(data + more)
        refused(changed)
    print(f"B2: {len(places) + len(cuts) + 4} damaged backups refused")  # noqa: T201 - the count is the proof


def test_the_undamaged_backup_is_accepted(whole: Path) -> None:
    assert archive.verify(whole).rows > 300
    with tarfile.open(whole) as ordinary:
        assert ordinary.getnames()[0] == MANIFEST


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/x",
        "a/../../x",
        "",
        ".",
        "a//b",
        "a/./b",
        "..",
        "a\\..\\b",
        "a\nb",
        "a\0b",
        "/",
    ],
)
def test_a_path_that_leads_outside_is_refused(tmp_path: Path, path: str) -> None:
    content = Content(1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")
    manifest = a_manifest(files=(File(content.size, content.sha256, path),))
    backup = forged(tmp_path / "b.tar.gz", manifest.to_bytes(), [("files/1", b"x")])
    assert "cannot be read" in refused(backup)


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    manifest = a_manifest(files=(File(1, digest, "x"),)).to_bytes()
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, b"x", b"L"):
        path = tmp_path / f"{kind.decode()}.tar.gz"
        link = tarfile.TarInfo("files/1")
        link.type, link.linkname, link.size = kind, "/etc/passwd", 1
        with path.open("wb") as raw:
            with archive.packed(raw) as out:
                archive.write_member(out, MANIFEST, len(manifest), io.BytesIO(manifest))
            with archive.packed(raw) as out:
                out.write(link.tobuf(tarfile.GNU_FORMAT) + b"x" + b"\0" * 511 + archive.END)
        assert "no files/1" in refused(path)


def test_what_the_list_does_not_name_is_refused(tmp_path: Path) -> None:
    nothing = a_manifest().to_bytes()
    assert "more in it" in refused(forged(tmp_path / "a", nothing, [("files/1", b"x")]))
    assert "more in it" in refused(forged(tmp_path / "b", nothing, [], b"\0" * 99_999))
    one = a_manifest(files=(File(1, "0" * 64, "x"),)).to_bytes()
    assert "is not what it was" in refused(forged(tmp_path / "c", one, [("files/1", b"x")]))
    assert "another size" in refused(forged(tmp_path / "d", one, [("files/1", b"xx")]))
    assert "no files/1" in refused(forged(tmp_path / "e", one, []))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "holiday-pictures"},
        {"format": 2},
        {"files": [{"path": "x", "size": -1, "sha256": "0" * 64}]},
        {"files": [{"path": "x", "size": True, "sha256": "0" * 64}]},
        {"files": [{"path": "x", "size": 1, "sha256": "0"}]},
        {"files": [{"path": "x", "size": 1, "sha256": "0" * 64}] * 2},
        {"files": [{"path": "x"}]},
        {"files": 3},
        {"mode": "both"},
        {"migrations": [["one"]]},
        {"installation": None},
        {"tables": [{"name": "a; DROP", "columns": [], "rows": 0, "size": 0, "sha256": "0" * 64}]},
    ],
)
def test_a_list_of_contents_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    body = {**json.loads(a_manifest().to_bytes()), **change}
    with pytest.raises(OperationError):
        read_manifest(json.dumps(body).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"3", b"{}", b"\xff", b"[" * 100_000, b"NaN"])
def test_a_list_of_contents_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(OperationError):
        read_manifest(data)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.gz"
    header = tarfile.TarInfo(MANIFEST)
    header.size = 1 << 40
    with path.open("wb") as raw, archive.packed(raw) as out:
        out.write(header.tobuf(tarfile.GNU_FORMAT))
    assert "too long" in refused(path)


def test_a_refused_backup_touches_nothing(
    sqlite_instance: Instance, whole: Path, tmp_path: Path
) -> None:
    data = bytearray(whole.read_bytes())
    data[-30] ^= 4
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(data)
    huge = tmp_path / "huge.tar.gz"
    manifest = archive.verify(whole)
    forged(huge, replace(manifest, files=(File(1 << 60, "0" * 64, "x"),)).to_bytes(), [])
    newer = tmp_path / "newer.tar.gz"
    migrations = (*manifest.migrations, ("identity", "0999_later"))
    forged(newer, replace(manifest, migrations=migrations).to_bytes(), [])
    other = tmp_path / "other.tar.gz"
    forged(other, replace(manifest, installation="f" * 32).to_bytes(), [])
    demo = tmp_path / "demo.tar.gz"
    forged(demo, replace(manifest, mode="demo").to_bytes(), [])
    tables = tmp_path / "tables.tar.gz"
    forged(tables, replace(manifest, tables=manifest.tables[1:]).to_bytes(), [])
    before = picture(sqlite_instance.folder)
    for path, words in (
        (damaged, "damaged"),
        (huge, "Make room"),
        (newer, "newer REGIN"),
        (other, "another installation"),
        (demo, "never becomes"),
        (tables, "not those of its version"),
        (tmp_path / "absent", "There is no file"),
    ):
        said = sqlite_instance.run("restore", str(path), code=1)
        assert words in said
        assert len(said.splitlines()) == 1
        assert picture(sqlite_instance.folder) == before
    absent = tmp_path / "elsewhere"
    sqlite_instance.run("restore", str(damaged), "--dir", str(absent), code=1)
    assert not absent.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line", [b'{"a":1}', b"[1]", b"\xff", b"", b"null", b'["x"]', b"[" + b'"x",' * 8 + b'"x"]']
)
def test_a_line_that_is_no_row_is_refused(line: bytes) -> None:
    with pytest.raises(OperationError, match="no row of identity_user"):
        rows.load(User, [line])
    assert User.objects.count() == 0


def test_a_backup_whose_rows_do_not_fit_leaves_everything_as_it_was(
    sqlite_instance: Instance, whole: Path, tmp_path: Path
) -> None:
    """Right hashes over wrong rows: found while building, before anything is exchanged."""
    members: dict[str, bytes] = {}
    archive.read_backup(
        whole, lambda name, chunks: members.update({name: b"".join(chunks)}), lambda _: None
    )
    manifest = archive.verify(whole)
    wrong = b"[1]\n"
    tables = tuple(
        replace(table, size=len(wrong), sha256=hashlib.sha256(wrong).hexdigest())
        if table.name == "identity_user"
        else table
        for table in manifest.tables
    )
    members["tables/identity_user.jsonl"] = wrong
    path = forged(
        tmp_path / "wrong.tar.gz",
        replace(manifest, tables=tables).to_bytes(),
        list(members.items()),
    )
    before = picture(sqlite_instance.folder)
    said = sqlite_instance.run("restore", "--without-backup", str(path), code=1)
    assert "no row of identity_user" in said
    assert picture(sqlite_instance.folder) == before
    assert not list(sqlite_instance.folder.glob("*restor*"))
