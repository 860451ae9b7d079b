"""New platforms (新建平台): which silos a platform would open, with which members, and who should host it."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError, UsageError
from graphkit.measures.gain import NONE, Distances, hops
from graphkit.measures.groups import Grouping
from graphkit.measures.kinship import kin
from graphkit.measures.openness import group_ties
from graphkit.measures.portrait import names_of
from graphkit.measures.technologies import Portfolios, portfolios
from graphkit.network import Network
from graphkit.terms import chinese

NEUTRAL = ("government", "intermediary", "research_institute", "university")
"""Roles that compete with nobody they host (中立): of 政产学研金服用 all but enterprises, financiers and users."""
POOL = 12
REACHED = 128
CLOSE = 0.05
"""How much less than the most a host may reach and still be preferred for its spare capacity."""


class NewPlatform(Row):
    """One platform that does not exist yet."""

    key = "platform"
    platform: Annotated[str, "number of the proposal", "建议编号"]
    silo: Annotated[str, "one of the two groups that it would join (群组)", "群组：平台将连接的两个群组之一"]
    other_silo: Annotated[str, "the other of them", "另一群组：平台将连接的另一个群组"]
    host: Annotated[str, "organisation that should host it (牵头单位)", "牵头单位：应牵头建设的主体"]
    host_name: Annotated[str, "its name", "牵头单位名称"]
    host_role: Annotated[str | None, "its role", "牵头单位角色"]
    host_neutral: Annotated[
        bool,
        "whether that role is neutral: government, service, institute, university (中立)",
        "中立：其角色是否中立，即政府、服务机构、院所、高校",
    ]
    host_reach: Annotated[
        float,
        "reach D_R of the host alone into the group it reaches less, 0 to 1",
        "牵头触达度：牵头单位单独触达联系较弱群组的 D_R，0 至 1",
    ]
    host_seats: Annotated[
        int,
        "bodies that the host sits in already: what its capacity is spent on",
        "牵头单位席位数：已参与的项目与平台，即已占用的精力",
    ]
    members: Annotated[
        str, "ids of the members with the host, in the order of what each adds", "成员标识：含牵头单位，按各自增量排序"
    ]
    member_names: Annotated[str, "their names", "成员名称"]
    theme: Annotated[
        str,
        "field that most members share; empty where nothing is known (主题)",
        "主题：多数成员共有的领域；未知时为空",
    ]
    new_ties: Annotated[int, "pairs of members that have not met", "新增联系：尚未合作过的成员对"]
    missing: Annotated[
        float,
        "tie weight between the two groups that their activity makes expect and that is not there",
        "缺失联系强度：按两个群组活跃度应有而实际没有的联系权重",
    ]
    gain: Annotated[
        float,
        "what it adds to global efficiency after those before it (增益)",
        "效率增益：在前面各桥之上为全局效率带来的增量",
    ]
    gain_error: Annotated[
        float,
        "standard error of the gain; 0 where all distances are known",
        "增益误差：增益的标准误；距离全部已知时为 0",
    ]
    gain_reachable: Annotated[
        float,
        "what it adds to the share of pairs that can reach each other",
        "可达性增益：使可相互到达的主体对占比增加多少",
    ]
    opening: Annotated[
        str,
        "share of tie weight leaving the first group, before and after (开放度)",
        "开放度变化：建设前后第一个群组外部联系的比例",
    ]
    other_opening: Annotated[
        str,
        "share of tie weight leaving the other group, before and after",
        "另一群组开放度变化：建设前后另一群组外部联系的比例",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say which platform, hosted by whom, opens what."""
        theme, silos = row["theme"], [row["silo"], row["other_silo"]]
        if language == "zh":
            joined = "与".join(map(chinese, silos))
            about = f"，主题为{theme}" if theme else ""
            return (
                f"建议由{row['host_name']}牵头新建平台{about}，连接{joined}：成员 {row['member_names']}；"
                f"全局效率 +{row['gain']:.6f}，新增联系{row['new_ties']}条；"
                f"外部联系占比 {row['opening']}、{row['other_opening']}。"
            )
        about = f" on {theme}" if theme else ""
        return (
            f"A platform{about} hosted by {row['host_name']} would join {' and '.join(silos)}: {row['member_names']}; "
            f"global efficiency +{row['gain']:.6f}, {row['new_ties']} new ties; share of ties "
            f"leaving: {row['opening']} and {row['other_opening']}."
        )


