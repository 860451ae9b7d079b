"""The null model, the silo tests, communities and what hangs by one: ours beside igraph, networkit and networkx.

    python benchmarks/silos.py [--memberships 25000] [--source CORDIS] [--without networkx] [--steps draw closed]
    python benchmarks/silos.py --steps six_thousand growth
    python benchmarks/silos.py --memberships 2500000 --steps given

Every step of every contestant runs in a process of its own, on the same network: drawn, of 30 countries, or read from a
folder of CORDIS. Printed: CPU seconds of the step alone (kernels compiled before), peak memory of the process, and the
ratio to ours. A draw is one membership graph, two curveball trades a body after the last, with the internal weight of
every country, the mean of 100. igraph and networkit rewire the same membership graph, its arcs from bodies to
organisations, for without direction they would not keep the two apart: 10 swaps are tried per membership, which is
igraph's default, and nothing is said about countries yet. networkx has no such thing; it swaps as many ties of the
projection as there are, which is the wrong null (it calls every network modular).
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cordis_network import network_of
from projection import _peak, memberships

from graphkit.measures.nulls import Chains, closed_form, sample
from graphkit.measures.seats import Groups, Seats
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


def countries(net: Network) -> Groups:
    """The country of every organisation as its group; those without one are one more."""
    named, labels = np.unique(net.organisations["country"].fillna("").to_numpy().astype(str), return_inverse=True)
    return Groups.of(labels, len(named))


def draw(net: Network) -> dict[str, Step]:
    """One draw of chance: ours the mean of 100 after the burn, the others' one rewiring."""
    import igraph
    import networkit
    import networkx as nx

    seats = Seats.of(net)
    chains = Chains(seats, countries(net), 0)
    chains.draw(8)
    body, member = np.repeat(np.arange(len(seats.bodies)), seats.sizes), seats.members + len(seats.bodies)
    many = len(seats.bodies) + seats.organisations
    arcs = igraph.Graph(many, np.column_stack([body, member]), directed=True)

    def ours() -> float:
        chains.draw(DRAWS)
        return float(chains.chance().mean.sum())

    def rewired() -> float:
        arcs.rewire(10 * arcs.ecount())
        return float(arcs.ecount())

    def switched() -> float:
        graph = networkit.GraphFromCoo((np.ones(len(body)), (body, member)), n=many, directed=True)
        switching = networkit.randomization.EdgeSwitching(graph, numberOfSwapsPerEdge=10)
        switching.run()
        return float(switching.getGraph().numberOfEdges())

    def swapped() -> float:
        plain = net.to_networkx()
        edges = plain.number_of_edges()
        return float(nx.double_edge_swap(plain, nswap=edges, max_tries=100 * edges, seed=0).number_of_edges())

    return {"graphkit": ours, "igraph": rewired, "networkit": switched, "networkx": swapped}


def closed(net: Network) -> dict[str, Step]:
    """The closed form of all countries."""
    seats, groups = Seats.of(net), countries(net)
    return {"graphkit": lambda: float(closed_form(seats, groups).mean.sum())}


def closed_at_first(net: Network) -> dict[str, Step]:
    """The same as the first thing that a process does: nothing is loaded or compiled before."""
    return closed(net)


def given(net: Network) -> dict[str, Step]:
    """Two hundred draws for given groups, from laying out the seats on."""
    return {"graphkit": lambda: float(sample(Seats.of(net), countries(net), seed=0, draws=200).mean.sum())}


def six_thousand(_: Network) -> dict[str, Step]:
    """The draws of 118 groups of 6,000 organisations in 1,100 bodies, 9,999 of them; 13,200 seats, active ones more."""
    random = np.random.default_rng(1)
    active = random.pareto(1.5, 6000) + 0.2
    active /= active.sum()
    sitting = [random.choice(6000, 12, replace=False, p=active) for _ in range(1100)]
    net = Network.of({f"b{i:04d}": [f"o{one:04d}" for one in found] for i, found in enumerate(sitting)})
    groups = Groups.of(random.integers(0, 118, len(net)), 118)
    return {"graphkit": lambda: float(sample(Seats.of(net), groups, seed=0, draws=9999).mean.sum())}


