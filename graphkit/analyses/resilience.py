"""Resilience (韧性): how the network holds when organisations leave, and which of them it could least do without."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.measures.dismantling import by_degree, largest_left, pieces, robustness
from graphkit.measures.portrait import names_of
from graphkit.network import Network

SHARES = (0.01, 0.05, 0.1, 0.2)


class Anchor(Row):
    """One organisation, and what would be lost without it."""

    label, key, prefix = "Organisation", "id", "resilience_"
    unwritten = ("name", "evidence")
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "its name", "名称"]
    partners: Annotated[int, "organisations that it has ties with", "合作伙伴数：与之有联系的主体"]
    core: Annotated[int, "largest k such that it lies in the k-core (核数)", "核数：所在 k 核的最大 k 值"]
    single_point: Annotated[
        bool,
        "whether others lose their way to each other without it (单点故障)",
        "单点故障：没有它，其他主体之间是否会失去通路",
    ]
    pairs_lost: Annotated[
        float,
        "share of the reachable pairs of others that could not reach each other without it",
        "失联占比：其他可互达的主体对中，没有它便不能互达的比例",
    ]
    cut_off: Annotated[
        int,
        "organisations that would lose the largest component with it",
        "脱离主体数：没有它便与最大连通分量脱离的主体",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what would be lost; empty where nothing would."""
        if not row["single_point"]:
            return ""
        lost = f"{100 * row['pairs_lost']:.2g}"
        if language == "zh":
            return (
                f"若失去 {row['name']}：其他机构之间 {lost}% 的可达关系中断，{row['cut_off']} 个主体脱离最大连通部分。"
            )
        return (
            f"Without {row['name']}: {lost} % of the pairs of others could no longer reach each other, and "
            f"{row['cut_off']} organisations would be cut off from the largest component."
        )


@analysis(
    "Resilience",
    "韧性",
    "change",
    "How well does the network hold when organisations leave?",
    "机构退出时网络的韧性如何？",
)
def resilience(
    net: Network,
    *,
    draws: Annotated[int, "orders of random loss to average"] = 20,
    seed: Annotated[int, "seed of the random orders"] = 0,
) -> Annotated[Findings, Anchor]:
    """Remove organisations by degree, counted anew each time, and at random; and each point of failure by itself.

    R is 1/N times the sum of the largest component's share after 1, 2, ... N removals (Schneider et al. 2011, PNAS
    108:3838), in the notes for both orders, with what is left after the first 1, 5, 10 and 20 %. Pairs lost counts the
    pairs of others that reach each other today and would not without the organisation, over all such pairs. An isolate
    loses nothing for anybody. Without organisations there are no rows.

    方法：按度数（每次重新计算）与随机两种次序移除主体，并逐个检查单点故障。

    R 为依次移除 1、2……N 个主体后最大连通分量占比之和除以 N（Schneider et al. 2011, PNAS 108:3838），两种次序均见附注，
    并给出移除最先 1%、5%、10%、20% 后的剩余。失联占比为其他主体中目前可互达、没有它便不能互达的对占全部此类对的比例。
    孤立点不影响他人。没有主体则无行。
    """
    n = len(net)
    ties = net.ties
    component = sp.csgraph.connected_components(ties, directed=False)[1] if n else np.zeros(0, dtype=int)
    size = np.bincount(component, minlength=1)
    falls = pieces(net.graph) if n else {}
    largest = int(size.argmax()) if n else 0
    pairs_lost, cut_off = np.zeros(n), np.zeros(n, dtype=np.int64)
    for i, sizes in falls.items():
        parts = np.array(sizes)
        whole = int(size[component[i]]) - 1
        reachable = (size * (size - 1) // 2).sum() - whole  # without the pairs that i itself is in
        pairs_lost[i] = (whole * (whole - 1) // 2 - (parts * (parts - 1) // 2).sum()) / max(reachable, 1)
        cut_off[i] = whole - parts.max() if component[i] == largest else 0
    table = pd.DataFrame(
        {
            "id": net.organisations["id"],
            "name": names_of(net.organisations),
            "partners": np.diff(ties.indptr).astype(np.int64),
            "core": np.array(net.graph.coreness() if n else [], dtype=np.int64),
            "single_point": [i in falls for i in range(n)],
            "pairs_lost": pairs_lost.round(12),
            "cut_off": cut_off,
            "evidence": [row or "" for row in net.organisations["row"]],
        }
    )
    order = table.assign(lost=-table["pairs_lost"], many=-table["partners"]).sort_values(["lost", "many", "id"])
    notes = _notes(ties, draws, seed) if n else ()
    return Findings(table.loc[order.index].reset_index(drop=True), None, notes)


def _notes(ties: "sp.csr_array[Any]", draws: int, seed: int) -> tuple[Bilingual, ...]:
    n = ties.shape[0]
    random = np.random.default_rng(seed)
    targeted = largest_left(ties, by_degree(ties))
    at_random = [largest_left(ties, random.permutation(n)) for _ in range(max(draws, 1))]
    mean = np.mean(at_random, axis=0)
    by_chance = np.mean([robustness(left) for left in at_random])
    said = [
        Bilingual(
            f"R is {robustness(targeted):.4f} when the best connected go first, {by_chance:.4f} at random (mean of "
            f"{len(at_random)} orders); 0.5 would be the most that is possible.",
            f"优先移除联系最多者时 R 为 {robustness(targeted):.4f}，随机移除时为 {by_chance:.4f}"
            f"（{len(at_random)} 种次序的均值）；可能的最大值为 0.5。",
        )
    ]
    for share in SHARES:
        gone = round(share * n)
        if gone:
            said.append(
                Bilingual(
                    f"After {100 * share:g} % are gone, the largest component holds {100 * targeted[gone] / n:.1f} % "
                    f"of all when the best connected go first, {100 * mean[gone] / n:.1f} % at random.",
                    f"移除 {100 * share:g}% 后，最大连通分量仍占全部主体的比例：优先移除联系最多者为 "
                    f"{100 * targeted[gone] / n:.1f}%，随机移除为 {100 * mean[gone] / n:.1f}%。",
                )
            )
    return tuple(said)
