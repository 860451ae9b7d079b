"""Tables as they come: separators, encodings, quotes and numbers of many hands, row by row, with nothing lost.

A row is a line (or a quoted record of several lines) with at least one value. Every row of a table comes out of it: as
a `Line`, of which a loader makes records, or as a `Reject` with its file, line, column, value, reason and raw text.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from graphkit.decoding import FLAW, HEAD, beside, decoded, inside, listed, unpacked
from graphkit.errors import EmptyFileError, MissingFileError, WrongColumnsError
from graphkit.schema import Date, Record

SEPARATORS = (";", "\t", ",")
OWN_CODES = {"EL": "GR", "UK": "GB"}  # the European Union's own codes for Greece and the United Kingdom
SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

_BLANK = " \r\t;,"  # a line of nothing else is no row
_UNREADABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f{FLAW}]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME)
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _TIME)


@dataclass(frozen=True)
class Reject:
    """A row that cannot be used, and why; `kind` is row (unreadable as such), value, conflict or tie."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    raw: str
    kind: str = "value"


class BadValue(ValueError):
    """A value that cannot be used: in which column, which one, and why; `each` makes a Reject of it."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column} {value!r} {reason}")
        self.column, self.value, self.reason = column, value, reason


@dataclass
class Opened:
    """What a load has opened: tables and other files it read, files it put aside with the reason, and its remarks."""

    tables: list["Table"] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    aside: dict[Path, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


_OPENED: ContextVar[Opened | None] = ContextVar("opened", default=None)


@contextmanager
def opened() -> Iterator[Opened]:
    """Keep note of every table that is opened inside the `with`, by whatever loader."""
    now = Opened()
    token = _OPENED.set(now)
    try:
        yield now
    finally:
        _OPENED.reset(token)


def put_aside(path: Path, reason: str) -> None:
    """Say that a file of the source is not read, and why."""
    if (now := _OPENED.get()) is not None:
        now.aside[path] = reason


def reads(path: Path) -> None:
    """Say that a file of the source, which is no table, is read."""
    if (now := _OPENED.get()) is not None:
        now.files.append(path)


def remark(sentence: str) -> None:
    """Say what became no record on purpose, and how much of it."""
    if (now := _OPENED.get()) is not None:
        now.remarks.append(sentence)


class Line:
    """One row of a table; `line` is the line of the file at which it begins, the header being counted.

    `where` is file and line together, `raw` the row as it is written.
    """

    __slots__ = ("cells", "line", "raw", "table", "where")

    def __init__(self, table: "Table", line: int, cells: list[str], raw: str) -> None:
        self.table, self.line, self.cells, self.raw = table, line, cells, raw
        self.where = f"{table.name}:{line}"  # as records carry it (`edges.csv:12`)

    def reject(self, column: str, value: str, reason: str) -> Reject:
        """Make a reject of this row for a value of it."""
        return Reject(self.table.name, self.line, column, value, reason, self.raw)

    def written(self, column: str) -> str:
        """Return a cell with its blanks put in order, nothing more; a column that was not declared raises KeyError."""
        at = self.table.at[column]
        return "" if at is None else " ".join(self.cells[at].split())

    def text(self, column: str) -> str | None:
        """Return a cell, or None where it is empty or holds what stands for missing in this table."""
        at = self.table.at[column]
        if at is None or not self.cells[at]:
            return None
        value = " ".join(self.cells[at].split())
        return None if not value or value in self.table.missing else value

    def needed(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.text(column)
        if value is None:
            raise BadValue(column, self.written(column), "is missing")
        return value

    def texts(self, column: str, separator: str = ";") -> tuple[str, ...]:
        """Return the parts of a cell, each once, sorted."""
        return tuple(sorted({part.strip() for part in (self.text(column) or "").split(separator)} - {""}))

    def number(self, column: str) -> float | None:
        """Return a number with a decimal comma or point; groups of thousands are refused, never guessed."""
        value = self.text(column)
        if value is None:
            return None
        number = float(value.replace(",", ".")) if _NUMBER.fullmatch(value) else float("inf")
        if abs(number) == float("inf"):
            raise BadValue(column, value, "is no number (digits with at most one decimal comma or point)")
        return number

    def day(self, column: str) -> Date | None:
        """Return a day written YYYY-MM-DD or DD/MM/YYYY, with or without a time of day."""
        value = self.text(column)
        if value is None:
            return None
        found = _day(value)
        if found is None:
            raise BadValue(column, value, "is no day that exists, written YYYY-MM-DD or DD/MM/YYYY")
        return found

    def choice(self, column: str, known: Mapping[str, str | None]) -> str | None:
        """Return what `known` gives for the value, in any case of letters; an unknown value is refused."""
        value = self.text(column)
        if value is None or value in known:
            return None if value is None else known[value]
        for name, meaning in known.items():
            if name.casefold() == value.casefold():
                return meaning
        raise BadValue(column, value, f"is none of the known ones: {', '.join(known)}")

    def country(self, column: str) -> str | None:
        """Return a country by its two letters (ISO 3166-1); EL and UK are GR and GB, and NA is always Namibia."""
        value = self.written(column)
        code = value.upper()
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise BadValue(column, value, "is no country of two letters (ISO 3166-1)")
        return OWN_CODES.get(code, code) or None


class Table:
    """One table: its columns at once, its rows as often as it is iterated; only the columns named here can be read.

    The separator is the one of `;`, TAB and `,` that gives most of the required columns, in any case of letters. An
    optional column that is not there is empty. `missing` are the texts that stand for an empty cell (`NA`). The
    encoding is found out unless it is given. Raises MissingFileError, EmptyFileError, or WrongColumnsError that says
    what is lacking.

    After an iteration `encoding` is what was found, `rows` how many came out, good and bad, and `left_out` how many of
    them made no record on purpose.
    """

    def __init__(
        self,
        path: Path,
        *,
        required: Iterable[str],
        optional: Iterable[str] = (),
        missing: Iterable[str] = (),
        encoding: str | None = None,
    ) -> None:
        self.path, self.name, self.asked, self.missing = path, path.name, encoding, frozenset(missing)
        self.encoding: str | None = None
        self.rows = self.left_out = 0
        required = tuple(required)
        declared = {column: column.casefold() for column in (*required, *optional)}
        self.separator, self.columns = _header(path, encoding, required)
        place: dict[str, int] = {}
        for number, column in enumerate(self.columns):
            if place.setdefault(column.casefold(), number) != number and column.casefold() in declared.values():
                raise WrongColumnsError(f"{path} has the column {column} twice; remove or rename one of them")
        lacking = [column for column in required if declared[column] not in place]
        if lacking:
            raise WrongColumnsError(f"{path} lacks {listed(lacking)}; its columns are {listed(self.columns)}")
        self.at: dict[str, int | None] = {column: place.get(folded) for column, folded in declared.items()}
        if (now := _OPENED.get()) is not None:
            now.tables.append(self)

    def __iter__(self) -> Iterator[Line | Reject]:
        """Yield every row, as a line or, where it cannot be read, as a reject; raises EmptyFileError without any."""
        text, self.encoding = decoded(unpacked(self.path), self.asked)
        self.rows = self.left_out = 0
        suspect = _UNREADABLE.search(text) is not None
        width = len(self.columns)
        records = _records(_lines(text), self.separator, width)
        next(records, None)  # the header
        for line, raw, cells, reason in records:
            self.rows += 1
            if suspect and _UNREADABLE.search(raw):
                reason = _unreadable(raw, self.encoding)
            elif not reason and len(cells) > width and not any(cells[width:]):
                del cells[width:]  # what a separator at the end adds is empty, so that nothing is lost
            elif not reason and len(cells) != width:
                reason = f"has {len(cells)} values, but the table has {width} columns"
            if reason:
                shown = raw.replace(FLAW, "\N{REPLACEMENT CHARACTER}")
                yield Reject(self.name, line, "", "", reason, shown, "row")
            else:
                yield Line(self, line, cells, raw)
        if not self.rows:
            raise EmptyFileError(f"{self.path} has columns but not a single row; put the whole file there")

    def raw(self, lines: Iterable[int]) -> dict[int, str]:
        """Look up the raw text of the rows that begin at these lines."""
        wanted = set(lines)
        records = _records(_lines(decoded(unpacked(self.path), self.asked)[0]), self.separator, len(self.columns))
        return {line: raw for line, raw, _, _ in records if line in wanted}


def columns(path: Path, encoding: str | None = None) -> tuple[str, ...]:
    """Read the names of the columns alone, split by the separator that gives the most of them."""
    return _header(path, encoding, ())[1]


def tables_in(folder: Path) -> list[Path]:
    """List the tables (CSV, TSV, TXT, also packed by gzip) that lie in a folder, by name; a file is its own folder.

    Raises MissingFileError, with what lies there instead, when there is none.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise MissingFileError(f"{folder} is not there; {beside(folder)}")
    found = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().endswith(SUFFIXES))
    if not found:
        raise MissingFileError(f"{folder} holds no table ({', '.join(SUFFIXES)}); {inside(folder)}")
    return found


