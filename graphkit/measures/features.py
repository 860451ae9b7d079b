"""What is known of pairs of organisations at a date: the signs (特征) from which the likelihood of a tie is learned.

All signs of one organisation against all others are computed at once, as sparse products over blocks of organisations,
so that ranks within an organisation come for free and no pair is ever left out unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.network import Network

Values = NDArray[np.float32]

RANKED = ("common", "adamic_adar", "allocation", "paths", "strong", "recent_two", "recent_three", "walk")
"""Scores of a pair from the network, nearest first; each enters as the logarithm of its rank for the organisation."""
FAMILIES: dict[str, tuple[str, ...]] = {
    "partners": ("common", "adamic_adar", "allocation", "strong", "recent_two"),
    "paths": ("paths", "recent_three", "walk"),
    "programme": ("programme", "programme_active"),
    "activity": ("active", "partners", "seats", "strength", "lately", "size", "leads", "bodies"),
    "country": ("country_lift", "country_own", "country_their", "country_same"),
    "role": ("role_lift", "role_own", "role_their", "role_same"),
    "itself": ("own_partners", "own_seats", "own_strength"),
}
"""Signs by what they say; those of the organisation itself say nothing about which partner."""
NAMES = tuple(name for names in FAMILIES.values() for name in names)
HALF_LIFE = 0.7
"""Years after which a shared body counts half."""


@dataclass(frozen=True)
class Block:
    """The signs of some organisations against all: `values` is (signs, sources, organisations)."""

    sources: NDArray[np.int64]
    values: Values
    tied: NDArray[np.bool_]
    common: Values


class Past:
    """A network as it was known at a date, ready to be asked about pairs.

    `today` is the day, in days since 1970, from which ages are counted; NaN when nothing carries a date.
    """

    def __init__(self, net: Network, today: float) -> None:
        self.net = net
        self.n = len(net)
        self.ties = _single(net.ties)
        self.membership = _single(net.membership)
        self.links = sp.csr_array((np.ones_like(self.ties.data), self.ties.indices, self.ties.indptr), self.ties.shape)
        self.degree = np.diff(self.ties.indptr).astype(np.float32)
        shared = net.sizes > 1
        with np.errstate(invalid="ignore"):
            age = (today - days(net.bodies["from"])) / 365.25
        usual = float(np.nanmean(age)) if np.isfinite(age).any() else 0.0
        age = np.clip(np.where(np.isnan(age), usual, age), 0, None)
        decay = np.where(shared, np.exp2(-age / HALF_LIFE), 0).astype(np.float32)
        self.strength = np.asarray(self.membership @ decay)
        fresh = _single(self.membership * (decay / np.maximum(net.sizes - 1, 1))[None, :])
        self.fresh = _without_diagonal(fresh @ self.membership.T)
        self.seats = net.seats.astype(np.float32)
        self.bodies = np.diff(self.membership.indptr).astype(np.float32)
        per_seat = self.membership @ np.where(shared, net.sizes, 0).astype(np.float32)
        leads = net.memberships["role"].eq("coordinator") & shared[net.memberships["body"].to_numpy()]
        own = net.memberships["organisation"].to_numpy()[leads.to_numpy()]
        self.targets: dict[str, Values] = {
            "partners": np.log1p(self.degree),
            "seats": np.log1p(self.seats),
            "strength": np.log1p(4 * self.strength),
            "lately": np.log1p(self.membership @ np.where(shared & (age < 0.5), 1, 0).astype(np.float32)),
            "size": np.log1p(per_seat / np.maximum(self.seats, 1)),
            "leads": np.log1p(np.bincount(own, minlength=self.n)).astype(np.float32),
            "bodies": np.log1p(self.bodies),
            "active": _ranks_of_all(self.strength),
        }

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether an organisation had a seat anywhere."""
        return self.bodies > 0

    @cached_property
    def portfolio(self) -> "sp.csr_array[Any]":
        """Programmes per organisation, rare programmes first, rows of length 1 (organisations x programmes)."""
        named = [(row, each) for row, many in enumerate(self.net.bodies["programme"]) for each in many or ()]
        names = {each: column for column, each in enumerate(sorted({each for _, each in named}))}
        places = ([row for row, _ in named], [names[each] for _, each in named])
        funded = sp.csr_array((np.ones(len(named)), places), shape=(len(self.net.bodies), max(len(names), 1)))
        rarity = np.log((1 + len(self.net.bodies)) / (1 + np.asarray(funded.sum(axis=0)).ravel()))
        table = sp.csr_array(self.net.membership @ funded)
        table = sp.csr_array(table * rarity[None, :]).log1p()
        length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
        return _single(sp.csr_array(table * (1 / np.maximum(length, 1e-9))[:, None]))

    @cached_property
    def kinds(self) -> dict[str, "Mixing"]:
        """How ties are spread over countries and roles."""
        return {by: Mixing.of(self, by) for by in ("country", "role")}

    def blocks(self, sources: NDArray[np.int64]) -> Iterator[Block]:
        """Compute the signs of each source against every organisation, a few sources at a time."""
        step = int(np.clip(1_200_000 // max(self.n, 1), 8, 64))
        for low in range(0, len(sources), step):
            yield self._block(sources[low : low + step])

    def _block(self, sources: NDArray[np.int64]) -> Block:
        wide = len(sources)
        degree = np.maximum(self.degree, 1)[:, None]
        own = _columns(self.links, sources)
        tied = own.T > 0
        tied[np.arange(wide), sources] = True
        half = self.links @ (own / np.sqrt(degree))
        fresh = np.maximum(self.strength, 0.05)[:, None]
        two = self.fresh @ (_columns(self.fresh, sources) / fresh)
        alike = self.portfolio @ _columns(self.portfolio, sources)
        common = np.ascontiguousarray((self.links @ own).T)
        scores = {
            "common": common.T,
            "adamic_adar": self.links @ (own / np.log(np.maximum(degree, 2))),
            "allocation": self.links @ (own / degree),
            "paths": self.links @ (half / np.sqrt(degree)),
            "strong": self.ties @ (_columns(self.ties, sources) / np.maximum(self.seats, 1)[:, None]),
            "recent_two": two,
            "recent_three": self.fresh @ (two / fresh),
            "walk": self._walk(sources),
            "programme": alike,
            "programme_active": alike * np.log1p(self.strength)[:, None],
        }
        values = np.empty((len(NAMES), wide, self.n), dtype=np.float32)
        for place, name in enumerate(NAMES):
            if name in scores:
                _log_ranks(np.ascontiguousarray(scores[name].T), tied, values[place])
            elif name in self.targets:
                values[place] = self.targets[name][None, :]
            elif name.startswith("own_"):
                values[place] = self.targets[name.removeprefix("own_")][sources][:, None]
            else:
                by, what = name.split("_")
                values[place] = self.kinds[by].value(what, sources)
        return Block(sources, values, tied, common)

    def _walk(self, sources: NDArray[np.int64]) -> Values:
        """Personalised PageRank over organisations and bodies, twelve steps, returning with probability 0.2."""
        start = np.zeros((self.n, len(sources)), dtype=np.float32)
        start[sources, np.arange(len(sources))] = 1
        bodies = np.maximum(self.bodies, 1)[:, None]
        sizes = np.maximum(self.net.sizes, 1).astype(np.float32)[:, None]
        back = sp.csr_array(self.membership.T)
        now = start
        for _ in range(12):
            now = 0.2 * start + 0.8 * (self.membership @ ((back @ (now / bodies)) / sizes))
        return np.asarray(now, dtype=np.float32)


@dataclass(frozen=True)
class Mixing:
    """How ties are spread over the values of one property."""

    codes: NDArray[np.int64]
    names: tuple[str, ...]
    lift: Values
    share: Values

    @classmethod
    def of(cls, past: Past, by: str) -> "Mixing":
        """Count ties between values, against those expected from how many ties each value has (5 added to each)."""
        codes, names = pd.factorize(past.net.organisations[by].fillna("?").astype(str), sort=True)
        one = sp.csr_array((np.ones(past.n), (np.arange(past.n), codes)), shape=(past.n, max(len(names), 1)))
        own = np.asarray((past.links @ one).todense())
        between = one.T @ own
        all_ties = max(between.sum(), 1)
        margin = between.sum(axis=1)
        lift = np.log((between + 5) / (np.outer(margin, margin) / all_ties + 5))
        usual = (between / np.maximum(margin, 1)[:, None])[codes]
        share = (own + 10 * usual) / (past.degree[:, None] + 10)
        relative = np.log((share + 1e-4) / (margin / all_ties + 1e-4)[None, :])
        return cls(codes, tuple(names), lift.astype(np.float32), relative.astype(np.float32))

    def value(self, what: str, sources: NDArray[np.int64]) -> Values:
        """One sign for each source (rows) of every organisation (columns)."""
        theirs = self.codes[sources]
        if what == "lift":
            return self.lift[theirs][:, self.codes]
        if what == "own":  # how much the source's own ties lean to the organisation's country
            return self.share[sources][:, self.codes]
        if what == "their":
            return np.ascontiguousarray(self.share[:, theirs].T)
        return np.asarray(theirs[:, None] == self.codes[None, :], dtype=np.float32)


def days(dates: pd.Series) -> NDArray[np.float64]:
    """Days since 1970 of ISO dates, NaN where there is none."""
    read = pd.to_datetime(dates, errors="coerce", format="ISO8601").to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(read), np.nan, read.astype(float))


def _single(matrix: Any) -> "sp.csr_array[Any]":
    return sp.csr_array(matrix, dtype=np.float32)


def _without_diagonal(matrix: Any) -> "sp.csr_array[Any]":
    found = sp.coo_array(matrix)
    keep = found.row != found.col
    return sp.csr_array((found.data[keep], (found.row[keep], found.col[keep])), shape=found.shape)


def _columns(matrix: "sp.csr_array[Any]", rows: NDArray[np.int64]) -> Values:
    """Rows of a matrix turned to columns, as a dense array; of a symmetric one, its columns (organisations x rows)."""
    return np.ascontiguousarray(matrix[rows].toarray().T)


def _log_ranks(scores: Values, tied: NDArray[np.bool_], into: Values) -> None:
    """Write the logarithm of the rank of each organisation (columns) for each source (rows).

    Equal scores share the best of their ranks; whoever scores 0 or is tied already comes last.
    """
    into[:] = np.log(scores.shape[1] + 1)
    logarithm = np.log1p(np.arange(scores.shape[1], dtype=np.float32))
    for row, (score, known) in enumerate(zip(scores, tied, strict=True)):
        mine = np.flatnonzero((score > 0) & ~known)
        order = np.argsort(score[mine])[::-1]
        ordered = score[mine[order]]
        place = np.arange(len(ordered))
        place[1:][ordered[1:] == ordered[:-1]] = 0
        into[row, mine[order]] = logarithm[np.maximum.accumulate(place)]


def _ranks_of_all(score: Values) -> Values:
    ranks = np.empty((1, len(score)), dtype=np.float32)
    _log_ranks(score[None, :], np.zeros((1, len(score)), dtype=bool), ranks)
    return np.asarray(ranks[0])
