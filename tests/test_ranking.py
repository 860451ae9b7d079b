"""Ranks of scores: values on paper, and the compiled kernel beside plain sorting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graphkit.measures import ranking

SCORE = st.one_of(st.just(0.0), st.sampled_from([0.25, 0.5, 1.0]), st.floats(-1, 2.0**99, width=32))


def test_ranks_on_paper() -> None:
    # Scores .5, 2, .5, 0 and a tied 9. Best is 2: rank 1, log 0. Both halves share rank 2: log 2.
    # The one without a score and the one tied already stand after all five: log 6.
    scores = np.array([[0.5, 2, 0.5, 0, 9]], dtype=np.float32)
    found = np.empty_like(scores)
    ranking.log_ranks(scores, np.array([[False, False, False, False, True]]), found)
    np.testing.assert_allclose(found[0], np.log([2, 1, 2, 6, 6]), rtol=1e-6)


def test_nobody_and_nothing() -> None:
    assert ranking.ranks_of_all(np.empty(0, dtype=np.float32)).shape == (0,)
    np.testing.assert_allclose(ranking.ranks_of_all(np.zeros(3, dtype=np.float32)), np.log(4), rtol=1e-6)


@given(st.data(), st.integers(0, 3), st.integers(0, 40))
def test_digits_and_sorting_agree(data: st.DataObject, rows: int, columns: int) -> None:
    scores = data.draw(arrays(np.float32, (rows, columns), elements=SCORE))
    tied = data.draw(arrays(np.bool_, (rows, columns)))
    logarithm = np.log1p(np.arange(columns, dtype=np.float32))
    last = np.float32(np.log(columns + 1))
    sorted_, counted = np.empty_like(scores), np.empty_like(scores)
    ranking._by_sorting(scores, tied, logarithm, last, sorted_)
    ranking._by_digits(scores, scores.view(np.uint32), tied, logarithm, last, counted)
    np.testing.assert_array_equal(counted, sorted_)
