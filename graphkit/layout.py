"""Where to draw each organisation: a layout in two levels, so that no browser has to run physics.

Groups are placed like the vertices of a small graph and pushed apart until their discs do not overlap; inside its disc
each group is drawn by Fruchterman and Reingold (1991, Software: Practice and Experience 21:1129) and turned so that
those with ties to other groups lie on that side. What hangs together with nothing stands in rows below.
"""

import random
from dataclasses import dataclass
from typing import Any

import igraph
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from graphkit.network import Network

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

GAP, PITCH = 2.0, 1.3  # between discs, and between isolates, in units of one organisation
LANDSCAPE = 1.6  # pages are wider than high, so the pull towards the middle is stronger up and down
FIRST_STEPS, NEAREST = 60, 0.72
PIVOTS, STEPS = 30, 60


@dataclass(frozen=True)
class Layout:
    """Positions (organisations x 2, y downwards, about one unit apart), each organisation's group, and the discs.

    `group` numbers the groups from 0 by size, largest first; `centres` (groups x 2) and `radii` are their discs.
    """

    positions: Points
    group: Labels
    centres: Points
    radii: Points


def components(net: Network) -> Labels:
    """Number the connected components of the ties; an organisation without ties is its own."""
    return np.asarray(connected_components(net.ties, directed=False)[1], dtype=np.int64)


def two_level(net: Network, groups: npt.ArrayLike | None = None, *, seed: int = 0) -> Layout:
    """Lay out organisations by groups (one label each; by component when not given).

    Organisations without ties are drawn apart whatever their group. The same network and seed give the same
    positions, to the last bit on one machine. A network without organisations gives an empty layout.
    """
    labels = components(net) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    group = _by_size(_isolates_apart(labels, np.diff(net.ties.indptr) == 0))
    size = np.bincount(group)
    radii = 0.62 * np.sqrt(size) + 0.2 * (size > 3)
    between = _between(net.ties, group, len(size))
    centres = _place(between, radii, size, seed)
    positions = _inside(net, group, radii, seed)
    positions = _turned(net.ties, group, centres, positions) + centres[group]
    return Layout(_spread(positions), group, centres, radii)


def _isolates_apart(labels: Labels, isolated: npt.NDArray[np.bool_]) -> Labels:
    alone = labels.max(initial=-1) + 1 + np.arange(len(labels))
    return np.asarray(np.where(isolated, alone, labels), dtype=np.int64)


def _by_size(labels: Labels) -> Labels:
    """Renumber groups from the largest to the smallest; groups of one size by their first organisation."""
    _, first, inverse, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    return np.asarray(rank[inverse], dtype=np.int64)


def _between(ties: "sp.csr_array[Any]", group: Labels, count: int) -> "sp.csr_array[Any]":
    """Weight of ties between groups (groups x groups, no diagonal)."""
    n = len(group)
    member = sp.csr_array((np.ones(n), (np.arange(n), group)), shape=(n, count))
    joined = sp.csr_array(member.T @ ties @ member)
    joined.setdiag(0)
    joined.eliminate_zeros()
    return joined


def _place(between: "sp.csr_array[Any]", radii: Points, size: Labels, seed: int) -> Points:
    """Place the discs: the largest cluster of tied groups above, the other clusters in rows below, isolates last."""
    centres = np.zeros((len(radii), 2))
    if not len(radii):
        return centres
    cluster = connected_components(between, directed=False)[1]
    weight = np.bincount(cluster, weights=size)
    clusters = np.split(np.argsort(cluster, kind="stable"), np.cumsum(np.bincount(cluster))[:-1])
    boxes = []
    for which in np.lexsort((np.arange(len(weight)), -weight)):
        if weight[which] > 1:
            members = clusters[which]
            centres[members] = _apart(between[members][:, members], radii[members], seed)
            boxes.append(members)
    return _rows(centres, radii, boxes, np.flatnonzero(np.isin(cluster, np.flatnonzero(weight == 1))))


