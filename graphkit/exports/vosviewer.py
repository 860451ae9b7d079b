"""VOSviewer, its JSON and its pair of text files."""

import json
from pathlib import Path
from typing import Any

from graphkit.export import Content, attributes, export


@export("VOSviewer, JSON for the program and VOSviewer Online", "VOSviewer（JSON）", ".json")
def vosviewer(content: Content, path: Path) -> None:
    """Write items and links in one JSON file.

    An item's cluster is its silo where that column is exported, in the order of silos; weights are its number of ties
    and their strength, scores every other number that is known.
    """
    whole = {"network": {"items": _items(content), "links": _links(content)}}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


@export("VOSviewer, map and network files", "VOSviewer（map 与 network 文件）", "")
def vosviewer_files(content: Content, path: Path) -> None:
    """Write `map.txt` and `network.txt` into a folder, as VOSviewer reads them (tab-separated, items by number)."""
    path.mkdir()
    items = _items(content)
    scores = sorted({name for item in items for name in item.get("scores", {})})
    heads = ["id", "label", "cluster", "weight<Links>", "weight<Total link strength>", *(f"score<{s}>" for s in scores)]
    rows = [
        [item["id"], item["label"], item.get("cluster", ""), *item["weights"].values()]
        + [item.get("scores", {}).get(score, "") for score in scores]
        for item in items
    ]
    links = [[link["source_id"], link["target_id"], link["strength"]] for link in _links(content)]
    for name, table in (("map.txt", [heads, *rows]), ("network.txt", links)):
        text = "".join("\t".join(" ".join(str(cell).split()) for cell in row) + "\n" for row in table)
        (path / name).write_text(text, encoding="utf-8", newline="\n")


def _items(content: Content) -> list[dict[str, Any]]:
    net = content.network
    matrix = net.ties
    links, strength = (matrix > 0).sum(axis=1), matrix.sum(axis=1)
    facts = attributes(content.organisations)
    silos = sorted({str(f["silo"]) for f in facts.values() if "silo" in f}, key=lambda silo: (len(silo), silo))
    items = []
    for at, (id_, known) in enumerate(facts.items()):
        item: dict[str, Any] = {"id": at + 1, "label": known.get("name", id_), "description": id_}
        if "silo" in known:
            item["cluster"] = silos.index(str(known["silo"])) + 1
        item["weights"] = {"Links": int(links[at]), "Total link strength": float(strength[at])}
        scores = {k: v for k, v in known.items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
        items.append(item | ({"scores": scores} if scores else {}))
    return items


def _links(content: Content) -> list[dict[str, Any]]:
    first, second, weight = content.network.pairs
    return [
        {"source_id": int(a) + 1, "target_id": int(b) + 1, "strength": float(w)}
        for a, b, w in zip(first, second, weight, strict=True)
    ]
