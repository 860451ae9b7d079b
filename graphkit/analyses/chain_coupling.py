"""Coupling of the four chains (四链耦合协调度): how far technology, industry, capital and talent keep step."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.chains import CHAINS, NEEDS, chains, dated
from graphkit.measures.coupling import classic, corrected, grade, synergy
from graphkit.measures.themes import lacking, places
from graphkit.network import Network

SCALINGS = ("largest", "range")


class Coupled(Row):
    """One place, the level of each of its chains, and how far they keep step."""

    key = "place"
    place: Annotated[str, "value of the property, a zone or a region", "地区：所按属性的取值，高新区或区域"]
    organisations: Annotated[int, "organisations there", "主体数：当地主体数"]
    technology: Annotated[float, "level of the technology chain, 0 to 1 (技术链)", "技术链：技术链水平，0 至 1"]
    industry: Annotated[float, "level of the industry chain, 0 to 1 (产业链)", "产业链：产业链水平，0 至 1"]
    capital: Annotated[float, "level of the capital chain, 0 to 1 (资金链)", "资金链：资金链水平，0 至 1"]
    talent: Annotated[float, "level of the talent chain, 0 to 1 (人才链)", "人才链：人才链水平，0 至 1"]
    weakest: Annotated[str, "chain with the lowest level", "最弱链：水平最低的链"]
    c: Annotated[
        float,
        "coupling: geometric over arithmetic mean of the levels (耦合度)",
        "耦合度：各链水平的几何平均与算术平均之比",
    ]
    t: Annotated[float, "mean level (综合发展指数)", "综合发展指数：各链水平的均值"]
    d: Annotated[float, "coordination degree, sqrt(c t) (耦合协调度)", "耦合协调度：√(耦合度 × 综合发展指数)"]
    grade: Annotated[str, "class of d, of ten (协调等级)", "协调等级：耦合协调度所属的十级之一"]
    c_corrected: Annotated[
        float, "coupling by the corrected formula of 2021 (修正耦合度)", "修正耦合度：按 2021 年修正公式计算"
    ]
    d_corrected: Annotated[float, "coordination degree with it (修正耦合协调度)", "修正耦合协调度：以修正耦合度计算"]
    grade_corrected: Annotated[str, "class of that degree", "修正协调等级：修正耦合协调度所属等级"]
    rank: Annotated[int, "place by d, from 1", "名次：按耦合协调度，从 1 起"]
    rank_corrected: Annotated[int, "place by the corrected degree", "修正名次：按修正耦合协调度"]
    synergy: Annotated[
        float | None,
        "whether all four rose together, negative if one fell; missing without dates (复合系统协同度)",
        "复合系统协同度：四链是否同步上升，有一链下降则为负；无日期时为空",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say the degree and its class in both forms, and which chain is the weakest."""
        d, other = row["d"], row["d_corrected"]
        if language == "zh":
            zh, zh_other, weakest = grade(d)[1], grade(other)[1], CHAINS[row["weakest"]]
            return (
                f"{row['place']}：四链耦合协调度 {d:.3f}（{zh}），修正后 {other:.3f}（{zh_other}）；最弱的是{weakest}。"
            )
        return (
            f"{row['place']}: coordination degree of the four chains {d:.3f} ({row['grade']}), corrected {other:.3f} "
            f"({row['grade_corrected']}); the weakest is {row['weakest']}."
        )


