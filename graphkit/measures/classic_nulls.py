"""The two classic ways to ask for chance, which mislead on networks made of bodies: only for those who ask for them.

Label permutation (Krackhardt & Stern 1988) deals the groups out anew among organisations as active as they are: a group
that is merely more active than others then looks closed. Rewiring the projection forgets that its ties come from
bodies, each a clique, which repeat ties among active organisations: the same happens. `docs/silo-tests.md` shows both
on data without silos.
"""

import random as python_random

import numpy as np
import numpy.typing as npt

from graphkit.measures.nulls import Chance
from graphkit.measures.seats import Groups, Integers, Numbers, Seats, group_seats, internal_weights, totals
from graphkit.network import Network

DRAWS = {"labels": 999, "projection": 99}
SWAPS = 10  # tries to swap two ties, per tie and draw


def label_permutation(seats: Seats, groups: Groups, *, seed: int, draws: int = DRAWS["labels"]) -> Chance:
    """Draw the internal share of every group with the labels of all grouped organisations dealt out anew.

    Shares are given as internal weights of the observed seats, so that they compare with the other nulls. Only for
    groups with one label per organisation.
    """
    random = np.random.default_rng([seed, 11])
    labels = groups.labels[0].copy()
    grouped = np.flatnonzero(labels >= 0)
    shares = np.zeros((draws, groups.number))
    for draw in range(draws):
        labels[grouped] = random.permutation(groups.labels[0][grouped])
        dealt = Groups.of(labels, groups.number)
        shares[draw] = _over(internal_weights(seats, dealt), group_seats(seats, dealt))
    taken = group_seats(seats, groups)
    return _counted(internal_weights(seats, groups), shares * taken)


def projection_rewiring(net: Network, groups: Groups, *, seed: int, draws: int = DRAWS["projection"]) -> Chance:
    """Draw the internal share of every group in the projection, its ties swapped with every number of partners kept.

    A tie keeps its weight, whomever it joins; igraph's `rewire` does the swaps, ten tries per tie and draw.
    """
    import igraph

    labels, taken = groups.labels[0], group_seats(Seats.of(net), groups)
    graph = net.graph.copy()
    weight = np.array(graph.es["weight"]) if graph.ecount() else np.zeros(0)
    observed = _inner_share(_ends(graph), weight, labels, groups.number)
    shares = np.zeros((draws, groups.number))
    igraph.set_random_number_generator(python_random.Random(seed))
    try:
        for draw in range(draws):
            if graph.ecount() > 1:
                graph.rewire(n=SWAPS * graph.ecount())
            shares[draw] = _inner_share(_ends(graph), weight, labels, groups.number)
    finally:
        igraph.set_random_number_generator(python_random)
    return _counted(observed * taken, shares * taken)


def _ends(graph: object) -> Integers:
    ends: npt.NDArray[np.int64] = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)  # type: ignore[attr-defined]
    return ends


def _inner_share(ends: Integers, weight: Numbers, labels: Integers, number: int) -> Numbers:
    one, other = labels[ends[:, 0]], labels[ends[:, 1]]
    inside = (one == other) & (one >= 0)
    whole = totals(one[one >= 0], weight[one >= 0], number) + totals(other[other >= 0], weight[other >= 0], number)
    return _over(2 * totals(one[inside], weight[inside], number), whole)


def _counted(observed: Numbers, drawn: Numbers) -> Chance:
    slack = 1e-9 * (1 + np.abs(observed))
    draws = len(drawn)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return Chance(
        observed,
        drawn.mean(axis=0),
        drawn.std(axis=0),
        low,
        high,
        (1 + (drawn >= observed - slack).sum(axis=0)) / (1 + draws),
        (1 + (drawn <= observed + slack).sum(axis=0)) / (1 + draws),
        draws,
        np.full(len(observed), np.nan),
    )


def _over(inside: Numbers, whole: Numbers) -> Numbers:
    share: Numbers = np.divide(inside, whole, out=np.zeros(len(whole)), where=whole > 0)
    return share
