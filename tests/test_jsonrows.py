"""JSON records out of every packing, one by one, whatever lies there."""

import gzip
import io
import json
import random
import stat
import struct
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphkit.errors import EmptyFileError, GraphkitError, MissingFileError, SourceError
from graphkit.formats.jsonrows import Row, rows
from graphkit.formats.reading import BadValue, opened

name = pytest.mark.parametrize
RECORDS = [{"id": number, "name": f'a "{number}" [é大]\n'} for number in range(3000)]


def written(folder: Path, data: bytes | str, file: str = "r.jsonl") -> Path:
    path = folder / file
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def zipped(folder: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(folder / "r.zip", "w", packing) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return folder / "r.zip"


def read(path: Path, prefer: str = "") -> list[tuple[int, Any]]:
    return [(row.number, value) for row, value in rows(path, prefer=prefer)]


def faults(path: Path) -> list[tuple[int, str]]:
    return [(row.number, value.reason) for row, value in rows(path) if isinstance(value, BadValue)]


LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS).encode()
PLAIN = json.dumps(RECORDS).encode()
PRETTY = json.dumps(RECORDS, indent=4, ensure_ascii=False).encode()


@name(
    ("file", "data"),
    [
        ("r.jsonl", LINES),
        ("r.ndjson", b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\r\n") + b"\r\n"),
        ("r.json", LINES),
        ("r.json", PLAIN),
        ("r.json", PRETTY),
        ("r.json", b"\xef\xbb\xbf \n" + PLAIN + b"\n"),
        ("r.json.gz", gzip.compress(PRETTY)),
        ("r.jsonl.gz", gzip.compress(LINES)),
    ],
)
def test_the_same_records_come_out_of_every_packing(tmp_path: Path, file: str, data: bytes) -> None:
    path = written(tmp_path, data, file)
    assert read(path) == list(enumerate(RECORDS, 1)) == read(tmp_path)
    row, _ = next(rows(path))
    assert (row.file, row.where) == (file, f"{file}:1")
    assert json.loads(row.raw) == RECORDS[0]


def test_a_zip_archive_is_read_by_its_one_file_of_records_or_the_preferred_one(tmp_path: Path) -> None:
    one = zipped(tmp_path, {"v2/data.json": PRETTY, "v2/data.csv": b"id\n", "__MACOSX/v2/._data.json": b"x"})
    assert read(one) == list(enumerate(RECORDS, 1))
    assert next(rows(one))[0].where == "r.zip!data.json:1"
    two = zipped(tmp_path, {"data.json": b'[{"a": 1}]', "data_schema_v2.json": b'[{"a": 2}]'}, zipfile.ZIP_STORED)
    with opened() as noted:
        assert read(two, "schema_v2") == [(1, {"a": 2})]
    assert noted.aside == {Path("data.json"): "data_schema_v2.json is read instead"}
    with pytest.raises(SourceError, match=r"should hold one file of records .* but holds data\.json, data_schema"):
        read(two)
    with pytest.raises(SourceError, match=r"but holds readme\.txt"):
        read(zipped(tmp_path, {"readme.txt": b"{}"}))
    with pytest.raises(SourceError, match="but holds nothing"):
        read(zipped(tmp_path, {}))


def test_a_bad_line_is_told_in_its_place_and_the_others_come(tmp_path: Path) -> None:
    lines = [
        b'{"a": 1}',
        b"",
        b'{"a": ',
        b'{"a": "\xff"}',
        b"[" * 200_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\xe4\xb8",
        b"5",
        b'{"a": 2}',
    ]
    found = read(path := written(tmp_path, b"\n".join(lines)))
    assert [(line, value) for line, value in found if not isinstance(value, BadValue)] == [
        (1, {"a": 1}),
        (8, 5),
        (9, {"a": 2}),
    ]
    (third, *rest) = faults(path)
    assert third[0] == 3
    assert third[1].startswith("is no JSON (Expecting value")
    assert [line for line, _ in rest] == [4, 5, 6, 7]
    assert rest[0][1] == "holds bytes that are no text in UTF-8"
    assert rest[1][1] == "is nested too deep"


def test_a_reject_shows_the_record_cut_short(tmp_path: Path) -> None:
    reject = Row("r.jsonl", 7, "\udcff" + "x" * 5000).reject(BadValue("id", "1", "is wrong"))
    assert (reject.file, reject.line, reject.column, reject.value, reject.reason, reject.kind) == (
        "r.jsonl",
        7,
        "id",
        "1",
        "is wrong",
        "value",
    )
    assert reject.raw == "\ufffd" + "x" * 999 + "…"
    assert Row("r", 1, "x").reject(BadValue("", "", "is no JSON")).kind == "row"


@name(
    ("data", "said"),
    [
        (b'[{"a": 1}, {"a": }]', r"broken in record 2"),
        (b'[{"a": 1}, {"a": 2', r"broken in record 2"),
        (b'[{"a": 1}', r"broken after record 1: it ends too early"),
        (b'[{"a": 1} {"a": 2}]', r"broken after record 1: '\{' stands where one of ',\]' should"),
        (b'[{"a": 1},]', r"broken after record 1: '\]' stands where one of '\{' should"),
        (b"[1, 2]", r"broken after record 0: '1'"),
        (b'[{"a": 1}] x', r"goes on after the end"),
        (b'[{"a": 1}]' + b" " * (1 << 20) + b"x", r"goes on after the end"),
        (b"[" + b" " * (1 << 21), r"it ends too early"),
        (b'[{"a": ' + b"[" * (1 << 20), r"broken in record 1"),
        (b'[{"a": "' + b"x" * (6 << 20), r"broken in record 1"),
        (b'[{"a": "' + b"x" * (5 << 20) + b'"}]', r"broken in record 1"),
        (b'{"a": "' + b"x" * (5 << 20) + b'"}', r"line of over 4 MB after line 0"),
        (b"id,name\n1,x\n", r"neither a JSON array nor JSON lines in UTF-8: it begins with 'id,name"),
        ('[{"a": 1}]'.encode("utf-16"), r"neither a JSON array nor JSON lines in UTF-8"),
        (b" " * (1 << 21) + b'[{"a": 1}]', r"it begins with nothing but blanks"),
    ],
)
def test_what_is_broken_as_a_whole_is_refused_in_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(written(tmp_path, data, "r.json"))


def test_an_array_holds_no_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = written(tmp_path, b'[{"a": "\xff"}, {"a": 2}]', "r.json")
    assert faults(path) == [(1, "holds bytes that are no text in UTF-8")]
    assert read(path)[1] == (2, {"a": 2})


def test_files_that_are_not_there_or_empty_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="is not there"):
        read(tmp_path / "no.json")
    with pytest.raises(MissingFileError, match="holds no file of records"):
        read(tmp_path)
    for data in (b"", b" \n\n", b"\xef\xbb\xbf", b"[]", b" [ ] \n"):
        with pytest.raises(EmptyFileError, match="holds no record"):
            read(written(tmp_path, data, "r.json"))
    written(tmp_path, b"{}", "s.jsonl")
    with pytest.raises(SourceError, match=r"holds 2 files of records: r\.json, s\.jsonl; name the one to load"):
        read(tmp_path)
    whole = gzip.compress(LINES)
    for broken in (whole[:-20], whole[:100], LINES, whole[:50] + b"\0\0\0\0" + whole[54:]):
        with pytest.raises(SourceError, match="cannot be unpacked"):
            read(written(tmp_path, broken, "r.jsonl.gz"))
    with pytest.raises(SourceError, match="is no zip archive"):
        read(written(tmp_path, LINES, "r.zip"))


