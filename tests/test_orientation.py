"""Orientation, feedback and coverage, worked out on paper."""

import pandas as pd
import pytest
from small_graphs import full_zone, toy_zone

from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.network import Network


def test_orientation_of_the_full_zone_on_paper() -> None:
    # U1 made a patent and E1 software. P1 alone is basic, and U1 and R1 are its scientists. Of the weight of E1 (2),
    # 1.5 goes to these two by P1 and P2, of E2 (2) .5 to R1 by P2; E3 (2) and E4 (1) work with U2, who is in no basic
    # body.
    table = run("orientation", full_zone()).table.set_index("group")
    assert table.loc["university", ["applied", "scholarly", "applied_share"]].tolist() == [1, 0, 1]
    assert table.loc["enterprise", "applied"] == 1
    assert table.loc["enterprise", "frontier"] == pytest.approx(2 / 7)
    assert table.loc["finance", "applied_share"] is None


def test_publications_are_scholarly_and_counted_once_for_a_group() -> None:
    bodies = pd.DataFrame({"id": ["A", "B"], "kind": ["publication", "contract"]})
    seats = pd.DataFrame({"organisation": ["u", "v", "u", "e"], "body": ["A", "A", "B", "B"]})
    people = pd.DataFrame({"id": ["u", "v", "e"], "role": ["university", "university", "enterprise"]})
    table = run("orientation", Network.from_frames(people, bodies, seats)).table.set_index("group")
    assert table.loc["university", ["applied", "scholarly"]].tolist() == [1, 1]
    assert table.loc["enterprise", ["applied", "scholarly", "frontier"]].tolist() == [1, 0, 1]
    with pytest.raises(DataError, match="neither results or publications nor enterprises"):
        run("orientation", Network.of({}, {"u": {"role": "university"}}))


def test_feedback_of_the_full_zone_on_paper() -> None:
    # U1 gave a result to E1, E1 supplies E2, E2 issued the challenge that U1 won, and pays: U1 to E1 to E2 to U1. U1
    # and E2 by themselves are the two sides of the challenge. F1's capital reaches E1 and nothing comes back.
    result = run("feedback-loops", full_zone())
    assert result.table["ids"].tolist() == ["E1 → E2 → U1"]
    assert result.table["kinds"].tolist() == ["supply → reward → result"]
    # U1-E1, E1-E2, E3-E4, F1-E1, U1-E2, E2-U1: two of six have one back; across, U1-E1, U1-E2, E2-U1, two of three.
    assert result.notes[0] == "6 directed ties, 33 % of them returned."
    assert result.notes[1].endswith("2 from science to industry; 67 % returned.")
    with pytest.raises(DataError, match="no tie has a direction"):
        run("feedback-loops", toy_zone())


def test_coverage_of_the_full_zone_on_paper() -> None:
    result = run("coverage", full_zone())
    table = result.table.set_index("cover")
    # P4 {U2, E3, E4} and P5 {U2, E3, X1} reach four of the five in the west, two of them twice.
    assert table.loc["W: platform pilot_scale", ["number", "organisations", "reached", "several"]].tolist() == [
        2,
        5,
        4,
        2,
    ]
    assert table.loc["E: policy fund", ["number", "reached"]].tolist() == [1, 1]
    assert result.notes == ("No policy reaches anybody in: W.",)


def test_policies_reach_whole_zones_and_all_of_a_technology() -> None:
    tables = {
        "Policy": pd.DataFrame({"id": ["o:1", "o:2"], "kind": ["tax", "tax"]}),
        "Zone": pd.DataFrame({"id": ["z:1"], "name": ["East Park"], "name_zh": ["东园"]}),
        "TARGETS": pd.DataFrame({"start": ["o:1", "o:2"], "end_label": ["Zone", "Technology"], "end": ["z:1", "t:1"]}),
        "ABOUT": pd.DataFrame({"start_label": ["Organisation"], "start": ["c"], "end": ["t:1"]}),
    }
    zones = {"a": {"zone": "东园"}, "b": {"zone": "东园"}, "c": {"zone": "West"}}
    table = run("coverage", Network.of({}, zones, tables=tables)).table.set_index("place")
    assert table.loc["东园", ["number", "reached"]].tolist() == [1, 2]
    assert table.loc["West", ["number", "reached"]].tolist() == [1, 1]


def test_distance_to_the_nearest_platform_on_paper() -> None:
    # a and b lie on the equator, 1 degree apart (111.19 km); the incubator is b's and c's, who sits where b does.
    facts = {"a": {"zone": "W", "lon": 0.0}, "b": {"zone": "E", "lon": 1.0}, "c": {"zone": "E", "lon": 1.0}}
    people = pd.DataFrame([{"id": id_, "lat": 0.0, **each} for id_, each in facts.items()])
    body = pd.DataFrame({"id": ["P"], "label": ["Platform"], "kind": ["incubator"]})
    seats = pd.DataFrame({"organisation": ["b", "c"], "body": ["P", "P"]})
    result = run("coverage", Network.from_frames(people, body, seats))
    table = result.table.set_index("place")
    assert table.loc["W", "nearest"] == pytest.approx(111.19, abs=0.01)
    assert table.loc["W", ["number", "reached"]].tolist() == [0, 0]
    assert table.loc["E", "nearest"] == pytest.approx(0, abs=1e-6)
    assert result.notes == ("No platform reaches anybody in: W.", "No policy reaches anybody in: E, W.")
