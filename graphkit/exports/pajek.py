"""Pajek's .net file."""

from pathlib import Path

import networkx as nx

from graphkit.export import Content, export


@export("Pajek", "Pajek", ".net")
def pajek(content: Content, path: Path) -> None:
    """Write vertices labelled with their ids, and the ties with their weights (by networkx).

    A name may stand for two organisations and an id never does, so the labels are ids; a quotation mark in an id
    becomes an apostrophe, since Pajek has no other.
    """
    plain: nx.Graph[str] = nx.Graph()
    label = {id_: id_.replace('"', "'").replace("\\", "/") for id_ in content.organisations["id"]}
    plain.add_nodes_from(label.values())
    ties = content.ties
    plain.add_weighted_edges_from(
        (label[a], label[b], weight)
        for a, b, weight in zip(ties["organisation"], ties["partner"], ties["weight"], strict=True)
    )
    path.write_text("\n".join(nx.generate_pajek(plain)) + "\n", encoding="utf-8", newline="\n")
