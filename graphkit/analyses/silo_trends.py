"""Silos over time (孤岛演变): whether every group is closing or opening, and since when."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analyses.openness import rounded
from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.closure import Evidence, odds_ratio
from graphkit.measures.groups import Grouping
from graphkit.measures.nulls import closed_form, sample
from graphkit.measures.seats import Groups, Numbers, Seats, by_body, group_seats
from graphkit.measures.trends import Trend, trend
from graphkit.network import Network
from graphkit.terms import chinese

KINDS = ("rolling", "expanding")
FEWEST = 4  # seats in a window from which on chance can be computed
TRENDS = {
    "closing": "趋于封闭",
    "opening": "趋于开放",
    "steady": "平稳",
    "too short": "时间太短，无法判断",
    "not tested": "未检验",
}


class SiloWindow(Row):
    """One group in one window of calendar years."""

    group: Annotated[str, "group", "群组"]
    since: Annotated[int, "first year of the window", "起始年份：窗口首年"]
    until: Annotated[int, "last year of the window", "终止年份：窗口末年"]
    members: Annotated[
        int,
        "organisations of the group with a seat in a body of two and more in the window",
        "成员数：窗口内在不少于两个成员的项目或平台中有席位的主体",
    ]
    external_share: Annotated[
        float | None, "share of its tie weight that leaves the group", "外部联系比例：联系权重中通向组外的比例"
    ]
    expected: Annotated[
        float | None,
        "that share by chance, seats and sizes of the window's bodies kept",
        "期望比例：保持窗口内席位数与项目、平台规模不变时的随机期望",
    ]
    expected_low: Annotated[
        float | None,
        "lower end of the middle 95 % of chance; none for communities",
        "期望下限：随机分布中间 95% 区间下限；社群为空",
    ]
    expected_high: Annotated[
        float | None,
        "upper end of the middle 95 % of chance; none for communities",
        "期望上限：随机分布中间 95% 区间上限；社群为空",
    ]
    z: Annotated[
        float | None, "standard deviations by which it is more closed than chance", "z 值：比随机情形更封闭的标准差数"
    ]
    p: Annotated[
        float | None, "chance of a group at least as closed in the window", "p 值：窗口内随机得到至少同样封闭群组的概率"
    ]
    q: Annotated[
        float | None,
        "p after Benjamini and Hochberg's correction over the groups of the window",
        "q 值：对窗口内各群组按 Benjamini-Hochberg 校正后的 p 值",
    ]
    effect: Annotated[
        float | None,
        "odds ratio of ties inside against chance, 1 is chance (优势比)",
        "优势比：组内联系相对随机水平的优势比，1 为随机水平",
    ]
    trend: Annotated[
        str,
        "closing, opening, steady, too short, not tested; of the group over all years (趋势)",
        "趋势：趋于封闭、趋于开放、平稳、太短或未检验；指该群组全部年份",
    ]
    trend_since: Annotated[
        int | None,
        "last year before the change began; none without a change",
        "转折年份：变化开始前的最后一年；无变化时为空",
    ]
    trend_yearly: Annotated[
        float | None,
        "yearly factor of the odds of staying inside; none where it has no bound",
        "年均倍数：组内联系优势每年的倍数；无界时为空",
    ]
    trend_q: Annotated[float | None, "q of the trend over all groups", "趋势 q 值：对全部群组校正"]
    seats: Annotated[int, "seats of its members in the window", "席位数：成员在窗口内的席位"]
    name: Annotated[str, "the group in words", "群组名称"]
    latest: Annotated[bool, "whether it is the last window", "最近窗口：是否为最后一个窗口"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say the last window and the trend of a group; empty for earlier windows and without ties."""
        if not row["latest"] or row["external_share"] is None or row["expected"] is None:
            return ""
        share, chance = 100 * row["external_share"], 100 * row["expected"]
        moved = row["trend_since"] is not None
        if language == "zh":
            yearly = "" if row["trend_yearly"] is None else f"组内优势比每年 ×{row['trend_yearly']:.2f}，"
            numbers = f"（{yearly}q = {row['trend_q']:.2g}）" if moved else ""
            when = f"{row['trend_since']}年以来" if moved else ""
            window = f"{row['since']}–{row['until']}年"
            return (
                f"{chinese(row['name'])}，{window}：{share:.3g}% 的联系通向组外（随机期望 {chance:.3g}%）；"
                f"{when}{TRENDS[row['trend']]}{numbers}。"
            )
        factor = row["trend_yearly"]
        yearly = "" if factor is None else f"odds of staying inside {factor:.2f} times a year, "
        numbers = (
            f" since {row['trend_since']} ({yearly}q = {row['trend_q']:.2g})"
            if moved
            else " to tell a trend"
            if row["trend"] == "too short"
            else ""
        )
        return (
            f"{row['name']}, {row['since']}-{row['until']}: {share:.3g} % of tie weight leaves the group "
            f"({chance:.3g} % by chance); {row['trend']}{numbers}."
        )


