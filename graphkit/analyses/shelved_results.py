"""Shelved results (成果闲置): what was found and nobody took over, and how long transfer takes (成果转化)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.themes import about, both_names, evidence, technology_names
from graphkit.network import Network
from graphkit.terms import chinese

GROUPINGS = ("zone", "region", "city", "country", "role", "organisation", "kind", "technology")
YEAR = 365.25


class Conversion(Row):
    """The results of one group, and what became of them."""

    key = "group"
    group: Annotated[str, "all, or one value of what is compared", "分组：全部，或所比较属性的某一取值"]
    results: Annotated[int, "results with a day (成果数)", "成果数：有日期的成果"]
    transferred: Annotated[int, "of them, taken over by somebody (已转化)", "已转化：其中已被承接者"]
    rate: Annotated[float | None, "share taken over so far (转化率)", "转化率：至今已被承接的比例"]
    within: Annotated[
        float | None,
        "share taken over within `years`, with those still waiting allowed for (Kaplan-Meier)",
        "期内转化率：在所设年限内被承接的比例，已考虑仍在等待者（Kaplan-Meier）",
    ]
    within_low: Annotated[
        float | None, "lower end of its 95 % interval (Greenwood)", "期内转化率下限：95% 置信区间下限（Greenwood）"
    ]
    within_high: Annotated[float | None, "upper end of its 95 % interval", "期内转化率上限：95% 置信区间上限"]
    median_years: Annotated[
        float | None,
        "years until half are taken over; none where half never are (中位转化时间)",
        "中位转化时间：半数成果被承接所需年数；始终不及半数时为空",
    ]
    shelved: Annotated[int, "not taken over after `years` and more (闲置)", "闲置：达到所设年限仍未被承接"]
    waiting: Annotated[int, "not taken over, but younger", "等待中：未被承接但尚未到年限"]
    elsewhere: Annotated[
        int,
        "of those taken over, by organisations of another place only (异地转化)",
        "异地转化：已转化成果中仅由外地主体承接者",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how much is taken over and how long it takes; empty where there is no result."""
        if not row["results"]:
            return ""
        rate, median = 100 * row["rate"], row["median_years"]
        if language == "zh":
            half = f"一半成果在 {median:.1f} 年内转化" if median is not None else "过半成果未见转化"
            return (
                f"{chinese(row['group'])}：{row['results']} 项成果中 {row['transferred']} 项已转化"
                f"（{rate:.0f}%），{half}；长期闲置 {row['shelved']} 项。"
            )
        half = f"half are within {median:.1f} years" if median is not None else "half never are"
        return (
            f"{row['group']}: {row['transferred']} of {row['results']} results were taken over ({rate:.0f} %), {half}; "
            f"{row['shelved']} are shelved."
        )


class Shelved(Row):
    """One result that nobody took over."""

    label, key, prefix = "Result", "id", "shelved_"
    unwritten = ("name", "name_zh", "producers", "producers_zh", "technologies", "evidence")
    id: Annotated[str, "result", "成果"]
    name: Annotated[str, "its name", "名称"]
    name_zh: Annotated[str, "its Chinese name", "需求名称"]
    years: Annotated[float, "years since it was achieved", "年数：成果取得至今的年数"]
    producers: Annotated[str, "who produced it", "完成方（英文）"]
    producers_zh: Annotated[str, "their Chinese names", "完成方"]
    technologies: Annotated[str, "what it is about", "涉及技术"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]


@dataclass(frozen=True)
class _Result:
    """One result with a day: who produced it, how old it is, and after how many years it was taken over."""

    id: str
    producers: tuple[str, ...]
    age: float
    taken: float | None
    takers: tuple[str, ...]