def each(lines: Iterable[Line | Reject], make: Callable[[Line], Iterable[Record] | None]) -> Iterator[Record | Reject]:
    """Make records of every row, stamped with the row; a row with a value that cannot be used becomes one reject.

    `make` returns the records of a row, none of which is kept when it raises BadValue, or None for a row that makes no
    record: an option of the loader leaves it out, or it is only looked things up in.
    """
    for line in lines:
        if isinstance(line, Reject):
            yield line
            continue
        try:
            made = make(line)
            records = None if made is None else list(made)
        except BadValue as bad:
            yield line.reject(bad.column, bad.value, bad.reason)
            continue
        if records is None:
            line.table.left_out += 1
        elif not records:
            yield line.reject("", "", "holds nothing that can be used")
        else:
            for record in records:
                yield record if record.row is not None else replace(record, row=line.where)


@lru_cache(maxsize=1 << 14)
def _day(value: str) -> Date | None:
    if found := _YEAR_FIRST.fullmatch(value):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(value):
        day, month, year = found.groups()
    else:
        return None
    try:
        return Date(date(int(year), int(month), int(day)).isoformat())
    except ValueError:
        return None


def _header(path: Path, encoding: str | None, required: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    text, _ = decoded(unpacked(path, HEAD), encoding)
    first = next((line for line in _lines(text) if line.strip(_BLANK)), None)
    if first is None:
        raise EmptyFileError(f"{path} is empty; put the whole file there")
    found: dict[str, tuple[str, ...]] = {}
    for separator in SEPARATORS:
        names = [name.strip() for name in _names(first, separator)]
        while names and not names[-1]:
            del names[-1]
        found[separator] = tuple(names)
    wanted = {column.casefold() for column in required}
    fit = {s: (len(wanted & {name.casefold() for name in names}), len(names)) for s, names in found.items()}
    best = max(SEPARATORS, key=lambda separator: fit[separator])
    return best, found[best]


def _names(header: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=separator), [])
    except csv.Error:
        return header.split(separator)


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n")
    return text.split("\n" if "\n" in text else "\r")


