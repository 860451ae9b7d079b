"""Platforms as hyperedges: values on paper, Latapy's redundancy as networkx has it, and chance drawn by the sampler."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, full_zone, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import UsageError
from graphkit.measures.hyperedges import crossing, redundancy
from graphkit.network import Network


def test_every_platform_of_the_toy_zone_keeps_to_its_region() -> None:
    result = run("platforms", toy_zone(), by="region")
    table = result.table.set_index("id")
    assert table["crossing_share"].to_dict() == dict.fromkeys(("P1", "P2", "P3", "P4", "P5"), 0)
    # East has 10 seats, of which R1, E1 and E2 two each: 10 * 9 - 3 * 2 = 84 ordered pairs of different organisations;
    # West 6, U2 and E3 two each: 30 - 4 = 26. All 16 * 15 - 10 = 230, so 1 - 110 / 230 of pairs cross by chance.
    assert set(table["expected"]) == {round(120 / 230, 12)}
    # P3 of four: 6 pairs. e3 of East: 10^3 - 3 * 10 * 16 + 2 * 28 = 576, of West 6^3 - 3 * 6 * 10 + 2 * 18 = 72, of all
    # 16^3 - 3 * 16 * 26 + 2 * 46 = 2940; q3 = 648 / 2940.
    q2, q3 = 110 / 230, 648 / 2940
    assert table.loc["P3", "z"] == pytest.approx(-6 * (1 - q2) / np.sqrt(6 * (q2 - q2**2) + 24 * (q3 - q2**2)))
    # R1 and E1 meet in P1 and P2, U2 and E3 in P4 and P5; each is one of three pairs.
    assert table["redundancy"].to_dict() == pytest.approx({"P1": 1 / 3, "P2": 1 / 3, "P3": 0, "P4": 1 / 3, "P5": 1 / 3})
    assert set(table["crosses"]) == {""} and set(table["alone"]) == {0}
    assert result.table["id"][0] == "P3"  # the largest is the least likely to be closed
    assert result.sentences("en", 1) == ["P3 · 4 members of 1 group: 0 % of its pairs cross groups (52.2 % by chance)."]


def test_what_a_platform_alone_crosses() -> None:
    table = run("platforms", two_triangles(), by="region").table.set_index("id")
    bridge = table.loc["a1-b1"]
    assert bridge[["crossing_share", "groups", "alone"]].tolist() == [1, 2, 1]
    assert bridge["crosses"] == "A – B 1" and bridge["alone_crosses"] == "A – B"
    assert table.drop(index="a1-b1")["crossing_share"].tolist() == [0] * 6
    # Seven seats a side, of 14 in all: 1 - 2 * (7 * 6 - 10) / (14 * 13 - 20) of pairs cross by chance.
    said = run("platforms", two_triangles(), by="region").sentences("zh")[-1]
    assert (
        said == "a1-b1（2个成员，2个群组）：100% 的成员对跨越群组（随机期望 60.5%）；仅由它连接的群组对 1 个（A – B）。"
    )
    assert (
        run("platforms", two_triangles(), by="region").sentences("en")[-1].endswith("joins 1 pair of groups (A – B).")
    )
    assert "closed by that alone" in run("platforms", two_triangles(), by="community").notes[0]
    # By role P3 joins enterprise, finance, intermediary and government, which meet nowhere else.
    roles = run("platforms", toy_zone(), by="role").table.set_index("id")
    assert roles.loc["P3", ["groups", "crossing_share", "alone"]].tolist() == [4, 1, 6]
    assert roles.loc["P3", "crosses"].endswith(", +3")
    assert roles.loc["P1", "alone"] == 1  # university and research institute; with enterprises both meet elsewhere


def test_pairs_without_a_group_are_not_counted() -> None:
    net = Network.of({"p": "abc", "q": "ad"}, {"a": {"region": "x"}, "b": {"region": "y"}, "c": {}, "d": {}})
    result = run("platforms", net, by="region")
    table = result.table.set_index("id")
    assert table["crossing_share"].to_dict() == {"p": 1, "q": None}
    assert result.notes == ("2 organisations in bodies have no region: their pairs are not counted.",)
    assert len(result.sentences("en")) == 1
    assert run("platforms", net, by="region", least=3).table["id"].tolist() == ["p"]
    with pytest.raises(UsageError, match="1 or more"):
        run("platforms", net, by="region", least=0)


def test_redundancy_of_the_projection_toy() -> None:
    # analyses.md: o1, o2 | o1, o2, o3 | o3, o4. Both bodies of o1 have o2, those of o3 have nobody else in common.
    net = Network.of({"A": ["o1", "o2"], "B": ["o1", "o2", "o3"], "C": ["o3", "o4"]})
    assert redundancy(sp.csr_array(net.membership.T))[:3].tolist() == [1, 1, 0]
    assert redundancy(net.membership).tolist() == pytest.approx([1, 1 / 3, 0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_redundancy_is_that_of_networkx(seed: int) -> None:
    net = consortia(seed, organisations=18, bodies=10)
    graph = nx.Graph(
        (f"b{b}", f"o{o}") for b, o in zip(net.memberships["body"], net.memberships["organisation"], strict=True)
    )
    expected = nx.bipartite.node_redundancy(graph, [f"b{b}" for b in range(len(net.bodies))])
    assert redundancy(net.membership).tolist() == pytest.approx(list(expected.values()))


def test_chance_is_that_of_dealing_out_seats() -> None:
    # Seats of a body drawn without regard to groups, no organisation twice: average over 4,000 draws.
    net = consortia(4, organisations=60, bodies=40, groups=3)
    labels = np.unique(net.organisations["region"].to_numpy().astype(str), return_inverse=True)[1]
    found = crossing(net, labels, 3)
    random = np.random.default_rng(1)
    pool = np.repeat(np.arange(len(net)), net.seats)
    body = int(np.argmax(net.sizes))
    drawn = []
    while len(drawn) < 4000:
        some = random.choice(pool, int(net.sizes[body]), replace=False)
        if len(set(some)) == len(some):
            drawn.append(sum(labels[a] != labels[b] for i, a in enumerate(some) for b in some[:i]))
    assert found.expected[body] == pytest.approx(np.mean(drawn), rel=0.02)
    assert found.deviation[body] == pytest.approx(np.std(drawn), rel=0.1)


def test_bodies_of_one_and_networks_without_pairs() -> None:
    net = Network.of({"p": "a", "q": "b"}, {"a": {"region": "x"}, "b": {"region": "y"}})
    assert len(run("platforms", net, by="region").table) == 0
    one = run("platforms", net, by="region", least=1).table
    assert one[["crossing_share", "z", "redundancy"]].isna().all(axis=None)
    labelled = run("platforms", full_zone(), by="zone").table
    assert set(labelled["body"]) == {"Platform"}
