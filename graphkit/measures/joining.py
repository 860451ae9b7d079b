"""Who should join what (加入推荐): how well an organisation fits a platform that it does not belong to.

A body is a hyperedge of its members, and the members it does not have yet are foretold from whom those it has met
elsewhere: hyperedge prediction by resource allocation (HPRA; Kumar, Darwin, Parthasarathy & Ravindran 2020).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.network import Network

ROWS = 256


@dataclass(frozen=True)
class Joining:
    """Candidates for bodies, one value each: row of the body, row of the organisation, and how well they fit.

    `score` is the resource allocated between the organisation and the members, the mean over members; `met` the share
    of members that the organisation met in other bodies.
    """

    body: NDArray[np.int64]
    organisation: NDArray[np.int64]
    score: NDArray[np.float64]
    met: NDArray[np.float64]


def joining(net: Network, bodies: NDArray[np.int64], each: int) -> Joining:
    """Find the `each` best candidates of every body: those who met most members, then with the largest resource.

    The resource between two organisations is the weight of their tie, and over every common partner z the product of
    both ties to z divided by z's partners (Kumar et al. 2020). Members are no candidates, nor is who met none of them.
    """
    found = list(_candidates(net, bodies, each))
    columns = zip(*found, strict=True) if found else ((), (), (), ())
    body, organisation, score, met = (np.concatenate(column) if column else np.empty(0) for column in columns)
    return Joining(body.astype(np.int64), organisation.astype(np.int64), score, met)


def _candidates(
    net: Network, bodies: NDArray[np.int64], each: int
) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]]:
    members_of = sp.csr_array(net.membership.T)
    ties = net.ties
    degree = np.diff(ties.indptr).astype(float)
    share = np.divide(1, degree, out=np.zeros(len(degree)), where=degree > 0)
    unit = sp.csr_array((np.ones(ties.nnz), ties.indices, ties.indptr), shape=ties.shape)
    direct, over = np.zeros(len(net)), np.zeros(len(net))
    for low in range(0, len(bodies), ROWS):
        rows = bodies[low : low + ROWS]
        seats = sp.csr_array(members_of[rows])
        near, met = sp.csr_array(seats @ ties), sp.csr_array(seats @ unit)
        for row, body in enumerate(rows):
            inside = seats.indices[seats.indptr[row] : seats.indptr[row + 1]]
            span = slice(met.indptr[row], met.indptr[row + 1])
            outside = ~np.isin(met.indices[span], inside)
            who, known = met.indices[span][outside], met.data[span][outside]
            if not len(who):
                continue
            # The resource is only worked out for whom the members met may bring among the best.
            least = np.partition(known, max(len(known) - each, 0))[max(len(known) - each, 0)]
            who, known = who[known >= least], known[known >= least]
            partners = slice(near.indptr[row], near.indptr[row + 1])
            at = near.indices[partners]
            direct[at], over[at] = near.data[partners], near.data[partners] * share[at]
            worth = ((direct[who] + ties[who] @ over) / len(inside)).round(12)
            direct[at], over[at] = 0, 0
            best = np.lexsort((who, -worth, -known))[:each]
            yield np.full(len(best), body), who[best], worth[best], known[best] / len(inside)
