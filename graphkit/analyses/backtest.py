"""Backtest (回测): do proposals come true? Learned until a year, held against what came after."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import UsageError
from graphkit.measures.backtesting import MODEL, SCORES, STRATA, Trial, error_of, interval, parted, tried
from graphkit.measures.examples import split
from graphkit.measures.fitting import reliability
from graphkit.network import Network
from graphkit.terms import chinese

_PAIRS = {
    "all": ("all pairs", "所有机构对"),
    "across communities": ("pairs across communities", "跨社群的机构对"),
    "without common partner": ("pairs without a common partner", "无共同伙伴的机构对"),
    "across countries": ("pairs across countries", "跨国的机构对"),
    "east-west": ("pairs of east and west", "东西部之间的机构对"),
}
_NOBODY = Bilingual(
    "Nothing can be tried: too few bodies carry a date, or nobody with five partners found a new one after it.",
    "无法检验：带日期的项目与平台太少，或此后没有已有五个伙伴的主体找到新伙伴。",
)
BEST = (100, 1_000, 5_000)


class Tried(Row):
    """One score on one kind of pair."""

    written = False
    stratum: Annotated[str, "kind of pair", "候选对类型"]
    score: Annotated[
        str,
        "what ranked the candidates; graphkit is the model (排序方法)",
        "排序方法：按何种得分给候选排序，graphkit 为本模型",
    ]
    organisations: Annotated[int, "organisations tried", "主体数：参与检验的主体数"]
    precision: Annotated[
        float,
        "share of the ten best of each that came true (前10命中率)",
        "前10命中率：每个主体前十名候选中后来成真的比例",
    ]
    precision_low: Annotated[
        float | None,
        "lower end of its 95 % interval over organisations",
        "前10命中率下限：按主体计算的 95% 置信区间下限",
    ]
    precision_high: Annotated[float | None, "upper end", "前10命中率上限：按主体计算的 95% 置信区间上限"]
    behind_low: Annotated[
        float | None,
        "how far it is behind the model: lower end of the paired 95 % interval",
        "落后下限：落后于本模型的幅度，成对比较的 95% 置信区间下限",
    ]
    behind_high: Annotated[float | None, "upper end", "落后上限：落后于本模型的幅度，成对比较的 95% 置信区间上限"]
    recall: Annotated[
        float | None,
        "share of new ties that are among the hundred best of each (前100召回率)",
        "前100召回率：新联系中进入各主体前一百名候选的比例",
    ]
    reciprocal_rank: Annotated[
        float | None, "mean of one over the place of the first hit", "倒数排名：首个命中名次倒数的均值"
    ]
    auc: Annotated[
        float | None,
        "chance that a new tie stands above another pair drawn at random",
        "AUC：一条新联系排在随机抽取的另一对之前的概率",
    ]
    auc_matched: Annotated[
        float | None,
        "the same against pairs with as many partners and as near; degree has 0.50",
        "匹配 AUC：与伙伴数相同、距离相同的对比较的 AUC；仅按度数排序为 0.50",
    ]
    calibration_error: Annotated[
        float | None,
        "mean difference of stated and observed likelihood (校准误差)",
        "校准误差：所报可能性与实际发生比例之差的均值",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how many proposals of the model came true."""
        if row["score"] != MODEL:
            return ""
        share, (pairs, pairs_zh) = 100 * row["precision"], _PAIRS[row["stratum"]]
        if language == "zh":
            return f"在{pairs_zh}中，为{row['organisations']}个机构各提出的前10条建议有{share:.1f}%后来成真。"
        return (
            f"Among {pairs}, {share:.1f} % of the ten best proposals to each of {row['organisations']:,} organisations "
            f"came true."
        )


class Ranked(Row):
    """One proposal of the backtest, for others to score."""

    written = False
    organisation: Annotated[str, "organisation that is advised", "主体：获得建议的主体"]
    rank: Annotated[int, "place among its candidates, from 1 to 100", "名次：在其候选中的名次，1 至 100"]
    candidate: Annotated[str, "organisation proposed", "候选伙伴：建议的主体"]
    likelihood: Annotated[float, "how likely it was said to be", "可能性：当时给出的可能性"]
    came: Annotated[bool, "whether they tied up later", "是否成真：后来是否建立了联系"]
    in_time: Annotated[
        bool,
        "whether within the time for which the likelihood is stated (期内成真)",
        "期内成真：是否在可能性所指的期限内成真",
    ]
    tried: Annotated[
        bool,
        "whether the organisation found anybody new, and so counts in precision",
        "计入命中率：该主体后来是否有新伙伴，有才计入命中率",
    ]