def communities(net: Network) -> dict[str, Step]:
    """Communities; ours is the best of 20 runs, each refined, with certainties; the others' one run."""
    import networkx as nx

    from graphkit.measures.partition import communities_of

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
    """The whole analysis by country, with 1,000 draws."""
    from graphkit.analysis import run

    return {"graphkit": lambda: float(run("silos", net, by="country", draws=1000).table["draws"][0])}


def silos_by_community(net: Network) -> dict[str, Step]:
    """The whole analysis by community: found on half of the bodies and tested on the other, eight times over."""
    from graphkit.analysis import run

    return {"graphkit": lambda: float(run("silos", net).table["draws"][0])}


def twenty_splits(net: Network) -> dict[str, Step]:
    """All detected communities: found in 20 orders of the bodies and tested on those kept out, the finding included."""
    from graphkit.measures.heldout import held_out
    from graphkit.measures.partition import communities_of

    def ours() -> float:
        partition = communities_of(net)
        large = np.bincount(partition.labels[partition.labels >= 0], minlength=partition.number) >= 5
        return float(held_out(net, partition, large=large, seed=0, splits=20).draws)

    return {"graphkit": ours}


STEPS: dict[str, Callable[[Network], dict[str, Step]]] = {
    each.__name__: each
    for each in (
        draw,
        closed,
        closed_at_first,
        given,
        six_thousand,
        communities,
        cuts,
        silos_by_country,
        silos_by_community,
        twenty_splits,
    )
}


def measured(step: str, who: str, many: int, source: Path | None) -> dict[str, Any]:
    """Time one step of one contestant; ours is run once on a small network before, for the compiler."""
    if who == "graphkit" and step not in ("six_thousand", "closed_at_first"):
        STEPS[step](drawn(400))[who]()
    net = network_of(source) if source else drawn(400 if step == "six_thousand" else many)
    if step not in ("draw", "closed", "closed_at_first", "given", "six_thousand"):
        _ = net.ties, net.graph
    contestants = STEPS[step](net)
    start = time.process_time()
    result = contestants[who]()
    return {"seconds": time.process_time() - start, "peak": _peak(), "result": result}


def growth(run: Callable[[str, str, int], dict[str, Any]]) -> None:
    """Print the time of a draw at five sizes, and the power of the memberships that it grows with."""
    sizes = (25_000, 79_000, 250_000, 790_000, 2_500_000)
    seconds = [run("draw", "graphkit", many)["seconds"] / DRAWS for many in sizes]
    for many, one in zip(sizes, seconds, strict=True):
        print(f"{'growth':20}{many:12,}{one:10.4f}", flush=True)
    power = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
    print(f"time per draw grows with memberships to the power {power:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--memberships", type=int, default=25_000)
    parser.add_argument("--source", type=Path, help="a folder of CORDIS, instead of a drawn network")
    parser.add_argument("--without", nargs="*", default=[], choices=["networkx", "networkit", "igraph"])
    parser.add_argument("--steps", nargs="*", default=list(STEPS), choices=[*STEPS, "growth"])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        step, who = asked.one.split("=")
        print(json.dumps(measured(step, who, asked.memberships, asked.source)))
        return

    def run(step: str, who: str, many: int) -> dict[str, Any]:
        command = [sys.executable, __file__, "--one", f"{step}={who}", "--memberships", str(many)]
        command += ["--source", str(asked.source)] if asked.source else []
        found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return found

    print(network_of(asked.source) if asked.source else drawn(asked.memberships))
    print(f"{'step':20}{'contestant':12}{'CPU s':>10}{'x ours':>9}{'peak MB':>9}{'result':>14}")
    for step in asked.steps:
        if step == "growth":
            growth(run)
            continue
        ours = 0.0
        for who in STEPS[step](drawn(400)):
            if who in asked.without:
                continue
            found = run(step, who, asked.memberships)
            seconds = found["seconds"] / (DRAWS if step == "draw" and who == "graphkit" else 1)
            ours = ours or seconds
            ratio = seconds / max(ours, 1e-9)
            line = f"{step:20}{who:12}{seconds:10.4f}{ratio:9.1f}{found['peak']:9.0f}{found['result']:14.6g}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