def entries(count: int) -> bytes:
    """An archive that lists very many empty files."""
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listed = entry * count
    return head + listed + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(head), 0)


def special(folder: Path, member: str, *, mode: int = 0, data: bytes = b"{}") -> Path:
    info = zipfile.ZipInfo(member)
    info.external_attr = mode << 16
    with zipfile.ZipFile(folder / "r.zip", "w") as archive:
        archive.writestr(info, data)
    return folder / "r.zip"


def test_bombs_and_traversals_are_refused_at_once(tmp_path: Path) -> None:
    zeros = io.BytesIO()
    with gzip.open(zeros, "wb", compresslevel=9) as packed:
        packed.write(b'{"a": 1}\n')
        for _ in range(80):
            packed.write(b" " * (1 << 20))
    started = time.process_time()
    refused = [written(tmp_path, zeros.getvalue(), "bomb.jsonl.gz")]
    refused.append(written(tmp_path, b" " * (5 << 20), "line.jsonl"))
    for path, said in zip(refused, ("over 100 times its size", "line of over 4 MB"), strict=True):
        with pytest.raises(SourceError, match=said):
            read(path)
    for member in ("../r.json", "/etc/r.json", "a/../../r.json", "C:\\r.json", "..\\r.json"):
        with pytest.raises(SourceError, match="points out of the archive"):
            read(special(tmp_path, member))
    with pytest.raises(SourceError, match="no file but a link"):
        read(special(tmp_path, "link.json", mode=stat.S_IFLNK | 0o777, data=b"/etc/passwd"))
    with pytest.raises(SourceError, match="lists over 10,000 files"):
        read(written(tmp_path, entries(1_000_000), "many.zip"))
    assert time.process_time() - started < 5


