"""Where the tables of a source lie: in files, in folders within folders, in archives, on the sheets of workbooks."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from graphkit.errors import MissingFileError, SourceError
from graphkit.formats import archives
from graphkit.formats.decoding import beside, inside
from graphkit.formats.excel import Workbook
from graphkit.formats.noting import put_aside

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
WORKBOOK = ".xlsx"
MOST_FILES = 10_000


@dataclass(frozen=True)
class Place:
    """Where one table lies; `path` may lead into an archive, `name` is how its rows are known.

    A table in a folder within the one that was asked for is known as `folder/edges.csv`, one in an archive as
    `archive.zip/edges.csv`, and a sheet as `book.xlsx!Sheet1`.
    """

    path: Path
    name: str
    title: str = ""  # of a sheet
    workbook: Workbook | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.path}!{self.title}" if self.title else str(self.path)

    @cached_property
    def head(self) -> list[Any]:
        """The first row of a sheet that is not blank; empty without any, and for what is no sheet."""
        rows = iter(()) if self.workbook is None else self.workbook.rows(self.title)
        return next((row for row in rows if any(not isinstance(cell, str) or cell.strip() for cell in row)), [])

    @property
    def file(self) -> Path:
        """The file on the disk: the archive, where it lies in one."""
        through = archives.leads_into(self.path)
        return self.path if through is None else through[0]


def places_in(path: Path) -> list[Place]:
    """Find the tables (CSV, TSV, TXT, also packed by gzip; XLSX) in a folder and all its folders and zip archives.

    A file is its own folder; hidden files and folders are passed over, as are links to folders, and archives within
    archives are put aside. Raises MissingFileError, with what lies there instead, when there is none, and SourceError
    for an archive or workbook that is broken or a bomb.
    """
    if path.is_file():
        found = list(_tables(path, path.name))
        if not found and path.suffix.lower() not in (archives.SUFFIX, WORKBOOK):
            return [Place(path, path.name)]  # whatever it is called, it was asked for
    elif path.is_dir():
        found = [place for file in _files(path) for place in _tables(file, file.relative_to(path).as_posix())]
    else:
        raise MissingFileError(f"{path} is not there; {beside(path)}")
    if not found:
        lies = inside(path) if path.is_dir() else "nor is any packed in it"
        raise MissingFileError(f"{path} holds no table ({', '.join((*SUFFIXES, WORKBOOK, archives.SUFFIX))}); {lies}")
    return found


def place_of(path: Path) -> Place:
    """Find the one table of a file: its text, or the only sheet of a workbook on which anything is written.

    Raises SourceError for a workbook of several such sheets, and for a broken one.
    """
    if not path.name.lower().endswith(WORKBOOK) or not path.is_file():
        return Place(path, path.name)
    sheets = list(_tables(path, path.name))
    if len(sheets) != 1:
        told = ", ".join(sheet.title for sheet in sheets) or "nothing that is a table"
        raise SourceError(f"{path} holds several sheets ({told}); save the one that is meant as a file of its own")
    return sheets[0]


def _files(folder: Path) -> Iterator[Path]:
    """List the files that are not hidden, in order of their names."""
    count = 0
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(files):
            count += 1
            if count > MOST_FILES:
                raise SourceError(
                    f"{folder} holds over {MOST_FILES:,} files; name a folder with nothing but the tables"
                )
            if not name.startswith((".", "~$")):  # the latter is what Excel makes while a workbook is open
                yield Path(top, name)


def _tables(path: Path, name: str) -> Iterator[Place]:
    """List the tables in one file."""
    lower = name.lower()
    if lower.endswith(SUFFIXES):
        yield Place(path, name)
    elif lower.endswith(WORKBOOK):
        workbook = Workbook.opened(path)
        sheets = [Place(path, f"{name}!{title}", title, workbook) for title in workbook.titles]
        yield from [sheet for sheet in sheets if sheet.head] or sheets  # Excel adds blank ones that nobody fills
    elif lower.endswith(archives.SUFFIX) and archives.leads_into(path) is not None:
        put_aside(path, "an archive within an archive is not opened; unpack the outer one")
    elif lower.endswith(archives.SUFFIX):
        for member in archives.members(path):
            yield from _tables(path / member, f"{name}/{member}")
