"""HIF, the Hypergraph Interchange Format: who belongs to what, without pairs."""

import json
from pathlib import Path

from graphkit.export import Content, attributes, export, plain_rows


@export("HIF, hypergraph JSON for XGI, HyperNetX, TopoNetX", "HIF 超图（XGI、HyperNetX）", ".json")
def hif(content: Content, path: Path) -> None:
    """Write organisations as nodes, platforms and collaborations as hyperedges, memberships as incidences.

    The format of Coll et al. (2025), with which nothing is lost to pairs: a consortium of 186 is one edge.
    """
    nodes = [{"node": id_, "attrs": facts} for id_, facts in attributes(content.organisations).items()]
    edges = [{"edge": id_, "attrs": facts} for id_, facts in attributes(content.bodies).items()]
    seats = content.memberships
    facts = plain_rows(seats.drop(columns=["organisation", "body"]))
    incidences = [
        {"edge": body, "node": organisation, "attrs": known}
        for organisation, body, known in zip(seats["organisation"], seats["body"], facts, strict=True)
    ]
    whole = {
        "network-type": "undirected",
        "metadata": {"name": content.title},
        "nodes": nodes,
        "edges": edges,
        "incidences": incidences,
    }
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
