"""JSON records of a snapshot or of an API: one per line, or in answers (`{"results": [...]}`) and arrays, also in .gz.

Lines are read one at a time, however long the file; answers and arrays are read whole. A line that cannot be read is a
BadValue in its place, whose reason never quotes the line: records of people pass through here.
"""

import codecs
import gzip
import json
import os
import re
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from graphkit.errors import MissingFileError, SourceError
from graphkit.formats import archives
from graphkit.formats.decoding import beside, inside
from graphkit.formats.jsontext import JsonText
from graphkit.formats.reading import BadValue, put_aside

SUFFIXES = (".json", ".jsonl", ".ndjson", ".gz")

_PAGE = re.compile(rb'\{\s*(?:"(?:meta|results|group_by)"|$)')
_LONGEST = 1 << 25  # bytes of one record; works of thousands of authors have ten million
_LARGEST_PAGES = 1 << 26  # bytes of answers of an API in one file


def files(path: Path, passed_over: Collection[str] = ()) -> Iterator[tuple[Path, str]]:
    """Find the files of records at a path, each with the name its rows are known by; a file is its own folder.

    Hidden files, lists of files (`manifest`) and folders of the names in `passed_over` are not looked into; links to
    folders are not followed. Raises MissingFileError, with what lies there instead, when there is none.
    """
    if path.is_file():
        yield path, path.name
        return
    if not path.is_dir():
        raise MissingFileError(f"{path} is not there; {beside(path)}")
    found = False
    for folder, folders, names in os.walk(path):
        for name in sorted(folders):
            if name.lower() in passed_over:
                put_aside(Path(folder) / name, "nothing in it is asked for")
        folders[:] = sorted(name for name in folders if name.lower() not in passed_over and not name.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if name.lower().endswith(SUFFIXES) and not name.startswith((".", "manifest")):
                found = True
                yield file, file.relative_to(path).as_posix()
    if not found:
        raise MissingFileError(f"{path} holds no file of records ({', '.join(SUFFIXES)}); {inside(path)}")


def values(file: Path, name: str) -> Iterator[tuple[str, Any]]:
    """Yield each record with its place, or a BadValue for a line that cannot be read.

    Raises SourceError for a file that cannot be unpacked, is a bomb, or is no JSON at all.
    """
    try:
        with file.open("rb") as packed:
            most = archives.most_of_gzip(file, packed) if file.suffix.lower() == ".gz" else 0
            stream: Any = gzip.GzipFile(fileobj=packed) if most else packed
            number, line = 0, b"\n"
            while line := _line(file, number + 1, stream, most):
                number += 1
                plain = line.removeprefix(codecs.BOM_UTF8).strip() if number == 1 else line.strip()
                if plain.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise SourceError(f"{file} is in UTF-16; save it as UTF-8")
                if number == 1 and (plain.startswith(b"[") or _PAGE.match(plain)):
                    rest = stream.read(_LARGEST_PAGES + 1)
                    yield from _documents(file, name, plain + b"\n" + rest)
                    return
                if plain:
                    yield f"{name}:{number}", _decoded(plain)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{file} cannot be unpacked ({error}); fetch it again") from error
    except OSError as error:
        raise SourceError(f"{file} cannot be read ({error.strerror or error})") from error


def _line(file: Path, number: int, stream: IO[bytes], most: int) -> bytes:
    line = stream.readline(_LONGEST + 1)
    if len(line) > _LONGEST:
        raise SourceError(f"{file}, line {number}: it is longer than {_LONGEST >> 20} MB, as no record is")
    if most and stream.tell() > most:
        raise archives.too_large(file)
    return line


def _decoded(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return BadValue("", "", "holds bytes that are no text in UTF-8")
    except RecursionError:
        return BadValue("", "", "is nested too deep")
    except ValueError as error:
        # The message may quote what stands there, but for json's own, which gives the column alone.
        reason = (
            f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too long a number"
        )
        return BadValue("", "", f"is no JSON ({reason})")


def _documents(file: Path, name: str, data: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the records of answers of the API, or of arrays, one after another in a file."""
    if len(data) > _LARGEST_PAGES:
        size = f"{_LARGEST_PAGES >> 20} MB"
        raise SourceError(f"{file} holds answers of the API of over {size}; write one record a line (JSON lines)")
    try:
        text = JsonText(data.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{file}, line {line}: bytes that are no text in UTF-8; fetch it again") from error
    at = number = 0
    while text.sign(at):
        value, at = text.value(at)
        results = value.get("results") if isinstance(value, dict) else value
        for record in results if isinstance(results, list) else [value]:
            number += 1
            yield f"{name}!record:{number}", record
