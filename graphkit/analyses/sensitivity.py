"""Sensitivity (稳健性): whether the verdict on every group would be another one had the data been read otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

import numpy as np
import pandas as pd

from graphkit.analyses.openness import rounded
from graphkit.analyses.silos import silos
from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import UsageError
from graphkit.measures.closure import odds_ratio, unusual
from graphkit.measures.groups import Grouping
from graphkit.measures.nulls import closed_form
from graphkit.measures.readings import ALIKE, NOT_FOUND, readings
from graphkit.measures.seats import Groups, Numbers, Seats, Truths
from graphkit.measures.uniting import mapped, parents
from graphkit.measures.verdicts import FEWEST, FOUND, PECULIAR
from graphkit.measures.weighed import WEIGHTS, weighed
from graphkit.network import Network, Weighting
from graphkit.terms import chinese

GIVEN = "the same groups"


class Sensitivity(Row):
    """One group, and how its verdict changes."""

    key = "group"
    group: Annotated[str, "group, as the analysis silos has it", "群组：与孤岛分析相同"]
    members: Annotated[int, "organisations in it", "成员数：其中的主体数"]
    verdict: Annotated[str, "verdict of the analysis silos (判定)", "判定：孤岛分析的判定"]
    stability: Annotated[
        str,
        "stable, unstable, or untested where nothing could be varied (稳健性)",
        "稳健性：稳健、不稳健；无可变动时为未检验",
    ]
    kept: Annotated[int, "variants with the same verdict", "判定不变数：判定相同的变体"]
    variants: Annotated[int, "variants tried", "变体数：试过的变体"]
    changes: Annotated[str, "variants with another verdict, and which", "判定改变：判定不同的变体及其判定"]
    effect: Annotated[float | None, "odds ratio of ties inside against chance", "优势比：组内联系相对随机水平的优势比"]
    effect_lowest: Annotated[float | None, "smallest of it over the variants", "优势比最小值：各变体中最小者"]
    effect_highest: Annotated[float | None, "largest of it over the variants", "优势比最大值：各变体中最大者"]
    external_share: Annotated[
        float | None, "share of tie weight that leaves the group", "外部联系比例：联系权重中通向组外的比例"
    ]
    share_lowest: Annotated[float | None, "smallest of it over the variants", "外部联系比例最小值：各变体中最小者"]
    share_highest: Annotated[float | None, "largest of it over the variants", "外部联系比例最大值：各变体中最大者"]
    name: Annotated[str, "the group in words", "群组名称"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say whether a finding holds; empty for groups of which nothing was found."""
        if row["verdict"] not in FOUND or row["stability"] == "untested":
            return ""
        stable, kept, tried = row["stability"] == "stable", row["kept"], row["variants"]
        if language == "zh":
            said = "" if stable else f"；变化：{chinese(row['changes'])}"
            state = "稳健" if stable else "不稳健"
            return (
                f"{chinese(row['name'])}：判定“{chinese(row['verdict'])}”{state}"
                f"（{tried} 种变体中 {kept} 种不变{said}）。"
            )
        said = "" if stable else f": {row['changes']}"
        return f"{row['name']}: {row['verdict']}, {row['stability']} (the same in {kept} of {tried} variants{said})."


@dataclass(frozen=True)
class _Variant:
    """What one variant finds: by group of the base its verdict, odds ratio and external share."""

    name: str
    found: dict[str, tuple[str, float | None, float | None]]


