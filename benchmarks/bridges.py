"""Brokers, gain, portfolio and proposals: ours beside networkx, igraph and scipy, ratios in one run.

    python benchmarks/bridges.py [--memberships 25000] [--without networkx]
    python benchmarks/bridges.py --cordis FOLDER --steps constraint portfolio
    python benchmarks/bridges.py --modular 100000 --steps constraint      # ten times as many ties, in modules
    python benchmarks/bridges.py --modular 10000 --each 120 --steps constraint      # a million, ten times as dense
    python benchmarks/bridges.py --modular 50000 --each 20 --power-law 3 --steps constraint      # a million, with hubs

Every step of every contestant runs in a process of its own, on the same network: drawn, with dates and programmes; the
CORDIS project database of a folder; or a modular graph whose every tie is a body of two. Printed: CPU seconds of the
step alone (kernels compiled before), its seconds on the wall, the ratio of the former to ours where others can do the
same, and the peak memory of the process. Of a gain the CPU seconds are those of one tie, on 4,000 memberships at most
where networkx, which has to recompute, is beside.
"""

import argparse
import json
import random
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

from graphkit.network import Network

Step = Callable[[], float]


def drawn(many: int) -> Network:
    """Draw a network with bodies over four years in twelve programmes."""
    random = np.random.default_rng(1)
    organisation, body = memberships(many)
    people = pd.DataFrame({"id": [f"o{i:07d}" for i in range(organisation.max() + 1)]})
    people["country"] = random.choice([f"C{i}" for i in range(30)], len(people))
    bodies = pd.DataFrame({"id": [f"b{i:07d}" for i in range(body.max() + 1)]})
    start = np.datetime64("2014-01-01") + random.integers(0, 4 * 365, len(bodies))
    bodies["from"] = start.astype(str)
    bodies["programme"] = [(f"T{i}",) for i in random.integers(0, 12, len(bodies))]
    seats = pd.DataFrame({"organisation": people["id"].to_numpy()[organisation], "body": bodies["id"].to_numpy()[body]})
    return Network.from_frames(people, bodies, seats)


def modular(many: int, each: int = 10, size: int = 1_000) -> Network:
    """Draw `each` ties for each of `many` organisations, nine in ten of them within its module of `size`."""
    draw = np.random.default_rng(2)
    one = draw.integers(0, many, each * many)
    inside = one // size * size + draw.integers(0, size, len(one))
    other = np.where(draw.random(len(one)) < 0.9, np.minimum(inside, many - 1), draw.integers(0, many, len(one)))
    return of_pairs(many, np.unique(np.sort(np.column_stack([one, other])[one != other], axis=1), axis=0))


def power_law(many: int, each: int, exponent: float) -> Network:
    """Draw `each` ties for each of `many` organisations, partners by a power law (Goh, Kahng & Kim 2001)."""
    import igraph

    random.seed(2)
    graph = igraph.Graph.Static_Power_Law(many, each * many, exponent).simplify()
    return of_pairs(many, np.array(graph.get_edgelist(), dtype=np.int64))


def of_pairs(many: int, pairs: "np.ndarray[Any, np.dtype[np.int64]]") -> Network:
    """Make every tie a body of two."""
    body = np.repeat(np.arange(len(pairs)), 2)
    ids = np.array([f"o{i:07d}" for i in range(many)])
    names = np.array([f"b{i:08d}" for i in range(len(pairs))])
    seats = pd.DataFrame({"organisation": ids[pairs.ravel()], "body": names[body]})
    return Network.from_frames(pd.DataFrame({"id": ids}), pd.DataFrame({"id": names}), seats)


def network(given: argparse.Namespace) -> Network:
    """The network that was asked for."""
    if given.cordis:
        return network_of(given.cordis)
    if given.power_law:
        return power_law(given.modular, given.each, given.power_law)
    return modular(given.modular, given.each) if given.modular else drawn(given.memberships)


def constraint(net: Network) -> dict[str, Step]:
    """Burt's constraint of every organisation; networkx's default would build the whole two-step product."""
    import networkx as nx

    from graphkit.measures.triangles import structural_holes

    plain = net.to_networkx() if len(net) < 40_000 else nx.Graph()
    return {
        "graphkit": lambda: float(np.nansum(structural_holes(net.ties).constraint)),
        "igraph": lambda: float(np.nansum(net.graph.constraint(weights="weight"))),
        "networkx": lambda: float(np.nansum(list(nx.constraint(plain, weight="weight").values()))),
    }


