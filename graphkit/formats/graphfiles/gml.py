"""GML: names and values, lists in brackets; in any encoding, though its authors meant ASCII (Himsolt 1997)."""

import html
import re

from graphkit.errors import SourceError
from graphkit.formats.decoding import listed
from graphkit.formats.graphfiles.element import Element, GraphFile, Value, second_graph

_TOKEN = re.compile(r'(?P<comment>(?m:^[ \t]*#[^\n]*))|"[^"]*"|\[|\]|[^\s\[\]"]+|"')


def read(graph: GraphFile) -> None:
    """Read GML into `graph`; raises SourceError, with the line, where it is broken."""
    graph.format = "GML"
    line, at, key, found = 1, 0, "", False
    directed: Value = "0"
    open_: list[tuple[str, int, dict[str, Value]]] = [("", 1, {})]

    def fault(what: str) -> SourceError:
        return SourceError(f"{graph.path}, line {line}: broken GML ({what}); the file is damaged or cut short")

    for token in _TOKEN.finditer(graph.text):
        line, at = line + graph.text.count("\n", at, token.start()), token.start()
        word = token.group()
        if token.lastgroup == "comment":
            continue
        if word == '"':
            raise fault("a quote does not close")
        if word == "]":
            if key or len(open_) == 1:
                raise fault(f"{listed([key or ']'])} stands alone")
            name, begun, said = open_.pop()
            if len(open_) == 2 and open_[1][0].lower() == "graph" and name.lower() in ("node", "edge"):
                (graph.nodes if name.lower() == "node" else graph.ties).append(_element(begun, said))
        elif not key:
            if word == "[" or word.startswith('"'):
                raise fault(f"{listed([word])} has no name before it")
            key = word
        elif word == "[":
            if len(open_) == 1 and key.lower() == "graph":
                if found:
                    raise second_graph(graph.path, line)
                found = True
            open_.append((key, line, {}))
            key = ""
        else:
            value = html.unescape(word[1:-1]) if word.startswith('"') else word
            if key.lower() == "directed" and len(open_) == 2:
                directed = value
            if len(open_) == 3:
                open_[-1][2][key] = value
            key = ""
    if key or len(open_) > 1:
        line = open_[-1][1]
        raise fault(f"{listed([key])} has no value" if key else f"{listed([open_[-1][0]])} [ does not close")
    for tie in graph.ties:
        tie.directed = directed == "1"


def _element(line: int, said: dict[str, Value]) -> Element:
    """Make a node or a tie; what stands in brackets of its own there (graphics [ x 1 ]) is how it is drawn."""
    ends = [str(said.pop(end, "")) for end in ("source", "target")] if {"source", "target"} & said.keys() else []
    id_ = said.pop("id", None)
    return Element(line, id=None if id_ is None else str(id_), ends=ends, attributes=said)
