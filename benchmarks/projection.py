"""From memberships to weighted ties, side by side: ours, networkx, igraph and scipy.

    python benchmarks/projection.py [--memberships 250000] [--without networkx]

Every contestant runs in a process of its own, so that peaks of memory are its own. Printed: CPU seconds of the step
alone (input already in the contestant's own form), peak memory of the process and how much of it the step added, and
how many times ours it took. networkx and ours compute Newman's weights; igraph can only count shared bodies, and scipy
is the bare product without weights and without clearing the diagonal.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

CONTESTANTS = ("graphkit", "networkx", "igraph", "scipy")


def memberships(many: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw heavy-tailed memberships: sizes of bodies and activity of organisations follow power laws, as in CORDIS."""
    random = np.random.default_rng(seed)
    sizes = np.minimum(2 + random.pareto(1.6, many) * 3, 150).astype(int)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), many)) + 1]
    organisations = max(many // 4, 10)
    activity = random.pareto(1.1, organisations) + 0.1
    activity = np.minimum(activity, np.quantile(activity, 0.999))
    body = np.repeat(np.arange(len(sizes)), sizes)
    organisation = random.choice(organisations, len(body), p=activity / activity.sum())
    seats = np.unique(np.column_stack([organisation, body]), axis=0)
    return seats[:, 0], seats[:, 1]


def step(who: str, organisation: np.ndarray, body: np.ndarray) -> dict[str, float]:
    """Prepare a contestant's input, then time its projection alone."""
    prepare = {"graphkit": _graphkit, "networkx": _networkx, "igraph": _igraph, "scipy": _scipy}[who]
    project = prepare(organisation, body)
    before, start = _peak(), time.process_time()
    ties = project()
    return {"seconds": time.process_time() - start, "peak": _peak(), "added": _peak() - before, "ties": ties}


def _graphkit(organisation: np.ndarray, body: np.ndarray) -> Any:
    import pandas as pd

    from graphkit.network import Network

    frames = [
        pd.DataFrame({"id": [f"{kind}{i:07d}" for i in range(each.max() + 1)]})
        for kind, each in _both(organisation, body)
    ]
    seats = pd.DataFrame(
        {
            name: frame["id"].to_numpy()[each]
            for name, frame, each in zip(("organisation", "body"), frames, (organisation, body), strict=True)
        }
    )
    net = Network.from_frames(*frames, seats)
    net.membership, net.sizes  # noqa: B018  # the input, as scipy's contestant has it
    return lambda: net.project("newman").nnz // 2


def _both(organisation: np.ndarray, body: np.ndarray) -> tuple[tuple[str, np.ndarray], tuple[str, np.ndarray]]:
    return ("o", organisation), ("b", body)


def _networkx(organisation: np.ndarray, body: np.ndarray) -> Any:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(organisation.max() + 1), bipartite=0)
    graph.add_edges_from((o, -1 - b) for o, b in zip(organisation.tolist(), body.tolist(), strict=True))
    nodes = range(int(organisation.max()) + 1)
    return lambda: nx.bipartite.collaboration_weighted_projected_graph(graph, nodes).number_of_edges()


def _igraph(organisation: np.ndarray, body: np.ndarray) -> Any:
    import igraph

    first = int(organisation.max()) + 1
    types = [False] * first + [True] * (int(body.max()) + 1)
    graph = igraph.Graph.Bipartite(types, np.column_stack([organisation, body + first]).tolist())
    return lambda: graph.bipartite_projection(which=False, multiplicity=True).ecount()


def _scipy(organisation: np.ndarray, body: np.ndarray) -> Any:
    import scipy.sparse as sp

    matrix = sp.csr_array((np.ones(len(body)), (organisation, body)))

    def project() -> int:
        product = matrix @ matrix.T
        return (product.nnz - np.count_nonzero(product.diagonal())) // 2

    return project


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--memberships", type=int, default=250_000)
    parser.add_argument("--without", nargs="*", default=[], choices=CONTESTANTS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        who, file = given.one.split("=", 1)
        table = np.load(file)
        print(json.dumps(step(who, table["organisation"], table["body"])))
        return
    organisation, body = memberships(given.memberships)
    print(f"{len(body):,} memberships of {organisation.max() + 1:,} organisations in {body.max() + 1:,} bodies")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "memberships.npz"
        np.savez(file, organisation=organisation, body=body)
        found = {}
        for who in CONTESTANTS:
            if who not in given.without:
                run = [sys.executable, __file__, "--one", f"{who}={file}"]
                found[who] = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    ours = found["graphkit"]
    print(f"{'':10}{'CPU s':>9}{'x ours':>9}{'peak MB':>9}{'added MB':>10}{'ties':>12}")
    for who, each in found.items():
        ratio = each["seconds"] / max(ours["seconds"], 1e-9)
        print(
            f"{who:10}{each['seconds']:9.2f}{ratio:9.1f}{each['peak']:9.0f}{each['added']:10.0f}{each['ties']:12,.0f}"
        )


if __name__ == "__main__":
    main()
