"""Module roles (模块角色): what every organisation is to its own group, and to the others."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analyses.communities import participation
from graphkit.analysis import Row, analysis
from graphkit.measures.groups import Grouping
from graphkit.measures.portrait import names_of, staying
from graphkit.network import Network

HUB = 2.5  # standard deviations within a module from which on an organisation is a hub
# Of each kind the upper limit of participation, the role, and what it is called.
OTHERS = ((0.05, "R1"), (0.62, "R2"), (0.80, "R3"), (np.inf, "R4"))
HUBS = ((0.30, "R5"), (0.75, "R6"), (np.inf, "R7"))
ROLES = {
    "R1": ("ultra-peripheral", "极边缘"),
    "R2": ("peripheral", "边缘"),
    "R3": ("connector", "连接者"),
    "R4": ("kinless", "无归属"),
    "R5": ("provincial hub", "地方枢纽"),
    "R6": ("connector hub", "连接枢纽"),
    "R7": ("kinless hub", "全局枢纽"),
}


class ModuleRole(Row):
    """The role of one organisation."""

    label, key, prefix = "Organisation", "id", "module_"
    unwritten = ("name",)
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "its name", "名称"]
    group: Annotated[str, "group that it belongs to", "群组：所属群组"]
    within: Annotated[
        float,
        "standard deviations by which its tie weight inside exceeds the mean of its group",
        "组内 z 值：组内联系权重高于本组均值的标准差数",
    ]
    participation: Annotated[
        float,
        "how evenly its ties spread over groups, 0 is all in one (参与系数)",
        "参与系数：联系在各群组间分布的均匀程度，0 为全在一组",
    ]
    role: Annotated[
        str,
        "R1 ultra-peripheral ... R4 kinless, hubs: R5 provincial, R6 connector, R7 kinless (角色)",
        "角色：R1 极外围……R4 无归属；枢纽分 R5 本地枢纽、R6 连接枢纽、R7 无归属枢纽",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what a hub or a connector is; empty for those at the edge of their group, who are most."""
        if row["role"] in ("R1", "R2"):
            return ""
        english, called = ROLES[row["role"]]
        z, spread = row["within"], row["participation"]
        if language == "zh":
            numbers = f"{row['role']}，组内 z = {z:.1f}，参与系数 {spread:.2f}"
            return f"{row['name']}：群组 {row['group']} 的{called}（{numbers}）。"
        return (
            f"{row['name']} is a {english} of group {row['group']} ({row['role']}: z within the group {z:.1f}, "
            f"participation {spread:.2f})."
        )


@analysis(
    "Hubs and connectors",
    "枢纽与连接者",
    "silos",
    "Which organisations are hubs of their group, and which connect groups?",
    "谁是群组内的枢纽，谁连接不同群组？",
)
def module_roles(
    net: Network,
    *,
    by: Annotated[str, "community, or what organisations are grouped by: country, region, role, technology ..."] = (
        "community"
    ),
    seed: Annotated[int, "seed of the communities"] = 0,
) -> Annotated[pd.DataFrame, ModuleRole]:
    """Give every organisation one of the seven roles of Guimerà and Amaral (2005, Nature 433:895).

    `within` is (k - mean) / deviation of k over the members of the group that have ties, k the tie weight within it; 0
    where all have the same. `participation` is 1 - sum over groups of (tie weight into the group / all tie weight)^2;
    organisations without a group count as one group more. Hubs have 2.5 and more within; the limits of participation
    are .05, .62 and .80 for others, .30 and .75 for hubs. They were set on metabolic networks, and are taken as they
    are. Organisations without ties or group have no row. Hubs first, then by participation.

    方法：为每个主体确定 Guimerà 与 Amaral（2005, Nature 433:895）的七种角色之一。

    组内 z 值为 (k − 均值) / 标准差，k 为其在组内的联系权重，均值与标准差取自组内有联系的成员；全部相同时为 0。参与系
    数为 1 − Σ（通向各群组的联系权重 / 全部联系权重）²；没有群组的主体合计为另一个群组。组内 z 值不低于 2.5 为枢纽；参
    与系数的分界，非枢纽为 0.05、0.62、0.80，枢纽为 0.30、0.75。这些分界由代谢网络得出，此处照用。没有联系或群组的主体
    不列出。枢纽在前，再按参与系数排列。
    """
    groups = Grouping.of(net, by, seed=seed)
    inside, whole = staying(net, groups.labels)
    at = np.flatnonzero(groups.grouped & (whole > 0))
    labels, k, number = groups.labels[at], inside[at], len(groups.names)
    size = np.maximum(np.bincount(labels, minlength=number), 1)
    mean = np.bincount(labels, k, number) / size
    deviation = np.sqrt(np.bincount(labels, (k - mean[labels]) ** 2, number) / size)[labels]
    varies = deviation > 1e-9
    within = np.where(varies, (k - mean[labels]) / np.where(varies, deviation, 1), 0.0).round(9)
    spread = participation(net, groups.labels)[at].round(12)
    role = [
        next(role for most, role in (HUBS if z >= HUB else OTHERS) if p <= most)
        for z, p in zip(within, spread, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "id": net.nodes["id"].to_numpy()[at],
            "name": names_of(net.nodes)[at],
            "group": np.array(groups.names, dtype=object)[labels],
            "within": within,
            "participation": spread,
            "role": pd.Series(role, dtype=object),
        }
    )
    order = frame.assign(first=[-(role > "R4") for role in role], wide=-spread, strong=-within)
    order = order.sort_values(["first", "wide", "strong", "id"], kind="stable")
    return frame.loc[order.index].reset_index(drop=True)
