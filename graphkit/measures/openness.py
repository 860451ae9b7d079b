"""Measures of how open or closed groups are: of a whole network by its groups, and of every group by itself (开放度).

`labels` gives the group of every organisation as 0, 1, ... or -1 for none; an organisation of no group is outside every
group. A measure that does not exist (no ties, one group) is None, or not a number in arrays.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphkit.measures.seats import Integers, Numbers, totals
from graphkit.network import Network


@dataclass(frozen=True)
class GroupTies:
    """Ties of every group: pairs and weights inside, pairs and weights with the outside, weight of all of its ends."""

    inside: Integers
    outside: Integers
    weight_inside: Numbers
    weight_outside: Numbers
    whole: float

    def ei(self) -> Numbers:
        """E-I index of every group's pairs, (E - I) / (E + I): -1 is a perfect silo (Krackhardt & Stern 1988)."""
        return _ratio(self.outside - self.inside, self.outside + self.inside)

    def conductance(self) -> Numbers:
        """Weight that leaves a group over the smaller volume, its own or that of all others; not a number when 0."""
        volume = 2 * self.weight_inside + self.weight_outside
        return _ratio(self.weight_outside, np.minimum(volume, self.whole - volume))


def group_ties(net: Network, labels: Integers, groups: int) -> GroupTies:
    """Count and weigh the ties of every group."""
    first, second, weight = net.pairs
    a, b = labels[first], labels[second]
    same = (a == b) & (a >= 0)
    inside, weight_inside = np.bincount(a[same], minlength=groups), totals(a[same], weight[same], groups)
    outside, weight_outside = np.zeros(groups, dtype=np.int64), np.zeros(groups)
    for end in (a, b):
        leaves = ~same & (end >= 0)
        outside += np.bincount(end[leaves], minlength=groups)
        weight_outside += totals(end[leaves], weight[leaves], groups)
    return GroupTies(inside, outside, weight_inside, weight_outside, float(2 * weight.sum()))


def ei_index(net: Network, labels: Integers) -> float | None:
    """E-I index of the network, (E - I) / (E + I) over the pairs whose two ends have a group; None without any."""
    a, b = _ends(net, labels)
    return None if not len(a) else float(((a != b).sum() - (a == b).sum()) / len(a))


def segregation(net: Network, labels: Integers) -> float | None:
    """Freeman's segregation, 1 - p / pi: p the share of pairs between groups, pi that of a random graph (Freeman 1978).

    0 is no more than chance within one density, 1 is no pair between groups. It ignores how active organisations are.
    """
    a, b = _ends(net, labels)
    size = np.bincount(labels[labels >= 0]).astype(float)
    n = size.sum()
    between = n * n - (size**2).sum()
    if not len(a) or not between:
        return None
    return float(1 - (a != b).mean() * (n * (n - 1)) / between)


def assortativity(net: Network, labels: Integers) -> float | None:
    """Assortativity by group over the pairs (Newman 2003): 1 when all stay inside, 0 at chance; None for one group."""
    mixing = _mixing(net, labels)
    total = mixing.sum()
    chance = float((mixing.sum(axis=0) ** 2).sum() / total**2) if total else 1.0
    return None if chance > 1 - 1e-12 else float((np.trace(mixing) / total - chance) / (1 - chance))


def observed_over_expected(net: Network, labels: Integers) -> Numbers:
    """Pairs between every two groups over what their degrees make expect, e_AB / (d_A d_B / 2m): groups x groups.

    Not a number for a group without pairs. On the diagonal both count every pair twice.
    """
    mixing = _mixing(net, labels)
    degree = mixing.sum(axis=1)
    return _ratio(mixing * float(mixing.sum()), np.outer(degree, degree))


def _ends(net: Network, labels: Integers) -> tuple[Integers, Integers]:
    first, second, _ = net.pairs
    both = (labels[first] >= 0) & (labels[second] >= 0)
    return labels[first][both], labels[second][both]


def _mixing(net: Network, labels: Integers) -> Numbers:
    groups = int(labels.max(initial=-1)) + 1
    a, b = _ends(net, labels)
    half = np.bincount(a * groups + b, minlength=groups**2).reshape(groups, groups)
    return (half + half.T).astype(np.float64)


def _ratio(above: npt.ArrayLike, below: npt.ArrayLike) -> Numbers:
    a, b = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    ratio: Numbers = np.divide(a, b, out=np.full(a.shape, np.nan), where=b > 0)
    return ratio
