"""Reform (改革效果): whether a zone changed after a reform more than the zones without one did."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

OUTCOMES = {"seats": "每主体每年新增参与席位", "outside": "新增席位中与外部共同参与的占比"}


class Reform(Row):
    """One reform of one zone, and what changed."""

    key = "reform"
    reform: Annotated[str, "zone and year of the reform", "改革：改革的高新区与年份"]
    zone: Annotated[str, "zone", "高新区"]
    year: Annotated[int, "first year of the reform", "改革年份：改革的第一年"]
    before: Annotated[float | None, "mean of the outcome in the years before", "改革前均值：改革前各年结果的均值"]
    after: Annotated[float | None, "mean from the year of the reform on", "改革后均值：自改革当年起的均值"]
    change: Annotated[float | None, "after less before", "变化：改革后减改革前"]
    placebo_change: Annotated[
        float | None,
        "median of that change over the zones without a reform (安慰剂园区)",
        "安慰剂变化：未改革高新区变化的中位数",
    ]
    effect: Annotated[
        float | None, "change less that median: difference in differences (双重差分)", "双重差分：变化减去该中位数"
    ]
    p: Annotated[
        float | None,
        "share of zones, its own counted, whose change lies as far from that median",
        "p 值：变化偏离该中位数不小于它的高新区比例，含其自身",
    ]
    placebos: Annotated[int, "zones without a reform that it is compared with", "对照数：用作对照的未改革高新区"]
    evidence: Annotated[str, "rows of the first new seats from the reform on", "证据：改革之后首批新席位的数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what changed; empty where nothing can be compared."""
        if row["effect"] is None:
            return ""
        change, chance, p = f"{row['change']:+.3g}", f"{row['placebo_change']:+.3g}", f"{row['p']:.2g}"
        zone, year, many = row["zone"], row["year"], row["placebos"]
        if language == "zh":
            return (
                f"{zone}（{year}年改革）：变化 {change}，{many} 个未改革园区的中位变化为 {chance}；"
                f"净效应 {row['effect']:+.3g}（p = {p}）。"
            )
        return (
            f"{zone} (reform of {year}): changed by {change}, the median of {many} zones without a reform by {chance}; "
            f"effect {row['effect']:+.3g} (p = {p})."
        )


@analysis(
    "Effect of a reform",
    "改革成效",
    "change",
    "Did a reform change a zone more than zones without one changed?",
    "改革后园区的变化是否超过未改革园区？",
)
def reform(
    net: Network,
    *,
    zone: Annotated[str | None, "zone that was reformed; else those that a policy of kind reform targets"] = None,
    year: Annotated[int | None, "first year of its reform; needed with a zone"] = None,
    outcome: Annotated[
        str, "seats: new seats per organisation and year; outside: share of these with outsiders"
    ] = "seats",
    before: Annotated[int, "years before the reform"] = 3,
    after: Annotated[int, "years from the reform on"] = 3,
) -> Annotated[Findings, Reform]:
    """Compare the change of a reformed zone with that of every other zone at the same moment.

    A seat is new in the year in which its body starts; bodies of one organisation, and without a first day, do not
    count. Outside means that the body has a member who is not in the zone. The effect is the difference in differences
    against the median of the placebo zones, those without any reform; p is the permutation p of Abadie, Diamond &
    Hainmueller (2010): the share of zones, the reformed one among them, whose change is as far from that median. It
    cannot be less than one over their number, and says nothing of other things that happened in the zone that year.
    Raises DataError where no reform is known, and where a reform has no placebo zone.

    方法：将改革高新区的变化与同一时点其他高新区的变化相比较。

    席位计入其项目或平台开始的年份；只有一个成员或没有首日者不计。对外指其成员中有不在该高新区者。效应为双重差分：与未
    改革的安慰剂高新区的中位数之差；p 为 Abadie, Diamond & Hainmueller（2010）的置换 p 值，即变化偏离该中位数同样远的
    高新区所占比例，含改革高新区自身。它不可能小于高新区数的倒数，也不能排除该年当地发生的其他事情。没有已知的改革，或
    没有安慰剂高新区时，无法计算。
    """
    if outcome not in OUTCOMES:
        raise UsageError(f"no outcome {outcome!r}; choose one of {', '.join(OUTCOMES)}")
    if (zone is None) != (year is None):
        raise UsageError("give both a zone and the first year of its reform, or neither")
    values = net.group("zone")
    names = sorted({value for value in values if value is not None})
    reforms = [(zone, year)] if zone is not None and year is not None else _declared(net, names)
    unknown = [name for name, _ in reforms if name not in names]
    if unknown:
        raise DataError(
            Bilingual(
                f"no organisation lies in {unknown[0]!r}; there are: {', '.join(names) or 'none'}",
                f"没有主体位于 {unknown[0]!r}；现有：{'、'.join(names) or '无'}",
            )
        )
    placebos = [name for name in names if name not in {reformed for reformed, _ in reforms}]
    if not reforms or not placebos:
        raise DataError(
            Bilingual(
                "no reform to judge: name one (--zone and --year on the command line), or load policies of kind reform "
                "that target zones, and leave at least one zone without",
                "没有可评估的改革：请指明一项（命令行选项 --zone 与 --year），"
                "或载入以高新区为对象、类型为改革的政策，"
                "并至少留有一个未改革的高新区",
            )
        )
    at = np.array([names.index(value) if value is not None else -1 for value in values], dtype=np.int64)
    table = pd.DataFrame(
        [_row(net, at, names, placebos, *each, outcome, before, after) for each in reforms],
        columns=list(Reform.columns()),
        dtype=object,
    )
    note = Bilingual(
        f"Outcome: {outcome} ({OUTCOMES[outcome]}); {before} years before, {after} from the reform on.",
        f"结果指标：{chinese(outcome)}；改革前 {before} 年，改革起 {after} 年。",
    )
    return Findings(table, None, (note,))


