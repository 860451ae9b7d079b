"""Resilience: the values worked out on paper, and networkx's answer on random networks."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_graphs import consortia, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.measures.dismantling import by_degree, largest_left, pieces, robustness
from graphkit.network import Network


def test_two_triangles_on_paper() -> None:
    # a1 goes first (degree 3, first of two by id): b1 b2 b3 stay whole, 3 of 6. Then b1 (degree 2, like all that are
    # left of the triangle of b, but a2 and a3 have 1): 2 of 6, and so on.
    net = two_triangles()
    left = largest_left(net.ties, by_degree(net.ties))
    assert left[0] == 6
    assert (left[1:] / 6).tolist() == pytest.approx([0.5, 1 / 3, 1 / 3, 1 / 6, 1 / 6, 0])
    assert robustness(left) == pytest.approx(0.25)


def test_the_toy_zone_hangs_on_e2() -> None:
    # Without E2 the component of seven falls into {U1, R1, E1} and {F1, G1, S1}: of the pairs of others that reach each
    # other today, 15 there and 6 among {U2, E3, E4, X1}, 9 are lost.
    table = run("resilience", toy_zone()).table.set_index("id")
    assert table.index[table["single_point"]].tolist() == ["E2"]
    assert table.loc["E2", "pairs_lost"] == pytest.approx(9 / 21)
    assert table.loc["E2", "cut_off"] == 3
    assert table.loc["F1", "core"] == 3
    assert table.loc["Z", ["partners", "core", "pairs_lost"]].tolist() == [0, 0, 0]


@given(st.integers(0, 10_000))
def test_pieces_and_components_are_those_of_networkx(seed: int) -> None:
    net = consortia(seed, organisations=40, bodies=18)
    graph = nx.from_scipy_sparse_array(net.ties)
    found = pieces(net.graph)
    assert set(found) == set(nx.articulation_points(graph))
    for point, sizes in found.items():
        whole = nx.node_connected_component(graph, point)
        rest = graph.subgraph(whole - {point})
        assert sizes == sorted(len(part) for part in nx.connected_components(rest))
    order = np.random.default_rng(seed).permutation(len(net))
    left = largest_left(net.ties, order)
    for gone in (0, 7, 25, len(net)):
        rest = graph.subgraph(order[gone:])
        assert left[gone] == max((len(part) for part in nx.connected_components(rest)), default=0)


def test_an_empty_network_has_no_robustness() -> None:
    assert robustness(np.array([0])) is None
    assert run("resilience", Network.of({})).notes == ()
