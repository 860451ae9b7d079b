"""Key players (关键参与者): which few, taken away, break the network most, and which few reach most of it.

Fragmentation D_F = 1 - (sum of 1/d over all ordered pairs that are left) / (n (n - 1)), reach D_R(K) = (sum over all
organisations of 1/d to the nearest of K) / n, members of K counting 1 (Borgatti 2006, CMOT 12:21). Distances are hops.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.gain import NONE, hops

BLOCK = 1_024


@dataclass(frozen=True)
class Step:
    """One more player of a greedy set: its row, the measure with it and all before, alone, and the standard error."""

    player: int
    value: float
    alone: float
    error: float


def fragmentation(
    ties: "sp.csr_array[Any]", removed: NDArray[np.int64], sources: NDArray[np.int64]
) -> tuple[float, float]:
    """D_F of what is left without `removed`, and its standard error when `sources` are but a sample of the rest.

    0 for a complete network, 1 without ties; 1 too when fewer than two are left.
    """
    left = np.setdiff1d(np.arange(ties.shape[0]), removed)
    n = len(left)
    if n < 2:
        return 1.0, 0.0
    keep = np.zeros(ties.shape[0])
    keep[left] = 1
    rest = sp.csr_array(ties[left][:, left])
    place = np.cumsum(keep).astype(np.int64) - 1
    here = place[np.intersect1d(sources, left)]
    if not len(here):
        here = np.arange(n)
    sums = np.concatenate([_closeness(rest, here[low : low + BLOCK]) for low in range(0, len(here), BLOCK)])
    share = sums / (n - 1)
    error = share.std(ddof=1) / np.sqrt(len(here)) * np.sqrt(max(1 - len(here) / n, 0)) if 1 < len(here) < n else 0.0
    return float(1 - share.mean()), float(error)


def breaking(
    ties: "sp.csr_array[Any]", many: int, candidates: NDArray[np.int64], sources: NDArray[np.int64]
) -> list[Step]:
    """Choose `many` players one by one, each the candidate without which the rest is most fragmented (KPP-Neg)."""
    alone: dict[int, float] = {}
    chosen: list[Step] = []
    gone: list[int] = []
    for _ in range(min(many, len(candidates))):
        judged = []
        for each in candidates.tolist():
            if each not in gone:
                value, error = fragmentation(ties, np.array([*gone, each]), sources)
                alone.setdefault(each, value)
                judged.append((-round(value, 12), each, error))
        value, best, error = min(judged)
        gone.append(best)
        chosen.append(Step(best, -value, alone[best], error))
    return chosen


def reaching(ties: "sp.csr_array[Any]", many: int, sources: NDArray[np.int64]) -> list[Step]:
    """Choose `many` players one by one, each the one that adds most to the reach of the set (KPP-Pos).

    Reach is submodular: a greedy set has at least 63 % of what the best one adds. `sources` are those to be reached,
    all or a sample of them.
    """
    n, k = ties.shape[0], len(sources)
    near = _inverse()[hops(ties, sources)] if n * k <= 30_000_000 else None
    table = None if near is not None else hops(ties, sources)
    inverse = _inverse()
    best = np.zeros(k)
    alone: NDArray[np.float64] | None = None
    chosen: list[Step] = []
    for _ in range(min(many, n)):
        value = np.empty(n)
        for low in range(0, n, BLOCK):
            part = slice(low, low + BLOCK)
            close = near[part] if near is not None else inverse[table[part]]  # type: ignore[index]
            value[part] = np.maximum(close, best).mean(axis=1)
        alone = value if alone is None else alone
        for step in chosen:
            value[step.player] = -1
        player = int(np.argmax(value.round(12)))
        best = np.maximum(best, near[player] if near is not None else inverse[table[player]])  # type: ignore[index]
        error = best.std(ddof=1) / np.sqrt(k) * np.sqrt(1 - k / n) if 1 < k < n else 0.0
        chosen.append(Step(player, float(best.mean()), float(alone[player]), float(error)))
    return chosen


def _closeness(ties: "sp.csr_array[Any]", sources: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of 1/d from every source to all others."""
    inverse = _inverse()
    inverse[0] = 0
    return np.asarray(inverse[hops(ties, sources)].sum(axis=0), dtype=float)


def _inverse() -> NDArray[np.float64]:
    """1/d for every distance in hops; 1 for 0, 0 without a way."""
    inverse = np.zeros(NONE + 1)
    inverse[0] = 1
    inverse[1:NONE] = 1 / np.arange(1, NONE)
    return inverse
