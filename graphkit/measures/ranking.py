"""Ranks of many scores at once (排名), and the best of them: one row of scores for each source."""

import numpy as np
from numpy.typing import NDArray

from graphkit.compiled import COMPILES, njit

Values = NDArray[np.float32]


def log_ranks(scores: Values, tied: NDArray[np.bool_], into: Values) -> None:
    """Write the logarithm of the rank of each organisation (columns) for each source (rows).

    Equal scores share the best of their ranks; whoever scores 0 or is tied already comes last.
    """
    logarithm = np.log1p(np.arange(scores.shape[1], dtype=np.float32))
    last = np.float32(np.log(scores.shape[1] + 1))
    if COMPILES:
        _by_digits(scores, scores.view(np.uint32), tied, logarithm, last, into)
    else:
        _by_sorting(scores, tied, logarithm, last, into)


def ranks_of_all(score: Values) -> Values:
    """Logarithm of the rank of each organisation by one score."""
    ranks = np.empty((1, len(score)), dtype=np.float32)
    log_ranks(score[None, :], np.zeros((1, len(score)), dtype=bool), ranks)
    return np.asarray(ranks[0])


def largest(scores: NDArray[np.floating], allowed: NDArray[np.bool_], many: int) -> NDArray[np.int64]:
    """Find the columns of the `many` largest finite scores of each row (rows x many), among those that are allowed.

    Largest come first, earlier columns first among equals; rows that have fewer are filled up with -1.
    """
    found = np.full((len(scores), many), -1, dtype=np.int64)
    if many and COMPILES:
        _by_insertion(np.ascontiguousarray(scores), np.ascontiguousarray(allowed), found)
    elif many:
        _by_partition(scores, allowed, found)
    return found


def turned(scores: Values) -> Values:
    """Write rows as columns, one after the other in memory."""
    if not COMPILES:
        return np.ascontiguousarray(scores.T)
    into = np.empty(scores.shape[::-1], dtype=np.float32)
    _turned(scores, into)
    return into


def _by_partition(scores: NDArray[np.floating], allowed: NDArray[np.bool_], found: NDArray[np.int64]) -> None:
    many = found.shape[1]
    for row, (score, mine) in enumerate(zip(scores, allowed, strict=True)):
        usable = np.flatnonzero(mine & np.isfinite(score))
        if len(usable) > many:
            least = np.partition(score[usable], len(usable) - many)[len(usable) - many]
            usable = usable[score[usable] >= least]
        best = usable[np.lexsort((usable, -score[usable]))][:many]
        found[row, : len(best)] = best


@njit(nogil=True)
def _by_insertion(scores: NDArray[np.floating], allowed: NDArray[np.bool_], found: NDArray[np.int64]) -> None:
    """Keep the best so far in order: nearly all others fall short of the last of them, and cost one comparison."""
    rows, n = scores.shape
    many = found.shape[1]
    held = np.empty(many, dtype=scores.dtype)
    for row in range(rows):
        count = 0
        for column in range(n):
            value = scores[row, column]
            if not allowed[row, column] or not np.isfinite(value) or (count == many and value <= held[many - 1]):
                continue
            at = min(count, many - 1)
            while at > 0 and held[at - 1] < value:
                held[at], found[row, at] = held[at - 1], found[row, at - 1]
                at -= 1
            held[at], found[row, at] = value, column
            count = min(count + 1, many)


def _by_sorting(scores: Values, tied: NDArray[np.bool_], logarithm: Values, last: np.float32, into: Values) -> None:
    into[:] = last
    for row, (score, known) in enumerate(zip(scores, tied, strict=True)):
        mine = np.flatnonzero((score > 0) & ~known)
        order = np.argsort(score[mine])[::-1]
        ordered = score[mine[order]]
        place = np.arange(len(ordered))
        place[1:][ordered[1:] == ordered[:-1]] = 0
        into[row, mine[order]] = logarithm[np.maximum.accumulate(place)]


@njit(nogil=True)
def _by_digits(
    scores: Values,
    bits: NDArray[np.uint32],
    tied: NDArray[np.bool_],
    logarithm: Values,
    last: np.float32,
    into: Values,
) -> None:
    """Sort by three digits of eleven bits: the bits of floats above 0, read as whole numbers, stand in their order."""
    rows, n = scores.shape
    keys, spare = np.empty(n + 1, dtype=np.uint64), np.empty(n + 1, dtype=np.uint64)
    counts = np.empty((3, 2_048), dtype=np.int64)
    digit, low = np.uint64(2_047), np.uint64(32)
    shifts = (np.uint64(32), np.uint64(43), np.uint64(54))
    for row in range(rows):
        any_of_them = np.uint32(0)
        for column in range(n):
            into[row, column] = last
            any_of_them |= bits[row, column]
        if any_of_them == 0:
            continue
        many = 0
        for column in range(n):
            keys[many] = (np.uint64(bits[row, column]) << low) | np.uint64(column)
            many += int((scores[row, column] > 0) & (not tied[row, column]))
        counts[:] = 0
        for i in range(many):
            for place in range(3):
                counts[place, (keys[i] >> shifts[place]) & digit] += 1
        for place in range(3):
            shift = shifts[place]
            if counts[place, (keys[0] >> shift) & digit] == many:  # one digit for all: they are in its order
                continue
            begin = 0
            for value in range(2_048):
                begin, counts[place, value] = begin + counts[place, value], begin
            for i in range(many):
                at = (keys[i] >> shift) & digit
                to = counts[place, at]
                spare[np.uint64(to)] = keys[i]
                counts[place, at] = to + 1
            keys, spare = spare, keys
        rank, before = 0, np.uint64(0)
        for seen in range(many):
            key = keys[many - 1 - seen]
            if key >> low != before:
                rank, before = seen, key >> low
            into[row, key & np.uint64(0xFFFFFFFF)] = logarithm[rank]


@njit(nogil=True)
def _turned(scores: Values, into: Values) -> None:
    """Turn squares of 32, which stay in the nearest cache."""
    n, rows = scores.shape
    for low in range(0, n, 32):
        for left in range(0, rows, 32):
            for row in range(left, min(left + 32, rows)):
                for column in range(low, min(low + 32, n)):
                    into[row, column] = scores[column, row]