@analysis(
    "Stability of the silos",
    "孤岛稳健性",
    "silos",
    "Would the verdict on a silo be another one had the data been read otherwise?",
    "换一种处理方式，孤岛判定会改变吗？",
)
def sensitivity(
    net: Network,
    *,
    by: Annotated[str, "community, or what organisations are grouped by: country, region, role, technology ..."] = (
        "country"
    ),
    alpha: Annotated[float, "false discovery rate of the verdicts"] = 0.05,
    least_effect: Annotated[float, "odds ratio from which on a closed group may be a silo"] = 2.0,
    draws: Annotated[int | None, "membership graphs to draw for every variant (none: as silos does)"] = None,
    seeds: Annotated[int, "other seeds to try"] = 2,
    seed: Annotated[int, "seed of everything random"] = 0,
) -> Annotated[Findings, Sensitivity]:
    """Test every group again in variants of the data, and call a verdict that changes in any of them unstable.

    Variants, as far as the data have something to vary: other seeds; organisations that are suggested to be one
    (SAME_AS) merged; bodies above 50 members left out; subsidiaries standing as their parents; ties weighted otherwise.
    Its group goes with an organisation: the one that stands for several keeps its own.

    The silo test itself is made of Newman's weights. Under another weighting given groups are judged by the 95 %
    interval of their odds ratio, and compared with the same judgement under Newman's weights, so that nothing but the
    weighting can make a difference. Communities are found anew in every variant; the one with most members in common
    stands for a community, and where less than half (Jaccard) are it is not found. Rows are those of the analysis
    silos, unstable findings first. Raises DataError where no organisation has a group.

    方法：在数据的各种变体中重新检验每个群组，任一变体中判定改变即为不稳健。

    变体以数据可变动者为限：其他随机种子；合并疑似为同一主体者（SAME_AS）；去掉成员多于 50 的项目与平台；子公司归入母
    公司；其他联系加权方式。主体的群组随之变动：代表多个主体者保留自己的群组。

    孤岛检验本身基于 Newman 加权。在其他加权下，给定群组按优势比的 95% 置信区间判定，并与 Newman 加权下的同样判定比较，
    使差异只可能来自加权。社群在每个变体中重新寻找；以共同成员最多者对应原社群，Jaccard 不足一半即为未找到。各行与孤岛
    分析相同，不稳健者在前。没有主体具备群组时，无法计算。
    """
    if seeds < 0:
        raise UsageError(f"seeds is a number of other seeds, 0 or more; got {seeds}")
    options = {"alpha": alpha, "least_effect": least_effect, "draws": draws, "unvaried": True}
    base = cast(Findings, silos.function(net, by=by, seed=seed, **options))
    tried = list(_variants(net, base, by, seed, seeds, options))
    rows = []
    for row in base.table.to_dict("records"):
        found = [(each.name, *each.found[row["group"]]) for each in tried if row["group"] in each.found]
        changes = [f"{name}: {verdict}" for name, verdict, _, _ in found if verdict != row["verdict"]]
        effects = [value for _, _, value, _ in found if value is not None]
        shares = [value for _, _, _, value in found if value is not None]
        rows.append(
            {
                **{name: row[name] for name in ("group", "members", "verdict", "effect", "external_share", "name")},
                "stability": "untested" if not found else "unstable" if changes else "stable",
                "kept": len(found) - len(changes),
                "variants": len(found),
                "changes": "; ".join(changes),
                "effect_lowest": min(effects, default=None),
                "effect_highest": max(effects, default=None),
                "share_lowest": min(shares, default=None),
                "share_highest": max(shares, default=None),
            }
        )
    table = pd.DataFrame(rows, columns=list(Sensitivity.columns()), dtype=object)
    first = [(row["verdict"] not in FOUND, row["stability"] != "unstable") for row in rows]
    order = sorted(range(len(rows)), key=lambda at: (*first[at], at))
    names = ", ".join(each.name for each in tried)
    notes = [Bilingual(f"Variants: {names or 'none'}.", f"变体：{chinese(names) or '无'}。")]
    if owned := parents(net):
        many, into = len(owned), len(set(owned.values()))
        notes.append(
            Bilingual(
                f"Rolled up to the top of their chains: {many:,} of {len(net):,} organisations, into {into:,}.",
                f"并入控股链顶端：{len(net):,} 个主体中 {many:,} 个，并入 {into:,} 个。",
            )
        )
    return Findings(table.iloc[order].reset_index(drop=True), None, tuple(notes))


