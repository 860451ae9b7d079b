"""The communities of a network: the same partition for the same seed, and how sure every membership is (社群划分)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphkit.measures.leiden import Integers, infomap, leiden, run_seed
from graphkit.measures.stability import PLAIN, resolution_of
from graphkit.network import Network


@dataclass(frozen=True)
class Partition:
    """Communities 0, 1, ... by size, then by smallest id; -1 is an organisation without ties.

    `runs` holds the labels of every seed (seeds x organisations), which `certainty` compares with `labels`.
    """

    labels: Integers
    runs: Integers
    modularity: float

    @property
    def number(self) -> int:
        """Count the communities."""
        return int(self.labels.max(initial=-1)) + 1

    def certainty(self) -> npt.NDArray[np.float64]:
        """Share of an organisation's own community that a run puts together with it, averaged over the runs.

        1 for a community of one; not a number for an organisation without ties.
        """
        tied = self.labels >= 0
        labels = self.labels[tied]
        size = np.bincount(labels, minlength=self.number)[labels]
        together = np.zeros(len(labels))
        for run in self.runs[:, tied]:
            pair = labels * (int(run.max(initial=0)) + 1) + run
            _, where, count = np.unique(pair, return_inverse=True, return_counts=True)
            together += count[where] - 1
        share = np.full(len(self.labels), np.nan)
        share[tied] = np.where(size > 1, together / (len(self.runs) * np.maximum(size - 1, 1)), 1.0)
        return share


def communities_of(
    net: Network, *, seeds: int = 20, seed: int = 0, resolution: float | None = None, method: str = "leiden"
) -> Partition:
    """Find the communities of a network: of `seeds` runs the one with the best modularity, then run until it settles.

    Among equals the one with the smallest labels wins. Communities are connected (Leiden's guarantee), so that every
    component has its own. Without ties there are none. A network remembers what was found with the same options.
    Without a `resolution` it is the most stable one (measures.stability), or 1 where none is stable.

    `method="infomap"` knows no resolution. The run with the shortest code would need its length for every run: among
    its runs the one with the best modularity is taken, too, so that both are chosen alike; it is not refined.
    """
    settled = PLAIN if method == "infomap" else resolution_of(net, resolution, seed=seed)
    asked = ("communities", seeds, seed, settled, method)
    if asked not in net.remembered:
        net.remembered[asked] = _found(net, seeds, seed, settled, method)
    found: Partition = net.remembered[asked]
    return found


def _found(net: Network, seeds: int, seed: int, resolution: float, method: str) -> Partition:
    graph = net.graph
    tied = np.diff(net.ties.indptr) > 0
    if not tied.any():
        return Partition(np.full(len(net), -1), np.full((1, len(net)), -1), 0.0)

    def once(number: int) -> Integers:
        if method == "infomap":
            return infomap(graph, run_seed(seed, number))
        return leiden(graph, run_seed(seed, number), resolution=resolution)

    runs = np.array([_in_order(once(i), tied) for i in range(seeds)])

    def modularity(labels: Integers) -> float:
        return round(float(graph.modularity(_whole(labels), weights="weight", resolution=resolution)), 12)

    best = min(np.unique(runs, axis=0), key=lambda labels: (-modularity(labels), labels.tolist()))
    if method == "infomap":
        return Partition(best, runs, float(graph.modularity(_whole(best), weights="weight")))
    settled = leiden(graph, run_seed(seed, seeds), resolution=resolution, start=_whole(best), iterations=-1)
    settled = _in_order(settled, tied)
    labels = settled if modularity(settled) > modularity(best) else best
    return Partition(labels, runs, float(graph.modularity(_whole(labels), weights="weight")))


def _whole(labels: Integers) -> Integers:
    """Give every organisation without ties a community of its own, as igraph wants it."""
    whole = labels.copy()
    alone = whole < 0
    whole[alone] = whole.max(initial=-1) + 1 + np.arange(alone.sum())
    return whole


def _in_order(labels: Integers, tied: npt.NDArray[np.bool_]) -> Integers:
    """Number the communities by size, then by their first organisation; organisations without ties get -1."""
    kept = np.where(tied, labels, -1)
    found, first, count = np.unique(kept[tied], return_index=True, return_counts=True)
    rank = np.empty(int(found.max()) + 1, dtype=np.int64)
    rank[found[np.lexsort((first, -count))]] = np.arange(len(found))
    return np.where(tied, rank[np.maximum(kept, 0)], -1)
