"""Whether a network falls into communities more than chance makes it: modularity against the membership null.

Any projection is modular, for every body is a clique; and any partition fits the data it was found in. So communities
are found anew in every draw of the membership graph, and their modularity is what the observed one is held against.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from graphkit.measures.leiden import leiden
from graphkit.measures.nulls import CHAINS, Chains
from graphkit.measures.seats import Groups, Integers, Places, Seats
from graphkit.network import Network


@dataclass(frozen=True)
class Modular:
    """Modularity of communities found in the data, and in `draws` membership graphs with the same margins."""

    observed: float
    expected: float
    deviation: float
    p: float
    draws: int

    @property
    def z(self) -> float:
        """Standard deviations above chance; 0 where chance cannot vary."""
        return (self.observed - self.expected) / self.deviation if self.deviation > 1e-9 else 0.0


def modularity_test(
    net: Network, *, seed: int = 0, draws: int | None = None, resolution: float = 1.0
) -> Modular | None:
    """Compare the modularity of the network with that of membership graphs drawn by chance; None without ties.

    One run of Leiden's algorithm for each, the observed one included, so that all are alike; p = (1 + hits) / (1 +
    draws) and cannot be less than 1 / (1 + draws). Without `draws`, 39 on small networks, 19 on large ones. All
    have the same `resolution`, for modularities of different ones cannot be compared.
    """
    seats = Seats.of(net)
    if not len(seats.bodies):
        return None
    if draws is None:
        draws = int(np.clip(100_000 // len(seats.members), 19, 39))
    chains = Chains(seats, Groups.of(np.full(len(net), -1), 0), seed)
    found = [_modularity(seats, seats.members, seed, resolution)]
    while len(found) <= draws:
        chains.draw(2 * CHAINS)
        for _, members in chains.chains[: draws + 1 - len(found)]:
            found.append(_modularity(seats, members, seed + len(found), resolution))
    observed, null = found[0], np.array(found[1:])
    hits = int((null >= observed - 1e-9).sum())
    return Modular(observed, float(null.mean()), float(null.std()), (1 + hits) / (1 + draws), draws)


def _modularity(seats: Seats, members: Integers | Places, seed: int, resolution: float) -> float:
    import igraph

    sizes = seats.sizes
    shape = (len(sizes), seats.organisations)
    bodies = sp.csr_array((np.ones(len(members)), members, seats.starts), shape=shape)
    weights = sp.csr_array((np.repeat(1 / (sizes - 1), sizes), members, seats.starts), shape=shape)
    ties = sp.triu(bodies.T @ weights, k=1, format="coo")
    graph = igraph.Graph(n=seats.organisations)
    graph.add_edges(np.column_stack([ties.row, ties.col]))
    graph.es["weight"] = ties.data.tolist()
    labels = leiden(graph, seed, resolution=resolution)
    return float(graph.modularity(labels, weights="weight", resolution=resolution))
