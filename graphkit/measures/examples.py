"""Examples from a network's past (样本): pairs whose signs were known at a day, and whether they tied up after it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.features import NAMES, Block, blocks
from graphkit.measures.fitting import Scale
from graphkit.measures.past import Past, days, earlier_bodies
from graphkit.network import Network

EXAMPLES = 100_000
"""Untied pairs drawn as examples; those with a common partner, who are few, at twelve times the rate of the others."""
POOL = 20
"""Best pairs of each organisation, with and without a common partner, on which likelihoods are calibrated."""
LIKELY = ("paths", "walk", "programme_strength", "active", "former_links")
ALONE = ("paths", "adamic_adar", "walk", "place", "programme_strength", "former_links", "former_two")
"""Single scores that a model must beat to be used."""
MATCHED = 30
"""Most new ties of one organisation that enter the matched examples, with two others for each."""


@dataclass(frozen=True)
class Split:
    """The bodies parted in those known before and those after; `years` is how long the later ones took to start.

    `today` is the day of the parting in days since 1970, NaN where bodies carry no dates and were parted at random;
    `earlier` are the bodies of an earlier framework, which are among those before.
    """

    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    today: float
    years: float
    earlier: NDArray[np.bool_]

    def past(self, net: Network, seed: int = 0) -> Past:
        """Build what was known at the parting."""
        return Past(net.keep(self.before), self.today, self.earlier[self.before], seed)


def split(net: Network, later: float, latest: float, seed: int) -> Split:
    """Part the bodies by their first day: `after` are those from the last `later` to the last `latest` share of them.

    Only bodies of two and more count. Bodies of an earlier framework are known; others without a date are taken as
    known, too. Where bodies are not of an earlier framework and fewer than half carry a date, they are parted at
    random, by the order of a seeded draw over their ids.
    """
    earlier = earlier_bodies(net)
    shared = (net.sizes > 1) & ~earlier
    day = days(net.bodies["from"])
    dated = shared & np.isfinite(day)
    if dated.sum() * 2 < shared.sum() or len(np.unique(day[dated])) < 4:
        draw = np.random.default_rng(seed).random(len(day))
        after = (draw > 1 - later) & (draw <= 1 - latest) & shared
        return Split(earlier | (draw <= 1 - later), after & ~earlier, np.nan, 0.0, earlier)
    ordered = np.sort(day[dated])
    start = ordered[int((1 - later) * len(ordered))]
    end = ordered[int((1 - latest) * len(ordered))] if latest else np.inf
    after = dated & (day >= start) & (day < end)
    last = min(end, ordered[-1])
    return Split(~(day >= start), after, float(start - 1), float(max(last - start, 1) / 365.25), earlier)


@dataclass(frozen=True)
class Examples:
    """Pairs to learn from: all new ties and a share of the others, each with the weight that makes up for the draw.

    `pool` are pairs that stand high by one of the best-known scores (or by an earlier model), with their signs in
    `pool_values`; likelihoods are calibrated on them, for it is among them that proposals are found. `matched` are new
    ties beside untied partners of the same organisation with as many partners and at the same distance.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.bool_]
    common: NDArray[np.bool_]
    weights: NDArray[np.float64]
    pool: pd.DataFrame
    pool_values: NDArray[np.float32]
    matched_values: NDArray[np.float32]
    matched_labels: NDArray[np.bool_]
    matched_common: NDArray[np.bool_]

    def __add__(self, other: "Examples") -> "Examples":
        """Put the examples of two splits together; the pool is that of the later."""

        def together(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(self, name), getattr(other, name)])

        return Examples(
            together("values"),
            together("labels"),
            together("common"),
            together("weights"),
            other.pool,
            other.pool_values,
            together("matched_values"),
            together("matched_labels"),
            together("matched_common"),
        )


