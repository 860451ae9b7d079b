"""What if (假如): a network with one change made to it, and every indicator before and after.

Changes return a new network and touch nothing else: a tie is a body of two, a platform a body of all it names.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from graphkit.errors import DataError, UsageError
from graphkit.measures.gain import EXACT_UP_TO, NONE, SOURCES, hops
from graphkit.measures.groups import Grouping
from graphkit.measures.openness import ei_index, group_ties
from graphkit.measures.partition import communities_of
from graphkit.measures.portrait import names_of
from graphkit.measures.stability import resolution_of
from graphkit.measures.triangles import structural_holes
from graphkit.network import Network

NEW = "what-if"
COLUMNS = ("indicator", "indicator_zh", "of", "before", "after", "difference", "error")
BLOCK = 1_024

INDICATORS = {
    "organisations": "主体数",
    "bodies": "平台与合作数",
    "ties": "合作关系数",
    "isolates": "孤立主体数",
    "components": "连通分量数",
    "largest component share": "最大连通部分占比",
    "reachable pairs": "可达对占比",
    "global efficiency": "全局效率",
    "mean distance": "平均距离",
    "articulation points": "关节点数",
    "bridge ties": "桥边数",
    "E-I index": "E-I 指数",
    "modularity of the groups": "群组模块度",
    "communities": "社群数",
    "modularity of communities": "社群模块度",
    "external share": "外部联系占比",
    "conductance": "传导率",
    "partners": "合作伙伴数",
    "constraint": "约束系数",
}


@dataclass(frozen=True)
class Change:
    """A network after a change, and whom the change touches (ids of organisations of the network before)."""

    after: Network
    touched: tuple[str, ...]
    said: str


def add_tie(net: Network, first: str, second: str) -> Change:
    """Let two organisations, by id or name, work together in a new body of two; they must not be tied already."""
    a, b = _found(net.organisations, first, "organisation"), _found(net.organisations, second, "organisation")
    if a == b:
        raise UsageError(f"{first!r} and {second!r} are one organisation; a tie needs two")
    if net.ties[a, b]:
        raise DataError(f"{_name(net, a)} and {_name(net, b)} are tied already: graphkit explain shows by what")
    return _with_body(net, (a, b), f"a tie between {_name(net, a)} and {_name(net, b)}")


def add_platform(net: Network, members: Sequence[str]) -> Change:
    """Let organisations, by id or name, join a new platform; two different ones at least."""
    rows = tuple(dict.fromkeys(_found(net.organisations, each, "organisation") for each in members))
    if len(rows) < 2:
        raise UsageError("a platform needs two different organisations at least")
    return _with_body(net, rows, f"a platform of {', '.join(_name(net, row) for row in rows)}")


def remove_organisation(net: Network, one: str) -> Change:
    """Take an organisation, by id or name, out of the network with all of its seats."""
    row = _found(net.organisations, one, "organisation")
    ids = net.organisations["id"].to_numpy()
    partners = net.ties.indices[net.ties.indptr[row] : net.ties.indptr[row + 1]]
    seats = _seats(net)
    left = net.organisations[ids != ids[row]]
    after = _rebuilt(net, left, net.bodies, seats[seats["organisation"] != ids[row]])
    return Change(after, (ids[row], *ids[partners]), f"without {_name(net, row)}")


def merge_platforms(net: Network, first: str, second: str) -> Change:
    """Make two platforms or collaborations, by id or name, one with the members of both, under the first's id."""
    a, b = _found(net.bodies, first, "platform"), _found(net.bodies, second, "platform")
    if a == b:
        raise UsageError(f"{first!r} and {second!r} are one platform; merging needs two")
    ids = net.bodies["id"].to_numpy()
    seats = _seats(net)
    members = seats["organisation"][seats["body"].isin([ids[a], ids[b]])]
    seats["body"] = seats["body"].where(seats["body"] != ids[b], ids[a])
    after = _rebuilt(net, net.organisations, net.bodies[ids != ids[b]], seats)
    one, other = (str(names_of(net.bodies)[row]) for row in (a, b))
    return Change(after, tuple(dict.fromkeys(members)), f"{one} and {other} as one")


