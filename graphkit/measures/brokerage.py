"""Brokerage between groups: the five roles of Gould and Fernandez, their null, and betweenness across groups.

An organisation brokers wherever two of its partners have no tie: it is the way between them. Ties have no direction
here, so that every such open pair counts twice, once each way (Gould & Fernandez 1989, Sociological Methodology 19:89).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import njit
from graphkit.measures.nulls import CHAINS, Chains
from graphkit.measures.seats import Groups, Integers, Numbers, Places, Seats
from graphkit.network import Network

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
"""Whom the broker b stands between: own and own; two of another group; into and out of its own; two others."""


def roles(ties: "sp.csr_array[Any]", labels: Integers) -> Integers:
    """Count how often every organisation takes each of the five roles (shape: organisations x 5, as in `ROLES`).

    `labels` are groups 0, 1, ... or -1: an organisation of no group takes no role and is no end of an open pair.
    Without direction gatekeeper and representative are always equal. Pairs of partners are counted by group, and those
    that are tied (triangles, each met once) taken off: time grows with triangles, not with pairs of partners.
    """
    n = ties.shape[0]
    degree = np.diff(ties.indptr)
    start, end = np.repeat(np.arange(n), degree), ties.indices.astype(np.int64)
    forward = (degree[start] < degree[end]) | ((degree[start] == degree[end]) & (start < end))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(start[forward], minlength=n))]).astype(np.int64)
    counted = _open_pairs(
        ties.indptr.astype(np.int64),
        end,
        indptr,
        end[forward],
        labels.astype(np.int64),
        int(labels.max(initial=-1)) + 1,
    )
    own, itinerant, edge, liaison = np.asarray(counted).T
    return np.column_stack([2 * own, 2 * itinerant, edge, edge, 2 * liaison])


@njit
def _open_pairs(starts: Any, ends: Any, indptr: Any, indices: Any, labels: Any, groups: int) -> Any:
    """Count open pairs of partners: both of the broker's group, both of another, one of its own, all three apart."""
    n = len(starts) - 1
    found = np.zeros((n, 4), dtype=np.int64)
    count = np.zeros(max(groups, 1), dtype=np.int64)
    for b in range(n):
        mine = labels[b]
        if mine < 0:
            continue
        known, same_other = 0, 0
        for e in range(starts[b], starts[b + 1]):
            group = labels[ends[e]]
            if group >= 0:
                known += 1
                if group != mine:
                    same_other += count[group]
                count[group] += 1
        own = count[mine]
        for e in range(starts[b], starts[b + 1]):
            if labels[ends[e]] >= 0:
                count[labels[ends[e]]] = 0
        others = known - own
        found[b, 0] = own * (own - 1) // 2
        found[b, 1] = same_other
        found[b, 2] = own * others
        found[b, 3] = others * (others - 1) // 2 - same_other
    mark = np.zeros(n, dtype=np.bool_)
    corner = np.zeros(3, dtype=np.int64)
    for u in range(n):
        if labels[u] < 0:
            continue
        for e in range(indptr[u], indptr[u + 1]):
            mark[indices[e]] = True
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if labels[v] < 0:
                continue
            for g in range(indptr[v], indptr[v + 1]):
                w = indices[g]
                if mark[w] and labels[w] >= 0:
                    corner[0], corner[1], corner[2] = u, v, w
                    for i in range(3):
                        mine = labels[corner[i]]
                        one, other = labels[corner[(i + 1) % 3]], labels[corner[(i + 2) % 3]]
                        if one == mine and other == mine:
                            found[corner[i], 0] -= 1
                        elif one == mine or other == mine:
                            found[corner[i], 2] -= 1
                        elif one == other:
                            found[corner[i], 1] -= 1
                        else:
                            found[corner[i], 3] -= 1
        for e in range(indptr[u], indptr[u + 1]):
            mark[indices[e]] = False
    return found


@dataclass(frozen=True)
class RoleChance:
    """What chance does to the roles of every organisation: mean and deviation (organisations x 5) over `draws`."""

    mean: Numbers
    deviation: Numbers
    draws: int

    def z(self, observed: Integers) -> Numbers:
        """Deviations above chance; NaN where chance does not vary."""
        varies = self.deviation > 1e-9
        return np.where(varies, (observed - self.mean) / np.where(varies, self.deviation, 1), np.nan)


