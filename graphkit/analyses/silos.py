"""Silos: groups that are more closed than the seats of their members explain (孤岛)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.errors import UsageError
from graphkit.measures.classic_nulls import DRAWS, label_permutation, projection_rewiring
from graphkit.measures.closure import Evidence
from graphkit.measures.groups import ungrouped
from graphkit.measures.heldout import held_out
from graphkit.measures.nulls import PILOT, Chains, Chance, closed_form, sample
from graphkit.measures.openness import group_ties
from graphkit.measures.partition import communities_of
from graphkit.measures.portrait import carriers, doors, portraits, rows_behind, staying
from graphkit.measures.readings import of_found, of_given
from graphkit.measures.seats import Groups, Integers, Numbers, Seats, Truths
from graphkit.measures.silo_notes import notes_of_a_run
from graphkit.measures.silo_sentences import in_chinese, in_english
from graphkit.measures.stability import resolution_of
from graphkit.measures.strata import strata
from graphkit.measures.verdicts import FOUND, VERDICTS, Judged, corrected, external, judge
from graphkit.network import Network

MOST = 20_000  # draws for findings that stay close to the line
NULLS = ("membership", "labels", "projection")


class Silo(Row):
    """One group, and the verdict on it."""

    key = "group"
    group: Annotated[str, "value of the property, or number of the community", "群组：所按属性的取值，或社群编号"]
    members: Annotated[int, "organisations in it", "成员数：其中的主体数"]
    external_share: Annotated[
        float | None, "share of its tie weight that leaves the group", "外部联系比例：联系权重中通向组外的比例"
    ]
    expected: Annotated[
        float | None,
        "that share by chance, seats and sizes of bodies kept",
        "期望比例：保持席位数与项目、平台规模不变时的随机期望",
    ]
    z: Annotated[
        float | None, "standard deviations by which it is more closed than chance", "z 值：比随机情形更封闭的标准差数"
    ]
    p: Annotated[
        float | None,
        "chance of a group at least as closed (1 + hits) / (1 + draws)",
        "p 值：随机得到至少同样封闭群组的概率，（1 + 命中数）/（1 + 抽样数）",
    ]
    q: Annotated[
        float | None,
        "p after Benjamini and Hochberg's correction; none where it is too small to be tested",
        "q 值：按 Benjamini-Hochberg 校正后的 p 值；太小而无法检验时为空",
    ]
    effect: Annotated[
        float | None,
        "odds ratio of ties inside against chance, 1 is chance (优势比)",
        "优势比：组内联系相对随机水平的优势比，1 为随机水平",
    ]
    verdict: Annotated[
        str, "silo, leaning inward, neither, open, too small (判定)", "判定：孤岛、偏内向、无异常、开放、太小"
    ]
    name: Annotated[str, "the group in words", "群组名称"]
    stability: Annotated[
        str,
        "stable, unstable, or untested: whether other readings of the data change it (稳健性)",
        "稳健性：稳健、不稳健或未检验，即换用其他数据处理方式结论是否改变",
    ]
    readings: Annotated[int, "other readings of the data that were tried", "处理方式数：试过的其他数据处理方式"]
    changes: Annotated[
        str, "readings in which the verdict is another one, and which", "判定改变：使判定改变的处理方式及其判定"
    ]
    seats: Annotated[
        int, "seats of its members in bodies of two and more", "席位数：成员在不少于两个成员的项目与平台中的席位"
    ]
    expected_low: Annotated[
        float | None, "lower end of the middle 95 % of chance", "期望下限：随机分布中间 95% 区间下限"
    ]
    expected_high: Annotated[
        float | None, "upper end of the middle 95 % of chance", "期望上限：随机分布中间 95% 区间上限"
    ]
    effect_low: Annotated[
        float | None, "lower end of the 95 % interval of the odds ratio", "优势比下限：95% 置信区间下限"
    ]
    effect_high: Annotated[
        float | None, "upper end of the 95 % interval of the odds ratio", "优势比上限：95% 置信区间上限"
    ]
    unusual: Annotated[
        float | None,
        "how closed for a group of its size: robust z of the residual; none for few groups",
        "异常程度：相对同等规模群组的封闭程度，即残差的稳健 z 值；群组过少时为空",
    ]
    tested_share: Annotated[
        float | None,
        "external share in the bodies it was tested on (a community's: kept out)",
        "检验用外部联系比例：在用于检验的项目与平台中（社群为留出部分）的外部联系比例",
    ]
    tested_expected: Annotated[float | None, "that share by chance", "检验用期望比例：该比例的随机期望"]
    ei: Annotated[
        float | None, "E-I index, -1 all ties inside, 1 all outside", "E-I 指数：-1 为联系全在组内，1 为全在组外"
    ]
    conductance: Annotated[
        float | None, "tie weight leaving over the smaller volume", "电导：通向组外的联系权重与较小一侧总量之比"
    ]
    own_bodies: Annotated[
        float | None,
        "share of its internal weight from bodies with members of the group only",
        "纯内部占比：组内联系权重中来自仅有本组成员的项目与平台的比例",
    ]
    stratified_by: Annotated[
        str,
        "what chance was also held to: programme, year, kind or role; empty where not asked",
        "分层依据：随机情形另按计划、年份、类型或角色分层；未要求时为空",
    ]
    within_expected: Annotated[
        float | None,
        "external share (tested) by chance within those strata (分层期望)",
        "分层期望：在各层之内随机的外部联系比例（检验用）",
    ]
    within_q: Annotated[
        float | None,
        "q within those strata: whether it is closed beyond what they explain",
        "分层 q 值：在分层所能解释之外是否仍然封闭",
    ]
    carried_by: Annotated[
        str,
        "programme (its share here, in the network) and bodies that carry most internal weight",
        "主要来源：组内联系权重最大的计划（占本组、占全网比例）与项目、平台",
    ]
    doors: Annotated[
        str, "members with most tie weight outside, and how much (门户)", "门户：组外联系权重最大的成员及其权重"
    ]
    evidence: Annotated[
        str,
        "rows of memberships that make its internal weight, heaviest bodies first (证据)",
        "证据：构成组内联系权重的成员关系数据行，权重大的项目与平台在前",
    ]
    draws: Annotated[int, "membership graphs drawn", "抽样数：随机生成的成员关系图数量"]
    mixing: Annotated[float | None, "split R-hat of the chains, 1 is perfect", "混合诊断：各链的分裂 R-hat，1 为理想"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what is found of a group, with its numbers; empty for a group without ties."""
        if row["external_share"] is None or row["expected"] is None:
            return ""
        return in_chinese(row) if language == "zh" else in_english(row)