def change(net: Network, kind: str, *names: str) -> Change:
    """Make a change by its name: add-tie, add-platform, remove-organisation or merge-platforms.

    Raises UsageError for another name or the wrong number of things to change, DataError for one that is not there.
    """
    if kind == "add-platform":
        return add_platform(net, names)
    if kind not in CHANGES:
        raise UsageError(f"no change {kind!r}; there are: {', '.join(sorted((*CHANGES, 'add-platform')))}")
    function, many = CHANGES[kind]
    if len(names) != many:
        raise UsageError(f"{kind} takes {many} {'name' if many == 1 else 'names'}, not {len(names)}")
    return function(net, *names)


CHANGES: dict[str, tuple[Callable[..., Change], int]] = {
    "add-tie": (add_tie, 2),
    "remove-organisation": (remove_organisation, 1),
    "merge-platforms": (merge_platforms, 2),
}


def what_if(net: Network, change: Change, *, by: str = "community", seed: int = 0) -> pd.DataFrame:
    """Measure a network before and after a change: one row per indicator, of the whole, of groups, of organisations.

    Groups are those by a property, or the communities of the network before, carried over; the ones shown are those of
    the organisations that the change touches. Communities are also found anew on both sides, at the resolution of the
    network before. Global efficiency and mean
    distance are exact to 5,000 organisations; above, they are measured from the same 1,024 on both sides, and `error`
    is the standard error of the difference. What is not defined (the mean distance without ties, the constraint of an
    isolate or of an organisation that has left) is missing.
    """
    after = change.after
    groups = Grouping.of(net, by, seed=seed, optional=True)
    labels = groups.labels
    names = groups.words if by == "community" else [f"{by} {name}" for name in groups.names]
    where = pd.Index(net.organisations["id"]).get_indexer(pd.Index(after.organisations["id"]))
    later = labels[where]
    rows: list[tuple[str, str, Any, Any, float]] = []
    resolution = resolution_of(net, None, seed=seed)
    measured = [_whole(each, each_labels, seed, resolution) for each, each_labels in ((net, labels), (after, later))]
    ways, error = _ways(net, after, where, seed)
    for name in measured[0]:
        rows.append((name, "network", measured[0][name], measured[1][name], 0.0))
    for name, (one, other) in ways.items():
        rows.append((name, "network", one, other, error[name]))
    touched = pd.Index(net.organisations["id"]).get_indexer(pd.Index(change.touched))
    for group in sorted({int(labels[row]) for row in touched if labels[row] >= 0}):
        pair = [_group(each, each_labels, group, len(names)) for each, each_labels in ((net, labels), (after, later))]
        rows += [(name, names[group], pair[0][name], pair[1][name], 0.0) for name in pair[0]]
    rows += _organisations(net, after, change.touched[:10])
    order = list(INDICATORS)
    rows.sort(key=lambda row: order.index(row[0]) if row[1] == "network" else len(order))
    return _table(rows)


def _table(rows: "Iterable[tuple[str, str, Any, Any, float]]") -> pd.DataFrame:
    values = []
    for name, of, before, after, error in rows:
        one, other = (None if value is None or value != value else value for value in (before, after))
        difference = None if one is None or other is None else round(other - one, 12)
        one, other = (round(v, 12) if isinstance(v, float) else v for v in (one, other))
        values.append((name, INDICATORS[name], of, one, other, difference, round(error, 12)))
    table = pd.DataFrame(values, columns=list(COLUMNS))
    for column in ("before", "after", "difference"):
        table[column] = pd.Series([value[COLUMNS.index(column)] for value in values], dtype=object)
    return table


