"""Vitality (活力): how the network renews itself from year to year, who comes in and which ties form and end."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.partition import communities_of
from graphkit.measures.stability import PLAIN
from graphkit.measures.themes import evidence
from graphkit.network import Network


class Year(Row):
    """One calendar year, and what changed since the one before."""

    key = "year"
    year: Annotated[int, "calendar year", "年份"]
    bodies: Annotated[int, "bodies that ran at some time in it", "项目与平台数：该年内曾运行者"]
    organisations: Annotated[int, "organisations in them", "主体数：其中的主体"]
    new: Annotated[int, "of them, never seen in an earlier year (新进入者)", "新进入者：以往年份从未出现者"]
    new_share: Annotated[float | None, "their share; none in the first year", "新进入占比；首年为空"]
    ties: Annotated[
        int, "pairs of organisations that shared a body in that year", "联系数：该年共同参与项目或平台的主体对"
    ]
    formed: Annotated[
        float | None, "share of the ties that were not there the year before", "新建联系占比：联系中上一年没有者的比例"
    ]
    dissolved: Annotated[
        float | None, "share of the ties of the year before that are gone", "消失联系占比：上一年的联系中已消失的比例"
    ]
    kept: Annotated[
        float | None,
        "ties of both years over ties of either (Jaccard)",
        "延续度：两年共有的联系占两年全部联系的比例（Jaccard）",
    ]
    communities: Annotated[int, "communities of that year's ties", "社群数：该年联系构成的社群"]
    stability: Annotated[
        float | None,
        "adjusted Rand index of communities with the year before, over organisations tied in both",
        "稳定度：与上一年社群划分的调整兰德指数，限于两年均有联系的主体",
    ]
    evidence: Annotated[str, "rows of bodies that began in it", "证据：该年开始的项目与平台的数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what came and what went; empty for the first year."""
        if row["formed"] is None or row["new_share"] is None or row["dissolved"] is None:
            return ""
        new, formed, gone = (100 * row[name] for name in ("new_share", "formed", "dissolved"))
        if language == "zh":
            return (
                f"{row['year']}年：{row['organisations']:,}个主体活跃，其中新进入者占 {new:.0f}%；"
                f"{formed:.0f}% 的联系是新形成的，上一年的联系有 {gone:.0f}% 消失。"
            )
        return (
            f"{row['year']}: {row['organisations']:,} organisations were active, {new:.0f} % of them new; "
            f"{formed:.0f} % of the ties were newly formed, and {gone:.0f} % of the ties of the year before are gone."
        )


@analysis("Vitality", "活力", "change", "How does the network renew itself from year to year?", "网络逐年如何更新？")
def vitality(
    net: Network,
    *,
    seed: Annotated[int, "seed of the communities"] = 0,
) -> Annotated[Findings, Year]:
    """Compare the bodies that ran in each calendar year with those of the year before.

    Years go from the first to the last on which any body starts; bodies without an end run on. Bodies without a start
    are in no year (the notes count them). A tie is a pair that shares a body running in the year, so a tie is formed
    when its first such body starts. Raises DataError where no body has a start.

    方法：将每个日历年运行的项目与平台与上一年比较。

    年份由最早有项目或平台开始的年到最晚的年；没有终止日期者视为持续运行。没有起始日期者不计入任何年份（数目见附注）。
    联系指该年内共同参与某一项目或平台的主体对，因此联系在首个共同项目或平台开始时形成。均无起始日期时，无法计算。
    """
    start = net.bodies["from"]
    if not start.notna().any():
        raise DataError(
            Bilingual(
                "no platform or collaboration has a first day (from): load a source that gives it",
                "平台与合作均无起始日期（from）：请载入含此信息的来源",
            )
        )
    years = [int(str(day)[:4]) for day in start.dropna()]
    dated = net.keep(start.notna().to_numpy())
    seen = before = np.zeros(0, dtype=np.int64)
    labels: np.ndarray[Any, Any] | None = None
    rows: list[dict[str, Any]] = []
    for year in range(min(years), max(years) + 1):
        now = dated.window(f"{year}-01-01", f"{year}-12-31")
        active = np.unique(now.memberships["organisation"].to_numpy())
        first, second, _ = now.pairs
        ties = first.astype(np.int64) * len(net) + second
        both = len(np.intersect1d(ties, before, assume_unique=True))
        either = len(ties) + len(before) - both
        found = communities_of(now, seeds=1, seed=seed, resolution=PLAIN)  # one for all years: they are compared
        new = np.setdiff1d(active, seen, assume_unique=True)
        rows.append(
            {
                "year": year,
                "bodies": len(now.bodies),
                "organisations": len(active),
                "new": len(new),
                "new_share": len(new) / len(active) if rows and len(active) else None,
                "ties": len(ties),
                "formed": 1 - both / len(ties) if rows and len(ties) else None,
                "dissolved": 1 - both / len(before) if len(before) else None,
                "kept": both / either if rows and either else None,
                "communities": found.number,
                "stability": _agreement(labels, found.labels),
                "evidence": evidence(now.bodies["row"][now.bodies["from"].str[:4] == str(year)]),
            }
        )
        seen, before, labels = np.union1d(seen, active), ties, found.labels
    undated = int(start.isna().sum())
    notes = (
        (
            Bilingual(
                f"{undated:,} bodies without a first day are in no year.",
                f"{undated:,} 个项目与平台没有起始日期，不计入任何年份。",
            ),
        )
        if undated
        else ()
    )
    return Findings(pd.DataFrame(rows, columns=list(Year.columns()), dtype=object), None, notes)


def _agreement(before: "np.ndarray[Any, Any] | None", after: "np.ndarray[Any, Any]") -> float | None:
    from sklearn.metrics import adjusted_rand_score

    if before is None:
        return None
    both = (before >= 0) & (after >= 0)
    return float(adjusted_rand_score(before[both], after[both])) if both.sum() > 1 else None
