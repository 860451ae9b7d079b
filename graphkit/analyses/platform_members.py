"""Platform members (平台加入推荐): who should join which platform, and what would be new there with it."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError, UsageError
from graphkit.measures.completing import complete
from graphkit.measures.groups import Grouping
from graphkit.measures.joining import Joining, fitting, joining
from graphkit.measures.portrait import names_of
from graphkit.network import Network

WIDER = 5


class PlatformMember(Row):
    """One organisation that could join one platform."""

    start, end = "organisation", "platform"
    platform: Annotated[str, "platform, or collaboration where there are no platforms", "平台：没有平台时为合作项目"]
    organisation: Annotated[str, "organisation that could join it", "候选成员：可加入的主体"]
    platform_name: Annotated[str, "name of the platform", "平台名称"]
    organisation_name: Annotated[str, "name of the organisation", "候选成员名称"]
    rank: Annotated[int, "place among the candidates of this platform, from 1", "名次：在该平台候选中的名次，从 1 起"]
    likelihood: Annotated[
        float | None,
        "how likely the next member is this one of all, 0 to 1; none where nothing could be learned (可能性)",
        "可能性：下一个成员恰为该主体的可能性，0 至 1；无从学习时为空",
    ]
    join_score: Annotated[
        float,
        "share of the members that it met in other bodies (加入得分)",
        "加入得分：在其他项目或平台中结识过的成员比例",
    ]
    resource: Annotated[
        float,
        "resource allocated between it and the members, the mean over them (HPRA)",
        "资源分配：与各成员之间的资源分配指数均值（HPRA）",
    ]
    diversity_gain: Annotated[
        float,
        "what it adds to the chance that two members are of two groups (多样性增益)",
        "多样性增益：使任意两名成员分属两个群组的概率增加多少",
    ]
    new_ties: Annotated[int, "members that it has not met", "新增联系：尚未合作过的成员数"]
    new_across: Annotated[int, "of these, members of another group (跨组新联系)", "跨组新联系：其中属于其他群组者"]
    group: Annotated[str | None, "group of the organisation (群组)", "群组：候选成员所属群组"]
    pareto: Annotated[
        bool,
        "whether no candidate here has both a higher score and more diversity gain (帕累托前沿)",
        "帕累托前沿：此处没有其他候选在得分与多样性增益上同时更优",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who could join what, how well it fits, and what would be new."""
        met, new = 100 * row["join_score"], row["new_across"]
        likely = likely_zh = ""
        if row["likelihood"] is not None:
            chance = 100 * row["likelihood"]
            likely = f", and is the next member with a likelihood of {chance:.1f} %"
            likely_zh = f"，成为下一个成员的可能性为 {chance:.1f}%"
        if language == "zh":
            return (
                f"{row['organisation_name']}可加入{row['platform_name']}：已在别处与{met:.0f}%的成员合作{likely_zh}；"
                f"新增跨组联系{new}条，多样性 {row['diversity_gain']:+.3f}。"
            )
        return (
            f"{row['organisation_name']} could join {row['platform_name']}: it met {met:.0f} % of the members "
            f"elsewhere{likely}; {new} new ties across groups, diversity {row['diversity_gain']:+.3f}."
        )


