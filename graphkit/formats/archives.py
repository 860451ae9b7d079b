"""Archives (zip): which files one holds, and their bytes; within limits, and never unpacked to the disk.

The limits are declared here for all that is packed: archives, workbooks (which are archives), and files in gzip.

A path may lead through an archive, as `cordis.zip/csv/project.csv` does. Everything that an archive says of itself is
held to the limits before anything is unpacked, and nothing is unpacked beyond what it says.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from graphkit.errors import MissingFileError, SourceError

SUFFIX = ".zip"
MOST_MEMBERS = 10_000
MOST_UNPACKED = 1 << 31  # bytes, of all files together
MOST_RATIO = 100  # times its packed size; more is a bomb (CORDIS' tables shrink to a fifth), once it is over:
ALWAYS_UNPACKED = 1 << 20

_MOST_DEFLATED = 1032  # times its packed size can anything be at all, as gzip and zip pack (zlib's own figure)
_MOST_LISTED = 1 << 22  # bytes of the list of files
_END = struct.Struct("<4s4xHHIIH")  # of the list: mark, files on this disk, files, length, place, length of a comment
_LONG_PLACE, _LONG_END = struct.Struct("<4s4xQ4x"), struct.Struct("<4s20xQQQQ")
_UNFIT = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)


def leads_into(path: Path) -> tuple[Path, str] | None:
    """Return the archive that a path leads through, and the name of the file in it; None for any other path."""
    for outer in path.parents:
        if outer.suffix.lower() == SUFFIX and outer.is_file():
            return outer, path.relative_to(outer).as_posix()
    return None


def members(path: Path) -> list[str]:
    """List the files in an archive by name, but for hidden ones; raises SourceError for one that is broken or a bomb.

    An archive is refused as a whole for a file that would land outside of the folder it is unpacked to (`../x`, `/x`,
    `C:x`, a symbolic link), for one with a password or packed in another way than zip files usually are, and for two
    files of one name.
    """
    with _opened(path) as archive:
        return sorted(name for name in archive.namelist() if not name.endswith("/") and not _hidden(name))


def read(path: Path, member: str, most: int = -1) -> bytes:
    """Read a file of an archive, or its first `most` bytes; raises MissingFileError, and SourceError as `members`."""
    with streamed(path, member) as file:
        return file.read(most)


@contextmanager
def streamed(path: Path, member: str) -> Iterator[IO[bytes]]:
    """Open a file of an archive, to be read bit by bit; raises as `read` does, also while it is read."""
    with _opened(path) as archive:
        if member not in archive.namelist():
            raise MissingFileError(f"{path / member} is not there: {path.name} holds no such file")
        with archive.open(member) as file:
            yield file


def most_unpacked(packed: int) -> int:
    """Return to how many bytes something packed may unpack: 100 times its size, and a megabyte whatever its size."""
    return max(ALWAYS_UNPACKED, MOST_RATIO * packed)


def most_of_gzip(path: Path, file: IO[bytes]) -> int:
    """Return to how many bytes a file in gzip may unpack; raises SourceError when it says itself that it is more.

    What it says stands in its last bytes; in one that is cut short they are anything, mostly more than there can be.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 4))
    said = int.from_bytes(file.read(4), "little")  # of the last part, and modulo 2^32: reading has to count as well
    file.seek(0)
    if file.read(2) == b"\x1f\x8b" and most_unpacked(size) < said <= _MOST_DEFLATED * size:
        raise too_large(path)
    file.seek(0)
    return most_unpacked(size)


def too_large(path: Path) -> SourceError:
    """Make the sentence on a file in gzip that unpacks to more than it may."""
    return SourceError(
        f"{path} unpacks to over {MOST_RATIO} times its size, or is cut short; fetch it again, or unpack it first"
    )


@contextmanager
def harmless(
    path: Path, file: BinaryIO, most: int = MOST_UNPACKED, advice: str = "unpack what is to be loaded"
) -> Iterator[zipfile.ZipFile]:
    """Open an archive that keeps to the limits; raises SourceError, with `advice` on large ones, and as zipfile does.

    `path` is the name it goes by in messages, and `most` how many bytes all its files may have.
    """
    _refuse_long_list(path, file, advice)
    packed = file.seek(0, 2)
    with zipfile.ZipFile(file) as archive:
        _refuse_bombs(path, archive, packed, most, advice)
        yield archive


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file, harmless(path, file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise MissingFileError(f"{path} is not there") from error
    except _UNFIT as error:
        raise SourceError(f"{path} is no whole zip archive ({error}); fetch it again") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error})") from error


def _refuse_long_list(path: Path, file: BinaryIO, advice: str) -> None:
    """Refuse very many files before Python reads the list of them, which alone would take its time."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - _END.size))
    tail = file.read()
    end = len(tail) - _END.size
    if tail[end : end + 4] != b"PK\5\6":
        end = tail.rfind(b"PK\5\6")
    if end < 0 or end + _END.size > len(tail):
        raise SourceError(f"{path} is no zip archive, or only the beginning of one; fetch it again")
    _, _, files, length, place, _ = _END.unpack_from(tail, end)
    if 0xFFFF in (files, length >> 16, place >> 16) and tail[end - _LONG_PLACE.size :][:4] == b"PK\6\7":
        file.seek(_LONG_PLACE.unpack_from(tail, end - _LONG_PLACE.size)[1])
        _, _, files, length, _ = _LONG_END.unpack(file.read(_LONG_END.size))
    if files > MOST_MEMBERS or length > _MOST_LISTED:
        raise SourceError(f"{path} lists over {MOST_MEMBERS:,} files; {advice}")


def _refuse_bombs(path: Path, archive: zipfile.ZipFile, packed: int, most: int, advice: str) -> None:
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise SourceError(f"{path} lists {len(found):,} files, over {MOST_MEMBERS:,}; {advice}")
    if len(set(archive.namelist())) < len(found):
        raise SourceError(f"{path} holds two files of the same name; ask where it comes from")
    for member in found:
        if fault := _fault(member, advice):
            raise SourceError(f"{path} holds {ascii(member.filename)[:100]}, which {fault}")
    total = sum(member.file_size for member in found)
    if total > most:
        raise SourceError(f"{path} unpacks to {total:,} bytes, over {most >> 30} GB; if that is right, {advice}")
    if total > most_unpacked(min(packed, sum(member.compress_size for member in found))):
        raise SourceError(f"{path} unpacks to over {MOST_RATIO} times its size; if that is right, {advice}")


def _fault(member: zipfile.ZipInfo, advice: str) -> str:
    """Say what is wrong with one file of an archive, going by what the archive says of it."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    kind = stat.S_IFMT(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or ":" in member.filename[:2]:
        return "points out of the archive; ask where it comes from"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no file but a link to one; ask where it comes from"
    if member.flag_bits & 1:
        return "needs a password; unpack it first"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in an unusual way; unpack it first"
    if str(name) != member.filename.replace("\\", "/").removesuffix("/") or not member.filename.isprintable():
        return "has a name that no file can have; ask where it comes from"
    if member.file_size > most_unpacked(member.compress_size):
        return f"unpacks to over {MOST_RATIO} times its size; if that is right, {advice}"
    return ""


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)
