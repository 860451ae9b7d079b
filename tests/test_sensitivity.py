"""Sensitivity: a silo that one large body makes is called unstable, one that is planted deep is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, two_triangles
from test_communities import shuffled
from test_silos import regions, zones

from graphkit.analysis import run
from graphkit.errors import UsageError
from graphkit.measures.closure import Evidence
from graphkit.measures.seats import Groups, Seats
from graphkit.measures.uniting import duplicates, parents, united
from graphkit.measures.weighed import weighed
from graphkit.network import Network


def ties(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["start", "end", "of"])


def with_large_bodies(closed: int) -> Network:
    """Eight zones of 60 in random bodies; 55 of zone z0 sit together in `closed` bodies besides."""
    random = np.random.default_rng(3)
    members = {f"p{b:03d}": [f"o{i:03d}" for i in random.choice(480, 5, replace=False)] for b in range(200)}
    members |= {f"large{b}": [f"o{i:03d}" for i in range(b, b + 55)] for b in range(closed)}
    return Network.of(members, {f"o{i:03d}": {"zone": f"z{i // 60}"} for i in range(480)})


def test_a_silo_made_by_large_bodies_is_unstable() -> None:
    result = run("sensitivity", with_large_bodies(4), by="zone", seeds=1)
    row = result.table.set_index("group").loc["z0"]
    assert (row["verdict"], row["stability"]) == ("silo", "unstable")
    assert (row["kept"], row["variants"]) == (3, 4)
    assert row["changes"] == "bodies above 50 left out: neither"
    assert row["effect_lowest"] < 2 < row["effect"]
    assert row["share_highest"] > 0.8 > row["external_share"]
    assert result.table["group"][0] == "z0"
    assert result.notes == ("Variants: seed 1, bodies above 50 left out, weighting fractional, weighting count.",)
    assert result.sentences("en", 1) == [
        "z0: silo, unstable (the same in 3 of 4 variants: bodies above 50 left out: neither)."
    ]
    assert result.sentences("zh", 1) == [
        "z0：判定“孤岛”不稳健（4 种变体中 3 种不变；变化：剔除成员超过50的项目与平台：无异常）。"
    ]


def test_every_finding_of_silos_carries_its_stability() -> None:
    row = run("silos", with_large_bodies(4), by="zone").table.set_index("group").loc["z0"]
    assert (row["verdict"], row["stability"], row["readings"]) == ("silo", "unstable", 4)
    assert row["changes"] == "bodies above 50 left out: neither"
    result = run("silos", with_large_bodies(4), by="zone")
    assert (
        "; unstable, for it is another one with bodies above 50 left out: neither. Verdict: silo."
        in (result.sentences("en", 1)[0])
    )
    assert (
        "；不稳健，换一种处理方式结论改变（剔除成员超过50的项目与平台：无异常）。判定：孤岛。"
        in result.sentences("zh", 1)[0]
    )
    result = run("silos", zones(1, {0: 0.9}), by="zone")
    assert result.table.set_index("group").loc["z00", "stability"] == "stable"
    assert "; stable in 3 other readings of the data. Verdict: silo." in result.sentences("en", 1)[0]
    assert set(run("silos", with_large_bodies(1), by="zone", unvaried=True).table["stability"]) == {"untested"}
    # Communities: the same six and six whatever the seed and weighting; without a finding nothing is tried.
    net = Network.of({**{f"p{i}": "abcdef" for i in range(3)}, **{f"q{i}": "mnopqr" for i in range(3)}, "r": "am"})
    assert set(run("silos", net, draws=80).table["readings"]) == {0}


def test_communities_that_large_bodies_make_are_not_found_without_them() -> None:
    # Bodies of four in four districts of 12; 55 of elsewhere are together only in bodies of 51 and more.
    random = np.random.default_rng(5)
    bodies = {
        f"d{d}-{i}": [f"{d}{k:02d}" for k in random.choice(12, 4, replace=False)] for d in "abcd" for i in range(25)
    }
    bodies |= {f"large{b}": [f"x{i:02d}" for i in range(55)] for b in range(24)}
    table = run("silos", Network.of(bodies)).table.set_index("members")
    assert table.loc[55, "verdict"] in ("silo", "leaning inward")
    assert (table.loc[55, "stability"], table.loc[55, "changes"]) == (
        "unstable",
        "bodies above 50 left out: not found",
    )


def test_a_planted_silo_is_stable_and_rows_are_those_of_silos() -> None:
    net = zones(1, {0: 0.9})
    result, silos = run("sensitivity", net, by="zone"), run("silos", net, by="zone").table.set_index("group")
    table = result.table.set_index("group")
    assert (table.loc["z00", "verdict"], table.loc["z00", "stability"]) == ("silo", "stable")
    assert sorted(table.index) == sorted(silos.index)
    for column in ("verdict", "effect", "external_share", "members"):
        assert table[column].to_dict() == silos.reindex(table.index)[column].to_dict()
    assert (table["kept"] <= table["variants"]).all() and set(table["variants"]) == {4}
    assert run("sensitivity", shuffled(net, 2), by="zone").table.to_json() == result.table.to_json()


def test_communities_are_found_again_by_their_members() -> None:
    # Two cliques are the same communities whatever the seed and weighting, and too small to tell in all of them.
    net = Network.of({**{f"p{i}": "abcdef" for i in range(3)}, **{f"q{i}": "mnopqr" for i in range(3)}, "r": "am"})
    table = run("sensitivity", net, by="community", draws=80, seeds=1).table
    assert table["stability"].tolist() == ["stable", "stable"] and set(table["variants"]) == {3}


def test_duplicates_and_parents_are_variants_where_there_are_any() -> None:
    net = consortia(2, organisations=60, bodies=40, groups=3)
    same = ties(("o00000", "o00003", "suggested"), ("o00001", "o00004", "refused")).rename(columns={"of": "status"})
    owned = ties(("o00006", "o00009", 1.0)).rename(columns={"of": "share"})
    tables = Network.of({}, tables={"SAME_AS": same, "SUBSIDIARY_OF": owned}).tables
    more = Network(net.organisations, net.bodies, net.memberships, tables=tables)
    notes = run("sensitivity", more, by="region", draws=80, seeds=0).notes
    assert notes == (
        "Variants: suggested duplicates merged, subsidiaries as their parents, weighting fractional, weighting count.",
        "Rolled up to the top of their chains: 1 of 60 organisations, into 1.",
    )


def test_who_stands_as_one() -> None:
    same = ties(("b", "a", "suggested"), ("b", "c", "suggested"), ("d", "e", "refused"), ("a", "gone", "suggested"))
    owned = ties(("a", "b", 0.4), ("a", "c", 0.6), ("c", "d", None), ("e", "f", None), ("f", "e", None))
    tables = {
        "SAME_AS": same.rename(columns={"of": "status"}),
        "SUBSIDIARY_OF": owned.rename(columns={"of": "share"}),
    }
    net = Network.of({"p": "abc", "q": "cd", "r": "ef"}, {"c": {"region": "x"}}, tables=tables)
    assert duplicates(net) == {"a": "a", "b": "a", "c": "a"}
    assert parents(net) == {"a": "d", "c": "d", "f": "e"}  # c holds more of a than b does; of the circle e, f the first
    one = united(net, duplicates(net))
    assert one.organisations["id"].tolist() == ["a", "d", "e", "f"]
    assert one.organisations["region"].tolist() == ["x", None, None, None]  # a has no region of its own
    assert one.sizes.tolist() == [1, 2, 2]
    assert duplicates(two_triangles()) == parents(two_triangles()) == {}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_newmans_weights_give_the_evidence_of_silos(seed: int) -> None:
    net = consortia(seed, organisations=25, bodies=12)
    seats, groups = Seats.of(net), Groups.of(regions(net), 3)
    newman, evidence = weighed(seats, groups, "newman"), Evidence.of(seats, groups)
    for name in ("inside", "seats", "bodies", "error", "freedom", "pair", "own"):
        assert getattr(newman, name) == pytest.approx(getattr(evidence, name))
    # Of every weighting the share inside is that of the ties of a network with that weighting.
    for weighting in ("count", "fractional"):
        other, ties_ = weighed(seats, groups, weighting), net.project(weighting).tocoo()
        labels = regions(net)
        whole = np.bincount(labels[ties_.row], ties_.data, 3)
        inside = labels[ties_.row] == labels[ties_.col]
        stays = np.bincount(labels[ties_.row[inside]], ties_.data[inside], 3)
        assert other.inside / other.seats == pytest.approx(stays / whole)


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(UsageError, match="0 or more"):
        run("sensitivity", two_triangles(), by="region", seeds=-1)