def _whole(net: Network, labels: NDArray[np.int64], seed: int, resolution: float) -> dict[str, Any]:
    """Indicators of the whole network that are cheap and exact."""
    n, graph = len(net), net.graph
    sizes = np.bincount(connected_components(net.ties, directed=False)[1]) if n else np.zeros(0, dtype=np.int64)
    pairs = float((sizes * (sizes - 1.0)).sum())
    found = communities_of(net, seed=seed, resolution=resolution)
    apart = np.where(labels >= 0, labels, labels.max(initial=-1) + 1 + np.arange(n)) if n else labels
    tied = net.ties.nnz > 0
    return {
        "organisations": n,
        "bodies": len(net.bodies),
        "ties": net.ties.nnz // 2,
        "isolates": int((np.diff(net.ties.indptr) == 0).sum()),
        "components": len(sizes),
        "largest component share": float(sizes.max() / n) if n else None,
        "reachable pairs": pairs / (n * (n - 1)) if n > 1 else None,
        "articulation points": len(graph.articulation_points()),
        "bridge ties": len(graph.bridges()),
        "E-I index": ei_index(net, labels),
        "modularity of the groups": float(graph.modularity(apart.tolist(), weights="weight")) if tied else None,
        "communities": found.number,
        "modularity of communities": found.modularity if tied else None,
    }


def _ways(
    before: Network, after: Network, where: NDArray[np.int64], seed: int
) -> tuple[dict[str, tuple[float | None, float | None]], dict[str, float]]:
    """Global efficiency and mean distance of both, with the standard errors of their differences.

    Where there are many, from a sample of those on both sides; who is only in the network before is measured besides.
    """
    n, m = len(before), len(after)
    drawn = np.arange(m)
    if sampled := n > EXACT_UP_TO:
        drawn = np.sort(np.random.default_rng(seed).choice(m, min(SOURCES, m), replace=False))
    gone = np.setdiff1d(np.arange(n), where)
    sides = [_from(before.ties, where[drawn]), _from(after.ties, drawn)]
    own = _from(before.ties, gone)
    scale = m / max(len(drawn), 1)
    sums = [[scale * part.sum() for part in side] for side in sides]
    sums[0] = [one + other.sum() for one, other in zip(sums[0], own, strict=True)]
    efficiency = [_ratio(sums[0][0], n * (n - 1)), _ratio(sums[1][0], m * (m - 1))]
    mean = [_ratio(side[2], side[1]) for side in sums]
    error = {"global efficiency": 0.0, "mean distance": 0.0}
    if sampled and len(drawn) > 1:
        shares = [side[0] * m / max(size * (size - 1), 1) for side, size in zip(sides, (n, m), strict=True)]
        # The mean distance is a ratio of sums, whose error is that of its residuals (Cochran 1977).
        left = [
            (side[2] - (ratio or 0.0) * side[1]) * m / max(total[1], 1e-300)
            for side, ratio, total in zip(sides, mean, sums, strict=True)
        ]
        rest = np.sqrt(max(1 - len(drawn) / m, 0) / len(drawn))
        for name, (one, other) in (("global efficiency", shares), ("mean distance", left)):
            error[name] = float((other - one).std(ddof=1) * rest)
    return {"global efficiency": (efficiency[0], efficiency[1]), "mean distance": (mean[0], mean[1])}, error


