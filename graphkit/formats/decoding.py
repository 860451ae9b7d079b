"""The text of a file: unpacked, and decoded from whatever encoding it is in, with every flaw marked."""

import codecs
import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import chardet

from graphkit.errors import MissingFileError, SourceError, UsageError
from graphkit.formats import archives

FLAW = "\udcff"  # stands for a byte that is no character in the encoding of its file; no file can hold it itself
HEAD = 1 << 16  # bytes that are enough to see the columns of a table

_UNPACKED_AT_ONCE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENOUGH_TO_GUESS = 10
_SIGNS = "€£¥°©®™"


def unpacked(path: Path, most: int = -1) -> bytes:
    """Read a file, or the first `most` bytes of it, unpacking it where it ends in .gz or lies in a zip archive.

    Raises MissingFileError, with what lies in the folder instead, and SourceError for a file that cannot be read, is
    cut short, or unpacks to over a hundred times its size (a bomb).
    """
    packed = path.suffix.lower() == ".gz"
    through = archives.leads_into(path)
    try:
        with path.open("rb") if through is None else BytesIO(archives.read(*through, -1 if packed else most)) as file:
            if not packed:
                return file.read(most)
            with gzip.open(file) as found:
                return found.read(most) if most >= 0 else b"".join(_all(path, found, archives.most_of_gzip(path, file)))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFileError(f"{path} is not there; {beside(path)}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path} cannot be unpacked ({error}); fetch it again") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error})") from error


def _all(path: Path, found: gzip.GzipFile, limit: int) -> Iterator[bytes]:
    while some := found.read(_UNPACKED_AT_ONCE):
        if found.tell() > min(limit, archives.MOST_UNPACKED):
            raise archives.too_large(path)
        yield some


def decoded(data: bytes, asked: str | None = None) -> tuple[str, str]:
    """Decode bytes and name their encoding (`asked`, or the one found); what is no character there becomes FLAW."""
    if asked is None and not data[:HEAD].count(0):
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8").removeprefix("\ufeff"), "utf-8"
    encoding = asked or _encoding(data)
    try:
        text = data.decode(encoding, errors="graphkit-flaw")
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise UsageError(f"no encoding {encoding!r}; try utf-8, cp1252, gb18030, big5 or utf-16") from error
    return text.removeprefix("\ufeff"), name


def _flaw(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return FLAW * (error.end - error.start), error.end


codecs.register_error("graphkit-flaw", _flaw)


def _encoding(data: bytes) -> str:
    """Find the encoding: a byte order mark, else UTF-8 if it is that but for flaws, else what chardet says.

    A few bytes in one or two lines that are no UTF-8, in a file of plain ASCII, are flaws, too: a guess from so little
    is no better than chance, and a rejected row can be mended while a wrong letter stays unseen.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:HEAD]
    if head.count(0) * 10 > len(head):
        wide = str(chardet.detect(head)["encoding"])
        return wide if wide.lower().startswith(("utf-16", "utf-32")) else "utf-8"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="graphkit-flaw")
    flaws = text.count(FLAW)
    flawed = sum(FLAW in line for line in text.split("\n"))
    if len(re.findall(r"[^\x00-\x7f]", text)) - flaws >= flaws or (flawed < 3 and flaws < _ENOUGH_TO_GUESS):
        return "utf-8"
    sample = b"\n".join(line for line in data.split(b"\n") if not line.isascii())
    guess = str(chardet.detect(sample[: 4 * HEAD])["encoding"] or "utf-8")
    return guess if _makes_words(data, guess) else "utf-8"


def _makes_words(data: bytes, encoding: str) -> bool:
    """Whether nearly all that is not ASCII comes out as letters, digits, marks, punctuation or common signs."""
    try:
        text = data.decode(encoding, errors="graphkit-flaw")
    except (LookupError, ValueError):
        return False
    found = [character for character in text if not character.isascii()]
    odd = sum(unicodedata.category(character)[0] not in "LMNPZ" and character not in _SIGNS for character in found)
    return odd * 20 <= len(found)


def mended(text: str) -> str:
    """Undo a double encoding: UTF-8 that somebody read as Windows-1252 and wrote as UTF-8 once more.

    >>> mended("MÃ¼ller GmbH"), mended("SÃO PAULO")
    ('Müller GmbH', 'SÃO PAULO')
    """
    if text.isascii():
        return text
    try:
        return b"".join(map(_once, text)).decode("utf-8")
    except UnicodeError:
        return text


def _once(character: str) -> bytes:
    # Windows-1252 has no character for five bytes; programs then keep the byte's number, as Latin-1 does.
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def listed(names: Iterable[str], most: int = 30) -> str:
    """Write names in a row; what a broken file has for names is cut short and shown safely."""
    names = list(names)
    shown = [name[:40] if name.isprintable() else ascii(name[:40]) for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")


def beside(path: Path) -> str:
    """Say what lies where a file should be."""
    return inside(path.parent) if path.parent.is_dir() else f"nor is the folder {path.parent}"


def inside(folder: Path) -> str:
    """Say what lies in a folder."""
    names = sorted(path.name for path in folder.iterdir())
    return f"in {folder} lie: {listed(names)}" if names else f"{folder} is empty"
