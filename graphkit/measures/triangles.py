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
    order = np.lexsort((np.arange(n), degree))
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    start = np.repeat(np.arange(n), degree)
    forward = rank[start] < rank[ties.indices]
    low, high, weight = rank[start[forward]], rank[ties.indices[forward]], ties.data[forward].astype(float)
    by = np.lexsort((high, low))
    low, high, weight = low[by], high[by], weight[by]
    indptr = np.searchsorted(low, np.arange(n + 1)).astype(np.int64)
    strength = np.bincount(low, weight, n) + np.bincount(high, weight, n)
    up, down = weight / strength[low], weight / strength[high]
    around_up, around_down, triangles = _around(indptr, high.astype(np.int64), up, down)
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
def _around(indptr: Any, indices: Any, up: Any, down: Any) -> Any:
    """For every tie, both ways, the sum of p_iq p_qj over common partners q; and the triangles of every node."""
    n = len(indptr) - 1
    around_up, around_down = np.zeros(len(indices)), np.zeros(len(indices))
    triangles = np.zeros(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            place[indices[e]] = e
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            for g in range(indptr[v], indptr[v + 1]):
                f = place[indices[g]]
                if f >= 0:  # u-v is tie e, u-w tie f, v-w tie g
                    around_up[e] += up[f] * down[g]
                    around_down[e] += up[g] * down[f]
                    around_up[f] += up[e] * up[g]
                    around_down[f] += down[g] * down[e]
                    around_up[g] += down[e] * up[f]
                    around_down[g] += down[f] * up[e]
                    triangles[u] += 1
                    triangles[v] += 1
                    triangles[indices[g]] += 1
        for e in range(indptr[u], indptr[u + 1]):
            place[indices[e]] = -1
    return around_up, around_down, triangles
