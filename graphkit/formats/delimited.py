"""Delimited text split into records: at once where a stretch of it is clean, with care wherever it is not.

Both ways give the same cells. The quick one splits blocks of lines without looking at each and takes the outcome only
if every line is a record of as many values as the table has columns; one line that is not sends its block the careful
way, which finds out what is wrong with it. Of UTF-8 only the lines at work are kept as text: a single wide letter makes
a text twice or four times as large in memory.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from operator import itemgetter

from graphkit.formats.decoding import FLAW, HEAD

SEPARATORS = (";", "\t", ",", "|")  # the last only where no other one is in the line: it also parts what is in a cell
BLOCK = 128  # lines that are split at once

_PIECE = 1 << 15  # bytes that are made text at once
_BLANK = " \r\t;,|"  # a line of nothing else is no row
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
_UNREADABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f{FLAW}]")


class Lines:
    """The lines of a text, counted from 0; if not `suspect`, they hold nothing that no text holds."""

    def __init__(self, pieces: Iterator[list[str]], suspect: bool) -> None:
        self.suspect = suspect
        self._pieces, self._kept, self._from = pieces, list[str](), 0

    @classmethod
    def of_text(cls, text: str) -> "Lines":
        """Split a text at its line ends, of whichever kind."""
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        split = text.split("\n" if "\n" in text or "\r" not in text else "\r")
        return cls(iter([split]), suspect=True)

    @classmethod
    def of_utf8(cls, data: bytes) -> "Lines | None":
        """Split bytes of UTF-8 as `of_text` does their text; None for what is not plainly UTF-8."""
        data = data.removeprefix(codecs.BOM_UTF8)
        if data[:HEAD].count(0) or b"\n" not in data:
            return None
        suspect = False
        try:
            for piece in _pieces(data):
                piece.decode("utf-8")
                # Looking through bytes takes a tenth of the time that looking through text does.
                suspect = suspect or len(piece.translate(None, _CONTROLS)) != len(piece)
        except UnicodeDecodeError:
            return None
        return cls(map(_decoded, _pieces(data)), suspect)

    def __getitem__(self, number: int) -> str:
        """Return one line; raises IndexError after the last."""
        while number - self._from >= len(self._kept):
            more = next(self._pieces, None)
            if more is None:
                raise IndexError(number)
            self._kept += more
        return self._kept[number - self._from]

    def block(self, at: int) -> list[str]:
        """Return some lines from here on, none at the end; those before them are forgotten."""
        with suppress(IndexError):
            self[at + BLOCK - 1]
        start = at - self._from
        if start > len(self._kept) // 2:
            del self._kept[:start]
            self._from, start = at, 0
        return self._kept[start : start + BLOCK]

    def first(self) -> int:
        """Find the first line that is not blank, the header; raises IndexError without any."""
        return next(number for number in count() if self[number].strip(_BLANK))


def _decoded(piece: bytes) -> list[str]:
    if b"\r" in piece:  # to look for one sign takes a tenth of the time that looking for two does
        piece = piece.replace(b"\r\n", b"\n")
    return list(map(bytes.decode, piece.removesuffix(b"\n").split(b"\n")))


def _pieces(data: bytes) -> Iterator[bytes]:
    """Cut bytes into pieces that end where a line ends."""
    at = 0
    while at < len(data):
        after = data.find(b"\n", at + _PIECE) + 1 or len(data)
        yield data[at:after]
        at = after


def header(text: str, required: Iterable[str]) -> tuple[str, tuple[str, ...]] | None:
    """Find the separator that gives most of the required columns, and split the first line by it; None without any."""
    lines = Lines.of_text(text)
    try:
        line = lines[lines.first()]
    except IndexError:
        return None
    split = {separator: names(_split(line, separator)) for separator in SEPARATORS}
    wanted = {column.casefold() for column in required}
    fit = {s: (len(wanted & {name.casefold() for name in there}), len(there)) for s, there in split.items()}
    if any(len(split[separator]) > 1 for separator in SEPARATORS[:-1]):
        fit[SEPARATORS[-1]] = (fit[SEPARATORS[-1]][0], 0)
    best = max(SEPARATORS, key=lambda separator: fit[separator])
    return best, split[best]


def names(cells: Iterable[str]) -> tuple[str, ...]:
    """Make names of columns of the cells of a header; empty ones at its end are none."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        del found[-1]
    return tuple(found)


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def unreadable(raw: str) -> str | None:
    """Find the first character that no text holds."""
    found = _UNREADABLE.search(raw)
    return found and found.group()


def clean(block: list[str], separator: str, width: int) -> list[list[str]] | None:
    """Split lines of which every one is a record of `width` values and none is blank; None if they are not so clean."""
    quotes = "".join(block).count('"')
    if not quotes:
        cells = [line.split(separator) for line in block]
    elif width > 1 and quotes == 2 * width * len(block) and all(block) and _ends(block) == {'"'}:
        # Every value is quoted, and none holds a quote: there are no more quotes than those around the values.
        cells = [line[1:-1].split(f'"{separator}"') for line in block]
    else:
        try:
            cells = list(csv.reader(block, delimiter=separator, strict=True))
        except csv.Error:
            return None
    fits = len(cells) == len(block) and set(map(len, cells)) == {width}
    return cells if fits and all([line.strip(_BLANK) for line in block]) else None


def _ends(block: list[str]) -> set[str]:
    return set(map(itemgetter(0), block)) | set(map(itemgetter(-1), block))


def careful(
    lines: Lines, start: int, end: int | None, separator: str, width: int
) -> Iterator[tuple[int, int, str, list[str], str]]:
    """Yield each record that begins in the lines from `start` up to `end` (None is the last one), with what is wrong.

    That is: the number of its first line and of the one after it, its raw text, its cells, and what is wrong with it.
    """
    while end is None or start < end:
        try:
            raw = lines[start]
        except IndexError:
            return
        after = start + 1
        if '"' in raw:
            # Python's own reader, for this record only: a quote that never closes must not take the rest with it.
            reader = csv.reader(_rest(lines, start), delimiter=separator, strict=True)
            try:
                cells, reason = next(reader), ""
                after = start + reader.line_num
            except csv.Error as error:
                cells, reason = [], str(error)
            taken = [lines[number] for number in range(start, after)]
            if after > start + 1 and (len(cells) != width or _swallowed(taken, separator, width)):
                reason, after, taken = "it would take whole rows with it", start + 1, [raw]
            if reason:
                reason = f"a quote in it does not close, or stands beside other text ({reason})"
            yield start, after, "\n".join(taken), cells, reason
        elif raw.strip(_BLANK):
            yield start, after, raw, raw.split(separator), ""
        start = after


def _rest(lines: Lines, start: int) -> Iterator[str]:
    for number in count(start):
        try:
            yield lines[number] + "\n"
        except IndexError:
            return


def _swallowed(taken: list[str], separator: str, width: int) -> bool:
    """Whether lines after the first look like rows of their own: a quote opened there, and another closed it later."""
    return width > 2 and taken[0][:1] != '"' and any(line.count(separator) == width - 1 for line in taken[1:])
