"""Bridges (搭桥): the few ties, all together, that would open the silos and could really happen."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import UsageError
from graphkit.measures.choosing import Candidates, Chosen, Limits, alone, choose
from graphkit.measures.dismantling import pieces
from graphkit.measures.gain import Distances
from graphkit.measures.groups import Grouping
from graphkit.measures.kinship import are_kin, kin
from graphkit.measures.likelihood import Likelihood, learn
from graphkit.measures.openness import group_ties
from graphkit.measures.reasons import Grounds
from graphkit.measures.wishes import Wishes
from graphkit.network import Network
from graphkit.terms import chinese

SCREENED = 1_000
"""Organisations, the best placed of each group, whose pairs are all screened for gain."""
SCREEN_SOURCES = 256
ROUNDING = 12


class Bridge(Row):
    """One proposed tie between two groups, with what it wins and how likely it is, side by side."""

    tie = "COULD_BRIDGE"
    unwritten = (
        "reasons_zh",
        "start_name",
        "end_name",
        "start_facts",
        "end_facts",
        "start_group",
        "end_group",
        "common_partners",
        "distance",
        "gain_distance",
        "gain_error",
        "cumulative_gain",
        "cost",
        "cumulative_cost",
        "pareto",
        "start_opening",
        "end_opening",
        "start_breaks",
        "end_breaks",
        "evidence",
    )
    start: Annotated[str, "organisation", "一端：主体"] = "start"  # type: ignore[misc]  # both a column and what names it
    end: Annotated[str, "organisation that it could be introduced to", "另一端：可与之牵线的主体"] = "end"  # type: ignore[misc]
    rank: Annotated[
        int,
        "place in the portfolio, from 1: in this order each adds most to those before",
        "名次：在组合中的名次，从 1 起；按此顺序，每一座桥在前面各桥之上增益最大",
    ]
    gain: Annotated[
        float,
        "what it adds to global efficiency after those before it (增益)",
        "效率增益：在前面各桥之上为全局效率带来的增量",
    ]
    gain_reachable: Annotated[
        float,
        "what it adds to the share of pairs that can reach each other (可达性增益)",
        "可达性增益：使可相互到达的主体对占比增加多少",
    ]
    feasibility: Annotated[
        float | None,
        "how likely such a tie is, 0 to 1; none where nothing was learned (可行性)",
        "可行性：此类联系建立的可能性，0 至 1；无从学习时为空",
    ]
    reasons: Annotated[str, "why it could happen, in words (理由)", "理由：为何可能成功（英文）"]
    reasons_zh: Annotated[str, "why it could happen, in Chinese (理由)", "理由：为何可能成功"]
    start_name: Annotated[str, "name of the first", "一端名称"]
    end_name: Annotated[str, "name of the second", "另一端名称"]
    start_facts: Annotated[str, "country and role of the first, as far as known", "一端概况：已知的国家与角色"]
    end_facts: Annotated[str, "country and role of the second, as far as known", "另一端概况：已知的国家与角色"]
    start_group: Annotated[str, "group of the first (群组)", "一端群组"]
    end_group: Annotated[str, "group of the second (群组)", "另一端群组"]
    common_partners: Annotated[int, "partners that both have (共同伙伴数)", "共同伙伴数：双方共有的合作伙伴"]
    distance: Annotated[
        int | None,
        "hops between them today; none where there is no way (距离)",
        "现有距离：目前相隔的步数；不连通时为空",
    ]
    gain_distance: Annotated[
        float | None,
        "change of the mean distance; may rise between components",
        "距离变化：平均距离的变化；连接不同连通分量时可能上升",
    ]
    gain_error: Annotated[
        float,
        "standard error of the gain; 0 where all distances are known",
        "增益误差：增益的标准误；距离全部已知时为 0",
    ]
    cumulative_gain: Annotated[
        float,
        "gain in global efficiency of this and all before it (累计增益)",
        "累计增益：本桥与此前各桥合计的全局效率增益",
    ]
    cost: Annotated[float, "what it costs (成本)", "成本"]
    cumulative_cost: Annotated[float, "cost of this and all before it (累计成本)", "累计成本：本桥与此前各桥的成本合计"]
    pareto: Annotated[
        bool,
        "whether no candidate has both more gain by itself and more feasibility (帕累托前沿)",
        "帕累托前沿：没有其他候选在单独增益与可行性上同时更优",
    ]
    start_opening: Annotated[
        float,
        "what it adds to the share of ties that leave the first's group (开放度变化)",
        "一端开放度变化：一端所在群组外部联系比例的增量",
    ]
    end_opening: Annotated[
        float,
        "what it adds to the share of ties that leave the second's group (开放度变化)",
        "另一端开放度变化：另一端所在群组外部联系比例的增量",
    ]
    start_breaks: Annotated[
        int,
        "organisations cut off if the first left, with all of these ties made (失去影响)",
        "一端失去影响：各桥建成后，若一端退出将失去连接的主体数",
    ]
    end_breaks: Annotated[
        int,
        "organisations cut off if the second left, with all of these ties made (失去影响)",
        "另一端失去影响：各桥建成后，若另一端退出将失去连接的主体数",
    ]
    evidence: Annotated[str, "rows of the sources behind it (证据)", "证据：支持此建议的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who should be introduced to whom, what it wins, how likely it is, and why."""
        far, chance = row["distance"], row["feasibility"]
        reach = 100 * row["gain_reachable"]
        one, other = (
            f"{row[f'{which}_name']} ({', '.join(filter(None, (row[f'{which}_facts'], row[f'{which}_group'])))})"
            for which in ("start", "end")
        )
        if language == "zh":
            one, other = (_end_zh(row, which) for which in ("start", "end"))
            apart = "现在彼此不可达" if far is None else f"现在相距{far:.0f}步"
            more = f"，可达机构对 +{reach:.2f}%" if reach else ""
            likely = "可能性未知" if chance is None else f"可能性 {100 * chance:.1f}%"
            why = row["reasons_zh"].rstrip(".")
            return f"建议把{one}介绍给{other}：{apart}；全局效率 +{row['gain']:.6f}{more}；{likely}；依据：{why}。"
        apart = "no way between them now" if far is None else f"{far:.0f} hops apart now"
        more = f", reachable pairs +{reach:.2f} %" if reach else ""
        likely = "likelihood unknown" if chance is None else f"likelihood {100 * chance:.1f} %"
        return (
            f"Introduce {one} to {other}: {apart}; global efficiency +{row['gain']:.6f}{more}; {likely}; "
            f"because {row['reasons'].rstrip('.')}."
        )


