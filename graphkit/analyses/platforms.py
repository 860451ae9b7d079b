"""Platforms (平台): which of them, and which collaborations, bring groups together, and which only their own."""

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit.analyses.openness import rounded
from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import UsageError
from graphkit.measures.groups import Grouping
from graphkit.measures.hyperedges import crossing, redundancy
from graphkit.measures.portrait import names_of
from graphkit.network import Network
from graphkit.terms import chinese

SHOWN = 3


class OpenPlatform(Row):
    """One platform or collaboration as a hyperedge."""

    key = "id"
    id: Annotated[str, "platform or collaboration", "平台或项目"]
    name: Annotated[str, "its name", "名称"]
    body: Annotated[str | None, "Platform or Collaboration", "类别：平台或合作项目"]
    members: Annotated[int, "organisations in it", "成员数：其中的主体数"]
    groups: Annotated[int, "groups that they belong to", "群组数：成员所属的群组"]
    crossing_share: Annotated[
        float | None,
        "share of its pairs of members that are of two groups (跨界占比)",
        "跨界占比：成员对中分属两个群组的比例",
    ]
    expected: Annotated[float, "that share if seats were dealt out by chance", "期望占比：席位随机分配时的比例"]
    z: Annotated[
        float | None,
        "standard deviations by which more pairs cross than by chance",
        "z 值：跨组成员对高于随机水平的标准差数",
    ]
    redundancy: Annotated[
        float | None,
        "share of its pairs of members that meet elsewhere, too (冗余度)",
        "冗余度：成员对中在别处也相遇的比例",
    ]
    crosses: Annotated[
        str, "boundaries that most of its pairs cross, and how many", "跨越的边界：成员对跨越最多的群组边界及次数"
    ]
    alone: Annotated[
        int, "pairs of groups that no other body brings together", "独有连接：没有其他项目或平台连接的群组对"
    ]
    alone_crosses: Annotated[str, "some of them", "独有连接举例：其中若干群组对"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how open a body is and what would be lost without it; empty where it has no two members with a group."""
        if row["crossing_share"] is None:
            return ""
        share, chance = 100 * row["crossing_share"], 100 * row["expected"]
        if language == "zh":
            only = f"；仅由它连接的群组对 {row['alone']} 个（{chinese(row['alone_crosses'])}）" if row["alone"] else ""
            return (
                f"{row['name']}（{row['members']}个成员，{row['groups']}个群组）：{share:.3g}% 的成员对跨越群组"
                f"（随机期望 {chance:.3g}%）{only}。"
            )
        pairs = "1 pair of groups" if row["alone"] == 1 else f"{row['alone']} pairs of groups"
        only = f"; it alone joins {pairs} ({row['alone_crosses']})" if row["alone"] else ""
        groups = "1 group" if row["groups"] == 1 else f"{row['groups']} groups"
        return (
            f"{row['name']} · {row['members']} members of {groups}: {share:.3g} % of its pairs cross "
            f"groups ({chance:.3g} % by chance){only}."
        )


@analysis(
    "Openness of platforms",
    "平台开放度",
    "platforms",
    "Which platforms and collaborations bring groups together?",
    "哪些平台与合作跨越了群体边界？",
)
def platforms(
    net: Network,
    *,
    by: Annotated[str, "community, or what organisations are grouped by: country, region, role, technology ..."] = (
        "country"
    ),
    least: Annotated[int, "members from which on a body is listed"] = 2,
    seed: Annotated[int, "seed of the communities"] = 0,
) -> Annotated[Findings, OpenPlatform]:
    """Measure how many pairs of members of every body cross groups, against seats dealt out by chance.

    A body is one hyperedge: crossing pairs over all pairs of members that both have a group. Chance keeps the seats of
    organisations (the null of the analysis silos; z in closed form, rough for bodies of two or three). Redundancy
    (Latapy, Magnien & Del Vecchio 2008) is the share of pairs of members that also meet in another body: at 0 the body
    is all that joins them. `alone` counts the pairs of groups that would be apart without it. A body with less than two
    members with a group has no share. The most closed first, by z. Raises DataError where no organisation has a group.

    方法：度量每个项目或平台的成员对中跨越群组者，与席位随机分配的情形比较。

    每个项目或平台是一条超边：跨界占比为跨组成员对占双方均有群组的全部成员对的比例。随机情形保持各主体的席位数（即孤岛
    分析的零模型；z 值为解析解，两三个成员时较粗略）。冗余度（Latapy, Magnien & Del Vecchio 2008）为在别处也相遇的成员
    对比例：为 0 时全靠它相连。独有连接为没有它便会分开的群组对数。有群组的成员不足两个时没有比例。按 z 值最封闭者在前。
    没有主体具备群组时，无法计算。
    """
    if least < 1:
        raise UsageError(f"least is a number of members, 1 or more; got {least}")
    grouping = Grouping.of(net, by, seed=seed)
    number = len(grouping.names)
    found = crossing(net, grouping.labels, number)
    sits, boundaries = _boundaries(net, grouping)
    share = np.divide(found.crossing, found.pairs, out=np.full(len(net.bodies), np.nan), where=found.pairs > 0)
    vary = (found.deviation > 1e-9) & (found.pairs > 0)
    z = np.where(vary, (found.crossing - found.expected) / np.where(vary, found.deviation, 1), np.nan)
    any_pairs = found.pairs > 0
    chance = float((found.expected[any_pairs] / found.pairs[any_pairs])[0]) if any_pairs.any() else 0.0
    common = {pair for pair, bodies in boundaries.items() if bodies > 1}
    told = [_told(groups, grouping.words, common) for groups in sits]
    table = pd.DataFrame(
        {
            "id": net.bodies["id"],
            "name": names_of(net.bodies),
            "body": net.bodies["label"],
            "members": net.sizes,
            "groups": [len(groups) for groups in sits],
            "crossing_share": rounded(share),
            "expected": np.full(len(net.bodies), round(chance, 12)),
            "z": rounded(z),
            "redundancy": rounded(redundancy(net.membership)),
            "crosses": pd.Series([crosses for crosses, _, _ in told], dtype=object),
            "alone": pd.Series([alone for _, alone, _ in told], dtype=np.int64),
            "alone_crosses": pd.Series([some for _, _, some in told], dtype=object),
        }
    )
    kept = table[net.sizes >= least]
    order = kept.assign(closed=np.nan_to_num(np.round(z, 9), nan=np.inf)[net.sizes >= least], larger=-kept["members"])
    order = order.sort_values(["closed", "larger", "id"], kind="stable")
    left = int((~grouping.grouped & (np.diff(net.membership.indptr) > 0)).sum())
    notes = (
        [
            Bilingual(
                f"{left:,} organisations in bodies have no {by}: their pairs are not counted.",
                f"{left:,} 个参与项目或平台的主体没有{property_zh(by)}信息：其成员对不计入。",
            )
        ]
        if left
        else []
    )
    if by == "community":
        notes.append(
            Bilingual(
                "Communities were found on these bodies, which are closed by that alone: z says nothing of chance.",
                "社群由这些项目与平台得出，因而本就封闭：z 值不能说明与随机的差异。",
            )
        )
    return Findings(kept.loc[order.index].reset_index(drop=True), None, tuple(notes))


def _boundaries(net: Network, grouping: Grouping) -> tuple[list[dict[int, int]], dict[tuple[int, int], int]]:
    """Count the members of every group in every body, and the bodies that hold members of both of two groups."""
    kinds = sp.csr_array(
        (
            np.ones(int(grouping.grouped.sum())),
            (np.flatnonzero(grouping.grouped), grouping.labels[grouping.grouped]),
        ),
        shape=(len(net), max(len(grouping.names), 1)),
    )
    counts = sp.csr_array(net.membership.T @ kinds)
    counts.sort_indices()
    sits = [
        dict(zip(counts.indices[a:b].tolist(), counts.data[a:b].astype(int).tolist(), strict=True))
        for a, b in zip(counts.indptr, counts.indptr[1:], strict=False)
    ]
    joint: dict[tuple[int, int], int] = {}
    for groups in sits:
        for pair in combinations(groups, 2):
            joint[pair] = joint.get(pair, 0) + 1
    return sits, joint


def _told(groups: dict[int, int], names: list[str], common: set[tuple[int, int]]) -> tuple[str, int, str]:
    """Say the boundaries that a body crosses, the number that it crosses alone, and some of these."""
    pairs = sorted((-groups[a] * groups[b], names[a], names[b], (a, b)) for a, b in combinations(groups, 2))
    crosses = ", ".join(f"{a} – {b} {-count}" for count, a, b, _ in pairs[:SHOWN])
    more = f", +{len(pairs) - SHOWN}" if len(pairs) > SHOWN else ""
    alone = [f"{a} – {b}" for _, a, b, pair in pairs if pair not in common]
    return crosses + more, len(alone), ", ".join(alone[:SHOWN])
