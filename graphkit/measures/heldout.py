"""The test of communities that were found, not given: found on some bodies, tested on others (留出检验).

A partition tested on the data it was found in is significant in every network, silos or none. Here bodies are put in
random order; communities are found on the first half and tested on the next eighth, found again on five eighths and
tested on the next, and so on to the end. Given what came before, every eighth is as if fresh, so that chance is drawn
within each (`Seats.parts`), and half of the bodies are tested while more than half are searched: plain halving finds
less. What is tested are the communities of each step; each speaks for the reported community that it shares most
organisations with, and only for pairs that were together in the step. Several orders are drawn; their p are combined by
Cauchy's rule, which allows for their dependence (Liu & Xie 2020).

The resolution, too, is chosen anew in every order, on the first half: no body that is tested has a say in it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graphkit.measures.closure import Evidence
from graphkit.measures.leiden import leiden
from graphkit.measures.nulls import PILOT, Chains, Chance, closed_form, enough
from graphkit.measures.partition import Partition
from graphkit.measures.seats import Groups, Integers, Numbers, Seats, Truths
from graphkit.measures.stability import resolution_of
from graphkit.network import Network

STEPS = (4, 5, 6, 7, 8)  # eighths of the bodies: found on the first, tested on those up to the next
SPLITS = 8


@dataclass(frozen=True)
class HeldOut:
    """What the bodies that were kept out say of every reported community, averaged over the orders.

    `tested` tells which communities had enough there to be tested; `p` of the others is 1.
    """

    evidence: Evidence
    expected: Numbers
    deviation: Numbers
    tested: Truths
    z: Numbers
    p: Numbers
    draws: int
    mixing: Numbers


def held_out(
    net: Network,
    partition: Partition,
    *,
    large: Truths,
    seed: int,
    resolution: float | None = None,
    alpha: float = 0.05,
    draws: int | None = None,
    most: int = 20_000,
    splits: int = SPLITS,
    strata: tuple[Integers | None, Integers | None] = (None, None),
) -> HeldOut:
    """Test the communities of a partition on bodies that took no part in finding them; `large` says which to try.

    `draws` are per order; none is 4 / alpha for every community tested (999 to `most`), 0 the closed form. `strata`
    numbers bodies, or memberships, that chance keeps apart (measures/strata.py).
    """
    rounds = [_split(net, partition, np.random.default_rng([seed, 7, i]), resolution, strata) for i in range(splits)]
    evidence = _mean([Evidence.of(*each) for each in rounds])
    if draws == 0:
        chance = [closed_form(*each) for each in rounds]
        tested = large & _can_tell(evidence, chance)
    else:
        chains = [Chains(*each, seed=seed * splits + i) for i, each in enumerate(rounds)]
        for each in chains:
            each.draw(draws or PILOT)
        tested = large & _can_tell(evidence, [each.chance() for each in chains])
        for each in chains:
            each.draw(max(enough(int(tested.sum()), alpha, most) - each.draws, 0) if draws is None else 0)
        chance = [each.chance() for each in chains]
    return HeldOut(
        evidence,
        np.mean([each.mean for each in chance], axis=0),
        np.mean([each.deviation for each in chance], axis=0),
        tested,
        np.mean([each.z for each in chance], axis=0),
        np.where(tested, cauchy(np.array([each.p for each in chance])), 1.0),
        sum(each.draws for each in chance),
        np.max([each.mixing for each in chance], axis=0),
    )


def _can_tell(evidence: Evidence, chance: list[Chance]) -> Truths:
    mean, deviation = (np.mean([getattr(each, name) for each in chance], axis=0) for name in ("mean", "deviation"))
    return evidence.can_close(mean, deviation)


def cauchy(p: Numbers) -> Numbers:
    """Combine dependent p-values along the first axis: the mean of tan((1/2 - p) pi) is about Cauchy (Liu & Xie 2020).

    p above 0.99 count as 0.99, so that one round without any evidence does not outvote all others.
    """
    statistic = np.tan((0.5 - np.clip(p, 1e-15, 0.99)) * np.pi).mean(axis=0)
    return np.asarray(0.5 - np.arctan(statistic) / np.pi)


def _split(
    net: Network,
    partition: Partition,
    random: np.random.Generator,
    resolution: float | None,
    strata: tuple[Integers | None, Integers | None],
) -> tuple[Seats, Groups]:
    """Put the bodies in random order, find communities step by step, and lay out what is to be tested.

    Without a `resolution` the one most stable in the first half serves for all steps (1 where none is).
    """
    shared = np.flatnonzero(net.sizes > 1)
    order = random.permutation(shared)
    ends = [round(step * len(order) / STEPS[-1]) for step in STEPS]
    parts = np.full(len(net.sizes), -1, dtype=np.int64)
    labels, into, number = [], [], 0
    for part, (seen, end) in enumerate(pairwise(ends)):
        parts[order[seen:end]] = part
        known = _only(net, order[:seen])
        own = int(random.integers(2**31))
        if resolution is None:
            resolution = resolution_of(known, None, seed=own)
        found = _communities(known, own, resolution)
        labels.append(np.where(found >= 0, found + number, -1))
        into.append(_speaks_for(found, partition))
        number += len(into[-1])
    bodies, kinds = strata
    if bodies is not None:  # a part for every step within every stratum: the step is the remainder, as Seats reads it
        parts = np.where(parts >= 0, bodies * len(labels) + parts, -1)
    return Seats.of(net, parts, kinds), Groups(np.array(labels, dtype=np.int64), np.concatenate(into), partition.number)


def _only(net: Network, bodies: Integers) -> Network:
    seen = np.zeros(len(net.sizes), dtype=bool)
    seen[bodies] = True
    return net.keep(seen)


def _communities(net: Network, seed: int, resolution: float) -> Integers:
    tied = net.seats > 0
    if not tied.any():
        return np.full(len(net), -1)
    found = leiden(net.graph, seed, resolution=resolution)
    numbers = np.full(len(net), -1)
    numbers[tied] = np.unique(found[tied], return_inverse=True)[1]
    return numbers


def _speaks_for(found: Integers, partition: Partition) -> Integers:
    """Find, for every community of a step, the reported one that it shares most organisations with."""
    number = int(found.max(initial=-1)) + 1
    if not number:
        return np.zeros(0, dtype=np.int64)
    both = (found >= 0) & (partition.labels >= 0)
    cells = np.bincount(found[both] * partition.number + partition.labels[both], minlength=number * partition.number)
    return np.asarray(cells.reshape(number, partition.number).argmax(axis=1), dtype=np.int64)


def _mean(each: list[Evidence]) -> Evidence:
    """Average the orders; errors by seats, for an order in which a community hardly sits says little of it.

    The mean of the errors is as much as the error of the mean can be, were the orders all alike.
    """
    names = ("inside", "seats", "bodies", "freedom", "pair", "own")
    inside, seats, bodies, freedom, pair, own = (
        np.mean([getattr(one, name) for one in each], axis=0) for name in names
    )
    errors = np.array([one.error for one in each])
    weight = np.where(np.isfinite(errors), [one.seats for one in each], 0)
    whole = weight.sum(axis=0)
    known = (weight * np.where(weight > 0, errors, 0)).sum(axis=0)
    error = np.divide(known, whole, out=np.full(len(whole), np.inf), where=whole > 0)
    return Evidence(inside, seats, bodies, error, freedom, pair, own)
