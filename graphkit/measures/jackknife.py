"""How far a log odds ratio of closure would move without each single body: its standard error (刀切法)."""

import numpy as np

from graphkit.measures.seats import Groups, Numbers, Seats, totals


def jackknife_error(seats: Seats, groups: Groups, inside: Numbers, whole: Numbers) -> tuple[Numbers, Numbers]:
    """Standard error of every group's log odds ratio, and its degrees of freedom, by leaving out one body at a time.

    `inside` and `whole` are what stays inside from every body and all tie weight there, in the order of `by_body`;
    Newman's weights are the internal weight and the members. What chance allows is computed anew with every body left
    out, too (the closed form's mean): a large body of a group raises what it keeps inside and what it would by chance,
    so that the two errors cancel in part. Bodies without the group move its chance alone, by the seats that they hold.
    The error is the root of the sum of squares (Tukey 1958), not scaled down. Where few bodies move a group most, they
    are as good as few: the degrees of freedom are Satterthwaite's (1946), 1 to the number of bodies less 1. How often
    the interval holds the truth is a line of `benchmarks/truth_silos.py`.

    Infinite where some body leaves nothing behind to compare: no two organisations of the group, or nobody else.
    """
    number, labels, parts = groups.number, len(groups.into), seats.number_of_parts
    if not number or not len(seats.bodies):
        return np.full(number, np.inf), np.ones(number)
    body = np.repeat(np.arange(len(seats.bodies)), seats.sizes)
    part = seats.parts[body]
    label = groups.labels[part % len(groups.labels), seats.members]
    strength = seats.strengths()[part, seats.members].astype(float)
    size = seats.sizes.astype(float)
    every = totals(seats.parts, size, parts)
    pairs = every**2 - totals(part, strength, parts)  # ordered pairs of seats of different organisations
    fewer = (2 * every[seats.parts] - size) * size - totals(body, 2 * strength - 1, len(size))
    rate = _over(every[seats.parts] - size, pairs[seats.parts] - fewer)  # seats over pairs, without the body

    seated = label >= 0
    cell, of, members = np.unique((body * labels + label)[seated], return_inverse=True, return_counts=True)
    at, what = cell // labels, cell % labels
    here = seats.parts[at] * labels + what  # a label within its part
    taken = totals(here, members, parts * labels)
    own = taken**2 - totals((part * labels + label)[seated], strength[seated], parts * labels)
    lost = (2 * taken[here] - members) * members - totals(of, 2 * strength[seated] - 1, len(cell))
    meeting = np.zeros((parts, number))
    np.add.at(meeting, (np.repeat(np.arange(parts), labels), np.tile(groups.into, parts)), own)
    chance = (_over(every, pairs)[:, None] * meeting).sum(axis=0)

    place, back = np.unique(at * number + groups.into[what], return_inverse=True)
    where, group = place // number, place % number
    held, from_part = totals(back, members, len(place)), seats.parts[where]
    without = chance[group] - _over(every, pairs)[from_part] * meeting[from_part, group]
    without += rate[where] * (meeting[from_part, group] - totals(back, lost, len(place)))
    k, kept, volume = totals(group, held, number), totals(group, inside, number), totals(group, whole, number)
    first = _log_odds(kept, volume, chance, k)
    with np.errstate(invalid="ignore"):
        moved = first[group] - _log_odds(kept[group] - inside, volume[group] - whole, without, k[group] - held)
    moved = np.where(np.isfinite(moved), moved, np.inf)

    shift = rate * _over(pairs, every)[seats.parts] - 1
    share = _over(_over(every, pairs)[:, None] * meeting, chance)
    squares = totals(seats.parts, shift**2, parts) @ share**2
    squares -= totals(group, (shift[where] * share[from_part, group]) ** 2, number)
    open_ = 1 - _over(chance, k)
    square = totals(group, moved**2, number) + _over(np.maximum(squares, 0), open_**2)
    bodies = totals(group, np.ones(len(group)), number)
    known = (k > 0) & (open_ > 0) & np.isfinite(square) & (square > 0)
    fourth = totals(group, np.where(known[group], moved, 0) ** 4, number)
    square = np.where(known, square, np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = np.where(known, 2 * square**2 / (fourth - square**2 / bodies), 1.0)
    freedom = np.where(freedom > 0, freedom, np.inf)  # all bodies alike: as many as there are
    return np.sqrt(square), np.clip(freedom, 1, np.maximum(bodies - 1, 1))


def _log_odds(inside: Numbers, whole: Numbers, chance: Numbers, seats: Numbers) -> Numbers:
    """Log odds ratio, one seat that behaves as chance does added; not finite where chance allows nothing or all."""
    expected = _over(chance, seats)
    share = (inside + expected) / (whole + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds: Numbers = np.log(share / (1 - share)) - np.log(expected / (1 - expected))
    return np.where((expected > 0) & (expected < 1), odds, np.nan)


def _over(above: Numbers, below: Numbers) -> Numbers:
    """Divide, 0 where there is nothing to divide by."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 0)
