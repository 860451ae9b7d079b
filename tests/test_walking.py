"""Steps over shared bodies: beside the product with all ties, and nothing where there is nothing."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.walking import Shared, through


def ties_of(seats: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    found = (seats * weight) @ seats.T
    np.fill_diagonal(found, 0)
    return found


def test_a_step_on_paper() -> None:
    # Bodies abc and ab: a and b share both and are tied once. From b alone one step leads to a and c, not back to b.
    seats = np.array([[1, 1], [1, 1], [1, 0]], dtype=np.float32)
    tied = (ties_of(seats, np.ones(2, dtype=np.float32)) > 0).astype(np.float32)
    shared = Shared.of(sp.csr_array(tied), sp.csr_array(seats), np.ones(2, dtype=np.float32))
    assert shared.excess.toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert shared.onward(np.array([[0, 1, 0]], dtype=np.float32)).tolist() == [[1, 0, 1]]


@pytest.mark.parametrize("once", [True, False], ids=["each tie once", "by the weight of bodies"])
def test_steps_over_bodies_are_those_over_ties(once: bool) -> None:
    random = np.random.default_rng(0)
    seats = (random.random((70, 50)) < 0.05).astype(np.float32)
    weight = random.random(50).astype(np.float32)
    ties = ties_of(seats, weight)
    ties = (ties > 0).astype(np.float32) if once else ties
    scores = (random.random((9, 70)) * (random.random((9, 70)) < 0.1)).astype(np.float32)
    found = Shared.of(sp.csr_array(ties), sp.csr_array(seats), weight).onward(scores)
    product = scores @ ties
    assert ((found > 0) == (product > 0)).all()  # ranks tell a score from none
    np.testing.assert_allclose(found, product, rtol=1e-5)
    two = through(sp.csr_array(ties), sp.csr_array(ties), np.ones(70, dtype=np.float32), np.arange(5))
    np.testing.assert_allclose(two, ties[:5] @ ties, rtol=1e-5)
