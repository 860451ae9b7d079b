"""The ladder of capital and the moves of talent, on paper."""

import pandas as pd
import pytest
from small_graphs import full_zone, toy_zone

from graphkit.analyses.capital_ladder import skipped
from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.network import Network


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


def ladder(**more: pd.DataFrame) -> Network:
    """e1 had angel, venture capital and a listing; e2 angel and venture; e3 angel; e4 venture only; e5 nothing."""
    had = [("e1", "angel"), ("e1", "venture"), ("e1", "ipo"), ("e2", "angel"), ("e2", "venture"), ("e3", "angel")]
    had.append(("e4", "venture"))
    people = {f"e{i}": {"zone": "Z" if i < 5 else "Y", "role": "enterprise"} for i in range(1, 6)}
    people |= {"f": {"zone": "Z", "role": "finance"}, "y": {"zone": "Y", "role": "finance"}}
    tables = {
        "Investment": frame("id round", *[(f"i:{n}", rung) for n, (_, rung) in enumerate(had)]),
        "RAISED": frame("start end row", *[(who, f"i:{n}", f"raised:{n}") for n, (who, _) in enumerate(had)]),
        "FUNDED": frame("start end", ("f", "i:0"), ("y", "i:1"), ("y", "i:3"), ("f", "i:5")),
        "ABOUT": frame(
            "start_label start end",
            ("Organisation", "e4", "t:1"),
            ("Investment", "i:0", "t:1"),
            ("Investment", "i:5", "t:2"),
        ),
    }
    return Network.of({"P": ["e1", "e2"]}, people, tables=tables | more)


def test_the_ladder_on_paper() -> None:
    result = run("capital-ladder", ladder())
    zone = result.table.set_index("group").loc["Z"]
    # Early 3, venture 3, listed 1; of three angels e1 and e2 got higher, of three with venture e1; e4 skipped a rung.
    assert zone[["raised", "early", "venture", "growth", "ipo"]].tolist() == [4, 3, 3, 0, 1]
    assert zone[["after_early", "after_venture", "after_growth"]].tolist() == [2 / 3, 1 / 3, None]
    assert (zone["skipped"], zone["never"], zone["missing"]) == (1, 0, "")
    # Of four money ties two come from Z itself; f of Z never gave venture capital.
    assert (zone["local"], zone["financiers"], zone["uncovered"]) == (0.5, 1, "venture")
    other = result.table.set_index("group").loc["Y"]
    assert (other["raised"], other["never"], other["missing"]) == (0, 1, "early, venture, ipo")
    assert result.notes == ("Nobody in the data is on the rung growth: it counts as no rung.",)
    members = result.members
    assert members is not None
    assert members.set_index("id")["skipped"].to_dict() == {"e1": "", "e2": "", "e3": "", "e4": "early"}
    assert "after venture capital 33 % get higher; 1 skipped a rung" in result.sentences("en")[2]
    assert "创投之后仅 33% 进入更高梯级；1 家跳级" in result.sentences("zh")[2]


def test_rungs_are_skipped_only_where_there_are_any() -> None:
    assert skipped(["ipo"], ["early", "venture", "ipo"]) == ["early", "venture"]
    assert skipped(["early"], ["early", "ipo"]) == []
    assert skipped([], ["early"]) == []


def test_the_ladder_of_each_technology() -> None:
    # The round i:0 of e1 is about t:1, and so is all that e4 does; i:5 of e3 is about t:2; the others name nothing.
    table = run("capital-ladder", ladder(), each="technology").table.set_index("group")
    assert table.index.tolist() == ["all", "Z, t:1", "Z, t:2"]
    assert table.loc["Z, t:1", ["raised", "early", "venture", "skipped"]].tolist() == [2, 1, 1, 1]
    assert table.loc["Z, t:2", ["raised", "early"]].tolist() == [1, 1]


