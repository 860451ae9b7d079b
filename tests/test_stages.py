"""The valley of death, on paper."""

import pandas as pd
import pytest
from small_graphs import full_zone, toy_zone

from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.measures.stages import passage, steps
from graphkit.network import Network


def test_flow_and_cut_on_paper() -> None:
    # basic to applied 10, applied to development 6, and only one each on to industry: 2 get through.
    found = passage(
        {
            ("basic", "applied"): 10,
            ("applied", "development"): 6,
            ("development", "industrialisation"): 1,
            ("applied", "industrialisation"): 1,
        }
    )
    assert found.flow == 2
    assert set(found.cut) == {("development", "industrialisation"), ("applied", "industrialisation")}
    assert (found.before, found.after) == ("development", "maturation")
    # Chains of ones have a minimum cut at every step: the first is told.
    assert passage({("basic", "applied"): 1, ("applied", "industrialisation"): 1}).before == "basic"
    assert passage({("applied", "industrialisation"): 3}, "applied").flow == 3


def test_nothing_at_all_passes_nowhere() -> None:
    assert passage({}).flow == 0
    assert (passage({}).cut, passage({}).before, passage({}).after) == ((), "basic", "applied")
    assert steps(["industrialisation", "basic"]) == [("basic", "industrialisation")]
    assert steps(["applied"]) == []


def ladder() -> Network:
    """Five bodies, one per stage, held by u (basic, applied), r (applied, development), m (maturation), e (the last).

    e takes over a result of development that r made; x works on the same stage as m, in another place.
    """
    stages = ["basic", "applied", "development", "maturation", "industrialisation"]
    seats = ["u basic", "u applied", "r applied", "r development", "m maturation", "m development"]
    seats += ["e industrialisation", "x maturation", "v basic"]
    frame = pd.DataFrame(
        [(*seat.split(), f"seat:{i}") for i, seat in enumerate(seats)], columns=["organisation", "body", "row"]
    )
    people = pd.DataFrame(
        {"id": list("uvrmex"), "name": list("uvrmex"), "zone": ["Z"] * 5 + ["X"], "name_zh": list("甲乙丙丁戊己")}
    )
    about = [("Collaboration", stage, "t") for stage in stages] + [("Result", "r:1", "t")]
    return Network.from_frames(
        people,
        pd.DataFrame({"id": stages, "stage": stages}),
        frame,
        tables={
            "ABOUT": pd.DataFrame(about, columns=["start_label", "start", "end"]),
            "Result": pd.DataFrame({"id": ["r:1"], "stage": ["development"]}),
            "PRODUCED": pd.DataFrame({"start": ["r"], "end": ["r:1"]}),
            "TRANSFERRED_TO": pd.DataFrame({"start": ["r:1"], "end": ["e"], "row": ["taken:1"]}),
        },
    )


def test_a_transfer_carries_research_over_the_valley() -> None:
    result = run("valley-of-death", ladder())
    table = result.table.set_index("place")
    # u carries basic to applied, r applied to development, m development to maturation, the transfer development to
    # industrialisation: one gets through. u and v are basic, neither is within 3 ties of industry through m.
    here = table.loc["Z"]
    assert here[["basic", "applied", "development", "maturation", "industrialisation"]].tolist() == [2, 2, 2, 1, 1]
    assert (here["flow"], here["missing"], here["cut"]) == (1, "", "basic → applied (1)")
    assert here["gap"] == "basic → applied"
    assert here["hosts"] == "u, v"
    assert here["bridged"] == 0
    assert "taken:1" in table.loc["Z", "evidence"] or "; +" in table.loc["Z", "evidence"]
    away = table.loc["X"]
    assert (away["flow"], away["gap"], away["elsewhere"]) == (0, "basic → applied", "r, u")
    assert result.table["place"].tolist() == ["Z", "X"]  # X has no research, and comes last
    assert result.sentences("zh")[0].startswith("Z·t：从基础研究到产业化的最大流为 1，瓶颈在“基础研究→应用研究”")
    assert len(result.sentences("en")) == 1
    steps_ = result.members
    assert steps_ is not None
    made = steps_.set_index("step")
    assert made.loc["basic → applied", ["organisations", "share", "transfers"]].tolist() == [1, 0.5, 0]
    assert made.loc["development → industrialisation", ["organisations", "transfers"]].tolist() == [0, 1]


def test_without_the_transfer_nothing_gets_to_industry() -> None:
    net = ladder()
    tables = {kind: frame for kind, frame in net.tables.items() if kind != "TRANSFERRED_TO"}
    ids, bodies = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy()
    seats = net.memberships.assign(
        organisation=ids[net.memberships["organisation"]], body=bodies[net.memberships["body"]]
    )
    result = run("valley-of-death", Network.from_frames(net.nodes, net.bodies, seats, tables=tables))
    here = result.table.set_index("place").loc["Z"]
    # basic research gets as far as maturation (u, r, m), and there it stops: m could host what comes next.
    assert (here["flow"], here["gap"]) == (0, "maturation → industrialisation")
    assert here["hosts"].split(", ")[0] == "m"
    assert "nothing gets to industry" in result.sentences("en")[0]


def test_a_short_way_through_maturation_bridges() -> None:
    # u - m share a body, m - e another: u is two ties from e, through m.
    seats = [("u", "A"), ("m", "A"), ("m", "B"), ("e", "B"), ("u", "basic"), ("m", "mature"), ("e", "made")]
    net = Network.from_frames(
        pd.DataFrame({"id": ["e", "m", "u"], "zone": "Z"}),
        pd.DataFrame(
            {
                "id": ["A", "B", "basic", "mature", "made"],
                "stage": [None, None, "basic", "maturation", "industrialisation"],
            }
        ),
        pd.DataFrame(seats, columns=["organisation", "body"]),
    )
    assert run("valley-of-death", net).table["bridged"].tolist() == [1]
    assert run("valley-of-death", net, reach=1).table["bridged"].tolist() == [0]
    assert "taken together" in run("valley-of-death", net).notes[0]


def test_the_west_of_the_toy_zone_has_no_research() -> None:
    table = run("valley-of-death", full_zone()).table.set_index(["place", "technology"])
    west = table.loc[("W", "Batteries")]
    assert (west["basic"], west["applied"], west["maturation"]) == (0, 0, 4)
    assert west["missing"] == "basic, applied, development, industrialisation"
    with pytest.raises(DataError, match="no body and no result has a stage"):
        run("valley-of-death", toy_zone(), by="region")
