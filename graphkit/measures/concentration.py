"""Inequality and concentration of amounts: Theil's index within and between groups, and Herfindahl's index."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Theil:
    """Theil's index T of amounts, and its exact split: `whole` = `within` + `between`."""

    whole: float
    within: float
    between: float


def theil(amounts: npt.ArrayLike, groups: npt.ArrayLike) -> Theil:
    """Split Theil's T (1967) of non-negative amounts, in nats, into what lies within groups and between them.

    T = mean of (y / mean y) ln(y / mean y), with 0 ln 0 = 0; between: every amount replaced by its group's mean. All
    are 0 for no amounts, and where all are alike.
    """
    y, names = np.asarray(amounts, dtype=float), np.asarray(groups)
    if not len(y) or not y.sum():
        return Theil(0.0, 0.0, 0.0)
    _, at, size = np.unique(names, return_inverse=True, return_counts=True)
    means = np.bincount(at, y) / size
    whole, between = _theil(y), _theil(means[at])
    return Theil(whole, whole - between, between)


def _theil(y: "npt.NDArray[np.float64]") -> float:
    ratio = y / y.mean()
    return float((ratio * np.log(np.where(ratio > 0, ratio, 1))).mean())


def herfindahl(amounts: npt.ArrayLike) -> float | None:
    """Sum the squared shares of amounts: 1 / n for n alike, 1 for one alone; None where there is nothing.

    >>> herfindahl([5, 5])
    0.5
    """
    y = np.asarray(amounts, dtype=float)
    return float(((y / y.sum()) ** 2).sum()) if y.sum() > 0 else None
