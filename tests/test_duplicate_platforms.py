"""Duplicate platforms, on paper."""

import pandas as pd
import pytest
from small_graphs import full_zone, toy_zone

from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.network import Network


def test_members_alone_in_the_toy_zone() -> None:
    # Only members are known: P1 and P2 share R1 and E1 of four, P4 and P5 share U2 and E3 of four, P2 and P3 E2 of six.
    result = run("duplicate-platforms", toy_zone(), threshold=0.1)
    score = {(row.first, row.second): row.score for row in result.table.itertuples()}
    assert score == pytest.approx({("P1", "P2"): 0.5, ("P4", "P5"): 0.5, ("P3", "P2"): 1 / 6}, abs=1e-9)
    assert result.table["group"].tolist() == [1, 2, 1]
    assert set(result.table["known"]) == {1}
    assert len(result.notes) == 3
    assert len(run("duplicate-platforms", toy_zone()).table) == 0


def test_all_parts_of_the_full_zone() -> None:
    # P4 and P5, both pilot scale, both in W, both about t:2, open from 2013 and 2014: .3 / 2 + .3 + .2 + .1 + .1 = .85.
    result = run("duplicate-platforms", full_zone())
    assert len(result.table) == 1
    pair = result.table.iloc[0]
    assert (pair["first"], pair["second"], pair["proposal"]) == ("P4", "P5", "merge")
    assert pair["score"] == pytest.approx(0.85)
    assert pair[["members", "technology", "kind", "place", "time", "known"]].tolist() == [0.5, 1, 1, 1, 1, 5]
    assert "could be merged; members of both: E3, U2" in result.sentences("en")[0]
    assert "建议合并" in result.sentences("zh")[0]
    spread = result.members
    assert spread is not None
    # Batteries: two platforms, both pilot scale in W; optics: one.
    assert spread.loc[0, ["technology", "platforms", "concentration", "most", "same_kind"]].tolist() == [
        "Batteries", 2, 1, "W (2)", 2,
    ]  # fmt: skip


def pair(**facts: list[object]) -> Network:
    """Two platforms with the same two members, and what is said of them."""
    return Network.from_frames(
        pd.DataFrame({"id": ["a", "b"]}),
        pd.DataFrame({"id": ["P", "Q"], "label": "Platform", **facts}),
        pd.DataFrame({"organisation": ["a", "b", "a", "b"], "body": ["P", "P", "Q", "Q"]}),
    )


@pytest.mark.parametrize(
    ("facts", "proposal", "score"),
    [
        ({"kind": ["incubator", "incubator"], "zone": ["X", "X"]}, "merge", 1),
        ({"kind": ["incubator", "incubator"], "zone": ["X", "Y"]}, "share", 0.5 / 0.6),
        ({"kind": ["incubator", "alliance"], "zone": ["X", "X"]}, "coordinate", 0.4 / 0.6),
        ({"city": ["C", "C"]}, "merge", 1),
        # 2010 and 2011, then 2012 on: no time in common (one ended as the other began), so they cannot merge.
        (
            {"kind": ["incubator"] * 2, "from": ["2010-01-01", "2012-01-01"], "to": ["2011-12-31", None]},
            "share",
            0.5 / 0.6,
        ),
    ],
)
def test_what_is_proposed(facts: dict[str, list[object]], proposal: str, score: float) -> None:
    found = run("duplicate-platforms", pair(**facts)).table.iloc[0]
    assert (found["proposal"], found["score"]) == (proposal, pytest.approx(score))


def test_the_higher_and_the_larger_platform_stays() -> None:
    found = run("duplicate-platforms", pair(level=["municipal", "national"])).table.iloc[0]
    assert (found["first"], found["second"]) == ("Q", "P")


def test_periods_overlap_by_their_years() -> None:
    # 2010 to 2015 and 2012 to 2017, to the day: 3 of 7 years.
    days = {"from": ["2010-01-01", "2012-01-01"], "to": ["2015-01-01", "2017-01-01"]}
    assert run("duplicate-platforms", pair(**days)).table["time"].tolist() == pytest.approx([3 / 7])


def test_collaborations_are_no_platforms() -> None:
    with pytest.raises(DataError, match="fewer than two platforms"):
        run("duplicate-platforms", pair(label=["Platform", "Collaboration"]))
