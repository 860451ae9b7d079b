"""Who works on which technology: told by the organisations themselves, by their bodies and by their results."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd

from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.groups import ungrouped
from graphkit.network import Network

Rows = dict[str, dict[str, str]]  # for a thing, its technologies, each with the row that says so


def about(net: Network, *labels: str) -> Rows:
    """Read what things of some labels are about (ABOUT): for each id its technologies."""
    ties = net.table("ABOUT")
    found: Rows = defaultdict(dict)
    some = ties[ties["start_label"].isin(labels)]
    for start, end, row in zip(some["start"], some["end"], some["row"], strict=True):
        found[start][end] = row or ""
    return dict(found)


def working(net: Network) -> Rows:
    """Tell for every organisation what it works on: its own ABOUT ties, those of its bodies, those of its results.

    Raises DataError where nothing at all says so.
    """
    found: Rows = defaultdict(dict)
    for id_, technologies in about(net, "Organisation").items():
        found[id_].update(technologies)
    bodies, ids, names = about(net, "Platform", "Collaboration"), net.organisations["id"], net.bodies["id"]
    seats = net.memberships
    who, what = ids.to_numpy()[seats["organisation"]], names.to_numpy()[seats["body"]]
    for organisation, body, row in zip(who, what, seats["row"], strict=True):
        for technology in bodies.get(body, ()):
            found[organisation].setdefault(technology, row or "")
    results, produced = about(net, "Result"), net.table("PRODUCED")
    for organisation, result, row in zip(produced["start"], produced["end"], produced["row"], strict=True):
        for technology in results.get(result, ()):
            found[organisation].setdefault(technology, row or "")
    if not found:
        raise DataError(
            Bilingual(
                "nothing says who works on which technology: load a source with technologies (ABOUT)",
                "数据未说明谁从事何种技术：请载入含技术的来源（ABOUT）",
            )
        )
    return dict(found)


def places(net: Network, by: str) -> dict[str, str]:
    """Map organisations to the place that a property gives them; raises DataError where none has any."""
    values = net.group(by)
    found = {id_: str(value) for id_, value in zip(net.organisations["id"], values, strict=True) if value is not None}
    if not found:
        raise ungrouped(by)
    return found


def both_names(frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Map the ids of a frame of nodes to their names in English and Chinese, the one for the other where it lacks."""
    return {
        id_: (name or name_zh or id_, name_zh or name or id_)
        for id_, name, name_zh in zip(frame["id"], frame["name"], frame["name_zh"], strict=True)
    }


def technology_names(net: Network, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name technologies in English and Chinese; one that is only an end of a tie is called by its id."""
    known = both_names(net.table("Technology"))
    return {id_: known.get(id_, (id_, id_)) for id_ in ids}


def evidence(rows: Iterable[Any], most: int = 5) -> str:
    """Write the first rows that say something, each once, in order of text; more are counted."""
    said = sorted({row for row in rows if isinstance(row, str) and row})
    more = f"; +{len(said) - most}" if len(said) > most else ""
    return "; ".join(said[:most]) + more


def lacking(net: Network, *kinds: str) -> list[str]:
    """Name the kinds of ties and nodes of which the network has none."""
    return [kind for kind in kinds if net.table(kind).empty]
