"""Openness (开放度): how far every group works with others, by the measures that the field knows."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.measures.groups import Grouping
from graphkit.measures.nulls import closed_form
from graphkit.measures.openness import assortativity, ei_index, group_ties, segregation
from graphkit.measures.seats import Groups, Seats
from graphkit.measures.segregation import (
    at_the_boundary,
    expansion,
    freeman,
    rescaled_ei,
    rescaled_ei_index,
    spectral_segregation,
)
from graphkit.network import Network
from graphkit.terms import chinese


class Open(Row):
    """One group, and how open it is."""

    key = "group"
    group: Annotated[str, "group", "群组"]
    members: Annotated[int, "organisations in it", "成员数：其中的主体数"]
    external_share: Annotated[
        float | None,
        "share of its tie weight that leaves the group (对外合作占比)",
        "外部联系比例：联系权重中通向组外的比例",
    ]
    expected: Annotated[
        float | None,
        "that share by chance, seats and sizes of bodies kept (newman only)",
        "期望比例：保持席位数与项目、平台规模不变时的随机期望（仅限 Newman 加权）",
    ]
    ei: Annotated[
        float | None,
        "E-I index of its ties, -1 all inside, 1 all outside",
        "E-I 指数：按联系计，-1 为全在组内，1 为全在组外",
    ]
    ei_weighted: Annotated[float | None, "E-I index of its tie weight", "加权 E-I 指数：按联系权重计"]
    ei_rescaled: Annotated[
        float | None,
        "E-I index of densities: the size of the group does not force its sign",
        "密度 E-I 指数：按密度计，符号不受群组规模左右",
    ]
    conductance: Annotated[
        float | None, "tie weight leaving over the smaller volume (电导)", "电导：通向组外的联系权重与较小一侧总量之比"
    ]
    expansion: Annotated[
        float | None, "ties leaving per organisation of the smaller side", "扩张度：较小一侧每个主体平均通向外部的联系"
    ]
    boundary: Annotated[
        float | None, "share of its members with a tie outside (边界成员占比)", "边界成员占比：拥有组外联系的成员比例"
    ]
    segregation: Annotated[
        float | None,
        "Freeman's segregation from all others: 0 one density, 1 no tie (隔离度)",
        "隔离度：Freeman 隔离度，0 为内外密度相同，1 为无外部联系",
    ]
    spectral: Annotated[
        float | None,
        "spectral segregation: 0 no tie inside, 1 none outside (谱隔离指数)",
        "谱隔离指数：0 为组内无联系，1 为组外无联系",
    ]
    name: Annotated[str, "the group in words", "群组名称"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how much leaves a group, and what chance would make of it; empty without ties."""
        if row["external_share"] is None:
            return ""
        share, reach = 100 * row["external_share"], 100 * row["boundary"]
        if language == "zh":
            chance = "" if row["expected"] is None else f"（随机期望 {100 * row['expected']:.3g}%）"
            return (
                f"{chinese(row['name'])}（{row['members']:,}个主体）：{share:.3g}% 的联系通向组外{chance}，"
                f"{reach:.3g}% 的成员有组外伙伴，E-I 指数 {row['ei']:.2f}。"
            )
        chance = "" if row["expected"] is None else f" ({100 * row['expected']:.3g} % by chance)"
        return (
            f"{row['name']} · {row['members']:,} organisations: {share:.3g} % of tie weight leaves the group{chance}, "
            f"{reach:.3g} % of its members have a partner outside, E-I index {row['ei']:.2f}."
        )


