"""The best pairs of a whole network by what their common partners say (共同伙伴): no score of any other is kept.

The scores are the number of common partners, the same with each partner weighing 1 / ln(its partners) (Adamic & Adar
2003) or 1 / (its partners) (resource allocation; Zhou, Lu & Zhang 2009). Both of a pair bound its score: no two have
more in common than the partners of one of them weigh together. Organisations are taken in the order of that bound, and
what falls short of the worst pair that is held so far is never looked at.
"""

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import njit
from graphkit.errors import UsageError

Score = Literal["adamic-adar", "common-partners", "resource-allocation"]
SCORES: tuple[Score, ...] = get_args(Score)


def best_pairs(
    ties: "sp.csr_array[Any]", many: int, *, score: Score = "adamic-adar", group: NDArray[np.int64] | None = None
) -> pd.DataFrame:
    """Find the `many` untied pairs with the largest score, largest first, then in the order of their places.

    `ties` is symmetric, without loops; weights play no part. With `group` (-1 is none) the two are of different groups,
    and both have one. Columns: one, other (places, one < other), score, common (partners that both have). Pairs
    without a common partner score 0 and are left out, so that there may be fewer. Raises UsageError for another word.

    >>> path = sp.csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    >>> best_pairs(path, 5, score="resource-allocation").to_numpy().tolist()
    [[0.0, 2.0, 0.5, 1.0]]
    """
    if score not in SCORES:
        raise UsageError(f"a score is one of {', '.join(SCORES)}, not {score!r}")
    n, degree = int(ties.shape[0]), np.diff(ties.indptr).astype(np.int64)
    with np.errstate(divide="ignore"):
        weigh = {"adamic-adar": lambda d: 1 / np.log(np.maximum(d, 2)), "resource-allocation": lambda d: 1 / d}
        weight = weigh.get(score, np.ones_like)(degree.astype(np.float64))
    weight[degree < 2] = 0.0  # nobody's common partner
    bound = np.asarray((abs(ties) > 0) @ weight, dtype=np.float64)
    order = np.lexsort((np.arange(n), -bound)).astype(np.int64)
    sorted_ = sp.csr_array(ties[order][:, order])
    sorted_.sort_indices()
    graph = (sorted_.indptr.astype(np.int64), sorted_.indices.astype(np.int32), weight[order], bound[order])
    groups = np.arange(n, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)[order]
    room = 3 * many + n
    found = np.empty(room, dtype=np.float64), np.empty((room, 3), dtype=np.int64)
    held, least, start = 0, 0.0, 0
    while start < n and many > 0:
        start, held = _scan(*graph, groups, start, held, least, *found)
        pairs = np.sort(order[found[1][:held, :2]], axis=1)
        best = np.lexsort((pairs[:, 1], pairs[:, 0], -found[0][:held]))[:many]
        found[0][: len(best)], found[1][: len(best)] = found[0][best], found[1][best]
        held = len(best)
        least = found[0][held - 1] if held == many else 0.0
    ends = np.sort(order[found[1][:held, :2]], axis=1)
    return pd.DataFrame(
        {"one": ends[:, 0], "other": ends[:, 1], "score": found[0][:held], "common": found[1][:held, 2]}
    )


@njit
def _scan(
    indptr: Any,
    indices: Any,
    weight: Any,
    bound: Any,
    group: Any,
    start: int,
    held: int,
    least: float,
    scores: Any,
    pairs: Any,
) -> tuple[int, int]:
    """Write down pairs that reach `least`, from the organisation at `start` on, while there is room for one's all.

    Returned are the organisation to go on with and how many pairs are held now. Bounds fall from place to place, sums
    are rounded as scores are, and whoever is within a rounding of `least` is looked at.
    """
    n = len(indptr) - 1
    score, common = np.zeros(n), np.zeros(n, dtype=np.int64)
    tied = np.full(n, -1, dtype=np.int64)
    touched = np.empty(n, dtype=np.int64)
    last = n  # whoever stands from here on cannot reach `least`
    while last > 0 and bound[last - 1] < least - 1e-9:
        last -= 1
    for u in range(start, last):
        if held + n > len(scores):
            return u, held
        if group[u] < 0:
            continue
        for e in range(indptr[u], indptr[u + 1]):
            tied[indices[e]] = u
        many = 0
        for e in range(indptr[u], indptr[u + 1]):
            w = indices[e]
            for f in range(indptr[w + 1] - 1, indptr[w] - 1, -1):
                v = indices[f]
                if v <= u:
                    break
                if v >= last:
                    continue
                if common[v] == 0:
                    touched[many] = v
                    many += 1
                common[v] += 1
                score[v] += weight[w]
        for k in range(many):
            v = touched[k]
            value = np.round(score[v] * 1e12) / 1e12
            if value >= least and tied[v] != u and group[v] >= 0 and group[v] != group[u]:
                scores[held] = value
                pairs[held, 0], pairs[held, 1], pairs[held, 2] = u, v, common[v]
                held += 1
            score[v], common[v] = 0.0, 0
    return n, held
