"""How likely a tie is (可能性), learned from the network's own past: who tied up later, and what showed before.

The bodies are parted by their first day. Signs (`graphkit.measures.features`) are computed on what was known before a
day, and the pairs newly tied in bodies after it are what a logistic regression learns to tell from all others, drawn at
random.
Pairs with a common partner and pairs without one have models of their own. An earlier split learns, the last one
calibrates and says how far the stated likelihoods are off; then the model is fitted anew on the last one.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.features import FAMILIES, NAMES, Block, Past, days
from graphkit.network import Network

LATER = 0.25
"""Share of the bodies, the last to start, whose ties are to be foretold."""
FEWEST = 50
"""Fewest new ties (each counted from both ends) that a model is learned from."""
EXAMPLES = 70_000
"""Untied pairs drawn as examples; those with a common partner, who are few, at twelve times the rate of the others."""
POOL = 20
"""Best pairs of each organisation, with and without a common partner, on which likelihoods are calibrated."""
LIKELY = ("paths", "walk", "programme_active", "active")
ALONE = ("paths", "adamic_adar")


_UNKNOWN = (
    "The network has too little past to learn from: partners are ranked by resource allocation and short ways, "
    "and no likelihood is given."
)


@dataclass(frozen=True)
class Split:
    """The bodies parted in those known before and those after; `years` is how long the later ones took to start.

    `today` is the day of the parting in days since 1970, NaN where bodies carry no dates and were parted at random.
    """

    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    today: float
    years: float


@dataclass(frozen=True)
class Scale:
    """One model: what is subtracted, and what each sign is multiplied by; `slope` and `shift` calibrate."""

    mean: NDArray[np.float32]
    weight: NDArray[np.float32]
    intercept: float
    slope: float = 1.0
    shift: float = 0.0

    def margin(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log odds, uncalibrated; the first axis of `values` are the signs."""
        found = np.tensordot(self.weight, values, axes=1) + np.float32(self.intercept - self.weight @ self.mean)
        return np.asarray(found, dtype=np.float32)

    def likelihood(self, margin: NDArray[np.float32]) -> NDArray[np.float64]:
        """Turn log odds into a calibrated likelihood."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * margin.astype(float) + self.shift))))


@dataclass(frozen=True)
class Proof:
    """How well the model did on the last part of the past, which it had not seen.

    `precision` is the share of the ten best proposals of an organisation that came true, over organisations with five
    partners and more and a new one later; `paths` and `adamic_adar` the same for these scores alone. `error` is the
    mean difference between stated and observed likelihood over ten equal bins of the proposals to all.
    """

    organisations: int
    precision: float
    paths: float
    adamic_adar: float
    error: float


@dataclass(frozen=True)
class Likelihood:
    """What was learned, ready to be asked; without models (too little past) pairs are only ranked."""

    past: Past
    models: tuple[Scale, Scale] | None
    years: float
    proof: Proof | None = None
    notes: tuple[str, ...] = ()

    def best(
        self,
        sources: NDArray[np.int64],
        each: int,
        *,
        without_common_partner: bool = False,
        group: NDArray[np.int64] | None = None,
    ) -> pd.DataFrame:
        """Find the `each` best untied partners of every source, best first.

        With `group`, only partners of another group (-1 is no group: no candidate). Columns: source, target,
        likelihood (NaN when nothing could be learned), score (what ranks), common (common partners), and one column
        per family of signs with what it added to the score.
        """
        found = []
        for block in self.past.blocks(sources):
            score, likelihood = self._scores(block)
            allowed = ~block.tied
            if without_common_partner:
                allowed &= block.common == 0
            if group is not None:
                allowed &= (group[block.sources][:, None] != group[None, :]) & (group >= 0)[None, :]
            ranked = np.where(allowed, score, -np.inf)
            for row, source in enumerate(block.sources):
                best = _largest(ranked[row], each)
                found.append(self._rows(block, row, int(source), best, score, likelihood))
        return _stacked(found)

    def of(self, pairs: NDArray[np.int64]) -> pd.DataFrame:
        """Judge given pairs (shape: pairs x 2), seen from the first of each; columns as in `best`, rows in order."""
        starts, where = np.unique(pairs[:, 0], return_inverse=True)
        order = np.argsort(where, kind="stable")
        ends = np.searchsorted(where[order], np.arange(len(starts) + 1))
        found, at = [], 0
        for block in self.past.blocks(starts):
            score, likelihood = self._scores(block)
            for row, source in enumerate(block.sources):
                mine = order[ends[at] : ends[at + 1]]
                rows = self._rows(block, row, int(source), pairs[mine, 1], score, likelihood)
                found.append(rows.set_index(mine))
                at += 1
        return _stacked(found, keep=True).sort_index()

    def _scores(self, block: Block) -> tuple[NDArray[Any], NDArray[Any]]:
        if self.models is None:
            # Without a past to learn from: rank by resource allocation, then by ways over two partners, then by size.
            place = {name: block.values[NAMES.index(name)] for name in ("allocation", "paths", "partners")}
            fallback = -place["allocation"] - 0.5 * place["paths"] + 0.01 * place["partners"]
            return fallback, np.full(fallback.shape, np.nan)
        margins = [model.margin(block.values) for model in self.models]
        chances = [model.likelihood(margin) for model, margin in zip(self.models, margins, strict=True)]
        likelihood = np.where(block.common > 0, chances[1], chances[0])
        return likelihood, likelihood

    def _rows(
        self, block: Block, row: int, source: int, targets: NDArray[np.int64], score: Any, likelihood: Any
    ) -> pd.DataFrame:
        common = block.common[row, targets]
        rows = {
            "source": np.full(len(targets), source),
            "target": targets,
            "likelihood": likelihood[row, targets],
            "score": score[row, targets],
            "common": np.round(common).astype(np.int64),
        }
        added = np.zeros((len(NAMES), len(targets)), dtype=np.float32)
        if self.models is not None:
            values = block.values[:, row, targets]
            parts = [model.weight[:, None] * (values - model.mean[:, None]) for model in self.models]
            added = np.where(common > 0, parts[1], parts[0])
        for family, names in FAMILIES.items():
            rows[family] = added[[NAMES.index(name) for name in names]].sum(axis=0)
        return pd.DataFrame(rows)


def learn(net: Network, *, organisations: int = 1_500, seed: int = 0) -> Likelihood:
    """Learn from the past of a network how likely its ties are.

    At most `organisations`, drawn at random, are learned from at each of two splits. Nothing of a body that starts
    after a split enters the signs on which the model of that split is fitted.
    """
    today = days(net.bodies["from"])
    now = Past(net, float(np.nanmax(today)) if np.isfinite(today).any() else np.nan)
    parted = split(net, LATER, 0.0, seed)
    earlier = _examples(net, split(net, 2 * LATER, LATER, seed), organisations, seed)
    if earlier.labels.sum() < FEWEST:
        return Likelihood(now, None, 0.0, None, (_UNKNOWN,))
    tried = earlier.fit()
    last = _examples(net, parted, organisations, seed + 1, tried)
    if last.labels.sum() < FEWEST:
        return Likelihood(now, None, 0.0, None, (_UNKNOWN,))
    proof = _proven(tried, last)
    return Likelihood(now, last.fit(), parted.years, proof, (_told(parted, proof),))


def _told(parted: Split, proof: Proof) -> str:
    when = (
        f"Likelihood is that of a tie within {12 * parted.years:.0f} months, learned from the ties of the last "
        f"{100 * LATER:.0f} % of bodies (from {np.datetime64(int(parted.today) + 1, 'D')})"
        if parted.years
        else f"Bodies carry no dates: likelihood is that of a tie in a random {100 * LATER:.0f} % of them, not in time"
    )
    return (
        f"{when}. Tried on what was not seen: of the ten best of {proof.organisations:,} organisations "
        f"{100 * proof.precision:.1f} % came true (short ways alone {100 * proof.paths:.1f} %, Adamic-Adar "
        f"{100 * proof.adamic_adar:.1f} %); stated and observed likelihood differ by {100 * proof.error:.1f} points."
    )


def split(net: Network, later: float, latest: float, seed: int) -> Split:
    """Part the bodies by their first day: `after` are those from the last `later` to the last `latest` share of them.

    Only bodies of two and more count. Undated bodies are taken as known. Where fewer than half carry a date, bodies are
    parted at random, by the order of a seeded draw over their ids.
    """
    shared = net.sizes > 1
    day = days(net.bodies["from"])
    dated = shared & np.isfinite(day)
    if dated.sum() * 2 < shared.sum() or len(np.unique(day[dated])) < 4:
        draw = np.random.default_rng(seed).random(len(day))
        return Split(draw <= 1 - later, (draw > 1 - later) & (draw <= 1 - latest) & shared, np.nan, 0.0)
    ordered = np.sort(day[dated])
    start = ordered[int((1 - later) * len(ordered))]
    end = ordered[int((1 - latest) * len(ordered))] if latest else np.inf
    after = dated & (day >= start) & (day < end)
    last = min(end, ordered[-1])
    return Split(~(day >= start), after, float(start - 1), float(max(last - start, 1) / 365.25))


@dataclass(frozen=True)
class _Examples:
    """Pairs to learn from: all new ties and a share of the others; and beside them the likely pairs of each source.

    `pool` are those that stand high by one of the best-known scores (or by an earlier model); likelihoods are
    calibrated on them, for it is among them that proposals are found. `pool_values` are their signs.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.bool_]
    common: NDArray[np.bool_]
    source: NDArray[np.int64]
    drawn: NDArray[np.float64]
    pool: pd.DataFrame
    pool_values: NDArray[np.float32]

    def fit(self) -> tuple[Scale, Scale]:
        """Fit a model without and one with a common partner; one for both where either has too few new ties."""
        parts = [self.common == bool(which) for which in (0, 1)]
        if min(int(self.labels[part].sum()) for part in parts) < FEWEST:
            parts = [np.ones(len(self.labels), dtype=bool)] * 2
        found = [self._calibrated(part, which) for which, part in enumerate(parts)]
        return found[0], found[1]

    def _calibrated(self, part: NDArray[np.bool_], which: int) -> Scale:
        """Fit on all, and calibrate by what models of one half of the sources say of the best pairs of the other."""
        values = np.ascontiguousarray(self.values[:, part].T, dtype=float)
        mean, spread = values.mean(axis=0), values.std(axis=0)
        spread[spread < 1e-6] = 1
        values = (values - mean) / spread
        rate, labels, side = self.drawn[self.common[part].astype(int)], self.labels[part], self.source[part] % 2
        everyone = np.ones(len(labels), dtype=bool)
        weight, intercept = _regression(values, labels, rate, everyone, None)
        model = Scale(mean.astype(np.float32), (weight / spread).astype(np.float32), intercept)
        margins, came = [np.empty(0, np.float32)], [np.empty(0, bool)]
        for half in (0, 1):
            if not 0 < labels[side == half].sum() < (side == half).sum():
                return model
            weight_half, intercept_half = _regression(values, labels, rate, side == half, weight)
            tried = replace(model, weight=(weight_half / spread).astype(np.float32), intercept=intercept_half)
            other = (self.pool["common"] == which) & (self.pool["source"] % 2 != half)
            judged = self.pool[other].assign(margin=tried.margin(self.pool_values[:, other.to_numpy()]))
            best = judged.sort_values("margin", ascending=False, kind="stable").groupby("source").head(POOL)
            margins.append(best["margin"].to_numpy())
            came.append(best["came"].to_numpy(dtype=bool))
        slope, shift = _platt(np.concatenate(margins), np.concatenate(came))
        return replace(model, slope=slope, shift=shift)


