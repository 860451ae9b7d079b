"""Isolation: who works with nobody, which parts have no way to each other, and which hang by a thread (孤立)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.measures.cuts import hanging_parts, parts_by_few_ties
from graphkit.measures.partition import communities_of
from graphkit.measures.portrait import names_of
from graphkit.measures.seats import Integers
from graphkit.measures.stability import PLAIN
from graphkit.network import Network

EXAMPLES = 5
Hanging = tuple[tuple[int, ...], tuple[int, ...], int]  # members, by whom or by which ties' ends, ties


class Isolation(Row):
    """One part of the network that is cut off, or nearly."""

    key = "group"
    group: Annotated[
        str, "isolates, component 1 (the largest), ..., part 1, ...", "分组：孤立点、连通分量 1（最大）……部分 1……"
    ]
    kind: Annotated[str, "isolates, component, near-detached (近乎脱离)", "类型：孤立点、连通分量、近乎脱离的部分"]
    members: Annotated[int, "organisations in it", "成员数：其中的主体数"]
    share: Annotated[float, "share of all organisations", "占比：占全部主体的比例"]
    component: Annotated[int | None, "component that it is or hangs on", "所在连通分量：本身即是或所依附的连通分量"]
    outside_ties: Annotated[int, "ties between it and what it hangs on", "对外联系数：与所依附部分之间的联系"]
    cut: Annotated[
        str,
        "organisation, two organisations, or tie or ties (A -- B) whose loss would detach it",
        "最小割：一旦失去便会脱离的主体、两个主体，或一条、数条联系（A -- B）",
    ]
    example_members: Annotated[str, "members with most ties", "成员举例：联系最多的成员"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what is cut off, or by what loss it would be."""
        some, share = row["example_members"], f"{100 * row['share']:.3g} %"
        if language == "zh":
            members, ties = row["members"], row["outside_ties"]
            number = row["group"].rpartition(" ")[2]
            return {
                "isolates": f"{members:,}个主体（{share}）没有任何合作：{some}。",
                "component": f"连通分量 {number}：{members:,}个主体（{share}）之间相连，与外部没有联系：{some}。",
                "near-detached": (
                    f"部分 {number}：若失去 {row['cut']}，{members:,}个主体将脱离网络（外部联系 {ties} 条）：{some}。"
                ),
            }[row["kind"]]
        if row["kind"] == "isolates":
            return f"{row['members']:,} organisations ({share}) work with nobody: {some}."
        if row["kind"] == "component":
            return (
                f"{row['group']}: {row['members']:,} organisations ({share}) reach each other and nobody else: {some}."
            )
        what = "" if " -- " not in row["cut"] else "the tie " if row["outside_ties"] == 1 else "the ties "
        return (
            f"{row['group']}: without {what}{row['cut']} {row['members']:,} organisations would be cut off "
            f"(outside ties: {row['outside_ties']}): {some}."
        )


class Isolated(Row):
    """How well one organisation is held."""

    label, key, prefix = "Organisation", "id", "isolation_"
    id: Annotated[str, "organisation", "主体"]
    component: Annotated[
        int | None,
        "number of its component, 1 is the largest (连通分量); none without ties",
        "连通分量：编号，1 为最大；无联系者为空",
    ]
    component_size: Annotated[int, "organisations in that component", "连通分量规模：其中的主体数"]
    isolated: Annotated[bool, "whether it works with nobody (孤立点)", "孤立点：是否没有任何合作"]
    coreness: Annotated[
        int,
        "largest k so that it has k partners among those with k partners (核数)",
        "核数：最大的 k，使其在同样拥有 k 个伙伴的主体中有 k 个伙伴",
    ]
    cut: Annotated[
        str | None,
        "whose loss would cut it off with the largest part that it hangs with",
        "割点：失去何者会使其与所依附的最大部分断开",
    ]


