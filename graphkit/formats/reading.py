"""Tables as they come: separators, encodings, quotes and numbers of many hands, row by row, with nothing lost.

A row is a line (or a quoted record of several lines) with at least one value. Every row of a table comes out of it: as
a `Line`, of which a loader makes records, or as a `Reject` with its file, line, column, value, reason and raw text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from itertools import count, repeat
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from graphkit.errors import EmptyFileError, WrongColumnsError
from graphkit.formats import delimited
from graphkit.formats.decoding import FLAW, HEAD, decoded, listed, unpacked
from graphkit.formats.excel import Fault, Workbook
from graphkit.formats.noting import _OPENED as _OPENED
from graphkit.formats.noting import Opened as Opened
from graphkit.formats.noting import note
from graphkit.formats.noting import opened as opened
from graphkit.formats.noting import put_aside as put_aside
from graphkit.formats.noting import reads as reads
from graphkit.formats.noting import remark as remark
from graphkit.formats.places import SUFFIXES as SUFFIXES
from graphkit.formats.places import Place, place_of
from graphkit.schema import Date, Record

OWN_CODES = {"EL": "GR", "UK": "GB"}  # the European Union's own codes for Greece and the United Kingdom

_Given = ParamSpec("_Given")
_Read = TypeVar("_Read")

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME)
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _TIME)


@dataclass(frozen=True)
class Reject:
    """What cannot be used of a row, and why; `kind` is row (unreadable as such), value, cell, conflict or tie.

    A bad cell is one value alone, that nothing else hangs on: the rest of its row is used.

    `used` says that the rest of the row is used; else all of it is rejected.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    raw: str
    kind: str = "value"
    used: bool = False