@analysis(
    "Silos over time",
    "孤岛演变",
    "change",
    "Which groups are closing or opening, and since when?",
    "哪些群体正趋于封闭或开放，始于何时？",
)
def silo_trends(
    net: Network,
    *,
    by: Annotated[str, "what organisations are grouped by: country, region, role, technology ..., or community"] = (
        "country"
    ),
    window: Annotated[str, "rolling, or expanding from the first year"] = "rolling",
    years: Annotated[int, "calendar years of a window, or of the first one"] = 3,
    alpha: Annotated[float, "false discovery rate of the trends"] = 0.05,
    min_members: Annotated[int, "groups with fewer members have no trend"] = 5,
    draws: Annotated[int, "membership graphs to draw in every window (0: closed form)"] = 0,
    seed: Annotated[int, "seed of everything random"] = 0,
) -> Annotated[Findings, SiloWindow]:
    """Test every group in every window, and tell whether it closes or opens over the years.

    A window holds the bodies that ran at some time in it; windows align to calendar years, from the first to the last
    in which a body starts, and the null keeps the seats and sizes of the window's bodies. The trend is one of bodies by
    the year in which they start, so that every body counts once: a line through the log odds ratio against that year's
    chance (measures.trends), p two-sided, corrected over the groups. `trend_since` is where a line that is level first
    begins to slope. Fewer than four years or eight bodies are too short to tell.

    The closed form screens: its p is too small too often, and its range too narrow (see silos); with `draws` both are
    of membership graphs drawn in every window.
    Communities are found on the whole network, so neither windows nor trends of theirs are tested: that would test them
    on what they were found in. Bodies without a first day are left out and counted in the notes. Groups that move
    first, by q; then the largest over all years. Raises DataError where no body has a first day, or no organisation a
    group.

    方法：在每个时间窗口检验各群组，并判断其逐年趋于封闭还是开放。

    窗口包含其间曾运行的项目与平台；窗口按日历年对齐，由有项目或平台开始的首年到末年，零模型保持窗口内的席位数与规模。
    趋势按开始年份计，使每个项目或平台只计一次：以相对当年随机水平的对数优势比拟合直线，p 为双侧，对全部群组校正。转折
    年份为水平线开始倾斜之处。不足四年或不足八个项目与平台的太短，无法判断。

    解析解只作筛查：其 p 值偏小、区间偏窄的情形过多（参见孤岛分析）；设定 draws 后，两者均来自各窗口抽取的成员关系图。
    社群由全网得出，因此不检验其窗口与趋势，否则就是用得出它的数据检验它。没有首日的项目与平台不计入，数目见附注。变动
    的群组在前，按 q 值排列，其次按全部年份的成员数。项目与平台均无首日，或没有主体具备群组时，无法计算。
    """
    if window not in KINDS or years < 1 or not 0 < alpha < 1 or draws < 0:
        raise UsageError(
            f"window is one of {', '.join(KINDS)}, years from 1 on, alpha between 0 and 1, draws from 0 on; got "
            f"{window}, {years}, {alpha}, {draws}"
        )
    start = net.bodies["from"]
    if not start.notna().any():
        raise DataError(
            Bilingual(
                "no platform or collaboration has a first day (from): load a source that gives it",
                "平台与合作均无起始日期（from）：请载入含此信息的来源",
            )
        )
    grouping = Grouping.of(net, by, seed=seed)
    dated = net.keep(start.notna().to_numpy())
    began = np.array([int(str(day)[:4]) for day in dated.bodies["from"]])
    tested = by != "community"
    trends = _trends(dated, began, grouping, min_members) if tested else [None] * len(grouping.names)
    q_of = _corrected([None if found is None else found.p for found in trends])
    told = [_verdict(found, q, alpha, tested) for found, q in zip(trends, q_of, strict=True)]
    windows = list(_windows(int(began.min()), int(began.max()), years, window))
    frames = []
    for first, last in windows:
        part = dated.window(f"{first:04d}-01-01", f"{last:04d}-12-31")
        frames.append(_measured(part, grouping, tested, draws, seed).assign(since=first, until=last))
    table = pd.concat(frames, ignore_index=True)
    at = table.pop("at").to_numpy()
    moved = [found if verdict in ("closing", "opening") else None for found, verdict in zip(trends, told, strict=True)]
    table["group"] = np.array(grouping.names, dtype=object)[at]
    table["name"] = np.array(grouping.words, dtype=object)[at]
    table["trend"] = np.array(told, dtype=object)[at]
    table["trend_since"] = _objects([None if found is None else found.since for found in moved])[at]
    yearly = [
        None if found is None or np.isinf(found.slope) else round(float(np.exp(found.slope)), 9) for found in trends
    ]
    table["trend_yearly"], table["trend_q"] = _objects(yearly)[at], _objects(q_of)[at]
    table["latest"] = (table["until"] == windows[-1][1]).to_numpy()
    rank = np.array([list(TRENDS).index(verdict) if verdict in ("closing", "opening") else 2 for verdict in told])
    q = np.array([np.inf if value is None else value for value in q_of])
    order = table.assign(rank=rank[at], by_q=q[at], by_size=-grouping.members[at], by_name=at).sort_values(
        ["rank", "by_q", "by_size", "by_name", "until"], kind="stable"
    )
    table = table.loc[order.index, list(SiloWindow.columns())].reset_index(drop=True)
    notes = (
        [
            Bilingual(
                f"{int(start.isna().sum()):,} bodies without a first day are in no window.",
                f"{int(start.isna().sum()):,} 个项目与平台没有起始日期，不计入任何窗口。",
            )
        ]
        if start.isna().any()
        else []
    )
    if not tested:
        notes.append(
            Bilingual(
                "Communities were found on these bodies: neither their windows nor their trends are tested.",
                "社群由这些项目与平台得出：其窗口与趋势均不检验。",
            )
        )
    elif not draws:
        notes.append(
            Bilingual(
                "Chance was computed in closed form, which finds too much too often; ask for draws to be sure.",
                "随机情形以解析解计算：p 值偏小的情形过多，不宜报告。",
            )
        )
    return Findings(table, None, tuple(notes))


