"""What a load has opened, put aside and has to say of its source: the loaders tell it, the engine asks for it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Counted(Protocol):
    """What the books of a load need to know of a table and of the rows that came out of it."""

    path: Path

    @property
    def name(self) -> str:
        """How its rows are known."""

    @property
    def encoding(self) -> str | None:
        """The encoding that was found."""

    @property
    def rows(self) -> int:
        """Rows that came out, good and bad."""

    @property
    def left_out(self) -> int:
        """Rows of them that made no record on purpose."""

    def raw(self, lines: Iterable[int]) -> dict[int, str]:
        """Raw text of the rows that begin at these lines."""


@dataclass
class Opened:
    """What a load has opened: tables and other files it read, files it put aside with the reason, and its remarks.

    The tables of one file count as one.
    """

    tables: list[Counted] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    aside: dict[Path, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def take(self, table: Counted) -> None:
        """Note a table; the books know a file by its path, so that all that one archive holds is one thing to them."""
        for place, known in enumerate(self.tables):
            if known.path == table.path and known.name != table.name:
                whole = known if isinstance(known, Whole) else Whole(known.path, [known])
                whole.tables.append(table)
                self.tables[place] = whole
                return
        self.tables.append(table)

    def raw(self, file: str, lines: Iterable[int]) -> dict[int, str]:
        """Look up the raw text of rows by how they are known: the name of their table, and the lines they begin at."""
        every = [part for each in self.tables for part in (each.tables if isinstance(each, Whole) else [each])]
        return next((each.raw(lines) for each in every if each.name == file), {})


@dataclass
class Whole:
    """The tables of one archive or workbook, counted together."""

    path: Path
    tables: list[Counted]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def encoding(self) -> str | None:
        """The first encoding of them that is not plain."""
        return next((each.encoding for each in self.tables if each.encoding not in (None, "utf-8")), None)

    @property
    def rows(self) -> int:
        """Rows that came out of all of them."""
        return sum(table.rows for table in self.tables)

    @property
    def left_out(self) -> int:
        """Rows of them that made no record on purpose."""
        return sum(table.left_out for table in self.tables)

    def raw(self, lines: Iterable[int]) -> dict[int, str]:
        """Nothing: a line alone does not say which table is meant (`Opened.raw` does)."""
        return {}


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


def note(table: Counted) -> None:
    """Say that a table is read."""
    if (now := _OPENED.get()) is not None:
        now.take(table)


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
