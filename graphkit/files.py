"""Files that are either whole or not there: written beside their place and renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from graphkit.errors import FolderError


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """Open a text file (UTF-8) for writing; it appears under its name only when all of it was written.

    Raises FolderError with the path when the folder is read-only or full; an older file is then left as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise FolderError(_sentence(path, error)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise FolderError(_sentence(path, error)) from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def placing(path: Path) -> Iterator[Path]:
    """Hand out a path beside `path` at which to write a file or make a folder; it takes that name when all is done.

    A file replaces an older one. Raises FolderError as `writing` does, and when a folder would replace anything.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise FolderError(_sentence(path, error)) from error
    try:
        made = room / path.name
        yield made
        if path.is_dir() or (made.is_dir() and path.exists()):
            raise FolderError(f"{path} is there already; choose another name, or take it away first")
        made.replace(path)
    except OSError as error:
        raise FolderError(_sentence(path, error)) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file, or nothing; raises FolderError as `writing` does."""
    with writing(path) as file:
        file.write(text)


def _sentence(path: Path, error: OSError) -> str:
    return f"{path} cannot be written ({error.strerror or error}); choose another folder, or make room in this one"