@analysis("Backtest", "回测检验", "bridges", "Do proposals come true?", "建议后来成真了吗？", in_report=False)
def backtest(
    net: Network,
    *,
    last_year: Annotated[int | None, "last year that is known; else the last quarter of the bodies is foretold"] = None,
    sample: Annotated[int, "organisations that are tried"] = 1_500,
    learned_from: Annotated[int, "organisations drawn to learn from"] = 1_500,
    listed: Annotated[int, "proposals to each organisation that are listed, at most 100; 0 lists none"] = 100,
    seed: Annotated[int, "seed of the draws"] = 0,
) -> Annotated[Findings, Tried, Ranked]:
    """Learn from bodies that start until a year, and hold the proposals against those that start later.

    Organisations are drawn among those with five partners and more, and with at least one new partner later who was
    known already. Everyone known then and not tied is a candidate; partners of an earlier framework are, too. Beside
    the model stand random order, degree, common neighbours, Adamic-Adar, resource allocation, Katz, L3 and the random
    walk with return. Intervals are bootstraps over organisations; `behind` is paired. The error of calibration is over
    ten bins of the ten best proposals to organisations drawn without looking ahead (those that were tried, and in
    proportion others that found nobody), and counts ties that came within the time for which the likelihood is stated.
    East and west are those of macro regions, else of Europe; the notes say what became of the likeliest pairs and of
    proposals to organisations that nobody was tied to. Bodies without a date are left out, unless they are of an
    earlier framework. Where nobody can be tried the table is empty and a note says so.

    方法：由某年之前开始的项目与平台学习，再用此后的新联系检验建议。

    检验对象从满足以下条件的主体中抽取：当时至少有五个伙伴，且此后至少与一个当时已知的主体新建联系。当时已知而未与之联
    系的主体都是候选，上一框架计划的伙伴亦在其内。对照排序有：随机、度数、共同邻居、Adamic-Adar、资源分配、Katz、L3 与
    带返回的随机游走。区间为对主体的自助法区间，“落后”为成对比较。校准误差取十组，针对不预知结果而抽取的主体的前十条建
    议（含找到新伙伴者，以及按比例抽取的未找到者），只计在可能性所指期限内成真的联系。东西部按大区划分，否则按欧洲划分；
    附注说明可能性最高的对，以及向未能建立新联系的主体所提建议的结果。无日期的项目与平台不计入，属于上一框架计划者除外。
    无人可检验时表格为空，并由附注说明。
    """
    if sample < 1:
        raise UsageError(f"--sample {sample} must be 1 or more")
    if not 0 <= listed <= 100:
        raise UsageError(f"--listed {listed} must be from 0 to 100")
    if last_year is None:
        day = split(net, 0.25, 0.0, seed).today + 1
    else:
        day = float(np.datetime64(f"{last_year + 1:04d}-01-01", "D").astype(int))
    found = None
    if np.isfinite(day):
        at = parted(net, day)
        found = tried(net, at, sample=sample, learned_from=learned_from, seed=seed)
    if found is None:
        return Findings(
            pd.DataFrame(columns=list(Tried.columns())), pd.DataFrame(columns=list(Ranked.columns())), (_NOBODY,)
        )
    rows = [_row(found, number, which, seed) for which in range(len(STRATA)) for number in range(len(SCORES))]
    ids = net.organisations["id"].to_numpy()
    ranked = found.ranked[found.ranked["rank"] <= listed]
    members = pd.DataFrame(
        {
            "organisation": ids[ranked["source"]],
            "rank": ranked["rank"],
            "candidate": ids[ranked["target"]],
            "likelihood": ranked["likelihood"],
            "came": ranked["came"],
            "in_time": ranked["in_time"],
            "tried": ranked["tried"],
        }
    )
    table = pd.DataFrame(rows, columns=list(Tried.columns()))
    return Findings(table, members if listed else None, _notes(found, day, at.years))


