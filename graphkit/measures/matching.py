"""Matching: whom to give what, so that the sum of all scores is the largest."""

from typing import Any

import numpy as np


def assigned(
    scores: "np.ndarray[Any, np.dtype[np.float64]]", capacity: int = 1, least: float = 0.0
) -> list[int | None]:
    """Give each row (task) at most one column (team), and each column at most `capacity` rows; None is for nobody.

    Optimal in the sum of scores (Kuhn 1955; scipy's linear_sum_assignment). A score of 0, or below `least`, is a
    refusal: such a pair is never made. Of several optima the same one is always returned.

    >>> assigned(np.array([[0.9, 0.8, 0.1], [0.85, 0.2, 0.1]]))
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment

    allowed = np.where(scores >= max(least, 1e-12), scores, 0.0)
    repeated = np.tile(allowed, (1, capacity))
    found: list[int | None] = [None] * len(scores)
    if not repeated.size:
        return found
    for row, column in zip(*linear_sum_assignment(repeated, maximize=True), strict=True):
        if repeated[row, column] > 0:
            found[row] = int(column % scores.shape[1])
    return found


def greedily(
    scores: "np.ndarray[Any, np.dtype[np.float64]]", capacity: int = 1, least: float = 0.0
) -> list[int | None]:
    """Give each row in order the best column that is still free: what is done without a plan, for comparison.

    >>> greedily(np.array([[0.9, 0.8, 0.1], [0.85, 0.2, 0.1]]))
    [0, 1]
    """
    free = np.full(scores.shape[1], capacity)
    found: list[int | None] = []
    for row in scores:
        open_ = np.where((free > 0) & (row >= max(least, 1e-12)), row, 0.0)
        best = int(open_.argmax()) if len(open_) and open_.max() > 0 else None
        if best is not None:
            free[best] -= 1
        found.append(best)
    return found


def total(scores: "np.ndarray[Any, np.dtype[np.float64]]", chosen: list[int | None]) -> float:
    """Sum the scores of a matching."""
    return float(sum(scores[row, column] for row, column in enumerate(chosen) if column is not None))