def _apart(between: "sp.csr_array[Any]", radii: Points, seed: int) -> Points:
    """Lay out discs so that tied ones are near and none overlap (discs x 2)."""
    count = len(radii)
    if count == 1:
        return np.zeros((1, 2))
    upper = sp.triu(between, k=1, format="coo")
    graph = igraph.Graph(n=count, edges=np.column_stack([upper.row, upper.col]))
    expected = np.sqrt(radii[upper.row] * radii[upper.col])
    at = _fruchterman_reingold(graph, (upper.data / expected).tolist(), seed)
    at *= np.sqrt((radii**2).sum()) / max(np.abs(at).max(), 1e-9) * np.array([LANDSCAPE, 1 / LANDSCAPE])
    weights = (between / max(between.data.max(initial=0), 1e-9)).toarray() ** 0.5
    steps = int(np.clip(4e7 / count**2, 40, 400))
    for step in range(steps):
        pull = 0.06 * (1 - step / steps)
        at += pull * (weights @ at - weights.sum(axis=1)[:, None] * at) / np.maximum(weights.sum(axis=1), 1)[:, None]
        at -= 0.4 * pull * at * np.array([1 / LANDSCAPE**2, LANDSCAPE**2])
        _push(at, radii, 0.5)
    for _ in range(steps):
        if _push(at, radii, 1.0) < 1e-3:
            break
    return np.asarray(at * _stretch(at, radii), dtype=np.float64)


def _push(at: Points, radii: Points, how: float) -> float:
    """Move overlapping discs away from each other, the smaller one further, and return the deepest overlap found."""
    gap = at[:, None] - at[None]
    distance = np.hypot(gap[..., 0], gap[..., 1])
    deep = np.maximum(radii[:, None] + radii[None] + GAP - distance, 0)
    np.fill_diagonal(deep, 0)
    share = radii[None] ** 2 / (radii[:, None] ** 2 + radii[None] ** 2)
    at += how * (gap / np.maximum(distance, 1e-9)[..., None] * (deep * share)[..., None]).sum(axis=1)
    return float(deep.max(initial=0))


def _stretch(at: Points, radii: Points) -> float:
    """Factor by which all distances must grow until no discs overlap: 1 when none do."""
    gap = at[:, None] - at[None]
    distance = np.hypot(gap[..., 0], gap[..., 1])
    np.fill_diagonal(distance, np.inf)
    return float(max(1.0, ((radii[:, None] + radii[None] + GAP / 2) / np.maximum(distance, 1e-9)).max()))


def _rows(centres: Points, radii: Points, boxes: list[Labels], isolated: Labels) -> Points:
    """Shift whole clusters: the first stays, the others follow in rows below it, then a block of isolates."""
    low, high = (-1.0, 1.0)
    y = 0.0
    if boxes:
        first = boxes[0]
        low = float((centres[first, 0] - radii[first]).min())
        high = float((centres[first, 0] + radii[first]).max())
        y = float((centres[first, 1] + radii[first]).max()) + 2 * GAP
    wide = max(high - low, 1.6 * np.sqrt(len(isolated)), 6.0)
    left = (low + high - wide) / 2
    x, tallest = left, 0.0
    for members in boxes[1:]:
        corner = (centres[members] - radii[members, None]).min(axis=0)
        across, down = (centres[members] + radii[members, None]).max(axis=0) - corner
        if x > left and x + across > left + wide:
            x, y, tallest = left, y + tallest + GAP, 0.0
        centres[members] += [x - corner[0], y - corner[1]]
        x, tallest = x + across + GAP, max(tallest, down)
    if len(isolated):
        y += tallest + (GAP if tallest else 0)
        columns = max(int(wide / PITCH), 1)
        centres[isolated, 0] = left + PITCH / 2 + PITCH * (np.arange(len(isolated)) % columns)
        centres[isolated, 1] = y + PITCH / 2 + PITCH * (np.arange(len(isolated)) // columns)
    return centres


def _inside(net: Network, group: Labels, radii: Points, seed: int) -> Points:
    """Draw every group around the origin, within its disc."""
    positions = np.zeros((len(group), 2))
    first, second, weight = net.pairs
    same = group[first] == group[second]
    order = np.argsort(group[first[same]], kind="stable")
    ends = np.column_stack([first[same], second[same]])[order]
    weights = weight[same][order]
    at = np.searchsorted(group[ends[:, 0]], np.arange(len(radii) + 1))
    by_group = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1])
    for number, members in enumerate(by_group):
        if len(members) < 2:
            continue
        mine = slice(at[number], at[number + 1])
        graph = igraph.Graph(n=len(members), edges=np.searchsorted(members, ends[mine]))
        positions[members] = _round(_fruchterman_reingold(graph, weights[mine].tolist(), seed), radii[number])
    return positions