def _declared(net: Network, names: list[str]) -> list[tuple[str, int]]:
    """List the zones that policies of kind reform target, as organisations name them, with the first year of each."""
    policies = net.table("Policy")
    policies = policies[(policies["kind"] == "reform") & policies["from"].notna()]
    years = {id_: int(str(day)[:4]) for id_, day in zip(policies["id"], policies["from"], strict=True)}
    called = {
        row[0]: next((name for name in row if name in names), None)
        for row in net.table("Zone")[["id", "name", "name_zh", "code"]].itertuples(index=False)
    }
    targets = net.table("TARGETS")
    found = {
        (str(called[end]), years[policy])
        for policy, label, end in targets[["start", "end_label", "end"]].itertuples(index=False)
        if label == "Zone" and policy in years and called.get(end) is not None
    }
    return sorted(found)


def _row(
    net: Network,
    at: "np.ndarray[Any, Any]",
    names: list[str],
    placebos: list[str],
    zone: str,
    year: int,
    outcome: str,
    before: int,
    after: int,
) -> tuple[Any, ...]:
    spans = (range(year - before, year), range(year, year + after))
    means = [_outcome(net, at, len(names), span, outcome) for span in spans]
    change = means[1] - means[0]
    mine = at[net.memberships["organisation"].to_numpy()] == names.index(zone)
    rows = evidence(net.memberships["row"][mine & _new(net, spans[1])[net.memberships["body"].to_numpy()]])
    others = np.array([change[names.index(name)] for name in placebos])
    others = others[~np.isnan(others)]
    i = names.index(zone)
    name = f"{zone}, {year}"
    if np.isnan(change[i]) or not len(others):
        known = [None if np.isnan(mean[i]) else float(mean[i]) for mean in means]
        return (name, zone, year, *known, None, None, None, None, len(others), rows)
    middle = float(np.median(others))
    as_far = (np.abs(others - middle) >= abs(change[i] - middle) - 1e-12).sum()
    p = (1 + int(as_far)) / (1 + len(others))
    effect = float(change[i]) - middle
    level = (float(means[0][i]), float(means[1][i]), float(change[i]))
    return (name, zone, year, *level, middle, effect, p, len(others), rows)


def _new(net: Network, years: range) -> "np.ndarray[Any, Any]":
    """Tell which bodies of two and more start in some years."""
    started = np.array([int(str(day)[:4]) if day is not None else -1 for day in net.bodies["from"]], dtype=np.int64)
    return (started >= years.start) & (started < years.stop) & (net.sizes > 1)


def _outcome(
    net: Network, at: "np.ndarray[Any, Any]", zones: int, years: range, outcome: str
) -> "np.ndarray[Any, Any]":
    """Measure the outcome of every zone over some years; not a number where it has none."""
    counts = _new(net, years)
    who, body = net.memberships["organisation"].to_numpy(), net.memberships["body"].to_numpy()
    new = counts[body] & (at[who] >= 0)
    seats = np.bincount(at[who[new]], minlength=zones).astype(float)
    if outcome == "seats":
        members = np.bincount(at[at >= 0], minlength=zones)
        return seats / np.maximum(members, 1) / max(len(years), 1)
    mine = np.zeros((zones, len(net.bodies)))
    np.add.at(mine, (at[who[new]], body[new]), 1)
    apart = mine * (net.sizes[None, :] > mine)
    shares: np.ndarray[Any, Any] = np.divide(apart.sum(axis=1), seats, out=np.full(zones, np.nan), where=seats > 0)
    return shares
