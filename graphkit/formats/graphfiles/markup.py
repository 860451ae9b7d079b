"""GraphML and GEXF, by expat behind defusedxml: entities and other files are refused before they are looked at."""

import xml.sax
from io import BytesIO
from typing import Any
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import InputSource, Locator

from graphkit.errors import SourceError
from graphkit.formats.decoding import listed
from graphkit.formats.graphfiles.element import Element, GraphFile, Value, second_graph

_MOST_DEFAULTS = 10_000_000  # values; more are no graph but a bomb


def read(graph: GraphFile) -> None:
    """Read GraphML or GEXF into `graph`; raises SourceError, with the line, where it is broken or dangerous."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    handler = _Xml(graph)
    source = InputSource()
    begun = len(graph.text) - len(graph.text.lstrip())
    source.setByteStream(BytesIO(graph.text[begun:].encode("utf-8", errors="replace")))
    source.setEncoding("utf-8")  # stronger than what the file declares, which it no longer is in
    handler.skipped = graph.text.count("\n", 0, begun)
    parser = make_parser()
    parser.setContentHandler(handler)
    try:
        parser.parse(source)
    except xml.sax.SAXParseException as error:
        line = (error.getLineNumber() or 1) + handler.skipped
        raise SourceError(
            f"{graph.path}, line {line}: broken XML ({error.getMessage()}); the file is damaged or cut short"
        ) from error
    except DefusedXmlException as error:
        raise SourceError(
            f"{graph.path}, line {handler.line}: it declares entities of its own or points to another file, which no "
            f"graph needs, and is refused ({type(error).__name__}); take that declaration (<!DOCTYPE) out"
        ) from error
    handler.name_attributes()


class _Xml(ContentHandler):
    """Listens to expat; both formats at once, since they share no element with another meaning."""

    def __init__(self, graph: GraphFile) -> None:
        super().__init__()
        self.graph, self.skipped = graph, 0
        self.depth = 0
        self.directed: list[bool] = []  # of the graphs that are open
        self.open: list[Element] = []  # nodes and ties that are open
        self.names: dict[tuple[str, str], str] = {}  # of attributes, by what they are for and their id
        self.defaults: dict[tuple[str, str], str] = {}
        self.kind, self.key = "", ""
        self.text: list[str] | None = None
        self.place: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:
        self.place = locator

    @property
    def line(self) -> int:
        assert self.place is not None
        return (self.place.getLineNumber() or 1) + self.skipped

    def startElement(self, name: str, attrs: Any) -> None:
        name = name.rpartition(":")[2]
        self.depth += 1
        if self.depth == 1:
            if name not in ("graphml", "gexf"):
                raise SourceError(f"{self.graph.path} is XML, but <{listed([name])}> is no graph (GraphML or GEXF)")
            self.graph.format = {"graphml": "GraphML", "gexf": "GEXF"}[name]
        step = getattr(self, f"_on_{name}", None)
        if step is not None:
            step(dict(attrs))

    def endElement(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self.depth -= 1
        if name in ("node", "edge", "hyperedge") and self.open:
            self.open.pop()
        elif name == "graph":
            self.directed.pop()
        elif name in ("default", "data", "NodeLabel", "EdgeLabel"):
            said = "".join(self.text or ()).strip()
            self.text = None
            if name == "default":
                self.defaults[self.kind, self.key] = said
            elif name == "data" and self.open and self.key and said:
                self.open[-1].attributes[f"\0{self.key}"] = said
            elif name != "data" and self.open and said:  # of yEd, inside <data>
                self.open[-1].attributes.setdefault("label", said)

    def characters(self, content: str) -> None:
        if self.text is not None:
            self.text.append(content)

    def _on_key(self, said: dict[str, str]) -> None:  # GraphML
        self.kind, self.key = said.get("for", "all"), said.get("id", "")
        self.names[self.kind, self.key] = said.get("attr.name", self.key)

    def _on_attributes(self, said: dict[str, str]) -> None:  # GEXF
        self.kind = said.get("class", "")

    def _on_attribute(self, said: dict[str, str]) -> None:
        self.key = said.get("id", "")
        self.names[self.kind, self.key] = said.get("title", self.key)

    def _on_default(self, said: dict[str, str]) -> None:
        self.text = []

    _on_NodeLabel = _on_EdgeLabel = _on_default

    def _on_data(self, said: dict[str, str]) -> None:
        self.key, self.text = said.get("key", ""), []

    def _on_graph(self, said: dict[str, str]) -> None:
        if not self.open and self.graph.nodes:
            raise second_graph(self.graph.path, self.line)
        self.directed.append((said.get("edgedefault") or said.get("defaultedgetype")) == "directed")

    def _on_node(self, said: dict[str, str]) -> None:
        node = Element(self.line, id=said.get("id"))
        node.attributes.update((name, said[name]) for name in ("label", "start", "end") if name in said)
        self.graph.nodes.append(node)
        self.open.append(node)

    def _on_edge(self, said: dict[str, str]) -> None:
        direction = said.get("directed") or said.get("type", "")
        directed = direction in ("true", "directed") if direction else bool(self.directed and self.directed[-1])
        tie = Element(self.line, id=said.get("id"), directed=directed)
        tie.ends = [said.get(end, "") for end in ("source", "target")]
        given = ("label", "kind", "weight", "start", "end")
        tie.attributes.update((name, said[name]) for name in given if name in said)
        self.graph.ties.append(tie)
        self.open.append(tie)

    def _on_hyperedge(self, said: dict[str, str]) -> None:
        self.graph.ties.append(Element(self.line, id=said.get("id")))
        self.open.append(self.graph.ties[-1])

    def _on_endpoint(self, said: dict[str, str]) -> None:
        if self.open:
            self.open[-1].ends.append(said.get("node", ""))

    def _on_attvalue(self, said: dict[str, str]) -> None:
        key = said.get("for", said.get("id", ""))  # GEXF 1.0 had `id`
        if self.open and key:
            self.open[-1].attributes[f"\0{key}"] = said.get("value", "")

    def _on_spell(self, said: dict[str, str]) -> None:
        if self.open:
            for name in ("start", "end"):
                if name in said and (name == "end" or name not in self.open[-1].attributes):
                    self.open[-1].attributes[name] = said[name]

    def name_attributes(self) -> None:
        """Give attributes, so far known by the keys of the file, their names, and every element the defaults."""
        anywhere = {key: name for (_, key), name in self.names.items()}
        for kind, elements in (("node", self.graph.nodes), ("edge", self.graph.ties)):
            preset = [
                (self.names[of, key], value)
                for (of, key), value in self.defaults.items()
                if of in (kind, "all") and (of, key) in self.names
            ]
            if len(preset) * len(elements) > _MOST_DEFAULTS:
                raise SourceError(f"{self.graph.path} declares {len(preset):,} values for each {kind}; leave them out")
            for element in elements:
                named: dict[str, Value] = {}
                for key, value in element.attributes.items():
                    if not key.startswith("\0"):
                        named[key] = value
                        continue
                    name = self.names.get((kind, key[1:])) or anywhere.get(key[1:])
                    if name is None:
                        self.graph.undeclared.setdefault(key[1:], element.line)
                    named.setdefault(name or key[1:], value)
                for name, value in preset:
                    if value:
                        named.setdefault(name, value)
                element.attributes = named
