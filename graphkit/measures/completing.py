"""Who completes a body (成员补全): which organisation is likeliest its next member, learned from bodies of the past.

Of every body that began after a day one member is hidden, and the others are asked for it: what was known of every
organisation before that day, beside those others, is what a conditional logit (McFadden 1974) learns from. It gives all
organisations that are no members likelihoods that add up to 1: that of being the member who is missing, if one is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.examples import Split, split
from graphkit.measures.fitting import better, conditional_logit
from graphkit.measures.likelihood import FEWEST, LATER
from graphkit.measures.past import Past, days, earlier_bodies, single
from graphkit.measures.ranking import Values, largest, turned
from graphkit.measures.walking import restarting
from graphkit.network import Network

OTHERS = 300
"""Organisations drawn beside each hidden member: a share of all leaves the weights what they are (McFadden 1978)."""
ROWS = 1_200_000
"""Most bodies times organisations that are looked at in one go."""


class Team:
    """The members of some bodies, seen by all organisations; scores are (bodies x organisations).

    `members` are their places with equal weights that sum to 1 for each body, `programmes` what each body is in.
    """

    def __init__(self, past: Past, members: "sp.csr_array[Any]", programmes: "sp.csr_array[Any]") -> None:
        self.past, self.members, self.programmes = past, members, programmes

    def over(self, matrix: Any) -> Values:
        """Mean over the members of what a matrix says of each and all organisations."""
        return single(self.members @ matrix).toarray()

    @cached_property
    def met(self) -> "sp.csr_array[Any]":
        """Share of the members that each organisation is tied to."""
        return single(self.members @ self.past.links)

    @cached_property
    def allocation(self) -> Values:
        """Common partners with the members, each counted by one over its partners, the mean over members."""
        share = sp.csr_array(self.met * (1 / np.maximum(self.past.degree, 1))[None, :])
        return single(share @ self.past.links).toarray()

    def of_same(self, by: str) -> Values:
        """Share of the members that are of the country or role of each organisation."""
        return self._of_each(by)[:, self.past.kinds[by].codes]

    def lift(self, by: str) -> Values:
        """How far ties lean to the country or role of each organisation from those of the members, their mean."""
        kinds = self.past.kinds[by]
        return np.asarray((self._of_each(by) @ kinds.lift)[:, kinds.codes])

    def of_all(self, target: str) -> Values:
        """What is said of every organisation, whatever the body."""
        return self.past.targets[target][None, :]

    def _of_each(self, by: str) -> Values:
        kinds = self.past.kinds[by]
        places = (np.arange(self.past.n), kinds.codes)
        return self.over(sp.csr_array((np.ones(self.past.n, np.float32), places), (self.past.n, len(kinds.names))))


CLUES: dict[str, Callable[[Team], Values]] = {
    "met": lambda team: team.met.toarray(),
    "allocation": lambda team: np.log(team.allocation + 1e-3),
    "walk": lambda team: np.log(turned(restarting(team.members, team.past.both_steps)) + 1e-6),
    "programme": lambda team: single(team.programmes @ team.past.in_programmes).toarray(),
    "programme_strength": lambda team: np.log(
        single(team.programmes @ team.past.strength_in_programmes).toarray() + 0.05
    ),
    "country_same": lambda team: team.of_same("country"),
    "role_lift": lambda team: team.lift("role"),
    "partners": lambda team: team.of_all("partners"),
    "strength": lambda team: team.of_all("strength"),
}
"""What speaks for an organisation; of values above nought that span powers of ten the logarithm, from a floor on."""
MET_FIRST = np.array([{"met": 1e6, "allocation": 1.0}.get(clue, 0.0) for clue in CLUES], dtype=np.float32)
"""Weights that put those first who met most members, and among them those with most resource allocation."""


@dataclass(frozen=True)
class Tried:
    """Hidden members of the last part of the past, looked for by a model that had not seen it.

    `ten` and `hundred` are the shares of the `bodies` whose hidden member was among the first 10 and 100; `met` is the
    share among the first 10 of those who met most members, then with most resource allocation.
    """

    bodies: int
    ten: float
    hundred: float
    met: float


@dataclass(frozen=True)
class Completion:
    """What was learned, ready to be asked: the weight of each of `CLUES`, and how well it did on what came later."""

    past: Past
    weight: Values
    tried: Tried

    def best(self, net: Network, bodies: NDArray[np.int64], each: int) -> pd.DataFrame:
        """Find the `each` likeliest next members of bodies of a network, best first.

        Columns: body, organisation, likelihood. Those who were in an earlier framework only are no candidates, and a
        body without members has none.
        """
        found = [pd.DataFrame({"body": np.empty(0, np.int64), "organisation": np.empty(0, np.int64), "likelihood": []})]
        seats = sp.csr_array(net.membership.T)
        bodies = bodies[np.diff(seats.indptr)[bodies] > 0]
        for part in _parts(bodies, self.past.n):
            score, allowed = _judged(self.past, self.weight, seats[part], net.bodies.iloc[part])
            places = largest(score, allowed, each)
            rows, ranks = np.nonzero(places >= 0)
            who = places[rows, ranks]
            likely = np.exp(score[rows, who] - _whole(score, allowed)[rows])
            found.append(pd.DataFrame({"body": part[rows], "organisation": who, "likelihood": likely}))
        return pd.concat(found, ignore_index=True)


def complete(net: Network, *, bodies: int = 500, seed: int = 0) -> Completion | None:
    """Learn from the past of a network who completes a body; None where there is too little, or where it does not pay.

    Of the bodies from the middle to the last quarter, and of those of the last quarter, `bodies` at most are drawn that
    had two members and more who were known before. Nothing of a body that starts after a split enters its clues. What
    the earlier part teaches is tried on the later; where whom the members met alone does better, there is no model.
    """
    earlier = hidden(net, split(net, 2 * LATER, LATER, seed), bodies, seed)
    last = hidden(net, split(net, LATER, 0.0, seed), bodies, seed)
    if min(len(earlier.member), len(last.member)) < FEWEST:
        return None
    learned = conditional_logit(earlier.values)
    ranks, of_met = last.ranks(learned), last.ranks(MET_FIRST)
    ours, theirs = ((each < 10).astype(float) for each in (ranks, of_met))
    if better(ours, {"met": theirs}):
        return None
    tried = Tried(len(ranks), float(ours.mean()), float((ranks < 100).mean()), float(theirs.mean()))
    today = days(net.bodies["from"])
    latest = float(np.nanmax(today)) if np.isfinite(today).any() else np.nan
    past = Past(net, latest, earlier_bodies(net), seed)
    return Completion(past, conditional_logit(np.concatenate([earlier.values, last.values])), tried)


@dataclass(frozen=True)
class Hidden:
    """Bodies that began after a split, each with one member hidden.

    `values` are the clues of the hidden member and of organisations drawn beside it (bodies x organisations x clues);
    `seats` the other members of each that were known (bodies x organisations).
    """

    past: Past
    bodies: pd.DataFrame
    seats: "sp.csr_array[Any]"
    member: NDArray[np.int64]
    values: Values

    def ranks(self, weight: Values) -> NDArray[np.float64]:
        """Give how many come before each hidden member, half of its equals among them."""
        found = []
        for part in _parts(np.arange(len(self.bodies)), self.past.n):
            score, allowed = _judged(self.past, weight, self.seats[part], self.bodies.iloc[part])
            own = score[np.arange(len(part)), self.member[part]][:, None]
            ahead, equal = ((allowed & each).sum(axis=1) for each in (score > own, score == own))
            found.append(ahead + (equal - 1) / 2)
        return np.concatenate(found) if found else np.empty(0)


def hidden(net: Network, parted: Split, many: int, seed: int) -> Hidden:
    """Draw `many` bodies that began after a split, and hide one of the members of each that were known before.

    A body of fewer than two such members is left out, and so is one beside which nobody else was known.
    """
    past = parted.past(net, seed)
    random = np.random.default_rng(seed)
    seats = sp.csr_array(net.membership.T * past.present[None, :])
    seats.eliminate_zeros()
    number = np.diff(seats.indptr)
    others = min(OTHERS, int(past.present.sum()) - int(number.max(initial=0)))
    rows = np.flatnonzero(parted.after & (number > 1) & (others > 0))
    rows = np.sort(random.choice(rows, min(many, len(rows)), replace=False))
    left = sp.csr_array(seats[rows])
    left.sort_indices()
    at = left.indptr[:-1] + random.integers(0, np.diff(left.indptr))
    member = left.indices[at].astype(np.int64)
    left.data[at] = 0
    left.eliminate_zeros()
    bodies, values = net.bodies.iloc[rows], [np.empty((0, others + 1, len(CLUES)), np.float32)]
    for part in _parts(np.arange(len(rows)), past.n):
        allowed = _allowed(past, left[part])
        allowed[np.arange(len(part)), member[part]] = False
        beside = [random.choice(np.flatnonzero(each), others, replace=False) for each in allowed]
        who = np.column_stack([member[part], np.array(beside).reshape(len(part), others)])
        clues = _clues(past, left[part], bodies.iloc[part])
        values.append(np.stack([np.take_along_axis(each, who, axis=1) for each in clues], axis=2))
    return Hidden(past, bodies, left, member, np.concatenate(values))


def _parts(bodies: NDArray[np.int64], organisations: int) -> Iterator[NDArray[np.int64]]:
    step = int(np.clip(ROWS // max(organisations, 1), 8, 64))
    return (bodies[low : low + step] for low in range(0, len(bodies), step))


def _allowed(past: Past, seats: "sp.csr_array[Any]") -> NDArray[np.bool_]:
    """Tell who could join each body: who was there, and is no member (bodies x organisations)."""
    return np.asarray(past.present[None, :] & (seats.toarray() == 0))


def _clues(past: Past, seats: "sp.csr_array[Any]", bodies: pd.DataFrame) -> Iterator[Values]:
    """Work out one clue after the other (bodies x organisations)."""
    share = 1 / np.maximum(np.asarray(seats.sum(axis=1)).ravel(), 1)
    team = Team(past, single(seats * share[:, None]), single(past.funded(bodies)))
    return (np.broadcast_to(clue(team), seats.shape) for clue in CLUES.values())


def _judged(
    past: Past, weight: Values, seats: "sp.csr_array[Any]", bodies: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Sum the clues with their weights, and tell who could join."""
    score = np.zeros(seats.shape)
    for part, clue in zip(weight, _clues(past, seats, bodies), strict=True):
        score += part * clue
    return score, _allowed(past, seats)


def _whole(score: NDArray[np.float64], allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Logarithm of the sum over all who could join of the exponentials of their scores."""
    from scipy.special import logsumexp

    return np.asarray(logsumexp(np.where(allowed, score, -np.inf), axis=1))