def _end_zh(row: Mapping[str, Any], which: str) -> str:
    """Say one end in Chinese, with its facts and group as far as they are known."""
    facts = "，".join(chinese(row[f"{which}_{fact}"]) for fact in ("facts", "group") if row[f"{which}_{fact}"])
    return f"{row[f'{which}_name']}（{facts}）" if facts else str(row[f"{which}_name"])


@analysis("Proposed bridges", "建议的桥", "bridges", "Which new ties would open the silos?", "哪些新的合作能打破孤岛？")
def bridges(
    net: Network,
    *,
    ties: Annotated[int, "ties in the portfolio"] = 10,
    cap: Annotated[int, "most ties of the portfolio that one organisation gets"] = 2,
    by: Annotated[str, "what the groups are: community, or a property such as country, region, role"] = "community",
    feasible: Annotated[float, "part of the candidates that is taken, the likelier first; 1 takes all"] = 0.5,
    detached: Annotated[
        int | None, "most ties that reach a component with no way to the rest; else half of the portfolio"
    ] = None,
    group_cap: Annotated[int | None, "most ties of the portfolio that one group gets (每群组上限)"] = None,
    budget: Annotated[float | None, "most that all ties together may cost (预算)"] = None,
    cost: Annotated[float, "cost of a tie that has none of its own (单位成本)"] = 1.0,
    costs: Annotated[tuple[str, ...] | None, "file of lines start,end,cost: what single ties cost"] = None,
    include: Annotated[tuple[str, ...] | None, "file of lines start,end: ties that must be made (必选)"] = None,
    exclude: Annotated[
        tuple[str, ...] | None, "file of lines start,end (ties never made) or id (nor any tie of it) (排除)"
    ] = None,
    candidates: Annotated[int, "candidate ties that are judged"] = 2_000,
    seed: Annotated[int, "seed of everything random"] = 0,
) -> Annotated[Findings, Bridge]:
    """Choose the ties between groups that together open the network most, among those that could really happen.

    Candidates are untied pairs of different groups: half are the likeliest of each organisation, half those with the
    largest gain by a screening over sampled distances, so that neither is lost. Only the likelier part (`feasible`) of
    each kind can be chosen: pairs with a common partner, pairs without, and pairs with no way between them at all
    (detached components would else never win); where nothing could be learned, all. Among these the tie with the
    largest gain in global efficiency (Latora & Marchiori 2001) is taken, distances are brought up to date, and again:
    at most `cap` ties for one organisation and `detached` for components that nothing joins to the rest, which would
    else fill the portfolio of a network in many pieces. Gain and likelihood stand side by side and are never blended.
    Gain is exact to 5,000 organisations; above, it is estimated, with its error beside, and `pareto` by estimates. In
    one component it falls from tie to tie; a tie to a component that an earlier tie enlarged may win more than the one
    before. Isolates are groups of their own among communities; organisations without the property are left out.

    Never proposed: pairs already tied, those that may be one (SAME_AS), parent and subsidiary over any chain. Ties that
    must be made come first and count towards every limit; they need no candidate's likelihood, and may break the caps,
    not the budget. With a budget the gain for its cost decides. A group is opened by how much the share of its tie
    weight that leaves rises, a tie weighing 1, after those before it (a group without ties has a share of 0).

    方法：在确有可能实现的候选中，选出合起来最能打通网络的组间联系。

    候选为分属不同群组且尚无联系的主体对：一半取各主体可能性最高者，一半取按抽样距离初筛增益最大者，使两方面都不遗漏。
    有共同伙伴的对、没有共同伙伴的对、完全不连通的对各自只有可能性较高的一部分（参数 feasible）可以入选，否则脱离的连
    通分量永远不会中选；无从学习时全部可选。每次选取全局效率（Latora & Marchiori 2001）增益最大的一条，更新距离后再选
    下一条；每个主体至多 cap 条，与其余部分毫无联系的连通分量至多 detached 条，否则碎片化网络的组合会被其占满。增益与
    可行性并列给出，绝不合成一个分数。5,000 个主体以内增益精确计算，超过则为估计值并附误差，帕累托前沿也按估计值判定。
    在同一连通分量内增益逐条递减；若前一条已扩大某个连通分量，通向它的联系增益可能更大。按社群分组时孤立点各自成组；没
    有该属性的主体不参与。

    以下从不建议：已有联系的对、可能为同一主体的对（SAME_AS）、任意层级的母公司与子公司。必须建立的联系排在最前，计入
    各项上限；不要求其可能性，可突破上限，但不可突破预算。设有预算时按单位成本增益选取。群组开放度的变化，是在此前各桥
    之上，每条新联系按权重 1 计，外部联系比例上升的幅度（无联系的群组比例为 0）。
    """
    if ties < 1 or cap < 1 or not 0 < feasible <= 1 or (group_cap is not None and group_cap < 1):
        raise UsageError(
            f"--ties {ties}, --cap {cap} and --group-cap must be 1 or more, --feasible {feasible} above 0 and at most 1"
        )
    if cost <= 0 or (budget is not None and budget <= 0):
        raise UsageError("--cost and --budget must be above 0")
    wishes = Wishes.of(net, include, exclude, costs, cost)
    group, names = _groups(net, by, seed)
    learned = learn(net, seed=seed)
    distances = Distances(net.ties, seed=seed)
    pool = _candidates(net, learned, group, wishes, candidates, seed)
    if pool.empty:
        return Findings(
            _table([], Grounds(learned)),
            notes=(
                Bilingual(
                    f"No untied pair lies between two groups by {by}.",
                    f"按{property_zh(by)}没有分属两个群组且尚无联系的主体对。",
                ),
            ),
        )
    pairs = pool[["source", "target"]].to_numpy(dtype=np.int64)
    gains, bound = alone(distances, pairs)
    hops = distances.between(pairs)
    kind = np.where(hops < 0, 2, (pool["common"] == 0).astype(int))
    score = pool["score"].to_numpy(dtype=float)
    usable: NDArray[np.bool_] = np.full(
        len(pool), learned.models is None
    )  # a likelihood that is unknown rules nothing out
    for each in np.unique(kind):
        mine = kind == each
        usable |= mine & (score >= np.quantile(score[mine], 1 - feasible))
    given = Candidates(pairs, group[pairs], score, wishes.prices(pairs), usable, kind == 2)
    first = wishes.first(pairs)
    outside = -(-ties // 2) if detached is None else detached
    if budget is not None and given.cost[first].sum() > budget:
        raise UsageError(f"the ties that must be made cost {given.cost[first].sum():g}, more than --budget {budget:g}")
    limits = Limits(ties, cap, group_cap, outside, budget)
    chosen = choose(_anew(distances, net, seed), given, limits, first, bound)
    grounds = Grounds(learned)
    judged = [{str(key): value for key, value in row.items()} for row in pool.to_dict("records")]
    front = _front(gains, score)
    openings, breaks = _openings(net, group, given, chosen), _breaks(net, given, chosen)
    rows, total, spent = [], 0.0, 0.0
    for rank, one in enumerate(chosen, 1):
        total, spent = total + one.gain, spent + float(given.cost[one.place])
        start, end = given.pairs[one.place].tolist()
        rows.append(
            {
                **judged[one.place],
                "rank": rank,
                "gain": one.gain,
                "gain_reachable": one.reachable,
                "gain_distance": one.mean_distance,
                "gain_error": one.error,
                "cumulative_gain": total,
                "cost": float(given.cost[one.place]),
                "cumulative_cost": spent,
                "distance": int(hops[one.place]) if hops[one.place] >= 0 else None,
                "pareto": bool(front[one.place]),
                "start_group": names[group[start]] if group[start] >= 0 else "",
                "end_group": names[group[end]] if group[end] >= 0 else "",
                "start_opening": openings[rank - 1][0],
                "end_opening": openings[rank - 1][1],
                "start_breaks": breaks.get(start, 0),
                "end_breaks": breaks.get(end, 0),
            }
        )
    return Findings(_table(rows, grounds), notes=(_told(kind, feasible, distances), *learned.notes))


def _anew(distances: Distances, net: Network, seed: int) -> Callable[[], Distances]:
    """Hand out distances of the network as it is: the ones at hand first, then new ones."""
    ready = [distances]
    return lambda: ready.pop() if ready else Distances(net.ties, seed=seed)


def _openings(
    net: Network, group: NDArray[np.int64], given: Candidates, chosen: list[Chosen]
) -> list[tuple[float, float]]:
    """What every tie, after those before it, adds to the share of tie weight that leaves the groups of its two ends."""
    every = group_ties(net, group, int(group.max(initial=-1)) + 1)
    out, whole = every.weight_outside.copy(), 2 * every.weight_inside + every.weight_outside
    found = []
    for one in chosen:
        groups = given.groups[one.place].tolist()
        across = groups[0] != groups[1]
        opened = []
        for own in groups:
            before = out[own] / whole[own] if own >= 0 and whole[own] else 0.0
            after = (out[own] + across) / (whole[own] + 1 + (not across)) if own >= 0 else 0.0
            opened.append(round(float(after - before), ROUNDING))
        for own in {own for own in groups if own >= 0}:
            out[own] += across
            whole[own] += 1 + (not across)
        found.append((opened[0], opened[1]))
    return found


def _breaks(net: Network, given: Candidates, chosen: list[Chosen]) -> dict[int, int]:
    """Organisations that each end of a tie would cut off from most of its component if it left after all are made."""
    graph = net.graph.copy()
    graph.add_edges(given.pairs[[one.place for one in chosen]].tolist())
    return {vertex: sum(sizes) - max(sizes) for vertex, sizes in pieces(graph).items()}


def _groups(net: Network, by: str, seed: int) -> tuple[NDArray[np.int64], list[str]]:
    """Number the group of each organisation (-1: none), with the name of each."""
    groups = Grouping.of(net, by, seed=seed, optional=True)
    if by != "community":
        return groups.labels, groups.words
    alone = ~groups.grouped  # an isolate is a group of its own: nobody is further outside
    labels = groups.labels.copy()
    labels[alone] = len(groups.names) + np.arange(int(alone.sum()))
    return labels, groups.words + ["no community"] * int(alone.sum())


def _candidates(
    net: Network, learned: Likelihood, group: NDArray[np.int64], wishes: Wishes, many: int, seed: int
) -> pd.DataFrame:
    """Untied pairs of two groups worth judging: half for their likelihood, half for their gain; and those wished for.

    Of the latter one half are the largest gains among those that can reach each other, the rest the largest between any
    two groups, in turn: else the many pairs that join one detached component crowd out all others.
    """
    screen = Distances(net.ties, exact_up_to=0, sources=SCREEN_SOURCES, seed=seed)
    placed = _best_placed(screen.closeness(), group)
    likely = learned.best(placed, max(2, -(-many // max(len(placed), 1))), group=group)
    turn = likely.groupby("source").cumcount().to_numpy()
    likely = likely.iloc[np.lexsort((likely["target"], likely["source"], -likely["score"], turn))]
    one, other = np.triu_indices(len(placed), k=1)
    every = np.column_stack([placed[one], placed[other]])
    tied = np.asarray(net.ties[every[:, 0], every[:, 1]]).ravel() > 0 if len(every) else np.empty(0, dtype=bool)
    marked = kin(net)
    every = every[~tied & (group[every[:, 0]] != group[every[:, 1]])]
    every = every[~(are_kin(marked, every) | wishes.excluded(every))]
    gain = screen.gains(every, rough=True).efficiency.round(ROUNDING)
    gainful = every[np.lexsort((every[:, 1], every[:, 0], -gain))]
    sides = pd.DataFrame(np.sort(group[gainful], axis=1))
    in_turn = gainful[np.argsort(sides.groupby([0, 1]).cumcount().to_numpy(), kind="stable")]
    joined = gainful[screen.component[gainful[:, 0]] == screen.component[gainful[:, 1]]]
    pairs = np.sort(likely[["source", "target"]].to_numpy(dtype=np.int64).reshape(-1, 2), axis=1)
    pairs = pairs[~(are_kin(marked, pairs) | wishes.excluded(pairs))]
    found: dict[tuple[int, int], None] = {}
    for some, most in ((pairs, many // 2), (joined, many * 3 // 4), (in_turn, many)):
        for first, second in some.tolist():
            if len(found) >= most:
                break
            found.setdefault((first, second))
    found.update(dict.fromkeys(wishes.include))
    chosen = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return learned.of(chosen)


def _best_placed(closeness: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.int64]:
    """The organisations nearest to all others, of every group; a group of four times the size sends twice as many."""
    usable = np.flatnonzero(group >= 0)
    order = usable[np.lexsort((usable, -closeness[usable].round(ROUNDING), group[usable]))]
    _, start, size = np.unique(group[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(start, size)
    turn = (place + 1) / np.sqrt(np.repeat(size, size))
    return np.sort(order[np.lexsort((order, turn))][:SCREENED])


def _front(gain: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether no other candidate is at least as good by both and better by one."""
    order = np.lexsort((-score, -gain))
    front = np.zeros(len(gain), dtype=bool)
    best, at_gain = -np.inf, np.inf
    for place in order:
        if score[place] > best or (score[place] == best and gain[place] == at_gain):
            front[place] = True
            best, at_gain = score[place], gain[place]
    return front


def _told(kind: NDArray[np.int64], feasible: float, distances: Distances) -> Bilingual:
    counts = np.bincount(kind, minlength=3)
    how = "exact gain" if distances.exact else f"gain estimated from {len(distances.sources):,} sources"
    how_zh = "精确增益" if distances.exact else f"由 {len(distances.sources):,} 个源点估计的增益"
    return Bilingual(
        f"Chosen by {how} from the likelier {100 * feasible:.0f} % of {len(kind):,} candidates, each held against "
        f"its own kind: {counts[0]:,} with a common partner, {counts[1]:,} without, {counts[2]:,} with no way between.",
        f"按{how_zh}，从 {len(kind):,} 个候选中可能性较高的 {100 * feasible:.0f}% 里选出，各与同类比较：有共同伙伴 "
        f"{counts[0]:,} 个，没有 {counts[1]:,} 个，完全不连通 {counts[2]:,} 个。",
    )


def _table(chosen: list[dict[str, Any]], grounds: Grounds) -> pd.DataFrame:
    rows = []
    for each in chosen:
        one, other = int(each["source"]), int(each["target"])
        english, chinese = grounds.words(each)
        rows.append(
            {
                **each,
                "start": grounds.ids[one],
                "end": grounds.ids[other],
                "feasibility": None if np.isnan(each["likelihood"]) else float(each["likelihood"]),
                "reasons": english,
                "reasons_zh": chinese,
                "start_name": grounds.names[one],
                "end_name": grounds.names[other],
                "start_facts": grounds.facts(one),
                "end_facts": grounds.facts(other),
                "common_partners": int(each["common"]),
                "evidence": grounds.evidence(one, other),
            }
        )
    table = pd.DataFrame(rows, columns=list(Bridge.columns()))
    for column in ("feasibility", "distance", "gain_distance"):
        known = [None if value is None or np.isnan(value) else value for value in (row[column] for row in rows)]
        table[column] = pd.Series(known, dtype=object)
    return table
