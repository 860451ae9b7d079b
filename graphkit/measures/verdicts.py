"""The verdict on a group: significant, strong enough, and unusual for its size (判定)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graphkit.measures.closure import Evidence, odds_ratio, unusual
from graphkit.measures.seats import Numbers, Truths

VERDICTS = ("silo", "leaning inward", "neither", "open", "too small")
FOUND = ("silo", "leaning inward", "open")
PECULIAR = 1.645  # robust z from which on a group is unusual for its size: one in twenty of a normal distribution
FEWEST = 8  # groups from which on a line through all of them says anything


@dataclass(frozen=True)
class Judged:
    """The verdict on every group and what it rests on; `share` and `chance` are external shares where it was tested."""

    verdict: npt.NDArray[Any]
    q: Numbers
    odds: Numbers
    low: Numbers
    high: Numbers
    peculiar: Numbers
    share: Numbers
    chance: Numbers


def judge(
    evidence: Evidence,
    expected: Numbers,
    deviation: Numbers,
    tested: Truths,
    p: tuple[Numbers, Numbers],
    alpha: float,
    least_effect: float,
) -> Judged:
    """Judge every group by what was observed and what chance makes of it; `p` is that of closed and that of open."""
    odds, low, high = odds_ratio(evidence, expected)
    tells = evidence.can_open(deviation)
    with np.errstate(divide="ignore"):
        peculiar = np.where(tested, unusual(np.log(odds), evidence.seats, tested & tells, FEWEST), np.nan)
    share, chance = external(evidence.inside, evidence.seats), external(expected, evidence.seats)
    q, q_open = (corrected(each, tested) for each in p)
    few = int((tested & tells).sum()) < FEWEST
    stands_out = (peculiar >= PECULIAR) | ((share < 0.5) & (chance >= 0.5)) | few
    strong = (odds >= least_effect) & ((low > 1) | (share == 0))
    verdict = np.select(
        [~tested, (q <= alpha) & strong & stands_out, q <= alpha, q_open <= alpha, ~tells],
        ["too small", "silo", "leaning inward", "open", "too small"],
        "neither",
    )
    return Judged(verdict, q, odds, low, high, peculiar, share, chance)


def external(inside: Numbers, seats: Numbers) -> Numbers:
    """Share of tie weight that leaves every group; not a number without seats."""
    share: Numbers = np.divide(seats - inside, seats, out=np.full(len(seats), np.nan), where=seats > 0)
    return np.where(np.abs(share) < 1e-12, 0.0, share)  # no -0.0


def corrected(p: Numbers, tested: Truths) -> Numbers:
    """Correct p for the number of groups tested (Benjamini & Hochberg 1995); not a number for the others."""
    from scipy.stats import false_discovery_control

    q = np.full(len(p), np.nan)
    if tested.any():
        q[tested] = false_discovery_control(p[tested])
    return q
