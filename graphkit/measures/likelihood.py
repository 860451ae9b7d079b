"""How likely a tie is (可能性), learned from the network's own past: who tied up later, and what showed before.

The bodies are parted by their first day. Signs (`graphkit.measures.features`) are computed on what was known before a
day, and the pairs newly tied in bodies after it are what a logistic regression learns to tell from all others, drawn at
random. Pairs without a common partner have a model of their own, and so have organisations without any tie. An earlier
split learns, the last one calibrates, says how far the stated likelihoods are off, and for each kind of pair by itself
whether a single score does better than the model, and then takes its place; the model is fitted anew on both.

A second score says how *specific* a tie is: learned on new ties beside untied pairs of the same organisation, with as
many partners and at the same distance, so that it tells these two from any two hubs. It is half a regression and half
trees (`graphkit.measures.boosting`): among pairs so much alike, a sign speaks only together with others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graphkit.bilingual import Bilingual
from graphkit.measures.boosting import Blend, blended
from graphkit.measures.examples import (
    ALONE,
    COLD,
    FAR,
    KINDS,
    KINDS_ZH,
    NEAR,
    POOL,
    Examples,
    Split,
    examples,
    kinds_of,
    split,
)
from graphkit.measures.features import FAMILIES, NAMES, Block, judged_blocks
from graphkit.measures.fitting import PENALTY_RARE, Scale, better, calibration_error, log_odds, regression
from graphkit.measures.past import Past, days, earlier_bodies
from graphkit.measures.ranking import largest
from graphkit.network import Network

LATER = 0.25
"""Share of the bodies, the last to start, whose ties are to be foretold."""
FEWEST = 50
"""Fewest new ties (each counted from both ends) that a model is learned from."""
FALLBACK = ("allocation", "paths", "partners")

_UNKNOWN = Bilingual(
    "The network has too little past to learn from: partners are ranked by resource allocation and short ways, "
    "and no likelihood is given.",
    "网络的过去太短，无从学习：候选伙伴按资源分配指数与短路径排序，不给出可能性。",
)


@dataclass(frozen=True)
class Proof:
    """How well the model did on the last part of the past, which it had not seen.

    `precision` is the share of the ten best proposals of an organisation that came true, over organisations with five
    partners and more and a new one later; `alone` the same for single scores. `error` is the mean difference between
    stated and observed likelihood over ten equal bins of the ten best of every organisation drawn, found or not.
    `chosen` is what ranks each of `KINDS`: None for the model, or the name of the single score that did better.
    """

    organisations: int
    precision: float
    alone: dict[str, float]
    error: float
    chosen: tuple[str | None, ...]

    @property
    def paths(self) -> float:
        """Precision of ways over two partners alone."""
        return self.alone["paths"]

    @property
    def adamic_adar(self) -> float:
        """Precision of the score of Adamic and Adar alone."""
        return self.alone["adamic_adar"]


@dataclass(frozen=True)
class Likelihood:
    """What was learned, ready to be asked; without models (too little past) pairs are only ranked.

    There is one of `models` for each of `KINDS`; `cold` says that the one of organisations without any tie was learned
    from such. `specific` tells pairs matched for partners and distance.
    """

    past: Past
    models: tuple[Scale, ...] | None
    years: float
    proof: Proof | None = None
    notes: tuple[Bilingual, ...] = ()
    specific: Blend | None = None
    cold: bool = False

    def best(
        self,
        sources: NDArray[np.int64],
        each: int,
        *,
        without_common_partner: bool = False,
        group: NDArray[np.int64] | None = None,
        former: bool = False,
    ) -> pd.DataFrame:
        """Find the `each` best untied partners of every source, best first.

        With `group`, only partners of another group (-1 is no group: no candidate); with `former`, also partners in an
        earlier framework who are not tied today. Columns: source, target, likelihood (NaN when nothing could be
        learned, and for organisations that nothing is known of), specific (0 to 1; NaN alike), score (what ranks),
        common (common partners), and one column per family of signs with what it added to the score.
        """

        def judge(block: Block) -> _Told:
            odds = self.odds(block)
            allowed = ~block.tied if former else ~(block.tied | block.former)
            if without_common_partner:
                allowed &= block.common == 0
            if group is not None:
                theirs = group[block.columns]
                allowed &= (group[block.sources][:, None] != theirs[None, :]) & (theirs >= 0)[None, :]
            best = largest(odds, allowed, each)
            rows, places = np.nonzero(best >= 0)
            return _told_of(block, rows, best[rows, places], odds)

        return self._table(list(judged_blocks(self.past, sources, judge)))

    def of(self, pairs: NDArray[np.int64]) -> pd.DataFrame:
        """Judge given pairs (shape: pairs x 2), seen from the first of each; columns as in `best`, rows in order."""
        order = np.argsort(pairs[:, 0], kind="stable")
        ordered = pairs[order]
        columns = np.union1d(np.flatnonzero(self.past.present), pairs[:, 1])

        def judge(block: Block) -> _Told:
            low, high = np.searchsorted(ordered[:, 0], [block.sources[0], block.sources[-1] + 1])
            ones, others = ordered[low:high].T
            return _told_of(
                block, np.searchsorted(block.sources, ones), np.searchsorted(columns, others), self.odds(block)
            )

        found = self._table(list(judged_blocks(self.past, np.unique(pairs[:, 0]), judge, columns)))
        return found.set_axis(order).sort_index()

    def odds(self, block: Block) -> NDArray[np.floating]:
        """Give what ranks the pairs of a block: log odds; where none can be known, any score."""
        if self.models is None:
            # Without a past to learn from: rank by resource allocation, then by ways over two partners, then by size.
            allocation, paths, partners = (block.sign(name) for name in FALLBACK)
            return np.asarray(-allocation - 0.5 * paths + 0.01 * partners)
        odds = log_odds(self.models, block, kinds_of(self.past, block))
        # Of whom nothing is known, only country and role speak; how likely its first tie is cannot be told from them.
        unknown = ~self._known(block.sources)
        odds[unknown] = -block.sign("gravity")[unknown]
        return odds

    def scores(self, block: Block) -> NDArray[np.floating]:
        """Give what ranks the pairs of a block as likelihoods, as far as they are."""
        return self._score(self.odds(block), block.sources[:, None])

    def _known(self, sources: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether anything is known of organisations that their likelihoods could have been learned from."""
        tied = self.past.degree[sources] + self.past.former_degree[sources] > 0
        return np.asarray(tied | self.cold)

    def _score(self, odds: NDArray[np.floating], sources: NDArray[np.int64]) -> NDArray[np.floating]:
        if self.models is None:
            return odds
        exact = odds.astype(np.float64)
        return np.where(self._known(sources), 1 / (1 + np.exp(-exact)), 1e-12 * np.exp(exact))

    def _table(self, found: "list[_Told]") -> pd.DataFrame:
        """Tell of pairs all that `best` gives."""
        nothing = np.empty(0, dtype=np.int64)
        none = (nothing, nothing, *np.empty((2, 0)), np.empty((len(NAMES), 0)))
        source, target, odds, common, values = (
            np.concatenate(each, axis=-1) for each in zip(*(found or [none]), strict=True)
        )
        tied = self.past.degree[source] > 0
        score = self._score(odds, source)
        known = self._known(source) & self.past.present[source] & (self.models is not None)
        specific = np.full(len(source), np.nan)
        if self.specific is not None:
            specific = np.where(tied, self.specific.likelihood(self.specific.margin(values)), np.nan)
        rows = {
            "source": source,
            "target": target,
            "likelihood": np.where(known, score, np.nan),
            "specific": specific,
            "score": score,
            "common": np.round(common).astype(np.int64),
        }
        kind = np.where(tied, np.where(common > 0, NEAR, FAR), COLD)
        if self.models is None:
            return pd.DataFrame(rows | dict.fromkeys(FAMILIES, 0.0))
        mean, weight = (np.array([getattr(model, what) for model in self.models]) for what in ("mean", "weight"))
        for family, names in FAMILIES.items():
            places = [NAMES.index(name) for name in names]
            rows[family] = sum(weight[kind, place] * (values[place] - mean[kind, place]) for place in places)
        return pd.DataFrame(rows)