def examples(
    net: Network, parted: Split, organisations: int, seed: int, judge: tuple[Scale, Scale] | None = None
) -> Examples:
    """Draw organisations known at a split, and examples of their pairs with all others that were known."""
    past = parted.past(net, seed)
    later = sp.csr_array(net.keep(parted.after).ties)
    random = np.random.default_rng(seed)
    known = np.flatnonzero(past.present & ((past.degree > 0) | (past.former_degree > 0)))
    sources = np.sort(random.choice(known, min(organisations, len(known)), replace=False))
    rate = min(1.0, EXAMPLES / max(len(sources) * int(past.present.sum()), 1))
    drawn = np.array([rate, min(1.0, 12 * rate)])
    values, pool_values = [np.empty((0, len(NAMES)), np.float32)], [np.empty((0, len(NAMES)), np.float32)]
    labels, common, weights = [np.empty(0, bool)], [np.empty(0, bool)], [np.empty(0)]
    pairs = [(values[0], labels[0], common[0])]
    pool = [pd.DataFrame({"source": [], "common": [], "came": [], "tested": [], **{name: [] for name in ALONE}})]
    for block in blocks(past, sources):
        new = later[block.sources].toarray()[:, block.columns] > 0
        near = block.common > 0
        chance = drawn[near.astype(int)]
        taken = ~block.tied & (new | (random.random(new.shape) < chance))
        values.append(block.values[:, taken].T)
        labels.append(new[taken])
        common.append(near[taken])
        weights.append(np.where(new, 1, 1 / chance)[taken])
        scores = [-block.values[NAMES.index(name)] for name in LIKELY]
        scores += [model.margin(block.values) for model in judge or ()]
        pairs.append(matched(block, past, new, random))
        for row, one in enumerate(block.sources):
            mine, came = ~block.tied[row], new[row]
            parts = [mine & (near[row] == bool(which)) for which in (0, 1)]
            best = [largest(np.where(part, score[row], -np.inf), POOL) for part in parts for score in scores]
            likely = np.unique(np.concatenate(best))
            pool_values.append(block.values[:, row, likely].T)
            alone = {
                name: came[largest(np.where(mine, -block.values[NAMES.index(name), row], -np.inf), 10)].sum()
                for name in ALONE
            }
            tested = bool(past.degree[one] >= 5 and came[mine].any())
            rows = {"source": one, "common": near[row, likely].astype(int), "came": came[likely], "tested": tested}
            pool.append(pd.DataFrame({**rows, **alone}))
    return Examples(
        np.concatenate(values),
        np.concatenate(labels),
        np.concatenate(common),
        np.concatenate(weights),
        pd.concat(pool[1:] or pool, ignore_index=True),
        np.concatenate(pool_values),
        *(np.concatenate(part) for part in zip(*pairs, strict=True)),
    )


def matched(
    block: Block, past: Past, new: NDArray[np.bool_], random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]:
    """Put beside every new tie two untied partners of the same organisation, alike in partners and distance.

    Returned are signs, whether they tied up, and whether they had a common partner. Distances are told apart as 2, 3
    and more; partners may differ by an eighth of them, one at least. New ties that nothing matches are left out.
    """
    degree = past.degree[block.columns].astype(np.float64)
    further = block.values[NAMES.index("paths")] >= np.float32(np.log(len(block.columns) + 1))
    distance = np.where(block.common > 0, 0, np.where(further, 2, 1))
    taken: list[tuple[int, int, bool]] = []
    for row in range(len(block.sources)):
        untied = np.flatnonzero(~block.tied[row] & ~new[row])
        ties = np.flatnonzero(~block.tied[row] & new[row])
        if not len(untied) or not len(ties):
            continue
        # Organisations with equal numbers of partners come in a drawn order, so that no other property tells them.
        place = distance[row] * 1e7 + degree + random.random(len(degree)) * 0.5
        untied = untied[np.argsort(place[untied])]
        for tie in random.permutation(ties)[:MATCHED]:
            at = int(np.searchsorted(place[untied], place[tie]))
            near = untied[max(at - 3, 0) : at + 3]
            alike = np.abs(degree[near] - degree[tie]) <= max(degree[tie] / 8, 1)
            near = near[alike & (distance[row, near] == distance[row, tie])]
            if len(near) > 1:
                taken.append((row, int(tie), True))
                taken.extend((row, int(other), False) for other in random.permutation(near)[:2])
    if not taken:
        return np.empty((0, len(NAMES)), np.float32), np.empty(0, bool), np.empty(0, bool)
    rows, columns, came = (np.array(each) for each in zip(*taken, strict=True))
    return block.values[:, rows, columns].T, came.astype(bool), block.common[rows, columns] > 0


def largest(values: NDArray[np.floating], many: int) -> NDArray[np.int64]:
    """Places of the largest finite values, largest first, earlier places first among equals."""
    usable = np.flatnonzero(np.isfinite(values))
    if len(usable) > many:
        least = np.partition(values[usable], len(usable) - many)[len(usable) - many]
        usable = usable[values[usable] >= least]
    return usable[np.lexsort((usable, -values[usable]))][:many]
