"""Organisations that are kin (关联主体): parent and subsidiary over any length of chain, or perhaps one."""

from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.network import Network


def kin(net: Network) -> "sp.csr_array[Any]":
    """Mark the pairs of organisations that nobody introduces to each other (symmetric, organisations x organisations).

    Marked are an organisation and all that it belongs to by SUBSIDIARY_OF, directly or over others, and the two ends of
    a SAME_AS tie that nobody refused. Two subsidiaries of one parent are not: they may well not know each other.
    """
    n = len(net)
    below = _ties(net, net.table("SUBSIDIARY_OF"))
    chain, reached = below, below
    while chain.nnz:
        chain = sp.csr_array(chain @ below > 0).astype(np.int8)
        more = sp.csr_array((reached + chain) > 0).astype(np.int8)
        if more.nnz == reached.nnz:  # nothing new: also where a chain bites its own tail
            break
        reached = more
    same = net.table("SAME_AS")
    same = same[same["status"] != "refused"]
    one = reached + _ties(net, same)
    marked = sp.csr_array((one + one.T) > 0)
    return marked if marked.nnz else sp.csr_array((n, n), dtype=bool)


def are_kin(marked: "sp.csr_array[Any]", pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the two of each pair (shape: pairs x 2) are marked."""
    if not len(pairs) or not marked.nnz:
        return np.zeros(len(pairs), dtype=bool)
    return np.asarray(marked[pairs[:, 0], pairs[:, 1]], dtype=bool).ravel()


def _ties(net: Network, frame: pd.DataFrame) -> "sp.csr_array[Any]":
    ids = pd.Index(net.organisations["id"])
    start, end = (ids.get_indexer(pd.Index(frame[side])) for side in ("start", "end"))
    here = (start >= 0) & (end >= 0)
    values = (np.ones(int(here.sum()), dtype=np.int8), (start[here], end[here]))
    return sp.csr_array(values, shape=(len(net), len(net)))
