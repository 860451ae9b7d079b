"""Excel workbooks (.xlsx) read safely: no bomb is opened, and no cell without a value passes for an empty one.

The whole file is inflated once, within limits, before calamine sees it. The reader below it keeps a sheet as one block
of memory from its first to its last cell, so that two cells in far corners alone would end the program.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from graphkit.errors import SourceError
from graphkit.formats import archives
from graphkit.formats.decoding import unpacked

_MOST_PACKED = 1 << 28  # bytes
_MOST_UNPACKED = 1 << 30  # bytes; half of an archive's, since calamine holds them all
_MOST_CELLS = 1 << 24  # from the first to the last cell of a sheet, empty ones counted
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14  # of Excel itself
_MOST_TEXT = 1 << 28  # bytes of text in the cells of all sheets; one text may stand in a million cells
_AT_ONCE = 1 << 20

_ADVICE = "save the sheet you need as CSV"
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")  # of any length: calamine lets numbers run over
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ROW_PLACE = re.compile(rb"\br\s*=\s*[\"'](\d+)[\"']")
_COUNT = re.compile(rb"\b(?:uniqueC|c)ount\s*=\s*[\"'](\d+)")  # calamine makes room for so many at once
# What follows is held to lengths, so that no file can make the search itself long.
_SHARED = re.compile(rb"\bt\s?=\s?[\"']s[\"'][^<]{0,300}<(?:\w{1,20}:)?v[^<>]{0,300}>(\d{1,9})<")
_FAILED = re.compile(
    rb"<(?:\w{1,20}:)?c\s([^<>]{0,300}?\bt\s?=\s?[\"']e[\"'][^<>]{0,300})>"
    rb"(?:<(?:\w{1,20}:)?f\b[^<]{0,9000}(?:</(?:\w{1,20}:)?f>)?)?<(?:\w{1,20}:)?v>([^<]{0,300})<"
)
_NEVER_COMPUTED = re.compile(
    rb"<(?:\w{1,20}:)?c\s([^<>]{0,600})>\s{0,20}<(?:\w{1,20}:)?f\b[^<>]{0,600}"
    rb"(?:/>|>[^<]{0,9000}</(?:\w{1,20}:)?f>)\s{0,20}"
    rb"(?:<(?:\w{1,20}:)?v\s?/>|<(?:\w{1,20}:)?v>\s{0,20}</(?:\w{1,20}:)?v>)?\s{0,20}</(?:\w{1,20}:)?c>"
)
_TEXT_TYPE = re.compile(rb"\bt\s*=\s*[\"']str[\"']")


@dataclass(frozen=True)
class Fault:
    """A cell that holds no value though it is not empty: what stands in it, and why it cannot be used."""

    shown: str
    reason: str


@dataclass
class Workbook:
    """An Excel workbook that was found harmless; `titles` are the names of its sheets, in their order."""

    path: Path
    _data: bytes = field(repr=False)
    _faults: dict[str, dict[tuple[int, int], Fault]] = field(repr=False)  # by the sheet's file in the archive

    @classmethod
    def opened(cls, path: Path) -> "Workbook":
        """Read a workbook and look through it; raises MissingFileError, or SourceError when it is none or a bomb."""
        if path.is_file() and path.stat().st_size > _MOST_PACKED:
            raise SourceError(f"{path} is larger than {_MOST_PACKED >> 20} MB; if that is right, {_ADVICE}")
        data = unpacked(path)
        return cls(path, data, _looked_through(path, data))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The names of the sheets that hold cells, in their order."""
        from python_calamine import SheetTypeEnum, load_workbook

        with _sentences(self.path):
            sheets = load_workbook(BytesIO(self._data)).sheets_metadata
        return tuple(sheet.name for sheet in sheets if sheet.typ == SheetTypeEnum.WorkSheet)

    def rows(self, title: str) -> Iterator[list[Any]]:
        """Yield the cells of every row from the first one of the sheet, empty rows as well.

        A cell is text ('' when empty), float, bool, date, datetime, time, timedelta or Fault. A cell that was merged
        over several rows has its value in each of them that has any other.
        """
        from python_calamine import load_workbook

        with _sentences(self.path):
            sheet = load_workbook(BytesIO(self._data)).get_sheet_by_name(title)
            left = sheet.start[1] if sheet.start else 0
            merged: dict[int, list[tuple[int, int]]] = {}  # by the first row: the last one, and the column
            for (top, column), (bottom, last) in sheet.merged_cell_ranges or ():
                if column == last and bottom > top:
                    merged.setdefault(top, []).append((bottom, column))
            faults: dict[int, dict[int, Fault]] = {}
            for (row, column), fault in self._faults_of(title).items():
                faults.setdefault(row, {})[column] = fault
            beyond = max(faults, default=-1) - (sheet.end[0] if sheet.end else -1)
            held: list[tuple[int, int, Any]] = []  # merged cells that reach this row, with what they hold
            for number, found in enumerate(chain(sheet.iter_rows(), repeat((), max(beyond, 0)))):
                cells: list[Any] = [*([""] * left), *found]
                for column, fault in faults.get(number, {}).items():
                    cells += [""] * (column + 1 - len(cells))
                    cells[column] = fault
                held = [each for each in held if each[0] >= number]
                if held and any(cell != "" for cell in cells):
                    for _, column, value in held:
                        if column < len(cells) and cells[column] == "":
                            cells[column] = value
                held += [(end, at, cells[at]) for end, at in merged.get(number, ()) if at < len(cells)]
                yield cells

    def _faults_of(self, title: str) -> dict[tuple[int, int], Fault]:
        return self._faults.get(self._members.get(title, ""), {}) if self._faults else {}

    @cached_property
    def _members(self) -> dict[str, str]:
        """Tell which file of the archive each sheet is."""
        from defusedxml.ElementTree import fromstring

        with _sentences(self.path), zipfile.ZipFile(BytesIO(self._data)) as archive:
            links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): str(link.get("Target")) for link in links}
            sheets = [e for e in fromstring(archive.read("xl/workbook.xml")).iter() if e.tag.endswith("}sheet")]
        found = {}
        for sheet in sheets:
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(link, "")
            found[str(sheet.get("name"))] = target[1:] if target.startswith("/") else f"xl/{target}"
        return found


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn whatever the readers raise into a sentence; calamine's panics are no subclass of Exception."""
    try:
        yield
    except (SourceError, GeneratorExit):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise SourceError(
            f"{path} is a damaged Excel workbook ({str(error)[:200]}); open it in Excel and save it anew"
        ) from error


