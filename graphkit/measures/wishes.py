"""What people want of a portfolio, read from lines: ties that must be made, that must not, and what they cost."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import DataError, UsageError
from graphkit.measures.kinship import are_kin, kin
from graphkit.network import Network

HEADINGS = {"start", "end", "id", "cost"}


@dataclass(frozen=True)
class Wishes:
    """Pairs of rows, the smaller first: those to be made, in their order; those never made; costs; and a cost for all.

    No tie is made to an organisation of `shunned`.
    """

    include: tuple[tuple[int, int], ...]
    exclude: frozenset[tuple[int, int]]
    shunned: frozenset[int]
    costs: dict[tuple[int, int], float]
    cost: float

    @classmethod
    def of(
        cls,
        net: Network,
        include: Iterable[str] | None,
        exclude: Iterable[str] | None,
        costs: Iterable[str] | None,
        cost: float,
    ) -> "Wishes":
        """Read wishes from lines of comma-separated ids; a first line of headings (start, end, cost) is passed over.

        Raises DataError for an id that is not there and for a tie that must be made but is made already, joins parent
        and subsidiary, or is excluded too; UsageError for a line of another shape or a cost not above 0.
        """
        row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
        wanted = [_pair(row, cells, "--include") for cells in _lines(include, "--include", (2,))]
        never, shunned = set(), set()
        for cells in _lines(exclude, "--exclude", (1, 2)):
            if len(cells) == 1:
                shunned.add(_row(row, cells[0], "--exclude"))
            else:
                never.add(_pair(row, cells, "--exclude"))
        prices = {_pair(row, cells[:2], "--costs"): _cost(cells[2]) for cells in _lines(costs, "--costs", (3,))}
        wishes = cls(tuple(dict.fromkeys(wanted)), frozenset(never), frozenset(shunned), prices, cost)
        wishes._check(net)
        return wishes

    def excluded(self, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each pair (shape: pairs x 2) must not be made."""
        found = np.array([(min(pair), max(pair)) in self.exclude for pair in pairs.tolist()], dtype=bool)
        for organisation in self.shunned:
            found |= (pairs == organisation).any(axis=1)
        return found

    def prices(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each pair costs."""
        if not self.costs:
            return np.full(len(pairs), self.cost)
        return np.array([self.costs.get((min(pair), max(pair)), self.cost) for pair in pairs.tolist()], dtype=float)

    def first(self, pairs: NDArray[np.int64]) -> list[int]:
        """Places of the pairs that must be made, in the order they were asked for."""
        place = {(min(pair), max(pair)): at for at, pair in enumerate(pairs.tolist())}
        return [place[pair] for pair in self.include]

    def _check(self, net: Network) -> None:
        pairs = np.array(self.include, dtype=np.int64).reshape(-1, 2)
        ids = net.organisations["id"].to_numpy()
        if not len(pairs):
            return
        for why, found in (
            ("are tied already", np.asarray(net.ties[pairs[:, 0], pairs[:, 1]]).ravel() > 0),
            ("are parent and subsidiary, or one", are_kin(kin(net), pairs)),
            ("are excluded, too", self.excluded(pairs)),
        ):
            for pair in pairs[found]:
                raise DataError(f"--include: {ids[pair[0]]} and {ids[pair[1]]} {why}; take the line out")


def _lines(lines: Iterable[str] | None, option: str, many: tuple[int, ...]) -> Iterable[list[str]]:
    for number, cells in enumerate(csv.reader(lines or ()), 1):
        stripped = [cell.strip() for cell in cells]
        if number == 1 and {cell.casefold() for cell in stripped} <= HEADINGS:
            continue
        if len(stripped) not in many or not all(stripped):
            shape = {(2,): "start,end", (1, 2): "start,end or an id", (3,): "start,end,cost"}[many]
            raise UsageError(f"{option}: line {number} is {','.join(cells)!r}, not {shape}")
        yield stripped


def _row(row: dict[Any, int], id_: str, option: str) -> int:
    if id_ not in row:
        raise DataError(f"{option}: there is no organisation {id_!r} in the network")
    return row[id_]


def _pair(row: dict[Any, int], cells: list[str], option: str) -> tuple[int, int]:
    one, other = (_row(row, cell, option) for cell in cells)
    if one == other:
        raise UsageError(f"{option}: {cells[0]!r} stands on both sides of a tie")
    return min(one, other), max(one, other)


def _cost(cell: str) -> float:
    try:
        cost = float(cell)
    except ValueError:
        cost = 0.0
    if not 0 < cost < float("inf"):
        raise UsageError(f"--costs: {cell!r} is no cost above 0")
    return cost