class BadValue(ValueError):
    """A value that cannot be used: in which column, which one, and why; `each` makes a Reject of it."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column} {value!r} {reason}")
        self.column, self.value, self.reason = column, value, reason


class Spared:
    """A row whose bad values cost themselves alone where nothing hangs on them; they are noted in `spoilt`."""

    __slots__ = ("spoilt",)

    def __init__(self) -> None:
        self.spoilt: tuple[BadValue, ...] = ()

    def spare(self, read: Callable[_Given, _Read], *given: _Given.args, **options: _Given.kwargs) -> _Read | None:
        """Read a value that the row keeps its meaning without: None for a bad one, which is noted."""
        try:
            return read(*given, **options)
        except BadValue as bad:
            self.spoil(bad)
            return None

    def spoil(self, bad: BadValue) -> None:
        """Note a bad value that is left out."""
        self.spoilt = (*self.spoilt, bad)


class Line(Spared):
    """One row of a table; `line` is the line of the file at which it begins, the header being counted.

    `raw` is the row as it is written. Numbers, days, places, choices and countries that are bad are left out (`spoilt`)
    while the rest of the row is used; what says which thing is meant is read with `needed` or `strict`.
    """

    __slots__ = ("cells", "line", "raw", "table")

    def __init__(self, table: "Table", line: int, cells: list[str], raw: str) -> None:
        self.table, self.line, self.cells, self.raw = table, line, cells, raw
        self.spoilt = ()

    @property
    def where(self) -> str:
        """File and line, as records carry it (`edges.csv:12`)."""
        return f"{self.table.name}:{self.line}"

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
        value = self.cells[at]
        if not value.isalnum():  # else it has no blanks to put in order, which takes a third of the time
            value = " ".join(value.split())
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
        """Return a number with a decimal comma or point; groups of thousands are never guessed.

        None for one that cannot be used, which becomes a reject of its own (`spoilt`).
        """
        value = self.text(column)
        if value is None:
            return None
        number = float(value.replace(",", ".")) if _NUMBER.fullmatch(value) else float("inf")
        if abs(number) == float("inf"):
            self._spoil(column, value, "is no number (digits with at most one decimal comma or point)")
            return None
        return number

    def day(self, column: str) -> Date | None:
        """Return a day written YYYY-MM-DD or DD/MM/YYYY, with or without a time of day; a bad one as `number` does."""
        value = self.text(column)
        if value is None:
            return None
        found = _day(value)
        if found is None:
            self._spoil(column, value, "is no day that exists, written YYYY-MM-DD or DD/MM/YYYY")
        return found

    def days(self, first: str, last: str) -> tuple[Date | None, Date | None]:
        """Return two days of which the second may not lie before the first; else neither is known."""
        start, end = self.day(first), self.day(last)
        if start is not None and end is not None and end < start:
            self._spoil(last, end, f"lies before {first} {start}, so that neither is used")
            return None, None
        return start, end

    def point(self, column: str) -> tuple[float, float] | None:
        """Return latitude and longitude in degrees, written `52.0,5.7`; a bad one as `number` does."""
        value = self.text(column)
        if value is None:
            return None
        try:
            latitude, longitude = (float(part) for part in value.strip("()").split(","))
        except ValueError:
            self._spoil(column, value, "is no point (latitude,longitude)")
            return None
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            self._spoil(column, value, "lies outside the globe (latitude -90 to 90, longitude -180 to 180)")
            return None
        return latitude, longitude

    def _spoil(self, column: str, value: str, reason: str, strict: bool = False) -> None:
        bad = BadValue(column, value, reason)
        if strict:
            raise bad
        self.spoil(bad)

    def choice(self, column: str, known: Mapping[str, str | None], *, strict: bool = False) -> str | None:
        """Return what `known` gives for the value, in any case of letters; an unknown one as `number`, or refused."""
        value = self.text(column)
        if value is None or value in known:
            return None if value is None else known[value]
        for name, meaning in known.items():
            if name.casefold() == value.casefold():
                return meaning
        self._spoil(column, value, f"is none of the known ones: {', '.join(known)}", strict)
        return None

    def country(self, column: str, *, strict: bool = False) -> str | None:
        """Return a country by its two letters (ISO 3166-1); EL and UK are GR and GB, and NA is always Namibia.

        A bad one as `number` does, or, if it is to tell things apart (`strict`), refused with its row.
        """
        value = self.written(column)
        code = value.upper()
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            self._spoil(column, value, "is no country of two letters (ISO 3166-1)", strict)
            return None
        return OWN_CODES.get(code, code) or None


class Table:
    """One table: its columns at once, its rows as often as it is iterated; only the columns named here can be read.

    The separator is the one of `;`, TAB, `,` and `|` that gives most of the required columns, in any case of letters.
    An optional column that is not there is empty. `missing` are the texts that stand for an empty cell (`NA`). The
    encoding is found out unless it is given. A sheet of a workbook is a table like any other, and a workbook is its
    only sheet. Raises MissingFileError, EmptyFileError, or WrongColumnsError that says what is lacking.

    After an iteration `encoding` is what was found, `rows` how many came out, good and bad, and `left_out` how many of
    them made no record on purpose.
    """

    def __init__(
        self,
        path: Path | Place,
        *,
        required: Iterable[str],
        optional: Iterable[str] = (),
        missing: Iterable[str] = (),
        encoding: str | None = None,
    ) -> None:
        self.place = path if isinstance(path, Place) else place_of(path)
        self.path, self.name, self.asked, self.missing = self.place.file, self.place.name, encoding, frozenset(missing)
        self.encoding: str | None = None
        self.rows = self.left_out = 0
        required = tuple(required)
        declared = {column: column.casefold() for column in (*required, *optional)}
        self.separator, self.columns = _header(self.place, encoding, required)
        place: dict[str, int] = {}
        for number, column in enumerate(self.columns):
            if place.setdefault(column.casefold(), number) != number and column.casefold() in declared.values():
                raise WrongColumnsError(f"{self.place} has the column {column} twice; remove or rename one of them")
        lacking = [column for column in required if declared[column] not in place]
        if lacking:
            raise WrongColumnsError(f"{self.place} lacks {listed(lacking)}; its columns are {listed(self.columns)}")
        self.at: dict[str, int | None] = {column: place.get(folded) for column, folded in declared.items()}
        note(self)

    def __iter__(self) -> Iterator[Line | Reject]:
        """Yield every row, as a line or, where it cannot be read, as a reject; raises EmptyFileError without any."""
        self.rows = self.left_out = 0
        yield from self._of_text() if self.place.workbook is None else self._of_sheet(self.place.workbook)
        if not self.rows:
            raise EmptyFileError(f"{self.place} has columns but not a single row; put the whole file there")

    def _of_text(self) -> Iterator[Line | Reject]:
        lines, width = self._lines(), len(self.columns)
        try:
            header = lines.first()
        except IndexError:  # it was emptied since it was opened
            return
        at = next(after for _, after, *_ in delimited.careful(lines, header, header + 1, self.separator, width))
        while block := lines.block(at):
            odd = lines.suspect and delimited.unreadable("\n".join(block))
            cells = None if odd else delimited.clean(block, self.separator, width)
            end = at + len(block)
            if cells is None:
                for start, after, raw, found, reason in delimited.careful(lines, at, end, self.separator, width):
                    self.rows += 1
                    end = max(end, after)
                    yield self._line(start + 1, raw, found, reason, lines.suspect)
            else:
                self.rows += len(block)
                yield from map(Line, repeat(self), count(at + 1), cells, block)
            at = end

    def _lines(self) -> delimited.Lines:
        data = unpacked(self.place.path)
        if self.asked is None and (lines := delimited.Lines.of_utf8(data)) is not None:
            self.encoding = "utf-8"
            return lines
        text, self.encoding = decoded(data, self.asked)
        return delimited.Lines.of_text(text)

    def _line(self, number: int, raw: str, cells: list[str], reason: str, suspect: bool) -> Line | Reject:
        """Make a line of what may not be one."""
        width = len(self.columns)
        if suspect and (odd := delimited.unreadable(raw)):
            reason = _unreadable(odd, self.encoding or "")
        elif not reason and len(cells) > width and not any(cells[width:]):
            del cells[width:]  # what a separator at the end adds is empty, so that nothing is lost
        elif not reason and len(cells) != width:
            reason = f"has {len(cells)} values, but the table has {width} columns"
        if not reason:
            return Line(self, number, cells, raw)
        return Reject(self.name, number, "", "", reason, raw.replace(FLAW, "\N{REPLACEMENT CHARACTER}"), "row")

    def _of_sheet(self, workbook: Workbook) -> Iterator[Line | Reject]:
        rows = _rows(workbook, self.place.title)
        next(rows, None)  # the header
        for number, cells, found in rows:
            self.rows += 1
            fault = next((cell for cell in found if isinstance(cell, Fault)), None)
            reason = "" if fault is None else f"{fault.shown!r} {fault.reason}"
            padded = cells + [""] * (len(self.columns) - len(cells))
            yield self._line(number, "\t".join(cells), padded, reason, suspect=True)

    def raw(self, lines: Iterable[int]) -> dict[int, str]:
        """Look up the raw text of the rows that begin at these lines, the header being one."""
        wanted = set(lines)
        if self.place.workbook is not None:
            rows = _rows(self.place.workbook, self.place.title)
            return {number: "\t".join(cells) for number, cells, _ in rows if number in wanted}
        records = delimited.careful(self._lines(), 0, None, self.separator, len(self.columns))
        return {start + 1: raw for start, _, raw, _, _ in records if start + 1 in wanted}


def columns(place: Path | Place, encoding: str | None = None) -> tuple[str, ...]:
    """Read the names of the columns alone, split by the separator that gives the most of them."""
    return _header(place if isinstance(place, Place) else place_of(place), encoding, ())[1]


def each(lines: Iterable[Line | Reject], make: Callable[[Line], Iterable[Record] | None]) -> Iterator[Record | Reject]:
    """Make records of every row, stamped with the row; a row with a value that cannot be used becomes one reject.

    `make` returns the records of a row, none of which is kept when it raises BadValue, or None for a row that makes no
    record: an option of the loader leaves it out, or it is only looked things up in. Values that were left out of a row
    (`spoilt`) become rejects of their own.
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
            line.table.left_out += not line.spoilt
        elif not records:
            yield line.reject("", "", "holds nothing that can be used")
        else:
            for record in records:
                yield record if record.row is not None else replace(record, row=line.where)
        for cell in line.spoilt if records or records is None else ():
            yield cell_alone(line.reject(cell.column, cell.value, cell.reason))


