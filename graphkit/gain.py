"""What a tie that does not exist yet would win for the whole network: the gain (增益) of an added tie.

A tie u-v changes a distance only where the way over it is shorter,
d'(s, t) = min(d(s, t), d(s, u) + 1 + d(v, t), d(s, v) + 1 + d(u, t)),
and that can only be so for an s nearer to u and a t nearer to v by two hops and more: all other pairs are left out,
which is what makes the exact answer cheap. Distances are hops; weights play no part.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from graphkit.compiled import njit

EXACT_UP_TO = 5_000
"""Organisations up to which all distances are held (50 MB at this size); above, a sample of sources is."""
SOURCES = 1_024
NONE = 65_535
"""Stands for "no way" in a table of distances."""

Pairs = NDArray[np.int64]
Table = NDArray[np.uint16]


@dataclass(frozen=True)
class Gains:
    """What each of some ties would win, one value per tie.

    `efficiency` and `reachable` are shares (0 to 1), `mean_distance` is in hops over the pairs that can reach each
    other (below 0: closer; a tie between two components may raise it, for it adds long ways). `error` is the standard
    error of `efficiency`: 0 where all distances are known.
    """

    efficiency: NDArray[np.float64]
    reachable: NDArray[np.float64]
    mean_distance: NDArray[np.float64]
    error: NDArray[np.float64]


class Distances:
    """Hop distances of every organisation to all others, or to a sample of them, kept true while ties are added.

    `table[i, j]` is the distance from organisation i to `sources[j]`, NONE without a way. With all as sources every
    figure is exact. With a sample (drawn without replacement) sums over pairs are estimated from the pairs inside the
    sample; pairs of a tie's own two ends count in full, so that a tie of two small organisations is not missed.
    """

    def __init__(
        self, ties: "sp.csr_array[Any]", *, exact_up_to: int = EXACT_UP_TO, sources: int = SOURCES, seed: int = 0
    ) -> None:
        self.n = int(ties.shape[0])
        self._ties = _unweighted(ties)
        every = np.arange(self.n)
        sampled = self.n > max(exact_up_to, sources)
        draw = np.random.default_rng(seed).choice(self.n, sources, replace=False) if sampled else every
        self.sources: NDArray[np.int64] = np.sort(draw).astype(np.int64)
        self.table = hops(self._ties, self.sources)
        self.component: NDArray[np.int64] = connected_components(self._ties, directed=False)[1].astype(np.int64)

    @property
    def exact(self) -> bool:
        """Whether every distance is known."""
        return len(self.sources) == self.n

    @property
    def efficiency(self) -> float:
        """Global efficiency: the mean of 1/distance over all pairs, 0 without a way (Latora & Marchiori 2001)."""
        counts = np.bincount(self.table.ravel(), minlength=NONE + 1)
        return float(counts @ _inverses()) / max(len(self.sources) * (self.n - 1), 1)

    @property
    def reachable(self) -> float:
        """Share of pairs with a way between them; exact also where distances are sampled."""
        sizes = np.bincount(self.component, minlength=1).astype(float)
        return float((sizes * (sizes - 1)).sum()) / max(self.n * (self.n - 1), 1)

    @property
    def mean_distance(self) -> float:
        """Mean distance in hops over the pairs with a way between them; NaN when there is no such pair."""
        counts = np.bincount(self.table.ravel(), minlength=NONE + 1)[:NONE].astype(float)
        pairs = counts[1:].sum()
        return float(counts @ np.arange(NONE) / pairs) if pairs else float("nan")

    def closeness(self) -> NDArray[np.float64]:
        """Mean of 1/distance from every organisation to the sources, 0 without a way (harmonic closeness)."""
        inverse = _inverses()
        return np.array([inverse[row].sum() for row in self.table]) / max(len(self.sources), 1)

    def between(self, pairs: Pairs) -> NDArray[np.int64]:
        """Count the hops between the two of each pair (shape: pairs x 2), -1 without a way; exact in every case."""
        pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        if self.exact:
            found = self.table[pairs[:, 0], pairs[:, 1]].astype(np.int64)
        else:
            found = np.empty(len(pairs), dtype=np.int64)
            starts, where = np.unique(pairs[:, 0], return_inverse=True)
            order = np.argsort(where, kind="stable")
            bounds = np.searchsorted(where[order], np.arange(0, len(starts) + 64, 64))
            for low, (first, last) in enumerate(pairwise(bounds)):
                mine = order[first:last]
                block = hops(self._ties, starts[low * 64 : low * 64 + 64])
                found[mine] = block[pairs[mine, 1], where[mine] - low * 64]
        return np.where(found == NONE, -1, found)

    def gains(self, pairs: Pairs) -> Gains:
        """Compute what each tie would win by itself (shape: pairs x 2; organisations not tied yet, no loops)."""
        pairs = np.ascontiguousarray(pairs, dtype=np.int64).reshape(-1, 2)
        hops_now = self.between(pairs)
        apart = np.where(hops_now < 0, NONE, hops_now)
        sums = _gains(self.table, self.sources, pairs, apart, _inverses())
        every = max(self.n * (self.n - 1), 1)
        size = np.bincount(self.component, minlength=1)[self.component].astype(float)
        joined = np.where(hops_now < 0, 2 * size[pairs[:, 0]] * size[pairs[:, 1]], 0.0)
        before = self.reachable * every
        total = self.mean_distance * before if before else 0.0
        mean = (total + 2 * sums[:, 1]) / np.maximum(before + joined, 1) - total / max(before, 1)
        return Gains(2 * sums[:, 0] / every, joined / every, mean, 2 * sums[:, 2] / every)

    def add(self, first: int, second: int) -> None:
        """Add a tie and bring every distance up to date."""
        ends = np.array([first, second])
        rows = self.table[ends] if self.exact else hops(self._ties, ends).T
        one, other = rows.astype(np.int32)
        for low in range(0, self.n, 512):
            part = slice(low, low + 512)
            over_one = one[part, None] + 1 + other[None, self.sources]
            over_other = other[part, None] + 1 + one[None, self.sources]
            now = np.minimum(self.table[part], np.minimum(over_one, over_other))
            self.table[part] = np.minimum(now, NONE)
        new = sp.csr_array((np.ones(2), ([first, second], [second, first])), shape=self._ties.shape)
        self._ties = _unweighted(self._ties + new)
        self.component = np.where(self.component == self.component[second], self.component[first], self.component)


def hops(ties: "sp.csr_array[Any]", sources: NDArray[np.int64]) -> Table:
    """Count the hops from every organisation to each source (shape: organisations x sources), NONE without a way.

    64 sources are searched at a time, one bit of a word each (Then et al. 2014, PVLDB 8:449).
    """
    table = np.full((ties.shape[0], len(sources)), NONE, dtype=np.uint16)
    indptr, indices = ties.indptr.astype(np.int64), ties.indices.astype(np.int64)
    _search(indptr, indices, np.asarray(sources, dtype=np.int64), table)
    return table


def _unweighted(ties: "sp.csr_array[Any]") -> "sp.csr_array[Any]":
    return sp.csr_array((np.ones(ties.nnz, dtype=np.int8), ties.indices, ties.indptr), shape=ties.shape)


def _inverses() -> NDArray[np.float64]:
    """1/d for every distance, 0 for 0 and for no way."""
    inverse = np.zeros(NONE + 1)
    inverse[1:NONE] = 1 / np.arange(1, NONE)
    return inverse


@njit
def _search(indptr: Any, indices: Any, sources: Any, table: Any) -> None:
    n = len(indptr) - 1
    for low in range(0, len(sources), 64):
        many = min(64, len(sources) - low)
        seen = np.zeros(n, dtype=np.uint64)
        now = np.zeros(n, dtype=np.uint64)
        for bit in range(many):
            source = sources[low + bit]
            seen[source] |= np.uint64(1) << np.uint64(bit)
            table[source, low + bit] = 0
        now[:] = seen
        level = 0
        going = True
        while going:
            going = False
            level += 1
            then = np.zeros(n, dtype=np.uint64)
            for node in range(n):
                word = now[node]
                if word != 0:
                    for k in range(indptr[node], indptr[node + 1]):
                        then[indices[k]] |= word
            for node in range(n):
                word = then[node] & ~seen[node]
                then[node] = word
                if word != 0:
                    going = True
                    seen[node] |= word
                    for bit in range(many):
                        if (word >> np.uint64(bit)) & np.uint64(1):
                            table[node, low + bit] = min(level, 65_534)
            now = then


@njit
def _gains(table: Any, sources: Any, pairs: Any, apart: Any, inverse: Any) -> Any:
    """Sum over unordered pairs what each tie changes: 1/distance, distance, and the standard error of the first.

    The two ends count once each, every other source for the (n - 2) / (sources without the ends) organisations that
    it stands for. The error follows from how much the sources differ in what they add (first-order, without
    replacement).
    """
    n, k = table.shape
    result = np.zeros((len(pairs), 3))
    near = np.empty((2, k), dtype=np.int64)
    reach = np.empty((2, k), dtype=np.int64)
    adds = np.empty(k)
    for p in range(len(pairs)):
        u, v = pairs[p]
        counts = np.zeros(2, dtype=np.int64)
        others = 0
        for j in range(k):
            if sources[j] == u or sources[j] == v:
                continue
            others += 1
            to_u, to_v = np.int64(table[u, j]), np.int64(table[v, j])
            side = 0 if to_u + 1 < to_v else 1 if to_v + 1 < to_u else 2
            if side < 2:
                near[side, counts[side]] = j
                reach[side, counts[side]] = min(to_u, to_v)
                counts[side] += 1
        one = (n - 2) / others if others else 0.0
        two = (n - 2) / others * (n - 3) / (others - 1) if others > 1 else 0.0
        won = inverse[1] - inverse[apart[p]]
        shift = 1.0 - (0.0 if apart[p] == 65_535 else apart[p])
        adds[:k] = 0.0
        for side in range(2):
            end = v if side == 0 else u
            for a in range(counts[side]):
                j = near[side, a]
                new, old = reach[side, a] + 1, np.int64(table[end, j])
                gained = inverse[new] - inverse[old]
                won += one * gained
                shift += one * (new - (0 if old == 65_535 else old))
                adds[j] += gained
        for a in range(counts[0]):
            j = near[0, a]
            row = table[sources[j]]
            base = reach[0, a] + 1
            for b in range(counts[1]):
                old = np.int64(row[near[1, b]])
                new = base + reach[1, b]
                if new < old:
                    gained = inverse[new] - inverse[old]
                    won += two * gained
                    shift += two * (new - (0 if old == 65_535 else old))
                    if others < n - 2:
                        adds[j] += one * gained
                        adds[near[1, b]] += one * gained
        result[p, 0], result[p, 1] = won, shift
        if 1 < others < n - 2:
            mean = adds[:k].sum() / others
            spread = 0.0
            for j in range(k):
                if sources[j] != u and sources[j] != v:
                    spread += (adds[j] - mean) ** 2
            spread /= others - 1
            result[p, 2] = (n - 2) * np.sqrt(spread / others * (1 - others / (n - 2)))
    return result
