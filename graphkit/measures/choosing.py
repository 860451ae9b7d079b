"""Portfolios (组合): which few of many candidate ties, together and within limits, win most for the whole network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.gain import Distances

ROUNDING = 12
BATCH = 64
SURE = 3.0
"""Standard errors that a rough gain is raised by before it may rule a candidate out."""


@dataclass(frozen=True)
class Candidates:
    """Ties to choose from, one row or value each.

    `pairs` are rows of organisations (shape: candidates x 2), `groups` the groups of both, `score` breaks draws,
    `cost` is what a tie costs, `usable` whether it may be chosen, `detached` whether no way leads from end to end.
    """

    pairs: NDArray[np.int64]
    groups: NDArray[np.int64]
    score: NDArray[np.float64]
    cost: NDArray[np.float64]
    usable: NDArray[np.bool_]
    detached: NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """What a portfolio must keep to; None is no limit."""

    ties: int
    organisation: int
    group: int | None = None
    detached: int | None = None
    budget: float | None = None


@dataclass(frozen=True)
class Chosen:
    """One tie of a portfolio: its place among the candidates, and what it wins after those before it."""

    place: int
    gain: float
    reachable: float
    mean_distance: float
    error: float


def choose(
    distances: Callable[[], Distances],
    given: Candidates,
    limits: Limits,
    first: Sequence[int] = (),
    bound: NDArray[np.float64] | None = None,
) -> list[Chosen]:
    """Take the ties of `first`, then the one with the largest gain, bring distances up to date, and again.

    With a budget the largest gain for its cost is taken among those that can still be paid; where costs differ both
    orders are tried, by gain and by gain for cost, and the portfolio that wins more is kept (Leskovec et al. 2007).
    A candidate is measured anew only while what it won before could still make it the best (lazy greedy; Minoux 1978),
    and whenever a component that it joins has grown: that may make it win more. Within a component, too, a tie may win
    more once another is there (efficiency is not submodular), and may then be passed over: on forty planted networks
    the choice was that of measuring all anew in 34, and what it won .995 to 1.010 of that.
    `bound` is what `alone` says of the candidates, where it is known already; `distances` makes distances of the
    network as it is.
    """
    ready = distances()
    if bound is None:
        _, bound = alone(ready, given.pairs)
    found = [_greedy(ready, given, limits, first, bound, priced=limits.budget is not None)]
    if limits.budget is not None and np.ptp(given.cost) > 0:
        found.append(_greedy(distances(), given, limits, first, bound, priced=False))
    return max(found, key=lambda chosen: round(sum(each.gain for each in chosen), ROUNDING))


def alone(distances: Distances, pairs: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gain of each tie by itself, and an upper bound of it: the same where distances are exact, else estimated."""
    gains = distances.gains(pairs, rough=not distances.exact)
    bound = gains.efficiency + SURE * gains.error
    if not distances.exact:  # of a small component a sample of sources may hold nobody
        bound[distances.component[pairs[:, 0]] != distances.component[pairs[:, 1]]] = np.inf
    return gains.efficiency.round(ROUNDING), bound.round(ROUNDING)


def _greedy(
    distances: Distances,
    given: Candidates,
    limits: Limits,
    first: Sequence[int],
    known_bound: NDArray[np.float64],
    *,
    priced: bool,
) -> list[Chosen]:
    pairs, price, bound = given.pairs, given.cost if priced else np.ones(len(given.pairs)), known_bound.copy()
    fresh = np.full(len(pairs), distances.exact)
    spent = _Spent(given, limits)
    chosen: list[Chosen] = []

    def take(place: int) -> None:
        gains = distances.gains(pairs[[place]])
        chosen.append(
            Chosen(
                place,
                float(gains.efficiency[0]),
                float(gains.reachable[0]),
                float(gains.mean_distance[0]),
                float(gains.error[0]),
            )
        )
        before = distances.component[pairs[place]]
        distances.add(int(pairs[place, 0]), int(pairs[place, 1]))
        spent.take(place)
        fresh[:] = False
        if before[0] != before[1]:
            ends = distances.component[pairs]
            grown = (ends == distances.component[pairs[place, 0]]).any(axis=1) & (ends[:, 0] != ends[:, 1])
            bound[grown] = np.inf

    for place in first:
        take(place)
    while len(chosen) < limits.ties:
        open_ = np.flatnonzero(spent.open())
        while True:
            best = np.max((bound / price)[open_][fresh[open_]], initial=0.0)
            stale = open_[~fresh[open_] & ((bound / price)[open_] >= best) & (bound[open_] > 0)]
            if not len(stale):
                break
            batch = stale[np.lexsort((stale, -(bound / price)[stale]))][:BATCH]
            if np.isinf(bound[stale]).any():
                batch = stale[np.isinf(bound[stale])]
            bound[batch] = distances.gains(pairs[batch]).efficiency.round(ROUNDING)
            fresh[batch] = True
        known = open_[fresh[open_] & (bound[open_] > 0)]
        if not len(known):
            break
        worth = (bound / price)[known].round(ROUNDING)
        take(int(known[np.lexsort((known, -given.score[known], -worth))[0]]))
    return chosen


class _Spent:
    """What is left of the limits as ties are taken."""

    def __init__(self, given: Candidates, limits: Limits) -> None:
        self.given, self.limits = given, limits
        self.taken = np.zeros(len(given.pairs), dtype=bool)
        self.organisations = np.zeros(int(given.pairs.max(initial=-1)) + 1, dtype=np.int64)
        self.groups = np.zeros(int(given.groups.max(initial=-1)) + 2, dtype=np.int64)
        self.detached, self.cost = 0, 0.0

    def take(self, place: int) -> None:
        """Take a tie."""
        self.taken[place] = True
        self.organisations[self.given.pairs[place]] += 1
        self.groups[np.unique(self.given.groups[place])] += 1
        self.detached += int(self.given.detached[place])
        self.cost += float(self.given.cost[place])

    def open(self) -> NDArray[np.bool_]:
        """Whether each candidate may still be taken."""
        given, limits = self.given, self.limits
        fits = given.usable & ~self.taken & (self.organisations[given.pairs] < limits.organisation).all(axis=1)
        if limits.group is not None:
            fits &= (self.groups[given.groups] < limits.group).all(axis=1)
        if limits.detached is not None and self.detached >= limits.detached:
            fits &= ~given.detached
        if limits.budget is not None:
            fits &= self.cost + given.cost <= limits.budget + 1e-9
        return fits