def gain(net: Network) -> dict[str, Step]:
    """Gain in global efficiency of one tie: ours the mean of 2,000, exact; networkx before and after one of them."""
    import networkx as nx

    from graphkit.measures.gain import Distances

    pairs = np.random.default_rng(0).integers(0, len(net), (2_000, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    distances = Distances(net.ties)
    plain = net.to_networkx()
    names = net.organisations["id"].tolist()

    def recomputed() -> float:
        wider = plain.copy()
        wider.add_edge(names[pairs[0, 0]], names[pairs[0, 1]])
        return float(nx.global_efficiency(wider) - nx.global_efficiency(plain))

    return {
        "graphkit": lambda: float(distances.gains(pairs).efficiency.sum()),
        "networkx": recomputed,
    }


def roles(net: Network) -> dict[str, Step]:
    """Gould and Fernandez' five roles of every organisation, by communities found before."""
    from graphkit.measures.brokerage import roles as counted
    from graphkit.measures.partition import communities_of

    labels = communities_of(net, seeds=1).labels
    return {"graphkit": lambda: float(counted(net.ties, labels).sum())}


def gain_sampled(net: Network) -> dict[str, Step]:
    """Gain of one tie, the mean of 2,000 among 400 organisations, from 256 sampled sources."""
    from graphkit.measures.gain import Distances

    random = np.random.default_rng(0)
    pairs = random.choice(len(net), min(400, len(net)), replace=False)[
        random.integers(0, min(400, len(net)), (2_000, 2))
    ]
    distances = Distances(net.ties, exact_up_to=0, sources=min(256, len(net) // 2))
    return {"graphkit": lambda: float(distances.gains(pairs[pairs[:, 0] != pairs[:, 1]]).efficiency.sum())}


def gain_afresh(net: Network) -> dict[str, Step]:
    """Gain of one tie whose ends nobody asked for before, the mean of 20, from 1,024 sampled sources."""
    from graphkit.measures.gain import Distances

    pairs = np.random.default_rng(0).choice(len(net), (20, 2), replace=False)
    distances = Distances(net.ties, exact_up_to=0, sources=min(1_024, len(net) // 2))
    return {"graphkit": lambda: sum(float(distances.gains(pair[None, :]).efficiency[0]) for pair in pairs)}


def betweenness(net: Network) -> dict[str, Step]:
    """Betweenness as `brokers` computes it: exact while it is cheap, then sampled with its error."""
    from graphkit.analyses.brokers import _betweenness

    return {"graphkit": lambda: float(_betweenness(net, 5e8, 0)[0].max())}


def neighbours(net: Network) -> dict[str, Step]:
    """The 10,000 untied pairs with the best score of Adamic and Adar; scipy holds the product, the others all pairs."""
    import networkx as nx
    import scipy.sparse as sp

    from graphkit.measures.neighbours import best_pairs

    many = 10_000
    plain = net.to_networkx() if len(net) <= ALL_PAIRS["neighbours"]["networkx"] else nx.Graph()

    def product() -> float:
        tied = sp.csr_array(net.ties > 0).astype(float)
        worth = 1 / np.log(np.maximum(np.diff(net.ties.indptr), 2))
        scores = sp.triu(tied @ sp.diags_array(worth) @ tied, k=1).tocsr()
        scores = scores - scores.multiply(tied)
        return float(np.sort(scores.data)[::-1][:many].sum())

    def by_similarity() -> float:
        scores = np.array(net.graph.similarity_inverse_log_weighted())
        scores[net.ties.nonzero()] = 0
        return float(np.sort(scores[np.triu_indices(len(net), 1)])[::-1][:many].sum())

    def every_pair() -> float:
        return float(sum(sorted((score for *_, score in nx.adamic_adar_index(plain)), reverse=True)[:many]))

    return {
        "graphkit": lambda: float(best_pairs(net.ties, many)["score"].sum()),
        "scipy": product,
        "igraph": by_similarity,
        "networkx": every_pair,
    }


def portfolio(net: Network) -> dict[str, Step]:
    """Twenty ties out of 5,000 that are given, among 1,500 organisations: distances, gains and choice."""
    from graphkit.measures.choosing import Candidates, Limits, choose
    from graphkit.measures.gain import Distances

    random = np.random.default_rng(0)
    ends = random.choice(len(net), min(1_500, len(net)), replace=False)[
        random.integers(0, min(1_500, len(net)), (8_000, 2))
    ]
    pairs = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    pairs = random.permutation(pairs[np.asarray(net.ties[pairs[:, 0], pairs[:, 1]]).ravel() == 0])[:5_000]

    def chosen() -> float:
        distances = Distances(net.ties)
        apart = distances.component[pairs[:, 0]] != distances.component[pairs[:, 1]]
        flat = np.ones(len(pairs))
        given = Candidates(pairs, np.zeros_like(pairs), flat, flat, flat > 0, apart)
        return sum(each.gain for each in choose(lambda: distances, given, Limits(20, 4, detached=10)))

    return {"graphkit": chosen}


def bridges(net: Network) -> dict[str, Step]:
    """The whole of `graphkit run bridges`: communities, learning, 5,000 candidates, twenty ties."""
    from graphkit.analysis import find

    return {"graphkit": lambda: float(len(find("bridges").function(net, ties=20, candidates=5_000).table))}


def proposals(net: Network) -> dict[str, Step]:
    """Ten proposals for every organisation that has a tie, learning, gain, reasons and evidence included."""
    from graphkit.analysis import find

    return {"graphkit": lambda: float(len(find("proposals").function(net).table))}


ALL_PAIRS = {"neighbours": {"networkx": 5_000, "igraph": 5_000, "scipy": 40_000}, "constraint": {"networkx": 40_000}}
"""Organisations above which a contestant would take hours, or all memory."""
STEPS: dict[str, Callable[[Network], dict[str, Step]]] = {
    each.__name__: each
    for each in (
        constraint,
        roles,
        betweenness,
        gain,
        gain_sampled,
        gain_afresh,
        neighbours,
        portfolio,
        bridges,
        proposals,
    )
}


def measured(step: str, who: str, given: argparse.Namespace) -> dict[str, Any]:
    """Time one step of one contestant; ours is run once on a small network before, for the compiler."""
    if who == "graphkit":
        STEPS[step](drawn(400))[who]()
    net = drawn(min(given.memberships, 4_000)) if step == "gain" else network(given)
    _ = net.ties, net.graph
    contestants = STEPS[step](net)
    start, began = time.process_time(), time.monotonic()
    result = contestants[who]()
    taken = {"seconds": time.process_time() - start, "wall": time.monotonic() - began}
    return {**taken, "peak": _peak(), "result": result}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--memberships", type=int, default=25_000)
    parser.add_argument("--cordis", type=Path, metavar="FOLDER")
    parser.add_argument("--modular", type=int, metavar="ORGANISATIONS")
    parser.add_argument("--each", type=int, default=10, help="ties drawn for each organisation of a modular graph")
    parser.add_argument("--power-law", type=float, metavar="EXPONENT", help="with --modular: hubs instead of modules")
    parser.add_argument("--without", nargs="*", default=[], choices=["networkx", "igraph", "scipy"])
    parser.add_argument("--steps", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        step, who = given.one.split("=")
        print(json.dumps(measured(step, who, given)))
        return
    net = network(given)
    print(net)
    print(f"{'step':14}{'contestant':12}{'CPU s':>12}{'wall s':>9}{'x ours':>9}{'peak MB':>9}{'result':>16}")
    for step in given.steps:
        ours = 0.0
        for who in STEPS[step](drawn(400)):
            if who in given.without or len(net) > ALL_PAIRS.get(step, {}).get(who, len(net)):
                continue
            run = [sys.executable, __file__, "--one", f"{step}={who}", *sys.argv[1:]]
            found = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
            seconds = found["seconds"]
            if step.startswith("gain") and who == "graphkit":
                seconds /= 20 if step == "gain_afresh" else 2_000
            ours = ours or seconds
            print(
                f"{step:14}{who:12}{seconds:12.6f}{found['wall']:9.1f}{seconds / max(ours, 1e-9):9.1f}"
                f"{found['peak']:9.0f}{found['result']:16.6g}"
            )


if __name__ == "__main__":
    main()