_Told = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.floating], NDArray[np.float32], NDArray[np.float32]]


def _told_of(block: Block, rows: NDArray[np.int64], places: NDArray[np.int64], odds: NDArray[np.floating]) -> _Told:
    """Take from a block what is told of some of its pairs: source, target, what ranks it, common partners, signs."""
    return (
        block.sources[rows],
        block.columns[places],
        odds[rows, places],
        block.common[rows, places],
        block.at(rows, places),
    )


def learn(net: Network, *, organisations: int = 1_500, seed: int = 0) -> Likelihood:
    """Learn from the past of a network how likely its ties are.

    At most `organisations`, drawn at random, are learned from at each of two splits. Nothing of a body that starts
    after a split enters the signs on which the model of that split is fitted.
    """
    today = days(net.bodies["from"])
    now = Past(net, float(np.nanmax(today)) if np.isfinite(today).any() else np.nan, earlier_bodies(net), seed)
    parted = split(net, LATER, 0.0, seed)
    earlier = examples(net, split(net, 2 * LATER, LATER, seed), organisations, seed)
    if earlier.labels.sum() < FEWEST:
        return Likelihood(now, None, 0.0, None, (_UNKNOWN,))
    tried = _fitted(earlier)
    last = examples(net, parted, organisations, seed + 1, tried)
    if last.labels.sum() < FEWEST:
        return Likelihood(now, None, 0.0, None, (_UNKNOWN,))
    proof = _proven(tried, last)
    both = earlier + last
    fitted = _fitted(both)
    models = _replaced(fitted, proof.chosen)
    calibrated = _calibrated(models, last.pool, last.pool_values)
    specific = _told_apart(both, seed)
    cold = fitted[COLD] is not fitted[FAR]
    return Likelihood(now, calibrated, parted.years, proof, (_told(parted, proof),), specific, cold)


