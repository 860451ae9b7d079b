"""How strongly a group is closed: its evidence body by body, the odds ratio against chance, and what is unusual."""

from dataclasses import dataclass

import numpy as np

from graphkit.measures.jackknife import jackknife_error
from graphkit.measures.seats import Groups, Numbers, Seats, Truths, by_body, group_seats, internal_weights, totals

WIDEST = 1000.0  # factor from which on an interval of an odds ratio says nothing
DETECTED = 3.93  # standard deviations that are found at p = .001 with a power of .8: 3.09 + 0.84


@dataclass(frozen=True)
class Evidence:
    """What the bodies say of every group.

    `inside` is the internal weight, `seats` the seats, `bodies` the bodies it sits in, `error` the standard error of
    its log odds ratio by leaving out one body after the other and `freedom` its degrees (`jackknife_error`), `pair` the
    weight of one pair in a body that it sits in, and `own` the internal weight from bodies that are all the group's.
    """

    inside: Numbers
    seats: Numbers
    bodies: Numbers
    error: Numbers
    freedom: Numbers
    pair: Numbers
    own: Numbers

    @classmethod
    def of(cls, seats: Seats, groups: Groups) -> "Evidence":
        """Gather the evidence of every group."""
        inside, taken = internal_weights(seats, groups), group_seats(seats, groups)
        body, group, members, weight = by_body(seats, groups)
        pair = totals(group, members * 2 / (seats.sizes[body] - 1), groups.number)
        whole = members == seats.sizes[body]
        return cls(
            inside,
            taken,
            np.bincount(group, minlength=groups.number).astype(float),
            *jackknife_error(seats, groups, weight, members),
            np.divide(pair, taken, out=np.zeros(groups.number), where=taken > 0),
            totals(group[whole], weight[whole], groups.number),
        )

    def can_close(self, expected: Numbers, deviation: Numbers) -> Truths:
        """Tell the groups whose closure would be detected: 3.93 standard deviations leave room below complete closure.

        They must also sit in three bodies or more, or there is nothing to measure the spread by.
        """
        return (self.seats - expected >= DETECTED * deviation) & (deviation > 0) & (self.bodies >= 3)

    def can_open(self, deviation: Numbers) -> Truths:
        """Tell the groups of which silence says something: by chance they meet often enough.

        Where the smallest detectable excess is less than the weight of two pairs, a shared body or two would pass for
        closure, and none says nothing.
        """
        return DETECTED * deviation >= 2 * self.pair


def odds_ratio(evidence: Evidence, expected: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Odds of a tie to stay inside, over its odds by chance, with a 95 % interval: three arrays, one value a group.

    `expected` is the internal weight by chance. One seat that behaves as chance does is added, so that 0 and all stay
    finite. The interval is Student's on the log odds, its error that of leaving out one body after the other, which
    moves what chance expects together with what is observed, and at least the weight of one more pair. Not a number
    without seats, or where chance allows nothing else; no interval where it reaches over a factor of 1,000, or where
    a single body decides whether there is anything to compare.
    """
    from scipy.stats import t

    seats = evidence.seats
    known = (seats > 0) & (expected > 0) & (expected < seats)
    chance = np.where(known, expected / np.where(known, seats, 1), 0.5)
    share = (evidence.inside + chance) / (seats + 1)
    logit = np.log(share / (1 - share)) - np.log(chance / (1 - chance))
    error = np.maximum(evidence.error, evidence.pair / (seats + 1) / (share * (1 - share)))
    reach = t.ppf(0.975, evidence.freedom) * error
    bounded = known & (reach < np.log(WIDEST))
    low, high = (np.where(bounded, np.exp(np.where(bounded, logit + by, 0)), np.nan) for by in (-reach, reach))
    return np.where(known, np.exp(logit), np.nan), low, high


def unusual(log_odds: Numbers, seats: Numbers, lined: Truths, fewest: int = 8) -> Numbers:
    """How closed every group is for its size: robust z of the residual from the line of log odds ratio on log seats.

    On real networks small groups have large odds ratios without being peculiar: home ties are everywhere. If all kept
    the same share of their ties at home, the slope would be near -1, without home ties 0: Theil's and Sen's slope of
    the groups in `lined` is held between the two, for groups of like size do not settle it. The deviation is 1.4826
    times their median absolute residual, so that a few silos do not hide themselves. With fewer than `fewest` groups in
    line there is no value.
    """
    from scipy.stats import theilslopes

    known = np.isfinite(log_odds) & (seats > 0)
    lined = lined & known
    if lined.sum() < fewest:
        return np.full(len(log_odds), np.nan)
    x = np.log(np.where(known, seats, 1))
    slope = min(max(float(theilslopes(log_odds[lined], x[lined]).slope), -1.0), 0.0) if np.ptp(x[lined]) > 0 else 0.0
    residual = log_odds - slope * x
    residual -= np.median(residual[lined])
    return np.where(known, residual / max(1.4826 * float(np.median(np.abs(residual[lined]))), 0.05), np.nan)
