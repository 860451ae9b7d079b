"""The snapshot: projection, weightings, views, windows, and that the order of rows is nothing."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_graphs import toy_zone, two_triangles

from graphkit.errors import DataError, UsageError
from graphkit.measures import uniting
from graphkit.network import Network, Weighting
from graphkit.project import Project

# o1 and o2 meet twice, once with o3; o3 meets o4: the projection toy of the design.
TOY = {"A": ["o1", "o2"], "B": ["o1", "o2", "o3"], "C": ["o3", "o4"]}


@pytest.mark.parametrize(
    ("weighting", "expected"),
    [
        ("count", {"o1o2": 2, "o1o3": 1, "o2o3": 1, "o3o4": 1}),
        ("newman", {"o1o2": 1.5, "o1o3": 0.5, "o2o3": 0.5, "o3o4": 1}),
        ("fractional", {"o1o2": 1 / 2 + 1 / 3, "o1o3": 1 / 3, "o2o3": 1 / 3, "o3o4": 1 / 2}),
        ("jaccard", {"o1o2": 1, "o1o3": 1 / 3, "o2o3": 1 / 3, "o3o4": 0.5}),
    ],
)
def test_weightings_on_paper(weighting: Weighting, expected: dict[str, float]) -> None:
    ties = Network.of(TOY, weighting=weighting).to_pandas()
    found = {a + b: w for a, b, w in ties.itertuples(index=False)}
    assert found == pytest.approx(expected)


def test_toy_zone_on_paper() -> None:
    net = toy_zone()
    ties = {f"{a}-{b}": w for a, b, w in net.to_pandas().itertuples(index=False)}
    third = dict.fromkeys(["E2-F1", "E2-G1", "E2-S1", "F1-G1", "F1-S1", "G1-S1"], 1 / 3)
    half = dict.fromkeys(["E1-E2", "E2-R1", "E1-U1", "R1-U1", "E3-E4", "E4-U2", "E3-X1", "U2-X1"], 0.5)
    assert ties == pytest.approx(third | half | {"E1-R1": 1.0, "E3-U2": 1.0})
    assert dict(zip(net.nodes["id"], net.seats, strict=True)) == {
        "E1": 2, "E2": 2, "E3": 2, "E4": 1, "F1": 1, "G1": 1, "R1": 2, "S1": 1, "U1": 1, "U2": 2, "X1": 1, "Z": 0,
    }  # fmt: skip


memberships = st.dictionaries(
    st.sampled_from([f"p{i}" for i in range(8)]),
    st.lists(st.sampled_from([f"o{i}" for i in range(10)]), max_size=8),
    max_size=8,
)


@given(memberships)
def test_newman_strength_is_the_number_of_shared_bodies(bodies: dict[str, list[str]]) -> None:
    net = Network.of(bodies, ["alone"])
    shared = {i: sum(i in who and len(set(who)) > 1 for who in bodies.values()) for i in net.nodes["id"]}
    assert net.ties.sum(axis=1).tolist() == pytest.approx(list(shared.values()))
    assert net.seats.tolist() == list(shared.values())


@given(memberships)
def test_projection_agrees_with_networkx(bodies: dict[str, list[str]]) -> None:
    bodies["at least one"] = ["o0", "o1"]  # networkx cannot project nothing
    two_mode = nx.Graph()
    two_mode.add_nodes_from(bodies)
    members = sorted({member for who in bodies.values() for member in who})
    two_mode.add_nodes_from(members)
    two_mode.add_edges_from((body, member) for body, who in bodies.items() for member in who)
    for weighting, theirs in (
        ("count", nx.bipartite.weighted_projected_graph(two_mode, members)),
        ("newman", nx.bipartite.collaboration_weighted_projected_graph(two_mode, members)),
        ("jaccard", nx.bipartite.overlap_weighted_projected_graph(two_mode, members)),
    ):
        ours = Network.of(bodies, weighting=weighting).to_networkx()  # type: ignore[arg-type]
        assert {frozenset(tie): w for *tie, w in ours.edges(data="weight")} == pytest.approx(
            {frozenset(tie): w for *tie, w in theirs.edges(data="weight")}
        )


def test_views_show_the_same_ties() -> None:
    net = two_triangles()
    frame = net.to_pandas()
    assert len(frame) == 7
    assert net.to_scipy() is net.ties
    assert net.graph is net.graph
    assert net.graph.ecount() == net.to_igraph().ecount() == net.to_networkx().number_of_edges() == 7
    assert net.to_igraph().vs["name"] == net.nodes["id"].tolist()
    assert net.to_networkx().nodes["a1"]["region"] == "A"
    assert "country" not in net.to_networkx().nodes["a1"]
    assert np.allclose(nx.to_numpy_array(net.to_networkx()), net.ties.toarray())


def test_repeated_seats_count_once_and_single_members_make_no_tie() -> None:
    net = Network.of({"A": ["x", "x", "y"], "B": ["x"]})
    assert net.sizes.tolist() == [2, 1]
    assert net.seats.tolist() == [1, 1]
    assert net.ties.toarray().tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("net", [Network.of({}), Network.of({}, ["a"]), Network.of({"P": ["a"]})])
def test_networks_without_ties(net: Network) -> None:
    assert net.ties.nnz == 0
    assert net.graph.ecount() == 0
    assert net.to_pandas().empty
    assert len(net.hash) == 64


def test_order_of_rows_is_nothing() -> None:
    net = toy_zone()
    ids, bodies = net.nodes["id"].to_numpy(), net.bodies["id"].to_numpy()
    seats = net.memberships.assign(
        organisation=ids[net.memberships["organisation"]], body=bodies[net.memberships["body"]]
    )
    shuffled = Network.from_frames(*(f.sample(frac=1, random_state=3) for f in (net.organisations, net.bodies, seats)))
    assert shuffled.hash == net.hash
    assert (shuffled.ties != net.ties).nnz == 0


def dated() -> Network:
    bodies = pd.DataFrame(
        {
            "id": ["early", "late", "open", "undated"],
            "from": ["2010-01-01", "2015-06-01", "2012-01-01", None],
            "to": ["2012-12-31", "2016-12-31", None, None],
        }
    )
    seats = pd.DataFrame({"organisation": ["a"] * 4, "body": bodies["id"]})
    return Network.from_frames(pd.DataFrame({"id": ["a"]}), bodies, seats)


@pytest.mark.parametrize(
    ("since", "until", "left"),
    [
        (None, None, ["early", "late", "open", "undated"]),
        ("2013-01-01", None, ["late", "open", "undated"]),
        ("2012-12-31", "2012-12-31", ["early", "open", "undated"]),
        (None, "2009-12-31", ["undated"]),
    ],
)
def test_windows_are_closed_and_missing_dates_open(since: str | None, until: str | None, left: list[str]) -> None:
    net = dated().window(since, until)
    assert net.bodies["id"].tolist() == left
    assert len(net.memberships) == len(left)
    assert len(net) == 1


def test_large_bodies_can_be_left_out() -> None:
    net = toy_zone().without_large(3)
    assert net.sizes.max() == 3
    assert len(net) == 12


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(DataError, match="'nowhere'"):
        Network.from_frames(
            pd.DataFrame({"id": ["a"]}),
            pd.DataFrame({"id": ["P"]}),
            pd.DataFrame({"organisation": ["nowhere"], "body": ["P"]}),
        )
    with pytest.raises(DataError, match="two rows have the id 'a'"):
        Network.from_frames(
            pd.DataFrame({"id": ["a", "a"]}), pd.DataFrame({"id": []}), pd.DataFrame({"organisation": [], "body": []})
        )
    with pytest.raises(UsageError, match="no weighting 'heavy'"):
        Network.of({}, weighting="heavy")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="cannot be grouped by 'colour'"):
        toy_zone().group("colour")


def test_other_kinds_are_tables_in_the_order_of_their_keys() -> None:
    about = pd.DataFrame({"start_label": ["Platform", "Organisation"], "start": ["P", "a"], "end": ["t:1", "t:1"]})
    techs = pd.DataFrame({"id": ["t:2", "t:1"], "name": ["Lasers", "Optics"]})
    net = Network.of({"P": ["a", "b"]}, tables={"ABOUT": about, "Technology": techs})
    assert net.table("ABOUT")[["start_label", "start", "end_label", "end"]].to_numpy().tolist() == [
        ["Organisation", "a", "Technology", "t:1"],
        ["Platform", "P", "Technology", "t:1"],
    ]
    assert net.table("Technology")["name"].tolist() == ["Optics", "Lasers"]
    assert net.table("SUPPLIES").empty
    assert {"start", "end", "from", "to", "row"} <= set(net.table("SUPPLIES").columns)
    assert net.window("2020-01-01").table("ABOUT").equals(net.table("ABOUT"))
    assert net.hash != Network.of({"P": ["a", "b"]}, tables={"ABOUT": about}).hash
    with pytest.raises(UsageError, match="no table 'Organisation'"):
        net.table("Organisation")


def test_tops_of_chains_circles_and_several_parents() -> None:
    # c belongs to b belongs to a; x and y own each other, so x is their top; k is held .6 by a and .4 by b; d2 is d.
    held = {("b", "a"): None, ("c", "b"): None, ("x", "y"): None, ("y", "x"): None, ("k", "b"): 0.4, ("k", "a"): 0.6}
    held[("d2", "c")] = None
    ties = pd.DataFrame(
        [(*pair, share) for pair, share in held.items()], columns=["start", "end", "share"], dtype=object
    )
    for order in (ties, ties[::-1]):
        found = uniting.tops(["a", "b", "c", "d", "d2", "k", "x", "y", "z"], {"d2": "d"}, order)
        assert found == {"a": "a", "b": "a", "c": "a", "d": "a", "d2": "a", "k": "a", "x": "x", "y": "x", "z": "z"}


def test_a_joint_laboratory_is_nobodys() -> None:
    # j belongs to u and to c, which nobody owns, and has a subsidiary s; k belongs to u and to its faculty f. x and y
    # own each other, and y belongs to u. A share of .6 of g decides.
    pairs = ["ju", "jc", "sj", "ku", "kf", "fu", "xy", "yx", "yu", "gu", "gc", "uu"]
    ties = pd.DataFrame(
        [(*pair, {"gc": 0.6}.get(pair)) for pair in pairs], columns=["start", "end", "share"], dtype=object
    )
    for order in (ties, ties[::-1]):
        found = uniting.tops("cfgjksuxyz", {}, order)
        assert "".join(found) == "cfgjksuxyz"
        assert "".join(found.values()) == "cucjujuuuz"


def test_other_kinds_come_out_of_the_store_rolled_up(project: Project, tmp_path: Path) -> None:
    book = {
        "Organisation": "id,name\nown:a,A\nown:b,B\nown:c,C\n",
        "Platform": "id,name\nown:p,P\n",
        "Technology": "id,name\nown:t,T\n",
        "MEMBER_OF": "start,end\nown:b,own:p\nown:c,own:p\n",
        "SUBSIDIARY_OF": "start,end\nown:b,own:a\n",
        "ABOUT": "start_label,start,end\nOrganisation,own:b,own:t\nPlatform,own:p,own:t\n",
    }
    (tmp_path / "book").mkdir()
    for kind, text in book.items():
        (tmp_path / "book" / f"{kind}.csv").write_text(text, encoding="utf-8")
    assert project.load("tables", tmp_path / "book").ties["ABOUT"] == 2  # one of an organisation, one of a platform
    assert project.network().table("ABOUT")["start"].tolist() == ["own:b", "own:p"]
    assert project.network().table("Technology")["name"].tolist() == ["T"]
    top = project.network(level="top")
    assert top.nodes["id"].tolist() == ["own:a", "own:c"]
    assert top.to_pandas()[["organisation", "partner"]].to_numpy().tolist() == [["own:a", "own:c"]]
    assert top.table("ABOUT")["start"].tolist() == ["own:a", "own:p"]
    with pytest.raises(UsageError, match="no level 'half'"):
        project.network(level="half")  # type: ignore[arg-type]
