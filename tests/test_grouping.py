"""Grouping: organisations by their main technology, programme, industry or stage, and by a file of one's own."""

from pathlib import Path

import pandas as pd
import pytest
from small_graphs import full_zone, two_triangles

from graphkit.analysis import run
from graphkit.commands._shared import given_groups
from graphkit.errors import DataError, UsageError, WrongColumnsError
from graphkit.network import Network


def of(net: Network, by: str) -> dict[str, str | None]:
    return dict(zip(net.organisations["id"], net.group(by), strict=True))


def test_of_stages_that_of_most_seats_counts() -> None:
    # R1 and E1 sit in P1 (basic) and P2 (applied): of equals the first by name, applied. U2 and E3 sit in two platforms
    # of maturation; E2 in P2 (applied) and P3 (development).
    stages = of(full_zone(), "stage")
    assert {name: stages[name] for name in ("U1", "R1", "E1", "E2", "F1", "U2", "X1", "Z")} == {
        "U1": "basic",
        "R1": "applied",
        "E1": "applied",
        "E2": "applied",
        "F1": "development",
        "U2": "maturation",
        "X1": "maturation",
        "Z": None,
    }


def test_a_technology_of_its_own_comes_before_those_of_its_seats() -> None:
    # E1, U1 and E3 say what they are about. R1 sits in P1 (optics); U2, E4 and X1 in P4 and P5 (batteries); E2 and P3's
    # members sit in bodies that are about nothing.
    found = of(full_zone(), "technology")
    assert found == {
        "E1": "Optics",
        "U1": "Optics",
        "R1": "Optics",
        "E3": "Batteries",
        "E4": "Batteries",
        "U2": "Batteries",
        "X1": "Batteries",
        **dict.fromkeys(("E2", "F1", "G1", "S1", "Z")),
    }
    assert {k: v for k, v in of(full_zone(), "industry").items() if v} == {"E1": "n:1", "E2": "n:2"}


def test_of_programmes_that_of_most_seats_counts() -> None:
    net = Network.of({"p": "ab", "q": "ac", "r": "ad"}, ["z"])
    net = Network(net.organisations, net.bodies.assign(programme=[("I",), ("II",), ("II", "III")]), net.memberships)
    assert of(net, "programme") == {"a": "II", "b": "I", "c": "II", "d": "II", "z": None}


def test_the_weightiest_technology_counts() -> None:
    about = pd.DataFrame(
        [("Organisation", "a", "t:1", 0.2), ("Organisation", "a", "t:2", 0.8)],
        columns=["start_label", "start", "end", "weight"],
    )
    assert of(Network.of({"p": "ab"}, tables={"ABOUT": about}), "technology") == {"a": "t:2", "b": None}


@pytest.mark.parametrize("by", ["technology", "stage", "industry", "kind"])
def test_silos_can_be_asked_by_any_of_them(by: str) -> None:
    table = run("silos", full_zone(), by=by).table
    assert set(table["group"]) == {group for group in of(full_zone(), by).values() if group}


def test_groups_of_ones_own() -> None:
    net = two_triangles()
    areas = pd.Series({"a1": "x", "a2": "x", "a3": "x", "b1": "y", "elsewhere": "y"}, name="areas.csv")
    result = run("silos", net, by=areas)
    assert result.table.set_index("group")["members"].to_dict() == {"x": 3, "y": 1}
    assert result.provenance["parameters"]["by"] == "areas.csv"
    assert result.provenance["data_hash"] != net.hash  # other groups, another run
    assert run("silos", net.with_groups("areas.csv", areas), by="areas.csv").table.equals(result.table)


def test_what_cannot_be_a_grouping_is_said() -> None:
    net = two_triangles()
    with pytest.raises(UsageError, match="choose one of country"):
        net.group("colour")
    with pytest.raises(UsageError, match="none of the 1 ids"):
        net.with_groups("mine", {"nobody": "x"})
    for taken in ("region", "technology", "community"):
        with pytest.raises(UsageError, match="another name"):
            net.with_groups(taken, {"a1": "x"})


def test_a_file_of_groups(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("group;organisation\nx;a1\ny;b1\n;b2\n", encoding="utf-8")
    groups = given_groups(path)
    assert (groups.to_dict(), groups.name) == ({"a1": "x", "b1": "y"}, "areas.csv")
    path.write_text("organisation,group\na1,x\na1,y\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"areas\.csv:3 puts a1 into 'y', an earlier line into 'x'"):
        given_groups(path)
    path.write_text("organisation,area\na1,x\n", encoding="utf-8")
    with pytest.raises(WrongColumnsError, match="lacks group"):
        given_groups(path)