@analysis(
    "Shelved results",
    "沉睡成果",
    "chains and stages",
    "Which results lie unused, and how long does transfer take?",
    "哪些成果被闲置，转化需要多久？",
)
def shelved_results(
    net: Network,
    *,
    by: Annotated[str, "what to compare: zone, region, city, country, role, organisation, kind or technology"] = "zone",
    years: Annotated[float, "age from which on a result that nobody took over counts as shelved"] = 3.0,
    until: Annotated[str | None, "day up to which the data tells; else the last day in it"] = None,
) -> Annotated[Findings, Conversion, Shelved]:
    """Count the results (Result) that somebody took over (TRANSFERRED_TO), and estimate how long it takes.

    The time to transfer runs from a result's day to its first transfer (0 where that came before it); results without
    a transfer count up to `until` and are censored there (Kaplan & Meier 1958; statsmodels). Transfers after `until`
    have not happened yet, nor have results. A result counts in the group of each of its producers. Those without a day
    are left out and named in the notes; so are transfers without one, whose results count as neither.

    Raises DataError where there are no results, none has a day, or there is not a single transfer.

    方法：统计已被承接的成果（Result、TRANSFERRED_TO），并估计转化所需时间。

    转化时间由成果日期到首次转化（转化早于成果日期者为 0）；未转化的成果计至 until 并在该处删失（Kaplan & Meier 1958；
    statsmodels）。until 之后的转化与成果视为尚未发生。成果计入其每个完成方所在分组。没有日期的成果不计入并见附注；没
    有日期的转化亦然，其成果既不算已转化也不算未转化。

    没有成果、成果均无日期，或没有任何转化时，无法计算。
    """
    if by not in GROUPINGS:
        raise UsageError(f"results cannot be compared by {by!r}; choose one of {', '.join(GROUPINGS)}")
    results, notes, last = _results(net, until)
    place = _places(net, by)
    rows = [("all", results), *sorted(_groups(net, results, by).items())]
    table = pd.DataFrame(
        [_conversion(group, some, years, place) for group, some in rows],
        columns=list(Conversion.columns()),
        dtype=object,
    )
    table = pd.concat([table[:1], table[1:].sort_values(["shelved", "group"], ascending=[False, True], kind="stable")])
    notes.append(
        Bilingual(
            f"The data tells up to {last}; a result counts as shelved from {years:g} years on.",
            f"数据截至 {last}；成果满 {years:g} 年未转化计为闲置。",
        )
    )
    return Findings(table.reset_index(drop=True), _shelved(net, results, years), tuple(notes))


def _results(net: Network, until: str | None) -> tuple[list[_Result], list[Bilingual], str]:
    table, transfers, produced = net.table("Result"), net.table("TRANSFERRED_TO"), net.table("PRODUCED")
    if table.empty:
        raise DataError(
            Bilingual(
                "there are no results: load a source with results (Result) and who took them over",
                "没有成果：请载入含成果（Result）及其承接方的来源",
            )
        )
    if transfers.empty:
        raise DataError(
            Bilingual(
                "no result was taken over: load a source that says who did (TRANSFERRED_TO)",
                "没有成果被承接：请载入说明承接方的来源（TRANSFERRED_TO）",
            )
        )
    on = {id_: _day(value) for id_, value in zip(table["id"], table["date"], strict=True) if isinstance(value, str)}
    if not on:
        raise DataError(
            Bilingual(
                "no result has a day: load a source that says when each was achieved (Result.date)",
                "成果均无日期：请载入说明取得时间的来源（Result.date）",
            )
        )
    last = _day(until) if until is not None else max([*on.values(), *map(_day, transfers["date"].dropna())])
    makers, takers = produced.groupby("end")["start"].agg(tuple).to_dict(), defaultdict(list)
    undated = set()
    for result, taker, value in zip(transfers["start"], transfers["end"], transfers["date"], strict=True):
        if not isinstance(value, str):
            undated.add(result)
        elif _day(value) <= last:
            takers[result].append((_day(value), taker))
    found = []
    for id_, day in sorted(on.items()):
        taken = sorted(takers.get(id_, ()))
        if day > last or (id_ in undated and not taken):
            continue
        after = max((taken[0][0] - day).days, 0) / YEAR if taken else None
        found.append(_Result(id_, makers.get(id_, ()), (last - day).days / YEAR, after, tuple(who for _, who in taken)))
    notes = []
    if missing := len(table) - len(on):
        notes.append(
            Bilingual(f"{missing} results have no day, and are left out.", f"{missing} 项成果没有日期，不计入。")
        )
    if undated:
        notes.append(
            Bilingual(
                f"{len(undated)} results have a transfer without a day.", f"{len(undated)} 项成果的转化没有日期。"
            )
        )
    return found, notes, last.isoformat()


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{value!r} is no day (YYYY-MM-DD)") from None


