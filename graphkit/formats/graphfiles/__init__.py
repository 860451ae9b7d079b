"""Graph files as they come: GraphML, GEXF, Pajek, GML and JSON, node by node and tie by tie, each with its line.

networkx reads these formats too, but knows no lines, stops at the first thing it does not expect, and gives a node that
only a tie names a place in the graph without a word. (Version 3.6 refuses 9 of 28 real files of many hands; it takes
GML in ASCII only.) So the file is walked here, by expat behind defusedxml and by Python's JSON, and what is wrong with
a single node or tie is noted beside it (`fault`). Directions, weights, labels and attributes are kept as written.
"""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

from graphkit.errors import EmptyFileError, MissingFileError, SourceError, UsageError
from graphkit.formats.decoding import FLAW, decoded, inside, listed, unpacked
from graphkit.formats.graphfiles import gml, markup, nodelink, pajek
from graphkit.formats.graphfiles.element import Element, GraphFile

__all__ = ["LARGEST", "Element", "GraphFile", "read"]

LARGEST = 1 << 26  # bytes, unpacked: a million ties, which take 1 GB of memory while they are read

SUFFIXES = (".graphml", ".xml", ".gexf", ".net", ".paj", ".gml", ".json")

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_GML = re.compile(r"(?m)^[^\"\n]*\bgraph\s*\[")


def read(path: Path, encoding: str | None = None) -> GraphFile:
    """Read a graph file, packed by gzip or not, in whichever format it is.

    Raises SourceError for a file that is none of them, is broken, declares entities (bombs, other files) or is larger
    than LARGEST; EmptyFileError when there is no node in it; MissingFileError when it is not there, or is a folder.
    """
    if path.is_dir():
        raise _a_folder(path)
    if path.is_file() and path.stat().st_size > LARGEST:
        raise _too_large(path)
    data = unpacked(path, LARGEST + 1)
    if len(data) > LARGEST:
        raise _too_large(path)
    if not data.strip():
        raise EmptyFileError(f"{path} is empty; put the whole file there")
    told = _DECLARED.match(data.lstrip(b"\xef\xbb\xbf \t\r\n"))
    told_encoding = told[1].decode("ascii").lower() if told else "utf-8"
    # A file that declares UTF-8 and is something else is common; a declaration of anything else is believed.
    try:
        text, found = decoded(data, encoding or (None if told_encoding in ("utf-8", "utf-16") else told_encoding))
    except UsageError as error:
        if encoding:
            raise
        raise SourceError(f"{path} says it is written in what is {error}") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = _reader(text)
    if reader is None:
        raise SourceError(
            f"{path} is none of the graph files that are read: GraphML, GEXF, Pajek (*Vertices), GML (graph [) and JSON"
        )
    if FLAW in text:
        line = text.count("\n", 0, text.index(FLAW)) + 1
        raise SourceError(
            f"{path}, line {line}: bytes that are no text in {found.upper()}; save it as UTF-8, or name its encoding"
        )
    del data
    graph = GraphFile(path, text, found)
    reader(graph)
    return graph.finish()


def _reader(text: str) -> Callable[[GraphFile], None] | None:
    """Tell by its first characters what reads a text, if anything does."""
    first = text.lstrip()[:1]
    if first == "<":
        return markup.read
    if first in ("{", "["):
        return nodelink.read
    if _is_pajek(text):
        return pajek.read
    return gml.read if _GML.search(text) else None


def _is_pajek(text: str) -> bool:
    lines = (line.strip() for line in text.lstrip().split("\n", 1000))
    return next((line for line in lines if line and not line.startswith("%")), "").startswith("*")


def _a_folder(path: Path) -> MissingFileError:
    """Say which graph files lie in a folder: each is a source of its own, whose ids mean nothing in the others."""
    names = sorted(each.name for each in path.iterdir() if each.name.lower().removesuffix(".gz").endswith(SUFFIXES))
    if not names:
        return MissingFileError(f"{path} is a folder without a graph file ({', '.join(SUFFIXES)}); {inside(path)}")
    return MissingFileError(
        f"{path} is a folder, and each graph file is a source of its own; load one after the other, beginning with: "
        f"graphkit load graphfile {shlex.quote(str(path / names[0]))}. Its graph files are {listed(names)}"
    )


def _too_large(path: Path) -> SourceError:
    return SourceError(
        f"{path} is larger than {LARGEST >> 20} MB, unpacked; load nodes and ties as tables, which have no such limit"
    )
