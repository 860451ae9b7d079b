"""Ways from some organisations to all (路径): over their ties, over shared bodies, and at random; never all pairs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import COMPILES, njit
from graphkit.measures.ranking import turned

Values = NDArray[np.float32]
WALK_STEPS = 8
RETURN = 0.2


def through(first: "sp.csr_array[Any]", last: "sp.csr_array[Any]", by: Values, sources: NDArray[np.int64]) -> Values:
    """Sum first[source, z] / by[z] * last[z, x] over every z (sources x organisations), z in the order of the rows.

    Both matrices are in single precision. A source costs as many steps as its partners have partners, not as many as
    there are ties; one without any has noughts.
    """
    found = np.zeros((len(sources), last.shape[1]), dtype=np.float32)
    if COMPILES:
        _through(first.indptr, first.indices, first.data, last.indptr, last.indices, last.data, by, sources, found)
    else:
        rows = sp.csr_array(first[sources])
        rows.data = rows.data / by[rows.indices]
        found[:] = sp.csr_array(rows @ last).toarray()
    return found


def restarting(start: "sp.csr_array[Any]", steps: tuple[Any, Any]) -> Values:
    """Walk at random from where each row of `start` says, whose sum is 1: personalised PageRank (Page et al. 1999).

    `steps` are the matrices of a step out of organisations, and of one back to them. A walker returns with probability
    0.2 at every step; eight steps are made. Returned is where it is then (organisations x rows of `start`).
    """
    out, back = steps
    rows = np.repeat(np.arange(start.shape[0]), np.diff(start.indptr))
    home = start.indices, rows
    now = np.zeros(start.shape[::-1], dtype=np.float32)
    now[home] = start.data
    for _ in range(WALK_STEPS):
        now = back @ (out @ now)
        now *= np.float32(1 - RETURN)
        now[home] += np.float32(RETURN) * start.data
    return now


@njit(nogil=True)
def _through(
    begin: Any, middle: Any, weight: Any, indptr: Any, indices: Any, data: Any, by: Any, sources: Any, found: Any
) -> None:
    for row in range(len(sources)):
        mine = found[row]
        for step in range(begin[sources[row]], begin[sources[row] + 1]):
            z = middle[step]
            part = weight[step] / by[z]
            for k in range(indptr[z], indptr[z + 1]):
                mine[indices[k]] += data[k] * part


@dataclass(frozen=True)
class Shared:
    """Ties that come from shared bodies: a step over all of them costs as much as there are seats, not ties.

    `ties` (symmetric, without loops) are the sum over shared bodies of their `weight`, less `excess`: what is counted
    too often where two share several.
    """

    ties: "sp.csr_array[Any]"
    seats: "sp.csr_array[Any]"
    members: "sp.csr_array[Any]"
    weight: NDArray[np.float32]
    excess: "sp.csr_array[Any]"

    @classmethod
    def of(cls, ties: "sp.csr_array[Any]", seats: "sp.csr_array[Any]", weight: NDArray[np.float32]) -> "Shared":
        """Part ties in bodies and excess; `seats` (organisations x bodies) are 1 where one is taken."""
        counted = sp.coo_array(sp.csr_array(seats * weight[None, :]) @ seats.T - ties)
        off = (counted.row != counted.col) & (counted.data != 0)
        excess = sp.csr_array((counted.data[off], (counted.row[off], counted.col[off])), shape=ties.shape)
        return cls(ties, seats, sp.csr_array(seats.T), weight, excess)

    def onward(self, scores: Values) -> Values:
        """Sum of scores[source, z] * ties[x, z] over every z (sources x organisations): one step more."""
        if not COMPILES:
            return turned(self.ties @ turned(scores))
        found = np.empty_like(scores)
        seats, members, excess = self.seats, self.members, self.excess
        _onward(
            seats.indptr,
            seats.indices,
            members.indptr,
            members.indices,
            self.weight,
            excess.indptr,
            excess.indices,
            excess.data,
            turned(scores),
            found,
        )
        return found


@njit(nogil=True)
def _onward(
    seat: Any,
    body: Any,
    begin: Any,
    member: Any,
    weight: Any,
    start: Any,
    other: Any,
    excess: Any,
    scores: Any,
    found: Any,
) -> None:
    """Add up the scores of each body, and for each organisation those of its bodies without its own.

    In double precision, and each own score taken from each body: what adds up to nothing is exactly nothing.
    """
    n, sources = scores.shape
    total = np.zeros((len(begin) - 1, sources))
    for b in range(len(total)):
        sums = total[b]
        for k in range(begin[b], begin[b + 1]):
            theirs = scores[member[k]]
            for j in range(sources):
                sums[j] += theirs[j]
    room = np.empty((16, sources))
    for low in range(0, n, len(room)):
        many = min(len(room), n - low)
        room[:] = 0
        for i in range(many):
            sums, own = room[i], scores[low + i]
            for k in range(seat[low + i], seat[low + i + 1]):
                each, of_all = np.float64(weight[body[k]]), total[body[k]]
                for j in range(sources):
                    sums[j] += each * (of_all[j] - own[j])
            for k in range(start[low + i], start[low + i + 1]):
                each, theirs = np.float64(excess[k]), scores[other[k]]
                for j in range(sources):
                    sums[j] -= each * theirs[j]
        for j in range(sources):
            for i in range(many):
                found[j, low + i] = room[i, j]
