"""Drivers: the regression on pairs against statsmodels, its permutation test on data with and without an effect."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.measures.dyads import mrqap
from graphkit.network import Network


def matrices(seed: int, n: int = 24) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two predictors that depend on the organisations, and noise."""
    random = np.random.default_rng(seed)
    group = random.integers(0, 3, n)
    activity = random.random(n)
    noise = np.triu(random.normal(size=(n, n)), 1)
    return (group[:, None] == group).astype(float), np.abs(activity[:, None] - activity), noise + noise.T


def test_coefficients_are_those_of_least_squares() -> None:
    one, two, noise = matrices(1)
    outcome = 0.5 * one - 0.3 * two + noise
    found = mrqap(outcome, [one, two], draws=9)
    upper = np.triu_indices(len(one), 1)
    fitted = sm.OLS(outcome[upper], sm.add_constant(np.column_stack([one[upper], two[upper]]))).fit()
    assert found.coefficients == pytest.approx(fitted.params[1:])
    assert found.explained == pytest.approx(fitted.rsquared)


def test_an_effect_is_found_and_chance_is_not() -> None:
    # 40 sets without an effect: about .05 of them below .05; the one with an effect far below.
    by_chance = [
        mrqap(noise, [one, two], draws=99, seed=seed).p[0] for seed in range(40) for one, two, noise in [matrices(seed)]
    ]
    assert np.mean(np.array(by_chance) <= 0.05) <= 0.15
    one, two, noise = matrices(7)
    assert mrqap(one + 0.5 * noise, [one, two], draws=99).p[0] == pytest.approx(0.01)


def test_a_predictor_that_another_explains_says_nothing() -> None:
    one, _, noise = matrices(3)
    found = mrqap(noise, [one, 2 * one], draws=9)
    assert found.coefficients.tolist() == [0, 0]
    assert found.p.tolist() == [1, 1]


def test_zones_bring_organisations_together_where_they_do() -> None:
    # 30 organisations in two zones; every body lies within one zone, so that no tie crosses.
    zones = {
        f"o{i:02}": {"zone": "E" if i < 15 else "W", "role": "enterprise" if i % 2 else "university"} for i in range(30)
    }
    bodies = {f"b{i}": [f"o{i:02}", f"o{(i + 1) % 15 + 15 * (i // 15):02}"] for i in range(30)}
    result = run("drivers", Network.of(bodies, zones), draws=99)
    table = result.table.set_index("driver")
    assert table.loc["same zone", "share"] == 1
    assert table.loc["same zone", "expected"] == pytest.approx(2 * 15 * 14 / (30 * 29))
    assert table.loc["same zone", "p"] == pytest.approx(0.01)
    assert "30 organisations with ties, 30 ties among them" in result.notes[0]


def test_declared_drivers_are_counted() -> None:
    bodies = pd.DataFrame({"id": ["A", "B", "C"], "driver": ["market", "market", "policy"]})
    seats = pd.DataFrame({"organisation": ["a", "b"] * 3, "body": ["A", "A", "B", "B", "C", "C"]})
    result = run("drivers", Network.from_frames(pd.DataFrame({"id": ["a", "b"]}), bodies, seats))
    assert result.table["driver"].tolist() == ["declared: market", "declared: policy"]
    assert result.table["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert result.sentences("zh")[0] == "市场驱动：占有驱动力标注的合作的 66.7%。"
    with pytest.raises(DataError, match="there is no tie to explain"):
        run("drivers", Network.of({"P": ["a"]}))