def chance(net: Network, labels: Integers, *, null: str, draws: int, seed: int) -> RoleChance:
    """Draw the roles anew: `membership` deals out the seats with every margin kept, `labels` deals out the groups.

    The first is the fair null: organisations keep their seats, bodies their sizes. The second keeps the ties and asks
    only whether groups matter; it mistakes activity for brokerage where groups differ in it.
    """
    total, squares = np.zeros((len(net), len(ROLES))), np.zeros((len(net), len(ROLES)))
    for ties, given in _drawn(net, labels, null, draws, seed):
        found = roles(ties, given).astype(float)
        total += found
        squares += found * found
    mean = total / max(draws, 1)
    spread = np.maximum(squares / max(draws, 1) - mean**2, 0) * draws / max(draws - 1, 1)
    return RoleChance(mean, np.sqrt(spread), draws)


def _drawn(
    net: Network, labels: Integers, null: str, draws: int, seed: int
) -> "Iterator[tuple[sp.csr_array[Any], Integers]]":
    if null == "labels":
        random = np.random.default_rng(seed)
        known = np.flatnonzero(labels >= 0)
        for _ in range(draws):
            dealt = labels.copy()
            dealt[known] = random.permutation(labels[known])
            yield net.ties, dealt
        return
    seats = Seats.of(net)
    if not len(seats.bodies):
        return
    chains = Chains(seats, Groups.of(np.full(len(net), -1), 0), seed)
    done = 0
    while done < draws:
        chains.draw(2 * CHAINS)
        for _, members in chains.chains[: draws - done]:
            yield _tied(seats, members), labels
            done += 1


def _tied(seats: Seats, members: Places) -> "sp.csr_array[Any]":
    """Who shares a body, when `members` sit in the bodies of `seats`."""
    shape = (len(seats.bodies), seats.organisations)
    bodies = sp.csr_array((np.ones(len(members)), members, seats.starts), shape=shape)
    product = sp.csr_array(bodies.T @ bodies)
    rows = np.repeat(np.arange(seats.organisations), np.diff(product.indptr))
    product.data[rows == product.indices] = 0
    product.eliminate_zeros()
    product.sort_indices()
    return product


def across(net: Network, labels: Integers, *, effort: float, seed: int, batches: int = 16) -> tuple[Numbers, Numbers]:
    """Share of the shortest paths between organisations of different groups that pass each one, and its error.

    Betweenness between groups (Flom, Friedman, Strauss & Neaigus 2004; Guns & Rousseau 2009 over the number of pairs of
    different groups that the organisation itself is no end of). igraph halves every count of an undirected graph, also
    between two sets without common members: here each pair is asked for from both of its ends, so that the halves add
    up. Above `effort` (sources times ties) sources are drawn without replacement in batches whose spread is the
    standard error; the error is 0 where all were used.
    """
    known = np.flatnonzero(labels >= 0)
    size = np.bincount(labels[known]).astype(float) if len(known) else np.zeros(1)
    n = float(len(known))
    every = (n * n - float((size**2).sum())) / 2
    own = np.where(labels >= 0, n - size[np.maximum(labels, 0)], 0.0)
    pairs = np.maximum(every - own, 1)
    many = int(effort / max(net.ties.nnz / 2, 1))
    if many >= len(known) or len(known) <= batches * 8:
        return np.round(_passing(net, labels, known), 9) / pairs, np.zeros(len(net))
    each = max(many // batches, 8)
    drawn = np.random.default_rng(seed).choice(known, each * batches, replace=False).reshape(batches, each)
    found = np.array([_passing(net, labels, np.sort(sources)) for sources in drawn]) * (n / each)
    left_out = np.sqrt(max(1 - each * batches / n, 0))
    error = found.std(axis=0, ddof=1) / np.sqrt(batches) * left_out
    return np.round(found.mean(axis=0), 9) / pairs, error / pairs


def _passing(net: Network, labels: Integers, sources: NDArray[np.int64]) -> Numbers:
    """Count, halved, the paths from sources to organisations of other groups that pass each organisation."""
    found = np.zeros(len(net))
    for group in np.unique(labels[sources]):
        mine = sources[labels[sources] == group]
        others = np.flatnonzero((labels >= 0) & (labels != group))
        if len(others):
            found += np.array(net.graph.betweenness(directed=False, sources=mine.tolist(), targets=others.tolist()))
    return found