def _told_apart(seen: Examples, seed: int) -> Blend | None:
    """Learn what tells new ties from matched pairs; None where nothing could be matched."""
    values, labels = seen.matched_values, seen.matched_labels
    if not 0 < labels.sum() < len(labels):
        return None
    return blended(regression(values, labels, np.ones(len(labels)), bounded=False), values, labels, seed)


def _enough(labels: NDArray[np.bool_]) -> bool:
    """Whether enough pairs tied up to learn from."""
    return int(labels.sum()) >= FEWEST


def _told(parted: Split, proof: Proof) -> Bilingual:
    when = (
        f"Likelihood is that of a tie within {12 * parted.years:.0f} months, learned from the ties of the last "
        f"{100 * LATER:.0f} % of bodies (from {np.datetime64(int(parted.today) + 1, 'D')})"
        if parted.years
        else f"Bodies carry no dates: likelihood is that of a tie in a random {100 * LATER:.0f} % of them, not in time"
    )
    before = (
        f" {int(parted.earlier.sum()):,} bodies without a date are of an earlier framework."
        if parted.earlier.any()
        else ""
    )
    kept = "".join(
        f" Pairs {kind} are ranked by the score {name} alone, which did better than the model."
        for kind, name in zip(KINDS, proof.chosen, strict=True)
        if name
    )
    when_zh = (
        f"可能性指 {12 * parted.years:.0f} 个月内建立联系，由最后 {100 * LATER:.0f}% 的项目与平台"
        f"（自 {np.datetime64(int(parted.today) + 1, 'D')} 起）的联系学得"
        if parted.years
        else f"项目与平台没有日期：可能性指在随机 {100 * LATER:.0f}% 之中建立联系，而非在时间上"
    )
    before_zh = f"{int(parted.earlier.sum()):,} 个无日期的项目与平台属于上一框架计划。" if parted.earlier.any() else ""
    kept_zh = "".join(
        f"{kind}的对仅按得分 {name} 排序，其效果优于模型。"
        for kind, name in zip(KINDS_ZH, proof.chosen, strict=True)
        if name
    )
    return Bilingual(
        f"{when}. Tried on what was not seen: of the ten best of {proof.organisations:,} organisations "
        f"{100 * proof.precision:.1f} % came true (short ways alone {100 * proof.paths:.1f} %, Adamic-Adar "
        f"{100 * proof.adamic_adar:.1f} %); stated and observed likelihood differ by {100 * proof.error:.1f} points."
        f"{kept}{before}",
        f"{when_zh}。在未见过的数据上检验：{proof.organisations:,} 个主体的前十条建议有 {100 * proof.precision:.1f}% "
        f"成真（仅按短路径为 {100 * proof.paths:.1f}%，Adamic-Adar 为 {100 * proof.adamic_adar:.1f}%）；"
        f"所报与实际比例相差 {100 * proof.error:.1f} 个百分点。{kept_zh}{before_zh}",
    )