@analysis(
    "Members for platforms",
    "平台成员建议",
    "platforms",
    "Which organisation should join which platform?",
    "哪些主体应加入哪些平台？",
)
def platform_members(
    net: Network,
    *,
    each: Annotated[int, "organisations proposed for every platform"] = 3,
    by: Annotated[str, "what the groups are: community, or a property such as country, region, role"] = "role",
    opening: Annotated[bool, "put those first that add most diversity (else those who fit best)"] = False,
    learned_from: Annotated[int, "bodies of the past drawn to learn from; 0 ranks by members met"] = 500,
    seed: Annotated[int, "seed of the communities and of the draws"] = 0,
) -> Annotated[Findings, PlatformMember]:
    """Propose members by who completed such bodies before, and say what they would open: fit and gain side by side.

    How likely an organisation is the next member is learned from the network's own past: of bodies that began later
    one member is hidden, and a conditional logit (McFadden 1974) learns to tell it from all others by members met,
    resource allocation and a random walk from the members, programmes, countries, roles and activity. The likelihoods
    of all organisations for one platform add up to 1. The notes say how often a hidden member was found in a later
    part of the past that the same model had not seen. Where there is too little past, or whom members met says more,
    candidates come by the join score, the share of members that the organisation met in other bodies, and then by
    resource allocation (HPRA, Kumar et al. 2020); who met no member is no candidate then.
    Who fits best is often of the same silo: diversity gain is the change in the chance that two members drawn at
    random are of two groups (1 - sum of n(n-1)/N(N-1), Simpson 1949; members without a group are left out). With
    `opening` the five times as many who fit best are put in the order of that gain. Platforms are meant where there
    are any, else all bodies of two and more; an empty platform has no candidates. Raises DataError where there is no
    body at all.

    方法：按以往何者补全了此类平台推荐新成员，并说明能带来多大开放：契合与增益并列。

    某主体成为下一个成员的可能性由网络自身的过去学得：对较晚开始的项目与平台各隐去一名成员，以条件逻辑回归（McFadden
    1974）按结识过的成员、资源分配指数、自成员出发的随机游走、计划、国家、角色与活跃度将其与其他主体区分。同一平台所有主
    体的可能性之和为 1。附注说明同一模型在其未曾见过的较晚时期找回隐去成员的比例。过去太短，或仅凭结识过的成员更好时，候
    选按加入得分（该主体在其他项目或平台中结识过的成员比例）排序，相同者按资源分配指数（HPRA, Kumar et al. 2020）；此时
    未结识任何成员者不是候选。最契合者往往来自同一孤岛：多样性增益为随机两名成员分属两个群组的概率变化
    （1 − Σ n(n−1)/N(N−1)，Simpson 1949；没有群组的成员不计）。选用 opening 时，将最契合的五倍候选按该增益排序。有平台
    时只看平台，否则看全部有两名以上成员的项目；空平台没有候选。没有任何项目或平台时，无法计算。
    """
    if each < 1:
        raise UsageError(f"--each {each} must be 1 or more")
    if learned_from < 0:
        raise UsageError(f"--learned-from {learned_from} must be 0 or more")
    if not len(net.bodies):
        raise DataError(
            Bilingual(
                "there is no platform to join: load a source that has some", "没有可加入的平台：请载入含平台的来源"
            )
        )
    groups = Grouping.of(net, by, seed=seed, optional=True)
    labels = groups.labels
    standing = (net.bodies["label"] == "Platform").to_numpy()
    bodies = np.flatnonzero(standing if standing.any() else net.sizes > 1).astype(np.int64)
    found, likelihood, notes = _candidates(net, bodies, WIDER * each, learned_from, seed)
    fit = found.met if likelihood is None else likelihood
    members_of = sp.csr_array(net.membership.T)
    names, body_names = names_of(net.organisations), names_of(net.bodies)
    ids, body_ids = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy()
    rows: list[dict[str, Any]] = []
    for body in np.unique(found.body).tolist():
        who = np.sort(members_of.indices[members_of.indptr[body] : members_of.indptr[body + 1]]).astype(np.int64)
        here = np.arange(*np.searchsorted(found.body, [body, body + 1]))
        gain = _diversity_gain(labels[who], labels[found.organisation[here]])
        order = np.arange(len(here))
        if opening:
            order = np.lexsort((order, -gain))
        front = _front(fit[here], gain)
        for rank, at in enumerate(order[:each], 1):
            one = int(found.organisation[here[at]])
            new, across = _new(net, labels, who, one)
            rows.append(
                {
                    "platform": body_ids[body],
                    "organisation": ids[one],
                    "platform_name": body_names[body],
                    "organisation_name": names[one],
                    "rank": rank,
                    "likelihood": None if likelihood is None else float(likelihood[here[at]]),
                    "join_score": float(found.met[here[at]]),
                    "resource": float(found.score[here[at]]),
                    "diversity_gain": float(gain[at]),
                    "new_ties": new,
                    "new_across": across,
                    "group": groups.words[labels[one]] if labels[one] >= 0 else None,
                    "pareto": bool(front[at]),
                }
            )
    table = pd.DataFrame(rows, columns=list(PlatformMember.columns()))
    for column in ("group", "likelihood"):
        table[column] = pd.Series([row[column] for row in rows], dtype=object)
    by_fit = ["join_score", "resource"] if likelihood is None else ["likelihood"]
    first = ["diversity_gain", *by_fit[:1]] if opening else by_fit
    table = table.sort_values([*first, "platform", "rank"], ascending=[*(False for _ in first), True, True])
    grouped = Bilingual(f"Groups are by {by}.", f"群组按{property_zh(by)}划分。")
    return Findings(table.reset_index(drop=True), None, (*notes, grouped))


