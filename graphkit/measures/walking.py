"""Ways of two steps from some organisations to all (两步路径), without a product over the whole network."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import COMPILES, njit

Values = NDArray[np.float32]


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
