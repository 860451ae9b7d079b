"""Scorecard: values and percentiles on paper, and that it says what it does not measure."""

import pytest

from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.network import Network

# Three zones of two: A's organisations meet each other and B's first, B's second and all of C's meet nobody.
ZONES = {name: {"zone": name[0], "role": "enterprise"} for name in ("A1", "A2", "B1", "B2", "C1", "C2")}


def test_values_and_percentiles_on_paper() -> None:
    net = Network.of({"P": ["A1", "A2"], "Q": ["A1", "B1"]}, {**ZONES, "nowhere": {}})
    result = run("scorecard", net, smallest=2)
    table = result.table.set_index("score")
    assert table.loc["A: partners", "value"] == pytest.approx(1.5)
    assert table.loc[["A: partners", "B: partners", "C: partners"], "percentile"].tolist() == [100, 50, 0]
    # A's organisations drawn anew have a mean of 1, 1.5 or 2 partners: above B and C in any case.
    assert table.loc["A: partners", ["low", "high"]].tolist() == [1, 2]
    assert table.loc["A: partners", "percentile_low"] == 100
    # B1 and B2 drawn anew: 0, .5 or 1 of them has a partner; 0 is as low as C, which counts half.
    assert table.loc["B: tied", ["percentile_low", "percentile_high"]].tolist() == [25, 75]
    assert "C: outside" not in table.index
    assert any("results that were transferred" in note for note in result.notes)
    assert result.sentences("en")[0].startswith("A: ")


def test_zones_that_are_too_small_are_not_compared() -> None:
    with pytest.raises(DataError, match="fewer than two values of zone have 5 organisations"):
        run("scorecard", Network.of({"P": ["A1", "B1"]}, ZONES))