@analysis("Openness", "开放度", "silos", "How open is every group to the others?", "各群体对外有多开放？")
def openness(
    net: Network,
    *,
    by: Annotated[str, "community, or what organisations are grouped by: country, region, role, technology ..."] = (
        "country"
    ),
    seed: Annotated[int, "seed of the communities"] = 0,
) -> Annotated[Findings, Open]:
    """Measure every group's openness in the ways that the field knows, and the whole network's in the notes.

    E-I index (Krackhardt & Stern 1988) of ties, of weight, and of densities (as R's egor rescales it); conductance;
    edge expansion; Freeman's segregation (1978); spectral segregation (Echenique & Fryer 2007); Bojanowski & Corten
    (2014) compare them. They describe: a large group is bound to look closed, a small one open. Whether a group is more
    closed than chance makes it is what the analysis silos tests; `expected` is its null, in closed form.

    Organisations without a group are outside every group. A group without ties has no values; one that is the whole
    network has no outside to be compared with. Most closed first, by external share over expectation. Raises DataError
    where no organisation has a group.

    方法：用领域内通行的各种指标度量每个群组的开放度，全网指标见附注。

    包括按联系、按权重、按密度（R 语言 egor 的重标）的 E-I 指数（Krackhardt & Stern 1988）、电导、边扩张度、Freeman 隔
    离度（1978）、谱隔离指数（Echenique & Fryer 2007）；Bojanowski & Corten（2014）对其作了比较。这些指标只作描述：大
    群组必然显得封闭，小群组必然显得开放。是否比随机情形更封闭由孤岛分析检验；期望比例即其零模型的解析解。

    没有群组的主体视为在各群组之外。没有联系的群组没有数值；等于全网的群组没有外部可比。按外部联系比例与期望之比，最封
    闭者在前。没有主体具备群组时，无法计算。
    """
    groups = Grouping.of(net, by, seed=seed)
    labels, number, members = groups.labels, len(groups.names), groups.members
    ties = group_ties(net, labels, number)
    whole = 2 * ties.weight_inside + ties.weight_outside
    tied = whole > 0
    share = np.divide(ties.weight_outside, whole, out=np.full(number, np.nan), where=tied)
    expected = np.full(number, np.nan)
    if net.weighting == "newman" and number:
        chance = closed_form(Seats.of(net), Groups.of(labels, number)).mean
        expected = np.where(tied, 1 - np.divide(chance, whole, out=np.zeros(number), where=tied), np.nan)
    pairs = len(net.pairs[0])
    inside_twice = np.divide(
        ties.weight_outside - ties.weight_inside,
        ties.weight_outside + ties.weight_inside,
        out=np.full(number, np.nan),
        where=tied,
    )
    table = {
        "group": groups.names,
        "members": members,
        "external_share": share,
        "expected": expected,
        "ei": ties.ei(),
        "ei_weighted": inside_twice,
        "ei_rescaled": rescaled_ei(ties, members, len(net)),
        "conductance": ties.conductance(),
        "expansion": expansion(ties, members, len(net)),
        "boundary": np.where(tied, at_the_boundary(net, labels, number), np.nan),
        "segregation": np.where(tied, freeman(ties, members, len(net), pairs), np.nan),
        "spectral": spectral_segregation(net, labels, number),
        "name": groups.words,
    }
    frame = pd.DataFrame({name: rounded(values) for name, values in table.items()})
    closed = np.where(np.isnan(expected), share, share - expected)
    order = frame.assign(closed=np.nan_to_num(np.round(closed, 9), nan=np.inf), larger=-members)
    order = order.sort_values(["closed", "larger", "group"], kind="stable")
    measures = {
        "E-I index": ei_index(net, labels),
        "by density": rescaled_ei_index(ties, labels, net),
        "assortativity": assortativity(net, labels),
        "Freeman's segregation": segregation(net, labels),
    }
    known = ", ".join(f"{name} {value:.3f}" for name, value in measures.items() if value is not None)
    said = Bilingual(f"Of the whole network by {by}: {known}.", f"全网按{property_zh(by)}：{chinese(known)}。")
    notes = (said,) if known else ()
    return Findings(frame.loc[order.index].reset_index(drop=True), None, notes)


def rounded(values: Any) -> pd.Series:
    """Keep 12 digits, so that no bit of an order of summation shows, and say None for what does not exist."""
    column = pd.Series(values)
    if column.dtype.kind != "f":
        return column
    return column.round(12).astype(object).where(column.notna(), None)
