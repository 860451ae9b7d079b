"""Scorecard (园区评分卡): where each zone stands among its peers, indicator by indicator, and how sure that is."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit import schema
from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError
from graphkit.measures.groups import ANOTHER
from graphkit.measures.seats import Integers, Numbers
from graphkit.measures.themes import evidence
from graphkit.network import Network

# Each indicator is a mean over the organisations of a zone of one number for each, so that a zone can be drawn anew.
INDICATORS = {
    "partners": ("partners per organisation", "每主体合作伙伴数", "brokers"),
    "seats": ("seats in shared bodies per organisation", "每主体参与席位", "platforms"),
    "tied": ("share of organisations with a partner", "有合作伙伴的主体占比", "isolation"),
    "outside": (
        "share of tie weight that leaves the zone, of organisations with ties",
        "对外联系占比",
        "silos --by zone",
    ),
    "cross_role": (
        "share of tie weight to other roles, of organisations with ties and a role",
        "跨角色联系占比",
        "ecosystem",
    ),
    "led": ("bodies that its organisations lead, per organisation", "每主体牵头数", "enterprise-leadership"),
    "transferred": (
        "share of results that were transferred, of organisations with results",
        "成果转化率",
        "shelved-results",
    ),
}


class Score(Row):
    """One indicator of one zone among its peers."""

    key = "score"
    written = False
    score: Annotated[str, "zone and indicator", "高新区与指标"]
    zone: Annotated[str, "zone, or another value of the property", "高新区：或所按属性的其他取值"]
    indicator: Annotated[str, "what is measured", "指标（英文）：衡量的内容"]
    indicator_zh: Annotated[str, "the same in Chinese (指标)", "指标：衡量的内容"]
    organisations: Annotated[
        int, "organisations of the zone that it can be measured for", "主体数：可以衡量该指标的当地主体"
    ]
    value: Annotated[float, "mean over these organisations", "数值：这些主体的均值"]
    low: Annotated[
        float, "lower end of the middle 95 % over draws of organisations", "下限：对主体重复抽样的中间 95% 区间下限"
    ]
    high: Annotated[float, "upper end", "上限：对主体重复抽样的中间 95% 区间上限"]
    percentile: Annotated[
        float,
        "share of the other zones that lie below, ties counted half, 0 to 100 (百分位)",
        "百分位：低于它的其他高新区比例，并列计一半，0 至 100",
    ]
    percentile_low: Annotated[float, "percentile of the lower end", "百分位下限：与数值下限对应"]
    percentile_high: Annotated[float, "percentile of the upper end", "百分位上限：与数值上限对应"]
    peers: Annotated[int, "other zones that it is compared with", "对照数：与之比较的其他高新区"]
    drill_down: Annotated[
        str,
        "analysis that shows what lies behind: graphkit run ...",
        "深入分析：可用 graphkit run … 查看背后情况的分析",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say where a zone stands."""
        value, at = f"{row['value']:.3g}", f"{row['percentile']:.0f}"
        low, high = f"{row['percentile_low']:.0f}", f"{row['percentile_high']:.0f}"
        if language == "zh":
            return (
                f"{row['zone']}：{row['indicator_zh']} {value}，在 {row['peers']} 个对标园区中位于第 {at} 百分位"
                f"（不确定区间 {low}–{high}）。"
            )
        return (
            f"{row['zone']}: {row['indicator']} {value}, percentile {at} among {row['peers']} peers (uncertain between "
            f"{low} and {high})."
        )


