"""Tables of every kind of file as sheets of rows: CSV, TSV and TXT through `reading`, Excel workbooks, Parquet.

A sheet has headings and rows; a row has cells, as many as there are headings. A file is a book of one or more sheets,
and tells the engine how many rows came out of it and how many of them made nothing on purpose.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast

from graphkit.errors import EmptyFileError, MissingFileError, SourceError, WrongColumnsError
from graphkit.formats.cells import folded, shown
from graphkit.formats.decoding import beside, inside
from graphkit.formats.excel import Workbook
from graphkit.formats.reading import _OPENED, SUFFIXES, Line, Reject, Table, opened, put_aside

WORKBOOKS = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
READ = (*SUFFIXES, *WORKBOOKS, *PARQUET)

_OLD = {".xls": "an older workbook", ".xlsb": "a binary workbook", ".ods": "a workbook of LibreOffice", ".et": "of WPS"}
_TITLE_ROWS = 50  # rows of a sheet among which its headings are looked for
_MOST_RATIO = 100  # values, or letters, for each byte of a Parquet file, once there are over:
_ALWAYS_VALUES = 10_000_000
_ALWAYS_TEXT = 1 << 28


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: the line or row at which it stands, its cells (one for each heading, or more), and its text."""

    line: int
    cells: list[Any]
    raw: str


@dataclass(eq=False)
class Sheet(ABC):
    """A sheet of a file; `name` is how its rows are known (`book.xlsx!Organisation`), `title` its own name."""

    book: "Book"
    name: str
    title: str
    headings: tuple[str, ...] = ()
    rows: int = 0
    used: set[int] = field(default_factory=set)  # lines of which something came

    def head(self, wanted: Collection[str] = ()) -> None:
        """Find the headings: the first row that holds all the wanted ones, or the first row if none are wanted.

        Raises EmptyFileError for a sheet without any; headings that no row has are for the caller to miss.
        """
        if not self.book.used and (now := _OPENED.get()) is not None:
            now.tables.append(cast(Table, self.book))  # it has all that the engine asks of a table
        self.book.used = True
        self.headings = self._head(wanted)

    @abstractmethod
    def _head(self, wanted: Collection[str]) -> tuple[str, ...]: ...

    def __iter__(self) -> Iterator[Row | Reject]:
        """Yield the rows under the headings, blank ones left out, as rejects where they cannot be read."""
        self.rows = 0
        for row in self._read():
            self.rows += 1
            yield row

    @abstractmethod
    def _read(self) -> Iterator[Row | Reject]: ...

    def places(self, heading: str) -> list[int]:
        """Tell in which columns a heading stands; width and case of letters and blanks are nothing."""
        return [place for place, found in enumerate(self.headings) if _plain(found) == _plain(heading)]

    def _row(self, line: int, found: list[Any]) -> Row:
        raw = "\t".join(map(shown, found)).rstrip("\t")
        return Row(line, found + [""] * (len(self.headings) - len(found)), raw)


@dataclass(eq=False)
class Book:
    """A file of sheets, in the form in which the engine keeps its books of tables."""

    path: Path
    asked: str | None = None  # the encoding that was asked for
    encoding: str | None = None  # the one that was found
    sheets: list[Sheet] = field(default_factory=list)
    used: bool = False

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def rows(self) -> int:
        """How many rows came out of the sheets that were read, good and bad."""
        return sum(sheet.rows for sheet in self.sheets)

    @property
    def left_out(self) -> int:
        """How many of them made no record and no reject."""
        return sum(sheet.rows - len(sheet.used) for sheet in self.sheets)

    def raw(self, lines: Iterable[int]) -> dict[int, str]:
        """Look up the raw text of rows, for a file of one sheet."""
        wanted = set(lines)
        return {row.line: row.raw for row in self.sheets[0] if row.line in wanted} if len(self.sheets) == 1 else {}


def books(path: Path, encoding: str | None = None) -> list[Book]:
    """Open a file, or every table of a folder by name; files of other kinds are put aside, with the reason.

    Raises MissingFileError when there is none, and SourceError for a file that is no table.
    """
    if path.is_dir():
        lying = sorted(found for found in path.iterdir() if found.is_file() and not found.name.startswith("."))
        read = [found for found in lying if found.name.lower().endswith(READ) and not found.name.startswith("~$")]
        for found in lying:
            if found not in read and found.suffix.lower() in _OLD:
                put_aside(found, f"{_OLD[found.suffix.lower()]} has to be saved as .xlsx first")
        if not read:
            raise MissingFileError(f"{path} holds no table ({', '.join(READ)}); {inside(path)}")
    elif not path.is_file():
        raise MissingFileError(f"{path} is not there; {beside(path)}")
    elif not path.name.lower().endswith(READ):
        old = _OLD.get(path.suffix.lower())
        told = f"{old} has to be saved as .xlsx first" if old else f"tables end in {', '.join(READ)}"
        raise SourceError(f"{path} cannot be read: {told}")
    else:
        read = [path]
    return [_book(found, encoding) for found in read]


