"""A mapping file (YAML): which attribute of a graph file is which property of the schema, and what its values mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphkit.errors import MissingFileError, SourceError, UsageError
from graphkit.formats.decoding import beside, listed
from graphkit.formats.graphfiles.element import Element, GraphFile
from graphkit.formats.graphfiles.terms import text
from graphkit.schema import NODES, TIES, Collaboration, Record, properties

_LARGEST = 1 << 20
_EXAMPLE = "nodes: {role: sector}, edges: {kind: =project}, values: {sector: {univ: university}}"


@dataclass
class Mapping:
    """For nodes and for edges: property of the schema to attribute, or to `=` and a value; and what values mean."""

    nodes: dict[str, str] = field(default_factory=dict)
    edges: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    path: Path | None = None

    def meaning(self, attribute: str, said: str) -> str:
        """Return what a value of an attribute means, itself if nothing is said of it."""
        return self.values.get(attribute, {}).get(said, said)

    def fit(self, graph: GraphFile) -> None:
        """Hold the mapping to the attributes that are there, and the file to its own declarations.

        Raises UsageError for an attribute that nothing has, SourceError for one that the file uses without the
        declaration its format asks for, unless the mapping names it.
        """
        for part, mapped, elements in (("nodes", self.nodes, graph.nodes), ("edges", self.edges, graph.ties)):
            found = {name for element in elements for name in element.attributes}
            for attribute in mapped.values():
                if not attribute.startswith("=") and attribute not in found:
                    there = listed(sorted(found)) or "none"
                    raise UsageError(f"{self.path} names {attribute!r}, but {part} of {graph.path.name} have: {there}")
        known = {*self.nodes.values(), *self.edges.values(), *self.values}
        loose = {name: line for name, line in graph.undeclared.items() if name not in known}
        if loose:
            first, *others = loose
            element = "<key>" if graph.format == "GraphML" else "<attribute>"
            raise SourceError(
                f"{graph.path}, line {loose[first]}: the attribute {listed([first])} is used, but no {element} "
                f"declares it{f', nor {listed(others)}' if others else ''}; declare it there, or say in a mapping file "
                "what it is (--mapping)"
            )


def given(element: Element, attribute: str) -> str:
    """Return what an element says in an attribute, or the value after `=`; raises BadValue for several values."""
    if attribute.startswith("="):
        return attribute[1:]
    return text(attribute, element.attributes.get(attribute, "")) if attribute else ""


def read(path: Path) -> Mapping:
    """Read a mapping file; raises UsageError, with the line where that is known, for what should not be in it."""
    import yaml

    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
        # All that stands in it stays text: the country NO is no boolean.
        said = yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)
    except OSError as error:
        raise MissingFileError(f"the mapping {path} cannot be read; {beside(path)}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise UsageError(f"{path}{place}: this is no YAML ({getattr(error, 'problem', None) or error})") from error
    if not _is_mapping(said):
        raise UsageError(f"{path} must hold nodes, edges and values, each of them a table: {_EXAMPLE}")
    told = Mapping(said.get("nodes", {}), said.get("edges", {}), said.get("values", {}), path)
    kinds: dict[str, Iterable[type[Record]]] = {"nodes": NODES.values(), "edges": [Collaboration, *TIES.values()]}
    for part, special, mapped in (("nodes", "label", told.nodes), ("edges", "tie", told.edges)):
        allowed = {special} | {p.name for kind in kinds[part] for p in properties(kind)} - {"row"}
        if wrong := sorted(mapped.keys() - allowed):
            raise UsageError(f"{path}: {wrong[0]!r} is no property of {part}; there are: {listed(sorted(allowed), 60)}")
    return told


def _is_mapping(said: Any) -> bool:
    if not isinstance(said, dict) or not said or not said.keys() <= {"nodes", "edges", "values"}:
        return False
    if not all(isinstance(part, dict) for part in said.values()):
        return False
    tables = [said.get("nodes", {}), said.get("edges", {}), *said.get("values", {}).values()]
    return all(isinstance(table, dict) and all(isinstance(own, str) for own in table.values()) for table in tables)
