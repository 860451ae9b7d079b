"""Pajek networks (.net): one mode or two, arcs, edges, their lists and matrices (Batagelj and Mrvar)."""

import re

from graphkit.errors import SourceError
from graphkit.formats.decoding import listed
from graphkit.formats.graphfiles.element import Element, GraphFile, second_graph

_WORD = re.compile(r'"([^"]*)"|(\S+)')
_YEARS = re.compile(r"\[\s*(\d{4})\s*(?:-\s*(\d{4}|\*)\s*)?\]")
_MORE_VERTICES = 1000  # than the file has characters, that may be counted without a line for each


def read(graph: GraphFile) -> None:
    """Read a Pajek network into `graph`."""
    _Pajek(graph).read()


class _Pajek:
    """Pajek's sections; vertices are numbered from 1, and those without a line exist as well."""

    def __init__(self, graph: GraphFile) -> None:
        self.graph = graph
        graph.format = "Pajek"
        self.section, self.relation, self.counted_at = "", "", 0
        self.count = self.first = self.row = 0
        self.named: dict[int, Element] = {}

    def read(self) -> None:
        for number, line in enumerate(self.graph.lines, 1):
            line = line.strip()
            if line.startswith("*"):
                self._begin(number, line)
            elif line and not line.startswith(("%", "/*")):
                self._take(number, line)
        self.graph.nodes[:0] = [
            self.named.get(vertex) or Element(self.counted_at, id=str(vertex)) for vertex in range(1, self.count + 1)
        ]
        if self.first:
            for vertex, node in enumerate(self.graph.nodes[: self.count], 1):
                node.attributes["bipartite"] = str(int(vertex > self.first))

    def _begin(self, number: int, line: str) -> None:
        words = line.split()
        name = words[0].lower()
        self.relation = " ".join(quoted for quoted, _ in _WORD.findall(line) if quoted)
        self.row = 0
        if name == "*vertices" and self.section == "aside":
            return
        if name == "*vertices":
            if self.counted_at:
                raise second_graph(self.graph.path, number)
            counts = words[1:3]
            if not counts or not all(word.isascii() and word.isdigit() and len(word) < 10 for word in counts):
                raise self._fault(number, "*Vertices needs their number")
            self.counted_at, self.count, self.first = number, int(counts[0]), int(counts[1]) if counts[1:] else 0
            if self.count > _MORE_VERTICES + sum(map(len, self.graph.lines)):
                raise self._fault(number, f"{self.count:,} vertices are more than the whole file has characters")
        elif name in ("*partition", "*vector", "*permutation", "*cluster", "*hierarchy"):
            name = "aside"
        elif name not in ("*network", "*arcs", "*edges", "*arcslist", "*edgeslist", "*matrix"):
            raise self._fault(number, f"{listed(words[:1])} is no section of a network")
        self.section = name

    def _take(self, number: int, line: str) -> None:
        words = [quoted or plain for quoted, plain in _WORD.findall(line)]
        element = Element(number, directed=self.section in ("*arcs", "*arcslist", "*matrix"))
        if line.count('"') % 2:
            element.fault = "has a quote that does not close"
        if found := _YEARS.search(line):
            element.attributes.update({"start": found[1], "end": (found[2] or found[1]).replace("*", "")})
        if self.section == "*vertices":
            self._vertex(element, words)
        elif self.section in ("*arcs", "*edges"):
            self._tie(element, words[:2], words[2:3])
            if "l" in words[3:-1]:
                element.attributes["label"] = words[words.index("l", 3) + 1]
        elif self.section in ("*arcslist", "*edgeslist"):
            for other in words[1:] or [""]:
                self._tie(Element(number, directed=element.directed), [words[0], other], [])
        elif self.section == "*matrix":
            self._matrix(element, words)
        elif self.section == "":
            raise self._fault(number, "this stands before any section")

    def _vertex(self, node: Element, words: list[str]) -> None:
        vertex = int(words[0]) if words[0].isascii() and words[0].isdigit() and len(words[0]) < 10 else 0
        node.id = words[0]
        if len(words) > 1:
            node.attributes["label"] = words[1]
        if not 1 <= vertex <= self.count:
            node.fault = f"is none of the {self.count:,} vertices that line {self.counted_at} counts"
        elif vertex in self.named:
            node.fault = f"stands at line {self.named[vertex].line} already"
        else:
            self.named[vertex] = node
            return
        self.graph.nodes.append(node)

    def _tie(self, tie: Element, ends: list[str], weight: list[str]) -> None:
        tie.ends = [*ends, ""][:2]
        if weight:
            tie.attributes["weight"] = weight[0]
        if self.relation:
            tie.attributes["relation"] = self.relation
        self.graph.ties.append(tie)

    def _matrix(self, row: Element, words: list[str]) -> None:
        self.row += 1
        wide = self.count - self.first
        if len(words) != wide or self.row > (self.first or self.count):
            raise self._fault(row.line, f"row {self.row} of the matrix has {len(words)} values; {wide} belong there")
        for column, weight in enumerate(words, self.first + 1):
            if weight.strip("0.") or not weight.strip("."):
                self._tie(Element(row.line, directed=True), [str(self.row), str(column)], [weight])

    def _fault(self, line: int, what: str) -> SourceError:
        return SourceError(f"{self.graph.path}, line {line}: {what}; mend this line, or export the network again")
