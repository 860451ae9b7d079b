import numpy as np
import pytest
from numpy.typing import NDArray

from graphkit.measures.boosting import SHARE, Blend, blended
from graphkit.measures.features import NAMES
from graphkit.measures.fitting import regression

COMMON, ALLOCATION = NAMES.index("common"), NAMES.index("allocation")


def two_signs_together() -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Pairs that tied up where both signs are high or both are low: neither says anything by itself."""
    random = np.random.default_rng(0)
    values = np.zeros((4_000, len(NAMES)), dtype=np.float32)
    values[:, [COMMON, ALLOCATION]] = random.random((4_000, 2))
    return values, (values[:, COMMON] > 0.5) == (values[:, ALLOCATION] > 0.5)


@pytest.fixture(scope="module")
def learned() -> Blend:
    values, labels = two_signs_together()
    return blended(regression(values, labels, np.ones(len(labels)), bounded=False), values, labels, 0)


def test_trees_see_what_no_sum_of_signs_can_say(learned: Blend) -> None:
    corners = np.zeros((len(NAMES), 4), dtype=np.float32)
    corners[COMMON], corners[ALLOCATION] = [0.1, 0.9, 0.1, 0.9], [0.1, 0.9, 0.9, 0.1]
    assert abs(learned.scale.margin(corners)).max() < 0.2  # the regression knows nothing
    assert learned.likelihood(learned.margin(corners))[:2].min() > 0.6
    assert learned.likelihood(learned.margin(corners))[2:].max() < 0.4


def test_log_odds_are_a_weighted_mean_and_each_pair_stands_for_itself(learned: Blend) -> None:
    values = two_signs_together()[0][:50].T
    grown = learned.trees.decision_function(values.T)
    assert learned.margin(values) == pytest.approx((1 - SHARE) * learned.scale.margin(values) + SHARE * grown, abs=1e-5)
    assert (learned.margin(values[:, ::-1]) == learned.margin(values)[::-1]).all()
    assert learned.margin(values[:, :0]).shape == (0,)


def test_the_same_examples_grow_the_same_trees(learned: Blend) -> None:
    values, labels = two_signs_together()
    again = blended(learned.scale, values, labels, 0)
    assert (again.margin(values.T) == learned.margin(values.T)).all()
