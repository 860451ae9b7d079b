"""Archives: what is in them is read as if it lay in folders, and the hostile ones are refused before they do harm."""

import gzip
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bombs import ROWS, archive
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import GraphkitError, MissingFileError, SourceError
from graphkit.formats import archives
from graphkit.formats.decoding import unpacked
from graphkit.formats.places import places_in
from graphkit.formats.reading import Line, Table, opened


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