@analysis(
    "New platforms",
    "新建平台建议",
    "platforms",
    "Which new platforms would open which silos, and who should host them?",
    "新建哪些平台能打破哪些孤岛，由谁牵头？",
)
def new_platforms(
    net: Network,
    *,
    platforms: Annotated[int, "platforms proposed"] = 3,
    members: Annotated[int, "members of each, with the host"] = 6,
    by: Annotated[str, "what the silos are: community, or a property such as country, region, role"] = "community",
    smallest: Annotated[int, "members from which on a group counts"] = 3,
    seed: Annotated[int, "seed of everything random"] = 0,
) -> Annotated[Findings, NewPlatform]:
    """Propose a platform between the two groups that miss most tie weight of each other, and so on.

    Missing is the tie weight between two groups that their activity makes expect (d_A d_B / 2m) less what is there. The
    host is an organisation of a neutral role (where any has a role) that reaches both groups: of those within 5 % of
    the largest reach D_R (Borgatti 2006) into the group that each reaches less, and into both, the one with the fewest
    seats elsewhere. Members are taken from both groups in turn, out of the twelve of each that are nearest to all
    others among those who have met nobody of the other group: who has met fewest of those chosen, then whose tie to the
    host wins most global efficiency (Latora & Marchiori 2001). The whole platform is tied, and the next one starts from
    there. Parent and subsidiary never sit in one proposal.
    Distances are exact to 5,000 organisations, else sampled with the error beside. Raises DataError where there are
    fewer than two groups of `smallest`.

    方法：为彼此缺失联系权重最多的两个群组提议一个平台，再依次提议下一个。

    缺失联系强度为按双方活跃度应有的联系权重（d_A d_B / 2m）减去实际权重。牵头单位为角色中立（如有角色信息）且能触达两
    个群组的主体：在对联系较弱群组及对双方的触达度 D_R（Borgatti 2006）均不低于最大值 95% 者中，取其他席位最少的一个。
    成员由两个群组轮流选出，候选为各组中与其他主体距离最近、且从未与对方群组相遇的十二个：先取与已选成员相遇最少者，再
    取与牵头单位的联系对全局效率（Latora & Marchiori 2001）增益最大者。整个平台连成后再提议下一个。母公司与子公司不会
    同处一个建议。5,000 个主体以内距离精确，超过则为抽样并附误差。不足两个规模达到 smallest 的群组时，无法计算。
    """
    if platforms < 1 or members < 3 or smallest < 1:
        raise UsageError("--platforms and --smallest must be 1 or more, --members 3 or more")
    groups = Grouping.of(net, by, seed=seed)
    labels, names = groups.labels, groups.words
    large = np.flatnonzero(groups.members >= smallest)
    if len(large) < 2:
        raise DataError(
            Bilingual(
                f"a new platform joins two groups of {smallest} members at least, and by {by} there are not two",
                f"新建平台须连接两个成员不少于{smallest}个的群组，按{property_zh(by)}不足两个",
            )
        )
    distances = Distances(net.ties, seed=seed)
    pairs = _missing(net, labels, len(names), large)
    about = _about(net)
    weights = group_ties(net, labels, len(names))
    out, whole = weights.weight_outside.copy(), 2 * weights.weight_inside + weights.weight_outside
    rows: list[dict[str, Any]] = []
    marked = kin(net)
    closeness = distances.closeness().round(12)
    for one, other, missing in pairs[:platforms]:
        host, reach = _host(net, labels, (one, other), seed)
        chosen = _chosen(net, distances, labels, (one, other), host, members, marked, closeness)
        if len(chosen) < 3:
            continue
        new = [(a, b) for at, a in enumerate(chosen) for b in chosen[at + 1 :] if not net.ties[a, b]]
        before = _per_source(distances), distances.reachable
        for a, b in new:
            distances.add(a, b)
        change = _per_source(distances) - before[0]
        told = []
        for group in (one, other):
            was = out[group] / whole[group] if whole[group] else 0.0
            mine = [a for a in chosen if labels[a] == group]
            inside, every = len(mine) * (len(mine) - 1), len(mine) * (len(chosen) - 1)
            out[group] += (every - inside) / (len(chosen) - 1)
            whole[group] += every / (len(chosen) - 1)
            told.append(f"{100 * was:.1f} -> {100 * out[group] / whole[group]:.1f} %")
        ids, called = net.organisations["id"].to_numpy(), names_of(net.organisations)
        role = net.organisations["role"].to_numpy()[host]
        k = len(change)
        spread = change.std(ddof=1) / np.sqrt(k) * np.sqrt(max(1 - k / len(net), 0)) if k > 1 else 0.0
        rows.append(
            {
                "platform": f"new platform {len(rows) + 1}",
                "silo": names[one],
                "other_silo": names[other],
                "host": ids[host],
                "host_name": called[host],
                "host_role": role,
                "host_neutral": role in NEUTRAL,
                "host_reach": round(reach, 12),
                "host_seats": int(np.diff(net.membership.indptr)[host]),
                "members": ", ".join(str(ids[a]) for a in chosen),
                "member_names": ", ".join(str(called[a]) for a in chosen),
                "theme": _theme(about, chosen),
                "new_ties": len(new),
                "missing": round(missing, 12),
                "gain": round(float(change.mean()), 12),
                "gain_error": 0.0 if distances.exact else round(float(spread), 12),
                "gain_reachable": round(distances.reachable - before[1], 12),
                "opening": told[0],
                "other_opening": told[1],
            }
        )
    table = pd.DataFrame(rows, columns=list(NewPlatform.columns()))
    table["host_role"] = pd.Series([row["host_role"] for row in rows], dtype=object)
    return Findings(
        table,
        None,
        (
            Bilingual(
                f"Groups are by {by}; each platform counts after those before it.",
                f"群组按{property_zh(by)}划分；每个平台在此前各平台之上计算。",
            ),
        ),
    )


