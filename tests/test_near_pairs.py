"""Pairs that share most partners: scores on paper, beside networkx, and never those tied or of one family."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import UsageError
from graphkit.measures.best_pairs import WORTH, best_pairs

PEERS = {
    "common": lambda graph, pairs: [(u, v, len(list(nx.common_neighbors(graph, u, v)))) for u, v in pairs],
    "adamic-adar": nx.adamic_adar_index,
    "allocation": nx.resource_allocation_index,
}


def test_two_triangles_on_paper() -> None:
    # a1 and b1 have three partners each, and are what a2 and a3 share with b1, and b2 and b3 with a1: 1/3 each.
    # Equals come in the order of ids.
    table = run("near-pairs", two_triangles()).table
    assert list(zip(table["organisation"], table["other"], strict=True)) == [
        ("a1", "b2"),
        ("a1", "b3"),
        ("a2", "b1"),
        ("a3", "b1"),
    ]
    assert table["score"].tolist() == pytest.approx([1 / 3] * 4)
    assert table["common_partners"].tolist() == [1] * 4
    logarithm = run("near-pairs", two_triangles(), score="adamic-adar", pairs=2).table
    assert logarithm["score"].tolist() == pytest.approx([1 / np.log(3)] * 2)
    assert logarithm["rank"].tolist() == [1, 2]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 30), st.floats(0, 0.5), st.integers(0, 10_000), st.sampled_from(sorted(WORTH)), st.integers(0, 40)
)
def test_they_are_the_best_of_all_pairs_by_networkx(n: int, density: float, seed: int, score: str, many: int) -> None:
    graph = nx.gnp_random_graph(n, density, seed=seed)
    ties = sp.csr_array((n, n)) if not n else nx.to_scipy_sparse_array(graph, nodelist=range(n), dtype=float)
    barred = sp.csr_array((np.ones(2), ([0, n - 1], [n - 1, 0])), shape=(n, n)) if n > 1 else None
    untied = [pair for pair in nx.non_edges(graph) if sorted(pair) != [0, n - 1]]
    every = [(-round(s, 9), *sorted((u, v))) for u, v, s in PEERS[score](graph, untied) if s]
    expected = sorted(every)[:many]
    found, scores = best_pairs(ties, many, score, barred)
    assert found.tolist() == [list(pair) for _, *pair in expected]
    assert scores.tolist() == pytest.approx([-s for s, *_ in expected], abs=2e-9)


def test_little_room_changes_nothing() -> None:
    # Three pairs at a time of a star's 40 leaves: room runs out again and again, and all are equals.
    star = sp.csr_array(nx.to_scipy_sparse_array(nx.star_graph(40), dtype=float))
    found, _ = best_pairs(star, 3)
    assert found.tolist() == [[1, 2], [1, 3], [1, 4]]


def test_mistakes_are_named() -> None:
    with pytest.raises(UsageError, match="choose one of common, adamic-adar, allocation"):
        run("near-pairs", toy_zone(), score="jaccard")
    with pytest.raises(UsageError, match="--pairs is 0"):
        run("near-pairs", toy_zone(), pairs=0)
