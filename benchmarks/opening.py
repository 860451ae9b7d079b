"""Whether a portfolio chosen together opens silos more than ties picked one by one, on a CORDIS project database.

    python benchmarks/opening.py FOLDER [--ties 20] [--by community]

From one set of candidates (untied pairs of two groups: the largest by resource allocation, those of the organisations
nearest to all others, and others at random) are taken: ours, chosen greedily; the largest gains of ties by themselves;
the largest by resource allocation; and ten draws at random, of which the mean and the best are shown. No organisation
gets more than two ties. Printed: what global efficiency and the openness of the groups, the mean of 1/hops between
organisations of different groups, have gained, both from 1,024 sources that none of the choices saw, times a million.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from cordis_network import network_of
from numpy.typing import NDArray

from graphkit.measures.choosing import Candidates, Limits, alone, choose
from graphkit.measures.gain import NONE, Distances, hops
from graphkit.measures.partition import communities_of
from graphkit.network import Network

CAP = 2


def candidates(net: Network, group: NDArray[np.int64], many: int) -> tuple[Candidates, NDArray[np.float64]]:
    """Pairs of two groups of the largest component, a third of each kind, and their resource allocation."""
    random = np.random.default_rng(0)
    ties = sp.csr_array((np.ones(net.ties.nnz), net.ties.indices, net.ties.indptr), shape=net.ties.shape)
    degree = np.diff(ties.indptr)
    share = np.divide(1.0, degree, out=np.zeros(len(net)), where=degree > 0)
    distances = Distances(net.ties, exact_up_to=0, sources=256, seed=5)
    inside = np.flatnonzero(distances.component == np.bincount(distances.component).argmax())
    placed = inside[np.argsort(-distances.closeness()[inside], kind="stable")][:300]
    some = random.choice(inside, 300, replace=False)
    kinds: list[NDArray[np.int64]] = []
    for here, there in ((placed, placed), (random.permutation(inside)[:many], random.permutation(inside)[:many])):
        if len(here) == 300:
            one, other = (each.ravel() for each in np.meshgrid(here, there))
        else:
            one, other = here, there
        kinds.append(np.column_stack([one, other]))
    near = sp.coo_array((ties[some] * share[None, :]) @ ties)
    order = np.argsort(-near.data, kind="stable")[: 40 * many]
    kinds.insert(0, np.column_stack([some[near.row[order]], near.col[order]]))
    found: dict[tuple[int, int], None] = {}
    for kind in kinds:
        pairs = np.sort(kind, axis=1)
        good = (
            (pairs[:, 0] != pairs[:, 1]) & (group[pairs[:, 0]] != group[pairs[:, 1]]) & (group[pairs] >= 0).all(axis=1)
        )
        good &= np.asarray(net.ties[pairs[:, 0], pairs[:, 1]]).ravel() == 0
        before = len(found)
        for pair in map(tuple, pairs[good].tolist()):
            if len(found) - before >= many // 3:
                break
            found.setdefault(pair)
    pairs = np.array(sorted(found), dtype=np.int64)
    both = ties[pairs[:, 0]].multiply(ties[pairs[:, 1]])
    allocation = np.asarray(sp.csr_array(both) @ share).ravel()
    number = len(pairs)
    return (
        Candidates(
            pairs, group[pairs], np.zeros(number), np.ones(number), np.ones(number, bool), np.zeros(number, bool)
        ),
        allocation,
    )


def capped(score: NDArray[np.float64], pairs: NDArray[np.int64], ties: int) -> list[int]:
    """The best by a score in which no organisation comes more than twice."""
    times: dict[int, int] = {}
    chosen: list[int] = []
    for place in np.argsort(-score, kind="stable").tolist():
        ends = pairs[place].tolist()
        if len(chosen) < ties and all(times.get(end, 0) < CAP for end in ends):
            chosen.append(place)
            for end in ends:
                times[end] = times.get(end, 0) + 1
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ties", type=int, default=20)
    parser.add_argument("--candidates", type=int, default=3_000)
    parser.add_argument("--by", default="community")
    asked = parser.parse_args()
    net = network_of(asked.folder)
    group: Any = communities_of(net).labels
    if asked.by != "community":
        group = pd.factorize(net.group(asked.by), sort=True)[0].astype(np.int64)
    given, allocation = candidates(net, group, asked.candidates)
    single, _ = alone(Distances(net.ties, seed=1), given.pairs)
    ours = [each.place for each in choose(lambda: Distances(net.ties, seed=1), given, Limits(asked.ties, CAP))]
    random = np.random.default_rng(0)
    picks = {
        "greedy": [ours],
        "one shot": [capped(single, given.pairs, asked.ties)],
        "resource allocation": [capped(allocation, given.pairs, asked.ties)],
        "random": [random.choice(len(given.pairs), asked.ties, replace=False).tolist() for _ in range(10)],
    }
    sources = np.sort(np.random.default_rng(99).choice(len(net), 1_024, replace=False))
    inverse = np.zeros(NONE + 1)
    inverse[1:NONE] = 1 / np.arange(1, NONE)

    def measured(places: list[int]) -> tuple[float, float]:
        one, other = given.pairs[places].T
        ends = (np.r_[one, other], np.r_[other, one])
        wider = sp.csr_array(net.ties + sp.csr_array((np.ones(2 * len(one)), ends), shape=net.ties.shape))
        near = inverse[hops(wider, sources)]
        across = (group[:, None] != group[sources][None, :]) & (group[:, None] >= 0) & (group[sources] >= 0)[None, :]
        return near.sum() / (len(sources) * (len(net) - 1)), near[across].mean()

    base = measured([])
    print(f"{net}; {len(given.pairs):,} candidates by {asked.by}; before: {base[0]:.6f} and {base[1]:.6f}")
    print(f"{'choice':22}{'efficiency':>12}{'openness':>12}")
    for name, lists in picks.items():
        values = 1e6 * (np.array([measured(places) for places in lists]) - np.array(base))
        print(f"{name:22}{values[:, 0].mean():12.2f}{values[:, 1].mean():12.2f}")
        if len(lists) > 1:
            print(f"{'  the best of ' + str(len(lists)):22}{values[:, 0].max():12.2f}{values[:, 1].max():12.2f}")


if __name__ == "__main__":
    main()
