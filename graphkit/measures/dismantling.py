"""What is left of a network as its organisations go, one after the other."""

import heapq
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from graphkit.compiled import njit

if TYPE_CHECKING:
    import igraph

Integers = npt.NDArray[np.int64]


def by_degree(ties: "sp.csr_array[Any]") -> Integers:
    """Order organisations by degree, counted anew after every removal; of equals the first row goes first."""
    degree = np.diff(ties.indptr).astype(np.int64)
    heap = [(-int(d), i) for i, d in enumerate(degree)]
    heapq.heapify(heap)
    gone = np.zeros(len(degree), dtype=bool)
    order = []
    while heap:
        negative, i = heapq.heappop(heap)
        if gone[i] or -negative != degree[i]:
            continue  # an older entry: the same organisation stands further down with its degree of today
        gone[i] = True
        order.append(i)
        for j in ties.indices[ties.indptr[i] : ties.indptr[i + 1]]:
            if not gone[j]:
                degree[j] -= 1
                heapq.heappush(heap, (-int(degree[j]), int(j)))
    return np.array(order, dtype=np.int64)


def largest_left(ties: "sp.csr_array[Any]", order: Integers) -> Integers:
    """Count the largest component before any removal and after each of `order`: one more number than organisations.

    Works backwards from nothing, joining components as organisations come back (union and find), so that all steps
    together cost about as much as one look at every tie.
    """
    return np.asarray(_largest_left(ties.indptr.astype(np.int64), ties.indices.astype(np.int64), order))


@njit
def _largest_left(starts: Integers, ends: Integers, order: Integers) -> Integers:
    n = len(order)
    parent, size = np.arange(n), np.zeros(n, dtype=np.int64)
    left = np.zeros(n + 1, dtype=np.int64)
    most = 0
    for step in range(n - 1, -1, -1):
        i = order[step]
        size[i] = 1
        a = i
        for place in range(starts[i], starts[i + 1]):
            b = ends[place]
            if size[b] == 0:  # not back yet
                continue
            while parent[b] != b:
                parent[b] = parent[parent[b]]
                b = parent[b]
            if a != b:
                if size[a] < size[b]:
                    a, b = b, a
                parent[b] = a
                size[a] += size[b]
        most = max(most, size[a])
        left[step] = most
    return left


def robustness(left: Integers) -> float | None:
    """Compute R, the mean of the largest component's share after 1, 2, ... N removals (Schneider et al. 2011).

    0 for a network that one removal destroys, at most 1/2; None for an empty one.
    """
    n = len(left) - 1
    return float(left[1:].sum() / n / n) if n else None


def pieces(graph: "igraph.Graph") -> dict[int, list[int]]:
    """Size of each piece that a component falls into without one vertex, for every articulation point of a graph.

    One walk through the tree of blocks and articulation points (Hopcroft & Tarjan 1973): a block's branch holds its own
    vertices, but for the one it hangs on, and the branches that hang on these.
    """
    found = graph.biconnected_components(return_articulation_points=True)
    blocks, points = [list(block) for block in found[0]], set(found[1])
    of: dict[int, list[int]] = {point: [] for point in points}
    for number, block in enumerate(blocks):
        for vertex in block:
            if vertex in points:
                of[vertex].append(number)
    whole = graph.connected_components()
    sizes = whole.sizes()
    size = [sizes[c] for c in whole.membership]
    hangs_on: list[int | None] = [None] * len(blocks)
    branch = [0] * len(blocks)
    seen = [False] * len(blocks)
    falls: dict[int, list[int]] = {point: [] for point in points}
    for root in range(len(blocks)):
        if seen[root]:
            continue
        seen[root], order, waiting = True, [], [root]
        while waiting:
            number = waiting.pop()
            order.append(number)
            for point in blocks[number]:
                if point in points and point != hangs_on[number]:
                    for other in of[point]:
                        if not seen[other]:
                            seen[other], hangs_on[other] = True, point
                            waiting.append(other)
        for number in reversed(order):
            own = [vertex for vertex in blocks[number] if vertex != hangs_on[number]]
            branch[number] = len(own) + sum(sum(falls[vertex]) for vertex in own if vertex in points)
            if (above := hangs_on[number]) is not None:
                falls[above].append(branch[number])
    for point, parts in falls.items():
        if rest := size[point] - 1 - sum(parts):
            parts.append(rest)
    return {point: sorted(parts) for point, parts in falls.items()}