@analysis(
    "Scorecard of the zones",
    "园区体检表",
    "regions",
    "Where does each zone stand among its peers?",
    "每个园区在同类中处于什么位置？",
)
def scorecard(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that makes the zones: zone, region, city, country"] = "zone",
    smallest: Annotated[int, "organisations that a zone needs for an indicator to be shown"] = 5,
    draws: Annotated[int, "times that each zone's organisations are drawn anew"] = 999,
    seed: Annotated[int, "seed of these draws"] = 0,
) -> Annotated[Findings, Score]:
    """Compare zones indicator by indicator: value, percentile among the others, and the uncertainty of both.

    Every indicator is a mean over the zone's organisations; its interval is the middle 95 % of means over organisations
    drawn with replacement (Efron 1979), and the percentile's is where these ends would stand. There is no composite
    score: adding indicators up needs weights that nobody agreed on, and the ranks would follow the weights. Indicators
    that fewer than two zones have are named in the notes. Raises DataError where fewer than two zones are large enough.

    方法：逐项指标比较各高新区：数值、在其他高新区中的百分位，以及两者的不确定性。

    每项指标为当地主体的均值；区间为对主体有放回抽样的均值的中间 95%（Efron 1979），百分位区间即其两端所处的百分位。不
    设综合得分：合成需要权重，而权重并无共识，名次会随权重而变。不足两个高新区具备的指标列于附注。规模足够的高新区不足
    两个时，无法计算。
    """
    values = net.group(by)
    size = values.dropna().value_counts()
    names = sorted(str(name) for name, count in size.items() if count >= smallest)
    if len(names) < 2:
        raise DataError(
            Bilingual(
                f"fewer than two values of {by} have {smallest} organisations: load more, or {ANOTHER}",
                f"主体不少于{smallest}个的{property_zh(by)}不足两个：请载入更多数据，或{ANOTHER.zh}",
            )
        )
    number = {name: i for i, name in enumerate(names)}
    at = np.array([number.get(value, -1) for value in values], dtype=np.int64)
    every = pd.factorize(values)[0].astype(np.int64)
    rows: list[dict[str, Any]] = []
    missing = []
    for key, of in _MEASURES.items():
        measured = of(net, every)
        here = [measured[(at == i) & ~np.isnan(measured)] for i in range(len(names))]
        some = [i for i in range(len(names)) if len(here[i]) >= smallest]
        if len(some) < 2:
            missing.append(INDICATORS[key][:2])
            continue
        means = np.array([here[i].mean() for i in some])
        for place, i in enumerate(some):
            random = np.random.default_rng([seed, list(INDICATORS).index(key), i])
            drawn = here[i][random.integers(len(here[i]), size=(draws, len(here[i])))].mean(axis=1)
            low, high = np.quantile(drawn, [0.025, 0.975])
            others = np.delete(means, place)
            rows.append(
                {
                    "score": f"{names[i]}: {key}",
                    "zone": names[i],
                    "indicator": INDICATORS[key][0],
                    "indicator_zh": INDICATORS[key][1],
                    "organisations": len(here[i]),
                    "value": round(float(means[place]), 9),
                    "low": round(float(low), 9),
                    "high": round(float(high), 9),
                    **{
                        name: _percentile(value, others)
                        for name, value in (
                            ("percentile", means[place]), ("percentile_low", low), ("percentile_high", high)
                        )
                    },
                    "peers": len(others),
                    "drill_down": INDICATORS[key][2],
                    "evidence": evidence(net.organisations["row"][(at == i) & ~np.isnan(measured)]),
                }
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(Score.columns()))
    table = table.sort_values(["zone", "score"], kind="stable").reset_index(drop=True)
    notes = [
        Bilingual(
            "No composite is made: it would need published weights, and ranks would follow them.",
            "不设综合得分：它需要公认的权重，而名次会随权重而变。",
        )
    ]
    if missing:
        notes.append(
            Bilingual(
                f"Not measured, for fewer than two zones have it: {'; '.join(one for one, _ in missing)}.",
                f"未衡量（不足两个高新区具备）：{'；'.join(other for _, other in missing)}。",
            )
        )
    return Findings(table, None, tuple(notes))


def _percentile(value: float, others: Numbers) -> float:
    below = (others < value - 1e-12).sum() + 0.5 * (np.abs(others - value) <= 1e-12).sum()
    return round(100 * float(below) / len(others), 6)


def _partners(net: Network, at: Integers) -> Numbers:
    return np.diff(net.ties.indptr).astype(float)


def _tied(net: Network, at: Integers) -> Numbers:
    return (np.diff(net.ties.indptr) > 0).astype(float)


def _seats(net: Network, at: Integers) -> Numbers:
    return net.seats.astype(float)


def _leaving(net: Network, of: Integers) -> Numbers:
    """Share of tie weight to organisations of another group; not a number without ties or without a group."""
    ties = net.ties
    rows = np.repeat(np.arange(len(net)), np.diff(ties.indptr))
    leaves = of[rows] != of[ties.indices]
    whole = np.bincount(rows, ties.data, len(net))
    out = np.bincount(rows[leaves], ties.data[leaves], len(net))
    return np.asarray(np.divide(out, whole, out=np.full(len(net), np.nan), where=(whole > 0) & (of >= 0)))


def _cross_role(net: Network, at: Integers) -> Numbers:
    known = list(schema.ROLES)
    role = net.group("role")
    return _leaving(net, np.array([known.index(each) if each in known else -1 for each in role], dtype=np.int64))


def _led(net: Network, at: Integers) -> Numbers:
    leads = net.memberships["role"].isin(("coordinator", "host")).to_numpy()
    if not leads.any():
        return np.full(len(net), np.nan)
    return np.bincount(net.memberships["organisation"].to_numpy()[leads], minlength=len(net)).astype(np.float64)


def _transferred(net: Network, at: Integers) -> Numbers:
    made = net.table("PRODUCED")
    moved = made["end"].isin(set(net.table("TRANSFERRED_TO")["start"])).astype(float)
    share = moved.groupby(made["start"]).mean()
    return np.asarray(share.reindex(net.organisations["id"]), dtype=np.float64)


_MEASURES: dict[str, Callable[[Network, Integers], Numbers]] = {
    "partners": _partners,
    "seats": _seats,
    "tied": _tied,
    "outside": _leaving,
    "cross_role": _cross_role,
    "led": _led,
    "transferred": _transferred,
}
