from itertools import permutations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.brokerage import ROLES, across, roles
from graphkit.network import Network


def by_id(net: Network, **options: object) -> pd.DataFrame:
    return run("brokerage", net, **options).table.set_index("id")


def test_two_triangles() -> None:
    # Open pairs of a1: a2-b1 and a3-b1, each out of A (representative) and into it (gatekeeper).
    table = by_id(two_triangles(), by="region", draws=0)
    assert table.loc["a1", list(ROLES)].tolist() == [0, 0, 2, 2, 0]
    assert table.loc["a2", list(ROLES)].tolist() == [0, 0, 0, 0, 0]
    # Of the 9 pairs between A and B 3 end at a1; the other 6 all pass it.
    assert table["across"].to_dict() == {"a1": 1, "b1": 1, "a2": 0, "a3": 0, "b2": 0, "b3": 0}
    assert table["gatekeeper_z"].tolist() == [None] * 6


def test_toy_zone_by_role() -> None:
    # E2's partners are E1 (enterprise, its own role), R1, F1, G1, S1. Open: E1 with F1, G1, S1; R1 with the same three.
    table = by_id(toy_zone(), by="role")
    assert table.loc["E2", list(ROLES)].tolist() == [0, 0, 3, 3, 6]
    assert table.loc["Z", list(ROLES)].tolist() == [0] * 5
    assert table.loc["Z", "main_role"] is None and table.loc["Z", "main_role_zh"] is None


def test_a_role_between_groups_is_no_role_in_a_project() -> None:
    # In Chinese a project's coordinator is 牵头; who stands between three of its own group is 组内协调者.
    path = Network.of({"P": ["a", "b"], "Q": ["b", "c"]}, {name: {"region": "A"} for name in "abc"})
    table = by_id(path, by="region", draws=0)
    assert table.loc["b", ["main_role", "main_role_zh"]].tolist() == ["coordinator", "组内协调者"]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_roles_and_paths_are_those_of_the_definition(seed: int, groups: int) -> None:
    net = consortia(seed, organisations=30, bodies=9)
    random = np.random.default_rng(seed)
    labels = random.integers(-1, groups, len(net))
    graph = nx.from_scipy_sparse_array(net.ties)
    expected = np.zeros((len(net), 5), dtype=int)
    for b in graph:
        for a, c in permutations(graph[b], 2):
            if min(labels[[a, b, c]]) >= 0 and not graph.has_edge(a, c):
                la, lb, lc = labels[[a, b, c]]
                kind = 0 if la == lb == lc else 1 if la == lc else 2 if lb == lc else 3 if la == lb else 4
                expected[b, kind] += 1
    assert (roles(net.ties, labels) == expected).all()
    share, error = across(net, labels, effort=1e12, seed=0)
    passing, pairs = np.zeros(len(net)), np.zeros(len(net))
    for s in graph:
        for t in range(s + 1, len(net)):
            if min(labels[s], labels[t]) < 0 or labels[s] == labels[t]:
                continue
            pairs += 1
            pairs[[s, t]] -= 1
            if nx.has_path(graph, s, t):
                ways = list(nx.all_shortest_paths(graph, s, t))
                for way in ways:
                    passing[way[1:-1]] += 1 / len(ways)
    assert share == pytest.approx(passing / np.maximum(pairs, 1))
    assert not error.any()


def test_chance_is_a_fair_null_only_where_seats_are_dealt_out() -> None:
    net = consortia(4, organisations=120, bodies=50)
    fair = run("brokerage", net, by="region", draws=40)
    z = fair.table["liaison_z"].dropna().astype(float)
    assert abs(z.mean()) < 0.5
    assert "membership graphs" in fair.notes[0]
    permuted = run("brokerage", net, by="region", null="labels", draws=10)
    assert "label permutation" in permuted.notes[0]
    pd.testing.assert_frame_equal(fair.table, run("brokerage", net, by="region", draws=40).table)


def test_sampled_paths_keep_to_their_error_and_say_how_far_they_rank() -> None:
    net = consortia(11, organisations=400, bodies=150, groups=4)
    labels = np.arange(400) % 4
    exact, _ = across(net, labels, effort=1e12, seed=0)
    within = []
    for seed in range(8):
        share, error = across(net, labels, effort=200 * net.ties.nnz / 2, seed=seed)
        within.append((np.abs(share - exact) <= 2 * error + 1e-12).mean())
    assert np.mean(within) > 0.85
    found = run("brokerage", net, by="region", draws=0, effort=200 * net.ties.nnz / 2)
    assert "not ranked by it" in found.notes[-1]


def test_edges_are_defined_and_wrong_options_refused() -> None:
    assert len(run("brokerage", Network.of({})).table) == 0
    with pytest.raises(DataError, match="no organisation has a country"):
        run("brokerage", toy_zone(), by="country")
    with pytest.raises(UsageError, match="--null is one of"):
        run("brokerage", toy_zone(), null="rewired")


def test_sentences_carry_role_and_share() -> None:
    found = run("brokerage", two_triangles(), by="region", draws=0)
    assert found.sentences("en")[0].startswith("a1 (A): stands 4 times between two partners of different groups; main")
    assert "守门人" in found.sentences("zh")[0]
