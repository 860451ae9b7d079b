"""The pairs of a whole network that share most partners (近邻得分): best untied pairs, no matrix of pairs held.

Organisations are taken by how much all their partners are worth together, the most first: no pair of an organisation
can score more than that, so that the search is over as soon as it falls short of the last of the best so far.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.compiled import njit

DIGITS = 9
"""Digits of a score that count: sums that are the same on paper may differ after them by the order of their terms."""
WORTH: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "common": np.ones_like,
    "adamic-adar": lambda partners: 1 / np.log(np.maximum(partners, 2)),
    "allocation": lambda partners: 1 / np.maximum(partners, 1),
}
"""What a common partner adds, by its own partners (Newman 2001; Adamic & Adar 2003; Zhou, Lu & Zhang 2009)."""


def best_pairs(
    ties: "sp.csr_array[Any]", many: int, score: str = "allocation", barred: "sp.csr_array[Any] | None" = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the `many` untied pairs that score most, best first (pairs x 2, the earlier end first), and their scores.

    Equals come in the order of their places. `ties` is symmetric without loops; pairs of `barred` are left out, too.
    Pairs without a common partner score nothing and never come. Held are a few numbers for each tie, each organisation
    and each of the best.
    """
    degree = np.diff(ties.indptr).astype(np.int64)
    n = len(degree)
    worth = np.asarray(WORTH[score](degree.astype(float)), dtype=float)
    bound = np.zeros(n)
    np.add.at(bound, np.repeat(np.arange(n), degree), worth[ties.indices])
    order = np.argsort(-bound, kind="stable")
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    begin, partners = _in_places(ties.indptr, ties.indices, order, place)
    never = sp.csr_array((n, n), dtype=bool) if barred is None else barred
    kept, scores = np.empty((0, 2), dtype=np.int64), np.empty(0)
    at, least = 0, 10.0**-DIGITS
    room = np.empty((n + 4 * many, 2), dtype=np.int64), np.empty(n + 4 * many)
    score_of, seen = np.zeros(n), np.empty(n, dtype=np.int64)
    while at < n and many:
        at, filled = _search(
            at, least, begin, partners, worth[order], bound[order], never.indptr, never.indices, order, place,
            score_of, seen, *room,
        )  # fmt: skip
        kept = np.concatenate([kept, np.sort(order[room[0][:filled]], axis=1)])
        scores = np.concatenate([scores, room[1][:filled]])
        best = np.lexsort((kept[:, 1], kept[:, 0], -scores))[:many]
        kept, scores = kept[best], scores[best]
        if len(scores) == many:
            least = float(scores[-1])
    return kept, scores


@njit
def _in_places(indptr: Any, indices: Any, order: Any, place: Any) -> Any:
    """Rows of ties by place instead of number; met in order, partners fall into each row in order."""
    n = len(order)
    begin = np.zeros(n + 1, dtype=np.int64)
    for at in range(n):
        begin[at + 1] = begin[at] + indptr[order[at] + 1] - indptr[order[at]]
    free, partners = begin[:-1].copy(), np.empty(len(indices), dtype=np.int32)
    for at in range(n):
        for k in range(indptr[order[at]], indptr[order[at] + 1]):
            row = place[indices[k]]
            partners[free[row]] = at
            free[row] += 1
    return begin, partners


@njit
def _search(
    at: Any,
    least: Any,
    begin: Any,
    partners: Any,
    worth: Any,
    bound: Any,
    never_begin: Any,
    never: Any,
    order: Any,
    place: Any,
    score: Any,
    seen: Any,
    pairs: Any,
    scores: Any,
) -> Any:
    """Write pairs that score at least `least`, each from its earlier place, until room or hope runs out.

    Returns the place to go on from, and how many pairs were written.
    """
    n, filled = len(order), 0
    while at < n and len(scores) - filled >= n:
        if bound[at] * (1 + 1e-9) < least:
            return n, filled
        many = 0
        for k in range(begin[at], begin[at + 1]):
            between = partners[k]
            part = worth[between]
            for other in range(begin[between + 1] - 1, begin[between] - 1, -1):
                who = partners[other]
                if who <= at:  # this pair was met from there
                    break
                if score[who] == 0:
                    seen[many] = who
                    many += 1
                score[who] += part
        for k in range(begin[at], begin[at + 1]):
            score[partners[k]] = -1.0
        for k in range(never_begin[order[at]], never_begin[order[at] + 1]):
            score[place[never[k]]] = -1.0
        for i in range(many):
            who = seen[i]
            if score[who] >= least - 1e-9:
                found = np.floor(score[who] * 1e9 + 0.5) / 1e9
                if found >= least:
                    pairs[filled, 0], pairs[filled, 1], scores[filled] = at, who, found
                    filled += 1
            score[who] = 0.0
        for k in range(begin[at], begin[at + 1]):
            score[partners[k]] = 0.0
        for k in range(never_begin[order[at]], never_begin[order[at] + 1]):
            score[place[never[k]]] = 0.0
        at += 1
    return at, filled