def _variants(
    net: Network, base: Findings, by: str, seed: int, seeds: int, options: dict[str, Any]
) -> Iterator[_Variant]:
    for other in range(seed + 1, seed + 1 + seeds):
        yield _again(f"seed {other}", net, base, by, {**options, "seed": other}, {})
    groups = None if by == "community" else pd.Series(net.group(by).to_numpy(), net.organisations["id"], dtype=object)
    for name, whole, one in readings(net):
        of = by
        if groups is not None and one:
            firsts = groups[groups.notna()].groupby([one.get(id_, id_) for id_ in groups.index[groups.notna()]]).first()
            kept = groups.reindex(firsts.index)
            whole, of = whole.with_groups(GIVEN, kept.where(kept.notna(), firsts)), GIVEN
        yield _again(name, whole, base, of, {**options, "seed": seed}, one)
    for weighting in WEIGHTS:
        if weighting == (net.weighting if by == "community" else "newman"):
            continue
        name, how = f"weighting {weighting}", cast(Weighting, weighting)
        if by == "community":
            yield _again(name, net.weighted(how), base, by, {**options, "seed": seed}, {})
        else:
            yield _reweighed(name, net, base, by, how, options["least_effect"])


def _again(
    name: str, net: Network, base: Findings, by: str, options: dict[str, Any], one: Mapping[str, str]
) -> _Variant:
    """Make the test again on another network; `one` says as which organisations stand there."""
    other = cast(Findings, silos.function(net, by=by, **options))
    said = {
        row["group"]: (row["verdict"], row["effect"], row["external_share"]) for row in other.table.to_dict("records")
    }
    if by != "community":
        return _Variant(name, {group: said.get(group, (NOT_FOUND, None, None)) for group in base.table["group"]})
    mine, theirs = _members(base), _members(other)
    found = {}
    for group in base.table["group"]:
        members = mapped(mine.get(group, set()), one)
        near = [(len(members & of) / len(members | of), -int(number)) for number, of in theirs.items()]
        alike, best = max(near, default=(0.0, 0))
        found[group] = said[str(-best)] if alike >= ALIKE else (NOT_FOUND, None, None)
    return _Variant(name, found)


def _members(findings: Findings) -> dict[str, set[str]]:
    if findings.members is None:
        return {}
    return {str(group): set(rows["id"]) for group, rows in findings.members.groupby("silo")}


def _reweighed(name: str, net: Network, base: Findings, by: str, weighting: Weighting, least_effect: float) -> _Variant:
    """Judge given groups under another weighting: another verdict only where the same judgement of Newman's differs."""
    grouping = Grouping.of(net, by)
    seats, groups = Seats.of(net), Groups.of(grouping.labels, len(grouping.names))
    of = base.table.set_index("group").reindex(grouping.names)
    tested = (of["verdict"] != "too small").to_numpy()
    newman = weighed(seats, groups, "newman")
    chance = closed_form(seats, groups).mean
    expected = np.divide(chance, newman.seats, out=np.zeros(groups.number), where=newman.seats > 0)
    judged: dict[str, np.ndarray[Any, Any]] = {}
    both: tuple[Weighting, Weighting] = ("newman", weighting)
    for how in both:
        evidence = weighed(seats, groups, how)
        odds, low, high = odds_ratio(evidence, expected * evidence.seats)
        judged[how] = _judged(odds, low, high, newman.seats, tested, least_effect)
    share = 1 - np.divide(evidence.inside, evidence.seats, out=np.full(groups.number, np.nan), where=evidence.seats > 0)
    changed = judged[weighting] != judged["newman"]
    verdict = np.where(changed, judged[weighting], of["verdict"].to_numpy())
    found = zip(verdict, rounded(odds), rounded(share), strict=True)
    return _Variant(name, dict(zip(grouping.names, found, strict=True)))


def _judged(
    odds: Numbers, low: Numbers, high: Numbers, seats: Numbers, tested: Truths, least_effect: float
) -> "np.ndarray[Any, Any]":
    with np.errstate(divide="ignore", invalid="ignore"):
        peculiar = unusual(np.log(odds), seats, tested, FEWEST) >= PECULIAR
        closed = low > 1
        silo = closed & (odds >= least_effect) & (peculiar | (int(tested.sum()) < FEWEST))
        return np.select([~tested, silo, closed, high < 1], ["too small", "silo", "leaning inward", "open"], "neither")