def _book(path: Path, encoding: str | None) -> Book:
    book = Book(path, encoding)
    lower = path.name.lower()
    if lower.endswith(WORKBOOKS):
        workbook = Workbook.opened(path)
        book.sheets = [_ExcelSheet(book, f"{path.name}!{t}", t, workbook=workbook) for t in workbook.titles]
    elif lower.endswith(PARQUET):
        book.sheets = [_ParquetSheet(book, path.name, path.stem)]
    else:
        title = path.name[: -len(next(suffix for suffix in reversed(SUFFIXES) if lower.endswith(suffix)))]
        book.sheets = [_TextSheet(book, path.name, title)]
    return book


@dataclass(eq=False)
class _TextSheet(Sheet):
    _table: Table | None = None

    def _head(self, wanted: Collection[str]) -> tuple[str, ...]:
        path, asked = self.book.path, self.book.asked
        with opened():  # the book is counted, not this
            try:
                self._table = Table(path, required=wanted, encoding=asked)
            except WrongColumnsError:
                self._table = Table(path, required=(), encoding=asked)
        return self._table.columns

    def _read(self) -> Iterator[Row | Reject]:
        assert self._table is not None, "head() comes first"
        try:
            for line in self._table:
                self.book.encoding = self._table.encoding
                yield Row(line.line, list(line.cells), line.raw) if isinstance(line, Line) else line
        except EmptyFileError:
            return  # a sheet that nobody filled in; that all of them are empty is for the loader to say


@dataclass(eq=False)
class _ExcelSheet(Sheet):
    workbook: Workbook = field(kw_only=True)
    _first: int = 0

    def _head(self, wanted: Collection[str]) -> tuple[str, ...]:
        lacking = {_plain(heading) for heading in wanted}
        best: tuple[int, int, list[Any]] | None = None
        for number, found in enumerate(islice(self.workbook.rows(self.title), _TITLE_ROWS), 1):
            known = len(lacking & {_plain(shown(cell)) for cell in found})
            if not all(map(blank, found)) and (best is None or known > best[1]):
                best = (number, known, found)
                if known == len(lacking):
                    break
        if best is None:
            raise EmptyFileError(f"{self.name} is empty")
        self._first = best[0]
        names = [shown(cell) for cell in best[2]]
        while names and not names[-1]:
            del names[-1]
        return tuple(names)

    def _read(self) -> Iterator[Row | Reject]:
        for number, found in enumerate(self.workbook.rows(self.title), 1):
            if number > self._first and not all(map(blank, found)):
                yield self._row(number, found)


@dataclass(eq=False)
class _ParquetSheet(Sheet):
    def _head(self, wanted: Collection[str]) -> tuple[str, ...]:
        with self._asked("SELECT num_rows FROM parquet_file_metadata(?)") as found:
            rows = found.fetchone()[0]
        with self._asked("SELECT * FROM read_parquet(?) LIMIT 0") as found:
            names = tuple(name for name, *_ in found.description)
        values = rows * len(names)
        if values > max(_ALWAYS_VALUES, _MOST_RATIO * self.book.path.stat().st_size):
            raise SourceError(f"{self.book.path} holds {values:,} values, far too many for its size; save it as CSV")
        return names

    def _read(self) -> Iterator[Row | Reject]:
        most = max(_ALWAYS_TEXT, _MOST_RATIO * self.book.path.stat().st_size)
        with self._asked("SELECT * FROM read_parquet(?)") as found:
            line = letters = 0
            while row := found.fetchone():
                line += 1
                made = self._row(line, ["" if cell is None else cell for cell in row])
                letters += len(made.raw)
                if letters > most:
                    raise SourceError(f"{self.book.path} unpacks to over {most >> 20:,} MB of text; save it as CSV")
                yield made

    @contextmanager
    def _asked(self, statement: str) -> Iterator[Any]:
        """Ask DuckDB about the file; it streams the answer, and holds no more than it is allowed."""
        import duckdb

        path = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(self.book.path))  # no pattern is meant
        try:
            with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as connection:
                yield connection.execute(statement, [path])
        except SourceError:
            raise
        except Exception as error:  # DuckDB raises errors of half a dozen families for damaged files
            reason = str(error).splitlines()[0]
            raise SourceError(f"{self.book.path} cannot be read as Parquet ({reason[:200]}); fetch it again") from error


def blank(cell: Any) -> bool:
    """Whether there is nothing in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _plain(heading: str) -> str:
    """Return a heading as it is compared; a line break in a cell of Excel is nothing either."""
    return folded(heading).replace(" ", "")
