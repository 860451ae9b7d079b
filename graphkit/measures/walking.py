"""Ways from some organisations to all (路径): of two steps, without a product over the whole network, and at random."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import COMPILES, njit

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
