import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from small_graphs import consortia, full_zone, toy_zone, two_triangles

from graphkit import cli
from graphkit import project as projects
from graphkit.errors import DataError, UsageError
from graphkit.measures import what_if as measured
from graphkit.measures.what_if import change, what_if
from graphkit.network import Network
from graphkit.project import Project


def found(net: Network, kind: str, *names: str, **options: Any) -> pd.DataFrame:
    return what_if(net, change(net, kind, *names), **options).set_index(["of", "indicator"])


def test_a_tie_between_the_two_parts_of_the_zone() -> None:
    # Seven and four organisations become one part: 28 of 66 pairs more; E2-U2 is the only way, so that U2 is a second
    # articulation point and the tie a bridge. East: 12 ties, none outside, then 13 with 1 outside: E-I (1 - 12) / 13
    # by pairs; by weight 2 x 5 seats inside ... 11 with the tie, of which 1 leaves.
    table = found(toy_zone(), "add-tie", "E2", "U2", by="region")
    network = table.loc["network"]
    assert network.loc["reachable pairs", "difference"] == pytest.approx(28 / 66)
    assert network.loc["global efficiency", "difference"] == pytest.approx(0.1679, abs=5e-5)
    assert network.loc["components", ["before", "after"]].tolist() == [3, 2]
    assert network.loc["isolates", "difference"] == 0
    assert network.loc["articulation points", ["before", "after"]].tolist() == [1, 2]
    assert network.loc["bridge ties", ["before", "after"]].tolist() == [0, 1]
    assert network.loc["E-I index", ["before", "after"]].tolist() == pytest.approx([-1, -15 / 17])
    assert network.loc["ties", "difference"] == 1
    assert table.loc[("region E", "external share"), "after"] == pytest.approx(1 / 11)
    assert table.loc[("region W", "external share"), "after"] == pytest.approx(1 / 7)
    assert table.loc[("E2", "partners"), ["before", "after"]].tolist() == [5, 6]
    assert not table["error"].any()


def test_two_triangles_lose_their_single_points_of_failure() -> None:
    table = found(two_triangles(), "add-tie", "a2", "b2", by="region").loc["network"]
    assert table.loc["articulation points", ["before", "after"]].tolist() == [2, 0]
    assert table.loc["global efficiency", "difference"] == pytest.approx(1 / 15)
    assert table.loc["mean distance", "difference"] == pytest.approx(-4 / 15)
    assert table.loc["modularity of the groups", "before"] == pytest.approx(5 / 14)


def test_an_organisation_leaves() -> None:
    table = found(toy_zone(), "remove-organisation", "E2")
    network = table.loc["network"]
    assert network.loc["organisations", "difference"] == -1
    assert network.loc["components", ["before", "after"]].tolist() == [3, 4]
    # Left are two triangles, the four of the West and Z: 3 + 3 + 6 of 55 pairs.
    assert network.loc["reachable pairs", "after"] == pytest.approx(12 / 55)
    assert table.loc[("E2", "partners"), ["before", "after", "difference"]].tolist() == [5, None, None]
    assert table.loc[("F1", "constraint"), "after"] == pytest.approx(1.125)


def test_a_platform_for_three_and_two_platforms_as_one() -> None:
    table = found(toy_zone(), "add-platform", "Z", "e1", "X1").loc["network"]
    assert table.loc["isolates", "difference"] == -1
    assert table.loc["bodies", "difference"] == 1
    assert table.loc["components", "after"] == 1
    merged = found(toy_zone(), "merge-platforms", "P4", "P5").loc["network"]
    assert merged.loc["bodies", "difference"] == -1
    assert merged.loc["ties", "difference"] == 1  # E4-X1, the only two of the four that had none
    after = change(toy_zone(), "merge-platforms", "P4", "P5").after
    assert after.sizes.tolist() == [3, 3, 4, 4]


