"""Openness, mixing and module roles: values on paper, networkx' answers, and what happens at the edges."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, full_zone, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.openness import group_ties
from graphkit.measures.segregation import _largest, expansion, spectral_segregation
from graphkit.network import Network


def of_graph(graph: "nx.Graph[object]", groups: dict[object, str]) -> Network:
    names = {node: f"{number:02d}" for number, node in enumerate(graph)}
    facts = {names[node]: {"region": groups[node]} for node in graph}
    return Network.of({f"{names[a]}-{names[b]}": [names[a], names[b]] for a, b in graph.edges}, facts)


# ---- openness ----


def test_openness_of_two_triangles() -> None:
    result = run("openness", two_triangles(), by="region")
    row = result.table.set_index("group").loc["A"]
    assert row["members"] == 3
    assert row["external_share"] == pytest.approx(1 / 7)
    # Seats: a1, b1 three, the others two, so K = 7 of 14 and S = 3*2 + 2 + 2 = 10: Q = (42 - 10) / (182 - 20) = 32/162,
    # and by chance 14 Q of 7 stay inside.
    assert row["expected"] == pytest.approx(1 - 14 * (32 / 162) / 7)
    assert row["ei"] == row["ei_weighted"] == pytest.approx(-1 / 2)  # one tie out, three in
    assert row["ei_rescaled"] == pytest.approx((1 / 9 - 1) / (1 / 9 + 1))  # 1 of 9 pairs outside, 3 of 3 inside
    assert row["conductance"] == pytest.approx(1 / 7)
    assert row["expansion"] == row["boundary"] == pytest.approx(1 / 3)
    assert row["segregation"] == pytest.approx(0.7619, abs=5e-5)  # 1 - (1/7) / (18/30)
    # Shares of a1's ties inside are 1/3, 1/3, of a2's and a3's 1/2, 1/2: x^2 - x/2 - 1/3 = 0.
    assert row["spectral"] == pytest.approx((1 / 2 + np.sqrt(1 / 4 + 4 / 3)) / 2)
    assert result.notes == (
        "Of the whole network by region: E-I index -0.714, by density -0.800, assortativity 0.714, "
        "Freeman's segregation 0.762.",
    )
    assert result.sentences("en", 1) == [
        "A · 3 organisations: 14.3 % of tie weight leaves the group (60.5 % by chance), 33.3 % of its members have a "
        "partner outside, E-I index -0.50."
    ]
    assert result.sentences("zh", 1) == [
        "A（3个主体）：14.3% 的联系通向组外（随机期望 60.5%），33.3% 的成员有组外伙伴，E-I 指数 -0.50。"
    ]


def test_the_toy_zone_is_closed_by_every_measure() -> None:
    table = run("openness", toy_zone(), by="region").table.set_index("group")
    for measure, value in (("external_share", 0), ("ei", -1), ("ei_weighted", -1), ("ei_rescaled", -1)):
        assert table[measure].tolist() == [value, value]
    for measure, value in (("conductance", 0), ("expansion", 0), ("boundary", 0), ("segregation", 1), ("spectral", 1)):
        assert table[measure].tolist() == [value, value]


def test_weight_and_number_of_ties_differ() -> None:
    # a and b meet in two bodies of two (weight 2); a meets c, d in one of three (1/2 each), as c meets d.
    net = Network.of({"p": "ab", "q": "ab", "r": "acd"}, {name: {"region": "x"} for name in "ab"})
    row = run("openness", net, by="region").table.iloc[0]
    assert row["ei"] == pytest.approx((2 - 1) / 3)
    assert row["ei_weighted"] == pytest.approx((1 - 2) / 3)
    assert row["external_share"] == pytest.approx(1 / 5)


def test_an_isolate_and_a_whole_network_have_no_openness() -> None:
    table = run("openness", toy_zone().with_groups("z.csv", {"Z": "alone"}), by="z.csv").table
    assert table.iloc[0].to_dict() == {
        "group": "alone",
        "members": 1,
        "name": "alone",
        **dict.fromkeys(("external_share", "expected", "ei", "ei_weighted", "ei_rescaled", "conductance")),
        **dict.fromkeys(("boundary", "segregation", "spectral")),
        "expansion": 0,
    }
    whole = full_zone()
    whole = whole.with_groups("all.csv", dict.fromkeys(whole.nodes["id"], "all"))
    row = run("openness", whole, by="all.csv").table.iloc[0]
    assert row["external_share"] == 0 and row["spectral"] == 1
    assert row["conductance"] is None and row["expansion"] is None and row["segregation"] is None
    with pytest.raises(DataError, match="no organisation has a city"):
        run("openness", toy_zone(), by="city")


def test_other_weightings_have_no_expectation() -> None:
    table = run("openness", toy_zone().weighted("count"), by="region").table
    assert table["expected"].tolist() == [None, None]


@pytest.mark.parametrize("name", ["karate", "Florentine", "Southern Women"])
def test_known_networks_are_measured_as_networkx_does(name: str) -> None:
    if name == "karate":
        graph = nx.karate_club_graph()
        groups = nx.get_node_attributes(graph, "club")
    elif name == "Florentine":
        graph = nx.florentine_families_graph()
        groups = {family: "Medici" if graph.has_edge(family, "Medici") else "others" for family in graph}
    else:
        both = nx.davis_southern_women_graph()
        women = sorted(node for node, side in both.nodes(data="bipartite") if side == 0)
        graph = nx.bipartite.projected_graph(both, women)
        groups = {woman: "first nine" if number < 9 else "others" for number, woman in enumerate(both.graph["top"])}
    net = of_graph(graph, groups)
    result = run("openness", net, by="region")
    for _, row in result.table.iterrows():
        inside = {node for node in graph if groups[node] == row["group"]}
        assert row["conductance"] == pytest.approx(nx.conductance(graph, inside))
        assert row["expansion"] == pytest.approx(nx.edge_expansion(graph, inside))
        assert row["boundary"] == pytest.approx(len(nx.node_boundary(graph, set(graph) - inside)) / len(inside))
        matrix = nx.to_numpy_array(graph, nodelist=list(graph), weight=None)
        at = [number for number, node in enumerate(graph) if node in inside]
        rows = matrix / matrix.sum(axis=1, keepdims=True)
        parts = [list(part) for part in nx.connected_components(graph.subgraph(inside))]
        where = {node: number for number, node in enumerate(graph)}
        indices = [len(p) * max(abs(np.linalg.eigvals(rows[np.ix_(*[[where[i] for i in p]] * 2)]))) for p in parts]
        assert row["spectral"] == pytest.approx(sum(indices) / len(at), abs=1e-8)
    nx.set_node_attributes(graph, groups, "of")
    assert f"assortativity {nx.attribute_assortativity_coefficient(graph, 'of'):.3f}" in result.notes[0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_measures_keep_their_bounds(seed: int) -> None:
    net = consortia(seed, organisations=25, bodies=12)
    labels = np.unique(net.organisations["region"].to_numpy().astype(str), return_inverse=True)[1]
    ties = group_ties(net, labels, 3)
    spectral = spectral_segregation(net, labels, 3)
    stays = 2 * ties.weight_inside / (2 * ties.weight_inside + ties.weight_outside)
    assert np.all((spectral >= 0) & (spectral <= 1))
    assert np.all(expansion(ties, np.bincount(labels), len(net)) >= 0)
    # The index of a group without any tie outside is 1, of one without any inside 0.
    assert np.all((stays > 0) == (spectral > 1e-6))


def test_a_large_component_has_the_same_eigenvalue() -> None:
    import scipy.sparse as sp

    random = np.random.default_rng(0)
    half = np.triu(random.random((150, 150)) < 0.1, 1).astype(float)
    matrix = half + half.T
    assert _largest(sp.csr_array(matrix)) == pytest.approx(np.linalg.eigvalsh(matrix)[-1])


# ---- mixing ----


def test_mixing_of_two_triangles() -> None:
    result = run("mixing", two_triangles(), by="region")
    rows = result.table.set_index(["group", "other"])
    # Seven ties, seven ends a side: 7 * 7 / 14 = 3.5 expected between, half of that within.
    assert rows["ties"].to_dict() == {("A", "B"): 1, ("A", "A"): 3, ("B", "B"): 3}
    assert rows["expected"].to_dict() == {("A", "B"): 3.5, ("A", "A"): 1.75, ("B", "B"): 1.75}
    assert rows.loc[("A", "B"), "ratio"] == pytest.approx(0.2857, abs=5e-5)
    assert rows["weight"].tolist() == [1, 3, 3]
    assert rows["share"].tolist() == [1, None, None]
    assert result.notes == ("Assortativity by region: 0.714 (1 all ties inside, 0 chance).",)
    assert result.sentences("en", 2) == [
        "A and B: 1 ties, 3.5 expected (0.29 times).",
        "within A: 3 ties, 1.75 expected (1.71 times).",
    ]


def test_weights_of_seats_are_expected_from_seats() -> None:
    # E has 10 and W 6 of 16 seats: 100 / 32, 36 / 32 and 60 / 16 expected of the weights 5, 3 and 0.
    rows = run("mixing", toy_zone(), by="region").table.set_index(["group", "other"])
    assert rows["weight"].to_dict() == {("E", "W"): 0, ("E", "E"): 5, ("W", "W"): 3}
    assert rows["weight_ratio"].to_dict() == pytest.approx({("E", "W"): 0, ("E", "E"): 1.6, ("W", "W"): 8 / 3})


def test_pairs_of_groups_are_each_listed_once_and_may_be_too_small() -> None:
    net = consortia(3, groups=4, organisations=40, bodies=30)
    table = run("mixing", net, by="region").table
    assert len(table) == 10 and not table.duplicated(["group", "other"]).any()
    assert table["ties"].sum() == len(net.pairs[0])
    assert table["expected"].sum() == pytest.approx(len(net.pairs[0]))
    assert table["weight"].sum() == pytest.approx(net.seats.sum() / 2)
    some = run("mixing", net, by="region", least=1.0).table
    assert (some["expected"] >= 1).all()
    with pytest.raises(UsageError, match="0 or more"):
        run("mixing", net, by="region", least=-1.0)


# ---- module roles ----


def test_roles_of_two_triangles() -> None:
    for by in ("region", "community"):
        table = run("module-roles", two_triangles(), by=by).table.set_index("id")
        assert table["participation"].to_dict() == pytest.approx(
            {"a1": 4 / 9, "b1": 4 / 9, "a2": 0, "a3": 0, "b2": 0, "b3": 0}
        )
        assert set(table["within"]) == {0}  # two ties inside each
        assert table["role"].to_dict() == {
            **dict.fromkeys(("a1", "b1"), "R2"),
            **dict.fromkeys(("a2", "a3", "b2", "b3"), "R1"),
        }


def test_a_hub_and_a_connector() -> None:
    # A star of ten in x: the centre has 10 ties, the leaves 1 each, mean 20/11, deviation sqrt(11 * 110 - 400) / 11, so
    # z = (10 - 20/11) / 2.587 = 3.16. Its eleventh tie goes to k, whose three ties go to three groups: 1 - 3/9 = 2/3.
    bodies = {f"s{i}": ["c", f"leaf{i}"] for i in range(10)}
    bodies |= {"t": ["c", "k"], "u": ["k", "y"], "v": ["k", "w"]}
    facts = {name: {"region": "x"} for name in ("c", *(f"leaf{i}" for i in range(10)))}
    facts |= {"k": {"region": "k"}, "y": {"region": "y"}, "w": {"region": "w"}}
    result = run("module-roles", Network.of(bodies, facts), by="region")
    table = result.table.set_index("id")
    assert table.loc["c", "within"] == pytest.approx(np.sqrt(10))
    assert table.loc["c", "participation"] == pytest.approx(1 - (10 / 11) ** 2 - (1 / 11) ** 2)
    assert table.loc[["c", "k", "leaf0", "y"], "role"].tolist() == ["R5", "R3", "R1", "R1"]
    assert result.table["id"].tolist()[:2] == ["c", "k"]
    assert result.sentences("en") == [
        "c is a provincial hub of group x (R5: z within the group 3.2, participation 0.17).",
        "k is a connector of group k (R3: z within the group 0.0, participation 0.67).",
    ]
    assert result.sentences("zh", 1) == ["c：群组 x 的地方枢纽（R5，组内 z = 3.2，参与系数 0.17）。"]


def test_without_ties_there_is_no_role() -> None:
    table = run("module-roles", toy_zone(), by="region").table
    assert "Z" not in set(table["id"]) and len(table) == 11
    assert len(run("module-roles", Network.of({}, ["a"])).table) == 0
