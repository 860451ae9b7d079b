"""Closure of given groups under other weightings of ties, by the evidence of bodies (加权敏感性)."""

import numpy as np

from graphkit.measures.closure import Evidence
from graphkit.measures.jackknife import jackknife_error
from graphkit.measures.seats import Groups, Numbers, Seats, by_body, totals
from graphkit.network import Weighting

WEIGHTS = {
    "newman": lambda n: 1 / (n - 1),
    "fractional": lambda n: 1 / n,
    "count": lambda n: np.ones_like(n),
}


def weighed(seats: Seats, groups: Groups, weighting: Weighting) -> Evidence:
    """Gather the evidence of every group with a tie in a body of n members weighing 1/(n-1), 1/n or 1.

    A group's weight inside is m(m-1) w over bodies, all of its tie weight m(n-1) w; both are scaled so that the whole
    network's is its number of seats. Of Newman's weighting it is `Evidence.of`. By chance the same share stays inside
    under every weighting: two seats of one body are both the group's with one probability, whatever the body weighs.
    """
    size = seats.sizes.astype(float)
    weight = WEIGHTS[weighting](size)
    weight = weight * size.sum() / max(float((size * (size - 1) * weight).sum()), 1e-12)
    body, group, members, newman = by_body(seats, groups)
    inside = newman * (size[body] - 1) * weight[body]
    whole = members * (size[body] - 1) * weight[body]
    number = groups.number
    total, volume = totals(group, inside, number), totals(group, whole, number)
    pair = totals(group, whole * 2 * weight[body], number)
    own: Numbers = np.where(members == size[body], inside, 0.0)
    return Evidence(
        total,
        volume,
        np.bincount(group, minlength=number).astype(float),
        *jackknife_error(seats, groups, inside, whole),
        np.divide(pair, volume, out=np.zeros(number), where=volume > 0),
        totals(group, own, number),
    )
