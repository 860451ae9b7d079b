"""The four chains, their loop and their coupling: what can be worked out on paper."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_graphs import full_zone, toy_zone

from graphkit.analysis import Result, run
from graphkit.errors import DataError, UsageError
from graphkit.measures.chains import leading, participation
from graphkit.measures.coupling import classic, corrected, grade, synergy
from graphkit.network import Network


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


def zone(leave_out: str = "", **more: pd.DataFrame) -> Network:
    """One place with a loop: D asks, T answers, C pays T, and a person of T worked at D; V is a place without demand.

    `leave_out` names a table that is emptied, `more` replaces some.
    """
    tables = {
        "Technology": frame("id name name_zh", ("t:1", "Optics", "光学")),
        "ABOUT": frame(
            "start_label start end row",
            ("Organisation", "T", "t:1", "about:1"),
            ("Organisation", "D", "t:1", "about:2"),
            ("Organisation", "V", "t:1", "about:3"),
            ("Challenge", "c:1", "t:1", "about:4"),
            ("Investment", "i:1", "t:1", "about:5"),
        ),
        "Challenge": frame("id", ("c:1",)),
        "ISSUED": frame("start end row", ("D", "c:1", "issued:1")),
        "BID_FOR": frame("start end row", ("T", "c:1", "bid:1"), ("V", "c:1", "bid:2")),
        "Investment": frame("id name round", ("i:1", "Round", "angel")),
        "RAISED": frame("start end row", ("T", "i:1", "raised:1")),
        "FUNDED": frame("start end row", ("F", "i:1", "funded:1")),
        "SUPPLIES": frame("start end row", ("T", "D", "supplies:1")),
        "Person": frame("id role", ("own:p1", "scientist")),
        "WORKED_AT": frame("start end row", ("own:p1", "T", "worked:1"), ("own:p1", "D", "worked:2")),
    }
    tables |= more
    tables.pop(leave_out, None)
    people = {who: {"zone": "V" if who == "V" else "Z", "name_zh": f"{who}机构"} for who in "DTFV"}
    return Network.of({"P": ["T", "V"]}, people, tables=tables)


def row(result: Result, place: str = "Z") -> pd.Series:
    return result.table.set_index("place").loc[place]


def test_participation_over_layers_on_paper() -> None:
    # Battiston's own cases: equal parts in four layers 1; one layer 0; two of four 4/3 (1 - 1/2) = 2/3; no tie: none.
    found = participation(np.array([[2, 2, 2, 2], [8, 0, 0, 0], [4, 4, 0, 0], [0, 0, 0, 0]], dtype=float))
    assert found[:3].tolist() == pytest.approx([1, 0, 2 / 3])
    assert np.isnan(found[3])


def test_the_leading_chain_is_that_of_the_largest_share() -> None:
    # Each chain has two links: technology T V, industry T D, capital T F, talent T D. So T holds half of all four, D of
    # two; V and F of one alone. Without F's payment T holds all of capital, twice its share elsewhere, and F nothing.
    ids = zone().organisations["id"]
    found = dict(zip(ids, leading(zone()) or [], strict=True))
    assert found == {"T": "several chains", "D": "several chains", "V": "technology chain", "F": "capital chain"}
    found = dict(zip(ids, leading(zone("FUNDED")) or [], strict=True))
    assert (found["T"], found["F"]) == ("capital chain", "no chain")
    assert leading(Network.of({"P": ["T", "V"]})) is None, "one chain alone is no distinction"
    assert leading(Network.of({})) is None


def test_a_loop_that_closes_names_its_members_and_no_person() -> None:
    result = run("four-chains", zone())
    found = row(result)
    assert found["closed"] is True
    assert found["loop"] == "D → T → Round → 1 person → D"
    assert found["loop_zh"] == "D机构 → T机构 → Round → 1 名人才 → D机构"
    assert (found["loops"], found["first_missing"], found["bring_in"]) == (1, "", "")
    assert {"issued:1", "bid:1", "raised:1", "worked:1"} <= set(found["evidence"].split("; "))
    # T shares P with V (technology), supplies (industry), raised (capital) and has the person (talent): six links.
    assert (found["chains"], found["links"]) == (4, 6)
    assert "own:p1" not in result.table.to_json()
    assert "the loop closes" in result.sentences("en")[0]
    assert "闭环成立" in result.sentences("zh")[0]


@pytest.mark.parametrize(
    ("change", "missing", "got"),
    [
        ({"BID_FOR": frame("start end", ("V", "c:1"))}, "demand to technology", "D"),
        ({"RAISED": frame("start end", ("D", "i:1"))}, "technology to capital", "D → T"),
        ({"WORKED_AT": frame("start end", ("own:p1", "D"))}, "capital to talent", "D → T → Round"),
        ({"WORKED_AT": frame("start end", ("own:p1", "T"))}, "talent to demand", "D → T → Round → 1 person"),
    ],
)
def test_the_first_step_that_is_missing(change: dict[str, pd.DataFrame], missing: str, got: str) -> None:
    result = run("four-chains", zone(**change))
    assert row(result)["closed"] is False
    assert row(result)["first_missing"] == missing
    assert row(result)["loop"] == got
    assert missing in next(s for s in result.sentences("en") if s.startswith("Z"))


def test_a_place_without_demand_is_told_who_asks_elsewhere() -> None:
    found = row(run("four-chains", zone()), "V")
    assert (found["first_missing"], found["bring_in"], found["loop"]) == ("demand", "D", "")


def test_public_funding_is_capital_too() -> None:
    net = zone(RAISED=frame("start end", ("D", "i:1")))
    funded = Network.from_frames(
        net.organisations,
        net.bodies.assign(funding=5.0),
        frame("organisation body", ("T", "P"), ("V", "P")),
        tables=net.tables,
    )
    assert row(run("four-chains", funded))["loop"] == "D → T → P → 1 person → D"


def test_what_is_not_loaded_is_named_and_no_loop_is_told() -> None:
    result = run("four-chains", zone("ISSUED"))
    assert row(result)["closed"] is None
    assert row(result)["first_missing"] == "ISSUED"
    assert any("no ISSUED" in note for note in result.notes)
    assert "cannot be told" in result.sentences("en")[0]
    staffless = row(run("four-chains", zone("WORKED_AT")))
    assert (staffless["closed"], staffless["first_missing"]) == (None, "WORKED_AT")
    with pytest.raises(DataError, match="ABOUT"):
        run("four-chains", toy_zone(), by="region")
    with pytest.raises(DataError, match="has a city"):
        run("four-chains", zone(), by="city")


def test_the_toy_zone_with_something_of_every_kind() -> None:
    result = run("four-chains", full_zone())
    table = result.table.set_index(["place", "technology"])
    # East, optics: U1, R1 and E1 are in P1; E1 supplies E2; E1 raised the round that F1 funded; a person was at U1.
    # Technology meets industry, capital (E1) and talent (U1), industry meets capital (E1): four links.
    east = table.loc[("E", "Optics")]
    assert (east["chains"], east["links"], east["organisations"]) == (4, 4, 3)
    assert east["missing_links"] == "industry and talent, capital and talent"
    assert east["first_missing"] == "technology to capital"  # U1 answered E2's challenge, and has no capital
    # West, batteries: P4 and P5, E3 supplies E4, a person at E3, no capital: three links of three.
    west = table.loc[("W", "Batteries")]
    assert (west["chains"], west["links"], west["missing_chains"]) == (3, 3, "capital")
    members = result.members
    assert members is not None
    # E1: seats P1 and P2, one result produced, one taken over: 4; one supply; one round; nobody: 4/3 (1 - 18/36) = 2/3.
    e1 = members.set_index("id").loc["E1"]
    assert e1[["technology", "industry", "capital", "talent"]].tolist() == [4, 1, 1, 0]
    assert e1["participation"] == pytest.approx(2 / 3)
    assert members.set_index("id").loc["Z", "participation"] is None


def test_coupling_on_paper() -> None:
    # Equal levels of a half: C = 1, T = .5, D = sqrt(.5). One weak of four: C = 4 (.8^3 .2)^(1/4) / 2.6.
    assert (classic([0.5] * 4).c, classic([0.5] * 4).t) == pytest.approx((1, 0.5))
    assert classic([0.5] * 4).d == pytest.approx(0.70711, abs=5e-6)
    weak = [0.8, 0.8, 0.8, 0.2]
    assert (classic(weak).c, classic(weak).d) == pytest.approx((0.8703, 0.7521), abs=5e-5)
    assert (corrected(weak).c, corrected(weak).d) == pytest.approx((0.6641, 0.6570), abs=5e-5)
    for levels in ([0.0, 1, 1, 1], [0.0] * 4):
        assert classic(levels).d == corrected(levels).d == 0
    assert classic([1.0] * 4).d == corrected([1.0] * 4).d == pytest.approx(1)
    assert classic([0.2, 0.8], [3, 1]).t == pytest.approx(0.35)


def test_grades_and_synergy_on_paper() -> None:
    assert grade(0.7521) == ("intermediate coordination", "中级协调")
    assert (grade(0)[1], grade(0.3)[1], grade(1)[1]) == ("极度失调", "轻度失调", "优质协调")
    assert synergy([0.10, 0.05, 0.05, -0.05]) == pytest.approx(-0.0595, abs=5e-5)
    assert synergy([0.10, 0.05, 0.05, 0.05]) == pytest.approx(0.0595, abs=5e-5)
    assert synergy([0.1, 0.0, 0.1, 0.1]) == 0


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_coupling_stays_within_its_bounds_in_any_order(levels: list[float]) -> None:
    for found in (classic, corrected):
        assert 0 <= found(levels).c <= 1 + 1e-12
        assert 0 <= found(levels).d <= 1 + 1e-12
        assert found(levels).d == pytest.approx(found(levels[::-1]).d)


def test_coupling_of_the_toy_zone() -> None:
    # East: 10 seats, 2 results and 1 taken over (13); E1 and E2 supply (2); raised and funded (2); U1's person (1).
    # West: 6 seats; E3, E4 (2); no capital (0); E3's person (1). Shares of the most: East 1, West 6/13, 1, 0, 1.
    result = run("chain-coupling", full_zone())
    table = result.table.set_index("place")
    assert table.loc["E", ["technology", "industry", "capital", "talent", "d"]].tolist() == [1, 1, 1, 1, 1]
    assert table.loc["W", "technology"] == pytest.approx(6 / 13)
    assert table.loc["W", ["capital", "d", "weakest"]].tolist() == [0, 0, "capital"]
    assert table["rank"].tolist() == [1, 2]
    assert any("change when a place is added" in note for note in result.notes)
    assert table["synergy"].tolist() == [None, None]  # supplies have no days
    assert "最弱的是资金链" in result.sentences("zh")[1]


def test_synergy_of_places_on_paper() -> None:
    # Links began in 2010 and in 2012, parted at 2011-01-01: one year against two. Seats 2 a year and then 8 / 2 = 4,
    # ends of supplies 2 and 4, rounds 1 and 2, posts 1 and 2: every chain rises by half of its most, and all together.
    days = [f"{year}-06-01" for year in (2010, *([2012] * 4))]
    rounds = [f"i:{n}" for n in range(5)]
    people = [f"own:p{n}" for n in range(5)]
    net = Network.from_frames(
        pd.DataFrame({"id": ["A", "B", "C"], "zone": ["Z", "Z", "Z"]}),
        pd.DataFrame({"id": rounds, "from": days}),
        pd.DataFrame([(who, body) for body in rounds for who in "AB"], columns=["organisation", "body"]),
        tables={
            "SUPPLIES": frame(
                "start end from", ("A", "B", days[0]), *[(a, b, days[1]) for a, b in ("BA", "AC", "CA", "BC")]
            ),
            "Investment": frame("id date", *zip(rounds, days, strict=True)),
            "RAISED": frame("start end", *[("A", id_) for id_ in rounds]),
            "WORKED_AT": frame("start end from", *[(p, "A", day) for p, day in zip(people, days, strict=True)]),
        },
    )
    result = run("chain-coupling", net, split="2011-01-01")
    assert result.table["synergy"].tolist() == pytest.approx([0.5])
    assert "2011-01-01" in result.notes[-1]


def test_a_chain_that_is_not_loaded_is_named() -> None:
    with pytest.raises(DataError, match=r"industry: SUPPLIES; capital: RAISED or FUNDED; talent: WORKED_AT"):
        run("chain-coupling", toy_zone(), by="region")
    with pytest.raises(UsageError, match="no scaling 'log'"):
        run("chain-coupling", full_zone(), scaling="log")
    ranged = run("chain-coupling", full_zone(), scaling="range", per_organisation=True)
    assert any("has the level 0" in note for note in ranged.notes)
