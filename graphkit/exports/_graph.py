"""The networkx graph that several formats are written from."""

import networkx as nx

from graphkit.export import Content, attributes


def graph(content: Content, label: str = "") -> "nx.Graph[str]":
    """Build the graph: nodes are ids with their known facts in one type a column, edges carry `weight`.

    With `label`, every node carries its name under that word, too, as formats want it that show it.
    """
    facts = attributes(content.organisations)
    built: nx.Graph[str] = nx.Graph()
    for id_, known in facts.items():
        built.add_node(id_, **({label: str(known.get("name", id_))} if label else {}), **known)
    ties = content.ties
    built.add_weighted_edges_from(zip(ties["organisation"], ties["partner"], ties["weight"].tolist(), strict=True))
    return built
