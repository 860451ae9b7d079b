"""How far runs agree on communities, at which resolution most, and communities within communities (稳定性与层级)."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from graphkit.measures.leiden import Integers, communities_of, leiden, run_seed
from graphkit.network import Network

SURE = 0.8  # mean agreement from which on a division counts, and certainty from which on a member does
RESOLUTIONS = tuple(2 ** (step / 2) for step in range(-4, 5))  # a quarter to four, in half octaves
EACH = 3  # runs at each of them
RUNS = 5  # runs that have to agree on a division of a community
SMALLEST = 10  # organisations of a community that is looked into


def agreement(runs: Integers) -> float | None:
    """Mean adjusted Rand index of all pairs of runs (Hubert & Arabie 1985): 1 is the same every time, 0 is chance.

    `runs` holds labels, runs x organisations; organisations with -1 in any are left out. None for fewer than two runs
    or organisations.
    """
    from sklearn.metrics import adjusted_rand_score

    known = runs[:, (runs >= 0).all(axis=0)]
    if len(known) < 2 or known.shape[1] < 2:
        return None
    distinct, times = np.unique(known, axis=0, return_counts=True)
    pairs = len(known) * (len(known) - 1) / 2
    alike = float((times * (times - 1) / 2).sum())
    for one, other in combinations(range(len(distinct)), 2):
        alike += float(times[one] * times[other] * adjusted_rand_score(distinct[one], distinct[other]))
    return alike / pairs


@dataclass(frozen=True)
class Stable:
    """A resolution at which communities hold: how many there are, and how far runs and its neighbours agree, 0 to 1."""

    resolution: float
    number: int
    agreement: float


def most_stable(net: Network, *, seed: int = 0) -> Stable | None:
    """Find the resolution, of nine from a quarter to four, at which communities depend least on seed and resolution.

    Agreement is the mean of: the mean adjusted Rand index of all pairs of three runs there, and that of the communities
    with those at the next lower and the next higher resolution. It has to be .8 or more, and the division must divide:
    its number of communities in effect, 1 over the sum of squared shares of organisations (Laakso & Taagepera 1979),
    rounds to two or more, and not more than half the organisations: all in one and each on its own are always stable,
    and say nothing. Among equals the one nearest to resolution 1 wins, of two as near the lower. None where no
    resolution is such, as without ties.
    """
    found = [communities_of(net, seeds=EACH, seed=seed, resolution=resolution) for resolution in RESOLUTIONS]
    best: tuple[tuple[float, float, float], Stable] | None = None
    for at, (resolution, here) in enumerate(zip(RESOLUTIONS, found, strict=True)):
        size = np.bincount(here.labels[here.labels >= 0])
        if not len(size) or size.sum() ** 2 < 1.5 * (size**2).sum() or 2 * len(size) > size.sum():
            continue
        beside = [found[other].labels for other in (at - 1, at + 1) if 0 <= other < len(found)]
        parts = [agreement(here.runs), *(agreement(np.array([here.labels, other])) for other in beside)]
        alike = round(float(np.mean([part for part in parts if part is not None])), 9)
        rank = (-alike, round(abs(float(np.log2(resolution))), 9), resolution)
        if alike >= SURE and (best is None or rank < best[0]):
            best = rank, Stable(resolution, here.number, alike)
    return None if best is None else best[1]


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
