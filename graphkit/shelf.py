"""Finds loaders and queries: inside the package in a wheel, beside it in a checkout."""

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

from graphkit.errors import UsageError, unknown

if TYPE_CHECKING:
    from graphkit.query import Query

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Find the folder `loaders` or `queries`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


@dataclass(frozen=True)
class Argument:
    """One argument of a loader: without a default it is given by position, with one it is an option."""

    name: str
    type: Any
    default: Any
    sentence: str
    required: bool


@dataclass(frozen=True)
class Loader:
    """A declared loader: the module's docstring, licence and bounds, and its `load`."""

    name: str
    summary: str
    licence: str
    expect: dict[str, tuple[int, int]]
    arguments: tuple[Argument, ...]
    load: Callable[..., Iterator[Any]]
    module: ModuleType


@cache
def loaders() -> dict[str, Loader]:
    """Find every loader, by name."""
    files = sorted(folder("loaders").glob("*.py"))
    return {file.stem: loader(file) for file in files if not file.stem.startswith("_")}


def loader(file: Path) -> Loader:
    """Read the declaration of one loader, ours or somebody's own."""
    module = _module(file)
    if not hasattr(module, "load"):
        raise UsageError(f"{file} is no loader: it has no function load(); see loaders/sample.py for the shape")
    hints = get_type_hints(module.load, include_extras=True)
    arguments = tuple(
        Argument(name, *_told(hints.get(name, str)), required=parameter.default is inspect.Parameter.empty)
        if parameter.default is inspect.Parameter.empty
        else Argument(name, *_told(hints.get(name, str), parameter.default), required=False)
        for name, parameter in inspect.signature(module.load).parameters.items()
    )
    summary = (inspect.getdoc(module) or file.stem).split("\n")[0]
    licence = getattr(module, "LICENCE", "")
    return Loader(file.stem, summary, licence, getattr(module, "EXPECT", {}), arguments, module.load, module)


def find_loader(name: str) -> Loader:
    """Look a loader up by name, or read one's own from a path to a Python file."""
    if name.endswith(".py") and Path(name).is_file():
        return loader(Path(name))
    known = loaders()
    if name not in known:
        raise UsageError(unknown("loader", "loaders", name, known))
    return known[name]


def part(name: str) -> ModuleType:
    """Import a part of a loader: a file in the folder of loaders whose name begins with an underscore.

    Neither in a checkout nor in a wheel can loaders import their neighbours by one and the same name.
    """
    return _module(folder("loaders") / f"{name}.py")


def _told(hint: Any, default: Any = None) -> tuple[Any, Any, str]:
    if get_origin(hint) is Annotated:
        type_, *notes = get_args(hint)
        return type_, default, str(notes[0])
    return hint, default, ""


def _module(file: Path) -> ModuleType:
    inside = folder("loaders")
    name = f"graphkit.loaders.{file.stem}" if file.parent == inside else f"graphkit_loader_{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def queries() -> dict[str, "Query"]:
    """Find every query, by name: of the library, and of one's own folders, which GRAPHKIT_QUERIES names.

    Several folders are separated as in PATH. Raises UsageError for a folder that is not there, and for two queries of
    one name.
    """
    own = [Path(each) for each in os.environ.get("GRAPHKIT_QUERIES", "").split(os.pathsep) if each.strip()]
    missing = [str(each) for each in own if not each.is_dir()]
    if missing:
        raise UsageError(f"GRAPHKIT_QUERIES names {missing[0]}, which is no folder")
    files = [file for each in (folder("queries"), *own) for file in sorted(each.glob("*.cypher"))]
    return dict(_queries(tuple((file, file.stat().st_mtime_ns) for file in files)))


@cache
def _queries(files: tuple[tuple[Path, int], ...]) -> dict[str, "Query"]:
    from graphkit.query import read

    found: dict[str, Path] = {}
    for file, _ in files:
        if file.stem in found:
            raise UsageError(f"{file} and {found[file.stem]} are two queries of one name; rename yours")
        found[file.stem] = file
    return {name: read(file) for name, file in sorted(found.items())}
