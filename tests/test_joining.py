"""Who should join which platform, and which new platforms would open which silos."""

import networkx as nx
import pandas as pd
import pytest
from small_graphs import consortia, full_zone, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.joining import joining
from graphkit.measures.what_if import add_platform
from graphkit.network import Network


def test_join_scores_of_the_zone() -> None:
    # X1 met U2 and E3 in P5, of P4's U2, E3 and E4: 2 of 3. So U1 and P2, E4 and P5, E2 and P1: all within the silo.
    table = run("platform-members", toy_zone(), by="region").table
    best = table[table["rank"] == 1].set_index("platform")
    assert best["organisation"].to_dict() == {"P1": "E2", "P2": "U1", "P3": "E1", "P4": "X1", "P5": "E4"}
    assert best.loc[["P1", "P2", "P4", "P5"], "join_score"].tolist() == pytest.approx([2 / 3] * 4)
    assert (table["diversity_gain"] == 0).all()
    assert (table["new_across"] == 0).all()


def test_resource_is_direct_and_over_common_partners() -> None:
    # a-b share P1, b-c share P2: every tie weighs 1. For a in P2: directly to b 1; to c over b, who has two partners:
    # 1 * 1 / 2. To b over b's other partners: nothing. The mean over b and c: .75; b was met elsewhere: 1 of 2.
    net = Network.of({"P1": ["a", "b"], "P2": ["b", "c"]})
    found = joining(net, pd.Series([1]).to_numpy(), 5)
    assert found.organisation.tolist() == [0]
    assert found.score.tolist() == pytest.approx([0.75])
    assert found.met.tolist() == [0.5]


def test_diversity_and_what_would_be_new() -> None:
    # P1 has the roles U, R and E (all three pairs differ: 1); with the enterprise E2 one of six pairs is alike: 5/6.
    table = run("platform-members", toy_zone()).table.set_index(["platform", "organisation"])
    assert table.loc[("P1", "E2"), "diversity_gain"] == pytest.approx(-1 / 6)
    assert table.loc[("P1", "E2"), ["new_ties", "new_across"]].tolist() == [1, 1]  # U1
    # P2 has E, E, R: 2/3; with U1 five of six.
    assert table.loc[("P2", "U1"), "diversity_gain"] == pytest.approx(1 / 6)
    opening = run("platform-members", toy_zone(), opening=True).table
    assert opening["diversity_gain"].is_monotonic_decreasing
    assert table["pareto"].any()


def test_only_platforms_are_joined_where_there_are_any() -> None:
    net = full_zone()
    labels = ["Platform", "Collaboration", "Platform", "Collaboration", "Platform"]
    mixed = Network(net.organisations, net.bodies.assign(label=labels), net.memberships)
    assert set(run("platform-members", mixed).table["platform"]) == {"P1", "P3", "P5"}
    with pytest.raises(DataError, match="no platform"):
        run("platform-members", Network.of({}, ["a"]))
    with pytest.raises(UsageError):
        run("platform-members", net, each=0)


def test_a_new_platform_joins_the_two_silos_of_the_zone() -> None:
    found = run("new-platforms", toy_zone(), by="region", platforms=1, members=4)
    row = found.table.iloc[0]
    assert (row["silo"], row["other_silo"]) == ("E", "W")
    # Seats in bodies of two and more: 10 in the East, 6 in the West: 10 * 6 / 16 expected between them, and nothing.
    assert row["missing"] == pytest.approx(10 * 6 / 16)
    # No neutral one reaches the other side. Of its own U2 reaches 4/5, R1 5.5/7 and G1 5.33/7 (itself, three at
    # one hop, two at two, one at three): all within 5 % of the most, and G1 sits in one platform only.
    assert (row["host"], row["host_neutral"], row["host_reach"], row["host_seats"]) == ("G1", True, 0, 1)
    after = add_platform(toy_zone(), row["members"].split(", ")).after
    before = nx.global_efficiency(toy_zone().to_networkx())
    assert row["gain"] == pytest.approx(nx.global_efficiency(after.to_networkx()) - before)
    assert row["gain_reachable"] == pytest.approx(28 / 66)
    assert row["gain_error"] == 0
    regions = toy_zone().organisations.set_index("id")["region"]
    assert set(regions[row["members"].split(", ")]) == {"E", "W"}


def test_platforms_follow_each_other_and_open_planted_silos() -> None:
    net = consortia(3, groups=4, mixing=0.05, organisations=120, bodies=60)
    table = run("new-platforms", net, by="region", platforms=3).table
    assert len(table) == 3
    assert (table["gain"] > 0).all()
    assert table["missing"].is_monotonic_decreasing
    after = net
    for members in table["members"]:
        assert len(members.split(", ")) == 6
        after = add_platform(after, members.split(", ")).after
    won = nx.global_efficiency(after.to_networkx()) - nx.global_efficiency(net.to_networkx())
    assert table["gain"].sum() == pytest.approx(won)


def test_parent_and_subsidiary_never_sit_in_one_proposal() -> None:
    net = two_triangles()
    free = run("new-platforms", net, by="region", platforms=1, members=4).table["members"][0].split(", ")
    chain = pd.DataFrame([(free[1], free[0])], columns=["start", "end"])
    seats = net.memberships.assign(
        organisation=net.organisations["id"].to_numpy()[net.memberships["organisation"]],
        body=net.bodies["id"].to_numpy()[net.memberships["body"]],
    )
    owned = Network.from_frames(net.organisations, net.bodies, seats, tables={"SUBSIDIARY_OF": chain})
    kept = run("new-platforms", owned, by="region", platforms=1, members=4).table["members"][0].split(", ")
    assert not {free[0], free[1]} <= set(kept)


def test_theme_sentences_and_what_is_refused() -> None:
    found = run("new-platforms", full_zone(), by="region", platforms=1, members=5)
    assert found.table["theme"][0] in ("Optics", "Batteries")
    assert found.sentences("en")[0].startswith("A platform on ")
    assert "牵头新建平台" in found.sentences("zh")[0]
    assert "could join" in run("platform-members", toy_zone()).sentences("en")[0]
    with pytest.raises(DataError, match="there are not two"):
        run("new-platforms", toy_zone(), by="role")
    with pytest.raises(UsageError):
        run("new-platforms", toy_zone(), members=2)