def _missing(
    net: Network, labels: NDArray[np.int64], groups: int, large: NDArray[np.int64]
) -> list[tuple[int, int, float]]:
    """Pairs of groups and the tie weight that they miss, most first; of equals those of more members, then by name."""
    first, second, weight = net.pairs
    both = (labels[first] >= 0) & (labels[second] >= 0)
    a, b = labels[first][both], labels[second][both]
    half = np.bincount(a * groups + b, weight[both], groups * groups).reshape(groups, groups)
    mixing = half + half.T
    strength = mixing.sum(axis=1)
    expected = np.outer(strength, strength) / max(strength.sum(), 1e-300)
    one, other = np.triu_indices(groups, k=1)
    counts = np.isin(one, large) & np.isin(other, large)
    one, other = one[counts], other[counts]
    missing = (expected - mixing)[one, other].round(9)
    size = np.bincount(labels[labels >= 0], minlength=groups)
    order = np.lexsort((other, one, -(size[one] + size[other]), -missing))
    return [(int(one[at]), int(other[at]), float(missing[at])) for at in order]


def _host(net: Network, labels: NDArray[np.int64], groups: tuple[int, int], seed: int) -> tuple[int, float]:
    """Row of the best host for two groups, and its reach into the one that it reaches less."""
    random = np.random.default_rng([seed, *groups])
    inverse = np.zeros(NONE + 1)
    inverse[0], inverse[1:NONE] = 1, 1 / np.arange(1, NONE)
    into = []
    for group in groups:
        mine = np.flatnonzero(labels == group).astype(np.int64)
        if len(mine) > REACHED:
            mine = np.sort(random.choice(mine, REACHED, replace=False))
        into.append(inverse[hops(net.ties, mine)].mean(axis=1))
    reach, total = np.minimum(*into), np.add(*into)
    roles = net.organisations["role"].isin(NEUTRAL).to_numpy()
    usable = np.flatnonzero(roles if roles.any() else np.ones(len(net), dtype=bool))
    inside = np.isin(labels[usable], groups)
    seats = np.diff(net.membership.indptr)
    for into_them in (reach, total):
        fits = into_them[usable] >= (1 - CLOSE) * into_them[usable].max() - 1e-12
        usable, inside = usable[fits], inside[fits]
    order = np.lexsort((usable, -total[usable].round(12), -reach[usable].round(12), ~inside, seats[usable]))
    host = int(usable[order[0]])
    return host, float(reach[host])


