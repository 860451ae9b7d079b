"""Parts of a network that hang on the rest by one organisation, by one tie, or by a few ties.

A block stays connected whichever organisation leaves it; blocks meet in articulation points and form a tree. A bridge
is a block of two (Hopcroft & Tarjan 1973; igraph finds the blocks). A tree of cuts (Gomory & Hu 1961; networkx makes
it) holds a smallest cut between any two organisations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphkit.network import Network

if TYPE_CHECKING:
    import igraph

MOST = 3_000  # organisations and bodies in one piece beyond which a tree of cuts would take minutes


@dataclass(frozen=True)
class Part:
    """Organisations (rows, sorted) that only reach the rest of their component through `by`, over `ties` ties.

    `by` is one organisation, or two, an inner and an outer one, when the cut is the tie between them.
    """

    members: tuple[int, ...]
    by: tuple[int, ...]
    ties: int
    component: int


def hanging_parts(graph: "igraph.Graph", smallest: int = 2) -> list[Part]:
    """Find the parts of `smallest` organisations and more, at most half of their component, that hang by one.

    A part that lies within another is listed too, for its own cut. Largest first, then by smallest row.
    """
    component = graph.connected_components().membership
    sizes: dict[int, int] = {}
    for number in component:
        sizes[number] = sizes.get(number, 0) + 1
    blocks, articulation = graph.biconnected_components(return_articulation_points=True)
    joints = set(articulation)
    blocks = [sorted(block) for block in blocks]
    at: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        for vertex in joints.intersection(block):
            at.setdefault(vertex, []).append(number)
    parts = [
        Part(members, (by, inner) if len(block) == 2 else (by,), ties, component[by])
        for by, inner, block, members, ties in _sides(graph, blocks, at, component, sizes)
        if len(members) >= smallest
    ]
    return sorted(parts, key=lambda part: (-len(part.members), part.members, part.by))


def _sides(
    graph: "igraph.Graph",
    blocks: list[list[int]],
    at: dict[int, list[int]],
    component: list[int],
    sizes: dict[int, int],
) -> Iterator[tuple[int, int, list[int], tuple[int, ...], int]]:
    """Go down the tree of blocks from the largest block of every component; yield what hangs below or above."""
    seen: set[int] = set()
    for root in sorted(range(len(blocks)), key=lambda number: (-len(blocks[number]), blocks[number])):
        if root in seen:
            continue
        order, above = [root], {root: -1}
        for number in order:  # breadth first; `order` grows while it is read
            for vertex in blocks[number]:
                for below in at.get(vertex, ()):
                    if below not in above:
                        above[below] = vertex
                        order.append(below)
        seen.update(order)
        within: dict[int, set[int]] = {}
        for number in reversed(order):
            below_it = set(blocks[number])
            for vertex in blocks[number]:
                for below in at.get(vertex, ()):
                    if above[below] == vertex and below != number and vertex != above[number]:
                        below_it |= within[below]
            within[number] = below_it
        whole = within[root]
        for number in order:
            block, joint = blocks[number], above[number]
            half = sizes[component[block[0]]] / 2
            for by in at.keys() & set(block):
                far = within[number] - {by} if by == joint else whole - _below(by, number, at, above, within) - {by}
                if len(far) <= half:
                    inner = next(v for v in block if v != by)
                    ties = len(set(graph.neighbors(by)) & set(block))
                    yield by, inner, block, tuple(sorted(far)), ties


def _below(
    vertex: int, number: int, at: dict[int, list[int]], above: dict[int, int], within: dict[int, set[int]]
) -> set[int]:
    """Join what lies below a vertex, other than through the block `number`."""
    below: set[int] = set()
    for other in at[vertex]:
        if other != number and above[other] == vertex:
            below |= within[other]
    return below


def parts_by_few_ties(net: Network, few: int) -> Iterator[tuple[tuple[int, ...], tuple[tuple[int, int], ...]]]:
    """Yield the sides of smallest cuts of `few` ties at most, up to half of their component: members (rows), ties.

    Of every two organisations that `few` ties at most hold together, one smallest cut is among those found, and each
    of its sides that is small enough is yielded, with the ties that leave it, its own end first. The members of a body
    of `few` + 2 and more are all tied to each other, so that no such cut parts them: they are one in the tree. What is
    then still one piece of more than `MOST` is passed over.
    """
    import networkx as nx
    from scipy import sparse

    bodies, seats = len(net.bodies), net.memberships
    holding = (net.sizes > few + 1)[seats["body"].to_numpy(dtype=np.int64)]
    who, where = (seats[name].to_numpy(dtype=np.int64)[holding] for name in ("organisation", "body"))
    height = len(net) + bodies
    held = sparse.coo_array((np.ones(len(who)), (who, len(net) + where)), shape=(height, height))
    _, label = sparse.csgraph.connected_components(held, directed=False)
    _, one = np.unique(label[: len(net)], return_inverse=True)
    first, second, _ = net.pairs
    apart = one[first] != one[second]
    first, second = first[apart], second[apart]
    graph: nx.Graph[int] = nx.Graph()
    for left, right in zip(one[first].tolist(), one[second].tolist(), strict=True):
        many = graph[left][right]["capacity"] if graph.has_edge(left, right) else 0
        graph.add_edge(left, right, capacity=many + 1)
    whole = np.bincount(one, minlength=1)
    for piece in nx.connected_components(graph):
        if len(piece) > MOST:
            continue
        ordered: nx.Graph[int] = nx.Graph()
        ordered.add_nodes_from(sorted(piece))
        ordered.add_weighted_edges_from(
            sorted((*sorted(ends), graph.edges[ends]["capacity"]) for ends in graph.subgraph(piece).edges), "capacity"
        )
        tree: nx.Graph[int] = nx.gomory_hu_tree(ordered)
        for left, right in sorted(tree.edges):
            cut = int(tree.edges[left, right]["weight"])
            if cut > few:
                continue
            tree.remove_edge(left, right)
            side = nx.node_connected_component(tree, left)
            tree.add_edge(left, right, weight=cut)
            for some in (side, piece - side):
                if 2 * whole[sorted(some)].sum() <= whole[sorted(piece)].sum():
                    inside = np.isin(one, sorted(some))
                    out, in_ = inside[first] & ~inside[second], inside[second] & ~inside[first]
                    ties = [*zip(first[out].tolist(), second[out].tolist(), strict=True)]
                    ties += zip(second[in_].tolist(), first[in_].tolist(), strict=True)
                    yield tuple(np.flatnonzero(inside).tolist()), tuple(sorted(ties))
