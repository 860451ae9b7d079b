import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.measures.triangles import structural_holes
from graphkit.network import Network


def by_id(net: Network, **options: object) -> pd.DataFrame:
    return run("brokers", net, **options).table.set_index("id")


def test_two_triangles() -> None:
    table = by_id(two_triangles())
    assert table["broker_constraint"][["a1", "a2"]].tolist() == pytest.approx([0.6111111, 1.0069444])
    assert table["broker_effective_size"][["a1", "a2"]].tolist() == pytest.approx([7 / 3, 1])
    assert table["broker_efficiency"][["a1", "a2"]].tolist() == pytest.approx([7 / 9, 1 / 2])
    assert table["broker_betweenness"][["a1", "b1", "a2"]].tolist() == pytest.approx([6 / 10, 6 / 10, 0])
    assert table.index[table["broker_articulation"]].tolist() == ["a1", "b1"]
    assert table["broker_pieces"][["a1", "a2"]].tolist() == [2, 1]
    # c_a1 is (1/3 + 1/6)^2 twice and (1/3)^2 once: of .6111, parts 9/22, 9/22, 4/22; r = 27/22, 27/22, 12/22.
    parts = np.array([27, 27, 12]) / 22
    expected = (parts * np.log(parts)).sum() / (3 * np.log(3))
    assert table["broker_hierarchy"]["a1"] == pytest.approx(expected)


def test_toy_zone() -> None:
    table = by_id(toy_zone())
    assert table["broker_constraint"]["E2"] == pytest.approx(0.476, abs=5e-4)
    assert table["broker_betweenness"]["E2"] * 11 * 10 / 2 == pytest.approx(9)
    assert table.index[table["broker_articulation"]].tolist() == ["E2"]
    assert table.index[0] == "E2"
    lonely = table.loc["Z"]
    assert (lonely["broker_partners"], lonely["broker_effective_size"], lonely["broker_pieces"]) == (0, 0, 0)
    assert [lonely[f"broker_{what}"] for what in ("constraint", "efficiency", "hierarchy")] == [None, None, None]
    assert table["broker_constraint"]["E4"] == pytest.approx(0.8889, abs=5e-5)


def test_an_isolated_triangle_is_constrained_above_one_and_a_lone_pair_has_no_hierarchy() -> None:
    table = by_id(Network.of({"P": ["a", "b", "c"], "Q": ["d", "e"]}))
    assert table["broker_constraint"]["a"] == pytest.approx(1.125)
    assert table["broker_hierarchy"]["a"] == pytest.approx(0)
    assert table["broker_constraint"]["d"] == pytest.approx(1)
    assert table["broker_hierarchy"]["d"] is None


def test_a_network_without_ties_and_one_without_organisations() -> None:
    assert by_id(Network.of({"P": ["a"]}, ["b"]))["broker_betweenness"].tolist() == [0, 0]
    assert len(by_id(Network.of({}))) == 0


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.booleans())
def test_constraint_and_effective_size_are_those_of_networkx(seed: int, weighted: bool) -> None:
    net = consortia(seed, organisations=60, bodies=25)
    table, graph = by_id(net, weighted=weighted), net.to_networkx()
    peers = nx.constraint(graph, weight="weight" if weighted else None)
    sizes = nx.effective_size(graph)
    pieces = {id_: nx.number_connected_components(_without(graph, id_)) for id_ in graph if graph.degree(id_)}
    for id_ in graph:
        if graph.degree(id_):
            assert table["broker_constraint"][id_] == pytest.approx(peers[id_])
            assert table["broker_effective_size"][id_] == pytest.approx(sizes[id_])
            assert table["broker_pieces"][id_] == pieces[id_]
    assert set(nx.articulation_points(graph)) == set(table.index[table["broker_articulation"]])
    between = nx.betweenness_centrality(graph)
    assert table["broker_betweenness"].to_dict() == pytest.approx(between, abs=1e-9)


def _without(graph: nx.Graph, id_: str) -> nx.Graph:
    """What is left of an organisation's component without it."""
    return graph.subgraph(nx.node_connected_component(graph, id_) - {id_})


def test_weighted_constraint_is_igraphs() -> None:
    net = consortia(7)
    ours = structural_holes(net.ties).constraint
    assert ours == pytest.approx(np.array(net.graph.constraint(weights="weight")), nan_ok=True)


def test_triangles_are_counted_once() -> None:
    net = consortia(3, organisations=80, bodies=40)
    peers = nx.triangles(net.to_networkx())
    assert structural_holes(net.ties).triangles.tolist() == [peers[id_] for id_ in net.organisations["id"]]


def test_florentine_families() -> None:
    graph = nx.florentine_families_graph()
    table = by_id(Network.of({f"{a}-{b}": [a, b] for a, b in graph.edges}))
    assert table.index[0] == "Medici"
    assert table["broker_betweenness"]["Medici"] == pytest.approx(0.522, abs=5e-4)
    assert table["broker_constraint"]["Medici"] == pytest.approx(0.2099, abs=5e-5)


def test_sampled_betweenness_keeps_to_its_error_and_depends_on_the_seed_alone() -> None:
    net = consortia(11, organisations=400, bodies=150)
    exact = by_id(net)["broker_betweenness"]
    effort = 200 * net.ties.nnz / 2
    tables = [by_id(net, effort=effort, seed=seed) for seed in range(12)]
    assert all((table["broker_betweenness_error"] > 0).any() for table in tables)
    within = [
        (table["broker_betweenness"] - exact[table.index]).abs() <= 2 * table["broker_betweenness_error"] + 1e-12
        for table in tables
    ]
    assert np.mean([each.mean() for each in within]) > 0.85
    pd.testing.assert_frame_equal(tables[3], by_id(net, effort=effort, seed=3))


def test_places_go_no_further_than_the_error() -> None:
    net = consortia(11, organisations=400, bodies=150)
    exact, sampled = run("brokers", net), run("brokers", net, effort=200 * net.ties.nnz / 2)
    assert exact.notes == ()
    assert exact.table["broker_place"].tolist()[:3] == [1, 2, 3]
    assert "share a place" in sampled.notes[0]
    places = sampled.table["broker_place"]
    assert places.duplicated().mean() > exact.table["broker_place"].duplicated().mean()
    assert (run("brokers", two_triangles()).table["broker_place"] == [1, 1, 3, 3, 3, 3]).all()


def test_sentences_carry_the_numbers() -> None:
    said = run("brokers", two_triangles())
    english, chinese = said.sentences("en"), said.sentences("zh")
    assert len(english) == len(chinese) == 2  # nothing runs through the other four
    assert english[0].startswith("a1: 60.00 % of the shortest paths between others pass here; 3 partners")
    assert english[0].endswith("falls into 2 pieces.")
    assert "60.00%" in chinese[0]
