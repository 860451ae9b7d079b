"""Ranks of scores and the best of them: values on paper, and the compiled kernels beside plain numpy."""

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


def test_largest_on_paper() -> None:
    # 7 may not be taken, infinity is no score, the two 3s come in the order of their columns; the second row has one.
    scores = np.array([[1, 3, 7, 3, np.inf, 2], [-5, np.nan, 0, 0, 0, -np.inf]])
    allowed = np.array([[True, True, False, True, True, True], [True, True, False, False, False, True]])
    assert ranking.largest(scores, allowed, 3).tolist() == [[1, 3, 5], [0, -1, -1]]
    assert ranking.largest(scores, allowed, 0).shape == (2, 0)
    assert ranking.largest(np.empty((1, 0)), np.empty((1, 0), dtype=bool), 2).tolist() == [[-1, -1]]


@given(st.data(), st.integers(0, 3), st.integers(0, 40), st.integers(1, 12))
def test_insertion_and_partition_find_the_same(data: st.DataObject, rows: int, columns: int, many: int) -> None:
    special = st.sampled_from([-np.inf, np.inf, np.nan, -0.0])
    scores = data.draw(arrays(np.float32, (rows, columns), elements=st.one_of(SCORE, special)))
    allowed = data.draw(arrays(np.bool_, (rows, columns)))
    inserted, partitioned = np.full((rows, many), -1), np.full((rows, many), -1)
    ranking._by_insertion(scores, allowed, inserted)
    ranking._by_partition(scores, allowed, partitioned)
    np.testing.assert_array_equal(inserted, partitioned)


@given(st.data(), st.integers(0, 5), st.integers(0, 70))
def test_turned_scores_are_the_scores(data: st.DataObject, rows: int, columns: int) -> None:
    scores = data.draw(arrays(np.float32, (columns, rows), elements=SCORE))
    found = ranking.turned(scores)
    np.testing.assert_array_equal(found, scores.T)
    assert found.flags.c_contiguous