@analysis(
    "Coupling of the chains",
    "四链耦合",
    "chains and stages",
    "Do the four chains of a place keep step with each other?",
    "各地四链发展是否协调？",
)
def chain_coupling(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
    scaling: Annotated[
        str, "largest: share of the place with most; range: 0 for the least, 1 for the most"
    ] = "largest",
    per_organisation: Annotated[
        bool, "divide what a place has by its organisations, so that size does not count"
    ] = False,
    split: Annotated[str | None, "day that parts before from after for the synergy; else the median day"] = None,
) -> Annotated[Findings, Coupled]:
    """Compute the coupling coordination degree of every place's four chains, by the classic and the corrected formula.

    The level of a chain is the number of its links in the place (seats in shared bodies and results; supplies; rounds
    and publicly funded seats; posts held), scaled over the places as `scaling` says. A place without any link in one
    chain has the degree 0. Synergy compares links that began before and from `split` on, per year and scaled by the
    largest: lambda |prod du|^(1/4) with lambda = -1 where one chain fell (孟庆松、韩文秀 2000).

    Raises DataError, with the names of what is not loaded, where one of the chains has no link anywhere.

    方法：按经典公式与修正公式计算各地四链的耦合协调度。

    一条链的水平为当地该链的联系数（技术链：共同项目平台的席位与成果；产业链：供应；资金链：融资轮次与公共资助席位；人
    才链：任职），按参数 scaling 在各地之间标准化。任一条链毫无联系的地区协调度为 0。协同度比较以 split 年为界前后开始
    的联系，折算为年均并以最大值标准化：λ |∏ du|^(1/4)，有一链下降时 λ = −1（孟庆松、韩文秀 2000）。

    若有一条链在各地都没有联系，则无法计算，并列出未载入的内容。
    """
    if scaling not in SCALINGS:
        raise UsageError(f"no scaling {scaling!r}; choose one of {', '.join(SCALINGS)}")
    where = places(net, by)
    names = sorted(set(where.values()))
    linked = chains(net)
    absent = [chain for chain in CHAINS if not any(link.organisation in where for link in linked[chain])]
    if absent:
        needed = "; ".join(f"{c}: {' or '.join(lacking(net, *NEEDS.get(c, ())) or ['shared bodies'])}" for c in absent)
        raise DataError(
            Bilingual(
                f"chains that are not there cannot be coupled; load what tells of them ({needed})",
                f"缺少的链无法计算耦合，请载入相关数据（{needed}）",
            )
        )
    size = pd.Series(where).value_counts().reindex(names).to_numpy(dtype=float)
    count = np.array(
        [pd.Series([where[k.organisation] for k in linked[c] if k.organisation in where]).value_counts().reindex(names)
         .fillna(0).to_numpy(dtype=float) for c in CHAINS]
    ).T  # fmt: skip
    levels = _scaled(count / size[:, None] if per_organisation else count, scaling)
    together, note = _synergy(net, where, names, split)
    rows = []
    for i, place in enumerate(names):
        own = levels[i].tolist()
        one, other = classic(own), corrected(own)
        rows.append(
            {
                "place": place,
                "organisations": int(size[i]),
                **dict(zip(CHAINS, own, strict=True)),
                "weakest": list(CHAINS)[int(np.argmin(levels[i]))],
                "c": one.c,
                "t": one.t,
                "d": one.d,
                "grade": grade(one.d)[0],
                "c_corrected": other.c,
                "d_corrected": other.d,
                "grade_corrected": grade(other.d)[0],
                "synergy": together[i],
            }
        )
    table = pd.DataFrame(rows)
    for column, of in (("rank", "d"), ("rank_corrected", "d_corrected")):
        table[column] = table[of].round(12).rank(ascending=False, method="min").astype(int)
    table = table[list(Coupled.columns())].astype({"synergy": object})
    table["synergy"] = [None if value is None else float(value) for value in table["synergy"]]
    ordered = table.assign(by_degree=table["d"].round(12)).sort_values(["by_degree", "place"], ascending=[False, True])
    return Findings(ordered.drop(columns="by_degree").reset_index(drop=True), None, (*_warnings(scaling), note))


def _scaled(count: "np.ndarray[Any, np.dtype[np.float64]]", scaling: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    highest = count.max(axis=0)
    lowest = count.min(axis=0) if scaling == "range" else np.zeros(count.shape[1])
    width = highest - lowest
    return np.asarray(np.divide(count - lowest, width, out=np.ones(count.shape), where=width > 0))


def _warnings(scaling: str) -> tuple[Bilingual, ...]:
    """Name the known misuses of the degree."""
    how = {"largest": "as shares of the place with most", "range": "between the least (0) and the most (1)"}[scaling]
    how_zh = {"largest": "折算为占最多地区的比例", "range": "标准化到最少（0）与最多（1）之间"}[scaling]
    return (
        Bilingual(
            f"Levels are scaled {how}, all four chains weigh the same: degrees compare these places with each other, "
            "not with other data, and change when a place is added.",
            f"各链水平{how_zh}，四链权重相同：协调度只在这些地区之间可比，不能与其他数据比较，增加地区会改变其值。",
        ),
        Bilingual(
            "Coupling is high where all chains are equally low: read c together with t. The degree tells no cause.",
            "四链同样低时耦合度也高：应将耦合度与综合发展指数一并看待。协调度不说明因果。",
        ),
        *(
            (
                Bilingual(
                    "With this scaling the last place of each chain has the level 0, and with it the degree 0.",
                    "按此标准化，每条链的末位地区水平为 0，协调度亦为 0。",
                ),
            )
            if scaling == "range"
            else ()
        ),
    )


def _synergy(
    net: Network, where: Mapping[str, str], names: list[str], split: str | None
) -> tuple[list[float | None], Bilingual]:
    """Compare the links per year before and after a day; missing where a chain has no dates."""
    found = {chain: [(where[who], day) for who, day in links if who in where] for chain, links in dated(net).items()}
    undated = [chain for chain in CHAINS if not found[chain]]
    if undated:
        return [None] * len(names), Bilingual(
            f"Synergy is not computed: no link of {', '.join(undated)} has a day.",
            f"未计算协同度：{'、'.join(CHAINS[chain] for chain in undated)}的联系均无日期。",
        )
    days = sorted(day for links in found.values() for _, day in links)
    middle = split or days[len(days) // 2]
    first, last = int(days[0][:4]), int(days[-1][:4]) + 1
    at = int(middle[:4]) + (int(middle[5:7] or 1) - 1) / 12
    if not first < at < last:
        return [None] * len(names), Bilingual(
            f"Synergy is not computed: nothing began on one side of {middle}.",
            f"未计算协同度：{middle} 的一侧没有开始的联系。",
        )
    rates = np.zeros((2, len(names), len(CHAINS)))
    number = {place: i for i, place in enumerate(names)}
    for j, chain in enumerate(CHAINS):
        for place, day in found[chain]:
            rates[int(day >= middle), number[place], j] += 1
    rates /= np.array([at - first, last - at])[:, None, None]
    highest = rates.max(axis=(0, 1))
    change = np.divide(rates[1] - rates[0], highest, out=np.zeros(rates[0].shape), where=highest > 0)
    return [synergy(own) for own in change.tolist()], Bilingual(
        f"Synergy compares what began before and from {middle} on, per year.",
        f"协同度比较 {middle} 前后开始的联系，按年计。",
    )
