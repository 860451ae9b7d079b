import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, toy_zone, two_triangles

from graphkit.measures.gain import NONE, Distances, hops
from graphkit.network import Network


def at(net: Network, *names: str) -> np.ndarray:
    """Row numbers of ties written like `a2-b2`."""
    row = {name: i for i, name in enumerate(net.organisations["id"])}
    return np.array([[row[end] for end in name.split("-")] for name in names])


def as_ties(graph: nx.Graph) -> sp.csr_array:
    return sp.csr_array(nx.to_scipy_sparse_array(graph, nodelist=range(len(graph)), format="csr", dtype=float))


def measured(graph: nx.Graph) -> tuple[float, float, float]:
    """Global efficiency, share of reachable pairs and mean distance, by networkx."""
    ways = [d for s, row in nx.all_pairs_shortest_path_length(graph) for t, d in row.items() if s != t]
    n = len(graph)
    return nx.global_efficiency(graph), len(ways) / (n * (n - 1)), float(np.mean(ways)) if ways else 0.0


def test_two_triangles() -> None:
    # 7 pairs at one hop, 4 at two (a1-b2 ...), 4 at three: (7 + 4/2 + 4/3) / 15 = .688889; 27 hops in 15 pairs.
    net = two_triangles()
    distances = Distances(net.ties)
    assert distances.efficiency == pytest.approx(31 / 45)
    assert distances.mean_distance == pytest.approx(1.8)
    assert distances.reachable == 1
    gains = distances.gains(at(net, "a2-b2", "a1-b2"))
    # a2-b2 brings one pair from 3 to 1 and two (a2-b3, a3-b2) from 3 to 2: (2/3 + 1/3) / 15, and four hops less.
    assert gains.efficiency == pytest.approx([1 / 15, 0.0555555556])
    assert gains.mean_distance == pytest.approx([-4 / 15, -3 / 15])
    assert gains.reachable.tolist() == [0, 0]
    assert gains.error.tolist() == [0, 0]


def test_toy_zone() -> None:
    net = toy_zone()
    distances = Distances(net.ties)
    assert distances.efficiency == pytest.approx(0.318182, abs=5e-7)
    assert distances.reachable == pytest.approx(27 / 66)
    every = np.array([(u, v) for u in range(12) for v in range(u + 1, 12) if net.ties[u, v] == 0])
    gains = distances.gains(every).efficiency
    best = {tuple(pair) for pair in every[gains > gains.max() - 1e-12]}
    assert best == {tuple(sorted(pair)) for pair in at(net, "E2-U2", "E2-E3")}
    found = distances.gains(at(net, "E2-U2", "E2-E3", "E2-Z"))
    assert found.efficiency == pytest.approx([0.1679, 0.1679, 0.0581], abs=5e-5)
    assert found.reachable[:2] == pytest.approx([28 / 66, 28 / 66])  # seven organisations times four
    lonely = at(net, "E2-Z")[0][1]
    own = gains[(every == lonely).any(axis=1)]
    assert own.max() == pytest.approx(found.efficiency[2])


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 24), st.floats(0, 0.4), st.integers(0, 10_000))
def test_gain_is_what_recomputing_gives_on_random_graphs_in_pieces_too(n: int, density: float, seed: int) -> None:
    graph = nx.gnp_random_graph(n, density, seed=seed)
    missing = np.array(sorted(nx.non_edges(graph))).reshape(-1, 2)[:12]
    distances = Distances(as_ties(graph))
    before = measured(graph)
    assert distances.efficiency == pytest.approx(before[0], abs=1e-9)
    assert distances.reachable == pytest.approx(before[1], abs=1e-9)
    gains = distances.gains(missing)
    for i, (u, v) in enumerate(missing.tolist()):
        wider = graph.copy()
        wider.add_edge(u, v)
        after = measured(wider)
        assert gains.efficiency[i] == pytest.approx(after[0] - before[0], abs=1e-9)
        assert gains.reachable[i] == pytest.approx(after[1] - before[1], abs=1e-9)
        assert gains.mean_distance[i] == pytest.approx(after[2] - before[2], abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.integers(3, 20), st.floats(0, 0.4), st.integers(0, 10_000), st.booleans())
