"""Bodies as hyperedges: how many pairs of members cross groups, what chance makes of it, and what a body adds (超边).

A body of n members is one hyperedge, not n(n - 1)/2 ties: its pairs are counted within it and never weigh against those
of another body.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from graphkit.measures.seats import Integers, Numbers, totals
from graphkit.network import Network


@dataclass(frozen=True)
class Crossing:
    """Pairs of members of every body that both have a group: how many, how many cross, and by chance.

    `deviation` is that of the number that cross; both are 0 for a body with less than two such members.
    """

    pairs: Numbers
    crossing: Numbers
    expected: Numbers
    deviation: Numbers


def crossing(net: Network, labels: Integers, groups: int) -> Crossing:
    """Count the pairs of members from two groups in every body, and compare with seats dealt out by chance.

    Two seats of one body belong to one group with probability q2 = sum over groups of e2(group) / e2(all), three with
    q3 = sum of e3(group) / e3(all), e2 and e3 the ways to choose two and three seats of different organisations: the
    null of the analysis silos in closed form. Of the C(n, 2) pairs of n members C(n, 2) (1 - q2) cross on average, with
    variance C(n, 2) (q2 - q2^2) + 6 C(n, 3) (q3 - q2^2); pairs without a member in common are taken as independent.
    """
    bodies = len(net.bodies)
    body, who = net.memberships["body"].to_numpy(np.int64), net.memberships["organisation"].to_numpy(np.int64)
    body, label = body[labels[who] >= 0], labels[who][labels[who] >= 0]
    n = np.bincount(body, minlength=bodies).astype(float)
    cell, members = np.unique(body * max(groups, 1) + label, return_counts=True)
    same = totals(cell // max(groups, 1), members * (members - 1) / 2, bodies)
    seated = labels >= 0
    two, three = _choices(net.seats[seated].astype(float), labels[seated], groups)
    all_two, all_three = _choices(net.seats[seated].astype(float), np.zeros(int(seated.sum()), dtype=np.int64), 1)
    q2 = float(two.sum() / all_two[0]) if all_two.any() and all_two[0] > 0 else 1.0
    q3 = float(three.sum() / all_three[0]) if all_three.any() and all_three[0] > 0 else q2
    pairs, triples = n * (n - 1) / 2, n * (n - 1) * (n - 2) / 6
    variance = pairs * (q2 - q2**2) + 6 * triples * (q3 - q2**2)
    return Crossing(pairs, pairs - same, pairs * (1 - q2), np.sqrt(np.maximum(variance, 0)))


def redundancy(belongs: "sp.csr_array[Any]") -> Numbers:
    """Share of the pairs within every column that stand together in another column, too (Latapy et al. 2008).

    `belongs` has 1.0 where a row belongs to a column. Of a body it says which of its members would meet without it; of
    an organisation (transposed) which of its bodies would have a member in common without it. Not a number for a column
    of less than two.
    """
    together = sp.csr_array(belongs @ belongs.T)
    rows = np.repeat(np.arange(together.shape[0]), np.diff(together.indptr))
    together.data = ((together.data > 1.5) & (rows != together.indices)).astype(float)
    together.eliminate_zeros()
    twice = np.asarray((belongs * sp.csr_array(together @ belongs)).sum(axis=0), dtype=float).ravel()
    size = np.asarray(belongs.sum(axis=0), dtype=float).ravel()
    pairs = size * (size - 1)
    share: Numbers = np.divide(twice, pairs, out=np.full(len(size), np.nan), where=pairs > 0)
    return share


def _choices(strengths: Numbers, labels: Integers, number: int) -> tuple[Numbers, Numbers]:
    """Ways to choose two and three seats of different organisations in order, of every label (Newton's identities)."""
    s1, s2, s3 = (totals(labels, strengths**power, number) for power in (1, 2, 3))
    return s1**2 - s2, s1**3 - 3 * s1 * s2 + 2 * s3