def _records(lines: list[str], separator: str, width: int) -> Iterator[tuple[int, str, list[str], str]]:
    """Yield each record: the line it begins at, its raw text, its cells, and what is wrong with it if anything is."""
    start = 0
    while start < len(lines):
        raw = lines[start]
        end = start + 1
        if '"' in raw:
            # Python's own reader, for this record only: a quote that never closes must not take the rest with it.
            rest = (lines[number] + "\n" for number in range(start, len(lines)))
            reader = csv.reader(rest, delimiter=separator, strict=True)
            try:
                cells, reason = next(reader), ""
                end = start + reader.line_num
            except csv.Error as error:
                cells, reason = [], str(error)
            if end > start + 1 and (len(cells) != width or _swallowed(lines[start:end], separator, width)):
                reason, end = "it would take whole rows with it", start + 1
            if reason:
                reason = f"a quote in it does not close, or stands beside other text ({reason})"
            yield start + 1, "\n".join(lines[start:end]), cells, reason
        elif raw.strip(_BLANK):
            yield end, raw, raw.split(separator), ""
        start = end


def _swallowed(lines: list[str], separator: str, width: int) -> bool:
    """Whether lines after the first look like rows of their own: a quote opened there, and another closed it later."""
    return width > 2 and lines[0][:1] != '"' and any(line.count(separator) == width - 1 for line in lines[1:])


def _unreadable(raw: str, encoding: str) -> str:
    found = _UNREADABLE.search(raw)
    assert found is not None
    if found.group() == FLAW:
        return f"holds bytes that are no text in {encoding.upper()}; save the file as UTF-8, or name its encoding"
    return f"holds the control character {ord(found.group()):#04x}, which no text has"
