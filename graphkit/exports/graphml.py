"""GraphML, for yEd, Cytoscape, igraph, networkx and Neo4j's APOC."""

from pathlib import Path

import networkx as nx

from graphkit.export import Content, export
from graphkit.exports._graph import graph


@export("GraphML, for yEd, Cytoscape, igraph", "GraphML（yEd、Cytoscape、igraph）", ".graphml")
def graphml(content: Content, path: Path) -> None:
    """Write the ties between organisations with every known fact as a typed attribute (by networkx)."""
    text = "\n".join(nx.generate_graphml(graph(content), named_key_ids=True))
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n', encoding="utf-8", newline="\n")
