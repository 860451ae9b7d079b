"""Communities within communities, where runs agree on them (层级)."""

import numpy as np

from graphkit.measures.leiden import Integers, leiden, run_seed
from graphkit.measures.stability import SURE, agreement
from graphkit.network import Network

RUNS = 5  # runs that have to agree on a division of a community
SMALLEST = 10  # organisations of a community that is looked into


def within(net: Network, labels: Integers, *, seed: int = 0, resolution: float = 1.0, depth: int = 3) -> list[str]:
    """Number the communities within communities of every organisation: `2.1.3`, or empty without a community.

    A community of 10 or more is divided by Leiden's algorithm on the ties inside it, where five runs agree on the
    division (mean adjusted Rand index .8 or more) and every part has ties enough to be one (modularity above .3 inside,
    Newman & Girvan's line); otherwise it has no parts. Down to `depth` levels.
    """
    paths = [str(label + 1) if label >= 0 else "" for label in labels.tolist()]
    for label in range(int(labels.max(initial=-1)) + 1):
        _divide(net, np.flatnonzero(labels == label), paths, seed, resolution, depth - 1)
    return paths


def _divide(net: Network, members: Integers, paths: list[str], seed: int, resolution: float, depth: int) -> None:
    if depth < 1 or len(members) < SMALLEST:
        return
    inner = net.graph.induced_subgraph(members.tolist())
    if not inner.ecount():
        return
    runs = np.array([leiden(inner, run_seed(seed, i), resolution=resolution, iterations=-1) for i in range(RUNS)])
    alike = agreement(runs)
    quality = [round(float(inner.modularity(run, weights="weight", resolution=resolution)), 12) for run in runs]
    best = runs[int(np.argmax(quality))]
    if alike is None or alike < SURE or max(quality) < 0.3 or not best.any():
        return
    found, first, count = np.unique(best, return_index=True, return_counts=True)
    for rank, which in enumerate(np.lexsort((first, -count))):
        part = members[best == found[which]]
        for one in part.tolist():
            paths[one] += f".{rank + 1}"
        _divide(net, part, paths, seed, resolution, depth - 1)
