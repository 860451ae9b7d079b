"""How far runs agree on communities, and at which resolution most (稳定性)."""

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from graphkit.bilingual import Bilingual
from graphkit.measures.leiden import Integers, leiden, run_seed
from graphkit.network import Network

SURE = 0.8  # mean agreement from which on a division counts, and certainty from which on a member does
RESOLUTIONS = tuple(2 ** (step / 2) for step in range(-4, 5))  # a quarter to four, in half octaves
EACH = 3  # runs at each of them
PLAIN = 1.0  # resolution of modularity itself (Newman & Girvan 2004), taken where none is stable


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
    """A resolution at which communities hold, and how far runs there and at the resolutions beside it agree, 0 to 1."""

    resolution: float
    agreement: float


def resolution_of(net: Network, asked: float | None, *, seed: int = 0) -> float:
    """Settle the resolution of communities: the one asked for, else the most stable, 1 where none is stable."""
    if asked is not None:
        return asked
    stable = most_stable(net, seed=seed)
    return PLAIN if stable is None else stable.resolution


def of_resolution(net: Network, *, seed: int = 0) -> Bilingual:
    """Say at which resolution communities are most stable, for the notes of what finds them."""
    stable, low, high = most_stable(net, seed=seed), RESOLUTIONS[0], RESOLUTIONS[-1]
    if stable is None:
        return Bilingual(
            f"Communities are stable at no resolution from {low:g} to {high:g}; unless another is asked for, it is 1.",
            f"在 {low:g} 至 {high:g} 的任何分辨率下社群都不稳定；未指定分辨率时为 1。",
        )
    at, alike = f"{stable.resolution:.3g}", f"{stable.agreement:.2f}"
    return Bilingual(
        f"Communities are most stable at resolution {at}, of those from {low:g} to {high:g}: runs there and at the "
        f"resolutions beside it agree to {alike}.",
        f"在 {low:g} 至 {high:g} 的分辨率中，社群在 {at} 下最稳定：各次运行及相邻分辨率的一致程度为 {alike}。",
    )


def most_stable(net: Network, *, seed: int = 0) -> Stable | None:
    """Find the resolution, of nine from a quarter to four, at which communities depend least on seed and resolution.

    Agreement is the mean of: the mean adjusted Rand index of all pairs of three runs there, and that of the first of
    them with the first at the next lower and at the next higher resolution. It has to be .8 or more, and the division
    must divide: its number of communities in effect, 1 over the sum of squared shares of organisations (Laakso &
    Taagepera 1979), rounds to two or more, and communities have three members or more on average. All in one, each on
    its own and each with a neighbour are stable, and say nothing. Among equals the one nearest to resolution 1 wins, of
    two as near the lower. None where no resolution is such, as without ties, or in data without communities: there runs
    differ. A network remembers what was found.
    """
    asked = ("most stable", seed)
    if asked not in net.remembered:
        net.remembered[asked] = _most_stable(net, seed)
    found: Stable | None = net.remembered[asked]
    return found


def _most_stable(net: Network, seed: int) -> Stable | None:
    tied = np.diff(net.ties.indptr) > 0
    if not tied.any():
        return None

    def once(resolution: float, number: int) -> Integers:
        return leiden(net.graph, run_seed(seed, number), resolution=resolution)[tied]

    firsts = [once(resolution, 0) for resolution in RESOLUTIONS]
    steps = [agreement(np.array(pair)) for pair in pairwise(firsts)]
    best: tuple[tuple[float, float, float], Stable] | None = None
    for at, (resolution, first) in enumerate(zip(RESOLUTIONS, firsts, strict=True)):
        beside = [step for step in steps[max(at - 1, 0) : at + 1] if step is not None]
        # Where the neighbours differ so much that full agreement of runs is too little, none is made.
        if not _divides(first) or (1 + sum(beside)) / (1 + len(beside)) < SURE:
            continue
        runs = agreement(np.array([first, *(once(resolution, number) for number in range(1, EACH))]))
        alike = round(float(np.mean([part for part in (runs, *beside) if part is not None])), 9)
        rank = (-alike, round(abs(float(np.log2(resolution))), 9), resolution)
        if alike >= SURE and (best is None or rank < best[0]):
            best = rank, Stable(resolution, alike)
    return None if best is None else best[1]


def _divides(labels: Integers) -> bool:
    """Tell whether a division is neither, in effect, all in one, nor into communities of hardly any members."""
    size = np.bincount(labels)
    size = size[size > 0]
    return bool(size.sum() ** 2 >= 1.5 * (size**2).sum() and 3 * len(size) <= size.sum())
