"""The null model, the silo tests, communities and what hangs by one: ours beside igraph and networkx, in one run.

    python benchmarks/silos.py [--memberships 25000] [--without networkx] [--steps draw cuts]

Every step of every contestant runs in a process of its own, on the same drawn network of 30 countries. Printed: CPU
seconds of the step alone (kernels compiled before), peak memory of the process, and the ratio to ours. A draw is one
membership graph with the internal weight of every country, the mean of 100; what the others can do is rewire the
projection, which is the wrong null (it calls every network modular) and says nothing about countries yet.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from projection import _peak, memberships

from graphkit.network import Network

Step = Callable[[], float]
DRAWS = 100


def drawn(many: int) -> Network:
    """Draw a network whose organisations lie in 30 countries of unequal size."""
    random = np.random.default_rng(1)
    organisation, body = memberships(many)
    people = pd.DataFrame({"id": [f"o{i:07d}" for i in range(organisation.max() + 1)]})
    share = np.arange(1, 31) ** -1.0
    people["country"] = random.choice([f"C{i:02d}" for i in range(30)], len(people), p=share / share.sum())
    bodies = pd.DataFrame({"id": [f"b{i:07d}" for i in range(body.max() + 1)]})
    seats = pd.DataFrame({"organisation": people["id"].to_numpy()[organisation], "body": bodies["id"].to_numpy()[body]})
    return Network.from_frames(people, bodies, seats)


def draw(net: Network) -> dict[str, Step]:
    """One draw of chance: ours the mean of 100 after the burn, igraph's and networkx's one rewiring."""
    import networkx as nx

    from graphkit.measures.nulls import Chains
    from graphkit.measures.seats import Groups, Seats

    country = np.unique(net.organisations["country"].to_numpy().astype(str), return_inverse=True)[1]
    chains = Chains(Seats.of(net), Groups.of(country, 30), 0)
    chains.draw(8)
    graph, plain = net.graph.copy(), net.to_networkx()

    def ours() -> float:
        chains.draw(DRAWS)
        return float(chains.chance().mean.sum())

    def rewired() -> float:
        graph.rewire()
        return float(graph.ecount())

    def swapped() -> float:
        edges = plain.number_of_edges()
        return float(nx.double_edge_swap(plain, nswap=edges, max_tries=100 * edges, seed=0).number_of_edges())

    return {"graphkit": ours, "igraph": rewired, "networkx": swapped}


def closed(net: Network) -> dict[str, Step]:
    """The closed form of all countries."""
    from graphkit.measures.nulls import closed_form
    from graphkit.measures.seats import Groups, Seats

    country = np.unique(net.organisations["country"].to_numpy().astype(str), return_inverse=True)[1]
    seats, groups = Seats.of(net), Groups.of(country, 30)
    return {"graphkit": lambda: float(closed_form(seats, groups).mean.sum())}


def communities(net: Network) -> dict[str, Step]:
    """Communities; ours is the best of 20 runs, each refined, with certainties; the others' one run."""
    import networkx as nx

    from graphkit.measures.leiden import communities_of

    plain = net.to_networkx()

    def louvain() -> float:
        return float(nx.community.modularity(plain, nx.community.louvain_communities(plain, seed=0)))

    def once() -> float:
        return float(net.graph.community_leiden("modularity", weights="weight").modularity)

    return {"graphkit": lambda: communities_of(net).modularity, "igraph": once, "networkx": louvain}


def cuts(net: Network) -> dict[str, Step]:
    """Components, coreness, and all parts that hang by one; the others' blocks alone."""
    import networkx as nx

    from graphkit.measures.cuts import hanging_parts

    graph, plain = net.graph, net.to_networkx()

    def ours() -> float:
        graph.coreness()
        return float(len(hanging_parts(graph, 3)))

    def igraphs() -> float:
        graph.connected_components(), graph.coreness(), graph.bridges()
        return float(len(graph.biconnected_components()))

    def networkxs() -> float:
        list(nx.connected_components(plain)), nx.core_number(plain), list(nx.bridges(plain))
        return float(len(list(nx.biconnected_components(plain))))

    return {"graphkit": ours, "igraph": igraphs, "networkx": networkxs}


def silos_by_country(net: Network) -> dict[str, Step]:
    """The whole analysis by country."""
    from graphkit.analysis import run

    return {"graphkit": lambda: float(run("silos", net, by="country").table["draws"][0])}


def silos_by_community(net: Network) -> dict[str, Step]:
    """The whole analysis by community: found and tested eight times over."""
    from graphkit.analysis import run

    return {"graphkit": lambda: float(run("silos", net).table["draws"][0])}


STEPS: dict[str, Callable[[Network], dict[str, Step]]] = {
    each.__name__: each for each in (draw, closed, communities, cuts, silos_by_country, silos_by_community)
}


def measured(step: str, who: str, many: int) -> dict[str, Any]:
    """Time one step of one contestant; ours is run once on a small network before, for the compiler."""
    if who == "graphkit":
        STEPS[step](drawn(400))[who]()
    net = drawn(many)
    _ = net.ties, net.graph
    contestants = STEPS[step](net)
    start = time.process_time()
    result = contestants[who]()
    return {"seconds": time.process_time() - start, "peak": _peak(), "result": result}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--memberships", type=int, default=25_000)
    parser.add_argument("--without", nargs="*", default=[], choices=["networkx", "igraph"])
    parser.add_argument("--steps", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        step, who = given.one.split("=")
        print(json.dumps(measured(step, who, given.memberships)))
        return
    print(drawn(given.memberships))
    print(f"{'step':20}{'contestant':12}{'CPU s':>10}{'x ours':>9}{'peak MB':>9}{'result':>14}")
    for step in given.steps:
        ours = 0.0
        for who in STEPS[step](drawn(400)):
            if who in given.without:
                continue
            run = [sys.executable, __file__, "--one", f"{step}={who}", "--memberships", str(given.memberships)]
            found = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
            seconds = found["seconds"] / (DRAWS if step == "draw" and who == "graphkit" else 1)
            ours = ours or seconds
            ratio = seconds / max(ours, 1e-9)
            print(f"{step:20}{who:12}{seconds:10.4f}{ratio:9.1f}{found['peak']:9.0f}{found['result']:14.6g}")


if __name__ == "__main__":
    main()
