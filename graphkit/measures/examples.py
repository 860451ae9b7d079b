"""Examples from a network's past (样本): pairs whose signs were known at a day, and whether they tied up after it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.features import NAMES, Block, blocks
from graphkit.measures.fitting import Scale, log_odds
from graphkit.measures.past import Past, days, earlier_bodies
from graphkit.measures.ranking import largest
from graphkit.network import Network

EXAMPLES = 100_000
"""Untied pairs drawn as examples; those with a common partner, who are few, at twelve times the rate of the others."""
POOL = 20
"""Best pairs of each organisation, of each kind, on which likelihoods are calibrated."""
ALONE = ("paths", "adamic_adar", "walk", "place", "programme_strength", "former_links", "former_walk", "gravity")
"""Single scores that a model must beat to be used."""
KINDS = ("without common partner", "with common partner", "of organisations without any tie")
"""Kinds of pair, each with a model of its own; the last are all pairs of an organisation that nobody is tied to."""
KINDS_ZH = ("没有共同伙伴", "有共同伙伴", "一端毫无联系")
FAR, NEAR, COLD = range(len(KINDS))
SHARE_COLD = 5
"""One in so many of those learned from, at most, is an organisation without any tie."""
TESTED = 5
"""Fewest partners of an organisation on which a ranking is tested."""
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

    `kind` is the place of each pair in `KINDS`. `pool` are pairs that stand high by one of the best-known scores (or by
    an earlier model): source, kind, whether they came, and whether their source has partners enough to be `tested` and
    a new one later (`found`), with their signs in `pool_values`; likelihoods are calibrated on them, for it is among
    them that proposals are found. `alone` has for every source how many of the ten best by each single score came, of
    all its pairs (kind -1) and of each kind. `matched` are new ties beside untied partners of the same organisation
    with as many partners and at the same distance.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.bool_]
    kind: NDArray[np.int8]
    weights: NDArray[np.float64]
    pool: pd.DataFrame
    pool_values: NDArray[np.float32]
    alone: pd.DataFrame
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
            together("kind"),
            together("weights"),
            other.pool,
            other.pool_values,
            other.alone,
            together("matched_values"),
            together("matched_labels"),
            together("matched_common"),
        )


def examples(
    net: Network, parted: Split, organisations: int, seed: int, judge: tuple[Scale, ...] | None = None
) -> Examples:
    """Draw organisations known at a split, and examples of their pairs with all others that were known.

    Nobody is drawn by what came later: that would flatter every likelihood that is learned.
    """
    past = parted.past(net, seed)
    later = sp.csr_array(net.keep(parted.after).ties)
    random = np.random.default_rng(seed)
    sources = drawn(past, organisations, random)
    rate = min(1.0, EXAMPLES / max(len(sources) * int(past.present.sum()), 1))
    share = np.array([rate, min(1.0, 12 * rate), rate])
    values, pool_values = [np.empty((0, len(NAMES)), np.float32)], [np.empty((0, len(NAMES)), np.float32)]
    labels, kind, weights = [np.empty(0, bool)], [np.empty(0, np.int8)], [np.empty(0)]
    pairs = [(values[0], labels[0], labels[0])]
    pool = [pd.DataFrame({"source": [], "kind": [], "came": [], "tested": [], "found": []})]
    alone: list[dict[str, Any]] = []
    for block in blocks(past, sources):
        new = later[block.sources].toarray()[:, block.columns] > 0
        kinds = kinds_of(past, block)
        chance = share[kinds]
        taken = ~block.tied & (new | (random.random(new.shape) < chance))
        values.append(block.at(*np.nonzero(taken)).T)
        labels.append(new[taken])
        kind.append(kinds[taken])
        weights.append(np.where(new, 1, 1 / chance)[taken])
        scores = [-block.sign(name) for name in ALONE]
        judged = [*scores, *(log_odds([model], block, np.zeros_like(kinds)) for model in judge or ())]
        pairs.append(matched(block, past, new, random))
        best, hits = [], []
        for which in range(len(KINDS)):
            part = ~block.tied & (kinds == which)
            best.append([largest(score, part, POOL) for score in judged])
            hits.append([hits_of(new, found[:, :10]).sum(axis=1) for found in best[which][: len(ALONE)]])
        hits.append([hits_of(new, largest(score, ~block.tied, 10)).sum(axis=1) for score in scores])
        found_any = np.asarray((new & ~block.tied).any(axis=1))
        likely = np.zeros(new.shape, dtype=bool)
        for row, one in enumerate(block.sources):
            for which in (*np.unique(kinds[row]).tolist(), -1):
                counts = (each[row] for each in hits[which])
                alone.append({"source": one, "kind": which, **dict(zip(ALONE, counts, strict=True))})
            places = np.concatenate([found[row] for of_kind in best for found in of_kind])
            likely[row, places[places >= 0]] = True
        rows, columns = np.nonzero(likely)
        pool_values.append(block.at(rows, columns).T)
        tested = past.degree[block.sources] >= TESTED
        told = {"tested": tested[rows], "found": (tested & found_any)[rows]}
        seen = {"source": block.sources[rows], "kind": kinds[rows, columns], "came": new[rows, columns]}
        pool.append(pd.DataFrame(seen | told))
    return Examples(
        np.concatenate(values),
        np.concatenate(labels),
        np.concatenate(kind),
        np.concatenate(weights),
        pd.concat(pool[1:] or pool, ignore_index=True),
        np.concatenate(pool_values),
        pd.DataFrame(alone, columns=["source", "kind", *ALONE]),
        *(np.concatenate(part) for part in zip(*pairs, strict=True)),
    )


def hits_of(new: NDArray[np.bool_], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of the columns found for each row tied up later (rows x places); -1 is no column, and no hit."""
    return np.asarray(np.take_along_axis(new, places, axis=1) & (places >= 0))


def drawn(past: Past, many: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw organisations that were present, in order of their places: at most one in five without any tie then."""
    cold = np.flatnonzero(past.present & (past.degree == 0))
    tied = np.flatnonzero(past.degree > 0)
    few = min(len(cold), max(many // SHARE_COLD, many - len(tied)))
    taken = [random.choice(of, min(number, len(of)), replace=False) for of, number in ((tied, many - few), (cold, few))]
    return np.sort(np.concatenate(taken))


def kinds_of(past: Past, block: Block) -> NDArray[np.int8]:
    """Place in `KINDS` of every pair of a block (sources x columns)."""
    kinds = np.where(block.common > 0, np.int8(NEAR), np.int8(FAR))
    kinds[past.degree[block.sources] == 0] = COLD
    return kinds


def matched(
    block: Block, past: Past, new: NDArray[np.bool_], random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]:
    """Give the signs of pairs matched as by `matched_places`, whether they tied up, and whether they had a partner."""
    rows, columns, came = matched_places(block, past, new, random)
    return block.at(rows, columns).T, came, block.common[rows, columns] > 0


def matched_places(
    block: Block, past: Past, new: NDArray[np.bool_], random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Put beside every new tie two untied partners of the same organisation, alike in partners and distance.

    Returned are rows and columns of the block, and whether they tied up; a new tie comes before its two others.
    Distances are told apart as 2, 3 and more; partners may differ by an eighth of them, one at least. New ties that
    nothing matches are left out.
    """
    degree = past.degree[block.columns].astype(np.float64)
    further = block.sign("paths") >= np.float32(np.log(len(block.columns) + 1))
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
    places = np.array(taken, dtype=np.int64).reshape(-1, 3)
    return places[:, 0], places[:, 1], places[:, 2] > 0
