import networkx as nx
import numpy as np
import pytest
from small_graphs import consortia, two_triangles

from graphkit.analysis import run
from graphkit.errors import UsageError
from graphkit.measures.key_players import breaking, fragmentation, reaching
from graphkit.network import Network

NOBODY = np.empty(0, dtype=np.int64)
EVERY = np.arange(6)


def test_two_triangles() -> None:
    # 31/45 is the global efficiency. Without a1: 1 + 3 pairs of 10 at one hop. Without a2: 5 pairs at one hop, a1-b2,
    # a1-b3 and a3-b1 at two, a3-b2 and a3-b3 at three, of 10.
    ties = two_triangles().ties
    assert fragmentation(ties, NOBODY, EVERY)[0] == pytest.approx(14 / 45)  # .3111
    assert fragmentation(ties, np.array([0]), EVERY)[0] == pytest.approx(0.6)
    assert fragmentation(ties, np.array([1]), EVERY)[0] == pytest.approx(1 - (5 + 3 / 2 + 2 / 3) / 10)  # .2833
    table = run("key-players", two_triangles(), players=2).table
    broken, reached = (table[table["set"] == which] for which in ("fragmentation", "reach"))
    assert broken["id"].iloc[0] == "a1"
    assert broken["value"].iloc[0] == pytest.approx(0.6)
    assert broken["change"].iloc[0] == pytest.approx(0.6 - 14 / 45)
    # From a1: itself, three at one hop, two at two: 5 / 6. With b1 everyone is one of the two or beside one.
    assert reached["id"].tolist() == ["a1", "b1"]
    assert reached["value"].tolist() == pytest.approx([5 / 6, 1])


def test_a_set_is_chosen_together_not_one_by_one() -> None:
    # Two hubs tied to the same six: either alone changes little, and the second best alone is the other hub. A star of
    # four stands apart, whose centre is worth more once the first hub is in the set.
    bodies = {f"{hub}-{i}": [hub, f"l{i}"] for hub in ("h1", "h2") for i in range(6)}
    bodies |= {f"s-{i}": ["s", f"t{i}"] for i in range(4)}
    chosen = run("key-players", Network.of(bodies), players=2).table
    assert chosen[chosen["set"] == "reach"]["id"].tolist() == ["h1", "s"]
    broken = chosen[chosen["set"] == "fragmentation"]
    assert broken["id"].iloc[0] == "s"


def test_measures_are_those_of_networkx() -> None:
    net = consortia(3, organisations=50, bodies=16)
    graph = nx.from_scipy_sparse_array(net.ties)
    for gone in (0, 7, 21):
        rest = graph.subgraph(set(graph) - {gone})
        value, error = fragmentation(net.ties, np.array([gone]), np.arange(50))
        assert value == pytest.approx(1 - nx.global_efficiency(rest))
        assert error == 0
    steps = reaching(net.ties, 3, np.arange(50))
    chosen = [step.player for step in steps]
    ways = [nx.single_source_shortest_path_length(graph, who) for who in chosen]
    near = [max(1 / max(way[j], 1) if j in way else 0 for way in ways) for j in graph]
    assert steps[-1].value == pytest.approx(np.mean(near))
    values = [fragmentation(net.ties, np.array([gone]), np.arange(50))[0] for gone in graph]
    assert breaking(net.ties, 1, np.arange(50), np.arange(50))[0].value == pytest.approx(max(values))


def test_a_sample_of_sources_says_how_far_off_it_may_be() -> None:
    net = consortia(5, organisations=400, bodies=130)
    exact = fragmentation(net.ties, NOBODY, np.arange(400))[0]
    random = np.random.default_rng(0)
    off = []
    for _ in range(20):
        value, error = fragmentation(net.ties, NOBODY, np.sort(random.choice(400, 60, replace=False)))
        off.append(abs(value - exact) / error)
    assert 0.75 < np.mean(np.array(off) < 2) <= 1
    found = run("key-players", net, players=2, sources=60)
    assert (found.table["error"] > 0).all()
    assert "60 of 400" in found.notes[1]


def test_edges() -> None:
    assert len(run("key-players", Network.of({})).table) == 0
    alone = run("key-players", Network.of({}, ["a", "b", "c"]), players=9).table
    assert (alone[alone["set"] == "fragmentation"]["value"] == 1).all()
    assert len(alone) == 6
    with pytest.raises(UsageError):
        run("key-players", two_triangles(), players=0)
    said = run("key-players", two_triangles())
    assert said.sentences("en")[0] == "Without a1 (and those before it) the network is 60.0 % fragmented."
    assert "60.0%" in said.sentences("zh")[0]