def _places(net: Network, by: str) -> dict[str, str]:
    values = net.group(by if by in GROUPINGS[:4] else "zone")
    return {id_: value for id_, value in zip(net.organisations["id"], values, strict=True) if value is not None}


def _groups(net: Network, results: Sequence[_Result], by: str) -> dict[str, list[_Result]]:
    found: dict[str, list[_Result]] = defaultdict(list)
    if by == "technology":
        topics = about(net, "Result")
        names = technology_names(net, {topic for own in topics.values() for topic in own})
        of = {id_: [names[topic][0] for topic in own] for id_, own in topics.items()}
    elif by == "kind":
        kinds = net.table("Result")
        of = {id_: [kind] for id_, kind in zip(kinds["id"], kinds["kind"], strict=True) if kind}
    else:
        known = both_names(net.organisations)
        values = [known[i][0] for i in net.organisations["id"]] if by == "organisation" else net.group(by).tolist()
        value = {id_: each for id_, each in zip(net.organisations["id"], values, strict=True) if each is not None}
        of = {result.id: sorted({value[who] for who in result.producers if who in value}) for result in results}
    for result in results:
        for group in of.get(result.id, ()):
            found[group].append(result)
    return found


def _conversion(group: str, some: Sequence[_Result], years: float, place: Mapping[str, str]) -> tuple[Any, ...]:
    taken = [result for result in some if result.taken is not None]
    shelved = sum(result.taken is None and result.age >= years for result in some)
    away = 0
    for result in taken:
        at = {place[who] for who in result.producers if who in place}
        to = {place[who] for who in result.takers if who in place}
        away += bool(at and to and not at & to)
    within, low, high, median = survival([r.age if r.taken is None else r.taken for r in some],
                                         [r.taken is not None for r in some], years)  # fmt: skip
    rate = len(taken) / len(some) if some else None
    waiting = len(some) - len(taken) - shelved
    return group, len(some), len(taken), rate, within, low, high, median, shelved, waiting, away


def survival(
    times: Sequence[float], happened: Sequence[bool], at: float
) -> tuple[float | None, float | None, float | None, float | None]:
    """Estimate by Kaplan & Meier (1958) the share to which it happened by `at`, its 95 % interval, and the median time.

    Nothing is told without times; the median is none where the curve never falls to a half. The interval is
    Greenwood's, cut at 0 and 1.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    if not times:
        return None, None, None, None
    if not any(happened):
        return 0.0, 0.0, 0.0, None
    curve = SurvfuncRight(np.asarray(times, dtype=float), np.asarray(happened, dtype=int))
    known = int(np.searchsorted(curve.surv_times, at, side="right"))
    share, error = (1 - curve.surv_prob[known - 1], curve.surv_prob_se[known - 1]) if known else (0.0, 0.0)
    half = np.flatnonzero(curve.surv_prob <= 0.5 + 1e-12)
    median = float(curve.surv_times[half[0]]) if len(half) else None
    low, high = max(share - 1.959964 * error, 0.0), min(share + 1.959964 * error, 1.0)
    return float(share), float(low), float(high), median


def _shelved(net: Network, results: Sequence[_Result], years: float) -> pd.DataFrame:
    table, topics, called = net.table("Result"), about(net, "Result"), both_names(net.organisations)
    names, rows = both_names(table), dict(zip(table["id"], table["row"], strict=True))
    technologies = technology_names(net, {topic for own in topics.values() for topic in own})
    made: dict[str, list[str]] = defaultdict(list)
    for result, row in zip(net.table("PRODUCED")["end"], net.table("PRODUCED")["row"], strict=True):
        made[result].append(row)
    old = sorted((r for r in results if r.taken is None and r.age >= years), key=lambda r: (-r.age, r.id))
    listed = [
        (
            result.id,
            *names[result.id],
            round(result.age, 2),
            ", ".join(called[who][0] for who in sorted(result.producers) if who in called),
            "、".join(called[who][1] for who in sorted(result.producers) if who in called),
            ", ".join(technologies[topic][0] for topic in sorted(topics.get(result.id, ()))),
            evidence([rows[result.id], *made[result.id]]),
        )
        for result in old
    ]
    return pd.DataFrame(listed, columns=list(Shelved.columns()))
