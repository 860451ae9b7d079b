"""Leiden's algorithm and Infomap: one run, the same for the same seed."""

import random
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import igraph

Integers = npt.NDArray[np.int64]


def leiden(
    graph: "igraph.Graph", seed: int, *, resolution: float = 1.0, start: Integers | None = None, iterations: int = 2
) -> Integers:
    """Run Leiden's algorithm on the weighted modularity once (Traag, Waltman & van Eck 2019; igraph's).

    igraph draws its random numbers from Python; it is given a generator of ours for the run, and Python's own after.
    """
    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = graph.community_leiden(
            objective_function="modularity",
            weights="weight",
            resolution=resolution,
            initial_membership=None if start is None else start.tolist(),
            n_iterations=iterations,
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.membership, dtype=np.int64)


def infomap(graph: "igraph.Graph", seed: int) -> Integers:
    """Run Infomap on the weighted ties once (Rosvall & Bergstrom 2008; igraph's): the shortest code for a random walk.

    igraph's gives no community in pieces, and knows no resolution.
    """
    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = graph.community_infomap(edge_weights="weight", trials=1)
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.membership, dtype=np.int64)


def run_seed(seed: int, run: int) -> int:
    """Seed of one of several runs."""
    return int(np.random.SeedSequence([seed, run]).generate_state(1)[0])
