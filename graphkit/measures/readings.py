"""Other readings of the same data, and what becomes of the verdicts on groups in them (稳健性)."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from graphkit.measures.closure import Evidence
from graphkit.measures.heldout import held_out
from graphkit.measures.nulls import closed_form
from graphkit.measures.partition import Partition, communities_of
from graphkit.measures.seats import Groups, Integers, Numbers, Seats, Truths
from graphkit.measures.uniting import duplicates, parents, united
from graphkit.measures.verdicts import Judged, judge
from graphkit.measures.weighed import WEIGHTS, weighed
from graphkit.network import Network, Weighting

LARGE = 50
ALIKE = 0.5  # Jaccard index of members from which on two communities are the same one
NOT_FOUND = "not found"
SEEDS = 3  # runs by which communities are found anew
ORDERS = 4  # orders of the bodies in which they are tested there


def readings(net: Network) -> Iterator[tuple[str, Network, Mapping[str, str]]]:
    """Name every other reading that the data allow, with its network and who stands for whom there.

    Organisations that are suggested to be one (SAME_AS) merged, subsidiaries as their parents, bodies above 50 members
    left out.
    """
    for name, one in (
        ("suggested duplicates merged", duplicates(net)),
        ("subsidiaries as their parents", parents(net)),
    ):
        if one:
            yield name, united(net, one), one
    if (net.sizes > LARGE).any():
        yield f"bodies above {LARGE} left out", net.without_large(LARGE), {}


def labels_in(other: Network, net: Network, labels: Integers, one: Mapping[str, str]) -> Integers:
    """Give the organisations of another reading their groups: who stands for several keeps its own, or takes a first.

    `labels` are those of `net`; -1 is no group.
    """
    own = pd.Series(labels, index=net.organisations["id"])
    own = own[own >= 0]
    first = own.groupby([one.get(id_, id_) for id_ in own.index]).first()
    ids = other.organisations["id"]
    return np.asarray(own.reindex(ids).fillna(first.reindex(ids)).fillna(-1), dtype=np.int64)


def of_given(
    net: Network,
    labels: Integers,
    number: int,
    judged: Judged,
    p: tuple[Numbers, Numbers],
    draws: int,
    test: tuple[Evidence, Numbers, Numbers, Truths],
    alpha: float,
    least_effect: float,
    min_members: int,
) -> dict[str, "np.ndarray[Any, Any]"]:
    """Judge given groups anew in every reading, under other weightings, and by other draws.

    Readings are judged in closed form and compared with the closed form's judgement of the data as they are, so that
    nothing but the reading can make a difference. Other draws are not made: p is taken at either end of the 95 %
    interval of its hits (Clopper & Pearson 1934), all groups' together. `test` is the evidence, the mean and the
    deviation of chance, and who was tested.
    """
    seats, groups, verdict = Seats.of(net), Groups.of(labels, number), judged.verdict

    def in_closed_form(of: Network, at: Integers, weighting: Weighting = "newman") -> "np.ndarray[Any, Any]":
        sat, into = (seats, groups) if of is net else (Seats.of(of), Groups.of(at, number))
        evidence, chance = Evidence.of(sat, into), closed_form(sat, into)
        members = np.bincount(at[at >= 0], minlength=number)
        tested = (members >= min_members) & evidence.can_close(chance.mean, chance.deviation)
        expected, deviation = chance.mean, chance.deviation
        if weighting != "newman":  # by chance the same share stays inside, and the test is Newman's
            other = weighed(sat, into, weighting)
            scale = np.divide(other.seats, evidence.seats, out=np.ones(number), where=evidence.seats > 0)
            evidence, expected, deviation = other, expected * scale, deviation * scale
        return judge(evidence, expected, deviation, tested, (chance.p, chance.p_open), alpha, least_effect).verdict

    base = in_closed_form(net, labels)
    found = {name: in_closed_form(other, labels_in(other, net, labels, one)) for name, other, one in readings(net)} | {
        f"weighting {how}": in_closed_form(net, labels, cast(Weighting, how)) for how in WEIGHTS if how != "newman"
    }
    found = {name: np.where(other == base, verdict, other) for name, other in found.items()}
    if draws:
        for end in (0.025, 0.975):
            moved = cast(tuple[Numbers, Numbers], tuple(_at(each, draws, end) for each in p))
            other = judge(*test, moved, alpha, least_effect).verdict
            found["other draws"] = np.where(other == verdict, found.get("other draws", verdict), other)
    return found


def of_found(
    net: Network,
    partition: Partition,
    judged: Judged,
    seed: int,
    resolution: float,
    alpha: float,
    least_effect: float,
    min_members: int,
) -> dict[str, "np.ndarray[Any, Any]"]:
    """Find communities anew in every reading and weighting, and judge those that are the same again.

    The community with most members in common stands for one; where less than half are (Jaccard) it is not found. Of
    other seeds the runs speak that the partition was chosen from: one that less than half of them have is not found.
    Readings are judged in closed form on bodies kept out, in half as many orders, and compared with the same judgement
    of the data as they are. Weightings only ask whether it is found: the test is one of Newman's weights. The
    `resolution` is that of the data as they are, in all of them, so that nothing but the reading makes a difference.
    """

    def tested(of: Network, found: Partition) -> "np.ndarray[Any, Any]":
        large = np.bincount(found.labels[found.labels >= 0], minlength=found.number) >= min_members
        out = held_out(of, found, large=large, seed=seed, resolution=resolution, alpha=alpha, draws=0, splits=ORDERS)
        p = (out.p, np.ones(found.number))
        return judge(out.evidence, out.expected, out.deviation, out.tested, p, alpha, least_effect).verdict

    verdict = judged.verdict
    runs = [_again(partition.labels, run, partition.number) >= 0 for run in partition.runs]
    again = {"other seeds": np.where(np.mean(runs, axis=0) >= 0.5, verdict, NOT_FOUND)} if len(runs) > 1 else {}
    base: np.ndarray[Any, Any] | None = None
    for name, other, one in readings(net):
        base = tested(net, partition) if base is None else base
        found = communities_of(other, seeds=SEEDS, seed=seed, resolution=resolution)
        to = _again(labels_in(other, net, partition.labels, one), found.labels, partition.number)
        new = np.where(to >= 0, np.append(tested(other, found), "")[to], NOT_FOUND)
        again[name] = np.where(new == base, verdict, new)
    for how in WEIGHTS:
        if how != net.weighting:
            found = communities_of(net.weighted(cast(Weighting, how)), seeds=SEEDS, seed=seed, resolution=resolution)
            to = _again(partition.labels, found.labels, partition.number)
            again[f"weighting {how}"] = np.where(to >= 0, verdict, NOT_FOUND)
    return again


def _at(p: Numbers, draws: int, end: float) -> Numbers:
    """Give p for the hits that other draws may have at one end of an interval."""
    from scipy.stats import beta

    hits = np.clip(np.round(p * (1 + draws)) - 1, 0, draws)
    if end < 0.5:
        return np.where(hits > 0, beta.ppf(end, np.maximum(hits, 1), draws - hits + 1), 1 / (1 + draws))
    return np.where(hits < draws, beta.ppf(end, hits + 1, np.maximum(draws - hits, 1)), 1.0)


def _again(labels: Integers, others: Integers, number: int) -> Integers:
    """Find, for every group, the one of `others` that is the same again, -1 where none is."""
    both = (labels >= 0) & (others >= 0)
    width = int(others.max(initial=-1)) + 1
    if not width:
        return np.full(number, -1)
    shared = np.bincount(labels[both] * width + others[both], minlength=number * width).reshape(number, width)
    mine = np.bincount(labels[labels >= 0], minlength=number)[:, None]
    alike = shared / np.maximum(mine + np.bincount(others[others >= 0], minlength=width) - shared, 1)
    best = alike.argmax(axis=1)
    return np.where(alike[np.arange(number), best] >= ALIKE, best, -1)
