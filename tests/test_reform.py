"""Reforms: difference in differences and its permutation p, on paper."""

import pandas as pd
import pytest
from small_graphs import full_zone

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.network import Network


def zones(more: int) -> Network:
    """Five zones of two; each pair starts one body a year from 2010 to 2015, and A `more` a year from 2013 on."""
    people = pd.DataFrame([{"id": f"{z}{i}", "zone": z} for z in "ABCDE" for i in (1, 2)])
    bodies = [(f"{z}-{y}-{n}", y, z) for z in "ABCDE" for y in range(2010, 2016) for n in range(_number(z, y, more))]
    frame = pd.DataFrame([(id_, f"{year}-05-01") for id_, year, _ in bodies], columns=["id", "from"])
    seats = [(f"{z}{i}", id_) for id_, _, z in bodies for i in (1, 2)]
    return Network.from_frames(people, frame, pd.DataFrame(seats, columns=["organisation", "body"]))


def _number(zone: str, year: int, more: int) -> int:
    return 1 + more if zone == "A" and year >= 2013 else 1


def test_an_effect_on_paper() -> None:
    # Each organisation has one new seat a year; A's have three from 2013 on. No other zone changes: p = 1 / 5.
    row = run("reform", zones(2), zone="A", year=2013).table.iloc[0]
    assert [row[name] for name in ("before", "after", "change", "placebo_change", "effect", "p")] == [
        1,
        3,
        2,
        0,
        2,
        0.2,
    ]
    assert row["placebos"] == 4


def test_without_an_effect_every_zone_is_as_far() -> None:
    row = run("reform", zones(0), zone="A", year=2013).table.iloc[0]
    assert [row["effect"], row["p"]] == [0, 1]
    outside = run("reform", zones(0), zone="A", year=2013, outcome="outside").table.iloc[0]
    assert [outside["before"], outside["after"]] == [0, 0]


def test_reforms_are_read_from_the_policies() -> None:
    # The east was reformed in 2012. P1 and P2 (2010, 2011) have six seats of seven organisations in three years, P3
    # (2012) four; the west had none before and P4 and P5 (2013, 2014), six seats of five organisations.
    row = run("reform", full_zone()).table.iloc[0]
    assert row["reform"] == "E, 2012"
    assert row["before"] == pytest.approx(6 / 7 / 3)
    assert row["after"] == pytest.approx(4 / 7 / 3)
    assert row["placebo_change"] == pytest.approx(6 / 5 / 3)


def test_what_cannot_be_judged_is_said() -> None:
    with pytest.raises(DataError, match="no reform to judge"):
        run("reform", zones(0))
    with pytest.raises(DataError, match="no organisation lies in 'X'"):
        run("reform", zones(0), zone="X", year=2013)
    with pytest.raises(UsageError, match="give both a zone and the first year"):
        run("reform", zones(0), zone="A")
    with pytest.raises(UsageError, match="no outcome 'joy'"):
        run("reform", zones(0), outcome="joy")
