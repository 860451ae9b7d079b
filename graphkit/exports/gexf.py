"""GEXF, for Gephi and Gephi Lite."""

import re
from pathlib import Path

import networkx as nx

from graphkit.export import Content, export
from graphkit.exports._graph import graph


@export("GEXF, for Gephi", "GEXF（Gephi）", ".gexf")
def gexf(content: Content, path: Path) -> None:
    """Write the ties between organisations with every known fact as an attribute (GEXF 1.3 by networkx)."""
    text = "\n".join(nx.generate_gexf(graph(content, label="label")))
    # The day on which it is written is no part of the content: the same network gives the same bytes.
    path.write_text(re.sub(r' lastmodifieddate="[^"]*"', "", text) + "\n", encoding="utf-8", newline="\n")
