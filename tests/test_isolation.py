"""Isolation: components, isolates and what hangs by one, on paper and against networkx."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import toy_zone, two_triangles
from test_communities import shuffled

from graphkit.analysis import run
from graphkit.measures.cuts import hanging_parts, parts_by_few_ties
from graphkit.network import Network


def test_toy_zone() -> None:
    result = run("isolation", toy_zone())
    rows = result.table.to_dict("records")
    said = [(row["group"], row["members"], row["outside_ties"], row["cut"]) for row in rows]
    assert said == [
        ("isolates", 1, 0, ""),
        ("component 1", 7, 0, ""),
        ("component 2", 4, 0, ""),
        ("part 1", 3, 2, "E2"),  # E1, R1, U1 reach the rest by E2 alone, over two ties
        ("part 2", 3, 3, "E2"),
    ]
    assert rows[0]["example_members"] == "Z"
    told = [sentence.partition("：")[0] for sentence in result.sentences("zh")]
    assert told == ["1个主体（8.33 %）没有任何合作", "连通分量 1", "连通分量 2", "部分 1", "部分 2"]
    assert set(rows[1]["example_members"].split(", ")) <= {"E1", "E2", "F1", "G1", "R1", "S1", "U1"}
    each = result.members.set_index("id")
    assert each["component"].groupby(level=0).first().to_dict() == {
        **dict.fromkeys(("E1", "E2", "F1", "G1", "R1", "S1", "U1"), 1),
        **dict.fromkeys(("E3", "E4", "U2", "X1"), 2),
        "Z": None,
    }
    assert each.loc[["E2", "F1", "G1", "S1"], "coreness"].tolist() == [3] * 4
    assert each.loc["Z", ["component_size", "isolated", "coreness"]].tolist() == [1, True, 0]
    assert each.loc[["E1", "F1"], "cut"].tolist() == ["E2", "E2"]
    assert each.loc[["E2", "U2", "Z"], "cut"].isna().all()


def test_two_triangles_hang_by_their_bridge() -> None:
    table = run("isolation", two_triangles(), smallest=2).table
    parts = table[table["kind"] == "near-detached"]
    assert parts[["members", "outside_ties", "cut"]].to_numpy().tolist() == [
        [3, 1, "b1 -- a1"],
        [3, 1, "a1 -- b1"],
        [2, 2, "a1"],
        [2, 2, "b1"],
    ]


def test_a_consortium_that_hangs_by_an_organisation() -> None:
    # x is the only one of the consortium p who works with anyone else: no single tie cuts p off, losing x does.
    net = Network.of({"p": "xabc", "q": "xdef", "r": "defg", "s": "degh"})
    parts = [(p.members, p.by, p.ties) for p in hanging_parts(net.graph)]
    ids = net.organisations["id"].tolist()
    assert [("".join(ids[i] for i in m), "".join(ids[i] for i in by), ties) for m, by, ties in parts] == [
        ("abc", "x", 3)
    ]
    sentences = run("isolation", net).sentences("en")
    # The whole consortium, x with it, is a community with three ties to d, e and f: part 1.
    assert "without the ties x -- d, x -- e, x -- f 4 organisations" in sentences[-2]
    assert sentences[-1] == "part 2: without x 3 organisations would be cut off (outside ties: 3): a, b, c."
    assert "若失去 x，3个主体" in run("isolation", net).sentences("zh")[-1]


def test_a_community_that_hangs_by_two_organisations() -> None:
    # The clique a-f reaches the clique m-v only through its members a and b: losing both cuts four off, and losing m
    # and n, through whom it is reached, eight; losing the two ties between the cliques cuts off the smaller of them.
    net = Network.of({"p": "abcdef", "p2": "abcdef", "q": "mnopqrstuv", "q2": "mnopqrstuv", "r": "am", "s": "bn"})
    parts = run("isolation", net).table
    parts = parts[parts["kind"] == "near-detached"]
    assert parts[["members", "outside_ties", "cut", "example_members"]].to_numpy().tolist() == [
        [8, 16, "m, n", "o, p, q, r, s"],
        [6, 2, "a -- m, b -- n", "a, b, c, d, e"],
        [4, 8, "a, b", "c, d, e, f"],
    ]


def test_a_community_that_hangs_by_three_ties() -> None:
    # Two cliques of five with three ties between them and no end in common: no two organisations cut them apart.
    cliques = {f"p{i}": "abcde" for i in range(3)} | {f"q{i}": "mnopq" for i in range(3)}
    net = Network.of({**cliques, "r": "am", "s": "bn", "t": "co"})
    result = run("isolation", net)
    parts = result.table[result.table["kind"] == "near-detached"]
    assert parts[["members", "outside_ties", "cut"]].to_numpy().tolist() == [
        [5, 3, "a -- m, b -- n, c -- o"],
        [5, 3, "m -- a, n -- b, o -- c"],
    ]
    graph = net.to_networkx()
    smallest = {frozenset(tie) for tie in nx.minimum_edge_cut(graph, "d", "p")}
    assert smallest == {frozenset("am"), frozenset("bn"), frozenset("co")}
    assert "without the ties a -- m, b -- n, c -- o 5 organisations would be cut off" in result.sentences("en")[-2]
    assert result.members is not None
    assert result.members.set_index("id")["cut"]["d"] == "a -- m, b -- n, c -- o"
    assert not (run("isolation", net, few=2).table["kind"] == "near-detached").any()


@st.composite
def graphs(draw: st.DrawFn) -> Network:
    names = [f"o{i}" for i in range(9)]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=14))
    return Network.of({f"{a}{b}": [a, b] for a, b in pairs if a != b}, names)


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_every_part_hangs_and_none_is_missed(net: Network) -> None:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(net)))
    graph.add_edges_from(zip(*(part.tolist() for part in net.pairs[:2]), strict=True))
    expected = set()
    for one in nx.articulation_points(graph):
        whole = nx.node_connected_component(graph, one)
        rest = graph.subgraph(whole - {one})
        for part in nx.connected_components(rest):
            if len(part) <= len(whole) / 2:
                expected.add((tuple(sorted(part)), one, sum(graph.has_edge(one, i) for i in part)))
    found = hanging_parts(net.graph, smallest=1)
    assert {(part.members, part.by[0], part.ties) for part in found} == expected
    assert len(found) == len(expected)
    bridges = {frozenset(edge) for edge in nx.bridges(graph)}
    assert {frozenset(part.by) for part in found if len(part.by) == 2} <= bridges
    assert all((part.ties == 1) == (len(part.by) == 2) for part in found)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sets(st.sampled_from("abcdefghi"), max_size=5), st.integers(1, 3))
def test_a_smallest_cut_between_any_two_is_among_those_of_few_ties(net: Network, body: set[str], few: int) -> None:
    # One body of up to five beside the ties: from few + 2 members on, its members are one in the tree of cuts.
    pairs = {f"{a}{b}": [f"o{a}", f"o{b}"] for a, b in zip(*(part.tolist() for part in net.pairs[:2]), strict=True)}
    net = Network.of({**pairs, "body": [f"o{'abcdefghi'.index(one)}" for one in body]}, net.organisations["id"])
    graph = nx.Graph()
    graph.add_nodes_from(range(len(net)))
    graph.add_edges_from(zip(*(part.tolist() for part in net.pairs[:2]), strict=True))
    found = list(parts_by_few_ties(net, few))
    for members, ties in found:
        assert set(ties) == {(i, j) for i in members for j in graph[i] if j not in members}
        whole = nx.node_connected_component(graph, members[0])
        assert len(ties) <= few and 2 * len(members) <= len(whole)
    for whole in nx.connected_components(graph):
        for one, other in itertools.combinations(sorted(whole), 2):
            cut = nx.edge_connectivity(graph, one, other)
            if cut <= few:
                assert any(len(ties) == cut and (one in members) != (other in members) for members, ties in found)


def test_cliques_in_a_ring_hang_by_two_ties_each() -> None:
    # A ring of four cliques of five, one tie from each to the next: each is cut off by two ties, as networkx says.
    ring = ["abcde", "fghij", "klmno", "pqrst"]
    ties = {f"t{i}": f"{ring[i - 1][1]}{ring[i][0]}" for i in range(4)}
    net = Network.of({**dict(zip("ABCD", ring, strict=True)), **ties})
    table = run("isolation", net, few=2).table.set_index("cut")
    assert table.loc["a -- q, b -- f", ["members", "outside_ties", "example_members"]].tolist() == [
        5,
        2,
        "a, b, c, d, e",
    ]
    assert nx.edge_connectivity(net.to_networkx(), "c", "r") == 2
    assert set(table[table["kind"] == "near-detached"]["members"]) <= {5, 10}
    assert not (run("isolation", net, few=1).table["kind"] == "near-detached").any()


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_coreness_and_components_are_those_of_networkx(net: Network) -> None:
    members = run("isolation", net).members
    graph = net.to_networkx()
    assert dict(zip(members["id"], members["coreness"], strict=True)) == nx.core_number(graph)
    sizes = {name: len(part) for part in nx.connected_components(graph) for name in part}
    assert dict(zip(members["id"], members["component_size"], strict=True)) == sizes
    assert members["isolated"].tolist() == [graph.degree[name] == 0 for name in members["id"]]


def test_order_changes_nothing() -> None:
    net = toy_zone()
    one, two = run("isolation", net), run("isolation", shuffled(net, 3))
    assert one.table.to_json() == two.table.to_json()
    assert one.members is not None and two.members is not None
    assert one.members.to_json() == two.members.to_json()


@pytest.mark.parametrize("net", [Network.of({}), Network.of({}, ["a", "b"]), Network.of({"p": ["a"]}, ["b"])])
def test_without_ties_all_are_isolates(net: Network) -> None:
    result = run("isolation", net)
    assert result.table["members"].sum() == len(net)
    assert result.members is not None
    assert np.all(result.members["isolated"])
