"""A network as it was known at a day (截至某日的网络): the matrices that every sign of a pair is computed from.

What carries dates and what does not are kept apart. Bodies without a date whose programmes have no dated body at all
are an earlier framework, before everything else; other bodies without a date are taken as known, at the usual age.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.kinship import kin
from graphkit.measures.ranking import Values, ranks_of_all
from graphkit.measures.walking import Shared
from graphkit.network import Network

HALF_LIFE = 0.7
"""Years after which a shared body counts half."""
BEFORE = 0.5
"""How much a body or tie of an earlier framework counts where both frameworks are walked over, beside one of today."""
DIMENSIONS = 64
"""Dimensions of the embedding of the membership matrix."""
FEWEST_DATED = 50
"""Fewest dated bodies of two and more beside which undated ones are an earlier framework."""


def days(dates: pd.Series) -> NDArray[np.float64]:
    """Days since 1970 of ISO dates, NaN where there is none."""
    read = pd.to_datetime(dates, errors="coerce", format="ISO8601").to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(read), np.nan, read.astype(float))


def earlier_bodies(net: Network) -> NDArray[np.bool_]:
    """Tell which bodies are of an earlier framework: no date, a programme, and none of its programmes is ever dated.

    None is where fewer than `FEWEST_DATED` bodies of two and more carry a date.
    """
    dated = np.isfinite(days(net.bodies["from"]))
    if (dated & (net.sizes > 1)).sum() < FEWEST_DATED:
        return np.zeros(len(dated), dtype=bool)
    programmes = [frozenset(each or ()) for each in net.bodies["programme"]]
    of_dated = frozenset().union(*(each for each, known in zip(programmes, dated, strict=True) if known))
    return np.array([bool(each) and not each & of_dated for each in programmes], dtype=bool) & ~dated


class Past:
    """A network as it was known at a date, ready to be asked about pairs.

    `today` is the day, in days since 1970, from which ages are counted; NaN when nothing carries a date. `earlier`
    tells which bodies are of an earlier framework: they make no tie of today, and have signs of their own.
    """

    def __init__(self, net: Network, today: float, earlier: NDArray[np.bool_] | None = None, seed: int = 0) -> None:
        earlier = np.zeros(len(net.bodies), dtype=bool) if earlier is None else earlier
        self.whole, self.net, self.seed = net, net.keep(~earlier), seed
        net, before = self.net, self.whole.keep(earlier)
        self.n = len(net)
        self.ties = single(net.ties)
        self.membership = single(net.membership)
        self.links = sp.csr_array((np.ones_like(self.ties.data), self.ties.indices, self.ties.indptr), self.ties.shape)
        self.degree = np.diff(self.ties.indptr).astype(np.float32)
        self.former = single(before.ties)
        self.former_membership = single(before.membership)
        self.former_sizes = before.sizes
        self.former_degree = np.diff(self.former.indptr).astype(np.float32)
        self.kin = kin(self.whole)
        shared = net.sizes > 1
        with np.errstate(invalid="ignore"):
            age = (today - days(net.bodies["from"])) / 365.25
        usual = float(np.nanmean(age)) if np.isfinite(age).any() else 0.0
        age = np.clip(np.where(np.isnan(age), usual, age), 0, None)
        self.decay = np.where(shared, np.exp2(-age / HALF_LIFE), 0).astype(np.float32)
        self.strength = np.asarray(self.membership @ self.decay)
        self.freshness = self.decay / np.maximum(net.sizes - 1, 1).astype(np.float32)
        self.fresh = _without_diagonal(single(self.membership * self.freshness[None, :]) @ self.membership.T)
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
            "active": ranks_of_all(self.strength),
            "earlier": np.log1p(self.former_degree),
        }

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether an organisation had a seat in anything but an earlier framework."""
        return self.bodies > 0

    @cached_property
    def programmes(self) -> dict[str, int]:
        """Programmes of the bodies that are known, and the column of each."""
        return {each: column for column, each in enumerate(sorted(set().union(*_named(self.net.bodies))))}

    def funded(self, bodies: pd.DataFrame) -> "sp.csr_array[Any]":
        """Tell which of some bodies (rows) is in which of the programmes that are known (columns)."""
        columns = self.programmes
        places = [(row, columns[each]) for row, many in enumerate(_named(bodies)) for each in many if each in columns]
        row, column = np.array(places, dtype=np.int64).reshape(-1, 2).T
        return sp.csr_array((np.ones(len(row)), (row, column)), shape=(len(bodies), max(len(columns), 1)))

    @cached_property
    def _funded(self) -> "sp.csr_array[Any]":
        """Which body (row) is in which programme (column)."""
        return self.funded(self.net.bodies)

    @cached_property
    def portfolio(self) -> "sp.csr_array[Any]":
        """Programmes per organisation, rare programmes first, rows of length 1 (organisations x programmes)."""
        return _profiles(self.net.membership, self._funded)

    @cached_property
    def in_programmes(self) -> "sp.csr_array[Any]":
        """The same, seen from the programmes (programmes x organisations)."""
        return single(self.portfolio.T)

    @cached_property
    def strength_in_programmes(self) -> "sp.csr_array[Any]":
        """How active each organisation lately was in each programme (programmes x organisations)."""
        return single((sp.csr_array(self.membership * self.decay[None, :]) @ self._funded).T)

    @cached_property
    def _about(self) -> tuple["sp.csr_array[Any]", list[str]]:
        """Which body (row) is about which technology (column), and the ids of these.

        What an organisation itself is about carries no date, and could have been learned later: it is left out.
        """
        about = self.net.table("ABOUT")
        rows = pd.Index(self.net.bodies["id"]).get_indexer(pd.Index(about["start"]))
        there = (rows >= 0) & about["start_label"].isin(["Platform", "Collaboration"]).to_numpy()
        codes, names = pd.factorize(about["end"][there].astype(str), sort=True)
        shape = (len(self.net.bodies), max(len(names), 1))
        return sp.csr_array((np.ones(len(codes)), (rows[there], codes)), shape=shape), list(names)

    @cached_property
    def technologies(self) -> "sp.csr_array[Any]":
        """Technologies of the bodies of each organisation, rare ones first, rows of length 1."""
        return _profiles(self.net.membership, self._about[0])

    @cached_property
    def in_technologies(self) -> "sp.csr_array[Any]":
        """The same, seen from the technologies (technologies x organisations)."""
        return single(self.technologies.T)

    @cached_property
    def technology_names(self) -> list[str]:
        """Names of the technologies, in the order of the columns of `technologies`; ids where there is no name."""
        known = self.whole.table("Technology").set_index("id")["name"].dropna().to_dict()
        return [str(known.get(id_, id_)) for id_ in self._about[1]]

    @cached_property
    def kinds(self) -> dict[str, "Mixing"]:
        """How ties are spread over countries and roles."""
        return {by: Mixing.of(self, by) for by in ("country", "role")}

    @cached_property
    def shared_links(self) -> Shared:
        """Ties of today, each counted once, by the bodies that they come from."""
        return Shared.of(self.links, self.membership, (self.net.sizes > 1).astype(np.float32))

    @cached_property
    def shared_fresh(self) -> Shared:
        """Ties of late by the bodies that they come from."""
        return Shared.of(self.fresh, self.membership, self.freshness)

    @cached_property
    def shared_by_both(self) -> Shared:
        """Ties of today and of the earlier framework, 1 and `BEFORE`, by the bodies that they come from."""
        before = self.former.copy()
        before.data[:] = BEFORE
        return Shared.of(single(self.links + before), *self._both_seats)

    @cached_property
    def _both_seats(self) -> tuple["sp.csr_array[Any]", Values]:
        """Seats in the bodies of both frameworks, and how much each counts: those of two and more."""
        seats = single(sp.hstack([self.membership, self.former_membership], format="csr"))
        return seats, np.concatenate([self.net.sizes > 1, BEFORE * (self.former_sizes > 1)]).astype(np.float32)

    @cached_property
    def both_root(self) -> Values:
        """Square root of the ties of both frameworks, at least 1."""
        return np.sqrt(np.maximum(np.asarray(self.shared_by_both.ties.sum(axis=1)), 1)).astype(np.float32)

    @cached_property
    def steps(self) -> tuple["sp.csr_array[Any]", "sp.csr_array[Any]"]:
        """Steps of a walk: organisations to bodies, and back, as matrices."""
        return _steps(self.membership)

    @cached_property
    def both_steps(self) -> tuple["sp.csr_array[Any]", "sp.csr_array[Any]"]:
        """Steps of a walk over both frameworks: organisations to bodies of two and more, and back, as matrices."""
        seats, weight = self._both_seats
        return _steps(sp.csr_array(seats * weight[None, :]))

    @cached_property
    def position(self) -> Values:
        """Truncated singular value decomposition of the membership matrix, seeded (organisations x dimensions).

        Seats in recent and in small bodies weigh more; seats of the earlier framework weigh half.
        """
        sizes = np.maximum(self.net.sizes, 1)
        weight = np.where(self.net.sizes > 1, (0.3 + self.decay) / np.sqrt(sizes), 0)
        parts = [sp.csr_array(self.membership * weight[None, :])]
        if self.former.nnz:
            old = np.where(self.former_sizes > 1, 0.5 / np.sqrt(np.maximum(self.former_sizes, 1)), 0)
            parts.append(sp.csr_array(self.former_membership * old[None, :]))
        table = single(sp.hstack(parts, format="csr"))
        rank = min(DIMENSIONS, min(table.shape) - 1)
        if rank < 1 or not table.nnz:
            return np.zeros((self.n, 1), dtype=np.float32)
        random = np.random.default_rng(self.seed)
        # Randomised range finder with power steps (Halko, Martinsson & Tropp 2011).
        found = table @ random.standard_normal((table.shape[1], rank + 8)).astype(np.float32)
        for _ in range(4):
            found = np.linalg.qr(table @ (table.T @ np.linalg.qr(found)[0]))[0]
        left, value, _ = np.linalg.svd(found.T @ table, full_matrices=False)
        return np.asarray((found @ left)[:, :rank] * value[None, :rank], dtype=np.float32)


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

    @cached_property
    def share_by_value(self) -> Values:
        """The shares seen from the values (values x organisations)."""
        return np.ascontiguousarray(self.share.T)

    def value(self, what: str, sources: NDArray[np.int64]) -> Values:
        """One sign for each source (rows) of all values (columns)."""
        if what == "lift":
            return self.lift[self.codes[sources]]
        if what == "own":  # how much the source's own ties lean to each country
            return self.share[sources]
        return np.asarray(self.codes[sources][:, None] == np.arange(len(self.lift)), dtype=np.float32)