def _chosen(
    net: Network,
    distances: Distances,
    labels: NDArray[np.int64],
    groups: tuple[int, int],
    host: int,
    members: int,
    marked: Any,
    closeness: NDArray[np.float64],
) -> list[int]:
    """Take members from both groups in turn, each the one whose tie to the host wins most; the host is the first."""
    pools = []
    for group, opposite in (groups, groups[::-1]):
        mine = np.flatnonzero((labels == group) & (np.arange(len(net)) != host))
        met_them = np.asarray(net.ties[mine] @ (labels == opposite).astype(float)).ravel() > 0
        pools.append(mine[np.lexsort((mine, -closeness[mine], met_them))][:POOL].tolist())
    gains = {}
    for pool in pools:
        untied = np.array([[host, each] for each in pool if not net.ties[host, each]], dtype=np.int64).reshape(-1, 2)
        found = distances.gains(untied).efficiency.round(12)
        gains.update(dict(zip(untied[:, 1].tolist(), found.tolist(), strict=True)))
    chosen, turn, idle = [host], 0, 0
    while len(chosen) < members and idle < 2:
        pool = [each for each in pools[turn % 2] if each not in chosen and not marked[[each]][:, chosen].nnz]
        turn += 1
        if not pool:
            idle += 1
            continue
        idle = 0
        # Whoever has met fewest of those chosen brings most new ties; among these, what the tie to the host wins.
        met = {each: int((net.ties[[each]][:, chosen]).nnz) for each in pool}
        chosen.append(min(pool, key=lambda each: (met[each], -gains.get(each, 0.0), each)))
    return chosen


def _per_source(distances: Distances) -> NDArray[np.float64]:
    """Mean of 1/distance from each source to all others."""
    inverse = np.zeros(NONE + 1)
    inverse[1:NONE] = 1 / np.arange(1, NONE)
    sums = np.zeros(len(distances.sources))
    for low in range(0, len(distances.table), 512):
        sums += inverse[distances.table[low : low + 512]].sum(axis=0)
    return sums / max(distances.n - 1, 1)


def _about(net: Network) -> Portfolios | None:
    try:
        return portfolios(net)
    except DataError:
        return None


def _theme(about: Portfolios | None, members: list[int]) -> str:
    """The field that most members share, then of the largest amount; empty where no two share one."""
    if about is None:
        return ""
    theirs = about.amounts[members]
    many = np.bincount(theirs.indices, minlength=len(about.names))
    amount = np.bincount(theirs.indices, theirs.data, len(about.names))
    best = int(np.lexsort((np.arange(len(many)), -amount, -many))[0]) if len(many) else 0
    return about.names[best] if len(many) and many[best] > 1 else ""