def test_what_unpacks_to_over_a_hundred_times_its_size_is_refused(tmp_path: Path) -> None:
    line = b'{"a": 1}' + b" " * 1015 + b"\n"
    many = line * (80 << 10)
    for path in (written(tmp_path, gzip.compress(many, 9), "r.jsonl.gz"), zipped(tmp_path, {"r.jsonl": many})):
        assert path.stat().st_size * 100 < len(many)
        with pytest.raises(SourceError, match="over 100 times its size"):
            read(path)


def test_an_encrypted_or_oddly_packed_archive_is_refused(tmp_path: Path) -> None:
    odd = zipped(tmp_path, {"r.json": LINES}, zipfile.ZIP_LZMA)
    with pytest.raises(SourceError, match="packed in an unusual way"):
        read(odd)
    plain = bytearray(zipped(tmp_path, {"r.json": LINES}).read_bytes())
    plain[plain.rindex(b"PK\1\2") + 8] |= 1
    with pytest.raises(SourceError, match="needs a password"):
        read(written(tmp_path, bytes(plain), "r.zip"))


SMALL = json.dumps(RECORDS[:4]).encode()
PACKED = {
    "r.json": SMALL,
    "r.jsonl": b"\n".join(LINES.split(b"\n")[:4]),
    "r.jsonl.gz": gzip.compress(LINES[:200], mtime=0),
}


@settings(deadline=None, max_examples=200)
@given(
    file=st.sampled_from([*PACKED, "r.zip"]),
    seed=st.integers(0, 1 << 32),
    garbage=st.binary(max_size=12),
)
@example(file="r.zip", seed=0, garbage=b"")
def test_any_bytes_at_all_give_records_or_a_sentence(file: str, seed: int, garbage: bytes) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        data = bytearray(PACKED.get(file) or zipped(Path(folder), {"r.json": SMALL}).read_bytes())
        for _ in range(chance.randint(0, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 3)] = chance.choice([garbage, bytes([chance.randrange(256)]), b"[", b'"'])
        try:
            found = list(rows(written(Path(folder), bytes(data), file)))
        except GraphkitError as error:
            assert str(error).startswith(folder)
        else:
            assert found
