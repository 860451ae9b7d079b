"""Who should join what (加入推荐): how well an organisation fits a platform that it does not belong to.

A body is a hyperedge of its members, and the members it does not have yet are foretold from whom those it has met
elsewhere: hyperedge prediction by resource allocation (HPRA; Kumar, Darwin, Parthasarathy & Ravindran 2020).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
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
    found = [_NOBODY]
    for meeting in _meetings(net, bodies):
        outside = ~np.isin(meeting.who, meeting.members)
        who, known = meeting.who[outside], meeting.known[outside]
        if not len(who):
            continue
        # The resource is only worked out for whom the members met may bring among the best.
        least = np.partition(known, max(len(known) - each, 0))[max(len(known) - each, 0)]
        who, known = who[known >= least], known[known >= least]
        worth = meeting.worth(who)
        best = np.lexsort((who, -worth, -known))[:each]
        found.append(meeting.told(who[best], worth[best], known[best]))
    return _together(found)


def fitting(net: Network, body: NDArray[np.int64], organisation: NDArray[np.int64]) -> Joining:
    """Say the same of given candidates: rows of bodies, in any order, and of an organisation for each."""
    order = np.argsort(body, kind="stable")
    body, organisation = body[order], organisation[order]
    found = [_NOBODY]
    for meeting in _meetings(net, np.unique(body)):
        who = organisation[slice(*np.searchsorted(body, [meeting.body, meeting.body + 1]))]
        place = np.minimum(np.searchsorted(meeting.who, who), max(len(meeting.who) - 1, 0))
        known = np.where(meeting.who[place] == who, meeting.known[place], 0) if len(meeting.who) else np.zeros(len(who))
        found.append(meeting.told(who, meeting.worth(who), known))
    told = _together(found)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return Joining(*(getattr(told, each.name)[back] for each in fields(told)))


@dataclass(frozen=True)
class _Meeting:
    """Who met how many members of one body: organisations (`who`, in order), and to how many each is tied (`known`).

    `direct` and `over` are the weights of ties to members, and those that lead on to others, of every organisation.
    """

    body: int
    members: NDArray[np.int64]
    who: NDArray[np.int64]
    known: NDArray[np.float64]
    ties: Any
    direct: NDArray[np.float64]
    over: NDArray[np.float64]

    def worth(self, who: NDArray[np.int64]) -> NDArray[np.float64]:
        """Work out the resource between organisations and the members, the mean over members."""
        return np.asarray(((self.direct[who] + self.ties[who] @ self.over) / len(self.members)).round(12))

    def told(self, who: NDArray[np.int64], worth: NDArray[np.float64], known: NDArray[np.float64]) -> Joining:
        """Put together what is said of some candidates."""
        return Joining(np.full(len(who), self.body), who.astype(np.int64), worth, known / len(self.members))


_NOBODY = Joining(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))


def _together(found: list[Joining]) -> Joining:
    return Joining(*(np.concatenate([getattr(one, each.name) for one in found]) for each in fields(Joining)))


def _meetings(net: Network, bodies: NDArray[np.int64]) -> Iterator[_Meeting]:
    """Go through bodies with members, one after the other; what is given of one holds until the next."""
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
        met.sort_indices()
        for row, body in enumerate(rows.tolist()):
            inside = seats.indices[seats.indptr[row] : seats.indptr[row + 1]].astype(np.int64)
            if not len(inside):
                continue
            span, partners = (slice(each.indptr[row], each.indptr[row + 1]) for each in (met, near))
            at = near.indices[partners]
            direct[at], over[at] = near.data[partners], near.data[partners] * share[at]
            yield _Meeting(body, inside, met.indices[span].astype(np.int64), met.data[span], ties, direct, over)
            direct[at], over[at] = 0, 0