def _regression(
    values: NDArray[np.float64],
    labels: NDArray[np.bool_],
    rate: NDArray[np.float64],
    which: NDArray[np.bool_],
    start: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], float]:
    """Weights and intercept of a logistic regression on examples of which the untied were drawn at `rate`.

    Prior correction (King & Zeng 2001): of the intercept where all were drawn at one rate, else by weights.
    """
    from sklearn.linear_model import LogisticRegression

    values, labels, rate = values[which], labels[which], rate[which]
    even = rate.min() == rate.max()
    weights = None if even else np.where(labels, 1, 1 / rate) / np.where(labels, 1, 1 / rate).mean()
    model = LogisticRegression(C=0.003, max_iter=1_000, warm_start=start is not None)
    if start is not None:  # a half is fitted from where all ended, in a few steps
        model.classes_, model.coef_, model.intercept_ = np.array([False, True]), start[None, :].copy(), np.zeros(1)
    model.fit(values, labels, weights)
    return model.coef_[0], float(model.intercept_[0]) + (float(np.log(rate[0])) if even else 0.0)


def _examples(
    net: Network, parted: Split, organisations: int, seed: int, judge: tuple[Scale, Scale] | None = None
) -> _Examples:
    past = Past(net.keep(parted.before), parted.today)
    later = sp.csr_array(net.keep(parted.after).ties)
    random = np.random.default_rng(seed)
    tied = np.flatnonzero(past.degree > 0)
    sources = np.sort(random.choice(tied, min(organisations, len(tied)), replace=False))
    rate = min(1.0, EXAMPLES / max(len(sources) * past.n, 1))
    drawn = np.array([rate, min(1.0, 12 * rate)])
    values, pool_values = [np.empty((len(NAMES), 0), np.float32)], [np.empty((len(NAMES), 0), np.float32)]
    labels, common, source = [np.empty(0, bool)], [np.empty(0, bool)], [np.empty(0, np.int64)]
    pool = [pd.DataFrame({"source": [], "common": [], "came": [], "tested": [], **{name: [] for name in ALONE}})]
    for block in past.blocks(sources):
        new = later[block.sources].toarray() > 0
        usable = ~block.tied & past.present[None, :]
        near = block.common > 0
        taken = usable & (new | (random.random(new.shape) < np.where(near, drawn[1], drawn[0])))
        values.append(block.values[:, taken])
        labels.append(new[taken])
        common.append(near[taken])
        source.append(np.broadcast_to(block.sources[:, None], new.shape)[taken])
        scores = [-block.values[NAMES.index(name)] for name in LIKELY]
        scores += [model.margin(block.values) for model in judge or ()]
        for row, one in enumerate(block.sources):
            mine, came = usable[row], new[row]
            parts = [mine & (near[row] == bool(which)) for which in (0, 1)]
            best = [_largest(np.where(part, score[row], -np.inf), POOL) for part in parts for score in scores]
            likely = np.unique(np.concatenate(best))
            pool_values.append(block.values[:, row, likely])
            alone = {
                name: came[_largest(np.where(mine, -block.values[NAMES.index(name), row], -np.inf), 10)].sum()
                for name in ALONE
            }
            tested = bool(past.degree[one] >= 5 and came[mine].any())
            rows = {"source": one, "common": near[row, likely].astype(int), "came": came[likely], "tested": tested}
            pool.append(pd.DataFrame({**rows, **alone}))
    return _Examples(
        np.concatenate(values, axis=1),
        np.concatenate(labels),
        np.concatenate(common),
        np.concatenate(source),
        drawn,
        pd.concat(pool[1:] or pool, ignore_index=True),
        np.concatenate(pool_values, axis=1),
    )


