"""The best pairs of a whole network by their common partners, against networkx and on paper."""

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import UsageError
from graphkit.measures.neighbours import SCORES, best_pairs
from graphkit.network import Network


def ties_of(graph: nx.Graph) -> sp.csr_array:
    return sp.csr_array(nx.to_scipy_sparse_array(graph, nodelist=sorted(graph), weight=None))


def by_networkx(graph: nx.Graph, score: str) -> list[tuple[int, int, float, int]]:
    untied = sorted(tuple(sorted(pair)) for pair in nx.non_edges(graph))
    if score == "common-partners":
        scored = [(one, other, float(len(list(nx.common_neighbors(graph, one, other))))) for one, other in untied]
    else:
        index = nx.adamic_adar_index if score == "adamic-adar" else nx.resource_allocation_index
        scored = list(index(graph, untied))
    found = [(one, other, value, len(list(nx.common_neighbors(graph, one, other)))) for one, other, value in scored]
    return sorted((each for each in found if each[3]), key=lambda each: (-round(each[2], 9), each[0], each[1]))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    nodes=st.integers(1, 40),
    density=st.floats(0, 0.6),
    many=st.integers(0, 60),
    score=st.sampled_from(SCORES),
)
def test_the_best_pairs_are_those_of_networkx(seed: int, nodes: int, density: float, many: int, score: str) -> None:
    graph = nx.gnp_random_graph(nodes, density, seed=seed)
    found = best_pairs(ties_of(graph), many, score=score)  # type: ignore[arg-type]
    expected = by_networkx(graph, score)[:many]
    assert found["score"].to_numpy() == pytest.approx([each[2] for each in expected], abs=1e-9)
    assert list(found[["one", "other", "common"]].itertuples(index=False, name=None)) == [
        (one, other, common) for one, other, _, common in expected
    ]


def test_two_triangles_on_paper() -> None:
    # a1 and b1 have three partners each, and are what a2 and a3 share with b1, and b2 and b3 with a1: 1/3 each.
    # Equals come in the order of ids.
    table = run("shared-partners", two_triangles(), score="resource-allocation").table
    assert table[["one", "other"]].to_numpy().tolist() == [["a1", "b2"], ["a1", "b3"], ["a2", "b1"], ["a3", "b1"]]
    assert table["score"].tolist() == pytest.approx([1 / 3] * 4)
    assert table["common_partners"].tolist() == [1] * 4
    assert run("shared-partners", two_triangles()).table["score"].tolist() == pytest.approx([1 / math.log(3)] * 4)


def test_pairs_of_one_group_and_of_none_are_left_out() -> None:
    star = nx.star_graph(4)  # the four around 0 share it
    ties, groups = ties_of(star), np.array([0, 1, 1, 2, -1])
    found = best_pairs(ties, 10, group=groups)
    assert found[["one", "other"]].to_numpy().tolist() == [[1, 3], [2, 3]]
    assert found["score"].tolist() == pytest.approx([1 / math.log(4)] * 2)


def test_more_are_asked_for_than_there_is_room_at_once() -> None:
    """The network has more equal pairs than are held at a time: the first by place are kept."""
    found = best_pairs(ties_of(nx.star_graph(200)), 3, score="common-partners")
    assert found[["one", "other"]].to_numpy().tolist() == [[1, 2], [1, 3], [1, 4]]


def test_kin_are_no_pair_and_words_are_told() -> None:
    # a-hub, b-hub, c-hub: three pairs share the hub, and b belongs to a.
    owned = pd.DataFrame([("b", "a")], columns=["start", "end"], dtype=object)
    net = Network.of({"p": ["a", "hub"], "q": ["b", "hub"], "r": ["c", "hub"]}, tables={"SUBSIDIARY_OF": owned})
    table = run("shared-partners", net, pairs=2).table
    assert table[["one", "other"]].to_numpy().tolist() == [["a", "c"], ["b", "c"]]
    with pytest.raises(UsageError, match="adamic-adar, common-partners, resource-allocation"):
        run("shared-partners", net, score="jaccard")
    with pytest.raises(UsageError, match="--pairs is 0"):
        run("shared-partners", net, pairs=0)


def test_no_pair_of_the_toy_zone_crosses_its_regions() -> None:
    """Neighbour scores see none of the 35 pairs across: that is what bridges are for."""
    assert run("shared-partners", toy_zone(), by="region").table.empty
    sentences = run("shared-partners", toy_zone()).sentences("en")
    assert sentences and "never worked together" in sentences[0]