def _windows(first: int, last: int, years: int, kind: str) -> Iterator[tuple[int, int]]:
    for end in range(min(first + years - 1, last), last + 1):
        yield (first if kind == "expanding" else max(end - years + 1, first)), end


def _measured(net: Network, grouping: Grouping, tested: bool, draws: int, seed: int) -> pd.DataFrame:
    """Measure and test every group that has a seat in a window."""
    number = len(grouping.names)
    seats, groups = Seats.of(net), Groups.of(grouping.labels, number)
    evidence = Evidence.of(seats, groups)
    chance = sample(seats, groups, seed=seed, draws=draws) if draws else closed_form(seats, groups)
    there = evidence.seats > 0
    active = np.unique(seats.members)
    labels = grouping.labels[active]
    members = np.bincount(labels[labels >= 0], minlength=number)
    told = there & (len(seats.members) >= FEWEST)
    odds = np.where(told, odds_ratio(evidence, chance.mean)[0], np.nan)
    varies = told & (chance.deviation > 1e-9)
    p = np.where(varies & tested, chance.p, np.nan)
    q = _corrected([None if np.isnan(value) else float(value) for value in p])
    whole = np.where(there, evidence.seats, np.nan)
    frame = pd.DataFrame(
        {
            "at": np.arange(number),
            "members": members,
            "external_share": rounded(1 - evidence.inside / whole),
            "expected": rounded(np.where(told, 1 - chance.mean / whole, np.nan)),
            "expected_low": rounded(np.where(told & tested, 1 - chance.high / whole, np.nan)),
            "expected_high": rounded(np.where(told & tested, 1 - chance.low / whole, np.nan)),
            "z": rounded(np.where(varies & tested, chance.z, np.nan)),
            "p": rounded(p),
            "q": _objects(q),
            "effect": rounded(odds),
            "seats": evidence.seats.astype(np.int64),
        }
    )
    return frame[there]


def _trends(net: Network, began: "np.ndarray[Any, Any]", grouping: Grouping, fewest: int) -> list[Trend | None]:
    """Fit the trend of every group to the bodies that it sits in, each in the year in which it starts."""
    number = len(grouping.names)
    groups = Groups.of(grouping.labels, number)
    found: list[tuple[Numbers, ...]] = []
    for year in np.unique(began):
        seats = Seats.of(net.keep(began == year))
        chance, taken = closed_form(seats, groups).mean, group_seats(seats, groups)
        share = np.divide(chance, taken, out=np.zeros(number), where=taken > 0)
        _, group, members, inside = by_body(seats, groups)
        whole = np.full(len(group), float(len(seats.bodies)))
        found.append((np.full(len(group), float(year)), inside, members, share[group], whole, group.astype(float)))
    years, inside, members, share, bodies, group = (np.concatenate(column) for column in zip(*found, strict=True))
    large = grouping.members >= fewest
    return [
        trend(years[own], inside[own], members[own], share[own], bodies[own]) if large[at] else None
        for at in range(number)
        for own in (group == at,)
    ]


def _verdict(found: Trend | None, q: float | None, alpha: float, tested: bool) -> str:
    if not tested:
        return "not tested"
    if found is None or q is None:
        return "too short"
    return "steady" if q > alpha else "closing" if found.slope > 0 else "opening"


def _corrected(p: list[float | None]) -> list[float | None]:
    from scipy.stats import false_discovery_control

    known = [i for i, value in enumerate(p) if value is not None]
    q: list[float | None] = [None] * len(p)
    if known:
        for i, value in zip(known, false_discovery_control([p[i] or 0.0 for i in known]), strict=True):
            q[i] = round(float(value), 12)
    return q


def _objects(values: list[Any]) -> "np.ndarray[Any, np.dtype[np.object_]]":
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
