"""Archives: what is in them is read as if it lay in folders, and the hostile ones are refused before they do harm."""

import gzip
import io
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import GraphkitError, MissingFileError, SourceError
from graphkit.formats import archives
from graphkit.formats.decoding import unpacked
from graphkit.formats.places import places_in
from graphkit.formats.reading import Line, Table, opened

name = pytest.mark.parametrize
ROWS = b"id;name\n1;a\n2;b\n"


def archive(path: Path, *members: tuple[str, bytes], change: Callable[[zipfile.ZipFile], object] | None = None) -> Path:
    """Write an archive, with whatever is changed in its list of files before that is written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for called, data in members:
            packed.writestr(called, data)
        if change is not None:
            change(packed)
    return path


def attributes(mode: int) -> Callable[[zipfile.ZipFile], object]:
    return lambda packed: setattr(packed.filelist[0], "external_attr", mode << 16)


def claimed(unpacked_size: int, packed_size: int) -> Callable[[zipfile.ZipFile], object]:
    def change(packed: zipfile.ZipFile) -> None:
        packed.filelist[0].file_size, packed.filelist[0].compress_size = unpacked_size, packed_size

    return change


def again(times: int, called: str = "{}.csv") -> Callable[[zipfile.ZipFile], object]:
    """List the same packed bytes many times, as the worst bombs do."""

    def change(packed: zipfile.ZipFile) -> None:
        for number in range(times):
            other = copy(packed.filelist[0])
            other.filename = called.format(number)
            packed.filelist.append(other)

    return change


def long_list(path: Path, files: int, said: int, wide: bool) -> Path:
    """An archive that lists very many files and says how many it lists."""
    listed = (b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x") * files
    end = b""
    if wide:
        end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, said, said, len(listed), 0)
        end += b"PK\6\7" + struct.pack("<IQI", 0, len(listed), 1)
    fields = (0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0) if wide else (0, 0, said, said, len(listed), 0, 0)
    path.write_bytes(listed + end + struct.pack("<4s4H2LH", b"PK\5\6", *fields))
    return path


ZEROS = bytes(32 << 20)
HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "one bomb": (lambda path: archive(path, ("x.csv", ZEROS)), "over 100 times its size"),
    "a bomb beside a table": (lambda path: archive(path, ("a.csv", ROWS), ("x.pdf", ZEROS)), "'x.pdf', which unpacks"),
    "many small bombs": (
        lambda path: archive(path, *((f"{i}.csv", bytes(900_000)) for i in range(40))),
        "over 100 times its size",
    ),
    "one file listed often": (lambda path: archive(path, ("x.csv", ZEROS[:1_000_000]), change=again(200)), "100 times"),
    "over 2 GB": (lambda path: archive(path, ("x.csv", ROWS), change=claimed(3 << 30, 1 << 30)), "over 2 GB"),
    "a size that is not true": (lambda path: archive(path, ("x.csv", ROWS), change=claimed(3, 18)), "no whole zip"),
    "up": (lambda path: archive(path, ("../x.csv", ROWS)), "points out of the archive"),
    "up from within": (lambda path: archive(path, ("a/../../x.csv", ROWS)), "points out of the archive"),
    "up with backslashes": (lambda path: archive(path, ("..\\x.csv", ROWS)), "points out of the archive"),
    "from the root": (lambda path: archive(path, ("/etc/x.csv", ROWS)), "points out of the archive"),
    "from a drive": (lambda path: archive(path, ("C:x.csv", ROWS)), "points out of the archive"),
    "from a share": (lambda path: archive(path, ("\\\\server\\x.csv", ROWS)), "points out of the archive"),
    "a symbolic link": (
        lambda path: archive(path, ("x.csv", b"/etc/passwd"), change=attributes(stat.S_IFLNK | 0o777)),
        "is no file but a link",
    ),
    "a pipe": (lambda path: archive(path, ("x.csv", b""), change=attributes(stat.S_IFIFO)), "is no file but a link"),
    "two of one name": (lambda path: archive(path, ("x.csv", ROWS), change=again(1, "x.csv")), "of the same name"),
    "a name of two lines": (lambda path: archive(path, ("x\n.csv", ROWS)), "has a name that no file can have"),
    "no name": (
        lambda path: archive(path, ("x", ROWS), change=again(1, "")),
        "'', which has a name that no file can have",
    ),
    "a crooked name": (lambda path: archive(path, ("a//x.csv", ROWS)), "has a name that no file can have"),
    "a password": (
        lambda path: archive(path, ("x.csv", ROWS), change=lambda z: setattr(z.filelist[0], "flag_bits", 1)),
        "needs a password",
    ),
    "another method": (
        lambda path: archive(path, ("x.csv", ROWS), change=lambda z: setattr(z.filelist[0], "compress_type", 14)),
        "packed in an unusual way",
    ),
    "a million files": (lambda path: long_list(path, 1_000_000, 1_000_000, wide=True), "over 10,000 files"),
    "60,000 files": (lambda path: long_list(path, 60_000, 60_000, wide=False), "over 10,000 files"),
    "60,000 files that say they are 5": (lambda path: long_list(path, 60_000, 5, wide=False), "60,000 files"),
    "no archive": (lambda path: Path(path.write_bytes(ROWS) and path), "is no zip archive"),
    "nothing": (lambda path: Path(path.write_bytes(b"") or path), "is no zip archive"),
    "half of one": (
        lambda path: Path(path.write_bytes(archive(path, ("x.csv", ROWS)).read_bytes()[:60]) and path),
        "is no zip archive",
    ),
}


@name("what", HOSTILE)
def test_hostile_archives_are_refused(tmp_path: Path, what: str) -> None:
    make, says = HOSTILE[what]
    path = make(tmp_path / "x.zip")
    with pytest.raises(SourceError) as refused:
        for place in places_in(path):
            list(Table(place, required=["id"]))
    assert str(refused.value).startswith(str(path))
    assert says in str(refused.value)
    assert list(tmp_path.iterdir()) == [path]  # nothing was ever unpacked to the disk


def test_archives_are_folders(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    (tmp_path / ".ipynb_checkpoints").mkdir()
    for plain in ("b.csv", "2024/b.csv", ".ipynb_checkpoints/b.csv", "._b.csv", "note.md"):
        (tmp_path / plain).write_bytes(ROWS)
    inner = archive(tmp_path / "inner.zip", ("b.csv", ROWS))
    archive(
        tmp_path / "2024" / "a.ZIP",
        ("csv/", b""),
        ("csv/B.CSV", ROWS),
        ("csv/packed.csv.gz", gzip.compress(ROWS)),
        ("win\\x.csv", ROWS),
        ("__MACOSX/csv/._B.CSV", b"\0\5\x16\7"),
        (".DS_Store", b"\0"),
        ("more.zip", inner.read_bytes()),
        ("read me.pdf", b"%PDF"),
    )

    with opened() as noted:
        places = places_in(tmp_path)
        tables = [Table(place, required=["id", "name"]) for place in places]

    names = [
        "b.csv",
        "inner.zip/b.csv",
        "2024/a.ZIP/csv/B.CSV",
        "2024/a.ZIP/csv/packed.csv.gz",
        "2024/a.ZIP/win\\x.csv",
    ]
    assert [place.name for place in places] == [*names, "2024/b.csv"]
    assert list(noted.aside) == [tmp_path / "2024" / "a.ZIP" / "more.zip"]
    for table in tables:
        assert [line.where for line in table if isinstance(line, Line)] == [f"{table.name}:2", f"{table.name}:3"]
        assert table.path.is_file()
    # To the books an archive is one file, whatever it holds.
    assert [each.path.name for each in noted.tables] == ["b.csv", "inner.zip", "a.ZIP", "b.csv"]
    assert [each.rows for each in noted.tables] == [2, 2, 6, 2]
    assert noted.raw("2024/a.ZIP/csv/B.CSV", [3]) == {3: "2;b"}
    assert noted.raw("2024/b.csv", [2]) == {2: "1;a"}
    assert noted.raw("c.csv", [2]) == {}


def test_a_path_through_an_archive_is_a_path(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("csv/a.csv", ROWS))
    assert unpacked(path / "csv" / "a.csv") == ROWS
    assert unpacked(path / "csv" / "a.csv", 3) == b"id;"
    with pytest.raises(MissingFileError, match="holds no such file"):
        unpacked(path / "csv" / "b.csv")
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "folder.zip" / "a.csv").write_bytes(ROWS)
    assert unpacked(tmp_path / "folder.zip" / "a.csv") == ROWS
    assert [place.name for place in places_in(tmp_path / "folder.zip")] == ["a.csv"]


def test_an_archive_without_tables_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="holds no table"):
        places_in(archive(tmp_path / "x.zip", ("note.md", b"x")))
    with pytest.raises(MissingFileError, match=r"holds no table.*lie: x\.zip"):
        places_in(tmp_path)
    with pytest.raises(MissingFileError, match="is not there"):
        places_in(tmp_path / "y.zip")


def test_what_shrinks_well_is_no_bomb(tmp_path: Path) -> None:
    # A table of under a megabyte is none, whatever it shrinks to; 50 times is usual for tables of codes.
    rows = b"id;name\n" + b"1;the same name\n" * 50_000
    path = archive(tmp_path / "x.zip", ("a.csv", rows))
    assert len(rows) > 100 * path.stat().st_size
    assert unpacked(path / "a.csv") == rows


def test_a_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "table.dat").write_bytes(ROWS)
    (place,) = places_in(tmp_path / "table.dat")
    assert len(list(Table(place, required=["id"]))) == 2


def test_a_folder_of_very_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (tmp_path / f"{number}.csv").write_bytes(ROWS)
    monkeypatch.setattr("graphkit.formats.places.MOST_FILES", 2)
    with pytest.raises(SourceError, match="over 2 files"):
        places_in(tmp_path)


def wholes() -> Iterator[bytes]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("csv/a.csv", ROWS * 5)
        packed.writestr("b.csv", ROWS)
    yield data.getvalue()


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_damaged_archives_are_read_or_refused_but_never_crash(data: st.DataObject) -> None:
    whole = bytearray(next(wholes()))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole)))
        span = data.draw(st.sampled_from([0, 1, 1, 1, 4, 50]))
        whole[at : at + span] = data.draw(st.binary(max_size=4) | st.sampled_from([b"\xff\xff\xff\xff", b"PK\5\6"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.zip")
        path.write_bytes(bytes(whole))
        try:
            for member in archives.members(path):
                archives.read(path, member)
        except GraphkitError as error:
            assert str(path) in str(error)