def _looked_through(path: Path, data: bytes) -> dict[str, dict[tuple[int, int], Fault]]:
    """Inflate every member within the limits and find the faults of cells; raises SourceError for what is harmful."""
    try:
        if not zipfile.is_zipfile(BytesIO(data)):
            raise zipfile.BadZipFile
        with archives.harmless(path, BytesIO(data), _MOST_UNPACKED, _ADVICE) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        raise SourceError(
            f"{path} is no Excel workbook (.xlsx); an older one (.xls), or one with a password, "
            "has to be saved as .xlsx without it first, and a table of text has to be named .csv"
        ) from error
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= {member.filename for member in members}:
        raise SourceError(f"{path} is an archive, but no Excel workbook (.xlsx)")
    total = sum(member.file_size for member in members)
    seen = {member.filename: _Seen(path, most_counted=max(1000, total // 8)) for member in members}
    for member in members:
        for piece in _whole_rows(_inflated(path, data, member)):
            if b"<!DOCTYPE" in piece and member.filename.endswith((".xml", ".rels")):  # pictures may have one
                raise SourceError(
                    f"{path} declares entities of its own ({member.filename!a}), which Excel never does, "
                    "and is refused; ask where it comes from"
                )
            seen[member.filename].look(piece)
    _hold_to_text_limit(path, data, {member.filename: member for member in members}, seen)
    return {name: found.faults for name, found in seen.items() if found.faults}


def _inflated(path: Path, data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Inflate one member piece by piece; one that is not what the table of contents says is refused."""
    start = member.header_offset + 30
    start += int.from_bytes(data[start - 4 : start - 2], "little") + int.from_bytes(data[start - 2 : start], "little")
    packed = memoryview(data)[start : start + member.compress_size]
    if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError(f"{path} is packed in a way that Excel does not use; save it in Excel without a password")
    size = checksum = 0
    try:
        for piece in [bytes(packed)] if member.compress_type == zipfile.ZIP_STORED else _pieces(packed):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if size > member.file_size:
                break
            yield piece
    except zlib.error:
        size = -1
    if size != member.file_size or checksum != member.CRC:
        raise SourceError(f"{path} is damaged ({member.filename!a} does not unpack to what it should); fetch it again")


def _pieces(packed: memoryview) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    for at in range(0, len(packed), _AT_ONCE):
        left = bytes(packed[at : at + _AT_ONCE])
        while left and not inflate.eof:
            yield inflate.decompress(left, _AT_ONCE)
            left = inflate.unconsumed_tail
    yield inflate.flush()


def _whole_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut anew at the beginnings of rows, or of tags at least, so that each cell is in one piece."""
    kept = b""
    for piece in pieces:
        kept += piece
        if len(kept) >= _AT_ONCE:
            cut = kept.rfind(b"<", 0, max(kept.rfind(b"row"), 0))
            cut = kept.rfind(b"<") if cut <= 0 else cut
            cut = len(kept) if cut <= 0 else cut
            yield kept[:cut]
            kept = kept[cut:]
    yield kept


@dataclass
class _Seen:
    """What was seen of one member: how far its cells reach, and which of them are at fault."""

    path: Path
    most_counted: int
    rows: int = 0
    columns: int = 0
    loose_rows: int = 0  # rows and cells without a place of their own, which follow the one before
    loose_cells: int = 0
    in_this_row: int = 0
    shared: int = 0
    longest: int = 0
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)

    def look(self, piece: bytes) -> None:
        """Take in a piece; raises SourceError as soon as the sheet is too large."""
        if any(_number(number) > self.most_counted for number in _COUNT.findall(piece)):
            raise SourceError(
                f"{self.path} says of itself that it holds more than it can; open it in Excel and save it"
            )
        places = _CELL_PLACE.findall(piece)
        for letters in {letters for letters, _ in places}:
            self.columns = max(self.columns, _column(letters) + 1)
        numbers = {number for _, number in places} | set(_ROW_PLACE.findall(piece))
        self.rows = max(self.rows, max(map(_number, numbers), default=0))
        if len(_CELL.findall(piece)) > len(places):
            for number, row in enumerate(_ROW.split(piece)):
                self.in_this_row = len(_CELL.findall(row)) + (0 if number else self.in_this_row)
                self.loose_cells = max(self.loose_cells, self.in_this_row)
                self.loose_rows += number > 0
        self.shared += len(_SHARED.findall(piece))
        self.longest = max(self.longest, max(map(len, piece.split(b"<si")), default=0))
        reach = (self.rows + self.loose_rows, self.columns + self.loose_cells)
        if reach[0] > _MOST_ROWS or reach[1] > _MOST_COLUMNS or reach[0] * reach[1] > _MOST_CELLS:
            raise SourceError(
                f"{self.path} has a sheet of {reach[0]:,} rows and {reach[1]:,} columns, more than can be read; "
                "delete the empty rows and columns after the last value, or save it as CSV"
            )
        for found in _FAILED.finditer(piece) if b'"e"' in piece or b"'e'" in piece else ():
            shown = found[2].decode("utf-8", "replace")
            self._fault(found[1], Fault(shown, "is an error of a formula; mend it, or empty the cell"))
        for found in _NEVER_COMPUTED.finditer(piece) if b"<f" in piece or b":f" in piece else ():
            if not _TEXT_TYPE.search(found[1]):
                self._fault(found[1], Fault("", "is a formula that was never computed; open and save it in Excel"))

    def _fault(self, attributes: bytes, fault: Fault) -> None:
        if place := _CELL_PLACE.search(attributes):
            self.faults[_number(place[2]) - 1, _column(place[1])] = fault


def _number(digits: bytes) -> int:
    return int(digits.lstrip(b"0")[:12] or 0)  # of so many digits it is beyond the last one anyway


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number - 1


def _hold_to_text_limit(path: Path, data: bytes, members: dict[str, zipfile.ZipInfo], seen: dict[str, _Seen]) -> None:
    """Refuse a few long texts that stand in very many cells, each of which would become a text of its own."""
    texts = members.get("xl/sharedStrings.xml")
    if texts is not None and seen[texts.filename].longest > _AT_ONCE * 3 // 4:
        raise SourceError(f"{path} holds a text of more letters than a cell can have; mend it, or save it as CSV")
    sheets = [member for name, member in members.items() if seen[name].shared]
    if texts is None or seen[texts.filename].longest * sum(seen[s.filename].shared for s in sheets) <= _MOST_TEXT:
        return
    lengths = list(map(len, b"".join(_inflated(path, data, texts)).split(b"<si")[1:]))
    total = 0
    for sheet in sheets:
        for piece in _whole_rows(_inflated(path, data, sheet)):
            total += sum(lengths[i] for i in map(int, _SHARED.findall(piece)) if i < len(lengths))
            if total > _MOST_TEXT:
                raise SourceError(
                    f"{path} holds more than {_MOST_TEXT >> 20} MB of text in its cells; if that is right, {_ADVICE}"
                )
