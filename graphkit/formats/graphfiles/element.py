"""What a graph file holds: nodes and ties with their lines, and what is wrong with any of them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graphkit.errors import EmptyFileError, SourceError

Value = str | tuple[str, ...]


@dataclass(slots=True)
class Element:
    """A node, or a tie between the nodes of `ends`; `fault` says why it cannot be used."""

    line: int
    what: str = "node"
    number: int = 0  # among the nodes, or among the ties, from 1
    id: str | None = None
    ends: list[str] = field(default_factory=list)
    directed: bool = False
    attributes: dict[str, Value] = field(default_factory=dict)
    fault: str = ""


@dataclass
class GraphFile:
    """What a graph file holds; `undeclared` are attributes without the declaration they need, and their first line."""

    path: Path
    text: str
    encoding: str
    format: str = ""
    nodes: list[Element] = field(default_factory=list)
    ties: list[Element] = field(default_factory=list)
    undeclared: dict[str, int] = field(default_factory=dict)
    _alone: bool = True  # every node and every tie begins on a line of its own

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.split("\n")

    def finish(self) -> "GraphFile":
        """Number the elements; raises EmptyFileError for a graph without a single node."""
        for what, elements in (("node", self.nodes), ("tie", self.ties)):
            for number, element in enumerate(elements, 1):
                element.what, element.number = what, number
        if not self.nodes:
            raise EmptyFileError(f"{self.path} holds a graph ({self.format}) without a single node; export it again")
        begun = [element.line for element in (*self.nodes, *self.ties)]
        self._alone = len(set(begun)) == len(begun)
        return self

    def place(self, element: Element) -> tuple[str, int]:
        """Say where an element stands: file and line, or, when lines hold several, which node or tie it is."""
        if self._alone:
            return self.path.name, element.line
        return f"{self.path.name}!{element.what}", element.number

    def raw(self, element: Element) -> str:
        """Return the line on which an element begins, unless that holds others as well."""
        return self.lines[element.line - 1].strip()[:1000] if self._alone else ""


def second_graph(path: Path, line: int) -> SourceError:
    """Say that a file holds more than one graph."""
    return SourceError(
        f"{path}, line {line}: a second graph begins, and the same id may mean another node there; keep one in the file"
    )
