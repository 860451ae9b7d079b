"""How far groups keep apart: E-I by density, expansion of the boundary, and spectral segregation (隔离度).

`labels` gives the group of every organisation as 0, 1, ... or -1 for none; an organisation of no group is outside every
group. What does not exist is not a number.
"""

from typing import Any

import numpy as np
import scipy.sparse as sp

from graphkit.measures.openness import GroupTies
from graphkit.measures.seats import Integers, Numbers
from graphkit.network import Network

DENSE = 128  # organisations up to which the eigenvalues of a component are computed all at once


def rescaled_ei(ties: GroupTies, members: Integers, organisations: int) -> Numbers:
    """E-I index of densities, (E/E* - I/I*) / (E/E* + I/I*), so that the size of a group does not force its sign.

    E* = n(N - n) and I* = n(n - 1)/2 are the pairs that there could be outside and inside (what R's egor computes with
    `rescale=TRUE`). Not a number for a group of one, of all, or without ties.
    """
    n = members.astype(float)
    outside, inside = _ratio(ties.outside, n * (organisations - n)), _ratio(ties.inside, n * (n - 1) / 2)
    return _ratio(outside - inside, outside + inside)


def rescaled_ei_index(ties: GroupTies, labels: Integers, net: Network) -> float | None:
    """E-I index of the network by densities, over the pairs whose two ends have a group; None where it has no value."""
    first, second, _ = net.pairs
    a, b = labels[first], labels[second]
    both = (a >= 0) & (b >= 0)
    size = np.bincount(labels[labels >= 0]).astype(float)
    n = float(size.sum())
    possible = float((size * (size - 1)).sum() / 2)
    between = n * (n - 1) / 2 - possible
    if not possible or not between or not both.any():
        return None
    outside, inside = (a != b)[both].sum() / between, (a == b)[both].sum() / possible
    return float((outside - inside) / (outside + inside))


def expansion(ties: GroupTies, members: Integers, organisations: int) -> Numbers:
    """Ties that leave a group, over the organisations of its smaller side (edge expansion)."""
    return _ratio(ties.outside, np.minimum(members, organisations - members))


def at_the_boundary(net: Network, labels: Integers, groups: int) -> Numbers:
    """Share of the members of every group that have a tie outside it."""
    first, second, _ = net.pairs
    crosses = labels[first] != labels[second]
    reaching = np.zeros(len(labels), dtype=bool)
    reaching[first[crosses]] = reaching[second[crosses]] = True
    inside = labels >= 0
    members = np.bincount(labels[inside], minlength=groups)
    return _ratio(np.bincount(labels[inside & reaching], minlength=groups), members)


def freeman(ties: GroupTies, members: Integers, organisations: int, pairs: int) -> Numbers:
    """Freeman's segregation of every group from all others, 1 - p / pi (Freeman 1978).

    p is the share of the network's pairs that cross its boundary and pi that share in a random graph of one density,
    2n(N - n) / (N(N - 1)). Not a number for a group of all, or without any pair in the network.
    """
    n = members.astype(float)
    chance = _ratio(2 * n * (organisations - n), np.full(len(n), organisations * (organisations - 1.0)))
    return 1 - _ratio(_ratio(ties.outside, np.full(len(n), float(pairs))), chance)


def spectral_segregation(net: Network, labels: Integers, groups: int) -> Numbers:
    """Spectral segregation index of every group: 0 no tie inside, 1 none outside (Echenique & Fryer 2007).

    Every organisation's tie weights are divided by their sum; of that matrix the rows and columns of the group are
    taken. Each of its connected components has the matrix' largest eigenvalue as its index, and the group the mean of
    them over its members. Members without any tie are left out; not a number for a group without ties. It asks not only
    whether partners are of the group, but whether partners' partners are, and so on.
    """
    strength = np.asarray(net.ties.sum(axis=1)).ravel()
    found = np.full(groups, np.nan)
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(groups + 1))
    for group in range(groups):
        members = order[bounds[group] : bounds[group + 1]]
        members = members[strength[members] > 0]
        if not len(members):
            continue
        root = 1 / np.sqrt(strength[members])
        # D^-1/2 A D^-1/2 has the eigenvalues of D^-1 A and is symmetric.
        inner = sp.csr_array(net.ties[members][:, members])
        inner = sp.csr_array(sp.diags_array(root) @ inner @ sp.diags_array(root))
        number, component = sp.csgraph.connected_components(inner, directed=False)
        size = np.bincount(component, minlength=number)
        total = sum(
            float(size[one]) * _largest(sp.csr_array(inner[at][:, at]))
            for one in np.flatnonzero(size > 1)
            for at in (np.flatnonzero(component == one),)
        )
        found[group] = min(round(total / len(members), 9), 1.0)
    return found


def _largest(matrix: "sp.csr_array[Any]") -> float:
    if matrix.shape[0] <= DENSE:
        return float(np.linalg.eigvalsh(matrix.toarray())[-1])
    from scipy.sparse.linalg import eigsh

    start = np.ones(matrix.shape[0])  # a given start, so that the answer is the same every time
    return float(eigsh(matrix, k=1, which="LA", v0=start, return_eigenvectors=False)[0])


def _ratio(above: "Numbers | Integers", below: "Numbers | Integers") -> Numbers:
    a, b = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    ratio: Numbers = np.divide(a, b, out=np.full(a.shape, np.nan), where=b > 0)
    return ratio
