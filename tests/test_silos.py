"""Silos: values on paper, chance not mistaken for a silo, planted silos found, and the same answer every time."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from small_graphs import consortia, homophily, toy_zone, two_triangles
from test_communities import shuffled

from graphkit.analysis import Result, run
from graphkit.errors import DataError, UsageError
from graphkit.measures.closure import Evidence, odds_ratio, unusual
from graphkit.measures.heldout import cauchy
from graphkit.measures.openness import assortativity, ei_index, group_ties, observed_over_expected, segregation
from graphkit.measures.seats import Groups, Seats
from graphkit.network import Network

FLAGGED = ("silo", "leaning inward")
SIDES = np.array([0, 0, 0, 1, 1, 1])


def flagged(result: Result) -> bool:
    return bool(result.table["verdict"].isin(FLAGGED).any())


def regions(net: Network) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.unique(net.organisations["region"].to_numpy().astype(str), return_inverse=True)[1]


def zones(seed: int, closed: dict[int, float], groups: int = 12, each: int = 25, bodies: int = 260) -> Network:
    """Twelve zones of 25; of the bodies of zone g, seats go to the zone itself with probability closed[g], else 0.1."""
    random = np.random.default_rng(seed)
    zone = np.repeat(np.arange(groups), each)
    members = {}
    for body in range(bodies):
        home, size, chosen = body % groups, int(random.integers(3, 8)), set[int]()
        while len(chosen) < size:
            own = random.random() < closed.get(home, 0.1)
            chosen.add(int(random.choice(np.flatnonzero(zone == home) if own else groups * each)))
        members[f"p{body:03d}"] = [f"o{i:03d}" for i in sorted(chosen)]
    return Network.of(members, {f"o{i:03d}": {"zone": f"z{z:02d}"} for i, z in enumerate(zone)})


# ---- on paper ----


def test_two_triangles_are_too_small_to_tell() -> None:
    for by in ("region", "community"):
        table = run("silos", two_triangles(), by=by).table
        assert table["verdict"].tolist() == ["too small", "too small"]
        assert table["q"].tolist() == [None, None]
        assert table["members"].tolist() == [3, 3]
        assert table["external_share"].tolist() == pytest.approx([1 / 7, 1 / 7])  # 6 of 7 seats' worth stays inside
        assert table["conductance"].tolist() == pytest.approx([1 / 7, 1 / 7])
        assert table["ei"].tolist() == pytest.approx([-0.5, -0.5])  # one tie out, three in
        assert table["doors"].tolist() == ["a1 1", "b1 1"]
        assert table["own_bodies"].tolist() == [1, 1]


def test_measures_of_two_triangles() -> None:
    net = two_triangles()
    assert ei_index(net, SIDES) == pytest.approx(-5 / 7)
    assert assortativity(net, SIDES) == pytest.approx(5 / 7)
    assert segregation(net, SIDES) == pytest.approx(0.7619, abs=5e-5)
    assert observed_over_expected(net, SIDES)[0, 1] == pytest.approx(0.2857, abs=5e-5)
    graph = net.to_networkx()
    assert assortativity(net, SIDES) == pytest.approx(nx.attribute_assortativity_coefficient(graph, "region"))
    assert group_ties(net, SIDES, 2).conductance()[0] == pytest.approx(nx.conductance(graph, ["a1", "a2", "a3"]))


def test_label_permutation_of_two_triangles_cannot_reach_significance() -> None:
    # All 20 ways to call three of six East: two are as closed, so p = 0.10; mean 0.2, z = -2.74.
    net = two_triangles()
    found = []
    for three in itertools.combinations(range(6), 3):
        labels = np.ones(6, dtype=int)
        labels[list(three)] = 0
        found.append(ei_index(net, labels))
    null = np.array(found, dtype=float)
    assert (null <= -5 / 7 + 1e-12).mean() == 0.10
    assert null.mean() == pytest.approx(0.2)
    assert (-5 / 7 - null.mean()) / null.std() == pytest.approx(-2.74, abs=0.005)


def test_toy_zone() -> None:
    net = toy_zone()
    result = run("silos", net, by="region")
    table = result.table.set_index("group")
    assert ei_index(net, regions(net)) == -1
    assert table["ei"].to_dict() == {"E": -1, "W": -1}
    assert table["external_share"].to_dict() == {"E": 0, "W": 0}
    assert table["seats"].to_dict() == {"E": 10, "W": 6}
    assert table["own_bodies"].to_dict() == {"E": 1, "W": 1}
    assert table["conductance"].to_dict() == {"E": 0, "W": 0}
    assert table["doors"].to_dict() == {"E": "", "W": ""}
    assert table.loc["W", "verdict"] == "too small"  # two bodies: nothing to measure a spread by
    assert table.loc["E", "carried_by"] == "P3 40 %, P1 30 %"
    assert "E-I index -1.000" in result.notes[0]
    assert result.members is not None
    assert result.members.set_index("id").loc["Z", "silo_own_external_share"] is None


def test_an_isolate_has_no_conductance() -> None:
    # networkx divides by zero for a group without ties (analyses.md 1.6); here the value does not exist.
    net = toy_zone()
    labels = np.where(net.organisations["id"] == "Z", 0, -1)
    assert np.isnan(group_ties(net, labels, 1).conductance()[0])
    assert np.isnan(group_ties(net, labels, 1).ei()[0])
    assert segregation(net, labels) is None and assortativity(net, labels) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_external_share_is_the_tie_weight_that_leaves(seed: int) -> None:
    # Newman strength is seats, so 1 - I / K is also the weight leaving over all weight at the group's ends.
    net = consortia(seed, organisations=25, bodies=12)
    labels = regions(net)
    ties = group_ties(net, labels, 3)
    evidence = Evidence.of(Seats.of(net), Groups.of(labels, 3))
    strength = 2 * ties.weight_inside + ties.weight_outside
    assert strength == pytest.approx(evidence.seats)
    assert evidence.inside == pytest.approx(2 * ties.weight_inside)


def test_members_carry_their_group_and_their_own_share() -> None:
    members = run("silos", two_triangles(), by="region").members
    assert members is not None
    rows = members.set_index("id")
    assert rows["silo"].tolist() == ["A", "A", "A", "B", "B", "B"]
    # a1 has two ties inside and one outside, a2 and a3 none outside.
    assert rows["silo_own_external_share"].tolist() == pytest.approx([1 / 3, 0, 0, 1 / 3, 0, 0])
    assert set(rows["silo_by"]) == {"region"} and set(rows["silo_verdict"]) == {"too small"}


def test_odds_ratio() -> None:
    # 30 of 60 seats stay, 20 by chance (1/3): with one seat of chance added the share is (30 + 1/3) / 61.
    evidence = Evidence(*(np.array([value]) for value in (30.0, 60.0, 10.0, 0.2, 9.0, 0.5, 0.0)))
    odds, low, high = odds_ratio(evidence, np.array([20.0]))
    share = (30 + 1 / 3) / 61
    assert odds[0] == pytest.approx(share / (1 - share) / 0.5)
    # The error .2 is more than the weight of a pair, .5 / 61 / share (1 - share); Student's 97.5 % with 9 degrees.
    reach = 2.26216 * 0.2
    assert (low[0], high[0]) == pytest.approx((odds[0] * np.exp(-reach), odds[0] * np.exp(reach)), rel=1e-4)
    nothing = Evidence(*(np.array([0.0]) for _ in range(7)))
    assert all(np.isnan(each[0]) for each in odds_ratio(nothing, np.array([0.0])))


def test_unusual_is_the_distance_from_the_line_through_all() -> None:
    # Ten groups on the line 6 - log K, by turns 0.1 above and below it, and one 2 above. The median residual is 0.1, so
    # that they are 0 or 0.2 off, and the last 1.9; half of all are off by 0.2 or less.
    seats = np.array([10.0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 300])
    residual = np.array([0.1, -0.1] * 5 + [2.0])
    z = unusual(6 - np.log(seats) + residual, seats, np.ones(11, dtype=bool))
    assert z == pytest.approx([0, -1 / 1.4826] * 5 + [1.9 / (1.4826 * 0.2)])
    # A line that rises says nothing about size: the slope is held at 0, and the last still stands out.
    flat = unusual(np.array([1.0, 1.2] * 5 + [3.0]), np.array([100.0, 101] * 5 + [150]), np.ones(11, dtype=bool))
    assert flat[-1] == pytest.approx(1.8 / (1.4826 * 0.2))
    assert np.isnan(unusual(np.zeros(7), np.full(7, 50.0), np.ones(7, dtype=bool))).all()  # seven make no line


def test_cauchy_combination() -> None:
    assert cauchy(np.array([[0.02], [0.02], [0.02]]))[0] == pytest.approx(0.02)
    # tan((0.5 - 0.01) pi) = 31.82, that of 0.5 is 0: mean 15.91, p = 0.5 - atan(15.91) / pi = 0.01998
    assert cauchy(np.array([[0.01], [0.5]]))[0] == pytest.approx(0.01998, abs=1e-5)
    assert cauchy(np.array([[0.01], [1.0]]))[0] < 0.99


# ---- chance is no silo ----


def test_null_data_is_not_flagged() -> None:
    # By region 20 networks without silos; by community 10 of them (the projection's null flags all: analyses 1.1).
    # Tests that keep to their 5 % go beyond these bounds, alarms of single groups and of networks, in 2 % of cases.
    for by, sets in (("region", 20), ("community", 10)):
        results = [run("silos", consortia(seed), by=by, seed=seed, unvaried=True) for seed in range(sets)]
        assert sum(map(flagged, results)) <= binom.ppf(0.98, sets, 0.05)
        p = np.concatenate([result.table.loc[result.table["q"].notna(), "p"] for result in results]).astype(float)
        assert len(p) >= 60
        assert (p <= 0.05).sum() <= binom.ppf(0.98, len(p), 0.05)
        calm = [result.table["verdict"] for result in results if not flagged(result)]
        assert all(verdicts.isin(["neither", "too small", "open"]).all() for verdicts in calm)


def test_activity_is_not_closure() -> None:
    # East is four times as active as West; label permutation calls it a silo in every run (analyses 1.2).
    results = [run("silos", homophily(seed, 0.0, 4.0), by="region", seed=seed, unvaried=True) for seed in range(20)]
    assert sum(map(flagged, results)) <= 2


def test_homophily_is_found_on_both_sides_whatever_the_activity() -> None:
    for activity in (1.0, 4.0):
        results = [
            run("silos", homophily(seed, 0.5, activity), by="region", seed=seed, unvaried=True) for seed in range(10)
        ]
        assert sum(result.table["verdict"].isin(FLAGGED).all() for result in results) >= 7


def test_planted_silos_are_found_and_are_not_merely_significant() -> None:
    results = [run("silos", consortia(seed, groups=3), by="region", seed=seed, unvaried=True) for seed in range(10)]
    assert sum((result.table["verdict"] == "silo").all() for result in results) >= 7
    # Found, not given: at least one community is significant in bodies that took no part in finding it. Alarms of 5 %
    # would do so in three networks of six with probability .002.
    found = [run("silos", consortia(seed, groups=3), seed=seed, unvaried=True) for seed in range(6)]
    assert sum(map(flagged, found)) >= 3


def test_of_many_zones_only_the_unusual_one_is_a_silo() -> None:
    # All zones keep a third of their seats at home, one keeps four fifths: home ties are everywhere, one stands out.
    alone = 0
    for seed in range(5):
        table = run("silos", zones(seed, {**dict.fromkeys(range(12), 0.35), 4: 0.8}), by="zone").table
        assert table[["group", "verdict"]].iloc[0].tolist() == ["z04", "silo"]
        assert (table["verdict"] == "leaning inward").sum() >= 8
        alone += int((table["verdict"] == "silo").sum() == 1)
    assert alone >= 3


def test_zones_that_keep_most_ties_inside_are_silos_without_comparison() -> None:
    table = run("silos", zones(1, dict.fromkeys(range(12), 0.95)), by="zone").table
    assert (table["external_share"].astype(float) < 0.5).all()
    assert (table["verdict"] == "silo").all()


def test_an_open_group_is_called_open() -> None:
    # Every body takes one member of the group and four others: the group's members never meet.
    random = np.random.default_rng(0)
    bodies = {f"p{i}": [f"m{i % 10}", *(f"o{j:02d}" for j in random.choice(40, 4, replace=False))] for i in range(60)}
    facts = {f"m{i}": {"role": "finance"} for i in range(10)} | {f"o{j:02d}": {"role": "user"} for j in range(40)}
    table = run("silos", Network.of(bodies, facts), by="role").table.set_index("group")
    assert table.loc["finance", "verdict"] == "open"
    assert table.loc["finance", "external_share"] == 1


# ---- the same answer every time ----


@pytest.mark.parametrize("by", ["region", "community"])
def test_order_changes_nothing_and_the_seed_decides(by: str) -> None:
    net = consortia(5, organisations=120, bodies=60, groups=3)
    one = run("silos", net, by=by, draws=160, seed=2)
    two = run("silos", shuffled(net, 7), by=by, draws=160, seed=2)
    assert one.table.to_json() == two.table.to_json()
    assert one.members is not None and two.members is not None
    assert one.members.to_json() == two.members.to_json()
    assert one.notes == two.notes
    other = run("silos", net, by=by, draws=160, seed=3)
    assert other.table["expected"].tolist() != one.table["expected"].tolist()


def test_neither_hash_seed_nor_threads_change_a_byte() -> None:
    code = (
        "from small_graphs import consortia; from graphkit.analysis import run; import sys; "
        "found = run('silos', consortia(5, organisations=60, bodies=40, groups=3), by='region', draws=80); "
        "sys.stdout.write(found.table.to_json() + found.members.to_json() + str(found.notes))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
            | {"PYTHONHASHSEED": hashes, "OMP_NUM_THREADS": threads, "NUMBA_NUM_THREADS": threads},
            check=True,
            capture_output=True,
        ).stdout
        for hashes, threads in (("1", "1"), ("2", "2"))
    ]
    assert said[0] == said[1] != b""


def test_no_draws_means_closed_form() -> None:
    net = consortia(1, groups=3)
    table = run("silos", net, by="region", draws=0).table
    assert table["draws"].tolist() == [0, 0, 0]
    sampled = run("silos", net, by="region").table
    assert table["expected"].astype(float).tolist() == pytest.approx(
        sampled["expected"].astype(float).tolist(), rel=0.01
    )
    assert (table["verdict"] == sampled["verdict"]).all()
    assert "closed form" in run("silos", net, draws=0).notes[1]


def test_organisations_without_the_property_are_outside() -> None:
    net = two_triangles()
    facts = net.organisations.assign(region=["A", "A", "A", None, None, None])
    half = Network.from_frames(
        facts,
        net.bodies,
        net.memberships.assign(
            organisation=facts["id"].to_numpy()[net.memberships["organisation"]],
            body=net.bodies["id"].to_numpy()[net.memberships["body"]],
        ),
    )
    result = run("silos", half, by="region")
    assert result.table[["group", "members"]].to_numpy().tolist() == [["A", 3]]
    assert result.table["external_share"][0] == pytest.approx(1 / 7)
    assert result.members is not None and len(result.members) == 3


@pytest.mark.parametrize(
    "net",
    [
        Network.of({}, {"a": {"region": "x"}}),
        Network.of({}, {"a": {"region": "x"}, "b": {"region": "y"}}),
        Network.of({"p": ["a"]}, {"a": {"region": "x"}}),
        Network.of({"p": ["a", "b"]}, {"a": {"region": "x"}, "b": {"region": "x"}}),
        Network.of({"p": ["a", "b"], "q": ["c"]}, {name: {"region": "x"} for name in "abc"}),
    ],
)
def test_edges(net: Network) -> None:
    for options in ({"by": "region"}, {"by": "community"}, {"by": "region", "draws": 0}, {"draws": 0}):
        result = run("silos", net, **options)
        assert set(result.table["verdict"]) <= {"too small"}
        json.loads(result.table.to_json(orient="records"))
        assert result.sentences("en") is not None


def test_an_empty_network_has_no_communities() -> None:
    result = run("silos", Network.of({}))
    assert len(result) == 0 and result.members is not None and len(result.members) == 0


def test_what_cannot_be_is_said_in_one_sentence() -> None:
    with pytest.raises(DataError, match="no organisation has a country"):
        run("silos", two_triangles(), by="country")
    with pytest.raises(UsageError, match="alpha"):
        run("silos", two_triangles(), by="region", alpha=1.5)
    with pytest.raises(UsageError, match="colour"):
        run("silos", two_triangles(), by="colour")


# ---- in words ----


def test_sentences_say_the_numbers() -> None:
    result = run("silos", consortia(1, groups=3), by="region")
    row = result.table.iloc[0]
    english, chinese = result.sentences("en", 1)[0], result.sentences("zh", 1)[0]
    for said in (english, chinese):
        assert row["name"] in said and str(row["members"]) in said
        assert f"{100 * row['external_share']:.3g}" in said and f"{100 * row['expected']:.3g}" in said
        assert f"{row['effect']:.3g}" in said and row["carried_by"] in said
    assert row["doors"] in english and row["doors"].replace(", ", "、") in chinese
    assert english.endswith("Verdict: silo.") and chinese.endswith("判定：孤岛。")
    small = run("silos", two_triangles(), by="region")
    assert small.sentences("en")[0].endswith("Verdict: too small to tell.")


def test_what_carries_a_group_is_named_with_its_share() -> None:
    # Half of x's internal weight (2 of 4) comes from programme I, which has 2 of the network's 10 seats.
    net = Network.of({"b1": "ab", "b2": "ac", "b3": "adef", "b4": "gh"}, {name: {"region": "x"} for name in "abc"})
    bodies = net.bodies.assign(programme=[("I",), (), (), ()], name=["first", None, None, None])
    seats = net.memberships.assign(row=[None, None, "a.csv:7", *[None] * 7])  # the third seat of a is that in b3
    seats.loc[3, "row"] = "b.csv:2"  # b in b1
    net = Network(net.organisations, bodies, seats)
    table = run("silos", net, by="region").table
    assert table["carried_by"][0] == "I 50 % (20 %), first 50 %, b2 50 %"
    assert table["doors"][0] == "a 1"
    # What makes it: the seats of b1 and b2. In b3, a meets nobody of x.
    assert table["evidence"][0] == "a in b1; b.csv:2; a in b2; c in b2"


def test_evidence_begins_with_the_heaviest_bodies_and_counts_the_rest() -> None:
    # Internal weight of x: 4 x 3 / 3 = 4 from p, 2 x 1 / 1 = 2 from q, 2 x 1 / 2 = 1 from r; of y, who never meet, 0.
    net = Network.of(
        {"r": "abm", "q": "ab", "p": "abcd"}, {name: {"region": "x"} for name in "abcd"} | {"m": {"region": "y"}}
    )
    table = run("silos", net, by="region").table.set_index("group")
    assert table.loc["x", "evidence"] == "a in p; b in p; c in p; d in p; a in q; b in q; +2"
    assert table.loc["y", "evidence"] == ""


def test_a_community_is_called_after_what_sets_it_apart() -> None:
    facts = {f"a{i}": {"country": "MT", "role": "research_institute"} for i in range(4)}
    facts |= {f"b{i}": {"country": "DE" if i else "MT", "role": "enterprise"} for i in range(5)}
    net = Network.of({"p": [f"a{i}" for i in range(4)], "q": [f"b{i}" for i in range(5)]}, facts)
    table = run("silos", net).table.set_index("group")
    assert table["name"].to_dict() == {
        "1": "DE · enterprise · community 1",
        "2": "MT · research institute · community 2",
    }
    # Eight of nine in one country: that is where everybody is, so regions tell them apart.
    facts = {name: {"country": "CN" if name != "b4" else "SG", "region": f"CN-{name[0].upper()}"} for name in facts}
    table = run("silos", Network.of({"p": [f"a{i}" for i in range(4)], "q": [f"b{i}" for i in range(5)]}, facts)).table
    assert sorted(table["name"]) == ["CN-A · community 2", "CN-B · community 1"]