class SiloMember(Row):
    """One organisation's group, and how open it is itself."""

    label, key = "Organisation", "id"
    id: Annotated[str, "organisation", "主体"]
    silo: Annotated[str, "group that it belongs to (所属孤岛)", "所属孤岛：所属的群组"]
    silo_by: Annotated[str, "property that the groups are made by", "分组属性：群组所依据的属性"]
    silo_verdict: Annotated[str, "verdict on its group", "判定：所属群组的判定"]
    silo_ei: Annotated[float | None, "E-I index of its group", "E-I 指数：所属群组的 E-I 指数"]
    silo_external_share: Annotated[float | None, "external share of its group", "外部联系比例：所属群组的外部联系比例"]
    silo_q: Annotated[float | None, "q of its group", "q 值：所属群组的 q 值"]
    silo_name: Annotated[str, "its group in words", "群组名称：所属群组的名称"]
    silo_own_external_share: Annotated[
        float | None,
        "share of its own tie weight that leaves the group",
        "自身外部联系比例：自身联系权重中通向组外的比例",
    ]


@dataclass(frozen=True)
class _Tested:
    """What the test says, whichever way it was made: `evidence` and `expected` are of the bodies tested."""

    evidence: Evidence
    expected: Numbers
    deviation: Numbers
    tested: Truths
    z: Numbers
    p: Numbers
    p_open: Numbers
    draws: int
    mixing: Numbers


