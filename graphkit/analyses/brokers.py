"""Brokers (中介、桥接者): the organisations that hold the network together today."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.measures.triangles import structural_holes
from graphkit.network import Network

BATCHES = 16
SURE = 1.96
"""Standard errors to either side that hold the true value in 95 % of samples."""


class Broker(Row):
    """One organisation and what runs through it."""

    label, key = "Organisation", "id"
    unwritten = ("name",)
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "name of the organisation", "名称：主体名称"]
    broker_partners: Annotated[
        int, "organisations that it shares a body with (合作伙伴数)", "合作伙伴数：与其同在某一项目或平台的主体数"
    ]
    broker_betweenness: Annotated[
        float,
        "share of the shortest paths between others that pass here (中介中心度)",
        "中介中心度：其他主体之间的最短路径经过它的比例",
    ]
    broker_betweenness_error: Annotated[
        float,
        "standard error of that share; 0 where all sources were used",
        "中介中心度误差：该比例的标准误；采用全部源点时为 0",
    ]
    broker_place: Annotated[
        int,
        "place by that share: 1 and those surely above it, to 95 % (名次)",
        "名次：按中介中心度排序，名次为 1 加上在 95% 水平上确定高于它的主体数",
    ]
    broker_constraint: Annotated[
        float,
        "Burt's constraint: near 0 free, 1 and more closed in (约束系数)",
        "约束系数：Burt 约束，接近 0 为自由，1 及以上为受限",
    ]
    broker_effective_size: Annotated[
        float,
        "partners less those that know each other anyway (有效规模)",
        "有效规模：合作伙伴数减去彼此本已相识的部分",
    ]
    broker_efficiency: Annotated[float, "effective size per partner, 0 to 1 (效率)", "效率：每个伙伴的有效规模，0 至 1"]
    broker_hierarchy: Annotated[
        float,
        "whether one partner makes all of the constraint, 0 to 1 (等级度)",
        "等级度：约束是否全由一个伙伴造成，0 至 1",
    ]
    broker_articulation: Annotated[
        bool, "whether its component would fall apart without it (关节点)", "关节点：没有它，所在连通分量是否会断开"
    ]
    broker_pieces: Annotated[
        int, "pieces that the rest of its component would fall into", "断开块数：去掉它后所在连通分量其余部分分成的块数"
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how much runs through an organisation; empty where nothing does."""
        if not row["broker_betweenness"]:
            return ""
        name, share, partners = row["name"], 100 * row["broker_betweenness"], row["broker_partners"]
        size, pieces = row["broker_effective_size"], row["broker_pieces"]
        if language == "zh":
            said = f"{name}：其他机构之间 {share:.2f}% 的最短路径经过它；{partners:,} 个伙伴，有效规模 {size:,.1f}"
            return said + (f"；没有它，所在的连通部分会裂成 {pieces} 块。" if row["broker_articulation"] else "。")
        said = (
            f"{name}: {share:.2f} % of the shortest paths between others pass here; {partners:,} partners, "
            f"of which {size:,.1f} are not redundant"
        )
        return said + (f"; without it its component falls into {pieces} pieces." if row["broker_articulation"] else ".")