def test_added_ties_leave_the_same_distances_as_starting_anew(n: int, density: float, seed: int, sampled: bool) -> None:
    graph = nx.gnp_random_graph(n, density, seed=seed)
    size = {"exact_up_to": 1, "sources": 2} if sampled else {}
    distances = Distances(as_ties(graph), **size)
    for u, v in sorted(nx.non_edges(graph))[:: max(n // 4, 1)]:
        distances.add(u, v)
        graph.add_edge(u, v)
    anew = Distances(as_ties(graph), **size)
    assert (distances.table == anew.table).all()
    assert distances.efficiency == anew.efficiency
    assert distances.reachable == anew.reachable


def test_hops_are_those_of_networkx_over_more_than_one_word_of_sources() -> None:
    graph = nx.watts_strogatz_graph(150, 2, 0.1, seed=3)
    table = hops(as_ties(graph), np.arange(150))
    for source, row in nx.all_pairs_shortest_path_length(graph):
        assert [row.get(t, NONE) for t in range(150)] == table[:, source].tolist()


def test_long_ways_are_counted_right() -> None:
    graph = nx.path_graph(700)
    distances = Distances(as_ties(graph))
    assert distances.between(np.array([[0, 699]])).tolist() == [699]
    gain = distances.gains(np.array([[0, 699]]))
    assert gain.efficiency[0] == pytest.approx(nx.global_efficiency(nx.cycle_graph(700)) - nx.global_efficiency(graph))


def test_a_sample_of_sources_is_right_on_average_and_knows_its_error() -> None:
    net = consortia(5, organisations=260, bodies=90, groups=4, mixing=0.1)
    exact = Distances(net.ties)
    pairs = np.random.default_rng(1).integers(0, len(net), (60, 2))
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & (exact.between(pairs) != 1)]
    truth = exact.gains(pairs).efficiency
    drawn = [Distances(net.ties, exact_up_to=1, sources=80, seed=s) for s in range(40)]
    rough = np.mean([each.gains(pairs, rough=True).efficiency for each in drawn], axis=0)
    assert rough.sum() == pytest.approx(truth.sum(), rel=0.08)
    gains = [each.gains(pairs) for each in drawn]
    finer = np.std([g.efficiency for g in gains]) < np.std([each.gains(pairs, rough=True).efficiency for each in drawn])
    assert finer
    assert np.mean([g.efficiency for g in gains], axis=0).sum() == pytest.approx(truth.sum(), rel=0.05)
    inside = [np.abs(g.efficiency - truth) <= 2 * g.error for g in gains]
    assert np.mean(inside) > 0.85  # two standard errors
    for each in drawn[:3]:
        assert (each.between(pairs) == exact.between(pairs)).all()
        assert each.reachable == exact.reachable
        assert each.gains(pairs).reachable == pytest.approx(exact.gains(pairs).reachable)


def test_a_tie_to_a_small_component_is_no_matter_of_luck() -> None:
    graph = nx.disjoint_union(nx.gnp_random_graph(300, 0.03, seed=1), nx.path_graph(4))
    ties, pair = as_ties(graph), np.array([[7, 301]])
    truth = Distances(ties).gains(pair)
    for seed in range(10):
        found = Distances(ties, exact_up_to=1, sources=60, seed=seed).gains(pair)
        assert found.efficiency == pytest.approx(truth.efficiency, rel=0.05)
        assert found.reachable == pytest.approx(truth.reachable)
        assert found.error[0] < 0.05 * found.efficiency[0]


def test_gains_in_parts_are_the_same_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net = consortia(3, organisations=90, bodies=40)
    pairs = np.array([(u, v) for u in range(0, 90, 3) for v in range(u + 1, 90, 4)])
    pairs = np.random.default_rng(0).permutation(pairs)
    whole, parts = (Distances(net.ties, exact_up_to=1, sources=30) for _ in range(2))
    at_once, apart = whole.gains(pairs), whole.between(pairs)
    monkeypatch.setattr("graphkit.measures.gain.ROOM", 90 * 12)
    assert (parts.gains(pairs).efficiency == at_once.efficiency).all()
    assert (parts.between(pairs) == apart).all()
    whole.add(*pairs[5])
    parts.add(*pairs[5])
    assert (parts.gains(pairs[10:]).efficiency == whole.gains(pairs[10:]).efficiency).all()


def test_no_organisations_and_no_ties() -> None:
    nothing = Distances(sp.csr_array((0, 0)))
    assert (nothing.efficiency, nothing.reachable) == (0, 0)
    three = Distances(sp.csr_array((3, 3)))
    assert three.efficiency == 0
    assert np.isnan(three.mean_distance)
    gain = three.gains(np.array([[0, 2]]))
    assert gain.efficiency[0] == pytest.approx(1 / 3)  # one of three pairs, at one hop
    assert gain.mean_distance[0] == 1
    assert three.gains(np.empty((0, 2), dtype=np.int64)).efficiency.shape == (0,)
