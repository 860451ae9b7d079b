"""JSON records as they come, one by one and never all at once: an array, or one per line, also packed by gzip or zip.

Whatever is wrong with a single line becomes a BadValue in its place; an array that is broken cannot be read past the
fault. An archive is never unpacked to the disk, and one that could only be a bomb is refused before or while it grows.
"""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any

from graphkit.errors import EmptyFileError, MissingFileError, SourceError
from graphkit.formats import archives
from graphkit.formats.decoding import FLAW, beside, inside, listed
from graphkit.formats.reading import BadValue, Reject, put_aside, reads

SUFFIXES = (".zip", ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")

_CHUNK = 1 << 20
_LONGEST = 1 << 22  # bytes of one record; the longest of ROR has 118,000
_SHOWN = 1000  # characters of a record that a reject shows
_BLANK = re.compile(r"[ \t\n\r]*")
_NEXT = {"[": "{]", "{": ",]", ",": "{", "]": ""}  # what may follow in an array of objects


@dataclass(frozen=True)
class Row:
    """One record as it stands in its file; `number` is its line or, in an array, its place, both from 1."""

    file: str
    number: int
    raw: str

    @property
    def where(self) -> str:
        """File and number together, as records carry it (`ror.jsonl:12`)."""
        return f"{self.file}:{self.number}"

    def reject(self, bad: BadValue) -> Reject:
        """Make a reject of this record; the raw text of a long one is cut short."""
        raw = self.raw if len(self.raw) <= _SHOWN else f"{self.raw[:_SHOWN]}…"
        raw = raw.replace(FLAW, "\N{REPLACEMENT CHARACTER}")
        return Reject(self.file, self.number, bad.column, bad.value, bad.reason, raw, "value" if bad.column else "row")


def rows(path: Path, *, prefer: str = "") -> Iterator[tuple[Row, Any]]:
    """Yield each record of a file with its place, or a BadValue for one that cannot be read; a folder holds one file.

    In an archive with several files of records the one with `prefer` in its name is read, the others are put aside.
    Raises SourceError for what is broken as a whole, is something else, or unpacks to over a hundred times its size.
    """
    path = _file(path)
    reads(path)
    try:
        with ExitStack() as opened:
            name, stream = _opened(path, opened, prefer)
            number = 0
            for number, raw, value in _records(path, name, stream):
                yield Row(name, number, raw), value
            if not number:
                raise EmptyFileError(f"{path} holds no record; put the whole file there")
    except (EOFError, UnicodeDecodeError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path} cannot be unpacked ({error}); fetch it again") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error})") from error


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    if not path.is_dir():
        raise MissingFileError(f"{path} is not there; {beside(path)}")
    found = sorted(each for each in path.iterdir() if each.is_file() and each.name.lower().endswith(SUFFIXES))
    if not found:
        raise MissingFileError(f"{path} holds no file of records ({', '.join(SUFFIXES)}); {inside(path)}")
    if len(found) > 1:
        names = listed(each.name for each in found)
        raise SourceError(f"{path} holds {len(found)} files of records: {names}; name the one to load")
    return found[0]


def _opened(path: Path, opened: ExitStack, prefer: str) -> tuple[str, Iterator[bytes]]:
    """Open a file, or what is packed in it, and name it."""
    file: IO[bytes] = opened.enter_context(path.open("rb"))
    if path.suffix.lower() == ".gz":
        most = archives.most_of_gzip(path, file)
        unpacked: Any = opened.enter_context(gzip.GzipFile(fileobj=file))
        return path.name, _limited(path, unpacked, most)
    if path.suffix.lower() != ".zip":
        return path.name, iter(lambda: file.read(_CHUNK), b"")
    member = _member(path, archives.members(path), prefer)
    inner = opened.enter_context(archives.streamed(path, member))
    return f"{path.name}!{PurePosixPath(member).name}", iter(lambda: inner.read(_CHUNK), b"")


