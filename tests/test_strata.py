"""Chance within strata, and the classic nulls: what they keep, what they find, and what they say of themselves."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, homophily, two_triangles
from test_nulls import networks

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.classic_nulls import label_permutation, projection_rewiring
from graphkit.measures.nulls import Chains
from graphkit.measures.seats import Groups, Seats
from graphkit.measures.strata import strata
from graphkit.network import Network


def described(net: Network, **columns: list[object]) -> Network:
    """The same network with these facts of its bodies (`role`: of its memberships)."""
    seats = net.memberships.assign(role=columns.pop("role")) if "role" in columns else net.memberships
    return Network(net.organisations, net.bodies.assign(**columns), seats)


def in_programmes(seed: int, closure: float) -> Network:
    """Regions R1 and R2 that apply to a programme each, and meet their own with probability `closure` besides."""
    random = np.random.default_rng(seed)
    region = np.arange(160) % 2
    bodies, programmes = {}, []
    for body in range(120):
        home = body % 2
        drawn = [np.flatnonzero(region == home) if random.random() < 0.8 else np.arange(160) for _ in range(5)]
        # With closure a body takes all from one region, which programmes do not explain.
        one = int(random.integers(2))
        pools = [np.flatnonzero(region == one)] * 5 if random.random() < closure else drawn
        chosen = {int(random.choice(pool)) for pool in pools}
        bodies[f"p{body:03d}"] = [f"o{i:03d}" for i in sorted(chosen)]
        programmes.append((f"P{home}",))
    return described(
        Network.of(bodies, {f"o{i:03d}": {"region": f"R{r + 1}"} for i, r in enumerate(region)}), programme=programmes
    )


@settings(max_examples=30, deadline=None)
@given(networks(), st.integers(0, 3))
def test_seats_are_only_exchanged_with_seats_of_their_kind(net: Network, seed: int) -> None:
    kinds = np.arange(len(net.memberships)) % 3
    seats = Seats.of(net, kinds=kinds)
    chains = Chains(seats, Groups.of(np.zeros(len(net), dtype=int), 1), seed)
    chains.draw(16)
    before = Counter(zip(seats.members.tolist(), seats.kinds.tolist(), strict=True))
    for _, members in chains.chains:
        assert Counter(zip(members.tolist(), seats.kinds.tolist(), strict=True)) == before
        for first, last in itertools.pairwise(seats.starts):
            assert len(set(members[first:last])) == last - first


def test_every_graph_of_two_kinds_is_drawn_equally_often() -> None:
    # Three bodies of a coordinator and a partner, six organisations of one seat: 3! ways for either kind.
    net = Network.of({"p": "ab", "q": "cd", "r": "ef"})
    seats = Seats.of(net, kinds=np.array([0, 1] * 3))
    assert seats.members.tolist() == [0, 1, 2, 3, 4, 5] and seats.kinds.tolist() == [0, 1, 0, 1, 0, 1]
    chains = Chains(seats, Groups.of(np.full(6, -1), 0), seed=1)
    seen: Counter[tuple[int, ...]] = Counter()
    for _ in range(900):
        chains.draw(8)
        seen.update(tuple(members.tolist()) for _, members in chains.chains)
    assert len(seen) == 36
    expected = sum(seen.values()) / 36
    assert sum((n - expected) ** 2 / expected for n in seen.values()) < 35 + 4 * np.sqrt(70)


def test_what_makes_a_stratum() -> None:
    net = Network.of({"p": "ab", "q": "cd", "r": "ef", "s": "ab"})
    net = described(
        net,
        programme=[("B", "A"), ("A",), ("A", "B"), ()],
        kind=["patent", "project", "patent", None],
        **{"from": ["2015-03-01", "2016-01-01", "2015-12-31", None]},
        role=["coordinator", "partner"] * 4,
    )
    same = {by: strata(net, by)[0] for by in ("programme", "year", "kind")}
    for by, numbers in same.items():
        assert numbers is not None
        p, q, r, s = numbers.tolist()
        assert p == r and len({p, q, s}) == 3, by
    bodies, kinds = strata(net, "role")
    assert bodies is None and kinds is not None and len(set(kinds.tolist())) == 2
    with pytest.raises(UsageError, match="choose one of programme, year, kind, role"):
        strata(net, "colour")
    for by in ("programme", "year", "kind", "role"):
        with pytest.raises(DataError, match=f"has a {by}"):
            strata(two_triangles(), by)


def test_strata_that_explain_all_leave_nothing() -> None:
    # Each region has a programme of its own, in which nobody else sits: within it chance can move nothing.
    net = consortia(1, groups=3, mixing=0.0)
    home = {o: r for o, r in zip(net.organisations["id"], net.organisations["region"], strict=True)}
    first = net.memberships.drop_duplicates("body").set_index("body")["organisation"]
    of = [(home[net.organisations["id"][first[body]]],) for body in range(len(net.bodies))]
    table = run("silos", described(net, programme=of), by="region", stratify="programme").table
    assert (table["verdict"] == "silo").all() and (table["q"].astype(float) < 0.01).all()
    assert table["within_q"].tolist() == [1, 1, 1]
    assert table["within_expected"].astype(float).tolist() == pytest.approx([0, 0, 0])


def test_the_sentence_says_whether_it_holds_within_strata() -> None:
    held = run("silos", in_programmes(0, 0.4), by="region", stratify="programme")
    assert all("within programmes it holds" in said for said in held.sentences("en"))
    assert all("按计划分层仍然成立" in said for said in held.sentences("zh"))
    asked = {"by": "region", "stratify": "programme", "unvaried": True}
    explained = [run("silos", in_programmes(seed, 0.0), **asked) for seed in range(8)]
    assert all((each.table["q"].astype(float) < 0.01).all() for each in explained)
    assert sum((each.table["within_q"].astype(float) > 0.05).all() for each in explained) >= 6
    said = [each.sentences(language)[0] for each in explained for language in ("en", "zh")]
    assert sum("it does not hold" in each or "分层不成立" in each for each in said) >= 12
    plain = run("silos", in_programmes(0, 0.4), by="region")
    assert not any("within" in said for said in plain.sentences("en"))
    assert plain.table["within_q"].tolist() == [None, None]
    assert plain.table.drop(columns=["stratified_by", "within_expected", "within_q"]).equals(
        held.table.drop(columns=["stratified_by", "within_expected", "within_q"])
    )


def test_communities_within_strata_and_roles() -> None:
    net = consortia(1, groups=3, mixing=0.1)
    leads = ~net.memberships.sort_values(["body", "organisation"])["body"].duplicated().reindex(net.memberships.index)
    net = described(
        net,
        kind=["project"] * len(net.bodies),
        **{"from": [f"201{i % 4}-01-01" for i in range(len(net.bodies))]},
        role=np.where(leads, "coordinator", "partner").tolist(),
    )
    for by in ("year", "role"):
        result = run("silos", net, stratify=by, unvaried=True)
        of = result.table[result.table["q"].notna()]
        assert (of["within_q"].astype(float) <= 0.05).any()
        assert result.table["stratified_by"].eq(by).all()
    # One stratum is no stratum: the very same draws.
    one = run("silos", net, by="region", stratify="kind").table
    assert one["within_q"].tolist() == one["q"].tolist()


# ---- the classic nulls ----


def test_label_permutation_calls_activity_a_silo_and_says_so() -> None:
    # No homophily, East four times as active (analyses 1.2: East flagged in every run, West never).
    for seed in range(5):
        net = homophily(seed, 0.0, 4.0)
        result = run("silos", net, by="region", null="labels")
        verdicts = result.table.set_index("group")["verdict"]
        assert verdicts["East"] in ("silo", "leaning inward") and verdicts["West"] not in ("silo", "leaning inward")
        assert any("label permutation" in note and "Do not decide by it" in note for note in result.notes)


def test_label_permutation_of_two_triangles_is_that_on_paper() -> None:
    # Two of the twenty ways to deal three of six labels are as closed (p = 0.10), 1/7 against 1 - 1/7 inside.
    net = two_triangles()
    chance = label_permutation(Seats.of(net), Groups.of(np.array([0, 0, 0, 1, 1, 1]), 2), seed=0, draws=4000)
    assert chance.p == pytest.approx([0.1, 0.1], abs=0.015)
    assert chance.observed.tolist() == [6, 6]


def test_rewiring_keeps_the_number_of_partners_and_its_weight_and_says_so() -> None:
    net = homophily(1, 0.5)
    labels = (net.organisations["region"] == "West").to_numpy().astype(int)
    one, two = (projection_rewiring(net, Groups.of(labels, 2), seed=3, draws=9) for _ in range(2))
    assert one.mean.tobytes() == two.mean.tobytes()
    inside = Chains(Seats.of(net), Groups.of(labels, 2), 0).observed
    assert one.observed == pytest.approx(inside)  # Newman's weights: the share is that of the seats
    assert (one.p == 0.1).all()
    result = run("silos", net, by="region", null="projection", draws=19)
    assert any("rewired the ties 19 times" in note and "Do not decide by it" in note for note in result.notes)
    empty = Network.of({}, {"a": {"region": "x"}, "b": {"region": "y"}})
    for null in ("labels", "projection"):
        assert run("silos", empty, by="region", null=null).table["verdict"].tolist() == ["too small"] * 2


def test_what_does_not_go_together_is_said() -> None:
    net = consortia(1)
    with pytest.raises(UsageError, match="choose one of membership, labels, projection"):
        run("silos", net, by="region", null="colour")
    with pytest.raises(UsageError, match="given groups"):
        run("silos", net, null="labels")
    named = described(net, role=["partner"] * len(net.memberships))
    with pytest.raises(UsageError, match="closed form does not tell roles apart"):
        run("silos", named, by="region", stratify="role", draws=0)


def test_communities_are_found_once() -> None:
    net = consortia(1)
    run("communities", net)
    before = {key: found for key, found in net.remembered.items() if key[0] == "communities"}
    assert ("communities", 20, 0, 1.0, "leiden") in before
    run("silos", net, draws=8)
    assert {key: net.remembered[key] for key in before} == before
    assert [key for key in net.remembered if key[0] == "communities"] == list(before)
    assert pd.Series(next(iter(before.values())).labels).notna().all()
