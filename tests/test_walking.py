"""Ways over one organisation between: values on paper, and the compiled kernel beside products of matrices."""

import numpy as np
import pytest
import scipy.sparse as sp

from graphkit.measures import walking


def test_a_path_of_three_on_paper() -> None:
    # a-b of weight 2, b-c of weight 3: from a over b, halved there, 2 / 2 * 2 = 2 back to a and 2 / 2 * 3 = 3 to c.
    ties = sp.csr_array(np.array([[0, 2, 0], [2, 0, 3], [0, 3, 0]], dtype=np.float32))
    by = np.array([1, 2, 1], dtype=np.float32)
    found = walking.through(ties, ties, by, np.array([0]))
    assert found.tolist() == [[2, 0, 3]]


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_product_of_the_matrices_to_the_last_bit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    first, last = (sp.csr_array(sp.random_array((40, 40), density=0.2, rng=random, dtype=np.float32)) for _ in "12")
    by, sources = random.random(40).astype(np.float32) + 1, np.array([3, 3, 17, 39])
    dense = sp.csr_array(last.T) @ np.ascontiguousarray((first[sources].toarray() / by).T)
    np.testing.assert_array_equal(walking.through(first, last, by, sources), dense.T)
    monkeypatch.setattr(walking, "COMPILES", False)
    np.testing.assert_array_equal(walking.through(first, last, by, sources), dense.T)


def test_nobody_and_no_ties() -> None:
    empty = sp.csr_array((3, 3), dtype=np.float32)
    one = np.ones(3, dtype=np.float32)
    assert walking.through(empty, empty, one, np.array([1])).tolist() == [[0, 0, 0]]
    assert walking.through(empty, empty, one, np.array([], dtype=np.int64)).shape == (0, 3)