@analysis(
    "Silos", "孤岛", "silos", "Which groups keep to themselves more than chance explains?", "哪些群体比随机情形更封闭？"
)
def silos(
    net: Network,
    *,
    by: Annotated[
        str, "community, or a property of organisations: country, region, role, zone, city, sector"
    ] = "community",
    alpha: Annotated[float, "false discovery rate of the verdicts"] = 0.05,
    min_members: Annotated[int, "groups with fewer members are too small to tell"] = 5,
    least_effect: Annotated[float, "odds ratio from which on a closed group may be a silo"] = 2.0,
    draws: Annotated[
        int | None, "membership graphs to draw (none: 4 / alpha a group, more where a finding is close; 0: closed form)"
    ] = None,
    stratify: Annotated[
        str | None, "test also within strata that chance keeps apart: programme, year or kind of bodies, role of seats"
    ] = None,
    null: Annotated[
        str, "what chance is: membership; or labels, projection: the classic tests, which mislead (docs/silo-tests.md)"
    ] = "membership",
    resolution: Annotated[
        float | None, "higher finds smaller communities (none: the most stable of a quarter to four, else 1)"
    ] = None,
    unvaried: Annotated[bool, "do not try whether findings hold in other readings of the data (faster)"] = False,
    seed: Annotated[int, "seed of everything random"] = 0,
) -> Annotated[Findings, Silo, SiloMember]:
    """Test every group for closure against the membership null, and tell silos from groups that merely lean inward.

    The external share of a group is 1 - I / K, I its Newman-weighted internal weight and K its seats. Chance keeps the
    seats of every organisation and the size of every body (curveball, Strona et al. 2014); p is one-sided, q corrects
    for the number of groups (Benjamini & Hochberg 1995). Home ties are everywhere: on H2020 87 of 89 countries are
    significant. So the verdict has more parts:

    - silo: significant, an odds ratio of `least_effect` or more with its interval above 1 (or no tie leaves at all),
      and unusual for its size;
    - leaning inward: significant, but not all of these;
    - open: more open than chance, likewise corrected; neither: none of these;
    - too small: fewer than `min_members`, or so few seats or bodies that complete closure could not be detected (not
      tested: no q); or nothing was found where chance would hardly let them meet at all (Evidence.can_open).

    Unusual for its size is a robust z of 1.645 or more of the residual from the line of log odds ratio on log seats
    through all groups tested; so is a group that keeps most ties inside where chance would send most of them out, for
    then no comparison is needed. With fewer than 8 groups there is no line: the odds ratio decides alone.

    Communities (`by="community"`) are found on some bodies and tested on others, so z, p, q, effect and unusual speak
    of bodies that took no part in finding them, while external_share, expected and ei describe what is reported. In
    data made like H2020 (1,100 bodies, 5,500 organisations) none of 18 null sets raised an alarm, and of 102 planted
    silos of 180 organisations seven in ten were found at closure .3, one in ten at .2; of 36 none at .1
    (`benchmarks/truth_silos.py`): what it does not find may still be there.
    Unless another is asked for, the resolution is the most stable one, if any is, else 1 (measures.stability); for the
    test it is chosen anew on every part on which communities are found.

    With `stratify`, every group is tested once more, chance moving seats only between bodies of the same programmes,
    year or kind, or between seats of one role. The verdict stays; the sentence says whether it holds within strata.
    Where strata leave chance nothing to move, they explain all: p is 1.

    Every finding says whether it is stable: whether the verdict is the same with suggested duplicates merged,
    subsidiaries standing as their parents, bodies above 50 members left out, other weightings, and other draws or
    seeds, as far as the data have them. This is the quick form, in closed form where it can be (measures.readings);
    communities are found anew, where there is any finding. The analysis sensitivity makes the whole test again in each.

    With `null`, label permutation or rewiring of the projection stand for chance in the test of given groups. Both call
    data without silos closed: labels in every run where one group is more active. They are there to be compared with.

    Organisations without the property are in no group and count as outside. Raises DataError when none has it.

    方法：以成员关系零模型检验每个群组的封闭性，区分孤岛与仅仅偏内向的群组。

    群组的外部联系比例为 1 − I / K，I 为 Newman 加权的组内权重，K 为席位数。随机情形保持每个主体的席位数与每个项目、平
    台的规模（curveball, Strona et al. 2014）；p 为单侧，q 按群组数校正（Benjamini & Hochberg 1995）。本地联系处处存在：
    在 H2020 数据中 89 个国家有 87 个显著。因此判定还有其他条件：

    - 孤岛：显著，优势比不低于 least_effect 且其区间高于 1（或完全没有外部联系），并且就其规模而言异常封闭；
    - 偏内向：显著，但不满足全部上述条件；
    - 开放：比随机情形更开放，同样经校正；无异常：以上皆非；
    - 太小：成员少于 min_members，或席位、项目平台太少，以致完全封闭也无法检出（未检验，无 q 值）；或在随机情形也几乎
      不可能相遇之处没有发现什么。

    就规模而言异常封闭，指对数优势比对席位数对数的回归残差的稳健 z 值不低于 1.645；若随机情形会使大多数联系通向组外而
    它把大多数联系留在组内，则无需比较。群组少于 8 个时没有回归线，只看优势比。

    社群（by = community）在一部分项目与平台上发现，在另一部分上检验，因此 z、p、q、优势比与异常程度说的是未参与发现的
    部分，而外部联系比例、期望比例与 E-I 指数描述的是所报告的社群。在仿 H2020 的数据中（1,100 个项目与平台、5,500 个主
    体），18 组零数据均未误报；102 个植入的 180 个主体的孤岛，封闭度 0.3 时检出七成，0.2 时一成；36 个在 0.1 时无一检
    出（benchmarks/truth_silos.py）：未发现不等于不存在。未指定分辨率时，有稳定者取最稳定的，否则为 1；检验时在每次用来
    发现社群的部分上重新选取。

    选用 stratify 时，每个群组另作一次检验，随机情形只在同一计划、年份或类型的项目与平台之间，或同一角色的席位之间移动
    席位。判定不变，表述中说明分层后是否成立。若分层后已无可移动，即全由分层解释：p 为 1。

    每项结论都说明是否稳健：在合并疑似重复、子公司归入母公司、去掉成员多于 50 的项目与平台、其他加权方式、其他抽样或种
    子之下判定是否相同，以数据具备者为限。此处为快速形式，尽量用解析解；有结论时社群重新寻找。孤岛稳健性分析则逐一重做
    完整检验。

    选用 null 时，以标签置换或投影重连代替随机情形检验给定群组。两者都会把没有孤岛的数据判为封闭：只要一个群组更活跃，
    标签置换每次都会误判。仅供对照。

    没有该属性的主体不属于任何群组，视为组外。没有主体具备该属性时，无法计算。
    """
    if not 0 < alpha < 1 or (draws is not None and draws < 0):
        raise UsageError(f"alpha lies between 0 and 1 and draws from 0 on; got alpha {alpha} and draws {draws}")
    if null not in NULLS:
        raise UsageError(f"chance cannot be drawn by {null!r}; choose one of {', '.join(NULLS)}")
    if null != "membership" and (by == "community" or stratify is not None or draws == 0):
        raise UsageError(
            f"--null {null} compares given groups by draws of its own: choose them with --by, without --stratify "
            "and --draws 0 (communities are tested on bodies kept out, which only the membership null allows)"
        )
    if stratify == "role" and draws == 0:
        raise UsageError("the closed form does not tell roles apart: leave --draws out, or stratify by another")
    parts, kinds = (None, None) if stratify is None else strata(net, stratify)
    names, labels, partition = _groups(net, by, resolution, seed)
    seats, groups = Seats.of(net), Groups.of(labels, len(names))
    members = np.bincount(labels[labels >= 0], minlength=len(names))
    evidence = Evidence.of(seats, groups)
    large = members >= min_members
    within: tuple[Numbers, Numbers] | None = None
    if null != "membership":
        chance = (
            label_permutation(seats, groups, seed=seed, draws=draws or DRAWS["labels"])
            if null == "labels"
            else projection_rewiring(net, groups, seed=seed, draws=draws or DRAWS["projection"])
        )
        tested = large & evidence.can_close(chance.mean, chance.deviation)
        of = (chance.mean, chance.deviation, tested, chance.z, chance.p, chance.p_open, chance.draws, chance.mixing)
        test = _Tested(evidence, *of)
    elif partition is None:
        chance, tested = _given(seats, groups, evidence, large, seed, alpha, draws)
        of = (chance.mean, chance.deviation, tested, chance.z, chance.p, chance.p_open, chance.draws, chance.mixing)
        test = _Tested(evidence, *of)
        if stratify is not None:
            held = Seats.of(net, parts, kinds)
            apart, _ = _given(held, groups, evidence, large, seed, alpha, draws)
            within = external(apart.mean, evidence.seats), corrected(apart.p, test.tested)
    else:
        chance = closed_form(seats, groups) if draws == 0 else sample(seats, groups, seed=seed, draws=draws or PILOT)
        out = held_out(net, partition, large=large, seed=seed, resolution=resolution, alpha=alpha, draws=draws)
        of = (out.expected, out.deviation, out.tested, out.z, out.p, np.ones(len(names)), out.draws, out.mixing)
        test = _Tested(out.evidence, *of)
        if stratify is not None:
            kept = held_out(
                net,
                partition,
                large=large,
                seed=seed,
                resolution=resolution,
                alpha=alpha,
                draws=draws,
                strata=(parts, kinds),
            )
            within = external(kept.expected, kept.evidence.seats), corrected(kept.p, test.tested)
    judged = judge(
        test.evidence, test.expected, test.deviation, test.tested, (test.p, test.p_open), alpha, least_effect
    )
    rule = (alpha, least_effect, min_members)
    others: dict[str, Any] = {}
    if partition is None and null == "membership" and not unvaried:
        by_chance = (test.evidence, test.expected, test.deviation, test.tested)
        others = of_given(net, labels, len(names), judged, (test.p, test.p_open), test.draws, by_chance, *rule)
    elif partition is not None and np.isin(judged.verdict, FOUND).any() and not unvaried:
        others = of_found(net, partition, judged, seed, resolution_of(net, resolution, seed=seed), *rule)
    table = _table(net, names, labels, members, by, evidence, chance, test, judged, others, stratify, within)
    notes = notes_of_a_run(
        net,
        labels,
        by,
        tested=test.tested,
        draws=test.draws,
        mixing=test.mixing,
        null=null,
        resolution=resolution,
        seed=seed,
    )
    return Findings(table, _members(net, names, labels, by, table), notes)


