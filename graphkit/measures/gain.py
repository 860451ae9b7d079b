"""What a tie that does not exist yet would win for the whole network: the gain (增益) of an added tie.

A tie u-v changes a distance only where the way over it is shorter,
d'(s, t) = min(d(s, t), d(s, u) + 1 + d(v, t), d(s, v) + 1 + d(u, t)),
and that can only be so for an s nearer to u and a t nearer to v by two hops and more: all other pairs are left out,
which is what makes the exact answer cheap. Distances are hops; weights play no part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from graphkit.compiled import njit

EXACT_UP_TO = 5_000
"""Organisations up to which all distances are held (50 MB at this size); above, a sample of sources is."""
SOURCES = 1_024
ROOM = 100_000_000
"""Distances from the ends of candidate ties that are kept at a time, 2 bytes each."""
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
    figure is exact. With a sample (drawn without replacement) the gain of a tie is estimated from all organisations
    on the side of its end that has fewer and the sources on the other side, so that a tie to a small component is not
    left to chance; what this costs is the distances from its two ends to all, kept while there are not too many.
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
        self._ends = np.empty(0, dtype=np.int64)
        self._places = np.empty(self.n, dtype=np.int64)  # of an end in `_ends`; not to be asked of others
        self._from_ends = np.empty((0, self.n), dtype=np.uint16)
        self._counts: NDArray[np.int64] | None = None

    @property
    def exact(self) -> bool:
        """Whether every distance is known."""
        return len(self.sources) == self.n

    @property
    def efficiency(self) -> float:
        """Global efficiency: the mean of 1/distance over all pairs, 0 without a way (Latora & Marchiori 2001)."""
        return float(self._spread() @ _inverses()) / max(len(self.sources) * (self.n - 1), 1)

    @property
    def reachable(self) -> float:
        """Share of pairs with a way between them; exact also where distances are sampled."""
        sizes = np.bincount(self.component, minlength=1).astype(float)
        return float((sizes * (sizes - 1)).sum()) / max(self.n * (self.n - 1), 1)

    @property
    def mean_distance(self) -> float:
        """Mean distance in hops over the pairs with a way between them; NaN when there is no such pair."""
        counts = self._spread()[:NONE].astype(float)
        pairs = counts[1:].sum()
        return float(counts @ np.arange(NONE) / pairs) if pairs else float("nan")

    def _spread(self) -> NDArray[np.int64]:
        """How often each distance is in the table; counted once until a tie is added."""
        if self._counts is None:
            self._counts = _counted(self.table)
        return self._counts

    def closeness(self) -> NDArray[np.float64]:
        """Mean of 1/distance from every organisation to the sources, 0 without a way (harmonic closeness)."""
        inverse = _inverses()
        return np.array([inverse[row].sum() for row in self.table]) / max(len(self.sources), 1)

    def between(self, pairs: Pairs) -> NDArray[np.int64]:
        """Count the hops between the two of each pair (shape: pairs x 2), -1 without a way; exact in every case."""
        pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        found = np.empty(len(pairs), dtype=np.int64)
        if self.exact:
            found[:] = self.table[pairs[:, 0], pairs[:, 1]]
        else:
            for part in self._parts(pairs[:, :1]):
                found[part] = self._from_ends[self._places[pairs[part, 0]], pairs[part, 1]]
        return np.where(found == NONE, -1, found)

    def gains(self, pairs: Pairs, *, rough: bool = False) -> Gains:
        """Compute what each tie would win by itself (shape: pairs x 2; organisations not tied yet, no loops).

        `rough` looks at sources only, on both sides: many times faster on a sample, and good to screen with.
        """
        pairs = np.ascontiguousarray(pairs, dtype=np.int64).reshape(-1, 2)
        sums, hops_now = np.empty((len(pairs), 3)), np.empty(len(pairs), dtype=np.int64)
        if self.exact or rough:
            apart = self.between(pairs)
            hops_now[:] = np.where(apart < 0, NONE, apart)
            sums = _gains(self.table, self.sources, pairs, hops_now, _inverses())
        else:
            for part in self._parts(pairs):
                places = self._places[pairs[part]]
                hops_now[part] = self._from_ends[places[:, 0], pairs[part, 1]]
                sums[part] = _gains_one_sided(
                    self._from_ends, self.table, self.sources, pairs[part], places, _inverses()
                )
        every = max(self.n * (self.n - 1), 1)
        size = np.bincount(self.component, minlength=1)[self.component].astype(float)
        joined = np.where(hops_now == NONE, 2 * size[pairs[:, 0]] * size[pairs[:, 1]], 0.0)
        before = self.reachable * every
        total = self.mean_distance * before if before else 0.0
        mean = (total + 2 * sums[:, 1]) / np.maximum(before + joined, 1) - total / max(before, 1)
        return Gains(2 * sums[:, 0] / every, joined / every, mean, 2 * sums[:, 2] / every)

    def add(self, first: int, second: int) -> None:
        """Add a tie and bring every distance up to date."""
        ends = np.array([first, second])
        rows = self.table[ends] if self.exact else hops(self._ties, ends).T
        self._counts = None
        one, other = rows.astype(np.int32)
        _shorten(self.table, one, other, one[self.sources], other[self.sources])
        _shorten(self._from_ends, one[self._ends], other[self._ends], one, other)
        new = sp.csr_array((np.ones(2), ([first, second], [second, first])), shape=self._ties.shape)
        self._ties = _unweighted(self._ties + new)
        self.component = np.where(self.component == self.component[second], self.component[first], self.component)

    def _parts(self, pairs: Pairs) -> Iterator[NDArray[np.int64]]:
        """Places of pairs, so many at a time that the distances from all they name can be kept, and those at hand."""
        order = np.lexsort(pairs.T[::-1])
        room = max(ROOM // max(self.n, 1), 2)
        if len(np.unique(pairs)) <= room:
            self._keep(np.unique(pairs))
            yield np.arange(len(pairs))
            return
        low = 0
        while low < len(order):
            many = room // 2
            while len(np.unique(pairs[order[low : low + many]])) <= room and low + many < len(order):
                many *= 2
            while len(np.unique(pairs[order[low : low + many]])) > room:
                many = many * 3 // 4
            part = order[low : low + many]
            self._keep(np.unique(pairs[part]))
            yield part
            low += many

    def _keep(self, ends: NDArray[np.int64]) -> None:
        missing = np.setdiff1d(ends, self._ends)
        if not len(missing):
            return
        kept = np.arange(len(self._ends))
        if (len(kept) + len(missing)) * self.n > ROOM:
            kept = np.flatnonzero(np.isin(self._ends, ends))
        self._ends = np.concatenate([self._ends[kept], missing])
        self._places[self._ends] = np.arange(len(self._ends))
        rows = np.empty((len(self._ends), self.n), dtype=np.uint16)
        rows[: len(kept)] = self._from_ends[kept]
        self._from_ends = rows
        _hops_into(self._ties, missing, rows[len(kept) :].T)


@njit
def _shorten(table: Table, to_one: Any, to_other: Any, one: Any, other: Any) -> None:
    """Bring distances (rows x columns) up to date with a tie, given those of rows and columns to its two ends.

    A row gains only where it is nearer to one end by two hops and more (no way counts as 65,535 of them).
    """
    for row in range(len(table)):
        if to_one[row] + 1 < to_other[row]:
            table[row] = np.minimum(table[row], to_one[row] + 1 + other)
        elif to_other[row] + 1 < to_one[row]:
            table[row] = np.minimum(table[row], to_other[row] + 1 + one)


def hops(ties: "sp.csr_array[Any]", sources: NDArray[np.int64]) -> Table:
    """Count the hops from every organisation to each source (shape: organisations x sources), NONE without a way.

    64 sources are searched at a time, one bit of a word each (Then et al. 2014, PVLDB 8:449).
    """
    table = np.empty((ties.shape[0], len(sources)), dtype=np.uint16)
    _hops_into(ties, sources, table)
    return table


def _hops_into(ties: "sp.csr_array[Any]", sources: NDArray[np.int64], table: Table) -> None:
    """Write the hops to a table, which may stand source by source in memory."""
    table[:] = NONE
    _search(*_indices(ties), np.asarray(sources, dtype=np.int64), table)


def _unweighted(ties: "sp.csr_array[Any]") -> "sp.csr_array[Any]":
    indptr, indices = _indices(ties)
    return sp.csr_array((np.ones(ties.nnz, dtype=np.int8), indices, indptr), shape=ties.shape)


def _indices(ties: "sp.csr_array[Any]") -> tuple[NDArray[np.signedinteger], NDArray[np.signedinteger]]:
    """Where rows begin, and columns, in 32 bits while they fit: half of what a search reads; copied only if wider."""
    kind = np.int32 if max(ties.nnz, *ties.shape) < 2**31 else np.int64
    return ties.indptr.astype(kind, copy=False), ties.indices.astype(kind, copy=False)


def _inverses() -> NDArray[np.float64]:
    """1/d for every distance, 0 for 0 and for no way."""
    inverse = np.zeros(NONE + 1)
    inverse[1:NONE] = 1 / np.arange(1, NONE)
    return inverse


@njit
def _counted(table: Any) -> Any:
    counts = np.zeros(65_536, dtype=np.int64)
    for row in table:
        for value in row:
            counts[value] += 1
    return counts


@njit(nogil=True)
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


@njit(nogil=True)
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


@njit(nogil=True)
def _gains_one_sided(from_ends: Any, table: Any, sources: Any, pairs: Any, places: Any, inverse: Any) -> Any:
    """The sums of `_gains` from all organisations on the smaller side of each tie and the sources on the other.

    Sides are known in full from the distances of the two ends. On the larger side its own end counts once and each
    source for its share of the rest of that side; the error follows from how much the sources differ.
    """
    n, k = table.shape
    result = np.zeros((len(pairs), 3))
    column = np.full(n, -1, dtype=np.int64)
    for j in range(k):
        column[sources[j]] = j
    side = np.empty((2, n), dtype=np.int64)
    met_at, base = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64)
    gained, shifted = np.empty(k), np.empty(k)
    for p in range(len(pairs)):
        rows = (places[p, 0], places[p, 1])
        size = np.zeros(2, dtype=np.int64)
        for x in range(n):
            to_u, to_v = np.int64(from_ends[rows[0], x]), np.int64(from_ends[rows[1], x])
            if to_u + 1 < to_v:
                side[0, size[0]] = x
                size[0] += 1
            elif to_v + 1 < to_u:
                side[1, size[1]] = x
                size[1] += 1
        few = 0 if size[0] <= size[1] else 1
        many = 1 - few
        end = pairs[p, many]
        met, own, own_shift = 0, 0.0, 0.0
        for b in range(size[many]):
            s = side[many, b]
            if s != end and column[s] >= 0:
                met_at[met], base[met] = column[s], np.int64(from_ends[rows[many], s]) + 1
                gained[met], shifted[met] = 0.0, 0.0
                met += 1
        for a in range(size[few]):  # row by row of the table, which is what makes it fast
            t = side[few, a]
            way = np.int64(from_ends[rows[few], t])
            old = np.int64(from_ends[rows[many], t])
            own += inverse[way + 1] - inverse[old]
            own_shift += way + 1 - (0 if old == 65_535 else old)
            row = table[t]
            for j in range(met):
                new, old = base[j] + way, np.int64(row[met_at[j]])
                if new < old:
                    gained[j] += inverse[new] - inverse[old]
                    shifted[j] += new - (0 if old == 65_535 else old)
        total, squares, shifts = 0.0, 0.0, 0.0
        for j in range(met):
            total += gained[j]
            squares += gained[j] * gained[j]
            shifts += shifted[j]
        result[p, 0], result[p, 1] = own, own_shift
        rest = size[many] - 1
        if met > 0:
            result[p, 0] += total * rest / met
            result[p, 1] += shifts * rest / met
        if 1 < met < rest:
            spread = max(squares - total * total / met, 0.0) / (met - 1)
            result[p, 2] = rest * np.sqrt(spread / met * (1 - met / rest))
        elif met < rest:  # one source or none tells nothing of the spread: as far off as the whole
            result[p, 2] = rest * (total if met else own)
    return result
