"""Structural holes in one pass over the triangles: Burt's constraint and hierarchy, and Borgatti's effective size.

Every triangle is met once, from the corner with the fewest ties (forward neighbours; Schank & Wagner 2005), and tells
each of its six directed ties how much of one partner's time comes back through the other. No product of matrices is
formed: memory is two numbers per tie.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import njit


@dataclass(frozen=True)
class Holes:
    """What surrounds each organisation; NaN where a measure has no meaning.

    `constraint` (Burt 1992) is NaN for an isolate and may exceed 1 in tiny dense groups (an isolated triangle has
    1.125). `effective_size` is partners less redundancy, n - 2t/n for n partners with t ties among them (Borgatti
    1997), 0 for an isolate. `hierarchy` (Burt 1992) is 0 when all partners constrain alike and 1 when one does all of
    it; it is NaN with fewer than two partners. `triangles` counts the triangles an organisation is in.
    """

    constraint: NDArray[np.float64]
    effective_size: NDArray[np.float64]
    hierarchy: NDArray[np.float64]
    triangles: NDArray[np.int64]


def structural_holes(ties: "sp.csr_array[Any]") -> Holes:
    """Measure the structural holes around every organisation of a symmetric, weighted network without loops."""
    degree = np.diff(ties.indptr).astype(np.int64)
    n = len(degree)
    order = np.argsort(degree, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    indptr, low, high, up, down = _forward(ties.indptr, ties.indices, ties.data.astype(float, copy=False), order, rank)
    around_up, around_down, triangles = _around(indptr, high, up, down)
    c_up, c_down = (up + around_up) ** 2, (down + around_down) ** 2
    constraint = np.asarray(np.bincount(low, c_up, n) + np.bincount(high, c_down, n), dtype=float)
    partners = degree[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        # Coleman and Theil's index of disorder over the parts c_ij: sum r ln r / (n ln n), r = c_ij / (constraint / n).
        r_up, r_down = c_up * (partners / constraint)[low], c_down * (partners / constraint)[high]
        disorder = np.bincount(low, r_up * np.log(r_up), n) + np.bincount(high, r_down * np.log(r_down), n)
        hierarchy = np.maximum(disorder / (partners * np.log(partners)), 0)
        size = np.where(partners > 0, partners - 2 * triangles / partners, 0.0)
    constraint[partners == 0] = np.nan
    hierarchy[partners < 2] = np.nan
    return Holes(constraint[rank], size[rank], hierarchy[rank], triangles[rank])


@njit
def _forward(indptr: Any, indices: Any, weight: Any, order: Any, rank: Any) -> Any:
    """Every tie once, from the end with fewer ties, as rows of ranks in order; and the part of the time of each end.

    Met in the order of their far ends, ties fall into the rows of their near ends sorted, without being sorted.
    """
    n, many = len(order), len(indices) // 2
    begin = np.zeros(n + 1, dtype=np.int64)
    for far in range(n):
        for k in range(indptr[order[far]], indptr[order[far] + 1]):
            near = rank[indices[k]]
            if near < far:
                begin[near + 1] += 1
    begin[:] = np.cumsum(begin)
    free = begin[:-1].copy()
    low, high = np.empty(many, dtype=np.int32), np.empty(many, dtype=np.int32)
    up, down = np.empty(many), np.empty(many)
    for far in range(n):
        for k in range(indptr[order[far]], indptr[order[far] + 1]):
            near = rank[indices[k]]
            if near < far:
                low[free[near]], high[free[near]], up[free[near]] = near, far, weight[k]
                free[near] += 1
    strength, theirs = np.zeros(n), np.zeros(n)
    for e in range(many):
        strength[low[e]] += up[e]
        theirs[high[e]] += up[e]
    strength += theirs
    for e in range(many):
        down[e] = up[e] / strength[high[e]]
        up[e] /= strength[low[e]]
    return begin, low, high, up, down


@njit
def _around(indptr: Any, indices: Any, up: Any, down: Any) -> Any:
    """For every tie, both ways, the sum of p_iq p_qj over common partners q; and the triangles of every node."""
    n = len(indptr) - 1
    around_up, around_down = np.zeros(len(indices)), np.zeros(len(indices))
    triangles = np.zeros(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int32)  # of a partner of u among those of u
    met, shared = np.zeros(n, dtype=np.int64), np.empty((n, 2), dtype=np.int64)
    for u in range(n):
        begin, end = indptr[u], indptr[u + 1]
        for e in range(begin, end):
            place[indices[e]] = e - begin
        for e in range(begin, end):
            v = indices[e]
            count = 0
            for g in range(indptr[v], indptr[v + 1]):  # written always, counted if it is one: nothing to guess wrong
                at = place[indices[g]]
                shared[count, 0], shared[count, 1] = at, g
                count += at >= 0
            up_e, down_e, around_up_e, around_down_e = up[e], down[e], around_up[e], around_down[e]
            for i in range(count):  # u-v is tie e, u-w tie f, v-w tie g
                f, g = begin + shared[i, 0], shared[i, 1]
                up_f, down_f, up_g, down_g = up[f], down[f], up[g], down[g]
                around_up_e += up_f * down_g
                around_down_e += up_g * down_f
                around_up[f] += up_e * up_g
                around_down[f] += down_g * down_e
                around_up[g] += down_e * up_f
                around_down[g] += down_f * up_e
                met[shared[i, 0]] += 1
            around_up[e], around_down[e] = around_up_e, around_down_e
            triangles[u] += count
            triangles[v] += count
        for e in range(begin, end):
            triangles[indices[e]] += met[e - begin]
            place[indices[e]], met[e - begin] = -1, 0
    return around_up, around_down, triangles