def _named(bodies: pd.DataFrame) -> list[tuple[str, ...]]:
    """Programmes of each body."""
    return [tuple(many or ()) for many in bodies["programme"]]


def single(matrix: Any) -> "sp.csr_array[Any]":
    """Turn a sparse matrix into one of rows in single precision."""
    return sp.csr_array(matrix, dtype=np.float32)


def _steps(seats: "sp.csr_array[Any]") -> tuple["sp.csr_array[Any]", "sp.csr_array[Any]"]:
    """Chances of a step from each organisation (columns) to its bodies (rows), and back, by the weight of its seats."""
    own, theirs = (np.maximum(np.asarray(seats.sum(axis=axis)).ravel(), 1e-6) for axis in (1, 0))
    return single(sp.csr_array(seats * (1 / own)[:, None]).T), single(seats * (1 / theirs)[None, :])


def _profiles(membership: Any, table: "sp.csr_array[Any]") -> "sp.csr_array[Any]":
    """Sum what the bodies of an organisation are about, rare things first, to rows of length 1."""
    rarity = np.log((1 + table.shape[0]) / (1 + np.asarray(table.sum(axis=0)).ravel()))
    found = sp.csr_array(sp.csr_array(membership @ table) * rarity[None, :]).log1p()
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return single(sp.csr_array(found * (1 / np.maximum(length, 1e-9))[:, None]))


def _without_diagonal(matrix: Any) -> "sp.csr_array[Any]":
    found = sp.coo_array(matrix)
    keep = found.row != found.col
    return sp.csr_array((found.data[keep], (found.row[keep], found.col[keep])), shape=found.shape)