def test_measures_are_those_of_networkx_and_the_network_given_is_untouched() -> None:
    net = consortia(2, organisations=60, bodies=18)
    digest = net.hash
    made = change(net, "remove-organisation", "o00007")
    table = what_if(net, made).set_index(["of", "indicator"]).loc["network"]
    for side, each in (("before", net), ("after", made.after)):
        graph = each.to_networkx()
        assert table.loc["global efficiency", side] == pytest.approx(nx.global_efficiency(graph))
        assert table.loc["articulation points", side] == len(set(nx.articulation_points(graph)))
        assert table.loc["bridge ties", side] == len(list(nx.bridges(graph)))
        assert table.loc["components", side] == nx.number_connected_components(graph)
    assert net.hash == digest


def test_what_else_there_is_travels_along() -> None:
    net = full_zone()
    after = change(net, "add-tie", "E2", "U2").after
    assert len(after.table("ABOUT")) == len(net.table("ABOUT"))
    assert after.bodies.set_index("id").loc["P1", "kind"] == "joint_lab"
    assert len(after.memberships) == len(net.memberships) + 2


def test_ways_of_many_are_sampled_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    net = consortia(4, organisations=300, bodies=70)
    exact = found(net, "remove-organisation", "o00010").loc["network"]
    monkeypatch.setattr(measured, "EXACT_UP_TO", 100)
    monkeypatch.setattr(measured, "SOURCES", 120)
    off = []
    for seed in range(12):
        table = found(net, "remove-organisation", "o00010", seed=seed).loc["network"]
        for name in ("global efficiency", "mean distance"):
            off.append(abs(table.loc[name, "difference"] - exact.loc[name, "difference"]) / table.loc[name, "error"])
    assert sum(each <= 2 for each in off) / len(off) > 0.8


def test_what_cannot_be_changed_is_said() -> None:
    net = toy_zone()
    with pytest.raises(DataError, match="tied already"):
        change(net, "add-tie", "E1", "E2")
    with pytest.raises(DataError, match="did you mean"):
        change(net, "add-tie", "E1", "E22")
    with pytest.raises(UsageError, match="one organisation"):
        change(net, "add-tie", "E1", "E1")
    with pytest.raises(UsageError, match="two different"):
        change(net, "add-platform", "E1", "e1")
    with pytest.raises(UsageError, match="no change 'add-person'"):
        change(net, "add-person", "E1")
    with pytest.raises(UsageError, match="takes 2 names"):
        change(net, "add-tie", "E1")
    with pytest.raises(DataError, match="no platform 'P9'"):
        change(net, "merge-platforms", "P9", "P1")
    same = Network.of({"P": ["a", "b"]}, {"a": {"name": "One"}, "b": {"name": "ONE"}})
    with pytest.raises(DataError, match="2 are called 'one'"):
        change(same, "remove-organisation", "one")


def test_the_smallest_networks_have_an_answer() -> None:
    pair = Network.of({"P": ["a", "b"]})
    table = found(pair, "remove-organisation", "a").loc["network"]
    assert table.loc["global efficiency", ["before", "after"]].tolist() == [1, None]
    assert table.loc["mean distance", ["before", "after"]].tolist() == [1, None]
    apart = found(Network.of({}, ["a", "b"]), "add-tie", "a", "b").loc["network"]
    assert apart.loc["reachable pairs", ["before", "after"]].tolist() == [0, 1]


@pytest.fixture
def on_the_zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A project whose network is the toy zone and which has no store: nothing can touch it."""

    @contextmanager
    def opened(home: object = None) -> Iterator[Project]:
        without_store: Any = None
        yield Project(without_store, tmp_path, _networks={("newman", None, None, None, "self"): toy_zone()})

    monkeypatch.setattr(projects, "open", opened)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add-tie", "E2", "U2"], 28 / 66),
        (["add-platform", "E2", "U2", "E3"], 28 / 66),
        (["remove-organisation", "Z"], 27 / 55 - 27 / 66),
        (["merge-platforms", "P4", "P5"], 0),
    ],
)
@pytest.mark.usefixtures("on_the_zone")
def test_the_command_prints_before_after_and_difference(
    arguments: list[str], said: float, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["whatif", *arguments, "--by", "region", "--json"])
    rows = json.loads(capsys.readouterr().out)
    (reachable,) = (row for row in rows if row["indicator"] == "reachable pairs")
    assert reachable["difference"] == pytest.approx(said)
    assert reachable["indicator_zh"] == "可达对占比"