def test_what_capital_needs_is_named() -> None:
    with pytest.raises(DataError, match="Investment, RAISED"):
        run("capital-ladder", toy_zone(), by="region")
    with pytest.raises(DataError, match=r"Investment\.round"):
        run("capital-ladder", ladder(Investment=frame("id", ("i:0",))))
    with pytest.raises(UsageError, match="each 'day'"):
        run("capital-ladder", ladder(), each="day")
    assert any("FUNDED" in note for note in run("capital-ladder", ladder(FUNDED=frame("start end"))).notes)
    assert run("capital-ladder", full_zone()).table.loc[0, ["raised", "early", "missing"]].tolist() == [1, 1, ""]


def posts(**more: pd.DataFrame) -> Network:
    """p went from W to E and became an engineer, q from W to E, r stayed in E and founded an enterprise."""
    people = {who: {"zone": who[0].upper()} for who in ("w1", "e1", "e2")}
    tables = {
        "Person": frame("id role", *[(f"own:{who}", "scientist") for who in "pqr"]),
        "WORKED_AT": frame(
            "start end role from",
            ("own:p", "w1", None, "2001-01-01"),
            ("own:p", "e1", "engineer", "2005-01-01"),
            ("own:q", "e1", None, "2006-01-01"),
            ("own:q", "w1", None, "2002-01-01"),
            ("own:r", "e1", None, "2003-01-01"),
            ("own:r", "e2", "entrepreneur", "2007-01-01"),
        ),
    }
    return Network.of({"P": ["e1", "e2"], "Q": ["w1", "e1"]}, people, tables=tables | more)


def test_moves_on_paper() -> None:
    result = run("talent", posts())
    table = result.table.set_index("place")
    assert table.loc["W", ["people", "arrived", "left", "net", "loses_to"]].tolist() == [2, 0, 2, -2, "E (2)"]
    assert table.loc["W", ["missing", "drain"]].tolist() == ["engineer, entrepreneur", None]
    # In E: q and r as scientists, p as an engineer, r as an entrepreneur, too; r moved within.
    found = table.loc["E", ["people", "scientists", "engineers", "entrepreneurs", "arrived", "within", "drain"]]
    assert found.tolist() == [3, 2, 1, 1, 2, 1, 0]
    changes = result.members
    assert changes is not None
    of = changes.set_index("step")
    # Scientists moved three times: to a post as engineer, scientist, entrepreneur, once each.
    assert of.loc["scientist → engineer", ["moves", "share"]].tolist() == [1, 1 / 3]
    assert of.loc["engineer → scientist", ["moves", "share"]].tolist() == [0, None]
    # P has e1 (scientists and an engineer) and e2 (an entrepreneur); Q has w1 and e1, without an entrepreneur.
    assert result.notes == ("On 1 of 2 platforms (50 %) members with scientists, engineers and entrepreneurs meet.",)
    assert result.table["place"].tolist() == ["W", "E"]
    assert "0 people moved in, 2 out (net -2), mostly to E (2)" in result.sentences("en")[0]
    assert "净流失 2，主要流向E (2)" in result.sentences("zh")[0]


def test_no_person_leaves_the_analysis() -> None:
    result = run("talent", posts())
    assert result.members is not None
    for text in (result.table.to_json(), result.members.to_json(), *result.notes, *result.sentences("en")):
        assert "own:" not in text


def test_posts_without_a_day_are_in_no_move() -> None:
    net = posts(WORKED_AT=frame("start end from", ("own:p", "w1", None), ("own:p", "e1", "2005-01-01")))
    result = run("talent", net)
    assert result.table["net"].tolist() == [0, 0]
    assert result.table.set_index("place")["people"].to_dict() == {"E": 1, "W": 1}
    assert "1 posts have no first day" in result.notes[0]
    assert "no move is told" in result.notes[1]
    with pytest.raises(DataError, match="WORKED_AT"):
        run("talent", toy_zone())
    assert run("talent", full_zone()).table["net"].tolist() == [0, 0]
