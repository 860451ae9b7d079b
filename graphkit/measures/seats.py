"""Who sits where, laid out flat for kernels: seats in bodies of two and more, groups, and what groups weigh in them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from graphkit.compiled import njit

if TYPE_CHECKING:
    from graphkit.network import Network

Integers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Seats:
    """Who sits where: `members[starts[p]:starts[p + 1]]` are the rows of the organisations in body p.

    Only bodies of two and more; `bodies[p]` is the body's row in the network. `parts[p]` is the part a body belongs to
    (0, 1, ...): seats are only exchanged within a part, and a label may differ from part to part. `kinds` is the kind
    of every seat (0, 1, ...; all 0 where it does not matter): seats are only exchanged with seats of their kind.
    """

    members: Integers
    starts: Integers
    bodies: Integers
    parts: Integers
    organisations: int
    kinds: Integers

    @classmethod
    def of(cls, net: "Network", parts: Integers | None = None, kinds: Integers | None = None) -> "Seats":
        """Read the seats of a network in the order of its bodies; `parts` (one per body of the network) -1 leaves out.

        `kinds` gives one number per membership of the network. Nothing depends on the order of loading, since a network
        has its rows in the order of ids.
        """
        keep = net.sizes > 1
        if parts is not None:
            keep &= parts >= 0
        body, organisation = (net.memberships[name].to_numpy(dtype=np.int64) for name in ("body", "organisation"))
        seated = keep[body]
        body, organisation = body[seated], organisation[seated]
        kind = np.zeros(len(body), dtype=np.int64) if kinds is None else kinds[seated].astype(np.int64)
        bodies = np.flatnonzero(keep)
        part = np.zeros(len(bodies), dtype=np.int64) if parts is None else parts[bodies].astype(np.int64)
        rank = np.empty(len(keep), dtype=np.int64)
        in_parts = np.argsort(part, kind="stable")
        rank[bodies[in_parts]] = np.arange(len(bodies))
        order = np.lexsort((organisation, rank[body]))
        starts = np.concatenate([[0], np.cumsum(net.sizes[bodies[in_parts]])]).astype(np.int64)
        return cls(organisation[order], starts, bodies[in_parts], part[in_parts], len(net), kind[order])

    @property
    def sizes(self) -> Integers:
        """Members per body."""
        return np.diff(self.starts)

    @property
    def number_of_kinds(self) -> int:
        """Count the kinds of seats."""
        return int(self.kinds.max(initial=0)) + 1

    @property
    def number_of_parts(self) -> int:
        """Count the parts."""
        return int(self.parts.max(initial=0)) + 1

    def strengths(self) -> Integers:
        """Seats per organisation in each part: parts x organisations."""
        row = np.repeat(self.parts, self.sizes)
        flat = np.bincount(row * self.organisations + self.members, minlength=self.number_of_parts * self.organisations)
        return flat.reshape(self.number_of_parts, self.organisations).astype(np.int64)


@dataclass(frozen=True)
class Groups:
    """Who belongs to what: `labels` (parts x organisations) gives a label or -1, `into` the group of every label.

    Two organisations are together where they have the same label; what several labels of one group weigh is summed.
    """

    labels: Integers
    into: Integers
    number: int

    @classmethod
    def of(cls, labels: Integers, number: int) -> "Groups":
        """Take one label per organisation (0 to number - 1, or -1) as its group, the same in all parts."""
        return cls(np.atleast_2d(labels).astype(np.int64), np.arange(number, dtype=np.int64), number)


def totals(at: Integers, weights: npt.ArrayLike, number: int = 0) -> Numbers:
    """Add up the weights that fall on each of 0, 1, ... `number` - 1."""
    return np.bincount(at, np.asarray(weights, dtype=float), number).astype(float)


def internal_weights(seats: Seats, groups: Groups) -> Numbers:
    """Internal weight I of every group.

    Without the kernel that weighs the draws: to load that takes a hundred times as long as this.
    """
    body, label, members = _met(seats, groups)
    return totals(groups.into[label], members * (members - 1) / (seats.sizes[body] - 1), groups.number)


def group_seats(seats: Seats, groups: Groups) -> Numbers:
    """Seats K of every group."""
    label = groups.labels[np.repeat(seats.parts, seats.sizes) % len(groups.labels), seats.members]
    return np.bincount(groups.into[label[label >= 0]], minlength=groups.number).astype(float)


def by_body(seats: Seats, groups: Groups) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Numbers, Numbers]:
    """List where every group sits: body (position in `seats`), group, members there, internal weight from there."""
    body, label, members = _met(seats, groups)
    pairs = members * (members - 1) / (seats.sizes[body] - 1)
    height = max(groups.number, 1)
    place, into = np.unique(body * height + groups.into[label], return_inverse=True)
    return place // height, place % height, totals(into, members), totals(into, pairs)


def _met(seats: Seats, groups: Groups) -> tuple[Integers, Integers, Integers]:
    """List where every label sits: body, label, members there."""
    body = np.repeat(np.arange(len(seats.bodies)), seats.sizes)
    label = groups.labels[seats.parts[body] % len(groups.labels), seats.members]
    width = max(len(groups.into), 1)
    cell, members = np.unique((body * width + label)[label >= 0], return_counts=True)
    return cell // width, cell % width, members


@njit
def weigh(members: Any, starts: Any, parts: Any, labels: Any, into: Any, count: Any, out: Any) -> None:
    """Add m(m-1)/(n-1) of every body to `out` of its group; `count` is scratch, all 0 before and after."""
    for body in range(len(starts) - 1):
        first, last, part = starts[body], starts[body + 1], parts[body] % len(labels)
        weight = 2.0 / (last - first - 1)
        for seat in range(first, last):
            label = labels[part, members[seat]]
            if label >= 0:
                out[into[label]] += weight * count[label]
                count[label] += 1
        for seat in range(first, last):
            label = labels[part, members[seat]]
            if label >= 0:
                count[label] = 0
