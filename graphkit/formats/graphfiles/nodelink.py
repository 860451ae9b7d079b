"""JSON graphs: node-link data of networkx and d3, JSON Graph Format, Cytoscape.js, and their like."""

from collections.abc import Mapping
from typing import Any

from graphkit.errors import SourceError
from graphkit.formats.graphfiles.element import Element, GraphFile, second_graph
from graphkit.formats.jsontext import JsonText

_ENDS = (("source", "target"), ("from", "to"))


def read(graph: GraphFile) -> None:
    """Read a graph in JSON into `graph`."""
    try:
        _Json(graph).read()
    except RecursionError as error:
        raise SourceError(f"{graph.path} holds graphs in graphs in graphs; keep one in the file") from error


class _Json:
    """Node-link data of networkx, d3 and Gephi's friends, JSON Graph Format, Cytoscape.js."""

    def __init__(self, graph: GraphFile) -> None:
        self.graph, self.text = graph, JsonText(graph.text, graph.path)
        graph.format = "JSON"
        self.directed, self.told = False, False

    def read(self) -> None:
        if self.text.sign(0) == "[":
            end = self.text.parts(0, lambda key, at: self._element(None, None, at))
        else:
            end = self._walk(0)
        self.text.end(end)
        if not self.told and not self.graph.nodes:
            raise SourceError(f"{self.graph.path} is JSON without a list of nodes; this is no graph that can be read")
        self._resolve()

    def _walk(self, at: int) -> int:
        return self.text.parts(at, self._part)

    def _part(self, key: str | None, at: int) -> int:
        sign = self.text.sign(at)
        if key in ("nodes", "links", "edges", "elements") and sign in ("[", "{"):
            if key == "elements" and sign == "{":
                return self._walk(at)
            if key == "nodes":
                if self.told:
                    raise second_graph(self.graph.path, self.text.line(at))
                self.told = True
            return self.text.parts(at, lambda name, begun: self._element(key, name, begun))
        if key == "graph" and sign == "{":
            return self._walk(at)
        if key == "graphs" and sign == "[":
            return self.text.parts(at, lambda _, begun: self._walk(begun) if self.text.sign(begun) == "{" else begun)
        if key == "adjacency":
            raise SourceError(f"{self.graph.path} is adjacency data, which is not read; write it as node-link data")
        value, end = self.text.value(at)
        if key == "directed":
            self.directed = value is True
        return end

    def _element(self, key: str | None, name: str | None, at: int) -> int:
        value, end = self.text.value(at)
        element = Element(self.text.line(at))
        said = _flat(value) if isinstance(value, dict) else {}
        ends = next((pair for pair in _ENDS if pair[0] in said and pair[1] in said), None)
        if key in ("links", "edges") or (key in (None, "elements") and ends):
            if ends:
                element.ends = [_text(said.pop(end)) for end in ends]
            elif isinstance(value, list) and len(value) > 1:
                element.ends = [_text(end) for end in value[:2]]
            else:
                element.ends = ["", ""]
                element.fault = "is no tie: it lacks source and target"
            element.id = _text(said.pop("id", said.pop("key", None))) or name
            direction = said.pop("directed", None)
            element.directed = self.directed if direction is None else direction is True
            self.graph.ties.append(element)
        else:
            given = next((said.pop(own) for own in ("id", "key") if said.get(own) is not None), None)
            if given is None:
                given = name if name is not None else said.get("name", said.get("label"))
            element.id = _text(given if isinstance(value, dict) else value) or None
            if not isinstance(value, dict | str | int):
                element.fault = "is no node"
            self.graph.nodes.append(element)
        for name, own in said.items():
            text = tuple(map(_text, own)) if isinstance(own, list) else _text(own)
            if text:
                element.attributes[name] = text
        return end

    def _resolve(self) -> None:
        """Turn positions into ids, as d3 and networkx 1 wrote them: whole numbers where no node has one for its id."""
        ids = [node.id or "" for node in self.graph.nodes]
        ends = {end for tie in self.graph.ties for end in tie.ends}
        if not ends & set(ids) and all(end.isascii() and end.isdigit() and len(end) < 10 for end in ends):
            for tie in self.graph.ties:
                tie.ends = [ids[int(end)] if int(end) < len(ids) else end for end in tie.ends]


def _flat(said: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what a node or tie says of itself in one level: `data` of Cytoscape.js, `metadata` of JSON Graph Format."""
    flat: dict[str, Any] = {}
    for key, value in said.items():
        if key in ("data", "metadata", "attributes") and isinstance(value, dict):
            flat |= {name: own for name, own in value.items() if name not in flat}
        else:
            flat[key] = value
    return flat


def _text(value: Any) -> str:
    """Write a plain value of JSON as text, a whole number without a point; what is not plain becomes nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    if isinstance(value, int | float):
        try:
            return str(value)
        except ValueError:  # over 4,300 digits
            return ""
    return value if isinstance(value, str) else ""