def _fitted(seen: Examples) -> tuple[Scale, ...]:
    """Fit one model to all pairs, used for those with a common partner, and to the other kinds one of their own.

    Where too few of a kind tied up, all pairs stand for those without a common partner, and these for the untied.
    """

    def fitted(mine: NDArray[np.bool_]) -> Scale:
        return regression(seen.values[mine], seen.labels[mine], seen.weights[mine], penalty=PENALTY_RARE)

    models = [fitted(np.ones(len(seen.labels), dtype=bool))] * len(KINDS)
    for kind, instead in ((FAR, NEAR), (COLD, FAR)):
        mine = seen.kind == kind
        models[kind] = fitted(mine) if _enough(seen.labels[mine]) and _enough(seen.labels[~mine]) else models[instead]
    return tuple(models)


def _calibrated(
    models: tuple[Scale, ...], pool: pd.DataFrame, values: NDArray[np.float32], which: Any = None
) -> tuple[Scale, ...]:
    """Calibrate each model on the best pairs that it finds for each organisation; `which` rows of the pool count."""
    found = []
    for kind, model in enumerate(models):
        mine = (pool["kind"] == kind).to_numpy() & (True if which is None else which)
        judged = pool[mine].assign(margin=model.margin(values[mine].T))
        best = judged.sort_values("margin", ascending=False, kind="stable").groupby("source").head(POOL)
        found.append(model.calibrated(best["margin"].to_numpy(), best["came"].to_numpy(dtype=bool)))
    return tuple(found)


def _proven(models: tuple[Scale, ...], seen: Examples) -> Proof:
    """Hold what earlier models say of the best pairs of a later time against what became of them.

    For each kind of pair by itself, the ten best by the model stand against the ten best by every single score, over
    all organisations that have partners enough (those without any tie: all). What ranks one half of the organisations,
    and how likelihoods are calibrated there, is settled by the other half, so that the choice flatters no figure.
    """
    pool, kinds = seen.pool, seen.pool["kind"].to_numpy()
    sources = pool["source"].to_numpy()
    half = np.isin(sources, np.unique(sources)[::2])
    stated = np.zeros(len(pool))
    for mine in (half, ~half):
        ranking = _replaced(models, _chosen(models, seen, ~mine))
        for kind, model in enumerate(_calibrated(ranking, pool, seen.pool_values, ~mine)):
            some = mine & (kinds == kind)
            stated[some] = model.likelihood(model.margin(seen.pool_values[some].T))
    pool = pool.assign(stated=stated)
    best = pool.sort_values(["source", "stated"], ascending=[True, False], kind="stable").groupby("source").head(10)
    error = calibration_error(best["stated"].to_numpy(dtype=float), best["came"].to_numpy(dtype=bool))
    tested = best[best["found"].astype(bool)]
    each = seen.alone[(seen.alone["kind"] == -1) & seen.alone["source"].isin(tested["source"])]
    places = max(10 * len(each), 1)
    alone = {name: float(each[name].sum()) / places for name in ALONE}
    chosen = _chosen(models, seen, np.ones(len(pool), dtype=bool))
    return Proof(len(each), float(tested["came"].sum()) / places, alone, error, chosen)


def _chosen(models: tuple[Scale, ...], seen: Examples, which: NDArray[np.bool_]) -> tuple[str | None, ...]:
    """Name for each kind of pair the single score that does better than its model, if there is one."""
    found = []
    for kind, model in enumerate(models):
        mine = which & (seen.pool["kind"] == kind).to_numpy()
        mine &= seen.pool["tested"].to_numpy(dtype=bool) | (kind == COLD)
        pool = seen.pool[mine].assign(margin=model.margin(seen.pool_values[mine].T))
        best = pool.sort_values(["source", "margin"], ascending=[True, False], kind="stable").groupby("source").head(10)
        ours = best.groupby("source")["came"].sum()
        alone = seen.alone[seen.alone["kind"] == kind].set_index("source").loc[ours.index]
        found.append(better(ours.to_numpy(dtype=float), {name: alone[name].to_numpy(dtype=float) for name in ALONE}))
    return tuple(found)


def _replaced(models: tuple[Scale, ...], chosen: tuple[str | None, ...]) -> tuple[Scale, ...]:
    """Put the single score that did better in the place of a model."""
    return tuple(Scale.of_one(name) if name else model for name, model in zip(chosen, models, strict=True))