def _limited(path: Path, file: IO[bytes], most: int) -> Iterator[bytes]:
    """Unpack bit by bit, up to the size at which it can only be a bomb."""
    done = 0
    while some := file.read(_CHUNK):
        done += len(some)
        if done > most:
            raise archives.too_large(path)
        yield some


def _member(path: Path, members: list[str], prefer: str) -> str:
    """Find the one file of records in an archive."""
    found = [name for name in members if name.lower().endswith(SUFFIXES[1:4])]
    preferred = [name for name in found if prefer and prefer in name.lower()]
    chosen = preferred if len(preferred) == 1 else found
    if len(chosen) != 1:
        there = listed(found or members) or "nothing"
        raise SourceError(f"{path} should hold one file of records (.json, .jsonl), but holds {there}")
    for name in found:
        if name != chosen[0]:
            put_aside(Path(name), f"{chosen[0]} is read instead")
    return chosen[0]


def _records(path: Path, name: str, stream: Iterator[bytes]) -> Iterator[tuple[int, str, Any]]:
    first = next(stream, b"").removeprefix(codecs.BOM_UTF8)
    begin = first.lstrip()[:20]
    if begin[:1] == b"[":
        yield from _array(path, chain([first], stream))
    elif begin[:1] == b"{" or not name.lower().removesuffix(".gz").endswith(".json"):
        yield from _lines(path, chain([first], stream))
    elif begin or next(stream, b""):
        shown = ascii(begin.decode("utf-8", errors="replace")) if begin else "nothing but blanks"
        raise SourceError(f"{path} is neither a JSON array nor JSON lines in UTF-8: it begins with {shown}")


def _lines(path: Path, stream: Iterator[bytes]) -> Iterator[tuple[int, str, Any]]:
    number, rest = 0, b""
    for some in chain(stream, [b"\n"]):
        *whole, rest = (rest + some).split(b"\n")
        if max(len(rest), *map(len, whole), 0) > _LONGEST:
            raise SourceError(
                f"{path} has a line of over {_LONGEST >> 20} MB after line {number}: no record is so long"
            )
        for line in whole:
            number += 1
            if raw := line.decode("utf-8", errors="graphkit-flaw").strip():
                yield number, raw, _value(raw)


def _value(raw: str) -> Any:
    try:
        return _whole(raw, json.loads(raw))
    except RecursionError:
        return BadValue("", "", "is nested too deep")
    except ValueError as error:
        return BadValue("", "", f"is no JSON ({error})")


def _whole(raw: str, value: Any) -> Any:
    return BadValue("", "", "holds bytes that are no text in UTF-8") if FLAW in raw else value


def _array(path: Path, stream: Iterator[bytes]) -> Iterator[tuple[int, str, Any]]:
    """Decode an array, element by element, from a window that moves over it; its elements must be objects."""
    decoder, scan = codecs.getincrementaldecoder("utf-8")("graphkit-flaw"), json.JSONDecoder().raw_decode
    text, number, ended, expected = decoder.decode(next(stream)), 0, False, "["
    at = 0
    while expected:
        at = _blanks(text, at)
        sign, end = text[at : at + 1], at + 1
        if not sign and not ended:
            end = 0
        elif not sign or sign not in expected:
            what = f"{sign!r} stands where one of {expected!r} should" if sign else "it ends too early"
            raise SourceError(f"{path} is broken after record {number:,}: {what}; fetch it again")
        elif sign == "{":
            try:
                value, end = scan(text, at)
            except (ValueError, RecursionError) as error:
                if ended or len(text) - at > _LONGEST:
                    raise SourceError(f"{path} is broken in record {number + 1:,} ({error}); fetch it again") from error
                end = 0
        if not end:  # more of it is needed
            some = next(stream, b"")
            ended = not some
            text, at = text[at:] + decoder.decode(some, final=ended), 0
            continue
        if sign == "{":
            number += 1
            yield number, text[at:end], _whole(text[at:end], value)
        expected = _NEXT[sign]
        at = end
    if text[at:].strip() or any(some.strip() for some in stream):
        raise SourceError(f"{path} goes on after the end of its array; fetch it again")


def _blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()