def _row(found: Trial, number: int, which: int, seed: int) -> dict[str, Any]:
    name, precision = list(SCORES)[number], found.precision[:, which]
    low, high = interval(precision[number], seed)
    behind = interval(precision[0] - precision[number], seed) if number else (None, None)
    return {
        "stratum": STRATA[which],
        "score": name,
        "organisations": len(found.sources),
        "precision": float(precision[number].mean()),
        "precision_low": low if np.isfinite(low) else None,
        "precision_high": high if np.isfinite(high) else None,
        "behind_low": behind[0],
        "behind_high": behind[1],
        "recall": _mean(found.recall[number, which]),
        "reciprocal_rank": _mean(found.reciprocal[number, which]),
        "auc": float(found.auc[number]) if which == 0 else None,
        "auc_matched": found.auc_matched.get(name) if which == 0 else None,
        "calibration_error": error_of(found.stated[which]) if number == 0 else None,
    }


def _notes(found: Trial, day: float, years: float) -> tuple[Bilingual, ...]:
    specific = [f"{name} {value:.3f}" for name, value in found.auc_matched.items() if name.startswith("specific")]
    term = f"{12 * found.model.years:.0f} months" if found.model.years else "the time the model learned from"
    term_zh = f"{12 * found.model.years:.0f} 个月" if found.model.years else "模型所学时段"
    stated = found.stated[0]
    bins = ", ".join(
        f"{100 * said:.1f} {100 * was:.1f}" for said, was, _ in reliability(stated[:, 0], stated[:, 1] > 0)
    )
    return (
        Bilingual(
            f"Known were bodies that start before {np.datetime64(int(day), 'D')}; "
            f"{len(found.sources):,} organisations were tried.",
            f"已知者为 {np.datetime64(int(day), 'D')} 之前开始的项目与平台；检验了 {len(found.sources):,} 个主体。",
        ),
        Bilingual(
            f"Precision, recall and AUC count every tie of the {12 * years:.0f} months that came later; likelihood "
            f"and its error of calibration are of a tie within {term}.",
            f"命中率、召回率与 AUC 计其后 {12 * years:.0f} 个月的全部联系；可能性及其校准误差指 {term_zh} 内的联系。",
        ),
        Bilingual(
            f"Likelihoods of the ten best of {found.drawn:,} organisations drawn without looking ahead, by tenths, "
            f"stated and come true in time (%): {bins}.",
            f"不预知结果而抽取的 {found.drawn:,} 个主体的前十条建议，按十分位给出的可能性与期内成真比例（%）：{bins}。",
        ),
        *_whole(found),
        *_cold(found),
        *(
            (
                Bilingual(
                    f"AUC on pairs matched for partners and distance: {', '.join(specific)}.",
                    f"伙伴数与距离相匹配的对的 AUC：{chinese(', '.join(specific))}。",
                ),
            )
            if specific
            else ()
        ),
        *found.model.notes,
    )


def _whole(found: Trial) -> tuple[Bilingual, ...]:
    """Say how many of the likeliest pairs came true, each counted once, of the hundred best of those drawn."""
    best = found.ranked.sort_values("likelihood", ascending=False, kind="stable")
    ends = pd.DataFrame(np.sort(best[["source", "target"]].to_numpy(), axis=1))
    came = best["came"].to_numpy(dtype=float)[~ends.duplicated().to_numpy()]
    shares = [(many, 100 * came[:many].mean()) for many in BEST if len(came) >= many]
    parts = [f"{share:.1f} % of the best {many:,}" for many, share in shares]
    parts_zh = [f"最佳的 {many:,} 对有 {share:.1f}%" for many, share in shares]
    return (
        (
            Bilingual(
                f"Of all pairs proposed to them, {', '.join(parts)} came true.",
                f"在向其建议的全部对中，{'，'.join(parts_zh)} 成真。",
            ),
        )
        if parts
        else ()
    )


def _cold(found: Trial) -> tuple[Bilingual, ...]:
    """Say how the proposals to organisations that nobody was tied to did."""
    if not found.cold.shape[1]:
        return ()
    shares = [f"{name} {100 * mean:.1f} %" for name, mean in zip(SCORES, found.cold.mean(axis=1), strict=True)]
    return (
        Bilingual(
            f"Of the ten best of {found.cold.shape[1]:,} organisations that nobody was tied to, and that found "
            f"somebody, came true: {', '.join(shares)}.",
            f"对 {found.cold.shape[1]:,} 个当时没有任何联系、后来找到伙伴的主体，前十条建议的成真比例："
            f"{chinese(', '.join(shares))}。",
        ),
    )


def _mean(values: "np.ndarray[Any, np.dtype[np.float64]]") -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