def _proven(models: tuple[Scale, Scale], seen: _Examples) -> Proof:
    """Hold what earlier models say of the best pairs of a later time against what became of them."""
    common = seen.pool["common"].to_numpy()
    chances = [model.likelihood(model.margin(seen.pool_values)) for model in models]
    pool = seen.pool.assign(stated=np.where(common == 1, chances[1], chances[0]))
    best = pool.sort_values(["source", "stated"], ascending=[True, False], kind="stable").groupby("source").head(10)
    bins = np.array_split(best.sort_values("stated", kind="stable")[["stated", "came"]].to_numpy(dtype=float), 10)
    error = sum(len(each) * abs(each[:, 0].mean() - each[:, 1].mean()) for each in bins if len(each)) / max(
        len(best), 1
    )
    tested = best[best["tested"]]
    alone = tested.drop_duplicates("source")
    places = max(10 * len(alone), 1)
    hits = [float(each.sum()) / places for each in (tested["came"], *(alone[name] for name in ALONE))]
    return Proof(len(alone), hits[0], hits[1], hits[2], float(error))


def _platt(margin: NDArray[Any], came: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift that turn log odds into likelihoods (Platt 1999); a slope that turned them round is refused."""
    from sklearn.linear_model import LogisticRegression

    if came.sum() < 10 or came.all():
        return 1.0, 0.0
    model = LogisticRegression(C=1e6, max_iter=1_000).fit(margin[:, None].astype(float), came)
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    return (slope, shift) if slope > 0 else (1.0, 0.0)


def _largest(values: NDArray[Any], many: int) -> NDArray[np.int64]:
    """Places of the largest finite values, largest first, earlier places first among equals."""
    usable = np.flatnonzero(np.isfinite(values))
    if len(usable) > many:
        least = np.partition(values[usable], len(usable) - many)[len(usable) - many]
        usable = usable[values[usable] >= least]
    return usable[np.lexsort((usable, -values[usable]))][:many]


def _stacked(found: list[pd.DataFrame], *, keep: bool = False) -> pd.DataFrame:
    columns = ["source", "target", "likelihood", "score", "common", *FAMILIES]
    rows = [each for each in found if len(each)]
    return pd.concat(rows, ignore_index=not keep) if rows else pd.DataFrame({column: [] for column in columns})
