"""Regression on pairs of organisations with permutation tests that keep what each organisation is (MRQAP)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dyadic:
    """Coefficients of the predictors (the constant is left out), two-sided p of each, and how much is explained."""

    coefficients: Numbers
    p: Numbers
    explained: float
    draws: int


def mrqap(outcome: Numbers, predictors: list[Numbers], *, draws: int = 999, seed: int = 0) -> Dyadic:
    """Regress a symmetric matrix on others over its pairs, with double semi-partialling (Dekker et al. 2007).

    Least squares over the n (n - 1) / 2 pairs. To test a predictor, what the others leave of it is permuted, rows and
    columns together, and the t of its coefficient is compared: p = (1 + draws with |t| as large) / (1 + draws). All
    matrices are n x n; the diagonal is not looked at. Predictors that others explain wholly get a coefficient of 0 and
    p 1.
    """
    n = len(outcome)
    upper = np.triu_indices(n, 1)
    y = outcome[upper]
    columns = [x[upper] for x in predictors]
    random = np.random.default_rng(seed)
    coefficients, p = np.zeros(len(columns)), np.ones(len(columns))
    full = np.column_stack([np.ones(len(y)), *columns])
    fitted = full @ np.linalg.lstsq(full, y, rcond=None)[0]
    spread = ((y - y.mean()) ** 2).sum()
    for k, x in enumerate(columns):
        others = np.column_stack([np.ones(len(y)), *(c for i, c in enumerate(columns) if i != k)])
        basis = np.linalg.qr(others)[0]
        rest_x, rest_y = x - basis @ (basis.T @ x), y - basis @ (basis.T @ y)
        if (rest_x**2).sum() < 1e-9 * max((x**2).sum(), 1):
            continue
        coefficients[k], observed = _slope(rest_x, rest_y, len(y) - full.shape[1])
        matrix = np.zeros((n, n))
        matrix[upper] = rest_x
        matrix += matrix.T
        hits = 0
        for _ in range(draws):
            order = random.permutation(n)
            drawn = matrix[np.ix_(order, order)][upper]
            drawn -= basis @ (basis.T @ drawn)
            hits += abs(_slope(drawn, rest_y, len(y) - full.shape[1])[1]) >= abs(observed) - 1e-12
        p[k] = (1 + hits) / (1 + draws)
    explained = 1 - ((y - fitted) ** 2).sum() / spread if spread else 0.0
    return Dyadic(coefficients, p, float(explained), draws)


def _slope(x: Numbers, y: Numbers, freedom: int) -> tuple[float, float]:
    """Compute the slope of y on x, both without what the other predictors explain, and its t."""
    length = float((x**2).sum())
    if length < 1e-300:
        return 0.0, 0.0
    slope = float(x @ y) / length
    left = float(((y - slope * x) ** 2).sum()) / max(freedom, 1)
    return slope, slope / np.sqrt(max(left, 1e-300) / length)