def cell_alone(reject: Reject) -> Reject:
    """Say that the value alone is rejected, and the rest of its row used."""
    return replace(reject, kind="cell")


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


def _header(place: Place, encoding: str | None, required: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if place.workbook is None:
        found = delimited.header(decoded(unpacked(place.path, HEAD), encoding)[0], required)
    else:
        found = ("", delimited.names(map(_written, place.head))) if place.head else None
    if found is None:
        raise EmptyFileError(f"{place} is empty; put the whole file there")
    return found


def _rows(workbook: Workbook, title: str) -> Iterator[tuple[int, list[str], list[Any]]]:
    """Yield the rows of a sheet that are not blank: number, cells as text up to the last one, and as they are."""
    for number, found in enumerate(workbook.rows(title), 1):
        cells = list(map(_written, found))
        while cells and not cells[-1].strip():
            del cells[-1]
        if cells:
            yield number, cells, found


def _written(cell: Any) -> str:
    """Write the cell of a workbook as a table of text has it: 7, not 7.0, and days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.shown if isinstance(cell, Fault) else str(cell)


def _unreadable(odd: str, encoding: str) -> str:
    if odd == FLAW:
        return f"holds bytes that are no text in {encoding.upper()}; save the file as UTF-8, or name its encoding"
    return f"holds the control character {ord(odd):#04x}, which no text has"
