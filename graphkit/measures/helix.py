"""Synergy of helices: how much three or more dimensions of a network hold each other up, in bits."""

from itertools import combinations

import numpy as np
import numpy.typing as npt


def entropy(counts: npt.ArrayLike) -> float:
    """Compute Shannon's entropy of a table of counts, in bits; 0 for an empty one.

    >>> entropy([1, 1, 1, 1])
    2.0
    """
    cells = np.asarray(counts, dtype=float).ravel()
    shares = cells[cells > 0] / max(cells.sum(), 1e-300)
    return abs(float(-(shares * np.log2(shares)).sum()))


def synergy(counts: npt.ArrayLike) -> float:
    """Compute the mutual information of all dimensions of a table at once, in bits (Leydesdorff 2003).

    For three dimensions T = H_u + H_i + H_g - H_ui - H_ug - H_ig + H_uig, and so on with alternating signs. Negative is
    synergy (the dimensions together tell more than each pair), positive redundancy, 0 independence of any two.

    >>> round(synergy([[[1, 0], [0, 1]], [[0, 1], [1, 0]]]), 12)  # the third is whether the first two differ
    -1.0
    """
    table = np.asarray(counts, dtype=float)
    axes = range(table.ndim)
    total = 0.0
    for size in range(1, table.ndim + 1):
        for kept in combinations(axes, size):
            left_out = tuple(axis for axis in axes if axis not in kept)
            total += (-1) ** (size + 1) * entropy(table.sum(axis=left_out))
    return total
