"""Models of a tie: a logistic regression on signs whose direction is known, and what makes its log odds likelihoods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.compiled import COMPILES, njit
from graphkit.measures.features import NAMES, PAIR, PLACES, SIGNS, SOURCE, TARGET, VALUE, Block

PENALTY = 1e-3
"""Weight of the squares of the coefficients of standardised signs beside the mean log loss."""
PENALTY_RARE = 1e-4
"""The same where one pair in a thousand ties up: the whole log loss is 0.008 there, and `PENALTY` would make all
coefficients alike."""
SLOPE = 0.2
"""How far the slope of a calibration may easily be from 1."""
CHANCE = 0.025
"""How often, at most, a single score may take the place of a model that is as good."""
NEARER = np.array([sign.ranked or sign.name == "active" for sign in SIGNS])
"""Signs that are ranks: a better rank must never speak against a tie."""


@dataclass(frozen=True)
class Scale:
    """One model: what is subtracted, and what each sign is multiplied by; `slope` and `shift` calibrate."""

    mean: NDArray[np.float32]
    weight: NDArray[np.float32]
    intercept: float
    slope: float = 1.0
    shift: float = 0.0

    def margin(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log odds, uncalibrated; the first axis of `values` are the signs."""
        found = np.tensordot(self.weight, values, axes=1) + np.float32(self.intercept - self.weight @ self.mean)
        return np.asarray(found, dtype=np.float32)

    def likelihood(self, margin: NDArray[np.float32]) -> NDArray[np.float64]:
        """Turn log odds into a calibrated likelihood."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * margin.astype(float) + self.shift))))

    def calibrated(self, margin: NDArray[Any], came: NDArray[np.bool_]) -> "Scale":
        """Fit slope and shift to what became of pairs (Platt 1999); no slope turns them round."""
        slope, shift = platt(margin, came)
        return replace(self, slope=slope, shift=shift)

    @classmethod
    def of_one(cls, name: str) -> "Scale":
        """Make the model of one ranked sign alone."""
        weight = np.zeros(len(NAMES), dtype=np.float32)
        weight[NAMES.index(name)] = -1
        return cls(np.zeros(len(NAMES), dtype=np.float32), weight, 0.0)


def log_odds(models: Sequence[Scale], block: Block, kinds: NDArray[np.int8]) -> NDArray[np.float32]:
    """Calibrated log odds of every pair of a block (sources x columns), by the model that stands at its kind."""
    weight = np.array([model.slope * model.weight for model in models], dtype=np.float32)
    start = np.array([model.slope * (model.intercept - model.weight @ model.mean) + model.shift for model in models])
    values = np.tensordot(weight[:, PLACES[VALUE]], block.values, axes=1)
    targets = np.asarray(weight[:, PLACES[TARGET]] @ block.targets + start[:, None], dtype=np.float32)
    own = np.asarray(weight[:, PLACES[SOURCE]] @ block.own)
    pairs = np.ascontiguousarray(weight[:, PLACES[PAIR]])
    found = np.empty(kinds.shape, dtype=np.float32)
    (_added if COMPILES else _chosen)(block.pairs, values, block.codes, targets, own, pairs, kinds, found)
    return found


def _chosen(pairs: Any, values: Any, codes: Any, targets: Any, own: Any, weight: Any, kinds: Any, found: Any) -> None:
    """Compute all pairs by every model that occurs, and choose."""
    for kind in np.unique(kinds):
        odds = np.tensordot(weight[kind], pairs, axes=1) + targets[kind] + own[kind][:, None]
        odds += sum(np.take(values[kind], each, axis=1) for each in codes)
        np.copyto(found, odds, where=kinds == kind)


@njit(nogil=True)
def _added(pairs: Any, values: Any, codes: Any, targets: Any, own: Any, weight: Any, kinds: Any, found: Any) -> None:
    """Add sign by sign for every model that occurs, a stretch of columns at a time: it stays in the nearest cache."""
    signs, rows, n = pairs.shape
    room = np.empty(2_048, dtype=np.float32)
    for row in range(rows):
        for low in range(0, n, len(room)):
            high = min(low + len(room), n)
            here, into, odds = kinds[row, low:high], found[row, low:high], room[: high - low]
            for kind in range(len(weight)):
                occurs = False
                for i in range(len(odds)):
                    occurs |= here[i] == kind
                if not occurs:
                    continue
                odds[:] = targets[kind, low:high] + own[kind, row]
                for of_all in codes:
                    each_value, code = values[kind, row], of_all[low:high]
                    for i in range(len(odds)):
                        odds[i] += each_value[code[i]]
                for sign in range(signs):
                    each, value = weight[kind, sign], pairs[sign, row, low:high]
                    for i in range(len(odds)):
                        odds[i] += each * value[i]
                for i in range(len(odds)):
                    if here[i] == kind:
                        into[i] = odds[i]


def regression(
    values: NDArray[np.float32],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    *,
    bounded: bool = True,
    penalty: float = PENALTY,
) -> Scale:
    """Fit a logistic regression to `values` (examples x signs), each example counted with its weight.

    With `bounded`, ranks can only speak for a tie (L-BFGS-B; Byrd, Lu, Nocedal & Zhu 1995): neighbour scores are so
    much alike that free coefficients cancel each other and turn with every window. Signs that do not vary get 0.
    """
    from scipy.optimize import minimize

    mean, spread = values.mean(axis=0, dtype=float), values.std(axis=0, dtype=float)
    live = spread > 1e-3
    spread[~live] = 1
    table = np.asarray((values - mean) / spread, dtype=np.float64)[:, live]
    came, weights = labels.astype(float), weights / weights.mean()
    usual = float(np.clip((weights * came).mean(), 1e-9, 1 - 1e-9))

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = table @ at[:-1] + at[-1]
        found = weights @ (np.logaddexp(0, margin) - came * margin) / len(came) + penalty * (at[:-1] ** 2).sum()
        off = weights * (1 / (1 + np.exp(-margin)) - came) / len(came)
        return float(found), np.append(table.T @ off + 2 * penalty * at[:-1], off.sum())

    start = np.append(np.zeros(int(live.sum())), np.log(usual / (1 - usual)))
    bounds = [(None, 0.0) if bounded and nearer else (None, None) for nearer in NEARER[live]] + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x
    weight = np.zeros(len(NAMES))
    weight[live] = found[:-1] / spread[live]
    return Scale(mean.astype(np.float32), weight.astype(np.float32), float(found[-1]))


def conditional_logit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Learn what the first of some alternatives has before the others (McFadden 1974).

    `values` are (choices x alternatives x signs), the first alternative of each being the one that was chosen; returned
    is the weight of every sign, with `PENALTY` on those of standardised signs. Signs that do not vary get 0.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    flat = values.reshape(-1, values.shape[2]).astype(float)
    mean, spread = flat.mean(axis=0), flat.std(axis=0)
    live = spread > 1e-6
    table = ((values - mean) / np.where(live, spread, 1))[:, :, live]

    def loss(weight: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = table @ weight
        whole = logsumexp(margin, axis=1)
        share = np.exp(margin - whole[:, None])
        off = np.einsum("ca,cas->s", share, table) - table[:, 0].sum(axis=0)
        found = (whole - margin[:, 0]).mean() + PENALTY * (weight**2).sum()
        return float(found), off / len(table) + 2 * PENALTY * weight

    weight = np.zeros(values.shape[2])
    weight[live] = minimize(loss, np.zeros(int(live.sum())), jac=True, method="L-BFGS-B").x / spread[live]
    return weight.astype(np.float32)


def platt(margin: NDArray[Any], came: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift that turn log odds into likelihoods; 1 and 0 where too little came true to tell.

    The slope is held towards 1, as by a normal prior of standard deviation `SLOPE`: margins are log odds already, and
    the best pairs of all, on which they are fitted, can be so much alike that few say little about it.
    """
    from scipy.optimize import minimize

    if came.sum() < 10 or came.all():
        return 1.0, 0.0
    odds, true = margin.astype(float), came.astype(float)

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = at[0] * odds + at[1]
        off = 1 / (1 + np.exp(-said)) - true
        found = (np.logaddexp(0, said) - true * said).sum() + ((at[0] - 1) / SLOPE) ** 2 / 2
        return float(found), np.array([off @ odds + (at[0] - 1) / SLOPE**2, off.sum()])

    start = np.array([1.0, 0.0])
    slope, shift = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.05, None), (None, None)]).x
    return float(slope), float(shift)


