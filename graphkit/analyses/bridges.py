"""Bridges (搭桥): the few ties, all together, that would open the silos and could really happen."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graphkit.analysis import Findings, Row, analysis
from graphkit.errors import UsageError
from graphkit.measures.gain import Distances
from graphkit.measures.leiden import communities_of
from graphkit.measures.likelihood import Likelihood, learn
from graphkit.measures.reasons import Grounds
from graphkit.network import Network

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
        "pareto",
        "evidence",
    )
    start: Annotated[str, "organisation"] = "start"  # type: ignore[misc]  # both a column and what names it
    end: Annotated[str, "organisation that it could be introduced to"] = "end"  # type: ignore[misc]
    rank: Annotated[int, "place in the portfolio, from 1: in this order each adds most to those before"]
    gain: Annotated[float, "what it adds to global efficiency after those before it (增益)"]
    gain_reachable: Annotated[float, "what it adds to the share of pairs that can reach each other (可达性增益)"]
    feasibility: Annotated[float | None, "how likely such a tie is, 0 to 1; none where nothing was learned (可行性)"]
    reasons: Annotated[str, "why it could happen, in words (理由)"]
    reasons_zh: Annotated[str, "why it could happen, in Chinese (理由)"]
    start_name: Annotated[str, "name of the first"]
    end_name: Annotated[str, "name of the second"]
    start_facts: Annotated[str, "country and role of the first, as far as known"]
    end_facts: Annotated[str, "country and role of the second, as far as known"]
    start_group: Annotated[str, "group of the first (群组)"]
    end_group: Annotated[str, "group of the second (群组)"]
    common_partners: Annotated[int, "partners that both have (共同伙伴数)"]
    distance: Annotated[int | None, "hops between them today; none where there is no way (距离)"]
    gain_distance: Annotated[float | None, "change of the mean distance; may rise between components"]
    gain_error: Annotated[float, "standard error of the gain; 0 where all distances are known"]
    cumulative_gain: Annotated[float, "gain in global efficiency of this and all before it (累计增益)"]
    pareto: Annotated[bool, "whether no candidate has both more gain by itself and more feasibility (帕累托前沿)"]
    evidence: Annotated[str, "rows of the sources behind it (证据)"]

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


@analysis("Which new ties would open the silos?", "哪些新的合作能打破孤岛？")
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
    candidates: Annotated[int, "candidate ties that are judged exactly"] = 2_000,
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
    Gain is exact to 5,000 organisations. In one component it falls from tie to tie; a tie to a component that an
    earlier tie enlarged may win more than the one before. Isolates are groups of their own among communities;
    organisations without the property are left out.
    """
    if ties < 1 or cap < 1 or not 0 < feasible <= 1:
        raise UsageError(
            f"--ties {ties} and --cap {cap} must be 1 or more, --feasible {feasible} above 0 and at most 1"
        )
    group, names = _groups(net, by, seed)
    learned = learn(net, seed=seed)
    distances = Distances(net.ties, seed=seed)
    pool = _candidates(net, learned, group, candidates, seed)
    if pool.empty:
        return Findings(_table([], Grounds(learned)), notes=(f"No untied pair lies between two groups by {by}.",))
    pairs = pool[["source", "target"]].to_numpy(dtype=np.int64)
    alone = distances.gains(pairs).efficiency.round(ROUNDING)
    hops = distances.between(pairs)
    kind = np.where(hops < 0, 2, (pool["common"] == 0).astype(int))
    score = pool["score"].to_numpy(dtype=float)
    usable: NDArray[np.bool_] = np.full(
        len(pool), learned.models is None
    )  # a likelihood that is unknown rules nothing out
    for each in np.unique(kind):
        mine = kind == each
        usable |= mine & (score >= np.quantile(score[mine], 1 - feasible))
    front = _front(alone, score)
    grounds = Grounds(learned)
    judged = [{str(key): value for key, value in row.items()} for row in pool.to_dict("records")]
    chosen: list[dict[str, Any]] = []
    left = np.full(len(net), cap)
    total, outside = 0.0, -(-ties // 2) if detached is None else detached
    for rank in range(1, ties + 1):
        open_ = np.flatnonzero(usable & (left[pairs] > 0).all(axis=1))
        if not len(open_):
            break
        gains = distances.gains(pairs[open_])
        order = np.lexsort((open_, -score[open_], -gains.efficiency.round(ROUNDING)))
        at = int(order[0])
        best = int(open_[at])
        if gains.efficiency[at] <= 0:
            break
        total += float(gains.efficiency[at])
        one, other = int(pairs[best, 0]), int(pairs[best, 1])
        chosen.append(
            {
                **judged[best],
                "rank": rank,
                "gain": float(gains.efficiency[at]),
                "gain_reachable": float(gains.reachable[at]),
                "gain_distance": float(gains.mean_distance[at]),
                "gain_error": float(gains.error[at]),
                "cumulative_gain": total,
                "distance": int(hops[best]) if hops[best] >= 0 else None,
                "pareto": bool(front[best]),
                "start_group": names[group[one]],
                "end_group": names[group[other]],
            }
        )
        distances.add(one, other)
        left[[one, other]] -= 1
        usable[best] = False
        outside -= int(kind[best] == 2)
        if outside <= 0:
            usable &= kind != 2
    return Findings(_table(chosen, grounds), notes=(_told(kind, feasible, distances), *learned.notes))


def _groups(net: Network, by: str, seed: int) -> tuple[NDArray[np.int64], list[str]]:
    """Number the group of each organisation (-1: none), with the name of each."""
    if by == "community":
        found = communities_of(net, seed=seed)
        alone = found.labels < 0  # an isolate is a group of its own: nobody is further outside
        labels = found.labels.copy()
        labels[alone] = found.number + np.arange(int(alone.sum()))
        return labels, [f"community {i + 1}" for i in range(found.number)] + ["no community"] * int(alone.sum())
    codes, names = pd.factorize(net.group(by), sort=True)
    return codes.astype(np.int64), [str(name) for name in names]


def _candidates(net: Network, learned: Likelihood, group: NDArray[np.int64], many: int, seed: int) -> pd.DataFrame:
    """Untied pairs of two groups worth judging: half for their likelihood, half for their gain.

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
    every = every[~tied & (group[every[:, 0]] != group[every[:, 1]])]
    gain = screen.gains(every, rough=True).efficiency.round(ROUNDING)
    gainful = every[np.lexsort((every[:, 1], every[:, 0], -gain))]
    sides = pd.DataFrame(np.sort(group[gainful], axis=1))
    in_turn = gainful[np.argsort(sides.groupby([0, 1]).cumcount().to_numpy(), kind="stable")]
    joined = gainful[screen.component[gainful[:, 0]] == screen.component[gainful[:, 1]]]
    pairs = np.sort(likely[["source", "target"]].to_numpy(dtype=np.int64).reshape(-1, 2), axis=1)
    found: dict[tuple[int, int], None] = {}
    for some, most in ((pairs, many // 2), (joined, many * 3 // 4), (in_turn, many)):
        for first, second in some.tolist():
            if len(found) >= most:
                break
            found.setdefault((first, second))
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


def _told(kind: NDArray[np.int64], feasible: float, distances: Distances) -> str:
    counts = np.bincount(kind, minlength=3)
    how = "exact gain" if distances.exact else f"gain estimated from {len(distances.sources):,} sources"
    return (
        f"Chosen by {how} from the likelier {100 * feasible:.0f} % of {len(kind):,} candidates, each held against "
        f"its own kind: {counts[0]:,} with a common partner, {counts[1]:,} without, {counts[2]:,} with no way between."
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
