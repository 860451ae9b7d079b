"""Networks in which several organisations stand as one: duplicates, or subsidiaries with their parents (归并)."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit.network import Network


def duplicates(net: Network) -> dict[str, str]:
    """Map organisations that are suggested to be one (SAME_AS) to the first by id; pairs decided on say nothing."""
    ties = net.table("SAME_AS")
    ids = net.organisations["id"]
    ties = ties[(ties["status"] == "suggested") & ties["start"].isin(ids) & ties["end"].isin(ids)]
    ties = ties[ties["start"] != ties["end"]]
    if ties.empty:
        return {}
    place = {id_: number for number, id_ in enumerate(sorted({*ties["start"], *ties["end"]}))}
    first, second = ([place[id_] for id_ in ties[side]] for side in ("start", "end"))
    graph = sp.coo_array(([1.0] * len(ties), (first, second)), shape=(len(place), len(place)))
    _, group = sp.csgraph.connected_components(graph, directed=False)
    leader: dict[int, str] = {}
    return {id_: leader.setdefault(int(group[number]), id_) for id_, number in place.items()}


def parents(net: Network) -> dict[str, str]:
    """Map each organisation with a parent (SUBSIDIARY_OF) in the network to its top (`tops`), if that is another."""
    ties, ids = net.table("SUBSIDIARY_OF"), net.organisations["id"]
    ties = ties[ties["start"].isin(ids) & ties["end"].isin(ids)]
    return {child: top for child, top in tops(ids, {}, ties).items() if child != top}


def tops(ids: Iterable[str], one: dict[str, str], ties: pd.DataFrame) -> dict[str, str]:
    """Map every organisation to the top of its chain of SUBSIDIARY_OF ties; `one` maps those that are one.

    Of several parents the one with the largest share counts. Where that decides nothing and the parents have different
    tops, the organisation stays by itself, as a joint laboratory of a university and an academy does, and is the top of
    its own subsidiaries: uniting it with either would hide what it joins. Organisations that own each other in a circle
    go as one, by the first of them by id. A tie that has ended (`to`) still counts: who belongs to whom is taken as it
    stands in the data, not by the day.
    """
    parents = _parents(one, ties)
    known = sorted({*parents, *(parent for held in parents.values() for parent in held)})
    number = {id_: place for place, id_ in enumerate(known)}
    up = [(number[child], number[parent]) for child in known for parent in parents.get(child, ())]
    first, second = (np.array([tie[end] for tie in up], dtype=np.int64) for end in (0, 1))
    graph = sp.coo_array((np.ones(len(up)), (first, second)), shape=(len(known), len(known)))
    circles: Iterable[Any] = sp.csgraph.connected_components(graph, connection="strong")[1] if known else ()
    named: dict[int, str] = {}
    circle = {id_: named.setdefault(int(of), id_) for id_, of in zip(known, circles, strict=True)}
    above: dict[str, set[str]] = {}
    for child, held in parents.items():
        above.setdefault(circle[child], set()).update({circle[parent] for parent in held} - {circle[child]})
    top: dict[str, str] = {}
    for id_ in sorted(set(circle.values())):
        waiting = [id_]
        while waiting:
            at = waiting[-1]
            if unknown := sorted(parent for parent in above.get(at, ()) if parent not in top):
                waiting += unknown
                continue
            tops_above = {top[parent] for parent in above.get(at, ())}
            top[waiting.pop()] = tops_above.pop() if len(tops_above) == 1 else at
    return {id_: top.get(circle.get(own, own), own) for id_ in ids for own in (one.get(id_, id_),)}


def _parents(one: dict[str, str], ties: pd.DataFrame) -> dict[str, set[str]]:
    """List the parents of each organisation that has any but itself: those with the largest share, if several."""
    held: dict[str, dict[float, set[str]]] = {}
    for child, parent, share in zip(ties["start"], ties["end"], ties["share"], strict=True):
        child, parent = one.get(child, child), one.get(parent, parent)
        if child != parent:
            held.setdefault(child, {}).setdefault(float(share or 0), set()).add(parent)
    return {child: by_share[max(by_share)] for child, by_share in held.items()}


def united(net: Network, one: Mapping[str, str]) -> Network:
    """Let organisations stand as those that `one` maps them to: their seats are joined, facts are the leader's first.

    Tables of other kinds are left out: they speak of organisations that are no longer there.
    """
    ids = net.organisations["id"]
    leaders = pd.Series([one.get(id_, id_) for id_ in ids], index=ids.index)
    order = net.organisations.assign(follows=leaders != ids).sort_values(["follows", "id"], kind="stable")
    facts = order.drop(columns="follows").groupby(leaders.loc[order.index], sort=True).first()
    facts = facts.assign(id=facts.index).reset_index(drop=True)
    seats = net.memberships.assign(
        organisation=leaders.to_numpy()[net.memberships["organisation"]],
        body=net.bodies["id"].to_numpy()[net.memberships["body"]],
    )
    return Network.from_frames(facts, net.bodies, seats, weighting=net.weighting)


def mapped(ids: Iterable[str], one: Mapping[str, str]) -> set[str]:
    """Name organisations as `one` does."""
    return {one.get(id_, id_) for id_ in ids}
