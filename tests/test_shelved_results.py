"""Shelved results, on paper."""

import pandas as pd
import pytest
from small_graphs import full_zone, toy_zone

from graphkit.analyses.shelved_results import survival
from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.network import Network


def test_kaplan_meier_on_paper() -> None:
    # Times 1, 2, 3 (and one censored at 3), 5 censored: S = 4/5, 4/5 * 3/4 = 3/5, 3/5 * 2/3 = 2/5. Half are gone at 3.
    share, low, high, median = survival([1, 2, 3, 3, 5], [True, True, False, True, False], 2)
    assert share == pytest.approx(0.4)
    # Greenwood: .6^2 (1 / (5 * 4) + 1 / (4 * 3)) = .048; the lower end would be below 0.
    assert (low, high) == pytest.approx((0, 0.4 + 1.959964 * 0.048**0.5))
    assert median == 3
    assert survival([1, 2], [False, False], 2) == (0, 0, 0, None)
    assert survival([2], [True], 1)[:3] == (0, 0, 0)
    assert survival([], [], 1) == (None, None, None, None)


def results(**transfers: object) -> Network:
    """Four results of u (Z): one taken over by e (Z) after a year, one by x (X) after four, one is young."""
    taken = pd.DataFrame(
        {"start": ["r:1", "r:2"], "end": ["e", "x"], "date": ["2011-01-01", "2014-01-01"], **transfers}
    )
    days = ["2010-01-01", "2010-01-01", "2010-01-01", "2019-01-01", None]
    ids = [f"r:{i}" for i in range(1, 6)]
    return Network.of(
        {"P": ["u", "e"]},
        {"u": {"zone": "Z", "role": "university"}, "e": {"zone": "Z"}, "x": {"zone": "X"}},
        tables={
            "Result": pd.DataFrame({"id": ids, "date": days, "kind": "patent", "row": [f"result:{i}" for i in ids]}),
            "PRODUCED": pd.DataFrame({"start": "u", "end": ids}),
            "TRANSFERRED_TO": taken,
        },
    )


def test_what_became_of_four_results() -> None:
    result = run("shelved-results", results(), until="2020-01-01")
    zone = result.table.set_index("group").loc["Z"]
    assert zone[["results", "transferred", "rate", "shelved", "waiting", "elsewhere"]].tolist() == [4, 2, 0.5, 1, 1, 1]
    # At risk 4, one is taken at 1 year; the young one is censored at 1.0 years, just as the first is taken; of the
    # other two one is taken at 4: S(3) = 3/4, S(4) = 3/4 * 1/2 = 3/8, so that half are gone at 4 years.
    assert zone["within"] == pytest.approx(0.25)
    assert zone["median_years"] == pytest.approx(4, abs=0.01)
    assert result.members is not None
    assert result.members[["id", "producers", "evidence"]].to_numpy().tolist() == [["r:3", "u", "result:r:3"]]
    assert any("1 results have no day" in note for note in result.notes)
    assert result.table["group"].tolist() == ["all", "Z"]
    assert "half are within 4.0 years; 1 are shelved" in result.sentences("en")[0]
    assert result.sentences("zh")[0].startswith("全部：4 项成果中 2 项已转化（50%）")


def test_what_happens_later_has_not_happened_yet() -> None:
    table = run("shelved-results", results(), until="2012-01-01", by="role").table.set_index("group")
    assert table.loc["university", ["results", "transferred", "waiting"]].tolist() == [3, 1, 2]
    assert run("shelved-results", results(), by="kind", years=1).table["group"].tolist() == ["all", "patent"]
    assert run("shelved-results", results(), by="organisation").table["group"].tolist() == ["all", "u"]


def test_a_transfer_without_a_day_is_neither() -> None:
    result = run("shelved-results", results(date=["2011-01-01", None]), until="2020-01-01")
    assert result.table.loc[0, ["results", "transferred"]].tolist() == [3, 1]
    assert any("transfer without a day" in note for note in result.notes)


def test_a_transfer_before_the_result_takes_no_time() -> None:
    table = run("shelved-results", results(date=["2009-01-01", "2009-01-01"]), until="2020-01-01").table
    assert table.loc[0, "median_years"] == 0


def test_what_is_missing_is_named() -> None:
    with pytest.raises(DataError, match="Result"):
        run("shelved-results", toy_zone())
    with pytest.raises(UsageError, match="no day"):
        run("shelved-results", results(), until="yesterday")
    with pytest.raises(UsageError, match="compared by 'colour'"):
        run("shelved-results", results(), by="colour")
    assert run("shelved-results", full_zone()).table.loc[0, "transferred"] == 1