@analysis(
    "Isolation", "孤立", "silos", "Who is cut off, and who would be by one loss?", "谁已孤立，谁会因一次流失而孤立？"
)
def isolation(
    net: Network,
    *,
    smallest: Annotated[int, "members from which on a near-detached part is listed"] = 3,
    few: Annotated[int, "ties that are few enough for a part to hang by them"] = 3,
    seed: Annotated[int, "seed of the communities that are tried for cuts by two organisations or few ties"] = 0,
) -> Annotated[Findings, Isolation, Isolated]:
    """List isolates, components, and parts of at most half a component that hang on the rest by little.

    A part hangs by one tie (a bridge), by one organisation (an articulation point; Hopcroft & Tarjan 1973), by `few`
    ties at most, all of which are named: a smallest cut between it and the rest (Gomory & Hu 1961; in the very largest
    networks, measures.cuts, tried for detected communities only), or, tried for communities only, by two of its
    members or of its neighbours. Of several cuts of the same size between two organisations one is listed. A
    consortium hangs by an organisation even where it has many ties: they all lead to it. Coreness is that of Seidman
    (1983). An organisation without ties is an isolate: in no component, coreness 0.

    方法：列出孤立点、连通分量，以及仅靠少量联系与主体部分相连、规模不超过一半的部分。

    这样的部分靠一条联系（桥）、一个主体（割点；Hopcroft & Tarjan 1973）、或不超过 few 条全部列出的联系相连：后者为其
    与其余部分之间的最小割（Gomory & Hu 1961；在极大的网络中只对已发现的社群尝试）；对社群还尝试由两个成员或两个邻居相
    连的情形。同样两个主体之间有多个同等规模的割时只列一个。联合体即使联系很多也可能只靠一个主体：全部联系都通向它。核
    数取 Seidman（1983）。没有联系的主体为孤立点：不属于任何连通分量，核数为 0。
    """
    graph = net.graph
    component, sizes = _components(net)
    parts = [(part.members, part.by, part.ties) for part in hanging_parts(graph, smallest)]
    labels = communities_of(net, seeds=1, seed=seed, resolution=PLAIN).labels  # candidates, of a middle size
    for hanging in (_by_cuts(net, few), _by_few(net, few, labels), _by_two(net, labels)):
        known = {frozenset(members) for members, _, _ in parts}
        parts += [
            (members, by, ties)
            for members, by, ties in hanging
            if smallest <= len(members) <= sizes[component[by[0]]] / 2 and frozenset(members) not in known
        ]
    parts.sort(key=lambda part: (-len(part[0]), part[0], part[1]))
    names, degree = names_of(net.nodes), np.diff(net.ties.indptr)
    rows: list[dict[str, Any]] = []

    def add(group: str, kind: str, members: Sequence[int], number: int | None, ties: int, cut: str) -> None:
        first = sorted(members, key=lambda i: (-degree[i], i))[:EXAMPLES]
        share = round(len(members) / len(net), 12)
        some = ", ".join(str(names[i]) for i in first)
        rows.append(
            dict(zip(Isolation.columns(), (group, kind, len(members), share, number, ties, cut, some), strict=True))
        )

    alone = np.flatnonzero(component == 0)
    if len(alone):
        add("isolates", "isolates", alone.tolist(), None, 0, "")
    for number in range(1, len(sizes)):
        add(f"component {number}", "component", np.flatnonzero(component == number).tolist(), number, 0, "")
    cuts: list[str | None] = [None] * len(net)
    for number, (members, by, ties) in enumerate(parts, 1):
        said = [str(names[i]) for i in by]
        if len(by) == 2 * ties:  # every tie by its two ends
            said = [f"{one} -- {other}" for one, other in zip(said[::2], said[1::2], strict=True)]
        cut = ", ".join(said)
        add(f"part {number}", "near-detached", members, int(component[members[0]]), ties, cut)
        for member in members:
            cuts[member] = cuts[member] or cut
    each = pd.DataFrame(
        {
            "id": net.nodes["id"],
            "component": pd.Series(component, dtype=object).where(pd.Series(component > 0), None),
            "component_size": np.where(component > 0, np.append(sizes, 1)[component], 1),
            "isolated": component == 0,
            "coreness": np.array(graph.coreness(), dtype=np.int64),
            "cut": pd.Series(cuts, dtype=object, index=range(len(net))),
        }
    )
    table = pd.DataFrame({name: _column([row[name] for row in rows]) for name in Isolation.columns()})
    return Findings(table, each)


def _column(values: list[Any]) -> pd.Series:
    return pd.Series(values, dtype=object if None in values or not values else None)


def _components(net: Network) -> tuple["np.ndarray[Any, np.dtype[np.int64]]", "np.ndarray[Any, np.dtype[np.int64]]"]:
    """Number the components of two and more from 1, largest first, then by smallest id; 0 is an isolate."""
    found = np.asarray(net.graph.connected_components().membership, dtype=np.int64)
    number, first, inverse, size = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    order = order[size[order] > 1]
    rank = np.zeros(len(number), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank[inverse], np.concatenate([[0], size[order]])


def _by_cuts(net: Network, few: int) -> Iterator[Hanging]:
    """Take the smallest cuts of `few` ties at most; they are given end by end, the part's own end first."""
    for members, ties in parts_by_few_ties(net, few):
        yield members, tuple(end for tie in ties for end in tie), len(ties)


def _ways_out(net: Network, labels: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield every community that has ties outside: its members, and those ties, each with its own end first."""
    first, second, _ = net.pairs
    outward = labels[first] != labels[second]
    pairs = np.concatenate([np.column_stack([first, second])[outward], np.column_stack([second, first])[outward]])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0], labels[pairs[:, 0]]))]
    if not len(pairs):
        return
    found, start = np.unique(labels[pairs[:, 0]], return_index=True)
    for label, ties in zip(found, np.split(pairs, start[1:]), strict=True):
        yield np.flatnonzero(labels == label), ties


def _by_few(net: Network, few: int, labels: Integers) -> Iterator[Hanging]:
    """Try every community: whether `few` ties at most lead out of it; they are given end by end, its own end first."""
    for members, ties in _ways_out(net, labels):
        if len(ties) <= few:
            yield tuple(members.tolist()), tuple(ties.ravel().tolist()), len(ties)


def _by_two(net: Network, labels: Integers) -> Iterator[Hanging]:
    """Try every community: whether all of its ways out lead through two of its members, or to two others."""
    for members, leaving in _ways_out(net, labels):
        inner, outer = np.unique(leaving[:, 0]), np.unique(leaving[:, 1])
        if len(inner) == 2:
            members, by = np.setdiff1d(members, inner), inner
        elif len(outer) == 2:
            by = outer
        else:
            continue
        yield tuple(members.tolist()), tuple(by.tolist()), int(np.isin(net.ties[by].indices, members).sum())