def _candidates(
    net: Network, bodies: NDArray[np.int64], each: int, learned_from: int, seed: int
) -> tuple[Joining, NDArray[np.float64] | None, tuple[Bilingual, ...]]:
    """Find the best candidates of every body, bodies in order, their likelihoods where they could be learned."""
    model = complete(net, bodies=learned_from, seed=seed) if learned_from else None
    if model is None:
        return joining(net, bodies, each), None, ()
    best, tried = model.best(net, bodies, each), model.tried
    told = Bilingual(
        f"Likelihood is that of being the next member. Tried on what was not seen: of {tried.bodies:,} later bodies "
        f"with one member hidden it was among the first ten in {100 * tried.ten:.1f} % and among the first hundred in "
        f"{100 * tried.hundred:.1f} % (by members met alone {100 * tried.met:.1f} % among the first ten).",
        f"可能性指成为下一个成员的可能性。在未见过的数据上检验：{tried.bodies:,} 个较晚的项目与平台各隐去一名成员，"
        f"{100 * tried.ten:.1f}% 位列前十，{100 * tried.hundred:.1f}% 位列前一百"
        f"（仅按结识过的成员，{100 * tried.met:.1f}% 位列前十）。",
    )
    found = fitting(net, best["body"].to_numpy(np.int64), best["organisation"].to_numpy(np.int64))
    return found, best["likelihood"].to_numpy(dtype=float), (told,)


def _new(net: Network, labels: NDArray[np.int64], members: NDArray[np.int64], one: int) -> tuple[int, int]:
    """Members that an organisation has not met, and those of them of another group."""
    partners = net.ties.indices[net.ties.indptr[one] : net.ties.indptr[one + 1]]
    new = members[~np.isin(members, partners)]
    across = int(((labels[new] != labels[one]) & (labels[new] >= 0)).sum()) if labels[one] >= 0 else 0
    return len(new), across


def _diversity_gain(members: NDArray[np.int64], joining: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each of those joining (labels, -1 is none) adds to the chance that two members are of two groups."""
    known = members[members >= 0]
    n, groups = len(known), int(max(known.max(initial=0), joining.max(initial=0))) + 1
    counts = np.bincount(known, minlength=groups).astype(float)
    alike = float((counts * (counts - 1)).sum())
    before = 1 - alike / (n * (n - 1)) if n > 1 else 0.0
    after = 1 - (alike + 2 * counts[np.maximum(joining, 0)]) / (n * (n + 1)) if n else np.zeros(len(joining))
    return np.asarray(np.where(joining >= 0, after - before, 0.0).round(12))


def _front(score: NDArray[np.float64], gain: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether no other is at least as good by both and better by one."""
    beaten = (score[None, :] >= score[:, None]) & (gain[None, :] >= gain[:, None])
    beaten &= (score[None, :] > score[:, None]) | (gain[None, :] > gain[:, None])
    return np.asarray(~beaten.any(axis=1))
