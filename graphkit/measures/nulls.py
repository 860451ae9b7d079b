"""The null model of silos: the membership graph with every seat count and every body size kept (零模型).

A silo is a group that meets itself more often than it would if organisations kept their number of seats, bodies kept
their sizes, and who sits where were left to chance. Chance is drawn on the membership graph, never on the projection:
every body becomes a clique there, so that any projection looks closed.

The statistic is the Newman-weighted internal weight of a group, I = sum over bodies of m(m-1)/(n-1) for m members of
the group among n; I over the group's seats K is the share of its ties that stay inside. Bodies of one make no ties and
take no part.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graphkit.compiled import njit
from graphkit.measures.seats import Groups, Integers, Numbers, Places, Seats, Truths, internal_weights, totals, weigh

CHAINS = 4
BURN = 20  # trades per body before the first draw; the customary 5 leave the largest z of H2020's countries at 6.5
THIN = 2  # trades per body between two draws
PILOT = 999  # draws that every test starts with
BLOCK, TABLE = 64, 8  # bodies that lie together, and such runs that come to one table to trade
KEPT = 4_000_000  # values kept for the null ranges: 32 MB


@dataclass(frozen=True)
class Chance:
    """What chance does to the internal weight of every group, and how likely it is as closed as what was observed.

    `p` is the chance of a group at least as closed, `p_open` of one at least as open; `low` and `high` bound the middle
    95 %. `draws` is 0 for the closed form. `mixing` is the split R-hat of the chains (Gelman & Rubin 1992): 1 is
    perfect, above 1.05 is not; not a number for the closed form.
    """

    observed: Numbers
    mean: Numbers
    deviation: Numbers
    low: Numbers
    high: Numbers
    p: Numbers
    p_open: Numbers
    draws: int
    mixing: Numbers

    @property
    def z(self) -> Numbers:
        """Standard deviations above chance: positive is closed. 0 where chance cannot vary."""
        varies = self.deviation > 1e-9
        return np.where(varies, (self.observed - self.mean) / np.where(varies, self.deviation, 1), 0.0)


def closed_form(seats: Seats, groups: Groups) -> Chance:
    """Compute what chance does to every group at once, without sampling.

    With M seats of which K are the group's, two seats of one body are both the group's with probability
    Q = (K(K-1) - S) / (M(M-1) - T), S and T the sums of k(k-1) over the group's and over all organisations, which
    cannot sit twice in one body: the mean is M Q. The variance comes in the same way from the chances that three and
    four seats of a body, and two seats each of two bodies, are the group's. p is the upper tail of the gamma
    distribution with these two moments: quick, good to screen by, but too small too often to report, and its deviation
    is too small where few organisations hold most seats. Parts and labels add up; kinds of seats are not told apart.
    A part of two or three seats is a single body, in which nothing can move: its mean is what was observed.
    """
    from scipy.special import gammainc, gammaincc, gammaincinv

    labels = len(groups.into)
    mean, variance = np.zeros(groups.number), np.zeros(groups.number)
    strengths = seats.strengths()
    for part in range(seats.number_of_parts):
        sizes = seats.sizes[seats.parts == part].astype(float)
        one = groups.labels[part % len(groups.labels)]
        expected, varies = _moments(sizes, strengths[part].astype(float), one, labels)
        mean += totals(groups.into, expected, groups.number)
        variance += totals(groups.into, varies, groups.number)
    observed = internal_weights(seats, groups)
    free = (variance > 1e-9) & (mean > 0)
    shape, scale = np.where(free, mean**2 / np.where(free, variance, 1), 1), _share(variance, mean)
    p = np.where(free, gammaincc(shape, np.maximum(observed - 1e-9, 0) / scale), 1.0)
    p_open = np.where(free, gammainc(shape, (observed + 1e-9) / scale), 1.0)
    low, high = (np.where(free, scale * gammaincinv(shape, share), mean) for share in (0.025, 0.975))
    return Chance(observed, mean, np.sqrt(variance), low, high, p, p_open, 0, mean * np.nan)


def sample(
    seats: Seats, groups: Groups, *, seed: int, alpha: float = 0.05, draws: int | None = None, most: int = 20_000
) -> Chance:
    """Draw membership graphs with the same margins, for all groups at once: `draws`, or as many as are needed."""
    chains = Chains(seats, groups, seed)
    chains.draw(PILOT if draws is None else draws)
    if draws is None:
        chains.settle(np.ones(groups.number, dtype=bool), alpha, most)
    return chains.chance()


def enough(groups: int, alpha: float, most: int = 20_000) -> int:
    """Draws from which on the Benjamini-Hochberg line of `groups` groups can be crossed with hits to spare."""
    return min(max(PILOT, int(np.ceil(4 * groups / alpha))), most)


class Chains:
    """Draws of the membership graph, which can be continued, and the count of what was as closed as observed.

    Curveball trades (Strona et al. 2014; uniform by Carstens 2015): two bodies keep the members that they share and
    deal the others out anew. In a round every body trades once (global curveball: Carstens, Hamann, Meyer, Penschuck,
    Tran & Wagner 2018); two rounds make as many trades as there are bodies. Four chains burn 20 trades per body (and
    kind of seat) and draw every 2.

    Who trades with whom is drawn without a look at the members: runs of 64 bodies are put in random order, eight after
    eight come to a table, and there the bodies are paired at random. Every trade is as likely one way as back, and so
    leaves all graphs equally likely, whatever the pairs; any two bodies of a part may meet in a round in which all
    others stay as they are, so that every graph can be reached. A table fits the cache, where pairs from anywhere made
    the time per seat three times as long at 2.5 million seats. Up to 512 bodies there is one table.
    """

    def __init__(self, seats: Seats, groups: Groups, seed: int) -> None:
        self.seats, self.groups = seats, groups
        self.observed = internal_weights(seats, groups)
        self.slack = 1e-9 * (1 + np.abs(self.observed))
        self.draws = 0
        self.above = np.zeros(groups.number, dtype=np.int64)
        self.below = np.zeros(groups.number, dtype=np.int64)
        self.least = np.zeros((2, groups.number))
        self.blocks: list[tuple[int, Numbers, Numbers]] = []
        self.kept: list[Numbers] = []
        self.chains = [
            (np.random.default_rng([seed, chain]), seats.members.astype(np.int32)) for chain in range(CHAINS)
        ]

    def draw(self, draws: int) -> None:
        """Draw `draws` or up to 7 more: as many in either half of every chain."""
        if draws < 1:
            return
        block = -(-draws // (2 * CHAINS))
        for _ in range(2):
            burn = THIN if len(self.blocks) >= CHAINS else BURN
            for random, members in self.chains:
                self._count(advance(self.seats, self.groups, random, members, burn, block))

    def settle(self, tested: Truths, alpha: float, most: int) -> None:
        """Draw 4 / alpha for every tested group, and twice as many while a finding could still be luck, up to `most`.

        The first number is fixed before any hit is looked at: there p is valid (Phipson & Smyth 2010). Going on while
        a decision is open, and then reporting the last p, would not be: the hits decide when to stop. So the later
        draws may only raise p, never lower it: the larger of the first and the last is at least a valid p, whatever
        made it stop. They take back findings that were luck of the draw, as Gandy (2009) asks that other draws should
        not change a decision; what is not found at the first number is not found later.
        """
        self.draw(enough(int(tested.sum()), alpha, most) - self.draws)
        self.least = self.p()
        while self.draws < most and self._could_turn(alpha, tested):
            self.draw(min(self.draws, most - self.draws))

    def p(self) -> Numbers:
        """Give (1 + hits) / (1 + draws) of closed and of open, never 0 and never below those `settle` began with."""
        return np.maximum((1 + np.array([self.above, self.below])) / (1 + self.draws), self.least)

    def chance(self) -> Chance:
        """Sum up what was drawn."""
        p, p_open = self.p()
        length = np.array([n for n, _, _ in self.blocks], dtype=float)[:, None]
        means = np.array([mean for _, mean, _ in self.blocks])
        share = length / self.draws
        mean = (share * means).sum(axis=0)
        within = (share * np.array([variance for _, _, variance in self.blocks])).sum(axis=0)
        between = (share * (means - mean) ** 2).sum(axis=0)
        low, high = np.quantile(np.concatenate(self.kept), [0.025, 0.975], axis=0)
        most = float(length.max())
        unbiased = within * most / max(most - 1, 1)
        pooled = within + between * len(means) / (len(means) - 1)
        return Chance(
            self.observed,
            mean,
            np.sqrt(within + between),
            low,
            high,
            p,
            p_open,
            self.draws,
            np.where(within > 1e-9, np.sqrt(_share(pooled, unbiased)), 1.0),
        )

    def _count(self, drawn: Numbers) -> None:
        self.above += (drawn >= self.observed - self.slack).sum(axis=0)
        self.below += (drawn <= self.observed + self.slack).sum(axis=0)
        self.blocks.append((len(drawn), drawn.mean(axis=0), drawn.var(axis=0)))
        self.draws += len(drawn)
        if self.draws * drawn.shape[1] <= KEPT or not self.kept:
            self.kept.append(drawn)

    def _could_turn(self, alpha: float, tested: Truths) -> bool:
        """Whether so few hits of some group that is found would be no surprise if its p lay on the line."""
        from scipy.stats import binom

        p = self.p()[0, tested]
        steps = alpha * np.arange(1, len(p) + 1) / max(len(p), 1)
        crossed = np.flatnonzero(np.sort(p) <= steps)
        if not len(crossed):
            return False
        line = steps[crossed[-1]]
        return bool((binom.cdf(self.above[tested][p <= line], self.draws, line) > 0.02).any())


def advance(
    seats: Seats, groups: Groups, random: np.random.Generator, members: Places, burn: int, draws: int
) -> Numbers:
    """Move `members` on by `burn` trades per body and kind of seat, and `THIN` more for every further draw.

    The internal weights of every group in every draw are returned (draws x groups).
    """
    out = np.zeros((draws, groups.number))
    rounds = 2 * seats.number_of_kinds
    layout = (seats.starts, seats.parts, _spans(seats), seats.kinds, seats.number_of_kinds)
    labels = groups.labels.astype(np.int32)
    _draw(random, members, *layout, labels, groups.into, rounds * burn, rounds * THIN, out)
    return out


def _share(above: Numbers, below: Numbers) -> Numbers:
    return np.divide(above, below, out=np.ones(len(below)), where=(below > 0) & (above > 0))


def _spans(seats: Seats) -> Integers:
    """First and last body of every part: bodies lie in the order of their parts."""
    parts = np.arange(seats.number_of_parts)
    left, right = np.searchsorted(seats.parts, parts, "left"), np.searchsorted(seats.parts, parts, "right")
    return np.column_stack([left, right]).astype(np.int64)


def _moments(sizes: Numbers, strengths: Numbers, labels: Integers, number: int) -> tuple[Numbers, Numbers]:
    """Mean and variance of the internal weight of every label in one part."""
    m = sizes.sum()
    member = labels >= 0
    of = _choices(strengths[member], labels[member], number)
    among = _choices(strengths, np.zeros(len(strengths), dtype=np.int64), 1)
    two, three, four, two_and_two = (a / b if b[0] > 0 else a * 0 for a, b in zip(of, among, strict=True))
    mean = m * two
    alone = (
        (sizes * (sizes - 2) * (sizes - 3) / (sizes - 1)).sum() * four
        + 4 * (sizes * (sizes - 2) / (sizes - 1)).sum() * three
        + 2 * (sizes / (sizes - 1)).sum() * two
    )
    across = (m**2 - (sizes**2).sum()) * two_and_two
    return mean, np.maximum(alone + across - mean**2, 0)


def _choices(strengths: Numbers, labels: Integers, number: int) -> list[Numbers]:
    """Ways to choose seats in order: two, three and four of different organisations, and two such pairs.

    The first three are elementary symmetric polynomials of the strengths, by Newton's identities from power sums.
    """
    s1, s2, s3, s4 = (totals(labels, strengths**power, number) for power in (1, 2, 3, 4))
    repeats = s2 - s1
    both = repeats**2 - totals(labels, (strengths * (strengths - 1)) ** 2, number)
    both += totals(labels, strengths * (strengths - 1) * (strengths - 2) * (strengths - 3), number)
    return [
        s1**2 - s2,
        s1**3 - 3 * s1 * s2 + 2 * s3,
        s1**4 - 6 * s1**2 * s2 + 3 * s2**2 + 8 * s1 * s3 - 6 * s4,
        s1 * (s1 - 1) * (s1 - 2) * (s1 - 3) - 2 * repeats * (s1 - 2) * (s1 - 3) + both,
    ]


@njit
def _trade(
    random: Any,
    members: Any,
    one: Any,
    other: Any,
    kinds: Any,
    kind: int,
    heads: Any,
    nexts: Any,
    stays: Any,
    pool: Any,
    places: Any,
) -> None:
    """Let two bodies keep the members that they share and deal out the others anew.

    `one` and `other` are the first and the last seat of the bodies. Only seats of one `kind` are dealt out, -1 is all:
    whoever sits in both bodies, in whichever kind of seat, stays. `heads` and `nexts` are a chained hash table of the
    members of the first body, small enough for the nearest cache at any number of organisations.
    """
    first, mask = one[0], len(heads) - 1
    for seat in range(first, one[1]):
        slot = members[seat] & mask
        nexts[seat - first] = heads[slot]
        heads[slot] = seat - first + 1
        stays[seat - first] = False
    theirs = 0
    for seat in range(other[0], other[1]):
        member = members[seat]
        at = heads[member & mask]
        while at > 0 and members[first + at - 1] != member:
            at = nexts[at - 1]
        if at > 0:
            stays[at - 1] = True
        elif kind < 0 or kinds[seat] == kind:
            places[theirs] = seat
            pool[theirs] = member
            theirs += 1
    all_ = theirs
    for seat in range(first, one[1]):
        member = members[seat]
        heads[member & mask] = 0
        if not stays[seat - first] and (kind < 0 or kinds[seat] == kind):
            places[all_] = seat
            pool[all_] = member
            all_ += 1
    # A random choice for the smaller side decides both: it is drawn into the first, or the last, places of the pool.
    if theirs <= all_ - theirs:
        for i in range(theirs):
            pick = i + int(random.random() * (all_ - i))
            pool[i], pool[pick] = pool[pick], pool[i]
    else:
        for i in range(all_ - 1, theirs - 1, -1):
            pick = int(random.random() * (i + 1))
            pool[i], pool[pick] = pool[pick], pool[i]
    for i in range(all_):
        members[places[i]] = pool[i]


@njit
def _shuffle(random: Any, values: Any) -> None:
    for i in range(len(values) - 1, 0, -1):
        pick = int(random.random() * (i + 1))
        values[i], values[pick] = values[pick], values[i]


@njit
def _draw(
    random: Any,
    members: Any,
    starts: Any,
    parts: Any,
    spans: Any,
    kinds: Any,
    many: int,
    labels: Any,
    into: Any,
    burn: int,
    thin: int,
    out: Any,
) -> None:
    """Fill every row of `out` with the internal weights of one draw; `members` goes on from call to call.

    `burn` rounds come before the first draw, `thin` between two. With `many` kinds of seats a trade deals out those of
    one kind, drawn at random.
    """
    count = np.zeros(len(into), dtype=np.int64)
    largest, longest = 1, 0
    for body in range(len(starts) - 1):
        largest = max(largest, starts[body + 1] - starts[body])
    for part in range(len(spans)):
        longest = max(longest, spans[part, 1] - spans[part, 0])
    size = 256
    while size < 4 * largest:
        size *= 2
    heads, nexts = np.zeros(size, dtype=np.int32), np.zeros(largest, dtype=np.int32)
    stays = np.zeros(largest, dtype=np.bool_)
    pool, places = np.zeros(2 * largest, dtype=np.int32), np.zeros(2 * largest, dtype=np.int64)
    blocks, table = np.zeros(longest // BLOCK + 1, dtype=np.int64), np.zeros(BLOCK * TABLE, dtype=np.int64)
    for draw in range(out.shape[0]):
        for _ in range(burn if draw == 0 else thin):
            for part in range(len(spans)):
                begin, end = spans[part, 0], spans[part, 1]
                number = (end - begin + BLOCK - 1) // BLOCK
                for i in range(number):
                    blocks[i] = begin + i * BLOCK
                _shuffle(random, blocks[:number])
                for first in range(0, number, TABLE):
                    seated = 0
                    for i in range(first, min(first + TABLE, number)):
                        for body in range(blocks[i], min(blocks[i] + BLOCK, end)):
                            table[seated] = body
                            seated += 1
                    _shuffle(random, table[:seated])
                    for i in range(0, seated - 1, 2):
                        one = (starts[table[i]], starts[table[i] + 1])
                        other = (starts[table[i + 1]], starts[table[i + 1] + 1])
                        kind = int(random.random() * many) if many > 1 else -1
                        _trade(random, members, one, other, kinds, kind, heads, nexts, stays, pool, places)
        weigh(members, starts, parts, labels, into, count, out[draw])