def _from(ties: "sp.csr_array[Any]", sources: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Sum of 1/d, number reached, and sum of d from every source."""
    inverse = np.zeros(NONE + 1)
    inverse[1:NONE] = 1 / np.arange(1, NONE)
    sums: list[list[NDArray[Any]]] = [[np.empty(0)], [np.empty(0)], [np.empty(0)]]
    for low in range(0, len(sources), BLOCK):
        table = hops(ties, sources[low : low + BLOCK])
        reached = table != NONE
        sums[0].append(inverse[table].sum(axis=0))
        sums[1].append(reached.sum(axis=0) - 1.0)
        sums[2].append(np.where(reached, table, 0).sum(axis=0, dtype=float))
    one, two, three = (np.concatenate(each) for each in sums)
    return one, two, three


def _group(net: Network, labels: NDArray[np.int64], group: int, groups: int) -> dict[str, Any]:
    ties = group_ties(net, labels, groups)
    whole = 2 * ties.weight_inside[group] + ties.weight_outside[group]
    return {
        "organisations": int((labels == group).sum()),
        "E-I index": float(ties.ei()[group]),
        "external share": _ratio(float(ties.weight_outside[group]), float(whole)),
        "conductance": float(ties.conductance()[group]),
    }


def _organisations(before: Network, after: Network, ids: tuple[str, ...]) -> list[tuple[str, str, Any, Any, float]]:
    """Partners and constraint of the first organisations that are touched."""
    found = []
    for net in (before, after):
        unit = sp.csr_array((np.ones(net.ties.nnz), net.ties.indices, net.ties.indptr), shape=net.ties.shape)
        degree = np.diff(net.ties.indptr)
        constraint = structural_holes(unit).constraint
        place = pd.Index(net.organisations["id"]).get_indexer(pd.Index(ids))
        found.append([(int(degree[p]), float(constraint[p])) if p >= 0 else (None, None) for p in place])
    rows: list[tuple[str, str, Any, Any, float]] = []
    for id_, one, other in zip(ids, *found, strict=True):
        rows.append(("partners", id_, one[0], other[0], 0.0))
        rows.append(("constraint", id_, one[1], other[1], 0.0))
    return rows


def _with_body(net: Network, members: tuple[int, ...], said: str) -> Change:
    ids = net.organisations["id"].to_numpy()[list(members)]
    name, known = NEW, set(net.bodies["id"])
    while name in known:
        name += "-"
    body = pd.DataFrame({"id": [name], "name": [said]}).reindex(columns=net.bodies.columns)
    seats = pd.DataFrame({"organisation": ids, "body": name})
    bodies = pd.DataFrame({column: [*net.bodies[column], *body[column]] for column in net.bodies.columns}, dtype=object)
    old = _seats(net)
    after = _rebuilt(
        net, net.organisations, bodies, pd.concat([old, seats.reindex(columns=old.columns).astype(object)])
    )
    return Change(after, tuple(ids), said)


def _rebuilt(net: Network, organisations: pd.DataFrame, bodies: pd.DataFrame, seats: pd.DataFrame) -> Network:
    return Network.from_frames(organisations, bodies, seats, weighting=net.weighting, tables=net.tables)


def _seats(net: Network) -> pd.DataFrame:
    """The memberships by the ids of both."""
    return net.memberships.assign(
        organisation=net.organisations["id"].to_numpy()[net.memberships["organisation"]],
        body=net.bodies["id"].to_numpy()[net.memberships["body"]],
    ).astype(object)


def _found(frame: pd.DataFrame, wanted: str, what: str) -> int:
    """Row of an organisation or platform by its id, else by its name in any case where only one has it."""
    ids = frame["id"].to_numpy(dtype=object)
    here = np.flatnonzero(ids == wanted)
    if not len(here):
        names = [str(name).casefold() for name in names_of(frame)]
        here = np.array([row for row, name in enumerate(names) if name == wanted.casefold()], dtype=np.int64)
    if len(here) == 1:
        return int(here[0])
    if len(here):
        raise DataError(f"{len(here)} are called {wanted!r}; give one by its id: {', '.join(map(str, ids[here[:5]]))}")
    import difflib

    near = difflib.get_close_matches(wanted, [*map(str, ids), *map(str, names_of(frame))], n=1)
    hint = f"did you mean {near[0]!r}?" if near else "graphkit query - looks names up"
    raise DataError(f"there is no {what} {wanted!r} in the network; {hint}")


def _name(net: Network, row: int) -> str:
    return str(names_of(net.organisations)[row])


def _ratio(above: float, below: float) -> float | None:
    return float(above / below) if below else None