def _given(
    seats: Seats, groups: Groups, evidence: Evidence, large: Truths, seed: int, alpha: float, draws: int | None
) -> tuple[Chance, Truths]:
    if draws == 0:
        chance = closed_form(seats, groups)
        return chance, large & evidence.can_close(chance.mean, chance.deviation)
    chains = Chains(seats, groups, seed)
    chains.draw(draws or PILOT)
    pilot = chains.chance()
    tested = large & evidence.can_close(pilot.mean, pilot.deviation)
    if draws is None:
        chains.settle(tested, alpha, MOST)
    return chains.chance(), tested


def _groups(net: Network, by: str, resolution: float | None, seed: int) -> Any:
    if by == "community":
        partition = communities_of(net, resolution=resolution, seed=seed)
        return [str(i + 1) for i in range(partition.number)], partition.labels, partition
    values = net.group(by)
    names = sorted({value for value in values if value is not None})
    if not names:
        raise ungrouped(by)
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([number.get(value, -1) for value in values], dtype=np.int64), None


def _table(
    net: Network,
    names: list[str],
    labels: Integers,
    members: Integers,
    by: str,
    evidence: Evidence,
    by_chance: Chance,
    test: _Tested,
    judged: Judged,
    others: Mapping[str, Any],
    stratify: str | None,
    within: tuple[Numbers, Numbers] | None,
) -> pd.DataFrame:
    seats, groups = Seats.of(net), Groups.of(labels, len(names))
    ties = group_ties(net, labels, len(names))
    verdict, peculiar, odds = judged.verdict, judged.peculiar, judged.odds
    changes = [
        "; ".join(f"{name}: {each[at]}" for name, each in others.items() if each[at] != verdict[at] != "too small")
        for at in range(len(names))
    ]
    tried = np.where(verdict == "too small", 0, len(others))
    table = {
        "group": names,
        "members": members,
        "external_share": external(evidence.inside, evidence.seats),
        "expected": external(by_chance.mean, evidence.seats),
        "z": test.z,
        "p": test.p,
        "q": judged.q,
        "effect": odds,
        "verdict": verdict,
        "name": portraits(net, names, labels) if by == "community" else names,
        "stability": [
            "unstable" if each else "stable" if many else "untested" for each, many in zip(changes, tried, strict=True)
        ],
        "readings": tried,
        "changes": changes,
        "seats": evidence.seats.astype(int),
        "expected_low": external(by_chance.high, evidence.seats),
        "expected_high": external(by_chance.low, evidence.seats),
        "effect_low": judged.low,
        "effect_high": judged.high,
        "unusual": peculiar,
        "tested_share": judged.share,
        "tested_expected": judged.chance,
        "ei": ties.ei(),
        "conductance": ties.conductance(),
        "own_bodies": np.divide(
            evidence.own, evidence.inside, out=np.full(len(names), np.nan), where=evidence.inside > 0
        ),
        "stratified_by": stratify or "",
        "within_expected": np.full(len(names), np.nan) if within is None else within[0],
        "within_q": np.full(len(names), np.nan) if within is None else within[1],
        "carried_by": carriers(net, seats, groups),
        "doors": doors(net, labels, len(names)),
        "evidence": rows_behind(net, seats, labels, len(names)),
        "draws": np.full(len(names), test.draws),
        "mixing": test.mixing,
    }
    table = {name: [values] * len(names) if isinstance(values, str) else values for name, values in table.items()}
    frame = pd.DataFrame({name: _rounded(values) for name, values in table.items()})
    order = frame.assign(
        rank=[VERDICTS.index(v) for v in verdict],
        peculiar=-np.nan_to_num(peculiar, nan=-np.inf),
        odds=-np.nan_to_num(odds, nan=0),
        larger=-members,
    ).sort_values(["rank", "peculiar", "odds", "larger", "group"], kind="stable")
    return frame.loc[order.index].reset_index(drop=True)


def _members(net: Network, names: list[str], labels: Integers, by: str, table: pd.DataFrame) -> pd.DataFrame:
    of = table.set_index("group").reindex(names)
    inside = np.flatnonzero(labels >= 0)
    at = labels[inside]
    stays, whole = staying(net, labels)
    own = np.divide(whole - stays, whole, out=np.full(len(net), np.nan), where=whole > 0)
    columns = {"silo_verdict": "verdict", "silo_ei": "ei", "silo_external_share": "external_share", "silo_q": "q"}
    frame = {"id": net.nodes["id"].to_numpy()[inside], "silo": np.array(names, dtype=object)[at], "silo_by": by}
    frame |= {name: of[column].to_numpy()[at] for name, column in columns.items()}
    frame |= {"silo_name": of["name"].to_numpy()[at], "silo_own_external_share": _rounded(own[inside])}
    return pd.DataFrame(frame, index=range(len(inside)))


def _rounded(values: Any) -> pd.Series:
    """Keep 12 digits, so that no bit of an order of summation shows, and say None for what does not exist."""
    column = pd.Series(values)
    if column.dtype.kind != "f":
        return column
    return column.round(12).astype(object).where(column.notna(), None)