def reliability(stated: NDArray[np.float64], came: NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean stated likelihood, share that came true, and number, over bins of equal number in order of likelihood.

    Equal likelihoods fall together: what is stated of them is one thing, and their order would be that of the rows.
    """
    if not len(stated):
        return []
    value, place, number = np.unique(stated, return_inverse=True, return_counts=True)
    share = np.bincount(place, weights=came.astype(float)) / number
    middle = (np.cumsum(number) - number / 2) / len(stated)
    which = np.minimum((middle * bins).astype(int), bins - 1)
    parts = [which == each for each in np.unique(which)]
    return [
        (
            float(np.average(value[part], weights=number[part])),
            float(np.average(share[part], weights=number[part])),
            int(number[part].sum()),
        )
        for part in parts
    ]


def calibration_error(stated: NDArray[np.float64], came: NDArray[np.bool_]) -> float:
    """Mean difference between stated and observed likelihood over ten bins of equal number; NaN for none."""
    bins = reliability(stated, came)
    return sum(number * abs(said - was) for said, was, number in bins) / len(stated) if bins else float("nan")


def better(ours: NDArray[np.floating], others: Mapping[str, NDArray[np.floating]]) -> str | None:
    """Name of the score that does best, if it does better than ours beyond what the best of so many may by chance.

    Each array has one value for every organisation. The best of many is flattered by having been picked: it must be
    ahead by as many standard errors of the difference as leave 2.5 % of a normal distribution, divided by the number of
    scores (Dunn 1961): 1.96 for one, 2.73 for eight. None where ours stands, and for fewer than two organisations.
    """
    if len(ours) < 2 or not others:
        return None
    name = max(others, key=lambda each: (others[each].mean(), -list(others).index(each)))
    ahead = others[name] - ours
    enough = NormalDist().inv_cdf(1 - CHANCE / len(others))
    return name if ahead.mean() > enough * ahead.std(ddof=1) / np.sqrt(len(ahead)) else None