@analysis("Brokers", "中介者", "bridges", "Which organisations hold the network together?", "哪些机构把网络连在一起？")
def brokers(
    net: Network,
    *,
    weighted: Annotated[bool, "let strong ties count more in the constraint (else every tie counts 1)"] = False,
    effort: Annotated[
        float, "sources times ties that betweenness may cost; above, sources are sampled and an error is given"
    ] = 5e8,
    seed: Annotated[int, "seed of the sample of sources"] = 0,
) -> Annotated[Findings, Broker]:
    """Rank organisations by the share of shortest paths that run through them, with what surrounds each.

    Betweenness (Freeman 1977) is over hops and divided by the (n - 1)(n - 2) / 2 pairs of others; where it is too dear
    it is estimated from sources drawn without replacement, in 16 batches whose spread gives the standard error. Places
    do not tell apart what the error does not: only organisations whose 95 % interval lies above count as being above.
    Constraint and hierarchy are Burt's (1992), effective size Borgatti's n - 2t/n. An isolate has no constraint
    (missing), no efficiency and no hierarchy; hierarchy needs two partners. Pieces are counted in what remains of
    the organisation's own component: 0 for an isolate, 1 where it stays whole.

    方法：按经过它的最短路径比例为主体排序，并说明其周围的结构洞。

    中介中心度（Freeman 1977）按步数计算，除以其他主体的 (n − 1)(n − 2) / 2 对；计算量过大时由不放回抽取的源点估计，分
    16 批，以批间离散程度给出标准误。误差所不能区分的名次不予区分：只有 95% 置信区间整体更高的主体才算排在其前。约束系
    数与等级度取 Burt（1992），有效规模取 Borgatti 的 n − 2t/n。孤立点没有约束系数（空）、效率与等级度；等级度至少需要
    两个伙伴。断开块数按其所在连通分量的其余部分计：孤立点为 0，仍连成一体为 1。
    """
    ties = net.ties
    unit = sp.csr_array((np.ones(ties.nnz), ties.indices, ties.indptr), shape=ties.shape)
    partners = np.diff(ties.indptr).astype(np.int64)
    holes = structural_holes(ties if weighted else unit)
    share, error = _betweenness(net, effort, seed)
    blocks = [np.asarray(block) for block in net.graph.biconnected_components()]
    pieces = np.bincount(np.concatenate(blocks), minlength=len(net)) if blocks else np.zeros(len(net), dtype=int)
    efficiency = np.full(len(net), np.nan)
    np.divide(holes.effective_size, partners, out=efficiency, where=partners > 0)
    table = pd.DataFrame(
        {
            "id": net.organisations["id"],
            "name": net.organisations["name"].where(net.organisations["name"].notna(), net.organisations["id"]),
            "broker_partners": partners,
            "broker_betweenness": share,
            "broker_betweenness_error": error,
            "broker_place": _places(share, SURE * error),
            "broker_constraint": _or_missing(holes.constraint),
            "broker_effective_size": holes.effective_size,
            "broker_efficiency": _or_missing(efficiency),
            "broker_hierarchy": _or_missing(holes.hierarchy),
            "broker_articulation": pieces > 1,
            "broker_pieces": pieces.astype(np.int64),
        }
    )
    table = table.sort_values(["broker_betweenness", "id"], ascending=[False, True]).reset_index(drop=True)
    return Findings(table, None, _told(error))


def _places(share: NDArray[np.float64], bound: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 and how many have a lower end above the upper end of each: equal ones share a place."""
    low = np.sort((share - bound).round(12))
    return (1 + len(share) - np.searchsorted(low, (share + bound).round(12), side="right")).astype(np.int64)


def _told(error: NDArray[np.float64]) -> tuple[Bilingual, ...]:
    if not error.any():
        return ()
    return (
        Bilingual(
            f"Betweenness is estimated from a sample of sources, to ±{100 * SURE * error.max():.2g} points (95 %) at "
            "most: organisations whose intervals overlap share a place. More effort (--effort on the command line) "
            "brings the bound down.",
            f"中介中心度由抽样源点估计，误差不超过 ±{100 * SURE * error.max():.2g} 个百分点（95%）："
            "区间重叠的主体名次相同。提高计算量（命令行选项 --effort）可缩小误差。",
        ),
    )


def _betweenness(net: Network, effort: float, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n, pairs = len(net), max((len(net) - 1) * (len(net) - 2) / 2, 1)
    many = int(effort / max(net.ties.nnz / 2, 1))
    if many >= n or n <= BATCHES * 8:
        return np.round(np.array(net.graph.betweenness(directed=False)), 9) / pairs, np.zeros(n)
    size = max(many // BATCHES, 8)
    draw = np.random.default_rng(seed).choice(n, size * BATCHES, replace=False).reshape(BATCHES, size)
    found = np.array([net.graph.betweenness(directed=False, sources=sources.tolist()) for sources in draw])
    found *= n / size
    left_out = np.sqrt(max(1 - size * BATCHES / n, 0))
    error = found.std(axis=0, ddof=1) / np.sqrt(BATCHES) * left_out
    return np.round(found.mean(axis=0), 9) / pairs, error / pairs


def _or_missing(values: NDArray[np.float64]) -> NDArray[Any]:
    missing = values.astype(object)
    missing[np.isnan(values)] = None
    return missing