def _fruchterman_reingold(graph: igraph.Graph, weights: list[float], seed: int) -> Points:
    """Lay out a graph around its mean (vertices x 2), from a start and with a randomness of our own.

    From a start that has the large distances right, 60 steps draw what takes 300 from a start at random.
    """
    count = graph.vcount()
    start = _pivots(graph) + np.random.default_rng([seed, count]).uniform(-0.05, 0.05, (count, 2)) * np.sqrt(count)
    igraph.set_random_number_generator(random.Random(seed))
    try:
        drawn = graph.layout_fruchterman_reingold(
            weights=weights or None, seed=start.tolist(), niter=STEPS, start_temp=np.sqrt(count) / 10
        )
    finally:
        igraph.set_random_number_generator(random)
    at = np.asarray(drawn.coords, dtype=np.float64).reshape(count, 2)
    return np.asarray(at - at.mean(axis=0), dtype=np.float64)


def _pivots(graph: igraph.Graph) -> Points:
    """Scale distances to some vertices down to the plane (vertices x 2), with a spread that suits their number.

    Pivot MDS (Brandes and Pich 2006, Graph Drawing, LNCS 4372:42). What cannot be reached lies a step beyond the rest.
    """
    count = graph.vcount()
    pivots = np.unique(np.linspace(0, count - 1, min(PIVOTS, count)).astype(int))
    squared = np.asarray(graph.distances(source=pivots.tolist()), dtype=np.float64).T
    squared[np.isinf(squared)] = squared[np.isfinite(squared)].max() + 1
    squared **= 2
    centred = squared.mean(axis=0) + squared.mean(axis=1)[:, None] - squared - squared.mean()
    axes, strength, _ = np.linalg.svd(centred, full_matrices=False)
    at = axes[:, :2] * strength[:2]
    return np.asarray(at * (0.4 * np.sqrt(count) / max(float(at.std()), 1e-9)), dtype=np.float64)


def _round(at: Points, radius: float) -> Points:
    """Fit a drawing into a disc: half its own distances, half what fills the disc evenly, so that no outlier rules."""
    distance = np.hypot(at[:, 0], at[:, 1])
    rank = np.argsort(np.argsort(distance, kind="stable"), kind="stable")
    even = np.sqrt((rank + 0.5) / len(at))
    own = np.minimum(distance / max(float(np.quantile(distance, 0.95)), 1e-9), 1)
    wanted = radius * (0.5 * own + 0.5 * even)
    return np.asarray(at * (wanted / np.maximum(distance, 1e-9))[:, None], dtype=np.float64)


def _turned(ties: "sp.csr_array[Any]", group: Labels, centres: Points, positions: Points) -> Points:
    """Turn each group around its centre so that ties to other groups are short: the best angle has a closed form."""
    rows = np.repeat(np.arange(len(group)), np.diff(ties.indptr))
    across = group[rows] != group[ties.indices]
    start, end = rows[across], ties.indices[across]
    there = centres[group[end]] - centres[group[start]]
    there /= np.maximum(np.hypot(there[:, 0], there[:, 1]), 1e-9)[:, None]
    direction = there @ [1, 1j] * ties.data[across]
    place = positions @ [1, 1j]
    total = np.zeros(len(centres), dtype=complex)
    np.add.at(total, group[start], direction * np.conj(place[start]))
    turned = place * np.exp(1j * np.angle(total))[group]
    return np.column_stack([turned.real, turned.imag])


def _spread(positions: Points) -> Points:
    """Push apart organisations that would be drawn over each other."""
    at = positions.copy()
    for _ in range(FIRST_STEPS):
        near = cKDTree(at).query_pairs(NEAREST, output_type="ndarray") if len(at) else np.empty((0, 2), dtype=int)
        if not len(near):
            break
        gap = at[near[:, 0]] - at[near[:, 1]]
        distance = np.hypot(gap[:, 0], gap[:, 1])
        same = distance < 1e-9
        gap[same] = np.column_stack([np.cos(near[same, 0]), np.sin(near[same, 0])])
        distance[same] = 1.0
        step = gap * ((NEAREST - np.where(same, 0, distance)) / (2 * distance) * 0.7)[:, None]
        np.add.at(at, near[:, 0], step)
        np.add.at(at, near[:, 1], -step)
    return at
