"""Coupling coordination degree (耦合协调度) of subsystems, in its classic and its corrected form, and their synergy.

The subsystems' levels U are between 0 and 1. Coupling C says how equal they are, T = sum w U how high, D = sqrt(C T)
both at once. The degree says nothing of a cause, and depends on how U was scaled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod, sqrt

# The ten classes that the Chinese literature uses, by the upper end of D.
GRADES = (
    ("extreme imbalance", "极度失调"),
    ("severe imbalance", "严重失调"),
    ("moderate imbalance", "中度失调"),
    ("mild imbalance", "轻度失调"),
    ("near imbalance", "濒临失调"),
    ("bare coordination", "勉强协调"),
    ("primary coordination", "初级协调"),
    ("intermediate coordination", "中级协调"),
    ("good coordination", "良好协调"),
    ("quality coordination", "优质协调"),
)


@dataclass(frozen=True)
class Coupling:
    """Coupling `c`, level `t` and coordination degree `d`, each from 0 to 1."""

    c: float
    t: float

    @property
    def d(self) -> float:
        """The coordination degree, sqrt(c t)."""
        return sqrt(self.c * self.t)


def classic(levels: Sequence[float], weights: Sequence[float] | None = None) -> Coupling:
    """Couple n >= 2 subsystems: C = n (prod U)^(1/n) / sum U, the geometric over the arithmetic mean.

    A subsystem at 0 makes C and D 0 whatever the others are; weights are 1/n unless given.

    >>> round(classic([0.8, 0.8, 0.8, 0.2]).d, 4)
    0.7521
    """
    number, whole = len(levels), sum(levels)
    c = number * prod(levels) ** (1 / number) / whole if whole else 0.0
    return Coupling(min(c, 1.0), _level(levels, weights))


def corrected(levels: Sequence[float], weights: Sequence[float] | None = None) -> Coupling:
    """Couple n >= 2 subsystems by Wang, Kong, Ren & Dai (2021), so that C spreads over 0 to 1 and not close to 1.

    C = sqrt((1 - sum |Ui - Uj| / (n (n - 1) / 2)) (prod U / max U)^(1 / (n - 1))), over the pairs i > j.

    >>> round(corrected([0.8, 0.8, 0.8, 0.2]).c, 4)
    0.6641
    """
    number, highest = len(levels), max(levels)
    apart = sum(abs(a - b) for a, b in combinations(levels, 2)) / (number * (number - 1) / 2)
    product = prod(level / highest for level in levels) if highest else 0.0
    return Coupling(sqrt(max(1 - apart, 0.0) * product ** (1 / (number - 1))), _level(levels, weights))


def grade(degree: float) -> tuple[str, str]:
    """Name the class of a coordination degree in English and Chinese: ten of equal width, a bound in the upper one."""
    return GRADES[min(int(round(degree, 9) * 10), len(GRADES) - 1)]


def synergy(changes: Sequence[float]) -> float:
    """Synergy of a composite system: the geometric mean of its subsystems' changes, negative if one of them fell.

    (孟庆松、韩文秀 2000): lambda |prod du|^(1/n), lambda = -1 where any du < 0. One that did not change makes it 0.

    >>> round(synergy([0.10, 0.05, 0.05, -0.05]), 4)
    -0.0595
    """
    size = float(abs(prod(changes)) ** (1 / len(changes)))
    return -size if min(changes) < 0 else size


def _level(levels: Sequence[float], weights: Sequence[float] | None) -> float:
    if weights is None:
        return sum(levels) / len(levels)
    return sum(weight * level for weight, level in zip(weights, levels, strict=True)) / sum(weights)
