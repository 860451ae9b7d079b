"""Whether a group closes or opens over the years, and since when, from the bodies that it sits in (趋势)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphkit.measures.seats import Numbers

YEARS = 4  # years from which on a trend is a trend
BODIES = 8  # bodies from which on their scatter is known
STEPS = 100
WIDEST = 30.0  # log odds beyond which nothing can be told apart


@dataclass(frozen=True)
class Trend:
    """Change of the log odds ratio a year, two-sided p of no change, and the last year before the change began.

    The change is infinite where ties leave the group only up to a year and stay inside only from it on, or the reverse.
    """

    slope: float
    p: float
    since: int


def trend(
    years: npt.ArrayLike, inside: npt.ArrayLike, taken: npt.ArrayLike, chance: npt.ArrayLike, bodies: npt.ArrayLike
) -> Trend | None:
    """Fit logit(share inside) = logit(share by chance) + a + b year over bodies, and test b = 0.

    Of every body that the group sits in: its year, the internal weight from it, the seats of the group in it, the share
    that would stay inside by chance in that year, and the number of all bodies of that year. The test is the score test
    of a quasi-binomial model with the variance taken from the scatter of bodies (robust: Liang & Zeger 1986), Student's
    with bodies - 2 degrees of freedom; bodies, not seats, are what is independent. More seats of a group raise what
    chance expects of it, too, which that variance takes into account. `since` is the bend of the
    line that is level first and then slopes which fits best; of equals the earliest, so the first year for a line that
    slopes throughout. None for fewer than four years or eight bodies, and where all or nothing stays inside.
    """
    t, i, k, e, n = (np.asarray(given, dtype=float) for given in (years, inside, taken, chance, bodies))
    known = (e > 0) & (e < 1) & (k > 0)
    t, i, k, e, n = t[known], i[known], k[known], e[known], n[known]
    if len(np.unique(t)) < YEARS or len(t) < BODIES or not 0 < i.sum() < k.sum():
        return None
    from scipy.stats import t as student

    offset = np.log(e) - np.log1p(-e)
    level = _share(_fitted(np.ones((len(t), 1)), i, k, offset)[0], np.ones((len(t), 1)), offset)
    weight = k * level * (1 - level)
    middle = (weight * t).sum() / weight.sum()
    score = float(((i - k * level) * (t - middle)).sum())
    # A body moves its year's expected weight, k times a share that grows with the year's seats, by this much a seat.
    own = i - k * level * (1 + (1 - level) / (1 - e))
    variance = sum(
        (each - middle) ** 2 * ((own[now] ** 2).sum() - own[now].sum() ** 2 / n[now][0])
        for each in np.unique(t)
        for now in (t == each,)
    )
    error = float(np.sqrt(max(variance, 0) * len(t) / (len(t) - 2)))
    p = 1.0 if error < 1e-9 else float(2 * student.sf(abs(score) / error, len(t) - 2))
    slope = _apart(t, i, k - i) or float(_fitted(_line(t - middle), i, k, offset)[0][1])
    fits = [(round(-_fitted(_line(np.maximum(t, bend) - middle), i, k, offset)[1], 9), bend) for bend in np.unique(t)]
    return Trend(slope, p, int(min(fits[:-1])[1]))


def _apart(years: Numbers, inside: Numbers, outside: Numbers) -> float:
    """Give the sign of an endless slope: one year parts what stays inside from what leaves; 0 where none does.

    Such a likelihood has no maximum (Albert & Anderson 1984).
    """
    within, away = years[inside > 1e-9], years[outside > 1e-9]
    if not len(within) or not len(away):  # but for rounding, all stays inside or nothing does
        return 0.0
    return np.inf if away.max() <= within.min() else -np.inf if within.max() <= away.min() else 0.0


def _line(x: Numbers) -> Numbers:
    return np.column_stack([np.ones(len(x)), x])


def _share(parameters: Numbers, design: Numbers, offset: Numbers) -> Numbers:
    from scipy.special import expit

    share: Numbers = expit(np.clip(design @ parameters + offset, -WIDEST, WIDEST))
    return share


def _fitted(design: Numbers, inside: Numbers, taken: Numbers, offset: Numbers) -> tuple[Numbers, float]:
    """Maximise the quasi-likelihood by Newton's method, halving steps that lead down; it has one maximum."""

    def likelihood(parameters: Numbers) -> float:
        share = _share(parameters, design, offset)
        return float((inside * np.log(share) + (taken - inside) * np.log1p(-share)).sum())

    at = np.zeros(design.shape[1])
    best = likelihood(at)
    for _ in range(STEPS):
        share = _share(at, design, offset)
        curve = design.T @ (design * (taken * share * (1 - share))[:, None]) + 1e-12 * np.eye(len(at))
        step = np.linalg.solve(curve, design.T @ (inside - taken * share))
        while (found := likelihood(at + step)) < best and np.abs(step).max() > 1e-10:
            step = step / 2
        if found - best < 1e-12:
            break
        at, best = at + step, found
    return at, best
