"""Key players (关键参与者): the few that the network could least do without, and the few that reach most of it."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import UsageError
from graphkit.measures.key_players import Step, breaking, fragmentation, reaching
from graphkit.measures.portrait import names_of
from graphkit.network import Network

EXACT_UP_TO = 300
CANDIDATES = 30


class KeyPlayer(Row):
    """One member of one of the two sets."""

    set: Annotated[
        str,
        "fragmentation (taken away, they break it) or reach (from them, all is near)",
        "关键集合：瓦解型（去除后网络断裂）或触达型（由其可近达全网）",
    ]
    rank: Annotated[int, "place in the set, in the order of choice", "名次：在集合中的入选次序"]
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "its name", "名称"]
    value: Annotated[
        float,
        "fragmentation D_F without it and those before, or reach D_R of it and those before",
        "累计值：去除它及之前入选者后的断裂度 D_F，或它与之前入选者的触达度 D_R",
    ]
    alone: Annotated[float, "the same for it alone", "单独值：仅有它时的同一指标"]
    change: Annotated[float, "what it adds to those before it", "增量：在之前入选者基础上增加多少"]
    error: Annotated[
        float, "standard error of the value; 0 where all distances are known", "误差：该值的标准误；距离全部已知时为 0"
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what goes, or what is reached, with this member of the set."""
        percent = 100 * row["value"]
        broken = row["set"] == "fragmentation"
        if language == "zh":
            if broken:
                return f"关键参与者第{row['rank']}位：失去{row['name']}（及之前各位）后，网络破碎度为{percent:.1f}%。"
            return f"传播起点第{row['rank']}位：{row['name']}（及之前各位）可触达{percent:.1f}%。"
        if broken:
            return f"Without {row['name']} (and those before it) the network is {percent:.1f} % fragmented."
        return f"From {row['name']} (and those before it) {percent:.1f} % of the network is reached, by closeness."


@analysis(
    "Key players",
    "关键主体",
    "bridges",
    "Which few would break the network, and which few reach all of it?",
    "哪几个主体最不可失，哪几个最能触达全网？",
)
def key_players(
    net: Network,
    *,
    players: Annotated[int, "members of each set"] = 5,
    sources: Annotated[int, "organisations that distances are measured from, where there are more"] = 256,
    seed: Annotated[int, "seed of the sample of sources"] = 0,
) -> Annotated[Findings, KeyPlayer]:
    """Choose two sets greedily: whose loss fragments most (KPP-Neg), and who reach most (KPP-Pos; Borgatti 2006).

    D_F = 1 - sum of 1/d over pairs of those left, over n (n - 1); D_R = mean of 1/d to the nearest of the set, its own
    members counting 1. Everything is exact up to 300 organisations; above, distances are measured from a sample of
    `sources`, with the standard error beside, and the 30 with the most shortest paths (from the same sources) are tried
    for fragmentation. Reach is exact up to as many organisations as there are sources. Two that differ by less than the
    error are not ranked by it. Without organisations there are no rows; without ties D_F is 1.

    方法：贪心选取两组主体：失去后网络断裂最甚者（KPP-Neg），以及触达最广者（KPP-Pos；Borgatti 2006）。

    D_F = 1 − 剩余各对 1/d 之和 ÷ n (n − 1)；D_R = 各主体到集合中最近者 1/d 的均值，集合成员自身计 1。300 个主体以内全
    部精确计算；超过时距离由 sources 个抽样源点测得并附标准误，断裂集合只试最短路径经过最多的 30 个主体（同一批源点）。
    触达度在主体数不超过源点数时精确。差异小于误差的两个主体不据此分先后。没有主体则无行；没有联系时 D_F 为 1。
    """
    if players < 1 or sources < 2:
        raise UsageError(f"--players {players} must be 1 or more, --sources {sources} 2 or more")
    n = len(net)
    random = np.random.default_rng(seed)
    every = np.arange(n, dtype=np.int64)
    sampled = n > max(EXACT_UP_TO, sources)
    drawn = np.sort(random.choice(n, sources, replace=False)).astype(np.int64) if sampled else every
    candidates = every
    if sampled:
        passing = np.array(net.graph.betweenness(directed=False, sources=drawn.tolist())).round(6)
        candidates = np.sort(np.lexsort((every, -passing))[:CANDIDATES])
    rows: list[dict[str, Any]] = []
    if n:
        whole, _ = fragmentation(net.ties, np.empty(0, dtype=np.int64), drawn)
        rows += _rows(net, "fragmentation", breaking(net.ties, players, candidates, drawn), whole)
        rows += _rows(net, "reach", reaching(net.ties, players, drawn), 0.0)
    table = pd.DataFrame(rows, columns=list(KeyPlayer.columns()))
    notes = (
        [
            Bilingual(
                f"Today the network is {100 * whole:.2f} % fragmented (D_F).",
                f"目前网络的断裂度（D_F）为 {100 * whole:.2f}%。",
            )
        ]
        if n
        else []
    )
    if sampled:
        worst = 196 * float(table["error"].max())
        notes.append(
            Bilingual(
                f"Measured from {len(drawn):,} of {n:,} organisations, to ±{worst:.2g} points (95 %).",
                f"由 {n:,} 个主体中的 {len(drawn):,} 个测得，误差不超过 ±{worst:.2g} 个百分点（95%）。",
            )
        )
    return Findings(table, None, tuple(notes))


def _rows(net: Network, name: str, steps: list[Step], before: float) -> list[dict[str, Any]]:
    ids, names = net.organisations["id"].to_numpy(), names_of(net.organisations)
    rows = []
    for rank, step in enumerate(steps, 1):
        rows.append(
            {
                "set": name,
                "rank": rank,
                "id": ids[step.player],
                "name": names[step.player],
                "value": round(step.value, 12),
                "alone": round(step.alone, 12),
                "change": round(step.value - before, 12),
                "error": round(step.error, 12),
            }
        )
        before = step.value
    return rows
